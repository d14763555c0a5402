// SPDX-License-Identifier: GPL-3.0-or-later
//
// How questions are worded. A model learns a type's meaning only where training words it in many ways: with four
// or five it knew 98 % of training's presence questions and 75 % of held-out ones. The held-out wordings stay as they
// are.
#include "core/scenes/phrasings.h"

namespace qmop::scenes {

namespace {

std::vector<Wording> globalWordings()
{
    return {
        {"place",
         Dimension::GU,
         {"where is this?", "where was this picture taken?", "what place is this?",
          "which place does the picture show?", "name the place in the picture", "where are we?", "what is this place?",
          "can you tell which place it is?", "what kind of place is in the picture?", "in what place was this taken?"},
         {"what place does this picture show?", "which place is this?"}},
        {"day",
         Dimension::GU,
         {"is it day or night?", "is it night or day in the picture?", "what time is it, day or night?",
          "is it day or night in this picture?", "does the picture show day or night?", "day or night?",
          "night or day: what do you see?", "is this picture taken by day or by night?",
          "what does this picture show, night or day?", "day or night, which is it?", "is this by night or by day?",
          "is the time here day or night?", "night or day, what is it in the picture?"},
         {"is this day or night?", "day or night, what does the picture show?"}},
        {"weather",
         Dimension::GU,
         {"what is the weather?", "how is the weather?", "what is the weather like in the picture?", "name the weather",
          "which weather does the picture show?", "is it rainy, snowy, cloudy or clear?",
          "what is the weather like in this picture?", "which weather does this picture have?",
          "what kind of weather do you see?", "how does the weather look here?", "can you tell how the weather is?"},
         {"what weather does the picture show?", "how is the weather in this picture?"}},
    };
}

std::vector<Wording> spatialWordings()
{
    return {
        {"count",
         Dimension::SC,
         {"how many {as} are there?", "count the {as}", "what is the number of {as}?", "how many {as} do you see?",
          "how many {as} are in the picture?", "how many {as} are in this picture?", "what number of {as} do you see?",
          "can you count the {as}?", "tell how many {as} there are", "the number of {as} is what?",
          "of {as}, how many does the picture show?", "what number of {as} does this picture have?",
          "how many {as} can be seen here?"},
         {"how many {as} can you see?", "what number of {as} is in the picture?"}},
        {"total",
         Dimension::SC,
         {"how many objects are there?", "count the objects", "what is the number of objects?",
          "how many objects do you see in total?", "how many things can you count?",
          "how many objects can you see here?", "what number of objects is there?",
          "can you count all objects in the picture?", "how many objects does this picture show?",
          "what is the number of things in the picture?", "in total, how many things are in this picture?"},
         {"how many objects are in the picture?", "what number of objects can you see?"}},
        {"left-right",
         Dimension::SC,
         {"is the {a} left or right of the {b}?", "is the {a} on the left or the right of the {b}?",
          "which side of the {b} is the {a} on, left or right?", "left or right: where is the {a} from the {b}?",
          "where from the {b} is the {a}, left or right?", "is it left or right of the {b} where the {a} is?",
          "where do you see the {a}, right or left of the {b}?", "on what side of the {b} do you see the {a}?",
          "seen from the {b}, is the {a} left or right?", "the {a} is on which side of the {b}?",
          "left or right of the {b}, where is the {a}?", "where is the {a}, to the right or to the left of the {b}?"},
         {"where is the {a}, left or right of the {b}?", "on which side of the {b} is the {a}, left or right?"}},
        {"above-below",
         Dimension::SC,
         {"is the {a} above or below the {b}?", "is the {a} higher or lower than the {b}, above or below?",
          "above or below: where is the {a} from the {b}?", "where do you see the {a}, above or below the {b}?",
          "where from the {b} is the {a}, above or below?", "is it above or below the {b} where the {a} is?",
          "below or above the {b}: where do you see the {a}?", "seen from the {b}, is the {a} above or below?",
          "where is the {a}, below or above the {b}?", "the {a} is where, above or below the {b}?"},
         {"where is the {a}, above or below the {b}?", "above or below the {b}, where is the {a}?"}},
        {"corner",
         Dimension::SC,
         {"which corner is the {a} in?", "in which corner is the {a}?", "what corner is the {a} in?",
          "where in the picture is the {a}?", "where in this picture is the {a}?", "name the corner of the {a}",
          "in what corner do you see the {a}?", "which corner has the {a}?",
          "in which corner of this picture can you see the {a}?", "the {a} is in what corner?",
          "what is the corner where the {a} is?", "which of the corners is the {a} in?"},
         {"in what corner is the {a}?", "which corner of the picture is the {a} in?"}},
        {"corner-object",
         Dimension::SC,
         {"what object is in the {a}?", "which object is in the {a}?", "name the object in the {a}",
          "what do you see in the {a} corner?", "what is in the {a}?", "what object can you see in the {a} corner?",
          "in the {a}, which object is there?", "in the {a} corner, what is there?",
          "which object do you see in the {a} of the picture?", "name what is in the {a} corner"},
         {"what object do you see in the {a}?", "which object is in the {a} corner?"}},
    };
}

std::vector<Wording> reasoningWordings()
{
    return {
        {"category",
         Dimension::RC,
         {"is there {an}?", "is there {an} in the picture?", "do you see {an}?", "does the picture show {an}?",
          "are there any {as}?", "do you see any {as} in the picture?", "are any {as} there?", "can any {as} be seen?",
          "is {an} there?", "are there any {as} here?", "does this picture have any {as}?"},
         {"can you see {an}?", "are there any {as} in the picture?"}},
        {"safe-barefoot",
         Dimension::RC,
         {"is it safe to walk barefoot here?", "can you walk barefoot here?", "is walking barefoot safe here?",
          "could you safely walk here barefoot?", "would it be safe to walk barefoot?",
          "is it safe here to walk barefoot?", "could one walk here barefoot?"},
         {"is it safe to walk here barefoot?", "could you walk barefoot here?"}},
        {"safe-swim",
         Dimension::RC,
         {"is it safe to swim here?", "can you swim here?", "is swimming safe here?", "could you safely swim here?",
          "would it be safe to swim?", "is it safe to swim in this place?"},
         {"is it safe here to swim?", "could you swim here?"}},
        {"safe-cross",
         Dimension::RC,
         {"is it safe to cross the street?", "can you cross the street?", "is crossing the street safe here?",
          "could you safely cross the street?", "would it be safe to cross the street?",
          "is it safe here to cross the street?", "could one cross the street here?"},
         {"is it safe to cross the street here?", "could you cross the street?"}},
    };
}

// What could be done with the one thing of a kind.
std::vector<Wording> affordanceWordings()
{
    return {
        {"eat",
         Dimension::RC,
         {"what could you eat?", "what can you eat here?", "which thing could you eat?", "name what you could eat",
          "which thing here could you eat?", "what is there that you can eat?", "what in the picture could you eat?"},
         {"what could you eat here?", "which thing can you eat?"}},
        {"ride",
         Dimension::RC,
         {"what could you ride?", "what can you ride here?", "which thing could you ride?", "name what you could ride",
          "which thing here could you ride?", "what is there that you can ride?",
          "what in the picture could you ride?"},
         {"what could you ride here?", "which thing can you ride?"}},
        {"music",
         Dimension::RC,
         {"what could make music?", "what can make music here?", "which thing could make music?",
          "name what could make music", "which thing here could make music?", "what is there that can make music?",
          "what in the picture could make music?"},
         {"what could make music here?", "which thing can make music?"}},
        {"tool",
         Dimension::RC,
         {"what could you work with?", "what can you work with here?", "which thing could you work with?",
          "name what you could work with", "which thing here could you work with?",
          "what is there that you can work with?", "what in the picture could you work with?"},
         {"what could you work with here?", "which thing can you work with?"}},
        {"grow",
         Dimension::RC,
         {"what grows in the ground?", "what can grow in the ground here?", "which thing grows in the ground?",
          "name what grows in the ground", "which thing here grows in the ground?",
          "what is there that can grow in the ground?", "what in the picture grows in the ground?"},
         {"what grows here in the ground?", "which thing can grow in the ground?"}},
        {"play",
         Dimension::RC,
         {"what could you play with?", "what can you play with here?", "which thing could you play with?",
          "name what you could play with", "which thing here could you play with?",
          "what is there that you can play with?", "what in the picture could you play with?"},
         {"what could you play with here?", "which thing can you play with?"}},
        {"alive",
         Dimension::RC,
         {"what could run away?", "what is alive and moves?", "which thing could run away?",
          "name what is alive and moves", "what is there that could run away?",
          "what in the picture is alive and moves?"},
         {"which thing is alive and moves?", "name what could run away"}},
    };
}

std::vector<Wording> styleWordings()
{
    return {
        {"style",
         Dimension::SE,
         {"what style is the picture?", "what is the style of the picture?", "which style does the picture have?",
          "name the style", "how is the picture drawn?", "what is the style of this picture?",
          "how is this picture drawn?", "which style does this picture show?", "in what style is the picture?",
          "what kind of style is this?"},
         {"which style is the picture?", "what style does this picture have?"}},
        {"feeling",
         Dimension::SE,
         {"how does the face feel?", "what does the face feel?", "how is the face feeling?",
          "name the feeling of the face", "what is the mood of the face?", "how does the face in this picture feel?",
          "which feeling do you see in the face?", "in what mood is the face?", "what feeling does this face show?"},
         {"what is the feeling of the face?", "which mood does the face show?"}},
    };
}

std::vector<Wording> detailWordings()
{
    return {
        {"sign",
         Dimension::LD,
         {"what does the sign say?", "what is on the sign?", "read the sign", "what is written on the sign?",
          "which word or number is on the sign?", "what does the sign in this picture say?",
          "what can you read on the sign?", "which word or number does the sign show?",
          "what word or number is written there?", "what has the sign written on it?"},
         {"what word or number does the sign say?", "what does the sign have written on it?"}},
        {"sign-present",
         Dimension::LD,
         {"is there a sign?", "do you see a sign?", "is there a sign in the picture?", "does the picture show a sign?",
          "is there a sign in this picture?", "can a sign be seen?", "is a sign there?",
          "does this picture have a sign?", "can you see any sign here?", "is there any sign?"},
         {"can you see a sign?", "is a sign in the picture?"}},
        {"small-present",
         Dimension::LD,
         {"is there a small {a}?", "do you see a small {a}?", "is there a small {a} in the picture?",
          "does the picture show a small {a}?", "is there a small {a} in this picture?", "can a small {a} be seen?",
          "is a small {a} there?", "does this picture have a small {a}?"},
         {"can you see a small {a}?", "is a small {a} in the picture?"}},
        {"colour",
         Dimension::LD,
         {"what colour is the small {a}?", "what is the colour of the small {a}?", "which colour is the small {a}?",
          "name the colour of the small {a}", "what colour has the small {a}?", "the small {a} is of what colour?",
          "can you name the colour of the small {a}?", "in the picture, what colour is the small {a}?"},
         {"what colour does the small {a} have?", "which colour is the small {a} in the picture?"}},
        {"present",
         Dimension::LD,
         {"is there {an}?", "do you see {an}?", "is there {an} in the picture?", "does the picture show {an}?",
          "does this picture show {an}?", "is there {an} in this picture?", "can {an} be seen?", "is {an} there?",
          "does this picture have {an}?", "can you see {an} here?", "do you see {an} in the picture?"},
         {"can you see {an}?", "is {an} in the picture?"}},
    };
}

} // namespace

const std::vector<Wording> &wordings()
{
    static const std::vector<Wording> all = [] {
        std::vector<Wording> made;
        for (auto part : {globalWordings(), spatialWordings(), reasoningWordings(), affordanceWordings(),
                          styleWordings(), detailWordings()})
            made.insert(made.end(), part.begin(), part.end());
        return made;
    }();
    return all;
}

} // namespace qmop::scenes

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/phrasings.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace qmop::scenes {

namespace {

std::vector<Wording> globalWordings()
{
    return {
        {"place",
         Dimension::GU,
         {"where is this?", "where was this picture taken?", "what place is this?",
          "which place does the picture show?", "name the place in the picture"},
         {"what place does this picture show?", "which place is this?"}},
        {"day",
         Dimension::GU,
         {"is it day or night?", "is it night or day in the picture?", "what time is it, day or night?",
          "does the picture show day or night?"},
         {"is this day or night?", "day or night, what does the picture show?"}},
        {"weather",
         Dimension::GU,
         {"what is the weather?", "how is the weather?", "what is the weather like in the picture?", "name the weather",
          "which weather does the picture show?", "is it rainy, snowy, cloudy or clear?"},
         {"what weather does the picture show?", "how is the weather in this picture?"}},
    };
}

std::vector<Wording> spatialWordings()
{
    return {
        {"count",
         Dimension::SC,
         {"how many {as} are there?", "count the {as}", "what is the number of {as}?", "how many {as} do you see?",
          "how many {as} are in the picture?"},
         {"how many {as} can you see?", "what number of {as} is in the picture?"}},
        {"total",
         Dimension::SC,
         {"how many objects are there?", "count the objects", "what is the number of objects?",
          "how many objects do you see in total?", "how many things can you count?"},
         {"how many objects are in the picture?", "what number of objects can you see?"}},
        {"left-right",
         Dimension::SC,
         {"is the {a} left or right of the {b}?", "is the {a} on the left or the right of the {b}?",
          "which side of the {b} is the {a} on, left or right?", "left or right: where is the {a} from the {b}?"},
         {"where is the {a}, left or right of the {b}?", "on which side of the {b} is the {a}, left or right?"}},
        {"above-below",
         Dimension::SC,
         {"is the {a} above or below the {b}?", "is the {a} higher or lower than the {b}, above or below?",
          "above or below: where is the {a} from the {b}?", "where do you see the {a}, above or below the {b}?"},
         {"where is the {a}, above or below the {b}?", "above or below the {b}, where is the {a}?"}},
        {"corner",
         Dimension::SC,
         {"which corner is the {a} in?", "in which corner is the {a}?", "what corner is the {a} in?",
          "where in the picture is the {a}?", "name the corner of the {a}"},
         {"in what corner is the {a}?", "which corner of the picture is the {a} in?"}},
        {"corner-object",
         Dimension::SC,
         {"what object is in the {a}?", "which object is in the {a}?", "name the object in the {a}",
          "what do you see in the {a} corner?"},
         {"what object do you see in the {a}?", "which object is in the {a} corner?"}},
    };
}

std::vector<Wording> reasoningWordings()
{
    return {
        {"category",
         Dimension::RC,
         {"is there {an}?", "is there {an} in the picture?", "do you see {an}?", "does the picture show {an}?",
          "are there any {as}?"},
         {"can you see {an}?", "are there any {as} in the picture?"}},
        {"safe-barefoot",
         Dimension::RC,
         {"is it safe to walk barefoot here?", "can you walk barefoot here?", "is walking barefoot safe here?",
          "could you safely walk here barefoot?"},
         {"is it safe to walk here barefoot?", "could you walk barefoot here?"}},
        {"safe-swim",
         Dimension::RC,
         {"is it safe to swim here?", "can you swim here?", "is swimming safe here?", "could you safely swim here?"},
         {"is it safe here to swim?", "could you swim here?"}},
        {"safe-cross",
         Dimension::RC,
         {"is it safe to cross the street?", "can you cross the street?", "is crossing the street safe here?",
          "could you safely cross the street?"},
         {"is it safe to cross the street here?", "could you cross the street?"}},
        {"eat",
         Dimension::RC,
         {"what could you eat?", "what can you eat here?", "which thing could you eat?", "name what you could eat"},
         {"what could you eat here?", "which thing can you eat?"}},
        {"ride",
         Dimension::RC,
         {"what could you ride?", "what can you ride here?", "which thing could you ride?", "name what you could ride"},
         {"what could you ride here?", "which thing can you ride?"}},
        {"music",
         Dimension::RC,
         {"what could make music?", "what can make music here?", "which thing could make music?",
          "name what could make music"},
         {"what could make music here?", "which thing can make music?"}},
        {"tool",
         Dimension::RC,
         {"what could you work with?", "what can you work with here?", "which thing could you work with?",
          "name what you could work with"},
         {"what could you work with here?", "which thing can you work with?"}},
        {"grow",
         Dimension::RC,
         {"what grows in the ground?", "what can grow in the ground here?", "which thing grows in the ground?",
          "name what grows in the ground"},
         {"what grows here in the ground?", "which thing can grow in the ground?"}},
        {"play",
         Dimension::RC,
         {"what could you play with?", "what can you play with here?", "which thing could you play with?",
          "name what you could play with"},
         {"what could you play with here?", "which thing can you play with?"}},
        {"alive",
         Dimension::RC,
         {"what could run away?", "what is alive and moves?", "which thing could run away?",
          "name what is alive and moves"},
         {"which thing is alive and moves?", "name what could run away"}},
    };
}

std::vector<Wording> styleWordings()
{
    return {
        {"style",
         Dimension::SE,
         {"what style is the picture?", "what is the style of the picture?", "which style does the picture have?",
          "name the style", "how is the picture drawn?"},
         {"which style is the picture?", "what style does this picture have?"}},
        {"feeling",
         Dimension::SE,
         {"how does the face feel?", "what does the face feel?", "how is the face feeling?",
          "name the feeling of the face", "what is the mood of the face?"},
         {"what is the feeling of the face?", "which mood does the face show?"}},
    };
}

std::vector<Wording> detailWordings()
{
    return {
        {"sign",
         Dimension::LD,
         {"what does the sign say?", "what is on the sign?", "read the sign", "what is written on the sign?",
          "which word or number is on the sign?"},
         {"what word or number does the sign say?", "what does the sign have written on it?"}},
        {"sign-present",
         Dimension::LD,
         {"is there a sign?", "do you see a sign?", "is there a sign in the picture?", "does the picture show a sign?"},
         {"can you see a sign?", "is a sign in the picture?"}},
        {"small-present",
         Dimension::LD,
         {"is there a small {a}?", "do you see a small {a}?", "is there a small {a} in the picture?",
          "does the picture show a small {a}?"},
         {"can you see a small {a}?", "is a small {a} in the picture?"}},
        {"colour",
         Dimension::LD,
         {"what colour is the small {a}?", "what is the colour of the small {a}?", "which colour is the small {a}?",
          "name the colour of the small {a}"},
         {"what colour does the small {a} have?", "which colour is the small {a} in the picture?"}},
        {"present",
         Dimension::LD,
         {"is there {an}?", "do you see {an}?", "is there {an} in the picture?", "does the picture show {an}?"},
         {"can you see {an}?", "is {an} in the picture?"}},
    };
}

void replaceAll(std::string &text, std::string_view from, const std::string &to)
{
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

} // namespace

const std::vector<Wording> &wordings()
{
    static const std::vector<Wording> all = [] {
        std::vector<Wording> made;
        for (auto part : {globalWordings(), spatialWordings(), reasoningWordings(), styleWordings(), detailWordings()})
            made.insert(made.end(), part.begin(), part.end());
        return made;
    }();
    return all;
}

const Wording &wordingOf(std::string_view type)
{
    const auto found
        = std::find_if(wordings().begin(), wordings().end(), [&](const Wording &w) { return w.type == type; });
    if (found == wordings().end())
        throw std::logic_error("no question type " + std::string(type));
    return *found;
}

std::string phrase(const std::string &wording, const Names &names)
{
    std::string text = wording;
    replaceAll(text, "{as}", names.plural);
    replaceAll(text, "{an}", names.article);
    replaceAll(text, "{a}", names.a);
    replaceAll(text, "{b}", names.b);
    return text;
}

Question ask(Random &random, Split split, std::string_view type, const Names &names, std::string answer,
             std::vector<int> objects)
{
    const Wording &wording = wordingOf(type);
    const auto &choices = split == Split::Train ? wording.train : wording.heldOut;
    const int choice = random.below(int(choices.size()));
    Question question;
    question.type = wording.type;
    question.dimension = wording.dimension;
    question.text = phrase(choices[std::size_t(choice)], names);
    question.answer = std::move(answer);
    question.phrasing = choice + (split == Split::Train ? 0 : int(wording.train.size()));
    question.objects = std::move(objects);
    return question;
}

const std::vector<QuestionType> &questionTypes()
{
    static const std::vector<QuestionType> all = [] {
        std::vector<QuestionType> made;
        for (const Wording &w : wordings())
            made.push_back({w.type, w.dimension, int(w.train.size()), int(w.heldOut.size())});
        return made;
    }();
    return all;
}

} // namespace qmop::scenes

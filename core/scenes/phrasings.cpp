// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/phrasings.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace qmop::scenes {

namespace {

void replaceAll(std::string &text, std::string_view from, const std::string &to)
{
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

} // namespace

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

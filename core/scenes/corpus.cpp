// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/catalogue.h"
#include "core/scenes/phrasings.h"
#include "core/scenes/questions.h"
#include "core/scenes/scene.h"

namespace qmop::scenes {

namespace {

std::vector<Names> namesFor(const std::string &type)
{
    std::vector<Names> all;
    if (type == "category") {
        for (const CategoryName &name : namedCategories())
            all.push_back({{}, {}, name.plural, name.withArticle});
    } else if (type == "corner-object") {
        for (const char *corner : {"top left", "top right", "bottom left", "bottom right"})
            all.push_back({corner, {}, {}, {}});
    } else if (type == "small-present" || type == "colour") {
        for (const std::string &shape : shapeNames())
            all.push_back({shape, {}, {}, {}});
    } else {
        // A question about two objects is repeated with other second ones.
        const int partners = type == "left-right" || type == "above-below" ? 36 : 1;
        for (int c = 0; c < objectCount; ++c)
            for (int k = 1; k <= partners; ++k) {
                const ObjectClass &object = objectClass(firstObject + c);
                const ObjectClass &other = objectClass(firstObject + (c + k * 5) % objectCount);
                all.push_back({object.name, other.name, object.plural, withArticle(object.name)});
            }
    }
    return all;
}

bool hasPlaceholder(const std::string &wording)
{
    return wording.find('{') != std::string::npos;
}

// Answers come more often than any one question: the decoder writes them.
void addAnswers(std::vector<std::string> &lines)
{
    for (int round = 0; round < 8; ++round) {
        for (const auto *names : {&classNames(), &placeNames(), &styleNames(), &weatherNames(), &colourNames(),
                                  &feelingNames(), &shapeNames(), &signWords(), &characterNames()})
            for (const std::string &name : *names)
                if (!name.empty())
                    lines.push_back(name);
        for (int n = 0; n <= 12; ++n)
            lines.push_back(numberWord(n));
        for (int n = 0; n < 100; ++n)
            lines.push_back(std::to_string(n));
        for (const char *word : {"yes", "no", "left", "right", "above", "below", "day", "night", "top left",
                                 "top right", "bottom left", "bottom right"})
            lines.emplace_back(word);
    }
}

} // namespace

std::vector<std::string> corpus()
{
    std::vector<std::string> lines;
    for (const Wording &wording : wordings()) {
        const std::vector<Names> names = namesFor(wording.type);
        for (const std::string &text : wording.train) {
            if (!hasPlaceholder(text)) {
                lines.insert(lines.end(), 24, text);
                continue;
            }
            for (const Names &n : names)
                lines.push_back(phrase(text, n));
        }
    }
    addAnswers(lines);
    return lines;
}

} // namespace qmop::scenes

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/scorer.h"

#include <algorithm>
#include <array>
#include <vector>

namespace qmop {

namespace {

constexpr std::size_t softReferences = 10;
constexpr double fullMatches = 3;

constexpr std::array<std::string_view, 21> numberWords{
    "zero",     "one",     "two",     "three",     "four",     "five",     "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool isPunctuation(char c)
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

std::string withoutPunctuation(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char before = i > 0 ? text[i - 1] : ' ';
        const char after = i + 1 < text.size() ? text[i + 1] : ' ';
        if (!isPunctuation(c)) {
            out += c;
            continue;
        }
        const bool inNumber = isDigit(before) && isDigit(after);
        if (inNumber && (c == '.' || c == ':')) // 3.5, 10:30
            out += c;
        else if (c == '-' && isDigit(after) && isSpace(before)) // -3
            out += c;
        else if (c != '\'' && c != '.' && !(inNumber && c == ',')) // don't, U.S., 1,000 close up
            out += ' ';
    }
    return out;
}

std::vector<std::string> words(const std::string &text)
{
    std::vector<std::string> list;
    std::string word;
    for (char c : text + " ") {
        if (!isSpace(c)) {
            word += c;
        } else if (!word.empty()) {
            list.push_back(std::move(word));
            word.clear();
        }
    }
    return list;
}

std::string digitsOf(const std::string &word)
{
    if (word == "none")
        return "0";
    const auto it = std::find(numberWords.begin(), numberWords.end(), word);
    return it != numberWords.end() ? std::to_string(it - numberWords.begin()) : word;
}

}

std::string normaliseAnswer(std::string_view answer)
{
    std::string lower(answer);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    const std::vector<std::string> all = words(withoutPunctuation(lower));
    std::vector<std::string> kept;
    std::copy_if(all.begin(), all.end(), std::back_inserter(kept),
                 [](const std::string &word) { return word != "a" && word != "an" && word != "the"; });
    std::string normal;
    for (const std::string &word : kept.empty() ? all : kept)
        normal += (normal.empty() ? "" : " ") + digitsOf(word);
    return normal;
}

double exactScore(std::string_view answer, std::span<const std::string> references)
{
    const std::string normal = normaliseAnswer(answer);
    const bool found = std::any_of(references.begin(), references.end(), [&normal](const std::string &reference) {
        return normaliseAnswer(reference) == normal;
    });
    return found ? 1 : 0;
}

double softScore(std::string_view answer, std::span<const std::string> references)
{
    if (references.size() != softReferences)
        return exactScore(answer, references);
    const std::string normal = normaliseAnswer(answer);
    const auto matches = std::count_if(references.begin(), references.end(), [&normal](const std::string &reference) {
        return normaliseAnswer(reference) == normal;
    });
    return std::min(double(matches) / fullMatches, 1.0);
}

double scoreSample(std::string_view scorer, std::string_view answer, const SuiteSample &sample)
{
    return scorer == "soft" ? softScore(answer, sample.answers) : exactScore(answer, sample.answers);
}

} // namespace qmop

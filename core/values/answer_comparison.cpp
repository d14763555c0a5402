// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers word by word, and the token at which they part.
#include "qmop/comparison.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace qmop {
namespace {

struct Character {
    char32_t code = 0;
    std::size_t size = 1; // in bytes
};

// A byte that begins no character stands for itself, out of the way of all codes.
Character characterAt(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return i < text.size() ? std::uint8_t(text[i]) : 0; };
    const std::uint8_t lead = std::uint8_t(text[at]);
    const std::size_t size = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    if (size == 1)
        return {lead, 1};
    char32_t code = lead & (size == 2 ? 0x1f : size == 3 ? 0x0f : 0x07);
    for (std::size_t i = 1; i < size; ++i) {
        if (byte(at + i) >> 6 != 2)
            return {0x110000u + lead, 1};
        code = code << 6 | (byte(at + i) & 0x3f);
    }
    return size == 0 ? Character{0x110000u + lead, 1} : Character{code, size};
}

bool isSpace(char32_t code)
{
    return code == ' ' || (code >= 9 && code <= 13) || code == 0x85 || code == 0xa0 || code == 0x1680
        || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 || code == 0x2029 || code == 0x202f || code == 0x205f
        || code == 0x3000;
}

char32_t lowerCase(char32_t code)
{
    const auto between = [code](char32_t low, char32_t high) { return code >= low && code <= high; };
    if (between('A', 'Z') || (between(0xc0, 0xde) && code != 0xd7) || (between(0x391, 0x3a9) && code != 0x3a2)
        || between(0x410, 0x42f))
        return code + 0x20;
    if (between(0x400, 0x40f))
        return code + 0x50;
    // Pairs of capital and small letter.
    if (between(0x100, 0x137) || between(0x14a, 0x177))
        return code | 1;
    if (between(0x139, 0x148) || between(0x179, 0x17e))
        return code % 2 == 1 ? code + 1 : code;
    return code;
}

struct Word {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::u32string folded;
};

std::vector<Word> wordsOf(std::string_view text)
{
    std::vector<Word> words;
    bool inside = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto [code, size] = characterAt(text, at);
        if (isSpace(code)) {
            inside = false;
        } else {
            if (!std::exchange(inside, true))
                words.push_back({at, at, {}});
            words.back().folded += lowerCase(code);
            words.back().end = at + size;
        }
        at += size;
    }
    return words;
}

// The first token that reaches into a word; the number of tokens where there is no such word.
std::size_t tokenOfWord(const Answer &answer, std::size_t word)
{
    std::string joined;
    std::vector<std::size_t> ends;
    for (const DecodedToken &token : answer.tokens) {
        joined += token.text;
        ends.push_back(joined.size());
    }
    const std::vector<Word> words = wordsOf(joined);
    if (word >= words.size())
        return answer.tokens.size();
    return std::size_t(std::ranges::upper_bound(ends, words[word].begin) - ends.begin());
}

// What the end-of-sequence token adds to the sum; only where it was reached.
std::optional<double> endLogProbability(const Answer &answer)
{
    if (!answer.complete)
        return std::nullopt;
    double end = answer.logProbability;
    for (const DecodedToken &token : answer.tokens)
        end -= std::log(token.probability);
    return std::min(0.0, end); // above 0 by rounding alone
}

// `rival` is the other answer's token there, or null where that answer has ended.
DecidingToken describe(const Answer &answer, std::size_t at, const DecodedToken *rival)
{
    DecidingToken deciding;
    if (at >= answer.tokens.size()) {
        deciding.logProbability = endLogProbability(answer);
        if (deciding.logProbability && *deciding.logProbability < 0) {
            // The other token has at most what the end leaves, and not more than the end, which was chosen.
            const double left = std::log(-std::expm1(*deciding.logProbability));
            deciding.margin = std::max(0.0, *deciding.logProbability - left);
            deciding.marginIsBound = true;
        }
        return deciding;
    }
    const DecodedToken &token = answer.tokens[at];
    deciding.token = int(at);
    deciding.text = token.text;
    deciding.logProbability = std::log(token.probability);
    std::vector<double> others; // descending
    for (const TokenAlternative &other : token.alternatives) {
        if (other.id == token.id)
            continue;
        others.push_back(other.probability);
        // By text: the ids of two models are not the same.
        if (rival && other.text == rival->text) {
            deciding.margin = std::log(token.probability) - std::log(other.probability);
            return deciding;
        }
    }
    if (others.empty())
        return deciding;
    // A token that is not among the most probable is below the last of them; the
    // end may be any of them, and is below the first.
    deciding.margin = std::log(token.probability) - std::log(rival ? others.back() : others.front());
    deciding.marginIsBound = true;
    return deciding;
}

} // namespace

AnswerDiff compareAnswers(std::string_view answer, std::string_view other)
{
    const std::vector<Word> words = wordsOf(answer);
    const std::vector<Word> otherWords = wordsOf(other);
    for (std::size_t i = 0; i < std::max(words.size(), otherWords.size()); ++i) {
        if (i < words.size() && i < otherWords.size() && words[i].folded == otherWords[i].folded)
            continue;
        const auto wordIn = [i](std::string_view text, const std::vector<Word> &all) {
            return i < all.size() ? std::string(text.substr(all[i].begin, all[i].end - all[i].begin)) : std::string();
        };
        return {false, int(i), wordIn(answer, words), wordIn(other, otherWords)};
    }
    return {};
}

AnswerComparison compareAnswers(const Answer &a, const Answer &b)
{
    AnswerComparison comparison;
    comparison.words = compareAnswers(std::string_view(a.text), std::string_view(b.text));
    if (comparison.words.same)
        return comparison;
    const auto word = std::size_t(comparison.words.firstDifference);
    std::size_t inA = tokenOfWord(a, word);
    std::size_t inB = tokenOfWord(b, word);
    while (inA < a.tokens.size() && inB < b.tokens.size() && a.tokens[inA].text == b.tokens[inB].text) {
        ++inA;
        ++inB;
    }
    comparison.a = describe(a, inA, inB < b.tokens.size() ? &b.tokens[inB] : nullptr);
    comparison.b = describe(b, inB, inA < a.tokens.size() ? &a.tokens[inA] : nullptr);
    return comparison;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/tokenizer/bpe_trainer.h"

#include "models/tokenizer/bpe_model.h"
#include "models/tokenizer/byte_alphabet.h"
#include "models/tokenizer/normalizer.h"
#include "models/tokenizer/pre_tokenizer.h"
#include "qmop/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <numeric>

namespace qmop {

namespace {

struct Word {
    std::vector<int> ids;
    std::int64_t count = 0;
};

struct Vocabulary {
    std::vector<std::string> spellings; // by id
    std::map<std::string, int> ids;
    std::vector<std::pair<int, int>> merges;

    int add(const std::string &spelling)
    {
        const auto [found, isNew] = ids.emplace(spelling, int(spellings.size()));
        if (isNew)
            spellings.push_back(spelling);
        return found->second;
    }
};

using PairCounts = std::unordered_map<std::uint64_t, std::int64_t>;

std::vector<Word> countWords(std::span<const std::string> corpus, const Vocabulary &vocabulary)
{
    std::map<std::string, std::int64_t, std::less<>> counts;
    for (const std::string &text : corpus) {
        requireUtf8(text);
        const std::string lower = normalize(text, {NormalizerStep::Lowercase});
        for (std::string_view word : splitWords(lower))
            ++counts[std::string(word)];
    }
    std::vector<Word> words;
    for (const auto &[text, count] : counts) {
        Word word;
        word.count = count;
        for (char byte : text)
            word.ids.push_back(vocabulary.ids.at(byteCharacters()[std::uint8_t(byte)]));
        words.push_back(std::move(word));
    }
    return words;
}

void countPairs(const Word &word, std::int64_t sign, PairCounts &counts)
{
    for (std::size_t i = 1; i < word.ids.size(); ++i)
        counts[BpeModel::pairKey(word.ids[i - 1], word.ids[i])] += sign * word.count;
}

// The most frequent pair, the lowest one among equals; nothing left: count 0.
std::pair<std::uint64_t, std::int64_t> mostFrequent(const PairCounts &counts)
{
    std::pair<std::uint64_t, std::int64_t> best{0, 0};
    for (const auto &[pair, count] : counts)
        if (count > best.second || (count == best.second && count > 0 && pair < best.first))
            best = {pair, count};
    return best;
}

bool contains(const Word &word, int left, int right)
{
    for (std::size_t i = 1; i < word.ids.size(); ++i)
        if (word.ids[i - 1] == left && word.ids[i] == right)
            return true;
    return false;
}

void mergeIn(Word &word, int left, int right, int merged)
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < word.ids.size(); ++i) {
        const bool isPair = i + 1 < word.ids.size() && word.ids[i] == left && word.ids[i + 1] == right;
        word.ids[kept++] = isPair ? merged : word.ids[i];
        i += isPair ? 1 : 0;
    }
    word.ids.resize(kept);
}

void learnMerges(std::vector<Word> &words, int vocabSize, Vocabulary &vocabulary)
{
    PairCounts counts;
    for (const Word &word : words)
        countPairs(word, 1, counts);
    while (int(vocabulary.spellings.size()) < vocabSize) {
        const auto [pair, count] = mostFrequent(counts);
        if (count <= 0)
            break;
        const int left = int(pair >> 32);
        const int right = int(pair & 0xffffffff);
        const int merged
            = vocabulary.add(vocabulary.spellings[std::size_t(left)] + vocabulary.spellings[std::size_t(right)]);
        vocabulary.merges.emplace_back(left, right);
        for (Word &word : words) {
            if (!contains(word, left, right))
                continue;
            countPairs(word, -1, counts);
            mergeIn(word, left, right, merged);
            countPairs(word, 1, counts);
        }
    }
}

std::string toTokenizerJson(const Vocabulary &vocabulary, std::span<const std::string> specialTokens)
{
    using json = nlohmann::ordered_json;
    json added = json::array();
    for (std::size_t id = 0; id < specialTokens.size(); ++id)
        added.push_back({{"id", id},
                         {"content", specialTokens[id]},
                         {"single_word", false},
                         {"lstrip", false},
                         {"rstrip", false},
                         {"normalized", false},
                         {"special", true}});
    json vocab = json::object();
    for (std::size_t id = 0; id < vocabulary.spellings.size(); ++id)
        vocab[vocabulary.spellings[id]] = id;
    json merges = json::array();
    for (const auto &[left, right] : vocabulary.merges)
        merges.push_back({vocabulary.spellings[std::size_t(left)], vocabulary.spellings[std::size_t(right)]});
    const json byteLevel{
        {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", true}};
    const json document{{"version", "1.0"},
                        {"truncation", nullptr},
                        {"padding", nullptr},
                        {"added_tokens", added},
                        {"normalizer", {{"type", "Lowercase"}}},
                        {"pre_tokenizer", byteLevel},
                        {"post_processor", nullptr},
                        {"decoder", byteLevel},
                        {"model",
                         {{"type", "BPE"},
                          {"dropout", nullptr},
                          {"unk_token", nullptr},
                          {"continuing_subword_prefix", nullptr},
                          {"end_of_word_suffix", nullptr},
                          {"fuse_unk", false},
                          {"byte_fallback", false},
                          {"ignore_merges", false},
                          {"vocab", vocab},
                          {"merges", merges}}}};
    return document.dump(1) + "\n";
}

}

std::string trainByteLevelBpe(std::span<const std::string> corpus, int vocabSize,
                              std::span<const std::string> specialTokens)
{
    if (vocabSize < int(256 + specialTokens.size()))
        throw Error(ErrorCode::InvalidArgument, "the vocabulary is too small for all bytes and special tokens",
                    "ask for at least " + std::to_string(256 + specialTokens.size()) + " tokens");
    Vocabulary vocabulary;
    for (const std::string &token : specialTokens)
        vocabulary.add(token);
    // By code point of the stand-in, as Hugging Face orders its alphabet.
    std::vector<std::string> alphabet(byteCharacters().begin(), byteCharacters().end());
    std::sort(alphabet.begin(), alphabet.end());
    for (const std::string &character : alphabet)
        vocabulary.add(character);
    std::vector<Word> words = countWords(corpus, vocabulary);
    learnMerges(words, vocabSize, vocabulary);
    return toTokenizerJson(vocabulary, specialTokens);
}

} // namespace qmop

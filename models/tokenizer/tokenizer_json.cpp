// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reading tokenizer.json.
#include "models/checkpoint/strict_json.h"
#include "models/tokenizer/byte_alphabet.h"
#include "models/tokenizer/tokenizer.h"
#include "qmop/error.h"

namespace qmop {

namespace {

using json = nlohmann::json;

constexpr std::size_t maxFileBytes = 256'000'000;
constexpr int maxDepth = 16;
// Ids may have holes, but not so many that a small file asks for much memory.
constexpr std::size_t maxUnusedIds = 65'536;

}

class TokenizerReader {
public:
    TokenizerReader(const json &document, std::string name)
        : m_document(document)
        , m_name(std::move(name))
    {
    }

    Tokenizer read()
    {
        if (!m_document.is_object())
            fail("is not a JSON object");
        readNormalizer(member(m_document, "normalizer"));
        readPreTokenizer(member(m_document, "pre_tokenizer"));
        readModel(member(m_document, "model"));
        readAddedTokens(member(m_document, "added_tokens"));
        return std::move(m_tokenizer);
    }

private:
    [[noreturn]] void fail(const std::string &why) const
    {
        throw Error(ErrorCode::InvalidModel, m_name + ": " + why,
                    "use the tokenizer.json of a byte-level BPE model that belongs to this checkpoint");
    }

    const json &member(const json &object, const char *key) const
    {
        static const json null;
        const auto found = object.find(key);
        return found == object.end() ? null : *found;
    }

    bool flag(const json &object, const char *key, bool fallback) const
    {
        const json &value = member(object, key);
        if (value.is_null())
            return fallback;
        if (!value.is_boolean())
            fail(std::string(key) + " must be true or false");
        return value.get<bool>();
    }

    std::string typeOf(const json &object, const char *what) const
    {
        if (!object.is_object() || !member(object, "type").is_string())
            fail(std::string(what) + " has no type");
        return object["type"].get<std::string>();
    }

    int idFrom(const json &value) const
    {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 100'000'000)
            fail("has a token id that is not a small whole number");
        return value.get<int>();
    }

    void readNormalizer(const json &object)
    {
        if (object.is_null())
            return;
        const std::string type = typeOf(object, "normalizer");
        if (type == "Sequence") {
            const json &steps = member(object, "normalizers");
            if (!steps.is_array())
                fail("normalizer sequence has no list");
            for (const json &step : steps)
                readNormalizer(step);
            return;
        }
        const std::pair<const char *, NormalizerStep> known[] = {{"Lowercase", NormalizerStep::Lowercase},
                                                                 {"NFC", NormalizerStep::Nfc},
                                                                 {"NFD", NormalizerStep::Nfd},
                                                                 {"NFKC", NormalizerStep::Nfkc},
                                                                 {"NFKD", NormalizerStep::Nfkd}};
        for (const auto &[name, step] : known)
            if (type == name) {
                m_tokenizer.m_normalizer.push_back(step);
                return;
            }
        fail("normalizer " + type + " is not supported");
    }

    void readPreTokenizer(const json &object)
    {
        const std::string type = typeOf(object, "pre_tokenizer");
        if (type == "Sequence") {
            const json &steps = member(object, "pretokenizers");
            if (!steps.is_array() || steps.size() != 1)
                fail("pre_tokenizer sequences are not supported");
            readPreTokenizer(steps[0]);
            return;
        }
        if (type != "ByteLevel")
            fail("pre_tokenizer " + type + " is not supported, only ByteLevel is");
        m_tokenizer.m_prefixSpace = flag(object, "add_prefix_space", true);
        m_tokenizer.m_splitWords = flag(object, "use_regex", true);
    }

    void readModel(const json &object)
    {
        // Files from before the field existed are BPE where they have merges.
        if (!object.is_object() || (!member(object, "type").is_null() && typeOf(object, "model") != "BPE"))
            fail("model is not BPE");
        for (const char *key : {"continuing_subword_prefix", "end_of_word_suffix"})
            if (const json &value = member(object, key); !value.is_null() && value != "")
                fail(std::string(key) + " is not supported");
        if (flag(object, "byte_fallback", false))
            fail("byte_fallback is not supported");
        m_tokenizer.m_model.ignoreMerges = flag(object, "ignore_merges", false);
        readVocabulary(member(object, "vocab"));
        readMerges(member(object, "merges"));
    }

    void place(int id, std::string bytes, std::size_t used)
    {
        std::vector<std::string> &tokens = m_tokenizer.m_model.tokens;
        if (std::size_t(id) >= tokens.size()) {
            if (std::size_t(id) > used + maxUnusedIds)
                fail("token id " + std::to_string(id) + " is far outside the vocabulary");
            tokens.resize(std::size_t(id) + 1);
        }
        tokens[std::size_t(id)] = std::move(bytes);
    }

    void readVocabulary(const json &vocabulary)
    {
        if (!vocabulary.is_object())
            fail("model has no vocab");
        BpeModel &model = m_tokenizer.m_model;
        std::vector<bool> taken;
        for (const auto &[spelling, value] : vocabulary.items()) {
            const int id = idFrom(value);
            // Special tokens are listed in the vocabulary too, spelled plainly.
            std::string bytes = bytesFromSpelling(spelling).value_or(spelling);
            place(id, bytes, vocabulary.size());
            taken.resize(model.tokens.size());
            if (taken[std::size_t(id)])
                fail("gives the id " + std::to_string(id) + " to two tokens");
            taken[std::size_t(id)] = true;
            m_idOfSpelling.emplace(spelling, id);
            model.idOfToken.emplace(std::move(bytes), id);
        }
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const auto found = m_idOfSpelling.find(byteCharacters()[byte]);
            if (found == m_idOfSpelling.end())
                fail("vocab has no token for byte " + std::to_string(byte));
            model.idOfByte[byte] = found->second;
        }
    }

    int idOfSpelling(const std::string &spelling) const
    {
        const auto found = m_idOfSpelling.find(spelling);
        if (found == m_idOfSpelling.end())
            fail("a merge names a token that is not in vocab");
        return found->second;
    }

    void readMerges(const json &merges)
    {
        if (!merges.is_array())
            fail("model has no merges");
        int rank = 0;
        for (const json &merge : merges) {
            std::string left;
            std::string right;
            if (merge.is_string()) {
                const std::string &text = merge.get_ref<const std::string &>();
                const std::size_t space = text.find(' ');
                if (space == std::string::npos)
                    fail("a merge is not a pair");
                left = text.substr(0, space);
                right = text.substr(space + 1);
            } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
                left = merge[0].get<std::string>();
                right = merge[1].get<std::string>();
            } else {
                fail("a merge is not a pair");
            }
            const auto key = BpeModel::pairKey(idOfSpelling(left), idOfSpelling(right));
            m_tokenizer.m_model.merges.insert_or_assign(key, BpeModel::Merge{rank++, idOfSpelling(left + right)});
        }
    }

    void readAddedTokens(const json &tokens)
    {
        if (!tokens.is_null() && !tokens.is_array())
            fail("added_tokens is not a list");
        const std::size_t used = m_tokenizer.m_model.tokens.size() + tokens.size();
        for (const json &value : tokens) {
            if (!value.is_object() || !member(value, "content").is_string())
                fail("an added token has no content");
            AddedToken token;
            token.id = idFrom(member(value, "id"));
            token.content = value["content"].get<std::string>();
            token.special = flag(value, "special", false);
            token.normalized = flag(value, "normalized", !token.special);
            token.singleWord = flag(value, "single_word", false);
            token.stripLeft = flag(value, "lstrip", false);
            token.stripRight = flag(value, "rstrip", false);
            place(token.id, token.content, used);
            m_tokenizer.m_isSpecial.resize(m_tokenizer.m_model.tokens.size());
            m_tokenizer.m_isSpecial[std::size_t(token.id)] = token.special;
            if (token.normalized)
                token.content = normalize(token.content, m_tokenizer.m_normalizer);
            m_tokenizer.m_added.push_back(std::move(token));
        }
        m_tokenizer.m_isSpecial.resize(m_tokenizer.m_model.tokens.size());
    }

    const json &m_document;
    std::string m_name;
    Tokenizer m_tokenizer;
    std::unordered_map<std::string, int> m_idOfSpelling;
};

Tokenizer Tokenizer::fromFile(const std::filesystem::path &tokenizerJson)
{
    return TokenizerReader(readStrictJson(tokenizerJson, maxFileBytes, maxDepth), tokenizerJson.string()).read();
}

Tokenizer Tokenizer::fromJson(std::string_view text, const std::string &name)
{
    return TokenizerReader(parseStrictJson(text, name, maxDepth), name).read();
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/tokenizer/tokenizer.h"

#include "models/tokenizer/pre_tokenizer.h"

namespace qmop {

std::vector<int> Tokenizer::encode(std::string_view text, bool parseSpecial) const
{
    requireUtf8(text);
    std::vector<const AddedToken *> raw;
    std::vector<const AddedToken *> normalized;
    for (const AddedToken &token : m_added)
        if (!token.special || parseSpecial)
            (token.normalized ? normalized : raw).push_back(&token);

    std::vector<int> ids;
    for (const TextSpan &outer : splitAtTokens(text, raw)) {
        if (outer.id >= 0) {
            ids.push_back(outer.id);
            continue;
        }
        const std::string piece = normalize(outer.text, m_normalizer);
        for (const TextSpan &inner : splitAtTokens(piece, normalized)) {
            if (inner.id >= 0)
                ids.push_back(inner.id);
            else
                encodeText(inner.text, ids);
        }
    }
    return ids;
}

void Tokenizer::encodeText(std::string_view normalized, std::vector<int> &ids) const
{
    std::string prefixed;
    if (m_prefixSpace && !normalized.empty() && normalized.front() != ' ') {
        prefixed = " ";
        prefixed += normalized;
        normalized = prefixed;
    }
    if (!m_splitWords) {
        m_model.encodeWord(normalized, ids);
        return;
    }
    for (std::string_view word : splitWords(normalized))
        m_model.encodeWord(word, ids);
}

std::string Tokenizer::decode(std::span<const int> ids) const
{
    std::string bytes;
    for (int id : ids)
        if (id >= 0 && id < vocabSize() && !m_isSpecial[std::size_t(id)])
            bytes += m_model.tokens[std::size_t(id)];
    return repairUtf8(bytes);
}

std::string Tokenizer::tokenText(int id) const
{
    return id >= 0 && id < vocabSize() ? m_model.tokens[std::size_t(id)] : std::string();
}

std::optional<int> Tokenizer::specialToken(std::string_view content) const
{
    for (const AddedToken &token : m_added)
        if (token.content == content)
            return token.id;
    return std::nullopt;
}

} // namespace qmop

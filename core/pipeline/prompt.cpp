// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/prompt.h"

#include "qmop/error.h"

#include <algorithm>
#include <string_view>

namespace qmop {
namespace {

constexpr std::string_view imageMark = "<image>";
constexpr std::string_view questionMark = "{question}";

void append(std::vector<int> &ids, const std::vector<int> &more)
{
    ids.insert(ids.end(), more.begin(), more.end());
}

// Length of the character that starts at `at`, 0 where the bytes are not UTF-8
// (overlong forms, surrogates and values beyond U+10FFFF included).
std::size_t characterLength(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const unsigned first = byte(at);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(at + i) & 0xC0) != 0x80)
            return 0;
    const unsigned second = byte(at + 1);
    const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)
        || (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    return wrong ? 0 : length;
}

} // namespace

void checkQuestion(const std::string &question)
{
    for (std::size_t at = 0; at < question.size();) {
        const std::size_t length = characterLength(question, at);
        if (length == 0)
            throw Error(ErrorCode::InvalidQuestion,
                        "the question is not UTF-8 text (byte " + std::to_string(at + 1) + ")",
                        "save or paste the question as UTF-8");
        at += length;
    }
    if (question.find_first_not_of(" \t\r\n\f\v") == std::string::npos)
        throw Error(ErrorCode::InvalidQuestion, "the question is empty", "type a question about the picture");
}

PromptIds makePrompt(const Tokenizer &tokenizer, const std::string &promptTemplate, int bosToken,
                     const std::string &question)
{
    const std::size_t image = promptTemplate.find(imageMark);
    const std::size_t slot = promptTemplate.find(questionMark);
    if (image == std::string::npos || slot == std::string::npos || slot < image)
        throw Error(ErrorCode::InvalidModel, "the model's prompt must hold <image> and, behind it, {question}",
                    "use a checkpoint whose config.json is complete and unchanged");
    const std::size_t afterImage = image + imageMark.size();

    PromptIds prompt;
    prompt.before = {bosToken};
    append(prompt.before, tokenizer.encode(promptTemplate.substr(0, image), true));
    prompt.question = tokenizer.encode(promptTemplate.substr(afterImage, slot - afterImage), true);
    append(prompt.question, tokenizer.encode(question));
    prompt.after = tokenizer.encode(promptTemplate.substr(slot + questionMark.size()), true);
    return prompt;
}

int cutPrompt(PromptIds &prompt, int room)
{
    const int excess = std::max(0, prompt.length() - room);
    if (excess == 0)
        return 0;
    if (excess >= int(prompt.question.size()))
        throw Error(ErrorCode::InvalidQuestion, "the question does not fit behind the visual tokens",
                    "choose a smaller budget or fewer answer tokens");
    prompt.question.resize(prompt.question.size() - std::size_t(excess));
    return excess;
}

TowerIds makeTowerIds(const Tokenizer &tokenizer, const TextTowerConfig &config, const std::string &question)
{
    std::vector<int> ids = tokenizer.encode(question);
    const std::size_t room = std::size_t(std::max(0, config.maxPositions - 2));
    TowerIds tower;
    tower.cut = int(ids.size() - std::min(ids.size(), room));
    ids.resize(ids.size() - std::size_t(tower.cut));
    tower.ids = {config.bosToken};
    append(tower.ids, ids);
    tower.ids.push_back(config.eosToken);
    return tower;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/prompt.h"

#include "models/tokenizer/normalizer.h"
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

} // namespace

void checkQuestion(const std::string &question)
{
    requireUtf8(question);
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

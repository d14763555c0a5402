// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/conversation_suite.h"

#include "core/conversations/conversation_file.h"
#include "qmop/error.h"

#include <fstream>
#include <set>

namespace qmop {

ConversationSuite loadConversationSuite(const std::filesystem::path &path, const std::filesystem::path &pictures)
{
    const ConversationFile file(path);
    ConversationSuite own{{path.filename().string(), "1", "exact", "", "questions of " + path.filename().string(), {}},
                          true};
    Suite &suite = own.suite;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < file.size(); ++i) {
        const Conversation conversation = file.read(i);
        const std::string record = "record " + std::to_string(conversation.record);
        std::error_code failed;
        if (!std::filesystem::is_regular_file(pictures / conversation.image, failed))
            throw Error(ErrorCode::InvalidSuite,
                        path.string() + ": " + record + ": there is no picture "
                            + (pictures / conversation.image).string(),
                        "name the folder of the pictures with --pictures");
        own.hasDimensions = own.hasDimensions && conversation.dimension.has_value();
        for (std::size_t turn = 0; turn < conversation.turns.size(); ++turn) {
            std::string id = conversation.id + (turn == 0 ? "" : "#" + std::to_string(turn + 1));
            if (!ids.insert(id).second)
                ids.insert(id += " (" + record + ")");
            suite.samples.push_back({id,
                                     conversation.image,
                                     conversation.turns[turn].question,
                                     {conversation.turns[turn].answer},
                                     conversation.dimension.value_or(Dimension::GU),
                                     conversation.questionType});
        }
    }
    return own;
}

bool isConversationFile(const std::filesystem::path &path)
{
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed))
        return false;
    std::ifstream stream(path, std::ios::binary);
    char first = 0;
    while (stream.get(first)
           && (first == ' ' || first == '\n' || first == '\r' || first == '\t' || std::uint8_t(first) >= 0x80))
        ;
    return first == '[';
}

} // namespace qmop

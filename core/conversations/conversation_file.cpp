// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/conversations/conversation_file.h"

#include "core/conversations/record_scanner.h"
#include "qmop/error.h"
#include "qmop/picture_name.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace qmop {

namespace {

using nlohmann::json;

constexpr const char *marker = "<image>";
constexpr std::size_t problemsKept = 20;
constexpr const char *hint = "resources/guide/own-data.md describes the format";

// What is wrong with one record, without its name.
struct BadRecord : std::runtime_error {
    using std::runtime_error::runtime_error;
};

const std::string &textOf(const json &object, const char *field)
{
    const auto found = object.find(field);
    if (found == object.end())
        throw BadRecord(std::string("\"") + field + "\" is missing");
    if (!found->is_string())
        throw BadRecord(std::string("\"") + field + "\" is not a text");
    return found->get_ref<const std::string &>();
}

std::string trimmed(const std::string &text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// Takes the marker out; at most one stands in a record.
std::string withoutMarker(std::string text, int &markers)
{
    for (std::size_t at = text.find(marker); at != std::string::npos; at = text.find(marker)) {
        text.erase(at, std::strlen(marker));
        if (++markers > 1)
            throw BadRecord("speaks of several pictures (more than one <image>)");
    }
    return trimmed(text);
}

std::string speakerOf(const json &entry, std::size_t place)
{
    if (!entry.is_object())
        throw BadRecord("conversations[" + std::to_string(place) + "] is not an object");
    const std::string &from = textOf(entry, "from");
    if (from == "human" || from == "user")
        return "human";
    if (from == "gpt" || from == "assistant")
        return "gpt";
    throw BadRecord("conversations[" + std::to_string(place) + "] is from \"" + from.substr(0, 40)
                    + "\", neither human nor gpt");
}

std::vector<ConversationTurn> turnsOf(const json &record)
{
    const auto found = record.find("conversations");
    if (found == record.end() || !found->is_array() || found->empty())
        throw BadRecord("\"conversations\" is missing, empty or not a list");
    if (found->size() > 2 * maxTurns)
        throw BadRecord("has more than " + std::to_string(maxTurns) + " turns");
    std::vector<ConversationTurn> turns;
    int markers = 0;
    for (std::size_t i = 0; i < found->size(); ++i) {
        const json &entry = (*found)[i];
        const std::string place = "conversations[" + std::to_string(i) + "]";
        if (speakerOf(entry, i) != (i % 2 == 0 ? "human" : "gpt"))
            throw BadRecord(place + " is out of turn: human and gpt take turns, human first");
        if (i % 2 == 0) {
            turns.push_back({withoutMarker(textOf(entry, "value"), markers), {}});
            if (turns.back().question.empty())
                throw BadRecord(place + " asks nothing");
        } else {
            turns.back().answer = trimmed(textOf(entry, "value"));
            if (turns.back().answer.empty())
                throw BadRecord(place + " answers nothing");
        }
    }
    if (found->size() % 2 == 1)
        throw BadRecord("ends with a question that nobody answers");
    return turns;
}

std::string idOf(const json &record, std::size_t number)
{
    const auto found = record.find("id");
    if (found != record.end() && found->is_string() && !found->get_ref<const std::string &>().empty())
        return found->get<std::string>();
    if (found != record.end() && found->is_number_integer())
        return found->dump();
    return "record " + std::to_string(number);
}

json parsed(const std::string &text)
{
    if (text.size() > maxRecordBytes)
        throw BadRecord("is longer than " + std::to_string(maxRecordBytes >> 10) + " KiB");
    int deepest = 0;
    json record;
    try {
        record = json::parse(text, [&deepest](int depth, json::parse_event_t, json &) {
            deepest = std::max(deepest, depth);
            return true;
        });
    } catch (const json::parse_error &error) {
        const bool encoding = std::strstr(error.what(), "UTF-8") != nullptr;
        throw BadRecord((encoding ? "is not UTF-8 at its byte " : "is not JSON at its byte ")
                        + std::to_string(error.byte));
    }
    if (deepest > maxRecordDepth)
        throw BadRecord("is nested deeper than " + std::to_string(maxRecordDepth) + " levels");
    return record;
}

// No picture: an empty `image`.
Conversation conversationOf(const std::string &text, std::size_t number)
{
    const json record = parsed(text);
    Conversation conversation;
    conversation.record = number;
    conversation.id = idOf(record, number);
    const auto image = record.find("image");
    if (image == record.end() || image->is_null())
        return conversation;
    conversation.image = textOf(record, "image");
    if (const std::string problem = pictureNameProblem(conversation.image); !problem.empty())
        throw BadRecord("\"image\" " + problem);
    conversation.turns = turnsOf(record);
    if (record.contains("dimension")) {
        conversation.dimension = dimensionFromKey(textOf(record, "dimension"));
        if (!conversation.dimension)
            throw BadRecord("\"dimension\" is none of GU, SC, RC, SE, LD");
    }
    if (record.contains("question_type"))
        conversation.questionType = textOf(record, "question_type");
    return conversation;
}

Error errorAt(const std::filesystem::path &file, std::size_t record, const std::string &problem)
{
    return {ErrorCode::InvalidSuite, file.string() + ": record " + std::to_string(record) + " " + problem, hint};
}

}

ConversationFile::ConversationFile(std::filesystem::path file, BadRecords policy)
    : m_file(std::move(file))
{
    std::error_code failed;
    if (!std::filesystem::is_regular_file(m_file, failed))
        throw Error(ErrorCode::InvalidSuite, m_file.string() + " is not there or no file",
                    "name a JSON file of questions and answers");
    m_descriptor = ::open(m_file.c_str(), O_RDONLY | O_CLOEXEC);
    if (m_descriptor < 0)
        throw Error(ErrorCode::InvalidSuite, m_file.string() + " cannot be read: " + std::strerror(errno),
                    "check the file's permissions");
    try {
        scan(policy);
    } catch (...) {
        ::close(m_descriptor);
        throw;
    }
}

ConversationFile::~ConversationFile()
{
    ::close(m_descriptor);
}

void ConversationFile::scan(BadRecords policy)
{
    std::ifstream stream(m_file, std::ios::binary);
    try {
        RecordScanner scanner(stream);
        std::string text;
        for (Place place; scanner.next(text, place.offset, maxRecordBytes);) {
            place.length = std::uint32_t(text.size());
            place.record = std::uint32_t(scanner.records());
            take(text, place, policy);
        }
    } catch (const ScanProblem &problem) {
        throw errorAt(m_file, problem.record, problem.what + " (byte " + std::to_string(problem.offset) + ")");
    }
    if (m_places.empty())
        throw Error(ErrorCode::InvalidSuite,
                    m_file.string() + " holds no question about a picture (" + std::to_string(m_withoutPicture)
                        + " records without a picture, " + std::to_string(m_bad) + " bad ones"
                        + (m_problems.empty() ? ")" : "; first: " + m_problems.front() + ")"),
                    hint);
}

void ConversationFile::take(const std::string &text, const Place &place, BadRecords policy)
{
    try {
        if (conversationOf(text, place.record).image.empty())
            ++m_withoutPicture;
        else
            m_places.push_back(place);
    } catch (const BadRecord &bad) {
        if (policy == BadRecords::Refuse)
            throw errorAt(m_file, place.record,
                          std::string(bad.what()) + " (byte " + std::to_string(place.offset) + ")");
        if (++m_bad <= problemsKept)
            m_problems.push_back("record " + std::to_string(place.record) + " " + bad.what());
    }
}

Conversation ConversationFile::read(std::size_t index) const
{
    const Place &place = m_places.at(index);
    std::string text(place.length, '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t count = ::pread(m_descriptor, text.data() + done, text.size() - done, off_t(place.offset + done));
        if (count <= 0)
            throw errorAt(m_file, place.record, "cannot be read any more: the file has changed");
        done += std::size_t(count);
    }
    try {
        return conversationOf(text, place.record);
    } catch (const BadRecord &) {
        throw errorAt(m_file, place.record, "is another one now: the file has changed");
    }
}

} // namespace qmop

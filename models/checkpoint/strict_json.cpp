// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/strict_json.h"

#include "qmop/error.h"

#include <fstream>
#include <set>
#include <vector>

namespace qmop {

namespace {

const char *const damagedHint = "the file is damaged or not what its name says: copy or download it again";

[[noreturn]] void fail(const std::string &name, const std::string &what)
{
    throw Error(ErrorCode::InvalidModel, name + ": " + what, damagedHint);
}

}

nlohmann::json parseStrictJson(std::string_view text, const std::string &name, int maxDepth)
{
    using json = nlohmann::json;
    std::vector<std::set<std::string>> keys; // of the objects that are open
    auto check = [&](int depth, json::parse_event_t event, json &parsed) {
        switch (event) {
        case json::parse_event_t::object_start:
            keys.emplace_back();
            [[fallthrough]];
        case json::parse_event_t::array_start:
            if (depth >= maxDepth)
                fail(name, "JSON is nested deeper than " + std::to_string(maxDepth) + " levels");
            break;
        case json::parse_event_t::object_end:
            keys.pop_back();
            break;
        case json::parse_event_t::key:
            if (!keys.back().insert(parsed.get_ref<const std::string &>()).second)
                fail(name, "JSON has the key \"" + parsed.get_ref<const std::string &>() + "\" twice");
            break;
        default:
            break;
        }
        return true;
    };
    try {
        return json::parse(text.begin(), text.end(), check);
    } catch (const json::exception &error) {
        // Only the position: the library's message quotes the input, which may be binary.
        const auto *parseError = dynamic_cast<const json::parse_error *>(&error);
        fail(name, "not valid JSON" + (parseError ? " at byte " + std::to_string(parseError->byte) : std::string()));
    }
}

nlohmann::json readStrictJson(const std::filesystem::path &file, std::size_t maxBytes, int maxDepth)
{
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored))
        throw Error(ErrorCode::InvalidModel, file.string() + ": no such file",
                    "give the folder of a complete checkpoint");
    std::ifstream stream(file, std::ios::binary | std::ios::ate);
    const auto end = stream ? std::streamoff(stream.tellg()) : -1;
    if (end < 0)
        throw Error(ErrorCode::InvalidModel, file.string() + ": cannot be read", "check the file's permissions");
    if (std::size_t(end) > maxBytes)
        fail(file.string(), "larger than the limit of " + std::to_string(maxBytes) + " bytes");
    std::string text(std::size_t(end), '\0');
    stream.seekg(0);
    stream.read(text.data(), end);
    if (stream.gcount() != end)
        fail(file.string(), "ended while being read");
    return parseStrictJson(text, file.string(), maxDepth);
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/structure/source_tree.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace qmop::structure {
namespace {

bool isSource(const std::filesystem::path &path)
{
    static const std::set<std::string> suffixes{".h", ".cpp", ".cmake", ".sh", ".py"};
    return suffixes.contains(path.extension().string()) || path.filename() == "CMakeLists.txt";
}

std::string readText(const std::filesystem::path &path)
{
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

bool isIdentifier(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// One past the end of the literal or comment that starts at `at`, or `at` where none starts.
size_t skipOpaque(const std::string &text, size_t at)
{
    const auto endAfter = [&](const std::string &end, size_t from) {
        const size_t found = text.find(end, from);
        return found == std::string::npos ? text.size() : found + end.size();
    };
    if (text.compare(at, 2, "//") == 0)
        return std::min(text.find('\n', at), text.size());
    if (text.compare(at, 2, "/*") == 0)
        return endAfter("*/", at + 2);
    if (text.compare(at, 2, "R\"") == 0 && (at == 0 || !isIdentifier(text[at - 1]))) {
        const size_t paren = text.find('(', at);
        if (paren != std::string::npos)
            return endAfter(std::string(")").append(text, at + 2, paren - at - 2).append("\""), paren);
    }
    const char quote = text[at];
    // An apostrophe inside a number (1'000) separates digits.
    if (quote != '"' && (quote != '\'' || (at > 0 && isIdentifier(text[at - 1]))))
        return at;
    for (size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == quote)
            return i + 1;
    }
    return at + 1;
}

/// One past the end of a preprocessor directive with its continued lines.
size_t skipDirective(const std::string &text, size_t at)
{
    size_t end = text.find('\n', at);
    while (end != std::string::npos && end > 0 && text[end - 1] == '\\')
        end = text.find('\n', end + 1);
    return std::min(end, text.size());
}

} // namespace

SourceTree readSourceTree(const std::filesystem::path &root)
{
    SourceTree tree;
    for (const char *top : {"app", "core", "models", "packaging", "resources", "tests", "widgets"}) {
        if (!std::filesystem::exists(root / top))
            continue;
        for (auto it = std::filesystem::recursive_directory_iterator(root / top); it != std::filesystem::end(it);
             ++it) {
            const std::string name = it->path().filename().string();
            if (it->is_directory() && (name.starts_with(".") || name.starts_with("build") || name == "__pycache__"))
                it.disable_recursion_pending();
            else if (it->is_regular_file() && isSource(it->path()))
                tree.push_back({it->path().lexically_relative(root).generic_string(), readText(it->path())});
        }
    }
    std::sort(tree.begin(), tree.end(), [](const SourceFile &a, const SourceFile &b) { return a.path < b.path; });
    return tree;
}

bool isCpp(const std::string &path)
{
    return path.ends_with(".h") || path.ends_with(".cpp");
}

std::vector<std::string> splitLines(const std::string &text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

std::string blankCommentsAndLiterals(const std::string &text)
{
    std::string blanked = text;
    bool atLineStart = true;
    for (size_t at = 0; at < text.size();) {
        size_t end = skipOpaque(text, at);
        if (end == at && atLineStart && text[at] == '#')
            end = skipDirective(text, at);
        if (end == at) {
            atLineStart = text[at] == '\n' || (atLineStart && (text[at] == ' ' || text[at] == '\t'));
            ++at;
            continue;
        }
        for (; at < end; ++at)
            if (text[at] != '\n')
                blanked[at] = ' ';
    }
    return blanked;
}

} // namespace qmop::structure

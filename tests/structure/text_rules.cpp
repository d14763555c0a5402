// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/structure/text_rules.h"

#include <algorithm>
#include <filesystem>
#include <regex>

namespace qmop::structure {
namespace {

constexpr int kMaxFileLines = 400;
constexpr int kMaxFunctionLines = 60;

/// What an open brace belongs to.
struct Brace {
    bool isFunction = false; ///< the outermost brace of a function's body
    int line = 0;
    std::string header; ///< the text before it, from the last ';', '{' or '}'
};

/// Whether the text before a brace is a function's declarator. Initialisers ("= {"), types,
/// namespaces and brace-initialised members of a constructor's list are not.
bool opensFunction(const std::string &text)
{
    static const std::regex leadingMacros(R"(^(\s*[A-Z][A-Z0-9_]+\s*\([^()]*\)\s*\n)+)");
    static const std::regex notFunction(
        R"(^\s*(template\s*<[^;]*>\s*)?(inline\s+)?(namespace|class|struct|union|enum|extern)\b)");
    static const std::regex assignment(R"((^|[^=!<>+\-*/])=(?!=))");
    static const std::regex returnsStruct(R"(\)\s*(const|noexcept|override|final|->.*)?\s*$)");
    // Q_DECLARE_METATYPE(A) and its like may stand there without a semicolon.
    const std::string header = std::regex_replace(text, leadingMacros, "\n");
    if (header.find('(') == std::string::npos)
        return false;
    if (std::regex_search(header, notFunction) && !std::regex_search(header, returnsStruct))
        return false;
    const std::string beforeParen = header.substr(0, header.find('('));
    return beforeParen.find("operator") != std::string::npos || !std::regex_search(beforeParen, assignment);
}

/// The last word before the parameter list: "void Engine::submit(" gives "Engine::submit".
std::string functionName(const std::string &header)
{
    static const std::regex name(R"(([\w:~]+)\s*\()");
    std::smatch match;
    return std::regex_search(header, match, name) ? match[1].str() : "a function";
}

/// Whether a brace goes on with a constructor whose list has brace initialisers: "m_a{a}, m_b{b} {".
bool continuesConstructor(const std::string &header)
{
    const size_t first = header.find_first_not_of(" \n\t");
    return first == std::string::npos || header[first] == ',';
}

void checkFunctions(const SourceFile &file, std::vector<Violation> &violations)
{
    const std::string text = blankCommentsAndLiterals(file.text);
    std::vector<Brace> open;
    std::string header;
    int line = 1;
    bool inFunction = false;
    bool afterFunction = false;
    for (const char c : text) {
        if (c == '\n')
            ++line;
        if (c == '{') {
            const bool continued = afterFunction && continuesConstructor(header);
            const bool function = !inFunction && (continued || opensFunction(header));
            afterFunction = false;
            inFunction = inFunction || function;
            open.push_back({function, line, header});
        } else if (c == '}' && !open.empty()) {
            const Brace brace = open.back();
            open.pop_back();
            if (brace.isFunction)
                inFunction = false;
            afterFunction = brace.isFunction;
            const int lines = line - brace.line + 1;
            if (brace.isFunction && lines > kMaxFunctionLines)
                violations.push_back({file.path, brace.line,
                                      functionName(brace.header) + " has " + std::to_string(lines) + " lines, at most "
                                          + std::to_string(kMaxFunctionLines)});
        }
        if (c == '{' || c == '}' || c == ';')
            header.clear();
        else
            header += c;
    }
}

void checkFileName(const SourceFile &file, std::vector<Violation> &violations)
{
    static const std::regex snakeCase("[a-z0-9_]+");
    static const std::regex vague("(^|[/_.-])(manager|helper|util)s?([/_.-]|$)", std::regex::icase);
    const std::filesystem::path path(file.path);
    const bool script = file.path.starts_with("packaging/");
    if ((isCpp(file.path) || (path.extension() == ".py" && !script))
        && !std::regex_match(path.stem().string(), snakeCase))
        violations.push_back({file.path, 0, "file name is not snake_case"});
    if (std::regex_search(file.path, vague))
        violations.push_back({file.path, 0, "name says manager, helper or util: name what it does"});
}

} // namespace

std::vector<Violation> filesAreShort(const SourceTree &tree)
{
    std::vector<Violation> violations;
    for (const SourceFile &file : tree) {
        const size_t lines = splitLines(file.text).size();
        if (lines > kMaxFileLines)
            violations.push_back(
                {file.path, 0, std::to_string(lines) + " lines, at most " + std::to_string(kMaxFileLines)});
    }
    return violations;
}

std::vector<Violation> filesNameTheirLicence(const SourceTree &tree)
{
    static const std::string licence = std::string("SPDX-License-") + "Identifier: GPL-3.0-or-later";
    std::vector<Violation> violations;
    for (const SourceFile &file : tree) {
        const std::vector<std::string> lines = splitLines(file.text);
        const size_t expected = !lines.empty() && lines[0].starts_with("#!") ? 1 : 0;
        if (lines.size() <= expected || lines[expected].find(licence) == std::string::npos)
            violations.push_back({file.path, static_cast<int>(expected) + 1, "no \"" + licence + "\""});
    }
    return violations;
}

std::vector<Violation> namesSayWhatThingsAre(const SourceTree &tree)
{
    static const std::regex vagueType(R"(\b(class|struct|enum class)\s+\w*(Manager|Helper|Util)s?\b)");
    std::vector<Violation> violations;
    for (const SourceFile &file : tree) {
        checkFileName(file, violations);
        if (!isCpp(file.path))
            continue;
        if (file.path.ends_with(".h") && file.text.find("\n#pragma once\n") == std::string::npos)
            violations.push_back({file.path, 0, "header without #pragma once"});
        const std::vector<std::string> lines = splitLines(blankCommentsAndLiterals(file.text));
        for (size_t i = 0; i < lines.size(); ++i)
            if (std::regex_search(lines[i], vagueType))
                violations.push_back({file.path, static_cast<int>(i) + 1, "type name says manager, helper or util"});
    }
    return violations;
}

std::vector<Violation> noPrivatePaths(const SourceTree &tree)
{
    // In two parts, so that this file does not break its own rule.
    static const std::regex machinePath(std::string("(^|[\\s\"'=(:])/(") + "root|home|work" + ")/");
    std::vector<Violation> violations;
    for (const SourceFile &file : tree) {
        const std::vector<std::string> lines = splitLines(file.text);
        for (size_t i = 0; i < lines.size(); ++i)
            if (std::regex_search(lines[i], machinePath))
                violations.push_back({file.path, static_cast<int>(i) + 1, "path of somebody's machine"});
    }
    return violations;
}

std::vector<Violation> functionsAreShort(const SourceTree &tree)
{
    std::vector<Violation> violations;
    for (const SourceFile &file : tree)
        if (isCpp(file.path))
            checkFunctions(file, violations);
    return violations;
}

} // namespace qmop::structure

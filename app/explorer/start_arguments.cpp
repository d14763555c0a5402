// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/start_arguments.h"

#include <algorithm>
#include <cstdlib>

namespace qmop {

namespace {

bool isSet(const char *variable)
{
    const char *value = std::getenv(variable);
    return value && *value;
}

// Qt reads its options with one dash and with two.
std::string renamed(const std::string &word)
{
    const std::size_t dashes = word.starts_with("--") ? 2 : word.starts_with("-") ? 1 : 0;
    const std::string name = word.substr(dashes, word.find('=') - dashes);
    if (dashes == 0 || name != "session")
        return word;
    std::string ours = "--";
    ours += sessionFileOption;
    ours += word.substr(dashes + name.size());
    return ours;
}

}

StartArguments::StartArguments(int argc, char **argv)
    : m_count(argc)
{
    bool options = true;
    for (int i = 0; i < argc; ++i) {
        options = options && std::string(argv[i]) != "--";
        m_words.push_back(options ? renamed(argv[i]) : argv[i]);
    }
    for (std::string &word : m_words)
        m_pointers.push_back(word.data());
    m_pointers.push_back(nullptr);
}

bool StartArguments::hasAny(const std::vector<std::string> &names) const
{
    return std::ranges::any_of(m_words, [&](const std::string &word) {
        return std::ranges::find(names, word.substr(0, word.find('='))) != names.end();
    });
}

bool StartArguments::asksOnly() const
{
    return hasAny({"-h", "--help", "--help-all", "-v", "--version"});
}

bool StartArguments::choosesPlatform() const
{
    return hasAny({"-platform", "--platform"});
}

std::optional<std::string> screenObstacle(const StartArguments &arguments)
{
    if (isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || isSet("QT_QPA_PLATFORM") || arguments.choosesPlatform())
        return std::nullopt;
    if (!arguments.asksOnly())
        return "there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set (start it on a desktop, or use "
               "qmop, the command line, or set QT_QPA_PLATFORM=offscreen and give --first-light FILE)";
    setenv("QT_QPA_PLATFORM", "offscreen", 1);
    return std::nullopt;
}

} // namespace qmop

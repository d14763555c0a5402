// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program's arguments before Qt sees them. Qt takes "--session ID" out for an
// X session's manager, and ends the program where there is no screen, even for
// --help.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace qmop {

// Stands for "--session", under a name that Qt leaves alone.
inline constexpr const char *sessionFileOption = "session-file";

// What the application is made from; has to outlive it.
class StartArguments {
public:
    StartArguments(int argc, char **argv);

    int &count() { return m_count; }
    char **values() { return m_pointers.data(); }
    // One of --help and --version, which need no screen.
    bool asksOnly() const;
    // Names Qt's platform, as --platform offscreen.
    bool choosesPlatform() const;

private:
    bool hasAny(const std::vector<std::string> &names) const;

    std::vector<std::string> m_words;
    std::vector<char *> m_pointers; // with a null behind them
    int m_count;
};

// Sees to it that an application can be made where no screen is: questions like
// --help get Qt's own unseen platform. Returns what to say where there is no way.
std::optional<std::string> screenObstacle(const StartArguments &arguments);

} // namespace qmop

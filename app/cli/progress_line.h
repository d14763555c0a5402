// SPDX-License-Identifier: GPL-3.0-or-later
//
// Progress on standard error: one line that is rewritten on a terminal.
#pragma once

#include <string>

namespace qmop {

class ProgressLine {
public:
    // `asked`: elsewhere than on a terminal print lines, too; otherwise nothing.
    explicit ProgressLine(bool asked);

    // On a terminal `text` replaces the line. Elsewhere it becomes a line of its
    // own where `step` is another one than before: what has to be worth a line.
    void show(const std::string &text, const std::string &step);
    // Leaves an empty line on a terminal, for what is printed next.
    void clear();

private:
    bool m_rewrites;
    bool m_asked;
    std::string m_step;
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/progress_line.h"

#include <iostream>

#include <unistd.h>

namespace qmop {

ProgressLine::ProgressLine(bool asked)
    : m_rewrites(::isatty(STDERR_FILENO))
    , m_asked(asked)
{
}

void ProgressLine::show(const std::string &text, const std::string &step)
{
    if (m_rewrites)
        std::cerr << "\r\033[K" << text << std::flush;
    else if (m_asked && step != m_step)
        std::cerr << text << std::endl;
    m_step = step;
}

void ProgressLine::clear()
{
    if (m_rewrites)
        std::cerr << "\r\033[K" << std::flush;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/error_line.h"

namespace qmop {

std::string errorLine(const std::string &what, const std::string &hint)
{
    return hint.empty() ? what : what + " (" + hint + ")";
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a command signs its lines on standard error with.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace qmop {

// Program and command as they are typed: "qmop", "qmop render", "qmop sweep budgets".
std::string signatureOf(const CLI::App &command);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/signature.h"

#include <CLI/App.hpp>

namespace qmop {

std::string signatureOf(const CLI::App &command)
{
    const CLI::App *parent = command.get_parent();
    return parent ? signatureOf(*parent) + " " + command.get_name() : "qmop";
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/changes_text.h"

namespace qmop {

std::string changesText(const RunRequest &request)
{
    const std::string changes = overridesText(request.overrides);
    if (!request.search)
        return changes;
    return changes.empty() ? "search" : changes + " · search";
}

} // namespace qmop

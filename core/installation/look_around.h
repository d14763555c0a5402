// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qmop/installation.h"

namespace qmop {

// Looks at processor, memory, model, suites, resources and journal now; reads and
// hashes all weights. Never throws for what it finds: a damaged model or suite is
// a finding. Throws Error{Cancelled} where the request stops it.
Installation lookAround(const InstallationRequest &request);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/patch_grid.h"

namespace qmop {
} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The way of the Tab key through a dock. A panel that is made late would come behind
// everything else of the window, since Qt's order is that of making.
#pragma once

class QDockWidget;

namespace qmop {

// The controls of the dock's panel, in the order that they have, then the two buttons of its title.
void tabThroughPanelFirst(const QDockWidget &dock);

} // namespace qmop

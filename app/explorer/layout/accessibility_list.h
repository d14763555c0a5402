// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every control of a window as a screen reader and the Tab key meet it.
#pragma once

#include <QString>

#include <vector>

class QWidget;

namespace qmop {

struct AccessibleControl {
    QString role; // "push button"
    QString name;
    // Place in the order of the Tab key, from 0; -1: Tab does not come here.
    int tabIndex = -1;
    // Where Tab does not come: what else leads here ("menu View", "arrow keys"); empty: nothing does.
    QString otherwise;
    QString place; // panel and class, to find it by
};

// Controls that are shown now, in the order of the widgets. Parts of a control
// (a spin box's line edit, a table's header) belong to it.
std::vector<AccessibleControl> accessibleControls(QWidget &window);

// One line per control: "12  push button  Run  [toolbar]".
QString accessibilityText(const std::vector<AccessibleControl> &controls);

} // namespace qmop

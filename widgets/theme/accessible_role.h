// SPDX-License-Identifier: GPL-3.0-or-later
//
// What kind of thing a widget that we draw is to a screen reader.
#pragma once

#include <QAccessible>

class QWidget;

namespace qmop {

// To be called before the widget gets its accessible name: what was asked about
// before keeps its old role.
void setAccessibleRole(QWidget *widget, QAccessible::Role role);

} // namespace qmop

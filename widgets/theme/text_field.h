// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace qmop {

// Whether what is typed, pasted or dropped there is text: a line, several lines, or a
// number; also of the part of such a field that the pointer is over.
bool takesText(const QWidget *widget);

} // namespace qmop

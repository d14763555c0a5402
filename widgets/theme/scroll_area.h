// SPDX-License-Identifier: GPL-3.0-or-later
//
// Panels with more controls than fit. The wheel scrolls them: it must not move a
// slider, or choose from a list, that happens to come under the pointer, since that
// would start runs.
#pragma once

class QWidget;

namespace qmop {

// Controls in `content` that are there now take the wheel only with the focus, which
// the wheel does not give them.
void keepWheelFromControls(QWidget *content);

// Without a frame and out of the Tab key's way; `content` fills it, guarded as above.
QWidget *scrollAreaAround(QWidget *content, QWidget *parent);

} // namespace qmop

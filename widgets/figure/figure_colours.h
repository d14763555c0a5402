// SPDX-License-Identifier: GPL-3.0-or-later
//
// A figure is black on white whatever the window's theme is.
#pragma once

#include <QColor>

namespace qmop::figure_colours {

inline const QColor paper(0xff, 0xff, 0xff);
inline const QColor ink(0x1b, 0x1f, 0x24);
inline const QColor muted(0x5b, 0x64, 0x70); // 5.9:1 on paper
inline const QColor line(0xc9, 0xce, 0xd6);
inline const QColor track(0xe8, 0xeb, 0xef);
inline const QColor locked(0xf0, 0xe4, 0x42); // as on the screen

} // namespace qmop::figure_colours

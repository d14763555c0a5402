// SPDX-License-Identifier: GPL-3.0-or-later
//
// The pictures and folders opened last, newest first, kept between starts.
#pragma once

#include <QStringList>

namespace qmop {

inline constexpr int mostRecentFiles = 12;

QStringList recentFiles();
// Moves the path to the front. Only files that exist are kept.
void addRecentFile(const QString &path);
void clearRecentFiles();

} // namespace qmop

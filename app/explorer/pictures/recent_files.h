// SPDX-License-Identifier: GPL-3.0-or-later
//
// What was opened last, newest first, kept between starts: pictures and folders, and how such lists grow.
#pragma once

#include <QStringList>

namespace qmop {

inline constexpr int mostRecentFiles = 12;

QStringList recentFiles();
// Moves the path to the front. Only files that exist are kept.
void addRecentFile(const QString &path);
void clearRecentFiles();

// A list with this path, made absolute, in front and once; the oldest beyond `most` go.
QStringList withNewest(QStringList paths, const QString &path, int most);

} // namespace qmop

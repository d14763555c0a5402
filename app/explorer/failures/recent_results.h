// SPDX-License-Identifier: GPL-3.0-or-later
//
// The benchmark results opened or made last, newest first, kept between starts.
// Missing ones stay listed: a disk may be plugged in again.
#pragma once

#include <QStringList>

class QMenu;

namespace qmop {

inline constexpr int mostRecentResults = 10;

QStringList recentResults();
// Moves the file to the front.
void addRecentResult(const QString &file);
void clearRecentResults();

// Folders of suites, where a result's pictures have been found before, newest first.
inline constexpr int mostSuiteFolders = 12;
QStringList suiteFolders();
void addSuiteFolder(const QString &folder);

// An action per result with the file as its data, disabled and marked where the file is
// missing, and one without data that clears the list. Empty where there is none.
void fillRecentResults(QMenu *menu);

} // namespace qmop

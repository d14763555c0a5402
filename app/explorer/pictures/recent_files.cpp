// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/pictures/recent_files.h"

#include <QFileInfo>
#include <QSettings>

#include <algorithm>

namespace qmop {

namespace {
const auto settingsKey = QStringLiteral("files/recent");
}

QStringList recentFiles()
{
    QStringList paths = QSettings().value(settingsKey).toStringList();
    paths.erase(
        std::remove_if(paths.begin(), paths.end(), [](const QString &path) { return !QFileInfo::exists(path); }),
        paths.end());
    return paths;
}

void addRecentFile(const QString &path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QStringList paths = recentFiles();
    paths.removeAll(absolute);
    paths.prepend(absolute);
    QSettings().setValue(settingsKey, QStringList(paths.mid(0, mostRecentFiles)));
}

void clearRecentFiles()
{
    QSettings().remove(settingsKey);
}

} // namespace qmop

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
    QSettings().setValue(settingsKey, withNewest(recentFiles(), path, mostRecentFiles));
}

void clearRecentFiles()
{
    QSettings().remove(settingsKey);
}

QStringList withNewest(QStringList paths, const QString &path, int most)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    paths.removeAll(absolute);
    paths.prepend(absolute);
    return paths.mid(0, most);
}

} // namespace qmop

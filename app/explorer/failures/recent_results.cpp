// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/failures/recent_results.h"

#include "app/explorer/pictures/recent_files.h"

#include <QAction>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QMenu>
#include <QSettings>

namespace qmop {

namespace {

const auto settingsKey = QStringLiteral("failures/recent");
const auto suitesKey = QStringLiteral("failures/suites");

QString tr(const char *text)
{
    return QCoreApplication::translate("RecentResults", text);
}

// What tells one from another: files are often all called results.json.
QString titleOf(const QFileInfo &file)
{
    return QStringLiteral("%1/%2").arg(file.dir().dirName(), file.fileName()).replace(u'&', QStringLiteral("&&"));
}

}

QStringList recentResults()
{
    return QSettings().value(settingsKey).toStringList().mid(0, mostRecentResults);
}

void addRecentResult(const QString &file)
{
    QSettings().setValue(settingsKey, withNewest(recentResults(), file, mostRecentResults));
}

QStringList suiteFolders()
{
    return QSettings().value(suitesKey).toStringList();
}

void addSuiteFolder(const QString &folder)
{
    QSettings().setValue(suitesKey, withNewest(suiteFolders(), folder, mostSuiteFolders));
}

void clearRecentResults()
{
    QSettings().remove(settingsKey);
}

void fillRecentResults(QMenu *menu)
{
    menu->clear();
    menu->setToolTipsVisible(true);
    const QStringList files = recentResults();
    for (const QString &path : files) {
        const QFileInfo file(path);
        QAction *action = menu->addAction(file.exists() ? titleOf(file) : tr("%1 (missing)").arg(titleOf(file)));
        action->setData(path);
        action->setEnabled(file.exists());
        action->setToolTip(QDir::toNativeSeparators(path));
    }
    if (files.isEmpty())
        return;
    menu->addSeparator();
    menu->addAction(tr("Clear this list"));
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/training/training_logs.h"

#include "widgets/training/training_panel.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>

namespace qmop {

TrainingLogs::TrainingLogs(TrainingPanel *panel, QObject *parent)
    : QObject(parent)
    , m_panel(panel)
{
    connect(panel, &TrainingPanel::openRequested, this, &TrainingLogs::choose);
    connect(panel, &TrainingPanel::removeRequested, this, &TrainingLogs::remove);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &TrainingLogs::readAgain);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &TrainingLogs::readAgain);
}

void TrainingLogs::choose()
{
    const QString usual = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation)
        + QStringLiteral("/qmop-explorer/training");
    const QString folder = QFileDialog::getExistingDirectory(m_panel, tr("Open a training folder"),
                                                             QDir(usual).exists() ? usual : QString());
    if (!folder.isEmpty())
        open(folder);
}

void TrainingLogs::open(const QString &path)
{
    const QString log
        = QFileInfo(QString::fromStdString(trainingLogOf(path.toStdString()).string())).absoluteFilePath();
    const auto same = [&log](const std::unique_ptr<Log> &each) { return each->path == log; };
    if (std::none_of(m_logs.begin(), m_logs.end(), same)) {
        m_logs.push_back(std::make_unique<Log>(Log{log, {}}));
        m_watcher.addPath(QFileInfo(log).path());
    }
    readAgain(log);
}

void TrainingLogs::remove(int index)
{
    const QString path = m_logs.at(std::size_t(index))->path;
    m_logs.erase(m_logs.begin() + index);
    m_watcher.removePath(path);
    const QString folder = QFileInfo(path).path();
    if (std::none_of(m_logs.begin(), m_logs.end(),
                     [&folder](const auto &log) { return QFileInfo(log->path).path() == folder; }))
        m_watcher.removePath(folder);
    show();
}

// `changed` is a log or the folder of one.
void TrainingLogs::readAgain(const QString &changed)
{
    for (const auto &log : m_logs) {
        if (log->path != changed && QFileInfo(log->path).path() != changed)
            continue;
        log->reader.update(log->path.toStdString());
        // A file that was replaced is watched no more.
        if (!m_watcher.files().contains(log->path) && QFileInfo::exists(log->path))
            m_watcher.addPath(log->path);
    }
    show();
}

void TrainingLogs::show()
{
    std::vector<TrainingRun> runs;
    for (const auto &log : m_logs) {
        TrainingRun run{log->path, nullptr, {}};
        if (!QFileInfo::exists(log->path))
            run.problem = tr("%1 is not there").arg(QFileInfo(log->path).fileName());
        else if (log->reader.curves().stages.empty())
            run.problem = tr("nothing logged yet");
        if (run.problem.isEmpty())
            run.curves = std::make_shared<const TrainingCurves>(log->reader.curves());
        runs.push_back(std::move(run));
    }
    m_panel->setRuns(std::move(runs));
}

} // namespace qmop

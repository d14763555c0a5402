// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/training/training_logs.h"

#include "qmop/command_line.h"
#include "qmop/resources.h"
#include "qmop/sha256.h"
#include "widgets/training/training_panel.h"

#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QStandardPaths>

#include <algorithm>

namespace qmop {

namespace {

constexpr std::uintmax_t largestRecipe = 1 << 20; // one's own data may lie beside it

// A file with these bytes: in the training folder, beside it, or among the shipped recipes. Empty: none.
std::filesystem::path recipeOf(const std::filesystem::path &folder, const std::string &sha256)
{
    std::error_code error;
    for (const std::filesystem::path &where : {folder, folder.parent_path(), resourceDir() / "recipes"})
        for (const auto &entry : std::filesystem::directory_iterator(where, error))
            if (entry.path().extension() == ".json" && entry.is_regular_file(error)
                && entry.file_size(error) <= largestRecipe && sha256OfFile(entry.path()) == sha256)
                return entry.path();
    return {};
}

// What makes the training of this log, or why nothing does.
struct TrainingCommand {
    std::string text;
    QString obstacle;
};

TrainingCommand commandOf(const QString &log, const TrainingCurves &curves)
{
    const std::filesystem::path file(log.toStdString());
    if (curves.recipeSha256.empty())
        return {{}, TrainingLogs::tr("The log does not say which recipe it is of")};
    if (curves.processes != 1)
        return {
            {},
            TrainingLogs::tr("%1 processes trained together: each needs a command of its own").arg(curves.processes)};
    const std::filesystem::path recipe = recipeOf(file.parent_path(), curves.recipeSha256);
    if (recipe.empty())
        return {{},
                TrainingLogs::tr("The recipe %1 is not there as it was: put its file into the training folder")
                    .arg(QString::fromStdString(curves.name))};
    std::vector<std::string> words{"train", "--recipe", recipe.string(), "--out", file.parent_path().string()};
    if (file.filename() != "training.jsonl")
        words.insert(words.end(), {"--log", file.string()});
    if (!curves.type.empty())
        words.insert(words.end(), {"--dtype", curves.type});
    return {commandLine(words), {}};
}

}

TrainingLogs::TrainingLogs(TrainingPanel *panel, QObject *parent)
    : QObject(parent)
    , m_panel(panel)
{
    connect(panel, &TrainingPanel::openRequested, this, &TrainingLogs::choose);
    connect(panel, &TrainingPanel::removeRequested, this, &TrainingLogs::remove);
    connect(panel, &TrainingPanel::commandWanted, this, &TrainingLogs::copyCommand);
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

void TrainingLogs::copyCommand(int index) const
{
    const Log &log = *m_logs.at(std::size_t(index));
    QGuiApplication::clipboard()->setText(QString::fromStdString(commandOf(log.path, log.reader.curves()).text));
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
        TrainingRun run{log->path, nullptr, {}, commandOf(log->path, log->reader.curves()).obstacle};
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

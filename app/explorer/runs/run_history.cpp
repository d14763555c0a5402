// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/runs/run_history.h"

#include "app/explorer/pictures/stored_picture.h"
#include "widgets/runs/runs_panel.h"

#include <QDateTime>
#include <QLocale>
#include <QUndoStack>

#include <algorithm>

namespace qmop {

namespace {

constexpr int mostRead = 16; // runs that find() reads: a few milliseconds each
constexpr std::int64_t largePicture = 4'000'000; // pixels; smaller ones are decoded within a few frames

// One thing that a person did to one or two runs (pinning one unpins another).
class EditRuns : public QUndoCommand {
public:
    struct Change {
        std::string uid;
        RunEdits before;
        RunEdits after;
    };
    EditRuns(RunHistory *history, const QString &text, std::vector<Change> changes)
        : QUndoCommand(text)
        , m_history(history)
        , m_changes(std::move(changes))
    {
    }
    void undo() override
    {
        for (auto change = m_changes.rbegin(); change != m_changes.rend(); ++change)
            m_history->applyEdits(change->uid, change->before);
    }
    void redo() override
    {
        for (const Change &change : m_changes)
            m_history->applyEdits(change.uid, change.after);
    }

private:
    RunHistory *m_history;
    std::vector<Change> m_changes;
};

RunFailed asFailure(const Error &error)
{
    return {error.code(), error.what(), error.hint()};
}

}

RunHistory::RunHistory(std::filesystem::path journal, PictureDecoder decoder, RunsPanel *panel, QObject *parent)
    : QObject(parent)
    , m_file(std::move(journal))
    , m_decoder(std::move(decoder))
    , m_panel(panel)
    , m_undo(new QUndoStack(this))
    , m_session(newUid())
{
    connect(panel, &RunsPanel::editsRequested, this, &RunHistory::changeEdits);
    panel->model()->setLoader([this](const RunHeadline &run) { return load(run); });
    panel->model()->setPreparer(
        [this](const RunHeadline &run, const std::function<void()> &then) { return prepare(run, then); });
}

RunHistory::~RunHistory()
{
    close();
}

void RunHistory::open()
{
    if (std::exchange(m_opened, true) || m_file.empty())
        return;
    try {
        m_journal = std::make_shared<RunJournal>(m_file);
        const std::vector<RunHeadline> runs = m_journal->headlines();
        showAll();
        if (!m_journal->notices().empty()) {
            QStringList lines;
            for (const std::string &line : m_journal->notices())
                lines << QString::fromStdString(line);
            emit notice(lines.join(u'\n'), {});
        }
        tellOfCrashes(m_journal->openWindow(m_session), runs);
        m_recorder = std::make_shared<RunRecorder>(m_journal, m_session);
    } catch (const Error &error) {
        m_journal.reset();
        emit failed(
            {error.code(), std::string("runs of this window will not be remembered: ") + error.what(), error.hint()});
    }
}

void RunHistory::tellOfCrashes(const std::vector<CrashReport> &crashes, const std::vector<RunHeadline> &runs)
{
    if (crashes.empty())
        return;
    const CrashReport &last = crashes.back();
    const QDateTime started = QDateTime::fromMSecsSinceEpoch(last.startedAt);
    const QString what = tr("QMoP Explorer ended without being closed the last time (that window was opened on %1).")
                             .arg(QLocale().toString(started, QLocale::ShortFormat));
    QStringList hints;
    hints << (last.runs == 0       ? tr("It had finished no run, so nothing is lost.")
                  : last.runs == 1 ? tr("Nothing that was shown is lost: its one run is in the list of runs.")
                                   : tr("Nothing that was shown is lost: all its %1 runs are in the list of runs, with "
                                        "their notes and tags.")
                                         .arg(last.runs));
    if (!last.sessionFile.empty() && last.sessionChanged)
        hints << tr("Its session %1 had changes that were not saved: they come back when you open that file.")
                     .arg(QString::fromStdString(last.sessionFile.filename().string()));
    m_endedInARun = last.runUnderWay;
    if (last.runUnderWay)
        hints << tr("One question had no answer yet: “%1” on %2. Ask it again to have it answered.")
                     .arg(QString::fromStdString(last.question).left(200), QString::fromStdString(last.picture));
    if (crashes.size() > 1)
        hints << tr("Other windows had ended in the same way; their runs are in the list too.");
    for (const RunHeadline &run : runs)
        if (run.session == last.session)
            m_recoveredRun = run.uid;
    // Of a session without a file: no Ctrl+Shift+O brings them back.
    if (last.sessionFile.empty())
        m_sweeps = m_journal->sweeps(last.session);
    if (!m_sweeps.empty())
        hints << tr("Its sweeps stand in the panel Sweep.");
    emit crashTold(what, hints.join(u'\n'));
}

BackendFactory RunHistory::around(BackendFactory inner)
{
    open();
    return m_recorder ? m_recorder->around(std::move(inner)) : inner;
}

void RunHistory::setRecording(bool recording)
{
    if (m_recorder)
        m_recorder->setRecording(recording);
}

std::string RunHistory::add(const std::shared_ptr<const RunTrace> &trace)
{
    const RunRecorder::Outcome outcome = m_recorder ? m_recorder->take(trace.get()) : RunRecorder::Outcome();
    m_images[trace->imageSha256] = trace->image;
    m_panel->add(trace, outcome.headline);
    if (outcome.headline)
        return outcome.headline->uid;
    if (!m_recorder || m_journal->isReadOnly())
        return {}; // said when the window opened
    emit failed({outcome.problem.code,
                 "this run is shown but could not be written to the history: " + outcome.problem.what,
                 outcome.problem.hint + "; it is kept while the window is open, and written when it closes"});
    return {};
}

std::shared_ptr<const RunTrace> RunHistory::find(const RunRequest &request, const std::string &pictureSha256,
                                                 const std::function<bool(const RunTrace &)> &fits) const
{
    const RunsModel *model = m_panel->model();
    const QString question = QString::fromStdString(request.question);
    const std::string changes = overridesText(request.overrides);
    int unread = mostRead;
    for (int row = 0; row < model->rowCount(); ++row) {
        const QModelIndex index = model->index(row);
        if (index.data(RunsModel::QuestionRole).toString() != question)
            continue;
        const std::optional<RunHeadline> run = model->headline(index);
        if (run->pictureSha256 != pictureSha256 || run->compressor != request.compressor
            || !run->changes.starts_with(changes))
            continue;
        if (const auto there = model->traceAtHand(index)) {
            if (fits(*there))
                return there;
            continue;
        }
        if (unread-- == 0)
            break;
        try {
            // Without its picture, which takes longer.
            if (const auto read = traceOf(run->uid); read && fits(*read))
                return model->trace(index);
        } catch (const Error &) {
            continue; // said when somebody opens it
        }
    }
    return nullptr;
}

std::shared_ptr<const RunTrace> RunHistory::original(const RunTrace &copy) const
{
    // No two runs take the same nanoseconds in every stage.
    const auto took = [](const StageTime &a, const StageTime &b) { return a.stage == b.stage && a.seconds == b.seconds; };
    return find(copy.request, copy.imageSha256, [&](const RunTrace &listed) {
        return listed.answer.logitsSha256 == copy.answer.logitsSha256
            && std::ranges::equal(listed.stages, copy.stages, took);
    });
}

void RunHistory::close()
{
    if (!m_journal)
        return;
    if (m_recorder)
        m_recorder->retry();
    try {
        m_journal->closeWindow();
    } catch (const Error &) {
        // The next start then tells of a window that was not closed, which is true.
    }
    m_journal.reset();
}

std::shared_ptr<const RunTrace> RunHistory::load(const RunHeadline &run)
{
    try {
        const std::shared_ptr<const RunTrace> stored = traceOf(run.uid);
        if (!stored)
            throw Error(ErrorCode::InvalidSession, m_file.string() + ": this run is no longer in the history",
                        "ask its question again");
        auto trace = std::make_shared<RunTrace>(*stored);
        trace->image = m_images[trace->imageSha256].lock();
        const std::optional<PictureRecord> picture = pictureOf(trace->imageSha256);
        if (!trace->image && picture) {
            const FoundPicture found = m_found && m_found->first == trace->imageSha256
                ? std::exchange(m_found, std::nullopt)->second
                : findPicture(*picture, trace->grid, m_decoder);
            trace->image = found.image;
            if (found.problem.isEmpty()) {
                m_images[trace->imageSha256] = found.image;
                emit pictureFound(trace->imageSha256, found.source);
            } else {
                emit pictureMissing(found.problem,
                                    tr("The run is shown on a small copy. Open the picture to ask about it again."));
            }
        }
        return trace;
    } catch (const Error &error) {
        emit failed(asFailure(error));
        return nullptr;
    }
}

// A large picture takes seconds to decode: it is found first, and `then` the run is
// loaded. False: there is nothing to wait for.
bool RunHistory::prepare(const RunHeadline &run, const std::function<void()> &then)
{
    try {
        const std::shared_ptr<const RunTrace> stored = m_find ? traceOf(run.uid) : nullptr;
        if (!stored || std::int64_t(stored->grid.imageWidth) * stored->grid.imageHeight < largePicture)
            return false;
        const std::string sha256 = stored->imageSha256;
        const std::optional<PictureRecord> picture = pictureOf(sha256);
        if (!picture || !m_images[sha256].expired())
            return false;
        m_find(*picture, stored->grid, [this, sha256, then](FoundPicture found) {
            m_found = {sha256, std::move(found)};
            then();
            m_found.reset();
        });
        return true;
    } catch (const Error &) {
        return false; // load() says why
    }
}

void RunHistory::changeEdits(const QString &uid, const RunEdits &edits)
{
    const RunsModel *model = m_panel->model();
    const std::optional<RunHeadline> run = model->headline(model->indexOf(uid.toStdString()));
    if (!run || run->edits == edits)
        return;
    std::vector<EditRuns::Change> changes;
    const std::string before = model->pinnedUid();
    if (edits.pinned && !before.empty() && before != run->uid) {
        RunEdits unpinned = model->headline(model->indexOf(before))->edits;
        const RunEdits pinned = unpinned;
        unpinned.pinned = false;
        changes.push_back({before, pinned, unpinned});
    }
    changes.push_back({run->uid, run->edits, edits});
    const QString text = run->edits.pinned != edits.pinned ? tr("pin")
        : run->edits.note != edits.note                    ? tr("note")
                                                           : tr("tags");
    m_undo->push(new EditRuns(this, text, std::move(changes)));
}

void RunHistory::applyEdits(const std::string &uid, const RunEdits &edits)
{
    m_panel->model()->setEdits(uid, edits);
    if (!m_journal || m_journal->isReadOnly())
        return;
    try {
        m_journal->setEdits(uid, edits);
    } catch (const Error &error) {
        emit failed(asFailure(error));
    }
}

} // namespace qmop

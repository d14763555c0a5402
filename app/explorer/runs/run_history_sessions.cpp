// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sessions and replay packs.
#include "app/explorer/pictures/stored_picture.h"
#include "app/explorer/runs/run_history.h"
#include "core/store/store_format.h"
#include "qmop/folder_lock.h"
#include "qmop/sha256.h"
#include "widgets/runs/runs_panel.h"

#include <QUndoStack>

#include <algorithm>
#include <set>

namespace qmop {

namespace {

QString fileName(const std::filesystem::path &file)
{
    return QString::fromStdString(file.filename().string());
}

std::string textOf(const SessionState &state, const char *key)
{
    const auto found = state.find(key);
    return found == state.end() ? std::string() : std::string(found->second.begin(), found->second.end());
}

Bytes asBytes(const std::string &text)
{
    return {text.begin(), text.end()};
}

// Null where there is none yet, or what is there is no session.
std::unique_ptr<SessionReader> readIfThere(const std::filesystem::path &file)
{
    try {
        return std::make_unique<SessionReader>(file);
    } catch (const Error &) {
        return nullptr;
    }
}

// What another program has added to the session since the window read or wrote it
// (qmop run --session) stays in it. How many runs that are.
int keepAdded(const std::filesystem::path &file, const SessionState &state, const std::set<std::string> &written,
              SessionWriter &writer)
{
    const std::unique_ptr<SessionReader> there = readIfThere(file);
    if (!there || textOf(there->state(), "session") != textOf(state, "session"))
        return 0;
    int added = 0;
    for (const RunHeadline &run : there->headlines()) {
        const std::optional<TraceRecord> record = written.contains(run.uid) ? std::nullopt : there->record(run.uid);
        if (!record)
            continue;
        writer.addRun({run, *record});
        if (const std::optional<PictureRecord> picture = there->picture(run.pictureSha256))
            writer.addPicture(*picture);
        ++added;
    }
    for (const StoredSweep &sweep : there->sweeps()) // another window's; known ones are written behind these
        writer.addSweep(sweep);
    return added;
}

// Of a run that got none when it ended: the same each time that it is saved.
std::string uidOf(const TraceRecord &record)
{
    return sha256Hex(record.document).substr(0, 32);
}

bool isUsable(const std::optional<PictureRecord> &picture)
{
    return picture && (!picture->path.empty() || !picture->bytes.empty());
}

bool isUid(const std::string &text)
{
    return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}

std::optional<PictureRecord> RunHistory::pictureOf(const std::string &sha256) const
{
    std::optional<PictureRecord> picture = m_archive ? m_archive->picture(sha256) : std::nullopt;
    // Where the file's own is missing, this person may have had the picture open once.
    if (m_journal && !isUsable(picture))
        if (std::optional<PictureRecord> known = m_journal->picture(sha256); isUsable(known) || !picture)
            picture = std::move(known);
    return picture;
}

std::optional<TraceRecord> RunHistory::recordOf(const std::string &uid) const
{
    if (m_archive)
        if (std::optional<TraceRecord> record = m_archive->record(uid))
            return record;
    return m_journal ? m_journal->record(uid) : std::nullopt;
}

std::shared_ptr<const RunTrace> RunHistory::traceOf(const std::string &uid) const
{
    if (m_archive)
        if (std::shared_ptr<const RunTrace> trace = m_archive->trace(uid))
            return trace;
    return m_journal ? m_journal->trace(uid) : nullptr;
}

void RunHistory::showAll()
{
    m_panel->model()->setHistory(m_journal ? m_journal->headlines() : std::vector<RunHeadline>(),
                                 thumbnailsByHash(m_journal ? m_journal->pictures() : std::vector<PictureRecord>()));
}

void RunHistory::startSession(const std::string &uid, const std::filesystem::path &file)
{
    m_session = uid;
    m_sessionFile = file;
    if (m_recorder)
        m_recorder->setSession(uid);
    if (m_journal)
        m_journal->setSession(uid, file);
}

void RunHistory::keepSweep(StoredSweep sweep)
{
    sweep.session = m_session;
    const auto known = std::ranges::find(m_sweeps, sweep.uid, &StoredSweep::uid);
    if (known == m_sweeps.end())
        m_sweeps.push_back(sweep);
    else
        *known = sweep;
    if (!m_journal || m_journal->isReadOnly())
        return;
    try {
        m_journal->keepSweep(sweep);
    } catch (const Error &error) {
        emit failed({error.code(), std::string("this sweep could not be written to the history: ") + error.what(),
                     error.hint()});
    }
}

// What the journal has of a sweep is as new as the file's, or newer.
void RunHistory::mergeSweeps(const std::string &session)
{
    m_sweeps = m_archive->sweeps();
    for (StoredSweep &sweep : m_sweeps)
        sweep.session = session;
    if (!m_journal)
        return;
    for (const StoredSweep &sweep : m_journal->sweeps(session)) {
        const auto known = std::ranges::find(m_sweeps, sweep.uid, &StoredSweep::uid);
        if (known == m_sweeps.end())
            m_sweeps.push_back(sweep);
        else if (sweep.runs.size() >= known->runs.size())
            *known = sweep;
    }
    std::ranges::stable_sort(m_sweeps, {}, &StoredSweep::startedAt);
}

std::optional<SessionState> RunHistory::openSession(const std::filesystem::path &file)
{
    open();
    try {
        auto archive = std::make_unique<SessionReader>(file);
        const SessionState state = archive->state();
        std::vector<RunHeadline> runs = archive->headlines();
        std::map<std::string, QImage> thumbnails = thumbnailsByHash(archive->pictures());
        const bool pack = archive->kind() == SessionKind::Pack;
        const std::string stored = textOf(state, "session");
        const std::string uid = !pack && isUid(stored) ? stored : newUid();
        int recovered = 0;
        if (m_journal) {
            thumbnails.merge(thumbnailsByHash(m_journal->pictures()));
            std::set<std::string> known;
            for (RunHeadline &run : runs) {
                known.insert(run.uid);
                if (const auto edits = m_journal->edits(run.uid))
                    run.edits = *edits;
            }
            for (const RunHeadline &run : m_journal->headlines())
                if (run.session == uid && known.insert(run.uid).second) {
                    runs.push_back(run);
                    ++recovered;
                }
        }
        m_archive = std::move(archive);
        mergeSweeps(uid);
        m_undo->clear(); // of runs that are no longer listed
        m_panel->model()->setHistory(std::move(runs), thumbnails);
        m_panel->setSource((pack ? tr("Replay pack: %1") : tr("Session: %1")).arg(fileName(file)));
        const bool complete = m_archive->isComplete();
        startSession(uid, pack || !complete ? std::filesystem::path() : file);
        QStringList lines;
        for (const std::string &problem : m_archive->problems())
            lines << QString::fromStdString(problem);
        if (recovered > 0)
            lines << tr("Runs of this session that were not in the file came back from the history: %1. Save to add "
                        "them to the file.")
                         .arg(recovered);
        if (!lines.isEmpty())
            emit notice(lines.join(u'\n'),
                        complete ? QString()
                            : m_archive->isNewer()
                            ? tr("What is shown can be saved under another name: Ctrl+S asks for one. What only the "
                                 "newer version knows stays in this file.")
                            : tr("What is whole is shown. Take the file from a backup, or save what is shown under "
                                 "another name: Ctrl+S asks for one."));
        return state;
    } catch (const Error &error) {
        emit failed({error.code(), error.what(), error.hint()});
        return std::nullopt;
    }
}

std::filesystem::path RunHistory::shownFile() const
{
    return m_sessionFile.empty() && m_archive ? m_archive->file() : m_sessionFile;
}

void RunHistory::closeSession()
{
    m_archive.reset();
    m_undo->clear();
    m_sweeps.clear();
    startSession(newUid(), {});
    m_panel->setSource({});
    showAll();
    emit sessionClosed();
}

// Out of the history or the session that is shown; else what the list itself holds.
std::optional<StoredRun> RunHistory::runToSave(const RunHeadline &run) const
{
    if (const std::optional<TraceRecord> record = recordOf(run.uid))
        return StoredRun{run, *record};
    const RunsModel *model = m_panel->model();
    const std::shared_ptr<const RunTrace> trace = model->traceAtHand(model->indexOf(run.uid));
    if (!trace)
        return std::nullopt;
    StoredRun unstored{run, writeRecord(*trace)};
    unstored.headline.uid = uidOf(unstored.record);
    return unstored;
}

std::optional<PictureRecord> RunHistory::pictureToSave(const RunHeadline &run) const
{
    const std::optional<PictureRecord> picture = pictureOf(run.pictureSha256);
    const RunsModel *model = m_panel->model();
    const std::shared_ptr<const RunTrace> trace
        = isUsable(picture) ? nullptr : model->traceAtHand(model->indexOf(run.uid));
    return trace && m_source ? pictureRecord(*trace, m_source(*trace)) : picture;
}

bool RunHistory::write(const std::filesystem::path &file, SessionKind kind, const std::vector<RunHeadline> &runs,
                       const SessionState &state)
{
    try {
        if (runs.empty())
            throw Error(ErrorCode::InvalidArgument, fileName(file).toStdString() + ": there is no run to save yet",
                        "ask a question first");
        const FolderLock lock = FolderLock::around(file);
        SessionWriter writer(file, kind);
        std::set<std::string> pictures, uids;
        QStringList missing;
        for (const RunHeadline &run : runs) {
            const std::optional<StoredRun> stored = runToSave(run);
            if (!stored) {
                missing << tr("run %1 “%2”, which is no longer in the history")
                               .arg(m_panel->model()->indexOf(run.uid).data(RunsModel::NumberRole).toInt())
                               .arg(QString::fromStdString(run.question).left(80));
                continue;
            }
            if (!uids.insert(stored->headline.uid).second) // the same figure, opened twice
                continue;
            writer.addRun({stored->headline, withoutPaths(stored->record, fileName(file).toStdString())});
            if (!pictures.insert(run.pictureSha256).second)
                continue;
            const std::optional<PictureRecord> picture = pictureToSave(run);
            if (!picture || !writer.addPicture(*picture))
                missing << tr("the picture %1, which is no longer where it was")
                               .arg(QString::fromStdString(run.pictureName));
        }
        const int added = kind == SessionKind::Session ? keepAdded(file, state, uids, writer) : 0;
        // A pack holds what the list shows, and of a sweep no row more.
        for (const StoredSweep &sweep : m_sweeps)
            if ((kind == SessionKind::Session && sweep.session == m_session)
                || std::ranges::all_of(sweep.runs, [&](const std::string &run) { return uids.contains(run); }))
                writer.addSweep(sweep);
        writer.setState(state);
        writer.commit();
        QStringList lines;
        if (!missing.isEmpty())
            lines << tr("%1 was saved without: %2.").arg(fileName(file), missing.join(QStringLiteral("; ")));
        if (added > 0)
            lines
                << tr("Runs that another program has added to %1 meanwhile stay in it: %2. Open it again to see them.")
                       .arg(fileName(file))
                       .arg(added);
        if (!lines.isEmpty())
            emit notice(lines.join(u'\n'), {});
        return true;
    } catch (const Error &error) {
        emit failed({error.code(), error.what(), error.hint()});
        return false;
    }
}

bool RunHistory::saveSession(const std::filesystem::path &file, SessionState state)
{
    std::vector<RunHeadline> runs;
    const RunsModel *model = m_panel->model();
    for (int row = model->rowCount() - 1; row >= 0; --row)
        if (const std::optional<RunHeadline> run = model->headline(model->index(row));
            m_archive || run->session == m_session)
            runs.push_back(*run);
    state["session"] = asBytes(m_session);
    if (!write(file, SessionKind::Session, runs, state))
        return false;
    startSession(m_session, file);
    m_panel->setSource(tr("Session: %1").arg(fileName(file)));
    return true;
}

bool RunHistory::savePack(const std::filesystem::path &file, SessionState state)
{
    return write(file, SessionKind::Pack, m_panel->listed(), state);
}

} // namespace qmop

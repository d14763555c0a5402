// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window remembers: runs in the journal, what a person added to them,
// and how that is undone. Fills the panel of runs.
#pragma once

#include "app/explorer/engine/picture_decoder.h"
#include "app/explorer/pictures/stored_picture.h"
#include "app/explorer/runs/run_recorder.h"
#include "core/store/session_file.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <functional>
#include <memory>

class QUndoStack;

namespace qmop {

class RunsPanel;

class RunHistory : public QObject {
    Q_OBJECT

public:
    // An empty path: runs are kept as long as the window is open.
    RunHistory(std::filesystem::path journal, PictureDecoder decoder, RunsPanel *panel, QObject *parent = nullptr);
    ~RunHistory() override;

    // Finds a stored picture beside the window's thread; without it, here.
    using PictureFinder
        = std::function<void(const PictureRecord &, const PatchGrid &, std::function<void(FoundPicture)>)>;
    void setPictureFinder(PictureFinder find) { m_find = std::move(find); }
    // Where the window has the picture of a run that is not stored, as one out of a figure:
    // such a run is saved with the others. Empty: not known.
    using PictureSource = std::function<ImageSource(const RunTrace &)>;
    void setPictureSource(PictureSource source) { m_source = std::move(source); }

    // Reads the journal, once. Later calls do nothing.
    void open();
    // Backends whose runs are written down before the window hears of them.
    BackendFactory around(BackendFactory inner);
    // Runs that begin from now on are not remembered, or are again.
    void setRecording(bool recording);
    // A run has ended: it is in the list from now on. Its uid; says where it could
    // not be written down, and gives none then.
    std::string add(const std::shared_ptr<const RunTrace> &trace);
    // The newest run of the list that `fits`, among those with the question, the picture and
    // the changes of `request`; null: none. Of those that would have to be read only some are.
    std::shared_ptr<const RunTrace> find(const RunRequest &request, const std::string &pictureSha256,
                                         const std::function<bool(const RunTrace &)> &fits) const;
    // The run of the list that `copy`, out of a figure, is of; null: it is not listed.
    std::shared_ptr<const RunTrace> original(const RunTrace &copy) const;
    // A sweep of this session has another row.
    void keepSweep(StoredSweep sweep);
    // Of this session, oldest first; behind a crash also those of the one that ended with it.
    const std::vector<StoredSweep> &sweeps() const { return m_sweeps; }
    // The window closes. What could not be written is tried once more.
    void close();

    // The newest run of a window that ended without closing, or an empty uid.
    std::string recoveredRun() const { return m_recoveredRun; }
    // That window was running the model when it ended: perhaps because of it.
    bool endedInARun() const { return m_endedInARun; }
    RunJournal *journal() const { return m_journal.get(); } // null: none
    const std::string &session() const { return m_session; }

    // Notes, tags and pins; not runs.
    QUndoStack *undoStack() const { return m_undo; }
    void changeEdits(const QString &uid, const RunEdits &edits);
    // Without a step to undo: what undo and redo themselves do.
    void applyEdits(const std::string &uid, const RunEdits &edits);

    // Shows the runs of a session or replay pack, with what the journal knows of
    // that session beyond the file. Nothing, and a word about why, where it is
    // none; problems with parts of it are said.
    std::optional<SessionState> openSession(const std::filesystem::path &file);
    // Writes this session's runs. False, and a word about why, where it cannot.
    bool saveSession(const std::filesystem::path &file, SessionState state);
    // Writes the runs that the list shows, with their pictures.
    bool savePack(const std::filesystem::path &file, SessionState state);
    // Back to all runs; what is asked from now on is another session.
    void closeSession();
    // Where Ctrl+S saves; empty: not saved yet, a pack, or a damaged session: those are not written to.
    std::filesystem::path sessionFile() const { return m_sessionFile; }
    // The session or pack that was opened; null: all runs are listed.
    const SessionReader *shownSession() const { return m_archive.get(); }
    // The session or pack that holds what is listed; empty: none.
    std::filesystem::path shownFile() const;

signals:
    void failed(const qmop::RunFailed &failure);
    void notice(const QString &what, const QString &hint);
    // Of the run that is about to be shown: it has a small copy of its picture alone.
    void pictureMissing(const QString &problem, const QString &hint);
    // What became of windows that ended without being closed: said once, by this window.
    void crashTold(const QString &what, const QString &hint);
    void sessionClosed();
    // The picture of a run that is about to be shown: to ask again about it.
    void pictureFound(const std::string &sha256, const qmop::ImageSource &source);

private:
    std::shared_ptr<const RunTrace> load(const RunHeadline &run);
    bool prepare(const RunHeadline &run, const std::function<void()> &then);
    void showAll();
    void startSession(const std::string &uid, const std::filesystem::path &file);
    std::optional<PictureRecord> pictureOf(const std::string &sha256) const;
    std::optional<TraceRecord> recordOf(const std::string &uid) const;
    std::shared_ptr<const RunTrace> traceOf(const std::string &uid) const;
    std::optional<StoredRun> runToSave(const RunHeadline &run) const;
    std::optional<PictureRecord> pictureToSave(const RunHeadline &run) const;
    bool write(const std::filesystem::path &file, SessionKind kind, const std::vector<RunHeadline> &runs,
               const SessionState &state);
    void mergeSweeps(const std::string &session);
    void tellOfCrashes(const std::vector<CrashReport> &crashes, const std::vector<RunHeadline> &runs);

    const std::filesystem::path m_file;
    const PictureDecoder m_decoder;
    PictureFinder m_find;
    PictureSource m_source;
    std::optional<std::pair<std::string, FoundPicture>> m_found; // by the picture's hash, while its run is loaded
    RunsPanel *const m_panel;
    QUndoStack *m_undo;
    bool m_opened = false;
    std::string m_session;
    std::filesystem::path m_sessionFile;
    std::unique_ptr<SessionReader> m_archive; // the session or pack that is shown; null: all runs
    std::vector<StoredSweep> m_sweeps;
    std::string m_recoveredRun;
    bool m_endedInARun = false;
    std::shared_ptr<RunJournal> m_journal;
    std::shared_ptr<RunRecorder> m_recorder;
    // Of runs that something still shows, by the picture's hash.
    std::map<std::string, std::weak_ptr<const ImageU8>> m_images;
};

} // namespace qmop

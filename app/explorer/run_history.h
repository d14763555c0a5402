// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window remembers: runs in the journal, what a person added to them,
// and how that is undone. Fills the panel of runs.
#pragma once

#include "app/explorer/picture_decoder.h"
#include "app/explorer/run_recorder.h"

#include <QObject>
#include <QString>

#include <filesystem>
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

    // Reads the journal, once. Later calls do nothing.
    void open();
    // Backends whose runs are written down before the window hears of them.
    BackendFactory around(BackendFactory inner);
    // A run has ended: it is in the list from now on. Says where it could not be
    // written down.
    void add(const std::shared_ptr<const RunTrace> &trace);
    // The window closes. What could not be written is tried once more.
    void close();

    // The newest run of a window that ended without closing, or an empty uid.
    std::string recoveredRun() const { return m_recoveredRun; }
    RunJournal *journal() const { return m_journal.get(); } // null: none
    const std::string &session() const { return m_session; }

    // Notes, tags and pins; not runs.
    QUndoStack *undoStack() const { return m_undo; }
    void changeEdits(const QString &uid, const RunEdits &edits);
    // Without a step to undo: what undo and redo themselves do.
    void applyEdits(const std::string &uid, const RunEdits &edits);

signals:
    void failed(const qmop::RunFailed &failure);
    void notice(const QString &what, const QString &hint);
    // The picture of a run that is about to be shown: to ask again about it.
    void pictureFound(const std::string &sha256, const qmop::ImageSource &source);

private:
    std::shared_ptr<const RunTrace> load(const RunHeadline &run);
    void tellOfCrashes(const std::vector<CrashReport> &crashes, const std::vector<RunHeadline> &runs);

    const std::filesystem::path m_file;
    const PictureDecoder m_decoder;
    RunsPanel *const m_panel;
    QUndoStack *m_undo;
    bool m_opened = false;
    std::string m_session;
    std::string m_recoveredRun;
    std::shared_ptr<RunJournal> m_journal;
    std::shared_ptr<RunRecorder> m_recorder;
    // Of runs that something still shows, by the picture's hash.
    std::map<std::string, std::weak_ptr<const ImageU8>> m_images;
};

} // namespace qmop

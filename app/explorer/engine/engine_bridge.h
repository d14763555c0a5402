// SPDX-License-Identifier: GPL-3.0-or-later
//
// Brings the engine's events to the window's thread, at most 30 times a second.
#pragma once

#include "app/explorer/engine/run_backend.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>
#include <mutex>
#include <vector>

namespace qmop {

// Lives on the window's thread. Owns the backend, which is destroyed before the
// bridge: a queued delivery to a bridge that is gone is dropped by Qt.
class EngineBridge : public QObject {
    Q_OBJECT

public:
    explicit EngineBridge(BackendFactory factory, QObject *parent = nullptr);
    ~EngineBridge() override;

    // Gives the request its id and submits it. Events of earlier runs are dropped.
    void run(RunRequest request);
    // Asks the run to stop; its end comes as cancelled() or finished().
    void cancel();
    bool isRunning() const { return m_current != 0; }

signals:
    void stageChanged(const QString &stage, qint64 done, qint64 total);
    void answerStreamed(const QString &text, const std::vector<qmop::DecodedToken> &tokens);
    void finished(std::shared_ptr<const qmop::RunTrace> trace);
    void failed(const qmop::RunFailed &failure);
    void cancelled(const QString &partialAnswer);

private:
    void receive(const RunEvent &event); // any thread
    void deliver(); // window's thread
    void deliverEvent(const RunEvent &event);
    void flushProgress();

    BackendFactory m_factory;
    std::uint64_t m_lastId = 0;
    std::uint64_t m_current = 0; // 0: nothing runs

    std::mutex m_mutex;
    std::vector<RunEvent> m_pending; // guarded by m_mutex
    bool m_deliveryPosted = false; // guarded by m_mutex

    // Window's thread only: what the next flush shows.
    std::optional<StageProgress> m_stage;
    bool m_textChanged = false;
    QString m_text;
    std::vector<DecodedToken> m_tokens;
    QElapsedTimer m_sinceFlush;
    QTimer m_flushTimer;

    std::unique_ptr<RunBackend> m_backend; // last: destroyed first
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The hashes of a model folder, computed beside the window's thread: weights may
// be many gigabytes.
#pragma once

#include "app/explorer/engine/model_folder.h"

#include <QObject>

#include <set>
#include <string>
#include <thread>

namespace qmop {

class ModelHash : public QObject {
    Q_OBJECT

public:
    explicit ModelHash(QObject *parent = nullptr);
    ~ModelHash() override;

    // Stops an earlier one, which reports nothing any more.
    void start(const ModelFolder &model);
    void stop();
    bool isRunning() const { return m_running; } // until ready() or forgotten()
    const std::set<std::string> &hashes() const { return m_hashes; } // empty until ready()

signals:
    // As RunEnvironment::modelHash has them: of the base, and of the base with each
    // budget. Without those that cannot be read; a run says why.
    void ready(const std::set<std::string> &hashes);
    // What was ready is no longer of the model that is open.
    void forgotten();

private:
    quint64 m_last = 0; // window's thread
    bool m_running = false; // window's thread
    std::set<std::string> m_hashes;
    std::jthread m_thread; // last: joined before the rest goes
};

} // namespace qmop

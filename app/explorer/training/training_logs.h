// SPDX-License-Identifier: GPL-3.0-or-later
//
// The logs that the training panel shows, followed while they grow.
#pragma once

#include "core/traininglog/training_log_reader.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QString>

#include <memory>
#include <vector>

namespace qmop {

class TrainingPanel;

class TrainingLogs : public QObject {
    Q_OBJECT

public:
    TrainingLogs(TrainingPanel *panel, QObject *parent);

    // A training folder or its log; one that is open already is read again.
    void open(const QString &path);

    TrainingPanel *panel() const { return m_panel; }

private:
    struct Log {
        QString path;
        TrainingLogReader reader;
    };

    void choose();
    void remove(int index);
    void copyCommand(int index) const;
    void readAgain(const QString &changed);
    void show();

    TrainingPanel *m_panel;
    QFileSystemWatcher m_watcher; // of the logs, and of their folders: a resumed run puts a new file there
    std::vector<std::unique_ptr<Log>> m_logs;
};

} // namespace qmop

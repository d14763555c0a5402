// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which suggested questions get another answer from fewer tokens: learnt from
// the runs that end, and by asking all samples' questions when wanted.
#pragma once

#include "qmop/run_trace.h"

#include <QObject>
#include <QString>

#include <map>
#include <memory>
#include <vector>

namespace qmop {

class MainWindow;

class SampleSurvey : public QObject {
    Q_OBJECT

public:
    // Adds its command to the window's.
    explicit SampleSurvey(MainWindow *window);

    // Asks every suggested question of every sample with the settings of the top
    // bar, one after the other, in sight. Cancelling a run ends it.
    void start();
    bool isGoing() const { return m_next < m_steps.size(); }
    // What the newest run of this question on this picture showed.
    enum class Verdict { Unknown, Same, Differs };
    Verdict verdict(const QString &picture, const QString &question) const;

private:
    struct Step {
        QString picture;
        QString question;
    };

    void askNext();
    void ended(const std::shared_ptr<const RunTrace> &trace);
    void learn(const RunTrace &trace);
    void mark();
    void finish();

    MainWindow *m_window;
    std::vector<Step> m_steps;
    std::size_t m_next = 0; // of m_steps
    std::map<std::pair<QString, QString>, bool> m_same; // by picture and question
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which suggested questions get another answer from fewer tokens: learnt from
// the runs that end, and by asking all samples' questions when wanted. Kept by
// picture, question and model: a mark is there after a restart, and never another model's.
#pragma once

#include "core/store/answer_memory.h"
#include "qmop/run_trace.h"

#include <QObject>
#include <QString>

#include <map>
#include <memory>
#include <set>
#include <string>
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
    std::string pictureHash(const QString &picture) const;

    MainWindow *m_window;
    std::vector<Step> m_steps;
    std::size_t m_next = 0; // of m_steps
    std::map<std::pair<QString, QString>, bool> m_same; // of this window and model, by picture and question
    std::unique_ptr<AnswerMemory> m_memory; // null: marks last as long as the window
    std::set<std::string> m_hashes; // of the open model; empty: not known yet
    mutable std::map<QString, std::string> m_pictureHashes; // by path
};

} // namespace qmop

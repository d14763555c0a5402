// SPDX-License-Identifier: GPL-3.0-or-later
//
// A suite of one's own in the window: its file, its edits, the scores of every run
// on its pictures, and runs over all of it.
#pragma once

#include "app/explorer/engine/model_folder.h"
#include "core/store/answer_memory.h"
#include "core/vtcbench/answer_book.h"
#include "core/vtcbench/runner.h"
#include "core/vtcbench/suite_editor.h"
#include "qmop/run_event.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

class QStackedWidget;
class QTabBar;
class QUndoStack;

namespace qmop {

class BenchPanel;
class OwnSuitePanel;
class QuestionForm;
class Selection;

// The window's side.
struct OwnSuiteHost {
    std::function<RunRequest()> request; // as Run would send it
    std::function<QString()> busy; // why no run can start, whatever it asks; empty where one can
    std::function<void(RunRequest)> start; // a run whose answer is not the window's
    std::function<void()> cancel;
    std::function<void(std::shared_ptr<const RunTrace>)> record; // into the history
    std::function<std::shared_ptr<const RunTrace>()> shownTrace;
    std::function<QUndoStack *()> undoStack;
    std::function<void(const RunFailed &)> fail;
    std::function<void(const QString &what, const QString &hint)> tell;
    std::filesystem::path data; // of this person: answers; empty: they last as long as the window
};

class OwnSuite : public QObject {
    Q_OBJECT

public:
    // `shipped` becomes the first of two pages, this suite the second.
    OwnSuite(BenchPanel *shipped, OwnSuiteHost host, Selection *selection, QWidget *parent);
    ~OwnSuite() override;

    QWidget *pages() const { return m_pages; }
    QTabBar *tabs() const { return m_tabs; }
    OwnSuitePanel *panel() const { return m_panel; }
    BenchPanel *shownPage() const; // the shipped suite's or this one's
    const SuiteEditor *editor() const { return m_editor.get(); } // null: none could be opened
    QuestionForm *form() const { return m_form; } // null: not shown

    // A folder or file; where no suite is, one begins with the first question.
    void open(const std::filesystem::path &path);
    void setModel(const std::optional<ModelFolder> &model);
    // What runs of the open model call it; empty: not known yet. Answers of other
    // weights are shown under a name that says so.
    void setHashes(const std::set<std::string> &hashes);
    // `inShipped`: the shipped suite asks about it, too.
    void setPicture(const ImageSource &source, const std::string &sha256, bool inShipped);
    QStringList questions() const; // about the picture shown
    void updateState();

    // A run has ended that was asked by hand: scored if it is one of the questions.
    void note(const RunTrace &trace);
    bool isScoring() const { return m_scoring != nullptr; }
    // The run belongs to "Score all", and the next one begins. False: it does not.
    bool take(const std::shared_ptr<const RunTrace> &trace);
    // That run was cancelled or failed: what has been answered stays.
    void stop();

    void importFrom(const std::filesystem::path &path);
    void exportTo(const std::filesystem::path &folder);

signals:
    void questionChosen(const QString &question);
    void pictureChosen(const qmop::ImageSource &source);

private:
    struct Scoring {
        Suite suite; // as it was when it began
        std::vector<BenchPoint> points;
        std::size_t next = 0; // sample by sample, all points of one before the next
        QElapsedTimer clock = {};
        std::size_t total() const { return suite.samples.size() * points.size(); }
    };

    void openMemory();
    void connectPanel();
    void showForm(const QString &id);
    void saveForm();
    bool attempt(const std::function<void()> &action);
    void edit(const QString &text, const std::function<void()> &action);
    void refresh();
    void showScores();
    void keep(const SuiteSample &sample, const RunTrace &trace, const std::string &method, const std::string &answer);
    void recall();
    std::vector<BenchPoint> points() const;
    void startScoring();
    void startNext();
    void forgetProgress();
    void copyCommand() const;
    std::string imageShown() const;

    OwnSuiteHost m_host;
    BenchPanel *m_shipped;
    QWidget *m_pages;
    QTabBar *m_tabs;
    QStackedWidget *m_stack;
    OwnSuitePanel *m_panel;
    QuestionForm *m_form = nullptr;
    QString m_formId; // empty: a new question
    std::shared_ptr<SuiteEditor> m_editor;
    QString m_problem; // why there is none
    AnswerBook m_answers; // shown: of this window, and remembered ones
    std::unique_ptr<AnswerMemory> m_memory; // null: nothing is remembered
    bool m_memoryTried = false;
    std::set<std::string> m_hashes;
    std::optional<ModelFolder> m_model;
    ImageSource m_source;
    std::string m_sha256; // of the picture shown
    std::unique_ptr<Scoring> m_scoring;
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The failure browser between its panel, the files and the window's one engine:
// opens results, keeps tags and notes, opens a sample in the trace, benchmarks.
#pragma once

#include "app/explorer/engine/model_folder.h"
#include "core/store/sample_notes.h"
#include "core/vtcbench/runner.h"
#include "qmop/run_event.h"
#include "qmop/run_request.h"
#include "widgets/figure/answers_painter.h"
#include "widgets/review/review_rows.h"

#include <QElapsedTimer>
#include <QImage>
#include <QObject>
#include <QTimer>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace qmop {

class FailuresPanel;

// The window's side.
struct FailureHost {
    std::function<RunRequest()> request; // as Run would send it
    std::function<void(RunRequest)> start; // a run whose answer is not the window's
    std::function<void()> cancel;
    std::function<void(bool)> setRecording; // whether runs go into the history
    // Takes over picture, question and settings, and runs.
    std::function<void(const QString &picture, const QString &question, const BenchPoint &point)> open;
    std::function<void(const QString &path)> thumbnail; // asks for it
    std::function<void(const RunFailed &)> failed;
    std::function<void(const QString &what, const QString &hint)> notice;
    std::filesystem::path suites; // folder of the suites that ship
    std::filesystem::path data; // of this person: notes, results; empty: nothing is kept
};

class FailureBrowser : public QObject {
    Q_OBJECT

public:
    FailureBrowser(FailuresPanel *panel, FailureHost host, QObject *parent);

    // A result of `qmop bench --json`. False, and a word about why, where it is none.
    bool open(const QString &file);
    // The result that ships with a suite, unless another is open: if it has answers
    // and all of them are of a model with one of these hashes.
    void offer(const std::filesystem::path &file, const std::set<std::string> &hashes);
    static bool isResult(const QString &file);

    void setModel(const std::optional<ModelFolder> &model);
    void updateState(bool running);
    void setThumbnail(const QString &path, const QImage &thumbnail);
    // The next sample of the list; false where nothing is listed, or not visible.
    bool step(int by);

    // Asks a whole suite. What is open is replaced by the answers as they come.
    void startBench(const std::filesystem::path &suite, const std::vector<BenchPoint> &points);
    // The run that goes on is one of a benchmark.
    bool benches() const { return m_bench != nullptr; }
    // A benchmark's run has finished, and the next one begins. False: none was going on.
    bool take(const std::shared_ptr<const RunTrace> &trace);
    // The person wants the run to end; it may still finish.
    void cancelling();
    // The run was cancelled or failed, and the benchmark with it: what it has stays.
    void stop();
    // Where the last benchmark's result lies; empty: it was not kept.
    std::filesystem::path savedResult() const { return m_saved; }

    // What the plot shows, with the person's tags; not set: nothing is open.
    std::optional<AnswersView> view() const;
    // One that comes with a figure. A benchmark that goes on is not disturbed.
    void showView(const AnswersView &view, const QString &name);

    // The filtered rows; by the name's ending as CSV, JSON or Markdown.
    bool exportTo(const QString &file);

private:
    struct Bench {
        SuiteRun run;
        std::filesystem::path folder; // of the pictures
        RunRequest base;
        std::string model;
        QElapsedTimer clock;
        bool cancelling = false;
    };

    void buildRecent();
    void remember(const QString &file);
    void chooseResult();
    void chooseSuite();
    void chooseExport();
    void show(std::shared_ptr<const BenchRecord> record, const QString &source, std::filesystem::path file);
    SampleEdits editsOf(const BenchRecord &record);
    void keepEdits(const QString &sample, const RunEdits &edits);
    void openSample(ReviewRow row);
    void findSuite();
    QString pictureOf(const std::string &sampleId);
    void startNext();
    void showAnswers();
    void endBench();
    void tell(const Error &error) const { m_host.failed({error.code(), error.what(), error.hint()}); }

    FailuresPanel *m_panel;
    FailureHost m_host;
    std::optional<ModelFolder> m_model;
    std::unique_ptr<SampleNotes> m_notes;
    bool m_notesTried = false;
    std::map<std::string, SampleEdits> m_editsOfSuites; // by suite and version
    std::shared_ptr<const BenchRecord> m_record;
    std::filesystem::path m_file; // of the record; empty: a benchmark's
    std::optional<std::map<std::string, QString>> m_pictures; // by sample id; not set: not looked for
    bool m_running = false;
    std::unique_ptr<Bench> m_bench; // while one goes on
    QTimer m_refresh; // answers come faster than anybody reads
    std::filesystem::path m_benchFolder; // pictures of the last one's suite
    std::filesystem::path m_saved;
};

} // namespace qmop

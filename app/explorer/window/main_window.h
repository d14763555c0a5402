// SPDX-License-Identifier: GPL-3.0-or-later
//
// The window: panels in docks around the picture, one selection, one engine.
#pragma once

#include "app/explorer/engine/model_folder.h"
#include "app/explorer/engine/run_backend.h"
#include "app/explorer/layout/later_panel.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/pictures/picture_loader.h"
#include "app/explorer/pictures/samples.h"
#include "qmop/bench_record.h"
#include "qmop/installation.h"
#include "qmop/run_trace.h"

#include <QMainWindow>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

class QMenu;
class QToolBar;

namespace qmop {

class AnswerPanel;
class AnsweredRuns;
class BenchPanel;
class BudgetPreview;
class Commands;
class Comparison;
class ComparisonPanel;
class CostsPanel;
class ElidedLabel;
class EngineBridge;
class Experiments;
class Exports;
class Figures;
class Guidance;
class FailureBrowser;
class FailuresPanel;
class ImagePanel;
class KeptSweeps;
class MessageBar;
class ModelHash;
class NumbersButton;
class OwnSuite;
class PictureList;
class PoolingPanel;
class PruningPanel;
class ResamplerPanel;
class RouterPanel;
class RunHistory;
class RunControls;
class RunStatus;
class RunsPanel;
class Selection;
class Sessions;
class ShippedSuite;
class SweepPanel;
class TrainingLogs;
class TrainingPanel;
class WhatIfPanel;

struct WindowConfig {
    std::filesystem::path model; // checkpoint folder
    std::filesystem::path resources; // samples, suites
    BackendFactory backend;
    PictureDecoder decoder;
    std::function<Installation(const InstallationRequest &)> lookAround; // on any thread
    std::filesystem::path journal; // of every run; empty: runs are not remembered
    std::filesystem::path ownSuite; // questions of one's own; empty: none is opened
    bool rememberLayout = true; // between starts
};

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(WindowConfig config, QWidget *parent = nullptr);
    ~MainWindow() override;

    void openPicture(ImageSource source);
    // Files and folders.
    void openPaths(const QStringList &paths);
    // Opens a sample and, where it has one, asks its first suggested question, but
    // not where the program ended while a run went on the last time.
    void openFirstSample();
    // The last window ended without closing: its newest run is shown, nothing is
    // asked. False where it closed, or had finished no run.
    bool showRecoveredRun();
    void setQuestion(const QString &question);
    // Runs as soon as the picture is there; otherwise at once.
    void runWhenReady(const Overrides &edits = {});
    void startRun() { startEdited({}); }
    void cancelRun();
    // Why Run is disabled; empty where it is not.
    QString runObstacle() const;
    bool pictureIsOpening() const; // being read and decoded
    // A run goes on, or will begin when its picture has been read.
    bool runIsUnderWay() const;

    // Null: the picture without a run.
    void showTrace(std::shared_ptr<const RunTrace> trace);
    // A run of the past, with what it was asked with: question, compressor, budget and
    // fusion as far as the open model has them. Nothing where it is null or a run goes on.
    void recall(const std::shared_ptr<const RunTrace> &trace);
    std::shared_ptr<const RunTrace> shownTrace() const { return m_trace; }
    ImagePanel *imagePanel() const { return m_image; }
    AnswerPanel *answerPanel() const { return m_answer; }
    RunControls *controls() const { return m_controls; }
    BenchPanel *benchPanel() const { return m_bench; }
    OwnSuite *ownSuite() const { return m_ownSuite; }
    ResamplerPanel *resamplerPanel() const { return m_resampler; }
    RunsPanel *runsPanel() const { return m_runs; }
    RunHistory *history() const { return m_history; }
    Sessions *sessions() const { return m_sessions; }
    MessageBar *messageBar() const { return m_message; }
    RunStatus *runStatus() const { return m_status; }
    NumbersButton *numbersButton() const { return m_numbers; }
    // Panels that are made when first needed, as here.
    WhatIfPanel *whatIfPanel() const { return m_whatIf.get(); }
    FailureBrowser *failures() const;
    FailuresPanel *failuresPanel() const { return m_failuresPanel.get(); }
    SweepPanel *sweepPanel() const { return m_sweep.get(); }
    KeptSweeps *keptSweeps() const { return m_keptSweeps; }
    Comparison *comparison() const { return m_comparison; }
    ComparisonPanel *comparisonTable() const { return m_differences.get(); }
    TrainingLogs *trainingLogs() const;
    Selection *selection() const { return m_selection; }
    PanelDocks *docks() const { return m_docks; }
    Commands *commands() const { return m_commands; }
    const WindowConfig &config() const { return m_config; }
    const ImageSource &shownSource() const { return m_source; } // of the picture shown
    ImageSource sourceOf(const RunTrace &trace) const; // empty: not known any more
    Guidance *guidance() const { return m_guidance; }
    ModelHash *modelHash() const { return m_modelHash; }
    PictureLoader *loader() const { return m_loader; }
    bool wasPainted() const { return m_wasPainted; } // and has begun to read what may wait for that
    QString readoutText() const;
    // Of this window's life, whether dismissed or not.
    const std::optional<RunFailed> &lastFailure() const { return m_lastFailure; }

signals:
    void pictureOpened();
    void questionsOffered(); // those that suit the picture shown
    // Another run is shown, or none (null). Panels draw from it alone.
    void traceShown(std::shared_ptr<const qmop::RunTrace> trace);
    void runEnded(std::shared_ptr<const qmop::RunTrace> trace); // null: cancelled or failed
    void failed(const qmop::RunFailed &failure);

protected:
    void showEvent(QShowEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildCentre();
    void buildPanels();
    void addPanels();
    template<typename Panel> void showRunsIn(LaterPanel<Panel> &later);
    void connectPanels();
    void buildExperiments();
    void buildKeptSweeps();
    std::shared_ptr<const RunTrace> storedRun(const std::string &uid) const; // null: not listed
    QString
    modelProblemOf(const RunTrace &trace) const; // why the open model would answer otherwise; empty: it would not
    void buildBudgetPreview();
    void buildFigures();
    void buildOwnSuite();
    void buildComparison();
    void buildUndo();
    void copyCommand() const;
    void addExports();
    void addNumbersCommands();
    void buildAnswerAttention();
    void runForAttention();
    FailuresPanel *buildFailures();
    void openFailure(const QString &picture, const QString &question, const BenchPoint &point);
    RunRequest plainRequest() const;
    void submit(RunRequest request, bool shown);
    void startEdited(const Overrides &edits);
    void buildStatusBar();
    void buildCommands();
    void addFileCommands();
    void addHistoryCommands();
    void addRunCommands();
    void addViewCommands();
    void addHelpCommands();
    void addToolBars();
    void placeToolBars();
    void togglePresentation();
    bool leavePresentation(); // false: was not presenting
    void restoreLayout();
    void loadModel();
    void loadSamples();
    void connectEngine();
    void connectHistory();
    void chooseModel();
    void chooseFile();
    void chooseFolder();
    static QString pictureFilter();
    void fillRecent(QMenu *menu);
    void addLookCommands();
    void pastePicture();
    void showPicture(const LoadedPicture &picture);
    void showPictureWithoutRun(PicturePyramid levels = {});
    bool showsAskedPicture() const { return m_picture == m_asked.picture; }
    bool streamsIntoWindow() const; // the answer that is being written
    void finishRun(const std::shared_ptr<const RunTrace> &trace);
    void showFailure(const RunFailed &failure);
    void endFailedRun(const RunFailed &failure);
    void stopSeries();
    void updateRunState();
    void escape();
    void loadTheRest();
    void loadSuite();
    void askForScores();
    void showScores(const std::set<std::string> &hashes);
    void offerQuestions(const std::string &sha256);

    WindowConfig m_config;
    std::optional<ModelFolder> m_model;
    std::vector<Sample> m_samples;
    ImageSource m_source; // of the picture shown
    std::map<std::string, ImageSource> m_sourcesOfRuns; // by the picture's hash: traces keep no bytes
    std::shared_ptr<const ImageU8> m_picture;
    // What the run under way is about; another picture may be opened meanwhile.
    struct {
        RunRequest request;
        std::shared_ptr<const ImageU8> picture;
        bool ofStory = false; // a presentation asks: not for the history
    } m_asked;
    std::shared_ptr<const RunTrace> m_trace;
    bool m_wasShown = false;
    bool m_wasPainted = false;
    std::optional<Overrides> m_runWhenReady; // a run waits for its picture, with these edits
    std::optional<RunFailed> m_lastFailure;

    Selection *m_selection;
    EngineBridge *m_bridge;
    PictureLoader *m_loader;
    ModelHash *m_modelHash;
    RunHistory *m_history = nullptr;
    Sessions *m_sessions = nullptr;
    PanelDocks *m_docks = nullptr;
    Commands *m_commands = nullptr;
    QToolBar *m_layoutBar = nullptr;
    std::optional<LayoutId> m_layoutBefore; // the presentation
    bool m_maximizedBefore = false;
    RunControls *m_controls = nullptr;
    MessageBar *m_message = nullptr;
    ImagePanel *m_image = nullptr;
    PictureList *m_pictures = nullptr;
    RunsPanel *m_runs = nullptr;
    AnswerPanel *m_answer = nullptr;
    RouterPanel *m_router = nullptr;
    CostsPanel *m_costs = nullptr;
    BenchPanel *m_bench = nullptr;
    std::unique_ptr<ShippedSuite> m_suite; // its page is m_bench
    ResamplerPanel *m_resampler = nullptr;
    LaterPanel<PoolingPanel> m_pooling;
    LaterPanel<PruningPanel> m_pruning;
    LaterPanel<WhatIfPanel> m_whatIf;
    LaterPanel<SweepPanel> m_sweep;
    LaterPanel<TrainingPanel> m_trainingPanel;
    TrainingLogs *m_training = nullptr; // beside its panel
    std::unique_ptr<AnsweredRuns> m_answered;
    Experiments *m_experiments = nullptr;
    KeptSweeps *m_keptSweeps = nullptr;
    BudgetPreview *m_budgetPreview = nullptr;
    Figures *m_figures = nullptr;
    OwnSuite *m_ownSuite = nullptr;
    Comparison *m_comparison = nullptr;
    LaterPanel<ComparisonPanel> m_differences;
    Exports *m_exports = nullptr;
    Guidance *m_guidance = nullptr;
    LaterPanel<FailuresPanel> m_failuresPanel;
    FailureBrowser *m_failures = nullptr; // beside its panel
    RunStatus *m_status = nullptr;
    ElidedLabel *m_readout = nullptr;
    NumbersButton *m_numbers = nullptr;
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pictures, runs and failures in the window.
#include "app/explorer/engine/engine_bridge.h"
#include "app/explorer/experiments/experiments.h"
#include "app/explorer/failures/failure_browser.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/pictures/recent_files.h"
#include "app/explorer/runs/budget_preview.h"
#include "app/explorer/runs/numbers_button.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/runs/run_history.h"
#include "app/explorer/runs/run_status.h"
#include "app/explorer/suite/own_suite.h"
#include "app/explorer/suite/shipped_suite.h"
#include "app/explorer/window/guidance.h"
#include "app/explorer/window/main_window.h"
#include "app/explorer/window/presenter.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/bench/bench_panel.h"
#include "widgets/image/attention_bar.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/image/picture_list.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"

#include <QFileDialog>
#include <QFileInfo>

#include <algorithm>

namespace qmop {

namespace {

QString pictureKey(const ImageSource &source)
{
    return QString::fromStdString(source.path.string());
}

}

void MainWindow::loadModel()
{
    m_model.reset();
    m_numbers->choose(Precision::Automatic);
    const QString folder = QString::fromStdString(m_config.model.string());
    try {
        m_model = readModelFolder(m_config.model);
        m_controls->setBudgets(m_model->budgets, m_model->patches);
        m_controls->setModelName(QString::fromStdString(m_model->name), folder);
        m_image->attentionBar()->setShape(m_model->decoderLayers, m_model->decoderHeads);
    } catch (const Error &error) {
        m_controls->setBudgets({}, 0);
        m_controls->setModelName(tr("none"), folder);
        showFailure({error.code(), error.what(), error.hint()});
    }
    askForScores();
    m_experiments->setModel(m_model);
    m_ownSuite->setModel(m_model);
    if (m_failures)
        m_failures->setModel(m_model);
}

void MainWindow::loadSamples()
{
    try {
        m_samples = readSamples(m_config.resources / "samples");
    } catch (const Error &error) {
        showFailure({error.code(), error.what(), error.hint()});
    }
    for (const Sample &sample : m_samples)
        m_pictures->addPicture(sample.path, sample.title);
}

void MainWindow::openFirstSample()
{
    if (m_samples.empty())
        return;
    if (!m_samples.front().questions.isEmpty())
        setQuestion(m_samples.front().questions.front());
    openPicture({m_samples.front().path.toStdString(), {}});
    m_history->open();
    if (!m_history->endedInARun())
        runWhenReady();
}

// One file has one path, so that samples and the suite's pictures are known
// however they were named.
void MainWindow::openPicture(ImageSource source)
{
    if (source.bytes.empty())
        source.path = std::filesystem::absolute(source.path).lexically_normal();
    m_loader->open(std::move(source));
    if (!m_bridge->isRunning()) {
        m_status->begin();
        m_status->setStage(tr("reading the picture"), 0, 0);
    }
    updateRunState();
}

void MainWindow::showPicture(const LoadedPicture &picture)
{
    m_source = picture.source;
    if (m_source.bytes.empty() && m_config.rememberLayout)
        addRecentFile(pictureKey(m_source));
    m_picture = picture.image;
    if (!m_bridge->isRunning())
        m_status->end(tr("picture read"));
    showPictureWithoutRun(picture.levels);

    const QString key = pictureKey(m_source);
    offerQuestions(picture.sha256);
    // Pasted pictures have no file to come back to.
    if (m_source.bytes.empty()) {
        m_pictures->addPicture(key, QFileInfo(key).fileName());
        m_pictures->setThumbnail(key, thumbnail(*m_picture, PictureList::thumbnailSide));
    }
    m_pictures->setCurrentPicture(key);
    m_message->clearNotice();
    if (!picture.notices.isEmpty())
        m_message->showMessage(MessageBar::Kind::Notice, picture.notices.join(u'\n'), {}, picture.notices.join(u'\n'));
    updateRunState();
    emit pictureOpened();
    if (const auto waiting = std::exchange(m_runWhenReady, std::nullopt))
        startEdited(*waiting);
}

// Panels and list must not speak of a run that was about something else.
void MainWindow::showPictureWithoutRun(PicturePyramid levels)
{
    m_trace.reset();
    m_selection->reset();
    std::optional<PatchGrid> grid;
    if (m_model)
        grid = m_model->gridFor(m_picture->width, m_picture->height);
    m_image->view()->setPicture(m_picture, grid, std::move(levels));
    emit traceShown(nullptr);
    m_runs->setCurrentRun(nullptr);
}

void MainWindow::setQuestion(const QString &question)
{
    m_answer->setQuestion(question);
}

QString MainWindow::runObstacle() const
{
    if (!m_model)
        return tr("Choose a model first");
    if (m_loader->isOpening())
        return tr("The picture is still being read");
    if (!m_picture)
        return tr("Open a picture first");
    if (m_answer->question().trimmed().isEmpty())
        return tr("Type a question first");
    return {};
}

bool MainWindow::pictureIsOpening() const
{
    return m_loader->isOpening();
}

bool MainWindow::runIsUnderWay() const
{
    return m_bridge->isRunning() || m_runWhenReady;
}

void MainWindow::updateRunState()
{
    if (m_bridge->isRunning())
        m_controls->showRunning();
    else
        m_controls->showReady(runObstacle());
    m_experiments->updateState(m_bridge->isRunning());
    m_image->attentionBar()->setObstacle(m_bridge->isRunning() ? tr("A run is going on; Esc cancels it") : QString());
    m_ownSuite->updateState();
    if (m_failures)
        m_failures->updateState(m_bridge->isRunning());
}

void MainWindow::runWhenReady(const Overrides &edits)
{
    if (m_loader->isOpening())
        m_runWhenReady = edits;
    else
        startEdited(edits);
}

void MainWindow::startEdited(const Overrides &edits)
{
    if (m_bridge->isRunning())
        return;
    if (!runObstacle().isEmpty()) {
        updateRunState(); // says why beside the button
        return;
    }
    RunRequest request = plainRequest();
    if (!edits.empty()) // else what the controls ask for
        request.overrides = edits;
    submit(std::move(request), true);
}

RunRequest MainWindow::plainRequest() const
{
    RunRequest request;
    request.image = m_source;
    request.question = m_answer->question().toStdString();
    if (m_model)
        request.model = m_model->path;
    request.precision = m_numbers->chosen();
    request.trace = TraceLevel::Full;
    request.withUncompressed = true;
    if (m_answer->wantsAttention())
        request.answerAttention = m_image->attentionBar()->choice();
    m_controls->fill(request);
    return request;
}

// `shown`: its answer streams into the answer panel. A sweep goes on when another picture has been opened.
void MainWindow::submit(RunRequest request, bool shown)
{
    if (m_bridge->isRunning())
        return;
    const bool ofShown = request.image.path == m_source.path && request.image.bytes == m_source.bytes;
    const bool ofStory = shown && m_guidance->presenter()->asks(request);
    m_asked = {request, ofShown ? m_picture : nullptr, ofStory};
    m_status->begin();
    if (shown)
        m_answer->beginAnswer();
    if (ofStory)
        m_history->setRecording(false);
    m_bridge->run(std::move(request));
    if (ofStory)
        m_history->setRecording(true);
    updateRunState();
}

void MainWindow::cancelRun()
{
    if (!m_bridge->isRunning())
        return;
    if (m_failures)
        m_failures->cancelling();
    m_status->showCancelling();
    m_controls->showCancelling();
    m_bridge->cancel();
}

void MainWindow::escape()
{
    if (m_loader->isOpening()) {
        m_loader->cancel();
        m_runWhenReady.reset();
        if (!m_bridge->isRunning())
            m_status->end(tr("reading cancelled"));
        updateRunState();
    } else if (m_bridge->isRunning()) {
        cancelRun();
    } else if (!m_budgetPreview->drop()) {
        m_selection->unlock();
    }
}

void MainWindow::finishRun(const std::shared_ptr<const RunTrace> &trace)
{
    m_sourcesOfRuns[trace->imageSha256] = m_asked.request.image;
    if (m_experiments->take(trace) || m_ownSuite->take(trace) || (m_failures && m_failures->take(trace))) {
        if (!m_bridge->isRunning())
            m_status->end(tr("done"));
        updateRunState();
        emit runEnded(trace);
        return;
    }
    // What a presentation asked is gone with it: sessions are the person's own.
    const bool leftBehind = m_asked.ofStory && !m_guidance->presenter()->isPresenting();
    if (!m_asked.ofStory)
        m_history->add(trace);
    if (trace->request.overrides.empty()) // an edit's answer is not the model's
        m_suite->note(*trace, m_asked.request.image);
    m_ownSuite->note(*trace);
    // The picture opened meanwhile stays; the run can be shown from the list.
    const bool ofPicture = showsAskedPicture();
    if (ofPicture && !leftBehind)
        showTrace(trace);
    m_status->end(ofPicture ? tr("done") : tr("done (see Runs)"));
    updateRunState();
    emit runEnded(trace);
}

void MainWindow::showTrace(std::shared_ptr<const RunTrace> trace)
{
    if (!trace || m_bridge->isRunning())
        return;
    m_status->clear();
    const bool otherPicture = !m_trace || m_trace->imageSha256 != trace->imageSha256;
    m_trace = trace;
    if (otherPicture)
        m_selection->unlock();
    // A run of the past whose picture is gone can be looked at, not asked again.
    const ImageSource source = sourceOf(*trace);
    const bool known = m_sourcesOfRuns.contains(trace->imageSha256);
    const bool otherFile = source.path != m_source.path || source.bytes != m_source.bytes;
    m_source = source;
    m_picture = known ? trace->image : nullptr;
    if (otherFile)
        offerQuestions(known ? trace->imageSha256 : std::string());
    if (known)
        m_pictures->setCurrentPicture(pictureKey(m_source));
    // The run says by itself what was said of its picture when that was opened.
    const auto saysToo
        = [&](const QString &line) { return std::ranges::count(trace->notices, line.toStdString()) > 0; };
    if (std::ranges::all_of(m_message->text().split(u'\n'), saysToo))
        m_message->clearNotice();
    m_image->view()->setTrace(trace);
    emit traceShown(trace);
    m_runs->setCurrentRun(trace);
    m_numbers->showRun(*trace);
    updateRunState();
}

void MainWindow::showFailure(const RunFailed &failure)
{
    m_lastFailure = failure;
    const QString what = QString::fromStdString(failure.what);
    const QString hint = QString::fromStdString(failure.hint);
    const QString details
        = tr("QMoP Explorer %1\n%2: %3\n%4")
              .arg(QStringLiteral(QMOP_VERSION), QString::fromLatin1(errorKey(failure.code)), what, hint);
    m_message->showMessage(MessageBar::Kind::Error, what, hint, details);
    emit failed(failure);
}

void MainWindow::chooseFile()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a picture"),
                                                      QFileInfo(pictureKey(m_source)).path(), pictureFilter());
    if (!path.isEmpty())
        openPaths({path}); // a figure too
}

void MainWindow::chooseModel()
{
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a checkpoint folder"),
                                                           QString::fromStdString(m_config.model.string()));
    if (path.isEmpty())
        return;
    m_config.model = path.toStdString();
    loadModel();
    if (m_picture)
        showPictureWithoutRun();
    updateRunState();
}

} // namespace qmop

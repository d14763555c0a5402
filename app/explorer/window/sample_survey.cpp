// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/window/sample_survey.h"

#include "app/explorer/commands/commands.h"
#include "app/explorer/engine/model_hash.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/window/main_window.h"
#include "qmop/comparison.h"
#include "qmop/error.h"
#include "qmop/sha256.h"
#include "widgets/answer/answer_panel.h"

#include <QFile>

#include <algorithm>
#include <optional>
#include <string_view>

namespace qmop {

SampleSurvey::SampleSurvey(MainWindow *window)
    : QObject(window)
    , m_window(window)
{
    connect(window, &MainWindow::runEnded, this, &SampleSurvey::ended);
    connect(window, &MainWindow::questionsOffered, this, &SampleSurvey::mark);
    connect(window->modelHash(), &ModelHash::forgotten, this, [this] {
        m_hashes.clear();
        m_same.clear(); // another model may answer otherwise
        mark();
    });
    connect(window->modelHash(), &ModelHash::ready, this, [this](const std::set<std::string> &hashes) {
        m_hashes = hashes;
        mark();
    });
    try {
        if (const auto &journal = window->config().journal; !journal.empty())
            m_memory = std::make_unique<AnswerMemory>(journal.parent_path() / "answers-1.sqlite");
    } catch (const Error &) {
        // One's own questions are kept in the same file, and say what is wrong with it.
    }
    window->commands()->add({QStringLiteral("samples.survey"),
                             tr("Find where compression changes an answer"),
                             CommandMenu::Run,
                             {},
                             [this] { start(); }});
}

void SampleSurvey::start()
{
    if (m_window->runIsUnderWay())
        return;
    m_steps.clear();
    m_next = 0;
    for (const Sample &sample : readSamples(m_window->config().resources / "samples"))
        for (const QString &question : sample.questions)
            m_steps.push_back({sample.path, question});
    askNext();
}

void SampleSurvey::askNext()
{
    if (!isGoing()) {
        finish();
        return;
    }
    const Step &step = m_steps[m_next];
    if (m_next == 0 || m_steps[m_next - 1].picture != step.picture)
        m_window->openPicture({step.picture.toStdString(), {}});
    m_window->setQuestion(step.question);
    m_window->runWhenReady();
    if (!m_window->runIsUnderWay()) // the window says why
        m_next = m_steps.size();
}

void SampleSurvey::ended(const std::shared_ptr<const RunTrace> &trace)
{
    if (trace)
        learn(*trace);
    mark();
    if (!isGoing())
        return;
    if (!trace) { // cancelled or failed: what was learnt stays
        m_next = m_steps.size();
        finish();
        return;
    }
    ++m_next;
    // After the window has dealt with this run.
    QMetaObject::invokeMethod(this, &SampleSurvey::askNext, Qt::QueuedConnection);
}

// Of runs with the model's own weights: an edit's answer says nothing of compression.
void SampleSurvey::learn(const RunTrace &trace)
{
    if (!trace.uncompressed || !trace.request.overrides.empty() || trace.request.compressor == "none")
        return;
    const bool same
        = compareAnswers(std::string_view(trace.answer.text), std::string_view(trace.uncompressed->text)).same;
    const QString picture = QString::fromStdString(m_window->sourceOf(trace).path.string());
    m_same[{picture, QString::fromStdString(trace.request.question)}] = same;
    try {
        if (m_memory)
            m_memory->setSame(trace.imageSha256, trace.request.question, trace.environment.modelHash, same);
    } catch (const Error &error) {
        m_memory.reset(); // said once
        const QString what = QString::fromStdString(error.what()), hint = QString::fromStdString(error.hint());
        m_window->messageBar()->showMessage(MessageBar::Kind::Notice, what, hint, what + u'\n' + hint);
    }
}

// Samples are small; a picture that changes on disk is another one only after a restart.
std::string SampleSurvey::pictureHash(const QString &picture) const
{
    const auto known = m_pictureHashes.find(picture);
    if (known != m_pictureHashes.end())
        return known->second;
    QFile file(picture);
    const std::string hash = !picture.isEmpty() && file.open(QIODevice::ReadOnly)
        ? sha256Hex(std::string_view(file.readAll().toStdString()))
        : std::string();
    return m_pictureHashes[picture] = hash;
}

SampleSurvey::Verdict SampleSurvey::verdict(const QString &picture, const QString &question) const
{
    std::optional<bool> same;
    if (const auto found = m_same.find({picture, question}); found != m_same.end())
        same = found->second;
    else if (m_memory && !m_hashes.empty())
        same = m_memory->same(pictureHash(picture), question.toStdString(), m_hashes);
    return !same ? Verdict::Unknown : *same ? Verdict::Same : Verdict::Differs;
}

void SampleSurvey::mark()
{
    const QString picture = QString::fromStdString(m_window->shownSource().path.string());
    for (const QString &question : m_window->answerPanel()->suggestions()) {
        const Verdict found = verdict(picture, question);
        m_window->answerPanel()->markSuggestion(question,
                                                found == Verdict::Differs    ? tr("≠ another answer")
                                                    : found == Verdict::Same ? tr("= same answer")
                                                                             : QString());
    }
}

void SampleSurvey::finish()
{
    QStringList changed;
    int asked = 0;
    for (const Step &step : m_steps) {
        const Verdict found = verdict(step.picture, step.question);
        asked += found != Verdict::Unknown;
        if (found == Verdict::Differs)
            changed << tr("“%1” on %2").arg(step.question, step.picture.section(u'/', -1));
    }
    const int count = int(changed.size());
    constexpr int shown = 4;
    if (count > shown)
        changed = changed.mid(0, shown) << tr("and %1 more").arg(count - shown);
    m_window->messageBar()->showMessage(
        MessageBar::Kind::Notice, tr("Compression changes %1 of %2 answers.").arg(count).arg(asked),
        count > 0 ? changed.join(QStringLiteral("; ")) + tr(". “Suggested” marks them with ≠.") : QString(), {});
}

} // namespace qmop

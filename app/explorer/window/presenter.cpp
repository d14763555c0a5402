// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/window/presenter.h"

#include "app/explorer/commands/commands.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/window/main_window.h"
#include "qmop/error.h"
#include "widgets/runs/runs_model.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/stories/story_bar.h"
#include "widgets/theme/text_field.h"
#include "widgets/theme/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QBoxLayout>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenuBar>
#include <QStatusBar>

#include <algorithm>

namespace qmop {

namespace {

constexpr int presentedScale = 150; // percent, at least

}

Presenter::Presenter(MainWindow *window)
    : QObject(window)
    , m_window(window)
{
    connect(window, &MainWindow::runEnded, this, &Presenter::ended);
    connect(window, &MainWindow::failed, this, [this](const RunFailed &failure) {
        m_picture.clear(); // it may be the picture that cannot be read
        if (!m_window->runIsUnderWay())
            m_asked = -1;
        if (isPresenting() && m_step >= 0)
            say(tr("This step cannot be shown: %1").arg(QString::fromStdString(failure.what)));
    });
    window->commands()->add(
        {QStringLiteral("story.addRun"), tr("Add the shown run to my story"), CommandMenu::Run, {}, [this] {
             addShownRun();
         }});
    window->commands()->add(
        {QStringLiteral("story.addListed"), tr("Make a story of the listed runs"), CommandMenu::Run, {}, [this] {
             addListedRuns();
         }});
}

QString Presenter::ownFile() const
{
    const std::filesystem::path &journal = m_window->config().journal;
    return journal.empty() ? QString() : QString::fromStdString((journal.parent_path() / "stories.json").string());
}

void Presenter::load()
{
    m_steps.clear();
    m_suggested.clear();
    const std::filesystem::path &resources = m_window->config().resources;
    const QString samples = QString::fromStdString((resources / "samples").string());
    const QString shipped = QString::fromStdString((resources / "stories/stories.json").string());
    // A damaged file of one's own does not take the shipped ones away.
    for (const QString &file : {shipped, ownFile()})
        try {
            for (Story &story : file.isEmpty() ? std::vector<Story>{} : readStories(file, samples))
                for (StoryStep &step : story.steps)
                    m_steps.push_back({story.title, std::move(step), nullptr});
        } catch (const Error &error) {
            const QString what = QString::fromStdString(error.what()), hint = QString::fromStdString(error.hint());
            m_window->messageBar()->showMessage(MessageBar::Kind::Error, what, hint, what + u'\n' + hint);
        }
    for (const Sample &sample : readSamples(resources / "samples"))
        m_suggested[sample.path] = sample.questions;
}

void Presenter::enter()
{
    if (isPresenting())
        return;
    load();
    if (!m_before) // else a step's run has not ended yet
        m_before.emplace(m_window);
    m_step = m_asked = -1;
    m_waiting = false;
    m_picture.clear();
    m_focusBefore = QApplication::focusWidget();
    m_bar = new StoryBar(m_window);
    qobject_cast<QBoxLayout *>(m_window->centralWidget()->layout())->insertWidget(0, m_bar);
    connect(m_bar, &StoryBar::nextRequested, this, [this] { show(m_step + 1); });
    connect(m_bar, &StoryBar::backRequested, this, [this] { show(m_step - 1); });
    m_window->menuBar()->hide();
    m_window->statusBar()->hide();
    m_scaleBefore = textScale();
    applyTextScale(*qApp, std::max(presentedScale, m_scaleBefore));
    say(m_steps.empty()
            ? tr("Esc ends the presentation.")
            : tr("→ or Space begins with the first of %1 steps. Esc ends the presentation.").arg(stepCount()));
    m_bar->setFocus(Qt::OtherFocusReason);
    qApp->installEventFilter(this);
}

void Presenter::leave()
{
    if (!isPresenting())
        return;
    qApp->removeEventFilter(this);
    delete std::exchange(m_bar, nullptr);
    const bool running = m_window->runIsUnderWay(), ofStory = m_asked >= 0;
    m_step = m_asked = -1;
    applyTextScale(*qApp, m_scaleBefore);
    m_window->menuBar()->show();
    m_window->statusBar()->show();
    if (m_focusBefore)
        m_focusBefore->setFocus(Qt::OtherFocusReason);
    if (running && ofStory)
        m_window->commands()->action(QStringLiteral("run.cancel"))->trigger();
    else if (running)
        m_before.reset();
    comeBack();
}

// Once no run goes on any more.
void Presenter::comeBack()
{
    if (isPresenting() || m_window->runIsUnderWay() || !m_before)
        return;
    const ShownState before = *std::exchange(m_before, std::nullopt);
    before.restore(m_window);
}

bool Presenter::asks(const RunRequest &request) const
{
    return isPresenting() && m_asked >= 0
        && request.question == questionOf(m_steps[std::size_t(m_asked)].asks).toStdString();
}

void Presenter::show(int step)
{
    if (!isPresenting() || m_steps.empty())
        return;
    m_step = std::clamp(step, 0, stepCount() - 1);
    apply();
}

void Presenter::say(const QString &sentence)
{
    const QString title = m_step < 0 ? tr("Presentation") : m_steps[std::size_t(m_step)].title;
    m_bar->setStep(title, m_step < 0 ? QString() : tr("%1 of %2").arg(m_step + 1).arg(stepCount()), sentence);
}

QString Presenter::questionOf(const StoryStep &step) const
{
    if (!step.question.isEmpty())
        return step.question;
    const auto found = m_suggested.find(step.picture);
    const QStringList questions = found == m_suggested.end() ? QStringList() : found->second;
    return questions.value(std::min(step.suggested, int(questions.size())) - 1);
}

void Presenter::chooseSettings(const StoryStep &step)
{
    RunControls *controls = m_window->controls();
    const std::vector<int> &budgets = controls->trainedBudgets();
    const auto closer = [&](int a, int b) { return std::abs(a - step.budget) < std::abs(b - step.budget); };
    const int budget = budgets.empty() ? 0
        : step.budget > 0              ? *std::ranges::min_element(budgets, closer)
        : step.budget == leastBudget   ? budgets.front()
                                       : budgets.back();
    controls->choose(step.compressor.toStdString(), budget);
}

// Shows the step: at once where its run is there, else asks for it.
void Presenter::apply()
{
    Step &step = m_steps[std::size_t(m_step)];
    say(filledSentence(step.asks.say, nullptr));
    if (!step.trace) // a neighbour may have asked the same
        for (const Step &other : m_steps)
            if (other.trace && other.asks.asksTheSame(step.asks))
                step.trace = other.trace;
    m_waiting = m_window->runIsUnderWay();
    if (m_waiting)
        return;
    if (step.trace) {
        chooseSettings(step.asks);
        if (m_window->shownTrace() != step.trace)
            emit m_window->runsPanel()->runActivated(step.trace);
        m_picture = step.asks.picture;
        m_window->selection()->setOverlay(step.asks.overlay);
        say(filledSentence(step.asks.say, step.trace.get()));
        return;
    }
    if (m_picture != step.asks.picture) {
        m_picture = step.asks.picture;
        m_window->openPicture({m_picture.toStdString(), {}});
    }
    chooseSettings(step.asks);
    m_window->setQuestion(questionOf(step.asks));
    m_asked = m_step;
    m_window->runWhenReady(step.asks.overrides);
    if (!m_window->runIsUnderWay()) {
        m_asked = -1;
        say(tr("This step cannot be shown: %1").arg(m_window->runObstacle()));
    }
}

void Presenter::ended(const std::shared_ptr<const RunTrace> &trace)
{
    if (!isPresenting()) // after the window has dealt with this run
        QMetaObject::invokeMethod(this, &Presenter::comeBack, Qt::QueuedConnection);
    if (!isPresenting() || m_step < 0)
        return;
    const int asked = std::exchange(m_asked, -1);
    if (asked >= 0)
        m_steps[std::size_t(asked)].trace = trace;
    if (asked == m_step && trace) {
        m_window->selection()->setOverlay(m_steps[std::size_t(asked)].asks.overlay);
        say(filledSentence(m_steps[std::size_t(asked)].asks.say, trace.get()));
    } else if (m_waiting && asked != m_step) {
        // After the window has dealt with this run.
        QMetaObject::invokeMethod(
            this,
            [this] {
                if (isPresenting() && m_step >= 0)
                    apply();
            },
            Qt::QueuedConnection);
    } else if (asked == m_step && !m_window->lastFailure()) {
        say(tr("The run was cancelled; → goes on."));
    }
}

bool Presenter::takeKey(int key, bool textHasFocus, bool buttonHasFocus)
{
    switch (key) {
    case Qt::Key_PageDown:
        show(m_step + 1);
        return true;
    case Qt::Key_PageUp:
        show(m_step - 1);
        return true;
    case Qt::Key_Escape:
        m_window->commands()->action(QStringLiteral("view.present"))->trigger();
        return true;
    default:
        break;
    }
    if (textHasFocus || (buttonHasFocus && key == Qt::Key_Space))
        return false;
    switch (key) {
    case Qt::Key_Right:
    case Qt::Key_Space:
        show(m_step + 1);
        return true;
    case Qt::Key_Left:
    case Qt::Key_Backspace:
        show(m_step - 1);
        return true;
    case Qt::Key_Home:
        show(0);
        return true;
    case Qt::Key_End:
        show(stepCount() - 1);
        return true;
    default:
        return false;
    }
}

// Before all shortcuts and widgets of the window: a presenter's remote has four keys.
bool Presenter::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride)
        return QObject::eventFilter(watched, event);
    const auto *widget = qobject_cast<const QWidget *>(watched);
    const auto *key = static_cast<QKeyEvent *>(event);
    if (!widget || widget->window() != m_window || key->modifiers() & ~Qt::KeypadModifier)
        return QObject::eventFilter(watched, event);
    const bool text = takesText(widget), button = qobject_cast<const QAbstractButton *>(widget);
    if (event->type() == QEvent::KeyPress)
        return (key->isAutoRepeat() && !text) || takeKey(key->key(), text, button);
    static constexpr std::array anywhere{Qt::Key_PageDown, Qt::Key_PageUp, Qt::Key_Escape};
    static constexpr std::array elsewhere{Qt::Key_Right, Qt::Key_Left,      Qt::Key_Home,
                                          Qt::Key_End,   Qt::Key_Backspace, Qt::Key_Space};
    if (std::ranges::count(anywhere, key->key()) || (!text && std::ranges::count(elsewhere, key->key()))) {
        event->accept(); // no shortcut; the key comes as it is
        return true;
    }
    return QObject::eventFilter(watched, event);
}

void Presenter::addShownRun()
{
    const auto trace = m_window->shownTrace();
    std::vector<StoryStep> steps;
    if (trace) {
        const ImageSource source = m_window->sourceOf(*trace);
        if (auto step
            = stepFromRun(*trace, QString::fromStdString(source.path.string()), m_window->selection()->overlay()))
            steps.push_back(*step);
    }
    append(tr("My story"), std::move(steps));
}

// What the filter leaves, so that a tag makes a story: "#demo".
void Presenter::addListedRuns()
{
    std::vector<StoryStep> steps;
    RunsModel *model = m_window->runsPanel()->model();
    for (const RunHeadline &headline : m_window->runsPanel()->listed())
        if (const auto trace = model->trace(model->indexOf(headline.uid))) {
            const ImageSource source = m_window->sourceOf(*trace);
            if (auto step
                = stepFromRun(*trace, QString::fromStdString(source.path.string()), m_window->selection()->overlay()))
                steps.push_back(*step);
        }
    const QString filter = m_window->runsPanel()->filterEdit()->text().trimmed();
    append(filter.isEmpty() ? tr("My runs") : filter, std::move(steps));
}

// To the story of this title, which is made where there is none.
void Presenter::append(const QString &title, std::vector<StoryStep> steps)
{
    MessageBar *bar = m_window->messageBar();
    if (steps.empty() || ownFile().isEmpty()) {
        bar->showMessage(MessageBar::Kind::Notice, tr("No run was added to a story."),
                         tr("A story asks again: that takes a run whose picture is in a file."), {});
        return;
    }
    try {
        std::vector<Story> stories = readStories(ownFile(), {});
        auto story = std::ranges::find(stories, title, &Story::title);
        if (story == stories.end())
            story = stories.insert(stories.end(), Story{title, {}});
        const std::size_t added = steps.size();
        story->steps.insert(story->steps.end(), steps.begin(), steps.end());
        const std::size_t all = story->steps.size();
        writeStories(ownFile(), stories);
        bar->showMessage(MessageBar::Kind::Notice,
                         tr("Steps added to “%1”: %2; it has %3 now.").arg(title).arg(added).arg(all),
                         tr("F11 shows it behind the others. Its sentences are in %1.").arg(ownFile()), ownFile());
    } catch (const Error &error) {
        const QString what = QString::fromStdString(error.what()), hint = QString::fromStdString(error.hint());
        bar->showMessage(MessageBar::Kind::Error, what, hint, what + u'\n' + hint);
    }
}

} // namespace qmop

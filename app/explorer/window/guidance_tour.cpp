// SPDX-License-Identifier: GPL-3.0-or-later
//
// The steps of the tour.
#include "app/explorer/commands/commands.h"
#include "app/explorer/runs/budget_slider.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/window/guidance.h"
#include "app/explorer/window/main_window.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/tour/tour.h"

#include <QAction>
#include <QDockWidget>
#include <QLineEdit>
#include <QSettings>

namespace qmop {

namespace {

QString seenKey()
{
    return QStringLiteral("tour/seen");
}

}

void Guidance::startTour()
{
    QSettings().setValue(seenKey(), true);
    delete m_tour; // the keys named in its texts may have changed
    m_tour = new Tour(m_window, tourSteps());
    m_tour->start();
}

void Guidance::startTourIfNew()
{
    if (!QSettings().value(seenKey(), false).toBool())
        startTour();
}

TourStep Guidance::panelStep(const QString &panel, const QString &title, const QString &text)
{
    PanelDocks *docks = m_window->docks();
    QDockWidget *dock = docks->dock(panel);
    return {title,
            text,
            [dock] { return dock; },
            tr("The panel “%1” is closed in this layout. View → %1 opens it.").arg(dock->windowTitle()),
            [docks, panel] { docks->lift(panel); },
            [docks] { docks->putBack(); }};
}

std::vector<TourStep> Guidance::tourSteps()
{
    const auto keys = [this](const char *command) {
        const QAction *action = m_window->commands()->action(QString::fromLatin1(command));
        return action && !action->shortcuts().isEmpty() ? keysText({action->shortcuts().front()}) : tr("no key");
    };
    const QString hidden = tr("It is hidden at the moment; View → Reset this layout shows it.");
    std::vector<TourStep> steps;
    steps.push_back(panelStep(
        QStringLiteral("pictures"), tr("Open a picture"),
        tr("Choose a sample here, or bring your own: drop a file on the window, paste one (%1), or open it (%2).")
            .arg(keys("file.paste"), keys("file.open"))));
    steps.push_back(
        {tr("Ask about it"),
         tr("Type a question and press Enter; “Suggested” has some that suit the picture. Below come the "
            "answer, how sure the model was of each token, and what it answers with all its tokens: “same” or "
            "“differs” is what compression did."),
         [this] { return m_window->answerPanel()->questionEdit(); },
         tr("The panel “Question and answer” is closed. View → Question and answer opens it.")});
    steps.push_back(
        {tr("Read the overlay"),
         tr("Bright patches with a blue outline were kept, hatched ones dropped. The buttons above show what "
            "each branch looked at (%1: the next). Point at a patch, and everything that it went into lights "
            "up; a click keeps it so.")
             .arg(keys("overlay.next")),
         [this] { return m_window->imagePanel()->view(); }, hidden});
    steps.push_back({tr("Change the budget"),
                     tr("Fewer visual tokens cost less and may change the answer. Drag the budget to see what would be "
                        "kept; let go to run, or choose another compressor and Run (%1). The panel Sweep tries all "
                        "of them for you.")
                         .arg(keys("run.start")),
                     [this] { return m_window->controls()->budgetSlider(); }, hidden});
    steps.push_back(
        panelStep(QStringLiteral("whatif"), tr("What if?"),
                  tr("Force a branch, move the weights, paint patches in or out. Only what changed is computed "
                     "again, and Δ log p says whether the original answer became more or less likely.")));
    steps.push_back(panelStep(
        QStringLiteral("runs"), tr("Compare, and take it with you"),
        tr("Every run is kept here. Pin one as reference and the others are compared with it; layout Compare has the "
           "room "
           "(%1). %2 saves a figure for a paper, %3 the session. %4 opens the guide at the panel in which you are.")
            .arg(keys("layout.compare"), keys("figure.save"), keys("session.save"), keys("help.guide"))));
    return steps;
}

} // namespace qmop

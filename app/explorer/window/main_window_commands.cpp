// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window can do: the table behind its menus and keys.
#include "app/explorer/commands/command_palette.h"
#include "app/explorer/commands/commands.h"
#include "app/explorer/commands/key_list.h"
#include "app/explorer/experiments/comparison.h"
#include "app/explorer/failures/failure_browser.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/runs/numbers_button.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/suite/own_suite.h"
#include "app/explorer/window/guidance.h"
#include "app/explorer/window/main_window.h"
#include "app/explorer/window/presenter.h"
#include "app/explorer/window/sessions.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/bench/bench_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QLayout>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>
#include <QToolBar>
#include <QToolButton>

namespace qmop {

void MainWindow::buildCommands()
{
    m_commands = new Commands(this);
    addFileCommands();
    addHistoryCommands();
    addRunCommands();
    addViewCommands();
    addHelpCommands();
    connect(m_controls, &RunControls::openRequested, this, &MainWindow::chooseFile);
    connect(m_controls, &RunControls::pasteRequested, this, &MainWindow::pastePicture);
    connect(m_controls, &RunControls::modelRequested, this, &MainWindow::chooseModel);
    connect(m_controls, &RunControls::runRequested, this, &MainWindow::startRun);
    connect(m_controls, &RunControls::cancelRequested, this, &MainWindow::cancelRun);
    connect(m_answer, &AnswerPanel::runRequested, this, &MainWindow::startRun);
    connect(m_answer, &AnswerPanel::questionChanged, this, &MainWindow::updateRunState);
    qApp->installEventFilter(this); // of all fields of text, see eventFilter()
}

void MainWindow::addFileCommands()
{
    m_commands->add(
        {QStringLiteral("file.open"), tr("Open a picture…"), CommandMenu::File, {QKeySequence::Open}, [this] {
             chooseFile();
         }});
    m_commands->add({QStringLiteral("file.openFolder"),
                     tr("Open a folder…"),
                     CommandMenu::File,
                     {QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_O)},
                     [this] { chooseFolder(); }});
    QMenu *recent = m_commands->menu(CommandMenu::File)->addMenu(tr("Open recent"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecent(recent); });
    fillRecent(recent);
    m_commands->add(
        {QStringLiteral("file.paste"), tr("Paste a picture"), CommandMenu::File, {QKeySequence::Paste}, [this] {
             pastePicture();
         }});
    m_commands->add(
        {QStringLiteral("file.model"), tr("Open a model…"), CommandMenu::File, {}, [this] { chooseModel(); }});
    m_sessions = new Sessions(this);
    QMenu *menu = m_commands->menu(CommandMenu::File);
    menu->addSeparator();
    buildFigures();
    menu->addSeparator();
    m_commands->add(
        {QStringLiteral("file.quit"), tr("Quit"), CommandMenu::File, {QKeySequence(Qt::CTRL | Qt::Key_Q)}, [this] {
             close();
         }});
}

void MainWindow::addRunCommands()
{
    m_commands->add({QStringLiteral("run.start"),
                     tr("Run"),
                     CommandMenu::Run,
                     {QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)},
                     [this] { startRun(); }});
    m_commands->add({QStringLiteral("run.cancel"),
                     tr("Cancel the run, or unlock"),
                     CommandMenu::Run,
                     {QKeySequence(Qt::Key_Escape)},
                     [this] { escape(); }});
    m_commands->add({QStringLiteral("run.copy"),
                     tr("Copy the run as command"),
                     CommandMenu::Run,
                     {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C)},
                     [this] { copyCommand(); }});
    m_commands->add({QStringLiteral("run.answerAttention"),
                     tr("Answer attention"),
                     CommandMenu::Run,
                     {QKeySequence(Qt::CTRL | Qt::Key_T)},
                     [this] { m_answer->attentionButton()->click(); }});
    m_commands->menu(CommandMenu::Run)->addSeparator();
    m_numbers->addCommands(*m_commands);
    m_commands->menu(CommandMenu::Run)->addSeparator();
    m_commands->add({QStringLiteral("suite.previous"),
                     tr("Previous listed failure, or picture of the suite"),
                     CommandMenu::Run,
                     {QKeySequence(Qt::ALT | Qt::Key_Left)},
                     [this] {
                         if (!m_failures || !m_failures->step(-1))
                             m_ownSuite->shownPage()->step(-1);
                     }});
    m_commands->add({QStringLiteral("suite.next"),
                     tr("Next listed failure, or picture of the suite"),
                     CommandMenu::Run,
                     {QKeySequence(Qt::ALT | Qt::Key_Right)},
                     [this] {
                         if (!m_failures || !m_failures->step(1))
                             m_ownSuite->shownPage()->step(1);
                     }});
}

void MainWindow::addViewCommands()
{
    QMenu *view = m_commands->menu(CommandMenu::View);
    auto *group = new QActionGroup(this);
    for (LayoutId layout : allLayouts) {
        QAction *action
            = m_commands->add({QStringLiteral("layout.%1").arg(layoutTitle(layout).toLower()),
                               tr("Layout %1").arg(layoutTitle(layout)),
                               CommandMenu::View,
                               {QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + int(layout)))},
                               [this, layout] { m_docks->change([this, layout] { m_docks->showLayout(layout); }); },
                               true});
        action->setIconText(layoutTitle(layout)); // on the toolbar's button
        action->setToolTip(tr("Show the layout %1 (%2)").arg(layoutTitle(layout), keysText(action->shortcuts())));
        group->addAction(action);
    }
    connect(m_docks, &PanelDocks::layoutChanged, group,
            [group](LayoutId layout) { group->actions().at(int(layout))->setChecked(true); });
    m_commands->add({QStringLiteral("layout.reset"), tr("Reset this layout"), CommandMenu::View, {}, [this] {
                         m_docks->change([this] { m_docks->resetLayout(); });
                     }});
    m_commands->add({QStringLiteral("view.present"),
                     tr("Present on the full screen"),
                     CommandMenu::View,
                     {QKeySequence(Qt::Key_F11)},
                     [this] { togglePresentation(); }});
    addLookCommands();
    for (QAction *action : m_image->view()->actions())
        m_commands->adopt(action->objectName(), action, action->text(), KeyScope::Picture);
    m_comparison->addCommands(*m_commands);
    view->addSeparator();
    for (QDockWidget *dock : m_docks->docks()) {
        view->addAction(dock->toggleViewAction());
        m_commands->adopt(QStringLiteral("panel.") + dock->objectName(), dock->toggleViewAction(),
                          tr("Panel: %1").arg(dock->windowTitle()), KeyScope::Window);
    }
}

// Text size and theme: of the whole program, kept for later starts.
void MainWindow::addLookCommands()
{
    QMenu *view = m_commands->menu(CommandMenu::View);
    view->addSeparator();
    auto *sizes = new QActionGroup(this);
    QMenu *sizeMenu = view->addMenu(tr("Text size"));
    for (int percent : textScales) {
        QAction *action = sizeMenu->addAction(tr("%1 %").arg(percent), this, [this, percent] {
            QSettings().setValue(QStringLiteral("look/textScale"), percent);
            applyTextScale(*qApp, percent);
            placeToolBars();
            m_docks->textScaleChanged();
        });
        action->setCheckable(true);
        action->setChecked(percent == textScale());
        sizes->addAction(action);
        m_commands->adopt(QStringLiteral("look.text%1").arg(percent), action, tr("Text size: %1 %").arg(percent),
                          KeyScope::Window);
    }
    auto *themes = new QActionGroup(this);
    QMenu *themeMenu = view->addMenu(tr("Colours"));
    for (const auto &[key, title] :
         {std::pair{"system", tr("As the system")}, {"light", tr("Light")}, {"dark", tr("Dark")}}) {
        const QString name = QString::fromLatin1(key);
        QAction *action = themeMenu->addAction(title, this, [name] {
            QSettings().setValue(QStringLiteral("look/theme"), name);
            applyTheme(*qApp, *themeModeFromKey(name));
        });
        action->setCheckable(true);
        action->setChecked(*themeModeFromKey(name) == shownTheme());
        themes->addAction(action);
        m_commands->adopt(QStringLiteral("look.") + name, action, tr("Colours: %1").arg(title), KeyScope::Window);
    }
}

void MainWindow::addHelpCommands()
{
    m_guidance = new Guidance(this);
    m_commands->add({QStringLiteral("help.palette"),
                     tr("Find a command…"),
                     CommandMenu::Help,
                     {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P)},
                     [this] { (new CommandPalette(*m_commands, this))->open(); }});
    m_commands->add(
        {QStringLiteral("help.keys"), tr("Keys…"), CommandMenu::Help, {QKeySequence(Qt::Key_Question)}, [this] {
             (new KeyList(m_commands, this))->show();
         }});
}

void MainWindow::addToolBars()
{
    for (QToolBar *bar : {static_cast<QToolBar *>(m_controls), m_controls->choiceBar(), m_controls->runBar()})
        addToolBar(bar);
    m_layoutBar = new QToolBar(tr("Layouts"), this);
    m_layoutBar->setObjectName(QStringLiteral("layoutBar"));
    m_layoutBar->setMovable(false);
    m_layoutBar->setToolButtonStyle(Qt::ToolButtonTextOnly);
    for (LayoutId layout : allLayouts)
        m_layoutBar->addAction(m_commands->action(QStringLiteral("layout.%1").arg(layoutTitle(layout).toLower())));
    // In the line of the menus there is room at every width.
    m_layoutBar->setContentsMargins(0, 0, 0, 0);
    m_layoutBar->layout()->setContentsMargins(0, 0, metrics::gap, 0);
    menuBar()->setCornerWidget(m_layoutBar, Qt::TopRightCorner);
    // The buttons of a toolbar are out of the Tab key's way unless told otherwise.
    for (QToolBar *bar : {static_cast<QToolBar *>(m_controls), m_layoutBar})
        for (QToolButton *button : bar->findChildren<QToolButton *>())
            if (!button->inherits("QToolBarExtension"))
                button->setFocusPolicy(Qt::TabFocus);
}

// F11: the layout Present on the whole screen; again: what was there before.
void MainWindow::togglePresentation()
{
    if (leavePresentation())
        return;
    m_layoutBefore = m_docks->layout();
    m_maximizedBefore = isMaximized();
    m_docks->showLayout(LayoutId::Present);
    showFullScreen();
    m_guidance->presenter()->enter();
}

bool MainWindow::leavePresentation()
{
    if (!m_layoutBefore)
        return false;
    m_guidance->presenter()->leave();
    m_maximizedBefore ? showMaximized() : showNormal();
    m_docks->showLayout(*std::exchange(m_layoutBefore, std::nullopt));
    return true;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/window/guidance.h"

#include "app/explorer/commands/commands.h"
#include "app/explorer/window/main_window.h"
#include "app/explorer/window/presenter.h"
#include "app/explorer/window/sample_survey.h"
#include "qmop/command_line.h"
#include "qmop/error.h"
#include "qmop/resources.h"
#include "widgets/check/check_page.h"
#include "widgets/guide/guide_window.h"
#include "widgets/image/image_panel.h"

#include <QApplication>
#include <QDockWidget>
#include <QToolBar>

namespace qmop {

Guidance::Guidance(MainWindow *window)
    : QObject(window)
    , m_window(window)
    , m_presenter(new Presenter(window))
    , m_survey(new SampleSurvey(window))
{
    window->commands()->add(
        {QStringLiteral("help.guide"), tr("User guide"), CommandMenu::Help, {QKeySequence(Qt::Key_F1)}, [this] {
             openGuide();
         }});
    window->commands()->add({QStringLiteral("help.tour"), tr("Tour"), CommandMenu::Help, {}, [this] { startTour(); }});
    window->commands()->add(
        {QStringLiteral("help.check"), tr("Check this installation…"), CommandMenu::Help, {}, [this] { openCheck(); }});
}

GuideWindow *Guidance::guide()
{
    if (!m_guide)
        m_guide = new GuideWindow(m_window->config().resources / "guide", m_window);
    return m_guide;
}

void Guidance::openGuide()
{
    guide()->openTopic(topicOf(QApplication::focusWidget()));
    m_guide->show();
    m_guide->raise();
    m_guide->activateWindow();
}

CheckPage *Guidance::openCheck()
{
    const WindowConfig &config = m_window->config();
    InstallationRequest request{config.model, config.resources, config.journal,
                                QCoreApplication::applicationDirPath().toStdString()};
    auto *page = new CheckPage(
        [request, look = config.lookAround](const CheckPage::GoOn &goOn) mutable {
            if (!look)
                throw Error(ErrorCode::Internal, "this window has no engine to look with", "");
            request.goOn = goOn;
            return checkRows(look(request));
        },
        m_window);
    // Other resources than its own the command does not look at.
    if (std::error_code error; std::filesystem::equivalent(config.resources, resourceDir(), error)) {
        std::vector<std::string> words{"info", "--model", config.model.string()};
        if (!config.journal.empty())
            words.insert(words.end(), {"--journal", config.journal.string()});
        page->setCommand(QString::fromStdString(commandLine(words)));
    }
    page->open();
    return page;
}

// A panel's section has the panel's title.
QString Guidance::topicOf(const QWidget *widget) const
{
    for (; widget && widget != m_window; widget = widget->parentWidget()) {
        if (qobject_cast<const QDockWidget *>(widget))
            return widget->windowTitle();
        if (widget == m_window->imagePanel())
            return tr("Picture");
        if (qobject_cast<const QToolBar *>(widget))
            return tr("Top bar");
    }
    return {};
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/guide_pictures.h"

#include "app/explorer/commands/commands.h"
#include "app/explorer/commands/key_list.h"
#include "app/explorer/first_light.h"
#include "app/explorer/window/guidance.h"
#include "app/explorer/window/main_window.h"
#include "app/explorer/window/presenter.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "widgets/check/check_page.h"
#include "widgets/guide/few_colours.h"
#include "widgets/guide/guide_window.h"
#include "widgets/image/image_panel.h"
#include "widgets/selection/selection.h"
#include "widgets/sweep/sweep_panel.h"
#include "widgets/tour/tour.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QDir>
#include <QDockWidget>
#include <QPixmap>
#include <QTimer>

#include <cstdio>

namespace qmop {

GuidePictures::GuidePictures(MainWindow *window, QString folder)
    : QObject(window)
    , m_window(window)
    , m_folder(std::move(folder))
{
    connect(window, &MainWindow::runEnded, this, &GuidePictures::runEnded);
    connect(window, &MainWindow::failed, this, endProgram);
}

void GuidePictures::watch()
{
    if (m_window->lastFailure())
        endProgram(*m_window->lastFailure());
}

void GuidePictures::runEnded(const std::shared_ptr<const RunTrace> &trace)
{
    if (!trace || m_window->runIsUnderWay())
        return;
    if (m_presenting) { // after the story's bar has its sentence
        QTimer::singleShot(0, this, [this] {
            save(m_window->grab().toImage(), QStringLiteral("presentation"));
            drawCheck();
        });
        return;
    }
    if (!m_swept)
        m_window->selection()->setOverlay(OverlayKind::Kept); // what the guide says of its pictures
    // After the panels have been laid out for their new content.
    QTimer::singleShot(0, this, [this] {
        try {
            if (!std::exchange(m_swept, true)) {
                drawWindow();
                emit m_window->sweepPanel()->budgetsRequested();
                return;
            }
            draw();
            m_presenting = true;
            m_window->guidance()->presenter()->enter();
            m_window->docks()->showLayout(LayoutId::Present);
            m_window->guidance()->presenter()->show(1);
        } catch (const Error &error) {
            endProgram({error.code(), error.what(), error.hint()});
        }
    });
}

// Right behind the first answer, as a person sees it: with its run and its time.
void GuidePictures::drawWindow()
{
    makeFolder(m_folder.toStdString());
    save(m_window->grab().toImage(), QStringLiteral("window"));
    save(m_window->imagePanel()->grab().toImage(), QStringLiteral("picture"));
    save(m_window->docks()->dock(QStringLiteral("runs"))->grab().toImage(), QStringLiteral("runs"));
}

void GuidePictures::draw()
{
    for (QDockWidget *dock : m_window->docks()->docks()) {
        if (dock->objectName() == QStringLiteral("runs"))
            continue; // drawn before the sweep
        // In its own layout, and closed again where it is not of this one: a column's panels share its height.
        const bool closed = dock->isHidden(), failures = dock->objectName() == QStringLiteral("failures");
        m_window->docks()->showLayout(failures ? LayoutId::Failures : LayoutId::Inspect);
        m_window->docks()->open(dock->objectName());
        QCoreApplication::processEvents(); // laid out
        save(dock->grab().toImage(), dock->objectName());
        if (closed && !failures)
            dock->hide();
    }
    m_window->docks()->resetLayout();
    m_window->guidance()->startTour();
    m_window->guidance()->tour()->showStep(3);
    QCoreApplication::processEvents();
    save(m_window->grab().toImage(), QStringLiteral("tour"));
    m_window->guidance()->tour()->end();
    m_window->guidance()->guide()->resize(980, 620);
    m_window->guidance()->guide()->openTopic(QStringLiteral("Router"));
    m_window->guidance()->guide()->show();
    QCoreApplication::processEvents();
    save(m_window->guidance()->guide()->grab().toImage(), QStringLiteral("guide"));
}

// The last picture: its page looks around on a thread of its own.
void GuidePictures::drawCheck()
{
    CheckPage *page = m_window->guidance()->openCheck();
    page->resize(900, 520);
    connect(page, &CheckPage::checked, this, [this, page] {
        save(page->grab().toImage(), QStringLiteral("check"));
        QCoreApplication::exit(0);
    });
}

void GuidePictures::save(const QImage &image, const QString &name)
{
    const QString path = QDir(m_folder).filePath(name + QStringLiteral(".png"));
    QBuffer file;
    constexpr int smallest = 0; // of the file, not of its fidelity
    withPalette(image).save(&file, "PNG", smallest);
    writeFileAtomically(path.toStdString(), std::string_view(file.data().constData(), std::size_t(file.data().size())));
    std::printf("%s %dx%d\n", qPrintable(name + QStringLiteral(".png")), image.width(), image.height());
}

} // namespace qmop

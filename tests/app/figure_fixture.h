// SPDX-License-Identifier: GPL-3.0-or-later
//
// A window that is asked and from which figures are saved and dropped.
#pragma once

#include "app/explorer/figures/figures.h"
#include "app/explorer/layout/message_bar.h"
#include "tests/app/window_fixture.h"
#include "widgets/figure/figure_dialog.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"

#include <QDropEvent>
#include <QMimeData>
#include <QPainter>
#include <QProcess>
#include <QSvgRenderer>
#include <QTest>

namespace qmop::fixture {

inline QByteArray bytesOf(const QString &file)
{
    QFile opened(file);
    return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
}

// What a person sees of a figure.
inline QImage pixelsOf(const QString &file)
{
    if (file.endsWith(".svg")) {
        QSvgRenderer renderer(file);
        QImage image(renderer.defaultSize() * 2, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        renderer.render(&painter);
        return renderer.isValid() ? image : QImage();
    }
    if (file.endsWith(".pdf")) {
        QProcess process;
        process.start("pdftoppm", {"-r", "192", "-singlefile", file, file});
        if (!process.waitForFinished() || process.exitCode() != 0)
            qFatal("pdftoppm (Debian package poppler-utils): %s", qPrintable(process.errorString()));
        return QImage(file + ".ppm").convertToFormat(QImage::Format_RGB32);
    }
    return QImage(file).convertToFormat(QImage::Format_RGB32);
}

// A row per format, of one column "suffix".
inline void figureFormats()
{
    QTest::addColumn<QString>("suffix");
    for (FigureFormat format : allFigureFormats)
        QTest::newRow(qPrintable(figureSuffix(format))) << figureSuffix(format);
}

class FigureFixture : public QObject {
protected:
    void begin()
    {
        m_fixture = std::make_unique<WindowFixture>();
        m_window = &m_fixture->open();
        QVERIFY(QTest::qWaitForWindowExposed(m_window));
    }
    void ask()
    {
        QVERIFY(m_fixture->openSample());
        m_window->setQuestion("what does the sign say?");
        m_window->startRun();
        m_fixture->engine->finish();
        QTRY_VERIFY(m_window->shownTrace());
    }
    void drop(const QString &file)
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter(QPoint(40, 40), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window, &enter);
        QDropEvent event(QPointF(40, 40), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window, &event);
    }
    FigureDialog *dialog() { return m_window->findChild<FigureDialog *>(); }
    ImageView *view() { return m_window->imagePanel()->view(); }
    QString path(const QString &relative) { return m_fixture->path(relative); }
    QString message() { return m_window->messageBar()->isHidden() ? QString() : m_window->messageBar()->text(); }
    FigureRequest shownFigure(std::vector<FigurePanel> panels = {})
    {
        FigureRequest request;
        request.trace = m_window->shownTrace();
        request.look.panels = std::move(panels);
        return request;
    }
    // Starts one of our programs in a home, language and scale of its own, and waits for its end.
    void runInAnotherHome(QProcess &process, const QString &program, const QStringList &arguments)
    {
        QProcessEnvironment environment;
        environment.insert("HOME", path("home"));
        environment.insert("XDG_CACHE_HOME", path("home/cache"));
        environment.insert("PATH", "/usr/bin:/bin");
        environment.insert("LANG", "de_DE.UTF-8");
        environment.insert("QT_SCALE_FACTOR", "1.5");
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(QMOP_BIN_DIR "/") + program, arguments);
        QVERIFY(process.waitForFinished(120000));
    }
    void write(const FigureRequest &request, const QString &file)
    {
        writeFigure(request, file.toStdString(), m_fixture->config().decoder);
    }

    std::unique_ptr<WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

} // namespace qmop::fixture

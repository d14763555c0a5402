// SPDX-License-Identifier: GPL-3.0-or-later
//
// The window on a real X server, with the real engine: pointer and keys are the
// server's, and a picture is dragged from another process's window (XDND). There is
// no window manager; whatever has to happen is waited for, and what may get lost
// (the server sends no event where nothing changed) is sent again.
#include <QtTest>

#include "tests/app/real_engine.h"
#include "tests/app/x_server.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"

#include <QLineEdit>

#include <functional>

using namespace qmop;

namespace {

const fixture::XServer *server = nullptr;

// The text that the source of the drag has said so far.
class DragSource {
public:
    explicit DragSource(const QString &file)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QCoreApplication::applicationDirPath() + QStringLiteral("/qmop-drag-source"),
                        {file, QStringLiteral("1520"), QStringLiteral("40")});
    }
    ~DragSource()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    QStringList said()
    {
        m_output += m_process.readAllStandardOutput();
        return QString::fromLocal8Bit(m_output).split(u'\n', Qt::SkipEmptyParts);
    }
    QString lastSaid() { return said().isEmpty() ? QString() : said().last(); }

private:
    QProcess m_process;
    QByteArray m_output;
};

}

class TestX11Drop : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void pointerHoversAndLocks();
    void keysAskAQuestion();
    void aPictureIsDroppedFromAnotherProcess();
    void aFileThatIsNoPictureIsNamed();
    void cleanupTestCase();

private:
    ImageView *view() const { return m_window->imagePanel()->view(); }
    QPoint onScreen(int patch) const;
    bool openSample();
    static bool until(const std::function<bool()> &holds, const std::function<void()> &act);
    static void point(QPoint at) { server->send({"mousemove", QString::number(at.x()), QString::number(at.y())}); }
    bool activate();
    void drag(const QString &file, const std::function<bool()> &isTaken);

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};

// Acts, and again whenever that has not led to it within two seconds.
bool TestX11Drop::until(const std::function<bool()> &holds, const std::function<void()> &act)
{
    for (int attempt = 0; attempt < 30; ++attempt) {
        act();
        if (QTest::qWaitFor(holds, 2000))
            return true;
    }
    return false;
}

void TestX11Drop::initTestCase()
{
    if (!server->problem().isEmpty())
        QSKIP(qPrintable(server->problem()));
    QCOMPARE(QGuiApplication::platformName(), QStringLiteral("xcb"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    m_window = std::make_unique<MainWindow>(fixture::realConfig(m_folder.filePath("journal.sqlite").toStdString()));
    m_window->setGeometry(0, 0, 1400, 960);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get(), 60'000));
    QVERIFY(openSample());
}

void TestX11Drop::cleanupTestCase()
{
    m_window.reset();
}

bool TestX11Drop::openSample()
{
    const std::filesystem::path sample
        = readSamples(m_window->config().resources / "samples").front().path.toStdString();
    QSignalSpy opened(m_window.get(), &MainWindow::pictureOpened);
    m_window->openPicture({sample, {}});
    return opened.wait(60'000);
}

QPoint TestX11Drop::onScreen(int patch) const
{
    const RectF area = view()->grid()->patchInImage(patch);
    const QPointF middle(area.x + area.width / 2, area.y + area.height / 2);
    return view()->mapToGlobal(view()->widgetFromImage().map(middle).toPoint());
}

// Keys go to the window that the server gives them to.
bool TestX11Drop::activate()
{
    return until([&] { return m_window->isActiveWindow(); },
                 [&] {
                     server->send({"windowfocus", QString::number(m_window->winId())});
                 });
}

void TestX11Drop::pointerHoversAndLocks()
{
    const Selection *selection = m_window->selection();
    const PatchGrid *grid = view()->grid();
    QVERIFY(grid);
    for (int patch : {grid->columns * (grid->rows / 2) + 1, grid->columns * (grid->rows / 2) + grid->columns - 2})
        QVERIFY(until([&] { return selection->hoveredPatch() == patch; },
                      [&] {
                          point(QPoint(1, 1)); // the server tells of movement alone
                          point(onScreen(patch));
                      }));
    const int patch = selection->hoveredPatch();
    QCOMPARE(selection->lockedPatch(), -1);
    QVERIFY(server->send({"click", "1"}));
    QTRY_COMPARE_WITH_TIMEOUT(selection->lockedPatch(), patch, 60'000);
    QVERIFY(activate());
    view()->setFocus();
    QVERIFY(server->send({"key", "Right"})); // of the patch cursor
    QTRY_COMPARE_WITH_TIMEOUT(selection->currentPatch(), patch + 1, 60'000);
    QVERIFY(server->send({"key", "Escape"}));
    QTRY_VERIFY_WITH_TIMEOUT(!selection->hasLock(), 60'000);
}

void TestX11Drop::keysAskAQuestion()
{
    QLineEdit *question = m_window->answerPanel()->questionEdit();
    question->clear();
    QVERIFY(activate());
    QVERIFY(until([&] { return question->hasFocus(); },
                  [&] {
                      point(question->mapToGlobal(question->rect().center()));
                      server->send({"click", "1"});
                  }));
    QVERIFY(server->send({"type", "what is to the left?"}));
    QTRY_COMPARE_WITH_TIMEOUT(question->text(), QStringLiteral("what is to the left?"), 60'000);
    QSignalSpy ended(m_window.get(), &MainWindow::runEnded);
    QVERIFY(server->send({"key", "ctrl+Return"}));
    QVERIFY(ended.wait(120'000));
    QVERIFY(m_window->shownTrace());
    QCOMPARE(m_window->shownTrace()->request.question, std::string("what is to the left?"));
    QVERIFY(!m_window->shownTrace()->answer.text.empty());
    QCOMPARE(m_window->runsPanel()->model()->rowCount(), 1);
}

// From the other process's window onto the picture.
void TestX11Drop::drag(const QString &file, const std::function<bool()> &isTaken)
{
    DragSource source(file);
    QTRY_VERIFY_WITH_TIMEOUT(source.lastSaid().startsWith(u"shown"), 60'000);
    const QStringList place = source.lastSaid().split(u' ');
    const QPoint from(place[1].toInt(), place[2].toInt());
    QVERIFY(until([&] { return source.said().contains(QStringLiteral("dragging")); },
                  [&] {
                      server->send({"mouseup", "1"});
                      point(from);
                      server->send({"mousedown", "1"});
                  }));
    const QPoint to = view()->mapToGlobal(view()->rect().center());
    int step = 0;
    QVERIFY(until([&] { return source.lastSaid() == QStringLiteral("accepted"); },
                  [&] { point(to + QPoint(++step % 2, 0)); }));
    QVERIFY(server->send({"mouseup", "1"}));
    QTRY_COMPARE_WITH_TIMEOUT(source.lastSaid(), QStringLiteral("dropped"), 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(isTaken(), 60'000); // while the source still has the data
}

void TestX11Drop::aPictureIsDroppedFromAnotherProcess()
{
    const QString picture = m_folder.filePath(QStringLiteral("dropped picture ü.png")); // a name that a URL must quote
    QImage image(320, 200, QImage::Format_RGB32);
    image.fill(QColor(30, 90, 200));
    QVERIFY(image.save(picture));
    QSignalSpy opened(m_window.get(), &MainWindow::pictureOpened);
    drag(picture, [&] { return opened.size() == 1; });
    QCOMPARE(QString::fromStdString(m_window->shownSource().path.string()), picture);
    QCOMPARE(view()->grid()->imageWidth, 320);
    // It can be asked about at once, by keyboard.
    QVERIFY(activate());
    QSignalSpy ended(m_window.get(), &MainWindow::runEnded);
    QVERIFY(server->send({"key", "ctrl+Return"}));
    QVERIFY(ended.wait(120'000));
    QCOMPARE(m_window->shownTrace()->imageName, std::string("dropped picture ü.png"));
    QCOMPARE(m_window->runsPanel()->model()->rowCount(), 2);
}

void TestX11Drop::aFileThatIsNoPictureIsNamed()
{
    const QString file = m_folder.filePath(QStringLiteral("notes.txt"));
    QFile notes(file);
    QVERIFY(notes.open(QIODevice::WriteOnly) && notes.write("no picture") == 10);
    notes.close();
    const auto shown = m_window->shownTrace();
    QSignalSpy failed(m_window.get(), &MainWindow::failed);
    drag(file, [&] { return failed.size() == 1; });
    QVERIFY(QString::fromStdString(m_window->lastFailure()->what).contains(QStringLiteral("notes.txt")));
    QCOMPARE(m_window->shownTrace(), shown); // what was there stays
}

int main(int argc, char **argv)
{
    fixture::startAsTheLauncherDoes(argv);
    const fixture::XServer started;
    server = &started;
    QApplication application(argc, argv);
    TestX11Drop test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_x11_drop.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// A picture of the window is taken when what it shows of files is there.
#include "app/explorer/window/when_settled.h"

#include "app/explorer/engine/model_hash.h"
#include "app/explorer/layout/when_painted.h"
#include "tests/app/window_fixture.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStatusBar>

#include <semaphore>

using namespace qmop;

class TestWhenSettled : public QObject {
    Q_OBJECT

private slots:
    void waitsForThumbnails();
    void waitsForTheModelsHash();
    void laysOutWhatChangedLast();
    void aWindowThatIsGone();
};

namespace {

// Holds back the picture beach.png until it is let through.
struct Gate {
    std::binary_semaphore open{0};
    PictureDecoder around(const PictureDecoder &decoder)
    {
        return [this, decoder](const ImageSource &source) {
            if (source.path.filename() == "beach.png")
                open.acquire();
            return decoder(source);
        };
    }
};

}

// Asked before the window was painted, as a start with a session does.
void TestWhenSettled::waitsForThumbnails()
{
    Gate gate;
    fixture::WindowFixture fixture;
    WindowConfig config = fixture.config();
    config.decoder = gate.around(config.decoder);
    MainWindow window(config);
    QSignalSpy thumbnails(window.loader(), &PictureLoader::thumbnailReady);
    int calls = 0, early = 0;
    qsizetype there = 0;
    whenSettled(window, [&] {
        ++calls;
        there = thumbnails.size();
        QVERIFY(window.loader()->isIdle() && !window.modelHash()->isRunning());
    });
    window.show();
    whenPainted(window, [&] { whenSettled(window, [&] { ++early; }); });
    QTRY_COMPARE(thumbnails.size(), 1); // market.png
    QTRY_VERIFY(!window.modelHash()->isRunning());
    for (int i = 0; i < 20; ++i)
        QCoreApplication::processEvents();
    QCOMPARE(calls + early, 0);
    gate.open.release();
    QTRY_COMPARE(calls, 1);
    QCOMPARE(there, 2);
    QTRY_COMPARE(early, 1);
    for (int i = 0; i < 20; ++i)
        QCoreApplication::processEvents();
    QCOMPARE(calls, 1);
}

void TestWhenSettled::waitsForTheModelsHash()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture.open();
    bool settled = false;
    whenSettled(window, [&] { settled = true; });
    QTRY_VERIFY(settled);
    QSignalSpy ready(window.modelHash(), &ModelHash::ready);
    window.modelHash()->start(readModelFolder(window.config().model));
    bool again = false;
    whenSettled(window, [&] {
        again = true;
        QCOMPARE(ready.size(), 1);
    });
    QVERIFY(!again);
    QTRY_VERIFY(again);
    // A file that cannot be decoded is waited for no longer than one that can.
    fixture::writeFile(fixture.path("words.png"), "no picture");
    window.loader()->requestThumbnail(fixture.path("words.png"), 64);
    QVERIFY(!window.loader()->isIdle());
    bool third = false;
    whenSettled(window, [&] { third = true; });
    QTRY_VERIFY(third);
    QVERIFY(window.loader()->isIdle());
}

// A word in the status bar grows in the turn before: a layout inside two others.
void TestWhenSettled::laysOutWhatChangedLast()
{
    fixture::WindowFixture fixture;
    MainWindow window(fixture.config());
    auto *outer = new QWidget, *inner = new QWidget(outer);
    auto *label = new QLabel(QStringLiteral("a"), inner);
    (new QHBoxLayout(outer))->addWidget(inner);
    (new QHBoxLayout(inner))->addWidget(label);
    window.statusBar()->addPermanentWidget(outer);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QTRY_VERIFY(window.wasPainted() && window.loader()->isIdle() && !window.modelHash()->isRunning());
    int calls = 0;
    whenSettled(window, [&] {
        ++calls;
        QVERIFY(label->width() >= label->fontMetrics().horizontalAdvance(label->text()));
    });
    QMetaObject::invokeMethod(
        label, [label] { label->setText(QString(40, u'm')); }, Qt::QueuedConnection);
    QTRY_COMPARE(calls, 1);
}

void TestWhenSettled::aWindowThatIsGone()
{
    fixture::WindowFixture fixture;
    bool called = false;
    {
        MainWindow window(fixture.config());
        window.show();
        whenSettled(window, [&] { called = true; });
    }
    QCoreApplication::processEvents();
    QVERIFY(!called);
}

QTEST_MAIN(TestWhenSettled)
#include "tst_when_settled.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/layout/when_painted.h"

#include <QTest>
#include <QWidget>

using namespace qmop;

namespace {

class CountingWidget : public QWidget {
public:
    int paints = 0;

protected:
    void paintEvent(QPaintEvent *) override { ++paints; }
};

} // namespace

class TestWhenPainted : public QObject {
    Q_OBJECT

private slots:
    void followsTheFirstPaint()
    {
        CountingWidget window;
        int calls = 0, paintsBefore = 0;
        window.show();
        whenPainted(window, [&] {
            ++calls;
            paintsBefore = window.paints;
        });
        QCOMPARE(calls, 0); // never from within
        QTRY_COMPARE(calls, 1);
        QVERIFY(paintsBefore > 0);
    }

    void callsOnce()
    {
        CountingWidget window;
        int calls = 0;
        window.show();
        whenPainted(window, [&] { ++calls; });
        QTRY_COMPARE(calls, 1);
        window.hide();
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QCOMPARE(calls, 1);
    }

    void neverOfADestroyedWindow()
    {
        bool called = false;
        {
            CountingWidget window;
            window.show();
            whenPainted(window, [&] { called = true; });
        }
        QCoreApplication::processEvents();
        QVERIFY(!called);
    }
};

QTEST_MAIN(TestWhenPainted)
#include "tst_when_painted.moc"

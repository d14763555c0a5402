// SPDX-License-Identifier: GPL-3.0-or-later
//
// The status line counts until what was waited for is painted, and no further.
#include <QtTest>

#include "app/explorer/runs/run_status.h"

using namespace qmop;

class TestRunStatus : public QObject {
    Q_OBJECT

private slots:
    void laterPaintingsDoNotCount_data();
    void laterPaintingsDoNotCount();
    void whatIsClearedSaysNothing();

private:
    // By the clock of another status line.
    void letTimePass()
    {
        RunStatus clock;
        clock.begin();
        QTRY_VERIFY(clock.text().contains("0.3"));
    }
};

void TestRunStatus::laterPaintingsDoNotCount_data()
{
    QTest::addColumn<bool>("inSight");
    QTest::newRow("painted as it is") << true; // by a sweep: nothing of the answer changed
    QTest::newRow("behind another tab") << false;
}

void TestRunStatus::laterPaintingsDoNotCount()
{
    QFETCH(bool, inSight);
    QWidget answer;
    answer.resize(100, 100);
    answer.show();
    QVERIFY(QTest::qWaitForWindowExposed(&answer));
    answer.setVisible(inSight);
    RunStatus status;
    status.watch(&answer);
    status.begin();
    status.end("done");
    for (int i = 0; i < 5; ++i)
        QCoreApplication::processEvents();
    const QString said = status.text();
    QVERIFY2(said.startsWith("done after 0.0"), qPrintable(said));
    letTimePass();
    answer.show();
    QVERIFY(QTest::qWaitForWindowExposed(&answer));
    answer.repaint();
    QCoreApplication::processEvents();
    QCOMPARE(status.text(), said);
}

void TestRunStatus::whatIsClearedSaysNothing()
{
    RunStatus status;
    status.begin();
    QVERIFY(!status.text().isEmpty());
    status.clear();
    letTimePass();
    QCOMPARE(status.text(), QString());
}

QTEST_MAIN(TestRunStatus)
#include "tst_run_status.moc"

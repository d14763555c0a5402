// SPDX-License-Identifier: GPL-3.0-or-later
//
// Maps of the resampler's queries and what is locked: which of them come into sight.
#include <QtTest>

#include "tests/widgets/trace_fixture.h"
#include "widgets/resampler/map_grid.h"
#include "widgets/resampler/resampler_panel.h"
#include "widgets/selection/selection.h"

#include <QScrollArea>
#include <QScrollBar>

using namespace qmop;

class TestLockedMaps : public QObject {
    Q_OBJECT

private slots:
    void locksComeIntoSight();
};

void TestLockedMaps::locksComeIntoSight()
{
    Selection selection;
    ResamplerPanel panel(&selection);
    panel.resize(700, 260);
    const auto trace = fixture::makeTrace();
    selection.setTrace(trace);
    panel.setTrace(trace);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    QScrollBar *bar = panel.findChild<QScrollArea *>()->verticalScrollBar();
    const auto seen = [&](int token) {
        return panel.grid()->visibleRegion().boundingRect().contains(panel.grid()->mapRect(token));
    };
    QVERIFY(!seen(40));
    // Hovered: the query lights up, and the maps stay where they are.
    selection.setHoveredPatch(3 * 40);
    QCOMPARE(panel.grid()->highlighted(false), std::vector<int>{40});
    QCOMPARE(bar->value(), 0);
    // Locked, by a patch and as a query.
    selection.toggleLock(3 * 40);
    QVERIFY(seen(40));
    selection.lock(TokenRef{Branch::Resample, 0}, LockMode::Replace);
    QVERIFY(seen(0) && !seen(40));
    // Scrolled by hand: neither hovering, nor another run, nor unlocking takes that back.
    bar->setValue(bar->maximum());
    QVERIFY(!seen(0));
    selection.setHoveredPatch(7);
    selection.setTrace(fixture::makeTrace());
    selection.unlock();
    QCOMPARE(bar->value(), bar->maximum());
    // What is in sight already does not move.
    selection.toggleLock(3 * 63);
    QCOMPARE(bar->value(), bar->maximum());
    // Locked while the panel was hidden.
    panel.hide();
    selection.lock(TokenRef{Branch::Resample, 2}, LockMode::Replace);
    panel.show();
    QTRY_VERIFY(seen(2));
}

QTEST_MAIN(TestLockedMaps)
#include "tst_locked_maps.moc"

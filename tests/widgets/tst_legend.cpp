// SPDX-License-Identifier: GPL-3.0-or-later
//
// The line below the picture, in views of any width.
#include <QtTest>

#include "tests/widgets/trace_fixture.h"
#include "widgets/image/image_view.h"
#include "widgets/theme/theme.h"

#include <set>

using namespace qmop;

class TestLegend : public QObject {
    Q_OBJECT

private slots:
    void legendIsReadAtAnyWidth_data();
    void legendIsReadAtAnyWidth();
};

void TestLegend::legendIsReadAtAnyWidth_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<QString>("shown");
    QTest::newRow("wide") << 700
                          << "kept 64 (blue outline) · dropped 160 (orange hatch) · padding 64, of which kept 32";
    QTest::newRow("half") << 330 << "kept 64 · dropped 160 · padding 64, of which kept 32";
    QTest::newRow("narrow") << 210 << "kept 64 · dropped 160 · padding 64, of which kept 32"; // in two lines
    QTest::newRow("narrower") << 150 << "kept 64 · dropped 160";
}

// What was kept and dropped is never cut; the colours' words and the padding go first.
void TestLegend::legendIsReadAtAnyWidth()
{
    QFETCH(int, width);
    QFETCH(QString, shown);
    Selection selection;
    ImageView view(&selection);
    view.setMinimumSize(1, 1);
    view.resize(width, 400);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.setTrace(fixture::makeTrace({.fit = FitPolicy::Pad}));
    QCOMPARE(view.shownLegend().join(u' '), shown);
    QVERIFY(view.legendText().startsWith("kept 64 (blue outline)"));
    QVERIFY(view.shownLegend().size() <= 2);
    const int below = view.height() - view.canvasSize().height();
    QVERIFY(below >= view.shownLegend().size() * QFontMetrics(smallFont(&view)).height());
    // What has numbers has its bar, however narrow: below the words.
    selection.setOverlay(OverlayKind::Combined);
    QCOMPARE(view.canvasSize().height(), view.height() - below); // the picture stays where it is
    const QImage shot = view.grab().toImage();
    std::set<QRgb> colours;
    for (int y = view.canvasSize().height() + 1; y < view.height(); ++y)
        for (int x = 0; x < width; ++x)
            colours.insert(shot.pixel(x, y));
    QVERIFY2(colours.size() > 60, qPrintable(QString::number(colours.size())));
}

QTEST_MAIN(TestLegend)
#include "tst_legend.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The chart and the table of a sweep in a figure.
#include <QtTest>

#include "widgets/figure/figure_sweep.h"
#include "widgets/figure/figure_text.h"
#include "widgets/theme/theme.h"

#include <QPainter>

using namespace qmop;

namespace {

SweepCell cell(const std::string &compressor, int tokens, double logProbability, bool unchanged = true)
{
    SweepCell cell;
    cell.point = {compressor, compressor == "none" ? 0 : tokens, tokens};
    cell.visualTokens = tokens;
    cell.answer = unchanged ? "fox" : "owl";
    cell.unchanged = unchanged;
    cell.logProbability = logProbability;
    cell.kvBytes = 9000 * tokens;
    return cell;
}

QImage painted(const FigureSweep &sweep, double width)
{
    QImage image(int(width), int(std::ceil(sweepHeight(sweep, width))), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    paintSweep(painter, sweep, image.rect());
    return image;
}

int pixelsOf(const QImage &image, const QColor &colour, const QRect &box)
{
    int count = 0;
    for (int y = box.top(); y <= box.bottom(); ++y)
        for (int x = box.left(); x <= box.right(); ++x)
            count += image.pixelColor(x, y) == colour;
    return count;
}

}

class TestFigureSweep : public QObject {
    Q_OBJECT

private slots:
    void marksDoNotHideEachOther();
    void marksAreExplainedWhole();
    void onlyAnswersAreCut_data();
    void onlyAnswersAreCut();
};

// Three methods with one number each: the same one.
void TestFigureSweep::marksDoNotHideEachOther()
{
    const FigureSweep sweep{cell("none", 256, -0.01),
                            {cell("pool", 16, -2), cell("prune", 16, -2), cell("resample", 16, -2)},
                            {{}, {}, {}}};
    const QImage image = painted(sweep, 616);
    const QRect plot(0, 0, 616 - 64, 140); // left of the names
    for (Branch branch : allBranches)
        QVERIFY2(pixelsOf(image, branchColour(branch), plot) > 20, branchKey(branch).data());
}

void TestFigureSweep::marksAreExplainedWhole()
{
    const FigureSweep sweep{cell("none", 256, -0.01), {cell("prune", 16, -2, false)}, {{}}};
    for (double width : {216.0, 296.0, 616.0}) {
        const QStringList legend = sweepLegend(sweep, width);
        for (const QString &line : legend)
            QVERIFY2(textWidth(line, figureSmallSize) <= width, qPrintable(line));
        const QString whole = legend.join(u' ');
        for (const char *part :
             {"log-probability of the scored answer", "●\u00a0the same answer", "×\u00a0another one"})
            QVERIFY2(whole.contains(QString::fromUtf8(part)), qPrintable(whole));
        QVERIFY(!whole.contains(u'…'));
    }
    FigureSweep unscored = sweep;
    unscored.cells[0].logProbability.reset();
    QCOMPARE(sweepHeight(unscored, 216), sweepHeight(unscored, 616)); // no chart, and no legend
}

void TestFigureSweep::onlyAnswersAreCut_data()
{
    QTest::addColumn<double>("width");
    QTest::newRow("smallest figure") << 216.0;
    QTest::newRow("a paper's column") << 296.0;
    QTest::newRow("as proposed") << 616.0;
}

void TestFigureSweep::onlyAnswersAreCut()
{
    QFETCH(double, width);
    const FigureSweep sweep{
        cell("none", 256, -0.01), {cell("cls-prune", 64, -4.979), cell("resample", 16, -12.5, false)}, {{}, {}}};
    const SweepTable table = sweepTable(sweep, width);
    QCOMPARE(table.rows.size(), std::size_t(4));
    QCOMPARE(table.rows[1].last(), QStringLiteral("2.30 MB")); // as the panel Costs has it
    double needed = 0;
    for (int column = 0; column < int(table.widths.size()); ++column) {
        needed += table.widths[std::size_t(column)];
        if (column != 2)
            for (const QStringList &row : table.rows)
                QVERIFY2(textWidth(row[column], figureSmallSize) <= table.widths[std::size_t(column)],
                         qPrintable(row[column]));
    }
    QVERIFY2(needed < width, qPrintable(QString::number(needed)));
    QVERIFY(table.widths[2] >= textWidth(QStringLiteral("fox"), figureSmallSize));
}

QTEST_MAIN(TestFigureSweep)
#include "tst_figure_sweep.moc"

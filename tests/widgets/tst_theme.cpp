// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "widgets/theme/colour_map.h"
#include "widgets/theme/theme.h"

#include <QDockWidget>
#include <QMainWindow>

#include <cmath>
#include <limits>

using namespace qmop;

namespace {

double luminance(QRgb rgb)
{
    const auto channel = [](int value) {
        const double v = value / 255.0;
        return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(qRed(rgb)) + 0.7152 * channel(qGreen(rgb)) + 0.0722 * channel(qBlue(rgb));
}

double contrast(QRgb a, QRgb b)
{
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

}

class TestTheme : public QObject {
    Q_OBJECT

private slots:
    void mapsAreMonotonic_data();
    void mapsAreMonotonic();
    void mapEndsAreThePublishedOnes();
    void coloursByHand();
    void textIsReadable_data();
    void textIsReadable();
    void branchesAreApart();
    void modeKeys();
    void titlesOfDocksFollowTheTextSize();
};

void TestTheme::mapsAreMonotonic_data()
{
    QTest::addColumn<int>("name");
    QTest::newRow("cividis") << int(ColourMapName::Cividis);
    QTest::newRow("viridis") << int(ColourMapName::Viridis);
}

void TestTheme::mapsAreMonotonic()
{
    QFETCH(int, name);
    const ColourMap map{ColourMapName(name)};
    // 8-bit rounding makes single steps flat; over eight entries it must rise.
    for (std::size_t i = 8; i < 256; ++i)
        QVERIFY2(luminance(map.table()[i]) > luminance(map.table()[i - 8]), qPrintable(QString::number(i)));
}

void TestTheme::mapEndsAreThePublishedOnes()
{
    const ColourMap viridis(ColourMapName::Viridis);
    QCOMPARE(viridis.table()[0], 0x440154u);
    QCOMPARE(viridis.table()[255], 0xfde725u);
    const ColourMap cividis;
    QCOMPARE(cividis.table()[0], 0x00224eu);
    QCOMPARE(cividis.table()[255], 0xfee838u);
}

void TestTheme::coloursByHand()
{
    QCOMPARE(ColourMap::indexOf(0, 0, 1), 0);
    QCOMPARE(ColourMap::indexOf(1, 0, 1), 255);
    QCOMPARE(ColourMap::indexOf(0.5, 0, 1), 128);
    QCOMPARE(ColourMap::indexOf(-3, 0, 1), 0);
    QCOMPARE(ColourMap::indexOf(9, 0, 1), 255);
    QCOMPARE(ColourMap::indexOf(4, 4, 4), 128);
    const ColourMap map;
    QCOMPARE(map.colour(std::numeric_limits<double>::quiet_NaN(), 0, 1), ColourMap::missingColour);
    QCOMPARE(map.colour(1, 0, 1), 0xfffee838u);
}

void TestTheme::textIsReadable_data()
{
    QTest::addColumn<int>("mode");
    QTest::newRow("light") << int(ThemeMode::Light);
    QTest::newRow("dark") << int(ThemeMode::Dark);
}

void TestTheme::textIsReadable()
{
    QFETCH(int, mode);
    applyTheme(*qApp, ThemeMode(mode));
    QCOMPARE(isDark(qApp->palette()), ThemeMode(mode) == ThemeMode::Dark);
    const PanelColours colours = panelColours(qApp->palette());
    const QRgb surface = colours.surface.rgb();
    QVERIFY(contrast(colours.text.rgb(), surface) >= 7);
    QVERIFY(contrast(colours.muted.rgb(), surface) >= 4.5);
    QVERIFY(contrast(colours.good.rgb(), surface) >= 4.5);
    QVERIFY(contrast(colours.bad.rgb(), surface) >= 4.5);
    QVERIFY(contrast(colours.accent.rgb(), surface) >= 3);
    for (Branch branch : allBranches) {
        const QColor colour = branchColour(branch);
        QVERIFY(contrast(readableOn(colour).rgb(), colour.rgb()) >= 4.5);
        QVERIFY2(contrast(colour.rgb(), surface) >= 3, qPrintable(branchTitle(branch)));
    }
}

void TestTheme::branchesAreApart()
{
    QCOMPARE(branchLetter(Branch::Pool), QStringLiteral("P"));
    QCOMPARE(branchLetter(Branch::Resample), QStringLiteral("R"));
    QCOMPARE(branchLetter(Branch::Prune), QStringLiteral("K"));
    QVERIFY(branchColour(Branch::Pool) != branchColour(Branch::Resample));
    QVERIFY(branchColour(Branch::Prune) != branchColour(Branch::Resample));
}

void TestTheme::modeKeys()
{
    QCOMPARE(themeModeFromKey("dark"), ThemeMode::Dark);
    QCOMPARE(themeModeFromKey("light"), ThemeMode::Light);
    QCOMPARE(themeModeFromKey("system"), ThemeMode::System);
    QVERIFY(!themeModeFromKey("blue"));
}

// Rows of the title bar that hold ink of its text.
static int titleInk(QDockWidget &dock)
{
    const QImage drawn = dock.grab().toImage();
    int rows = 0;
    for (int y = 0; y < dock.widget()->y(); ++y)
        for (int x = 0; x < drawn.width() / 2; ++x)
            if (std::abs(qGray(drawn.pixel(x, y)) - qGray(drawn.pixel(0, 0))) > 60) {
                ++rows;
                break;
            }
    return rows;
}

void TestTheme::titlesOfDocksFollowTheTextSize()
{
    applyTheme(*qApp, ThemeMode::Light);
    QMainWindow window;
    auto *dock = new QDockWidget("TITLE", &window);
    dock->setWidget(new QWidget);
    window.addDockWidget(Qt::LeftDockWidgetArea, dock);
    window.resize(600, 300);
    window.show();
    const int small = titleInk(*dock);
    QVERIFY(small > 4);
    applyTextScale(*qApp, 200);
    QCoreApplication::processEvents();
    const int large = titleInk(*dock);
    applyTextScale(*qApp, 100);
    QVERIFY2(large >= 1.6 * small, qPrintable(QStringLiteral("%1, then %2").arg(small).arg(large)));
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is painted into a figure, by hand: places, colours, vectors.
#include <QtTest>

#include "qmop/sweep.h"
#include "tests/widgets/trace_fixture.h"
#include "widgets/figure/figure_file.h"
#include "widgets/figure/figure_legend.h"
#include "widgets/figure/figure_panels.h"
#include "widgets/figure/figure_text.h"
#include "widgets/figure/figure_view.h"
#include "widgets/figure/hatch_lines.h"
#include "widgets/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

using namespace qmop;

class TestFigurePainter : public QObject {
    Q_OBJECT

private slots:
    void evenAverageIsNotPainted();
    void patchHasItsColour();
    void zoomedRegionFillsTheBox();
    void keptAndDroppedDiffer();
    void markIsAroundItsPatches();
    void svgHasVectorsAndNoFonts();
    void captionNamesTheRun();
    void noticesAreInTheCaption();
    void legendCountsPadding();
    void legendSaysWhetherPruningTookPart();
    void patchesPutInByHandAreMarked();
    void blindRunSaysSoOnce();
    void panelsSayWhatIsMissing();
    void mapsAreTheLockedOnes();
    void hatchByHand();
    void textIsBrokenBetweenWords();
    void textIsCut();
    void foreignLettersAreDrawn();
    void viewComesBack();

private:
    // 640 x 480, of which the encoder saw the middle: patches of 640/170 * 8 px from x = 79.1.
    std::shared_ptr<const RunTrace> m_trace = fixture::makeTrace();
    // Patches of 40 px.
    std::shared_ptr<const RunTrace> m_square = fixture::makeTrace({.width = 640, .height = 640});
};

void TestFigurePainter::patchHasItsColour()
{
    FigureView view;
    view.overlay = "combined";
    view.opacity = 1;
    const FigurePicture picture(m_square, view, {640, 640}, 1);
    QCOMPARE(picture.size(), QSizeF(640, 640));
    QImage image(640, 640, QImage::Format_RGB32);
    QPainter painter(&image);
    picture.paint(painter, {0, 0});
    painter.end();
    const OverlayField &field = *picture.field();
    for (int patch : {0, 17, 100, 255}) {
        const QRect rect(patch % 16 * 40, patch / 16 * 40, 40, 40);
        const QRgb colour = ColourMap().colour(field.values[std::size_t(patch)], 0, 1);
        for (const QPoint &corner : {rect.topLeft(), rect.bottomRight(), rect.center()})
            QCOMPARE(image.pixel(corner) | 0xff000000, colour);
    }
}

void TestFigurePainter::zoomedRegionFillsTheBox()
{
    FigureView view;
    view.overlay = "combined";
    view.opacity = 1;
    view.region = RectF{0, 0, 80, 40}; // patches 0 and 1
    const FigurePicture picture(m_square, view, {400, 400}, 2);
    QCOMPARE(picture.size(), QSizeF(400, 200));
    QImage image(800, 400, QImage::Format_RGB32);
    QPainter painter(&image);
    painter.scale(2, 2);
    picture.paint(painter, {0, 0});
    painter.end();
    const auto colourOf = [&](std::size_t patch) { return ColourMap().colour(picture.field()->values[patch], 0, 1); };
    QCOMPARE(image.pixel(0, 0), colourOf(0));
    QCOMPARE(image.pixel(399, 399), colourOf(0));
    QCOMPARE(image.pixel(400, 0), colourOf(1));
    QCOMPARE(image.pixel(799, 399), colourOf(1));
}

void TestFigurePainter::keptAndDroppedDiffer()
{
    FigureView view;
    view.opacity = 1;
    const FigurePicture picture(m_trace, view, {640, 480}, 1);
    QImage image(640, 480, QImage::Format_RGB32);
    QPainter painter(&image);
    picture.paint(painter, {0, 0});
    painter.end();
    // Patches 0 ... 63 are kept: the four upper rows.
    QCOMPARE(image.pixel(80, 0), keptColour);
    QCOMPARE(image.pixel(95, 15), qRgb(m_trace->image->at(95, 15)[0], m_trace->image->at(95, 15)[1], 190));
    int orange = 0, dark = 0;
    for (int x = 80; x < 110; ++x)
        for (int y = 300; y < 330; ++y) {
            const QColor colour = image.pixelColor(x, y);
            orange += colour.red() > 150 && colour.blue() < 80;
            dark += colour.value() < 80;
        }
    QVERIFY2(orange > 60 && orange < 300, qPrintable(QString::number(orange)));
    QVERIFY2(dark > 400, qPrintable(QString::number(dark)));
}

void TestFigurePainter::markIsAroundItsPatches()
{
    FigureView view;
    view.overlay = "combined";
    view.marks = marksOf({PatchTarget{102}}); // row 6, column 6: x from 69 * 640 / 170, y from 180
    const FigurePicture picture(m_trace, view, {640, 480}, 1);
    QImage image(640, 480, QImage::Format_RGB32);
    QPainter painter(&image);
    picture.paint(painter, {0, 0});
    painter.end();
    const QRgb yellow = qRgb(0xf0, 0xe4, 0x42);
    QCOMPARE(image.pixel(260, 195), yellow);
    QCOMPARE(image.pixel(289, 195), yellow);
    QCOMPARE(image.pixel(275, 180), yellow);
    QCOMPARE(image.pixel(275, 209), yellow);
    QVERIFY(image.pixel(259, 195) != yellow);
    QVERIFY(image.pixel(275, 195) != yellow);
}

void TestFigurePainter::svgHasVectorsAndNoFonts()
{
    FigureView view;
    FigureLook look;
    look.panels = {std::begin(allFigurePanels), std::end(allFigurePanels)};
    const QString svg = QString::fromUtf8(figureSvg(FigurePainter(m_trace, view, look), "a <title>"));
    QVERIFY(svg.contains("a &lt;title&gt;"));
    QVERIFY(!svg.contains("<text"));
    QVERIFY(svg.count("<path") > 100);
    QCOMPARE(svg.count("<image"), 1 + 8); // the picture, and eight maps
    look.picture = false;
    look.panels = {FigurePanel::Router};
    QCOMPARE(QString::fromUtf8(figureSvg(FigurePainter(m_trace, view, look), {})).count("<image"), 0);
}

void TestFigurePainter::captionNamesTheRun()
{
    auto trace = std::make_shared<RunTrace>(*m_trace);
    trace->environment = {"a model", std::string(64, 'e'), "cpu", "float32", 2, "2", "9.8.7"};
    trace->request.overrides.force = Branch::Prune;
    const QString caption = figureCaption(*trace, {});
    for (const char *part : {"what does the sign say?", "fox", "budget 64 of 256", "a model", "eeeeeeeeeeee…", "cpu",
                             "sample.png", "640 × 480", "QMoP Explorer 9.8.7", "η =", "changed: "})
        QVERIFY2(caption.contains(QString::fromUtf8(part)), part);
    trace->imageName.clear();
    QVERIFY(!figureCaption(*trace, {}).contains("sample.png"));
    // The number of tokens that the run had, once.
    trace->request = atPoint(RunRequest(), {"prune", 7, 16});
    const QString swept = figureCaption(*trace, {});
    QVERIFY2(swept.contains("Compressor prune, budget 7 of 256 visual tokens."), qPrintable(swept));
    QVERIFY2(!swept.contains("changed"), qPrintable(swept));
}

void TestFigurePainter::noticesAreInTheCaption()
{
    auto trace = std::make_shared<RunTrace>(*m_trace);
    trace->notices = {"this picture looks unlike <the> pictures", "16-bit samples were rounded to 8 bits"};
    const FigurePainter plain(m_trace, {}, {}), figure(trace, {}, {});
    QVERIFY(!plain.caption().contains(QStringLiteral("⚠")));
    QVERIFY(figure.caption().endsWith(
        QStringLiteral(" ⚠ this picture looks unlike <the> pictures ⚠ 16-bit samples were rounded to 8 bits")));
    // A line of its own for each.
    const double taller = figure.size().height() - plain.size().height() - 2 * lineHeight(figureSmallSize);
    QVERIFY2(std::abs(taller) < 1, qPrintable(QString::number(taller)));
    const QByteArray svg = figureSvg(figure, "title");
    QVERIFY(svg.contains("unlike &lt;the&gt; pictures") && !svg.contains("<the>"));
}

// 16 x 12 of 16 x 16 patches hold the picture; the first two rows, 32 patches, show padding only.
void TestFigurePainter::legendCountsPadding()
{
    const auto padded = fixture::makeTrace({.width = 640, .height = 480, .fit = FitPolicy::Pad}); // keeps 0 ... 63
    const FigurePicture picture(padded, {}, {640, 640}, 1);
    const FigureLegend wide(*padded, picture, 600, true), narrow(*padded, picture, 60, true);
    const QStringList texts{"kept 64", "dropped 160", "padding 64, of which kept 32"};
    QCOMPARE(wide.texts(), texts);
    QCOMPARE(narrow.texts(), texts); // on three lines, not cut
    QCOMPARE(narrow.height(), 3 * wide.height());
    const FigurePicture cropped(m_trace, {}, {640, 480}, 1);
    QCOMPARE(FigureLegend(*m_trace, cropped, 600, true).texts(), (QStringList{"kept 64", "dropped 192"}));
}

void TestFigurePainter::legendSaysWhetherPruningTookPart()
{
    const auto off = fixture::makeTrace({.fit = FitPolicy::Pad});
    fixture::pruneBeside(*off);
    const FigurePicture picture(off, {}, {640, 640}, 1);
    QCOMPARE(FigureLegend(*off, picture, 600, true).texts(),
             (QStringList{"would keep 64", "would drop 160", "padding 64, of which it would keep 32"}));
}

// As in the window: + on what was put in, × on what was taken out.
void TestFigurePainter::patchesPutInByHandAreMarked()
{
    const auto edited = std::make_shared<RunTrace>(*m_square);
    edited->request.overrides.keep = {17};
    edited->request.overrides.drop = {100};
    const auto painted = [](const std::shared_ptr<const RunTrace> &trace) {
        const FigurePicture picture(trace, {}, {640, 640}, 1);
        QImage image(640, 640, QImage::Format_RGB32);
        QPainter painter(&image);
        picture.paint(painter, {0, 0});
        return image;
    };
    const QImage plain = painted(m_square), marked = painted(edited);
    for (int patch = 0; patch < 256; ++patch) {
        const QRect rect(patch % 16 * 40, patch / 16 * 40, 40, 40);
        QCOMPARE(plain.copy(rect) != marked.copy(rect), patch == 17 || patch == 100);
    }
    const QPoint in = QRect(40, 40, 40, 40).center(), out = QRect(160, 240, 40, 40).center();
    const auto reaches
        = [&](const QPoint &at, const QPoint &arm) { return plain.pixel(at + arm) != marked.pixel(at + arm); };
    QVERIFY(reaches(in, {5, 0}) && reaches(in, {0, 5}) && !reaches(in, {5, 5}));
    QVERIFY(reaches(out, {5, 5}) && reaches(out, {-4, 5}) && !reaches(out, {0, 8}));
}

void TestFigurePainter::blindRunSaysSoOnce()
{
    auto blind = std::make_shared<RunTrace>(*m_trace);
    blind->request.compressor = "blind";
    blind->routing.reset();
    blind->pruning.reset();
    blind->branches.clear();
    blind->provenance = {0, blind->grid.patchCount(), {}};
    const QString said = QStringLiteral("No visual tokens: the model answered without the picture");
    const FigurePicture picture(blind, {}, {640, 480}, 1);
    QCOMPARE(FigureLegend(*blind, picture, 600, false).texts(), QStringList{said});
    QVERIFY(FigureLegend(*blind, picture, 600, true).texts().isEmpty()); // the caption says it
    const QString caption = figureCaption(*blind, {});
    QCOMPARE(caption.count(said), 1);
    QVERIFY(!caption.contains("Pruning"));
}

void TestFigurePainter::panelsSayWhatIsMissing()
{
    auto trace = std::make_shared<RunTrace>(*m_trace);
    trace->routing.reset();
    trace->pruning.reset();
    trace->branches.clear();
    FigureLook look;
    look.panels = {std::begin(allFigurePanels), std::end(allFigurePanels)};
    const FigurePainter figure(trace, {}, look);
    QVERIFY(figureImage(figure, 1).width() == look.width);
    QVERIFY(figure.size().height() < FigurePainter(m_trace, {}, look).size().height());
    QVERIFY(figure.caption().contains("Pruning was not computed"));
}

void TestFigurePainter::mapsAreTheLockedOnes()
{
    FigureView view;
    QCOMPARE(figureMaps(*m_trace, view).size(), 8U);
    view.marks = marksOf({TokenRef{Branch::Resample, 9}, TokenRef{Branch::Pool, 3}, TokenRef{Branch::Resample, 2},
                          TokenRef{Branch::Resample, 9999}});
    QCOMPARE(figureMaps(*m_trace, view), (std::vector<int>{2, 9}));
}

// x + y = 10 and 20 cross the square from (0, 0) to (15, 15); 0 and 30 only touch it.
void TestFigurePainter::hatchByHand()
{
    QPainterPath path;
    addHatch(path, QRectF(0, 0, 15, 15), 10);
    QCOMPARE(path.elementCount(), 4);
    QCOMPARE(QPointF(path.elementAt(0)), QPointF(0, 10));
    QCOMPARE(QPointF(path.elementAt(1)), QPointF(10, 0));
    QCOMPARE(QPointF(path.elementAt(2)), QPointF(5, 15));
    QCOMPARE(QPointF(path.elementAt(3)), QPointF(15, 5));
    addHatch(path, QRectF(), 10);
    QCOMPARE(path.elementCount(), 4);
}

void TestFigurePainter::textIsBrokenBetweenWords()
{
    const QString text = "one two three four five six seven";
    const QStringList lines = wrapped(text, 60, 11);
    QVERIFY(lines.size() > 2);
    QCOMPARE(lines.join(u' '), text);
    for (const QString &line : lines)
        QVERIFY(textWidth(line, 11) <= 60);
    QVERIFY(std::abs(textWidth(text, 22) - 2 * textWidth(text, 11)) < 1e-9);
    QCOMPARE(wrapped({}, 60, 11), QStringList());
}

void TestFigurePainter::textIsCut()
{
    QCOMPARE(elided("short", 500, 11), QString("short"));
    const QString cut = elided("a rather long line of text", 60, 11);
    QVERIFY(cut.endsWith(u'…') && textWidth(cut, 11) <= 60);
    QVERIFY(textWidth(wrapped(QString(200, u'w'), 60, 11).first(), 11) <= 60);
}

// Greek is in the font; what is not goes through Qt.
void TestFigurePainter::foreignLettersAreDrawn()
{
    for (const char *text : {"αλη τ", "Straße №5", "a\u0301", "سلام"}) {
        QImage image(200, 40, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        drawText(painter, QPointF(5, 30), QString::fromUtf8(text), 20, Qt::black);
        painter.end();
        QImage empty(image.size(), image.format());
        empty.fill(Qt::white);
        QVERIFY2(image != empty, text);
        QVERIFY(textWidth(QString::fromUtf8(text), 20) > 5);
    }
}

void TestFigurePainter::viewComesBack()
{
    for (OverlayKind kind : allOverlays)
        QCOMPARE(overlayFromKey(overlayKey(kind)), kind);
    QCOMPARE(overlayFromKey("smell"), OverlayKind::Kept);
    const std::vector<Target> targets{PatchTarget{3},
                                      TokenRef{Branch::Pool, 2},
                                      TokenRef{std::nullopt, 1},
                                      ScoreRangeTarget{.25, .5},
                                      BranchTarget{Branch::Prune},
                                      AnswerTarget{0},
                                      QuestionTarget{"why?"}};
    QVERIFY(targetsOf(marksOf(targets)) == targets);
    QCOMPARE(tokenOf(marksOf(targets), OverlayKind::Resampler), (TokenRef{std::nullopt, 1}));
    QCOMPARE(tokenOf(marksOf(targets), OverlayKind::Answer), (TokenRef{std::nullopt, 0}));
}

// Without compression every patch is one token: their average says nothing, and would only hide the picture.
void TestFigurePainter::evenAverageIsNotPainted()
{
    const auto trace = std::make_shared<RunTrace>(*m_square);
    const int patches = trace->grid.patchCount();
    trace->provenance = {patches, patches, std::vector<float>(std::size_t(patches) * patches, 0.0F)};
    for (int patch = 0; patch < patches; ++patch)
        trace->provenance.weights[std::size_t(patch) * patches + patch] = 1;
    const auto average = overlayField(*trace, OverlayKind::Provenance, {});
    QVERIFY(average && average->even);
    QVERIFY2(average->name.contains("every patch alike"), qPrintable(average->name));
    QVERIFY(!overlayField(*trace, OverlayKind::Provenance, {std::nullopt, 3})->even);
    FigureView view;
    view.overlay = "provenance";
    view.opacity = 1;
    const FigurePicture picture(trace, view, {640, 640}, 1);
    QImage image(640, 640, QImage::Format_RGB32);
    QPainter painter(&image);
    picture.paint(painter, {0, 0});
    painter.end();
    QVERIFY((image.pixel(100, 100) | 0xff000000) != ColourMap().colour(1, 0, 1));
    trace->provenance.weights[0] = 2;
    QVERIFY(!overlayField(*trace, OverlayKind::Provenance, {})->even);
}

QTEST_MAIN(TestFigurePainter)
#include "tst_figure_painter.moc"

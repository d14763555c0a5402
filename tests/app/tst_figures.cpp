// SPDX-License-Identifier: GPL-3.0-or-later
//
// Figures: saved from the window with the keyboard, dropped back, and painted
// again by another process.
#include <QtTest>

#include "app/explorer/commands/commands.h"
#include "app/explorer/runs/run_controls.h"
#include "core/figure/recipe_carriers.h"
#include "tests/app/copied_command.h"
#include "tests/app/figure_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/figure/figure_view.h"
#include "widgets/runs/runs_model.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/theme.h"

#include <QAbstractItemModel>
#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QSpinBox>

using namespace qmop;
using fixture::pixelsOf;

class TestFigures : public fixture::FigureFixture {
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { m_fixture.reset(); }

    void figureIsSavedByKeyAndDropped_data() { formats(); }
    void figureIsSavedByKeyAndDropped();
    void aListedRunIsShownAgain_data() { formats(); }
    void aListedRunIsShownAgain();
    void anotherProcessPaintsTheSame_data() { formats(); }
    void anotherProcessPaintsTheSame();
    void classAttentionIsPaintedAgain();
    void themeAndWindowSizeDoNotMatter();
    void everyOverlayIsRead();
    void strippedFigureTellsNothing();
    void withoutARunNothingIsAsked();
    void dialogSaysWhyItCannotSave();
    void theCopiedCommandPaintsTheSavedFigure_data() { formats(); }
    void theCopiedCommandPaintsTheSavedFigure();

private:
    void formats() { fixture::figureFormats(); }
};

void TestFigures::figureIsSavedByKeyAndDropped()
{
    QFETCH(QString, suffix);
    ask();
    m_window->selection()->setOverlay(OverlayKind::Resampler);
    m_window->selection()->lockAll({TokenRef{Branch::Resample, 5}, PatchTarget{17}});
    view()->setOpacity(0.4);
    view()->showRegion(QRectF(100, 80, 200, 150));
    const QRectF region = view()->shownRegion();
    const QString file = path("out." + suffix);

    QTest::keyClick(m_window, Qt::Key_E, Qt::ControlModifier);
    QVERIFY(dialog());
    dialog()->fileEdit()->selectAll();
    QTest::keyClicks(dialog()->fileEdit(), file);
    QCOMPARE(dialog()->formatBox()->currentText(), suffix.toUpper());
    QTest::keyClick(dialog()->panelBox(FigurePanel::Scores), Qt::Key_Space);
    QTest::keyClick(dialog()->fileEdit(), Qt::Key_Return);
    QTRY_VERIFY(QFile::exists(file));
    QTRY_VERIFY(!dialog());
    QVERIFY(!pixelsOf(file).isNull());
    QCOMPARE(message(), QString());

    // A new window of somebody else, with other settings.
    const TraceRecord before = writeRecord(*m_window->shownTrace());
    m_window = &m_fixture->open();
    m_window->controls()->compressorBox()->setCurrentIndex(m_window->controls()->compressorBox()->findData("pool"));
    drop(file);
    const auto shown = m_window->shownTrace();
    QVERIFY2(shown, qPrintable(message()));
    QCOMPARE(message(), QString());
    QCOMPARE(writeRecord(*shown).document, withoutPaths(before, "run").document);
    QVERIFY(writeRecord(*shown).numbers == before.numbers);
    QCOMPARE(m_window->answerPanel()->question(), QString("what does the sign say?"));
    QCOMPARE(m_window->controls()->compressorBox()->currentData().toString(), QString("qmop"));
    QCOMPARE(m_window->selection()->overlay(), OverlayKind::Resampler);
    QVERIFY((m_window->selection()->locked() == std::vector<Target>{TokenRef{Branch::Resample, 5}, PatchTarget{17}}));
    QCOMPARE(view()->opacity(), 0.4);
    QVERIFY(view()->shownRegion().contains(region.adjusted(1, 1, -1, -1)));
    QVERIFY(view()->shownRegion().width() < 1.5 * region.width());
    QVERIFY(m_window->runObstacle().isEmpty()); // the picture came along: it can be asked again
}

// The window that asked it knows the run of its figure: no second one is listed.
void TestFigures::aListedRunIsShownAgain()
{
    QFETCH(QString, suffix);
    ask();
    const auto asked = m_window->shownTrace();
    m_window->selection()->setOverlay(OverlayKind::Relevance);
    const QString file = path("out." + suffix);
    write(shownFigure(), file);
    FigureRequest other = shownFigure();
    auto slower = std::make_shared<RunTrace>(*asked);
    slower->stages.back().seconds += 1;
    other.trace = slower;
    write(other, path("other." + suffix));

    m_window->setQuestion("is it day?");
    m_window->startRun();
    m_fixture->engine->finish();
    QTRY_VERIFY(m_window->shownTrace() != asked);
    const QAbstractItemModel *runs = m_window->runsPanel()->model();
    QCOMPARE(runs->rowCount(), 2);
    drop(file);
    QTRY_COMPARE(m_window->shownTrace(), asked);
    QCOMPARE(runs->rowCount(), 2);
    drop(path("other." + suffix)); // asked elsewhere, with the same answer
    QTRY_COMPARE(runs->rowCount(), 3);
}

// Another HOME, an empty cache, other fonts set up: the same pixels.
void TestFigures::anotherProcessPaintsTheSame()
{
    QFETCH(QString, suffix);
    ask();
    m_window->selection()->setOverlay(OverlayKind::Combined);
    FigureRequest request = shownFigure({allFigurePanels, allFigurePanels + std::size(allFigurePanels)});
    request.view.overlay = "combined";
    auto noticed = std::make_shared<RunTrace>(*request.trace);
    noticed->notices
        = {"this picture looks unlike the pictures that the model was trained on (distance 3.20, limit 1.00)"};
    request.trace = noticed;
    const QString first = path("first." + suffix), second = path("second." + suffix);
    write(request, first);

    QDir().mkpath(path("home/.config/fontconfig"));
    fixture::writeFile(path("home/.config/fontconfig/fonts.conf"),
                       "<?xml version='1.0'?><fontconfig><match target='font'><edit name='hinting'><bool>true</bool>"
                       "</edit><edit name='hintstyle'><const>hintfull</const></edit><edit name='antialias'><bool>false"
                       "</bool></edit></match></fontconfig>");
    QProcess process;
    runInAnotherHome(process, "qmop", {"render", first, "--out", second});
    const QByteArray said = process.readAllStandardError();
    QVERIFY2(!said.contains("qmop"), said);
    QVERIFY2(process.exitCode() == 0, said);
    const QImage before = pixelsOf(first), after = pixelsOf(second);
    QVERIFY(!before.isNull());
    QVERIFY(before.width() >= 700);
    // A line more than without the notice, which the file says in words, too.
    QVERIFY(fixture::bytesOf(first).contains("unlike the pictures that the model was trained on"));
    request.trace = m_window->shownTrace();
    write(request, path("plain." + suffix));
    QVERIFY(pixelsOf(path("plain." + suffix)).height() < before.height());
    QCOMPARE(after, before);

    // The rebuilt figure rebuilds itself too.
    QProcess recipe;
    recipe.start(QMOP_BIN_DIR "/qmop", {"render", second, "--recipe"});
    QVERIFY(recipe.waitForFinished(120000));
    const QByteArray json = recipe.readAllStandardOutput();
    QCOMPARE(QJsonDocument::fromJson(json).object()["view"].toObject()["overlay"].toString(), QString("combined"));
    fixture::writeFile(path("recipe.json"), json);
    QCOMPARE(renderFigure(path("recipe.json").toStdString(), path("third." + suffix).toStdString(), false, {}).problems,
             QStringList());
    QCOMPARE(pixelsOf(path("third." + suffix)), before);
}

// The Kept overlay of a run without a pruning record.
void TestFigures::classAttentionIsPaintedAgain()
{
    ask();
    const auto attended = std::make_shared<RunTrace>(*m_window->shownTrace());
    fixture::pruneByClassAttention(*attended, {17, 18, 40, 200});
    FigureRequest request = shownFigure();
    request.trace = attended;
    const QString first = path("first.png"), second = path("second.png");
    write(request, first);
    QVERIFY(fixture::bytesOf(first).contains("cls-prune: the 4 patches of highest class attention"));
    FigureRequest scored = request;
    scored.trace = m_window->shownTrace();
    write(scored, path("other.png"));
    QVERIFY(pixelsOf(first) != pixelsOf(path("other.png")));
    QProcess process;
    runInAnotherHome(process, "qmop", {"render", first, "--out", second});
    const QByteArray said = process.readAllStandardError();
    QVERIFY2(process.exitCode() == 0, said);
    QVERIFY(!pixelsOf(first).isNull());
    QCOMPARE(pixelsOf(second), pixelsOf(first));
    drop(first);
    QTRY_COMPARE(m_window->shownTrace()->request.compressor, std::string("cls-prune"));
    QCOMPARE(m_window->selection()->overlay(), OverlayKind::Kept);
    QCOMPARE(view()->legendText(), QStringLiteral("kept 4 (blue outline) · dropped 252 (orange hatch)"));
}

void TestFigures::everyOverlayIsRead()
{
    ask();
    for (OverlayKind kind : allOverlays) {
        FigureRequest request = shownFigure();
        request.view.overlay = overlayKey(kind);
        write(request, path("a.png"));
        const OpenedFigure opened = openFigure(path("a.png").toStdString(), m_fixture->config().decoder);
        QCOMPARE(opened.problems, QStringList());
        QCOMPARE(opened.view.overlay, overlayKey(kind));
    }
}

void TestFigures::themeAndWindowSizeDoNotMatter()
{
    ask();
    const FigureRequest request = shownFigure({allFigurePanels, allFigurePanels + std::size(allFigurePanels)});
    write(request, path("light.png"));
    const ThemeMode mode = shownTheme();
    applyTheme(*qApp, ThemeMode::Dark);
    applyTextScale(*qApp, 200);
    m_window->resize(700, 500);
    write(request, path("dark.png"));
    applyTheme(*qApp, mode);
    applyTextScale(*qApp, 100);
    QVERIFY(!fixture::bytesOf(path("light.png")).isEmpty());
    QVERIFY(fixture::bytesOf(path("light.png")) == fixture::bytesOf(path("dark.png")));
}

void TestFigures::strippedFigureTellsNothing()
{
    ask();
    FigureRequest request = shownFigure();
    auto trace = std::make_shared<RunTrace>(*request.trace);
    trace->imageName = "private-name.png";
    trace->request.image.path = "/secret-folder/private-name.png";
    request.trace = trace;
    request.stripNames = true;
    for (const char *suffix : {"png", "svg", "pdf"}) {
        const QString file = path(QStringLiteral("a.") + suffix);
        write(request, file);
        const QByteArray bytes = fixture::bytesOf(file);
        const std::optional<std::string> recipe = recipeInFile(file.toStdString());
        QVERIFY(recipe);
        for (const char *told : {"private-name", "secret-folder"}) {
            QVERIFY2(!bytes.contains(told), suffix);
            QVERIFY2(recipe->find(told) == std::string::npos, suffix);
        }
        const OpenedFigure opened = openFigure(file.toStdString(), m_fixture->config().decoder);
        QCOMPARE(opened.problems, QStringList());
        QVERIFY(opened.trace->image->rgb == trace->image->rgb);
    }
}

void TestFigures::withoutARunNothingIsAsked()
{
    QTest::keyClick(m_window, Qt::Key_E, Qt::ControlModifier);
    QVERIFY(!dialog());
    QVERIFY2(message().contains("no run"), qPrintable(message()));
}

void TestFigures::dialogSaysWhyItCannotSave()
{
    ask();
    QTest::keyClick(m_window, Qt::Key_E, Qt::ControlModifier);
    QVERIFY(dialog());
    QVERIFY(dialog()->saveButton()->isEnabled());
    dialog()->fileEdit()->setText(path("a.docx"));
    QVERIFY(!dialog()->saveButton()->isEnabled());
    QVERIFY(dialog()->saveButton()->toolTip().contains(".svg"));
    dialog()->fileEdit()->setText(path("a.svg"));
    QVERIFY(dialog()->saveButton()->isEnabled());
    const QSizeF before = dialog()->preview()->figureSize();
    QTest::keyClick(dialog()->panelBox(FigurePanel::Costs), Qt::Key_Space);
    QTest::keyClick(dialog()->captionBox(), Qt::Key_Space);
    QVERIFY(dialog()->preview()->figureSize() != before);
    dialog()->widthBox()->setValue(maxFigureWidth);
    dialog()->scaleBox()->setValue(maxFigureScale);
    QVERIFY(!dialog()->saveButton()->isEnabled());
    QTest::keyClick(dialog(), Qt::Key_Escape);
    QTRY_VERIFY(!dialog());
}

void TestFigures::theCopiedCommandPaintsTheSavedFigure()
{
    QFETCH(QString, suffix);
    ask();
    m_window->commands()->action("figure.command")->trigger();
    QVERIFY2(message().contains("No figure was saved"), qPrintable(message()));
    const QString file = path("it's mine." + suffix), again = path("it's mine-again." + suffix);
    QTest::keyClick(m_window, Qt::Key_E, Qt::ControlModifier);
    dialog()->fileEdit()->setText(file);
    QTest::keyClick(dialog()->fileEdit(), Qt::Key_Return);
    QTRY_VERIFY(QFile::exists(file));
    m_window->commands()->action("figure.command")->trigger();
    QCOMPARE(fixture::runInShell(QGuiApplication::clipboard()->text()), QByteArray());
    QVERIFY(!pixelsOf(file).isNull());
    QCOMPARE(pixelsOf(again), pixelsOf(file));
}

QTEST_MAIN(TestFigures)
#include "tst_figures.moc"

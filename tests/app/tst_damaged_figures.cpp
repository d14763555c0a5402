// SPDX-License-Identifier: GPL-3.0-or-later
//
// Figures that lack something, are damaged or lead elsewhere; and a full disk.
#include <QtTest>

#include "core/figure/recipe_carriers.h"
#include "qmop/sha256.h"
#include "tests/app/figure_fixture.h"
#include "tests/fixtures/full_disk.h"

using namespace qmop;

class TestDamagedFigures : public fixture::FigureFixture {
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { m_fixture.reset(); }

    void withoutTheModelItOpensAndSays();
    void missingPictureIsSaid();
    void pathsThatLeadOutsideAreNotFollowed_data();
    void pathsThatLeadOutsideAreNotFollowed();
    void pictureWithoutRecipeStaysAPicture();
    void damagedFigureIsNamed();
    void fullDiskKeepsTheOldFile();
};

void TestDamagedFigures::withoutTheModelItOpensAndSays()
{
    ask();
    write(shownFigure(), path("a.png"));
    fixture::writeFile(path("model/config.json"), "{}");
    m_window = &m_fixture->open();
    m_window->messageBar()->hide();
    drop(path("a.png"));
    QVERIFY(m_window->shownTrace());
    QVERIFY2(message().contains("is not open"), qPrintable(message()));
}

void TestDamagedFigures::missingPictureIsSaid()
{
    ask();
    QDir().mkpath(path("paper/pictures"));
    QVERIFY(m_window->shownTrace()->image);
    auto trace = std::make_shared<RunTrace>(*m_window->shownTrace());
    const QString picture = path("paper/pictures/market.png");
    QVERIFY(QFile::copy(path("resources/samples/market.png"), picture));
    trace->imageSha256 = sha256OfFile(picture.toStdString());
    FigureRequest request = shownFigure();
    request.trace = trace;
    request.source.path = picture.toStdString();
    request.embedPicture = false;
    write(request, path("paper/a.png"));
    // Moved together, the picture is found.
    QVERIFY(QDir().rename(path("paper"), path("moved")));
    drop(path("moved/a.png"));
    QCOMPARE(message(), QString());
    QCOMPARE(int(*m_window->shownTrace()->image->at(5, 5)), 200); // of the file
    QVERIFY(QFile::remove(path("moved/pictures/market.png")));
    drop(path("moved/a.png"));
    QVERIFY2(message().contains("market.png: the picture is missing"), qPrintable(message()));
    QVERIFY(m_window->shownTrace()->image); // the thumbnail stands in
}

void TestDamagedFigures::pathsThatLeadOutsideAreNotFollowed_data()
{
    QTest::addColumn<QString>("named");
    QTest::newRow("upwards") << "../resources/samples/market.png";
    QTest::newRow("absolute") << "ABSOLUTE";
    QTest::newRow("through a link") << "link/market.png";
    QTest::newRow("upwards inside") << "below/../../resources/samples/market.png";
}

void TestDamagedFigures::pathsThatLeadOutsideAreNotFollowed()
{
    QFETCH(QString, named);
    ask();
    const QString picture = path("resources/samples/market.png");
    QDir().mkpath(path("mail/below"));
    QVERIFY(QFile::link(path("resources/samples"), path("mail/link")));
    auto trace = std::make_shared<RunTrace>(*m_window->shownTrace());
    trace->imageSha256 = sha256OfFile(picture.toStdString());
    FigureRequest request = shownFigure();
    request.trace = trace;
    request.embedPicture = false;
    QStringList notices;
    FigureRecipe recipe = makeRecipe(request, path("mail").toStdString(), notices);
    recipe.picture.path = (named == "ABSOLUTE" ? picture : named).toStdString();
    fixture::writeFile(path("mail/a.json"), QByteArray::fromStdString(recipeText(recipe)));
    drop(path("mail/a.json"));
    QVERIFY2(message().contains("leads outside"), qPrintable(message()));
    QVERIFY2(message().contains("the picture is missing"), qPrintable(message()));
    QVERIFY(m_window->shownTrace());
}

void TestDamagedFigures::pictureWithoutRecipeStaysAPicture()
{
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    drop(path("resources/samples/beach.png"));
    QVERIFY(opened.wait());
    QCOMPARE(view()->grid()->imageWidth, 480);
}

void TestDamagedFigures::damagedFigureIsNamed()
{
    ask();
    write(shownFigure(), path("a.png"));
    QByteArray bytes = fixture::bytesOf(path("a.png"));
    const qsizetype at = bytes.indexOf("zlib+base64\">") + 200;
    QVERIFY(at > 200);
    bytes[at] = '!';
    fixture::writeFile(path("b.png"), bytes);
    const auto before = m_window->shownTrace();
    drop(path("b.png"));
    QVERIFY2(message().contains("b.png: the recipe of this figure is damaged"), qPrintable(message()));
    QCOMPARE(m_window->shownTrace(), before);
    // Cut off behind the recipe, the picture is lost and the view is not.
    fixture::writeFile(path("c.png"), fixture::bytesOf(path("a.png")).chopped(40));
    m_window->messageBar()->hide();
    const OverlayKind saved = m_window->selection()->overlay();
    m_window->selection()->setOverlay(OverlayKind::Resampler);
    QVERIFY(saved != OverlayKind::Resampler);
    drop(path("c.png"));
    QCOMPARE(m_window->selection()->overlay(), saved);
    QCOMPARE(m_window->shownTrace(), before); // listed already
    QCOMPARE(message(), QString());
}

void TestDamagedFigures::fullDiskKeepsTheOldFile()
{
    ask();
    for (const char *suffix : {"png", "svg", "pdf"}) {
        const QString file = path(QStringLiteral("a.") + suffix);
        fixture::writeFile(file, "the old one");
        const FigureRequest request = shownFigure();
        {
            const FullDisk full(1000);
            QVERIFY_THROWS_EXCEPTION(Error, write(request, file));
        }
        QCOMPARE(fixture::bytesOf(file), QByteArray("the old one"));
    }
    QCOMPARE(QDir(path(".")).entryList({"a.*"}, QDir::Files | QDir::Hidden).size(), 3);
}

QTEST_MAIN(TestDamagedFigures)
#include "tst_damaged_figures.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The user guide: its pages, its window, and its pictures, which the program draws.
#include <QtTest>

#include "app/explorer/layout/accessibility_list.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/window/guidance.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/guide/few_colours.h"
#include "widgets/guide/guide_browser.h"
#include "widgets/guide/guide_window.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"

#include <QComboBox>
#include <QDockWidget>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QScrollBar>
#include <QTextBlock>
#include <QToolButton>
#include <QTreeWidget>

using namespace qmop;

namespace {

QString shipped()
{
    return QStringLiteral(QMOP_SOURCE_DIR "/resources/guide");
}

}

class TestGuide : public QObject {
    Q_OBJECT

private slots:
    void anchorsAreThoseOfTheWeb_data();
    void anchorsAreThoseOfTheWeb();
    void pagesAreSplitAtHeadings();
    void searchFindsSectionsWithAllWords();
    void linksOfThePagesLeadSomewhere();
    void everyPanelHasASection();
    void fewColoursStayTheSame();
    void programDrawsEveryPictureNamed();
    void f1OpensTheSectionOfTheFocus_data();
    void f1OpensTheSectionOfTheFocus();
    void aSectionOpensAtItsHeading();
    void backAndForward();
    void searchAndWalkWithKeys();
    void addressesAreNotOpened();
    void controlsAreNamed();
};

void TestGuide::anchorsAreThoseOfTheWeb_data()
{
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("anchor");
    QTest::newRow("words") << "Pruning scores"
                           << "pruning-scores";
    QTest::newRow("marks") << "What “the original answer” is"
                           << "what-the-original-answer-is";
    QTest::newRow("colon and comma") << "What if: edits, searches"
                                     << "what-if-edits-searches";
    QTest::newRow("sign between spaces") << "A & B"
                                         << "a--b";
    QTest::newRow("letters of all languages") << "Größe λ"
                                              << "größe-λ";
}

void TestGuide::anchorsAreThoseOfTheWeb()
{
    QFETCH(QString, title);
    QFETCH(QString, anchor);
    QCOMPARE(guideAnchor(title), anchor);
}

void TestGuide::pagesAreSplitAtHeadings()
{
    const GuidePage page = readGuidePage(QStringLiteral("a.md"),
                                         QStringLiteral("# One `page`\n\nIntro *text*.\n"
                                                        "![a picture](pictures/a.png)\n\n"
                                                        "## Second\n\n    # no heading\n\n"
                                                        "see [this](b.md#x)\n"));
    QCOMPARE(page.title, QStringLiteral("One page"));
    QCOMPARE(page.sections.size(), std::size_t(2));
    QCOMPARE(page.sections[0].text, QStringLiteral("Intro text."));
    QCOMPARE(page.sections[1].text, QStringLiteral("# no heading see this"));
    QCOMPARE(page.sections[1].level, 2);
    QCOMPARE(page.pictures, QStringList{QStringLiteral("pictures/a.png")});
    QCOMPARE(page.links, QStringList{QStringLiteral("b.md#x")});
}

void TestGuide::searchFindsSectionsWithAllWords()
{
    QTemporaryDir folder;
    fixture::writeFile(folder.filePath("README.md"), "# Start\n\nred [b](b.md)\n\n## Blue\n\ngreen and red\n");
    fixture::writeFile(folder.filePath("b.md"), "# Blue and red\n\nnothing\n");
    const GuidePages pages(folder.path().toStdString());
    QCOMPARE(pages.pages().size(), std::size_t(2));
    const auto found = [&](const char *words) {
        QStringList addresses;
        for (const GuideHit &hit : pages.search(QString::fromLatin1(words)))
            addresses << pages.address(hit.place);
        return addresses.join(u' ');
    };
    QCOMPARE(found("green"), QStringLiteral("README.md#blue"));
    QCOMPARE(found("RED blue"), QStringLiteral("b.md README.md#blue")); // both in the title first
    QCOMPARE(found("red yellow"), QString());
    QCOMPARE(found(" "), QString());
}

void TestGuide::linksOfThePagesLeadSomewhere()
{
    const GuidePages pages(shipped().toStdString());
    QVERIFY(pages.pages().size() >= 8);
    QCOMPARE(pages.pages().front().file, QStringLiteral("README.md"));
    int checked = 0;
    for (const GuidePage &page : pages.pages())
        for (const QString &link : page.links) {
            if (link.contains(QStringLiteral("://")))
                continue;
            const QString file = link.startsWith(u'#') ? page.file : link.section(u'#', 0, 0);
            QVERIFY2(QFileInfo::exists(shipped() + u'/' + file), qPrintable(page.file + ": " + link));
            ++checked;
            if (!link.contains(u'#'))
                continue;
            const auto target = std::ranges::find(pages.pages(), file, &GuidePage::file);
            QVERIFY2(target != pages.pages().end(), qPrintable(page.file + ": " + link));
            QVERIFY2(std::ranges::count(target->sections, link.section(u'#', 1), &GuideSection::anchor) == 1,
                     qPrintable(page.file + ": " + link));
        }
    QVERIFY(checked >= 10);
}

void TestGuide::everyPanelHasASection()
{
    fixture::WindowFixture fixture;
    const MainWindow &window = fixture.open();
    const GuidePages pages(shipped().toStdString());
    for (const QDockWidget *dock : window.docks()->docks()) {
        const std::optional<GuidePlace> place = pages.find(dock->windowTitle());
        QVERIFY2(place, qPrintable("no section is called " + dock->windowTitle()));
        const GuideSection &section = pages.pages()[std::size_t(place->page)].sections[std::size_t(place->section)];
        QVERIFY2(section.text.size() > 40, qPrintable("hardly a word about " + dock->windowTitle()));
    }
    for (const char *title : {"Picture", "Top bar", "Keys"})
        QVERIFY2(pages.find(QString::fromLatin1(title)), title);
}

void TestGuide::fewColoursStayTheSame()
{
    QImage image(64, 8, QImage::Format_RGB32);
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 64; ++x)
            image.setPixel(x, y, qRgb(x * 4, y < 4 ? 0 : 255, 7)); // 128 colours
    QCOMPARE(withPalette(image).convertToFormat(QImage::Format_RGB32), image);
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 64; ++x)
            image.setPixel(x, y, qRgb(x * 4, y * 32, (x + y) * 3)); // 512
    const QImage fewer = withPalette(image);
    QCOMPARE(fewer.colorCount(), 256);
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 64; ++x)
            QVERIFY(std::abs(qRed(fewer.pixel(x, y)) - qRed(image.pixel(x, y))) <= 16);
}

// Fonts differ between machines, so not every pixel has to be the same.
void TestGuide::programDrawsEveryPictureNamed()
{
    QTemporaryDir folder;
    QProcess program;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("QMOP_RESOURCES", QMOP_SOURCE_DIR "/resources");
    environment.insert("XDG_CONFIG_HOME", folder.filePath("config"));
    program.setProcessEnvironment(environment);
    program.start(QStringLiteral(QMOP_BIN_DIR "/qmop-explorer"),
                  {"--guide-pictures", folder.filePath("drawn"), "--size", "1440x1080", "--theme", "light"});
    QVERIFY(program.waitForFinished(300'000));
    QVERIFY2(program.exitStatus() == QProcess::NormalExit && program.exitCode() == 0,
             program.readAllStandardError().constData());

    QSet<QString> named;
    const GuidePages pages(shipped().toStdString());
    for (const GuidePage &page : pages.pages())
        for (const QString &picture : page.pictures)
            named << picture;
    QVERIFY(named.size() >= 10);
    qint64 bytes = 0;
    for (const QString &name : named) {
        const QString drawnFile = folder.filePath("drawn/" + QFileInfo(name).fileName());
        const QImage drawn(drawnFile), shown(shipped() + u'/' + name);
        QVERIFY2(!drawn.isNull(), qPrintable("the program draws no " + name));
        QVERIFY2(!shown.isNull(), qPrintable("not shipped: " + name));
        for (const auto &[a, b] : {std::pair{drawn.width(), shown.width()}, {drawn.height(), shown.height()}})
            QVERIFY2(std::abs(a - b) <= b / 4, qPrintable(name + " is drawn anew with another size: --guide-pictures"));
        for (const QImage &image : {drawn, shown}) {
            QHash<QRgb, int> colours;
            int most = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    most = std::max(most, ++colours[image.pixel(x, y)]);
            QVERIFY2(colours.size() >= 16 && most < 0.97 * image.width() * image.height(),
                     qPrintable(name + " is blank"));
        }
        bytes += QFileInfo(shipped() + u'/' + name).size();
    }
    QVERIFY2(bytes < 600'000, qPrintable(QString::number(bytes)));
    const QStringList files = QDir(shipped() + "/pictures").entryList(QDir::Files);
    for (const QString &file : files)
        QVERIFY2(named.contains("pictures/" + file), qPrintable("no page names " + file));
}

void TestGuide::f1OpensTheSectionOfTheFocus_data()
{
    QTest::addColumn<QString>("focus");
    QTest::addColumn<QString>("address");
    QTest::newRow("question") << "question"
                              << "window.md#question-and-answer";
    QTest::newRow("picture") << "picture"
                             << "window.md#picture";
    QTest::newRow("compressor") << "run"
                                << "window.md#top-bar";
    QTest::newRow("runs") << "runs"
                          << "window.md#runs";
    QTest::newRow("what if") << "whatif"
                             << "what-if.md#what-if";
}

void TestGuide::f1OpensTheSectionOfTheFocus()
{
    QFETCH(QString, focus);
    QFETCH(QString, address);
    fixture::WindowFixture fixture;
    WindowConfig config = fixture.config();
    config.resources = QMOP_SOURCE_DIR "/resources";
    MainWindow window(config);
    window.resize(1280, 800);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QWidget *widget = nullptr;
    if (focus == QStringLiteral("question"))
        widget = window.answerPanel()->questionEdit();
    else if (focus == QStringLiteral("picture"))
        widget = window.imagePanel()->view();
    else if (focus == QStringLiteral("run"))
        widget = window.controls()->compressorBox();
    else {
        window.docks()->open(focus);
        for (QWidget *child : window.docks()->dock(focus)->widget()->findChildren<QWidget *>())
            if (!widget && child->isVisible() && child->isEnabled() && child->focusPolicy() & Qt::TabFocus)
                widget = child;
    }
    QVERIFY(widget);
    widget->setFocus();
    QVERIFY(widget->hasFocus());
    QTest::keyClick(widget, Qt::Key_F1);
    GuideWindow *guide = window.guidance()->guide();
    QTRY_COMPARE(QApplication::activeWindow(), guide);
    QCOMPARE(guide->browser()->address(), address);
    QVERIFY2(guide->browser()->toPlainText().size() > 500, "an empty page");
    QCOMPARE(guide->contents()->currentItem()->data(0, Qt::UserRole).toString(), address);
    QVERIFY2(address.startsWith("what-if.md") || guide->browser()->verticalScrollBar()->value() > 0,
             "the section is not scrolled to");
    QTest::keyClick(guide, Qt::Key_Escape);
    QVERIFY(!guide->isVisible());
}

// However the window is resized meanwhile, until the person scrolls.
void TestGuide::aSectionOpensAtItsHeading()
{
    GuideWindow guide(shipped().toStdString(), nullptr);
    GuideBrowser *browser = guide.browser();
    const auto firstLine = [&] { return browser->cursorForPosition(QPoint(browser->width() / 3, 4)).block().text(); };
    int checked = 0;
    const auto check = [&](const QString &title) {
        QCoreApplication::processEvents(); // pictures are fitted to the width after a resize
        if (browser->verticalScrollBar()->value() == browser->verticalScrollBar()->maximum())
            return; // the last sections of a page
        ++checked;
        QCOMPARE(firstLine(), title);
    };
    guide.openTopic(QStringLiteral("Router")); // as F1 does, before the window is shown
    guide.show();
    QVERIFY(QTest::qWaitForWindowActive(&guide));
    check(QStringLiteral("Router"));
    for (const QSize size : {QSize(900, 500), QSize(1400, 900)}) {
        guide.resize(size);
        check(QStringLiteral("Router"));
    }
    const GuidePages pages(shipped().toStdString());
    for (const GuidePage &page : pages.pages())
        for (const GuideSection &section : page.sections)
            if (section.level > 1) {
                browser->openAddress(page.file + u'#' + section.anchor);
                check(section.title);
            }
    QVERIFY(checked > 20);
}

void TestGuide::backAndForward()
{
    GuideWindow guide(shipped().toStdString(), nullptr);
    guide.show();
    QVERIFY(QTest::qWaitForWindowActive(&guide));
    QCOMPARE(guide.browser()->address(), QStringLiteral("README.md"));
    guide.openTopic(QStringLiteral("Router"));
    const int place = guide.browser()->verticalScrollBar()->value();
    guide.openTopic(QStringLiteral("Sweep"));
    QTest::keyClick(&guide, Qt::Key_Left, Qt::AltModifier);
    QTRY_COMPARE(guide.browser()->address(), QStringLiteral("window.md#router"));
    QTRY_COMPARE(guide.browser()->verticalScrollBar()->value(), place);
    QTest::keyClick(&guide, Qt::Key_Left, Qt::AltModifier);
    QTRY_COMPARE(guide.browser()->address(), QStringLiteral("README.md"));
    QTest::keyClick(&guide, Qt::Key_Right, Qt::AltModifier);
    QTRY_COMPARE(guide.browser()->address(), QStringLiteral("window.md#router"));
}

void TestGuide::searchAndWalkWithKeys()
{
    GuideWindow guide(shipped().toStdString(), nullptr);
    guide.show();
    QVERIFY(QTest::qWaitForWindowActive(&guide));
    QTest::keyClick(&guide, Qt::Key_F, Qt::ControlModifier);
    QVERIFY(guide.searchEdit()->hasFocus());
    QTest::keyClicks(guide.searchEdit(), QStringLiteral("jaccard"));
    QVERIFY(guide.results()->isVisible());
    QVERIFY(guide.results()->topLevelItemCount() >= 1);
    QTest::keyClick(guide.searchEdit(), Qt::Key_Return);
    QVERIFY(guide.browser()->toPlainText().contains(QStringLiteral("Jaccard")));
    QVERIFY(guide.browser()->markedWords() >= 1);
    QTest::keyClick(guide.searchEdit(), Qt::Key_Escape); // clears
    QVERIFY(guide.isVisible() && guide.contents()->isVisible());
    QTest::keyClicks(guide.searchEdit(), QStringLiteral("xyzzy"));
    QCOMPARE(guide.results()->topLevelItemCount(), 1);
    const QString before = guide.browser()->address();
    QTest::keyClick(guide.searchEdit(), Qt::Key_Return); // "no section" leads nowhere
    QCOMPARE(guide.browser()->address(), before);
}

void TestGuide::addressesAreNotOpened()
{
    QTemporaryDir folder;
    fixture::writeFile(folder.filePath("secret.md"), "# Secret\n");
    fixture::writeFile(folder.filePath("guide/README.md"),
                       "# Start\n\n[out](https://example.org/x) [up](../secret.md) [b](b.md)\n");
    fixture::writeFile(folder.filePath("guide/b.md"), "# Second page\n");
    GuideWindow guide(folder.filePath("guide").toStdString(), nullptr);
    guide.show();
    QVERIFY(QTest::qWaitForWindowActive(&guide));
    const auto follow = [&](const char *href) { emit guide.browser()->anchorClicked(QUrl(QString::fromLatin1(href))); };
    for (const char *href : {"https://example.org/x", "../secret.md", "file:///etc/hostname"}) {
        follow(href);
        QVERIFY2(guide.message().contains(QString::fromLatin1(href)), qPrintable(guide.message()));
        QCOMPARE(guide.browser()->address(), QStringLiteral("README.md"));
    }
    follow("b.md");
    QCOMPARE(guide.browser()->address(), QStringLiteral("b.md"));
    QVERIFY(guide.message().isEmpty());
}

void TestGuide::controlsAreNamed()
{
    GuideWindow guide(shipped().toStdString(), nullptr);
    guide.show();
    const std::vector<AccessibleControl> controls = accessibleControls(guide);
    QVERIFY(controls.size() >= 5);
    for (const AccessibleControl &control : controls)
        QVERIFY2(!control.name.trimmed().isEmpty() && (control.tabIndex >= 0 || !control.otherwise.isEmpty()),
                 qPrintable(control.role + control.name + control.place));
}

QTEST_MAIN(TestGuide)
#include "tst_guide.moc"

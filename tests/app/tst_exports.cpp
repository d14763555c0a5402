// SPDX-License-Identifier: GPL-3.0-or-later
//
// Case reports of tagged runs, and numbers of panels: from the window, and from
// the command line.
#include "app/explorer/commands/commands.h"
#include "app/explorer/figures/exports.h"
#include "app/explorer/figures/number_tables.h"
#include "app/explorer/figures/report_dialog.h"
#include "app/explorer/window/sessions.h"
#include "tests/app/copied_command.h"
#include "tests/app/history_fixture.h"
#include "tests/fixtures/full_disk.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDockWidget>
#include <QProcess>
#include <QPushButton>
#include <QRegularExpression>

using namespace qmop;

namespace {

QString textOf(const QString &file)
{
    QFile opened(file);
    return opened.open(QIODevice::ReadOnly) ? QString::fromUtf8(opened.readAll()) : QString();
}

}

class TestExports : public fixture::HistoryFixture {
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { m_window.reset(); }

    void reportOfATag();
    void reportFromTheCommandLine_data();
    void reportFromTheCommandLine();
    void figuresOfAReportAreFigures();
    void reportShowsWhatTheAnswerCameThrough();
    void theCopiedCommandMakesTheSameReport_data();
    void theCopiedCommandMakesTheSameReport();
    void whyThereIsNoCommand();
    void reportSaysWhatTheRunsNoticed();
    void strippedReportTellsNothing();
    void unknownTagIsNamed();
    void fullDiskKeepsTheOldReport();
    void numbersOfThePanelInFocus_data();
    void numbersOfThePanelInFocus();
    void patchesSayWhetherTheyWereKept();

private:
    // Three runs; the second and third are tagged.
    void askAndTag()
    {
        openPicture();
        ask("what does the sign say?", "fox");
        ask("is it day?", "yes");
        tag(0, "wrong");
        ask("is <b>it</b> night? 50 % & more", "no");
        tag(0, "wrong, night");
    }
    void tag(int row, const QString &tags)
    {
        click(row);
        panel()->tagsEdit()->selectAll();
        QTest::keyClicks(panel()->tagsEdit(), tags);
        QTest::keyClick(panel()->tagsEdit(), Qt::Key_Return);
        QTest::keyClicks(panel()->noteEdit(), "seen *here*");
        QTest::keyClick(panel()->noteEdit(), Qt::Key_Return);
    }
    ReportDialog *dialog() { return m_window->findChild<ReportDialog *>(); }
    QString path(const QString &relative) { return m_fixture->path(relative); }
};

void TestExports::reportOfATag()
{
    askAndTag();
    m_window->commands()->action("report.save")->trigger();
    QVERIFY(dialog());
    QCOMPARE(dialog()->tagBox()->count(), 3); // all, #night, #wrong
    dialog()->tagBox()->setCurrentIndex(dialog()->tagBox()->findData("wrong"));
    dialog()->fileEdit()->selectAll();
    QTest::keyClicks(dialog()->fileEdit(), path("report.docx"));
    QVERIFY(!dialog()->saveButton()->isEnabled());
    dialog()->fileEdit()->selectAll();
    QTest::keyClicks(dialog()->fileEdit(), path("report.html"));
    QTest::keyClick(dialog()->fileEdit(), Qt::Key_Return);
    QTRY_VERIFY(QFile::exists(path("report.html")));
    const QString html = textOf(path("report.html"));
    QCOMPARE(html.count("<img "), 2);
    QCOMPARE(html.count("<h2>"), 2);
    QVERIFY(html.contains("is &lt;b&gt;it&lt;/b&gt; night? 50 % &amp; more"));
    QVERIFY(!html.contains("<b>it"));
    QVERIFY(html.contains("#wrong #night"));
    QVERIFY(html.contains("seen *here*"));
    QVERIFY(!html.contains("what does the sign say?"));
    QVERIFY(html.contains("<td>P pooling</td><td class=\"number\">0.21</td>"));
    static const QRegularExpression outside("(src|href)=\"(?!data:)|https?://");
    QVERIFY(!html.contains(outside)); // one file, nothing from elsewhere
}

void TestExports::reportFromTheCommandLine_data()
{
    QTest::addColumn<QString>("ending");
    QTest::addColumn<QString>("found");
    QTest::newRow("html") << "html"
                          << "<h2>2. is &lt;b&gt;it";
    QTest::newRow("markdown") << "md"
                              << "## 2. is \\<b\\>it\\</b\\> night? 50 % & more";
    QTest::newRow("csv") << "csv"
                         << ",is <b>it</b> night? 50 % & more,no,fox,no,qmop,64,";
    QTest::newRow("latex") << "tex"
                           << "2 & is \\textless{}b\\textgreater{}it";
}

void TestExports::reportFromTheCommandLine()
{
    QFETCH(QString, ending);
    QFETCH(QString, found);
    askAndTag();
    QVERIFY(m_window->sessions()->save(path("one.qmops")));
    QProcess process;
    process.start(QMOP_BIN_DIR "/qmop",
                  {"report", path("one.qmops"), "--tag", "#wrong", "--out", path("out." + ending)});
    QVERIFY(process.waitForFinished(120000));
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
    const QString text = textOf(path("out." + ending));
    QVERIFY2(text.contains(found), qPrintable(text.left(3000)));
    QVERIFY(!text.contains("what does the sign say?"));
    if (ending == "md") {
        QVERIFY(text.contains("](<out-figures/run-2.png>)"));
        QVERIFY(!QImage(path("out-figures/run-2.png")).isNull());
    }
    if (ending == "csv")
        QCOMPARE(text.count(u'\n'), 3);
}

void TestExports::theCopiedCommandMakesTheSameReport_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("tag");
    QTest::addColumn<bool>("strip");
    QTest::newRow("html, a tag") << "it's here.html"
                                 << "wrong" << false;
    QTest::newRow("csv, all") << "out.csv"
                              << "" << false;
    QTest::newRow("latex, stripped") << "out.tex"
                                     << "wrong" << true;
}

void TestExports::theCopiedCommandMakesTheSameReport()
{
    QFETCH(QString, name);
    QFETCH(QString, tag);
    QFETCH(bool, strip);
    askAndTag();
    QVERIFY(m_window->sessions()->save(path("my session.qmops")));
    m_window->commands()->action("report.save")->trigger();
    dialog()->tagBox()->setCurrentIndex(dialog()->tagBox()->findData(tag));
    dialog()->stripBox()->setChecked(strip);
    dialog()->fileEdit()->setText(path(name));
    QVERIFY2(dialog()->copyButton()->isEnabled(), qPrintable(dialog()->copyButton()->toolTip()));
    QTest::mouseClick(dialog()->copyButton(), Qt::LeftButton);
    QVERIFY(!QFile::exists(path(name)));
    QCOMPARE(fixture::runInShell(QGuiApplication::clipboard()->text()), QByteArray());
    const QString byCommand = textOf(path(name));
    QVERIFY(byCommand.size() > 100);
    QVERIFY(QFile::remove(path(name)));
    QTest::mouseClick(dialog()->saveButton(), Qt::LeftButton);
    QTRY_VERIFY(QFile::exists(path(name)));
    QCOMPARE(textOf(path(name)), byCommand);
}

void TestExports::whyThereIsNoCommand()
{
    askAndTag();
    const auto obstacle = [this] {
        m_window->commands()->action("report.save")->trigger();
        const QString said = dialog()->copyButton()->isEnabled() ? QString() : dialog()->copyButton()->toolTip();
        delete dialog();
        return said;
    };
    QVERIFY2(obstacle().contains("save the session first"), qPrintable(obstacle()));
    QVERIFY(m_window->sessions()->save(path("one.qmops")));
    QCOMPARE(obstacle(), QString());
    tag(2, "other"); // of the file it is not yet a tag
    QVERIFY2(obstacle().contains("one.qmops does not hold"), qPrintable(obstacle()));
    QVERIFY(m_window->sessions()->save(path("one.qmops")));
    QCOMPARE(obstacle(), QString());
    panel()->filterEdit()->setText("night");
    QVERIFY2(obstacle().contains("filter"), qPrintable(obstacle()));
}

// Each picture of a report restores its view.
void TestExports::figuresOfAReportAreFigures()
{
    askAndTag();
    m_window->openPaths({}); // nothing
    QVERIFY(m_window->sessions()->save(path("one.qmops")));
    const PictureDecoder decoder = m_fixture->config().decoder;
    const CaseReport report = readCases(path("one.qmops").toStdString(), "night", false, decoder);
    QCOMPARE(report.problems, QStringList());
    writeReport(report, path("out.md").toStdString(), decoder);
    const OpenedFigure figure = openFigure(path("out-figures/run-1.png").toStdString(), decoder);
    QCOMPARE(figure.trace->request.question, std::string("is <b>it</b> night? 50 % & more"));
    QCOMPARE(figure.view.overlay, std::string("kept"));
    QVERIFY(figure.trace->image);
}

// As the window does on the first run: the maps of what the answer came through.
void TestExports::reportShowsWhatTheAnswerCameThrough()
{
    askAndTag();
    QVERIFY(m_window->sessions()->save(path("one.qmops")));
    const PictureDecoder decoder = m_fixture->config().decoder;
    CaseReport report = readCases(path("one.qmops").toStdString(), "night", false, decoder);
    auto routed = std::make_shared<RunTrace>(*report.runs[0].trace);
    QVERIFY(routed->pruning && routed->routing);
    routed->routing->active.values = {true, true, false};
    routed->routing->selected.values = {0.75F, 0.25F, 0};
    for (BranchTrace &branch : routed->branches)
        branch.onMainPath = branch.branch != Branch::Prune;
    report.runs[0].trace = routed;
    writeReport(report, path("out.md").toStdString(), decoder);
    const OpenedFigure figure = openFigure(path("out-figures/run-1.png").toStdString(), decoder);
    QCOMPARE(figure.view.overlay, std::string("pooling"));
}

void TestExports::reportSaysWhatTheRunsNoticed()
{
    askAndTag();
    QVERIFY(m_window->sessions()->save(path("one.qmops")));
    const PictureDecoder decoder = m_fixture->config().decoder;
    CaseReport report = readCases(path("one.qmops").toStdString(), "wrong", false, decoder);
    const auto write = [&](const char *ending) {
        const QString file = path(QStringLiteral("out.") + ending);
        writeReport(report, file.toStdString(), decoder);
        return textOf(file);
    };
    QVERIFY(!write("tex").contains("notices"));
    auto noticed = std::make_shared<RunTrace>(*report.runs[1].trace);
    noticed->notices = {"unlike <b>these</b> pictures", "first frame"};
    report.runs[1].trace = noticed;
    const QString html = write("html");
    QVERIFY(html.contains("<p class=\"notice\">⚠ unlike &lt;b&gt;these&lt;/b&gt; pictures</p>\n<p class=\"notice\">⚠ "
                          "first frame</p>"));
    QVERIFY(!html.contains("<b>these"));
    QCOMPARE(html.count("class=\"notice\""), 2);
    QVERIFY(write("md").contains("\n⚠ unlike \\<b\\>these\\</b\\> pictures\n"));
    const QString csv = write("csv");
    QVERIFY2(csv.contains("unlike <b>these</b> pictures; first frame"), qPrintable(csv));
    QVERIFY(write("tex").contains("pictures; first frame"));
}

void TestExports::strippedReportTellsNothing()
{
    askAndTag();
    QVERIFY(m_window->sessions()->save(path("private-name.qmops")));
    const PictureDecoder decoder = m_fixture->config().decoder;
    const CaseReport report = readCases(path("private-name.qmops").toStdString(), "wrong", true, decoder);
    const std::string picture = report.runs.front().headline.pictureName;
    QVERIFY(!picture.empty());
    for (const char *ending : {"html", "md", "csv", "tex"}) {
        const QString file = path(QStringLiteral("out.") + ending);
        writeReport(report, file.toStdString(), decoder);
        const QString text = textOf(file);
        QVERIFY2(!text.contains("private-name"), ending);
        QVERIFY2(!text.contains(QString::fromStdString(picture)), ending);
        QVERIFY2(!text.contains(m_fixture->folder.path()), ending);
        QVERIFY2(!text.contains(QString::fromStdString(report.runs.front().headline.pictureSha256)), ending);
    }
}

void TestExports::unknownTagIsNamed()
{
    askAndTag();
    QVERIFY(m_window->sessions()->save(path("one.qmops")));
    QProcess process;
    process.start(QMOP_BIN_DIR "/qmop", {"report", path("one.qmops"), "--tag", "nothing", "--out", path("out.html")});
    QVERIFY(process.waitForFinished(120000));
    QCOMPARE(process.exitCode(), exitCode(ErrorCode::InvalidArgument));
    QVERIFY(process.readAllStandardError().contains("no run has the tag #nothing"));
    QVERIFY(!QFile::exists(path("out.html")));
}

void TestExports::fullDiskKeepsTheOldReport()
{
    askAndTag();
    QVERIFY(m_window->sessions()->save(path("one.qmops")));
    const PictureDecoder decoder = m_fixture->config().decoder;
    const CaseReport report = readCases(path("one.qmops").toStdString(), {}, false, decoder);
    QCOMPARE(report.runs.size(), 3U);
    fixture::writeFile(path("out.html"), "the old one");
    {
        const FullDisk full(1000);
        QVERIFY_THROWS_EXCEPTION(Error, writeReport(report, path("out.html").toStdString(), decoder));
    }
    QCOMPARE(textOf(path("out.html")), QString("the old one"));
}

void TestExports::numbersOfThePanelInFocus_data()
{
    QTest::addColumn<QString>("panel");
    QTest::addColumn<QString>("header");
    QTest::addColumn<QString>("row");
    QTest::addColumn<int>("rows");
    QTest::newRow("picture") << ""
                             << "patch,row,column,x from,x to,y from,y to,importance,relevance,combined,rank,"
                                "kept,branches"
                             // 640 x 480 in a square: 40 px per patch, 80 above; score 1 - 51/255 and its square.
                             << "51,3,3,120,159,40,79,0.8,0.64" << 256;
    QTest::newRow("router") << "router"
                            << "branch,α,after selection,computed"
                            << "K pruning,0.75,0.78125,yes" << 3;
    QTest::newRow("answer") << "answer"
                            << "place,token,id,probability,alternatives"
                            << "1,yes,42,0.97,cat 0.02; dog 0.01" << 1;
    QTest::newRow("costs") << "costs"
                           << "quantity,how,all tokens,now,unit"
                           << "Visual tokens,counted,256,64," << 11; // a row per branch among them
    QTest::newRow("resampler") << "resampler"
                               << "query,entropy in nat,patch of the highest share,highest share"
                               << "5," << 64;
    QTest::newRow("runs") << "runs"
                          << "number,finished (UTC),question,answer"
                          << "is it day?,yes,fox,no,qmop" << 1;
}

void TestExports::numbersOfThePanelInFocus()
{
    QFETCH(QString, panel);
    QFETCH(QString, header);
    QFETCH(QString, row);
    QFETCH(int, rows);
    openPicture();
    ask("is it day?", "yes");
    if (panel.isEmpty()) {
        m_window->imagePanel()->view()->setFocus();
    } else {
        m_window->docks()->open(panel);
        const QDockWidget *dock = m_window->docks()->dock(panel);
        QWidget *inside = nullptr;
        QList<QWidget *> widgets = dock->widget()->findChildren<QWidget *>();
        widgets << dock->widget();
        for (QWidget *widget : widgets)
            if (!inside && widget->focusPolicy() & Qt::TabFocus && widget->isVisible() && widget->isEnabled())
                inside = widget;
        QVERIFY(inside);
        inside->setFocus();
    }
    QApplication::clipboard()->clear();
    QTest::keyClick(m_window.get(), Qt::Key_C, Qt::ControlModifier | Qt::AltModifier);
    const QString csv = QApplication::clipboard()->text();
    QVERIFY2(csv.startsWith(header), qPrintable(csv.left(300)));
    QVERIFY2(csv.contains(row), qPrintable(csv.left(2000)));
    QCOMPARE(csv.count(u'\n'), rows + 1);
}

// Of class attention, which has no scores, and of patches that would be kept.
void TestExports::patchesSayWhetherTheyWereKept()
{
    const Table attended = patchTable(*fixture::makeTrace({.kept = {1, 2}, .compressor = "cls-prune"}));
    QCOMPARE(attended.columns[11], std::string("kept"));
    QCOMPARE(attended.rows[2][11].text, std::string("yes"));
    QCOMPARE(attended.rows[3][11].text, std::string("no"));
    QCOMPARE(attended.rows[2][10].text, std::string()); // no rank
    const auto beside = fixture::makeTrace({.kept = {1, 2}});
    fixture::pruneBeside(*beside);
    QCOMPARE(patchTable(*beside).columns[11], std::string("would be kept"));
    const Table averaged = patchTable(*fixture::makeTrace({.compressor = "avgpool"}));
    QCOMPARE(averaged.columns.size(), averaged.rows[0].size());
}

QTEST_MAIN(TestExports)
#include "tst_exports.moc"

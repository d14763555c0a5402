// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is judged of an installation, and the page that shows it.
#include <QtTest>

#include "app/explorer/layout/accessibility_list.h"
#include "app/explorer/window/guidance.h"
#include "tests/app/copied_command.h"
#include "tests/app/real_engine.h"
#include "tests/app/window_fixture.h"
#include "widgets/check/check_page.h"

#include <QClipboard>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTreeWidget>

using namespace qmop;

namespace {

InstalledCheckpoint checkpoint(const char *folder, std::optional<int> budget)
{
    return {folder, "m", budget, std::string(64, 'c'), {{"model.safetensors", 1000, std::string(64, 'a'), true}}, 4000};
}

Installation wellInstalled()
{
    Installation found;
    found.version = "1.0";
    found.libtorch = "2";
    found.instructionSet = "AVX2";
    found.avx2 = true;
    found.threads = 2;
    found.hardwareThreads = 4;
    found.memoryTotal = 1 << 20;
    found.memoryFree = 1 << 19;
    found.model = {"/m", true, checkpoint("/m", {}), {checkpoint("/m/qmop-64", 64)}, true, {}};
    found.suites = {{"/s/scenes", "scenes", "1", 250, {"suite.json", 10, std::string(64, 'b'), true}, true, 0, {}}};
    found.resources = "/r";
    found.journal = {"/j/journal.sqlite", true, 1ULL << 30};
    return found;
}

}

class TestCheckPage : public QObject {
    Q_OBJECT

private slots:
    void judges_data();
    void judges();
    void budgetsStandTogether();
    void pageShowsAndCopies();
    void hashesAreShownWhole();
    void theCopiedCommandPrintsTheSameRows();
    void failureIsAFinding();
    void hashingIsToldAndStopped();
};

void TestCheckPage::judges_data()
{
    QTest::addColumn<Installation>("found");
    QTest::addColumn<QString>("topic");
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("words"); // of finding or advice
    const auto add = [](const char *name, auto change, const char *topic, CheckState state, const char *words) {
        Installation found = wellInstalled();
        change(found);
        QTest::newRow(name) << found << QString::fromLatin1(topic) << int(state) << QString::fromUtf8(words);
    };
    using enum CheckState;
    add(
        "memory", [](Installation &) {}, "Memory", Ok, "524.3 kB free of 1.05 MB; the model's weights need 8.00 kB");
    add(
        "little memory", [](Installation &found) { found.memoryFree = 8000; }, "Memory", Warning,
        "close other programs");
    add(
        "no memory", [](Installation &found) { found.memoryTotal = 7000; }, "Memory", Problem, "smaller model");
    add(
        "no AVX2", [](Installation &found) { found.avx2 = false; }, "Processor", Warning, "slower");
    add(
        "weights", [](Installation &) {}, "Weights", Ok, "as the model card says");
    add(
        "other weights", [](Installation &found) { found.model.compressors[0].files[0].inReadme = false; }, "Weights",
        Warning, "qmop-64/model.safetensors");
    add(
        "no card", [](Installation &found) { found.model.hasCard = false; }, "Weights", Warning, "no model card");
    add(
        "no model", [](Installation &found) { found.model = {"/m", false, {}, {}, false, {}}; }, "Model", Problem,
        "/m");
    add(
        "damaged model", [](Installation &found) { found.model.problem = "bad"; }, "Model", Problem, "bad");
    add(
        "no compressor", [](Installation &found) { found.model.compressors.clear(); }, "Model", Warning, "qmop train");
    add(
        "suite", [](Installation &) {}, "Suite scenes", Ok, "250 questions");
    add(
        "other suite", [](Installation &found) { found.suites[0].file.inReadme = false; }, "Suite scenes", Warning,
        "another hash");
    add(
        "suite without pictures", [](Installation &found) { found.suites[0].missingPictures = 3; }, "Suite scenes",
        Problem, "3");
    add(
        "no suite", [](Installation &found) { found.suites.clear(); }, "Suites", Warning, "VTCBench");
    add(
        "resources", [](Installation &found) { found.missingResources = {"guide/README.md"}; }, "Resources", Problem,
        "guide/README.md");
    add(
        "journal", [](Installation &) {}, "History", Ok, "1.07 GB free");
    add(
        "full disk", [](Installation &found) { found.journal.freeBytes = 100; }, "History", Warning, "100 B");
    add(
        "read-only", [](Installation &found) { found.journal.writable = false; }, "History", Problem, "writable");
    add(
        "plug-in", [](Installation &found) { found.gpuPlugin = "/lib/libqmop_cuda.so"; }, "Graphics card", Ok,
        "libqmop_cuda.so");
    add(
        "too many threads", [](Installation &found) { found.threads = 9; }, "Threads", Warning, "OMP_NUM_THREADS");
}

void TestCheckPage::judges()
{
    QFETCH(Installation, found);
    QFETCH(QString, topic);
    QFETCH(int, state);
    QFETCH(QString, words);
    int rows = 0;
    for (const CheckRow &row : checkRows(found)) {
        QCOMPARE(row.advice.empty(), row.state == CheckState::Ok);
        if (QString::fromStdString(row.topic) != topic)
            continue;
        ++rows;
        const QString text = QString::fromStdString(row.finding + " " + row.advice);
        QCOMPARE(int(row.state), state);
        QVERIFY2(text.contains(words), qPrintable(text));
    }
    QCOMPARE(rows, 1);
}

void TestCheckPage::budgetsStandTogether()
{
    Installation found = wellInstalled();
    found.model.compressors = {checkpoint("/m/small", 8), checkpoint("/m/qmop-64", 64)};
    QVERIFY(checkText(checkRows(found)).find("m in /m, M = 8, 64") != std::string::npos);
}

void TestCheckPage::pageShowsAndCopies()
{
    fixture::WindowFixture fixture;
    WindowConfig config = fixture.config();
    InstallationRequest asked;
    config.lookAround = [&](const InstallationRequest &request) {
        asked = request;
        Installation found = wellInstalled();
        found.journal.freeBytes = 100;
        return found;
    };
    MainWindow window(config);
    window.show();
    CheckPage *page = window.guidance()->openCheck();
    QSignalSpy checked(page, &CheckPage::checked);
    QVERIFY(checked.wait());
    QCOMPARE(asked.model, config.model);
    QCOMPARE(page->table()->topLevelItemCount(), int(page->rows().size()));
    QVERIFY2(page->summary().contains(u'1'), qPrintable(page->summary()));
    QTest::mouseClick(page->copyButton(), Qt::LeftButton);
    const QString copied = QApplication::clipboard()->text();
    QCOMPARE(copied, QString::fromStdString(checkText(page->rows())));
    QVERIFY2(copied.contains(QStringLiteral("warning  History")), qPrintable(copied));
    QTest::mouseClick(page->againButton(), Qt::LeftButton);
    QVERIFY(checked.wait());
    for (const AccessibleControl &control : accessibleControls(*page))
        QVERIFY(!control.name.isEmpty() && control.tabIndex >= 0);
}

// A narrow page breaks lines and makes rows as high as their text.
void TestCheckPage::hashesAreShownWhole()
{
    CheckPage page([](const CheckPage::GoOn &) { return checkRows(wellInstalled()); }, nullptr);
    QSignalSpy checked(&page, &CheckPage::checked);
    page.setVisible(true);
    QVERIFY(checked.wait());
    const QTreeWidgetItem *weights = page.table()->findItems("Weights", Qt::MatchExactly, 1).value(0);
    QVERIFY(weights);
    QVERIFY(QString(weights->text(2)).remove(QChar(0x200b)).contains(QString(64, u'a')));
    QVERIFY(weights->toolTip(2).contains(QString(64, u'a')));
    for (const int characters : {130, 90}) {
        page.resize(characters * page.fontMetrics().averageCharWidth(), page.height());
        const auto needed = [&] {
            const int inside
                = page.table()->columnWidth(2) - 2 * page.style()->pixelMetric(QStyle::PM_FocusFrameHMargin);
            return page.fontMetrics()
                .boundingRect(QRect(0, 0, inside, 10000), Qt::TextWordWrap, weights->text(2))
                .height();
        };
        QTRY_VERIFY2(page.table()->visualItemRect(weights).height() >= needed(),
                     qPrintable(QStringLiteral("%1 px for %2 at %3")
                                    .arg(page.table()->visualItemRect(weights).height())
                                    .arg(needed())
                                    .arg(page.table()->columnWidth(2))));
        const QString half(32, u'a');
        QVERIFY(page.fontMetrics().horizontalAdvance(half) < page.table()->columnWidth(2));
    }
}

// With the program's own resources and engine, as an installed window has them.
void TestCheckPage::theCopiedCommandPrintsTheSameRows()
{
    fixture::WindowFixture fixture;
    {
        MainWindow &window = fixture.open(); // other resources than the command's
        QVERIFY(!window.guidance()->openCheck()->copyCommandButton()->isVisible());
    }
    WindowConfig config = fixture::realConfig(fixture.path("my data/journal.sqlite").toStdString());
    config.lookAround = fixture::realEngine().lookAround;
    MainWindow window(config);
    window.show();
    CheckPage *page = window.guidance()->openCheck();
    QSignalSpy checked(page, &CheckPage::checked);
    QVERIFY(checked.wait(60000));
    QVERIFY(page->copyCommandButton()->isVisible());
    QTest::mouseClick(page->copyCommandButton(), Qt::LeftButton);
    QByteArray printed;
    QCOMPARE(fixture::runInShell(QApplication::clipboard()->text(), &printed), QByteArray());
    QVERIFY2(printed.contains("M = 4, 16, 64"), printed);
    const QByteArrayList lines = printed.split('\n');
    int compared = 0;
    for (const QByteArray &line : QByteArray::fromStdString(checkText(page->rows())).split('\n')) {
        // What is free changes from moment to moment, threads from process to process.
        const bool passing = line.contains(" Memory ") || line.contains(" History ") || line.contains(" Threads ");
        QVERIFY2(passing || lines.contains(line), line);
        compared += !passing;
    }
    QVERIFY(compared > 5);
    QVERIFY(std::ranges::any_of(lines, [](const QByteArray &line) { return line.contains(" History "); }));
}

void TestCheckPage::failureIsAFinding()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture.open(); // without an engine
    CheckPage *page = window.guidance()->openCheck();
    QSignalSpy checked(page, &CheckPage::checked);
    QVERIFY(checked.wait());
    QCOMPARE(page->rows().size(), std::size_t(1));
    QCOMPARE(page->rows()[0].state, CheckState::Problem);
}

void TestCheckPage::hashingIsToldAndStopped()
{
    fixture::WindowFixture fixture;
    WindowConfig config = fixture.config();
    std::atomic<int> asked = 0;
    config.lookAround = [&](const InstallationRequest &request) {
        ++asked;
        for (double share = 0.25; request.goOn(share); share = 0.5) // would hash for ever
            std::this_thread::yield();
        throw Error(ErrorCode::Cancelled, "cancelled");
        return Installation();
    };
    MainWindow window(config);
    window.show();
    CheckPage *page = window.guidance()->openCheck();
    QTRY_COMPARE(page->progressBar()->value(), page->progressBar()->maximum() / 2);
    QVERIFY(page->progressBar()->isVisible());
    QVERIFY(!page->copyButton()->isEnabled());
    QSignalSpy checked(page, &CheckPage::checked);
    QTest::mouseClick(page->stopButton(), Qt::LeftButton);
    QVERIFY(checked.wait());
    QVERIFY2(page->summary().contains("Stopped"), qPrintable(page->summary()));
    QVERIFY(page->rows().empty() && !page->progressBar()->isVisible());
    QTest::mouseClick(page->againButton(), Qt::LeftButton);
    QTRY_COMPARE(asked.load(), 2);
    delete page; // closing does not wait for the rest
}

QTEST_MAIN(TestCheckPage)
#include "tst_check_page.moc"

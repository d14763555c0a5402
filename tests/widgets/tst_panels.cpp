// SPDX-License-Identifier: GPL-3.0-or-later
//
// Router, answer and costs with a run made by formulas.
#include <QHeaderView>
#include <QTableWidget>
#include <QtTest>

#include "tests/widgets/trace_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/answer/token_bars.h"
#include "widgets/bench/bench_panel.h"
#include "widgets/bench/own_suite_panel.h"
#include "widgets/costs/cost_rows.h"
#include "widgets/costs/costs_panel.h"
#include "widgets/router/router_panel.h"
#include "widgets/theme/breakable_text.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

#include <cmath>
#include <set>

using namespace qmop;

class TestPanels : public QObject {
    Q_OBJECT

private slots:
    void routerNumbers();
    void routerBarsHaveTheRightLength();
    void routerWithoutRouting();
    void answerPanelShowsTheRun();
    void answerIsNeverMarkup();
    void anAnswerWithoutSpacesBreaks();
    void suggestionsRun();
    void tokensWrapAndTell();
    void costFormats_data();
    void costFormats();
    void costTable();
    void noRowIsCut();
    void costsWithoutFull();
    void ownQuestionsDoNotOverlap();
    void verdictStandsBeforeNotices();
    void wordsOfTokensAreWhole();
    void panelBehindATabAsksForNoHeight();
};

void TestPanels::routerNumbers()
{
    RoutingTrace routing;
    routing.alpha.values = {0.5F, 0.5F, 0};
    QVERIFY(std::abs(routingEntropy(routing) - std::log(2.0)) < 1e-9);
    routing.alpha.values = {1, 0, 0};
    QCOMPARE(routingEntropy(routing), 0.0);
    const auto trace = fixture::makeTrace();
    // -(.21 ln .21 + .04 ln .04 + .75 ln .75) = .6723
    QVERIFY(std::abs(routingEntropy(*trace->routing) - 0.6723) < 1e-4);
    QCOMPARE(routingSummary(*trace->routing), QStringLiteral("τ 0.50 · entropy 0.67 of 1.10 nat · ran: P K"));
    trace->routing->forced = true;
    trace->routing->active.values = {false, false, true};
    QVERIFY(routingSummary(*trace->routing).endsWith("forced: K"));
}

void TestPanels::routerBarsHaveTheRightLength()
{
    applyTheme(*qApp, ThemeMode::Light);
    RouterPanel panel;
    panel.resize(500, panel.sizeHint().height());
    panel.setTrace(fixture::makeTrace());
    const QImage image = panel.grab().toImage();
    // Longest run of each branch's own colour on any line: the raw bar.
    const auto longest = [&](QRgb colour) {
        int best = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0, run = 0; x < image.width(); ++x) {
                run = image.pixel(x, y) == colour ? run + 1 : 0;
                best = std::max(best, run);
            }
        return best;
    };
    const double pool = longest(branchColour(Branch::Pool).rgb());
    const double prune = longest(branchColour(Branch::Prune).rgb());
    QVERIFY(prune > 100);
    QVERIFY2(std::abs(pool / prune - 0.21 / 0.75) < 0.02, qPrintable(QString::number(pool / prune)));
    QVERIFY(
        panel.accessibleDescription().contains(QStringLiteral("pruning: α 0.750, after selection 0.781, computed")));
    QVERIFY(panel.accessibleDescription().contains(QStringLiteral("resampler: α 0.040, after selection 0.000, not")));
}

void TestPanels::routerWithoutRouting()
{
    RouterPanel panel;
    const auto trace = fixture::makeTrace({.compressor = "none"});
    trace->routing.reset();
    panel.setTrace(trace);
    QVERIFY(panel.accessibleDescription().isEmpty());
    QVERIFY(!panel.grab().isNull());
}

void TestPanels::answerPanelShowsTheRun()
{
    AnswerPanel panel;
    panel.setTrace(fixture::makeTrace());
    QCOMPARE(panel.answerText(), QStringLiteral("fox"));
    QCOMPARE(panel.comparisonText(), QStringLiteral("uncompressed: fox · same"));
    QVERIFY(panel.stateText().isEmpty());
    const auto cut = fixture::makeTrace({.answer = "a long"});
    cut->answer.complete = false;
    panel.setTrace(cut);
    QCOMPARE(panel.stateText(), QStringLiteral("cut at 1 tokens"));
    QVERIFY(panel.comparisonText().contains("different"));
    // Without a compressor there is nothing to compare with.
    panel.setTrace(fixture::makeTrace({.compressor = "none"}));
    QVERIFY(panel.comparisonText().isEmpty());
    panel.setTrace(nullptr);
    QCOMPARE(panel.answerText(), QStringLiteral("–"));
}

void TestPanels::answerIsNeverMarkup()
{
    AnswerPanel panel;
    panel.setTrace(fixture::makeTrace({.answer = "<b>fox</b>", .uncompressed = "<img src=x>"}));
    QCOMPARE(panel.answerText(), QStringLiteral("<b>fox</b>"));
    QVERIFY(panel.comparisonText().contains(QStringLiteral("<img src=x>")));
    for (const QLabel *label : panel.findChildren<QLabel *>())
        if (label->textFormat() == Qt::RichText)
            QVERIFY(!label->text().contains(QStringLiteral("<img")));
}

// A panel as wide as an answer would widen the window beyond the screen.
void TestPanels::anAnswerWithoutSpacesBreaks()
{
    AnswerPanel panel;
    const auto width = [&panel](int letters) {
        const std::string answer(std::size_t(letters), 'w');
        panel.setTrace(fixture::makeTrace({.answer = answer, .uncompressed = answer}));
        panel.ensurePolished();
        if (panel.answerText().toStdString() != answer)
            return 0;
        return panel.findChild<QLabel *>(QStringLiteral("answerText"))->minimumSizeHint().width();
    };
    const int word = width(16);
    QVERIFY(word > 0);
    QCOMPARE(width(400), word);
    QCOMPARE(breakable(QStringLiteral("is it day?")), QStringLiteral("is it day?"));
    const QString faces = QStringLiteral("😀").repeated(20); // letters are kept whole
    const QString broken = breakable(faces);
    QVERIFY(broken.size() > faces.size());
    QCOMPARE(withoutBreaks(broken), faces);
    QVERIFY(QString::fromUtf8(broken.toUtf8()) == broken);
}

void TestPanels::suggestionsRun()
{
    AnswerPanel panel;
    QSignalSpy run(&panel, &AnswerPanel::runRequested);
    auto *button = panel.findChild<QPushButton *>();
    // Without any its menu says why, to be seen without pointing at it.
    QVERIFY(button->isEnabled());
    QVERIFY(panel.suggestions().isEmpty());
    QCOMPARE(button->menu()->actions().size(), 1);
    QVERIFY(!button->menu()->actions().front()->isEnabled());
    QCOMPARE(button->menu()->actions().front()->text(), button->toolTip());
    QVERIFY(button->toolTip().contains("type your own"));
    panel.setSuggestions({"is it day?", "who is there?"});
    QVERIFY(button->isEnabled());
    QCOMPARE(panel.suggestions().size(), 2);
    button->menu()->actions().at(1)->trigger();
    QCOMPARE(panel.question(), QStringLiteral("who is there?"));
    QCOMPARE(run.size(), 1);
    QTest::keyClick(panel.questionEdit(), Qt::Key_Return);
    QCOMPARE(run.size(), 2);
}

void TestPanels::tokensWrapAndTell()
{
    TokenBars bars;
    std::vector<DecodedToken> tokens(12);
    for (std::size_t i = 0; i < tokens.size(); ++i)
        tokens[i] = {int(i), " word", 0.5, {{1, " word", 0.5}, {2, "\n", 0.25}, {3, "\xc3", 0.01}}};
    bars.setTokens(tokens);
    QVERIFY(bars.heightForWidth(120) > bars.heightForWidth(1000));
    bars.resize(120, bars.heightForWidth(120));
    bars.show();
    std::set<int> seen;
    for (int y = 0; y < bars.height(); ++y)
        for (int x = 0; x < bars.width(); ++x)
            seen.insert(bars.tokenAt({x, y}));
    seen.erase(-1);
    QCOMPARE(seen.size(), std::size_t(12)); // none is out of sight
    QCOMPARE(bars.alternativesText(0), QStringLiteral("word .500\n↵ .250\n\uFFFD .010"));
    QCOMPARE(bars.alternativesText(12), QString());
    QCOMPARE(shownToken(" "), QStringLiteral("␣"));
}

void TestPanels::costFormats_data()
{
    QTest::addColumn<QString>("shown");
    QTest::addColumn<QString>("expected");
    // Table of the paper for LLaMA-7B at 576 and 64 tokens.
    QTest::newRow("TMACs") << formatMacs(3.82e12) << "3.82 TMACs";
    QTest::newRow("GMACs") << formatMacs(420e9) << "420.0 GMACs";
    QTest::newRow("MB") << formatBytes(302.0e6) << "302.0 MB";
    QTest::newRow("MB small") << formatBytes(8.4e6) << "8.40 MB";
    QTest::newRow("bytes") << formatBytes(12) << "12 B";
    QTest::newRow("ms") << formatSeconds(0.0123) << "12.3 ms";
    QTest::newRow("many ms") << formatSeconds(0.456) << "456 ms";
    QTest::newRow("s") << formatSeconds(1.2) << "1.20 s";
}

void TestPanels::costFormats()
{
    QFETCH(QString, shown);
    QFETCH(QString, expected);
    QCOMPARE(shown, expected);
}

void TestPanels::costTable()
{
    CostsPanel panel;
    panel.setTrace(fixture::makeTrace());
    const QStringList lines = panel.tableText().split(u'\n');
    QCOMPARE(lines.size(), 8 + 3 + 3); // and one per branch, and per stage
    QCOMPARE(lines[0], QStringLiteral("Visual tokens\tcounted\t256\t64\t0.25 ×"));
    QCOMPARE(lines[2], QStringLiteral("Prefill, visual tokens\tby formula\t256.0 MMACs\t64.0 MMACs\t0.25 ×"));
    QCOMPARE(lines[6], QStringLiteral("Time to first token\tmeasured\t80.0 ms\t20.0 ms\t0.25 ×"));
    QCOMPARE(lines[8], QStringLiteral("P pooling: tokens\tcounted\t256\t64\t0.25 ×"));
    QCOMPARE(lines[9], QStringLiteral("R resampler: tokens\tcounted\t256\toff\t")); // for the trace only
    QCOMPARE(lines[11], QStringLiteral("Stage: vision\tmeasured\t–\t12.0 ms\t"));
    auto cached = fixture::makeTrace();
    cached->stages[0].cached = true;
    cached->stages.push_back({"uncompressed prefill", 0, true, 0.016});
    panel.setTrace(cached);
    QVERIFY(panel.tableText().contains("Stage: vision\tmeasured\t–\tcached\t"));
    QVERIFY(panel.tableText().contains("Stage: prefill\tmeasured\t16.0 ms (cached)\t4.0 ms\t0.25 ×"));
    QVERIFY(!panel.tableText().contains("Stage: uncompressed"));
    QVERIFY(panel.stateText().isEmpty());
    // What a cost is called stays readable in a narrow panel.
    panel.resize(800, 200);
    panel.show();
    QVERIFY(!panel.table()->isColumnHidden(1));
    panel.resize(320, 200);
    QVERIFY(panel.table()->isColumnHidden(1));
    QVERIFY(panel.tableText().contains("measured"));
    QVERIFY(!panel.table()->isColumnHidden(2));
    // Twice the text in the same width: the full cost gives way, too.
    useFont(panel.table(), 2 * smallFactor);
    panel.resize(430, 200);
    QVERIFY(panel.table()->isColumnHidden(2));
    QVERIFY(panel.table()->columnWidth(0) >= 14 * panel.table()->fontMetrics().averageCharWidth());
    QVERIFY(panel.table()->item(2, 0)->toolTip().startsWith("Prefill, visual tokens: 64.0 MMACs, full 256.0 MMACs."));
    panel.resize(1000, 200);
    QVERIFY(!panel.table()->isColumnHidden(1) && !panel.table()->isColumnHidden(2));
}

void TestPanels::noRowIsCut()
{
    CostsPanel panel;
    panel.setTrace(fixture::makeTrace());
    const auto *table = panel.findChild<QTableWidget *>();
    const int row = table->rowHeight(0);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    for (int height = 100; height < 100 + row; ++height) {
        panel.resize(420, height);
        QCOMPARE(table->viewport()->height() % row, 0);
        QVERIFY(table->viewport()->height() > height - 3 * row - table->horizontalHeader()->height());
    }
}

void TestPanels::costsWithoutFull()
{
    auto trace = fixture::makeTrace();
    trace->uncompressedCosts.reset();
    trace->costs.tokensPerSecond = 0; // one token: no rate
    const std::vector<CostRow> rows = costRows(*trace);
    for (const CostRow &row : rows) {
        QCOMPARE(row.full, QStringLiteral("–"));
        QVERIFY(row.ratio.isEmpty());
    }
    QCOMPARE(rows[7].now, QStringLiteral("–"));
}

// In a low panel of large text the scores give way; no row of buttons is cut.
void TestPanels::ownQuestionsDoNotOverlap()
{
    OwnSuitePanel panel;
    panel.bench()->setHint("No question of yours about this picture yet. “Add…” adds one; every run that asks it is "
                           "then scored.");
    panel.setProgress("24 answers scored");
    panel.bench()->setResults({}, "No scores yet: ask a question, or “Score all” of them.");
    panel.show();
    for (const double factor : {1.0, 2.0})
        for (const int width : {300, 430, 600}) {
            for (QWidget *child : panel.findChildren<QWidget *>())
                if (qobject_cast<QToolButton *>(child) || qobject_cast<QLabel *>(child))
                    useFont(child, factor);
            panel.resize(width, 800);
            QCoreApplication::processEvents();
            panel.resize(width, panel.minimumSizeHint().height());
            QCoreApplication::processEvents();
            std::vector<QRect> shown;
            for (QWidget *child : panel.findChildren<QWidget *>()) {
                if (!child->isVisible() || !(qobject_cast<QToolButton *>(child) || qobject_cast<QLabel *>(child)))
                    continue;
                const QRect place(child->mapTo(&panel, QPoint()), child->size());
                QVERIFY2(child->visibleRegion().boundingRect() == child->rect(), qPrintable(child->accessibleName()));
                if (child->hasHeightForWidth())
                    QVERIFY(child->height() >= child->heightForWidth(child->width()));
                for (const QRect &other : shown)
                    QVERIFY2(!place.intersects(other), qPrintable(QStringLiteral("%1 × %2").arg(factor).arg(width)));
                shown.push_back(place);
            }
            QVERIFY(shown.size() >= 8);
        }
}

// Whether the answer is the uncompressed one is seen without scrolling.
void TestPanels::verdictStandsBeforeNotices()
{
    AnswerPanel panel;
    const auto trace = fixture::makeTrace();
    trace->notices.assign(6, "this picture looks unlike the pictures that the model was trained on");
    panel.setTrace(trace);
    panel.resize(430, panel.minimumSizeHint().height());
    panel.show();
    for (const QLabel *label : panel.findChildren<QLabel *>())
        if (label->text().contains("uncompressed"))
            QCOMPARE(label->visibleRegion().boundingRect().height(), label->height());
    QVERIFY(panel.comparisonText().contains("uncompressed"));
    QCOMPARE(panel.noticesText().count(u'\n'), 5);
    const auto *notices = panel.findChild<ElidedLabel *>();
    QCOMPARE(notices->shownLines().size(), 1);
    QVERIFY(notices->shownLines().front().endsWith(u'…'));
    QVERIFY(notices->toolTip().startsWith(panel.noticesText()));
    const TokenBars *tokens = panel.tokenBars();
    QVERIFY(tokens->visibleRegion().boundingRect().contains(tokens->tokenRect(0)));
    panel.resize(430, 600); // with room for all
    QCoreApplication::processEvents();
    QCOMPARE(notices->shownLines().size(), notices->neededLines(notices->width()));
    QVERIFY(!notices->shownLines().back().endsWith(u'…'));
}

// Of a word that its box is as wide as, no letter is replaced.
void TestPanels::wordsOfTokensAreWhole()
{
    for (int scale : {100, 125, 150, 200}) {
        QFont font;
        font.setPointSizeF(font.pointSizeF() * scale / 100);
        TokenBars bars;
        bars.setFont(font);
        const QStringList words{"desert", "cactus", "piano", "winter", "strawberries", "mmmmmm"};
        std::vector<DecodedToken> tokens;
        for (const QString &word : words)
            tokens.push_back({0, word.toStdString(), 0.5, {}});
        bars.setTokens(tokens);
        bars.resize(4000, 200);
        for (int i = 0; i < int(words.size()); ++i) {
            const int room = bars.tokenRect(i).width() - 2 * 5; // what the box keeps free at its sides
            QCOMPARE(bars.fontMetrics().elidedText(words[i], Qt::ElideMiddle, room), words[i]);
        }
    }
}

// Of any width, for which its words would need the height of a screen.
void TestPanels::panelBehindATabAsksForNoHeight()
{
    QWidget window;
    window.resize(600, 300);
    auto *panel = new BenchPanel(&window);
    panel->setHint("No question of yours about this picture yet. “Add…” adds one; every run that asks it is scored.");
    panel->setGeometry(-1000, 0, 600, 300); // where Qt keeps docks behind others
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    const int before = panel->minimumSizeHint().height();
    panel->resize(60, 300);
    QCoreApplication::processEvents();
    QVERIFY2(panel->minimumSizeHint().height() <= before + 20,
             qPrintable(QString::number(panel->minimumSizeHint().height())));
}

QTEST_MAIN(TestPanels)
#include "tst_panels.moc"

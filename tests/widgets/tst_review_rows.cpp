// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "tests/widgets/bench_record_fixture.h"
#include "widgets/review/review_export.h"
#include "widgets/review/review_model.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <set>

using namespace qmop;

// 30 samples under two methods: 60 rows. Full wrong: 0, 3 ... 27 (10 samples).
// qmop 64 wrong: even (15), qmop 16: all 30.
class TestReviewRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void filters_data();
    void filters();
    void agreesWithANaiveLoop();
    void aStoppedBenchHasTheRowsItHas();
    void tagsAndNotes();
    void summaryByHand();
    void sorts();
    void csv();
    void json();
    void markdown();
    void tenThousandSamples();
};

void TestReviewRows::filters_data()
{
    QTest::addColumn<ReviewFilter>("filter");
    QTest::addColumn<int>("count");
    const auto row = [](const char *name, int count, auto set) {
        ReviewFilter filter;
        set(filter);
        QTest::newRow(name) << filter << count;
    };
    row("all", 60, [](ReviewFilter &) {});
    row("wrong", 45, [](ReviewFilter &f) { f.outcome = Outcome::Wrong; });
    row("right", 15, [](ReviewFilter &f) { f.outcome = Outcome::Right; });
    // Full right in 20 samples: 10 of them even, wrong at 64; all wrong at 16.
    row("only full right", 30, [](ReviewFilter &f) { f.outcome = Outcome::OnlyFullRight; });
    // Full wrong in 10 samples: 5 even at 64, 10 at 16.
    row("both wrong", 15, [](ReviewFilter &f) { f.outcome = Outcome::BothWrong; });
    // Full wrong and odd at 64: 3, 9, 15, 21, 27.
    row("only compressed right", 5, [](ReviewFilter &f) { f.outcome = Outcome::OnlyCompressedRight; });
    row("changed", 35, [](ReviewFilter &f) { f.outcome = Outcome::Changed; }); // the last but one and this
    row("dimension", 12, [](ReviewFilter &f) { f.dimension = Dimension::LD; });
    row("type", 30, [](ReviewFilter &f) { f.questionType = "odd"; });
    row("budget", 30, [](ReviewFilter &f) { f.budget = 16; });
    row("compressor", 60, [](ReviewFilter &f) { f.compressor = "qmop"; });
    row("none of it", 0, [](ReviewFilter &f) { f.compressor = "prune"; });
    // 0, 0.05, 0.10, 0.15 < 0.2: samples 0 ... 3 and 20 ... 23.
    row("kept", 16, [](ReviewFilter &f) { f.keptBelow = 0.2; });
    // 0.9 > 0.85: samples 9, 19, 29.
    row("entropy", 6, [](ReviewFilter &f) { f.entropyAbove = 0.85; });
    row("text", 2, [](ReviewFilter &f) { f.text = "NUMBER 17?"; });
    row("two words", 2, [](ReviewFilter &f) { f.text = "17? what"; });
    row("answer", 45, [](ReviewFilter &f) { f.text = "wrong"; });
    row("together", 2, [](ReviewFilter &f) {
        f.outcome = Outcome::OnlyFullRight;
        f.budget = 64;
        f.dimension = Dimension::GU; // 0, 5, 10, 15, 20, 25; of them even and full right: 10, 20
    });
}

void TestReviewRows::filters()
{
    QFETCH(ReviewFilter, filter);
    QFETCH(int, count);
    QCOMPARE(int(ReviewData(fixture::makeBenchRecord()).rows(filter).size()), count);
}

void TestReviewRows::agreesWithANaiveLoop()
{
    const auto record = fixture::makeBenchRecord(200);
    ReviewFilter filter;
    filter.outcome = Outcome::OnlyFullRight;
    filter.keptBelow = 0.5;
    filter.entropyAbove = 0.3;
    std::vector<ReviewRow> expected;
    for (int sample = 0; sample < 200; ++sample)
        for (int method = 1; method < 3; ++method) {
            const auto &of = record->methods[std::size_t(method)];
            const auto &result = of.results[std::size_t(sample)];
            if (record->methods[0].scores[std::size_t(sample)] == 1 && of.scores[std::size_t(sample)] == 0
                && *result.keptShare < 0.5 && *result.entropy > 0.3)
                expected.push_back({sample, method});
        }
    QVERIFY(!expected.empty());
    QVERIFY(ReviewData(record).rows(filter) == expected);
}

void TestReviewRows::aStoppedBenchHasTheRowsItHas()
{
    auto record = fixture::makeBenchRecord(4);
    for (std::size_t method = 1; method < 3; ++method) {
        record->methods[method].results.resize(3 - method);
        record->methods[method].scores.resize(3 - method);
    }
    const ReviewData data(record);
    QVERIFY(data.rows() == (std::vector<ReviewRow>{{0, 1}, {0, 2}, {1, 1}}));
    record->methods[0].results.clear(); // nothing to compare with
    QVERIFY(!data.reference({0, 1}) && !data.referenceScore({0, 1}));
    ReviewFilter filter;
    filter.outcome = Outcome::BothWrong;
    QVERIFY(data.rows(filter).empty());
    // The uncompressed answers alone are worth looking at too.
    auto alone = fixture::makeBenchRecord(4);
    alone->methods.resize(1);
    QCOMPARE(ReviewData(alone).rows().size(), std::size_t(4));
}

void TestReviewRows::tagsAndNotes()
{
    auto record = fixture::makeBenchRecord();
    record->tags.resize(30);
    record->tags[4] = {"night"};
    ReviewData data(record);
    RunEdits edits;
    edits.tags = {"sign", "night"};
    edits.note = "The sign is tiny";
    data.setEdits("s4", edits);
    QCOMPARE(data.tags({4, 1}), (QStringList{"night", "sign"}));
    QCOMPARE(data.allTags(), (QStringList{"night", "sign"}));
    QCOMPARE(data.note({4, 2}), QStringLiteral("The sign is tiny"));
    ReviewFilter filter;
    filter.tag = QStringLiteral("sign");
    QVERIFY(data.rows(filter) == (std::vector<ReviewRow>{{4, 1}, {4, 2}}));
    filter = {};
    filter.text = QStringLiteral("tiny");
    QCOMPARE(data.rows(filter).size(), std::size_t(2));
}

void TestReviewRows::summaryByHand()
{
    const ReviewData data(fixture::makeBenchRecord());
    ReviewFilter filter;
    filter.budget = 64;
    const auto all = summarise(data, data.rows(filter));
    const ReviewSummary &whole = all[dimensionCount];
    QCOMPARE(whole.rows, 30);
    QCOMPARE(whole.percent, 50.0);
    // Wilson, p = 1/2, n = 30: 1/2 +- 1.96 sqrt(1/120 + 1.96^2 / 3600) / (1 + 1.96^2 / 30).
    QVERIFY2(std::abs(whole.low - 33.15) < 0.01 && std::abs(whole.high - 66.85) < 0.01,
             qPrintable(QString::number(whole.low)));
    QVERIFY(std::abs(*whole.referencePercent - 200.0 / 3) < 1e-9);
    QVERIFY(std::abs(*whole.retention - 75.0) < 1e-9); // 15 of 20
    // GU: 0, 5, ..., 25; odd right: 5, 15, 25. Full right: 5, 10, 20, 25.
    QCOMPARE(all[0].rows, 6);
    QCOMPARE(all[0].percent, 50.0);
    QVERIFY(std::abs(*all[0].retention - 75.0) < 1e-9);
    QCOMPARE(summarise(data, {})[0].rows, 0);
    QVERIFY(!summarise(data, {})[0].retention);
}

void TestReviewRows::sorts()
{
    ReviewModel model;
    model.setRecord(fixture::makeBenchRecord(), {});
    ReviewFilter filter;
    filter.budget = 64;
    model.setFilter(filter);
    const int entropy = ReviewModel::FirstFieldColumn + int(ReviewField::Entropy);
    const QPersistentModelIndex kept(model.index(9, 0)); // sample 9: 0.9
    model.sort(entropy, Qt::DescendingOrder);
    QVERIFY((model.rows()[0] == ReviewRow{9, 1}));
    QVERIFY((model.rows()[1] == ReviewRow{19, 1}));
    QCOMPARE(kept.row(), 0);
    model.sort(ReviewModel::AnswerColumn, Qt::AscendingOrder);
    QVERIFY((model.rows()[0] == ReviewRow{1, 1})); // "right1" < "right11" < ... < "wrong"
    QCOMPARE(model.index(29, ReviewModel::AnswerColumn).data().toString(), QStringLiteral("wrong"));
    QCOMPARE(model.index(0, ReviewModel::MarkColumn).data().toString(), QStringLiteral("✓"));
    QCOMPARE(model.index(0, ReviewModel::MarkColumn).data(Qt::AccessibleTextRole).toString(),
             QStringLiteral("Compressed answer right: right"));
}

void TestReviewRows::csv()
{
    auto record = fixture::makeBenchRecord(2);
    record->samples[0].question = "say \"fox\", please";
    record->methods[1].results[0].answer = "=1+1";
    ReviewData data(record);
    RunEdits edits;
    edits.tags = {"a", "b"};
    edits.note = "two\nlines";
    data.setEdits("s0", edits);
    const QString text = reviewText(data, {{0, 1}, {1, 2}}, reviewFormat("x.csv"));
    QVERIFY2(
        text.startsWith("id,image,dimension,question_type,question,answers,compressor,budget,answer,score,full_answer,"
                        "full_score,alpha_pool,"),
        qPrintable(text));
    QVERIFY2(text.contains("\r\ns0,p0.png,GU,even,\"say \"\"fox\"\", please\",right0,qmop,64,'=1+1,0,wrong,0,0,"),
             qPrintable(text));
    QVERIFY2(text.contains(",a; b,\"two\nlines\"\r\n"), qPrintable(text));
    QCOMPARE(text.count("\r\n"), 3);
}

void TestReviewRows::json()
{
    const ReviewData data(fixture::makeBenchRecord(3));
    const QString text = reviewText(data, {{1, 1}, {2, 2}}, reviewFormat("x.JSON"));
    const QJsonObject root = QJsonDocument::fromJson(text.toUtf8()).object();
    QCOMPARE(root["suite"].toString(), QStringLiteral("counted"));
    QCOMPARE(root["rows"].toArray().size(), 2);
    const QJsonObject row = root["rows"].toArray()[0].toObject();
    QCOMPARE(row["id"].toString(), QStringLiteral("s1"));
    QCOMPARE(row["score"].toDouble(), 1.0);
    QCOMPARE(row["kept_share"].toDouble(), 0.05);
    QCOMPARE(row["answers"].toArray()[0].toString(), QStringLiteral("right1"));
}

void TestReviewRows::markdown()
{
    auto record = fixture::makeBenchRecord(2);
    record->samples[0].question = "a | b";
    const QStringList lines = reviewText(ReviewData(record), {{0, 1}}, reviewFormat("x.md")).split(u'\n');
    QCOMPARE(lines[0], QStringLiteral("# counted 1, scenes-tiny: 1 answers"));
    QVERIFY(lines[4].startsWith("| s0 | GU | a \\| b | right0 | qmop · 64 | wrong | ✗ | wrong | ✗ |"));
    QCOMPARE(lines[2].count(u'|'), 12);
}

void TestReviewRows::tenThousandSamples()
{
    const auto record = fixture::makeBenchRecord(10'000);
    ReviewModel model;
    QElapsedTimer clock;
    clock.start();
    model.setRecord(record, {});
    const double open = double(clock.nsecsElapsed()) / 1e6;
    QCOMPARE(model.rowCount(), 20'000);
    ReviewFilter filter;
    filter.outcome = Outcome::OnlyFullRight;
    clock.restart();
    model.setFilter(filter);
    const double outcome = double(clock.nsecsElapsed()) / 1e6;
    // Full right: i % 3 != 0, 6,666 samples; half of them even.
    QCOMPARE(model.rowCount(), 3'333 + 6'666);
    filter.text = QStringLiteral("number 77");
    clock.restart();
    model.setFilter(filter);
    const double search = double(clock.nsecsElapsed()) / 1e6;
    std::size_t expected = 0;
    for (int i = 0; i < 10'000; ++i)
        if (i % 3 != 0 && QStringLiteral("what is number %1?").arg(i).contains("77"))
            expected += i % 2 ? 1 : 2;
    QCOMPARE(model.rows().size(), expected);
    model.setFilter({});
    clock.restart();
    model.sort(ReviewModel::FirstFieldColumn + int(ReviewField::Margin), Qt::DescendingOrder);
    const double sort = double(clock.nsecsElapsed()) / 1e6;
    QCOMPARE(model.rowCount(), 20'000);
    qInfo("10,000 samples, 20,000 rows: shown in %.0f ms, filtered in %.0f ms, searched in %.0f ms, sorted in %.0f ms",
          open, outcome, search, sort);
}

QTEST_MAIN(TestReviewRows)
#include "tst_review_rows.moc"

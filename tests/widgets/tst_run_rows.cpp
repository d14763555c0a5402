// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a window that stays open keeps of runs and pictures: headlines come back as
// they were added and cost little memory, a picture opened again leaves no icon; tags
// come back as they were typed.
#include <QtTest>

#include "widgets/image/picture_list.h"
#include "widgets/runs/run_rows.h"
#include "widgets/runs/tag_text.h"
#include "widgets/runs/time_left.h"

#include <malloc.h>
#include <random>

using namespace qmop;

namespace {

bool same(const RunHeadline &a, const RunHeadline &b)
{
    const auto all = [](const RunHeadline &run) {
        return std::tie(run.uid, run.finishedAt, run.session, run.question, run.answer, run.compressor, run.budget,
                        run.changes, run.modelName, run.pictureName, run.pictureSha256);
    };
    return all(a) == all(b) && a.edits == b.edits;
}

std::string hex(std::mt19937 &random, int digits)
{
    std::string text;
    for (int i = 0; i < digits; ++i)
        text += "0123456789abcdef"[random() % 16];
    return text;
}

// Twelve pictures and forty questions, as in days of work with a few pictures.
RunHeadline made(std::mt19937 &random)
{
    RunHeadline run;
    const std::string picture = std::to_string(random() % 12);
    run.uid = hex(random, 32);
    run.finishedAt = std::int64_t(random());
    run.session = "5e551041" + std::string(24, '0');
    run.question = "which of the shapes is to the left of number " + std::to_string(random() % 40) + "?";
    run.answer = random() % 3 ? "the blue circle" : "";
    run.compressor = "qmop";
    run.budget = int(random() % 144);
    run.changes = random() % 5 ? "" : "forced pool";
    run.modelName = "scenes-tiny";
    run.pictureName = "picture-" + picture + ".png";
    run.pictureSha256 = std::string(63, 'a') + picture;
    if (random() % 50 == 0)
        run.edits = {"a note", {"wrong", "night"}, random() % 2 == 0};
    return run;
}

}

class TestRunRows : public QObject {
    Q_OBJECT

private slots:
    void tagsAsTyped();
    void rowsComeBack();
    void editsChangeOneRow();
    void aRowIsSmall();
    void theSameThumbnailIsKept();
    void timeLeftIsRounded();
};

void TestRunRows::tagsAsTyped()
{
    const std::vector<std::string> tags{"sign", "no tag", "größe"};
    QCOMPARE(tagsIn(QStringLiteral(" #sign, ,no tag,# größe ,sign,#")), tags);
    QCOMPARE(tagText(tags), QStringLiteral("sign, no tag, größe"));
    QCOMPARE(tagsIn(tagText(tags)), tags);
    QVERIFY(tagsIn({}).empty());
}

void TestRunRows::timeLeftIsRounded()
{
    QVERIFY(timeLeftText(std::nullopt).isEmpty());
    QCOMPARE(timeLeftText(0.4), QStringLiteral("about 0 s left"));
    QCOMPARE(timeLeftText(119.4), QStringLiteral("about 119 s left"));
    QCOMPARE(timeLeftText(200), QStringLiteral("about 3 min left"));
    QVERIFY(!secondsLeft(QElapsedTimer(), 1, 2)); // not started
    QElapsedTimer clock;
    clock.start();
    QVERIFY(!secondsLeft(clock, 0, 2));
    QCOMPARE(secondsLeft(clock, 2, 2), std::optional(0.0));
}

void TestRunRows::rowsComeBack()
{
    std::mt19937 random(7);
    RunRows rows;
    std::vector<RunHeadline> expected;
    for (int i = 0; i < 500; ++i) {
        expected.push_back(made(random));
        QCOMPARE(rows.add(expected.back()), std::size_t(i));
    }
    QCOMPARE(rows.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        QVERIFY(same(rows.at(i), expected[i]));
        QCOMPARE(rows.question(i), expected[i].question);
        QVERIFY(rows.find(expected[i].uid) == i);
    }
    for (const char *none : {"", "0", "unstored-3", "ffffffffffffffffffffffffffffffffff"})
        QVERIFY(!rows.find(none));
    rows.clear();
    QCOMPARE(rows.size(), std::size_t(0));
    QVERIFY(!rows.find(expected[0].uid));
    rows.add(expected[1]);
    QVERIFY(same(rows.at(0), expected[1]));
}

void TestRunRows::editsChangeOneRow()
{
    std::mt19937 random(8);
    RunRows rows;
    std::vector<RunHeadline> expected;
    for (int i = 0; i < 20; ++i)
        rows.add(expected.emplace_back(made(random)));
    expected[4].edits = {"seen", {"night"}, false};
    rows.setEdits(4, expected[4].edits);
    expected[9].edits.pinned = true;
    rows.setPinned(9, true);
    expected[4].edits.pinned = true;
    rows.setPinned(4, true); // the note stays
    rows.setPinned(9, false);
    expected[9].edits.pinned = false;
    for (std::size_t i = 0; i < expected.size(); ++i)
        QVERIFY(same(rows.at(i), expected[i]));
}

void TestRunRows::aRowIsSmall()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("the sanitizer's allocator counts nothing");
#endif
    std::mt19937 random(9);
    constexpr int count = 20'000;
    RunRows rows;
    const auto inUse = [] {
        const struct mallinfo2 info = mallinfo2();
        return double(info.uordblks + info.hblkhd);
    };
    const double before = inUse();
    for (int i = 0; i < count; ++i)
        rows.add(made(random));
    const double perRow = (inUse() - before) / count;
    qInfo("%.0f bytes a row", perRow);
    QVERIFY2(perRow < 400, qPrintable(QString::number(perRow))); // twice that with each text kept for itself
}

void TestRunRows::theSameThumbnailIsKept()
{
    PictureList list;
    list.addPicture("a.png", "a");
    const auto icon = [&] { return list.item(0)->icon().cacheKey(); };
    const qint64 blank = icon();
    QImage picture(40, 30, QImage::Format_RGB32);
    picture.fill(Qt::blue);
    list.setThumbnail("a.png", picture);
    const qint64 first = icon();
    QVERIFY(first != blank);
    list.setThumbnail("a.png", picture.copy());
    QCOMPARE(icon(), first);
    picture.setPixel(39, 29, qRgb(0, 0, 254)); // the file has changed
    list.setThumbnail("a.png", picture);
    QVERIFY(icon() != first);
}

QTEST_MAIN(TestRunRows)
#include "tst_run_rows.moc"

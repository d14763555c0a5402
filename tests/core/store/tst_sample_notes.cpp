// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sample_notes.h"
#include "qmop/error.h"
#include "tests/fixtures/full_disk.h"

#include <QtTest>

#include <QTemporaryDir>

#include <fstream>

using namespace qmop;

class TestSampleNotes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keptAcrossStarts();
    void refused();
    void cutIsToldAndLeftAlone();
    void fullDiskKeepsTheNotes();
};

void TestSampleNotes::keptAcrossStarts()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("below/notes.sqlite").toStdString();
    RunEdits edits;
    edits.note = "the \"sign\"\nis tiny ✗";
    edits.tags = {"night", "ä, b"};
    {
        SampleNotes notes(file);
        QVERIFY(notes.of("suite", "1").empty());
        notes.set("suite", "1", "a", edits);
        notes.set("suite", "2", "a", {"other", {}, false});
        notes.set("suite", "1", "b", {"gone", {"x"}, false});
        notes.set("suite", "1", "b", {});
    }
    SampleNotes again(file);
    const auto all = again.of("suite", "1");
    QCOMPARE(all.size(), std::size_t(1));
    QVERIFY(all.at("a") == edits);
    QCOMPARE(again.of("suite", "2").at("a").note, std::string("other"));
    edits.tags.clear();
    again.set("suite", "1", "a", edits);
    QVERIFY(SampleNotes(file).of("suite", "1").at("a").tags.empty()); // two at once
}

void TestSampleNotes::refused()
{
    const QTemporaryDir folder;
    const std::filesystem::path damaged = folder.filePath("damaged.sqlite").toStdString();
    std::ofstream(damaged) << std::string(5000, 'x');
    QVERIFY_EXCEPTION_THROWN(SampleNotes{damaged}, Error);
    QCOMPARE(std::filesystem::file_size(damaged), std::uintmax_t(5000)); // left as it was
    const std::filesystem::path foreign = folder.filePath("foreign.sqlite").toStdString();
    {
        const Database database(foreign, Database::Access::ReadWrite);
        database.execute("CREATE TABLE theirs(x)");
    }
    QVERIFY_EXCEPTION_THROWN(SampleNotes{foreign}, Error);
    const std::filesystem::path newer = folder.filePath("newer.sqlite").toStdString();
    SampleNotes{newer};
    {
        const Database database(newer, Database::Access::ReadWrite);
        database.execute("PRAGMA user_version=2");
    }
    try {
        SampleNotes{newer};
        QFAIL("was taken");
    } catch (const Error &error) {
        QVERIFY2(QString(error.what()).contains("newer version"), error.what());
    }
}

// Cut at every page and in the middle of one: an error, or what is left; never more.
void TestSampleNotes::cutIsToldAndLeftAlone()
{
    const QTemporaryDir folder;
    const std::filesystem::path whole = folder.filePath("whole.sqlite").toStdString();
    {
        SampleNotes notes{whole};
        for (int i = 0; i < 200; ++i)
            notes.set("suite", "1", "sample-" + std::to_string(i), {std::string(300, 'n'), {"wrong"}, false});
    }
    const std::uintmax_t size = std::filesystem::file_size(whole);
    QVERIFY(size > 10 * 4096);
    int told = 0, count = 0;
    for (std::uintmax_t length = 1; length < size; length += 2047, ++count) {
        const std::filesystem::path cut = folder.filePath(QStringLiteral("cut-%1.sqlite").arg(length)).toStdString();
        std::filesystem::copy_file(whole, cut);
        std::filesystem::resize_file(cut, length);
        try {
            QVERIFY(SampleNotes{cut}.of("suite", "1").size() <= 200);
        } catch (const Error &error) {
            ++told;
            QVERIFY2(QString(error.what()).contains("cut-"), error.what());
        }
    }
    QVERIFY2(told >= count * 9 / 10, qPrintable(QString::number(told)));
}

void TestSampleNotes::fullDiskKeepsTheNotes()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("notes.sqlite").toStdString();
    SampleNotes notes{file};
    notes.set("suite", "1", "a", {"first", {}, false});
    {
        const FullDisk full(100);
        QVERIFY_EXCEPTION_THROWN(notes.set("suite", "1", "b", {std::string(20'000, 'x'), {}, false}), Error);
    }
    QCOMPARE(notes.of("suite", "1").size(), std::size_t(1));
    notes.set("suite", "1", "b", {"second", {}, false}); // there is room again
    QCOMPARE(SampleNotes{file}.of("suite", "1").at("a").note, std::string("first"));
    QCOMPARE(SampleNotes{file}.of("suite", "1").at("b").note, std::string("second"));
}

QTEST_APPLESS_MAIN(TestSampleNotes)
#include "tst_sample_notes.moc"

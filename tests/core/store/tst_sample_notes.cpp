// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sample_notes.h"
#include "qmop/error.h"

#include <QtTest>

#include <QTemporaryDir>

#include <fstream>

using namespace qmop;

class TestSampleNotes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keptAcrossStarts();
    void refused();
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

QTEST_APPLESS_MAIN(TestSampleNotes)
#include "tst_sample_notes.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "tests/fixtures/full_disk.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sstream>

using namespace qmop;
namespace fs = std::filesystem;

class TestAtomicFile : public QObject {
    Q_OBJECT

    static std::string contents(const fs::path &file)
    {
        std::ostringstream text;
        text << std::ifstream(file, std::ios::binary).rdbuf();
        return text.str();
    }

    template<typename Action> void expectRefusal(Action action, const char *part)
    {
        try {
            action();
            QFAIL("no exception");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::OutputFailed);
            QVERIFY2(QByteArray(error.what()).contains(part), error.what());
            QVERIFY(!error.hint().empty());
        }
    }

private Q_SLOTS:
    void replaces()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("f").toStdString();
        writeFileAtomically(file, "old");
        AtomicFile output(file);
        output.write("n");
        output.write("ew");
        QCOMPARE(contents(file), std::string("old")); // until committed
        output.commit();
        QCOMPARE(contents(file), std::string("new"));
        QCOMPARE(std::distance(fs::directory_iterator(file.parent_path()), {}), std::ptrdiff_t(1));
    }

    void abandonedFileLeavesNothing()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("f").toStdString();
        {
            AtomicFile output(file);
            output.write("half");
        }
        QVERIFY(fs::is_empty(file.parent_path()));
    }

    void fullDiskLeavesTheOldFile()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("f").toStdString();
        writeFileAtomically(file, "old");
        {
            const FullDisk disk(4096);
            expectRefusal([&] { writeFileAtomically(file, std::string(100'000, 'x')); }, "f: cannot be written");
        }
        QCOMPARE(contents(file), std::string("old"));
        QCOMPARE(std::distance(fs::directory_iterator(file.parent_path()), {}), std::ptrdiff_t(1));
    }

    void unwritablePlaces()
    {
        expectRefusal([] { writeFileAtomically("/no/such/folder/file", "x"); }, "/no/such/folder/file");
        expectRefusal([] { writeFileAtomically("/proc/file", "x"); }, "/proc/file");
        expectRefusal([] { makeFolder("/proc/folder/below"); }, "/proc/folder/below");
    }
};

QTEST_APPLESS_MAIN(TestAtomicFile)
#include "tst_atomic_file.moc"

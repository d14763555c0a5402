// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "tests/fixtures/full_disk.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sstream>

#include <sys/stat.h>

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

    // Nor is a file put in its place.
    void devicesAndPipesAreLeftAlone()
    {
        const QTemporaryDir folder;
        const fs::path pipe = folder.filePath("pipe").toStdString();
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        expectRefusal([&] { writeFileAtomically(pipe, "x"); }, "pipe: is a device or a pipe");
        QVERIFY(fs::is_fifo(pipe));
        const fs::path link = folder.filePath("link").toStdString();
        fs::create_symlink(pipe, link); // as /dev/stdout is one
        expectRefusal([&] { writeFileAtomically(link, "x"); }, "link: is a device or a pipe");
        QVERIFY(fs::is_symlink(link));
        QCOMPARE(std::distance(fs::directory_iterator(pipe.parent_path()), {}), std::ptrdiff_t(2));
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

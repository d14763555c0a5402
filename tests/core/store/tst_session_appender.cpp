// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/session_appender.h"

#include "qmop/error.h"
#include "qmop/sha256.h"
#include "qmop/thumbnail.h"
#include "tests/core/store/same_trace.h"
#include "tests/fixtures/full_disk.h"
#include "tests/widgets/trace_fixture.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace qmop;

class TestSessionAppender : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    std::filesystem::path path(const char *name) const { return m_folder->filePath(name).toStdString(); }
    QByteArray content(const char *name) const
    {
        QFile file(m_folder->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const char *name, const QByteArray &bytes) const
    {
        QDir().mkpath(QFileInfo(m_folder->filePath(name)).path());
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }
    std::shared_ptr<RunTrace> run(const char *picture, const std::string &answer) const
    {
        const auto trace = fixture::makeTrace({.width = 64, .height = 64, .modelSize = 64, .answer = answer});
        trace->imageSha256 = sha256Hex(std::string_view(content(picture)));
        trace->imageName = std::filesystem::path(picture).filename().string();
        trace->request.image.path = path(picture);
        return trace;
    }
    // Code and words of what is thrown.
    template<typename Work> static std::pair<int, QString> refusal(Work work)
    {
        try {
            work();
            return {0, {}};
        } catch (const Error &error) {
            return {exitCode(error.code()), QString::fromStdString(error.what() + (" (" + error.hint()) + ")")};
        }
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        write("work/market.png", "market");
        write("beach.png", "beach");
    }

    void runsAreAdded_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("session") << QByteArray("work/mine.qmops");
        QTest::newRow("pack") << QByteArray("work/mine.qmopz");
    }

    void runsAreAdded()
    {
        QFETCH(QByteArray, name);
        const bool pack = name.endsWith('z');
        const auto fox = run("work/market.png", "fox");
        const auto owl = run("beach.png", "owl");
        QVERIFY(SessionAppender(path(name)).add(*fox, {path("work/market.png"), {}}));
        const std::string first = SessionReader(path(name)).headlines().front().uid;
        // Another program, later; the same picture again, too.
        SessionAppender later(path(name));
        QVERIFY(later.add(*owl, {path("beach.png"), {}}));
        QVERIFY(later.add(*fox, {path("work/market.png"), {}}));

        const SessionReader reader(path(name));
        QVERIFY(reader.problems().empty());
        QCOMPARE(reader.kind(), pack ? SessionKind::Pack : SessionKind::Session);
        QCOMPARE(reader.headlines().size(), std::size_t(3));
        QCOMPARE(reader.headlines()[0].uid, first);
        QCOMPARE(reader.headlines()[1].answer, std::string("owl"));
        RunTrace expected = *owl;
        expected.request.image.path = "beach.png"; // nobody's folders
        QCOMPARE(fixture::firstDifference(*reader.trace(reader.headlines()[1].uid), expected), std::string());
        // One session, as the window's.
        const SessionState state = reader.state();
        QCOMPARE(state.contains("session"), !pack);
        if (const auto uid = state.find("session"); uid != state.end())
            for (const RunHeadline &each : reader.headlines())
                QCOMPARE(each.session, std::string(uid->second.begin(), uid->second.end()));
        QCOMPARE(reader.pictures().size(), std::size_t(2));
        const auto market = reader.picture(fox->imageSha256);
        QCOMPARE(market->bytes.empty(), !pack); // it lies below the session's folder
        QVERIFY(reader.picture(owl->imageSha256)->bytes == Bytes({'b', 'e', 'a', 'c', 'h'}));
        QCOMPARE(market->thumbnail.rgb, thumbnailOf(*fox->image, runThumbnailSide).rgb);
    }

    void whatTheWindowSavedStays()
    {
        const auto fox = run("beach.png", "fox");
        {
            SessionWriter writer(path("mine.qmops"), SessionKind::Session);
            StoredRun stored{{}, writeRecord(*fox)};
            stored.headline = {.uid = std::string(32, 'b'), .session = std::string(32, 'a')};
            stored.headline.edits = {"a note", {"wrong"}, true};
            writer.addRun(stored);
            writer.setState({{"session", Bytes(32, 'a')}, {"layout", {'C', 0, 255}}});
            writer.commit();
        }
        const auto before = SessionReader(path("mine.qmops")).headlines();
        QCOMPARE(before.size(), std::size_t(1));
        SessionAppender(path("mine.qmops")).add(*run("beach.png", "owl"), {path("beach.png"), {}});
        const SessionReader reader(path("mine.qmops"));
        QCOMPARE(reader.headlines().size(), std::size_t(2));
        QVERIFY((reader.headlines()[0].edits == RunEdits{"a note", {"wrong"}, true}));
        QCOMPARE(reader.headlines()[1].session, std::string(32, 'a'));
        QVERIFY((reader.state().at("layout") == Bytes{'C', 0, 255}));
    }

    void aPictureThatHasChanged()
    {
        const auto fox = run("beach.png", "fox");
        write("beach.png", "another");
        QVERIFY(!SessionAppender(path("work/mine.qmops")).add(*fox, {path("beach.png"), {}}));
        const SessionReader reader(path("work/mine.qmops"));
        QCOMPARE(reader.headlines().size(), std::size_t(1));
        QVERIFY(reader.picture(fox->imageSha256)->bytes.empty());
        QVERIFY(!reader.picture(fox->imageSha256)->thumbnail.empty());
    }

    void aLinkIsFollowed()
    {
        const auto fox = run("work/market.png", "fox");
        SessionAppender(path("work/mine.qmops")).add(*fox, {path("work/market.png"), {}});
        std::filesystem::create_symlink("work/mine.qmops", path("link.qmops"));
        SessionAppender(path("link.qmops")).add(*fox, {path("work/market.png"), {}});
        QVERIFY(std::filesystem::is_symlink(path("link.qmops")));
        const SessionReader reader(path("work/mine.qmops"));
        QCOMPARE(reader.headlines().size(), std::size_t(2));
        QCOMPARE(reader.picture(fox->imageSha256)->path, std::filesystem::canonical(path("work/market.png")));
        std::filesystem::create_symlink("nowhere.qmops", path("broken.qmops"));
        const auto [code, line] = refusal([&] { SessionAppender appender(path("broken.qmops")); });
        QVERIFY2(code == 10 && line.contains("broken.qmops: is a link that leads nowhere"), qPrintable(line));
    }

    void severalAtATime()
    {
        const auto fox = run("beach.png", "fox");
        std::vector<std::thread> programs;
        for (int i = 0; i < 4; ++i)
            programs.emplace_back([&] {
                for (int k = 0; k < 5; ++k)
                    SessionAppender(path("mine.qmops")).add(*fox, {path("beach.png"), {}});
            });
        for (std::thread &program : programs)
            program.join();
        const SessionReader reader(path("mine.qmops"));
        QVERIFY(reader.problems().empty());
        QCOMPARE(reader.headlines().size(), std::size_t(20));
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden).size(), 2); // and beach.png
    }

    void whatCannotBeAddedTo_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("said");
        QTest::newRow("another ending") << "mine.png" << 2 << "choose a name that ends in .qmops";
        QTest::newRow("words") << "words.qmops" << 2 << "words.qmops: is no session file";
        QTest::newRow("a folder") << "folder.qmops" << 2 << "folder.qmops: is a folder";
        QTest::newRow("newer") << "newer.qmops" << 11 << "newer.qmops: was saved by a newer version of this program (";
        QTest::newRow("truncated") << "cut.qmops" << 11 << "nothing was added";
        QTest::newRow("no such folder") << "nowhere/mine.qmops" << 10 << "nowhere/mine.qmops: cannot be written";
    }

    void whatCannotBeAddedTo()
    {
        QFETCH(QString, name);
        QFETCH(int, code);
        QFETCH(QString, said);
        const auto fox = run("beach.png", "fox");
        write("words.qmops", "these are words");
        QVERIFY(QDir(m_folder->path()).mkdir("folder.qmops"));
        for (const char *whole : {"newer.qmops", "cut.qmops"})
            for (int i = 0; i < 20; ++i)
                SessionAppender(path(whole)).add(*fox, {path("beach.png"), {}});
        Database(path("newer.qmops"), Database::Access::ReadWrite).execute("PRAGMA user_version=99");
        QVERIFY(QFile::resize(m_folder->filePath("cut.qmops"), QFileInfo(m_folder->filePath("cut.qmops")).size() / 2));
        const QByteArray before = content(name.toUtf8());
        // Before the work, and, where it became so meanwhile, behind it.
        const auto [known, line] = refusal([&] { SessionAppender appender(path(name.toUtf8())); });
        QVERIFY2(line.contains(said), qPrintable(line));
        QVERIFY2(!line.contains('\n') && !line.endsWith("()"), qPrintable(line));
        QCOMPARE(known, code);
        QCOMPARE(content(name.toUtf8()), before);
    }

    void aFullDiskLeavesTheOldFile()
    {
        const auto fox = run("beach.png", "fox");
        SessionAppender appender(path("mine.qmops"));
        appender.add(*fox, {path("beach.png"), {}});
        const QByteArray before = content("mine.qmops");
        for (const qsizetype most : {before.size() / 2, before.size()}) {
            const auto [code, line] = refusal([&] {
                const FullDisk full{rlim_t(most)};
                appender.add(*fox, {path("beach.png"), {}});
            });
            QVERIFY2(code == 10 && line.contains("mine.qmops") && line.contains("free some space"), qPrintable(line));
            QCOMPARE(content("mine.qmops"), before);
        }
        QVERIFY(appender.add(*fox, {path("beach.png"), {}})); // there is room again
        QCOMPARE(SessionReader(path("mine.qmops")).headlines().size(), std::size_t(2));
    }
};

QTEST_APPLESS_MAIN(TestSessionAppender)
#include "tst_session_appender.moc"

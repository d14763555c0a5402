// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/session_file.h"

#include "core/store/store_format.h"
#include "qmop/error.h"
#include "qmop/sha256.h"
#include "tests/core/store/same_trace.h"
#include "tests/widgets/trace_fixture.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <random>

#include <sys/resource.h>

using namespace qmop;

namespace {

const std::string session(32, 'a');

void write(const QString &path, const QByteArray &content)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(path));
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Bytes bytesOf(const QByteArray &content)
{
    return {content.begin(), content.end()};
}

PictureRecord pictureAt(const QString &path)
{
    return {sha256Hex(std::span<const std::uint8_t>(bytesOf(contentOf(path)))),
            QFileInfo(path).fileName().toStdString(),
            path.toStdString(),
            {},
            {2, 1, {1, 2, 3, 4, 5, 6}}};
}

StoredRun runOf(const std::string &answer, const std::string &picture, RunEdits edits = {})
{
    auto trace = fixture::makeTrace({.width = 64, .height = 64, .modelSize = 64, .answer = answer});
    trace->imageSha256 = picture;
    StoredRun run = storedRun(*trace, session);
    run.headline.edits = std::move(edits);
    return run;
}

template<typename Work> QString refusal(Work work)
{
    try {
        work();
        return "accepted";
    } catch (const Error &error) {
        const bool expected = error.code() == ErrorCode::InvalidSession || error.code() == ErrorCode::InvalidArgument;
        if (!expected || error.hint().empty() || QString(error.what()).contains('\n'))
            return QStringLiteral("not one line with a remedy: ") + error.what();
        return error.what();
    }
}

}

class TestSessionFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        write(path("work/pictures/market.png"), "market");
        write(path("elsewhere/beach.png"), "beach");
    }

    void everythingComesBack_data()
    {
        QTest::addColumn<bool>("pack");
        QTest::newRow("session") << false;
        QTest::newRow("pack") << true;
    }

    void everythingComesBack()
    {
        QFETCH(bool, pack);
        const PictureRecord market = pictureAt(path("work/pictures/market.png"));
        const PictureRecord beach = pictureAt(path("elsewhere/beach.png"));
        PictureRecord pasted{sha256Hex(std::string_view("pasted")), "pasted", {}, bytesOf("pasted"), {}};
        const StoredRun fox = runOf("fox", market.sha256, {"a note", {"wrong"}, true});
        {
            SessionWriter writer(file(), pack ? SessionKind::Pack : SessionKind::Session);
            writer.addRun(fox);
            writer.addRun(runOf("owl", beach.sha256));
            QVERIFY(writer.addPicture(market));
            QVERIFY(writer.addPicture(beach));
            QVERIFY(writer.addPicture(pasted));
            writer.setState({{"session", bytesOf("abc")}, {"layout", {0, 255, 0}}});
            QVERIFY(!QFile::exists(QString::fromStdString(file())));
            writer.commit();
        }
        const SessionReader reader(file());
        QVERIFY(reader.problems().empty());
        QCOMPARE(reader.kind(), pack ? SessionKind::Pack : SessionKind::Session);
        QCOMPARE(reader.headlines().size(), std::size_t(2));
        QCOMPARE(reader.headlines()[0].answer, std::string("fox"));
        QVERIFY((reader.headlines()[0].edits == RunEdits{"a note", {"wrong"}, true}));
        QVERIFY(reader.headlines()[1].edits == RunEdits());
        QCOMPARE(reader.state().at("layout"), (Bytes{0, 255, 0}));
        RunTrace expected = *fixture::makeTrace({.width = 64, .height = 64, .modelSize = 64});
        expected.imageSha256 = market.sha256;
        QCOMPARE(fixture::firstDifference(*reader.trace(fox.headline.uid), expected), std::string());
        // Below the folder: by path, in a session; everything else and all of a pack: by bytes.
        const auto found = reader.picture(market.sha256);
        QCOMPARE(found->bytes.empty(), !pack);
        QCOMPARE(found->path.string(), pack ? std::string() : path("work/pictures/market.png").toStdString());
        if (pack)
            QVERIFY(found->bytes == bytesOf("market"));
        QVERIFY(reader.picture(beach.sha256)->bytes == bytesOf("beach"));
        QVERIFY(reader.picture(beach.sha256)->path.empty());
        QVERIFY(reader.picture(pasted.sha256)->bytes == bytesOf("pasted"));
        QCOMPARE(reader.picture(market.sha256)->thumbnail.rgb, market.thumbnail.rgb);
        QVERIFY(!reader.picture(std::string(64, '0')));
        // The places of somebody's disk are in neither: what lies below moves along.
        QVERIFY(!contentOf(QString::fromStdString(file())).contains("elsewhere"));
        QVERIFY(QDir().rename(path("work"), path("moved")));
        const SessionReader moved(path("moved/mine.qmops").toStdString());
        if (!pack)
            QCOMPARE(moved.picture(market.sha256)->path.string(), path("moved/pictures/market.png").toStdString());
    }

    void aPictureThatIsGoneKeepsItsThumbnail()
    {
        PictureRecord gone = pictureAt(path("elsewhere/beach.png"));
        write(path("elsewhere/beach.png"), "another picture");
        SessionWriter writer(file(), SessionKind::Pack);
        QVERIFY(!writer.addPicture(gone));
        writer.commit();
        const auto found = SessionReader(file()).picture(gone.sha256);
        QVERIFY(found->bytes.empty() && found->path.empty());
        QCOMPARE(found->thumbnail.rgb, gone.thumbnail.rgb);
    }

    void pathsLeadNowhereElse_data()
    {
        QTest::addColumn<QString>("stored");
        QTest::addColumn<bool>("followed");
        QTest::newRow("below") << "pictures/market.png" << true;
        QTest::newRow("below, roundabout") << "./pictures/./market.png" << true;
        QTest::newRow("upwards") << "../elsewhere/beach.png" << false;
        QTest::newRow("upwards from below") << "pictures/../../elsewhere/beach.png" << false;
        QTest::newRow("down and up, ending inside") << "pictures/../pictures/market.png" << false;
        QTest::newRow("absolute") << "/etc/passwd" << false;
        QTest::newRow("link to a file") << "link.png" << false;
        QTest::newRow("link to a folder") << "folder/beach.png" << false;
        QTest::newRow("link that goes round") << "loop/loop/x.png" << false;
        QTest::newRow("empty") << "" << false;
        QTest::newRow("the folder itself") << "." << false;
    }

    void pathsLeadNowhereElse()
    {
        QFETCH(QString, stored);
        QFETCH(bool, followed);
        QVERIFY(QFile::link(path("elsewhere/beach.png"), path("work/link.png")));
        QVERIFY(QFile::link(path("elsewhere"), path("work/folder")));
        QVERIFY(QFile::link(path("work/loop"), path("work/loop")));
        save();
        const Database database(file(), Database::Access::ReadWrite);
        database.execute("DROP TABLE sums"); // as a stranger would
        Statement(database, "UPDATE pictures SET path = ?").bind(1, stored.toStdString()).run();
        const SessionReader reader(file());
        const auto found = reader.picture(pictureAt(path("work/pictures/market.png")).sha256);
        QCOMPARE(found->path.string(), followed ? path("work/pictures/market.png").toStdString() : std::string());
        for (const PictureRecord &listed : reader.pictures())
            QVERIFY(listed.path.empty());
    }

    void aFullDiskKeepsTheOldFile()
    {
        save();
        const QByteArray before = contentOf(QString::fromStdString(file()));
        rlimit old{};
        ::getrlimit(RLIMIT_FSIZE, &old);
        rlimit limit = old;
        limit.rlim_cur = rlim_t(before.size());
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &limit);
        QString message;
        try {
            SessionWriter writer(file(), SessionKind::Session);
            for (int i = 0; i < 200; ++i)
                writer.addRun(runOf("answer " + std::to_string(i), std::string(64, 'b')));
            writer.commit();
        } catch (const Error &error) {
            message = error.code() == ErrorCode::OutputFailed ? error.what() : "another error";
        }
        ::setrlimit(RLIMIT_FSIZE, &old);
        std::signal(SIGXFSZ, handler);
        QVERIFY2(message.startsWith(QString::fromStdString(file())), qPrintable(message));
        QVERIFY(contentOf(QString::fromStdString(file())) == before);
        const QStringList left = QDir(path("work")).entryList(QDir::Files | QDir::Hidden);
        QCOMPARE(left, QStringList{"mine.qmops"});
    }

    void aFolderThatIsNotThereIsNamed()
    {
        try {
            SessionWriter writer(path("nowhere/mine.qmops").toStdString(), SessionKind::Session);
            QFAIL("written");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::OutputFailed);
            QVERIFY(QString(error.what()).contains("nowhere/mine.qmops"));
        }
    }

    // Cut at every sixteenth of its length: an error in one line, or what is left
    // and a word about the rest. Never silently fewer runs.
    void truncatedFiles()
    {
        save(60);
        const QByteArray whole = contentOf(QString::fromStdString(file()));
        int opened = 0;
        for (int part = 0; part < 16; ++part) {
            write(QString::fromStdString(file()), whole.left(whole.size() * part / 16));
            const QString result = refusal([&] {
                const SessionReader reader(file());
                ++opened;
                if (reader.problems().empty())
                    throw std::runtime_error("opened as if it were whole");
                for (const RunHeadline &run : reader.headlines())
                    refusal([&] { reader.trace(run.uid); });
            });
            QVERIFY2(result == "accepted" || result.contains("mine.qmops"), qPrintable(result));
        }
        QVERIFY2(opened >= 4, qPrintable(QString::number(opened)));
    }

    // Damaged anywhere: whatever is read is a run, or an error in one line.
    void changedBytes()
    {
        save(8);
        const QByteArray whole = contentOf(QString::fromStdString(file()));
        std::mt19937 random(3);
        for (int round = 0; round < 150; ++round) {
            QByteArray changed = whole;
            for (int i = 0; i < 8; ++i)
                changed[qsizetype(random() % std::size_t(whole.size()))] = char(random());
            const QString result = refusal([&] {
                const SessionReader reader(bytesOf(changed), "changed.qmops");
                for (const RunHeadline &run : reader.headlines())
                    refusal([&] { reader.trace(run.uid); });
                for (const PictureRecord &picture : reader.pictures())
                    refusal([&] { reader.picture(picture.sha256); });
            });
            QVERIFY2(result == "accepted" || result.contains("changed.qmops"), qPrintable(result));
        }
    }

    void hostileSchemas_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("outcome");
        const char *refused = "is no session file";
        QTest::newRow("a view for a table") << "DROP TABLE runs; CREATE VIEW runs AS SELECT 1" << refused;
        QTest::newRow("a trigger") << "CREATE TRIGGER t AFTER INSERT ON edits BEGIN SELECT 1; END" << refused;
        QTest::newRow("a virtual table") << "CREATE VIRTUAL TABLE x USING fts5(a)" << refused;
        QTest::newRow("a table is missing") << "DROP TABLE traces" << refused;
        QTest::newRow("of another program") << "PRAGMA application_id=1" << refused;
        QTest::newRow("newer") << "PRAGMA user_version=99; ALTER TABLE runs ADD COLUMN mood; CREATE TABLE moods(a)"
                               << "newer version";
        QTest::newRow("a run twice")
            << "CREATE TABLE r AS SELECT * FROM runs; DROP TABLE runs; CREATE TABLE runs AS SELECT * FROM r; "
               "INSERT INTO runs SELECT id + 9, uid, finished_at, session, question, answer, compressor, budget, "
               "changes, "
               "model, picture, picture_sha256 FROM r"
            << "are no runs";
        QTest::newRow("a uid that is a path") << "UPDATE runs SET uid = '../../x' WHERE id = 1"
                                              << "are no runs";
        QTest::newRow("a thumbnail too large") << "UPDATE pictures SET thumbnail_width = 2000000000"
                                               << "";
        QTest::newRow("a thumbnail that is none") << "UPDATE pictures SET thumbnail = x'00'"
                                                  << "";
        QTest::newRow("numbers for texts") << "UPDATE runs SET question = 5, answer = x'ff'"
                                           << "";
        QTest::newRow("nothing for texts") << "UPDATE edits SET note = '', tags = 'no list'"
                                           << "";
    }

    void hostileSchemas()
    {
        QFETCH(QString, sql);
        QFETCH(QString, outcome);
        save(3);
        {
            const Database database(file(), Database::Access::ReadWrite);
            database.execute("DROP TABLE sums; DELETE FROM state WHERE key = 'runs'"); // as a stranger would
            database.execute(sql.toUtf8().constData());
        }
        QStringList problems;
        const QString result = refusal([&] {
            const SessionReader reader(file());
            for (const std::string &problem : reader.problems())
                problems << QString::fromStdString(problem);
            if (reader.headlines().size() > 3)
                throw std::runtime_error("more runs than there are");
            for (const PictureRecord &picture : reader.pictures())
                if (picture.thumbnail.width > 128)
                    throw std::runtime_error("a huge thumbnail");
        });
        if (outcome.isEmpty())
            QCOMPARE(result + problems.join(' '), QStringLiteral("accepted"));
        else
            QVERIFY2((result + problems.join(' ')).contains(outcome), qPrintable(result + problems.join(' ')));
    }

    void whatIsNoSession_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("these are words, more than a hundred bytes of them, so that it could be a "
                                            "header of a database by its length alone, if not by what it says.");
        QTest::newRow("a zip") << QByteArray("PK\x03\x04").append(QByteArray(200, '\0'));
        QTest::newRow("header alone") << QByteArray("SQLite format 3\0", 16).append(QByteArray(84, '\1'));
    }

    void whatIsNoSession()
    {
        QFETCH(QByteArray, content);
        write(QString::fromStdString(file()), content);
        const QString result = refusal([&] { SessionReader reader(file()); });
        QVERIFY2(result.contains("mine.qmops: is no session file") || result.contains("damaged"), qPrintable(result));
        QVERIFY2(refusal([&] { SessionReader reader(bytesOf(content), "mine.qmops"); }) != "accepted", "bytes");
        QVERIFY(refusal([&] { SessionReader reader(path("nothere.qmops").toStdString()); }).contains("no such file"));
        QVERIFY(refusal([&] { SessionReader reader(path("work").toStdString()); }).contains("is a folder"));
    }

private:
    QString path(const QString &relative) const { return QDir(m_folder->path()).canonicalPath() + "/" + relative; }
    std::string file() const { return path("work/mine.qmops").toStdString(); }
    void save(int runs = 1)
    {
        const PictureRecord market = pictureAt(path("work/pictures/market.png"));
        SessionWriter writer(file(), SessionKind::Session);
        writer.addPicture(market);
        for (int i = 0; i < runs; ++i)
            writer.addRun(runOf("answer " + std::to_string(i), market.sha256, {"note", {"tag"}, false}));
        writer.commit();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_APPLESS_MAIN(TestSessionFile)
#include "tst_session_file.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Damaged sessions in everything that opens one: the window, its picture, reports
// and `qmop run --session`. What of a file is whole is tests/core/store's.
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/window/sessions.h"
#include "core/store/database.h"
#include "core/store/session_file.h"
#include "qmop/error.h"
#include "tests/app/history_fixture.h"
#include "tests/app/program.h"
#include "tests/app/small_run.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

#include <random>

using namespace qmop;

class TestSessionDamage : public fixture::HistoryFixture {
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanup() { m_window.reset(); }

    void reportsSayWhatIsMissing_data();
    void reportsSayWhatIsMissing();
    void tagsOfWhatIsMissing();
    void thePictureOfTheWindow();
    void newerFilesAreUsed();
    void picturesThatAreMissing_data();
    void picturesThatAreMissing();
    void nothingIsAdded();
    void theWindowShowsTheRest();
    void theHistoryFillsIn();
    void anythingInTheWindow();

private:
    struct Result {
        int exitCode = -1;
        QByteArray output;
        QString errors;
    };
    Result explorer(const QStringList &arguments) const;
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QByteArray file(const char *name) const { return path(name).toUtf8(); }
    QString message() const { return m_window->messageBar()->text(); }
    static QByteArray contentOf(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
    QString m_line; // what is said of damaged.qmops, behind its name
};

void TestSessionDamage::initTestCase()
{
    fixture::makeSmallRun(m_folder.path().toStdString(), "market.png", "");
    const ProgramResult made
        = runProgram({"run", "--model", file("model"), "--budget", "16", "--max-tokens", "4", "--session",
                      file("whole.qmops"), file("market.png"), "where is this?", "is it night?", "who is there?"});
    QVERIFY2(made.exitCode == 0 && made.errors.isEmpty(), made.errors.constData());
    // One letter, as a disk would change it.
    QByteArray changed = contentOf(path("whole.qmops"));
    QVERIFY(changed.contains("is it night?"));
    fixture::writeFile(path("damaged.qmops"), changed.replace("is it night?", "is it nighs?"));
    m_line = QStringLiteral("is damaged: 1 of its 3 runs cannot be read: “is it nighs?” (qmop, M = 16)");
}

TestSessionDamage::Result TestSessionDamage::explorer(const QStringList &arguments) const
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("QT_QPA_PLATFORM", "offscreen");
    environment.insert("QMOP_RESOURCES", QMOP_SOURCE_DIR "/resources");
    environment.insert("XDG_CONFIG_HOME", path("config"));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(QMOP_BIN_DIR "/qmop-explorer"), QStringList{"--model", path("model")} + arguments);
    if (!process.waitForFinished(300'000))
        process.kill();
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            QString::fromUtf8(process.readAllStandardError())};
}

void TestSessionDamage::reportsSayWhatIsMissing_data()
{
    QTest::addColumn<QByteArray>("ending");
    for (const char *ending : {"html", "md", "csv", "tex"})
        QTest::newRow(ending) << QByteArray(ending);
}

void TestSessionDamage::reportsSayWhatIsMissing()
{
    QFETCH(QByteArray, ending);
    const QByteArray out = file("out.") + ending;
    const ProgramResult whole = runProgram({"report", file("whole.qmops"), "--out", out});
    QVERIFY2(whole.exitCode == 0 && whole.errors.isEmpty(), whole.errors.constData());
    QVERIFY(contentOf(QString::fromUtf8(out)).contains("is it night?"));
    const ProgramResult result = runProgram({"report", file("damaged.qmops"), "--out", out});
    QCOMPARE(result.exitCode, exitCode(ErrorCode::InvalidSession));
    QCOMPARE(QString::fromUtf8(result.errors),
             QStringLiteral("qmop report: %1: %2 (%3)\n").arg(path("damaged.qmops"), m_line, damagedSessionHint));
    const QString text = QString::fromUtf8(contentOf(QString::fromUtf8(out)));
    QVERIFY(text.contains("where is this?") && text.contains("who is there?"));
    QCOMPARE(text.count("nigh"), ending == "html" || ending == "md" ? 1 : 0); // in the line about it
    if (ending != "html")
        return;
    // A report for strangers names no file.
    QCOMPARE(runProgram({"report", file("damaged.qmops"), "--strip", "--out", out}).exitCode, 11);
    const QByteArray stripped = contentOf(QString::fromUtf8(out));
    QVERIFY(stripped.contains("could not be read and is left out") && !stripped.contains("damaged.qmops"));
}

// The tag may have been that of the run that is lost.
void TestSessionDamage::tagsOfWhatIsMissing()
{
    QCOMPARE(runProgram({"report", file("whole.qmops"), "--tag", "x", "--out", file("no.html")}).exitCode, 2);
    const ProgramResult result = runProgram({"report", file("damaged.qmops"), "--tag", "x", "--out", file("no.html")});
    QCOMPARE(result.exitCode, 11);
    QVERIFY2(result.errors.contains("no run that is left has the tag #x"), result.errors.constData());
    QVERIFY(!QFile::exists(path("no.html")));
}

void TestSessionDamage::thePictureOfTheWindow()
{
    const Result whole = explorer({"--first-light", path("whole.png"), "--session", path("whole.qmops")});
    QVERIFY2(whole.exitCode == 0 && !whole.errors.contains("damaged"), qPrintable(whole.errors));
    const Result rest = explorer({"--first-light", path("rest.png"), "--session", path("damaged.qmops")});
    QVERIFY2(rest.exitCode == 11, qPrintable(rest.errors));
    QVERIFY2(rest.errors.contains(QStringLiteral("qmop-explorer: %1: %2 (").arg(path("damaged.qmops"), m_line)),
             qPrintable(rest.errors));
    QVERIFY(QFile::exists(path("rest.png")));
    QCOMPARE(QJsonDocument::fromJson(rest.output).object()["request"].toObject()["question"].toString(),
             QStringLiteral("who is there?"));
    // Nothing to show.
    fixture::writeFile(path("cut.qmops"), contentOf(path("whole.qmops")).left(6000));
    const Result none = explorer({"--first-light", path("none.png"), "--session", path("cut.qmops")});
    QVERIFY2(none.exitCode == 11 && none.errors.contains("cut.qmops: is damaged: "), qPrintable(none.errors));
    QVERIFY(!QFile::exists(path("none.png")));
}

// What a newer version put into a file may be missing.
void TestSessionDamage::newerFilesAreUsed()
{
    QVERIFY(QFile::copy(path("whole.qmops"), path("newer.qmops")));
    Database(file("newer.qmops").toStdString(), Database::Access::ReadWrite).execute("PRAGMA user_version=99");
    const ProgramResult report = runProgram({"report", file("newer.qmops"), "--out", file("newer.md")});
    QCOMPARE(report.errors,
             "qmop report: " + file("newer.qmops")
                 + ": was saved by a newer version of this program; what this one knows of it is used (open it with "
                   "the version that saved it)\n");
    QCOMPARE(report.exitCode, 11);
    for (const char *question : {"where is this?", "is it night?", "who is there?"})
        QVERIFY(contentOf(path("newer.md")).contains(question));
    const Result window = explorer({"--first-light", path("newer.png"), "--session", path("newer.qmops")});
    QVERIFY2(window.exitCode == 11 && window.errors.contains("is used (open it with the version that saved it)"),
             qPrintable(window.errors));
    QVERIFY(QFile::exists(path("newer.png")));
    // Saving must not take from the file what this version does not know.
    begin();
    m_window->sessions()->open(path("newer.qmops"));
    QVERIFY2(message().contains("newer version") && message().contains("Ctrl+S asks"), qPrintable(message()));
    QVERIFY(m_window->history()->sessionFile().empty());
    // Figures.
    const ProgramResult recipe = runProgram({"render", file("newer-figures/run-1.png"), "--recipe"});
    QJsonObject document = QJsonDocument::fromJson(recipe.output).object();
    document["schema"] = 99;
    fixture::writeFile(path("newer.json"), QJsonDocument(document).toJson());
    const ProgramResult figure = runProgram({"render", file("newer.json"), "--out", file("again.png")});
    QCOMPARE(figure.errors,
             QByteArray("qmop render: newer.json: was made by a newer version (schema 99); what this version does not "
                        "know is left out (open it with the version that made it)\n"));
    QCOMPARE(figure.exitCode, 11);
    QVERIFY(QFile::exists(path("again.png")));
}

void TestSessionDamage::picturesThatAreMissing_data()
{
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("reason");
    const QString outside = QStringLiteral("its place leads out of the session's folder and is not followed");
    QTest::newRow("upwards") << QStringLiteral("../market.png") << outside;
    QTest::newRow("absolute") << path("market.png") << outside;
    QTest::newRow("through a link") << QStringLiteral("link/market.png")
                                    << QStringLiteral("a link leads out of the session's folder and is not followed");
    QTest::newRow("not there") << QStringLiteral("gone.png")
                               << QStringLiteral("there is no file %1").arg(path("mail/gone.png"));
    QTest::newRow("nowhere") << QString() << QStringLiteral("the file holds none");
}

// Three runs about one picture: one line.
void TestSessionDamage::picturesThatAreMissing()
{
    QFETCH(QString, place);
    QFETCH(QString, reason);
    QDir(m_folder.path()).mkpath(QStringLiteral("mail"));
    QFile::link(m_folder.path(), path("mail/link"));
    QFile::remove(path("mail/a.qmops"));
    QVERIFY(QFile::copy(path("whole.qmops"), path("mail/a.qmops")));
    Database(file("mail/a.qmops").toStdString(), Database::Access::ReadWrite)
        .execute(("DROP TABLE sums; UPDATE pictures SET bytes = x'', path = '" + place.toStdString() + "'").c_str());
    const ProgramResult result = runProgram({"report", file("mail/a.qmops"), "--out", file("mail/a.md")});
    QCOMPARE(QString::fromUtf8(result.errors),
             QStringLiteral("qmop report: %1: the picture market.png is missing: %2 (put the picture back below the "
                            "session's folder, or report a replay pack, which holds its pictures)\n")
                 .arg(path("mail/a.qmops"), reason));
    QCOMPARE(result.exitCode, 11);
    QCOMPARE(contentOf(path("mail/a.md")).count("is missing"), 1);
    QCOMPARE(contentOf(path("mail/a.md")).count("\n## "), 3);
}

void TestSessionDamage::nothingIsAdded()
{
    const QByteArray before = contentOf(path("damaged.qmops"));
    const ProgramResult result = runProgram(
        {"run", "--model", file("model"), "--session", file("damaged.qmops"), file("market.png"), "what now?"});
    QCOMPARE(result.exitCode, 11);
    QVERIFY(result.output.isEmpty());
    QVERIFY2(result.errors.contains(m_line.toUtf8()) && result.errors.contains("nothing was added"),
             result.errors.constData());
    QCOMPARE(contentOf(path("damaged.qmops")), before);
}

void TestSessionDamage::theWindowShowsTheRest()
{
    begin();
    m_window->sessions()->open(path("damaged.qmops"));
    QVERIFY2(message().contains("damaged.qmops: " + m_line), qPrintable(message()));
    QVERIFY2(message().contains("Take the file from a backup, or save what is shown under another name"),
             qPrintable(message()));
    QCOMPARE(list()->model()->rowCount(), 2);
    QCOMPARE(m_window->answerPanel()->question(), QStringLiteral("who is there?"));
    // Ctrl+S has no name to write to: what may yet be saved of the file is not written over.
    QVERIFY(m_window->history()->sessionFile().empty());
    const QString copy = path("rest.qmops");
    QVERIFY(m_window->sessions()->save(copy));
    const SessionReader saved(copy.toStdString());
    QVERIFY(saved.isComplete() && saved.problems().empty());
    QCOMPARE(saved.headlines().size(), std::size_t(2));
    QCOMPARE(m_window->history()->sessionFile(), std::filesystem::path(copy.toStdString()));
}

// What this person's history still has of the session comes back.
void TestSessionDamage::theHistoryFillsIn()
{
    begin();
    openPicture();
    ask("is it night?", "no");
    ask("who is there?", "fox");
    const QString session = path("mine.qmops");
    QVERIFY(m_window->sessions()->save(session));
    m_window.reset();
    QByteArray changed = contentOf(session);
    fixture::writeFile(session, changed.replace("is it night?", "is it nighs?"));
    start();
    m_window->sessions()->open(session);
    QVERIFY2(message().contains("1 of its 2 runs cannot be read") && message().contains("from the history: 1."),
             qPrintable(message()));
    QCOMPARE(list()->model()->rowCount(), 2);
    for (int row : {0, 1})
        QVERIFY(panel()->model()->trace(panel()->model()->index(row)));
}

// Cut and changed in many places: the window has what the store's reader has, and says so.
void TestSessionDamage::anythingInTheWindow()
{
    begin();
    const QByteArray content = contentOf(path("whole.qmops"));
    std::mt19937 random(7);
    int opened = 0;
    for (int round = 0; round < 40; ++round) {
        QByteArray changed = round % 2 == 0 ? content.left(content.size() * (round + 1) / 41) : content;
        for (int i = 0; round % 2 == 1 && i < 3; ++i)
            changed[qsizetype(random() % std::size_t(content.size()))] = char(random());
        const QString name = path(QStringLiteral("any%1.qmops").arg(round));
        fixture::writeFile(name, changed);
        std::size_t runs = 0;
        bool whole = false; // where only unused space was changed
        try {
            const SessionReader reader(name.toStdString());
            runs = reader.headlines().size();
            whole = reader.problems().empty();
        } catch (const Error &) {
        }
        m_window->messageBar()->dismissButton()->click();
        m_window->sessions()->open(name);
        QCOMPARE(m_window->messageBar()->isHidden(), whole);
        QVERIFY2(whole || message().contains(QStringLiteral("any%1.qmops: ").arg(round)), qPrintable(name + message()));
        if (runs == 0)
            continue;
        ++opened;
        QCOMPARE(std::size_t(list()->model()->rowCount()), runs);
        for (int row = 0; row < list()->model()->rowCount(); ++row)
            QVERIFY(panel()->model()->trace(panel()->model()->index(row)));
    }
    QVERIFY2(opened >= 10, qPrintable(QString::number(opened)));
}

QTEST_MAIN(TestSessionDamage)
#include "tst_session_damage.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files of stories that are cut, written by hand or by nobody we know are refused
// with their name; a disk that is full keeps the old file.
#include <QtTest>

#include "app/explorer/window/story.h"
#include "qmop/error.h"
#include "tests/fixtures/full_disk.h"

#include <QFile>
#include <QTemporaryDir>

using namespace qmop;

class TestStoryFiles : public QObject {
    Q_OBJECT

private slots:
    void refused_data();
    void refused();
    void cutAnywhereIsRefused();
    void fullDiskKeepsTheOldFile();

private:
    void write(const QByteArray &text) const
    {
        QFile out(path());
        QVERIFY(out.open(QIODevice::WriteOnly) && out.write(text) == text.size());
    }
    QByteArray content() const
    {
        QFile in(path());
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }
    QString path() const { return m_folder.filePath(QStringLiteral("stories.json")); }

    QTemporaryDir m_folder;
};

namespace {

std::vector<Story> stories()
{
    StoryStep step;
    step.picture = QStringLiteral("/pictures/a.png");
    step.question = QStringLiteral("why?");
    step.compressor = QStringLiteral("qmop");
    step.budget = 16;
    step.say = QStringLiteral("{answer}");
    return {{QStringLiteral("T"), {step, step}}};
}

}

void TestStoryFiles::refused_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto step
        = [](const QByteArray &fields) { return R"({"stories": [{"title": "T", "steps": [)" + fields + "]}]}"; };
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("zeros") << QByteArray(4096, '\0');
    QTest::newRow("deep") << QByteArray(100'000, '[');
    QTest::newRow("deep stories") << R"({"stories": )" + QByteArray(100'000, '[');
    QTest::newRow("a list") << QByteArray("[1, 2]");
    QTest::newRow("stories are text") << QByteArray(R"({"stories": "x"})");
    QTest::newRow("steps are texts") << step(R"("a.png", "b.png")");
    QTest::newRow("a picture that is a number") << step(R"({"picture": 7})");
    QTest::newRow("no budget at all") << step(R"({"picture": "a.png", "budget": 0})");
    QTest::newRow("a budget below 0") << step(R"({"picture": "a.png", "budget": -64})");
    QTest::newRow("a budget beyond all numbers") << step(R"({"picture": "a.png", "budget": 1e300})");
    QTest::newRow("an overlay that is a number") << step(R"({"picture": "a.png", "overlay": 3})");
    QTest::newRow("a compressor that is a list") << step(R"({"picture": "a.png", "compressor": ["qmop"]})");
}

void TestStoryFiles::refused()
{
    QFETCH(QByteArray, text);
    write(text);
    try {
        readStories(path(), m_folder.path());
        QFAIL("was taken");
    } catch (const Error &error) {
        QVERIFY2(QString::fromStdString(error.what()).contains(QStringLiteral("stories.json")), error.what());
        QVERIFY(!error.hint().empty());
    }
    QCOMPARE(content(), text); // left as it was
}

void TestStoryFiles::cutAnywhereIsRefused()
{
    writeStories(path(), stories());
    const QByteArray whole = content().trimmed();
    QCOMPARE(readStories(path(), {}).size(), std::size_t(1));
    for (qsizetype length = 0; length < whole.size(); ++length) {
        write(whole.left(length));
        QVERIFY_THROWS_EXCEPTION(Error, readStories(path(), {}));
    }
}

void TestStoryFiles::fullDiskKeepsTheOldFile()
{
    writeStories(path(), stories());
    const QByteArray before = content();
    std::vector<Story> more = stories();
    more[0].steps[0].say = QString(4000, u'x');
    {
        const FullDisk full(1000);
        QVERIFY_THROWS_EXCEPTION(Error, writeStories(path(), more));
    }
    QCOMPARE(content(), before);
    QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList{QStringLiteral("stories.json")});
    writeStories(path(), more);
    QCOMPARE(readStories(path(), {})[0].steps[0].say, more[0].steps[0].say);
}

QTEST_APPLESS_MAIN(TestStoryFiles)
#include "tst_story_files.moc"

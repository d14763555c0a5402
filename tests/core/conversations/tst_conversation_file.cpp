// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/conversations/conversation_file.h"
#include "core/vtcbench/conversation_suite.h"
#include "qmop/error.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <string>

using namespace qmop;

class TestConversationFile : public QObject {
    Q_OBJECT

    std::filesystem::path write(const std::string &text);
    QTemporaryDir m_folder;
    int m_files = 0;

private Q_SLOTS:
    void readsLists_data();
    void readsLists();
    void namesFileAndRecord_data();
    void namesFileAndRecord();
    // What is no list of objects is refused whatever is asked for.
    void refusesBrokenFiles_data();
    void refusesBrokenFiles();
    void limits();
    // A file that changes while it is used does not give other data.
    void noticesChanges();
    void becomesASuite();
};

namespace {

const std::string good
    = R"({"id": "a", "image": "p/1.png", "conversations": [{"from": "human", "value": "<image>\nWhat is \"{this}\"?"},)"
      R"( {"from": "gpt", "value": "A cat. \\"}, {"from": "human", "value": "Colour?"}, {"from": "gpt", "value": "schwarz, 黒い 🐈"}],)"
      R"( "width": {"nested": [1, {"deep": "]}"}]}})";
const std::string withDimension
    = R"({"id": 7, "image": "2.png", "dimension": "LD", "question_type": "sign",)"
      R"( "conversations": [{"from": "user", "value": "What does it say? <image>"}, {"from": "assistant", "value": "abc"}]})";
const std::string textOnly
    = R"({"id": "t", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hi"}]})";

} // namespace

std::filesystem::path TestConversationFile::write(const std::string &text)
{
    const std::filesystem::path file = m_folder.filePath(QString("%1.json").arg(++m_files)).toStdString();
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

void TestConversationFile::readsLists_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row
        = [](const char *name, const std::string &text) { QTest::newRow(name) << QByteArray::fromStdString(text); };
    row("list", "[" + good + "," + textOnly + ",\n" + withDimension + "]\n");
    row("lines", good + "\n" + textOnly + "\n" + withDimension + "\n");
    row("byte-order mark", "\xEF\xBB\xBF [" + good + "," + textOnly + "," + withDimension + "]");
    row("larger than the buffer", "[" + good + "," + std::string(3 << 20, ' ') + textOnly + "," + withDimension + "]");
}

void TestConversationFile::readsLists()
{
    QFETCH(QByteArray, text);
    const ConversationFile file(write(text.toStdString()));
    QCOMPARE(file.size(), std::size_t(2));
    QCOMPARE(file.withoutPicture(), std::size_t(1));
    const Conversation last = file.read(1); // in any order
    QCOMPARE(last.record, std::size_t(3));
    QCOMPARE(last.id, std::string("7"));
    QCOMPARE(last.turns.size(), std::size_t(1));
    QCOMPARE(last.turns[0].question, std::string("What does it say?"));
    QVERIFY(last.dimension == Dimension::LD);
    QCOMPARE(last.questionType, std::string("sign"));
    const Conversation first = file.read(0);
    QCOMPARE(first.id, std::string("a"));
    QCOMPARE(first.image, std::string("p/1.png"));
    QCOMPARE(first.turns.size(), std::size_t(2));
    QCOMPARE(first.turns[0].question, std::string("What is \"{this}\"?"));
    QCOMPARE(first.turns[0].answer, std::string("A cat. \\"));
    QCOMPARE(first.turns[1].answer, std::string("schwarz, 黒い 🐈"));
    QVERIFY(!first.dimension);
}

void TestConversationFile::namesFileAndRecord_data()
{
    QTest::addColumn<QByteArray>("second"); // record
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const char *record, const char *says) {
        QTest::newRow(name) << QByteArray(record) << QByteArray(says);
    };
    const auto turns = [](const char *name, const char *list, const char *says) {
        QTest::newRow(name) << QByteArray(R"({"image": "1.png", "conversations": )") + list + "}" << QByteArray(says);
    };
    row("no conversations", R"({"image": "1.png"})", "\"conversations\" is missing");
    row("absolute", R"({"image": "/etc/1.png", "conversations": []})", "\"image\" is not a path below");
    row("leaves", R"({"image": "a/../../1.png", "conversations": []})", "\"image\" leaves");
    row("number as image", R"({"image": 3, "conversations": []})", "\"image\" is not a text");
    row("dimension",
        R"({"image": "1.png", "dimension": "XX", "conversations": [{"from": "human", "value": "a"},)"
        R"( {"from": "gpt", "value": "b"}]})",
        "\"dimension\" is none of");
    turns("empty", "[]", "is missing, empty");
    turns("unanswered", R"([{"from": "human", "value": "a"}])", "ends with a question");
    turns("out of turn", R"([{"from": "gpt", "value": "a"}])", "conversations[0] is out of turn");
    turns("stranger", R"([{"from": "system", "value": "a"}])", "from \"system\"");
    turns("no value", R"([{"from": "human"}])", "\"value\" is missing");
    turns("only the marker", R"([{"from": "human", "value": "<image>\n"}])", "conversations[0] asks nothing");
    turns("two pictures", R"([{"from": "human", "value": "<image> <image> a"}])", "several pictures");
    row("bad JSON within", R"({"image": 1.png})", "is not JSON at its byte");
    row("not UTF-8", "{\"image\": \"\xFF\"}", "is not UTF-8");
}

void TestConversationFile::namesFileAndRecord()
{
    QFETCH(QByteArray, second);
    QFETCH(QByteArray, says);
    const std::filesystem::path path = write("[" + good + ", " + second.toStdString() + ", " + withDimension + "]");
    try {
        const ConversationFile file(path);
        QFAIL("was read");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::InvalidSuite);
        const std::string what = error.what();
        QVERIFY2(what.find(path.string() + ": record 2 ") == 0, what.c_str());
        QVERIFY2(what.find(says.toStdString()) != std::string::npos, what.c_str());
    }
    // Left out where that is asked for, and counted.
    const ConversationFile file(path, BadRecords::LeaveOut);
    QCOMPARE(file.size(), std::size_t(2));
    QCOMPARE(file.bad(), std::size_t(1));
    QCOMPARE(file.problems().size(), std::size_t(1));
    QVERIFY(file.problems()[0].find("record 2 ") == 0);
    QCOMPARE(file.read(1).record, std::size_t(3));
}

void TestConversationFile::refusesBrokenFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const std::string &text, const char *says) {
        QTest::newRow(name) << QByteArray::fromStdString(text) << QByteArray(says);
    };
    row("cut in a record", "[" + good + ", " + withDimension.substr(0, 50), "record 2 ends with the file");
    row("cut in the list", "[" + good + ", ", "record 2 is missing");
    row("no comma", "[" + good + " " + withDimension + "]", "record 2 does not follow a comma");
    row("something behind", "[" + good + "] x", "behind the list's end");
    row("not an object", "[" + good + ", 3]", "record 2 is not an object");
    row("empty", "", "holds no question about a picture");
    row("text only", "[" + textOnly + "]", "1 records without a picture");
    row("not JSON", "hello", "record 1 is not an object");
}

void TestConversationFile::refusesBrokenFiles()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, says);
    const std::filesystem::path path = write(text.toStdString());
    for (const BadRecords policy : {BadRecords::Refuse, BadRecords::LeaveOut})
        try {
            const ConversationFile file(path, policy);
            QFAIL("was read");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidSuite);
            QVERIFY2(QByteArray(error.what()).contains(says), error.what());
        }
}

void TestConversationFile::limits()
{
    const auto record = [](const std::string &question, const std::string &more) {
        return R"({"image": "1.png", "conversations": [{"from": "human", "value": ")" + question
            + R"("}, {"from": "gpt", "value": "b"}])" + more + "}";
    };
    QCOMPARE(ConversationFile(write(record(std::string(500'000, 'x'), ""))).size(), std::size_t(1));
    const std::string deep = R"(, "more": )" + std::string(40, '[') + std::string(40, ']');
    for (const std::string &bad : {record(std::string(maxRecordBytes, 'x'), ""), record("a", deep)}) {
        const ConversationFile file(write(good + bad + good), BadRecords::LeaveOut);
        QCOMPARE(file.size(), std::size_t(2));
        QCOMPARE(file.bad(), std::size_t(1));
        QCOMPARE(file.read(1).record, std::size_t(3));
    }
}

void TestConversationFile::noticesChanges()
{
    const std::filesystem::path path = write("[" + good + "," + withDimension + "]");
    const ConversationFile file(path);
    std::filesystem::resize_file(path, 40);
    QVERIFY_EXCEPTION_THROWN(file.read(1), Error);
}

void TestConversationFile::becomesASuite()
{
    std::filesystem::create_directories(m_folder.filePath("pictures/p").toStdString());
    const std::filesystem::path pictures = m_folder.filePath("pictures").toStdString();
    for (const char *name : {"p/1.png", "2.png"})
        std::ofstream(pictures / name) << "not looked into";
    const std::filesystem::path path = write("[" + good + "," + good + "," + withDimension + "]");
    QVERIFY(isConversationFile(path));
    QVERIFY(!isConversationFile(write("{}")));
    const auto [suite, hasDimensions] = loadConversationSuite(path, pictures);
    QCOMPARE(suite.samples.size(), std::size_t(5));
    QVERIFY(!hasDimensions); // of `good`
    QCOMPARE(suite.samples[0].id, std::string("a"));
    QCOMPARE(suite.samples[1].id, std::string("a#2"));
    QCOMPARE(suite.samples[2].id, std::string("a (record 2)"));
    QCOMPARE(suite.samples[1].question, std::string("Colour?"));
    QCOMPARE(suite.samples[4].answers, std::vector<std::string>{"abc"});
    QVERIFY(loadConversationSuite(write("[" + withDimension + "]"), pictures).hasDimensions);
    std::filesystem::remove(pictures / "2.png");
    try {
        loadConversationSuite(path, pictures);
        QFAIL("the picture is missing");
    } catch (const Error &error) {
        QVERIFY2(QByteArray(error.what()).contains("record 3: there is no picture"), error.what());
    }
}

QTEST_GUILESS_MAIN(TestConversationFile)
#include "tst_conversation_file.moc"

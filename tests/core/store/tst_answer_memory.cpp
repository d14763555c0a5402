// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/answer_memory.h"
#include "qmop/error.h"

#include <QtTest>

#include <QTemporaryDir>

#include <fstream>

using namespace qmop;

class TestAnswerMemory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void answersStay();
    void comparisonsStay();
    void refused();
};

void TestAnswerMemory::answersStay()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("below/answers.sqlite").toStdString();
    {
        AnswerMemory memory(file);
        QVERIFY(memory.answers("p", "is it day?").empty());
        memory.put("p", "is it day?", {"qmop · 64", "old", "yes"});
        memory.put("p", "is it day?", {"none", "new", "no"});
        memory.put("p", "is it day?", {"qmop · 64", "new", "ja"});
        memory.put("p", "is it day?", {"qmop · 64", "new", "no \"ä\" ✗"}); // replaces
        memory.put("p", "is it night?", {"none", "new", "other"});
        memory.put("q", "is it day?", {"none", "new", "elsewhere"});
        memory.put("", "is it day?", {"none", "new", "no picture"}); // not kept
        memory.put("p", "is it day?", {"none", "", "no model"});
    }
    const AnswerMemory again(file);
    QVERIFY((again.answers("p", "is it day?")
             == std::vector<RememberedAnswer>{
                 {"qmop · 64", "old", "yes"}, {"none", "new", "no"}, {"qmop · 64", "new", "no \"ä\" ✗"}}));
    QVERIFY(again.answers("", "is it day?").empty());
}

void TestAnswerMemory::comparisonsStay()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("answers.sqlite").toStdString();
    AnswerMemory first(file);
    AnswerMemory memory(file); // two windows
    QVERIFY(!memory.same("p", "is it day?", {"a", "b"}));
    first.setSame("p", "is it day?", "a", false);
    memory.setSame("p", "is it day?", "b", true);
    memory.setSame("p", "is it day?", "", true);
    QCOMPARE(memory.same("p", "is it day?", {"a"}), std::optional(false));
    QCOMPARE(memory.same("p", "is it day?", {"a", "b"}), std::optional(true)); // the newest
    first.setSame("p", "is it day?", "a", false);
    QCOMPARE(memory.same("p", "is it day?", {"a", "b"}), std::optional(false));
    QVERIFY(!memory.same("p", "is it day?", {"c", ""}));
    QVERIFY(!memory.same("q", "is it day?", {"a"}));
}

void TestAnswerMemory::refused()
{
    const QTemporaryDir folder;
    const std::filesystem::path foreign = folder.filePath("foreign.sqlite").toStdString();
    {
        const Database database(foreign, Database::Access::ReadWrite);
        database.execute("CREATE TABLE theirs(x)");
    }
    std::ifstream stream(foreign, std::ios::binary);
    const std::string before{std::istreambuf_iterator<char>(stream), {}};
    QVERIFY_EXCEPTION_THROWN(AnswerMemory{foreign}, Error);
    std::ifstream again(foreign, std::ios::binary);
    QVERIFY(before == std::string(std::istreambuf_iterator<char>(again), {})); // left as it was
    const std::filesystem::path newer = folder.filePath("newer.sqlite").toStdString();
    AnswerMemory{newer};
    {
        const Database database(newer, Database::Access::ReadWrite);
        database.execute("PRAGMA user_version=2");
    }
    QVERIFY_EXCEPTION_THROWN(AnswerMemory{newer}, Error);
}

QTEST_APPLESS_MAIN(TestAnswerMemory)
#include "tst_answer_memory.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "core/vtcbench/suite_file.h"
#include "qmop/error.h"

using namespace qmop;
using nlohmann::json;

class TestSuiteFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsEveryField();
    void opensFolderOrFile();
    void saveAndLoad();
    void saveReplacesWhole();
    void savedTextMustBeUtf8();
    void refused_data();
    void refused();
    void refusedFiles_data();
    void refusedFiles();
    void linkOutOfTheFolder();
};

namespace {

json validSuite()
{
    return json::parse(R"({"name": "tiny", "version": "1.2", "scorer": "exact", "license": "CC0-1.0",
        "source": "made by hand", "samples": [
        {"id": "a", "image": "pictures/one.png", "question": "how many?", "answers": ["2", "two"],
         "dimension": "SC", "question_type": "count", "explanation": "ignored"},
        {"id": "b", "image": "pictures/one.png", "question": "où est-ce?", "answers": ["forêt"], "dimension": "GU"}]})");
}

class Folder {
public:
    Folder()
    {
        std::filesystem::create_directory(path() / "pictures");
        write("pictures/one.png", "not looked into");
    }

    std::filesystem::path path() const { return m_folder.path().toStdString(); }
    void write(const std::string &name, const std::string &text) const
    {
        std::ofstream(path() / name, std::ios::binary) << text;
    }

private:
    QTemporaryDir m_folder;
};

Error errorOf(const std::filesystem::path &path)
{
    try {
        loadSuite(path);
    } catch (const Error &error) {
        return error;
    }
    return {ErrorCode::Internal, "accepted"};
}

}

void TestSuiteFile::readsEveryField()
{
    const Folder folder;
    folder.write("suite.json", validSuite().dump());
    const Suite suite = loadSuite(folder.path());
    QCOMPARE(suite.name, std::string("tiny"));
    QCOMPARE(suite.version, std::string("1.2"));
    QCOMPARE(suite.scorer, std::string("exact"));
    QCOMPARE(suite.license, std::string("CC0-1.0"));
    QCOMPARE(suite.source, std::string("made by hand"));
    QCOMPARE(suite.samples.size(), std::size_t(2));
    QCOMPARE(suite.samples[0].id, std::string("a"));
    QCOMPARE(suite.samples[0].image, std::string("pictures/one.png"));
    QCOMPARE(suite.samples[0].question, std::string("how many?"));
    QCOMPARE(suite.samples[0].answers, (std::vector<std::string>{"2", "two"}));
    QCOMPARE(suite.samples[0].dimension, Dimension::SC);
    QCOMPARE(suite.samples[0].questionType, std::string("count"));
    QCOMPARE(suite.samples[1].questionType, std::string());
    QCOMPARE(suite.samples[1].answers[0], std::string("forêt"));
}

void TestSuiteFile::opensFolderOrFile()
{
    const Folder folder;
    folder.write("suite.json", validSuite().dump());
    QCOMPARE(loadSuite(folder.path() / "suite.json").samples.size(), std::size_t(2));
    QCOMPARE(suiteFolder(folder.path()), folder.path());
    QCOMPARE(suiteFolder(folder.path() / "suite.json"), folder.path());
}

void TestSuiteFile::saveAndLoad()
{
    const Folder folder;
    folder.write("suite.json", validSuite().dump());
    const Suite suite = loadSuite(folder.path());
    saveSuite(suite, folder.path());
    std::ifstream file(folder.path() / "suite.json");
    json expected = validSuite();
    expected["samples"][0].erase("explanation"); // fields that are not ours
    QCOMPARE(json::parse(file), expected);
}

void TestSuiteFile::saveReplacesWhole()
{
    const Folder folder;
    folder.write("suite.json", validSuite().dump());
    Suite suite = loadSuite(folder.path());
    const auto countFiles = [&folder] {
        return std::distance(std::filesystem::directory_iterator(folder.path()), std::filesystem::directory_iterator());
    };
    QCOMPARE(countFiles(), 2); // suite.json, pictures
    suite.samples.pop_back();
    saveSuite(suite, folder.path());
    QCOMPARE(loadSuite(folder.path()).samples.size(), std::size_t(1));
    QCOMPARE(countFiles(), 2);

    try {
        saveSuite(suite, folder.path() / "none");
        QFAIL("wrote into a folder that does not exist");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::OutputFailed);
    }
    suite.samples.push_back(suite.samples[0]);
    try {
        saveSuite(suite, folder.path());
        QFAIL("wrote the same id twice");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::InvalidSuite);
    }
    QCOMPARE(loadSuite(folder.path()).samples.size(), std::size_t(1));
}

void TestSuiteFile::savedTextMustBeUtf8()
{
    const Folder folder;
    folder.write("suite.json", validSuite().dump());
    Suite suite = loadSuite(folder.path());
    suite.samples[0].question = "caf\xE9?";
    try {
        saveSuite(suite, folder.path());
        QFAIL("wrote Latin-1");
    } catch (const Error &error) {
        QVERIFY2(QByteArray(error.what()).contains("UTF-8"), error.what());
    }
}

void TestSuiteFile::refused_data()
{
    QTest::addColumn<QByteArray>("pointer"); // what of the valid suite to replace
    QTest::addColumn<QByteArray>("value"); // JSON; empty: remove it
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const char *pointer, const char *value, const char *says) {
        QTest::newRow(name) << QByteArray(pointer) << QByteArray(value) << QByteArray(says);
    };
    row("no name", "/name", "", "\"name\" is missing");
    row("empty name", "/name", "\"\"", "\"name\" and \"version\"");
    row("number as version", "/version", "1", "\"version\" is not a text");
    row("unknown scorer", "/scorer", "\"bleu\"", "\"scorer\" is \"bleu\"");
    row("no samples", "/samples", "", "\"samples\" is not a list");
    row("empty samples", "/samples", "[]", "holds no sample");
    row("sample is a text", "/samples/1", "\"x\"", "sample 2: is not an object");
    row("no id", "/samples/1/id", "", "sample 2: \"id\" is missing");
    row("empty id", "/samples/1/id", "\"\"", "sample 2: \"id\" is empty");
    row("same id", "/samples/1/id", "\"a\"", "sample 2 (id \"a\"): the id is used twice");
    row("no dimension", "/samples/1/dimension", "", "sample 2 (id \"b\"): \"dimension\" is missing");
    row("unknown dimension", "/samples/0/dimension", "\"XX\"", "sample 1 (id \"a\"): \"dimension\" is \"XX\"");
    row("no answers", "/samples/0/answers", "[]", "sample 1 (id \"a\"): \"answers\" holds no answer");
    row("answer as text", "/samples/0/answers", "\"2\"", "sample 1 (id \"a\"): \"answers\" is not a list");
    row("number as answer", "/samples/0/answers/0", "2", "not a text");
    row("blank question", "/samples/0/question", "\" \\n\"", "sample 1 (id \"a\"): \"question\" is empty");
    row("absolute image", "/samples/1/image", "\"/etc/passwd\"", "sample 2 (id \"b\"): \"image\" is not a path below");
    row("image outside", "/samples/1/image", "\"../one.png\"", "sample 2 (id \"b\"): \"image\" leaves");
    row("image outside, hidden", "/samples/1/image", "\"pictures/../../one.png\"",
        "sample 2 (id \"b\"): \"image\" leaves");
    row("image with backslash", "/samples/1/image", "\"..\\\\one.png\"", "not a path below");
    row("image missing", "/samples/1/image", "\"pictures/two.png\"", "sample 2 (id \"b\"): the picture is missing");
    row("image is a folder", "/samples/1/image", "\"pictures\"", "the picture is missing");
    row("empty image", "/samples/1/image", "\"\"", "\"image\" is empty");
}

void TestSuiteFile::refused()
{
    QFETCH(QByteArray, pointer);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, says);
    json suite = validSuite();
    const json::json_pointer at(pointer.toStdString());
    if (value.isEmpty())
        suite.at(at.parent_pointer()).erase(at.back());
    else
        suite.at(at) = json::parse(value.toStdString());
    const Folder folder;
    folder.write("suite.json", suite.dump());
    const Error error = errorOf(folder.path());
    QCOMPARE(error.code(), ErrorCode::InvalidSuite);
    QVERIFY2(QByteArray(error.what()).contains(says), error.what());
    QVERIFY2(QByteArray(error.what()).contains("suite.json"), error.what());
    QVERIFY(!error.hint().empty());
}

void TestSuiteFile::refusedFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("empty") << QByteArray("") << QByteArray("is not JSON");
    QTest::newRow("list") << QByteArray("[]") << QByteArray("is not an object");
    QTest::newRow("cut") << QByteArray("{\"name\": \"a") << QByteArray("is not JSON at byte");
    QTest::newRow("latin-1") << QByteArray("{\"name\": \"caf\xE9\"}") << QByteArray("is not UTF-8 at byte 15");
    QTest::newRow("deep") << QByteArray(100'000, '[') << QByteArray("is not JSON at byte");
    QTest::newRow("deep, closed") << QByteArray(100'000, '[') + QByteArray(100'000, ']')
                                  << QByteArray("is not an object");
}

void TestSuiteFile::refusedFiles()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, says);
    const Folder folder;
    folder.write("suite.json", text.toStdString());
    const Error error = errorOf(folder.path());
    QCOMPARE(error.code(), ErrorCode::InvalidSuite);
    QVERIFY2(QByteArray(error.what()).contains(says), error.what());
    QVERIFY2(QByteArray(errorOf(folder.path() / "none.json").what()).contains("none.json does not exist"),
             "missing file");
}

void TestSuiteFile::linkOutOfTheFolder()
{
    const Folder folder, other;
    std::filesystem::create_symlink(other.path() / "pictures" / "one.png", folder.path() / "link.png");
    json suite = validSuite();
    suite["samples"][1]["image"] = "link.png";
    folder.write("suite.json", suite.dump());
    QVERIFY(QByteArray(errorOf(folder.path()).what()).contains("leaves the suite's folder"));
}

QTEST_APPLESS_MAIN(TestSuiteFile)
#include "tst_suite_file.moc"

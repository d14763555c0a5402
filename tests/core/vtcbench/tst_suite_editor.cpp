// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <set>

#include "core/vtcbench/answer_book.h"
#include "core/vtcbench/suite_editor.h"
#include "core/vtcbench/suite_file.h"
#include "qmop/error.h"
#include "qmop/sha256.h"
#include "tests/fixtures/full_disk.h"

using namespace qmop;

class TestSuiteEditor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void firstQuestionMakesTheSuite();
    void picturesAreKeptOnceByContent();
    void refusedDrafts_data();
    void refusedDrafts();
    void changeAndRemove();
    void undoAndRedo();
    void twoProgramsLoseNothing();
    void undoOfWhatAnotherChanged();
    void mergeOfTwoPeople();
    void mergeRefusesAnotherScorer();
    void damagedFileIsLeftAlone();
    void missingPictureIsNamed();
    void fullDiskLosesNothing();
    void exported();
    void versions();
    void answersAreScoredLive();

private:
    std::filesystem::path path(const char *name) const
    {
        return std::filesystem::path(m_folder->path().toStdString()) / name;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

std::vector<std::uint8_t> bytes(const std::string &text)
{
    return {text.begin(), text.end()};
}

const std::vector<std::uint8_t> cat = bytes("a picture of a cat");
const std::vector<std::uint8_t> dog = bytes("a picture of a dog");

QuestionDraft draft(const std::string &question, std::vector<std::string> answers, Dimension dimension = Dimension::GU)
{
    return {question, std::move(answers), dimension, {}};
}

std::string contents(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

template<typename Action> Error errorOf(const Action &action)
{
    try {
        action();
    } catch (const Error &error) {
        return error;
    }
    return {ErrorCode::Internal, "accepted"};
}

}

void TestSuiteEditor::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestSuiteEditor::firstQuestionMakesTheSuite()
{
    SuiteEditor editor(path("mine"));
    QVERIFY(editor.suite().samples.empty());
    QVERIFY(!std::filesystem::exists(path("mine")));
    const std::string id = editor.add({" what is it? ", {"a cat ", "", "cat"}, Dimension::RC, "object"}, cat, ".png");
    // In the shipped format: what reads suites reads it.
    const Suite suite = loadSuite(path("mine"));
    QCOMPARE(suite.samples.size(), std::size_t(1));
    QCOMPARE(suite.samples[0].id, id);
    QCOMPARE(suite.samples[0].question, std::string("what is it?"));
    QCOMPARE(suite.samples[0].answers, (std::vector<std::string>{"a cat", "cat"}));
    QCOMPARE(suite.samples[0].dimension, Dimension::RC);
    QCOMPARE(suite.samples[0].questionType, std::string("object"));
    QCOMPARE(suite.samples[0].image, "pictures/" + sha256Hex(cat) + ".png");
    QCOMPARE(contents(path("mine") / suite.samples[0].image), std::string(cat.begin(), cat.end()));
    QCOMPARE(suite.version, std::string("1"));
    QCOMPARE(suite.scorer, std::string("exact"));
    QVERIFY(!suite.name.empty());
}

void TestSuiteEditor::picturesAreKeptOnceByContent()
{
    SuiteEditor editor(path("mine"));
    const std::string first = editor.add(draft("what is it?", {"cat"}), cat, ".png");
    const std::string second = editor.add(draft("which colour?", {"grey"}), cat, ".png");
    const std::string other = editor.add(draft("what is it?", {"dog"}), dog, ".png");
    QCOMPARE((std::set<std::string>{first, second, other}.size()), std::size_t(3));
    const auto count = std::distance(std::filesystem::directory_iterator(path("mine") / "pictures"),
                                     std::filesystem::directory_iterator());
    QCOMPARE(count, 2);
    QCOMPARE(editor.questionsOn(sha256Hex(cat)), (std::vector<std::string>{first, second}));
    QCOMPARE(editor.questionsOn(sha256Hex(dog)), (std::vector<std::string>{other}));
    QVERIFY(editor.questionsOn("").empty());
}

void TestSuiteEditor::refusedDrafts_data()
{
    QTest::addColumn<QString>("question");
    QTest::addColumn<QStringList>("answers");
    QTest::addColumn<QString>("says");
    QTest::newRow("no question") << "  " << QStringList{"cat"} << "question is empty";
    QTest::newRow("no answer") << "what?" << QStringList{" ", ""} << "no answer";
    QTest::newRow("asked before") << "what is it?" << QStringList{"tiger"}
                                  << "this question about this picture already";
}

void TestSuiteEditor::refusedDrafts()
{
    QFETCH(QString, question);
    QFETCH(QStringList, answers);
    QFETCH(QString, says);
    SuiteEditor editor(path("mine"));
    editor.add(draft("what is it?", {"cat"}), cat, ".png");
    const std::string before = contents(editor.file());
    QuestionDraft refused = draft(question.toStdString(), {});
    for (const QString &answer : answers)
        refused.answers.push_back(answer.toStdString());
    const Error error = errorOf([&] { editor.add(refused, cat, ".png"); });
    QCOMPARE(error.code(), ErrorCode::InvalidArgument);
    QVERIFY2(QString(error.what()).contains(says), error.what());
    QVERIFY(!error.hint().empty());
    QCOMPARE(contents(editor.file()), before);
}

void TestSuiteEditor::changeAndRemove()
{
    SuiteEditor editor(path("mine"));
    const std::string id = editor.add(draft("what is it?", {"cat"}), cat, ".png");
    editor.change(id, draft("which animal?", {"cat", "kitten"}, Dimension::LD));
    const Suite suite = loadSuite(path("mine"));
    QCOMPARE(suite.samples[0].id, id);
    QCOMPARE(suite.samples[0].question, std::string("which animal?"));
    QCOMPARE(suite.samples[0].dimension, Dimension::LD);
    QCOMPARE(suite.version, std::string("2"));
    editor.change(id, draft("which animal?", {"cat", "kitten"}, Dimension::LD)); // nothing new: no new version
    QCOMPARE(editor.suite().version, std::string("2"));
    editor.remove(id);
    QVERIFY(editor.suite().samples.empty());
    QVERIFY(SuiteEditor(path("mine")).suite().samples.empty()); // an empty one opens again
    QCOMPARE(errorOf([&] { editor.remove(id); }).code(), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf([&] { editor.change("q-none", draft("a", {"b"})); }).code(), ErrorCode::InvalidArgument);
}

void TestSuiteEditor::undoAndRedo()
{
    SuiteEditor editor(path("mine"));
    editor.add(draft("one?", {"1"}), cat, ".png");
    const std::string second = editor.add(draft("two?", {"2"}), cat, ".png");
    editor.add(draft("three?", {"3"}), dog, ".png");
    const std::vector<SuiteSample> three = editor.suite().samples;
    editor.remove(second);
    const std::vector<SuiteSample> two = editor.suite().samples;
    editor.undo();
    QVERIFY(editor.suite().samples == three); // in its old place
    QVERIFY(loadSuite(path("mine")).samples == three);
    editor.redo();
    QVERIFY(editor.suite().samples == two);
    for (int i = 0; i < 4; ++i)
        editor.undo();
    QVERIFY(editor.suite().samples.empty());
    QVERIFY(!editor.canUndo());
    editor.undo();
    for (int i = 0; i < 3; ++i)
        editor.redo();
    QVERIFY(editor.suite().samples == three);
    editor.add(draft("four?", {"4"}), dog, ".png"); // a new edit ends what could be redone
    QVERIFY(!editor.canRedo());
}

void TestSuiteEditor::twoProgramsLoseNothing()
{
    SuiteEditor one(path("mine"));
    SuiteEditor other(path("mine"));
    one.add(draft("one?", {"1"}), cat, ".png");
    other.add(draft("two?", {"2"}), cat, ".png");
    one.add(draft("three?", {"3"}), dog, ".png");
    QCOMPARE(loadSuite(path("mine")).samples.size(), std::size_t(3));
    QCOMPARE(one.suite().samples.size(), std::size_t(3));
    QCOMPARE(one.suite().version, std::string("3"));
    one.undo(); // of its own last step alone
    QCOMPARE(loadSuite(path("mine")).samples.size(), std::size_t(2));
    QCOMPARE(errorOf([&] { other.add(draft("one?", {"1"}), cat, ".png"); }).code(), ErrorCode::InvalidArgument);
}

void TestSuiteEditor::undoOfWhatAnotherChanged()
{
    SuiteEditor one(path("mine"));
    const std::string id = one.add(draft("one?", {"1"}), cat, ".png");
    SuiteEditor other(path("mine"));
    other.change(id, draft("one?", {"1", "one"}));
    const Error error = errorOf([&] { one.undo(); });
    QVERIFY2(QString(error.what()).contains("another program"), error.what());
    QCOMPARE(loadSuite(path("mine")).samples[0].answers.size(), std::size_t(2));
    QVERIFY(!one.canUndo());
}

void TestSuiteEditor::mergeOfTwoPeople()
{
    SuiteEditor mine(path("mine"));
    const std::string same = mine.add(draft("what is it?", {"cat"}), cat, ".png");
    mine.add(draft("how many?", {"1"}), cat, ".png");
    SuiteEditor theirs(path("theirs"));
    QCOMPARE(theirs.add(draft("what is it?", {"cat"}), cat, ".jpg"), same); // known, under another file name
    theirs.add(draft("how many?", {"2"}), cat, ".jpg"); // disputed, and its id is taken
    theirs.add(draft("what is it?", {"dog"}), dog, ".png"); // new

    const MergeReport report = mine.merge(path("theirs"));
    QCOMPARE(report.known, 1);
    QCOMPARE(report.added, 2);
    QCOMPARE(report.disputed.size(), std::size_t(1));
    QCOMPARE(report.renamed, report.disputed);
    const Suite suite = loadSuite(path("mine"));
    QCOMPARE(suite.samples.size(), std::size_t(4));
    QCOMPARE(suite.samples[1].answers[0], std::string("1")); // mine is as it was
    QCOMPARE(mine.find(report.disputed[0])->answers[0], std::string("2"));
    for (const SuiteSample &sample : suite.samples)
        QVERIFY(!mine.pictureOf(sample).empty());

    QCOMPARE(mine.merge(path("theirs")).known, 3); // again: nothing new
    mine.undo(); // one step
    QCOMPARE(mine.suite().samples.size(), std::size_t(2));
}

void TestSuiteEditor::mergeRefusesAnotherScorer()
{
    SuiteEditor mine(path("mine"));
    mine.add(draft("what is it?", {"cat"}), cat, ".png");
    SuiteEditor theirs(path("theirs"));
    theirs.add(draft("what is it?", {"dog"}), dog, ".png");
    Suite soft = theirs.suite();
    soft.scorer = "soft";
    saveSuite(soft, path("theirs"));
    const Error error = errorOf([&] { mine.merge(path("theirs")); });
    QCOMPARE(error.code(), ErrorCode::InvalidSuite);
    QVERIFY2(QString(error.what()).contains("soft"), error.what());
    QCOMPARE(loadSuite(path("mine")).samples.size(), std::size_t(1));
}

void TestSuiteEditor::damagedFileIsLeftAlone()
{
    SuiteEditor editor(path("mine"));
    editor.add(draft("what is it?", {"cat"}), cat, ".png");
    Suite twice = editor.suite();
    twice.samples.push_back(twice.samples[0]);
    std::string text = contents(editor.file());
    // Two files put together by hand: one id twice; and a file cut off.
    const std::string sample = text.substr(text.find("  {"), text.rfind('}') - text.find("  {"));
    const std::string doubled = text.substr(0, text.find("  {")) + sample.substr(0, sample.rfind('}') + 1) + ",\n"
        + text.substr(text.find("  {"));
    for (const auto &[damaged, says] :
         {std::pair{doubled, "used twice"}, {text.substr(0, text.size() / 2), "not JSON"}}) {
        std::ofstream(editor.file(), std::ios::binary) << damaged;
        const Error opened = errorOf([&] { SuiteEditor(path("mine")); });
        QCOMPARE(opened.code(), ErrorCode::InvalidSuite);
        QVERIFY2(QString(opened.what()).contains(says), opened.what());
        QCOMPARE(errorOf([&] { editor.add(draft("new?", {"1"}), dog, ".png"); }).code(), ErrorCode::InvalidSuite);
        QCOMPARE(contents(editor.file()), damaged);
    }
}

void TestSuiteEditor::missingPictureIsNamed()
{
    SuiteEditor editor(path("mine"));
    const std::string id = editor.add(draft("what is it?", {"cat"}), cat, ".png");
    std::filesystem::remove(path("mine") / editor.find(id)->image);
    SuiteEditor again(path("mine")); // opens, to be repaired
    QCOMPARE(again.missingPictures(), std::vector<std::string>{id});
    QVERIFY(QString(errorOf([&] { loadSuite(path("mine")); }).what()).contains("picture is missing"));
    QVERIFY(QString(errorOf([&] { again.exportTo(path("copy")); }).what()).contains(QString::fromStdString(id)));
    QVERIFY(!std::filesystem::exists(path("copy")));
    again.add(draft("which colour?", {"grey"}), cat, ".png"); // brings the picture back
    QVERIFY(again.missingPictures().empty());
    again.remove(id);
}

void TestSuiteEditor::fullDiskLosesNothing()
{
    SuiteEditor editor(path("mine"));
    editor.add(draft("what is it?", {"cat"}), cat, ".png");
    const std::string before = contents(editor.file());
    const FullDisk full(100);
    for (const auto &picture : {cat, std::vector<std::uint8_t>(200, 'x')}) {
        const Error error = errorOf([&] { editor.add(draft("and now?", {"1"}), picture, ".png"); });
        QCOMPARE(error.code(), ErrorCode::OutputFailed);
        QCOMPARE(contents(editor.file()), before);
        QCOMPARE(editor.suite().samples.size(), std::size_t(1));
    }
}

void TestSuiteEditor::exported()
{
    SuiteEditor editor(path("mine"));
    QCOMPARE(errorOf([&] { editor.exportTo(path("copy")); }).code(), ErrorCode::InvalidArgument);
    editor.add(draft("what is it?", {"cat"}), cat, ".png");
    const std::string unused = editor.add(draft("what is it?", {"dog"}), dog, ".png");
    editor.remove(unused);
    editor.exportTo(path("copy"));
    const Suite copy = loadSuite(path("copy"));
    QVERIFY(copy.samples == editor.suite().samples);
    QCOMPARE(copy.version, editor.suite().version);
    QVERIFY(!std::filesystem::exists(path("copy") / "pictures" / (sha256Hex(dog) + ".png"))); // not needed
    QCOMPARE(errorOf([&] { editor.exportTo(path("copy")); }).code(), ErrorCode::InvalidArgument);
}

void TestSuiteEditor::versions()
{
    QCOMPARE(nextVersion("0"), std::string("1"));
    QCOMPARE(nextVersion("9"), std::string("10"));
    QCOMPARE(nextVersion("2024.1"), std::string("2024.1+1"));
    QCOMPARE(nextVersion("2024.1+9"), std::string("2024.1+10"));
    QCOMPARE(nextVersion("99999999999"), std::string("99999999999+1"));
}

void TestSuiteEditor::answersAreScoredLive()
{
    SuiteEditor editor(path("mine"));
    const std::string first = editor.add(draft("how many?", {"2"}, Dimension::SC), cat, ".png");
    const std::string second = editor.add(draft("what is it?", {"cat"}, Dimension::GU), cat, ".png");
    AnswerBook book;
    QVERIFY(book.scores(editor.suite()).empty());
    book.put(*editor.find(first), "qmop · 64", "Two.");
    book.put(*editor.find(second), "qmop · 64", "dog");
    book.put(*editor.find(first), "none", "3");
    auto scores = book.scores(editor.suite());
    QCOMPARE(scores.size(), std::size_t(2));
    QCOMPARE(scores[0].method, std::string("qmop · 64"));
    QCOMPARE(scores[0].answered, 2);
    QCOMPARE(scores[0].score.average.percent, 50.0);
    QCOMPARE(scores[0].score.dimensions[std::size_t(Dimension::SC)].percent, 100.0);
    QCOMPARE(scores[0].score.dimensions[std::size_t(Dimension::GU)].percent, 0.0);
    QCOMPARE(scores[0].score.dimensions[std::size_t(Dimension::LD)].samples, 0);
    QCOMPARE(scores[1].answered, 1);
    QCOMPARE(scores[1].score.average.percent, 0.0);
    QVERIFY(book.has(*editor.find(first), "none"));
    QVERIFY(!book.has(*editor.find(second), "none"));

    editor.change(second, draft("what is it?", {"cat", "dog"}, Dimension::LD)); // other references: scored anew
    scores = book.scores(editor.suite());
    QCOMPARE(scores[0].score.average.percent, 100.0);
    QCOMPARE(scores[0].score.dimensions[std::size_t(Dimension::LD)].samples, 1);
    editor.change(second, draft("which animal?", {"dog"}, Dimension::LD)); // another question: not answered yet
    QCOMPARE(book.scores(editor.suite())[0].answered, 1);
    QVERIFY(book.answersTo(editor.suite(), *editor.find(second)).empty());
    book.put(*editor.find(first), "none", "2"); // a later answer replaces
    QCOMPARE(book.answersTo(editor.suite(), *editor.find(first))[1].score, 1.0);
}

QTEST_APPLESS_MAIN(TestSuiteEditor)
#include "tst_suite_editor.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window reads besides pictures: model folder, samples, suite results.
#include <QtTest>

#include "app/explorer/engine/model_folder.h"
#include "app/explorer/pictures/samples.h"
#include "app/explorer/suite/bench_results.h"
#include "core/image/decode.h"
#include "core/vtcbench/suite_file.h"
#include "models/checkpoint/checkpoint_hash.h"
#include "qmop/error.h"
#include "tests/app/window_fixture.h"
#include "widgets/bench/bench_panel.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTableWidget>

using namespace qmop;

class TestWindowFiles : public QObject {
    Q_OBJECT

private slots:
    void modelFolder();
    void missingModelNamesTheFile();
    void samplesWithoutPictureAreLeftOut();
    void damagedSamplesAreNamed();
    void shippedSamplesOpen();
    void resultsByHand();
    void resultsOfAnotherSuiteAreRefused_data();
    void resultsOfAnotherSuiteAreRefused();
    void answersAreScoredInTheWindow();
    void scoresAreOfTheModelShown();
    void shippedScoresAreOfTheShippedModel();

private:
    std::filesystem::path file(const QString &name, const QByteArray &content)
    {
        fixture::writeFile(m_folder.filePath(name), content);
        return m_folder.filePath(name).toStdString();
    }
    QTemporaryDir m_folder;
};

namespace {

Suite twoQuestions()
{
    Suite suite;
    suite.name = "scenes";
    suite.version = "1";
    suite.scorer = "exact";
    suite.samples = {{"a", "0.png", "is it day?", {"yes"}, Dimension::GU, ""},
                     {"b", "0.png", "what does the sign say?", {"fox"}, Dimension::LD, ""}};
    return suite;
}

template<typename Action> std::string messageOf(Action action, ErrorCode code)
{
    try {
        action();
    } catch (const Error &error) {
        return error.code() == code ? error.what() : "another code: " + std::string(error.what());
    }
    return "nothing was thrown";
}

}

void TestWindowFiles::modelFolder()
{
    fixture::writeModelFolder(m_folder.filePath("model"));
    const ModelFolder model = readModelFolder(m_folder.filePath("model").toStdString());
    QCOMPARE(model.name, std::string("scenes-tiny"));
    QCOMPARE(model.patches, 256);
    QCOMPARE(model.budgets, (std::vector<int>{16, 64})); // "qmop-notes" is none
    QCOMPARE(model.preprocess.fit, FitPolicy::Pad);
    // 640 x 480 padded: patches of 40 pixels from y = -80.
    const RectF box = model.gridFor(640, 480).patchInImage(0);
    QCOMPARE(box.y, -80.0);
    QCOMPARE(box.width, 40.0);
}

void TestWindowFiles::missingModelNamesTheFile()
{
    const std::string what = messageOf([] { readModelFolder("/no/such/model"); }, ErrorCode::InvalidModel);
    QVERIFY2(what.find("/no/such/model") != std::string::npos, what.c_str());
}

void TestWindowFiles::samplesWithoutPictureAreLeftOut()
{
    QVERIFY(readSamples(m_folder.filePath("nowhere").toStdString()).empty());
    fixture::WindowFixture window;
    const std::vector<Sample> samples = readSamples(window.path("resources/samples").toStdString());
    QCOMPARE(samples.size(), std::size_t(2));
    QCOMPARE(samples[0].title, QStringLiteral("Market"));
    QCOMPARE(samples[0].questions.size(), 2);
    QVERIFY(samples[1].path.endsWith("beach.png"));
}

void TestWindowFiles::damagedSamplesAreNamed()
{
    file("bad/samples.json", "{\"samples\": [");
    const std::string what
        = messageOf([&] { readSamples(m_folder.filePath("bad").toStdString()); }, ErrorCode::InvalidArgument);
    QVERIFY2(what.find("bad/samples.json") != std::string::npos, what.c_str());
}

void TestWindowFiles::shippedSamplesOpen()
{
    const QString folder = QStringLiteral(QMOP_SOURCE_DIR "/resources/samples");
    const std::vector<Sample> samples = readSamples(folder.toStdString());
    QFile json(folder + "/samples.json");
    QVERIFY(json.open(QIODevice::ReadOnly));
    const QJsonArray entries = QJsonDocument::fromJson(json.readAll()).object()["samples"].toArray();
    QCOMPARE(int(samples.size()), int(entries.size())); // none lacks its picture
    QVERIFY(samples.size() >= 4);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const DecodedImage picture = loadImage(samples[i].path.toStdString());
        QVERIFY(picture.image->width >= 256);
        QVERIFY(samples[i].questions.size() >= 3);
        QCOMPARE(entries[int(i)]["answers"].toArray().size(), samples[i].questions.size());
    }
}

void TestWindowFiles::resultsByHand()
{
    const Suite suite = twoQuestions();
    QVERIFY(readBenchResults(m_folder.filePath("none.json").toStdString(), suite).empty());
    const auto path = file("results.json", R"({"suite": "scenes", "version": "1", "scorer": "exact", "runs": [
        {"compressor": "none", "budget": 0, "scores": {"GU": 100.0, "SC": null, "RC": null, "SE": null, "LD": 0.0,
         "avg": 50.0}, "n": 2, "interval": [0.0, 100.0], "model_sha256": "ab12"},
        {"compressor": "qmop", "budget": 64, "scores": {"GU": 0.0, "SC": null, "RC": null, "SE": null, "LD": 0.0,
         "avg": 0.0}, "n": 2, "interval": null}]})");
    const std::vector<MeasuredRow> measured = readBenchResults(path, suite);
    QCOMPARE(measured.size(), std::size_t(2));
    QCOMPARE(measured[0].modelHash, std::string("ab12"));
    QCOMPARE(measured[1].modelHash, std::string()); // does not say
    const std::vector<BenchRow> rows{measured[0].row, measured[1].row};
    QCOMPARE(rows[0].method, QStringLiteral("none"));
    QCOMPARE(rows[0].score.dimensions[std::size_t(Dimension::GU)].percent, 100.0);
    QCOMPARE(rows[0].score.dimensions[std::size_t(Dimension::GU)].samples, 1);
    QCOMPARE(rows[0].score.dimensions[std::size_t(Dimension::SC)].samples, 0);
    QCOMPARE(rows[0].score.average.high, 100.0);
    QCOMPARE(rows[1].method, QStringLiteral("qmop · 64"));
}

void TestWindowFiles::resultsOfAnotherSuiteAreRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("other suite") << QByteArray(R"({"suite": "VTCBench", "version": "1", "runs": []})");
    QTest::newRow("other version") << QByteArray(R"({"suite": "scenes", "version": "2", "runs": []})");
    QTest::newRow("no report") << QByteArray("[1, 2]");
    QTest::newRow("truncated") << QByteArray(R"({"suite": "scenes", "ver)");
    QTest::newRow("wrong type") << QByteArray(R"({"suite": "scenes", "version": "1", "runs": [{"compressor": 5}]})");
}

void TestWindowFiles::resultsOfAnotherSuiteAreRefused()
{
    QFETCH(QByteArray, content);
    const auto path = file("refused.json", content);
    const std::string what = messageOf([&] { readBenchResults(path, twoQuestions()); }, ErrorCode::InvalidSuite);
    QVERIFY2(what.find("refused.json") != std::string::npos, what.c_str());
}

void TestWindowFiles::answersAreScoredInTheWindow()
{
    fixture::WindowFixture f;
    fixture::writePicture(f.path("resources/suites/s/0.png"), 64, 64, Qt::green);
    Suite suite = twoQuestions();
    suite.license = "CC0-1.0";
    suite.source = "a test";
    saveSuite(suite, f.path("resources/suites/s").toStdString());
    MainWindow &window = f.open();
    QTRY_VERIFY(window.benchPanel()->suiteText().contains("version 1"));
    QSignalSpy opened(&window, &MainWindow::pictureOpened);
    QTest::keyClick(&window, Qt::Key_Right, Qt::AltModifier);
    QVERIFY(opened.wait());
    QTableWidget *questions = window.benchPanel()->questions();
    QCOMPARE(questions->rowCount(), 2);
    const QPoint second = questions->visualItemRect(questions->item(1, 1)).center();
    QTest::mouseClick(questions->viewport(), Qt::LeftButton, {}, second);
    QVERIFY(f.engine->requests.empty()); // a click locks, as in every panel
    QTest::mouseDClick(questions->viewport(), Qt::LeftButton, {}, second);
    QCOMPARE(f.engine->requests.size(), std::size_t(1));
    QCOMPARE(f.engine->requests[0].question, std::string("what does the sign say?"));
    f.engine->finish({.answer = "an owl", .uncompressed = "The fox."});
    // "The fox." is right by the suite's scorer, "an owl" is not.
    QTRY_COMPARE(questions->item(1, 3)->text(), QStringLiteral("✗ an owl (qmop · 64)  ✓ The fox. (none)"));
    QVERIFY(questions->item(0, 3)->text().isEmpty());
}

// Budget 64 of the fixture's model, with weights of its own.
void writeWeights(const fixture::WindowFixture &f)
{
    fixture::writeFile(f.path("model/model.safetensors"), "base");
    fixture::writeFile(f.path("model/qmop-16/model.safetensors"), "sixteen");
    fixture::writeFile(f.path("model/qmop-64/model.safetensors"), "sixty-four");
}

void TestWindowFiles::scoresAreOfTheModelShown()
{
    const auto report = [](const std::vector<std::string> &hashes) {
        QJsonArray runs;
        for (const std::string &hash : hashes)
            runs.append(
                QJsonObject{{"compressor", "pool"},
                            {"budget", int(runs.size()) + 1},
                            {"scores", QJsonObject{{"GU", 1}, {"SC", 2}, {"RC", 3}, {"SE", 4}, {"LD", 5}, {"avg", 3}}},
                            {"n", 2},
                            {"model_sha256", QString::fromStdString(hash)}});
        return QJsonDocument(QJsonObject{{"suite", "scenes"}, {"version", "1"}, {"runs", runs}}).toJson();
    };
    fixture::WindowFixture f;
    writeWeights(f);
    fixture::writePicture(f.path("resources/suites/s/0.png"), 64, 64, Qt::green);
    Suite suite = twoQuestions();
    suite.license = "CC0-1.0";
    suite.source = "a test";
    saveSuite(suite, f.path("resources/suites/s").toStdString());
    const std::filesystem::path model = f.path("model").toStdString();
    const std::string base = checkpointSha256(model);
    const std::string other(64, '0');
    fixture::writeFile(f.path("resources/suites/s/results.json"),
                       report({base, other, budgetSha256(base, model / "qmop-64"), ""}));
    QTableWidget *scores = f.open().benchPanel()->scores();
    QTRY_COMPARE(scores->rowCount(), 2);
    QCOMPARE(scores->item(0, 0)->text(), QStringLiteral("pool · 1"));
    QCOMPARE(scores->item(1, 0)->text(), QStringLiteral("pool · 3"));
    QCOMPARE(f.window->benchPanel()->scoresNote(), QString());

    // One byte of the weights, and it is another model.
    fixture::writeFile(f.path("model/model.safetensors"), "bass");
    MainWindow &second = f.open();
    QTRY_VERIFY(second.benchPanel()->scoresNote().contains("not measured on this model"));
    QCOMPARE(second.benchPanel()->scores()->rowCount(), 0);
}

void TestWindowFiles::shippedScoresAreOfTheShippedModel()
{
    const std::filesystem::path root = QMOP_SOURCE_DIR;
    const Suite suite = loadSuite(root / "resources/suites/scenes-v1");
    const auto rows = readBenchResults(root / "resources/suites/scenes-v1/results.json", suite);
    const std::filesystem::path model = root / "models/zoo/scenes-tiny";
    const std::string base = checkpointSha256(model);
    QCOMPARE(rows.size(), std::size_t(2 + 4 * 3)); // none and blind; QMoP and its branches with three budgets
    for (const MeasuredRow &measured : rows) {
        const QString budget = measured.row.method.section(u' ', -1);
        const bool has = budget.toInt() > 0;
        QCOMPARE(measured.modelHash, has ? budgetSha256(base, model / ("qmop-" + budget.toStdString())) : base);
    }
}

QTEST_MAIN(TestWindowFiles)
#include "tst_window_files.moc"

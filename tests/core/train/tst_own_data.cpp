// SPDX-License-Identifier: GPL-3.0-or-later
//
// Training on one's own pictures and conversations, from a folder and a JSON to a
// trained projector and its scores: the guide's page own-data.md, step by step.
#include "core/train/checkpoint.h"
#include "core/train/conversation_batch.h"
#include "core/train/own_data.h"
#include "core/train/shuffle.h"
#include "core/train/training_log.h"
#include "models/checkpoint/tensor_reader.h"
#include "qmop/error.h"
#include "tests/core/train/tiny_training.h"
#include "tests/fixtures/bmp_header.h"

#include <ATen/ATen.h>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fstream>
#include <set>

using namespace qmop;
using namespace qmop::train;
using nlohmann::json;

namespace {

json turn(const char *from, const std::string &value)
{
    return {{"from", from}, {"value", value}};
}

json record(const std::string &id, const std::string &image, const std::string &colour)
{
    return {{"id", id},
            {"image", image},
            {"conversations",
             {turn("human", "<image>\nWhich colour is it?"), turn("gpt", colour), turn("human", "Größe? 大きい 🐈"),
              turn("gpt", colour == "red" ? "groß" : "small")}}};
}

// What the tokenizer's 320 tokens, learnt from English questions, do not know.
constexpr const char *foreign = "größe? 大きい 🐈, naïve";

using Ids = std::vector<int>;

Ids list(const at::Tensor &tensor)
{
    const at::Tensor flat = tensor.contiguous().flatten();
    return Ids(flat.data_ptr<std::int64_t>(), flat.data_ptr<std::int64_t>() + flat.numel());
}

Ids joined(const std::vector<Ids> &parts)
{
    Ids all;
    for (const Ids &part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

} // namespace

class TestOwnData : public QObject {
    Q_OBJECT

private:
    std::filesystem::path path(const char *name) const { return m_folder.filePath(name).toStdString(); }

    // Red and blue pictures of many sizes; one that is missing and one that is cut.
    void writeData()
    {
        QVERIFY(QDir(m_folder.path()).mkpath("pictures/sub"));
        json training = json::array(), heldOut = json::array();
        for (int i = 0; i < 26; ++i) {
            const bool red = i % 2 == 0;
            const QString name = QString(i % 3 == 0 ? "sub/%1.bmp" : "%1.bmp").arg(i);
            const int width = 20 + 37 * i % 400, height = 16 + 91 * i % 300;
            std::string bytes = bmpHeader(std::uint32_t(width), std::uint32_t(height));
            for (int y = 0; y < height; ++y) { // blue, green, red; rows fill up to four bytes
                for (int x = 0; x < width; ++x)
                    bytes += {char(red ? 3 * i : 200 + i), char(10), char(red ? 200 + i : 3 * i)};
                bytes.resize((bytes.size() - 54 + 3) / 4 * 4 + 54);
            }
            std::ofstream(path(("pictures/" + name.toStdString()).c_str()), std::ios::binary) << bytes;
            (i < 16 ? training : heldOut)
                .push_back(record('c' + std::to_string(i), name.toStdString(), red ? "red" : "blue"));
        }
        training.push_back(record("missing", "nowhere.png", "red"));
        training.push_back(record("cut", "cut.bmp", "red"));
        QFile::copy(m_folder.filePath("pictures/sub/0.bmp"), m_folder.filePath("pictures/cut.bmp"));
        std::filesystem::resize_file(path("pictures/cut.bmp"), 60);
        training.push_back({{"image", "1.bmp"}});
        std::ofstream(path("train.json")) << training.dump(1);
        std::ofstream(path("held-out.json")) << heldOut.dump(1);
    }

    // `share`: of the steps that it takes to learn the data
    json recipeJson(double share = 1) const
    {
        json recipe = tinyRecipeJson();
        recipe["name"] = "mine";
        recipe["preprocessor"]["crop_size"] = {{"height", 128}, {"width", 128}};
        recipe["data"] = {{"json", "train.json"}, {"held_out", "held-out.json"}, {"pictures", "pictures"}};
        json stages = json::array();
        for (std::size_t i = 0; i < 4; ++i) { // vision, language, stage1, stage2
            json stage = recipe["stages"][i];
            for (const char *field : {"naming", "grounding", "keeping", "placing"})
                stage.erase(field);
            stage["steps"] = i == 0 ? 4 : int(share * (i == 1 ? 240 : i == 2 ? 40 : 100));
            stage["batch"] = 4;
            stage["optimiser"] = {{"adamw_rate", 3e-3}, {"clip", 1.0}, {"warmup", 4}};
            stage["evaluate_pictures"] = 100;
            stages.push_back(stage);
        }
        recipe["stages"] = stages;
        return recipe;
    }

    static QByteArray qmop(const QStringList &arguments, int expected = 0)
    {
        QProcess process;
        process.start(QMOP_BIN_DIR "/qmop", arguments);
        if (!process.waitForFinished(300'000) || process.exitCode() != expected)
            qWarning("exit code %d: %s", process.exitCode(), process.readAllStandardError().constData());
        return process.exitCode() == expected ? process.readAllStandardError() + process.readAllStandardOutput()
                                              : QByteArray();
    }

    QStringList training(const char *out) const
    {
        return {"train",     "--recipe", m_folder.filePath("recipe.json"), "--out", m_folder.filePath(out),
                "--threads", "1"};
    }

    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("QMOP_RESOURCES", QMOP_SOURCE_DIR "/resources");
        writeData();
        writeRecipe(m_folder.path().toStdString(), recipeJson());
    }

    void shuffledIsAnOrder()
    {
        for (const std::uint64_t n : {1ULL, 2ULL, 3ULL, 10ULL, 1000ULL, 4096ULL, 4097ULL}) {
            std::set<std::uint64_t> seen;
            bool moved = false, other = false;
            for (std::uint64_t i = 0; i < n; ++i) {
                const std::uint64_t to = shuffled(i, n, 1);
                QVERIFY(to < n && seen.insert(to).second);
                moved |= to != i;
                other |= to != shuffled(i, n, 2);
            }
            QVERIFY(n < 10 || (moved && other));
        }
    }

    // Every readable record once per round, the same for the same seed, others instead of what cannot be read.
    void roundsThroughTheData()
    {
        const Recipe recipe = readRecipe(path("recipe.json"));
        const OwnData data(recipe, 128);
        const OwnData again(recipe, 128);
        std::multiset<std::size_t> records;
        for (std::uint64_t first = 0; first < 36; first += 4) { // two rounds of 18
            const auto lessons = data.training(StageKind::Stage1, first, 4, 0);
            const auto same = again.training(StageKind::Stage1, first, 4, 0);
            QCOMPARE(lessons.size(), std::size_t(4));
            for (std::size_t i = 0; i < 4; ++i) {
                QCOMPARE(lessons[i].conversation.record, same[i].conversation.record);
                QCOMPARE(lessons[i].image.width, 128);
                QCOMPARE(lessons[i].image.rgb.size(), std::size_t(128 * 128 * 3));
                records.insert(lessons[i].conversation.record);
            }
        }
        for (std::size_t record = 1; record <= 16; ++record)
            QVERIFY(records.count(record) >= 2);
        QCOMPARE(records.count(17) + records.count(18), std::size_t(0)); // missing, cut
        QCOMPARE(data.unreadable(), std::size_t(2));
        const auto notes = data.takeNotes();
        const auto says = [&](const std::string &what) {
            return std::any_of(notes.begin(), notes.end(),
                               [&](const std::string &note) { return note.find(what) != std::string::npos; });
        };
        QVERIFY(says("record 17: ") && says("nowhere.png"));
        QVERIFY(says("record 18: ") && says("cut.bmp"));
        QVERIFY(says("left out: record 19 \"conversations\" is missing"));
        QVERIFY(says("18 conversations in "));
        QVERIFY(data.takeNotes().empty());
        QCOMPARE(data.heldOut(8, 10).size(), std::size_t(2));
    }

    // Two turns: what is read, what is learnt, where.
    void turnsByHand()
    {
        TinyTraining tiny(m_folder.path().toStdString());
        writeRecipe(m_folder.path().toStdString(), recipeJson());
        const Tokenizer &tokenizer = *tiny.model.tokenizer;
        QCOMPARE(tokenizer.decode(tokenizer.encode(foreign)), std::string(foreign));
        const OwnData data(readRecipe(path("recipe.json")), 128);
        const auto lessons = data.heldOut(0, 1);
        const auto &turns = lessons[0].conversation.turns;
        const int end = tiny.model.config.decoder.eosToken;
        const auto encode = [&](const std::string &text) { return tokenizer.encode(text, true); };
        const Ids q1 = encode(turns[0].question + "<a>"), a1 = encode(turns[0].answer),
                  q2 = encode(turns[1].question + "<a>"), a2 = encode(turns[1].answer);
        const Ids learnt = joined({a1, {end}, a2, {end}});

        // Examined: each turn by itself, as the program asks it.
        const LanguageBatch asked = makeConversationBatch(*tiny.source, lessons, 0, Packing::PerPicture, 1);
        QCOMPARE(list(asked.ids), joined({q1, a1, q2, a2}));
        QCOMPARE(list(asked.answers), learnt);
        const std::size_t length = q1.size() + a1.size();
        for (std::size_t i = 0; i < list(asked.ids).size(); ++i) {
            QCOMPARE(list(asked.group)[i], i < length ? 0 : 1); // so that the second does not read the first
            QCOMPARE(list(asked.offsets)[i], int(i < length ? i : i - length));
        }
        QCOMPARE(asked.dimensions.size(), std::size_t(2));
        QVERIFY(!asked.dimensions[0]);
        // Trained: half of the second turns behind the first, the others by themselves.
        int behind = 0;
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            const LanguageBatch drawn = makeConversationBatch(*tiny.source, lessons, 2, Packing::PerPicture, seed);
            QCOMPARE(list(drawn.answers), learnt);
            const LanguageBatch single = makeConversationBatch(*tiny.source, lessons, 2, Packing::PerQuestion, seed);
            QCOMPARE(list(single.answers), learnt);
            QCOMPARE(single.ids.size(0), std::int64_t(2));
            QCOMPARE(single.questions.ids.size(0), std::int64_t(2));
            QCOMPARE(single.gumbel.size(0), std::int64_t(2));
            const bool alone = list(drawn.group).back() == 1;
            const Ids second = alone ? joined({q2, a2}) : joined({q1, a1, {end}, q2, a2});
            const Ids row = list(single.ids[1]);
            QVERIFY(std::equal(second.begin(), second.end(), row.begin()));
            QVERIFY(list(single.answerRows)[a1.size() + 1] >= int(row.size())); // its answer is in the second row
            QCOMPARE(list(drawn.ids), alone ? list(asked.ids) : second);
            QCOMPARE(list(drawn.offsets).back(), int(second.size()) - 1);
            behind += alone ? 0 : 1;
            const Ids rows = list(drawn.answerRows);
            for (std::size_t i = 0; i < rows.size(); ++i) // but for ends, what follows the row
                if (learnt[i] != end)
                    QCOMPARE(list(drawn.ids)[std::size_t(rows[i]) + 1], learnt[i]);
        }
        QVERIFY2(behind > 70 && behind < 130, QByteArray::number(behind));
        // One turn of two, whichever is drawn.
        QCOMPARE(makeConversationBatch(*tiny.source, lessons, 1, Packing::PerPicture, 1).dimensions.size(),
                 std::size_t(1));
    }

    // From the folder and the JSON to scores.
    void fromFolderToScores()
    {
        const QByteArray said = qmop(training("out"));
        QVERIFY(!said.isEmpty());
        QVERIFY2(said.contains("nowhere.png") && said.contains("cut.bmp"), said);
        QVERIFY2(said.contains("2 pictures could not be read and were left out"), said);
        std::ifstream stream(path("out/training.jsonl"));
        json last;
        for (std::string line; std::getline(stream, line);)
            if (const json entry = json::parse(line); entry.contains("evaluation"))
                last = entry;
        QVERIFY(last["stage"] == "stage2");
        QVERIFY(last["evaluation"]["questions"] == 20);
        QVERIFY(last["evaluation"]["average"].get<double>() >= 90);
        QVERIFY(!last["evaluation"].contains("GU"));
        QVERIFY(last["evaluation"]["alpha"].contains("all"));

        QVERIFY(!qmop({"train", "--recipe", m_folder.filePath("recipe.json"), "--out", m_folder.filePath("out"),
                       "--export", m_folder.filePath("model")})
                     .isEmpty());
        std::ifstream card(path("model/README.md"));
        const std::string text((std::istreambuf_iterator<char>(card)), {});
        QVERIFY(text.find("train.json") != std::string::npos && text.find("core/scenes") == std::string::npos);

        QProcess process;
        process.start(QMOP_BIN_DIR "/qmop",
                      {"bench", m_folder.filePath("held-out.json"), "--pictures", m_folder.filePath("pictures"),
                       "--model", m_folder.filePath("model"), "--compressors", "blind,none,qmop", "--json"});
        QVERIFY(process.waitForFinished(120'000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
        const json report = json::parse(process.readAllStandardOutput().toStdString());
        std::map<std::string, double> scores;
        for (const json &run : report["runs"]) {
            QVERIFY(run["n"] == 20);
            QVERIFY(run["scores"]["GU"].is_null());
            scores[run["compressor"]] = run["scores"]["avg"];
            qInfo("%s: %.1f %%", run["compressor"].get<std::string>().c_str(), scores[run["compressor"]]);
        }
        // Red or blue: guessing gives half. None of the pictures was trained on.
        QVERIFY(scores["none"] >= 90 && scores["qmop"] >= 90);
        QVERIFY(scores["blind"] <= 50);
        // What the log says of held-out questions is what a benchmark gives, but for bfloat16.
        QVERIFY(std::abs(scores["qmop"] - last["evaluation"]["average"].get<double>()) <= 5);
    }

    // A killed run goes on at its place in the data: the same weights at the end.
    void killedRunEndsTheSame()
    {
        const auto logged = [&] {
            try {
                return readLosses(path("killed/training.jsonl")).size();
            } catch (const Error &) {
                return std::size_t(0);
            }
        };
        const Recipe recipe = readRecipe(writeRecipe(m_folder.path().toStdString(), recipeJson(0.1)));
        QVERIFY(!qmop(training("whole")).isEmpty());
        for (const std::size_t steps : {std::size_t(8), std::size_t(30)}) {
            QProcess process;
            process.start(QMOP_BIN_DIR "/qmop", training("killed"));
            while (logged() < steps && process.state() != QProcess::NotRunning)
                process.waitForFinished(2);
            QVERIFY(process.state() == QProcess::Running);
            ::kill(pid_t(process.processId()), SIGKILL);
            process.waitForFinished();
        }
        QVERIFY(!qmop(training("killed")).isEmpty());
        const auto a = loadCheckpoint(path("whole"), recipe, "f32"), b = loadCheckpoint(path("killed"), recipe, "f32");
        QVERIFY(a && b && a->position == b->position);
        for (const auto &[name, tensor] : a->model.compressed)
            QVERIFY2(at::equal(tensor, b->model.compressed.at(name)), name.c_str());
    }

    void stopsWhereThatIsAskedFor()
    {
        json recipe = recipeJson();
        recipe["data"]["damaged"] = "stop";
        writeRecipe(m_folder.path().toStdString(), recipe);
        QByteArray said = qmop(training("stopped"), exitCode(ErrorCode::InvalidSuite));
        QVERIFY2(said.contains("train.json: record 19 \"conversations\" is missing"), said);
        json data = json::parse(std::ifstream(path("train.json")));
        data.erase(data.size() - 1);
        std::ofstream(path("train.json")) << data.dump(1);
        said = qmop(training("stopped"), exitCode(ErrorCode::ImageUnreadable));
        QVERIFY2(said.contains("train.json: record 17: ") || said.contains("train.json: record 18: "), said);
    }

    void refusedRecipes_data()
    {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char *name, const char *patch, const char *says) {
            QTest::newRow(name) << patch << QByteArray(says);
        };
        row("no file", R"([{"op":"replace","path":"/data/json","value":"none.json"}])", "data.json names no file");
        row("no folder", R"([{"op":"replace","path":"/data/pictures","value":"train.json"}])",
            "data.pictures names no folder");
        row("damaged", R"([{"op":"add","path":"/data/damaged","value":"x"}])", "data.damaged must be skip or stop");
        row("unknown", R"([{"op":"add","path":"/data/x","value":1}])", "data.x is not a field");
        row("grounding", R"([{"op":"add","path":"/stages/1/grounding","value":1}])", "stages[1] has naming, grounding");
        row("naming", R"([{"op":"add","path":"/stages/1/naming","value":1}])", "stages[1] has naming");
    }

    void refusedRecipes()
    {
        QFETCH(QString, patch);
        QFETCH(QByteArray, says);
        try {
            readRecipe(
                writeRecipe(m_folder.path().toStdString(), recipeJson().patch(json::parse(patch.toStdString()))));
            QFAIL("was read");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidRecipe);
            QVERIFY2(QByteArray(error.what()).contains(says), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestOwnData)
#include "tst_own_data.moc"

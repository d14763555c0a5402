// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/checkpoint.h"
#include "core/train/export.h"
#include "core/train/stage_times.h"
#include "core/train/training_log.h"
#include "models/checkpoint/tensor_reader.h"
#include "models/checkpoint/tensor_writer.h"
#include "qmop/error.h"
#include "qmop/sha256.h"
#include "tests/core/train/tiny_training.h"

#include <ATen/ATen.h>

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <fstream>
#include <map>

using namespace qmop;
using namespace qmop::train;

namespace {

constexpr int stepsInAll = 66;

// "<file>" -> SHA-256 of every file of the newest checkpoint: weights,
// optimiser state, configuration, tokenizer.
std::map<std::string, std::string> hashes(const std::filesystem::path &training)
{
    std::filesystem::path newest;
    for (const auto &entry : std::filesystem::directory_iterator(training))
        if (entry.is_directory() && entry.path().extension() != ".part")
            newest = std::max(newest, entry.path());
    std::map<std::string, std::string> result;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(newest))
        if (entry.is_regular_file())
            result[entry.path().lexically_relative(training).string()] = sha256OfFile(entry.path());
    return result;
}

int loggedSteps(const std::filesystem::path &training)
{
    try {
        return int(readLosses(training / "training.jsonl").size());
    } catch (const Error &) {
        return 0;
    }
}

} // namespace

class TestTrainingResume : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("QMOP_RESOURCES", QMOP_SOURCE_DIR "/resources");
        m_recipe = writeRecipe(m_folder.path().toStdString(), tinyRecipeJson());
        m_whole = m_folder.filePath("whole").toStdString();
        QProcess process;
        start(process, m_whole);
        QVERIFY(process.waitForFinished(300000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
        QCOMPARE(loggedSteps(m_whole), stepsInAll);
    }

    // The report adds up the log's times, stage by stage.
    void reportsStageTimes()
    {
        const Recipe recipe = readRecipe(m_recipe);
        const std::vector<StageTime> times = readStageTimes(recipe, m_whole / "training.jsonl");
        QCOMPARE(times.size(), recipe.stages.size());
        std::map<std::string, double> seconds;
        std::ifstream stream(m_whole / "training.jsonl");
        for (std::string line; std::getline(stream, line);) {
            const nlohmann::json json = nlohmann::json::parse(line);
            if (json.contains("step"))
                seconds[json["stage"]] += json.at("seconds").get<double>();
        }
        for (std::size_t i = 0; i < times.size(); ++i) {
            QCOMPARE(times[i].stage, stageName(recipe.stages[i]));
            QCOMPARE(times[i].steps, std::int64_t(recipe.stages[i].steps));
            QVERIFY(times[i].timed && times[i].seconds > 0);
            QVERIFY(std::abs(times[i].seconds - seconds[times[i].stage]) < 1e-9);
            QCOMPARE(times[i].pictures, 2.0 * recipe.stages[i].steps);
            QVERIFY(times[i].waited && *times[i].waited >= 0 && *times[i].waited <= times[i].seconds);
        }
        QProcess process;
        process.start(QMOP_BIN_DIR "/qmop",
                      {"train", "--recipe", QString::fromStdString(m_recipe.string()), "--out",
                       QString::fromStdString(m_whole.string()), "--report"});
        QVERIFY(process.waitForFinished(30000));
        QCOMPARE(process.exitCode(), 0);
        const QByteArray text = process.readAllStandardOutput();
        QVERIFY2(text.contains("stage2-4") && text.contains("in all") && !text.contains("earlier version"), text);
        // A log from before times were kept says so, and no log at all is an error.
        QTemporaryDir folder;
        const std::filesystem::path old = folder.filePath("old.jsonl").toStdString();
        std::ofstream(old) << R"({"stage":"vision","step":3,"loss":1.0})"
                           << "\n";
        const std::vector<StageTime> untimed = readStageTimes(recipe, old);
        QCOMPARE(untimed.size(), std::size_t(1));
        QVERIFY(!untimed[0].timed && !untimed[0].waited);
        const std::string told = stageTimesText(untimed);
        QVERIFY(told.find("an earlier version wrote the log") != std::string::npos);
        QVERIFY2(told.find("in all") == std::string::npos, told.c_str()); // no sum of nothing
        QVERIFY_EXCEPTION_THROWN(readStageTimes(recipe, folder.filePath("none").toStdString()), Error);
    }

    // Killed with -9 in every stage, once in a state that a kill while writing a
    // checkpoint leaves, and gone on each time: the same bytes at the end.
    void killedRunEndsTheSame()
    {
        const std::filesystem::path out = m_folder.filePath("killed").toStdString();
        for (const int steps : {1, 7, 19, 24, 35, 46, 54, 62}) {
            QProcess process;
            start(process, out);
            while (loggedSteps(out) < steps && process.state() != QProcess::NotRunning)
                process.waitForFinished(2);
            QVERIFY2(process.state() == QProcess::Running, "the run ended before it could be killed");
            ::kill(pid_t(process.processId()), SIGKILL);
            QVERIFY(process.waitForFinished(10000));
            QCOMPARE(process.exitStatus(), QProcess::CrashExit);
        }
        const std::filesystem::path half = out / "checkpoint-00000065-5.part";
        std::filesystem::create_directories(half);
        std::ofstream(half / "model.safetensors") << "half";
        QProcess process;
        start(process, out);
        QVERIFY(process.waitForFinished(300000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError());

        const auto expected = hashes(m_whole);
        QVERIFY(expected.size() >= 7);
        QVERIFY(hashes(out) == expected);
        const auto a = readLosses(m_whole / "training.jsonl"), b = readLosses(out / "training.jsonl");
        QCOMPARE(a.size(), b.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            QCOMPARE(a[i].stage, b[i].stage);
            QCOMPARE(a[i].step, b[i].step);
            QCOMPARE(a[i].loss, b[i].loss);
        }
    }

    // Ctrl+C ends the run with 130, and it goes on to the same end.
    void interruptedRunEndsTheSame()
    {
        const std::filesystem::path out = m_folder.filePath("interrupted").toStdString();
        QProcess process;
        start(process, out);
        while (loggedSteps(out) < 5 && process.state() != QProcess::NotRunning)
            process.waitForFinished(2);
        QVERIFY(process.state() == QProcess::Running);
        QElapsedTimer timer;
        timer.start();
        ::kill(pid_t(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(30000));
        qInfo("ended %lld ms after Ctrl+C", timer.elapsed());
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), exitCode(ErrorCode::Cancelled));
        QVERIFY(loggedSteps(out) < stepsInAll);
        start(process, out);
        QVERIFY(process.waitForFinished(300000));
        QVERIFY(hashes(out) == hashes(m_whole));
    }

    // A finished run has nothing to do.
    void finishedRunStays()
    {
        const auto before = hashes(m_whole);
        QProcess process;
        start(process, m_whole);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 0);
        QVERIFY(hashes(m_whole) == before);
        QCOMPARE(loggedSteps(m_whole), stepsInAll);
    }

    // --steps repeats the log's first losses; a log that says otherwise is noticed.
    void comparesWithALog()
    {
        const std::string log = (m_whole / "training.jsonl").string();
        QCOMPARE(steps(3, log), 0);
        std::ifstream stream(log);
        const std::string other = m_folder.filePath("other.jsonl").toStdString();
        std::ofstream changed(other);
        for (std::string line; std::getline(stream, line);) {
            nlohmann::json json = nlohmann::json::parse(line);
            if (json.contains("loss") && json["step"] == 2)
                json["loss"] = json["loss"].get<double>() * 1.02;
            changed << json.dump() << "\n";
        }
        changed.close();
        QCOMPARE(steps(3, other), 1);
    }

    // Weights that another recipe made are not trained on.
    void refusesAnotherRecipe()
    {
        nlohmann::json json = tinyRecipeJson();
        json["stages"][0]["batch"] = 3;
        QTemporaryDir folder;
        const Recipe recipe = readRecipe(writeRecipe(folder.path().toStdString(), json));
        try {
            loadCheckpoint(m_whole, recipe, "f32");
            QFAIL("the checkpoint was taken");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidRecipe);
        }
        QVERIFY_EXCEPTION_THROWN(loadCheckpoint(m_whole, readRecipe(m_recipe), "bf16"), Error);
        QVERIFY(loadCheckpoint(m_whole, readRecipe(m_recipe), "f32").has_value());
    }

    void exportSaysWhatIsMissing()
    {
        const Recipe recipe = readRecipe(m_recipe);
        const std::filesystem::path nothing = m_folder.filePath("nothing").toStdString();
        try {
            exportModel(recipe, nothing, m_folder.filePath("zoo2").toStdString(), "abc123");
            QFAIL("exported a training that never ran");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidArgument);
            QVERIFY(std::string(error.what()).find("training.jsonl") != std::string::npos);
        }
        try {
            exportModel(recipe, m_whole, std::filesystem::path(m_recipe) / "below-a-file", "abc123");
            QFAIL("exported below a file");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::OutputFailed);
        }
    }

    // What is shipped: a folder that the reader takes, in bfloat16, with a card.
    void exports()
    {
        const std::filesystem::path target = m_folder.filePath("zoo").toStdString();
        const Recipe recipe = readRecipe(m_recipe);
        exportModel(recipe, m_whole, target, "abc123");
        const TensorMap base = readTensors(target);
        QVERIFY(base.contains("vision_tower.vision_model.post_layernorm.weight"));
        QVERIFY(base.contains("text_tower.visual_projection.weight"));
        QVERIFY(base.contains("language_model.model.norm.weight"));
        for (const auto &[name, tensor] : base) {
            QVERIFY2(tensor.scalar_type() == at::kBFloat16, name.c_str());
            QVERIFY2(!name.starts_with("heads."), name.c_str());
        }
        const ModelConfig config = readModelConfig(target / "qmop-16");
        QCOMPARE(config.qmop->budget, 16);
        QCOMPARE(config.qmop->temperature, recipe.routing.tauEnd);
        const ModelConfig smaller = readModelConfig(target / "qmop-4");
        QCOMPARE(smaller.qmop->budget, 4);
        QCOMPARE(smaller.qmop->stride, 8); // of 16 x 16 patches
        QCOMPARE(readTensors(target / "qmop-4").at("qmop.pooling.query").size(0), std::int64_t(4));
        const TensorMap compressed = readTensors(target / "qmop-16");
        QCOMPARE(compressed.at("qmop.pooling.query").size(0), std::int64_t(16));
        for (const char *name : {"qmop.pooling.query", "qmop.resampler.query", "qmop.router.linear_1.weight",
                                 "multi_modal_projector.linear_1.weight", "language_model.model.norm.weight"})
            QVERIFY2(compressed.contains(name), name);
        std::ifstream stream(target / "README.md");
        const std::string card((std::istreambuf_iterator<char>(stream)), {});
        for (const std::string &named :
             {recipe.sha256, sha256OfFile(target / "training.jsonl"), std::string("abc123"), std::string("recipe.json"),
              std::string("Seed: 7"), std::string("M = 16, 4 visual"), std::string("| stage2-4 |")})
            QVERIFY2(card.find(named) != std::string::npos, named.c_str());
    }

    // From a model folder: its weights stay below the projector, its answers are logged first, killed or not,
    // and the variants that follow each begin at its decoder.
    void startsFromABase()
    {
        const std::filesystem::path base = m_folder.filePath("base").toStdString();
        exportModel(readRecipe(m_recipe), m_whole, base, "");
        nlohmann::json json = tinyRecipeJson();
        json["base"] = "base";
        nlohmann::json stages = nlohmann::json::array();
        for (const char *variant : {"pool", "qmop"})
            for (const char *stage : {"stage1", "stage2"}) {
                stages.push_back(json["stages"][2]);
                stages.back()["stage"] = stage;
                stages.back()["budget"] = 16;
                stages.back()["variant"] = variant;
                stages.back()["steps"] = 2;
                if (std::string(variant) == "pool") {
                    stages.back()["branches"] = {"pool"};
                    stages.back()["router"] = 0;
                }
            }
        json["stages"] = stages;
        const std::filesystem::path file = m_folder.filePath("variants.json").toStdString();
        std::ofstream(file) << json.dump(1);
        const std::filesystem::path out = m_folder.filePath("variants").toStdString();
        const auto run = [&](const QStringList &more) {
            QProcess process;
            process.start(QMOP_BIN_DIR "/qmop",
                          QStringList{"train", "--recipe", QString::fromStdString(file.string()), "--out",
                                      QString::fromStdString(out.string())}
                              + more);
            process.waitForFinished(300000);
            qInfo("%s", process.readAllStandardError().constData());
            return std::pair(process.exitCode(), process.readAllStandardOutput());
        };
        QCOMPARE(run({"--threads", "1"}).first, 0);
        const auto [code, text] = run({"--claims", "16"});
        QCOMPARE(code, 0);
        QVERIFY2(text.contains("pool") && text.contains("none") && text.contains("QMoP keeps"), text);

        const Recipe recipe = readRecipe(file);
        const auto checkpoint = loadCheckpoint(out, recipe, "f32");
        QVERIFY(checkpoint.has_value());
        const TensorMap from = readTensors(base);
        for (const auto &[name, tensor] : checkpoint->model.base)
            QVERIFY2(at::equal(tensor, from.at(name).to(at::kFloat)), name.c_str());
        QCOMPARE(checkpoint->model.projector, std::string("qmop-16-qmop"));
        QVERIFY(checkpoint->model.finished.contains("qmop-16-pool"));
        const auto &pool = checkpoint->model.finished.at("qmop-16-pool");
        QVERIFY(!at::equal(pool.at("language_model.model.norm.weight"),
                           checkpoint->model.compressed.at("language_model.model.norm.weight")));
        // Another base made other weights.
        TensorMap changed = from;
        changed["language_model.model.norm.weight"] = changed["language_model.model.norm.weight"] * 2;
        writeSafetensors(base / "model.safetensors", changed, {{"format", "pt"}});
        QVERIFY_EXCEPTION_THROWN(loadCheckpoint(out, readRecipe(file), "f32"), Error);
    }

private:
    void start(QProcess &process, const std::filesystem::path &out) const
    {
        process.start(QMOP_BIN_DIR "/qmop",
                      {"train", "--recipe", QString::fromStdString(m_recipe.string()), "--out",
                       QString::fromStdString(out.string()), "--threads", "1"});
        QVERIFY(process.waitForStarted());
    }

    int steps(int count, const std::string &log) const
    {
        QProcess process;
        process.start(QMOP_BIN_DIR "/qmop",
                      {"train", "--recipe", QString::fromStdString(m_recipe.string()), "--steps",
                       QString::number(count), "--threads", "1", "--compare", QString::fromStdString(log)});
        process.waitForFinished(60000);
        return process.exitCode();
    }

    QTemporaryDir m_folder;
    std::filesystem::path m_recipe;
    std::filesystem::path m_whole;
};

QTEST_GUILESS_MAIN(TestTrainingResume)
#include "tst_training_resume.moc"

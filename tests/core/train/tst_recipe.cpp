// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/checkpoint.h"
#include "core/train/recipe.h"
#include "core/train/training_model.h"
#include "qmop/error.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace qmop;
using namespace qmop::train;

namespace {

const char *shipped = QMOP_SOURCE_DIR "/resources/recipes/embedded.json";

nlohmann::json shippedJson()
{
    std::ifstream stream(shipped);
    return nlohmann::json::parse(stream);
}

} // namespace

class TestRecipe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheShippedOne()
    {
        const Recipe recipe = readRecipe(shipped);
        QCOMPARE(recipe.name, std::string("scenes-tiny"));
        QCOMPARE(recipe.stages.size(), std::size_t(2 + 2 * 3));
        QCOMPARE(stageName(recipe.stages[7]), std::string("stage2-4"));
        QCOMPARE(recipe.stages[3].kind, StageKind::Stage2);
        QCOMPARE(recipe.sha256.size(), std::size_t(64));
        const RoutingRecipe &routing = recipe.routing;
        QCOMPARE(routing.tauStart, 1.0);
        QCOMPARE(routing.tauEnd, 0.5);
        QCOMPARE(routing.gammaStart, 2.0);
        QCOMPARE(routing.gammaEnd, 0.0);
        QCOMPARE(routing.gammaUntil, 0.6);
        QCOMPARE(routing.loadBalance, 0.1);
    }

    // Eight variants for 64 tokens with three seeds and for 16 with one, all with the same steps.
    void readsTheAblation()
    {
        const Recipe recipe = readRecipe(QMOP_SOURCE_DIR "/resources/recipes/ablation.json");
        QCOMPARE(recipe.stages.size(), std::size_t(2 * 8 * (3 + 1)));
        QCOMPARE(projectorsOf(recipe).size(), std::size_t(8 * (3 + 1)));
        int routed = 0, at64 = 0;
        for (const StageRecipe &stage : recipe.stages) {
            const StageRecipe &like = recipe.stages[stage.kind == StageKind::Stage1 ? 0 : 1];
            QCOMPARE(stage.kind, like.kind);
            QCOMPARE(stage.steps, like.steps);
            QCOMPARE(stage.batch, like.batch);
            QCOMPARE(stage.optimiser.adamRate, like.optimiser.adamRate);
            QCOMPARE(stage.evaluatePictures, like.evaluatePictures);
            routed += stage.routed ? 1 : 0;
            at64 += stage.budget == 64 ? 1 : 0;
        }
        QCOMPARE(routed, 2 * (3 + 1));
        QCOMPARE(at64, 2 * 8 * 3);
        QCOMPARE(makeModel(recipe, recipe.base).config.qmop->budget, 64);
    }

    void makesTheShippedModel()
    {
        const TrainingModel model = makeModel(readRecipe(shipped));
        QCOMPARE(model.config.vision.patchCount(), 256);
        QCOMPARE(model.config.decoder.vocabSize, model.tokenizer->vocabSize());
        QCOMPARE(model.config.text.vocabSize, model.tokenizer->vocabSize());
        QVERIFY(model.config.decoder.tieEmbeddings);
        QCOMPARE(model.config.qmop->budget, 64);
        QCOMPARE(model.tokenizer->specialToken("<a>"), std::optional<int>(3));
    }

    // Counts from its stage on: in the checkpoints' fingerprint, and as the temperature at inference.
    void aStageMayHaveItsOwnRouting()
    {
        QTemporaryDir folder;
        const std::string file = folder.filePath("recipe.json").toStdString();
        nlohmann::json json = shippedJson();
        json["stages"][5]["routing"] = {{"tau_end", 0.25}, {"load_balance", 0.1}};
        std::ofstream(file) << json.dump();
        const Recipe plain = readRecipe(shipped);
        const Recipe own = readRecipe(file);
        QCOMPARE(routingOf(own, own.stages[3]).tauEnd, 0.5);
        QCOMPARE(routingOf(own, own.stages[5]).tauEnd, 0.25);
        QCOMPARE(routingOf(own, own.stages[5]).loadBalance, 0.1);
        for (int stage : {3, 4, 5, 7}) {
            const TrainingPosition position{stage, 1};
            QCOMPARE(recipeFingerprint(own, position, "f32") == recipeFingerprint(plain, position, "f32"), stage < 5);
        }
        TrainingModel model = makeModel(own);
        QCOMPARE(model.config.qmop->temperature, 0.5);
        chooseProjector(model, own, own.stages[5]);
        QCOMPARE(model.config.qmop->temperature, 0.25);
    }

    // What is changed, and what the message must name.
    void refuses_data()
    {
        QTest::addColumn<QString>("patch"); // JSON patch, RFC 6902
        QTest::addColumn<QString>("field");
        const auto row
            = [](const char *name, const char *patch, const char *field) { QTest::newRow(name) << patch << field; };
        row("misspelt", R"([{"op":"add","path":"/sead","value":1}])", "sead");
        row("name", R"([{"op":"replace","path":"/name","value":"../x"}])", "name");
        row("no stages", R"([{"op":"replace","path":"/stages","value":[]}])", "stages");
        row("steps", R"([{"op":"replace","path":"/stages/0/steps","value":-1}])", "stages[0].steps");
        row("fraction of a step", R"([{"op":"replace","path":"/stages/0/steps","value":1.5}])", "stages[0].steps");
        row("batch missing", R"([{"op":"remove","path":"/stages/1/batch"}])", "stages[1].batch");
        row("stage", R"([{"op":"replace","path":"/stages/2/stage","value":"stage9"}])", "stages[2].stage");
        row("order", R"([{"op":"replace","path":"/stages/1/stage","value":"vision"}])", "stages[1].stage");
        row("rate", R"([{"op":"replace","path":"/stages/0/optimiser/adamw_rate","value":"fast"}])",
            "stages[0].optimiser.adamw_rate");
        row("budget of a tower", R"([{"op":"add","path":"/stages/0/budget","value":16}])", "stages[0].budget");
        row("budget of stage2", R"([{"op":"add","path":"/stages/3/budget","value":16}])", "stages[3].budget");
        row("variant without budget",
            R"([{"op":"remove","path":"/stages/2/budget"},{"op":"add","path":"/stages/2/variant","value":"pool"}])",
            "stages[2].budget");
        row("variant's name", R"([{"op":"add","path":"/stages/2/variant","value":"../pool"}])", "stages[2].variant");
        row("branches", R"([{"op":"add","path":"/stages/2/branches","value":["pools"]}])", "stages[2].branches");
        row("router of one branch", R"([{"op":"add","path":"/stages/2/branches","value":["pool"]}])",
            "stages[2].router");
        row("seed of stage2", R"([{"op":"add","path":"/stages/3/seed","value":2}])", "stages[3]");
        row("budget twice", R"([{"op":"copy","from":"/stages/2","path":"/stages/-"}])", "stages[8].budget");
        row("base", R"([{"op":"add","path":"/base","value":"nowhere"}])", "base");
        row("reading", R"([{"op":"add","path":"/stages/0/reading","value":2}])", "stages[0].reading");
        row("tau", R"([{"op":"replace","path":"/routing/tau_end","value":0}])", "routing.tau_end");
        row("a stage's tau", R"([{"op":"add","path":"/stages/3/routing","value":{"tau_end":0}}])",
            "stages[3].routing.tau_end");
        row("routing without router", R"([{"op":"add","path":"/stages/2/routing","value":{}}])", "stages[2].routing");
        row("dtype", R"([{"op":"replace","path":"/dtype","value":"f8"}])", "dtype");
        row("template", R"([{"op":"replace","path":"/templates","value":["a"]}])", "templates");
    }

    void refuses()
    {
        QFETCH(QString, patch);
        QFETCH(QString, field);
        QTemporaryDir folder;
        const std::string file = folder.filePath("recipe.json").toStdString();
        std::ofstream(file) << shippedJson().patch(nlohmann::json::parse(patch.toStdString())).dump();
        try {
            readRecipe(file);
            QFAIL("the recipe was taken");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidRecipe);
            QVERIFY2(QString(error.what()).contains(field), error.what());
            QVERIFY2(QString(error.what()).contains(QString::fromStdString(file)), error.what());
        }
    }

    void refusesDamagedFiles_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("cut") << QByteArray("{\"name\": \"x\"");
        QTest::newRow("list") << QByteArray("[]");
        QTest::newRow("twice the same key") << QByteArray("{\"name\": \"x\", \"name\": \"y\"}");
    }

    void refusesDamagedFiles()
    {
        QFETCH(QByteArray, bytes);
        QTemporaryDir folder;
        const std::string file = folder.filePath("recipe.json").toStdString();
        std::ofstream(file) << bytes.toStdString();
        QVERIFY_EXCEPTION_THROWN(readRecipe(file), Error);
    }

    void refusesAModelThatMakesNoSense()
    {
        QTemporaryDir folder;
        const std::string file = folder.filePath("recipe.json").toStdString();
        nlohmann::json json = shippedJson();
        for (nlohmann::json &stage : json["stages"])
            stage.erase("budget");
        json["stages"].erase(json["stages"].begin() + 4, json["stages"].end());
        json["qmop"]["budget"] = 63; // the stride gives 64
        std::ofstream(file) << json.dump();
        try {
            makeModel(readRecipe(file));
            QFAIL("the model was made");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidRecipe);
            QVERIFY2(QString(error.what()).contains("budget"), error.what());
        }
    }
};

QTEST_APPLESS_MAIN(TestRecipe)
#include "tst_recipe.moc"

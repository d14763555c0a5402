// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/loaded_model.h"
#include "core/pipeline/pipeline.h"
#include "models/checkpoint/tensor_writer.h"
#include "qmop/error.h"
#include "tests/fixtures/random_checkpoint.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace qmop;

namespace fs = std::filesystem;
using nlohmann::json;

class TestLoadedModel : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    fs::path m_good;
    int m_copies = 0;

    // A copy that may be damaged.
    fs::path copyOfGood()
    {
        const fs::path folder = fs::path(m_dir.path().toStdString()) / ("copy" + std::to_string(++m_copies));
        fs::copy(m_good, folder, fs::copy_options::recursive);
        return folder;
    }

    // One token fewer than the tokenizer has, in configuration and weights alike.
    static void shrinkVocabulary(const fs::path &folder, const std::string &section)
    {
        const int size = Tokenizer::fromFile(folder / "tokenizer.json").vocabSize() - 1;
        json config = json::parse(std::ifstream(folder / "config.json"));
        const int before = config.at(section).at("vocab_size");
        config[section]["vocab_size"] = size;
        std::ofstream(folder / "config.json") << config.dump();
        const std::string scope = section == "text_config" ? "language_model." : "text_tower.";
        TensorMap tensors;
        for (const auto &[name, tensor] : readTensors(folder)) {
            const bool table = name.starts_with(scope) && tensor.dim() == 2 && tensor.size(0) == before;
            tensors[name] = (table ? tensor.narrow(0, 0, size) : tensor).clone();
        }
        writeSafetensors(folder / "model.safetensors", tensors);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_good = fs::path(m_dir.path().toStdString()) / "good";
        RandomCheckpointOptions options;
        options.imageSize = 32;
        options.strides = {2, 4};
        writeRandomCheckpoint(m_good, options);
    }

    void budgetsShareTheBase()
    {
        LoadedModel model(m_good);
        QCOMPARE(model.computeType(), at::kFloat);
        const ModelVariant &variant = model.forBudget(4);
        QCOMPARE(variant.config.qmop->budget, 4);
        QCOMPARE(&model.forBudget(4), &variant);
        const char *shared = "vision_tower.vision_model.encoder.layers.0.mlp.fc1.weight";
        QCOMPARE(variant.tensors.at(shared).data_ptr(), model.base().tensors.at(shared).data_ptr());
        const char *own = "multi_modal_projector.linear_1.weight";
        QVERIFY(variant.tensors.at(own).data_ptr() != model.base().tensors.at(own).data_ptr());
        QVERIFY(variant.tensors.contains("qmop.pooling.query"));
        QVERIFY(!model.base().tensors.contains("qmop.pooling.query"));
    }

    void hashNamesTheFiles()
    {
        LoadedModel model(m_good);
        LoadedModel again(m_good);
        QCOMPARE(model.base().hash, again.base().hash);
        QCOMPARE(model.forBudget(4).hash, again.forBudget(4).hash);
        QVERIFY(model.forBudget(4).hash != model.forBudget(1).hash);
        QVERIFY(model.forBudget(4).hash != model.base().hash);
        QCOMPARE(int(model.base().hash.size()), 64);
    }

    void computeTypeMayBeChosen()
    {
        const LoadedModel model(m_good, {}, {}, at::kBFloat16);
        for (const auto &[name, tensor] : model.base().tensors)
            QCOMPARE(tensor.scalar_type(), at::kBFloat16);
    }

    void listsBudgets()
    {
        QCOMPARE(trainedBudgets(m_good), (std::vector<int>{4, 1}));
        QCOMPARE(trainedBudgets(m_good / "missing"), std::vector<int>{});
        LoadedModel model(m_good);
        try {
            model.forBudget(36);
            QFAIL("accepted");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidArgument);
            QVERIFY(error.hint().find("M = 1, 4") != std::string::npos);
        }
    }

    void refusesDamagedFolders_data()
    {
        QTest::addColumn<QString>("damage");
        QTest::addColumn<QString>("named");
        QTest::newRow("no tokenizer") << "remove tokenizer.json"
                                      << "tokenizer.json";
        QTest::newRow("no preprocessing") << "remove preprocessor_config.json"
                                          << "preprocessor_config.json";
        QTest::newRow("no weights") << "remove model.safetensors"
                                    << "safetensors";
        QTest::newRow("no configuration") << "remove config.json"
                                          << "config.json";
        QTest::newRow("a tensor is missing") << "drop"
                                             << "language_model.model.norm.weight";
        QTest::newRow("a tensor has another shape") << "reshape"
                                                    << "language_model.model.norm.weight";
        QTest::newRow("a tensor holds integers") << "integers"
                                                 << "language_model.model.norm.weight";
        QTest::newRow("another picture size") << "size"
                                              << "preprocessor_config.json";
        QTest::newRow("more tokens than the text tower knows") << "clip_text_config"
                                                               << "tokenizer.json has more tokens";
        QTest::newRow("more tokens than the decoder knows") << "text_config"
                                                            << "tokenizer.json has more tokens";
    }

    void refusesDamagedFolders()
    {
        QFETCH(QString, damage);
        QFETCH(QString, named);
        const fs::path folder = copyOfGood();
        const std::string name = "language_model.model.norm.weight";
        if (damage.startsWith("remove ")) {
            fs::remove(folder / damage.mid(7).toStdString());
        } else if (damage == "size") {
            std::ofstream(folder / "preprocessor_config.json")
                << R"({"crop_size": 64, "size": 64, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]})";
        } else if (damage.endsWith("_config")) {
            shrinkVocabulary(folder, damage.toStdString());
        } else {
            TensorMap tensors;
            for (const auto &[key, tensor] : readTensors(folder))
                tensors[key] = tensor.clone();
            if (damage == "drop")
                tensors.erase(name);
            else
                tensors[name] = damage == "reshape" ? at::ones({7}) : at::ones({48}, at::kLong);
            writeSafetensors(folder / "model.safetensors", tensors);
        }
        try {
            const LoadedModel model(folder);
            QFAIL("accepted");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidModel);
            QVERIFY2(QString(error.what()).contains(named), error.what());
            QVERIFY(!QString(error.what()).contains('\n'));
        }
    }

    void refusesADamagedCompressor()
    {
        const fs::path folder = copyOfGood();
        TensorMap tensors;
        for (const auto &[key, tensor] : readTensors(folder / "qmop-4"))
            tensors[key] = tensor.clone();
        tensors["qmop.pooling.query"] = at::ones({5, 32});
        writeSafetensors(folder / "qmop-4" / "model.safetensors", tensors);
        LoadedModel model(folder);
        try {
            model.forBudget(4);
            QFAIL("accepted");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidModel);
            QVERIFY2(QString(error.what()).contains("qmop.pooling.query"), error.what());
        }
        QCOMPARE(model.forBudget(1).config.qmop->budget, 1); // the rest lives on
    }

    void stopsWhileLoading()
    {
        QVERIFY_EXCEPTION_THROWN(LoadedModel(m_good, {}, [] { throw Error(ErrorCode::Cancelled, "cancelled"); }),
                                 Error);
    }
};

QTEST_APPLESS_MAIN(TestLoadedModel)
#include "tst_loaded_model.moc"

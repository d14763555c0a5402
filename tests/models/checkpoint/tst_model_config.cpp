// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/model_config.h"
#include "qmop/error.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <random>

using namespace qmop;
using nlohmann::json;

namespace {

json tinyConfig()
{
    return json::parse(R"({"model_type":"llava","name":"tiny",
        "vision_config":{"hidden_size":192,"num_hidden_layers":6,"num_attention_heads":6,"intermediate_size":768,
                         "image_size":128,"patch_size":8,"projection_dim":128,"hidden_act":"gelu"},
        "clip_text_config":{"vocab_size":1000,"hidden_size":128,"num_hidden_layers":2,"num_attention_heads":4,
                            "intermediate_size":512,"max_position_embeddings":64,"projection_dim":128,
                            "bos_token_id":1,"eos_token_id":2},
        "text_config":{"vocab_size":1000,"hidden_size":256,"num_hidden_layers":4,"num_attention_heads":8,
                       "num_key_value_heads":4,"intermediate_size":688,"max_position_embeddings":512,
                       "rms_norm_eps":1e-5,"tie_word_embeddings":true},
        "vision_feature_layer":-2,"prompt":"<image>{question}<a>"})");
}

json qmopConfig()
{
    return json::parse(R"({"model_type":"qmop","base":"..","qmop":{"budget":64,"stride":2,"resampler_heads":4,
        "router_hidden":128,"prune_lambda":0.5,"relevance_sign":-1,"temperature":0.25}})");
}

}

class TestModelConfig : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path folder() const { return m_folder.path().toStdString(); }

    void write(const json &base, const json &compressor)
    {
        std::filesystem::create_directories(folder() / "qmop-64");
        std::ofstream(folder() / "config.json") << base.dump();
        std::ofstream(folder() / "qmop-64" / "config.json") << compressor.dump();
    }

    void expectRefused(const std::filesystem::path &where, const QString &part)
    {
        try {
            readModelConfig(where);
            QFAIL("no exception");
        } catch (const Error &error) {
            QCOMPARE(int(error.code()), int(ErrorCode::InvalidModel));
            const QString what = QString::fromStdString(error.what());
            QVERIFY2(what.startsWith(m_folder.path()) && what.contains(part), error.what());
            QVERIFY((what + QString::fromStdString(error.hint())).contains("config.json"));
            QVERIFY(!what.contains('\n') && !error.hint().empty());
        }
    }

private Q_SLOTS:
    void readsEveryField()
    {
        write(tinyConfig(), qmopConfig());
        const ModelConfig base = readModelConfig(folder());
        QCOMPARE(base.name, std::string("tiny"));
        QCOMPARE(base.vision.patchCount(), 256);
        QCOMPARE(base.vision.intermediateSize, 768);
        QVERIFY(base.vision.activation == Activation::Gelu);
        QCOMPARE(base.text.maxPositions, 64);
        QCOMPARE(base.text.eosToken, 2);
        QVERIFY(base.text.activation == Activation::QuickGelu);
        QCOMPARE(base.decoder.kvHeads, 4);
        QCOMPARE(base.decoder.headDim, 32);
        QCOMPARE(base.decoder.rmsNormEps, 1e-5);
        QVERIFY(base.decoder.tieEmbeddings);
        QCOMPARE(base.prompt, std::string("<image>{question}<a>"));
        QVERIFY(!base.qmop);

        const ModelConfig compressed = readModelConfig(folder() / "qmop-64");
        QCOMPARE(compressed.name, std::string("tiny"));
        QCOMPARE(compressed.decoder.hiddenSize, 256);
        QVERIFY(compressed.qmop.has_value());
        QCOMPARE(compressed.qmop->budget, 64);
        QCOMPARE(compressed.qmop->stride, 2);
        QCOMPARE(compressed.qmop->resamplerHeads, 4);
        QCOMPARE(compressed.qmop->routerHidden, 128);
        QCOMPARE(compressed.qmop->relevanceSign, -1);
        QCOMPARE(compressed.qmop->temperature, 0.25);
    }

    // As llava-hf/llava-1.5-7b-hf states it: the rest are transformers' defaults.
    void readsLlavaWithDefaults()
    {
        write(json::parse(R"({"model_type":"llava","image_token_index":32000,"projector_hidden_act":"gelu",
            "text_config":{"_name_or_path":"lmsys/vicuna-7b-v1.5","max_position_embeddings":4096,"model_type":"llama",
                           "rms_norm_eps":1e-05,"torch_dtype":"float16","vocab_size":32064},
            "tie_word_embeddings":false,"vision_feature_layer":-2,"vision_feature_select_strategy":"default",
            "vision_config":{"hidden_size":1024,"image_size":336,"intermediate_size":4096,"model_type":"clip_vision_model",
                             "num_attention_heads":16,"num_hidden_layers":24,"patch_size":14,"projection_dim":768,
                             "vocab_size":32000}})"),
              qmopConfig());
        const ModelConfig config = readModelConfig(folder());
        QCOMPARE(config.vision.patchCount(), 576);
        QVERIFY(config.vision.activation == Activation::QuickGelu);
        QCOMPARE(config.decoder.hiddenSize, 4096);
        QCOMPARE(config.decoder.layers, 32);
        QCOMPARE(config.decoder.kvHeads, 32);
        QCOMPARE(config.decoder.headDim, 128);
        QCOMPARE(config.decoder.intermediateSize, 11008);
        QCOMPARE(config.decoder.ropeTheta, 10000.0);
        QVERIFY(!config.decoder.tieEmbeddings);
        QCOMPARE(config.text.layers, 0); // no text tower in this checkpoint
        QCOMPARE(config.prompt, std::string("USER: <image>\n{question} ASSISTANT:"));
    }

    void badFields_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("part");
        auto row = [](const char *pointer, const char *value, const char *part) {
            QTest::addRow("%s = %s", pointer, value) << QString(pointer) << QString(value) << QString(part);
        };
        row("/vision_config", "null", "vision_config is missing");
        row("/vision_config", "[]", "vision_config is not an object");
        row("/text_config", "3", "text_config is not an object");
        row("/text_config", "null", "text_config is missing");
        row("/vision_config/hidden_size", "0", "vision_config.hidden_size must be a whole number");
        row("/vision_config/hidden_size", "-192", "vision_config.hidden_size");
        row("/vision_config/hidden_size", "\"192\"", "vision_config.hidden_size");
        row("/vision_config/hidden_size", "192.5", "vision_config.hidden_size");
        row("/vision_config/hidden_size", "1e99", "vision_config.hidden_size");
        row("/vision_config/hidden_size", "18446744073709551615", "vision_config.hidden_size");
        row("/vision_config/hidden_size", "193", "vision_config.hidden_size must be a multiple of num_attention_heads");
        row("/vision_config/image_size", "129", "vision_config.image_size must be a multiple of patch_size");
        row("/vision_config/num_channels", "4", "num_channels must be 3");
        row("/vision_config/hidden_act", "\"swish\"", "vision_config.hidden_act");
        row("/vision_config/layer_norm_eps", "\"x\"", "vision_config.layer_norm_eps");
        row("/vision_config/layer_norm_eps", "-1", "vision_config.layer_norm_eps");
        row("/clip_text_config/projection_dim", "64", "clip_text_config.projection_dim must equal");
        row("/clip_text_config/eos_token_id", "1000", "clip_text_config.eos_token_id lies outside");
        row("/text_config/num_key_value_heads", "3", "num_attention_heads must be a multiple");
        row("/text_config/head_dim", "31", "head_dim must be a multiple of 2");
        row("/text_config/hidden_act", "\"gelu\"", "text_config.hidden_act must be silu");
        row("/text_config/attention_bias", "true", "text_config.attention_bias is not supported");
        row("/text_config/tie_word_embeddings", "1", "text_config.tie_word_embeddings must be true or false");
        row("/text_config/rope_scaling", R"({"type":"linear","factor":2})", "rope_scaling.rope_type");
        row("/text_config/rope_parameters", R"({"rope_type":"llama3"})", "rope_parameters.rope_type");
        row("/text_config/eos_token_id", "[5000]", "text_config.eos_token_id");
        row("/text_config/vocab_size", "99999999999", "text_config.vocab_size");
        row("/vision_feature_layer", "-1", "vision_feature_layer");
        row("/prompt", "\"{question}\"", "prompt must contain <image>");
        row("/prompt", "\"<image>\"", "prompt must contain {question}");
        row("/prompt", "7", "prompt must be text");
        row("/model_type", "7", "model_type must be text");
    }

    void badFields()
    {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        QFETCH(QString, part);
        json config = tinyConfig();
        config[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
        write(config, qmopConfig());
        expectRefused(folder(), part);
    }

    void badCompressors_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("part");
        auto row = [](const char *pointer, const char *value, const char *part) {
            QTest::addRow("%s = %s", pointer, value) << QString(pointer) << QString(value) << QString(part);
        };
        row("/qmop", "null", "qmop is missing");
        row("/qmop/budget", "null", "qmop.budget is missing");
        row("/qmop/budget", "63", "qmop.budget must be 64");
        row("/qmop/stride", "3", "qmop.stride must divide");
        row("/qmop/stride", "0", "qmop.stride");
        row("/qmop/resampler_heads", "5", "qmop.resampler_heads must divide");
        row("/qmop/relevance_sign", "0", "qmop.relevance_sign must be 1 or -1");
        row("/qmop/prune_lambda", "1.5", "qmop.prune_lambda");
        row("/qmop/temperature", "0", "qmop.temperature");
        row("/base", "\"/\"", "base must be relative");
        row("/base", "\".\"", "base must be a whole model");
        row("/base", "\"nowhere\"", "no such file");
    }

    void badCompressors()
    {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        QFETCH(QString, part);
        json config = qmopConfig();
        config[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
        write(tinyConfig(), config);
        expectRefused(folder() / "qmop-64", part);
    }

    void qmopNeedsATextTower()
    {
        json base = tinyConfig();
        base.erase("clip_text_config");
        write(base, qmopConfig());
        expectRefused(folder() / "qmop-64", "clip_text_config is missing");
    }

    void missingAndDamagedFiles()
    {
        expectRefused(folder() / "elsewhere", "elsewhere: there is no such folder");
        std::filesystem::create_directories(folder() / "empty");
        expectRefused(folder() / "empty", "empty: holds no config.json");
        write(tinyConfig(), qmopConfig());
        expectRefused(folder() / "config.json", "config.json: is no folder");
        std::filesystem::resize_file(folder() / "config.json", 100);
        expectRefused(folder(), "not valid JSON");
        std::ofstream(folder() / "config.json") << "";
        expectRefused(folder(), "not valid JSON");
    }

    void flippedBytes()
    {
        const std::string valid = tinyConfig().dump();
        std::mt19937 random(29);
        int refused = 0;
        for (int round = 0; round < 500; ++round) {
            std::string damaged = valid;
            for (unsigned flips = 1 + random() % 3; flips > 0; --flips)
                damaged[random() % damaged.size()] ^= char(1 << random() % 8);
            std::ofstream(folder() / "config.json") << damaged;
            try {
                QVERIFY(readModelConfig(folder()).vision.patchCount() > 0);
            } catch (const Error &error) {
                QCOMPARE(int(error.code()), int(ErrorCode::InvalidModel));
                ++refused;
            }
        }
        QVERIFY(refused > 0);
    }
};

QTEST_APPLESS_MAIN(TestModelConfig)
#include "tst_model_config.moc"

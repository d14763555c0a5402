// SPDX-License-Identifier: GPL-3.0-or-later
//
// tokenizer.json files that are damaged, hostile or of another kind: one clear
// error that names the file, never a crash.
#include "models/tokenizer/bpe_trainer.h"
#include "models/tokenizer/tokenizer.h"
#include "qmop/error.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <random>

using nlohmann::json;

namespace {

std::string validText()
{
    const std::vector<std::string> corpus{"is the dog left of the cat", "how many dogs"};
    const std::vector<std::string> special{"<pad>", "<s>", "</s>", "<a>"};
    return qmop::trainByteLevelBpe(corpus, 290, special);
}

json changed(const std::string &pointer, const json &value)
{
    json document = json::parse(validText());
    document[json::json_pointer(pointer)] = value;
    return document;
}

}

class TestTokenizerDamage : public QObject {
    Q_OBJECT

    void expectRefused(const std::string &text, const QString &part)
    {
        try {
            qmop::Tokenizer::fromJson(text, "x/tokenizer.json");
            QFAIL("no exception");
        } catch (const qmop::Error &error) {
            QCOMPARE(int(error.code()), int(qmop::ErrorCode::InvalidModel));
            const QString what = QString::fromStdString(error.what());
            QVERIFY2(what.startsWith("x/tokenizer.json: ") && what.contains(part), error.what());
            QVERIFY(!what.contains('\n') && !error.hint().empty());
        }
    }

private Q_SLOTS:
    void refused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        auto row = [](const char *name, const json &document, const char *part) {
            QTest::newRow(name) << QString::fromStdString(document.dump()) << QString(part);
        };
        QTest::newRow("empty") << QString() << QString("not valid JSON");
        QTest::newRow("deep") << QString(100'000, '[') << QString("nested deeper");
        QTest::newRow("same key twice") << QString(R"({"model":1,"model":2})") << QString("twice");
        row("list", json::array(), "not a JSON object");
        row("no model", json::parse(R"({"pre_tokenizer":{"type":"ByteLevel"}})"), "model is not BPE");
        row("unigram", changed("/model/type", "Unigram"), "model is not BPE");
        row("other splitter", changed("/pre_tokenizer/type", "Whitespace"), "Whitespace is not supported");
        row("no splitter", changed("/pre_tokenizer", nullptr), "pre_tokenizer has no type");
        row("other normaliser", changed("/normalizer/type", "Precompiled"), "Precompiled is not supported");
        row("suffix", changed("/model/end_of_word_suffix", "</w>"), "end_of_word_suffix is not supported");
        row("no vocabulary", changed("/model/vocab", nullptr), "no vocab");
        row("missing byte", changed("/model/vocab", {{"a", 0}}), "no token for byte");
        row("negative id", changed("/model/vocab/Ġ", -1), "small whole number");
        row("fractional id", changed("/model/vocab/Ġ", 1.5), "small whole number");
        row("huge id", changed("/model/vocab/Ġ", 99'000'000), "far outside");
        row("overflowing id", changed("/model/vocab/Ġ", 18446744073709551615ull), "small whole number");
        row("id twice", changed("/model/vocab/Ġ", 5), "to two tokens");
        row("merge of strangers", changed("/model/merges/0", {"zq", "qz"}), "not in vocab");
        row("merge into a stranger", changed("/model/merges/0", {"z", "q"}), "not in vocab");
        row("merge of three", changed("/model/merges/0", {"a", "b", "c"}), "not a pair");
        row("merge of one", changed("/model/merges/0", "ab"), "not a pair");
        row("merges missing", changed("/model/merges", nullptr), "no merges");
        row("added token without content", changed("/added_tokens/0", {{"id", 0}}), "no content");
        row("added token without id", changed("/added_tokens/0", {{"content", "<x>"}}), "small whole number");
        row("added token far away", changed("/added_tokens/0/id", 90'000'000), "far outside");
        row("flag is text", changed("/added_tokens/0/special", "yes"), "true or false");
    }

    void refused()
    {
        QFETCH(QString, text);
        QFETCH(QString, part);
        expectRefused(text.toStdString(), part);
    }

    void notUtf8() { expectRefused("{\"model\": \"\xff\xfe\"}", "not valid JSON"); }

    // Every change of a byte either loads or is refused with our own error, and
    // what loads can encode.
    void flippedBytes()
    {
        const std::string valid = validText();
        std::mt19937 random(17);
        int loaded = 0;
        int refused = 0;
        for (int round = 0; round < 1500; ++round) {
            std::string damaged = valid;
            for (unsigned flips = 1 + random() % 3; flips > 0; --flips)
                damaged[random() % damaged.size()] ^= char(1 << random() % 8);
            if (random() % 4 == 0)
                damaged.resize(random() % damaged.size());
            try {
                const qmop::Tokenizer tokenizer = qmop::Tokenizer::fromJson(damaged, "damaged");
                tokenizer.decode(tokenizer.encode("Is the dog LEFT of the cat? <s>", true));
                ++loaded;
            } catch (const qmop::Error &error) {
                QCOMPARE(int(error.code()), int(qmop::ErrorCode::InvalidModel));
                ++refused;
            }
        }
        QVERIFY(loaded > 0 && refused > 0);
    }

    void filesAreNamed()
    {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("tokenizer.json").toStdString();
        try {
            qmop::Tokenizer::fromFile(path);
            QFAIL("no exception");
        } catch (const qmop::Error &error) {
            QVERIFY(QString(error.what()).startsWith(QString::fromStdString(path.string())));
        }
        std::ofstream(path) << validText();
        QVERIFY(qmop::Tokenizer::fromFile(path).vocabSize() > 260);
    }
};

QTEST_APPLESS_MAIN(TestTokenizerDamage)
#include "tst_tokenizer_damage.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Against Hugging Face tokenizers (tests/golden/make_tokenizer_golden.py), by
// hand, and against the plain quadratic definition of byte pair encoding.
#include "models/tokenizer/bpe_trainer.h"
#include "models/tokenizer/byte_alphabet.h"
#include "models/tokenizer/pre_tokenizer.h"
#include "models/tokenizer/tokenizer.h"
#include "qmop/error.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <fstream>
#include <random>

using nlohmann::json;

namespace {

const json &golden()
{
    static const json document = json::parse(std::ifstream(QMOP_SOURCE_DIR "/tests/golden/tokenizer_golden.json"));
    return document;
}

qmop::Tokenizer fromGolden(const char *key)
{
    return qmop::Tokenizer::fromJson(golden()[key].dump(), key);
}

// Byte pair encoding as it is defined: look for the best pair, merge, repeat.
std::vector<int> encodeNaively(const qmop::BpeModel &model, const std::string &word)
{
    std::vector<int> ids;
    for (char byte : word)
        ids.push_back(model.idOfByte[std::uint8_t(byte)]);
    for (;;) {
        std::size_t best = ids.size();
        qmop::BpeModel::Merge bestMerge{1 << 30, 0};
        for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
            const auto found = model.merges.find(qmop::BpeModel::pairKey(ids[i], ids[i + 1]));
            if (found != model.merges.end() && found->second.rank < bestMerge.rank) {
                best = i;
                bestMerge = found->second;
            }
        }
        if (best == ids.size())
            return ids;
        ids[best] = bestMerge.id;
        ids.erase(ids.begin() + std::ptrdiff_t(best) + 1);
    }
}

}

class TestTokenizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goldenCases_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < golden()["cases"].size(); ++i)
            QTest::addRow("case %zu", i) << int(i);
    }

    void goldenCases()
    {
        QFETCH(int, index);
        static const qmop::Tokenizer trained = fromGolden("trained");
        static const qmop::Tokenizer plain = fromGolden("plain");
        const json &entry = golden()["cases"][std::size_t(index)];
        const std::string text = entry["text"];
        QCOMPARE(trained.encode(text), entry["trained"].get<std::vector<int>>());
        QCOMPARE(trained.encode(text, true), entry["trained_special"].get<std::vector<int>>());
        QCOMPARE(plain.encode(text), entry["plain"].get<std::vector<int>>());
        QCOMPARE(trained.decode(trained.encode(text)), entry["trained_decoded"].get<std::string>());
    }

    void trainerLearnsWhatHuggingFaceLearns()
    {
        const auto corpus = golden()["corpus"].get<std::vector<std::string>>();
        const auto special = golden()["special_tokens"].get<std::vector<std::string>>();
        const json ours = json::parse(qmop::trainByteLevelBpe(corpus, golden()["vocab_size"], special));
        const json &theirs = golden()["trained"];
        QVERIFY(ours["model"]["merges"] == theirs["model"]["merges"]);
        QVERIFY(ours["model"]["vocab"] == theirs["model"]["vocab"]);
        QVERIFY(ours["added_tokens"] == theirs["added_tokens"]);
        QCOMPARE(int(ours["model"]["vocab"].size()), golden()["vocab_size"].get<int>());
    }

    void trainerByHand()
    {
        // "aab" x 2, "ab": pairs (a,a) 2, (a,b) 3 -> merge ab; then (a,ab) 2 -> aab.
        const std::vector<std::string> corpus{"AAB", "aab", "ab"};
        const std::vector<std::string> special{"<s>"};
        const json document = json::parse(qmop::trainByteLevelBpe(corpus, 300, special));
        QVERIFY(document["model"]["merges"] == json::parse(R"([["a","b"],["a","ab"]])"));
        const qmop::Tokenizer tokenizer = qmop::Tokenizer::fromJson(document.dump(), "by hand");
        QCOMPARE(tokenizer.encode("aAb"), std::vector<int>{1 + 256 + 1});
        QCOMPARE(tokenizer.vocabSize(), 1 + 256 + 2);
        QVERIFY_THROWS_EXCEPTION(qmop::Error, qmop::trainByteLevelBpe(corpus, 256, special));
    }

    void heapEqualsDefinition()
    {
        const json document = golden()["trained"];
        qmop::BpeModel model;
        for (const auto &[spelling, id] : document["model"]["vocab"].items()) {
            const auto bytes = qmop::bytesFromSpelling(spelling);
            if (bytes && bytes->size() == 1)
                model.idOfByte[std::uint8_t((*bytes)[0])] = id;
        }
        int rank = 0;
        for (const json &merge : document["model"]["merges"]) {
            const std::string left = merge[0];
            const std::string right = merge[1];
            const json &vocab = document["model"]["vocab"];
            model.merges[qmop::BpeModel::pairKey(vocab[left], vocab[right])] = {rank++, vocab[left + right]};
        }
        std::mt19937 random(3);
        const std::string alphabet = "aabnersthi lo";
        for (int round = 0; round < 300; ++round) {
            std::string word;
            for (unsigned i = random() % 60; i > 0; --i)
                word += alphabet[random() % alphabet.size()];
            std::vector<int> ids;
            model.encodeWord(word, ids);
            QCOMPARE(ids, encodeNaively(model, word));
        }
    }

    void wordsByHand_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("plain") << "Is it red?" << QStringList{"Is", " it", " red", "?"};
        QTest::newRow("contraction") << "don't we'll" << QStringList{"don", "'t", " we", "'ll"};
        QTest::newRow("spaces") << "a   b " << QStringList{"a", "  ", " b", " "};
        QTest::newRow("newlines") << "a\n\nb" << QStringList{"a", "\n", "\n", "b"};
        QTest::newRow("digits") << "x12 3" << QStringList{"x", "12", " 3"};
        QTest::newRow("quote") << " 's ''s" << QStringList{" '", "s", " ''", "s"};
        QTest::newRow("empty") << "" << QStringList{};
    }

    void wordsByHand()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, words);
        const std::string bytes = text.toStdString();
        QStringList found;
        for (std::string_view word : qmop::splitWords(bytes))
            found << QString::fromUtf8(word.data(), qsizetype(word.size()));
        QCOMPARE(found, words);
    }

    void everyByteAndLowerCaseTextSurvives()
    {
        const qmop::Tokenizer tokenizer = fromGolden("trained");
        std::mt19937 random(5);
        for (int round = 0; round < 200; ++round) {
            QString text;
            for (unsigned i = random() % 50; i > 0; --i) {
                const char32_t point = random() % 3 == 0 ? random() % 0xd800
                    : random() % 3 == 0                  ? 0x10000 + random() % 0xfffff
                                                         : ' ' + random() % 95;
                text += QString::fromUcs4(&point, 1);
            }
            const std::string lower = qmop::normalize(text.toStdString(), {qmop::NormalizerStep::Lowercase});
            QCOMPARE(tokenizer.decode(tokenizer.encode(lower)), lower);
        }
        for (int byte = 0; byte < 256; ++byte) {
            const std::string one(1, char(byte));
            QCOMPARE(*qmop::bytesFromSpelling(qmop::spellingFromBytes(one)), one);
        }
    }

    void specialTokens()
    {
        const qmop::Tokenizer tokenizer = fromGolden("trained");
        QCOMPARE(tokenizer.specialToken("<s>").value_or(-1), 1);
        QCOMPARE(tokenizer.specialToken("</s>").value_or(-1), 2);
        QVERIFY(!tokenizer.specialToken("<image>"));
        QCOMPARE(tokenizer.encode("<a>", true), std::vector<int>{3});
        QVERIFY(tokenizer.encode("<a>").size() > 1);
        QCOMPARE(tokenizer.decode(tokenizer.encode("<a>")), std::string("<a>"));
        QCOMPARE(tokenizer.decode(std::vector<int>{1, 2, -1, 1'000'000}), std::string());
        QCOMPARE(tokenizer.tokenText(1), std::string("<s>"));
        QCOMPARE(tokenizer.tokenText(-1), std::string());
        QCOMPARE(tokenizer.tokenText(tokenizer.vocabSize()), std::string());
    }

    void longQuestionsTakeLinearTime_data()
    {
        QTest::addColumn<QString>("piece");
        QTest::newRow("one word") << "a";
        QTest::newRow("one word that merges") << "bananas";
        QTest::newRow("spaces") << " ";
        QTest::newRow("words") << "is the dog ";
        QTest::newRow("quotes") << "'";
        QTest::newRow("emoji") << "👩‍👧";
        QTest::newRow("special tokens") << "<s>";
    }

    // Ten times the longest question; with quadratic time one row would take minutes
    // and run into the test's limit.
    void longQuestionsTakeLinearTime()
    {
        QFETCH(QString, piece);
        const qmop::Tokenizer tokenizer = fromGolden("trained");
        const std::string text = piece.repeated(100'000 / piece.size()).toStdString();
        QCOMPARE(tokenizer.decode(tokenizer.encode(text)), text);
        QVERIFY(tokenizer.encode(text).size() <= text.size());
    }

    void damagedUtf8IsRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("position");
        QTest::newRow("latin-1") << QByteArray("caf\xe9") << 3;
        QTest::newRow("truncated") << QByteArray("ab\xf0\x9f\x91") << 2;
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << 0;
        QTest::newRow("overlong") << QByteArray("x\xc0\xaf") << 1;
        QTest::newRow("lone continuation") << QByteArray("\x80") << 0;
        QTest::newRow("beyond Unicode") << QByteArray("\xf4\x90\x80\x80") << 0;
    }

    void damagedUtf8IsRefused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, position);
        const qmop::Tokenizer tokenizer = fromGolden("trained");
        try {
            tokenizer.encode(bytes.toStdString());
            QFAIL("no exception");
        } catch (const qmop::Error &error) {
            QCOMPARE(int(error.code()), int(qmop::ErrorCode::InvalidQuestion));
            QVERIFY(QString::fromUtf8(error.what()).endsWith("byte " + QString::number(position)));
        }
    }

    void repairFollowsUnicode_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("repaired");
        QTest::newRow("valid") << QByteArray("aé") << QByteArray("aé");
        QTest::newRow("truncated at the end") << QByteArray("a\xf0\x9f\x91") << QByteArray("a\xef\xbf\xbd");
        QTest::newRow("two lone bytes") << QByteArray("\x80\x80") << QByteArray("\xef\xbf\xbd\xef\xbf\xbd");
        QTest::newRow("overlong") << QByteArray("\xe0\x80\x80") << QByteArray("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
        QTest::newRow("cut by a letter") << QByteArray("\xe2\x82z") << QByteArray("\xef\xbf\xbdz");
    }

    void repairFollowsUnicode()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, repaired);
        QCOMPARE(qmop::repairUtf8(bytes.toStdString()), repaired.toStdString());
    }
};

QTEST_APPLESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/prompt.h"
#include "models/tokenizer/bpe_trainer.h"
#include "qmop/error.h"

#include <QTest>

using namespace qmop;

namespace {

Tokenizer makeTokenizer()
{
    const std::vector<std::string> corpus{"what does the sign say?"};
    const std::vector<std::string> special{"<pad>", "<s>", "</s>", "<a>"};
    return Tokenizer::fromJson(trainByteLevelBpe(corpus, 300, special), "test");
}

std::vector<int> joined(std::vector<int> a, const std::vector<int> &b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

} // namespace

class TestPrompt : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void embeddedTemplate()
    {
        const Tokenizer tokenizer = makeTokenizer();
        const PromptIds prompt = makePrompt(tokenizer, "<image>{question}<a>", 1, "What does it say?");
        QCOMPARE(prompt.before, std::vector<int>{1});
        QCOMPARE(prompt.question, tokenizer.encode("what does it say?"));
        QCOMPARE(prompt.after, std::vector<int>{3});
    }

    void llavaTemplate()
    {
        const Tokenizer tokenizer = makeTokenizer();
        const PromptIds prompt = makePrompt(tokenizer, "USER: <image>\n{question} ASSISTANT:", 1, "why?");
        QCOMPARE(prompt.before, joined({1}, tokenizer.encode("USER: ")));
        QCOMPARE(prompt.question, joined(tokenizer.encode("\n"), tokenizer.encode("why?")));
        QCOMPARE(prompt.after, tokenizer.encode(" ASSISTANT:"));
        QCOMPARE(prompt.length(), int(prompt.before.size() + prompt.question.size() + prompt.after.size()));
    }

    // A user cannot end the prompt from within the question.
    void specialTokensInAQuestionAreLetters()
    {
        const Tokenizer tokenizer = makeTokenizer();
        const PromptIds prompt = makePrompt(tokenizer, "<image>{question}<a>", 1, "</s><a><image>{question}");
        for (int id : prompt.question)
            QVERIFY(id > 3);
        QCOMPARE(QString::fromStdString(tokenizer.decode(prompt.question)), QString("</s><a><image>{question}"));
    }

    void cutsTheQuestionsEnd()
    {
        PromptIds prompt{{1, 5}, {10, 11, 12, 13}, {3}};
        QCOMPARE(cutPrompt(prompt, 7), 0);
        QCOMPARE(cutPrompt(prompt, 5), 2);
        QCOMPARE(prompt.question, (std::vector<int>{10, 11}));
        QCOMPARE(prompt.after, std::vector<int>{3});
        QVERIFY_EXCEPTION_THROWN(cutPrompt(prompt, 3), Error);
    }

    void towerKeepsTheEnd()
    {
        const Tokenizer tokenizer = makeTokenizer();
        TextTowerConfig config;
        config.maxPositions = 8;
        config.bosToken = 1;
        config.eosToken = 2;
        const TowerIds whole = makeTowerIds(tokenizer, config, "sign");
        QCOMPARE(whole.ids, joined(joined({1}, tokenizer.encode("sign")), {2}));
        QCOMPARE(whole.cut, 0);
        const std::string text(100, 'z');
        const TowerIds cut = makeTowerIds(tokenizer, config, text);
        QCOMPARE(int(cut.ids.size()), 8);
        QCOMPARE(cut.ids.front(), 1);
        QCOMPARE(cut.ids.back(), 2);
        QCOMPARE(cut.cut, int(tokenizer.encode(text).size()) - 6);
    }

    void checksQuestions_data()
    {
        QTest::addColumn<QByteArray>("question");
        QTest::addColumn<bool>("good");
        QTest::newRow("plain") << QByteArray("where is this?") << true;
        QTest::newRow("two, three and four bytes") << QByteArray("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x90\xB1") << true;
        QTest::newRow("highest character") << QByteArray("\xF4\x8F\xBF\xBF") << true;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("blank") << QByteArray(" \t\r\n") << false;
        QTest::newRow("Latin-1") << QByteArray("caf\xE9") << false;
        QTest::newRow("cut short") << QByteArray("a\xE2\x82") << false;
        QTest::newRow("lone continuation") << QByteArray("\x80 a") << false;
        QTest::newRow("overlong slash") << QByteArray("\xC0\xAF") << false;
        QTest::newRow("overlong, three bytes") << QByteArray("\xE0\x80\xAF") << false;
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << false;
        QTest::newRow("beyond the last character") << QByteArray("\xF4\x90\x80\x80") << false;
        QTest::newRow("never a first byte") << QByteArray("\xFF") << false;
    }

    void checksQuestions()
    {
        QFETCH(QByteArray, question);
        QFETCH(bool, good);
        if (good) {
            checkQuestion(question.toStdString());
            return;
        }
        try {
            checkQuestion(question.toStdString());
            QFAIL("accepted");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidQuestion);
            QVERIFY(!error.hint().empty());
        }
    }
};

QTEST_APPLESS_MAIN(TestPrompt)
#include "tst_prompt.moc"

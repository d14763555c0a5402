// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the answer's tokens attended to, through the whole pipeline and by hand.
#include "core/pipeline/answer_attention.h"

#include <ATen/ATen.h>

#include "core/pipeline/pipeline.h"
#include "core/store/trace_json.h"
#include "core/store/trace_record.h"
#include "qmop/answer_attention.h"
#include "qmop/command_line.h"
#include "qmop/error.h"
#include "tests/core/pipeline/tiny_pipeline.h"

#include <QTest>

#include <cmath>
#include <numeric>

using namespace qmop;

class TestAnswerAttention : public QObject {
    Q_OBJECT

private:
    TinyPipeline m_tiny;

private Q_SLOTS:
    // Weights 1/10 ... 4/10 over the sequence, of which the visual tokens are the second and third.
    void theRowsOfTheVisualTokensByHand()
    {
        DecoderConfig config;
        config.layers = 3;
        config.heads = 2;
        AnswerAttentionRecorder recorder({-2, -1}, config, 1, 2);
        const AttentionObserver observe = recorder.observer();
        at::Tensor query = at::zeros({1, 1, 2, 1});
        query[0][0][0][0] = 1; // the other head attends evenly
        const at::Tensor key = at::tensor({1., 2., 3., 4.}, at::kDouble).log().view({1, 1, 4, 1});
        observe(0, query * 7, key); // other layers
        observe(1, query, key);
        observe(2, query * 7, key);
        recorder.keep();
        const AnswerAttention &attention = recorder.attention();
        QCOMPARE(attention.layer, 1);
        QCOMPARE(attention.tokens(), 1);
        QVERIFY(std::abs(attention.row(0)[0] - (0.2F + 0.25F) / 2) < 1e-6F);
        QVERIFY(std::abs(attention.row(0)[1] - (0.3F + 0.25F) / 2) < 1e-6F);

        AnswerAttentionRecorder one({1, 0}, config, 1, 2);
        one.observer()(1, query, key);
        one.keep();
        QVERIFY(std::abs(one.attention().row(0)[1] - 0.3F) < 1e-6F);
    }

    void patchesByHand()
    {
        RunTrace trace;
        trace.provenance = {2, 3, {0.5F, 0.5F, 0, 0, 0, 1}};
        trace.attention = AnswerAttention{0, 1, -1, 1, 2, 2, {0.2F, 0.4F, 0, 0.1F}};
        const std::vector<float> first = attentionOnPatches(trace, 0);
        QCOMPARE(first, (std::vector<float>{0.1F, 0.1F, 0.4F}));
        QCOMPARE(attentionOnPatches(trace, 1), (std::vector<float>{0, 0, 0.1F}));
        QVERIFY(std::abs(visualShare(trace, 0) - 0.6) < 1e-6);
        QVERIFY(attentionOnPatches(trace, 2).empty());
        QVERIFY(attentionOnPatches(trace, -1).empty());
        trace.attention.reset();
        QVERIFY(attentionOnPatches(trace, 0).empty());
        QCOMPARE(visualShare(trace, 0), 0.0);
    }

    void logitsAreBitIdentical_data()
    {
        QTest::addColumn<QString>("compressor");
        for (const char *name : {"qmop", "none", "prune", "avgpool", "cls-prune", "blind"})
            QTest::newRow(name) << name;
    }

    // Not a bit of answer, score or comparison changes; what is recorded fits the run.
    void logitsAreBitIdentical()
    {
        QFETCH(QString, compressor);
        RunRequest request = stripedRequest(compressor.toStdString());
        request.withUncompressed = true;
        request.score = ScoreTarget{{}, {5, 6, 7}, true};
        const auto plain = m_tiny.run(request);
        QVERIFY(!plain->attention);
        request.answerAttention = AttentionChoice{};
        const auto watched = m_tiny.run(request);
        QCOMPARE(watched->answer.logitsSha256, plain->answer.logitsSha256);
        QCOMPARE(watched->answer.text, plain->answer.text);
        QCOMPARE(watched->score->logProbability, plain->score->logProbability);
        QCOMPARE(watched->uncompressed->logitsSha256, plain->uncompressed->logitsSha256);

        QVERIFY(watched->attention);
        const AnswerAttention &attention = *watched->attention;
        QCOMPARE(attention.layer, attention.layers - 1);
        QCOMPARE(std::size_t(attention.tokens()), watched->answer.tokens.size());
        QVERIFY(attention.tokens() > 1);
        QCOMPARE(attention.visualTokens, watched->provenance.tokens);
        QCOMPARE(attention.weights.size(), std::size_t(attention.tokens()) * std::size_t(attention.visualTokens));
        for (int token = 0; token < attention.tokens() && attention.visualTokens > 0; ++token) {
            const double share = visualShare(*watched, token);
            QVERIFY2(share > 0 && share < 1, qPrintable(QString::number(share))); // the rest went to text
            const std::vector<float> patches = attentionOnPatches(*watched, token);
            QVERIFY(std::abs(std::accumulate(patches.begin(), patches.end(), 0.0) - share) < 1e-5);
        }
        // As stored and read again.
        const RunTrace again = readRecord(writeRecord(*watched), "test");
        QCOMPARE(again.attention->weights, attention.weights);
        QCOMPARE(again.request.answerAttention, request.answerAttention);
    }

    // The mean over the heads is the mean of what each gives alone.
    void headsAverageToTheMean()
    {
        RunRequest request = stripedRequest();
        request.answerAttention = AttentionChoice{0, -1};
        const auto mean = m_tiny.run(request);
        std::vector<double> sums(mean->attention->weights.size(), 0.0);
        for (int head = 0; head < mean->attention->heads; ++head) {
            request.answerAttention = AttentionChoice{0, head};
            const auto one = m_tiny.run(request);
            for (std::size_t i = 0; i < sums.size(); ++i)
                sums[i] += double(one->attention->weights[i]);
        }
        QVERIFY(!sums.empty());
        for (std::size_t i = 0; i < sums.size(); ++i)
            QVERIFY(std::abs(sums[i] / mean->attention->heads - double(mean->attention->weights[i])) < 1e-6);
    }

    void refusesWhatTheDecoderHasNot_data()
    {
        QTest::addColumn<int>("layer");
        QTest::addColumn<int>("head");
        QTest::addColumn<QString>("says");
        QTest::newRow("layer") << 99 << -1 << "no layer 99";
        QTest::newRow("layer from the end") << -99 << -1 << "no layer -99";
        QTest::newRow("head") << -1 << 99 << "no attention head 99";
    }

    void refusesWhatTheDecoderHasNot()
    {
        QFETCH(int, layer);
        QFETCH(int, head);
        QFETCH(QString, says);
        RunRequest request = stripedRequest();
        request.answerAttention = AttentionChoice{layer, head};
        try {
            m_tiny.run(request);
            QFAIL("was accepted");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidArgument);
            QVERIFY2(QString(error.what()).contains(says), error.what());
            QVERIFY(!error.hint().empty());
        }
    }

    void jsonAndCommand()
    {
        RunRequest request = stripedRequest();
        request.answerAttention = AttentionChoice{0, 1};
        const auto trace = m_tiny.run(request);
        const auto summary = runSummary(*trace)["answer_attention"];
        QCOMPARE(summary["layer"].get<int>(), 0);
        QCOMPARE(summary["head"].get<int>(), 1);
        QCOMPARE(summary["tokens"].size(), trace->answer.tokens.size());
        const auto &strongest = summary["tokens"][0]["patches"];
        QCOMPARE(strongest.size(), std::size_t(5));
        QVERIFY(strongest[0]["share"].get<double>() >= strongest[4]["share"].get<double>());
        QVERIFY(!summary["tokens"][0].contains("weights"));
        QCOMPARE(runTraceJson(*trace)["answer_attention"]["tokens"][0]["weights"].size(),
                 std::size_t(trace->provenance.tokens));
        const QString command = QString::fromStdString(commandLine(request));
        QVERIFY2(command.contains("--answer-attention --attention-layer 0 --attention-head 1"), qPrintable(command));
    }
};

QTEST_GUILESS_MAIN(TestAnswerAttention)
#include "tst_answer_attention.moc"

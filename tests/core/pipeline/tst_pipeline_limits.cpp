// SPDX-License-Identifier: GPL-3.0-or-later
//
// What goes wrong or is stopped, and that the pipeline lives on.
#include "qmop/error.h"
#include "tests/core/pipeline/tiny_pipeline.h"

#include <QRegularExpression>
#include <QTest>

#include <fstream>

using namespace qmop;

namespace fs = std::filesystem;

class TestPipelineLimits : public QObject {
    Q_OBJECT

private:
    TinyPipeline m_tiny;

private Q_SLOTS:
    void streamsAndStops()
    {
        Pipeline pipeline(m_tiny.config());
        RunRequest request = stripedRequest();
        std::vector<std::string> texts;
        std::vector<std::string> stages;
        RunSink sink;
        sink.token = [&](const TokenStreamed &token) { texts.push_back(token.text); };
        sink.progress = [&](const StageProgress &progress) {
            QVERIFY(progress.total == 0 || (progress.done >= 0 && progress.done <= progress.total));
            if (stages.empty() || stages.back() != progress.stage)
                stages.push_back(progress.stage);
        };
        const auto whole = pipeline.run(request, sink);
        QCOMPARE(texts.size(), whole->answer.tokens.size());
        QCOMPARE(texts.back(), whole->answer.text);
        QCOMPARE(stages,
                 (std::vector<std::string>{"load model", "warm up", "decode image", "vision", "text", "route", "branches",
                                           "project", "prefill", "decode"}));
        QVERIFY(texts.size() >= 3);

        texts.clear();
        try {
            pipeline.run(request, sink, [&] {
                if (texts.size() == 2)
                    throw Error(ErrorCode::Cancelled, "cancelled");
            });
            QFAIL("did not stop");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::Cancelled);
        }
        QCOMPARE(int(texts.size()), 2); // what had been decoded was told
        QCOMPARE(pipeline.run(request)->answer.logitsSha256, whole->answer.logitsSha256);
    }

    void everyStageIsDocumented()
    {
        Pipeline pipeline(m_tiny.config());
        RunRequest request = stripedRequest();
        request.trace = TraceLevel::Full;
        request.withUncompressed = true;
        const auto trace = pipeline.run(request);
        std::ifstream header(QMOP_SOURCE_DIR "/core/include/qmop/run_trace.h");
        const std::string text{std::istreambuf_iterator<char>(header), {}};
        QCOMPARE(trace->stages.size(), std::size_t(14));
        for (const StageTime &stage : trace->stages)
            QVERIFY2(text.find('"' + stage.stage + '"') != std::string::npos, stage.stage.c_str());
    }

    void stopsInEveryStage()
    {
        const std::vector<std::string> names{"decode image", "vision",  "text",   "route",
                                             "branches",     "project", "prefill"};
        const std::string expected = m_tiny.run(stripedRequest())->answer.logitsSha256;
        for (const std::string &name : names) {
            Pipeline pipeline(m_tiny.config());
            std::string current;
            RunSink sink;
            sink.progress = [&](const StageProgress &progress) { current = progress.stage; };
            bool stopped = false;
            try {
                pipeline.run(stripedRequest(), sink, [&] {
                    if (current == name)
                        throw Error(ErrorCode::Cancelled, "cancelled");
                });
            } catch (const Error &error) {
                stopped = error.code() == ErrorCode::Cancelled;
            }
            QVERIFY2(stopped, name.c_str());
            QCOMPARE(pipeline.run(stripedRequest())->answer.logitsSha256, expected);
        }
    }

    // 300 positions do not hold it: cut for the decoder too, and said so.
    void longQuestions()
    {
        std::string question;
        while (question.size() < 10'000)
            question += "where is this? ";
        const auto trace = m_tiny.run(stripedRequest("qmop", question));
        QVERIFY(!trace->answer.tokens.empty());
        QCOMPARE(int(trace->notices.size()), 2);
        QVERIFY(trace->notices[0].find("router") != std::string::npos);
        QVERIFY(trace->notices[1].find("decoder") != std::string::npos);
        QCOMPARE(trace->costs.visualTokens + trace->costs.textTokens + 6, 300);
        QVERIFY(m_tiny.run(stripedRequest())->notices.empty());
    }

    // 300 positions, 6 for the answer, 16 or 64 for the picture: 48 tokens fewer of the question.
    void comparisonCutsMore()
    {
        const QString question = QStringLiteral("where is this? ").repeated(60);
        RunRequest request = stripedRequest("qmop", question.toStdString());
        const auto alone = m_tiny.run(request);
        request.withUncompressed = true;
        const auto compared = m_tiny.run(request);
        QCOMPARE(alone->costs.textTokens + 16 + 6, 300);
        QCOMPARE(compared->costs.textTokens + 64 + 6, 300);
        QCOMPARE(compared->uncompressedCosts->textTokens, compared->costs.textTokens);
        const auto read = [](const RunTrace &trace, const char *before) {
            const QString notice = QString::fromStdString(trace.notices.back());
            const QRegularExpressionMatch match = QRegularExpression(before + QString("(\\d+)")).match(notice);
            return match.hasMatch() ? match.captured(1).toInt() : -1;
        };
        QVERIFY(!QString::fromStdString(alone->notices.back()).contains("comparison"));
        const int readAlone = read(*alone, "the decoder read the first ");
        QVERIFY(readAlone > 0);
        QCOMPARE(read(*compared, "the decoder read the first "), readAlone - 48);
        QCOMPARE(read(*compared, "whose picture takes "), 64);
        QCOMPARE(read(*compared, "it would read "), readAlone);
        // A question that just fits beside 16 visual tokens is cut for the comparison alone.
        request.question = QStringLiteral("where is this? ").repeated(20).toStdString();
        request.withUncompressed = false;
        const int text = m_tiny.run(request)->costs.textTokens;
        request.decode.maxNewTokens = 300 - 16 - text;
        QCOMPARE(m_tiny.run(request)->costs.textTokens, text);
        request.withUncompressed = true;
        const auto fits = m_tiny.run(request);
        QCOMPARE(fits->costs.textTokens, text - 48);
        QCOMPARE(read(*fits, "it would read "), read(*fits, "the decoder read the first ") + 48);
    }

    void longQuestionsFitLongDecoders()
    {
        const fs::path roomy = m_tiny.folder() / "roomy";
        RandomCheckpointOptions options;
        options.imageSize = 64;
        options.decoderPositions = 16384;
        writeRandomCheckpoint(roomy, options);
        std::string question(10'000, 'x');
        RunRequest request = stripedRequest("qmop", question);
        request.model = roomy;
        const auto trace = m_tiny.run(request);
        QCOMPARE(int(trace->notices.size()), 1);
        QVERIFY(trace->notices[0].find("router") != std::string::npos);
        QVERIFY(trace->costs.textTokens > 300);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<int>("code");
        QTest::newRow("empty question") << "question" << int(ErrorCode::InvalidQuestion);
        QTest::newRow("unknown compressor") << "compressor" << int(ErrorCode::InvalidArgument);
        QTest::newRow("untrained budget") << "budget" << int(ErrorCode::InvalidArgument);
        QTest::newRow("no answer tokens") << "tokens" << int(ErrorCode::InvalidArgument);
        QTest::newRow("more answer tokens than positions") << "many" << int(ErrorCode::InvalidQuestion);
        QTest::newRow("no picture") << "picture" << int(ErrorCode::InvalidArgument);
        QTest::newRow("missing picture") << "missing" << int(ErrorCode::ImageUnreadable);
        QTest::newRow("damaged picture") << "damaged" << int(ErrorCode::ImageUnreadable);
        QTest::newRow("missing model") << "model" << int(ErrorCode::InvalidModel);
    }

    void refuses()
    {
        QFETCH(QString, what);
        QFETCH(int, code);
        Pipeline pipeline(m_tiny.config());
        const std::string expected = pipeline.run(stripedRequest())->answer.logitsSha256;
        RunRequest request = stripedRequest();
        if (what == "question")
            request.question = " ";
        else if (what == "compressor")
            request.compressor = "average";
        else if (what == "budget")
            request.budget = 36;
        else if (what == "tokens")
            request.decode.maxNewTokens = 0;
        else if (what == "many")
            request.decode.maxNewTokens = 1000;
        else if (what == "picture")
            request.image = {};
        else if (what == "missing")
            request.image = {m_tiny.model() / "missing.png", {}};
        else if (what == "damaged")
            request.image.bytes.resize(50);
        else
            request.model = m_tiny.model() / "missing";
        try {
            pipeline.run(request);
            QFAIL("accepted");
        } catch (const Error &error) {
            QCOMPARE(int(error.code()), code);
            QVERIFY(!QString(error.what()).contains('\n'));
        }
        const auto after = pipeline.run(stripedRequest());
        QCOMPARE(after->answer.logitsSha256, expected);
        QCOMPARE(after->visionPasses, 0); // neither model nor cache was lost
    }
};

QTEST_APPLESS_MAIN(TestPipelineLimits)
#include "tst_pipeline_limits.moc"

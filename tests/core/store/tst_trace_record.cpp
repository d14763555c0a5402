// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/trace_record.h"

#include "core/store/trace_json.h"
#include "qmop/error.h"
#include "tests/core/store/same_trace.h"
#include "tests/widgets/trace_fixture.h"

#include <QTest>

#include <functional>
#include <random>

using namespace qmop;
using json = nlohmann::json;

Q_DECLARE_METATYPE(std::function<void(qmop::RunTrace &)>)
Q_DECLARE_METATYPE(std::function<void(nlohmann::json &)>)

namespace {

// Every field has a value of its own, many of them awkward.
RunTrace awkward()
{
    RunTrace trace = *fixture::makeTrace({.width = 480, .height = 640, .fit = FitPolicy::Pad});
    trace.request.image.path = "/pictures/caf\xe9.png";
    trace.request.model = "/models/a";
    trace.request.fusion = FusionMode::Threshold;
    trace.request.fusionThreshold = 0.1;
    trace.request.decode = {7, 3};
    trace.request.precision = Precision::BFloat16;
    trace.request.trace = TraceLevel::Full;
    trace.request.withUncompressed = true;
    trace.imageName = "caf\xe9.png";
    trace.answer.tokens[0].text = "y\xc3";
    trace.answer.tokens[0].probability = 0.1 + 0.2;
    trace.answer.logProbability = -1e-300;
    trace.answer.complete = false;
    trace.uncompressed->tokens[0].alternatives[1].text = "\xff";
    trace.routing->forced = true;
    trace.routing->logits.values = {1.1F, -2.7182817F, 3e-38F};
    trace.pruning->lambda = 0.3F;
    trace.pruning->relevanceSign = -1;
    trace.provenance.weights[5] = 1e-30F;
    trace.branchesComputed = 3;
    trace.pictureDistance = 1.0 / 3;
    trace.stages.push_back({"text", 1.0 / 3, true, 2.0 / 3});
    trace.stages.push_back({"branches", 1.0 / 3, false, 1.0 / 7});
    trace.notices = {"the router saw the first 62 of 300 tokens"};
    trace.costs.kvBytes = 1'234'567'890'123;
    trace.environment = {"scenes-tiny", std::string(64, 'c'), "cpu", "bfloat16", 2, "2.11.0", "0.1.0"};
    return trace;
}

}

class TestTraceRecord : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFieldComesBack_data()
    {
        QTest::addColumn<std::function<void(RunTrace &)>>("change");
        const auto row
            = [](const char *name, std::function<void(RunTrace &)> change) { QTest::newRow(name) << change; };
        row("routed", [](RunTrace &) {});
        row("uncompressed", [](RunTrace &t) {
            t.routing.reset();
            t.pruning.reset();
            t.branches.clear();
            t.uncompressed.reset();
            t.uncompressedCosts.reset();
            t.request.compressor = "none";
        });
        row("blind", [](RunTrace &t) { t.provenance = {0, t.grid.patchCount(), {}}; });
        row("one branch", [](RunTrace &t) { t.branches.resize(1); });
        row("edited", [](RunTrace &t) {
            Overrides &o = t.request.overrides;
            o.alpha = PerBranch<double>{{0.1, 1.0 / 3, 0.5}};
            o.off[Branch::Resample] = true;
            o.lambda = 0.3;
            o.keepCount = 40;
            o.keep = {3, 255};
            o.drop = {0};
            t.routing->given = true;
            t.request.score = ScoreTarget{"y\xc3", {7, 8}, false};
            t.score = AnswerScore{"y\xc3", {{7, "y", -0.1}, {8, "\xc3", -1e-300}}, false, false, -0.1};
        });
        row("forced, with a search", [](RunTrace &t) {
            t.request.overrides.force = Branch::Prune;
            t.request.overrides.eta = 0.1 + 0.2;
            t.request.search = PatchSearch{ScoreTarget{"owl", {}, true}, 5};
            SearchTrace search;
            search.target = AnswerScore{"owl", {{9, "owl", -2}, {2, "", -0.25}}, true, true, -2.25};
            search.gains.assign(256, NAN);
            search.gains[7] = 1e-30F;
            search.rounds = {{7, -1, -1, 1.25, "\xff", false}, {9, 63, -0.5, 0.5, "owl", true}};
            search.tried = 300;
            t.search = search;
        });
        row("answer attention", [](RunTrace &t) {
            t.request.answerAttention = AttentionChoice{-2, 3};
            t.attention = AnswerAttention{2, 4, 3, 8, int(t.answer.tokens.size()), t.provenance.tokens, {}};
            t.attention->weights.assign(t.answer.tokens.size() * std::size_t(t.provenance.tokens), 0.01F);
            t.attention->weights[1] = 1e-30F;
        });
        row("no grid", [](RunTrace &t) { t = RunTrace(); });
    }

    void everyFieldComesBack()
    {
        QFETCH(std::function<void(RunTrace &)>, change);
        RunTrace trace = awkward();
        change(trace);
        const TraceRecord record = writeRecord(trace);
        const RunTrace again = readRecord(record, "test");
        QCOMPARE(fixture::firstDifference(trace, again), std::string());
        QVERIFY(!again.image);
        // What is read back is written as the same bytes.
        const TraceRecord second = writeRecord(again);
        QCOMPARE(second.document, record.document);
        QCOMPARE(second.numbers, record.numbers);
    }

    // 64 rows of 256 patches, three branches and the fused rows: 262,144 bytes of
    // weights and 3,072 of scores. Rows of zeros and ones take next to nothing.
    void numbersAreCompact()
    {
        const TraceRecord record = writeRecord(*fixture::makeTrace());
        QVERIFY2(record.numbers.size() < 262144 / 8, qPrintable(QString::number(record.numbers.size())));
        // Numbers without any pattern cost at most a little more than themselves.
        std::mt19937 random(1);
        std::vector<float> noise(10000);
        for (float &value : noise)
            value = float(random()) / 4e9F;
        const Bytes packed = packFloats(noise);
        QVERIFY2(packed.size() < noise.size() * 4, qPrintable(QString::number(packed.size())));
        QVERIFY(unpackFloats(packed, noise.size(), "test") == noise);
    }

    void unknownFieldsAreLeftOut()
    {
        TraceRecord record = writeRecord(awkward());
        json document = json::parse(record.document);
        document["from_the_future"] = {{"deep", {1, 2, 3}}};
        document["request"]["temperature"] = 0.7;
        record.document = document.dump();
        QCOMPARE(fixture::firstDifference(readRecord(record, "test"), awkward()), std::string());
    }

    // Written before these fields were.
    void olderRecordsOpen()
    {
        TraceRecord record = writeRecord(awkward());
        json document = json::parse(record.document);
        QCOMPARE(document.erase("picture_distance"), 1u);
        QCOMPARE(document["request"].erase("precision"), 1u);
        for (json &stage : document["stages"])
            stage.erase("saved");
        record.document = document.dump();
        const RunTrace again = readRecord(record, "test");
        QVERIFY(!again.pictureDistance);
        QVERIFY(again.request.precision == Precision::Automatic);
        RunTrace without = awkward();
        for (StageTime &stage : without.stages)
            stage.savedSeconds = 0;
        // A stage was cached, and nothing says what it had taken.
        QVERIFY(without.costs.timeToFirstTokenSeconds > 0);
        without.costs.timeToFirstTokenSeconds = 0;
        without.uncompressedCosts->timeToFirstTokenSeconds = 0;
        without.pictureDistance.reset();
        without.request.precision = Precision::Automatic;
        QCOMPARE(fixture::firstDifference(without, again), std::string());
    }

    void damageIsNamed_data()
    {
        QTest::addColumn<std::function<void(json &)>>("damage");
        QTest::addColumn<QString>("field");
        const auto row = [](const char *name, const char *field, std::function<void(json &)> damage) {
            QTest::newRow(name) << damage << QString(field);
        };
        row("no request", "request", [](json &d) { d.erase("request"); });
        row("text for a number", "budget", [](json &d) { d["request"]["budget"] = "64"; });
        row("huge number", "budget", [](json &d) { d["request"]["budget"] = 1e300; });
        row("beyond 64 bits", "budget", [](json &d) { d["request"]["budget"] = 18446744073709551615ULL; });
        row("kept beyond the grid", "kept_patches", [](json &d) { d["kept_patches"] = {0, 256}; });
        row("kept twice", "kept_patches", [](json &d) { d["kept_patches"] = {3, 3}; });
        row("kept negative", "kept_patches", [](json &d) { d["kept_patches"] = {-1}; });
        row("grid too large", "rows", [](json &d) { d["grid"]["rows"] = 2000000; });
        row("other grid", "patches", [](json &d) {
            d["grid"]["rows"] = 8;
            d["grid"]["is_padding"] = json::array();
            d["kept_patches"] = json::array();
        });
        row("padding of another grid", "is_padding", [](json &d) { d["grid"]["is_padding"] = {0, 1}; });
        row("scale zero", "image_from_model", [](json &d) { d["grid"]["image_from_model"]["scale_x"] = 0; });
        row("scale null", "image_from_model", [](json &d) { d["grid"]["image_from_model"]["scale_x"] = nullptr; });
        row("patch of no size", "model_size", [](json &d) { d["grid"]["patch_size"] = 0; });
        row("too many tokens", "tokens", [](json &d) { d["provenance"]["tokens"] = 1 << 20; });
        row("numbers of another size", "numbers", [](json &d) { d["provenance"]["tokens"] = 63; });
        row("a branch more", "numbers", [](json &d) { d["branches"].push_back(d["branches"][0]); });
        row("unknown branch", "branch", [](json &d) { d["branches"][0]["branch"] = "fourth"; });
        row("unknown precision", "precision", [](json &d) { d["request"]["precision"] = "int3"; });
        row("distance of words", "picture_distance", [](json &d) { d["picture_distance"] = "far"; });
        row("unknown fusion", "fusion", [](json &d) { d["request"]["fusion"] = "../.."; });
        row("odd hexadecimal", "image", [](json &d) { d["request"]["image"] = {{"hex", "abc"}}; });
        row("no hexadecimal", "image", [](json &d) { d["request"]["image"] = {{"hex", "+1zz"}}; });
        row("forced patch beyond the grid", "keep", [](json &d) { d["request"]["overrides"] = {{"keep", {256}}}; });
        row("impossible edit", "overrides", [](json &d) { d["request"]["overrides"] = {{"lambda", 2}}; });
        row("unknown forced branch", "force", [](json &d) { d["request"]["overrides"] = {{"force", "fourth"}}; });
        row("notices of numbers", "notices", [](json &d) { d["notices"] = {1}; });
    }

    void damageIsNamed()
    {
        QFETCH(std::function<void(json &)>, damage);
        QFETCH(QString, field);
        TraceRecord record = writeRecord(awkward());
        json document = json::parse(record.document);
        damage(document);
        record.document = document.dump();
        try {
            readRecord(record, "file.qmops");
            QFAIL("accepted");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidSession);
            const QString what = error.what();
            QVERIFY2(what.startsWith("file.qmops: ") && what.contains("\"" + field + "\""), error.what());
            QVERIFY(!error.hint().empty());
        }
    }

    void damagedBytesAreRefused()
    {
        const TraceRecord whole = writeRecord(awkward());
        const auto refused = [](const TraceRecord &record) {
            try {
                readRecord(record, "test");
                return false;
            } catch (const Error &error) {
                return error.code() == ErrorCode::InvalidSession;
            }
        };
        std::mt19937 random(7);
        for (std::size_t length : {std::size_t(0), std::size_t(3), std::size_t(12), whole.numbers.size() - 1}) {
            TraceRecord cut = whole;
            cut.numbers.resize(length);
            QVERIFY2(refused(cut), qPrintable(QString::number(length)));
        }
        // zlib's checksum and the lengths see every changed bit but those that fill
        // up the last byte of a block, which change nothing.
        for (int i = 0; i < 200; ++i) {
            TraceRecord changed = whole;
            changed.numbers[random() % changed.numbers.size()] ^= std::uint8_t(1U << (random() % 8));
            if (refused(changed))
                continue;
            QCOMPARE(fixture::firstDifference(readRecord(changed, "test"), awkward()), std::string());
        }
        TraceRecord longer = whole;
        longer.numbers.push_back(0);
        QVERIFY(refused(longer));
        RunTrace infinite = awkward();
        infinite.provenance.weights[0] = std::numeric_limits<float>::infinity();
        QVERIFY(refused(writeRecord(infinite)));
        QVERIFY(refused({"[1, 2]", whole.numbers}));
        QVERIFY(refused({std::string(100000, '['), whole.numbers}));
    }

    // A kilobyte that would grow to a gigabyte is refused before memory is asked for.
    void bombIsRefusedUnread()
    {
        const Bytes small = deflated(Bytes(1000));
        QVERIFY_EXCEPTION_THROWN(inflated(small, std::size_t(1) << 30, "bomb"), Error);
        QVERIFY_EXCEPTION_THROWN(inflated(small, 999, "bomb"), Error);
        QVERIFY_EXCEPTION_THROWN(inflated(small, 1001, "bomb"), Error);
        QCOMPARE(inflated(small, 1000, "whole"), Bytes(1000));
        QCOMPARE(inflated(deflated({}), 0, "empty"), Bytes());
    }
};

QTEST_APPLESS_MAIN(TestTraceRecord)
#include "tst_trace_record.moc"

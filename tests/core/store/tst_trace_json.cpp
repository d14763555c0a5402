// SPDX-License-Identifier: GPL-3.0-or-later
//
// A trace made by hand, and what must be found in its JSON.
#include "core/store/trace_json.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace qmop;
using json = nlohmann::ordered_json;

namespace {

RunTrace handMade()
{
    RunTrace trace;
    trace.request.question = "Is it red?";
    trace.request.budget = 2;
    trace.imageName = "caf\xe9.png"; // a file name need not be UTF-8
    trace.answer.text = "yes";
    trace.answer.logitsSha256 = "ab";
    trace.answer.tokens = {{7, "y\xc3", 0.75, {{7, "y\xc3", 0.75}, {9, "n", 0.25}}}};
    trace.routing.emplace();
    trace.routing->alpha = {{0.1F, 0.7F, 0.2F}};
    trace.routing->selected = {{0, 0.7F / 0.9F, 0.2F / 0.9F}};
    trace.routing->active = {{false, true, true}};
    trace.routing->logits = {{1.5F, -2, std::numeric_limits<float>::infinity()}};
    trace.pruning.emplace();
    trace.pruning->importance = {0, 1, 0.3F, 0.5F};
    trace.pruning->kept = {1, 3};
    trace.provenance = {2, 4, {0, 1, 0, 0, 0, 0, 0, 1}};
    trace.branches.push_back({Branch::Prune, true, trace.provenance});
    trace.visionPasses = 1;
    trace.pictureDistance = 1.25;
    trace.branchesComputed = 2;
    trace.stages = {{"vision", 0.25, false}, {"text", 0, true, 0.5}};
    trace.costs.kvBytes = 1'234'567'890'123;
    return trace;
}

}

class TestTraceJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void summary()
    {
        const json run = json::parse(toText(runSummary(handMade())));
        QCOMPARE(run["request"]["question"].get<std::string>(), std::string("Is it red?"));
        QCOMPARE(run["request"]["image"].get<std::string>(), std::string("caf\xEF\xBF\xBD.png"));
        QCOMPARE(run["answer"]["text"].get<std::string>(), std::string("yes"));
        QCOMPARE(run["answer"]["tokens"][0]["text"].get<std::string>(), std::string("y\xEF\xBF\xBD"));
        QCOMPARE(run["answer"]["tokens"][0]["probability"].get<double>(), 0.75);
        QVERIFY(!run["answer"]["tokens"][0].contains("alternatives"));
        QCOMPARE(run["routing"]["alpha"]["resample"].get<double>(), 0.7); // not 0.699999988
        QVERIFY((run["routing"]["active"] == json{"resample", "prune"}));
        QVERIFY((run["kept_patches"] == json{1, 3}));
        QVERIFY((run["branches"] == json{{{"branch", "prune"}, {"on_main_path", true}}}));
        QCOMPARE(run["vision_passes"].get<int>(), 1);
        QCOMPARE(run["picture_distance"].get<double>(), 1.25);
        QCOMPARE(run["branches_computed"].get<int>(), 2);
        QCOMPARE(run["logits_sha256"].get<std::string>(), std::string("ab"));
        QVERIFY(run["stages"][1]["cached"].get<bool>());
        QCOMPARE(run["stages"][1]["saved"].get<double>(), 0.5);
        QVERIFY(!run["stages"][0].contains("saved"));
        QCOMPARE(run["costs"]["kv_bytes"].get<std::int64_t>(), std::int64_t(1'234'567'890'123));
        for (const char *absent : {"provenance", "pruning", "grid", "uncompressed"})
            QVERIFY2(!run.contains(absent), absent);
    }

    void classAttentionKeepsPatches()
    {
        RunTrace trace = handMade();
        trace.routing.reset();
        trace.pruning.reset();
        trace.branches.clear();
        trace.request.compressor = "cls-prune";
        for (const auto &write : {runSummary, runTraceJson})
            QVERIFY((json::parse(toText(write(trace)))["kept_patches"] == json{1, 3}));
        QVERIFY(!runRecordJson(trace).contains("kept_patches")); // it has the visual tokens
        trace.request.compressor = "avgpool"; // shares too, but keeps none
        QVERIFY(!runSummary(trace).contains("kept_patches"));
    }

    void fullTrace()
    {
        RunTrace trace = handMade();
        trace.uncompressed = trace.answer;
        const json run = json::parse(toText(runTraceJson(trace)));
        QVERIFY((run["provenance"]["rows"] == json{{0, 1, 0, 0}, {0, 0, 0, 1}}));
        QCOMPARE(run["branches"][0]["branch"].get<std::string>(), std::string("prune"));
        QCOMPARE(run["pruning"]["importance"][2].get<double>(), 0.3);
        QCOMPARE(run["answer"]["tokens"][0]["alternatives"][1]["id"].get<int>(), 9);
        QCOMPARE(run["routing"]["logits"]["pool"].get<double>(), 1.5);
        QVERIFY(run["routing"]["logits"]["prune"].is_null()); // JSON has no infinity
        QVERIFY(run.contains("uncompressed"));
        // The full trace holds all that the summary does.
        const json summarised = runSummary(trace);
        for (const auto &[key, value] : summarised.items())
            QVERIFY2(run.contains(key), key.c_str());
    }

    void partsThatARunLacks()
    {
        RunTrace trace = handMade();
        trace.routing.reset();
        trace.pruning.reset();
        const json run = json::parse(toText(runTraceJson(trace)));
        for (const char *absent : {"routing", "kept_patches", "pruning"})
            QVERIFY2(!run.contains(absent), absent);
    }

    // What pruning would have kept must not read as what the answer was made from.
    void pruningThatTookNoPart()
    {
        RunTrace trace = handMade();
        trace.branches = {{Branch::Resample, true, trace.provenance}, {Branch::Prune, false, trace.provenance}};
        for (const auto &write : {runSummary, runTraceJson}) {
            const json run = json::parse(toText(write(trace)));
            QVERIFY(!run.contains("kept_patches"));
            QVERIFY((run["would_keep_patches"] == json{1, 3}));
            QCOMPARE(run["branches"][1]["branch"].get<std::string>(), std::string("prune"));
            QVERIFY(!run["branches"][1]["on_main_path"].get<bool>());
            QCOMPARE(run["branches"][1].contains("provenance"), run.contains("provenance"));
        }
        QVERIFY(!runTraceJson(trace)["pruning"]["took_part"].get<bool>());
        QVERIFY(runTraceJson(handMade())["pruning"]["took_part"].get<bool>());
        // A record keeps the key that every version reads.
        QVERIFY((json::parse(toText(runRecordJson(trace)))["kept_patches"] == json{1, 3}));
    }
};

QTEST_APPLESS_MAIN(TestTraceJson)
#include "tst_trace_json.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The projector's cost by formula against the products that ATen really ran.
#include <ATen/ATen.h>
#include <ATen/ExpandUtils.h>
#include <ATen/record_function.h>

#include "tests/core/pipeline/tiny_pipeline.h"

#include <QTest>

#include <map>
#include <set>

using namespace qmop;

namespace {

// Multiply-accumulates of one call; 0 for everything but products.
double macsOf(const at::RecordFunction &call)
{
    const std::string name = call.name();
    const auto tensor = [&](std::size_t i) { return call.inputs()[i].toTensor(); };
    if (name == "aten::mm" || name == "aten::bmm")
        return double(tensor(0).numel()) * double(tensor(1).size(-1));
    if (name == "aten::addmm" || name == "aten::baddbmm")
        return double(tensor(1).numel()) * double(tensor(2).size(-1));
    if (name == "aten::mv")
        return double(tensor(0).numel());
    // Windows and fusion multiply rows element by element and sum. Scaling by one number is no
    // product, and the resampler's table of positions, in two dimensions, is the same for every run.
    if (name == "aten::mul" && call.inputs()[1].isTensor() && tensor(0).dim() > 2 && tensor(1).dim() > 2) {
        double elements = 1; // of the product, broadcast
        for (std::int64_t size : at::infer_size(tensor(0).sizes(), tensor(1).sizes()))
            elements *= double(size);
        return elements;
    }
    return 0;
}

// Counts while it lives, by the stage that runs.
class MacCounter {
public:
    MacCounter()
    {
        s_counter = this;
        m_handle = at::addThreadLocalCallback(
            at::RecordFunctionCallback([](const at::RecordFunction &call) -> std::unique_ptr<at::ObserverContext> {
                s_counter->m_macs[s_counter->stage] += macsOf(call);
                return nullptr;
            })
                .needsInputs(true)
                .scopes({at::RecordScope::FUNCTION}));
    }
    ~MacCounter() { at::removeCallback(m_handle); }
    MacCounter(const MacCounter &) = delete;
    MacCounter &operator=(const MacCounter &) = delete;

    std::string stage;

    double of(const std::set<std::string> &stages) const
    {
        double sum = 0;
        for (const auto &[name, macs] : m_macs)
            sum += stages.contains(name) ? macs : 0;
        return sum;
    }

private:
    static inline MacCounter *s_counter = nullptr;
    at::CallbackHandle m_handle;
    std::map<std::string, double> m_macs;
};

} // namespace

class TestProjectorMacs : public QObject {
    Q_OBJECT

private:
    TinyPipeline m_tiny;

private Q_SLOTS:
    void formulaIsWhatRuns_data()
    {
        QTest::addColumn<QString>("compressor");
        QTest::addColumn<int>("fusion");
        for (const char *id : {"none", "pool", "resample", "prune"})
            QTest::newRow(id) << id << int(FusionMode::Top2);
        QTest::newRow("the two highest") << "qmop" << int(FusionMode::Top2);
        QTest::newRow("all") << "qmop" << int(FusionMode::Soft);
    }

    void formulaIsWhatRuns()
    {
        QFETCH(QString, compressor);
        QFETCH(int, fusion);
        RunRequest request = stripedRequest(compressor.toStdString());
        request.fusion = FusionMode(fusion);
        MacCounter counter;
        RunSink sink;
        sink.progress = [&](const StageProgress &progress) { counter.stage = progress.stage; };
        const auto trace = Pipeline(m_tiny.config()).run(request, sink);
        QCOMPARE(counter.of({"route", "branches", "project"}), trace->costs.projectorMacs);
        QVERIFY(counter.of({"vision"}) > 0);
    }

    // The joint space belongs to pruning: no other run pays for it, and one picture pays once.
    void jointSpaceOnlyForPruning()
    {
        const double map = 64.0 * 32 * 16; // N C P of the random checkpoint
        Pipeline pipeline(m_tiny.config());
        std::map<std::string, std::vector<double>> branches;
        for (const char *compressor : {"pool", "prune", "prune"}) {
            MacCounter counter;
            RunSink sink;
            sink.progress = [&](const StageProgress &progress) { counter.stage = progress.stage; };
            pipeline.run(stripedRequest(compressor), sink);
            branches[compressor].push_back(counter.of({"vision", "branches"}));
        }
        QVERIFY(branches["prune"][0] >= map);
        QCOMPARE(branches["prune"][0] - branches["prune"][1], map);
    }
};

QTEST_APPLESS_MAIN(TestProjectorMacs)
#include "tst_projector_macs.moc"

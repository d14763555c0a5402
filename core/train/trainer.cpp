// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainer.h"

#include "core/scenes/scene.h"
#include "core/train/checkpoint.h"
#include "core/train/language_task.h"
#include "core/train/loss_sum.h"
#include "core/train/own_data.h"
#include "core/train/precision.h"
#include "core/train/process_group.h"
#include "core/train/schedule.h"
#include "core/train/training_log.h"
#include "core/train/training_model.h"
#include "core/train/training_step.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <thread>
#include <utility>

namespace qmop::train {
namespace {

constexpr double secondsBetweenCheckpoints = 60;
constexpr double secondsBetweenLines = 10;
constexpr int alwaysLogged = 20; // first steps of a stage: what `--steps 20 --compare` reads

double secondsSince(std::chrono::steady_clock::time_point then)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count();
}

nlohmann::json reportJson(const StepReport &report)
{
    nlohmann::json json;
    for (const auto &[name, loss] : report.parts)
        json["parts"][name] = std::round(loss * 1e5) / 1e5;
    if (report.tau)
        json["tau"] = *report.tau;
    if (report.gamma)
        json["gamma"] = *report.gamma;
    for (const auto &[dimension, alpha] : report.alpha)
        for (const Branch branch : allBranches)
            json["alpha"][dimension][std::string(branchKey(branch))] = std::round(alpha[branch] * 1e4) / 1e4;
    return json;
}

class Run {
public:
    Run(const Recipe &recipe, const TrainOptions &options, std::stop_token stop)
        : m_recipe(recipe)
        , m_options(options)
        , m_stop(std::move(stop))
        , m_type(typeFromName(options.dtype.empty() ? recipe.dtype : options.dtype))
        , m_generator(options.atlas)
        , m_clock(recipe)
    {
    }

    TrainResult run()
    {
        TensorMap optimiser;
        begin(optimiser);
        DataSource source(m_generator, m_model, m_recipe);
        joinGroup(source);
        if (m_recipe.data) {
            m_own.emplace(m_recipe, m_model.config.vision.imageSize);
            source.own = &*m_own;
            sayNotes();
        }
        std::optional<TrainingLog> log;
        if (writes())
            m_log = &log.emplace(logFile(), header(), m_recipe, m_position);
        if (writes() && !m_recipe.base.empty() && m_position == TrainingPosition{} && !m_options.stopAfterSteps
            && m_recipe.stages.front().kind >= StageKind::Stage1)
            evaluateBase(source);
        const int last = lastStage();
        for (; m_position.stage <= last; ++m_position.stage, m_position.step = 0) {
            if (!runStage(source, optimiser)) {
                waitForOthers();
                return {false, m_checkpoint};
            }
            optimiser.clear();
            if (m_position.stage == last)
                break;
        }
        waitForOthers();
        return {true, m_checkpoint};
    }

private:
    const StageRecipe &stage() const { return m_recipe.stages[std::size_t(m_position.stage)]; }

    // Whether this process writes log and checkpoints and examines: in a group the first.
    bool writes() const { return !m_options.group || m_options.group->rank() == 0; }

    // All processes must stand at the same step; then each takes its share of the pictures.
    void joinGroup(DataSource &source)
    {
        ProcessGroup *group = m_options.group;
        if (!group)
            return;
        const auto size = double(group->size());
        std::vector<double> sums{double(m_position.stage), double(m_position.step)};
        group->allReduce(std::span<double>(sums));
        if (sums[0] != size * m_position.stage || sums[1] != size * double(m_position.step))
            throw Error(ErrorCode::InvalidArgument, "the processes found different checkpoints",
                        "give all of them the same --out on a disk that they share");
        for (const StageRecipe &each : m_recipe.stages)
            if (each.batch % group->size() != 0)
                throw Error(ErrorCode::InvalidRecipe,
                            m_recipe.file.string() + ": the batch of stage " + stageName(each)
                                + " cannot be shared evenly by " + std::to_string(group->size()) + " processes",
                            "choose a batch that is a multiple of their number");
        source.group = group;
        source.share = {group->rank(), group->size(), true};
    }

    // One that ended while the first still examines would look like one that is lost.
    void waitForOthers()
    {
        double nothing = 0;
        if (m_options.group)
            m_options.group->allReduce(std::span<double>(&nothing, 1));
    }

    int lastStage() const
    {
        int last = 0;
        for (int i = 1; i < int(m_recipe.stages.size()); ++i) {
            if (m_options.lastStage && m_recipe.stages[std::size_t(i)].kind > *m_options.lastStage)
                break; // of the first budget
            last = i;
        }
        return last;
    }

    std::filesystem::path logFile() const
    {
        return m_options.log.empty() ? m_options.out / "training.jsonl" : m_options.log;
    }

    nlohmann::json header() const
    {
        nlohmann::json header{
            {"recipe", m_recipe.name},   {"recipe_sha256", m_recipe.sha256}, {"seed", m_recipe.seed},
            {"dtype", typeName(m_type)}, {"threads", at::get_num_threads()}, {"version", QMOP_VERSION}};
        if (m_options.group)
            header["processes"] = m_options.group->size();
        return header;
    }

    // What one's own data gave to say: on the terminal and, within a stage, in the log.
    void sayNotes()
    {
        if (!m_own)
            return;
        for (const std::string &note : m_own->takeNotes()) {
            say(note);
            if (m_log)
                m_log->write({{"stage", stageName(stage())}, {"step", m_position.step}, {"note", note}});
        }
    }

    // From the newest checkpoint, or from scratch.
    void begin(TensorMap &optimiser)
    {
        makeFolder(m_options.out);
        if (auto checkpoint = loadCheckpoint(m_options.out, m_recipe, typeName(m_type))) {
            m_model = std::move(checkpoint->model);
            optimiser = std::move(checkpoint->optimiser);
            m_position = checkpoint->position;
            m_checkpoint = checkpoint->folder;
            say("going on from " + m_checkpoint.string());
        } else {
            m_model = firstModel(m_recipe);
        }
    }

    // False where the run was told to end before the stage did.
    bool runStage(const DataSource &source, const TensorMap &optimiserState)
    {
        if (m_position.step >= stage().steps)
            return true;
        const std::unique_ptr<StageTask> task
            = makeStageTask(m_model, m_recipe, stage(), source, m_position.step == 0);
        if (m_options.group)
            shareWeights(task->trained(), *m_options.group);
        Optimiser optimiser(*task, stage(), m_type);
        if (m_position.step > 0)
            optimiser.load(optimiserState);
        task->begin(m_position.step, stage().steps);
        m_lastCheckpoint = std::chrono::steady_clock::now();
        while (m_position.step < stage().steps) {
            step(*task, optimiser);
            const bool ends = m_position.step == stage().steps;
            if (m_options.stopAfterSteps) {
                if (++m_stepsDone >= *m_options.stopAfterSteps)
                    return false;
                continue;
            }
            if (!writes())
                continue;
            if (ends || m_position.step % stage().evaluateEvery == 0)
                evaluate(*task);
            if (ends || m_position.step % stage().checkpointEvery == 0
                || secondsSince(m_lastCheckpoint) > secondsBetweenCheckpoints)
                save(optimiser);
        }
        if (m_own && m_own->unreadable() > 0)
            say(std::to_string(m_own->unreadable()) + " pictures could not be read and were left out");
        return true;
    }

    void checkStop() const
    {
        if (m_options.group)
            m_options.group->check();
        if (m_stop.stop_requested())
            throw Error(ErrorCode::Cancelled, "training was stopped",
                        "give the same command again to go on from the last checkpoint");
    }

    void step(StageTask &task, Optimiser &optimiser)
    {
        checkStop();
        StepReport report;
        const std::int64_t index = m_position.step;
        const double value = trainingStep(task, optimiser, stage(), index, m_type, m_options.group, report,
                                          [this] { checkStop(); });
        m_position.step = index + 1;
        m_clock.stepDone(m_position.stage);
        sayNotes();
        record(value, report, optimiser);
    }

    void record(double loss, const StepReport &report, const Optimiser &optimiser)
    {
        const std::int64_t done = m_position.step;
        m_waited += report.waited;
        if (m_options.stepDone)
            m_options.stepDone(stageName(stage()), done, loss);
        if (done > 1 && m_clock.secondsSinceLine() > secondsBetweenLines)
            say(m_clock.line(m_position.stage, done, loss));
        if (!m_log || (done > alwaysLogged && done % stage().logEvery != 0 && done != stage().steps))
            return;
        nlohmann::json line{{"stage", stageName(stage())},
                            {"step", done},
                            {"loss", std::round(loss * 1e6) / 1e6},
                            {"rate", optimiser.adamRate(done - 1)}};
        if (stage().optimiser.muonRate > 0)
            line["muon_rate"] = optimiser.muonRate(done - 1);
        if (m_clock.picturesPerSecond() > 0)
            line["pictures_per_s"] = std::round(m_clock.picturesPerSecond() * 10) / 10;
        line["waited"] = std::round(std::exchange(m_waited, 0) * 1e3) / 1e3;
        line.update(reportJson(report));
        m_log->write(line);
    }

    void evaluate(StageTask &task)
    {
        const at::NoGradGuard noGradient;
        const AutocastScope autocast(m_type);
        const nlohmann::json result = task.evaluate(stage().evaluatePictures, [this] { checkStop(); });
        m_log->write({{"stage", stageName(stage())}, {"step", m_position.step}, {"evaluation", result}});
        sayResult(stageName(stage()) + " " + std::to_string(m_position.step), result);
    }

    // What the model that the run starts from answers on all tokens: later stages are compared with it.
    void evaluateBase(const DataSource &source)
    {
        StageRecipe all;
        all.kind = StageKind::Language;
        const auto task = makeLanguageTask(m_model, m_recipe, all, source);
        const at::NoGradGuard noGradient;
        const AutocastScope autocast(m_type);
        const nlohmann::json result = task->evaluate(m_recipe.stages.back().evaluatePictures, [this] { checkStop(); });
        m_log->write({{"stage", "base"}, {"step", 0}, {"evaluation", result}});
        sayResult("base", result);
    }

    // Without what is for programs only.
    void sayResult(const std::string &what, nlohmann::json result) const
    {
        result.erase("hits");
        result.erase("types");
        say(what + "  held-out " + result.dump());
    }

    void save(const Optimiser &optimiser)
    {
        saveCheckpoint(m_options.out, m_recipe, m_model, optimiser.state(), m_position, typeName(m_type));
        m_checkpoint = m_options.out;
        m_lastCheckpoint = std::chrono::steady_clock::now();
    }

    void say(const std::string &line) const
    {
        if (m_options.progress && writes())
            m_options.progress(line);
    }

    const Recipe &m_recipe;
    const TrainOptions &m_options;
    std::stop_token m_stop;
    at::ScalarType m_type;
    scenes::Generator m_generator;
    ProgressClock m_clock;
    TrainingModel m_model;
    TrainingPosition m_position;
    std::optional<OwnData> m_own;
    TrainingLog *m_log = nullptr;
    std::filesystem::path m_checkpoint;
    std::chrono::steady_clock::time_point m_lastCheckpoint;
    std::int64_t m_stepsDone = 0;
    double m_waited = 0; // seconds for data, since the last line of the log
};

} // namespace

TrainResult train(const Recipe &recipe, const TrainOptions &options, std::stop_token stop)
{
    keepFreedMemory();
    const int threads = options.threads > 0 ? options.threads : int(std::max(1u, std::thread::hardware_concurrency()));
    at::set_num_threads(threads);
    return Run(recipe, options, std::move(stop)).run();
}

std::filesystem::path defaultTrainingFolder(const Recipe &recipe)
{
    const char *cache = std::getenv("XDG_CACHE_HOME");
    const char *home = std::getenv("HOME");
    const std::filesystem::path base
        = cache && *cache ? std::filesystem::path(cache) : std::filesystem::path(home ? home : ".") / ".cache";
    return base / "qmop-explorer" / "training" / recipe.name;
}

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_command.h"

#include "app/cli/interrupt.h"
#include "app/cli/parallel_run.h"
#include "app/cli/progress_line.h"
#include "core/train/claims.h"
#include "core/train/export.h"
#include "core/train/picture_survey.h"
#include "core/train/recipe.h"
#include "core/train/stage_times.h"
#include "core/train/trainer.h"
#include "core/train/training_log.h"
#include "qmop/error.h"
#include "qmop/resources.h"
#include "qmop/temporary_folder.h"

#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

namespace qmop {
namespace {

constexpr double comparisonTolerance = 1e-2; // relative

struct TrainArguments {
    std::string recipe, out, stage, log, compare, dtype, exportTo, commit, survey;
    int threads = 0;
    long long steps = 0;
    bool report = false;
    int claims = 0; // the budget that they are tested at
};

train::StageKind stageFromKey(const std::string &key)
{
    for (const train::StageKind kind :
         {train::StageKind::Vision, train::StageKind::Language, train::StageKind::Stage1, train::StageKind::Stage2})
        if (train::stageKey(kind) == key)
            return kind;
    throw Error(ErrorCode::InvalidArgument, "unknown stage \"" + key + "\"", "use vision, language, stage1 or stage2");
}

// How many of the losses differ from those of a log at the same stage and step.
int compareLosses(const std::vector<train::LoggedLoss> &losses, const std::filesystem::path &file)
{
    const std::vector<train::LoggedLoss> expected = train::readLosses(file);
    int compared = 0;
    int different = 0;
    for (const train::LoggedLoss &loss : losses) {
        for (const train::LoggedLoss &other : expected) {
            if (other.stage != loss.stage || other.step != loss.step)
                continue;
            const double relative = std::abs(loss.loss - other.loss) / std::max(1e-12, std::abs(other.loss));
            const bool same = relative <= comparisonTolerance; // false for NaN
            std::printf("%s %lld  %.6f  logged %.6f  relative %.1e%s\n", loss.stage.c_str(), (long long)loss.step,
                        loss.loss, other.loss, relative, same ? "" : "  DIFFERS");
            ++compared;
            different += same ? 0 : 1;
        }
    }
    if (compared == 0)
        throw Error(ErrorCode::InvalidArgument, file.string() + " logs none of these steps",
                    "compare with the log of the same recipe");
    std::printf("%d of %d losses within 1e-2 of %s\n", compared - different, compared, file.c_str());
    return different;
}

// What --report and --claims ask of a run's log.
void printReports(const train::Recipe &recipe, const TrainArguments &arguments)
{
    const std::filesystem::path folder
        = arguments.out.empty() ? train::defaultTrainingFolder(recipe) : std::filesystem::path(arguments.out);
    const std::filesystem::path log
        = arguments.log.empty() ? folder / "training.jsonl" : std::filesystem::path(arguments.log);
    if (arguments.report)
        std::printf("%s", train::stageTimesText(train::readStageTimes(recipe, log)).c_str());
    if (arguments.claims > 0) {
        const train::VariantScores scores = train::readVariantScores(recipe, log, arguments.claims);
        const int pictures = recipe.stages.back().evaluatePictures;
        std::printf("%s",
                    train::claimsText(scores, train::heldOutDimensions(resourceDir() / "scenes", pictures)).c_str());
    }
}

void surveyOf(const train::Recipe &recipe, const TrainArguments &arguments)
{
    ProgressLine progress(true);
    const auto show = [&progress](int done, int all) {
        progress.show(std::to_string(done) + " of " + std::to_string(all) + " pictures",
                      std::to_string(10 * done / all));
    };
    const double limit = train::surveyPictures(recipe, arguments.survey, resourceDir() / "scenes", show);
    progress.clear();
    std::printf("%s: 99 %% of held-out pictures lie within %.3f\n",
                (std::filesystem::path(arguments.survey) / pictureStatisticsFile).c_str(), limit);
}

int runTraining(const TrainArguments &arguments)
{
    const train::Recipe recipe = train::readRecipe(arguments.recipe);
    if (!arguments.exportTo.empty()) {
        const std::filesystem::path folder
            = arguments.out.empty() ? train::defaultTrainingFolder(recipe) : std::filesystem::path(arguments.out);
        train::exportModel(recipe, folder, arguments.exportTo, arguments.commit);
        std::printf("model in %s\n", arguments.exportTo.c_str());
        return 0;
    }
    if (!arguments.survey.empty()) {
        surveyOf(recipe, arguments);
        return 0;
    }
    if (arguments.report || arguments.claims > 0) {
        printReports(recipe, arguments);
        return 0;
    }
    train::TrainOptions options;
    std::unique_ptr<TemporaryFolder> temporary;
    if (!arguments.out.empty())
        options.out = arguments.out;
    else if (arguments.steps > 0)
        options.out = (temporary = std::make_unique<TemporaryFolder>("give a folder with --out"))->path();
    else
        options.out = train::defaultTrainingFolder(recipe);
    options.log = arguments.log;
    options.atlas = resourceDir() / "scenes";
    options.threads = arguments.threads;
    options.dtype = arguments.dtype;
    // "The same losses" holds for the same number type only.
    if (options.dtype.empty() && !arguments.compare.empty())
        options.dtype = train::readLogType(arguments.compare);
    if (!arguments.stage.empty())
        options.lastStage = stageFromKey(arguments.stage);
    if (arguments.steps > 0)
        options.stopAfterSteps = arguments.steps;

    std::vector<train::LoggedLoss> losses;
    ProgressLine progress(true);
    options.progress = [&progress](const std::string &line) { progress.show(line, line); };
    options.stepDone = [&](const std::string &stage, std::int64_t step, double loss) {
        if (arguments.steps == 0)
            return;
        losses.push_back({stage, step, loss});
        std::printf("%s %lld  %.6f\n", stage.c_str(), (long long)step, loss);
        std::fflush(stdout);
    };

    const ParallelRun parallel = parallelRunFromEnvironment(); // before threads start
    options.group = parallel.group.get();

    Interrupt interrupt;
    const train::TrainResult result = train::train(recipe, options, interrupt.token());
    interrupt.finish();
    if (!result.checkpoint.empty())
        std::printf("checkpoint in %s\n", options.out.c_str());
    if (!arguments.compare.empty() && compareLosses(losses, arguments.compare) > 0)
        return 1;
    return 0;
}

} // namespace

void addTrainCommand(CLI::App &app, int &exitCode)
{
    auto arguments = std::make_shared<TrainArguments>();
    CLI::App *command = app.add_subcommand("train", "Train the embedded model from a recipe");
    command->add_option("--recipe", arguments->recipe, "recipe file (resources/recipes/*.json)")->required();
    command->add_option("--out", arguments->out,
                        "folder for checkpoints and log; a run there goes on where it ended "
                        "(default: ~/.cache/qmop-explorer/training/<recipe name>)");
    command
        ->add_option("--steps", arguments->steps,
                     "only so many steps, printing each loss; without --out in a fresh temporary folder")
        ->check(CLI::Range(1LL, 1'000'000'000LL));
    command->add_option("--stage", arguments->stage, "end with this stage: vision, language, stage1, stage2");
    command->add_flag("--report", arguments->report,
                      "do not train: print how long each stage of the run in --out (or of the log) took");
    command
        ->add_option("--claims", arguments->claims,
                     "do not train: test the paper's claims on the log's variants with so many tokens")
        ->check(CLI::Range(1, 1 << 20));
    command->add_option("--threads", arguments->threads, "threads (default: all)")->check(CLI::Range(1, 1024));
    command->add_option("--log", arguments->log, "log file (default: training.jsonl in the output folder)");
    command->add_option("--dtype", arguments->dtype, "auto, bf16 or f32 (default: the recipe's)");
    command
        ->add_option("--compare", arguments->compare,
                     "with --steps: exit 1 unless the losses are those of this log within 1e-2")
        ->needs("--steps");
    command->add_option(
        "--export", arguments->exportTo,
        "do not train: write the newest checkpoint's weights in bfloat16, its log and a model card there");
    command->add_option(
        "--survey", arguments->survey,
        "do not train: measure how the recipe's pictures look to the model in this folder, and store it "
        "there, so that runs can say when a picture looks unlike them");
    command->add_option("--commit", arguments->commit, "with --export: the commit that the model card names");
    command->callback([arguments, &exitCode] { exitCode = runTraining(*arguments); });
}

} // namespace qmop

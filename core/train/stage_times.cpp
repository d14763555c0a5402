// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/stage_times.h"

#include "core/train/training_log.h"
#include "core/traininglog/training_log_reader.h"
#include "qmop/error.h"

#include <algorithm>
#include <cstdio>

namespace qmop::train {
namespace {

std::string row(const std::string &stage, const std::string &steps, const std::string &time, const std::string &rate,
                const std::string &waiting)
{
    char text[160];
    std::snprintf(text, sizeof text, "%-12s %8s %10s %12s %9s\n", stage.c_str(), steps.c_str(), time.c_str(),
                  rate.c_str(), waiting.c_str());
    return text;
}

std::string rateText(double pictures, double seconds)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", pictures / std::max(seconds, 1e-9));
    return text;
}

std::string shareText(double part, double seconds)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", 100 * part / std::max(seconds, 1e-9));
    return text;
}

} // namespace

std::vector<StageTime> readStageTimes(const Recipe &recipe, const std::filesystem::path &log)
{
    std::vector<StageTime> times;
    for (const StageRecipe &stage : recipe.stages)
        times.push_back({stageName(stage)});
    TrainingLogReader reader;
    reader.update(log);
    for (const StageCurves &stage : reader.curves().stages) {
        const auto found
            = std::find_if(times.begin(), times.end(), [&](const StageTime &t) { return t.stage == stage.stage; });
        if (found == times.end())
            continue;
        found->steps = stage.steps;
        found->timed = stage.timed;
        found->seconds = stage.seconds;
        found->waited = stage.waited;
    }
    for (std::size_t i = 0; i < times.size(); ++i)
        times[i].pictures = double(times[i].steps) * recipe.stages[i].batch;
    std::erase_if(times, [](const StageTime &t) { return t.steps == 0; });
    if (times.empty())
        throw Error(ErrorCode::InvalidArgument, log.string() + " logs no stage of " + recipe.file.string(),
                    "name the training's folder with --out, or its log with --log");
    return times;
}

std::string stageTimesText(const std::vector<StageTime> &times)
{
    std::string text = row("stage", "steps", "time", "pictures/s", "waiting");
    double all = 0;
    const auto timed = std::ranges::count_if(times, &StageTime::timed);
    for (const StageTime &time : times) {
        text += row(time.stage, std::to_string(time.steps), time.timed ? clockText(time.seconds) : "-",
                    time.timed ? rateText(time.pictures, time.seconds) : "-",
                    time.timed && time.waited ? shareText(*time.waited, time.seconds) : "-");
        all += time.seconds;
    }
    const bool whole = timed == std::ptrdiff_t(times.size());
    if (timed > 0)
        text += row("in all", "", (whole ? "" : "over ") + clockText(all), "", "");
    if (!whole)
        text += "-: an earlier version wrote the log, which did not note times\n";
    return text;
}

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_log.h"

#include "qmop/atomic_file.h"
#include "qmop/error.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace qmop::train {
namespace {

std::vector<nlohmann::json> readLines(const std::filesystem::path &file)
{
    std::ifstream stream(file);
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(stream, line);) {
        nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
        if (json.is_object()) // a killed run may leave half a line
            lines.push_back(std::move(json));
    }
    return lines;
}

bool isBefore(const nlohmann::json &line, const Recipe &recipe, const TrainingPosition &from)
{
    const std::string stage = line.value("stage", "");
    if (stage == "base")
        return true; // before all stages
    for (int i = 0; i < int(recipe.stages.size()); ++i)
        if (stageName(recipe.stages[std::size_t(i)]) == stage)
            return i < from.stage || (i == from.stage && line.value("step", std::int64_t(0)) <= from.step);
    return false; // the header: written anew
}

} // namespace

TrainingLog::TrainingLog(const std::filesystem::path &file, const nlohmann::json &header, const Recipe &recipe,
                         const TrainingPosition &from)
    : m_file(file)
{
    std::string text = header.dump() + "\n";
    if (from != TrainingPosition{} && std::filesystem::exists(file))
        for (const nlohmann::json &line : readLines(file))
            if (isBefore(line, recipe, from))
                text += line.dump() + "\n";
    if (file.has_parent_path())
        makeFolder(file.parent_path());
    writeFileAtomically(file, text);
    m_stream.open(file, std::ios::app);
}

void TrainingLog::write(nlohmann::json line)
{
    const auto now = std::chrono::steady_clock::now();
    line["seconds"] = std::round(std::chrono::duration<double>(now - m_last).count() * 1e3) / 1e3;
    m_last = now;
    m_stream << line.dump() << std::endl;
    if (!m_stream)
        throw Error(ErrorCode::OutputFailed, m_file.string() + " cannot be written", "free space on the disk");
}

std::string clockText(double seconds)
{
    const auto total = std::int64_t(std::llround(std::clamp(seconds, 0.0, 1e7)));
    char text[32];
    if (total >= 3600)
        std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", (long long)(total / 3600), (long long)(total / 60 % 60),
                      (long long)(total % 60));
    else
        std::snprintf(text, sizeof text, "%lld:%02lld", (long long)(total / 60), (long long)(total % 60));
    return text;
}

ProgressClock::ProgressClock(const Recipe &recipe)
    : m_recipe(recipe)
{
}

void ProgressClock::stepDone(int stage)
{
    m_pictures += m_recipe.stages[std::size_t(stage)].batch;
}

double ProgressClock::secondsSinceLine() const
{
    return std::chrono::duration<double>(Clock::now() - m_last).count();
}

std::string ProgressClock::line(int stage, std::int64_t step, double loss)
{
    const double seconds = secondsSinceLine();
    m_rate = m_pictures / std::max(seconds, 1e-9);
    m_last = Clock::now();
    m_pictures = 0;
    // Stages to come are estimated at this one's speed.
    const StageRecipe &current = m_recipe.stages[std::size_t(stage)];
    const double left = double(current.steps - step) * current.batch;
    double all = left;
    for (std::size_t i = std::size_t(stage) + 1; i < m_recipe.stages.size(); ++i)
        all += double(m_recipe.stages[i].steps) * m_recipe.stages[i].batch;
    char text[200];
    std::snprintf(text, sizeof text, "%s %lld/%d  loss %.4f  %.1f pictures/s  left %s, in all %s",
                  stageName(current).c_str(), (long long)step, current.steps, loss, m_rate,
                  clockText(left / std::max(m_rate, 1e-9)).c_str(), clockText(all / std::max(m_rate, 1e-9)).c_str());
    return text;
}

std::vector<LoggedLoss> readLosses(const std::filesystem::path &file)
{
    std::vector<LoggedLoss> losses;
    for (const nlohmann::json &line : readLines(file))
        if (line.contains("loss") && line["loss"].is_number() && line.contains("stage") && line.contains("step"))
            losses.push_back(
                {line.value("stage", ""), line.value("step", std::int64_t(0)), line["loss"].get<double>()});
    if (losses.empty())
        throw Error(ErrorCode::InvalidArgument, file.string() + " holds no training log", "give a training.jsonl");
    return losses;
}

std::string readLogType(const std::filesystem::path &file)
{
    for (const nlohmann::json &line : readLines(file))
        if (line.contains("dtype"))
            return line.value("dtype", "");
    return "";
}

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/traininglog/training_log_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <sys/stat.h>

namespace qmop {

namespace {

using nlohmann::json;

constexpr std::size_t longestLine = 1 << 20;

void put(StageCurves &stage, const std::string &key, double step, const json &value)
{
    if (value.is_number() && std::isfinite(value.get<double>()))
        stage.curves[key].push_back({step, value.get<double>()});
}

// {"GU": 98.1, "average": 91, "alpha": {...}, "types": {...}, ...}: the numbers are percents.
void putEvaluation(StageCurves &stage, double step, const json &evaluation)
{
    for (const auto &[key, value] : evaluation.items())
        if (key != "questions") // their number
            put(stage, key == "average" ? "accuracy" : "accuracy " + key, step, value);
}

void putAlpha(StageCurves &stage, double step, const json &alpha)
{
    for (const auto &[dimension, branches] : alpha.items())
        if (branches.is_object())
            for (const auto &[branch, weight] : branches.items())
                put(stage, "alpha " + dimension + " " + branch, step, weight);
}

StageCurves &stageOf(TrainingCurves &curves, const std::string &name)
{
    const auto found = std::find_if(curves.stages.begin(), curves.stages.end(),
                                    [&name](const StageCurves &stage) { return stage.stage == name; });
    if (found != curves.stages.end())
        return *found;
    curves.stages.push_back({});
    curves.stages.back().stage = name;
    return curves.stages.back();
}

}

void TrainingLogReader::feed(std::string_view bytes)
{
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        if (!m_overlong)
            m_part += bytes.substr(0, end);
        if (m_part.size() > longestLine) {
            m_part.clear();
            m_overlong = true;
        }
        if (end == std::string_view::npos)
            return;
        takeLine(m_part);
        m_part.clear();
        m_overlong = false;
        bytes.remove_prefix(end + 1);
    }
}

void TrainingLogReader::takeLine(std::string_view line)
{
    if (line.find_first_not_of(" \r\t") == std::string_view::npos && !m_overlong)
        return;
    ++m_curves.lines;
    const json object = m_overlong ? json() : json::parse(line, nullptr, false);
    const auto text = [&object](const char *key) {
        const auto found = object.find(key);
        return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    if (!object.is_object()) {
        ++m_curves.damaged;
        return;
    }
    if (const std::string recipe = text("recipe"); !recipe.empty()) {
        m_curves.name = recipe;
        m_curves.recipeSha256 = text("recipe_sha256");
        m_curves.type = text("dtype");
        const json processes = object.value("processes", json());
        m_curves.processes = processes.is_number_integer() ? processes.get<int>() : 1;
    }
    const std::string name = text("stage");
    const json step = object.value("step", json());
    if (name.empty() || !step.is_number_integer())
        return; // the header, or a line of another kind
    StageCurves &stage = stageOf(m_curves, name);
    const auto at = step.get<double>();
    stage.steps = std::max(stage.steps, step.get<std::int64_t>());
    const json seconds = object.value("seconds", json());
    stage.timed = stage.timed && seconds.is_number();
    stage.seconds += seconds.is_number() ? seconds.get<double>() : 0;
    if (const json waited = object.value("waited", json()); waited.is_number())
        stage.waited = stage.waited.value_or(0) + waited.get<double>();
    static constexpr std::array<std::array<const char *, 2>, 5> plain{
        {{"loss", "loss"}, {"tau", "tau"}, {"gamma", "gamma"}, {"rate", "rate"}, {"pictures_per_s", "pictures/s"}}};
    for (const auto &[field, key] : plain)
        put(stage, key, at, object.value(field, json()));
    if (const json &evaluation = object.value("evaluation", json()); evaluation.is_object())
        putEvaluation(stage, at, evaluation);
    if (const json &alpha = object.value("alpha", json()); alpha.is_object())
        putAlpha(stage, at, alpha);
}

bool TrainingLogReader::update(const std::filesystem::path &file)
{
    struct stat state { };
    if (::stat(file.c_str(), &state) != 0)
        return false;
    const auto size = std::uint64_t(state.st_size);
    if (state.st_ino != m_inode || size < m_offset) {
        *this = {};
        m_inode = state.st_ino;
    }
    if (size == m_offset)
        return false;
    std::ifstream stream(file, std::ios::binary);
    stream.seekg(std::streamoff(m_offset));
    std::string buffer(std::min<std::uint64_t>(size - m_offset, longestLine), '\0');
    bool any = false;
    while (m_offset < size && stream) {
        stream.read(buffer.data(), std::streamsize(std::min<std::uint64_t>(buffer.size(), size - m_offset)));
        const auto count = std::size_t(stream.gcount());
        feed({buffer.data(), count});
        m_offset += count;
        any = any || count > 0;
    }
    return any;
}

std::filesystem::path trainingLogOf(const std::filesystem::path &path)
{
    std::error_code failed;
    return std::filesystem::is_directory(path, failed) ? path / "training.jsonl" : path;
}

} // namespace qmop

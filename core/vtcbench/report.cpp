// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/report.h"

#include "core/vtcbench/sample_json.h"

#include <cmath>
#include <cstdio>

namespace qmop {

namespace {

using nlohmann::ordered_json;

ordered_json scoresJson(const SuiteScore &score)
{
    ordered_json scores;
    for (Dimension dimension : allDimensions) {
        const ScoreValue &value = score.dimensions[std::size_t(dimension)];
        scores[std::string(dimensionKey(dimension))] = value.samples > 0 ? ordered_json(value.percent) : ordered_json();
    }
    scores["avg"] = score.average.percent;
    return scores;
}

template<typename T> ordered_json branchesJson(const PerBranch<T> &values)
{
    ordered_json object;
    for (Branch branch : allBranches)
        object[std::string(branchKey(branch))] = values[branch];
    return object;
}

// Six digits: what is looked at, not computed with again; files stay small.
double rounded(double value)
{
    return std::round(value * 1e6) / 1e6;
}

ordered_json weightsJson(const PerBranch<float> &weights)
{
    ordered_json object;
    for (Branch branch : allBranches)
        object[std::string(branchKey(branch))] = rounded(double(weights[branch]));
    return object;
}

ordered_json answerJson(const SampleResult &result, double score)
{
    ordered_json object{{"answer", result.answer}, {"score", score}};
    if (result.alpha)
        object["alpha"] = weightsJson(*result.alpha);
    if (result.selected)
        object["selected"] = weightsJson(*result.selected);
    const auto put = [&object](const char *key, const std::optional<double> &value) {
        if (value)
            object[key] = rounded(*value);
    };
    put("entropy", result.entropy);
    put("kept_share", result.keptShare);
    put("probability", result.probability);
    put("margin", result.margin);
    put("seconds", result.seconds);
    put("first_token_seconds", result.firstTokenSeconds);
    return object;
}

ordered_json answersJson(const BenchRun &run)
{
    ordered_json answers = ordered_json::array();
    for (std::size_t i = 0; i < run.results.size(); ++i)
        answers.push_back(answerJson(run.results[i], run.scores[i]));
    return answers;
}

// With the picture's hash as the first run saw it.
ordered_json samplesJson(const BenchReport &report)
{
    ordered_json samples = ordered_json::array();
    for (std::size_t i = 0; i < report.samples.size(); ++i) {
        const SuiteSample &sample = report.samples[i];
        ordered_json object = sampleJson(sample);
        if (!report.runs.empty() && i < report.runs[0].results.size() && !report.runs[0].results[i].imageHash.empty())
            object["image_sha256"] = report.runs[0].results[i].imageHash;
        samples.push_back(std::move(object));
    }
    return samples;
}

// Lists of objects have one object a line: a file of 10,000 samples can still be read.
void writeText(std::string &text, const ordered_json &value, int depth)
{
    const auto dump
        = [](const ordered_json &json) { return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace); };
    const std::string margin(std::size_t(depth + 1), ' ');
    if (value.is_object() && !value.empty()) {
        text += "{";
        const char *separator = "\n";
        for (const auto &[key, member] : value.items()) {
            text += separator + margin + dump(key) + ": ";
            const bool lines = key == "samples" || key == "answers" || key == "runs";
            if (lines)
                writeText(text, member, depth + 1);
            else
                text += dump(member);
            separator = ",\n";
        }
        text += "\n" + margin.substr(1) + "}";
    } else if (value.is_array() && !value.empty()) {
        text += "[";
        const char *separator = "\n";
        for (const ordered_json &element : value) {
            text += separator + margin;
            // A run has lists of its own; samples and answers are lines.
            if (element.contains("compressor"))
                writeText(text, element, depth + 1);
            else
                text += dump(element);
            separator = ",\n";
        }
        text += "\n" + margin.substr(1) + "]";
    } else {
        text += dump(value);
    }
}

ordered_json runJson(const BenchRun &run)
{
    ordered_json meanAlpha, active;
    for (Dimension dimension : allDimensions) {
        const std::string key(dimensionKey(dimension));
        const DimensionRouting &routing = run.routing[std::size_t(dimension)];
        meanAlpha[key] = routing.samples > 0 ? branchesJson(routing.meanAlpha) : ordered_json();
        active[key] = branchesJson(routing.active);
    }
    return {{"compressor", run.point.compressor},
            {"budget", run.point.budget},
            {"scores", scoresJson(run.score)},
            {"n", run.score.average.samples},
            {"interval", {run.score.average.low, run.score.average.high}},
            {"mean_alpha", meanAlpha},
            {"active_branches", active},
            {"retention", run.retention ? ordered_json(*run.retention) : ordered_json()},
            {"model_sha256", run.modelHash.empty() ? ordered_json() : ordered_json(run.modelHash)},
            {"answers", answersJson(run)}};
}

}

std::string reportTable(const BenchReport &report)
{
    std::string text = report.suite + " " + report.version + ", scorer " + report.scorer + "\n";
    const auto add = [&text](const char *format, auto... values) {
        char cell[64];
        std::snprintf(cell, sizeof cell, format, values...);
        text += cell;
    };
    add("%-10s %6s", "compressor", "budget");
    for (Dimension dimension : allDimensions)
        add(" %6s", dimensionKey(dimension).data());
    add(" %6s %15s %6s %9s\n", "avg", "95 %", "n", "retention");
    for (const BenchRun &run : report.runs) {
        add("%-10s ", run.point.compressor.c_str());
        run.point.budget > 0 ? add("%6d", run.point.budget) : add("%6s", "-");
        for (const ScoreValue &value : run.score.dimensions)
            value.samples > 0 ? add(" %6.1f", value.percent) : add(" %6s", "-");
        const ScoreValue &average = run.score.average;
        add(" %6.1f %6.1f - %6.1f %6d", average.percent, average.low, average.high, average.samples);
        run.retention ? add(" %7.1f %%\n", *run.retention) : add(" %9s\n", "-");
    }
    return text;
}

ordered_json reportJson(const BenchReport &report)
{
    ordered_json runs = ordered_json::array();
    for (const BenchRun &run : report.runs)
        runs.push_back(runJson(run));
    const bool hasThreshold = report.fusion == FusionMode::Threshold;
    return {{"schema", benchSchema},
            {"suite", report.suite},
            {"version", report.version},
            {"scorer", report.scorer},
            {"model", report.model},
            {"fusion", std::string(fusionKey(report.fusion))},
            {"fusion_threshold", hasThreshold ? ordered_json(report.fusionThreshold) : ordered_json()},
            {"samples", samplesJson(report)},
            {"runs", runs}};
}

std::string recordText(const BenchRecord &record)
{
    BenchReport samples;
    samples.samples = record.samples;
    ordered_json document{{"schema", benchSchema},        {"suite", record.suite}, {"version", record.version},
                          {"scorer", record.scorer},      {"model", record.model}, {"samples", samplesJson(samples)},
                          {"runs", ordered_json::array()}};
    for (std::size_t i = 0; i < record.tags.size(); ++i)
        if (!record.tags[i].empty())
            document["samples"][i]["tags"] = record.tags[i];
    for (const BenchMethod &method : record.methods) {
        BenchRun run;
        run.results = method.results;
        run.scores = method.scores;
        document["runs"].push_back({{"compressor", method.point.compressor},
                                    {"budget", method.point.budget},
                                    {"model_sha256", method.modelHash},
                                    {"answers", answersJson(run)}});
    }
    return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string reportText(const BenchReport &report)
{
    std::string text;
    writeText(text, reportJson(report), 0);
    return text + "\n";
}

} // namespace qmop

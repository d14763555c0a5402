// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/suite/bench_results.h"

#include "qmop/error.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace qmop {

namespace {

using nlohmann::json;

// Percent, or no samples where the report has null.
ScoreValue scoreOf(const json &scores, const std::string &key, int samples)
{
    ScoreValue value;
    if (const json &percent = scores.at(key); percent.is_number()) {
        value.percent = percent.get<double>();
        value.samples = samples;
    }
    return value;
}

std::string hashOf(const json &run)
{
    const auto hash = run.find("model_sha256");
    return hash == run.end() || hash->is_null() ? std::string() : hash->get<std::string>();
}

int countOf(const Suite &suite, Dimension dimension)
{
    int count = 0;
    for (const SuiteSample &sample : suite.samples)
        count += sample.dimension == dimension;
    return count;
}

BenchRow rowOf(const json &run, const Suite &suite)
{
    BenchRow row;
    const int budget = run.at("budget").get<int>();
    row.method = QString::fromStdString(run.at("compressor").get<std::string>());
    if (budget > 0)
        row.method += QStringLiteral(" · %1").arg(budget);
    const json &scores = run.at("scores");
    for (Dimension dimension : allDimensions)
        row.score.dimensions[std::size_t(dimension)]
            = scoreOf(scores, std::string(dimensionKey(dimension)), countOf(suite, dimension));
    row.score.average = scoreOf(scores, "avg", run.at("n").get<int>());
    if (const auto interval = run.find("interval"); interval != run.end() && interval->is_array()) {
        row.score.average.low = interval->at(0).get<double>();
        row.score.average.high = interval->at(1).get<double>();
    }
    return row;
}

}

std::vector<MeasuredRow> readBenchResults(const std::filesystem::path &file, const Suite &suite)
{
    std::ifstream stream(file);
    if (!stream)
        return {};
    const auto fail = [&](const std::string &why) {
        return Error(ErrorCode::InvalidSuite, file.string() + ": " + why, "write it again with qmop bench --json");
    };
    std::vector<MeasuredRow> rows;
    try {
        const json report = json::parse(stream);
        // Figures of another suite must never stand under this one's name.
        if (report.at("suite") != suite.name || report.at("version") != suite.version)
            throw fail("is a report of another suite or version");
        for (const json &run : report.at("runs"))
            rows.push_back({rowOf(run, suite), hashOf(run)});
    } catch (const json::exception &error) {
        throw fail(std::string("is no benchmark report: ") + error.what());
    }
    return rows;
}

} // namespace qmop

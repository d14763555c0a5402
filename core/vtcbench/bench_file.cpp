// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/bench_file.h"

#include "core/vtcbench/report.h"
#include "qmop/error.h"

#include <cmath>
#include <fstream>
#include <limits>

#include <nlohmann/json.hpp>

namespace qmop {

namespace {

using nlohmann::json;

constexpr std::uintmax_t maxFileSize = std::uintmax_t(1) << 30; // bytes
constexpr std::size_t maxSamples = 1'000'000;
constexpr std::size_t maxRuns = 256;
constexpr double unlimited = std::numeric_limits<double>::max();

// Where a problem lies: "results.json: run 2 (qmop · 64): answer 12".
struct Place {
    std::string name;
    std::string run = {};
    std::string row = {};

    [[noreturn]] void refuse(const std::string &problem,
                             const char *hint = "write it again with qmop bench --json") const
    {
        std::string where = name + ": ";
        for (const std::string &part : {run, row})
            where += part.empty() ? "" : part + ": ";
        throw Error(ErrorCode::InvalidSuite, where + problem, hint);
    }
};

const json *find(const json &object, const char *key)
{
    const auto it = object.find(key);
    return it == object.end() || it->is_null() ? nullptr : &*it;
}

std::string textOf(const json &object, const char *key, const Place &place, bool required = true)
{
    const json *value = find(object, key);
    if (!value && !required)
        return {};
    if (!value || !value->is_string())
        place.refuse(std::string("\"") + key + "\" is " + (value ? "not a text" : "missing"));
    return value->get<std::string>();
}

std::optional<double> numberOf(const json &object, const char *key, double low, double high, const Place &place)
{
    const json *value = find(object, key);
    if (!value)
        return std::nullopt;
    const double number = value->is_number() ? value->get<double>() : std::nan("");
    constexpr double slack = 1e-5; // float32 and six digits
    if (!(number >= low - slack && number <= high + slack))
        place.refuse(std::string("\"") + key + "\" is no number in its range");
    return number;
}

const json &listOf(const json &object, const char *key, std::size_t most, const Place &place)
{
    const json *value = find(object, key);
    if (!value || !value->is_array())
        place.refuse(std::string("\"") + key + "\" is " + (value ? "not a list" : "missing"));
    if (value->size() > most)
        place.refuse(std::string("\"") + key + "\" has more than " + std::to_string(most) + " entries");
    return *value;
}

std::vector<std::string> textsOf(const json &object, const char *key, const Place &place)
{
    std::vector<std::string> texts;
    if (!find(object, key))
        return texts;
    for (const json &value : listOf(object, key, 1000, place)) {
        if (!value.is_string())
            place.refuse(std::string("\"") + key + "\" holds something that is not a text");
        texts.push_back(value.get<std::string>());
    }
    return texts;
}

std::optional<PerBranch<float>> weightsOf(const json &object, const char *key, const Place &place)
{
    const json *value = find(object, key);
    if (!value)
        return std::nullopt;
    if (!value->is_object())
        place.refuse(std::string("\"") + key + "\" is not an object");
    PerBranch<float> weights;
    for (Branch branch : allBranches) {
        const auto weight = numberOf(*value, std::string(branchKey(branch)).c_str(), 0, 1, place);
        if (!weight)
            place.refuse(std::string("\"") + key + "\" lacks a branch");
        weights[branch] = float(*weight);
    }
    return weights;
}

SuiteSample sampleOf(const json &object, const Place &place)
{
    if (!object.is_object())
        place.refuse("is not an object");
    SuiteSample sample;
    sample.id = textOf(object, "id", place);
    sample.image = textOf(object, "image", place);
    sample.question = textOf(object, "question", place);
    sample.questionType = textOf(object, "question_type", place, false);
    sample.answers = textsOf(object, "answers", place);
    const std::string key = textOf(object, "dimension", place);
    const auto dimension = dimensionFromKey(key);
    if (!dimension)
        place.refuse("\"dimension\" is \"" + key + "\", none of GU, SC, RC, SE, LD");
    sample.dimension = *dimension;
    return sample;
}

SampleResult resultOf(const json &object, const Place &place)
{
    SampleResult result;
    result.answer = textOf(object, "answer", place);
    result.alpha = weightsOf(object, "alpha", place);
    result.selected = weightsOf(object, "selected", place);
    if (result.selected)
        for (Branch branch : allBranches)
            result.active[branch] = (*result.selected)[branch] > 0;
    result.entropy = numberOf(object, "entropy", 0, std::log(3.0), place);
    result.keptShare = numberOf(object, "kept_share", 0, 1, place);
    result.probability = numberOf(object, "probability", 0, 1, place);
    result.margin = numberOf(object, "margin", -1, 1, place);
    result.seconds = numberOf(object, "seconds", 0, unlimited, place);
    result.firstTokenSeconds = numberOf(object, "first_token_seconds", 0, unlimited, place);
    return result;
}

BenchMethod methodOf(const json &object, std::size_t number, std::size_t samples, bool hasAnswers, Place place)
{
    place.run = "run " + std::to_string(number);
    if (!object.is_object())
        place.refuse("is not an object");
    BenchMethod method;
    method.point.compressor = textOf(object, "compressor", place);
    method.point.budget = int(numberOf(object, "budget", 0, 1 << 24, place).value_or(0));
    method.modelHash = textOf(object, "model_sha256", place, false);
    if (!hasAnswers)
        return method;
    place.run += " (" + methodName(method.point) + ")";
    const json &answers = listOf(object, "answers", maxSamples, place);
    if (answers.size() > samples)
        place.refuse("has more answers than the report has samples");
    method.results.reserve(answers.size());
    for (const json &answer : answers) {
        place.row = "answer " + std::to_string(method.results.size() + 1);
        if (!answer.is_object())
            place.refuse("is not an object");
        const auto score = numberOf(answer, "score", 0, 1, place);
        if (!score)
            place.refuse("\"score\" is missing");
        method.results.push_back(resultOf(answer, place));
        method.results.back().modelHash = method.modelHash;
        method.scores.push_back(*score);
    }
    return method;
}

void readSamples(const json &root, BenchRecord &record, const Place &place)
{
    const json &samples = listOf(root, "samples", maxSamples, place);
    record.samples.reserve(samples.size());
    bool tagged = false;
    for (const json &object : samples) {
        const Place at{place.name, {}, "sample " + std::to_string(record.samples.size() + 1)};
        record.samples.push_back(sampleOf(object, at));
        record.tags.push_back(textsOf(object, "tags", at));
        tagged = tagged || !record.tags.back().empty();
    }
    if (!tagged)
        record.tags.clear();
}

BenchRecord recordOf(const json &root, const Place &place)
{
    if (!root.is_object())
        place.refuse("is not an object");
    const double schema = numberOf(root, "schema", 1, 1e6, place).value_or(1);
    if (schema > benchSchema)
        place.refuse("is of the newer schema " + std::to_string(int(schema)), "open it with a newer QMoP Explorer");
    BenchRecord record;
    record.suite = textOf(root, "suite", place);
    record.version = textOf(root, "version", place);
    record.scorer = textOf(root, "scorer", place, false);
    record.model = textOf(root, "model", place, false);
    const bool hasAnswers = find(root, "samples") != nullptr;
    if (hasAnswers)
        readSamples(root, record, place);
    const json &runs = listOf(root, "runs", maxRuns, place);
    for (const json &run : runs)
        record.methods.push_back(methodOf(run, record.methods.size() + 1, record.samples.size(), hasAnswers, place));
    return record;
}

}

BenchRecord parseBenchRecord(std::string_view text, const std::string &name)
{
    const Place place{name};
    try {
        return recordOf(json::parse(text), place);
    } catch (const json::parse_error &error) {
        place.refuse("is not JSON at byte " + std::to_string(error.byte));
    }
}

BenchRecord readBenchFile(const std::filesystem::path &file)
{
    const Place place{file.string()};
    std::error_code failed;
    if (!std::filesystem::exists(file, failed))
        place.refuse("does not exist", "choose another file");
    const auto size = std::filesystem::file_size(file, failed);
    if (failed || !std::filesystem::is_regular_file(file, failed))
        place.refuse("cannot be read", "choose a file that qmop bench --json wrote");
    if (size > maxFileSize)
        place.refuse("is larger than " + std::to_string(maxFileSize >> 20) + " MiB", "bench fewer samples at a time");
    std::ifstream stream(file, std::ios::binary);
    std::string text(size, '\0');
    if (!stream || !stream.read(text.data(), std::streamsize(size)))
        place.refuse("cannot be read", "check the rights of the file");
    return parseBenchRecord(text, place.name);
}

bool looksLikeBenchFile(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    std::string start(400, '\0');
    stream.read(start.data(), std::streamsize(start.size()));
    start.resize(std::size_t(stream.gcount()));
    return start.find("\"suite\"") != std::string::npos && start.find("\"scorer\"") != std::string::npos;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/suite_file.h"

#include <cstring>
#include <fstream>
#include <set>

#include <nlohmann/json.hpp>

#include "core/vtcbench/sample_json.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "qmop/picture_name.h"

namespace qmop {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char *fileName = "suite.json";
constexpr std::uintmax_t maxFileSize = 256 << 20; // bytes; 100,000 samples take about 30 MB

// Where a problem lies: "suites/x/suite.json: sample 12 (id "a")".
struct Place {
    std::string file;
    std::string sample;

    [[noreturn]] void refuse(const std::string &problem) const
    {
        throw Error(ErrorCode::InvalidSuite, file + ": " + (sample.empty() ? "" : sample + ": ") + problem,
                    "repair the suite, or get it again from its source");
    }
};

const std::string &readText(const json &object, const char *key, const Place &place)
{
    const auto it = object.find(key);
    if (it == object.end())
        place.refuse(std::string("\"") + key + "\" is missing");
    if (!it->is_string())
        place.refuse(std::string("\"") + key + "\" is not a text");
    return it->get_ref<const std::string &>();
}

std::string readOptionalText(const json &object, const char *key, const Place &place)
{
    return object.contains(key) ? readText(object, key, place) : std::string();
}

std::string samplePlace(std::size_t index, const std::string &id)
{
    return "sample " + std::to_string(index + 1) + (id.empty() ? "" : " (id \"" + id + "\")");
}

// What a sample must be, read or about to be written.
void checkSample(const SuiteSample &sample, const Place &place)
{
    if (sample.id.empty())
        place.refuse("\"id\" is empty");
    if (sample.question.find_first_not_of(" \t\r\n") == std::string::npos)
        place.refuse("\"question\" is empty");
    if (sample.answers.empty())
        place.refuse("\"answers\" holds no answer");
    if (const std::string problem = pictureNameProblem(sample.image); !problem.empty())
        place.refuse("\"image\" " + problem);
}

void checkSuite(const Suite &suite, const std::string &file, SuiteUse use)
{
    const Place place{file, {}};
    if (suite.name.empty() || suite.version.empty())
        place.refuse("\"name\" and \"version\" must not be empty");
    if (suite.scorer != "exact" && suite.scorer != "soft")
        place.refuse("\"scorer\" is \"" + suite.scorer + "\", neither \"exact\" nor \"soft\"");
    if (suite.samples.empty() && use == SuiteUse::Score)
        place.refuse("\"samples\" holds no sample");
    std::set<std::string> ids;
    for (std::size_t i = 0; i < suite.samples.size(); ++i) {
        const SuiteSample &sample = suite.samples[i];
        const Place at{file, samplePlace(i, sample.id)};
        checkSample(sample, at);
        if (!ids.insert(sample.id).second)
            at.refuse("the id is used twice");
    }
}

// Links could lead out of the folder where the text of the path does not.
void checkPicture(const SuiteSample &sample, const std::filesystem::path &folder, SuiteUse use, const Place &place)
{
    std::error_code failed;
    if (use == SuiteUse::Edit && !std::filesystem::exists(folder / sample.image, failed))
        return;
    const auto picture = std::filesystem::canonical(folder / sample.image, failed);
    if (failed || !std::filesystem::is_regular_file(picture, failed))
        place.refuse("the picture is missing: " + sample.image);
    const auto root = std::filesystem::canonical(folder, failed);
    const auto relative = picture.lexically_relative(root);
    if (relative.empty() || *relative.begin() == "..")
        place.refuse("\"image\" leaves the suite's folder: " + sample.image);
}

SuiteSample readSample(const json &object, std::size_t index, const std::string &file)
{
    Place place{file, samplePlace(index, {})};
    if (!object.is_object())
        place.refuse("is not an object");
    SuiteSample sample;
    sample.id = readText(object, "id", place);
    place.sample = samplePlace(index, sample.id);
    sample.image = readText(object, "image", place);
    sample.question = readText(object, "question", place);
    sample.questionType = readOptionalText(object, "question_type", place);
    const std::string &key = readText(object, "dimension", place);
    const auto dimension = dimensionFromKey(key);
    if (!dimension)
        place.refuse("\"dimension\" is \"" + key + "\", none of GU, SC, RC, SE, LD");
    sample.dimension = *dimension;
    const auto answers = object.find("answers");
    if (answers == object.end() || !answers->is_array())
        place.refuse("\"answers\" is not a list");
    for (const json &answer : *answers) {
        if (!answer.is_string())
            place.refuse("\"answers\" holds something that is not a text");
        sample.answers.push_back(answer.get<std::string>());
    }
    return sample;
}

json parseFile(const std::filesystem::path &path, const Place &place)
{
    std::error_code failed;
    if (!std::filesystem::exists(path, failed))
        throw Error(ErrorCode::InvalidSuite, path.string() + " does not exist",
                    "name a folder that holds a suite.json");
    const auto size = std::filesystem::file_size(path, failed);
    if (failed || !std::filesystem::is_regular_file(path, failed))
        place.refuse("cannot be read");
    if (size > maxFileSize)
        place.refuse("is larger than " + std::to_string(maxFileSize >> 20) + " MiB");
    std::ifstream file(path, std::ios::binary);
    std::string text(size, '\0');
    if (!file || !file.read(text.data(), std::streamsize(size)))
        place.refuse("cannot be read");
    try {
        return json::parse(text);
    } catch (const json::parse_error &error) {
        const bool encoding = std::strstr(error.what(), "UTF-8") != nullptr;
        place.refuse((encoding ? "is not UTF-8 at byte " : "is not JSON at byte ") + std::to_string(error.byte));
    }
}

}

std::filesystem::path suiteFolder(const std::filesystem::path &path)
{
    if (std::filesystem::is_directory(path))
        return path;
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

Suite loadSuite(const std::filesystem::path &path, SuiteUse use)
{
    const std::filesystem::path folder = suiteFolder(path);
    const std::filesystem::path file = std::filesystem::is_directory(path) ? path / fileName : path;
    const Place place{file.string(), {}};
    const json root = parseFile(file, place);
    if (!root.is_object())
        place.refuse("is not an object");

    Suite suite;
    suite.name = readText(root, "name", place);
    suite.version = readText(root, "version", place);
    suite.scorer = readText(root, "scorer", place);
    suite.license = readOptionalText(root, "license", place);
    suite.source = readOptionalText(root, "source", place);
    const auto samples = root.find("samples");
    if (samples == root.end() || !samples->is_array())
        place.refuse("\"samples\" is not a list");
    for (std::size_t i = 0; i < samples->size(); ++i)
        suite.samples.push_back(readSample((*samples)[i], i, place.file));
    checkSuite(suite, place.file, use);
    for (std::size_t i = 0; i < suite.samples.size(); ++i)
        checkPicture(suite.samples[i], folder, use, {place.file, samplePlace(i, suite.samples[i].id)});
    return suite;
}

std::filesystem::path suiteFileOf(const std::filesystem::path &path)
{
    return path.extension() == ".json" ? path : path / fileName;
}

void saveSuite(const Suite &suite, const std::filesystem::path &path, SuiteUse use)
{
    const std::filesystem::path file = suiteFileOf(path);
    checkSuite(suite, file.string(), use);
    ordered_json root{{"name", suite.name},
                      {"version", suite.version},
                      {"scorer", suite.scorer},
                      {"license", suite.license},
                      {"source", suite.source}};
    ordered_json &samples = root["samples"] = ordered_json::array();
    for (const SuiteSample &sample : suite.samples)
        samples.push_back(sampleJson(sample));
    std::string text;
    try {
        text = root.dump(1) + "\n";
    } catch (const ordered_json::type_error &) {
        Place{file.string(), {}}.refuse("holds text that is not UTF-8");
    }
    writeFileAtomically(file, text);
}

} // namespace qmop

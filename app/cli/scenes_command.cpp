// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/scenes_command.h"

#include "app/cli/bgr_picture.h"
#include "app/cli/kept_command.h"
#include "core/scenes/audit.h"
#include "core/scenes/examination.h"
#include "core/scenes/scene.h"
#include "core/vtcbench/suite_file.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "qmop/resources.h"

#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace qmop {

namespace {

using scenes::Split;

struct Options {
    std::string split = "train";
    std::string out;
    std::uint64_t seed = 0;
    int auditCount = 20000; // scenes of each split
    int statsCount = 2000;
    int size = 512;
    bool overwrite = false; // a suite that is in the folder already
    scenes::ExaminationOptions suite{"scenes", "1"};
};

Split splitOf(const Options &options)
{
    return options.split == "heldout" ? Split::HeldOut : Split::Train;
}

scenes::Generator loadGenerator()
{
    return scenes::Generator(resourceDir() / "scenes");
}

int runAudit(const Options &options)
{
    const scenes::Audit audit = scenes::auditScenes(loadGenerator(), options.auditCount);
    std::printf("%d scenes of each split\n\n", audit.scenesPerSplit);
    std::printf("training and held-out have in common\n");
    std::printf("  seeds            %d\n  phrasings        %d\n  question texts   %d\n", audit.sharedSeeds,
                audit.sharedPhrasings, audit.sharedTexts);
    std::printf("  object pairings  %d   (of %d seen in training, %d held out)\n\n", audit.sharedPairs,
                audit.trainPairs, audit.heldOutPairs);
    std::printf("Always giving the other split's most frequent answer. The limit is 55 %% for two answers, else\n"
                "1.2 x chance; +- is three standard errors at this number of questions.\n\n");
    std::printf("%-15s %-8s %9s %7s  %-12s %8s %8s %6s\n", "type", "split", "questions", "answers", "answer", "right %",
                "limit %", "+-");
    for (const scenes::AnswerBalance &b : audit.balances)
        std::printf("%-15s %-8s %9d %7d  %-12s %8.2f %8.2f %6.2f%s\n", b.type.c_str(),
                    b.split == Split::Train ? "train" : "heldout", b.questions, b.answers, b.majority.c_str(),
                    100 * b.majorityAccuracy, 100 * b.limit, 100 * b.allowance, b.withinLimit() ? "" : "  VIOLATED");
    std::printf("\n%s\n", audit.passed() ? "passed" : "FAILED");
    return audit.passed() ? 0 : 1;
}

void writePicture(const ImageU8 &image, const std::string &file)
{
    std::vector<std::uint8_t> bytes;
    bool encoded = false;
    try {
        const std::string ending = std::filesystem::path(file).extension().string();
        encoded
            = cv::imencode(ending, bgrPicture(image), bytes, {cv::IMWRITE_WEBP_QUALITY, 101}); // above 100: lossless
    } catch (const cv::Exception &) {
        // An ending that OpenCV does not know.
    }
    if (!encoded)
        throw Error(ErrorCode::InvalidArgument, file + ": is no name of a picture that can be written",
                    "choose a name that ends in .png or .webp");
    writeFileAtomically(file, std::string_view(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
}

int runDraw(const Options &options)
{
    const scenes::Scene scene = loadGenerator().make(options.seed, splitOf(options), options.size);
    writePicture(scene.image, options.out);
    nlohmann::ordered_json report;
    report["file"] = options.out;
    report["place"] = scenes::placeNames()[std::size_t(scene.place)];
    report["style"] = scenes::styleNames()[std::size_t(scene.style)];
    report["weather"] = scenes::weatherNames()[std::size_t(scene.weather)];
    report["night"] = scene.night;
    report["sign"] = scene.signText;
    for (const scenes::Question &q : scene.questions)
        report["questions"].push_back(
            {{"dimension", dimensionKey(q.dimension)}, {"type", q.type}, {"question", q.text}, {"answer", q.answer}});
    std::cout << report.dump(2) << '\n';
    return 0;
}

int runSuite(const Options &options)
{
    const std::filesystem::path folder(options.out);
    if (std::error_code error; !options.overwrite && std::filesystem::exists(folder / "suite.json", error))
        throw Error(ErrorCode::OutputFailed, (folder / "suite.json").string() + " exists already",
                    "name another folder, or add --overwrite");
    const scenes::Examination examination = scenes::makeExamination(resourceDir() / "scenes", options.suite);
    makeFolder(folder / "pictures");
    const scenes::Generator generator = loadGenerator();
    for (std::size_t i = 0; i < examination.seeds.size(); ++i)
        writePicture(generator.make(examination.seeds[i], Split::HeldOut, options.suite.size).image,
                     (folder / examination.pictures[i]).string());
    saveSuite(examination.suite, folder);
    std::map<std::string, int> counts;
    for (const SuiteSample &sample : examination.suite.samples)
        ++counts[std::string(dimensionKey(sample.dimension))];
    nlohmann::ordered_json report;
    report["suite"] = (folder / "suite.json").string();
    report["pictures"] = examination.pictures.size();
    report["questions"] = examination.suite.samples.size();
    report["dimensions"] = counts;
    std::cout << report.dump(2) << '\n';
    return 0;
}

int runStats(const Options &options)
{
    const scenes::SceneStats stats = scenes::statsOfScenes(loadGenerator(), splitOf(options), options.statsCount);
    nlohmann::ordered_json report;
    report["scenes"] = stats.scenes;
    report["split"] = options.split;
    report["questions_per_picture"] = stats.questionsPerPicture;
    report["labelled_patches"] = stats.labelledPatches;
    report["objects_per_picture"] = stats.objectsPerPicture;
    report["size_deciles_px_at_128"] = {
        {"objects", stats.objectSizes}, {"small_shapes", stats.shapeSizes}, {"sign_capitals", stats.signGlyphHeights}};
    report["dimensions"] = stats.dimensions;
    report["question_types"] = stats.questionTypes;
    report["classes"] = stats.classes;
    std::cout << report.dump(2) << '\n';
    return 0;
}

void addSuiteCommand(CLI::App &command, const std::shared_ptr<Options> &options, int &exitCode)
{
    scenes::ExaminationOptions &wanted = options->suite;
    CLI::App *suite = command.add_subcommand("suite", "Write a benchmark suite of held-out scenes");
    suite->add_option("--out", options->out, "folder to write")->required();
    suite->add_option("--per-dimension", wanted.perDimension, "questions in each of the five dimensions")
        ->capture_default_str();
    suite->add_option("--seed", wanted.seed, "other seeds give other scenes")->capture_default_str();
    suite->add_option("--name", wanted.name, "of the suite")->capture_default_str();
    suite->add_option("--version", wanted.version, "of the suite")->capture_default_str();
    suite->add_option("--size", wanted.size, "side of the pictures in pixels, a multiple of 128")
        ->capture_default_str();
    suite->add_option("--format", wanted.pictureFormat, "of the pictures, both without loss: webp is smaller")
        ->check(CLI::IsMember({"webp", "png"}))
        ->capture_default_str();
    suite->add_flag("--overwrite", options->overwrite, "replace the suite that the folder holds");
    suite->callback([options, &exitCode] { exitCode = runSuite(*options); });
}

} // namespace

void addScenesCommand(CLI::App &app, int &exitCode)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("scenes", "Draw, count and audit the generated scenes");
    command->require_subcommand(1);
    const auto addSplit = [&](CLI::App *to) {
        to->add_option("--split", options->split, "train or heldout")
            ->check(CLI::IsMember({"train", "heldout"}))
            ->capture_default_str();
    };

    CLI::App *audit = command->add_subcommand("audit", "What training and held-out share, how balanced answers are");
    audit->add_option("--n", options->auditCount, "scenes of each split")
        ->capture_default_str()
        ->check(CLI::Range(1, 10000000));
    audit->callback([options, &exitCode] { exitCode = runAudit(*options); });

    CLI::App *draw = command->add_subcommand("draw", "Draw one scene and print its questions");
    draw->add_option("--seed", options->seed, "any number")->capture_default_str();
    draw->add_option("--out", options->out, "picture to write (.png, or .webp: lossless)")->required();
    draw->add_option("--size", options->size, "side in pixels, a multiple of 128")->capture_default_str();
    addSplit(draw);
    draw->callback([options, &exitCode] { exitCode = runDraw(*options); });

    addSuiteCommand(*command, options, exitCode);
    addKeptCommand(*command);

    CLI::App *stats = command->add_subcommand("stats", "Classes, sizes and question types as JSON");
    stats->add_option("--n", options->statsCount, "scenes")->capture_default_str()->check(CLI::Range(1, 10000000));
    addSplit(stats);
    stats->callback([options, &exitCode] { exitCode = runStats(*options); });
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/suite_command.h"

#include "app/cli/bench_command.h"
#include "core/image/decode.h"
#include "core/image/picture_file.h"
#include "core/store/trace_json.h"
#include "core/vtcbench/suite_editor.h"
#include "core/vtcbench/suite_file.h"
#include "qmop/error.h"
#include "qmop/resources.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace qmop {

namespace {

using nlohmann::ordered_json;

const std::vector<std::string> dimensionNames{"GU", "SC", "RC", "SE", "LD"};

struct SuiteOptions {
    std::string suite; // empty: the personal one
    std::string picture;
    std::string id;
    std::string other; // to merge, or where to export to
    QuestionDraft draft;
    std::string dimension = "GU";
    bool json = false;
    BenchOptions bench;

    std::filesystem::path path() const { return suite.empty() ? personalSuiteDir() : std::filesystem::path(suite); }
};

ordered_json headingJson(const SuiteEditor &editor)
{
    const Suite &suite = editor.suite();
    return {{"suite", suite.name},
            {"version", suite.version},
            {"scorer", suite.scorer},
            {"file", editor.file().string()},
            {"questions", suite.samples.size()}};
}

std::string headingText(const SuiteEditor &editor)
{
    const Suite &suite = editor.suite();
    return suite.name + " " + suite.version + ", scorer " + suite.scorer + ", " + std::to_string(suite.samples.size())
        + " questions, " + editor.file().string() + "\n";
}

ordered_json sampleJson(const SuiteSample &sample)
{
    return {{"id", sample.id},
            {"image", sample.image},
            {"question", sample.question},
            {"answers", sample.answers},
            {"dimension", std::string(dimensionKey(sample.dimension))},
            {"question_type", sample.questionType}};
}

void addQuestion(const SuiteOptions &options)
{
    SuiteEditor editor(options.path());
    QuestionDraft draft = options.draft;
    draft.dimension = *dimensionFromKey(options.dimension);
    const std::vector<std::uint8_t> bytes = readPictureFile(options.picture);
    decodeImage(bytes, options.picture); // a picture that no run could open is refused now
    const std::string id = editor.add(draft, bytes, formatExtension(*sniffFormat(bytes)));
    ordered_json report = headingJson(editor);
    report["added"] = sampleJson(*editor.find(id));
    std::cout << toText(report) << std::endl;
}

// What is not given stays as it is.
void editQuestion(const SuiteOptions &options)
{
    SuiteEditor editor(options.path());
    const SuiteSample *known = editor.find(options.id);
    QuestionDraft draft = options.draft;
    if (known) {
        if (draft.question.empty())
            draft.question = known->question;
        if (draft.answers.empty())
            draft.answers = known->answers;
        if (draft.questionType.empty())
            draft.questionType = known->questionType;
    }
    draft.dimension = known && options.dimension.empty() ? known->dimension
                                                         : dimensionFromKey(options.dimension).value_or(Dimension::GU);
    editor.change(options.id, draft);
    ordered_json report = headingJson(editor);
    report["changed"] = sampleJson(*editor.find(options.id));
    std::cout << toText(report) << std::endl;
}

void removeQuestion(const SuiteOptions &options)
{
    SuiteEditor editor(options.path());
    editor.remove(options.id);
    ordered_json report = headingJson(editor);
    report["removed"] = options.id;
    std::cout << toText(report) << std::endl;
}

void listQuestions(const SuiteOptions &options)
{
    const SuiteEditor editor(options.suite.empty() ? options.path() : findSuite(options.suite));
    if (options.json) {
        ordered_json report = headingJson(editor);
        for (const SuiteSample &sample : editor.suite().samples)
            report["samples"].push_back(sampleJson(sample));
        std::cout << toText(report) << std::endl;
        return;
    }
    std::cout << headingText(editor);
    for (const SuiteSample &sample : editor.suite().samples) {
        std::string answers;
        for (const std::string &answer : sample.answers)
            answers += (answers.empty() ? "" : " | ") + answer;
        std::cout << sample.id << "  " << dimensionKey(sample.dimension) << "  " << sample.question << "  " << answers
                  << "  (" << sample.image << ")\n";
    }
}

void validateSuite(const SuiteOptions &options)
{
    const std::filesystem::path path = options.suite.empty() ? options.path() : findSuite(options.suite);
    const Suite suite = loadSuite(path);
    ordered_json counts;
    for (Dimension dimension : allDimensions)
        counts[std::string(dimensionKey(dimension))]
            = std::ranges::count(suite.samples, dimension, &SuiteSample::dimension);
    for (const SuiteSample &sample : suite.samples)
        try {
            loadImage(suiteFolder(path) / sample.image);
        } catch (const Error &error) {
            throw Error(ErrorCode::InvalidSuite, "sample " + sample.id + ": " + error.what(), error.hint());
        }
    std::cout << toText({{"suite", suite.name},
                         {"version", suite.version},
                         {"scorer", suite.scorer},
                         {"questions", suite.samples.size()},
                         {"per_dimension", counts},
                         {"valid", true}})
              << std::endl;
}

void mergeSuite(const SuiteOptions &options)
{
    SuiteEditor editor(options.path());
    const MergeReport merged = editor.merge(findSuite(options.other));
    ordered_json report = headingJson(editor);
    report["added"] = merged.added;
    report["known"] = merged.known;
    report["renamed"] = merged.renamed;
    report["disputed"] = merged.disputed;
    std::cout << toText(report) << std::endl;
}

void exportSuite(const SuiteOptions &options)
{
    const SuiteEditor editor(options.path());
    editor.exportTo(options.other);
    ordered_json report = headingJson(editor);
    report["exported"] = suiteFileOf(options.other).string();
    std::cout << toText(report) << std::endl;
}

CLI::App *addPart(CLI::App &command, const char *name, const char *text, std::shared_ptr<SuiteOptions> options)
{
    CLI::App *part = command.add_subcommand(name, text);
    part->add_option("--suite", options->suite,
                     "Folder or file of the suite (default: your own, " + personalSuiteDir().string() + ")");
    return part;
}

void addDraftOptions(CLI::App &part, SuiteOptions &options, bool required)
{
    CLI::Option *answer
        = part.add_option("--answer", options.draft.answers,
                          "What counts as right; give it again for each wording (ten: TextVQA's soft accuracy)");
    CLI::Option *dimension = part.add_option("--dimension", options.dimension,
                                             "GU global understanding, SC space and counting, RC reasoning, SE style "
                                             "and emotion, LD local details")
                                 ->check(CLI::IsMember(dimensionNames));
    part.add_option("--type", options.draft.questionType, "Free text for grouping, such as \"count\"");
    if (required) {
        answer->required();
        dimension->required();
    }
}

void addEditing(CLI::App &command, const std::function<std::shared_ptr<SuiteOptions>()> &make)
{
    auto options = make();
    CLI::App *add
        = addPart(command, "add", "Add a question about a picture; a copy of it is kept with the suite", options);
    add->add_option("PICTURE", options->picture, "PNG, JPEG, WebP, BMP or TIFF")->required();
    add->add_option("QUESTION", options->draft.question, "Question in UTF-8")->required();
    addDraftOptions(*add, *options, true);
    add->callback([options] { addQuestion(*options); });

    options = make();
    options->dimension.clear();
    CLI::App *edit = addPart(command, "edit", "Change a question; what is not given stays", options);
    edit->add_option("ID", options->id, "As qmop suite list shows it")->required();
    edit->add_option("--question", options->draft.question, "Question in UTF-8");
    addDraftOptions(*edit, *options, false);
    edit->callback([options] { editQuestion(*options); });

    options = make();
    CLI::App *remove = addPart(command, "remove", "Remove a question; its picture stays", options);
    remove->add_option("ID", options->id, "As qmop suite list shows it")->required();
    remove->callback([options] { removeQuestion(*options); });
}

void addExchange(CLI::App &command, const std::function<std::shared_ptr<SuiteOptions>()> &make)
{
    auto options = make();
    CLI::App *merge = addPart(command, "merge", "Add what another suite has and this one has not", options);
    merge->add_option("OTHER", options->other, "Folder or file of a suite, or the name of a shipped one")->required();
    merge->footer(
        "Questions that are the same in both stay once. An id that is taken becomes another one (\"renamed\"); "
        "the same question with other answers is kept beside yours (\"disputed\").");
    merge->callback([options] { mergeSuite(*options); });

    options = make();
    CLI::App *copy = addPart(command, "export", "Copy the suite with its pictures into a new folder", options);
    copy->add_option("FOLDER", options->other, "Without a suite in it")->required();
    copy->callback([options] { exportSuite(*options); });
}

}

void addSuiteCommand(CLI::App &app, int &exitCode)
{
    CLI::App *command = app.add_subcommand("suite", "Build, check and score a suite of your own");
    command->require_subcommand(1);
    const auto make = [] { return std::make_shared<SuiteOptions>(); };
    addEditing(*command, make);

    auto options = make();
    CLI::App *list = addPart(*command, "list", "List the questions", options);
    list->add_flag("--json", options->json, "Print JSON");
    list->callback([options] { listQuestions(*options); });

    options = make();
    CLI::App *validate = addPart(*command, "validate", "Check every question and picture", options);
    validate->callback([options] { validateSuite(*options); });

    addExchange(*command, make);

    options = make();
    CLI::App *score = addPart(*command, "score", "Score the suite, as qmop bench does", options);
    options->bench.addTo(*score);
    score->callback([options, &exitCode] {
        options->bench.suite = options->path().string();
        exitCode = runBench(options->bench);
    });
}

} // namespace qmop

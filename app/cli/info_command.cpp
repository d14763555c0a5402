// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/info_command.h"

#include "core/installation/look_around.h"
#include "qmop/resources.h"

#include <nlohmann/json.hpp>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

namespace qmop {

namespace {

using json = nlohmann::ordered_json;
namespace fs = std::filesystem;

struct InfoOptions {
    bool asJson = false;
    std::string model;
    std::string journal;
};

json checkpointJson(const InstalledCheckpoint &checkpoint)
{
    json files = json::array();
    for (const InstalledFile &file : checkpoint.files)
        files.push_back(
            {{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}, {"in_model_card", file.inReadme}});
    json object{{"folder", checkpoint.folder.string()}, {"name", checkpoint.name}};
    if (checkpoint.budget)
        object["budget"] = *checkpoint.budget;
    object["sha256"] = checkpoint.sha256;
    object["files"] = files;
    return object;
}

json modelJson(const InstalledModel &found)
{
    json model{{"folder", found.folder.string()}, {"found", found.found}};
    if (found.base)
        model.update(checkpointJson(*found.base));
    if (found.base && found.problem.empty()) {
        model["compressors"] = json::array();
        for (const InstalledCheckpoint &each : found.compressors)
            model["compressors"].push_back(checkpointJson(each));
    }
    if (!found.problem.empty())
        model["problem"] = found.problem;
    return model;
}

json infoJson(const Installation &found)
{
    json checks = json::array();
    for (const CheckRow &row : checkRows(found))
        checks.push_back({{"topic", row.topic},
                          {"state", checkStateKey(row.state)},
                          {"finding", row.finding},
                          {"advice", row.advice}});
    return {{"version", found.version},
            {"libtorch", found.libtorch},
            {"cpu",
             {{"aten_capability", found.instructionSet},
              {"avx2", found.avx2},
              {"avx512", found.avx512},
              {"avx512_bf16", found.avx512Bf16},
              {"amx_bf16", found.amxBf16},
              {"hardware_threads", found.hardwareThreads}}},
            {"threads", found.threads},
            {"memory", {{"total_bytes", found.memoryTotal}, {"free_bytes", found.memoryFree}}},
            {"model", modelJson(found.model)},
            {"checks", checks}};
}

void printCheckpoint(const InstalledCheckpoint &checkpoint)
{
    std::cout << "  " << checkpoint.name;
    if (checkpoint.budget)
        std::cout << "  (M = " << *checkpoint.budget << ")";
    std::cout << "  sha256 " << checkpoint.sha256 << "\n";
}

// The rows of the window's check page, then the hashes that results carry.
void printText(const Installation &found)
{
    std::cout << checkText(checkRows(found));
    if (!found.model.base || !found.model.problem.empty())
        return;
    std::cout << "\nCheckpoints, by which runs and benchmarks name them\n";
    printCheckpoint(*found.model.base);
    for (const InstalledCheckpoint &compressor : found.model.compressors)
        printCheckpoint(compressor);
}

}

void addInfoCommand(CLI::App &app, int &exitCode)
{
    auto options = std::make_shared<InfoOptions>();
    CLI::App *command = app.add_subcommand("info", "Version, processor, LibTorch, and the model with its hashes");
    command->add_flag("--json", options->asJson, "Print JSON");
    command->add_option("--model", options->model, "Checkpoint folder (default: the embedded model)");
    command->add_option("--journal", options->journal, "Also whether runs can be kept in this history of the window");
    command->callback([options, &exitCode] {
        InstallationRequest request;
        request.model = options->model.empty() ? defaultModelDir() : fs::path(options->model);
        request.resources = resourceDir();
        request.journal = options->journal;
        std::error_code error;
        request.programs = fs::read_symlink("/proc/self/exe", error).parent_path();
        const Installation found = lookAround(request);
        if (options->asJson)
            std::cout << infoJson(found).dump(2, ' ', false, json::error_handler_t::replace) << "\n";
        else
            printText(found);
        exitCode = 0;
    });
}

} // namespace qmop

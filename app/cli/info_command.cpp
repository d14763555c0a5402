// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/info_command.h"

#include "core/engine/failure.h"
#include "models/checkpoint/checkpoint_hash.h"
#include "models/checkpoint/model_config.h"
#include "models/checkpoint/safetensors_format.h"
#include "qmop/resources.h"
#include "qmop/sha256.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <nlohmann/json.hpp>
#include <torch/version.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace qmop {

namespace {

using json = nlohmann::ordered_json;
namespace fs = std::filesystem;

struct InfoOptions {
    bool asJson = false;
    std::string model;
};

// What the processor can do and the system lets it, asked now, not when built.
json cpuJson()
{
    json cpu{{"aten_capability", at::get_cpu_capability()}};
#if defined(__x86_64__)
    __builtin_cpu_init();
    cpu["avx2"] = bool(__builtin_cpu_supports("avx2"));
    cpu["avx512"] = bool(__builtin_cpu_supports("avx512f"));
    cpu["avx512_bf16"] = bool(__builtin_cpu_supports("avx512bf16"));
    cpu["amx_bf16"] = bool(__builtin_cpu_supports("amx-bf16"));
#endif
    cpu["hardware_threads"] = std::thread::hardware_concurrency();
    return cpu;
}

json fileJson(const fs::path &file)
{
    return {{"name", file.filename().string()}, {"bytes", fs::file_size(file)}, {"sha256", sha256OfFile(file)}};
}

json checkpointJson(const fs::path &folder)
{
    const ModelConfig config = readModelConfig(folder);
    json files = json::array();
    for (const SafetensorsShard &shard : findSafetensors(folder))
        files.push_back(fileJson(shard.file));
    json object{{"folder", folder.string()}, {"name", config.name}};
    if (config.qmop)
        object["budget"] = config.qmop->budget;
    object["sha256"] = checkpointSha256(folder);
    object["files"] = files;
    return object;
}

// The model and the trained compressors in its subfolders. A missing or damaged
// model is a finding, not a failure, of this command.
json modelJson(const fs::path &folder)
{
    json model{{"folder", folder.string()}, {"found", fs::exists(folder / "config.json")}};
    if (!model["found"])
        return model;
    try {
        model.update(checkpointJson(folder));
        std::vector<fs::path> subfolders;
        for (const fs::directory_entry &entry : fs::directory_iterator(folder))
            if (entry.is_directory() && fs::exists(entry.path() / "config.json"))
                subfolders.push_back(entry.path());
        std::sort(subfolders.begin(), subfolders.end());
        model["compressors"] = json::array();
        for (const fs::path &subfolder : subfolders)
            model["compressors"].push_back(checkpointJson(subfolder));
    } catch (...) {
        model["problem"] = describeFailure(std::current_exception()).what;
    }
    return model;
}

void printCheckpoint(const json &checkpoint, const std::string &indent)
{
    std::cout << indent << checkpoint["name"].get<std::string>();
    if (checkpoint.contains("budget"))
        std::cout << "  (M = " << checkpoint["budget"] << ")";
    std::cout << "\n" << indent << "  sha256 " << checkpoint["sha256"].get<std::string>() << "\n";
    for (const json &file : checkpoint["files"])
        std::cout << indent << "  " << file["name"].get<std::string>() << "  " << file["bytes"] << " bytes  "
                  << file["sha256"].get<std::string>() << "\n";
}

void printText(const json &info)
{
    std::cout << "QMoP Explorer " << info["version"].get<std::string>() << "\n"
              << "LibTorch      " << info["libtorch"].get<std::string>() << "\n"
              << "CPU           " << info["cpu"]["aten_capability"].get<std::string>();
    for (const char *feature : {"avx2", "avx512", "avx512_bf16", "amx_bf16"})
        if (info["cpu"].value(feature, false))
            std::cout << " " << feature;
    std::cout << "\nThreads       " << info["threads"] << " of " << info["cpu"]["hardware_threads"] << "\n";
    const json &model = info["model"];
    std::cout << "Model         " << model["folder"].get<std::string>() << (model["found"] ? "" : "  (not found)")
              << "\n";
    if (model.contains("problem"))
        std::cout << "  problem: " << model["problem"].get<std::string>() << "\n";
    if (!model.contains("compressors"))
        return;
    printCheckpoint(model, "  ");
    for (const json &compressor : model["compressors"])
        printCheckpoint(compressor, "  ");
}

}

void addInfoCommand(CLI::App &app, int &exitCode)
{
    auto options = std::make_shared<InfoOptions>();
    CLI::App *command = app.add_subcommand("info", "Version, processor, LibTorch, and the model with its hashes");
    command->add_flag("--json", options->asJson, "Print JSON");
    command->add_option("--model", options->model, "Checkpoint folder (default: the embedded model)");
    command->callback([options, &exitCode] {
        const json info{{"version", QMOP_VERSION},
                        {"libtorch", TORCH_VERSION},
                        {"cpu", cpuJson()},
                        {"threads", at::get_num_threads()},
                        {"model", modelJson(options->model.empty() ? defaultModelDir() : fs::path(options->model))}};
        if (options->asJson)
            std::cout << info.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
        else
            printText(info);
        exitCode = 0;
    });
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/engine/model_folder.h"

#include "models/checkpoint/model_config.h"

#include <algorithm>
#include <charconv>

namespace qmop {

namespace {

// Budget of a folder named "qmop-64", or 0.
int budgetOf(const std::string &name)
{
    constexpr std::string_view prefix = "qmop-";
    if (!name.starts_with(prefix))
        return 0;
    int budget = 0;
    const char *end = name.data() + name.size();
    const auto result = std::from_chars(name.data() + prefix.size(), end, budget);
    return result.ec == std::errc() && result.ptr == end ? budget : 0;
}

}

ModelFolder readModelFolder(const std::filesystem::path &path)
{
    const ModelConfig config = readModelConfig(path);
    ModelFolder folder;
    folder.path = path;
    folder.name = config.name.empty() ? path.filename().string() : config.name;
    folder.patches = config.vision.patchCount();
    folder.decoderLayers = config.decoder.layers;
    folder.decoderHeads = config.decoder.heads;
    folder.preprocess = readPreprocessConfig(path / "preprocessor_config.json");
    folder.preprocess.patchSize = config.vision.patchSize;
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(path, error))
        if (const int budget = budgetOf(entry.path().filename().string()); budget > 0 && entry.is_directory(error))
            folder.budgets.push_back(budget);
    std::sort(folder.budgets.begin(), folder.budgets.end());
    return folder;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a command and the engine inside the window are both asked: a small picture
// and a model with random weights.
#pragma once

#include "qmop/run_request.h"
#include "tests/fixtures/random_checkpoint.h"

#include <fstream>

namespace qmop::fixture {

// Writes both into `folder`: the model as "model", of 8 x 8 patches, budget 16; the
// picture as `picture`. The request is as the window asks, for four tokens.
inline RunRequest makeSmallRun(const std::filesystem::path &folder, const std::string &picture,
                               const std::string &question)
{
    RunRequest request;
    request.model = folder / "model";
    RandomCheckpointOptions options;
    options.imageSize = 64;
    writeRandomCheckpoint(request.model, options);
    request.image.path = folder / picture;
    const auto png = stripedPng(60, 40);
    std::ofstream(request.image.path, std::ios::binary)
        .write(reinterpret_cast<const char *>(png.data()), std::streamsize(png.size()));
    request.question = question;
    request.budget = 16;
    request.decode.maxNewTokens = 4;
    request.trace = TraceLevel::Full;
    request.withUncompressed = true;
    return request;
}

} // namespace qmop::fixture

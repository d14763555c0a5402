// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qmop/run_request.h"
#include "tests/fixtures/random_checkpoint.h"

#include <string>

namespace qmop {

// For the random checkpoint at 64 pixels: 64 patches, 16 visual tokens.
inline RunRequest stripedRequest(const std::string &compressor = "qmop", const std::string &question = "where is this?")
{
    RunRequest request;
    request.image.bytes = stripedPng(90, 60);
    request.image.path = "stripes.png";
    request.question = question;
    request.compressor = compressor;
    request.budget = 16;
    request.decode.maxNewTokens = 6;
    return request;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine and the picture decoders are a module that is loaded beside the
// window's thread when they are first needed: LibTorch and the libraries of the
// picture formats (some 170) take longer to load than the window to open.
#pragma once

#include "app/explorer/engine/picture_decoder.h"
#include "app/explorer/engine/run_backend.h"
#include "qmop/installation.h"
#include "qmop/run_trace.h"

#include <filesystem>
#include <string>

namespace qmop {

// What the module offers. Made from the same sources as the program: the two
// are built and shipped together.
struct EngineModule {
    std::unique_ptr<RunBackend> (*makeBackend)(const std::filesystem::path &defaultModel,
                                               std::function<void(const RunEvent &)> listener);
    DecodedImage (*decode)(const ImageSource &source);
    std::string (*summary)(const RunTrace &trace); // JSON, as `qmop run` prints it
    Installation (*lookAround)(const InstallationRequest &request); // as `qmop info` does
};

// Loads the module on the first call; later calls, from any thread, return the
// same. Throws Error{Internal} where it cannot be loaded.
const EngineModule &engineModule();

} // namespace qmop

extern "C" const qmop::EngineModule *qmopEngineModule();

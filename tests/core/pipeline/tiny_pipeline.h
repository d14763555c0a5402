// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pipeline/pipeline.h"
#include "tests/core/pipeline/striped_request.h"

#include <QTemporaryDir>

#include <filesystem>
#include <memory>

namespace qmop {

// A random checkpoint for stripedRequest() with 300 decoder positions, in a
// folder that lives as long as this.
class TinyPipeline {
public:
    TinyPipeline()
    {
        RandomCheckpointOptions options;
        options.imageSize = 64;
        options.decoderPositions = 300;
        writeRandomCheckpoint(model(), options);
    }

    std::filesystem::path folder() const { return m_dir.path().toStdString(); }
    std::filesystem::path model() const { return folder() / "model"; }
    EngineConfig config(int threads = 1) const { return {model(), threads, 10'000'000}; }

    // On a pipeline of its own: nothing comes from a cache.
    std::shared_ptr<const RunTrace> run(const RunRequest &request) const { return Pipeline(config()).run(request); }

private:
    QTemporaryDir m_dir;
};

} // namespace qmop

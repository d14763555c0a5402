// SPDX-License-Identifier: GPL-3.0-or-later
//
// One run, from request to trace.
#pragma once

#include "core/pipeline/loaded_model.h"
#include "core/pipeline/stage_cache.h"
#include "core/pipeline/stage_recorder.h"

namespace qmop {

std::shared_ptr<const RunTrace> runStages(const RunRequest &request, LoadedModel &model, StageCache &cache,
                                          std::int64_t maxImagePixels, const RunSink &sink, StageRecorder &stages);

} // namespace qmop

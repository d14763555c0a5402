// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/pipeline.h"

#include "core/pipeline/loaded_model.h"
#include "core/pipeline/request_checks.h"
#include "core/pipeline/run_stages.h"
#include "core/pipeline/stage_cache.h"
#include "core/pipeline/stage_recorder.h"
#include "models/checkpoint/compute_type.h"
#include "qmop/memory.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <thread>

namespace qmop {
namespace {

// Where there is room, one core stays free for the window.
int chooseThreads(int wanted)
{
    if (wanted > 0)
        return wanted;
    const int cores = std::max(1, int(std::thread::hardware_concurrency()));
    return cores >= 4 ? cores - 1 : cores;
}

// None: the model chooses.
std::optional<at::ScalarType> typeOf(Precision precision)
{
    switch (precision) {
    case Precision::Float32:
        return at::kFloat;
    case Precision::BFloat16:
        return at::kBFloat16;
    case Precision::Automatic:
        break;
    }
    return std::nullopt;
}

} // namespace

struct Pipeline::Impl {
    EngineConfig config;
    std::unique_ptr<LoadedModel> model;
    Precision precision = Precision::Automatic; // that the model was asked for with
    StageCache cache;

    std::filesystem::path folderOf(const RunRequest &request) const
    {
        return request.model.empty() ? config.defaultModel : request.model;
    }

    bool isLoaded(const RunRequest &request) const
    {
        return model && model->folder() == folderOf(request)
            && (precision == request.precision || typeOf(request.precision) == model->computeType());
    }

    LoadedModel &load(const RunRequest &request, StageRecorder &stages)
    {
        if (isLoaded(request))
            return *model;
        const std::filesystem::path folder = folderOf(request);
        stages.begin("load model");
        readModelConfig(folder); // a wrong path must not cost the model that is loaded
        cache.clear();
        model.reset(); // first: two big models may not fit
        model = std::make_unique<LoadedModel>(
            folder, [&](std::int64_t done, std::int64_t total) { stages.advance(done, total); }, [&] { stages.poll(); },
            typeOf(request.precision));
        precision = request.precision;
        stages.end();
        return *model;
    }

    // Thread counts and modes belong to the thread that runs.
    void useThisThread() const
    {
        const int threads = chooseThreads(config.threads);
        if (at::get_num_threads() != threads)
            at::set_num_threads(threads);
    }
};

Pipeline::Pipeline(EngineConfig config)
    : m_impl(std::make_unique<Impl>())
{
    m_impl->config = std::move(config);
}

Pipeline::~Pipeline() = default;

std::shared_ptr<const RunTrace> Pipeline::run(const RunRequest &request, const RunSink &sink,
                                              const std::function<void()> &stop)
{
    const c10::InferenceMode inference;
    m_impl->useThisThread();
    checkRequest(request);
    StageRecorder stages(sink, stop);
    LoadedModel &model = m_impl->load(request, stages);
    return runStages(request, model, m_impl->cache, m_impl->config.maxImagePixels, sink, stages);
}

std::vector<Precision> Pipeline::smallerPrecisions(const RunRequest &request) const
{
    // A model too big to load is computed in bfloat16 by itself where the processor is made for it.
    const bool computesFloat = m_impl->isLoaded(request) ? m_impl->model->computeType() == at::kFloat
                                                         : request.precision == Precision::Float32
            || (request.precision == Precision::Automatic && !multipliesBfloat16());
    return computesFloat ? std::vector{Precision::BFloat16} : std::vector<Precision>();
}

void Pipeline::releaseMemory()
{
    m_impl->cache.clear();
    returnFreedMemory();
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/engine.h"

#include "core/engine/worker.h"
#include "core/pipeline/pipeline.h"
#include "qmop/thread_priority.h"

#include <memory>
#include <utility>

namespace qmop {

// The pipeline is made, used and freed on the worker's thread alone.
struct Engine::Impl {
    Impl(EngineConfig engineConfig, Listener engineListener)
        : config(std::move(engineConfig))
        , listener(std::move(engineListener))
        , worker({[this] { start(); }, [this] { pipeline.reset(); }})
    {
    }

    // Before anything starts OpenMP's threads, which inherit the nice value.
    void start()
    {
        yieldToOthers(config.niceness);
        pipeline = std::make_unique<Pipeline>(config);
    }

    template<typename Payload> void emitEvent(std::uint64_t id, Payload payload) const
    {
        if (listener)
            listener({id, std::move(payload)});
    }

    void run(const RunRequest &request, std::string &partial, const std::stop_token &stop) const
    {
        RunSink sink;
        sink.progress = [&](const StageProgress &progress) { emitEvent(request.id, progress); };
        sink.token = [&](const TokenStreamed &token) {
            partial = token.text;
            emitEvent(request.id, token);
        };
        emitEvent(request.id, RunFinished{pipeline->run(request, sink, [&] { throwIfStopped(stop); })});
    }

    EngineConfig config;
    Listener listener;
    std::unique_ptr<Pipeline> pipeline;
    Worker worker; // last: its thread uses everything above
};

Engine::Engine(EngineConfig config, Listener listener)
    : m_impl(std::make_unique<Impl>(std::move(config), std::move(listener)))
{
}

Engine::~Engine() = default;

void Engine::submit(RunRequest request)
{
    Impl *impl = m_impl.get();
    // What the end needs of it: pictures can be large.
    RunRequest asked;
    asked.id = request.id;
    asked.model = request.model;
    asked.precision = request.precision;
    // Shared by the two functions of a job; the worker's thread alone uses it.
    const auto partial = std::make_shared<std::string>();
    Job job;
    job.run = [impl, partial, request = std::move(request)](const std::stop_token &stop) {
        impl->run(request, *partial, stop);
    };
    job.ended = [impl, partial, asked = std::move(asked)](const JobOutcome &outcome) {
        if (std::holds_alternative<JobCancelled>(outcome))
            impl->emitEvent(asked.id, RunCancelled{*partial});
        else if (const Failure *failure = std::get_if<Failure>(&outcome)) {
            RunFailed failed{failure->code, failure->what, failure->hint};
            if (failure->code == ErrorCode::OutOfMemory && impl->pipeline) {
                impl->pipeline->releaseMemory();
                failed.smaller = impl->pipeline->smallerPrecisions(asked);
            }
            impl->emitEvent(asked.id, std::move(failed));
        }
    };
    m_impl->worker.submit(std::move(job));
}

void Engine::cancel()
{
    m_impl->worker.cancel();
}

} // namespace qmop

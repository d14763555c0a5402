// SPDX-License-Identifier: GPL-3.0-or-later
//
// The module's side: the only source of the window that links the networks.
#include "app/explorer/engine/engine_module.h"

#include "core/installation/look_around.h"
#include "core/store/trace_json.h"
#include "qmop/engine.h"

namespace qmop {

namespace {

// Painting goes first; enough that a core with both on it is the window's.
constexpr int engineNiceness = 5;

class EngineBackend : public RunBackend {
public:
    EngineBackend(const std::filesystem::path &defaultModel, Engine::Listener listener)
        : m_engine(config(defaultModel), std::move(listener))
    {
    }
    void submit(RunRequest request) override { m_engine.submit(std::move(request)); }
    void cancel() override { m_engine.cancel(); }

private:
    static EngineConfig config(const std::filesystem::path &defaultModel)
    {
        EngineConfig config;
        config.defaultModel = defaultModel;
        config.niceness = engineNiceness;
        return config;
    }

    Engine m_engine;
};

std::unique_ptr<RunBackend> makeBackend(const std::filesystem::path &defaultModel,
                                        std::function<void(const RunEvent &)> listener)
{
    return std::make_unique<EngineBackend>(defaultModel, std::move(listener));
}

DecodedImage decode(const ImageSource &source)
{
    return source.bytes.empty() ? loadImage(source.path) : decodeImage(source.bytes, source.path.string());
}

std::string summary(const RunTrace &trace)
{
    return toText(runSummary(trace));
}

constexpr EngineModule module{makeBackend, decode, summary, lookAround};

}

} // namespace qmop

extern "C" __attribute__((visibility("default"))) const qmop::EngineModule *qmopEngineModule()
{
    return &qmop::module;
}

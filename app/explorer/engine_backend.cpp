// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/engine_backend.h"

#include "qmop/engine.h"

namespace qmop {

namespace {

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
        return config;
    }

    Engine m_engine;
};

}

BackendFactory engineBackend(const std::filesystem::path &defaultModel)
{
    return [defaultModel](std::function<void(const RunEvent &)> listener) -> std::unique_ptr<RunBackend> {
        return std::make_unique<EngineBackend>(defaultModel, std::move(listener));
    };
}

} // namespace qmop

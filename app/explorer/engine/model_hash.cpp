// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/engine/model_hash.h"

#include "models/checkpoint/checkpoint_hash.h"
#include "qmop/error.h"

namespace qmop {

namespace {

std::set<std::string> hashesOf(const ModelFolder &model, const std::stop_token &stop)
{
    const auto check = [&stop] {
        if (stop.stop_requested())
            throw Error(ErrorCode::Cancelled, "cancelled");
    };
    std::set<std::string> hashes;
    try {
        const std::string base = checkpointSha256(model.path, check);
        hashes.insert(base);
        for (const int budget : model.budgets)
            hashes.insert(budgetSha256(base, model.path / ("qmop-" + std::to_string(budget)), check));
    } catch (const std::exception &) {
        // Figures of what cannot be identified are not shown: that is all it means here.
    }
    return hashes;
}

}

ModelHash::ModelHash(QObject *parent)
    : QObject(parent)
{
}

ModelHash::~ModelHash()
{
    blockSignals(true);
    stop();
}

void ModelHash::start(const ModelFolder &model)
{
    stop();
    m_running = true;
    m_thread = std::jthread([this, model, id = m_last](std::stop_token stopped) {
        const std::set<std::string> hashes = hashesOf(model, stopped);
        QMetaObject::invokeMethod(
            this,
            [this, id, hashes] {
                if (id != m_last)
                    return;
                m_running = false;
                m_hashes = hashes;
                emit ready(hashes);
            },
            Qt::QueuedConnection);
    });
}

// The thread polls every few milliseconds of hashing, so that joining it is no wait.
void ModelHash::stop()
{
    ++m_last;
    m_running = false;
    m_hashes.clear();
    emit forgotten();
    if (!m_thread.joinable())
        return;
    m_thread.request_stop();
    m_thread.join();
}

} // namespace qmop

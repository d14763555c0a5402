// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/engine_session.h"

#include "app/cli/stop_signals.h"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <optional>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace qmop {

namespace {

// A descriptor that is closed with its owner.
struct Descriptor {
    int fd = -1;

    explicit Descriptor(int opened)
        : fd(opened)
    {
        if (fd < 0)
            throw std::system_error(errno, std::generic_category(), "cannot watch for signals");
    }
    ~Descriptor() { ::close(fd); }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
};

// Blocks the signals for this thread and all that it starts, so that they are
// read from a descriptor and no handler has to be safe to run anywhere.
class BlockedSignals {
public:
    BlockedSignals()
    {
        const sigset_t signals = stopSignals();
        ::pthread_sigmask(SIG_BLOCK, &signals, &m_before);
    }
    ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }
    BlockedSignals(const BlockedSignals &) = delete;
    BlockedSignals &operator=(const BlockedSignals &) = delete;

private:
    sigset_t m_before;
};

using Ending = std::variant<RunFinished, RunFailed, RunCancelled>;

}

struct EngineSession::Impl {
    // The order matters: signals are blocked before the engine's thread exists,
    // and the engine goes first.
    BlockedSignals blocked;
    Descriptor signals;
    Descriptor finished{::eventfd(0, EFD_CLOEXEC)};
    std::function<void(const StageProgress &)> onProgress;
    std::mutex mutex;
    std::optional<Ending> ending;
    std::optional<Engine> engine;
    bool stopping = false; // a signal has come

    Impl()
        : signals([] {
            const sigset_t set = stopSignals();
            return ::signalfd(-1, &set, SFD_CLOEXEC);
        }())
    {
    }

    void receive(const RunEvent &event)
    {
        std::optional<Ending> received;
        if (const auto *done = std::get_if<RunFinished>(&event.payload))
            received = *done;
        else if (const auto *failed = std::get_if<RunFailed>(&event.payload))
            received = *failed;
        else if (const auto *cancelled = std::get_if<RunCancelled>(&event.payload))
            received = *cancelled;
        if (!received) {
            if (const auto *progress = std::get_if<StageProgress>(&event.payload); progress && onProgress)
                onProgress(*progress);
            return;
        }
        {
            const std::lock_guard lock(mutex);
            ending = std::move(received);
        }
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(finished.fd, &one, sizeof one);
    }

    // Returns when the run has ended, passing signals on to the engine.
    void wait()
    {
        for (;;) {
            pollfd watched[2] = {{signals.fd, POLLIN, 0}, {finished.fd, POLLIN, 0}};
            if (::poll(watched, 2, -1) < 0)
                continue; // interrupted
            if (watched[0].revents) {
                signalfd_siginfo info;
                [[maybe_unused]] const auto size = ::read(signals.fd, &info, sizeof info);
                if (stopping)
                    ::_exit(exitCode(ErrorCode::Cancelled));
                stopping = true;
                engine->cancel();
            }
            if (watched[1].revents) {
                std::uint64_t count = 0;
                [[maybe_unused]] const auto size = ::read(finished.fd, &count, sizeof count);
                return;
            }
        }
    }
};

EngineSession::EngineSession(EngineConfig config, std::function<void(const StageProgress &)> onProgress)
    : m_impl(std::make_unique<Impl>())
{
    m_impl->onProgress = std::move(onProgress);
    m_impl->engine.emplace(std::move(config), [impl = m_impl.get()](const RunEvent &event) { impl->receive(event); });
}

EngineSession::~EngineSession() = default;

bool EngineSession::stopped() const
{
    return m_impl->stopping;
}

std::shared_ptr<const RunTrace> EngineSession::run(RunRequest request)
{
    m_impl->engine->submit(std::move(request));
    m_impl->wait();
    std::optional<Ending> ending;
    {
        const std::lock_guard lock(m_impl->mutex);
        ending.swap(m_impl->ending);
    }
    if (const auto *failed = std::get_if<RunFailed>(&*ending))
        throw Error(failed->code, failed->what, failed->hint);
    if (std::holds_alternative<RunCancelled>(*ending))
        throw Error(ErrorCode::Cancelled, "cancelled");
    return std::get<RunFinished>(*ending).trace;
}

} // namespace qmop

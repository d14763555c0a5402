// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parallel/tcp_ring.h"

#include "qmop/error.h"

#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

namespace qmop::parallel {

namespace {

bool isPatience(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}

TcpRing::TcpRing(int rank, int size, Neighbours neighbours)
    : m_rank(rank)
    , m_size(size)
    , m_neighbours(std::move(neighbours))
{
}

void TcpRing::allReduce(std::span<float> values)
{
    reduce(values);
}

void TcpRing::allReduce(std::span<double> values)
{
    reduce(values);
}

// The values in m_size parts. First each part goes once around, growing by each process's own; the process where it
// ends has the sum. Then the sums go around. So each sum is made in one place, in one order.
template<typename T> void TcpRing::reduce(std::span<T> values)
{
    if (m_size == 1)
        return;
    const auto count = std::size_t(m_size);
    const auto part = [&](std::size_t index) {
        const std::size_t i = index % count;
        const std::size_t first = values.size() * i / count;
        return values.subspan(first, values.size() * (i + 1) / count - first);
    };
    const auto rank = std::size_t(m_rank);
    std::vector<T> received(values.size() / count + 1);
    for (std::size_t round = 0; round + 1 < count; ++round) {
        const std::span<T> out = part(rank + count - round), own = part(rank + count - round - 1);
        exchange(out.data(), out.size_bytes(), received.data(), own.size_bytes());
        for (std::size_t i = 0; i < own.size(); ++i)
            own[i] = received[i] + own[i];
    }
    for (std::size_t round = 0; round + 1 < count; ++round) {
        const std::span<T> out = part(rank + 1 + count - round), in = part(rank + count - round);
        exchange(out.data(), out.size_bytes(), in.data(), in.size_bytes());
    }
}

void TcpRing::exchange(const void *out, std::size_t outBytes, void *in, std::size_t inBytes)
{
    const auto *outAt = static_cast<const std::uint8_t *>(out);
    auto *inAt = static_cast<std::uint8_t *>(in);
    while (outBytes > 0 || inBytes > 0) {
        // One that has nothing more to do here may end: it is not looked at (descriptor -1).
        pollfd entries[2] = {{outBytes > 0 ? m_neighbours.next.descriptor() : -1, POLLOUT, 0},
                             {inBytes > 0 ? m_neighbours.previous.descriptor() : -1, POLLIN, 0}};
        if (poll(entries, 2, -1) < 0 && errno != EINTR)
            lost(true);
        if (outBytes > 0 && entries[0].revents != 0) {
            const ssize_t sent = send(m_neighbours.next.descriptor(), outAt, outBytes, MSG_NOSIGNAL);
            if (sent < 0 && !isPatience(errno))
                lost(true);
            outAt += sent > 0 ? sent : 0;
            outBytes -= sent > 0 ? std::size_t(sent) : 0;
        }
        if (inBytes > 0 && entries[1].revents != 0) {
            const ssize_t got = recv(m_neighbours.previous.descriptor(), inAt, inBytes, 0);
            if (got == 0 || (got < 0 && !isPatience(errno)))
                lost(false);
            inAt += got > 0 ? got : 0;
            inBytes -= got > 0 ? std::size_t(got) : 0;
        }
    }
}

void TcpRing::check()
{
    if (m_size == 1)
        return;
    if (isClosed(m_neighbours.next))
        lost(true);
    if (isClosed(m_neighbours.previous))
        lost(false);
}

void TcpRing::lost(bool next) const
{
    const int other = (m_rank + (next ? 1 : m_size - 1)) % m_size;
    throw Error(ErrorCode::Cancelled,
                "process " + std::to_string(m_rank) + ": lost process " + std::to_string(other) + " of "
                    + std::to_string(m_size),
                "its own last line says why; start all again: they go on from the last checkpoint");
}

} // namespace qmop::parallel

// SPDX-License-Identifier: GPL-3.0-or-later
//
// A TCP socket that closes itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace qmop::parallel {

class Socket {
public:
    Socket() = default;
    explicit Socket(int descriptor)
        : m_descriptor(descriptor)
    {
    }
    ~Socket();
    Socket(Socket &&other) noexcept
        : m_descriptor(std::exchange(other.m_descriptor, -1))
    {
    }
    Socket &operator=(Socket &&other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }

    int descriptor() const { return m_descriptor; }

private:
    int m_descriptor = -1;
};

// All throw std::runtime_error with the system's reason.

// Listens on a free port of that address (IPv4 or IPv6, in numbers).
Socket listenOn(const std::string &address);
int portOf(const Socket &socket);
// The address of this machine that a connection to host:port leaves by, in numbers.
std::string ownAddressTowards(const std::string &host, int port);
Socket connectTo(const std::string &address, int port);
// Waits for one connection, at most so long.
Socket acceptOne(const Socket &listening, int milliseconds);

// Exactly so many bytes, for the greeting; waits at most 30 s.
void sendAll(const Socket &socket, const void *data, std::size_t size);
void receiveAll(const Socket &socket, void *data, std::size_t size);

// For the ring: does not block, sends at once, and finds out within 20 s that the other machine is gone.
void prepareForRing(const Socket &socket);

// Whether the other end has closed or broken the connection; takes no time.
bool isClosed(const Socket &socket);

} // namespace qmop::parallel

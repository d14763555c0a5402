// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parallel/socket.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace qmop::parallel {

namespace {

constexpr int greetingTimeout = 30'000; // ms
constexpr int probeAfter = 5, probeEvery = 5, probes = 3; // seconds of silence, between probes; their number

[[noreturn]] void fail(const std::string &what)
{
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Addresses resolve(const std::string &host, int port, int kind)
{
    addrinfo hints{};
    hints.ai_socktype = kind;
    addrinfo *found = nullptr;
    if (const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); error != 0)
        throw std::runtime_error(host + ": " + gai_strerror(error));
    return {found, &freeaddrinfo};
}

void setOption(const Socket &socket, int level, int option, int value)
{
    if (setsockopt(socket.descriptor(), level, option, &value, sizeof value) != 0)
        fail("setsockopt");
}

void waitFor(const Socket &socket, short events, int milliseconds)
{
    pollfd entry{socket.descriptor(), events, 0};
    const int ready = poll(&entry, 1, milliseconds);
    if (ready < 0)
        fail("poll");
    if (ready == 0)
        throw std::runtime_error("nobody answered in time");
}

}

Socket::~Socket()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Socket listenOn(const std::string &address)
{
    const Addresses found = resolve(address, 0, SOCK_STREAM);
    Socket socket(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.descriptor() < 0 || bind(socket.descriptor(), found->ai_addr, found->ai_addrlen) != 0
        || listen(socket.descriptor(), 4) != 0)
        fail("cannot listen on " + address);
    return socket;
}

int portOf(const Socket &socket)
{
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    if (getsockname(socket.descriptor(), reinterpret_cast<sockaddr *>(&own), &length) != 0)
        fail("getsockname");
    return ntohs(own.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6 &>(own).sin6_port
                                           : reinterpret_cast<sockaddr_in &>(own).sin_port);
}

std::string ownAddressTowards(const std::string &host, int port)
{
    // Connecting a datagram socket sends nothing: it chooses the route.
    const Addresses found = resolve(host, port, SOCK_DGRAM);
    const Socket socket(::socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    char text[NI_MAXHOST];
    if (connect(socket.descriptor(), found->ai_addr, found->ai_addrlen) != 0
        || getsockname(socket.descriptor(), reinterpret_cast<sockaddr *>(&own), &length) != 0
        || getnameinfo(reinterpret_cast<sockaddr *>(&own), length, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0)
        fail("no way to " + host);
    return text;
}

Socket connectTo(const std::string &address, int port)
{
    const Addresses found = resolve(address, port, SOCK_STREAM);
    Socket socket(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.descriptor() < 0 || connect(socket.descriptor(), found->ai_addr, found->ai_addrlen) != 0)
        fail("cannot connect to " + address + " port " + std::to_string(port));
    return socket;
}

Socket acceptOne(const Socket &listening, int milliseconds)
{
    waitFor(listening, POLLIN, milliseconds);
    Socket socket(accept4(listening.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
    if (socket.descriptor() < 0)
        fail("accept");
    return socket;
}

void sendAll(const Socket &socket, const void *data, std::size_t size)
{
    for (auto at = static_cast<const char *>(data); size > 0;) {
        waitFor(socket, POLLOUT, greetingTimeout);
        const ssize_t sent = send(socket.descriptor(), at, size, MSG_NOSIGNAL);
        if (sent < 0)
            fail("send");
        at += sent;
        size -= std::size_t(sent);
    }
}

void receiveAll(const Socket &socket, void *data, std::size_t size)
{
    for (auto at = static_cast<char *>(data); size > 0;) {
        waitFor(socket, POLLIN, greetingTimeout);
        const ssize_t received = recv(socket.descriptor(), at, size, 0);
        if (received < 0)
            fail("recv");
        if (received == 0)
            throw std::runtime_error("the connection was closed");
        at += received;
        size -= std::size_t(received);
    }
}

void prepareForRing(const Socket &socket)
{
    setOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    setOption(socket, IPPROTO_TCP, TCP_KEEPIDLE, probeAfter);
    setOption(socket, IPPROTO_TCP, TCP_KEEPINTVL, probeEvery);
    setOption(socket, IPPROTO_TCP, TCP_KEEPCNT, probes);
    setOption(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 1000 * (probeAfter + probeEvery * probes));
    if (fcntl(socket.descriptor(), F_SETFL, fcntl(socket.descriptor(), F_GETFL) | O_NONBLOCK) != 0)
        fail("fcntl");
}

bool isClosed(const Socket &socket)
{
    pollfd entry{socket.descriptor(), POLLRDHUP, 0};
    return poll(&entry, 1, 0) > 0 && (entry.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

} // namespace qmop::parallel

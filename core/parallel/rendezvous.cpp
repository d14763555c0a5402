// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parallel/rendezvous.h"

#include "qmop/error.h"

#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <array>
#include <chrono>
#include <random>
#include <string>
#include <vector>

namespace qmop::parallel {

namespace {

constexpr std::chrono::minutes patience{10};
constexpr const char *keyPrefix = "qmop/ring/";

// Who a connection is from; the token, which rank 0 draws, keeps strangers out.
struct Greeting {
    std::uint64_t token = 0;
    std::uint32_t from = 0, size = 0;
};

std::vector<std::uint8_t> bytes(const std::string &text)
{
    return {text.begin(), text.end()};
}

std::string textOf(c10d::Store &store, const std::string &key)
{
    const std::vector<std::uint8_t> value = store.get(key);
    return {value.begin(), value.end()};
}

std::uint64_t sharedToken(c10d::Store &store, int rank)
{
    const std::string key = std::string(keyPrefix) + "token";
    if (rank == 0) {
        std::random_device device;
        const std::uint64_t token = (std::uint64_t(device()) << 32) | device();
        store.set(key, bytes(std::to_string(token)));
    }
    return std::stoull(textOf(store, key));
}

// The connection of the process before this one; others are hung up on.
Socket greeted(const Socket &listening, const Greeting &expected)
{
    for (int strangers = 0; strangers < 16; ++strangers) {
        Socket socket = acceptOne(listening, int(std::chrono::milliseconds(patience).count()));
        Greeting greeting;
        receiveAll(socket, &greeting, sizeof greeting);
        if (greeting.token == expected.token && greeting.from == expected.from && greeting.size == expected.size)
            return socket;
    }
    throw std::runtime_error("only strangers call");
}

Neighbours meetAt(const Meeting &meeting)
{
    c10d::TCPStoreOptions options;
    options.port = std::uint16_t(meeting.port);
    options.isServer = meeting.rank == 0;
    options.numWorkers = std::size_t(meeting.size);
    options.timeout = patience;
    c10d::TCPStore store(meeting.address, options);

    const std::string own = ownAddressTowards(meeting.address, meeting.port);
    const Socket listening = listenOn(own);
    const auto key = [](int rank) { return keyPrefix + std::to_string(rank); };
    store.set(key(meeting.rank), bytes(own + " " + std::to_string(portOf(listening))));
    const std::uint64_t token = sharedToken(store, meeting.rank);

    const auto size = std::uint32_t(meeting.size);
    const auto rank = std::uint32_t(meeting.rank);
    const std::string address = textOf(store, key(int((rank + 1) % size)));
    const std::size_t space = address.rfind(' ');
    Neighbours neighbours;
    neighbours.next = connectTo(address.substr(0, space), std::stoi(address.substr(space + 1)));
    const Greeting mine{token, rank, size};
    sendAll(neighbours.next, &mine, sizeof mine);
    neighbours.previous = greeted(listening, {token, (rank + size - 1) % size, size});
    prepareForRing(neighbours.next);
    prepareForRing(neighbours.previous);

    // Rank 0 serves the store: it stays until all have what they need.
    const std::string done = std::string(keyPrefix) + "done";
    const std::int64_t count = store.add(done, 1);
    if (count == meeting.size)
        store.set(done + "/all", bytes("1"));
    store.wait({done + "/all"});
    if (meeting.rank > 0)
        store.add(done + "/left", 1);
    while (meeting.rank == 0 && store.add(done + "/left", 0) < meeting.size - 1)
        ;
    return neighbours;
}

}

Neighbours meet(const Meeting &meeting)
{
    if (meeting.size == 1)
        return {};
    try {
        return meetAt(meeting);
    } catch (const std::exception &error) {
        // LibTorch's messages go on with a stack trace.
        const std::string what = error.what();
        throw Error(ErrorCode::InvalidArgument,
                    "process " + std::to_string(meeting.rank) + " of " + std::to_string(meeting.size)
                        + " did not meet the others at " + meeting.address + " port " + std::to_string(meeting.port)
                        + ": " + what.substr(0, what.find('\n')),
                    "start all processes with the same MASTER_ADDR, MASTER_PORT and WORLD_SIZE, and each RANK once");
    }
}

} // namespace qmop::parallel

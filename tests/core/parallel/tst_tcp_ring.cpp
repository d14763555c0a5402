// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parallel/tcp_ring.h"
#include "qmop/error.h"

#include <QTest>

#include <array>
#include <fcntl.h>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <vector>

using namespace qmop;
using namespace qmop::parallel;

namespace {

// A ring of processes, here of threads, over pairs of sockets.
std::vector<std::unique_ptr<TcpRing>> makeRing(int size)
{
    std::vector<Neighbours> neighbours(static_cast<std::size_t>(size));
    for (int rank = 0; size > 1 && rank < size; ++rank) {
        std::array<int, 2> pair{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()) != 0)
            qFatal("socketpair");
        neighbours[std::size_t(rank)].next = Socket(pair[0]);
        neighbours[std::size_t((rank + 1) % size)].previous = Socket(pair[1]);
    }
    std::vector<std::unique_ptr<TcpRing>> ring;
    for (int rank = 0; rank < size; ++rank)
        ring.push_back(std::make_unique<TcpRing>(rank, size, std::move(neighbours[std::size_t(rank)])));
    return ring;
}

template<typename T> T valueOf(int rank, std::size_t i)
{
    return T(1) / T(3 + rank) + T(i) * T(0.001) * T(rank % 2 == 0 ? 1 : -3);
}

} // namespace

class TestTcpRing : public QObject {
    Q_OBJECT

    template<typename T> static void sums(int size, std::size_t count)
    {
        auto ring = makeRing(size);
        std::vector<std::vector<T>> values(static_cast<std::size_t>(size));
        {
            std::vector<std::jthread> threads;
            for (int rank = 0; rank < size; ++rank)
                threads.emplace_back([&, rank] {
                    std::vector<T> &own = values[std::size_t(rank)];
                    for (std::size_t i = 0; i < count; ++i)
                        own.push_back(valueOf<T>(rank, i));
                    ring[std::size_t(rank)]->allReduce(std::span<T>(own));
                });
        }
        for (std::size_t i = 0; i < count; ++i) {
            long double expected = 0;
            for (int rank = 0; rank < size; ++rank)
                expected += valueOf<T>(rank, i);
            QVERIFY(std::abs(double(values[0][i] - expected)) < (sizeof(T) == 4 ? 1e-3 : 1e-9));
        }
        for (const std::vector<T> &own : values)
            QVERIFY(own == values[0]); // to the bit
    }

private Q_SLOTS:
    void everyProcessGetsTheSameSum_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("count");
        for (const int size : {1, 2, 3, 5})
            for (const int count : {0, 1, 4, 7, 200'000}) // more than a socket holds
                QTest::addRow("%d processes, %d values", size, count) << size << count;
    }

    void everyProcessGetsTheSameSum()
    {
        QFETCH(int, size);
        QFETCH(int, count);
        sums<float>(size, std::size_t(count));
        sums<double>(size, std::size_t(count));
    }

    // One of three ends: the others say so, whether they wait or look.
    void aLostProcessIsNamed()
    {
        auto ring = makeRing(3);
        for (auto &process : ring)
            process->check();
        ring[1].reset();
        const auto message = [](auto &&call) {
            try {
                call();
            } catch (const Error &error) {
                return std::string(error.what());
            }
            return std::string();
        };
        QCOMPARE(message([&] { ring[0]->check(); }), std::string("process 0: lost process 1 of 3"));
        QCOMPARE(message([&] { ring[2]->check(); }), std::string("process 2: lost process 1 of 3"));
        std::vector<float> values(1000);
        QCOMPARE(message([&] { ring[2]->allReduce(std::span<float>(values)); }),
                 std::string("process 2: lost process 1 of 3"));
        ring[2].reset();
        QVERIFY(!message([&] { ring[0]->allReduce(std::span<float>(values)); }).empty());
    }

    void socketsMeet()
    {
        const std::string own = ownAddressTowards("127.0.0.1", 9);
        QCOMPARE(own, std::string("127.0.0.1"));
        const Socket listening = listenOn(own);
        const Socket caller = connectTo(own, portOf(listening));
        Socket called = acceptOne(listening, 10'000);
        const std::array<int, 3> sent{4, 5, 6};
        std::array<int, 3> received{};
        sendAll(caller, sent.data(), sizeof sent);
        receiveAll(called, received.data(), sizeof received);
        QVERIFY(received == sent);
        prepareForRing(caller);
        QVERIFY(!isClosed(caller));
        called = Socket();
        QTRY_VERIFY(isClosed(caller));
        QVERIFY_EXCEPTION_THROWN(receiveAll(caller, received.data(), sizeof received), std::runtime_error);
    }
};

QTEST_GUILESS_MAIN(TestTcpRing)
#include "tst_tcp_ring.moc"

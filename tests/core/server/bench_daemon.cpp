// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// How fast a daemon answers: calls with 1 and 8 connections, oneway calls, connections, beside a ping-pong of
// the same bytes without any logic. Not a test of anything: prints figures. Ready frames are replayed, so
// that the daemon is measured.

#include "testclient.h"
#include "testservants.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>

#include <ctime>
#include <thread>
#include <unistd.h>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

bool readExactly(Stream &stream, qsizetype wanted)
{
    std::array<char, 4096> room;
    while (wanted > 0) {
        const Io io = stream.read(room.data(), std::min<qsizetype>(wanted, qsizetype(room.size())));
        if (io.status != Io::Status::Ok)
            return false;
        wanted -= io.bytes;
    }
    return true;
}

/// Calls in a second, and processor time of both ends for one: that holds still on a busy machine.
struct Rate
{
    double perSecond = 0;
    double cpuMicroseconds = 0;
};

Rate measure(int clients, std::chrono::milliseconds time, const std::function<bool(int)> &call)
{
    std::atomic<bool> stop = false;
    std::atomic<qint64> calls = 0;
    std::vector<std::thread> threads;
    QElapsedTimer timer;
    timer.start();
    const auto cpu = std::clock();
    for (int i = 0; i < clients; ++i) {
        threads.emplace_back([&, i] {
            qint64 own = 0;
            while (!stop && call(i))
                ++own;
            calls += own;
        });
    }
    std::this_thread::sleep_for(time);
    stop = true;
    for (std::thread &thread : threads)
        thread.join();
    return {double(calls) * 1e9 / double(timer.nsecsElapsed()),
        double(std::clock() - cpu) * 1e6 / double(CLOCKS_PER_SEC) / double(calls)};
}

qint64 residentKiB()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toLongLong() * 4 : 0;
}

void measureCalls(const char *what, int clients, int port, const QByteArray &request, qsizetype answer)
{
    std::vector<std::unique_ptr<TestClient>> connections;
    for (int i = 0; i < clients; ++i) {
        connections.push_back(std::make_unique<TestClient>(port));
        connections.back()->isGreeted();
    }
    const Rate rate = measure(clients, 1s, [&](int i) {
        return connections[size_t(i)]->send(request) && readExactly(connections[size_t(i)]->stream(), answer);
    });
    printf("%-28s %9.0f calls/s %6.1f us cpu\n", what, rate.perSecond, rate.cpuMicroseconds);
}

void measurePingPong(int clients, qsizetype there, qsizetype back)
{
    std::vector<std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>> pairs;
    QTcpServer listener;
    listener.listen(QHostAddress::LocalHost);
    std::vector<std::thread> servers;
    for (int i = 0; i < clients; ++i) {
        auto client = connectTcp(QStringLiteral("127.0.0.1"), listener.serverPort(), QDeadlineTimer(2s));
        listener.waitForNewConnection(2'000);
        auto server = adoptDescriptor(::dup(int(listener.nextPendingConnection()->socketDescriptor())));
        pairs.emplace_back(std::move(*client), std::move(*server));
    }
    for (auto &pair : pairs) {
        servers.emplace_back([&, stream = pair.second.get()] {
            const QByteArray bytes(back, 'x');
            while (readExactly(*stream, there)
                && stream->writeAll(bytes, QDeadlineTimer(QDeadlineTimer::Forever))) { }
        });
    }
    const QByteArray bytes(there, 'x');
    const Rate rate = measure(clients, 1s, [&](int i) {
        Stream &stream = *pairs[size_t(i)].first;
        return bool(stream.writeAll(bytes, QDeadlineTimer(QDeadlineTimer::Forever)))
            && readExactly(stream, back);
    });
    for (auto &pair : pairs)
        pair.first->shutdown();
    for (std::thread &server : servers)
        server.join();
    printf("raw, %d connection(s)          %9.0f trips/s %6.1f us cpu\n", clients, rate.perSecond,
        rate.cpuMicroseconds);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    for (const int threads : {256, 0}) {
        DaemonOptions options;
        options.connections.maxThreads = threads;
        options.service = threads == 0;
        const auto seen = std::make_shared<Seen>();
        DaemonThread daemon;
        const auto port = daemon.start(catalogue(), options, [&](Daemon &target) {
            return target.connectServant(makeProbe(seen, Threading::Concurrent), {}, "probe-id")
                .map([](const Uri &) { return Done(); });
        });
        if (!port)
            return 1;
        printf("--- %s\n", threads > 0 ? "a thread per connection" : "one loop, calls inline");
        TestClient client(*port);
        const Value text = Value::str(QByteArray(60, 'x'));
        client.isGreeted();
        const QByteArray request
            = client.encode(Message::call("probe-id", "echo", Value::tuple({text}), Value::dict({})));
        client.send(request);
        const auto reply = client.receive();
        const qsizetype answer = qsizetype(reply->wireBytes);
        printf("%lld bytes there, %lld back\n", request.size(), answer);
        for (const int clients : {1, 8}) {
            measurePingPong(clients, request.size(), answer);
            measureCalls(
                clients == 1 ? "ours, 1 connection" : "ours, 8 connections", clients, *port, request, answer);
        }

        const QByteArray oneway
            = client.encode(Message::call("probe-id", "echo", Value::tuple({text}), Value::dict({}), true));
        QByteArray many;
        for (int i = 0; i < 32; ++i)
            many += oneway;
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 10'000; ++i)
            client.send(many);
        Daemon *target = daemon.daemon();
        while (target->objects().front().calls < 320'000)
            std::this_thread::sleep_for(1ms);
        printf(
            "%-28s %9.0f calls/s\n", "oneway received and run", 320e3 * 1e9 / double(timer.nsecsElapsed()));

        const Rate connects = measure(1, 1s, [&](int) {
            TestClient fresh(*port);
            const bool good = fresh.isGreeted();
            fresh.stream().reset();
            return good;
        });
        printf("%-28s %9.0f /s %6.1f us cpu\n", "connect, greet, close", connects.perSecond,
            connects.cpuMicroseconds);

        std::vector<std::unique_ptr<TestClient>> idle;
        for (int i = 0; i < 20; ++i)
            TestClient(*port).isGreeted(); // warm up
        const qint64 before = residentKiB();
        for (int i = 0; i < 200; ++i) {
            idle.push_back(std::make_unique<TestClient>(*port));
            idle.back()->isGreeted();
        }
        // Both ends are in this process.
        printf("%-28s %9.1f KiB, both ends\n", "an idle connection", double(residentKiB() - before) / 200);
    }
    return 0;
}

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors
//
// The round trip of a call: echo of 60 characters, beside R (140 bytes each way over raw blocking sockets) in
// the same run, alternately, all processes on one core. Prints p50, rate and their ratios to R: median of the
// rounds, lowest, highest.
//
//   bench_call [--rounds N] [--seconds S] [--core C] [--limit RATIO] [--uri PYRO://... of another server]
//   [--big MIB]
//
// --limit: exit status 1 when the blocking call against our own daemon has a p50 above RATIO times R.

#include "benchpeers.h"

#include <pyrolens/client/proxy.h>
#include <pyrolens/pyro3/pyro3.h>
#include <pyrolens/server/daemon.h>

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QEventLoop>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>
#include <vector>

using namespace pyrolens;
using Clock = std::chrono::steady_clock;

namespace {

constexpr size_t kRawBytes = 140;
const QByteArray kText(60, 'e');

std::shared_ptr<ClientContext> context()
{
    auto catalogue = std::make_shared<Catalogue>();
    catalogue->add(pyro3Generation());
    auto made = std::make_shared<ClientContext>();
    made->catalogue = catalogue;
    return made;
}

QByteArray serverBytes(const std::optional<Value> &reply)
{
    const auto session = pyro3Generation()->session(Role::Server, {});
    return reply ? session->encode(Message::reply(*reply)).valueOr({}) : session->start();
}

Uri uriOf(int port)
{
    return context()->catalogue->parseUri(QStringLiteral("PYRO://127.0.0.1:%1/echo").arg(port)).value();
}

/// Our own daemon with an echo object, multi-threaded as by default.
void serveDaemon(const std::function<void(int)> &ready)
{
    int argc = 1;
    char name[] = "bench_call";
    char *argv[] = {name, nullptr};
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication app(argc, argv);
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Echo"), Threading::Concurrent);
    servant->method(QStringLiteral("echo(value)"),
        [](std::vector<Value> args, CallContext &) -> Outcome { return std::move(args.at(0)); });
    Daemon daemon(context()->catalogue, {});
    const auto port = daemon.listen();
    if (!port || !daemon.connectServant(servant, {}, "echo"))
        std::exit(1);
    ready(*port);
    QCoreApplication::exec();
}

struct Samples
{
    std::vector<double> us;
    double seconds = 0;
    double cpu = 0;
    double p50()
    {
        std::nth_element(us.begin(), us.begin() + qsizetype(us.size() / 2), us.end());
        return us.at(us.size() / 2);
    }
    double rate() const { return double(us.size()) / seconds; }
};

double cpuSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9;
}

template <class Call>
Samples measure(double seconds, Call call)
{
    Samples samples;
    samples.us.reserve(200'000);
    for (int i = 0; i < 200; ++i)
        call();
    const double cpu = cpuSeconds();
    const auto start = Clock::now();
    auto before = start;
    while (before - start < std::chrono::duration<double>(seconds)) {
        call();
        const auto now = Clock::now();
        samples.us.push_back(std::chrono::duration<double, std::micro>(now - before).count());
        before = now;
    }
    samples.seconds = std::chrono::duration<double>(before - start).count();
    samples.cpu = cpuSeconds() - cpu;
    return samples;
}

Samples rawRound(int port, double seconds)
{
    const int fd = bench::connectToLoopback(port);
    std::array<char, kRawBytes> buffer{};
    auto samples = measure(seconds, [&] {
        if (!bench::sendAll(fd, buffer.data(), buffer.size())
            || !bench::receiveAll(fd, buffer.data(), buffer.size()))
            bench::die("raw");
    });
    close(fd);
    return samples;
}

/// A client that only replays a ready request and does not look at the reply: the best any client can do with
/// a server.
Samples replayRound(const Uri &uri, double seconds)
{
    const int fd = bench::connectToLoopback(uri.port);
    auto session = pyro3Generation()->session(Role::Client, {});
    std::array<char, 4096> buffer{};
    if (!bench::receiveAll(fd, buffer.data(), 34))
        bench::die("challenge");
    const auto step = session->feed(Direction::ServerToClient, QByteArrayView(buffer.data(), 34), {});
    if (!step || !bench::sendAll(fd, step->answer.constData(), size_t(step->answer.size()))
        || !bench::receiveAll(fd, buffer.data(), 7))
        bench::die("handshake");
    const auto request = session->encode(
        Message::call(uri.object.toUtf8(), "echo", Value::tuple({Value::str(kText)}), Value::dict({})));
    if (!bench::sendAll(fd, request->constData(), size_t(request->size())))
        bench::die("replay");
    const ssize_t replySize = recv(fd, buffer.data(), buffer.size(), 0); // servers pickle differently
    if (replySize <= 0)
        bench::die("replay");
    auto samples = measure(seconds, [&] {
        if (!bench::sendAll(fd, request->constData(), size_t(request->size()))
            || !bench::receiveAll(fd, buffer.data(), size_t(replySize)))
            bench::die("replay");
    });
    close(fd);
    return samples;
}

Samples blockingRound(const Uri &uri, double seconds)
{
    Proxy proxy(context(), uri);
    const QString echo = QStringLiteral("echo");
    const Value text = Value::str(kText);
    return measure(seconds, [&] {
        const Reply reply = proxy.callBlocking(echo, {text});
        if (!reply || reply.value().size() != kText.size()) {
            std::fprintf(stderr, "call: %s\n", reply ? "wrong" : qPrintable(reply.error().what));
            std::exit(1);
        }
    });
}

Samples asyncRound(const Uri &uri, double seconds)
{
    Proxy proxy(context(), uri);
    const QString echo = QStringLiteral("echo");
    const Value text = Value::str(kText);
    QEventLoop loop;
    return measure(seconds, [&] {
        bool done = false;
        proxy.call(echo, {text}).then(&proxy, [&](const Reply &reply) { done = reply.isOk(); });
        while (!done)
            loop.processEvents(QEventLoop::WaitForMoreEvents);
    });
}

/// Peak memory of a client that gets, and sends, a body of so many bytes, as a multiple of the body.
void reportBig(qsizetype bytes)
{
    const QByteArray reply = serverBytes(Value::str(QByteArray(bytes, 'x')));
    const bench::Child server(
        [&reply](const auto &ready) { bench::serveReplay(ready, serverBytes({}), reply); });
    for (const bool isAsync : {false, true}) {
        const bench::Child client([&](const auto &ready) {
            // The peak counts pages that are shared with the parent too: forget its big reply by starting
            // from here.
            rusage before{};
            getrusage(RUSAGE_SELF, &before);
            Limits limits;
            limits.maxFrameBytes = 1 << 30;
            ProxyOptions options;
            options.limits = limits;
            Proxy proxy(context(), uriOf(server.port()), options);
            std::vector<Value> args;
            args.push_back(Value::str(QByteArray(bytes, 'y')));
            const auto start = Clock::now();
            bool isOk = false;
            if (isAsync) {
                int argc = 0;
                QCoreApplication app(argc, nullptr);
                QEventLoop loop;
                proxy.call(QStringLiteral("echo"), std::move(args)).then(&loop, [&](const Reply &answer) {
                    isOk = answer.isOk() && answer.value().size() == bytes;
                    loop.quit();
                });
                loop.exec();
            } else {
                const Reply answer = proxy.callBlocking(QStringLiteral("echo"), std::move(args));
                isOk = answer.isOk() && answer.value().size() == bytes;
            }
            const double ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
            rusage after{};
            getrusage(RUSAGE_SELF, &after);
            std::printf("big body, %-8s %s: %lld MiB each way in %.0f ms, peak memory %.2f x the body\n",
                isAsync ? "async" : "blocking", isOk ? "ok" : "FAILED", qlonglong(bytes >> 20), ms,
                double(after.ru_maxrss - before.ru_maxrss) * 1024.0 / double(bytes));
            std::fflush(stdout);
            ready(1);
        });
        if (client.port() != 1)
            std::printf("big body: the client died\n");
    }
}

struct Line
{
    std::vector<double> p50;
    std::vector<double> p50Ratio;
    std::vector<double> rateRatio;
    std::vector<double> cpuUs;
};

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

void print(const char *name, const Line &line)
{
    const auto [low, high] = std::minmax_element(line.p50Ratio.begin(), line.p50Ratio.end());
    std::printf("%-26s p50 %6.2f us   p50/R %.3f (%.3f .. %.3f)   rate/R %.3f   cpu %5.2f us/call\n", name,
        median(line.p50), median(line.p50Ratio), *low, *high, median(line.rateRatio), median(line.cpuUs));
}

} // namespace

int main(int argc, char **argv)
{
    setvbuf(stdout, nullptr, _IOLBF, 0);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions({{QStringLiteral("rounds"), QStringLiteral("Rounds."), QStringLiteral("n"),
                           QStringLiteral("5")},
        {QStringLiteral("seconds"), QStringLiteral("Of each part of a round."), QStringLiteral("s"),
            QStringLiteral("1")},
        {QStringLiteral("core"), QStringLiteral("Processor for all; -1 = unpinned."), QStringLiteral("c"),
            QStringLiteral("1")},
        {QStringLiteral("limit"), QStringLiteral("Highest p50/R of our pair."), QStringLiteral("ratio")},
        {QStringLiteral("uri"), QStringLiteral("Another server with a method echo."), QStringLiteral("uri")},
        {QStringLiteral("big"), QStringLiteral("Size of the big body, 0 = none."), QStringLiteral("MiB"),
            QStringLiteral("64")}});
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    parser.process(arguments);
    const int rounds = std::max(1, parser.value(QStringLiteral("rounds")).toInt());
    const double seconds = parser.value(QStringLiteral("seconds")).toDouble();
    const int core = parser.value(QStringLiteral("core")).toInt();
    if (core >= 0)
        bench::pinToCore(core);
    qputenv("QT_NO_GLIB", "1");

    // All forks come before anything of Qt runs in this process.
    const QByteArray reply = serverBytes(Value::str(kText));
    const bench::Child raw([](const auto &ready) { bench::serveRaw(ready, kRawBytes); });
    const bench::Child replay([&](const auto &ready) { bench::serveReplay(ready, serverBytes({}), reply); });
    const bench::Child daemon([](const auto &ready) { serveDaemon(ready); });
    if (const auto big = parser.value(QStringLiteral("big")).toLongLong(); big > 0)
        reportBig(big << 20);

    QCoreApplication app(argc, argv);
    std::map<std::string, Line> lines;
    const auto note = [&lines](const std::string &name, Samples samples, Samples &r) {
        Line &line = lines[name];
        line.p50.push_back(samples.p50());
        line.p50Ratio.push_back(samples.p50() / r.p50());
        line.rateRatio.push_back(samples.rate() / r.rate());
        line.cpuUs.push_back(samples.cpu * 1e6 / double(samples.us.size()));
    };
    std::vector<std::pair<std::string, Uri>> servers{
        {"replaying peer", uriOf(replay.port())}, {"our daemon", uriOf(daemon.port())}};
    if (parser.isSet(QStringLiteral("uri"))) {
        const auto other = context()->catalogue->parseUri(parser.value(QStringLiteral("uri")));
        if (!other)
            qFatal("%s", qPrintable(other.error().what));
        servers.emplace_back("other server", *other);
    }
    for (int round = 0; round < rounds; ++round) {
        Samples r = rawRound(raw.port(), seconds);
        note("R", r, r);
        for (const auto &[name, uri] : servers) {
            note(name + ", ready bytes", replayRound(uri, seconds), r);
            note(name + ", blocking", blockingRound(uri, seconds), r);
            note(name + ", async", asyncRound(uri, seconds), r);
        }
    }
    std::printf("%d rounds of %g s each, %s\n", rounds, seconds, core >= 0 ? "all on one core" : "unpinned");
    for (const auto &[name, line] : lines)
        print(name.c_str(), line);
    if (!parser.isSet(QStringLiteral("limit")))
        return 0;
    return median(lines["our daemon, blocking"].p50Ratio) <= parser.value(QStringLiteral("limit")).toDouble()
        ? 0
        : 1;
}

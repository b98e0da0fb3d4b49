// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "command.h"
#include "target.h"

#include <algorithm>
#include <cmath>
#include <thread>

namespace pyrolens::cli {

namespace {

using Clock = std::chrono::steady_clock;

/// What one client of a run measured.
struct Share
{
    std::vector<float> latencies; ///< microseconds
    qint64 calls = 0;
    qint64 errors = 0;
    std::optional<Error> firstError;
};

struct Plan
{
    Uri target;
    QString method;
    std::vector<Value> args;
    bool oneway = false;
    int clients = 1;
    double seconds = 5;
};

Share runClient(const Invocation &invocation, const Plan &plan, Clock::time_point end)
{
    Share share;
    Proxy proxy(invocation.client, plan.target, invocation.proxyOptions);
    // Connecting is not what is measured.
    if (const Reply bound = proxy.bindBlocking(); !bound) {
        share.errors = 1;
        share.firstError = bound.error();
        return share;
    }
    CallOptions options;
    if (plan.oneway)
        options.oneway = true;
    for (Clock::time_point start = Clock::now(); start < end;) {
        const Reply reply = proxy.callBlocking(plan.method, plan.args, {}, options);
        const Clock::time_point done = Clock::now();
        ++share.calls;
        if (!reply) {
            ++share.errors;
            if (!share.firstError)
                share.firstError = reply.error();
            // A server that is gone answers at once, over and over.
            if (reply.error().kind == Error::Kind::Disconnected && share.errors > 100)
                break;
        } else {
            share.latencies.push_back(std::chrono::duration<float, std::micro>(done - start).count());
        }
        start = done;
    }
    if (plan.oneway) {
        // The clock stops when the receiver has taken all of it: calls of one connection are read in order.
        Message question;
        question.kind = Message::Kind::Query;
        question.query = Message::Query::Registered;
        if (const Reply confirmed = proxy.sendBlocking(question); !confirmed && !share.firstError) {
            ++share.errors;
            share.firstError = confirmed.error();
        }
    }
    return share;
}

double percentile(const std::vector<float> &sorted, double fraction)
{
    if (sorted.empty())
        return 0;
    const auto index = size_t(std::ceil(fraction * double(sorted.size()))) - 1;
    return double(sorted[std::min(index, sorted.size() - 1)]);
}

class BenchCommand : public Command
{
public:
    QString name() const override { return QStringLiteral("bench"); }
    QString synopsis() const override
    {
        return QStringLiteral("TARGET METHOD [LITERAL ...] [--clients N] [--seconds S] [--oneway]");
    }
    QString summary() const override
    {
        return QStringLiteral("calls as fast as it goes and reports rate and latency");
    }
    int minWords() const override { return 2; }
    int maxWords() const override { return -1; }
    std::vector<OptionSpec> options() const override
    {
        return {{QStringLiteral("clients"), QStringLiteral("N"),
                    QStringLiteral("connections, a thread each (default 1)"), false},
            {QStringLiteral("seconds"), QStringLiteral("S"), QStringLiteral("how long (default 5)"), false},
            {QStringLiteral("oneway"), {}, QStringLiteral("wait for no answers"), false}};
    }

    int run(Invocation &invocation) override
    {
        const Stopwatch stopwatch;
        const auto plan = read(invocation);
        if (!plan)
            return invocation.output->fail(plan.error());
        const Clock::time_point start = Clock::now();
        const Clock::time_point end = start
            + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(plan->seconds));
        std::vector<Share> shares(size_t(plan->clients));
        std::vector<std::thread> threads;
        for (Share &share : shares)
            threads.emplace_back([&] { share = runClient(invocation, *plan, end); });
        for (std::thread &thread : threads)
            thread.join();
        return report(
            invocation, shares, std::chrono::duration<double>(Clock::now() - start).count(), stopwatch);
    }

private:
    static Result<Plan> read(const Invocation &invocation)
    {
        const ParsedLine &line = invocation.line;
        Plan plan;
        const auto target = parseTarget(invocation, line.words.first());
        if (!target)
            return target.error();
        plan.target = *target;
        plan.method = line.words.at(1);
        for (const QString &word : line.words.mid(2)) {
            if (const Status good = checkWord(invocation, word); !good)
                return good.error();
        }
        Proxy proxy(invocation.client, plan.target, invocation.proxyOptions);
        const auto generation = carrierOf(invocation, proxy);
        if (!generation)
            return generation.error();
        for (const QString &word : line.words.mid(2)) {
            const auto value = parseWord(invocation, word, **generation);
            if (!value)
                return value.error();
            plan.args.push_back(*value);
        }
        bool isNumber = true;
        if (line.has(QStringLiteral("clients")))
            plan.clients = line.value(QStringLiteral("clients")).toInt(&isNumber);
        if (!isNumber || plan.clients < 1 || plan.clients > 1000)
            return Error::usage(QStringLiteral("--clients takes a number from 1 to 1000"));
        if (line.has(QStringLiteral("seconds")))
            plan.seconds = line.value(QStringLiteral("seconds")).toDouble(&isNumber);
        if (!isNumber || !std::isfinite(plan.seconds) || plan.seconds <= 0 || plan.seconds > 3600)
            return Error::usage(QStringLiteral("--seconds takes a number above 0, up to 3600"));
        plan.oneway = line.has(QStringLiteral("oneway"));
        return plan;
    }

    static int report(
        Invocation &invocation, std::vector<Share> &shares, double seconds, const Stopwatch &stopwatch)
    {
        std::vector<float> latencies;
        qint64 calls = 0;
        qint64 errors = 0;
        std::optional<Error> firstError;
        for (Share &share : shares) {
            latencies.insert(latencies.end(), share.latencies.begin(), share.latencies.end());
            calls += share.calls;
            errors += share.errors;
            if (!firstError)
                firstError = share.firstError;
        }
        // Nothing worked at all: that is a failure with a cause, not a measurement.
        if (latencies.empty() && firstError)
            return invocation.output->fail(*firstError);
        std::sort(latencies.begin(), latencies.end());
        const double p50 = percentile(latencies, 0.5);
        const double p90 = percentile(latencies, 0.9);
        const double p99 = percentile(latencies, 0.99);
        const double slowest = latencies.empty() ? 0 : double(latencies.back());
        const double perSecond = seconds > 0 ? double(calls - errors) / seconds : 0;
        const auto rounded = [](double value) { return Json(std::round(value * 100) / 100); };
        Json latency
            = Json::object({{QStringLiteral("p50"), rounded(p50)}, {QStringLiteral("p90"), rounded(p90)},
                {QStringLiteral("p99"), rounded(p99)}, {QStringLiteral("max"), rounded(slowest)}});
        Json result = Json::object({{QStringLiteral("calls"), Json(calls)},
            {QStringLiteral("errors"), Json(errors)}, {QStringLiteral("seconds"), rounded(seconds)},
            {QStringLiteral("per_second"), rounded(perSecond)},
            {QStringLiteral("latency_us"), std::move(latency)}});
        invocation.output->result(result,
            QStringLiteral("%1 calls, %2 errors in %3 s: %4 calls/s\n"
                           "latency in us: p50 %5, p90 %6, p99 %7, max %8")
                .arg(calls)
                .arg(errors)
                .arg(seconds, 0, 'f', 2)
                .arg(perSecond, 0, 'f', 0)
                .arg(p50, 0, 'f', 1)
                .arg(p90, 0, 'f', 1)
                .arg(p99, 0, 'f', 1)
                .arg(slowest, 0, 'f', 1),
            stopwatch.elapsed());
        if (firstError)
            invocation.output->message(QStringLiteral("first error: ")
                + (firstError->remote ? firstError->remote->summary() : firstError->what));
        return kDone;
    }
};

} // namespace

void addBenchCommand(Commands &commands)
{
    commands.push_back(std::make_unique<BenchCommand>());
}

} // namespace pyrolens::cli

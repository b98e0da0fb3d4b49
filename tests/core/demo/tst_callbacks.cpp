// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/client/proxy.h>
#include <pyrolens/demo/clientcaller.h>
#include <pyrolens/pyro3/pyro3.h>
#include <pyrolens/server/callbacklist.h>
#include <pyrolens/server/daemonthread.h>

#include <QElapsedTimer>
#include <QTest>

using namespace pyrolens;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<ClientContext> context()
{
    auto catalogue = std::make_shared<Catalogue>();
    catalogue->add(pyro3Generation());
    auto made = std::make_shared<ClientContext>();
    made->catalogue = std::move(catalogue);
    return made;
}

/// Where a servant's code runs, and what its daemon is like.
struct Way
{
    Threading threading = Threading::Concurrent;
    bool multithreaded = true;
    int threads = 8;
    bool blocks = false; ///< calls out with the blocking form
};

} // namespace

Q_DECLARE_METATYPE(Way)

// Conversations between two daemons: A calls B, B calls back A, A calls B again, and nobody waits for ever.
class tst_Callbacks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void nestedCallsEnd_data();
    void nestedCallsEnd();
    void serializedGivesItsTurnAwayOnlyMeanwhile();
    void blockingIsRefusedWhereItWouldHoldUpOthers_data();
    void blockingIsRefusedWhereItWouldHoldUpOthers();
    void listForgetsTheDead();
    void listIsBounded();
    void listReachesManyAtOnce();

private:
    static constexpr int kDepth = 4;

    /// "ask(callback, depth)" calls callback.answer(itself, depth) and returns what that gave, plus one.
    std::shared_ptr<LambdaServant> makeServant(const QString &method, const QString &calls, const Way &way);
    Result<Uri> host(
        DaemonThread &daemon, const std::shared_ptr<Servant> &servant, const Way &way, const QByteArray &id);
    Result<Value> proxyTo(const Uri &uri) const
    {
        Reference reference;
        reference.form = Reference::Form::Proxy;
        reference.uri = uri.toString();
        return Value::reference(reference);
    }

    std::shared_ptr<ClientContext> m_context;
    QThread m_thread; ///< of bound servants
    std::unique_ptr<QObject> m_home;
};

/// A servant that lives in another object's thread, made of functions.
class BoundServant final : public Servant
{
public:
    BoundServant(std::shared_ptr<Servant> inner, QObject *home) : m_inner(std::move(inner)), m_home(home) { }
    Threading threading() const override { return Threading::Bound; }
    QObject *boundObject() const override { return m_home; }
    const InterfaceInfo &interface() const override { return m_inner->interface(); }
    bool hasMethod(const QByteArray &name) const override { return m_inner->hasMethod(name); }
    Outcome call(const QByteArray &method, const Value &args, const Value &kwargs, CallContext &call) override
    {
        return m_inner->call(method, args, kwargs, call);
    }

private:
    const std::shared_ptr<Servant> m_inner;
    QObject *const m_home;
};

void tst_Callbacks::init()
{
    m_context = context();
    m_home = std::make_unique<QObject>();
    m_home->moveToThread(&m_thread);
    m_thread.start();
}

void tst_Callbacks::cleanup()
{
    m_thread.quit();
    m_thread.wait();
    m_home.reset();
}

std::shared_ptr<LambdaServant> tst_Callbacks::makeServant(
    const QString &method, const QString &calls, const Way &way)
{
    const auto threading = way.threading == Threading::Bound ? Threading::Serialized : way.threading;
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Talker"), threading);
    servant->method(method + QStringLiteral("(me, you, depth)"),
        [this, calls, way](std::vector<Value> args, CallContext &call) -> Outcome {
            const qint64 depth = *args[2].asInteger();
            if (depth == 0)
                return Value::integer(0);
            std::vector<Value> out{args[1], args[0], Value::integer(depth - 1)};
            auto caller = call.caller(args[1]);
            const auto plusOne = [](const Result<Value> &answer) {
                return answer ? Result<Value>(Value::integer(*answer->asInteger() + 1)) : answer;
            };
            if (way.blocks) {
                auto result = plusOne(caller->call(calls, std::move(out), false, 10s));
                return result ? Outcome(*std::move(result)) : Outcome(std::move(result).error());
            }
            DeferredReply reply;
            caller->callAsync(calls, std::move(out), false, 10s,
                way.threading == Threading::Bound ? m_home.get() : static_cast<QObject *>(call.daemon),
                [reply, plusOne](const Result<Value> &answer) { reply.finish(plusOne(answer)); });
            return reply;
        });
    return servant;
}

Result<Uri> tst_Callbacks::host(
    DaemonThread &daemon, const std::shared_ptr<Servant> &servant, const Way &way, const QByteArray &id)
{
    DaemonOptions options;
    options.multithreaded = way.multithreaded;
    options.connections.maxThreads = way.threads;
    std::optional<Result<Uri>> uri;
    const auto port = daemon.start(
        m_context->catalogue, options,
        [&](Daemon &made) {
            uri = made.connectServant(servant, {}, id);
            return uri->map([](const Uri &) { return Done(); });
        },
        [&](Daemon &made) { made.setCallerFactory(makeCallerFactory(m_context)); });
    return port ? *uri : Result<Uri>(port.error());
}

void tst_Callbacks::nestedCallsEnd_data()
{
    QTest::addColumn<Way>("way");
    QTest::newRow("concurrent-blocking") << Way{Threading::Concurrent, true, 8, true};
    QTest::newRow("serialized-blocking") << Way{Threading::Serialized, true, 8, true};
    QTest::newRow("pool-blocking") << Way{Threading::Serialized, true, 0, true};
    QTest::newRow("concurrent-deferred") << Way{Threading::Concurrent, true, 8, false};
    QTest::newRow("serialized-deferred") << Way{Threading::Serialized, true, 8, false};
    QTest::newRow("bound-deferred") << Way{Threading::Bound, true, 8, false};
    QTest::newRow("single-threaded-deferred") << Way{Threading::Serialized, false, 8, false};
    QTest::newRow("single-threaded-bound-deferred") << Way{Threading::Bound, false, 8, false};
}

void tst_Callbacks::nestedCallsEnd()
{
    QFETCH(Way, way);
    std::shared_ptr<Servant> a = makeServant(QStringLiteral("answer"), QStringLiteral("ask"), way);
    std::shared_ptr<Servant> b = makeServant(QStringLiteral("ask"), QStringLiteral("answer"), way);
    if (way.threading == Threading::Bound) {
        a = std::make_shared<BoundServant>(a, m_home.get());
        b = std::make_shared<BoundServant>(b, m_home.get());
    }
    DaemonThread client;
    DaemonThread server;
    const auto here = host(client, a, way, "a");
    const auto there = host(server, b, way, "b");
    QVERIFY(here && there);
    Proxy proxy(m_context, *there);
    QElapsedTimer clock;
    clock.start();
    const Reply reply = proxy.callBlocking(
        QStringLiteral("ask"), {*proxyTo(*there), *proxyTo(*here), Value::integer(kDepth)});
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
    QCOMPARE(reply.value().asInteger(), std::optional<qint64>(kDepth));
    QVERIFY2(clock.elapsed() < 5'000, qPrintable(QString::number(clock.elapsed())));
    client.stop();
    server.stop();
}

void tst_Callbacks::serializedGivesItsTurnAwayOnlyMeanwhile()
{
    // While "out" waits for its callback "step" may run, but never beside another piece of it.
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    std::atomic<bool> entered = false;
    std::atomic<bool> release = false;
    const auto piece = [&] {
        most = std::max(most.load(), ++inside);
        std::this_thread::sleep_for(2ms);
        --inside;
    };
    auto remote = std::make_shared<LambdaServant>(QStringLiteral("Remote"), Threading::Concurrent);
    remote->method(QStringLiteral("wait()"), [&](std::vector<Value>, CallContext &call) -> Outcome {
        entered = true;
        while (!release && call.pause(1ms)) { }
        return Value();
    });
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Turns"), Threading::Serialized);
    servant->method(
        QStringLiteral("out(callback)"), [&](std::vector<Value> args, CallContext &call) -> Outcome {
            piece();
            const auto answer = call.caller(args[0])->call(QStringLiteral("wait"), {}, false, 10s);
            piece();
            return answer ? Outcome(*answer) : Outcome(answer.error());
        });
    servant->method(QStringLiteral("step()"), [&](std::vector<Value>, CallContext &) -> Outcome {
        piece();
        return Value();
    });
    DaemonThread client;
    DaemonThread server;
    const auto here = host(client, remote, {}, "remote");
    const auto there = host(server, servant, {}, "turns");
    QVERIFY(here && there);
    std::atomic<bool> isOver = false;
    std::atomic<int> steps = 0;
    std::vector<std::thread> others;
    for (int i = 0; i < 2; ++i) {
        others.emplace_back([&] {
            Proxy proxy(m_context, *there);
            while (!isOver && proxy.callBlocking(QStringLiteral("step")))
                ++steps;
        });
    }
    std::thread releaser([&] {
        while (!entered)
            std::this_thread::sleep_for(1ms);
        const int before = steps;
        const QDeadlineTimer patience(5s);
        while (steps < before + 4 && !patience.hasExpired()) // they run while "out" waits
            std::this_thread::sleep_for(1ms);
        release = true;
    });
    Proxy proxy(m_context, *there);
    const Reply reply = proxy.callBlocking(QStringLiteral("out"), {*proxyTo(*here)});
    isOver = true;
    releaser.join();
    for (std::thread &other : others)
        other.join();
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
    QVERIFY(steps >= 4);
    QCOMPARE(most.load(), 1);
}

void tst_Callbacks::blockingIsRefusedWhereItWouldHoldUpOthers_data()
{
    QTest::addColumn<Way>("way");
    QTest::newRow("bound") << Way{Threading::Bound, true, 8, true};
    QTest::newRow("single-threaded") << Way{Threading::Serialized, false, 8, true};
    QTest::newRow("single-threaded-concurrent") << Way{Threading::Concurrent, false, 8, true};
}

void tst_Callbacks::blockingIsRefusedWhereItWouldHoldUpOthers()
{
    QFETCH(Way, way);
    std::shared_ptr<Servant> b = makeServant(QStringLiteral("ask"), QStringLiteral("answer"), way);
    if (way.threading == Threading::Bound)
        b = std::make_shared<BoundServant>(b, m_home.get());
    DaemonThread server;
    const auto there = host(server, b, way, "b");
    QVERIFY(there);
    Proxy proxy(m_context, *there);
    QElapsedTimer clock;
    clock.start();
    const Reply reply
        = proxy.callBlocking(QStringLiteral("ask"), {*proxyTo(*there), *proxyTo(*there), Value::integer(1)});
    QVERIFY(!reply);
    QVERIFY2(reply.error().what.contains(QStringLiteral("DeferredReply")), qPrintable(reply.error().what));
    QVERIFY(clock.elapsed() < 2'000);
    server.stop();
}

void tst_Callbacks::listForgetsTheDead()
{
    CallbackList list;
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Service"));
    servant->method(
        QStringLiteral("add(callback)"), [&](std::vector<Value> args, CallContext &call) -> Outcome {
            const Status status = list.add(args[0], call);
            return status ? Outcome(Value()) : Outcome(status.error());
        });
    servant->method(QStringLiteral("ask()"), [&](std::vector<Value>, CallContext &call) -> Outcome {
        DeferredReply reply;
        list.callAll(
            QStringLiteral("answer"), {}, false, call, [reply](const CallbackList::Answers &answers) {
                std::vector<Value> values;
                for (const auto &answer : answers)
                    values.push_back(
                        answer ? *answer : Value::str(answer.error().remote->className.toUtf8()));
                reply.finish(Value::list(std::move(values)));
            });
        return reply;
    });
    const auto answering = [](int number) {
        auto made = std::make_shared<LambdaServant>(QStringLiteral("Callback"));
        made->method(QStringLiteral("answer()"), [number](std::vector<Value>, CallContext &) -> Outcome {
            if (number < 0)
                return raise(QStringLiteral("ValueError"), {Value::str("no")});
            return Value::integer(number);
        });
        return made;
    };
    DaemonThread server;
    DaemonThread stays;
    DaemonThread leaves;
    const auto service = host(server, servant, {}, "service");
    const auto one = host(stays, answering(1), {}, "one");
    QVERIFY(service && one);
    const auto bad = stays.daemon()->connectServant(answering(-1), {}, "bad");
    const auto gone = stays.daemon()->connectServant(answering(3), {}, "gone");
    const auto away = host(leaves, answering(4), {}, "away");
    QVERIFY(bad && gone && away);
    Proxy proxy(m_context, *service);
    for (const auto &uri : {*one, *bad, *gone, *away, *one}) // one twice: it counts once
        QVERIFY(proxy.callBlocking(QStringLiteral("add"), {*proxyTo(uri)}));
    QCOMPARE(list.count(), 4);
    const Value raised = Value::str("exceptions.ValueError");
    QCOMPARE(proxy.callBlocking(QStringLiteral("ask")).value(),
        Value::list({Value::integer(1), raised, Value::integer(3), Value::integer(4)}));
    QVERIFY(stays.daemon()->disconnectServant("gone"));
    leaves.stop();
    QCOMPARE(proxy.callBlocking(QStringLiteral("ask")).value(), Value::list({Value::integer(1), raised}));
    QCOMPARE(list.count(), 2);
    QVERIFY(!proxy.callBlocking(QStringLiteral("add"), {Value::integer(1)}));
}

void tst_Callbacks::listIsBounded()
{
    CallbackList list(2);
    CallContext call;
    call.generation = m_context->catalogue->find(3);
    const auto proxyAt = [&](int port) {
        Uri uri;
        uri.classic = true;
        uri.host = QStringLiteral("127.0.0.1");
        uri.port = port;
        uri.object = QStringLiteral("x");
        return *proxyTo(uri);
    };
    QVERIFY(list.add(proxyAt(1), call));
    QVERIFY(list.add(proxyAt(2), call));
    const Status third = list.add(proxyAt(3), call);
    QVERIFY(!third);
    QCOMPARE(third.error().remote->className, QStringLiteral("ValueError"));
    QVERIFY(list.add(proxyAt(2), call)); // is there
    QVERIFY(list.remove(proxyAt(1), call));
    QVERIFY(list.add(proxyAt(3), call));
    QCOMPARE(list.count(), 2);
}

void tst_Callbacks::listReachesManyAtOnce()
{
    // More than are called at a time; each takes a while, so that one after the other would take ten seconds.
    constexpr int kCount = 100;
    CallbackList list;
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Service"));
    servant->method(
        QStringLiteral("add(callback)"), [&](std::vector<Value> args, CallContext &call) -> Outcome {
            return list.add(args[0], call) ? Outcome(Value()) : Outcome(Error::usage(QStringLiteral("no")));
        });
    servant->method(QStringLiteral("ask()"), [&](std::vector<Value>, CallContext &call) -> Outcome {
        DeferredReply reply;
        list.callAll(
            QStringLiteral("answer"), {}, false, call, [reply](const CallbackList::Answers &answers) {
                reply.finish(Value::integer(qint64(answers.size())));
            });
        return reply;
    });
    auto slow = std::make_shared<LambdaServant>(QStringLiteral("Slow"), Threading::Concurrent);
    slow->method(QStringLiteral("answer()"), [](std::vector<Value>, CallContext &call) -> Outcome {
        call.pause(100ms);
        return Value();
    });
    DaemonThread server;
    DaemonThread callbacks;
    const auto service = host(server, servant, {}, "service");
    const auto first = host(callbacks, slow, {.threading = Threading::Concurrent, .threads = 64}, "slow-0");
    QVERIFY(service && first);
    Proxy proxy(m_context, *service);
    QVERIFY(proxy.callBlocking(QStringLiteral("add"), {*proxyTo(*first)}));
    for (int i = 1; i < kCount; ++i) {
        const auto uri = callbacks.daemon()->connectServant(slow, {}, "slow-" + QByteArray::number(i));
        QVERIFY(uri);
        QVERIFY(proxy.callBlocking(QStringLiteral("add"), {*proxyTo(*uri)}));
    }
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(proxy.callBlocking(QStringLiteral("ask")).value().asInteger(), std::optional<qint64>(kCount));
    QVERIFY2(clock.elapsed() < 5'000, qPrintable(QString::number(clock.elapsed())));
}

QTEST_GUILESS_MAIN(tst_Callbacks)
#include "tst_callbacks.moc"

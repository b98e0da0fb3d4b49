// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "testclient.h"
#include "testservants.h"

#include <QElapsedTimer>
#include <QTest>
#include <QThread>

#include <future>
#include <thread>

using namespace pyrolens;
using namespace pyrolens::testing;

/// Lives in a thread of the test's choice; says where it was called.
class Bound : public QObject
{
    Q_OBJECT

public:
    Q_INVOKABLE bool isHome() { return QThread::currentThread() == thread(); }
    Q_INVOKABLE int busy(int milliseconds)
    {
        ++m_started;
        QThread::msleep(static_cast<unsigned long>(milliseconds));
        return milliseconds;
    }
    int started() const { return m_started; }

private:
    std::atomic<int> m_started = 0;
};

// Which code of servants runs where, at the same time as what, and how long anybody waits for it.
class tst_Threads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void concurrentCallsRunInParallel();
    void serializedCallsRunOneByOne();
    void serializedCallGivesUpInTime();
    void callsOfOneConnectionRunInOrder();
    void singleThreadedRunsOneByOne();
    void onewayDoesNotHoldUpTheNextRequest();
    void onewayInlineWhenSo();
    void onewayQueueIsBounded_data();
    void onewayQueueIsBounded();
    void boundRunsInItsThread();
    void boundTimesOut();
    void boundObjectMayDie();
    void boundInTheLoopThreadIsCalledDirectly();
    void deferredReplyIsWaitedFor_data();
    void deferredReplyIsWaitedFor();
    void abandonedDeferredReplyIsAnError();
    void deferredReplyTimesOut();
    void callerMayCallBackIntoTheDaemon();
    void overflowServesBeyondTheThreadLimit();
    void transientsAreReaped();
    void observerSeesCalls();
    void initHookAndValidatorFillTheStorage();

private:
    void start(DaemonOptions options, const std::shared_ptr<Servant> &servant,
        const std::function<void(Daemon &)> &prepare = {})
    {
        const auto port = m_daemon.start(
            catalogue(), options,
            [&](Daemon &daemon) {
                return daemon.connectServant(servant, {}, m_id).map([](const Uri &) { return Done(); });
            },
            prepare);
        QVERIFY(port);
        m_port = *port;
    }
    std::future<Result<Value>> callLater(const QByteArray &method, std::vector<Value> args = {})
    {
        return std::async(
            std::launch::async, [this, method, args] { return TestClient(m_port).call(m_id, method, args); });
    }

    DaemonThread m_daemon;
    std::shared_ptr<Seen> m_seen;
    int m_port = 0;
    const QByteArray m_id = "probe-id";
};

void tst_Threads::init()
{
    m_seen = std::make_shared<Seen>();
}

void tst_Threads::cleanup()
{
    m_seen->hold = false;
    m_daemon.stop();
}

void tst_Threads::concurrentCallsRunInParallel()
{
    start({}, makeProbe(m_seen, Threading::Concurrent));
    m_seen->hold = true;
    std::vector<std::future<Result<Value>>> calls;
    for (int i = 0; i < 5; ++i)
        calls.push_back(callLater("hold", {Value::integer(i)}));
    QTRY_COMPARE(m_seen->inside.load(), 5); // all are inside at the same time
    m_seen->hold = false;
    for (auto &call : calls)
        QVERIFY(call.get());
}

void tst_Threads::serializedCallsRunOneByOne()
{
    start({}, makeProbe(m_seen, Threading::Serialized));
    m_seen->hold = true;
    std::vector<std::future<Result<Value>>> calls;
    for (int i = 0; i < 5; ++i)
        calls.push_back(callLater("hold", {Value::integer(i)}));
    QTRY_COMPARE(m_daemon.daemon()->connectionCount(), 5);
    QTRY_COMPARE(m_seen->inside.load(), 1);
    m_seen->hold = false;
    for (auto &call : calls)
        QVERIFY(call.get());
    QCOMPARE(m_seen->mostInside.load(), 1);
    QCOMPARE(m_seen->count(), size_t(5));
}

void tst_Threads::serializedCallGivesUpInTime()
{
    DaemonOptions options;
    options.boundTimeout = 50ms;
    start(options, makeProbe(m_seen, Threading::Serialized));
    m_seen->hold = true;
    auto first = callLater("hold", {Value()});
    QTRY_COMPARE(m_seen->inside.load(), 1);
    QCOMPARE(failure(TestClient(m_port).call(m_id, "echo", {Value()})),
        QStringLiteral("TimeoutError: the object did not answer within 0.05 s"));
    m_seen->hold = false;
    QVERIFY(first.get());
}

void tst_Threads::callsOfOneConnectionRunInOrder()
{
    start({}, makeProbe(m_seen, Threading::Concurrent));
    TestClient client(m_port);
    QVERIFY(client.isGreeted());
    for (int i = 0; i < 20; ++i)
        QVERIFY(client.send(Message::call(m_id, "hold", Value::tuple({Value::integer(i)}), Value::dict({}))));
    for (int i = 0; i < 20; ++i)
        QCOMPARE(client.receive()->value.asInteger(), i);
    QCOMPARE(m_seen->mostInside.load(), 1);
}

void tst_Threads::singleThreadedRunsOneByOne()
{
    DaemonOptions options;
    options.multithreaded = false;
    start(options, makeProbe(m_seen, Threading::Concurrent));
    std::vector<std::future<Result<Value>>> calls;
    for (int i = 0; i < 8; ++i)
        calls.push_back(callLater("hold", {Value::integer(i)}));
    for (auto &call : calls)
        QVERIFY(call.get());
    QCOMPARE(m_seen->mostInside.load(), 1);
}

void tst_Threads::onewayDoesNotHoldUpTheNextRequest()
{
    start({}, makeProbe(m_seen, Threading::Concurrent));
    m_seen->hold = true;
    TestClient client(m_port);
    QVERIFY(client.callOneway(m_id, "hold", {Value::integer(1)}));
    QVERIFY(client.callOneway(m_id, "hold", {Value::integer(2)}));
    QTRY_COMPARE(m_seen->inside.load(), 1); // the second waits for the first
    QCOMPARE(client.call(m_id, "echo", {Value::integer(3)})->asInteger(), 3);
    QCOMPARE(m_seen->count(), size_t(0));
    m_seen->hold = false;
    QTRY_COMPARE(m_seen->count(), size_t(2));
    QCOMPARE(m_seen->mostInside.load(), 1);
    QCOMPARE(m_seen->all().front().asInteger(), 1);
}

void tst_Threads::onewayInlineWhenSo()
{
    DaemonOptions options;
    options.onewayThreaded = false;
    start(options, makeProbe(m_seen, Threading::Concurrent));
    TestClient client(m_port);
    QVERIFY(client.callOneway(m_id, "note", {Value::integer(1)}));
    QVERIFY(client.call(m_id, "echo", {Value()}));
    QCOMPARE(m_seen->count(), size_t(1)); // done before the next request was served
}

void tst_Threads::onewayQueueIsBounded_data()
{
    QTest::addColumn<int>("threads");
    QTest::newRow("threads") << 8;
    QTest::newRow("overflow") << 0;
}

void tst_Threads::onewayQueueIsBounded()
{
    QFETCH(int, threads);
    DaemonOptions options;
    options.connections.maxThreads = threads;
    options.connections.maxQueuedOneway = 10;
    start(options, makeProbe(m_seen, Threading::Concurrent));
    m_seen->hold = true;
    TestClient client(m_port);
    QVERIFY(client.isGreeted());
    // One runs, ten wait: with nine waiting another request is still served, with ten it is not.
    QVERIFY(client.callOneway(m_id, "hold", {Value::integer(0)}));
    QTRY_COMPARE(m_seen->inside.load(), 1);
    for (int i = 1; i <= 9; ++i)
        QVERIFY(client.callOneway(m_id, "hold", {Value::integer(i)}));
    QVERIFY(client.call(m_id, "echo", {Value()}));
    QVERIFY(client.callOneway(m_id, "hold", {Value::integer(10)}));
    client.setTimeout(100ms);
    QVERIFY(client.send(Message::call(m_id, "echo", Value::tuple({Value()}), Value::dict({}))));
    QCOMPARE(client.receive().error().kind, Error::Kind::Timeout);
    m_seen->hold = false;
    client.setTimeout(5s);
    QVERIFY(client.receive());
    QTRY_COMPARE(m_seen->count(), size_t(11));
    for (int i = 0; i <= 10; ++i)
        QCOMPARE(m_seen->all()[size_t(i)].asInteger(), i);
}

void tst_Threads::boundRunsInItsThread()
{
    Bound object; // in this thread: calls need our event loop
    start({}, makeQObjectServant(&object));
    auto call = callLater("isHome");
    QTRY_VERIFY(call.wait_for(0s) == std::future_status::ready);
    QCOMPARE(call.get()->asBool(), true);
}

void tst_Threads::boundTimesOut()
{
    DaemonOptions options;
    options.boundTimeout = 300ms;
    Bound object; // nobody runs our event loop meanwhile
    start(options, makeQObjectServant(&object));
    TestClient client(m_port);
    QCOMPARE(failure(client.call(m_id, "busy", {Value::integer(1)})),
        QStringLiteral("TimeoutError: the object did not answer within 0.3 s"));
    // Too late: the call is not even begun now, and the connection goes on.
    QCoreApplication::processEvents();
    QCOMPARE(object.started(), 0);
    auto next
        = std::async(std::launch::async, [&] { return client.call(m_id, "busy", {Value::integer(2)}); });
    QTRY_VERIFY(next.wait_for(0s) == std::future_status::ready);
    QCOMPARE(next.get()->asInteger(), 2);
}

void tst_Threads::boundObjectMayDie()
{
    auto object = std::make_unique<Bound>();
    start({}, makeQObjectServant(object.get()));
    auto call = callLater("isHome");
    // Without our event loop, or it would be answered.
    const QDeadlineTimer soon(2s);
    while (m_daemon.daemon()->connectionCount() == 0 && !soon.hasExpired())
        std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(20ms); // it is posted by now; if not, the answer is the same
    object.reset();
    QCOMPARE(failure(call.get()), QStringLiteral("DaemonError: the object is gone"));
    QCOMPARE(
        failure(TestClient(m_port).call(m_id, "isHome")), QStringLiteral("DaemonError: the object is gone"));
}

void tst_Threads::boundInTheLoopThreadIsCalledDirectly()
{
    // One thread for all: waiting for the object's turn would be a dead-lock.
    DaemonOptions options;
    options.multithreaded = false;
    Daemon daemon(catalogue(), options);
    QVERIFY(daemon.listen());
    Bound object;
    QVERIFY(daemon.connectServant(makeQObjectServant(&object), {}, m_id));
    m_port = daemon.port();
    auto call = callLater("isHome");
    QTRY_VERIFY(call.wait_for(0s) == std::future_status::ready);
    QCOMPARE(call.get()->asBool(), true);
}

void tst_Threads::deferredReplyIsWaitedFor_data()
{
    QTest::addColumn<bool>("multithreaded");
    QTest::addColumn<int>("threads");
    QTest::newRow("threads") << true << 8;
    QTest::newRow("overflow") << true << 0;
    QTest::newRow("single") << false << 0;
}

void tst_Threads::deferredReplyIsWaitedFor()
{
    QFETCH(bool, multithreaded);
    QFETCH(int, threads);
    DaemonOptions options;
    options.multithreaded = multithreaded;
    options.connections.maxThreads = threads;
    std::mutex mutex;
    std::vector<DeferredReply> replies;
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Later"));
    servant->method(QStringLiteral("later()"), [&](std::vector<Value>, CallContext &) -> Outcome {
        const std::lock_guard lock(mutex);
        return replies.emplace_back();
    });
    servant->method(
        QStringLiteral("now()"), [](std::vector<Value>, CallContext &) -> Outcome { return Value(); });
    start(options, servant);
    auto first = callLater("later");
    auto second = callLater("later");
    const auto count = [&] {
        const std::lock_guard lock(mutex);
        return replies.size();
    };
    QTRY_COMPARE(count(), size_t(2));
    QVERIFY(TestClient(m_port).call(m_id, "now")); // nobody is held up, not even by a single thread
    replies[1].finish(Value::integer(2));
    replies[0].finish(raise(QStringLiteral("ValueError"), {str("one")}));
    QStringList results;
    for (auto *call : {&first, &second}) {
        const auto result = call->get();
        results.append(result ? QString::number(*result->asInteger()) : failure(result));
    }
    results.sort();
    QCOMPARE(results, QStringList({QStringLiteral("2"), QStringLiteral("ValueError: one")}));
}

void tst_Threads::abandonedDeferredReplyIsAnError()
{
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Never"));
    servant->method(QStringLiteral("never()"),
        [](std::vector<Value>, CallContext &) -> Outcome { return DeferredReply(); });
    start({}, servant);
    QCOMPARE(failure(TestClient(m_port).call(m_id, "never")),
        QStringLiteral("DaemonError: the object gave no answer"));
}

void tst_Threads::deferredReplyTimesOut()
{
    for (const int threads : {8, 0}) {
        for (const bool multithreaded : {true, false}) {
            DaemonOptions options;
            options.multithreaded = multithreaded;
            options.boundTimeout = 50ms;
            options.connections.maxThreads = threads;
            const DeferredReply kept;
            auto servant = std::make_shared<LambdaServant>(QStringLiteral("Slow"));
            servant->method(
                QStringLiteral("slow()"), [&](std::vector<Value>, CallContext &) -> Outcome { return kept; });
            start(options, servant);
            TestClient client(m_port);
            QVERIFY(failure(client.call(m_id, "slow")).startsWith(QStringLiteral("TimeoutError: ")));
            m_daemon.stop();
        }
    }
}

void tst_Threads::callerMayCallBackIntoTheDaemon()
{
    // The servant calls a client of this very daemon while it serves: the other call gets a thread of its
    // own.
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Outer"), Threading::Concurrent);
    servant->method(QStringLiteral("outer()"), [this](std::vector<Value>, CallContext &) -> Outcome {
        auto inner = TestClient(m_port).call(m_id, "inner");
        return inner ? Outcome(*inner) : Outcome(inner.error());
    });
    servant->method(QStringLiteral("inner()"),
        [](std::vector<Value>, CallContext &) -> Outcome { return Value::integer(5); });
    start({}, servant);
    QCOMPARE(TestClient(m_port).call(m_id, "outer")->asInteger(), 5);
}

void tst_Threads::overflowServesBeyondTheThreadLimit()
{
    DaemonOptions options;
    options.connections.maxThreads = 2;
    start(options, makeProbe(m_seen, Threading::Concurrent));
    std::vector<std::unique_ptr<TestClient>> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(std::make_unique<TestClient>(m_port));
        QVERIFY(clients.back()->isGreeted());
    }
    for (int round = 0; round < 3; ++round) {
        for (auto &client : clients)
            QCOMPARE(client->call(m_id, "echo", {Value::integer(round)})->asInteger(), round);
    }
    QCOMPARE(m_daemon.daemon()->connectionCount(), 10);
    clients.clear();
    QTRY_COMPARE(m_daemon.daemon()->connectionCount(), 0);
}

void tst_Threads::transientsAreReaped()
{
    class Short final : public LambdaServant
    {
    public:
        explicit Short(std::atomic<int> &count) : LambdaServant(QStringLiteral("Short")), m_count(count) { }
        void reaped() override { ++m_count; }

    private:
        std::atomic<int> &m_count;
    };
    std::atomic<int> reaped = 0;
    DaemonOptions options;
    options.transientAge = 1s;
    start(options, std::make_shared<Short>(reaped));
    QVERIFY(m_daemon.daemon()->connectServant(std::make_shared<Short>(reaped), QStringLiteral("named")));
    QTRY_COMPARE(reaped.load(), 1);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.object peer=")));
    QCOMPARE(failure(TestClient(m_port).call(m_id, "x")), QStringLiteral("ProtocolError: unknown object ID"));
    QCOMPARE(m_daemon.daemon()->objects().size(), size_t(1)); // the named one stays
}

void tst_Threads::observerSeesCalls()
{
    class Observer final : public DaemonObserver
    {
    public:
        void served(const ServedCall &call) override
        {
            const std::lock_guard lock(mutex);
            calls.push_back(call);
        }
        void refused(const Endpoint &, const Error &error) override
        {
            const std::lock_guard lock(mutex);
            codes.append(error.code);
        }
        std::mutex mutex;
        std::vector<ServedCall> calls;
        QStringList codes;
    };
    const auto observer = std::make_shared<Observer>();
    start(
        {}, makeProbe(m_seen, Threading::Concurrent), [&](Daemon &daemon) { daemon.setObserver(observer); });
    TestClient client(m_port);
    QVERIFY(client.call(m_id, "add", {Value::integer(1)}, {{str("b"), Value::integer(2)}}));
    QVERIFY(!client.call(m_id, "fail", {str("x")}));
    QVERIFY(client.setAttribute(m_id, "level", Value::integer(4)));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.object peer=")));
    QVERIFY(!client.call("nowhere", "x"));
    const std::lock_guard lock(observer->mutex);
    QCOMPARE(observer->calls.size(), size_t(4));
    const ServedCall &first = observer->calls[0];
    QCOMPARE(first.peer.host, QStringLiteral("127.0.0.1"));
    QCOMPARE(first.object, m_id);
    QCOMPARE(first.method, QByteArray("add"));
    QVERIFY(first.args == Value::tuple({Value::integer(1)}));
    QCOMPARE(first.kwargs.size(), 1);
    QVERIFY(!first.error && !first.oneway && first.duration.count() > 0);
    QVERIFY(observer->calls[1].error);
    QVERIFY(observer->calls[2].args == Value::tuple({Value::integer(4)}));
    QCOMPARE(observer->codes, QStringList{QStringLiteral("call.object")});
}

void tst_Threads::initHookAndValidatorFillTheStorage()
{
    std::atomic<int> hooked = 0;
    start({}, makeProbe(m_seen, Threading::Concurrent), [&](Daemon &daemon) {
        daemon.setValidator(
            std::make_shared<IdentValidator>(QStringList{QStringLiteral("a"), QStringLiteral("b")}));
        daemon.setInitHook([&](LocalStorage &storage) {
            ++hooked;
            storage.user = 100;
        });
    });
    SessionOptions options;
    options.credentials.ident = QStringLiteral("b");
    TestClient client(m_port, options);
    QCOMPARE(client.call(m_id, "where")->toText(), QStringLiteral("127.0.0.1|identification 2"));
    QCOMPARE(client.call(m_id, "visits")->asInteger(), 101);
    QCOMPARE(hooked.load(), 1);
}

QTEST_GUILESS_MAIN(tst_Threads)
#include "tst_threads.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "testclient.h"
#include "testservants.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>

#include <future>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

/// Properties and a method, to be delegated to.
class Lamp : public QObject
{
    Q_OBJECT
    Q_PROPERTY(int level MEMBER m_level)

public:
    Q_INVOKABLE QString title() const { return QStringLiteral("lamp"); }
    Q_INVOKABLE QString place() const { return QStringLiteral("lab"); }

private:
    int m_level = 3;
};

SessionOptions asUser(const QString &user, const QString &password)
{
    SessionOptions options;
    options.credentials.scheme = Credentials::Scheme::UserPassword;
    options.credentials.user = user;
    options.credentials.password = password;
    return options;
}

} // namespace

// What the chapter "Features and Guidelines" of the manual asks of a daemon: in its three ways to serve a
// connection.
class tst_Features : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init() { m_seen = std::make_shared<Seen>(); }
    void cleanup();
    void callbackErrorsSurfaceAtBothEnds();
    void protocolErrorOfAMethodClosesSilently();
    void xmlPickleIsRefusedAndTheConnectionKept();
    void delegatesToAQObject();
    void timeoutIsSetAndClearedAtRunTime();
    void timeoutCoversTheHandshake();
    void transientAgeIsSetAndClearedAtRunTime();
    void usersProveTheirPassword();
    void hostsAreBlocked_data();
    void hostsAreBlocked();
    void onewayIsBoundedOverAllConnections();
    void droppedOnewayCallsAreCounted();

private:
    void start(const std::shared_ptr<Servant> &servant,
        const std::function<void(DaemonOptions &)> &change = {},
        const std::function<void(Daemon &)> &prepare = {})
    {
        QFETCH_GLOBAL(bool, multithreaded);
        QFETCH_GLOBAL(int, threads);
        DaemonOptions options;
        options.multithreaded = multithreaded;
        options.connections.maxThreads = threads;
        if (change)
            change(options);
        const auto port = m_daemon.start(
            catalogue(), options,
            [&](Daemon &daemon) {
                return daemon.connectServant(servant, {}, m_id).map([](const Uri &) { return Done(); });
            },
            prepare);
        QVERIFY(port);
        m_port = *port;
    }
    std::shared_ptr<LambdaServant> probe() const { return makeProbe(m_seen, Threading::Concurrent); }

    DaemonThread m_daemon;
    std::shared_ptr<Seen> m_seen;
    int m_port = 0;
    const QByteArray m_id = "probe-id";
};

void tst_Features::initTestCase_data()
{
    QTest::addColumn<bool>("multithreaded");
    QTest::addColumn<int>("threads");
    QTest::newRow("threads") << true << 8;
    QTest::newRow("overflow") << true << 0;
    QTest::newRow("single") << false << 8;
}

void tst_Features::cleanup()
{
    m_seen->hold = false;
    m_daemon.stop();
}

void tst_Features::callbackErrorsSurfaceAtBothEnds()
{
    std::mutex mutex;
    QStringList told;
    start(makeCallbackServant(probe(), [&](const QByteArray &method, const Error &error) {
        const std::lock_guard lock(mutex);
        told.append(QString::fromUtf8(method) + u": " + error.what);
    }));
    TestClient client(m_port);
    QVERIFY(client.call(m_id, "echo", {Value::integer(1)}));
    QCOMPARE(failure(client.call(m_id, "fail", {str("both")})), QStringLiteral("ValueError: both"));
    QVERIFY2(client.readToEnd(), "the connection was kept");
    const std::lock_guard lock(mutex);
    QCOMPARE(told.size(), 1);
    QVERIFY2(
        told.front().startsWith(QStringLiteral("fail: ")) && told.front().contains(QStringLiteral("both")),
        qPrintable(told.front()));
}

void tst_Features::protocolErrorOfAMethodClosesSilently()
{
    auto servant = probe();
    servant->method(QStringLiteral("fault()"), [](std::vector<Value>, CallContext &) -> Outcome {
        return raise(QStringLiteral("ProtocolError"), {Value::str("mine")});
    });
    servant->method(QStringLiteral("denied()"), [](std::vector<Value>, CallContext &) -> Outcome {
        return raise(QStringLiteral("ConnectionDeniedError"), {Value::str("mine")});
    });
    start(servant);
    TestClient client(m_port);
    // A subclass is an exception like any other.
    QCOMPARE(failure(client.call(m_id, "denied")), QStringLiteral("ConnectionDeniedError: mine"));
    QVERIFY(client.send(Message::call(m_id, "fault", Value::tuple({}), Value::dict({}))));
    QCOMPARE(client.readToEnd(), QByteArray());
}

void tst_Features::xmlPickleIsRefusedAndTheConnectionKept()
{
    start(probe());
    TestClient client(m_port);
    QByteArray request = client.encode(Message::call(m_id, "echo", Value::tuple({Value()}), Value::dict({})));
    request[13] = char(request[13] | 4); // flags: XML pickle. Source: Pyro 3.16, protocol.py
    QVERIFY(client.isGreeted());
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("value.serializer peer=")));
    QVERIFY(client.send(request));
    const auto answer = client.receive();
    QVERIFY(answer);
    QCOMPARE(answer->kind, Message::Kind::Failure);
    QCOMPARE(answer->error->className, QStringLiteral("Pyro.errors.ProtocolError"));
    QVERIFY(client.call(m_id, "echo", {Value()}));
}

void tst_Features::delegatesToAQObject()
{
    auto own = std::make_shared<LambdaServant>(QStringLiteral("Front"));
    own->method(QStringLiteral("title()"),
        [](std::vector<Value>, CallContext &context) -> Outcome { return context.nativeText(u"front"); });
    Lamp lamp;
    const auto servant = makeDelegatingServant(own, makeQObjectServant(&lamp));
    QCOMPARE(servant->threading(), Threading::Bound);
    QCOMPARE(servant->boundObject(), &lamp);
    start(servant);
    // The lamp lives in this thread, so this thread must not block.
    const auto ask = [&](auto question) {
        auto future = std::async(std::launch::async, [&] { return question(TestClient(m_port)); });
        while (future.wait_for(0s) != std::future_status::ready)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        return future.get();
    };
    QCOMPARE(ask([&](TestClient client) { return client.call(m_id, "title"); })->toText(),
        QStringLiteral("front"));
    QCOMPARE(
        ask([&](TestClient client) { return client.call(m_id, "place"); })->toText(), QStringLiteral("lab"));
    QVERIFY(ask([&](TestClient client) { return client.setAttribute(m_id, "level", Value::integer(9)); }));
    QCOMPARE(lamp.property("level").toInt(), 9);
    QCOMPARE(ask([&](TestClient client) { return client.attribute(m_id, "level"); })->asInteger(), 9);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.method peer=")));
    QCOMPARE(failure(ask([&](TestClient client) { return client.call(m_id, "nothing"); })),
        QStringLiteral("AttributeError: 'Front' object has no attribute 'nothing'"));
    m_daemon.stop();
}

void tst_Features::timeoutIsSetAndClearedAtRunTime()
{
    start(probe(), [](DaemonOptions &options) { options.connections.frameBase = 100ms; });
    TestClient before(m_port);
    QVERIFY(before.isGreeted());
    m_daemon.daemon()->setTimeout(150ms);
    TestClient after(m_port);
    QVERIFY(after.isGreeted());
    // Both a connection that waited already and a new one.
    QVERIFY(before.readToEnd(3s));
    QVERIFY(after.readToEnd(3s));
    m_daemon.daemon()->setTimeout(Daemon::kOff);
    TestClient later(m_port);
    QVERIFY(later.isGreeted());
    QVERIFY(!later.readToEnd(500ms));
    later.setTimeout(5s);
    QVERIFY(later.call(m_id, "echo", {Value()}));
}

void tst_Features::timeoutCoversTheHandshake()
{
    start(probe(), {}, [](Daemon &daemon) { daemon.setTimeout(150ms); });
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("conn.handshake-timeout peer=")));
    TestClient silent(m_port);
    QElapsedTimer clock;
    clock.start();
    QVERIFY(silent.readToEnd(3s)); // the challenge, and the end
    QVERIFY2(clock.elapsed() >= 100 && clock.elapsed() < 2500, qPrintable(QString::number(clock.elapsed())));
}

void tst_Features::transientAgeIsSetAndClearedAtRunTime()
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
    start(std::make_shared<Short>(reaped));
    Daemon &daemon = *m_daemon.daemon();
    daemon.setTransientAge(50ms);
    QTRY_COMPARE(reaped.load(), 1); // without a call, in single-threaded mode, too
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.object peer=")));
    QCOMPARE(failure(TestClient(m_port).call(m_id, "x")), QStringLiteral("ProtocolError: unknown object ID"));
    daemon.setTransientAge(Daemon::kOff);
    QVERIFY(daemon.connectServant(std::make_shared<Short>(reaped), {}, "second"));
    QTest::qWait(300);
    QCOMPARE(reaped.load(), 1);
    QCOMPARE(daemon.objects().size(), size_t(1));
}

void tst_Features::usersProveTheirPassword()
{
    start(probe(), {}, [](Daemon &daemon) {
        daemon.setValidator(std::make_shared<UserValidator>(
            std::map<QString, QString>{{QStringLiteral("ann"), QStringLiteral("secret")},
                {QStringLiteral("bob"), QStringLiteral("x:y")}}));
    });
    for (const auto &[user, password] : {std::pair(u"ann", u"secret"), std::pair(u"bob", u"x:y")}) {
        TestClient client(m_port, asUser(QString::fromUtf16(user), QString::fromUtf16(password)));
        QCOMPARE(
            client.call(m_id, "where")->toText(), QStringLiteral("127.0.0.1|") + QString::fromUtf16(user));
    }
    for (const auto &[user, password] :
        {std::pair(u"ann", u"x:y"), std::pair(u"eve", u"secret"), std::pair(u"", u"secret")}) {
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("auth.denied peer=")));
        TestClient client(m_port, asUser(QString::fromUtf16(user), QString::fromUtf16(password)));
        const auto verdict = client.greet();
        QVERIFY(verdict);
        QCOMPARE(verdict->denyCode, 3);
    }
}

void tst_Features::hostsAreBlocked_data()
{
    QTest::addColumn<QStringList>("allowed");
    QTest::addColumn<QStringList>("denied");
    QTest::addColumn<int>("code");
    const QString here = QStringLiteral("127.0.0.0/8");
    QTest::newRow("open") << QStringList() << QStringList() << -1;
    QTest::newRow("allowed") << QStringList{here} << QStringList() << -1;
    QTest::newRow("not-allowed") << QStringList{QStringLiteral("10.0.0.0/8")} << QStringList() << 2;
    QTest::newRow("unreadable-list-lets-nobody-in")
        << QStringList{QStringLiteral("nonsense")} << QStringList() << 2;
    QTest::newRow("denied") << QStringList() << QStringList{QStringLiteral("127.0.0.1")} << 2;
    QTest::newRow("denied-wins") << QStringList{here} << QStringList{QStringLiteral("127.0.0.1")} << 2;
    QTest::newRow("other-denied") << QStringList() << QStringList{QStringLiteral("127.0.0.2")} << -1;
}

void tst_Features::hostsAreBlocked()
{
    QFETCH(QStringList, allowed);
    QFETCH(QStringList, denied);
    QFETCH(int, code);
    start(probe(), {}, [&](Daemon &daemon) {
        daemon.setValidator(std::make_shared<HostValidator>(
            allowed, denied, std::make_shared<IdentValidator>(QStringList{QStringLiteral("s3cret")})));
    });
    SessionOptions options;
    options.credentials.ident = QStringLiteral("s3cret");
    // A denial may be logged as soon as the client is connected.
    if (code >= 0)
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("auth.denied peer=")));
    TestClient client(m_port, options);
    if (code < 0) {
        QVERIFY(client.call(m_id, "echo", {Value()}));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("auth.denied peer=")));
        QCOMPARE(TestClient(m_port).greet()->denyCode, 3); // the next validator is asked
        return;
    }
    const auto verdict = client.greet();
    QVERIFY(verdict);
    QCOMPARE(verdict->denyCode, code);
}

void tst_Features::onewayIsBoundedOverAllConnections()
{
    QFETCH_GLOBAL(bool, multithreaded);
    if (!multithreaded)
        QSKIP("calls run inline: nothing is ever queued");
    start(probe(), [](DaemonOptions &options) { options.connections.maxQueuedOnewayTotal = 6; });
    m_seen->hold = true;
    TestClient first(m_port);
    QVERIFY(first.callOneway(m_id, "hold", {Value::integer(0)}));
    QTRY_COMPARE(m_seen->inside.load(), 1);
    for (int i = 1; i <= 6; ++i)
        QVERIFY(first.callOneway(m_id, "hold", {Value::integer(i)}));
    // Six wait: nothing more is read from connections that have calls waiting.
    first.setTimeout(200ms);
    QCOMPARE(
        failure(first.call(m_id, "echo", {Value()})).section(u':', 0, 0), QStringLiteral("pyrolens.Timeout"));
    // Others are served, their oneway calls as well once there is a thread.
    TestClient second(m_port);
    QVERIFY(second.call(m_id, "echo", {Value()}));
    QVERIFY(second.callOneway(m_id, "note", {Value::integer(100)}));
    QTRY_COMPARE(m_seen->count(), size_t(1));
    m_seen->hold = false;
    QTRY_COMPARE(m_seen->count(), size_t(8));
    first.setTimeout(5s);
    QVERIFY(first.receive());
    QCOMPARE(m_daemon.daemon()->droppedOneway(), 0);
}

void tst_Features::droppedOnewayCallsAreCounted()
{
    QFETCH_GLOBAL(bool, multithreaded);
    if (!multithreaded)
        QSKIP("calls run inline: nothing is ever queued");
    Daemon daemon(catalogue(), [] {
        QFETCH_GLOBAL(int, threads);
        DaemonOptions options;
        options.connections.maxThreads = threads;
        return options;
    }());
    const auto port = daemon.listen();
    QVERIFY(port);
    QVERIFY(daemon.connectServant(probe(), {}, m_id));
    m_seen->hold = true;
    auto sender = std::async(std::launch::async, [&] {
        TestClient client(*port);
        for (int i = 0; i < 4; ++i) {
            if (!client.callOneway(m_id, "hold", {Value::integer(i)}))
                return false;
        }
        return bool(client.call(m_id, "echo", {Value()})); // they have all been taken
    });
    while (sender.wait_for(0s) != std::future_status::ready)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
    QVERIFY(sender.get());
    QTest::ignoreMessage(
        QtWarningMsg, QRegularExpression(QStringLiteral("call.dropped peer=.*3 oneway calls")));
    daemon.shutdown(true, 50ms);
    QCOMPARE(daemon.droppedOneway(), 3);
}

QTEST_GUILESS_MAIN(tst_Features)
#include "tst_features.moc"

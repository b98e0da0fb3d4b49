// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientfixture.h"
#include "worker.h"

#include <QThread>

using namespace pyrolens;
using namespace fixture;

/// What PendingCall promises about delivery, lifetime and threads.
class tst_Pending : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deliversOnceAndNeverInsideThen();
    void deliversToALateHandler();
    void forgetsHandlersWhoseContextDied();
    void deliversInTheThreadOfTheContext();
    void forgetsAContextThatDiedInAnotherThread();
    void survivesDeletionByAHandler_data();
    void survivesDeletionByAHandler();
    void survivesDeletionByASignal();
    void finishesItsCallsWhenTheProxyDies();
    void givesUpWhenTheLastHandleIsDropped();
    void keepsACallThatHasAHandler();
    void sendsOnewayCallsWhoseHandleIsDropped();
    void runsCallsInOrder();
    void callsAgainFromAHandler();
    void timesOutCallsThatWaitForTheirTurn();
    void extendsTheDeadline();
    void showsProgress();
    void isInvalidByDefault();
};

void tst_Pending::deliversOnceAndNeverInsideThen()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1))});
    Proxy proxy(context(), objectUri(server.port()));
    int delivered = 0;
    const PendingCall call = proxy.call(kEcho);
    QVERIFY(call.isValid() && !call.isFinished());
    call.then(this, [&](const Reply &reply) { delivered += reply.isOk() ? 1 : 100; })
        .then(this, [&](const Reply &) { delivered += 10; });
    QCOMPARE(delivered, 0);
    QTRY_COMPARE(delivered, 11);
    QVERIFY(call.isFinished());
    QCoreApplication::processEvents();
    QCOMPARE(delivered, 11);
}

void tst_Pending::deliversToALateHandler()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1))});
    Proxy proxy(context(), objectUri(server.port()));
    const PendingCall call = proxy.call(kEcho);
    QVERIFY(await(call).isOk());
    bool wasDelivered = false;
    call.then(this, [&](const Reply &reply) { wasDelivered = reply.isOk(); });
    QVERIFY(!wasDelivered);
    QTRY_VERIFY(wasDelivered);
}

void tst_Pending::forgetsHandlersWhoseContextDied()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1))});
    Proxy proxy(context(), objectUri(server.port()));
    const PendingCall call = proxy.call(kEcho);
    auto mortal = std::make_unique<QObject>();
    bool wasCalled = false;
    call.then(mortal.get(), [&](const Reply &) { wasCalled = true; });
    mortal.reset();
    QVERIFY(await(call).isOk());
    mortal = std::make_unique<QObject>();
    call.then(mortal.get(), [&](const Reply &) { wasCalled = true; });
    mortal.reset();
    QCoreApplication::processEvents();
    QVERIFY(!wasCalled);
}

void tst_Pending::deliversInTheThreadOfTheContext()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1))});
    Worker worker;
    Proxy proxy(context(), objectUri(server.port()));
    std::atomic<QThread *> where{nullptr};
    const PendingCall call = proxy.call(kEcho);
    call.then(worker.object(), [&](const Reply &) { where = QThread::currentThread(); });
    QTRY_COMPARE(where.load(), worker.thread());
    where = nullptr;
    call.then(worker.object(), [&](const Reply &) { where = QThread::currentThread(); });
    QTRY_COMPARE(where.load(), worker.thread());
}

void tst_Pending::forgetsAContextThatDiedInAnotherThread()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1))});
    Worker worker;
    QObject *mortal = nullptr;
    worker.run([&] { mortal = new QObject; });
    Proxy proxy(context(), objectUri(server.port()));
    std::atomic<bool> wasCalled{false};
    const PendingCall call = proxy.call(kEcho);
    call.then(mortal, [&](const Reply &) { wasCalled = true; });
    worker.run([&] { delete mortal; });
    QVERIFY(await(call).isOk());
    worker.run([] {}); // whatever was posted has been done by now
    QVERIFY(!wasCalled);
}

void tst_Pending::survivesDeletionByAHandler_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"reply", "refused", "denied", "timeout", "lost", "oneway", "big", "next-waits"})
        QTest::addRow("%s", how) << QString::fromLatin1(how);
}

void tst_Pending::survivesDeletionByAHandler()
{
    QFETCH(QString, how);
    Script script = handshake();
    if (how == u"reply" || how == u"next-waits")
        script = script + answer(Value::integer(1));
    else if (how == u"big")
        script = script + answer(Value::str(QByteArray(3'000'000, 'x')));
    else if (how == u"denied")
        script = Script{peer::send("DENIED2"), peer::hangUp()};
    else if (how == u"lost")
        script = script + Script{peer::expectMessage(), peer::hangUp()};
    auto server = std::make_unique<ScriptedPeer>(std::vector<Script>{script});
    const int port = server->port();
    if (how == u"refused")
        server.reset();
    auto proxy = std::make_unique<Proxy>(context(), objectUri(port));
    auto receiver = std::make_unique<QObject>();
    CallOptions options;
    options.timeout = how == u"timeout" ? 50ms : 10s;
    options.oneway = how == u"oneway";
    bool wasCalled = false;
    bool wasCancelled = false;
    const PendingCall first = proxy->call(kEcho, {}, {}, options);
    first.then(receiver.get(), [&](const Reply &) {
        wasCalled = true;
        receiver.reset();
        proxy.reset();
    });
    PendingCall second;
    if (how == u"next-waits") {
        second = proxy->call(kEcho);
        second.then(this, [&](const Reply &reply) {
            wasCancelled = !reply.isOk() && reply.error().kind == Error::Kind::Cancelled;
        });
    }
    QTRY_VERIFY(wasCalled);
    QVERIFY(!proxy && !receiver);
    if (second.isValid())
        QTRY_VERIFY(wasCancelled);
    QCoreApplication::processEvents();
}

void tst_Pending::survivesDeletionByASignal()
{
    ScriptedPeer server({handshake() + Script{peer::wait(10ms), peer::hangUp()}});
    auto proxy = std::make_unique<Proxy>(context(), objectUri(server.port()));
    connect(proxy.get(), &Proxy::connectionLost, this, [&proxy] { proxy.reset(); });
    QVERIFY(await(proxy->bind()).isOk());
    QTRY_VERIFY(!proxy);

    ScriptedPeer other({handshake()});
    proxy = std::make_unique<Proxy>(context(), objectUri(other.port()));
    connect(proxy.get(), &Proxy::stateChanged, this, [&proxy](Proxy::State state) {
        if (state == Proxy::State::Ready)
            proxy.reset();
    });
    const PendingCall call = proxy->call(kEcho);
    const Reply reply = await(call);
    QVERIFY(!proxy);
    COMPARE_ERROR(reply, Error::Kind::Cancelled);
}

void tst_Pending::finishesItsCallsWhenTheProxyDies()
{
    ScriptedPeer server({handshake() + Script{peer::expectMessage()}});
    auto proxy = std::make_unique<Proxy>(context(), objectUri(server.port()));
    const PendingCall running = proxy->call(kEcho);
    const PendingCall waiting = proxy->call(kEcho);
    QTRY_VERIFY(server.received().contains("echo"));
    proxy.reset();
    QVERIFY(running.isFinished() && waiting.isFinished());
    COMPARE_ERROR(await(running), Error::Kind::Cancelled);
    COMPARE_ERROR(await(waiting), Error::Kind::Cancelled);
    running.cancel(); // nobody is left to hear it
}

void tst_Pending::givesUpWhenTheLastHandleIsDropped()
{
    ScriptedPeer server(
        {handshake() + Script{peer::expectMessage()}, handshake() + answer(Value::integer(2))});
    Proxy proxy(context(), objectUri(server.port()));
    {
        PendingCall call = proxy.call(kEcho);
        PendingCall copy = call;
        QTRY_VERIFY(server.received().contains("echo"));
        call = {};
        QCOMPARE(proxy.state(), Proxy::State::Ready); // the copy still counts
    }
    QCOMPARE(proxy.state(), Proxy::State::Idle);
    QCOMPARE(await(proxy.call(kEcho)).value().asInteger(), std::optional<qint64>(2));
}

void tst_Pending::keepsACallThatHasAHandler()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1))});
    Proxy proxy(context(), objectUri(server.port()));
    bool wasDelivered = false;
    proxy.call(kEcho).then(this, [&](const Reply &reply) { wasDelivered = reply.isOk(); });
    QTRY_VERIFY(wasDelivered);
}

void tst_Pending::sendsOnewayCallsWhoseHandleIsDropped()
{
    ScriptedPeer server({handshake() + Script{peer::expectMessage()}});
    Proxy proxy(context(), objectUri(server.port()));
    proxy.call(QStringLiteral("note"), {}, {}, {.timeout = {}, .oneway = true});
    QTRY_VERIFY(server.received().contains("note"));
}

void tst_Pending::runsCallsInOrder()
{
    ScriptedPeer server(
        {handshake() + answer(Value::integer(1)) + answer(Value::integer(2)) + answer(Value::integer(3))});
    Proxy proxy(context(), objectUri(server.port()));
    std::vector<qint64> results;
    for (int i = 0; i < 3; ++i)
        proxy.call(kEcho).then(
            this, [&](const Reply &reply) { results.push_back(*reply.value().asInteger()); });
    QTRY_COMPARE(results.size(), size_t(3));
    QCOMPARE(results, (std::vector<qint64>{1, 2, 3}));
    QCOMPARE(server.connections(), 1);
}

void tst_Pending::callsAgainFromAHandler()
{
    Script script = handshake();
    for (int i = 0; i < 50; ++i)
        script = script + answer(Value::integer(i));
    ScriptedPeer server({script});
    Proxy proxy(context(), objectUri(server.port()));
    qint64 last = -1;
    std::function<void(const Reply &)> again = [&](const Reply &reply) {
        last = reply.isOk() ? *reply.value().asInteger() : -2;
        if (last >= 0 && last < 49)
            proxy.call(kEcho).then(this, again);
    };
    proxy.call(kEcho).then(this, again);
    QTRY_COMPARE(last, qint64(49));
}

void tst_Pending::timesOutCallsThatWaitForTheirTurn()
{
    std::atomic<bool> goOn{false};
    ScriptedPeer server({handshake()
        + Script{peer::expectMessage(), peer::until([&goOn] { return goOn.load(); }),
            peer::send(replyBytes(Value()))}});
    Proxy proxy(context(), objectUri(server.port()));
    const PendingCall slow = proxy.call(kEcho);
    const Reply reply = await(proxy.call(kEcho, {}, {}, {.timeout = 50ms, .oneway = {}}));
    COMPARE_ERROR(reply, Error::Kind::Timeout);
    QVERIFY(!slow.isFinished());
    goOn = true;
    VERIFY_OK(await(slow));
    QCOMPARE(server.received().count("echo"), 1); // the late one was never sent
}

void tst_Pending::extendsTheDeadline()
{
    ScriptedPeer server(
        {handshake() + Script{peer::expectMessage(), peer::wait(150ms), peer::send(replyBytes(Value()))}});
    Proxy proxy(context(), objectUri(server.port()));
    const PendingCall call = proxy.call(kEcho, {}, {}, {.timeout = 80ms, .oneway = {}});
    call.extend(5s);
    VERIFY_OK(await(call));

    ScriptedPeer silent({handshake()});
    Proxy other(context(), objectUri(silent.port()));
    const PendingCall late = other.call(kEcho, {}, {}, {.timeout = 30ms, .oneway = {}});
    late.extend(40ms);
    QElapsedTimer clock;
    clock.start();
    COMPARE_ERROR(await(late), Error::Kind::Timeout);
    QVERIFY2(clock.elapsed() >= 60 && clock.elapsed() < 2000, qPrintable(QString::number(clock.elapsed())));
}

void tst_Pending::showsProgress()
{
    const QByteArray bytes = replyBytes(Value::str(QByteArray(500'000, 'x')));
    std::atomic<bool> goOn{false};
    ScriptedPeer server({handshake()
        + Script{peer::expectMessage(), peer::send(bytes.first(200'000)),
            peer::until([&goOn] { return goOn.load(); }), peer::send(bytes.sliced(200'000))}});
    Proxy proxy(context(), objectUri(server.port()));
    const PendingCall call = proxy.call(kEcho);
    QCOMPARE(call.progress(), std::pair(qint64(0), qint64(0)));
    QTRY_COMPARE(call.progress(), (std::pair<qint64, qint64>(200'000, bytes.size())));
    goOn = true;
    VERIFY_OK(await(call));
    QCOMPARE(call.progress(), (std::pair<qint64, qint64>(bytes.size(), bytes.size())));
}

void tst_Pending::isInvalidByDefault()
{
    const PendingCall call;
    QVERIFY(!call.isValid() && !call.isFinished());
    call.cancel();
    call.extend(1s);
    QCOMPARE(call.progress(), std::pair(qint64(0), qint64(0)));
}

QTEST_GUILESS_MAIN(tst_Pending)
#include "tst_pending.moc"

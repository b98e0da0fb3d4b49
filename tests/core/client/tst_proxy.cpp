// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientfixture.h"
#include "worker.h"

#include <pyrolens/client/await.h>

#include <coroutine>

using namespace pyrolens;
using namespace fixture;

namespace {

/// The smallest coroutine type that can run a test.
struct Task
{
    struct promise_type
    {
        Task get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() { }
        void unhandled_exception() { std::terminate(); }
    };
};

Task callTwice(Proxy *proxy, QObject *context, std::vector<qint64> *results)
{
    const Reply first = co_await reply(proxy->call(kEcho), context);
    results->push_back(first.value().asInteger().value_or(-1));
    const Reply second = co_await reply(proxy->call(kEcho), context);
    results->push_back(second.value().asInteger().value_or(-1));
}

} // namespace

/// The proxy as an object with signals and a thread, and the adapters of its calls.
class tst_Proxy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void becomesAFuture();
    void endsAFutureWhoseContextDied();
    void isAwaitable();
    void movesToAnotherThread();
    void tellsItsState();
    void tellsThatAnIdleConnectionWasLost();
    void tellsThatAnIdleConnectionGotStrayBytes();
    void refusesToBlockBesideAnAsynchronousCall();
    void mixesBothForms();
};

void tst_Proxy::becomesAFuture()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1))});
    Proxy proxy(context(), objectUri(server.port()));
    const QFuture<Reply> future = toFuture(proxy.call(kEcho), this);
    QVERIFY(future.isRunning());
    QTRY_VERIFY(future.isFinished());
    QCOMPARE(future.result().value().asInteger(), std::optional<qint64>(1));

    const QFuture<Reply> nothing = toFuture(PendingCall(), this);
    QVERIFY(nothing.isFinished());
    COMPARE_ERROR(nothing.result(), Error::Kind::Cancelled);
}

void tst_Proxy::endsAFutureWhoseContextDied()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1))});
    Proxy proxy(context(), objectUri(server.port()));
    auto mortal = std::make_unique<QObject>();
    const PendingCall call = proxy.call(kEcho);
    const QFuture<Reply> future = toFuture(call, mortal.get());
    mortal.reset();
    VERIFY_OK(await(call));
    QVERIFY(future.isFinished());
    COMPARE_ERROR(future.result(), Error::Kind::Cancelled);
}

void tst_Proxy::isAwaitable()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1)) + answer(Value::integer(2))});
    Proxy proxy(context(), objectUri(server.port()));
    std::vector<qint64> results;
    callTwice(&proxy, this, &results);
    QTRY_COMPARE(results, (std::vector<qint64>{1, 2}));
}

void tst_Proxy::movesToAnotherThread()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1)) + answer(Value::integer(2))});
    Worker worker;
    auto proxy = std::make_unique<Proxy>(context(), objectUri(server.port()));
    VERIFY_OK(await(proxy->call(kEcho)));
    proxy->moveToThread(worker.thread());
    std::atomic<QThread *> where{nullptr};
    std::atomic<qint64> result{0};
    worker.run([&] {
        proxy->call(kEcho).then(proxy.get(), [&](const Reply &reply) {
            result = reply.isOk() ? *reply.value().asInteger() : -1;
            where = QThread::currentThread();
        });
    });
    QTRY_COMPARE(where.load(), worker.thread());
    QCOMPARE(result.load(), qint64(2));
    QCOMPARE(server.connections(), 1);
    worker.run([&] { proxy.reset(); });
}

void tst_Proxy::tellsItsState()
{
    ScriptedPeer server({handshake() + answer(Value())});
    Proxy proxy(context(), objectUri(server.port()));
    QList<Proxy::State> states;
    connect(&proxy, &Proxy::stateChanged, this, [&](Proxy::State state) { states.append(state); });
    VERIFY_OK(await(proxy.call(kEcho)));
    proxy.release();
    using enum Proxy::State;
    QTRY_COMPARE(states, (QList<Proxy::State>{Connecting, Ready, Idle}));
}

void tst_Proxy::tellsThatAnIdleConnectionWasLost()
{
    ScriptedPeer server({handshake() + answer(Value()) + Script{peer::wait(20ms), peer::hangUp()},
        handshake() + answer(Value())});
    Proxy proxy(context(), objectUri(server.port()));
    std::optional<Error> lost;
    connect(&proxy, &Proxy::connectionLost, this, [&](const Error &error) { lost = error; });
    VERIFY_OK(await(proxy.call(kEcho)));
    QTRY_VERIFY(lost);
    QCOMPARE(lost->kind, Error::Kind::Disconnected);
    QCOMPARE(proxy.state(), Proxy::State::Idle);
    VERIFY_OK(await(proxy.call(kEcho)));
}

void tst_Proxy::tellsThatAnIdleConnectionGotStrayBytes()
{
    ScriptedPeer server({handshake() + answer(Value()) + Script{peer::wait(20ms), peer::send("boo")}});
    Proxy proxy(context(), objectUri(server.port()));
    std::optional<Error> lost;
    connect(&proxy, &Proxy::connectionLost, this, [&](const Error &error) { lost = error; });
    VERIFY_OK(await(proxy.call(kEcho)));
    QTRY_VERIFY(lost);
    QCOMPARE(lost->code, QStringLiteral("reply.mismatch"));
}

void tst_Proxy::refusesToBlockBesideAnAsynchronousCall()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1))});
    Proxy proxy(context(), objectUri(server.port()));
    const PendingCall call = proxy.call(kEcho);
    COMPARE_ERROR(proxy.callBlocking(kEcho), Error::Kind::Usage);
    VERIFY_OK(await(call));
}

void tst_Proxy::mixesBothForms()
{
    Script script = handshake();
    for (int i = 0; i < 6; ++i)
        script = script + answer(Value::integer(i));
    ScriptedPeer server({script});
    Proxy proxy(context(), objectUri(server.port()));
    for (int i = 0; i < 6; i += 2) {
        QCOMPARE(proxy.callBlocking(kEcho).value().asInteger(), std::optional<qint64>(i));
        QCOMPARE(await(proxy.call(kEcho)).value().asInteger(), std::optional<qint64>(i + 1));
    }
    QCOMPARE(server.connections(), 1);
}

QTEST_GUILESS_MAIN(tst_Proxy)
#include "tst_proxy.moc"

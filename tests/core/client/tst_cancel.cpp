// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientfixture.h"

#include <pyrolens/transport/hostlookup.h>

#include <thread>

using namespace pyrolens;
using namespace fixture;

namespace {

/// A cancelled call returns within 100 ms, whatever it was doing; the rest is for a busy machine.
constexpr qint64 kPromise = 100 + 400;

class NeverResolver : public Resolver
{
public:
    explicit NeverResolver(const std::atomic<bool> &released) : m_released(released) { }
    Result<Uri> resolve(const Uri &, const ProxyOptions &, QDeadlineTimer) override
    {
        isAsked = true;
        while (!m_released)
            std::this_thread::sleep_for(1ms);
        return Error::unsupported(QStringLiteral("nobody waits for this any more"));
    }
    void resolveAsync(
        const Uri &, const ProxyOptions &, QObject *, std::function<void(const Result<Uri> &)>) override
    {
        isAsked = true;
    }
    std::atomic<bool> isAsked{false};

private:
    const std::atomic<bool> &m_released;
};

} // namespace

/// Cancelling in each phase of a call, in the same thread, from another one, and of a blocking call.
class tst_Cancel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup()
    {
        m_isReleased = true;
        setHostLookup(nullptr);
    }
    void endsTheCall_data();
    void endsTheCall();
    void endsABlockingCall_data();
    void endsABlockingCall();
    void leavesAProxyThatIsNotBlockedAlone();
    void takesAWaitingCallOutOfTheQueue();
    void doesNotStopTheNextCall();
    void endsADecodeThatIsNotWanted();

private:
    struct Scene
    {
        std::unique_ptr<ScriptedPeer> server;
        std::shared_ptr<ClientContext> context;
        Uri uri;
        std::function<bool()> isThere; ///< the phase has been reached
        std::vector<Value> args;
    };
    Scene scene(const QString &phase);
    std::atomic<bool> m_isReleased{false};
};

tst_Cancel::Scene tst_Cancel::scene(const QString &phase)
{
    using namespace peer;
    m_isReleased = false;
    Scene made;
    made.context = fixture::context();
    Script script;
    if (phase == u"greeting")
        script = {send(challenge()), expectMessage()};
    else if (phase == u"send")
        script = handshake() + Script{expectBytes(100), until([this] { return m_isReleased.load(); })};
    else if (phase == u"wait")
        script = handshake() + Script{expectMessage()};
    else if (phase == u"receive")
        script = handshake()
            + Script{expectMessage(), send(replyBytes(Value::str(QByteArray(500, 'x'))).first(300))};
    made.server = std::make_unique<ScriptedPeer>(std::vector<Script>{script});
    made.uri = objectUri(made.server->port());
    auto *server = made.server.get();
    if (phase == u"send")
        made.args = {Value::str(QByteArray(20'000'000, 'x'))};
    if (phase == u"resolve") {
        auto resolver = std::make_shared<NeverResolver>(m_isReleased);
        made.context->resolver = resolver;
        made.uri.form = Uri::Form::Name;
        made.isThere = [resolver] { return resolver->isAsked.load(); };
    } else if (phase == u"lookup") {
        const auto isAsked = std::make_shared<std::atomic<bool>>(false);
        setHostLookup([this, isAsked](const QString &) {
            *isAsked = true;
            while (!m_isReleased)
                std::this_thread::sleep_for(1ms);
            return QList<QHostAddress>();
        });
        made.uri.host = QStringLiteral("stub.example");
        made.isThere = [isAsked] { return isAsked->load(); };
    } else if (phase == u"silent") {
        made.isThere = [server] { return server->connections() == 1; };
    } else if (phase == u"greeting") {
        made.isThere = [server] { return server->received().contains("CONNECT"); };
    } else {
        made.isThere = [server] { return server->received().size() > 41 + 40; };
    }
    return made;
}

void tst_Cancel::endsTheCall_data()
{
    QTest::addColumn<QString>("phase");
    QTest::addColumn<bool>("fromOtherThread");
    for (const bool fromOtherThread : {false, true}) {
        for (const char *phase : {"resolve", "lookup", "silent", "greeting", "send", "wait", "receive"})
            QTest::addRow("%s-%s", phase, fromOtherThread ? "thread" : "here")
                << QString::fromLatin1(phase) << fromOtherThread;
    }
}

void tst_Cancel::endsTheCall()
{
    QFETCH(QString, phase);
    QFETCH(bool, fromOtherThread);
    const Scene made = scene(phase);
    Proxy proxy(made.context, made.uri);
    const PendingCall call = proxy.call(kEcho, made.args);
    std::optional<Reply> result;
    bool isInside = false;
    call.then(this, [&](const Reply &reply) {
        QVERIFY(!isInside);
        result = reply;
    });
    QTRY_VERIFY(made.isThere());
    QVERIFY(!result);
    QElapsedTimer clock;
    clock.start();
    if (fromOtherThread) {
        std::thread([call] { call.cancel(); }).join();
    } else {
        isInside = true;
        call.cancel();
        isInside = false;
        QVERIFY(call.isFinished());
    }
    QTRY_VERIFY(result);
    QVERIFY2(clock.elapsed() < kPromise, qPrintable(QString::number(clock.elapsed())));
    m_isReleased = true;
    COMPARE_ERROR(*result, Error::Kind::Cancelled);
    QCOMPARE(proxy.state(), Proxy::State::Idle); // and the connection is closed
}

void tst_Cancel::endsABlockingCall_data()
{
    QTest::addColumn<QString>("phase");
    for (const char *phase : {"resolve", "lookup", "silent", "greeting", "send", "wait", "receive"})
        QTest::addRow("%s", phase) << QString::fromLatin1(phase);
}

void tst_Cancel::endsABlockingCall()
{
    QFETCH(QString, phase);
    const Scene made = scene(phase);
    Proxy proxy(made.context, made.uri);
    QElapsedTimer clock;
    std::thread other([&] {
        while (!made.isThere())
            std::this_thread::sleep_for(1ms);
        std::this_thread::sleep_for(10ms);
        clock.start();
        proxy.cancelBlocking();
    });
    const Reply reply = proxy.callBlocking(kEcho, made.args, {}, {.timeout = kNoTimeout, .oneway = {}});
    other.join();
    QVERIFY2(clock.elapsed() < kPromise, qPrintable(QString::number(clock.elapsed())));
    m_isReleased = true;
    COMPARE_ERROR(reply, Error::Kind::Cancelled);
    QCOMPARE(proxy.state(), Proxy::State::Idle);
}

void tst_Cancel::leavesAProxyThatIsNotBlockedAlone()
{
    ScriptedPeer server({handshake() + answer(Value()) + answer(Value())});
    Proxy proxy(context(), objectUri(server.port()));
    proxy.cancelBlocking();
    VERIFY_OK(proxy.callBlocking(kEcho));
    proxy.cancelBlocking();
    VERIFY_OK(proxy.callBlocking(kEcho));
    QCOMPARE(server.connections(), 1);
}

void tst_Cancel::takesAWaitingCallOutOfTheQueue()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1)) + answer(Value::integer(2))});
    Proxy proxy(context(), objectUri(server.port()));
    const PendingCall first = proxy.call(QStringLiteral("first"));
    const PendingCall second = proxy.call(QStringLiteral("second"));
    const PendingCall third = proxy.call(QStringLiteral("third"));
    second.cancel();
    COMPARE_ERROR(await(second), Error::Kind::Cancelled);
    VERIFY_OK(await(first));
    VERIFY_OK(await(third));
    QVERIFY(!server.received().contains("second"));
    QCOMPARE(server.connections(), 1);
}

void tst_Cancel::doesNotStopTheNextCall()
{
    ScriptedPeer server(
        {handshake() + Script{peer::expectMessage()}, handshake() + answer(Value::integer(2))});
    Proxy proxy(context(), objectUri(server.port()));
    const PendingCall first = proxy.call(kEcho);
    const PendingCall second = proxy.call(kEcho);
    QTRY_VERIFY(server.received().contains("echo"));
    first.cancel();
    QCOMPARE(await(second).value().asInteger(), std::optional<qint64>(2));
    QCOMPARE(server.connections(), 2);
}

void tst_Cancel::endsADecodeThatIsNotWanted()
{
    // The reply is large enough for the pool; the call ends while it is being decoded, or just after.
    std::vector<Value> items(400'000, Value::integer(70'000));
    const QByteArray bytes = replyBytes(Value::list(std::move(items)));
    QVERIFY(bytes.size() > 1024 * 1024);
    ScriptedPeer server({handshake() + answer(bytes), handshake() + answer(Value::integer(2))});
    auto proxy = std::make_unique<Proxy>(context(), objectUri(server.port()));
    const PendingCall call = proxy->call(kEcho);
    QTRY_COMPARE(call.progress().first, bytes.size());
    call.cancel();
    const Reply reply = await(call);
    if (!reply) // it may have been faster
        COMPARE_ERROR(reply, Error::Kind::Cancelled);
    QVERIFY(call.isFinished());
    const PendingCall next = proxy->call(kEcho);
    if (!reply)
        QCOMPARE(await(next).value().asInteger(), std::optional<qint64>(2));
    proxy.reset();
}

QTEST_GUILESS_MAIN(tst_Cancel)
#include "tst_cancel.moc"

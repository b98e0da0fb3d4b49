// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientfixture.h"

#include <QSignalSpy>
#include <QTcpServer>

#include <thread>

using namespace pyrolens;
using namespace fixture;

namespace {

/// A port that nobody listens on; for a server that comes later.
quint16 freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost) ? probe.serverPort() : quint16(0);
}

/// Names that are missing for the first questions.
class LateResolver : public Resolver
{
public:
    LateResolver(Uri uri, int missing) : m_uri(std::move(uri)), m_missing(missing) { }
    Result<Uri> resolve(const Uri &, const ProxyOptions &, QDeadlineTimer) override { return answer(); }
    void resolveAsync(const Uri &, const ProxyOptions &, QObject *context,
        std::function<void(const Result<Uri> &)> handler) override
    {
        QTimer::singleShot(0, context, [this, handler] { handler(answer()); });
    }
    std::atomic<int> asked{0};

private:
    Result<Uri> answer()
    {
        if (++asked > m_missing)
            return m_uri;
        return RemoteError::toError(
            remoteError(QStringLiteral("Pyro.errors.NamingError"), QStringLiteral("name not found")));
    }

    const Uri m_uri;
    const int m_missing;
};

} // namespace

/// Connecting again, in both forms of the client.
class tst_Rebind : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { bothForms(); }
    void replacesTheConnection();
    void triesUntilTheServerIsBack();
    void givesUpAfterSoManyAttempts();
    void aRefusalEndsItAtOnce();
    void endsAtItsTimeout();
    void isCancelled();
    void looksTheNameUpAgain();
    void lostCallIsReportedAndNotRepeated();
    void automaticWaitsForTheServer();
    void automaticRepeatsNoLostCall();
    void automaticEndsWithTheCallsTimeout();
    void pausesGrow();
    void tellsItsAttempts();
};

static Reply rebind(Proxy &proxy, const RebindPolicy &policy, std::chrono::milliseconds timeout = kNoTimeout)
{
    QFETCH_GLOBAL(bool, isAsync);
    return isAsync ? await(proxy.rebind(policy, timeout)) : proxy.rebindBlocking(policy, timeout);
}

/// A server that starts to listen on a known port after a while.
class LateServer
{
public:
    LateServer(quint16 port, std::chrono::milliseconds after, std::vector<QByteArray> replies)
        : m_thread([this, port, after, replies = std::move(replies)] {
            std::this_thread::sleep_for(after);
            QTcpServer server;
            if (!server.listen(QHostAddress::LocalHost, port) || !server.waitForNewConnection(10'000))
                return;
            const std::unique_ptr<QTcpSocket> socket(server.nextPendingConnection());
            m_accepted = true;
            socket->write(challenge());
            if (!readMessage(*socket))
                return;
            socket->write(kGranted);
            for (const QByteArray &reply : replies) {
                if (!readMessage(*socket))
                    return;
                socket->write(reply);
                socket->waitForBytesWritten(1000);
            }
            while (!m_isOver && socket->state() == QAbstractSocket::ConnectedState)
                socket->waitForReadyRead(10);
        })
    { }
    ~LateServer()
    {
        m_isOver = true;
        m_thread.join();
    }
    Q_DISABLE_COPY_MOVE(LateServer)
    bool wasUsed() const { return m_accepted; }

private:
    static bool readMessage(QTcpSocket &socket)
    {
        QByteArray all;
        while (all.size() < 18 || all.size() < 18 + qsizetype(qFromBigEndian<quint32>(all.constData() + 8))) {
            if (!socket.bytesAvailable() && !socket.waitForReadyRead(10'000))
                return false;
            all += socket.readAll();
        }
        return true;
    }

    std::atomic<bool> m_isOver{false};
    std::atomic<bool> m_accepted{false};
    std::thread m_thread; // last: it uses the others
};

void tst_Rebind::replacesTheConnection()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1)), handshake() + answer(Value::integer(2))});
    Proxy proxy(context(), objectUri(server.port()));
    VERIFY_OK(call(proxy, kEcho));
    VERIFY_OK(rebind(proxy, {}));
    QCOMPARE(proxy.state(), Proxy::State::Ready);
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(2));
    QCOMPARE(server.connections(), 2);
}

void tst_Rebind::triesUntilTheServerIsBack()
{
    const quint16 port = freePort();
    Proxy proxy(context(), objectUri(port));
    COMPARE_ERROR(call(proxy, kEcho), Error::Kind::Disconnected);
    LateServer server(port, 150ms, {replyBytes(Value::integer(5))});
    VERIFY_OK(rebind(proxy, {.tries = 0, .wait = 20ms}));
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(5));
    QVERIFY(server.wasUsed());
}

void tst_Rebind::givesUpAfterSoManyAttempts()
{
    Proxy proxy(context(), objectUri(freePort()));
    QElapsedTimer clock;
    clock.start();
    const Reply reply = rebind(proxy, {.tries = 3, .wait = 50ms});
    COMPARE_ERROR(reply, Error::Kind::Timeout);
    QCOMPARE(reply.error().code, QStringLiteral("conn.lost"));
    QVERIFY2(reply.error().what.contains(QStringLiteral("3 attempts")), qPrintable(reply.error().what));
    QVERIFY2(clock.elapsed() >= 90 && clock.elapsed() < 2000, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(proxy.state(), Proxy::State::Idle);
}

void tst_Rebind::aRefusalEndsItAtOnce()
{
    ScriptedPeer server({{peer::send("DENIED2"), peer::hangUp()}});
    Proxy proxy(context(), objectUri(server.port()));
    COMPARE_ERROR(rebind(proxy, {.tries = 0, .wait = 20ms}), Error::Kind::Denied);
    QCOMPARE(server.connections(), 1);
}

void tst_Rebind::endsAtItsTimeout()
{
    Proxy proxy(context(), objectUri(freePort()));
    QElapsedTimer clock;
    clock.start();
    const Reply reply = rebind(proxy, {.tries = 0, .wait = 10s}, 80ms);
    COMPARE_ERROR(reply, Error::Kind::Timeout);
    QVERIFY2(clock.elapsed() >= 75 && clock.elapsed() < 1500, qPrintable(QString::number(clock.elapsed())));
}

void tst_Rebind::isCancelled()
{
    QFETCH_GLOBAL(bool, isAsync);
    Proxy proxy(context(), objectUri(freePort()));
    const RebindPolicy patient{.tries = 0, .wait = 30s};
    if (isAsync) {
        const PendingCall pending = proxy.rebind(patient);
        QTimer::singleShot(50ms, &proxy, [&] { pending.cancel(); });
        COMPARE_ERROR(await(pending), Error::Kind::Cancelled);
    } else {
        std::thread canceller([&] {
            std::this_thread::sleep_for(50ms);
            proxy.cancelBlocking();
        });
        const Reply reply = proxy.rebindBlocking(patient);
        canceller.join();
        COMPARE_ERROR(reply, Error::Kind::Cancelled);
    }
    QCOMPARE(proxy.state(), Proxy::State::Idle);
}

void tst_Rebind::looksTheNameUpAgain()
{
    ScriptedPeer server({handshake() + answer(Value::integer(8))});
    const auto resolver = std::make_shared<LateResolver>(objectUri(server.port()), 2);
    const auto shared = context();
    shared->resolver = resolver;
    const auto name = shared->catalogue->parseUri(QStringLiteral("PYRONAME://:lab.lamp"));
    QVERIFY(name);
    Proxy proxy(shared, *name);
    VERIFY_OK(rebind(proxy, {.tries = 5, .wait = 10ms}));
    QCOMPARE(resolver->asked.load(), 3);
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(8));
}

void tst_Rebind::lostCallIsReportedAndNotRepeated()
{
    ScriptedPeer server({handshake() + Script{peer::expectMessage(), peer::hangUp()},
        handshake() + answer(Value::integer(3))});
    Proxy proxy(context(), objectUri(server.port()));
    const Reply lost = call(proxy, QStringLiteral("launch"));
    COMPARE_ERROR(lost, Error::Kind::Disconnected);
    QCOMPARE(lost.error().code, QStringLiteral("conn.lost"));
    VERIFY_OK(rebind(proxy, {.tries = 3, .wait = 10ms}));
    QCOMPARE(server.received().count("launch"), 1);
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(3));
}

void tst_Rebind::automaticWaitsForTheServer()
{
    const quint16 port = freePort();
    ProxyOptions options;
    options.automaticRebind = RebindPolicy{.tries = 0, .wait = 10ms, .growth = 2, .longestWait = 50ms};
    Proxy proxy(context(), objectUri(port), options);
    LateServer server(port, 150ms, {replyBytes(Value::integer(6))});
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(6));
}

void tst_Rebind::automaticRepeatsNoLostCall()
{
    ScriptedPeer server({handshake() + Script{peer::expectMessage(), peer::hangUp()},
        handshake() + answer(Value::integer(3))});
    ProxyOptions options;
    options.automaticRebind = RebindPolicy{.tries = 0, .wait = 10ms};
    Proxy proxy(context(), objectUri(server.port()), options);
    const Reply lost = call(proxy, QStringLiteral("launch"));
    COMPARE_ERROR(lost, Error::Kind::Disconnected);
    QCOMPARE(lost.error().code, QStringLiteral("conn.lost"));
    QCOMPARE(server.received().count("launch"), 1);
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(3));
}

void tst_Rebind::automaticEndsWithTheCallsTimeout()
{
    ProxyOptions options;
    options.automaticRebind = RebindPolicy{.tries = 0, .wait = 10ms};
    options.callTimeout = 100ms;
    Proxy proxy(context(), objectUri(freePort()), options);
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Timeout);
    QVERIFY2(reply.error().what.contains(QStringLiteral("not sent")), qPrintable(reply.error().what));
}

void tst_Rebind::pausesGrow()
{
    // 10 + 20 + 40 + 40 ms.
    Proxy proxy(context(), objectUri(freePort()));
    QElapsedTimer clock;
    clock.start();
    COMPARE_ERROR(
        rebind(proxy, {.tries = 5, .wait = 10ms, .growth = 2, .longestWait = 40ms}), Error::Kind::Timeout);
    QVERIFY2(clock.elapsed() >= 100 && clock.elapsed() < 2000, qPrintable(QString::number(clock.elapsed())));
}

void tst_Rebind::tellsItsAttempts()
{
    QFETCH_GLOBAL(bool, isAsync);
    if (!isAsync)
        QSKIP("a blocking call has no event loop to tell anybody");
    Proxy proxy(context(), objectUri(freePort()));
    QSignalSpy told(&proxy, &Proxy::rebinding);
    COMPARE_ERROR(rebind(proxy, {.tries = 3, .wait = 10ms, .growth = 3}), Error::Kind::Timeout);
    QCOMPARE(told.size(), 2);
    QCOMPARE(told.at(0).at(0).toInt(), 1);
    QCOMPARE(told.at(0).at(1).toLongLong(), 10);
    QCOMPARE(told.at(1).at(1).toLongLong(), 30);
    // A slot may delete the proxy in the middle of it.
    auto *doomed = new Proxy(context(), objectUri(freePort()));
    connect(doomed, &Proxy::rebinding, this, [&] { delete std::exchange(doomed, nullptr); });
    COMPARE_ERROR(await(doomed->rebind({.tries = 3, .wait = 10ms})), Error::Kind::Cancelled);
    QVERIFY(doomed == nullptr);
}

QTEST_GUILESS_MAIN(tst_Rebind)
#include "tst_rebind.moc"

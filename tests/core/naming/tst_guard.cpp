// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nsfixture.h"

#include <QTemporaryDir>

using namespace pyrolens;
using nstest::wordsOf;

namespace {

class Guard : public NameServerGuard
{
public:
    std::optional<int> acceptHost(const Endpoint &, int) override { return hostCode; }
    std::optional<int> acceptIdentification(
        const Generation &, const Message &, LocalStorage &storage) override
    {
        storage.identity = QStringLiteral("judged");
        return identCode;
    }
    Verdict acceptLocationCmd(const QString &from) override
    {
        Q_UNUSED(from)
        return location;
    }
    Verdict acceptShutdownCmd(const QString &from) override
    {
        isAskedByLoopback = from == u"127.0.0.1";
        return shutdown;
    }

    std::optional<int> hostCode;
    std::optional<int> identCode;
    Verdict location;
    Verdict shutdown;
    std::atomic_bool isAskedByLoopback = false;
};

QByteArray broadcast(int port, const QByteArray &command)
{
    QUdpSocket socket;
    if (!socket.bind(QHostAddress(QHostAddress::LocalHost), 0))
        return "no socket";
    socket.writeDatagram(command, QHostAddress(QHostAddress::LocalHost), quint16(port));
    if (!socket.waitForReadyRead(1'000))
        return "silence";
    QByteArray answer(1'000, '\0');
    answer.truncate(socket.readDatagram(answer.data(), answer.size()));
    return answer;
}

int freeUdpPort()
{
    QUdpSocket probe;
    return probe.bind(QHostAddress(QHostAddress::LocalHost), 0) ? probe.localPort() : 0;
}

} // namespace

/// Who may connect to a name server and who may stop it.
class tst_Guard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesConnections();
    void judgesBroadcasts();
    void deniesShutdown();
};

void tst_Guard::refusesConnections()
{
    for (const bool isHost : {true, false}) {
        auto guard = std::make_shared<Guard>();
        (isHost ? guard->hostCode : guard->identCode) = isHost ? 2 : 3;
        NameServerOptions options;
        options.guard = guard;
        nstest::Server server(options);
        NameServerClient client(nstest::context(), server.address());
        const Status denied = client.pingBlocking();
        QVERIFY(!denied);
        QCOMPARE(int(denied.error().kind), int(Error::Kind::Denied));
    }
    // Identifications are asked for as well.
    NameServerOptions options;
    options.guard = std::make_shared<Guard>();
    options.allowedIdents = QStringList{QStringLiteral("s3cret")};
    nstest::Server server(options);
    NameServerAddress address = server.address();
    QVERIFY(!NameServerClient(nstest::context(), address).pingBlocking());
    address.options.credentials.ident = QStringLiteral("s3cret");
    QVERIFY(NameServerClient(nstest::context(), address).pingBlocking());
}

void tst_Guard::judgesBroadcasts()
{
    auto guard = std::make_shared<Guard>();
    NameServerOptions options;
    options.guard = guard;
    options.broadcast = true;
    options.broadcastPort = freeUdpPort();
    nstest::Server server(options);
    QVERIFY(server.status());
    QSignalSpy asked(&server.server(), &NameServer::shutdownRequested);
    QCOMPARE(broadcast(options.broadcastPort, "location"), server.uri().toLatin1());
    guard->location = {false, "go away"};
    QCOMPARE(broadcast(options.broadcastPort, "location"), QByteArray("go away"));
    guard->location = {false, {}};
    QCOMPARE(broadcast(options.broadcastPort, "location"), QByteArray("silence"));
    guard->shutdown = {false, "not you"};
    QCOMPARE(broadcast(options.broadcastPort, "shutdown"), QByteArray("not you"));
    QCOMPARE(asked.count(), 0);
    guard->shutdown = {};
    QCOMPARE(broadcast(options.broadcastPort, "shutdown"), QByteArray("Will shut down shortly"));
    QTRY_COMPARE(asked.count(), 1);
    QVERIFY(guard->isAskedByLoopback);
}

void tst_Guard::deniesShutdown()
{
    auto guard = std::make_shared<Guard>();
    NameServerOptions options;
    options.guard = guard;
    const auto shutdown = [](const nstest::Server &server) {
        Proxy proxy(nstest::context(), *nstest::catalogue()->parseUri(server.uri()));
        return proxy.callBlocking(QStringLiteral("_shutdown")).result().valueOr({}).toText();
    };
    guard->shutdown = {false, {}};
    nstest::Server guarded(options);
    QCOMPARE(shutdown(guarded), QStringLiteral("Shutdown request denied"));
    QVERIFY(guard->isAskedByLoopback);
    // The option goes before the guard.
    guard->shutdown = {};
    options.allowShutdown = false;
    nstest::Server kept(options);
    QSignalSpy asked(&kept.server(), &NameServer::shutdownRequested);
    QCOMPARE(shutdown(kept), QStringLiteral("Shutdown request denied"));
    QCOMPARE(asked.count(), 0);
}

QTEST_GUILESS_MAIN(tst_Guard)
#include "tst_guard.moc"

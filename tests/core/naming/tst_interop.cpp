// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nsfixture.h"
#include "support/peerprocess.h"

using namespace pyrolens;
using nstest::wordsOf;

namespace {

const QString kUri = QStringLiteral("PYRO://127.0.0.1:7766/scope");

// "-r" keeps the original from looking for other name servers, "-x" from opening a UDP port.
const QString kServerScript
    = QStringLiteral("import Pyro.naming, sys\n"
                     "Pyro.naming.main(['-n', '127.0.0.1', '-p', '0', '-x', '-r'])\n");
const QString kToolScript = QStringLiteral("import Pyro.nsc, sys\nPyro.nsc.main(sys.argv[1:])\n");

} // namespace

/// The name server and its client against the original ones.
class tst_Interop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = m_peer.missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
    }
    void servesTheControlTool();
    void isLocatedByBroadcast();
    void usesARealServer();

private:
    QByteArray nsc(const nstest::Server &server, const QStringList &command)
    {
        const QStringList place{QStringLiteral("-h"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"),
            QString::number(server.port())};
        return runProgram(m_peer.python, QStringList{QStringLiteral("-c"), kToolScript} + place + command,
            m_peer.environment())
            .all();
    }

    Pyro3Peer m_peer;
};

void tst_Interop::servesTheControlTool()
{
    nstest::Server server;
    QVERIFY(server.status());
    QSignalSpy asked(&server.server(), &NameServer::shutdownRequested);
    const std::pair<QString, QByteArray> commands[] = {
        {QStringLiteral("ping"), "NS is up and running!"},
        {QStringLiteral("creategroup :shop"), ":shop created."},
        {u"register :shop.till " + kUri, "registered :shop.till  -->  PYRO://127.0.0.1:7766/scope"},
        {u"register :shop.till " + kUri, "name already exists"},
        {QStringLiteral("list :shop"), "( till )"},
        {QStringLiteral("listall"), ":shop.till  -->  PYRO://127.0.0.1:7766/scope"},
        {QStringLiteral("resolve :shop.till :shop.none"), "can't resolve:  name not found"},
        {QStringLiteral("setmeta :shop.till counter-3"), "Metadata of :shop.till set."},
        {QStringLiteral("showmeta :shop.till"), "user meta info : counter-3"},
        {QStringLiteral("showmeta :shop"), "[type=0 timestamp="},
        {QStringLiteral("remove :shop.till"), ":shop.till unregistered."},
        {QStringLiteral("deletegroup :shop"), ":shop deleted."},
        {QStringLiteral("resync"), "NS is not running in 'primary' or 'secondary' mode"},
        {QStringLiteral("shutdown"), "Will shut down shortly"},
    };
    for (const auto &[command, wanted] : commands) {
        const QByteArray output = nsc(server, command.split(u' '));
        QVERIFY2(output.contains(wanted), output.constData());
    }
    QTRY_COMPARE(asked.count(), 1);
}

void tst_Interop::isLocatedByBroadcast()
{
    QUdpSocket probe;
    QVERIFY(probe.bind(QHostAddress(QHostAddress::LocalHost), 0));
    NameServerOptions options;
    options.broadcast = true;
    options.broadcastPort = probe.localPort();
    probe.close();
    nstest::Server server(options);
    QVERIFY(server.status());
    const QString script
        = QStringLiteral("import Pyro.core, Pyro.naming\n"
                         "Pyro.core.initClient(0)\n"
                         "print Pyro.naming.NameServerLocator().detectNS(port=%1, bcaddr='127.0.0.1')\n")
              .arg(options.broadcastPort);
    const Finished found = runProgram(m_peer.python, {QStringLiteral("-c"), script}, m_peer.environment());
    QCOMPARE(found.out.trimmed(), server.uri().toLatin1());
}

void tst_Interop::usesARealServer()
{
    QProcess real;
    real.setProcessEnvironment(m_peer.environment());
    real.setProcessChannelMode(QProcess::MergedChannels);
    real.start(m_peer.python, {QStringLiteral("-c"), kServerScript});
    QByteArray output;
    while (!output.contains("Name Server started.") && real.waitForReadyRead(20'000))
        output += real.readAll();
    const auto match
        = QRegularExpression(QStringLiteral("URI is: (PYRO://\\S+)")).match(QString::fromUtf8(output));
    QVERIFY2(match.hasMatch(), output.constData());
    const auto uri = nstest::catalogue()->parseUri(match.captured(1));
    QVERIFY(uri);
    NameServerAddress address;
    address.host = uri->host;
    address.port = uri->port;
    NameServerClient client(nstest::context(), address);

    QCOMPARE(client.locateBlocking()->toString(), uri->toString());
    QCOMPARE(wordsOf(client.createGroupBlocking(QStringLiteral(":lab"))), QStringLiteral("ok"));
    QCOMPARE(wordsOf(client.createGroupBlocking(QStringLiteral(":lab.bench"))), QStringLiteral("ok"));
    QCOMPARE(
        wordsOf(client.registerBlocking(QStringLiteral(":lab.bench.scope"), kUri)), QStringLiteral("ok"));
    QCOMPARE(wordsOf(client.registerBlocking(QStringLiteral(":lab.bench.scope"), kUri)),
        QStringLiteral("NamingError(name already exists, scope)"));
    QCOMPARE(client.lookupBlocking(QStringLiteral(":lab.bench.scope")).valueOr({}), kUri);
    const Value meta = Value::dict({{Value::str("k"), Value::tuple({Value::integer(1), Value::none()})}});
    QCOMPARE(wordsOf(client.setMetaBlocking(QStringLiteral(":lab"), meta)), QStringLiteral("ok"));
    QCOMPARE(client.metaBlocking(QStringLiteral(":lab")).valueOr({}), meta);
    const auto all = client.listAllBlocking(true);
    QVERIFY2(all, qPrintable(wordsOf(all)));
    const std::vector<NameEntry> wanted{{QStringLiteral(":Default"), {}, true},
        {QStringLiteral(":Pyro"), {}, true}, {QStringLiteral(":Pyro.NameServer"), uri->toString(), false},
        {QStringLiteral(":lab"), {}, true}, {QStringLiteral(":lab.bench"), {}, true},
        {QStringLiteral(":lab.bench.scope"), kUri, false}};
    QVERIFY(*all == wanted);
    QCOMPARE(wordsOf(client.deleteGroupBlocking(QStringLiteral(":lab"))), QStringLiteral("ok"));
    const auto registrar = makeRemoteRegistrar(nstest::context(), address);
    const auto target = nstest::catalogue()->parseUri(kUri);
    QCOMPARE(wordsOf(registrar->registerName(QStringLiteral(":demo.echo"), *target)), QStringLiteral("ok"));
    QCOMPARE(registrar->resolve(QStringLiteral(":demo.echo"))->toString(), kUri);
    real.kill();
    real.waitForFinished();
}

QTEST_GUILESS_MAIN(tst_Interop)
#include "tst_interop.moc"

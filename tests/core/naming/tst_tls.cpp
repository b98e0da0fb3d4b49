// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "../../../core/naming/locator_p.h"
#include "nsfixture.h"

#include <pyrolens/server/daemonthread.h>

#include <QProcess>
#include <QStandardPaths>

using namespace pyrolens;
using namespace nstest;
using namespace std::chrono_literals;

namespace {

const QString kUri = QStringLiteral("PYRO://127.0.0.1:7766/7f0000010001aaaa");

QString data(const QString &name)
{
    return QStringLiteral(PYROLENS_TEST_DATA "/tls/") + name;
}

TlsSettings settingsOf(const QString &own, const QString &ca = QStringLiteral("ca.pem"))
{
    TlsSettings settings;
    settings.caFiles = {data(ca)};
    if (!own.isEmpty())
        settings.certificateFile = data(own);
    return settings;
}

NameServerOptions secretOptions()
{
    NameServerOptions options;
    options.tls = settingsOf(QStringLiteral("server.pem"));
    return options;
}

NameServerAddress secretAddress(
    int port, const std::optional<TlsSettings> &tls = settingsOf(QStringLiteral("client.pem")))
{
    NameServerAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.port = port;
    address.tls = true;
    address.options.tls = tls;
    address.options.callTimeout = 5s;
    return address;
}

/// A port that was free a moment ago.
int freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress(QHostAddress::LocalHost), 0) ? probe.serverPort() : 0;
}

NameServerOptions halfOfAPair(NameServerRole role, int port, int peerPort)
{
    NameServerOptions options = secretOptions();
    options.role = role;
    options.port = port;
    options.peerHost = QStringLiteral("127.0.0.1");
    options.peerPort = peerPort;
    options.twinRetry = 50ms;
    return options;
}

bool isPaired(nstest::Server &server)
{
    return server.server().twin().state == TwinStatus::State::Paired;
}

} // namespace

/// A name server over TLS (PYRONAMESSL). The original has none, so both ends are ours, or OpenSSL.
class tst_NamingTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servesNames();
    void resolvesNames_data();
    void resolvesNames();
    void registersObjectsOfADaemon();
    void refusesStrangers_data();
    void refusesStrangers();
    void doesNotFallBackToClearText();
    void passesOverClearAnswersToABroadcast();
    void isFoundAgainAfterARestart();
    void pairsOverTls();
    void refusesATwinWithoutTls();
    void speaksToOpenSsl();
    void saysWhatIsWrongWithItsFiles();
};

void tst_NamingTls::servesNames()
{
    nstest::Server server(secretOptions());
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    QVERIFY2(server.uri().startsWith(QLatin1String("PYROSSL://127.0.0.1:")), qPrintable(server.uri()));
    NameServerClient client(nstest::context(), secretAddress(server.port()));
    const auto located = client.locateBlocking();
    QVERIFY2(located, qPrintable(wordsOf(located)));
    QCOMPARE(located->toString(), server.uri());
    QCOMPARE(wordsOf(client.registerBlocking(QStringLiteral("x"), kUri)), QStringLiteral("ok"));
    QCOMPARE(client.lookupBlocking(QStringLiteral("x")).valueOr({}), kUri);
    // Its own entry says how it is to be spoken to.
    QCOMPARE(client.lookupBlocking(QStringLiteral(":Pyro.NameServer")).valueOr({}), server.uri());
    QCOMPARE(client.listAllBlocking(false).valueOr({}).size(), size_t(2));

    NameServerClient async(nstest::context(), secretAddress(server.port()));
    std::optional<Result<QString>> answer;
    async.lookup(QStringLiteral("x"), this, [&answer](const Result<QString> &got) { answer = got; });
    QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), 20'000);
    QCOMPARE(answer->valueOr({}), kUri);
}

void tst_NamingTls::resolvesNames_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<bool>("isDefault"); // the resolver's own name server is this one
    QTest::addColumn<bool>("isDefaultTls");
    QTest::newRow("host in the URI") << QStringLiteral("PYRONAMESSL://127.0.0.1:%1/x") << false << false;
    QTest::newRow("the URI says TLS") << QStringLiteral("PYRONAMESSL://x") << true << false;
    QTest::newRow("the settings say TLS") << QStringLiteral("PYRONAME://x") << true << true;
}

void tst_NamingTls::resolvesNames()
{
    QFETCH(QString, target);
    QFETCH(bool, isDefault);
    QFETCH(bool, isDefaultTls);
    nstest::Server server(secretOptions());
    QVERIFY(server.status());
    NameServerClient client(nstest::context(), secretAddress(server.port()));
    QVERIFY(client.registerBlocking(QStringLiteral("x"), kUri));

    NameServerAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.port = isDefault ? server.port() : 1;
    address.tls = isDefaultTls;
    const auto resolver = makeNameServerResolver(nstest::context(), address);
    const QString text = target.contains(u'%') ? target.arg(server.port()) : target;
    const auto uri = nstest::catalogue()->parseUri(text);
    QVERIFY(uri);
    ProxyOptions options; // those of the call, as in a profile
    options.tls = settingsOf(QStringLiteral("client.pem"));
    const auto found = resolver->resolve(*uri, options, QDeadlineTimer(20'000));
    QVERIFY2(found, qPrintable(wordsOf(found)));
    QCOMPARE(found->toString(), kUri);
}

void tst_NamingTls::registersObjectsOfADaemon()
{
    nstest::Server server(secretOptions());
    QVERIFY(server.status());
    auto context = std::make_shared<ClientContext>();
    context->catalogue = nstest::catalogue();
    context->resolver = makeNameServerResolver(nstest::context(), secretAddress(server.port()));
    DaemonOptions options;
    options.tls = settingsOf(QStringLiteral("server.pem"));
    DaemonThread daemon;
    const auto port = daemon.start(nstest::catalogue(), options, {}, [&](Daemon &made) {
        made.setRegistrar(makeRemoteRegistrar(nstest::context(), secretAddress(server.port())));
    });
    QVERIFY(port);
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Echo"));
    servant->method(QStringLiteral("echo(value)"),
        [](const std::vector<Value> &args, CallContext &) -> Outcome { return args[0]; });
    const auto uri = daemon.daemon()->connectServant(servant, QStringLiteral(":lab.echo"));
    QVERIFY2(uri, qPrintable(wordsOf(uri)));
    QVERIFY(uri->tls);

    // Name and object over TLS, nothing in clear text in between.
    ProxyOptions calling;
    calling.tls = settingsOf(QStringLiteral("client.pem"));
    calling.callTimeout = 20s;
    Proxy proxy(context, *nstest::catalogue()->parseUri(QStringLiteral("PYRONAMESSL://:lab.echo")), calling);
    const Reply reply = proxy.callBlocking(QStringLiteral("echo"), {Value::integer(7)});
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
    QCOMPARE(reply.value(), Value::integer(7));
    QCOMPARE(proxy.resolvedUri()->toString(), uri->toString());
}

void tst_NamingTls::refusesStrangers_data()
{
    QTest::addColumn<QString>("own");
    QTest::addColumn<QString>("ca");
    QTest::addColumn<QString>("says");
    const QString refused = QStringLiteral("refused the TLS connection");
    QTest::newRow("no certificate") << QString() << QStringLiteral("ca.pem") << refused;
    QTest::newRow("unknown authority")
        << QStringLiteral("stranger.pem") << QStringLiteral("ca.pem") << refused;
    QTest::newRow("server not trusted") << QStringLiteral("client.pem") << QStringLiteral("stranger-ca.pem")
                                        << QStringLiteral("is not trusted");
}

void tst_NamingTls::refusesStrangers()
{
    QFETCH(QString, own);
    QFETCH(QString, ca);
    QFETCH(QString, says);
    nstest::Server server(secretOptions());
    QVERIFY(server.status());
    NameServerClient client(nstest::context(), secretAddress(server.port(), settingsOf(own, ca)));
    const auto pinged = client.pingBlocking();
    QVERIFY(!pinged);
    QVERIFY2(pinged.error().what.contains(says), qPrintable(pinged.error().what));
}

void tst_NamingTls::doesNotFallBackToClearText()
{
    nstest::Server secret(secretOptions());
    nstest::Server clear;
    QVERIFY(secret.status());
    QVERIFY(clear.status());

    NameServerAddress plain = secret.address();
    plain.options.connectTimeout = 300ms;
    QVERIFY(!NameServerClient(nstest::context(), plain).pingBlocking());

    NameServerClient encrypted(nstest::context(), secretAddress(clear.port()));
    const auto refused = encrypted.pingBlocking();
    QVERIFY(!refused);
    QVERIFY2(refused.error().what.contains(QLatin1String("TLS")), qPrintable(refused.error().what));

    // Nor does a clear text URI that names its host inherit TLS, or the other way round.
    const auto resolver = makeNameServerResolver(nstest::context(), secretAddress(secret.port()));
    const auto uri = nstest::catalogue()->parseUri(
        QStringLiteral("PYRONAME://127.0.0.1:%1/:Pyro.NameServer").arg(clear.port()));
    const auto found = resolver->resolve(*uri, {}, QDeadlineTimer(20'000));
    QVERIFY2(found, qPrintable(wordsOf(found)));
    QCOMPARE(found->toString(), clear.uri());
}

void tst_NamingTls::passesOverClearAnswersToABroadcast()
{
    NameServerAddress anywhere;
    const QStringList answers{QStringLiteral("PYRO://10.0.0.1:9090/clear"),
        QStringLiteral("PYROSSL://10.0.0.2:9090/secret"), QStringLiteral("nonsense")};
    const auto tried = [&](bool tls) {
        anywhere.tls = tls;
        naming::Locator locator(anywhere, *nstest::catalogue());
        QStringList uris;
        for (;;) {
            const naming::Locator::Step step = locator.next();
            if (step.kind == naming::Locator::Step::Kind::GiveUp)
                return uris;
            if (step.kind == naming::Locator::Step::Kind::Search) {
                locator.answered(answers);
                continue;
            }
            uris.append(step.uri.toString());
            locator.failed(step.uri, Error::disconnected(QStringLiteral("nobody")));
        }
    };
    const QStringList secret = tried(true);
    QCOMPARE(secret.value(0), QStringLiteral("PYROLOCSSL://127.0.0.1:9090/:Pyro.NameServer"));
    QCOMPARE(secret.value(1), answers[1]);
    for (const QString &uri : secret)
        QVERIFY2(uri.section(u':', 0, 0).endsWith(QLatin1String("SSL")), qPrintable(uri));
    QCOMPARE(tried(false).mid(0, 3),
        QStringList({QStringLiteral("PYROLOC://127.0.0.1:9090/:Pyro.NameServer"), answers[0], answers[1]}));
}

void tst_NamingTls::isFoundAgainAfterARestart()
{
    NameServerOptions options = secretOptions();
    options.port = freePort();
    auto server = std::make_unique<nstest::Server>(options);
    QVERIFY2(server->status(), qPrintable(wordsOf(server->status())));
    NameServerClient client(nstest::context(), secretAddress(options.port));
    QVERIFY(client.pingBlocking());
    server.reset();
    server = std::make_unique<nstest::Server>(options);
    QVERIFY2(server->status(), qPrintable(wordsOf(server->status())));
    const auto pinged = client.pingBlocking();
    QVERIFY2(pinged, qPrintable(wordsOf(pinged)));
}

void tst_NamingTls::pairsOverTls()
{
    const int firstPort = freePort();
    const int secondPort = freePort();
    nstest::Server first(halfOfAPair(NameServerRole::Primary, firstPort, secondPort));
    nstest::Server second(halfOfAPair(NameServerRole::Secondary, secondPort, firstPort));
    QVERIFY2(first.status(), qPrintable(wordsOf(first.status())));
    QVERIFY2(second.status(), qPrintable(wordsOf(second.status())));
    QTRY_VERIFY_WITH_TIMEOUT(isPaired(first) && isPaired(second), 30'000);
    QVERIFY(first.server().twin().uri.startsWith(QLatin1String("PYROSSL://")));

    NameServerClient one(nstest::context(), secretAddress(first.port()));
    NameServerClient two(nstest::context(), secretAddress(second.port()));
    QVERIFY(one.registerBlocking(QStringLiteral("here"), kUri));
    QVERIFY(two.registerBlocking(QStringLiteral("there"), kUri));
    QTRY_COMPARE_WITH_TIMEOUT(two.lookupBlocking(QStringLiteral("here")).valueOr({}), kUri, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(one.lookupBlocking(QStringLiteral("there")).valueOr({}), kUri, 20'000);
}

void tst_NamingTls::refusesATwinWithoutTls()
{
    const int firstPort = freePort();
    const int secondPort = freePort();
    nstest::Server first(halfOfAPair(NameServerRole::Primary, firstPort, secondPort));
    NameServerOptions clear = halfOfAPair(NameServerRole::Secondary, secondPort, firstPort);
    clear.tls.reset();
    clear.twinPatience = 300ms;
    nstest::Server second(clear);
    QVERIFY(first.status());
    QVERIFY(second.status());
    // Both have tried, and say why not.
    QTRY_VERIFY_WITH_TIMEOUT(
        first.server().twin().error && first.server().twin().error->what.contains(QLatin1String("TLS")),
        30'000);
    QTRY_VERIFY_WITH_TIMEOUT(second.server().twin().error.has_value(), 30'000);
    QVERIFY(!isPaired(first));
    QVERIFY(!isPaired(second));
}

void tst_NamingTls::speaksToOpenSsl()
{
    if (QStandardPaths::findExecutable(QStringLiteral("openssl")).isEmpty())
        QSKIP("the program openssl is not there");
    nstest::Server server(secretOptions());
    QVERIFY(server.status());
    QProcess openssl;
    openssl.setProcessChannelMode(QProcess::SeparateChannels);
    openssl.start(QStringLiteral("openssl"),
        {QStringLiteral("s_client"), QStringLiteral("-quiet"), QStringLiteral("-connect"),
            QStringLiteral("127.0.0.1:%1").arg(server.port()), QStringLiteral("-CAfile"),
            data(QStringLiteral("ca.pem")), QStringLiteral("-verify_return_error"),
            QStringLiteral("-verify_ip"), QStringLiteral("127.0.0.1"), QStringLiteral("-cert"),
            data(QStringLiteral("client.pem")), QStringLiteral("-key"), data(QStringLiteral("client.pem"))});
    QVERIFY(openssl.waitForStarted());
    // A whole conversation of Pyro 3 through OpenSSL's client: challenge, token, verdict, ping.
    QByteArray buffer;
    const auto session = pyro3Generation()->session(Role::Client, {});
    const auto nextFrame = [&]() -> QByteArray {
        for (;;) {
            const auto step = session->feed(Direction::ServerToClient, buffer, {});
            if (!step)
                return {};
            if (step->size > 0) {
                const QByteArray frame = buffer.first(step->size);
                buffer.remove(0, step->size);
                openssl.write(step->answer);
                return frame;
            }
            if (!openssl.waitForReadyRead(20'000))
                return {};
            buffer += openssl.readAllStandardOutput();
        }
    };
    QVERIFY2(nextFrame().startsWith("PYRO"), openssl.readAllStandardError().constData());
    QCOMPARE(nextFrame(), QByteArray("GRANTED"));
    QVERIFY(session->isReady());
    Message ping;
    ping.kind = Message::Kind::Call;
    ping.object = server.uri().section(u'/', 3).toLatin1();
    ping.method = "ping";
    const auto encoded = session->encode(ping);
    QVERIFY(encoded);
    openssl.write(*encoded);
    const QByteArray answer = nextFrame();
    QVERIFY2(!answer.isEmpty(), openssl.readAllStandardError().constData());
    const auto decoded = session->decode({answer, Direction::ServerToClient, FrameKind::Message}, {});
    QVERIFY(decoded);
    QCOMPARE(decoded->kind, Message::Kind::Reply);
    QVERIFY(decoded->value.isNone());
    openssl.closeWriteChannel();
    openssl.terminate();
    openssl.waitForFinished(5'000);
}

void tst_NamingTls::saysWhatIsWrongWithItsFiles()
{
    NameServerOptions options;
    options.tls = settingsOf(QStringLiteral("nothing.pem"));
    nstest::Server missing(options);
    QVERIFY(!missing.status());
    QCOMPARE(missing.status().error().kind, Error::Kind::Usage);
    QVERIFY(missing.status().error().what.contains(QLatin1String("nothing.pem")));

    nstest::Server server(secretOptions());
    QVERIFY(server.status());
    NameServerClient client(
        nstest::context(), secretAddress(server.port(), settingsOf(QStringLiteral("nothing.pem"))));
    const auto pinged = client.pingBlocking();
    QVERIFY(!pinged);
    QCOMPARE(pinged.error().kind, Error::Kind::Usage);
}

QTEST_GUILESS_MAIN(tst_NamingTls)
#include "tst_tls.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/slowdown.h"

#include <pyrolens/client/proxy.h>
#include <pyrolens/generations.h>
#include <pyrolens/server/daemonthread.h>
#include <pyrolens/transport/tlstunnel.h>

#include <QTcpSocket>
#include <QtTest>

using namespace pyrolens;
using namespace std::chrono_literals;

namespace {

QString data(const char *name)
{
    return QStringLiteral(PYROLENS_TEST_DATA "/tls/") + QLatin1String(name);
}

TlsSettings settingsOf(const char *own, const char *ca = "ca.pem")
{
    TlsSettings settings;
    settings.caFiles = {data(ca)};
    if (*own)
        settings.certificateFile = data(own);
    return settings;
}

Reply await(const PendingCall &call)
{
    QObject context;
    std::optional<Reply> got;
    call.then(&context, [&got](const Reply &reply) { got = reply; });
    if (!QTest::qWaitFor([&] { return got.has_value(); }, 10'000))
        return Reply(Error::timeout(QStringLiteral("the test waited in vain")));
    return *got;
}

class NameChecker : public ConnectionValidator
{
public:
    std::optional<int> refuseCertificate(const TlsPeer &peer) override
    {
        seen = peer.chain.value(0).subjectInfo(QSslCertificate::CommonName).value(0);
        return refuses ? std::optional<int>(3) : std::nullopt;
    }
    QString seen;
    std::atomic<bool> refuses{false};
};

} // namespace

/// PYROSSL: a daemon and clients of our own, for want of M2Crypto on the other side.
class tst_Tls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<bool>("multithreaded");
        QTest::newRow("threads") << true;
        QTest::newRow("one loop") << false;
    }
    void init();
    void cleanup();
    void servesCalls();
    void carriesBigMessages();
    void refusesStrangers_data();
    void refusesStrangers();
    void asksTheValidator();
    void isNotHeldUpBySilence();
    void doesNotFallBackToClearText();
    void saysWhatIsWrongWithItsFiles();

private:
    ProxyOptions optionsWith(const TlsSettings &tls) const
    {
        ProxyOptions options;
        options.tls = tls;
        options.callTimeout = 5s;
        return options;
    }
    Error refusalOf(const ProxyOptions &options)
    {
        Proxy blocking(m_context, m_uri, options);
        const Reply reply = blocking.callBlocking(QStringLiteral("echo"), {Value::integer(1)});
        return reply ? Error() : reply.error();
    }

    std::shared_ptr<const ClientContext> m_context;
    std::shared_ptr<NameChecker> m_validator;
    std::unique_ptr<DaemonThread> m_server;
    Uri m_uri;
};

void tst_Tls::init()
{
    QFETCH_GLOBAL(bool, multithreaded);
    auto context = std::make_shared<ClientContext>();
    context->catalogue = builtinCatalogue();
    m_context = context;
    DaemonOptions options;
    options.tls = settingsOf("server.pem");
    options.multithreaded = multithreaded;
    options.connections.handshake = 5s;
    m_validator = std::make_shared<NameChecker>();
    m_server = std::make_unique<DaemonThread>();
    const auto port = m_server->start(
        context->catalogue, options, {}, [this](Daemon &daemon) { daemon.setValidator(m_validator); });
    QVERIFY2(port, port ? "" : qPrintable(port.error().what));
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Echo"));
    servant->method(QStringLiteral("echo(value)"),
        [](const std::vector<Value> &args, CallContext &) -> Outcome { return args[0]; });
    const auto uri = m_server->daemon()->connectServant(servant, QStringLiteral("echo"));
    QVERIFY(uri);
    m_uri = *uri;
}

void tst_Tls::cleanup()
{
    m_server.reset();
}

void tst_Tls::servesCalls()
{
    QVERIFY2(
        m_uri.toString().startsWith(QLatin1String("PYROSSL://127.0.0.1:")), qPrintable(m_uri.toString()));
    Proxy proxy(m_context, m_uri, optionsWith(settingsOf("client.pem")));
    for (int i = 0; i < 20; ++i) {
        const Reply blocking = proxy.callBlocking(QStringLiteral("echo"), {Value::integer(i)});
        QVERIFY2(blocking, blocking ? "" : qPrintable(blocking.error().what));
        QCOMPARE(blocking.value(), Value::integer(i));
        const Reply async = await(proxy.call(QStringLiteral("echo"), {Value::str("async")}));
        QVERIFY2(async, async ? "" : qPrintable(async.error().what));
    }
    Proxy fresh(m_context, m_uri, optionsWith(settingsOf("client.pem")));
    const Reply first = await(fresh.call(QStringLiteral("echo"), {Value::str("async")}));
    QVERIFY2(first, first ? "" : qPrintable(first.error().what));

    // By name at the daemon.
    const auto *generation = m_context->catalogue->find(3);
    const auto location
        = generation->parseUri(QStringLiteral("PYROLOCSSL://127.0.0.1:%1/echo").arg(m_uri.port));
    QVERIFY(location);
    Proxy named(m_context, *location, optionsWith(settingsOf("client.pem")));
    const Reply reply = named.callBlocking(QStringLiteral("echo"), {Value::integer(7)});
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
    QCOMPARE(named.resolvedUri()->toString(), m_uri.toString());
}

void tst_Tls::carriesBigMessages()
{
    ProxyOptions options = optionsWith(settingsOf("client.pem"));
    options.callTimeout *= testing::kSlowdown;
    Proxy proxy(m_context, m_uri, options);
    const Value big = Value::str(QByteArray(6 * 1024 * 1024, 'b'));
    const Reply blocking = proxy.callBlocking(QStringLiteral("echo"), {big});
    QVERIFY2(blocking, blocking ? "" : qPrintable(blocking.error().what));
    QVERIFY(blocking.value() == big);
    const Reply async = await(proxy.call(QStringLiteral("echo"), {big}));
    QVERIFY2(async, async ? "" : qPrintable(async.error().what));
    QVERIFY(async.value() == big);
}

void tst_Tls::refusesStrangers_data()
{
    QTest::addColumn<QString>("own");
    QTest::addColumn<QString>("ca");
    QTest::addColumn<QString>("says");
    QTest::newRow("no certificate") << QString() << "ca.pem"
                                    << "refused the TLS connection";
    QTest::newRow("unknown authority") << "stranger.pem"
                                       << "ca.pem"
                                       << "refused the TLS connection";
    QTest::newRow("server not trusted") << "client.pem"
                                        << "stranger-ca.pem"
                                        << "is not trusted";
}

void tst_Tls::refusesStrangers()
{
    QFETCH(QString, own);
    QFETCH(QString, ca);
    QFETCH(QString, says);
    const ProxyOptions options = optionsWith(settingsOf(qPrintable(own), qPrintable(ca)));
    const Error blocking = refusalOf(options);
    QVERIFY2(blocking.what.contains(says), qPrintable(blocking.what));
    Proxy proxy(m_context, m_uri, options);
    const Reply async = await(proxy.call(QStringLiteral("echo"), {Value::integer(1)}));
    QVERIFY(!async);
    QVERIFY2(async.error().what.contains(says), qPrintable(async.error().what));
}

void tst_Tls::asksTheValidator()
{
    Proxy proxy(m_context, m_uri, optionsWith(settingsOf("client.pem")));
    QVERIFY(proxy.callBlocking(QStringLiteral("echo"), {Value::integer(1)}));
    QCOMPARE(m_validator->seen, QStringLiteral("test client"));
    m_validator->refuses = true;
    const Error refusal = refusalOf(optionsWith(settingsOf("client.pem")));
    QCOMPARE(refusal.kind, Error::Kind::Denied);
    QVERIFY(proxy.callBlocking(QStringLiteral("echo"), {Value::integer(1)})); // who is in stays in
}

void tst_Tls::isNotHeldUpBySilence()
{
    std::vector<std::unique_ptr<QTcpSocket>> silent;
    for (int i = 0; i < 20; ++i) {
        silent.push_back(std::make_unique<QTcpSocket>());
        silent.back()->connectToHost(m_uri.host, quint16(m_uri.port));
        QVERIFY(silent.back()->waitForConnected(5'000));
    }
    Proxy proxy(m_context, m_uri, optionsWith(settingsOf("client.pem")));
    QElapsedTimer clock;
    clock.start();
    QVERIFY(proxy.callBlocking(QStringLiteral("echo"), {Value::integer(1)}));
    QVERIFY(clock.elapsed() < 3'000);
}

void tst_Tls::doesNotFallBackToClearText()
{
    Uri clear = m_uri;
    clear.tls = false;
    ProxyOptions options = optionsWith(settingsOf("client.pem"));
    options.connectTimeout = 300ms;
    Proxy plain(m_context, clear, options);
    const Reply reply = plain.callBlocking(QStringLiteral("echo"), {Value::integer(1)});
    QVERIFY(!reply);

    DaemonOptions daemonOptions;
    DaemonThread server;
    const auto port = server.start(m_context->catalogue, daemonOptions);
    QVERIFY(port);
    Uri secret = m_uri;
    secret.port = *port;
    Proxy encrypted(m_context, secret, optionsWith(settingsOf("client.pem")));
    const Reply refused = encrypted.callBlocking(QStringLiteral("echo"), {Value::integer(1)});
    QVERIFY(!refused);
    QVERIFY2(refused.error().what.contains(QLatin1String("TLS")), qPrintable(refused.error().what));
}

void tst_Tls::saysWhatIsWrongWithItsFiles()
{
    DaemonOptions options;
    options.tls = settingsOf("");
    DaemonThread server;
    const auto port = server.start(m_context->catalogue, options);
    QVERIFY(!port);
    QCOMPARE(port.error().kind, Error::Kind::Usage);
    const Error refusal = refusalOf(optionsWith(settingsOf("nothing.pem")));
    QCOMPARE(refusal.kind, Error::Kind::Usage);
    QVERIFY2(refusal.what.contains(QLatin1String("nothing.pem")), qPrintable(refusal.what));
}

QTEST_GUILESS_MAIN(tst_Tls)
#include "tst_tls.moc"

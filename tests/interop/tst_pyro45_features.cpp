// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// What settings change: real servers for our client, and our daemon for real clients.

#include "core/server/testservants.h"
#include "support/pyro45peer.h"

#include <pyrolens/generations.h>
#include <pyrolens/naming/nameserver.h>
#include <pyrolens/server/daemonthread.h>

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>

using namespace pyrolens;
using namespace pyrolens::testing;
using namespace std::chrono_literals;

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");
const QString kScript = QStringLiteral(PYROLENS_INTEROP_SCRIPTS "/pyro45_features.py");
const QString kTls = QStringLiteral(PYROLENS_TEST_DATA "/tls/");

TlsSettings tlsWith(const QString &certificate, const QString &ca = QStringLiteral("ca.pem"))
{
    TlsSettings settings;
    settings.caFiles = {kTls + ca};
    if (!certificate.isEmpty())
        settings.certificateFile = kTls + certificate;
    return settings;
}

} // namespace

class tst_Pyro45Features : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();
    void realServersCallUsBack();
    void realServersMakeInstances();
    void ourClientSendsLostCallsAgain();
    void ourClientReconnects();
    void realClientsSeeInstances();
    void realClientsSendLostCallsAgain();
    void realClientsReconnect();
    void realServersTalkTls_data();
    void realServersTalkTls();
    void realClientsTalkTls_data();
    void realClientsTalkTls();
    void unixSocketsWithoutAFile();
    void showsDetailedTracebacks();
    void showsObjectsWhereAutoproxyIsOff();
    void toolsAgree();

private:
    static int generation()
    {
        QFETCH_GLOBAL(int, generation);
        return generation;
    }
    QStringList line(const QStringList &words) const
    {
        return QStringList{kScript, QString::number(generation())} + words;
    }
    void startReal(const QStringList &settings = {})
    {
        QVERIFY2(m_real.start(m_peer.python(), line(QStringList{QStringLiteral("server")} + settings),
                     m_peer.environment()),
            m_real.output().constData());
    }
    std::unique_ptr<Proxy> proxy(const QString &object, ProxyOptions options = {}) const
    {
        Uri uri;
        uri.host = QStringLiteral("127.0.0.1");
        uri.port = m_real.words().value(0).toInt();
        uri.object = object;
        return std::make_unique<Proxy>(m_context, uri, std::move(options));
    }
    void startOurs(const std::function<void(DaemonOptions &)> &change = {});
    QByteArray check(const QString &name, const QStringList &settings = {}) const
    {
        return runProgram(m_peer.python(),
            line(QStringList{QStringLiteral("client"), name, m_uri} + settings), m_peer.environment())
            .all()
            .trimmed();
    }
    static std::pair<qint64, qint64> counts(Proxy &proxy)
    {
        const Reply reply = proxy.callBlocking(QStringLiteral("count"));
        if (!reply || reply.value().size() != 2)
            return {-1, -1};
        return {reply.value().at(0).asInteger().value_or(-1), reply.value().at(1).asInteger().value_or(-1)};
    }

    Pyro45Peer m_peer;
    std::shared_ptr<ClientContext> m_context;
    PeerProcess m_real;
    DaemonThread m_daemon;
    std::shared_ptr<Seen> m_seen;
    QString m_uri;
};

void tst_Pyro45Features::initTestCase_data()
{
    QTest::addColumn<int>("generation");
    QTest::addRow("pyro4") << 4;
    QTest::addRow("pyro5") << 5;
}

void tst_Pyro45Features::init()
{
    m_peer.generation = generation();
    m_context = std::make_shared<ClientContext>();
    m_context->catalogue = builtinCatalogue();
    if (!m_peer.python().isEmpty())
        return;
    if (m_peer.isNeeded())
        QFAIL(qPrintable(m_peer.missing()));
    QSKIP(qPrintable(m_peer.missing()));
}

void tst_Pyro45Features::cleanup()
{
    m_real.process().kill(); // it has nothing to put in order
    m_real.process().waitForFinished();
    m_daemon.stop();
}

void tst_Pyro45Features::startOurs(const std::function<void(DaemonOptions &)> &change)
{
    DaemonOptions options;
    options.generations = {generation()};
    if (change)
        change(options);
    m_seen = std::make_shared<Seen>();
    const auto port = m_daemon.start(builtinCatalogue(), options);
    QVERIFY2(port, port ? "" : qPrintable(port.error().what));
    const auto uri = m_daemon.daemon()->connectServant(
        makeProbe(m_seen, Threading::Concurrent), QStringLiteral("lab.probe"));
    QVERIFY(uri);
    m_uri = uri->toString();
}

// Row 39: the real server calls a daemon of ours, over a connection of its own.
void tst_Pyro45Features::realServersCallUsBack()
{
    startReal();
    startOurs();
    const auto ticks = std::make_shared<std::atomic<int>>(0);
    auto callback = std::make_shared<LambdaServant>(QStringLiteral("Callback"), Threading::Concurrent);
    callback->method(QStringLiteral("tick(text)"), [ticks](const auto &, CallContext &) -> Outcome {
        ++*ticks;
        return Value();
    });
    callback->method(QStringLiteral("answer(text)"), [](const auto &args, CallContext &) -> Outcome {
        if (args[0] == Value::text(u8"fail"))
            return raise(QStringLiteral("ValueError"), {Value::text(u8"no answer")});
        return Value::list({Value::text(u8"answer to"), args[0]});
    });
    const auto uri = m_daemon.daemon()->connectServant(callback, QStringLiteral("callback"));
    QVERIFY(uri);
    Reference reference;
    reference.uri = uri->toString();
    for (const char *codec : {"serpent", "json", "marshal", "msgpack"}) {
        if (generation() == 4 && qstrcmp(codec, "msgpack") == 0)
            continue; // not accepted there unless it is told to
        ProxyOptions options;
        options.codec = codec;
        const auto client = proxy(QStringLiteral("features"), options);
        const int before = *ticks;
        const Reply reply
            = client->callBlocking(QStringLiteral("ask"), {Value::reference(reference), Value::text(u8"me")});
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
        QCOMPARE(reply.value().at(1), Value::text(u8"me"));
        QCOMPARE(ticks->load(), before + 1);
    }
    // What the callback raises reaches the one who asked.
    const Reply failed
        = proxy(QStringLiteral("features"))
              ->callBlocking(QStringLiteral("ask"), {Value::reference(reference), Value::text(u8"fail")});
    QVERIFY(!failed && failed.error().remote);
    QCOMPARE(failed.error().remote->className, QStringLiteral("builtins.ValueError"));
    QCOMPARE(failed.error().remote->args.at(0), Value::text(u8"no answer"));
}

// Row 47.
void tst_Pyro45Features::realServersMakeInstances()
{
    using Pair = std::pair<qint64, qint64>;
    startReal();
    const auto a = proxy(QStringLiteral("session"));
    const auto b = proxy(QStringLiteral("session"));
    QCOMPARE(counts(*a), Pair(1, 1));
    QCOMPARE(counts(*a), Pair(1, 2));
    QCOMPARE(counts(*b), Pair(2, 1));
    a->release();
    QCOMPARE(counts(*a), Pair(3, 1)); // another connection is another session
    QCOMPARE(counts(*proxy(QStringLiteral("single"))), Pair(1, 1));
    QCOMPARE(counts(*proxy(QStringLiteral("single"))), Pair(1, 2));
    const auto percall = proxy(QStringLiteral("percall"));
    const Pair first = counts(*percall);
    QCOMPARE(counts(*percall), Pair(first.first + 1, 1));
}

// Row 50, four times: who waits, and who is waited for.
void tst_Pyro45Features::ourClientSendsLostCallsAgain()
{
    startReal();
    ProxyOptions options;
    options.retries = 2;
    options.callTimeout = 1s;
    const Reply reply = proxy(QStringLiteral("features"), options)
                            ->callBlocking(QStringLiteral("sleep"), {Value::real(4.0)});
    QVERIFY(!reply);
    QCOMPARE(reply.error().kind, Error::Kind::Timeout);
    const Reply naps = proxy(QStringLiteral("features"))->callBlocking(QStringLiteral("naps"));
    QVERIFY(naps);
    QCOMPARE(naps.value(), Value::integer(3));
}

void tst_Pyro45Features::ourClientReconnects()
{
    startReal({QStringLiteral("COMMTIMEOUT=0.3")}); // closes idle connections
    const auto client = proxy(QStringLiteral("features"));
    const QString echo = QStringLiteral("echo");
    QVERIFY(client->callBlocking(echo, {Value::integer(1)}));
    const auto hasReconnected = [&] {
        const Reply reply = client->callBlocking(echo, {Value::integer(2)});
        return reply && reply.trace().newConnection;
    };
    QElapsedTimer clock;
    bool reconnected = false;
    for (clock.start(); !reconnected && clock.elapsed() < 10'000;) {
        std::this_thread::sleep_for(700ms);
        reconnected = hasReconnected();
    }
    QVERIFY(reconnected);
}

void tst_Pyro45Features::realClientsSeeInstances()
{
    startOurs();
    const auto host = [this](const char *name, InstanceMode mode) {
        InterfaceInfo interface;
        interface.className = QStringLiteral("Counter");
        interface.methods = {{QStringLiteral("count"), {}, {}, false, false}};
        const auto made = std::make_shared<std::atomic<int>>(0);
        const auto maker = [made](CallContext &) -> Result<std::shared_ptr<Servant>> {
            auto counter = std::make_shared<LambdaServant>(QStringLiteral("Counter"), Threading::Concurrent);
            counter->method(QStringLiteral("count()"),
                [number = ++*made, calls = std::make_shared<std::atomic<int>>(0)](
                    const auto &, CallContext &) -> Outcome {
                    return Value::list({Value::integer(number), Value::integer(++*calls)});
                });
            return std::static_pointer_cast<Servant>(counter);
        };
        QVERIFY(m_daemon.daemon()->connectServant(
            makeClassServant(interface, mode, maker), QString::fromLatin1(name)));
    };
    host("session", InstanceMode::Session);
    host("single", InstanceMode::Single);
    host("percall", InstanceMode::PerCall);
    QCOMPARE(check(QStringLiteral("instances")), QByteArray("ok instances"));
}

void tst_Pyro45Features::realClientsSendLostCallsAgain()
{
    startOurs();
    m_seen->hold = true;
    QCOMPARE(check(QStringLiteral("retries"),
                 {QStringLiteral("MAX_RETRIES=2"), QStringLiteral("COMMTIMEOUT=1.0")}),
        QByteArray("ok retries"));
    QTRY_COMPARE(m_seen->inside.load(), 3);
    m_seen->hold = false;
    QTRY_COMPARE(m_seen->count(), size_t(3));
}

void tst_Pyro45Features::realClientsReconnect()
{
    startOurs();
    m_seen->hold = true;
    QCOMPARE(
        check(QStringLiteral("reconnect"), {QStringLiteral("COMMTIMEOUT=1.0")}), QByteArray("ok reconnect"));
    QCOMPARE(m_seen->inside.load(), 1);
    m_seen->hold = false;
    QTRY_COMPARE(m_seen->count(), size_t(1));
}

void tst_Pyro45Features::realServersTalkTls_data()
{
    QTest::addColumn<bool>("twoWay");
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("ca");
    QTest::addColumn<bool>("isGood");
    const QString ca = QStringLiteral("ca.pem");
    const QString client = QStringLiteral("client.pem");
    QTest::addRow("one-way") << false << QString() << ca << true;
    QTest::addRow("one-way, server not trusted")
        << false << QString() << QStringLiteral("stranger-ca.pem") << false;
    QTest::addRow("two-way") << true << client << ca << true;
    QTest::addRow("two-way, no certificate") << true << QString() << ca << false;
    QTest::addRow("two-way, stranger") << true << QStringLiteral("stranger.pem") << ca << false;
}

// Row 52: the certificates of the tests, which were made for them.
void tst_Pyro45Features::realServersTalkTls()
{
    QFETCH(bool, twoWay);
    QFETCH(QString, certificate);
    QFETCH(QString, ca);
    QFETCH(bool, isGood);
    startReal({QStringLiteral("SSL=True"), QStringLiteral("SSL_SERVERCERT=") + kTls + u"server.pem",
        QStringLiteral("SSL_CACERTS=") + kTls + u"ca.pem",
        QStringLiteral("SSL_REQUIRECLIENTCERT=") + (twoWay ? u"True" : u"False")});
    ProxyOptions options;
    options.tls = tlsWith(certificate, ca);
    const Reply reply = proxy(QStringLiteral("features"), options)
                            ->callBlocking(QStringLiteral("echo"), {Value::integer(1)});
    QVERIFY2(reply.isOk() == isGood, reply ? "let in" : qPrintable(reply.error().what));
    ProxyOptions clear;
    clear.callTimeout = 5s;
    QVERIFY(
        !proxy(QStringLiteral("features"), clear)->callBlocking(QStringLiteral("echo"), {Value::integer(1)}));
}

void tst_Pyro45Features::realClientsTalkTls_data()
{
    realServersTalkTls_data();
}

void tst_Pyro45Features::realClientsTalkTls()
{
    QFETCH(bool, twoWay);
    QFETCH(QString, certificate);
    QFETCH(QString, ca);
    QFETCH(bool, isGood);
    startOurs([twoWay](DaemonOptions &options) {
        options.tls = tlsWith(QStringLiteral("server.pem"));
        options.tls->requirePeerCertificate = twoWay;
    });
    QStringList settings{QStringLiteral("SSL=True"), QStringLiteral("SSL_CACERTS=") + kTls + ca};
    if (!certificate.isEmpty())
        settings.append(QStringLiteral("SSL_CLIENTCERT=") + kTls + certificate);
    const QString name = isGood ? QStringLiteral("call") : QStringLiteral("refused");
    QCOMPARE(check(name, settings), QByteArray("ok " + name.toLatin1()));
    QCOMPARE(check(QStringLiteral("refused"), {QStringLiteral("COMMTIMEOUT=5.0")}), QByteArray("ok refused"));
}

// Row 59, the kind of Linux.
void tst_Pyro45Features::unixSocketsWithoutAFile()
{
#ifndef Q_OS_LINUX
    QSKIP("Only Linux has such sockets.");
#endif
    const QString name = QStringLiteral("pyrolens-test-%1").arg(QCoreApplication::applicationPid());
    startReal({u"unix=@" + name});
    Uri uri;
    uri.object = QStringLiteral("features");
    uri.unixPath = QChar(0) + name;
    Proxy proxy(m_context, uri);
    const Reply reply = proxy.callBlocking(QStringLiteral("echo"), {Value::integer(1)});
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
    QCOMPARE(reply.trace().generation, generation());
}

// Row 77.
void tst_Pyro45Features::showsDetailedTracebacks()
{
    startReal({QStringLiteral("DETAILED_TRACEBACK=True")});
    const Reply reply = proxy(QStringLiteral("features"))
                            ->callBlocking(QStringLiteral("divide"), {Value::integer(7), Value::integer(0)});
    QVERIFY(!reply && reply.error().remote);
    const QString text = reply.error().remote->traceback.join(QString());
    QVERIFY2(text.contains(QString(52, u'-')), qPrintable(text));
    QVERIFY2(text.contains(QRegularExpression(QStringLiteral("treasure = 7000"))), qPrintable(text));
    const Finished shown = runProgram(kPyroctl,
        {QStringLiteral("call"), QStringLiteral("PYRO:features@127.0.0.1:") + m_real.words().first(),
            QStringLiteral("divide"), QStringLiteral("7"), QStringLiteral("0")},
        QProcessEnvironment::systemEnvironment());
    QCOMPARE(shown.status, 1);
    QVERIFY2(shown.err.contains("treasure = 7000"), shown.err.constData());
}

// Row 69: a registered object travels as its class dict.
void tst_Pyro45Features::showsObjectsWhereAutoproxyIsOff()
{
    if (generation() == 5)
        QSKIP("Pyro 5 cannot turn it off");
    startReal({QStringLiteral("AUTOPROXY=False")});
    const Reply reply = proxy(QStringLiteral("features"))->callBlocking(QStringLiteral("make"));
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
    QVERIFY(reply.value().find("size") != nullptr);
    QCOMPARE(*reply.value().find("size"), Value::integer(3));
    m_real.process().kill();
    m_real.process().waitForFinished();
    startReal();
    const Reply made = proxy(QStringLiteral("features"))->callBlocking(QStringLiteral("make"));
    QVERIFY(made);
    QVERIFY(m_context->catalogue->find(4)->asReference(made.value())); // on, as usual
}

// check_config, the echo server with our name server, and what pyroctl sees of it.
void tst_Pyro45Features::toolsAgree()
{
    const QString library = QStringLiteral("Pyro%1.").arg(generation());
    const bool isOld = generation() == 4;
    const Finished config = runProgram(m_peer.python(),
        {QStringLiteral("-m"), library + (isOld ? u"configuration" : u"configure")}, m_peer.environment());
    QVERIFY2(config.status == 0, config.all().constData());
    QVERIFY2(config.out.contains(isOld ? "Protocol version: 48" : "Protocol version: 502"),
        config.out.constData());

    PeerProcess names;
    QVERIFY2(names.start(kPyroctl, {QStringLiteral("ns"), QStringLiteral("--port"), QStringLiteral("0")},
                 QProcessEnvironment::systemEnvironment()),
        names.output().constData());
    const QString location = names.words().last().section(u'@', -1);
    QProcessEnvironment environment = m_peer.environment();
    environment.insert(QStringLiteral("PYRO_NS_PORT"), location.section(u':', -1));
    QProcess echo;
    echo.setProcessEnvironment(environment);
    echo.setProcessChannelMode(QProcess::MergedChannels);
    echo.start(m_peer.python(),
        {QStringLiteral("-m"), library + (isOld ? u"test.echoserver" : u"utils.echoserver"),
            QStringLiteral("-H"), QStringLiteral("127.0.0.1"), QStringLiteral("-n")});
    QByteArray said;
    while (!said.contains("echoserver running") && echo.waitForReadyRead(20'000))
        said += echo.readAll();
    QVERIFY2(said.contains("echoserver running"), said.constData());

    const auto run = [&](const QString &words) {
        return runProgram(kPyroctl, words.split(u'|') + QStringList{QStringLiteral("--ns"), location},
            QProcessEnvironment::systemEnvironment());
    };
    const Finished listed = run(QStringLiteral("list"));
    QVERIFY2(listed.out.contains("test.echoserver"), listed.all().constData());
    const Finished described = run(QStringLiteral("describe|test.echoserver"));
    QVERIFY2(described.out.contains("oneway_echo()  oneway") && described.out.contains("verbose  attribute"),
        described.all().constData());
    QCOMPARE(run(QStringLiteral("call|test.echoserver|echo|[1, 'x']")).out, QByteArray("[1, 'x']\n"));
    QCOMPARE(run(QStringLiteral("stream|test.echoserver|generator")).out.count('\n'), 3);
    QCOMPARE(run(QStringLiteral("batch|test.echoserver|echo(1)|echo(2)")).out, QByteArray("1\n2\n"));
    const Finished failed = run(QStringLiteral("call|test.echoserver|error"));
    QCOMPARE(failed.status, 1);
    QVERIFY2(failed.err.contains("ValueError"), failed.err.constData());
    QCOMPARE(run(QStringLiteral("get|test.echoserver|verbose")).out, QByteArray("False\n"));
    QCOMPARE(run(QStringLiteral("doctor|test.echoserver")).status, 0);
    QCOMPARE(run(QStringLiteral("call|test.echoserver|shutdown")).status, 0);
    QVERIFY(echo.waitForFinished(20'000));
}

QTEST_GUILESS_MAIN(tst_Pyro45Features)

#include "tst_pyro45_features.moc"

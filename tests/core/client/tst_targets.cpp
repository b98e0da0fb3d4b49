// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientfixture.h"

#include <pyrolens/transport/hostlookup.h>

#include <QPointer>

using namespace pyrolens;
using namespace fixture;

namespace {

Uri locationUri(int port, const QString &name)
{
    Uri uri = objectUri(port, name);
    uri.form = Uri::Form::Location;
    return uri;
}

Uri nameUri(const QString &name)
{
    Uri uri;
    uri.classic = true;
    uri.form = Uri::Form::Name;
    uri.object = name;
    return uri;
}

/// A name server in the process: answers with what `answers` says, the last one again and again.
class StubResolver : public Resolver
{
public:
    Result<Uri> resolve(const Uri &, const ProxyOptions &options, QDeadlineTimer) override
    {
        lastOptions = options;
        while (isSilent)
            std::this_thread::sleep_for(1ms);
        return next();
    }
    void resolveAsync(const Uri &, const ProxyOptions &options, QObject *context,
        std::function<void(const Result<Uri> &)> handler) override
    {
        lastOptions = options;
        if (isSilent)
            return;
        QMetaObject::invokeMethod(
            context, [answer = next(), handler = std::move(handler)] { handler(answer); },
            Qt::QueuedConnection);
    }
    std::vector<Result<Uri>> answers;
    ProxyOptions lastOptions;
    int asked = 0;
    std::atomic<bool> isSilent{false};

private:
    Result<Uri> next() { return answers.at(std::min<size_t>(size_t(asked++), answers.size() - 1)); }
};

Script located(const QString &id)
{
    return handshake() + answer(Value::str(id.toUtf8()));
}

} // namespace

/// From a URI of any form to an object.
class tst_Targets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { bothForms(); }
    void cleanup() { setHostLookup(nullptr); }

    void asksTheDaemonForALocation();
    void asksAgainOnEachConnection();
    void keepsTheUriWhenTheLocationIsUnknown();
    void refusesALocationThatIsNoId();
    void asksTheDaemonItselfWithoutLocating();

    void resolvesANameOnce();
    void resolvesANameToALocation();
    void resolvesAgainAfterAFailedConnect();
    void resolvesAgainAfterALostConnection();
    void passesOnWhatTheResolverSays();
    void needsAResolverForNames();
    void endsAtTheDeadlineOfASilentResolver();

    void refusesWhatItCannotConnectTo_data();
    void refusesWhatItCannotConnectTo();
    void triesAllAddressesOfAHost();
    void namesAnUnknownHost();
    void endsAtTheDeadlineOfASlowNameService();
};

void tst_Targets::asksTheDaemonForALocation()
{
    ScriptedPeer server(
        {located(QStringLiteral("id-7")) + answer(Value::integer(1)) + answer(Value::integer(2))});
    Proxy proxy(context(), locationUri(server.port(), QStringLiteral(":demo.echo")));
    QVERIFY(!proxy.resolvedUri());
    const Reply reply = call(proxy, kEcho);
    VERIFY_OK(reply);
    QVERIFY(reply.trace().resolve > 0ns);
    VERIFY_OK(call(proxy, kEcho));
    QCOMPARE(server.connections(), 1);
    QCOMPARE(server.received().count("ResolvePYROLOC"), 1);
    QCOMPARE(server.received().count("id-7"), 2);
    QVERIFY(server.received().contains(":demo.echo"));
    QVERIFY(proxy.resolvedUri());
    QCOMPARE(proxy.resolvedUri()->toString(), QStringLiteral("PYRO://127.0.0.1:%1/id-7").arg(server.port()));
    QCOMPARE(proxy.uri().form, Uri::Form::Location);
}

void tst_Targets::asksAgainOnEachConnection()
{
    // The server may have been started anew, and then the id is another one.
    ScriptedPeer server({located(QStringLiteral("id-7")) + answer(Value()) + Script{peer::hangUp()},
        located(QStringLiteral("id-8")) + answer(Value())});
    Proxy proxy(context(), locationUri(server.port(), QStringLiteral("thing")));
    VERIFY_OK(call(proxy, kEcho));
    QTest::qSleep(30);
    VERIFY_OK(call(proxy, kEcho));
    QCOMPARE(server.received().count("id-8"), 1);
    QCOMPARE(proxy.resolvedUri()->object, QStringLiteral("id-8"));
}

void tst_Targets::keepsTheUriWhenTheLocationIsUnknown()
{
    // The original keeps the connection and then talks to the daemon object (vector
    // pyroloc_missing_then_call).
    const QByteArray unknown = failureBytes(
        QStringLiteral("Pyro.errors.NamingError"), QStringLiteral("no object found by this name"));
    ScriptedPeer server(
        {handshake() + answer(unknown), located(QStringLiteral("id-9")) + answer(Value::integer(5))});
    Proxy proxy(context(), locationUri(server.port(), QStringLiteral("thing")));
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Remote);
    QCOMPARE(reply.error().remote->className, QStringLiteral("Pyro.errors.NamingError"));
    QCOMPARE(proxy.state(), Proxy::State::Idle);
    QVERIFY(!proxy.resolvedUri());
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(5));
    QCOMPARE(server.received().count("ResolvePYROLOC"), 2);
}

void tst_Targets::refusesALocationThatIsNoId()
{
    ScriptedPeer server({handshake() + answer(Value::integer(3))});
    Proxy proxy(context(), locationUri(server.port(), QStringLiteral("thing")));
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Protocol);
    QCOMPARE(reply.error().code, QStringLiteral("reply.mismatch"));
}

void tst_Targets::asksTheDaemonItselfWithoutLocating()
{
    ScriptedPeer server({handshake() + answer(Value::dict({})) + answer(Value::str("id-7"))});
    Proxy proxy(context(), locationUri(server.port(), QString()));
    Message message;
    message.kind = Message::Kind::Query;
    message.query = Message::Query::Registered;
    VERIFY_OK(send(proxy, message));
    message.query = Message::Query::Resolve;
    message.text = QStringLiteral("thing");
    QCOMPARE(send(proxy, message).value().toText(), QStringLiteral("id-7"));
    QCOMPARE(server.failures(), QStringList());
    QCOMPARE(server.received().count("getRegistered"), 1);
}

void tst_Targets::resolvesANameOnce()
{
    ScriptedPeer server({handshake() + answer(Value()) + answer(Value())});
    auto shared = context();
    auto resolver = std::make_shared<StubResolver>();
    resolver->answers = {objectUri(server.port())};
    shared->resolver = resolver;
    Proxy proxy(shared, nameUri(QStringLiteral("echo")));
    const Reply reply = call(proxy, kEcho);
    VERIFY_OK(reply);
    QVERIFY(reply.trace().resolve > 0ns);
    VERIFY_OK(call(proxy, kEcho));
    QCOMPARE(resolver->asked, 1);
    QCOMPARE(proxy.resolvedUri(), std::optional<Uri>(objectUri(server.port())));
    QCOMPARE(proxy.generation()->info().id, 3);
}

void tst_Targets::resolvesANameToALocation()
{
    ScriptedPeer server({located(QStringLiteral("id-7")) + answer(Value::integer(1))});
    auto shared = context();
    auto resolver = std::make_shared<StubResolver>();
    resolver->answers = {locationUri(server.port(), QStringLiteral("thing"))};
    shared->resolver = resolver;
    Proxy proxy(shared, nameUri(QStringLiteral("echo")));
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(1));
    QVERIFY(server.received().contains("id-7"));
}

void tst_Targets::resolvesAgainAfterAFailedConnect()
{
    // The object moved while its connection was idle: its old server is gone, and nothing was sent yet.
    auto old = std::make_unique<ScriptedPeer>(std::vector<Script>{handshake() + answer(Value::integer(1))});
    ScriptedPeer server({handshake() + answer(Value::integer(2))});
    auto shared = context();
    auto resolver = std::make_shared<StubResolver>();
    resolver->answers = {objectUri(old->port()), objectUri(server.port())};
    shared->resolver = resolver;
    Proxy proxy(shared, nameUri(QStringLiteral("echo")));
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(1));
    old.reset();
    const Reply reply = call(proxy, kEcho);
    VERIFY_OK(reply);
    QCOMPARE(reply.value().asInteger(), std::optional<qint64>(2));
    QCOMPARE(resolver->asked, 2);
}

void tst_Targets::resolvesAgainAfterALostConnection()
{
    ScriptedPeer old({handshake() + Script{peer::expectMessage(), peer::hangUp()}});
    ScriptedPeer server({handshake() + answer(Value::integer(2))});
    auto shared = context();
    auto resolver = std::make_shared<StubResolver>();
    resolver->answers = {objectUri(old.port()), objectUri(server.port())};
    shared->resolver = resolver;
    Proxy proxy(shared, nameUri(QStringLiteral("echo")));
    COMPARE_ERROR(call(proxy, kEcho), Error::Kind::Disconnected);
    QCOMPARE(resolver->asked, 1); // never repeated by itself
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(2));
    QCOMPARE(resolver->asked, 2);
}

void tst_Targets::passesOnWhatTheResolverSays()
{
    auto shared = context();
    auto resolver = std::make_shared<StubResolver>();
    resolver->answers = {RemoteError::toError(
        remoteError(QStringLiteral("Pyro.errors.NamingError"), QStringLiteral("name not found")))};
    shared->resolver = resolver;
    Proxy proxy(shared, nameUri(QStringLiteral("echo")));
    COMPARE_ERROR(call(proxy, kEcho), Error::Kind::Remote);
    QCOMPARE(proxy.state(), Proxy::State::Idle);
    COMPARE_ERROR(call(proxy, kEcho), Error::Kind::Remote);
    QCOMPARE(resolver->asked, 2);
}

void tst_Targets::needsAResolverForNames()
{
    Proxy proxy(context(), nameUri(QStringLiteral("echo")));
    COMPARE_ERROR(call(proxy, kEcho), Error::Kind::Unsupported);
}

void tst_Targets::endsAtTheDeadlineOfASilentResolver()
{
    auto shared = context();
    auto resolver = std::make_shared<StubResolver>();
    resolver->isSilent = true;
    shared->resolver = resolver;
    Proxy proxy(shared, nameUri(QStringLiteral("echo")));
    QElapsedTimer clock;
    clock.start();
    const Reply reply = call(proxy, kEcho, {}, {.timeout = 60ms, .oneway = {}});
    const qint64 elapsed = clock.elapsed();
    resolver->answers = {objectUri(1)};
    resolver->isSilent = false;
    COMPARE_ERROR(reply, Error::Kind::Timeout);
    QVERIFY(reply.error().what.contains(QStringLiteral("PYRONAME://echo")));
    QVERIFY2(elapsed >= 55 && elapsed < 1000, qPrintable(QString::number(elapsed)));
    QFETCH_GLOBAL(bool, isAsync);
    if (isAsync)
        QVERIFY(resolver->lastOptions.callTimeout <= 60ms);
}

void tst_Targets::refusesWhatItCannotConnectTo_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("kind");
    QTest::addRow("no-host") << QStringLiteral("host") << int(Error::Kind::Usage);
    QTest::addRow("no-port") << QStringLiteral("port") << int(Error::Kind::Usage);
    QTest::addRow("generation") << QStringLiteral("generation") << int(Error::Kind::Unsupported);
    QTest::addRow("long-name") << QStringLiteral("name") << int(Error::Kind::Limit);
}

void tst_Targets::refusesWhatItCannotConnectTo()
{
    QFETCH(QString, what);
    QFETCH(int, kind);
    ScriptedPeer server({});
    Uri uri = objectUri(server.port());
    QString method = kEcho;
    if (what == u"host")
        uri.host.clear();
    else if (what == u"port")
        uri.port = 0;
    else if (what == u"generation")
        uri.classic = false;
    else
        method = QString(5000, u'x');
    Proxy proxy(context(), uri);
    const Reply reply = call(proxy, method);
    COMPARE_ERROR(reply, Error::Kind(kind));
    QVERIFY(!reply.error().what.isEmpty());
    QCOMPARE(server.connections(), 0);
    QCOMPARE(proxy.state(), Proxy::State::Idle);
}

void tst_Targets::triesAllAddressesOfAHost()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1))}, QHostAddress(QStringLiteral("127.0.0.3")));
    setHostLookup([](const QString &) {
        return QList<QHostAddress>{QHostAddress(QStringLiteral("::1")),
            QHostAddress(QStringLiteral("127.0.0.2")), QHostAddress(QStringLiteral("127.0.0.3"))};
    });
    Uri uri = objectUri(server.port());
    uri.host = QStringLiteral("stub.example");
    Proxy proxy(context(), uri);
    VERIFY_OK(call(proxy, kEcho));
    QCOMPARE(server.connections(), 1);
}

void tst_Targets::namesAnUnknownHost()
{
    setHostLookup([](const QString &) { return QList<QHostAddress>(); });
    Uri uri = objectUri(9090);
    uri.host = QStringLiteral("stub.example");
    Proxy proxy(context(), uri);
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Disconnected);
    QCOMPARE(reply.error().code, QStringLiteral("connect.unknown-host"));
    QVERIFY(reply.error().what.contains(QStringLiteral("stub.example")));
}

void tst_Targets::endsAtTheDeadlineOfASlowNameService()
{
    const auto release = std::make_shared<std::atomic<bool>>(false);
    setHostLookup([release](const QString &) {
        while (!*release)
            std::this_thread::sleep_for(1ms);
        return QList<QHostAddress>();
    });
    Uri uri = objectUri(9090);
    uri.host = QStringLiteral("stub.example");
    ProxyOptions options;
    options.connectTimeout = 60ms;
    Proxy proxy(context(), uri, options);
    QElapsedTimer clock;
    clock.start();
    const Reply reply = call(proxy, kEcho);
    const qint64 elapsed = clock.elapsed();
    *release = true;
    COMPARE_ERROR(reply, Error::Kind::Timeout);
    QVERIFY2(elapsed >= 55 && elapsed < 1000, qPrintable(QString::number(elapsed)));
}

QTEST_GUILESS_MAIN(tst_Targets)
#include "tst_targets.moc"

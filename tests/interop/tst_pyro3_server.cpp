// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// Our client library and pyroctl use a real Pyro 3 name server and a real Pyro 3 daemon.

#include "support/peerprocess.h"

#include <pyrolens/base/json.h>
#include <pyrolens/client/proxy.h>
#include <pyrolens/generations.h>
#include <pyrolens/naming/nameserverclient.h>
#include <pyrolens/value/literal.h>
#include <pyrolens/value/tagged.h>

#include <QTest>

#include <memory>

using namespace pyrolens;

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");
const QString kScript = QStringLiteral(PYROLENS_INTEROP_SCRIPTS "/pyro3_server.py");

/// What a peer is configured with, as rows of initTestCase-like fixtures.
QProcessEnvironment with(QProcessEnvironment environment, const QStringList &settings)
{
    for (const QString &setting : settings)
        environment.insert(setting.section(u'=', 0, 0), setting.section(u'=', 1));
    return environment;
}

} // namespace

class tst_Pyro3Server : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void echoesLiterals_data();
    void echoesLiterals();
    void settingsOfTheServer_data();
    void settingsOfTheServer();
    void raisesRemoteErrors();
    void carriesInstancesUnchanged();
    void readsAndWritesAttributes();
    void sendsOneway();
    void timesOut();
    void cancelsFromAnotherThread();
    void usesReturnedProxies();
    void asksTheDaemon();
    void resolvesLocationsAndNames();
    void presentsIdentification();
    void administersTheNameServer();
    void pyroctlCommands();

private:
    std::unique_ptr<Proxy> proxy(const QString &uri, ProxyOptions options = {}) const;
    QString targetUri() const
    {
        return QStringLiteral("PYROLOC://127.0.0.1:%1/:interop.target").arg(m_daemonPort);
    }
    Json pyroctl(const QStringList &words, int status) const;

    std::unique_ptr<Pyro3Peer> m_peer;
    std::shared_ptr<ClientContext> m_context;
    PeerProcess m_names;
    PeerProcess m_daemon;
    quint16 m_namesPort = 0;
    quint16 m_daemonPort = 0;
};

void tst_Pyro3Server::initTestCase()
{
    m_context = std::make_shared<ClientContext>();
    m_context->catalogue = builtinCatalogue();
    m_peer = std::make_unique<Pyro3Peer>();
    if (!m_peer->missing().isEmpty())
        QSKIP(qPrintable(m_peer->missing()));
    QVERIFY2(m_names.start(m_peer->python, {kScript, QStringLiteral("ns")}, m_peer->environment()),
        m_names.output().constData());
    m_namesPort = m_names.words().first().toUShort();
    QVERIFY2(m_daemon.start(m_peer->python, {kScript, QStringLiteral("daemon"), QString::number(m_namesPort)},
                 m_peer->environment()),
        m_daemon.output().constData());
    m_daemonPort = m_daemon.words().first().toUShort();
}

std::unique_ptr<Proxy> tst_Pyro3Server::proxy(const QString &uri, ProxyOptions options) const
{
    const auto parsed = m_context->catalogue->parseUri(uri);
    return parsed ? std::make_unique<Proxy>(m_context, *parsed, std::move(options)) : nullptr;
}

void tst_Pyro3Server::echoesLiterals_data()
{
    QTest::addColumn<QString>("literal");
    for (const char *literal : {"None", "True", "False", "0", "-1", "255", "65536", "2147483648",
             "-9223372036854775808", "9223372036854775808L", "5L", "1.5", "-0.0", "inf", "1e300", "'text'",
             "''", "'\\xff\\x00raw'", "u'unicode \\u20ac'", "u'\\U0001f40d'", "()", "(1,)", "(1, 2, 3, 4)",
             "[]", "[1, [2, (3,)]]", "{}", "{'a': 1, 2: (3,), None: u'x'}", "set([])", "{1, 2}",
             "frozenset({3})", "(1+2j)", "Decimal('1.10')", "datetime('2020-02-29T01:02:03.000004')",
             "date('2020-01-02')", "timedelta(1, 2, 3)", "UUID('00000000-0000-0000-0000-00000000002a')",
             "array('i', [1, 2])", "bytearray(b'ab')"}) {
        if (qstrcmp(literal, "set([])") == 0)
            QTest::addRow("empty-set") << QStringLiteral("set()");
        else
            QTest::addRow("%s", literal) << QString::fromLatin1(literal);
    }
}

void tst_Pyro3Server::echoesLiterals()
{
    QFETCH(QString, literal);
    const auto sent = parseLiteral(literal, Dialect::Python2);
    QVERIFY2(sent, sent ? "" : qPrintable(sent.error().what));
    const auto target = proxy(targetUri());
    const Reply reply = target->callBlocking(QStringLiteral("echo"), {sent->value});
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
    QCOMPARE(toTagged(reply.value(), TaggedStyle::Application).toText(),
        toTagged(sent->value, TaggedStyle::Application).toText());
}

void tst_Pyro3Server::settingsOfTheServer_data()
{
    QTest::addColumn<QStringList>("settings");
    QTest::newRow("pickle-0") << QStringList{QStringLiteral("PYRO_PICKLE_FORMAT=0")};
    QTest::newRow("pickle-1") << QStringList{QStringLiteral("PYRO_PICKLE_FORMAT=1")};
    QTest::newRow("compression") << QStringList{QStringLiteral("PYRO_COMPRESSION=1")};
    QTest::newRow("checksum") << QStringList{QStringLiteral("PYRO_CHECKSUM=1")};
    QTest::newRow("both") << QStringList{
        QStringLiteral("PYRO_COMPRESSION=1"), QStringLiteral("PYRO_CHECKSUM=1")};
    QTest::newRow("single-threaded") << QStringList{QStringLiteral("PYRO_MULTITHREADED=0")};
    QTest::newRow("detailed-traceback") << QStringList{QStringLiteral("PYRO_DETAILED_TRACEBACK=1")};
}

void tst_Pyro3Server::settingsOfTheServer()
{
    QFETCH(QStringList, settings);
    PeerProcess daemon;
    QVERIFY2(daemon.start(
                 m_peer->python, {kScript, QStringLiteral("daemon")}, with(m_peer->environment(), settings)),
        daemon.output().constData());
    const QString uri = QStringLiteral("PYROLOC://127.0.0.1:%1/:interop.target").arg(daemon.words().first());
    const Value sent = Value::list({Value::text(u8"x"), Value::str(QByteArray(2000, 'y')),
        Value::dict({{Value::integer(1), Value::none()}})});
    for (const int protocol : {0, 1, 2}) {
        for (const bool compress : {false, true}) {
            ProxyOptions options;
            options.pickleProtocol = protocol;
            options.compress = compress;
            options.checksum = compress;
            const auto target = proxy(uri, options);
            const Reply reply = target->callBlocking(QStringLiteral("echo"), {sent});
            QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
            QCOMPARE(reply.value(), sent);
        }
    }
    const auto target = proxy(uri);
    const Reply failed = target->callBlocking(QStringLiteral("fail"), {Value::str("why")});
    QVERIFY(!failed);
    QCOMPARE(failed.error().kind, Error::Kind::Remote);
    QCOMPARE(failed.error().remote->className, QStringLiteral("exceptions.ValueError"));
    QVERIFY(failed.error().remote->hasTraceback());
}

void tst_Pyro3Server::raisesRemoteErrors()
{
    const auto target = proxy(targetUri());
    const Reply value = target->callBlocking(QStringLiteral("fail"), {Value::str("bad thing")});
    QVERIFY(!value);
    QCOMPARE(value.error().kind, Error::Kind::Remote);
    QCOMPARE(value.error().remote->className, QStringLiteral("exceptions.ValueError"));
    QCOMPARE(value.error().remote->args, Value::tuple({Value::str("bad thing")}));
    QVERIFY(value.error().remote->traceback.first().startsWith(
        QStringLiteral("Traceback (most recent call last)")));
    QCOMPARE(value.error().remote->traceback.last(), QStringLiteral("ValueError: bad thing"));

    const Reply custom = target->callBlocking(QStringLiteral("trouble"));
    QVERIFY(!custom);
    QCOMPARE(custom.error().remote->className, QStringLiteral("__main__.Trouble"));
    QCOMPARE(*custom.error().remote->attributes.find("code"), Value::integer(42));

    const Reply missing = target->callBlocking(QStringLiteral("no_such_method"));
    QVERIFY(!missing);
    QCOMPARE(missing.error().remote->className, QStringLiteral("exceptions.AttributeError"));

    const Reply unpicklable = target->callBlocking(QStringLiteral("unpicklable"));
    QVERIFY(!unpicklable);
    QCOMPARE(unpicklable.error().kind, Error::Kind::Remote);

    const Reply arguments = target->callBlocking(QStringLiteral("add"));
    QVERIFY(!arguments);
    QCOMPARE(arguments.error().remote->className, QStringLiteral("exceptions.TypeError"));

    const auto nobody = proxy(QStringLiteral("PYRO://127.0.0.1:%1/nobody").arg(m_daemonPort));
    const Reply unknown = nobody->callBlocking(QStringLiteral("echo"), {Value::integer(1)});
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().remote->className, QStringLiteral("Pyro.errors.ProtocolError"));
    // The original closes that connection; the next call makes a new one.
    QVERIFY(!nobody->callBlocking(QStringLiteral("echo"), {Value::integer(1)}).isOk());

    QCOMPARE(target
                 ->callBlocking(
                     QStringLiteral("add"), {Value::integer(1)}, {{Value::text(u8"b"), Value::integer(2)}})
                 .value(),
        Value::integer(3));
}

void tst_Pyro3Server::carriesInstancesUnchanged()
{
    const auto target = proxy(targetUri());
    for (const char *method : {"old", "new"}) {
        const Reply reply = target->callBlocking(QString::fromLatin1(method));
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
        QVERIFY(reply.value().asObject() != nullptr);
        const Reply back = target->callBlocking(QStringLiteral("echo"), {reply.value()});
        QVERIFY2(back, back ? "" : qPrintable(back.error().what));
        QCOMPARE(back.value(), reply.value());
    }
}

void tst_Pyro3Server::readsAndWritesAttributes()
{
    const auto target = proxy(targetUri());
    Message message;
    message.kind = Message::Kind::SetAttribute;
    message.method = "title";
    message.value = Value::str("changed");
    QVERIFY(target->sendBlocking(message));
    message.kind = Message::Kind::GetAttribute;
    QCOMPARE(target->sendBlocking(message).value(), Value::str("changed"));
    message.kind = Message::Kind::HasAttribute;
    message.method = "echo";
    QCOMPARE(target->sendBlocking(message).value(), Value::integer(1));
    message.method = "title";
    QCOMPARE(target->sendBlocking(message).value(), Value::integer(2));
    message.kind = Message::Kind::GetAttribute;
    message.method = "nothing";
    const Reply missing = target->sendBlocking(message);
    QVERIFY(!missing);
    QCOMPARE(missing.error().remote->className, QStringLiteral("exceptions.AttributeError"));
}

void tst_Pyro3Server::sendsOneway()
{
    ProxyOptions options;
    options.onewayMethods = {QStringLiteral("note")};
    const auto target = proxy(targetUri(), options);
    const Reply sent = target->callBlocking(QStringLiteral("note"), {Value::integer(1)});
    QVERIFY(sent);
    QVERIFY(sent.value().isNone());
    QVERIFY(sent.trace().oneway);
    QTRY_COMPARE(target->callBlocking(QStringLiteral("notes")).value().size(), 1);
}

void tst_Pyro3Server::timesOut()
{
    using namespace std::chrono_literals;
    const auto target = proxy(targetUri());
    QVERIFY(target->callBlocking(QStringLiteral("echo"), {Value::none()}));
    QElapsedTimer timer;
    timer.start();
    const Reply late = target->callBlocking(
        QStringLiteral("sleep"), {Value::integer(3)}, {}, {.timeout = 300ms, .oneway = {}});
    QVERIFY(!late);
    QCOMPARE(late.error().kind, Error::Kind::Timeout);
    QVERIFY2(timer.elapsed() < 1500, qPrintable(QString::number(timer.elapsed())));
    // The late answer must not become the answer of the next call.
    QCOMPARE(
        target->callBlocking(QStringLiteral("echo"), {Value::str("fresh")}).value(), Value::str("fresh"));
}

void tst_Pyro3Server::cancelsFromAnotherThread()
{
    const auto target = proxy(targetUri());
    QVERIFY(target->callBlocking(QStringLiteral("echo"), {Value::none()}));
    std::unique_ptr<QThread> canceller(QThread::create([&target] {
        QThread::msleep(200);
        target->cancelBlocking();
    }));
    canceller->start();
    const Reply cancelled = target->callBlocking(QStringLiteral("sleep"), {Value::integer(3)});
    canceller->wait();
    QVERIFY(!cancelled);
    QCOMPARE(cancelled.error().kind, Error::Kind::Cancelled);
}

void tst_Pyro3Server::usesReturnedProxies()
{
    const Generation *generation = m_context->catalogue->find(3);
    const auto target = proxy(targetUri());
    for (const char *method : {"me", "myuri"}) {
        const Reply reply = target->callBlocking(QString::fromLatin1(method));
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
        const auto reference = generation->asReference(reply.value());
        QVERIFY(reference);
        const auto other = proxy(reference->uri);
        QVERIFY(other);
        QCOMPARE(other->callBlocking(QStringLiteral("echo"), {Value::integer(9)}).value(), Value::integer(9));
        // Sent back as it came, it is still a proxy for the other side.
        QVERIFY(target->callBlocking(QStringLiteral("echo"), {reply.value()}));
    }
}

void tst_Pyro3Server::asksTheDaemon()
{
    const auto target = proxy(targetUri());
    Message message;
    message.kind = Message::Kind::Query;
    message.query = Message::Query::Registered;
    const Reply registered = target->sendBlocking(message);
    QVERIFY2(registered, registered ? "" : qPrintable(registered.error().what));
    bool found = false;
    for (const auto &[id, name] : registered.value().pairs())
        found = found || name.toText() == QStringLiteral(":interop.target");
    QVERIFY(found);
}

void tst_Pyro3Server::resolvesLocationsAndNames()
{
    const auto missing = proxy(QStringLiteral("PYROLOC://127.0.0.1:%1/:interop.nothing").arg(m_daemonPort));
    for (int i = 0; i < 2;
         ++i) { // the second call must not go to the daemon object, as it does in the original
        const Reply reply = missing->callBlocking(QStringLiteral("echo"), {Value::integer(1)});
        QVERIFY(!reply);
        QCOMPARE(reply.error().remote->className, QStringLiteral("Pyro.errors.NamingError"));
    }
    auto context = std::make_shared<ClientContext>(*m_context);
    context->resolver = makeNameServerResolver(m_context, {});
    const auto uri = m_context->catalogue->parseUri(
        QStringLiteral("PYRONAME://127.0.0.1:%1/:interop.target").arg(m_namesPort));
    QVERIFY(uri);
    Proxy named(context, *uri);
    QCOMPARE(named.callBlocking(QStringLiteral("echo"), {Value::integer(4)}).value(), Value::integer(4));
    QCOMPARE(named.resolvedUri()->form, Uri::Form::Object);
}

void tst_Pyro3Server::presentsIdentification()
{
    PeerProcess daemon;
    QVERIFY2(daemon.start(m_peer->python, {kScript, QStringLiteral("daemon")},
                 with(m_peer->environment(), {QStringLiteral("PYROLENS_TEST_IDENT=s3cret")})),
        daemon.output().constData());
    const QString uri = QStringLiteral("PYROLOC://127.0.0.1:%1/:interop.target").arg(daemon.words().first());
    ProxyOptions options;
    options.credentials.ident = QStringLiteral("s3cret");
    QCOMPARE(proxy(uri, options)->callBlocking(QStringLiteral("echo"), {Value::integer(1)}).value(),
        Value::integer(1));
    for (const QString &ident : {QString(), QStringLiteral("wrong")}) {
        options.credentials.ident = ident;
        const Reply denied = proxy(uri, options)->callBlocking(QStringLiteral("echo"), {Value::integer(1)});
        QVERIFY(!denied);
        QCOMPARE(denied.error().kind, Error::Kind::Denied);
        QVERIFY2(denied.error().what.contains(QStringLiteral("security")), qPrintable(denied.error().what));
    }
}

void tst_Pyro3Server::administersTheNameServer()
{
    NameServerAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.port = m_namesPort;
    NameServerClient names(m_context, address);
    QVERIFY(names.pingBlocking());
    QVERIFY(names.createGroupBlocking(QStringLiteral(":ours")));
    QVERIFY(names.registerBlocking(QStringLiteral(":ours.a"), QStringLiteral("PYRO://127.0.0.1:7766/abc")));
    const Status again
        = names.registerBlocking(QStringLiteral(":ours.a"), QStringLiteral("PYRO://127.0.0.1:7766/abc"));
    QVERIFY(!again);
    QCOMPARE(again.error().remote->className, QStringLiteral("Pyro.errors.NamingError"));
    QCOMPARE(*names.lookupBlocking(QStringLiteral(":ours.a")), QStringLiteral("PYRO://127.0.0.1:7766/abc"));
    const Value meta = Value::dict({{Value::str("k"), Value::list({Value::integer(1)})}});
    QVERIFY(names.setMetaBlocking(QStringLiteral(":ours.a"), meta));
    QCOMPARE(*names.metaBlocking(QStringLiteral(":ours.a")), meta);
    const auto all = names.listAllBlocking(true);
    QVERIFY2(all, all ? "" : qPrintable(all.error().what));
    QVERIFY(std::find(all->begin(), all->end(), NameEntry{QStringLiteral(":ours"), {}, true}) != all->end());
    QVERIFY(std::find(all->begin(), all->end(),
                NameEntry{QStringLiteral(":ours.a"), QStringLiteral("PYRO://127.0.0.1:7766/abc"), false})
        != all->end());
    QVERIFY(names.unregisterBlocking(QStringLiteral(":ours.a")));
    QVERIFY(!names.lookupBlocking(QStringLiteral(":ours.a")));
    QVERIFY(names.deleteGroupBlocking(QStringLiteral(":ours")));
}

Json tst_Pyro3Server::pyroctl(const QStringList &words, int status) const
{
    const QStringList arguments = QStringList{QStringLiteral("--json"), QStringLiteral("--ns"),
                                      QStringLiteral("127.0.0.1:%1").arg(m_namesPort)}
        + words;
    const Finished finished = runProgram(kPyroctl, arguments, QProcessEnvironment::systemEnvironment());
    if (finished.status != status)
        qWarning() << words << "ended with" << finished.status << finished.out << finished.err;
    const auto json = Json::parse(finished.out.trimmed());
    return finished.status == status && json ? *json : Json();
}

void tst_Pyro3Server::pyroctlCommands()
{
    const QString target = QStringLiteral(":interop.target");
    QCOMPARE(pyroctl({QStringLiteral("call"), target, QStringLiteral("add"), QStringLiteral("-42"),
                         QStringLiteral("--kw"), QStringLiteral("b=2")},
                 0)
                 .value(u"result"),
        Json(-40));
    QCOMPARE(pyroctl({QStringLiteral("ping")}, 0).value(u"ok"), Json(true));
    QCOMPARE(pyroctl({QStringLiteral("ping"), target}, 0).value(u"ok"), Json(true));
    QVERIFY(
        pyroctl({QStringLiteral("list"), QStringLiteral(":interop")}, 0).value(u"result").contains(target));
    QVERIFY(pyroctl({QStringLiteral("lookup"), target}, 0)
                .value(u"result")
                .toString()
                .startsWith(QStringLiteral("PYRO://")));
    QCOMPARE(pyroctl({QStringLiteral("lookup"), QStringLiteral(":interop.nothing")}, 1)
                 .value(u"error")
                 .value(u"where"),
        Json(QStringLiteral("remote")));
    QCOMPARE(pyroctl({QStringLiteral("set"), target, QStringLiteral("title"), QStringLiteral("'x'")}, 0)
                 .value(u"ok"),
        Json(true));
    QCOMPARE(
        pyroctl({QStringLiteral("get"), target, QStringLiteral("title")}, 0).value(u"result").value(u"$str"),
        Json(QStringLiteral("x")));
    const Json failed
        = pyroctl({QStringLiteral("call"), target, QStringLiteral("fail"), QStringLiteral("'no'")}, 1)
              .value(u"error");
    QCOMPARE(failed.value(u"class"), Json(QStringLiteral("exceptions.ValueError")));
    QVERIFY(failed.value(u"traceback").items().size() >= 3);
    QCOMPARE(pyroctl({QStringLiteral("describe"), target}, 0).value(u"result").value(u"generation"), Json(3));
    const QString daemon = QStringLiteral("127.0.0.1:%1").arg(m_daemonPort);
    QVERIFY(!pyroctl({QStringLiteral("registered"), daemon}, 0).value(u"result").members().empty());
    QCOMPARE(pyroctl({QStringLiteral("--timeout"), QStringLiteral("0.3"), QStringLiteral("call"), target,
                         QStringLiteral("sleep"), QStringLiteral("5")},
                 4)
                 .value(u"error")
                 .value(u"class"),
        Json(QStringLiteral("pyrolens.Timeout")));
}

QTEST_GUILESS_MAIN(tst_Pyro3Server)

#include "tst_pyro3_server.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The manual's chapter "Features and Guidelines", feature by feature: our half of each with the real Pyro 3's
// other half.

#include "support/peerprocess.h"

#include <pyrolens/base/json.h>
#include <pyrolens/client/proxy.h>
#include <pyrolens/demo/clientcaller.h>
#include <pyrolens/generations.h>
#include <pyrolens/server/daemonthread.h>

#include <QTcpServer>
#include <QTest>

#include <memory>
#include <thread>

using namespace pyrolens;
using namespace std::chrono_literals;

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");
const QString kScript = QStringLiteral(PYROLENS_INTEROP_SCRIPTS "/pyro3_features.py");
const QString kServerScript = QStringLiteral(PYROLENS_INTEROP_SCRIPTS "/pyro3_server.py");
const QString kService = QStringLiteral(":features.service");

quint16 freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost) ? probe.serverPort() : quint16(0);
}

class Lamp : public QObject
{
    Q_OBJECT
    Q_PROPERTY(int level MEMBER m_level)

public:
    Q_INVOKABLE QString title() const { return QStringLiteral("lamp"); }
    Q_INVOKABLE QByteArray place() const { return QByteArrayLiteral("lab"); }

private:
    int m_level = 0;
};

/// Counts how often transients were taken away.
class Transient final : public LambdaServant
{
public:
    explicit Transient(std::shared_ptr<std::atomic<int>> reapedCount)
        : LambdaServant(QStringLiteral("Transient")), m_reaped(std::move(reapedCount))
    {
        method(QStringLiteral("name()"),
            [](std::vector<Value>, CallContext &call) -> Outcome { return call.nativeText(u"transient"); });
    }
    void reaped() override { ++*m_reaped; }

private:
    const std::shared_ptr<std::atomic<int>> m_reaped;
};

/// Our half of the conversations: the methods that pyro3_features.py calls. Runs in any mode of a daemon, so
/// it calls out with callAsync() and answers later.
std::shared_ptr<LambdaServant> makeService(const std::shared_ptr<ClientContext> &context)
{
    auto service = std::make_shared<LambdaServant>(QStringLiteral("Service"), Threading::Concurrent);
    service->method(QStringLiteral("echo(value)"),
        [](std::vector<Value> args, CallContext &) -> Outcome { return args[0]; });
    for (const auto &[own, other] : {std::pair("ask", "answer"), std::pair("answer", "ask")}) {
        service->method(QLatin1String(own) + QStringLiteral("(me, you, depth)"),
            [other](std::vector<Value> args, CallContext &call) -> Outcome {
                const qint64 depth = *args[2].asInteger();
                if (depth == 0)
                    return Value::integer(0);
                DeferredReply reply;
                call.caller(args[1])->callAsync(QLatin1String(other),
                    {args[1], args[0], Value::integer(depth - 1)}, false, 20s, call.daemon,
                    [reply](const Result<Value> &answer) {
                        reply.finish(answer.map(
                            [](const Value &value) { return Value::integer(*value.asInteger() + 1); }));
                    });
                return reply;
            });
    }
    // Blocks on a connection's thread of its own, and looks at what is left of the connection.
    service->method(
        QStringLiteral("poke(callback)"), [context](std::vector<Value> args, CallContext &call) -> Outcome {
            const auto reference = call.generation->asReference(args[0]);
            Proxy proxy(context, *call.generation->parseUri(reference->uri));
            const Reply reply = proxy.callBlocking(QStringLiteral("trouble"), {Value::str("both ends")});
            if (reply)
                return call.nativeText(u"nothing was raised");
            const RemoteError remote = *reply.error().remote;
            const QString first
                = remote.className.section(u'.', -1) + QStringLiteral(": ") + remote.args.at(0).toText();
            call.pause(300ms);
            // Over the connection that is left, if it is left.
            const Reply again = proxy.callBlocking(QStringLiteral("GUID"));
            return call.nativeText(
                QString(first + (again && !again.trace().newConnection ? u", kept" : u", closed")));
        });
    service->method(QStringLiteral("visits()"), [](std::vector<Value>, CallContext &call) -> Outcome {
        return Value::integer(++*std::any_cast<int>(&call.storage->user));
    });
    service->method(QStringLiteral("caller()"), [](std::vector<Value>, CallContext &call) -> Outcome {
        return call.nativeText(call.storage->peer.host);
    });
    service->method(QStringLiteral("identity()"), [](std::vector<Value>, CallContext &call) -> Outcome {
        return call.nativeText(call.storage->identity);
    });
    const auto mutex = std::make_shared<std::mutex>();
    const auto noted = std::make_shared<std::vector<Value>>();
    service->method(QStringLiteral("note_caller()"), [=](std::vector<Value>, CallContext &call) -> Outcome {
        const std::lock_guard lock(*mutex);
        noted->push_back(call.nativeText(call.storage->peer.host));
        return Value();
    });
    service->method(QStringLiteral("noted_callers()"), [=](std::vector<Value>, CallContext &) -> Outcome {
        const std::lock_guard lock(*mutex);
        return Value::list(*noted);
    });
    const auto reaped = std::make_shared<std::atomic<int>>(0);
    service->method(QStringLiteral("make()"), [reaped](std::vector<Value>, CallContext &) -> Outcome {
        return std::static_pointer_cast<Servant>(std::make_shared<Transient>(reaped));
    });
    service->method(QStringLiteral("reaped()"),
        [reaped](std::vector<Value>, CallContext &) -> Outcome { return Value::integer(reaped->load()); });
    return service;
}

} // namespace

class tst_Pyro3Features : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void realClientUsesFeatures_data();
    void realClientUsesFeatures();
    void realClientRebindsToARestartedServer();
    void ourClientRebindsToARestartedServer_data();
    void ourClientRebindsToARestartedServer();
    void ourClientIsCalledBack();
    void ourClientsProveTheirPassword();
    void ourClientSeesTransientsReaped();
    void realServerCallsTheListener();
    void realClientsCallTheListener();
    void persistentDemoSurvivesBothServers();

private:
    void check(const QString &uri, const QString &name, const QStringList &settings = {});
    Result<Uri> host(DaemonThread &daemon, const DaemonOptions &options,
        const std::shared_ptr<Servant> &servant, const std::function<void(Daemon &)> &prepare = {}) const;
    std::unique_ptr<Proxy> proxyFor(const PeerProcess &server, ProxyOptions options = {}) const;

    std::unique_ptr<Pyro3Peer> m_peer;
    std::shared_ptr<ClientContext> m_context;
};

void tst_Pyro3Features::initTestCase()
{
    m_context = std::make_shared<ClientContext>();
    m_context->catalogue = builtinCatalogue();
    m_peer = std::make_unique<Pyro3Peer>();
    if (!m_peer->missing().isEmpty())
        QSKIP(qPrintable(m_peer->missing()));
}

void tst_Pyro3Features::check(const QString &uri, const QString &name, const QStringList &settings)
{
    QProcessEnvironment environment = m_peer->environment();
    for (const QString &setting : settings)
        environment.insert(setting.section(u'=', 0, 0), setting.section(u'=', 1));
    const Finished finished
        = runProgram(m_peer->python, {kScript, QStringLiteral("check"), uri, name}, environment);
    QVERIFY2(finished.status == 0, finished.all().constData());
    QCOMPARE(finished.out.trimmed(), "ok " + name.toUtf8());
}

Result<Uri> tst_Pyro3Features::host(DaemonThread &daemon, const DaemonOptions &options,
    const std::shared_ptr<Servant> &servant, const std::function<void(Daemon &)> &prepare) const
{
    std::optional<Result<Uri>> uri;
    const auto port = daemon.start(
        m_context->catalogue, options,
        [&](Daemon &made) {
            uri = made.connectServant(servant);
            return uri->map([](const Uri &) { return Done(); });
        },
        [&](Daemon &made) {
            made.setCallerFactory(makeCallerFactory(m_context));
            made.setInitHook([](LocalStorage &storage) { storage.user = 100; });
            if (prepare)
                prepare(made);
        });
    return port ? *uri : Result<Uri>(port.error());
}

std::unique_ptr<Proxy> tst_Pyro3Features::proxyFor(const PeerProcess &server, ProxyOptions options) const
{
    const auto uri = m_context->catalogue->parseUri(
        QStringLiteral("PYRO://127.0.0.1:%1/%2").arg(server.words().value(0), server.words().value(1)));
    return uri ? std::make_unique<Proxy>(m_context, *uri, std::move(options)) : nullptr;
}

void tst_Pyro3Features::realClientUsesFeatures_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("multithreaded");
    QTest::addColumn<QStringList>("settings");
    const QStringList single{QStringLiteral("PYRO_MULTITHREADED=0")};
    for (const bool multithreaded : {true, false}) {
        const auto row = [&](const char *name, const QStringList &settings = {}) {
            QTest::addRow("%s-%s%s", name, multithreaded ? "threads" : "single",
                settings.isEmpty() ? "" : "-of-a-single-threaded-client")
                << QString::fromLatin1(name) << multithreaded << settings;
        };
        for (const char *name : {"nested", "transient", "idle", "user", "blocked", "delegate"})
            row(name);
        row("transient", single);
        if (multithreaded) {
            row("callback_error");
            row("storage");
        } else {
            row("shared_storage");
        }
    }
}

void tst_Pyro3Features::realClientUsesFeatures()
{
    QFETCH(QString, name);
    QFETCH(bool, multithreaded);
    QFETCH(QStringList, settings);
    DaemonOptions options;
    options.multithreaded = multithreaded;
    std::shared_ptr<Servant> servant = makeService(m_context);
    Lamp lamp;
    QThread home;
    if (name == u"delegate") {
        auto own = std::make_shared<LambdaServant>(QStringLiteral("Front"));
        own->method(QStringLiteral("title()"),
            [](std::vector<Value>, CallContext &call) -> Outcome { return call.nativeText(u"own"); });
        servant = makeDelegatingServant(own, makeQObjectServant(&lamp));
        lamp.moveToThread(&home);
        home.start();
    }
    DaemonThread daemon;
    const auto uri = host(daemon, options, servant, [&](Daemon &made) {
        if (name == u"transient")
            made.setTransientAge(400ms);
        if (name == u"idle")
            made.setTimeout(500ms);
        if (name == u"user")
            made.setValidator(std::make_shared<UserValidator>(
                std::map<QString, QString>{{QStringLiteral("ann"), QStringLiteral("secret")}}));
        if (name == u"blocked")
            made.setValidator(
                std::make_shared<HostValidator>(QStringList(), QStringList{QStringLiteral("127.0.0.1")}));
    });
    QVERIFY2(uri, uri ? "" : qPrintable(uri.error().what));
    if (name == u"transient") // the service itself has no name either, so it has to be registered as one that
                              // stays
        QVERIFY(daemon.daemon()->disconnectServant(uri->object.toUtf8())
            && daemon.daemon()->connectServant(servant, QStringLiteral("service"), uri->object.toUtf8()));
    check(uri->toString(), name, settings);
    daemon.stop();
    home.quit();
    home.wait();
}

void tst_Pyro3Features::realClientRebindsToARestartedServer()
{
    // Ours goes away and comes back with the same id, which a name server has kept; the real client rebinds.
    PeerProcess names;
    QVERIFY2(names.start(m_peer->python, {kServerScript, QStringLiteral("ns")}, m_peer->environment()),
        names.output().constData());
    const int port = freePort();
    const QStringList words{QStringLiteral("demo"), QStringLiteral("--persistent"), QStringLiteral("--port"),
        QString::number(port), QStringLiteral("--ns"),
        QStringLiteral("127.0.0.1:%1").arg(names.words().first())};
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    PeerProcess demo;
    QVERIFY2(demo.start(kPyroctl, words, environment), demo.output().constData());
    const QStringList before = demo.words();
    PeerProcess client;
    QVERIFY2(client.start(m_peer->python,
                 {QStringLiteral("-c"),
                     QStringLiteral("import sys, time, Pyro.core, Pyro.errors\n"
                                    "echo = Pyro.core.getProxyForURI(sys.argv[1])\n"
                                    "assert echo.echo(1) == 1\n"
                                    "print('ready client'); sys.stdout.flush()\n"
                                    "try:\n"
                                    "    while True:\n"
                                    "        echo.echo(2); time.sleep(0.02)\n"
                                    "except Pyro.errors.ConnectionClosedError:\n"
                                    "    echo.adapter.rebindURI(100, 0.1)\n"
                                    "assert echo.echo(3) == 3\n"),
                     before.first()},
                 m_peer->environment()),
        client.output().constData());
    demo.process().kill();
    QVERIFY(demo.process().waitForFinished(5'000));
    PeerProcess again;
    QVERIFY2(again.start(kPyroctl, words, environment), again.output().constData());
    QCOMPARE(again.words(), before);
    QVERIFY(client.process().waitForFinished(20'000));
    QVERIFY2(client.process().exitCode() == 0, client.output().constData());
}

void tst_Pyro3Features::ourClientRebindsToARestartedServer_data()
{
    QTest::addColumn<bool>("isAutomatic");
    QTest::newRow("rebind") << false;
    QTest::newRow("automatic") << true;
}

void tst_Pyro3Features::ourClientRebindsToARestartedServer()
{
    QFETCH(bool, isAutomatic);
    PeerProcess names;
    QVERIFY2(names.start(m_peer->python, {kServerScript, QStringLiteral("ns")}, m_peer->environment()),
        names.output().constData());
    const QStringList words{
        kScript, QStringLiteral("server"), QString::number(freePort()), names.words().first()};
    auto server = std::make_unique<PeerProcess>();
    QVERIFY2(server->start(m_peer->python, words, m_peer->environment()), server->output().constData());
    ProxyOptions options;
    if (isAutomatic)
        options.automaticRebind = RebindPolicy{.tries = 0, .wait = 50ms, .growth = 1.5, .longestWait = 500ms};
    const auto proxy = proxyFor(*server, options);
    QVERIFY(proxy);
    const QString echo = QStringLiteral("echo");
    QCOMPARE(proxy->callBlocking(echo, {Value::integer(1)}).value(), Value::integer(1));
    server->process().kill();
    QVERIFY(server->process().waitForFinished(5'000));
    if (!isAutomatic) {
        const Reply refused = proxy->callBlocking(echo, {Value::integer(2)});
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::Disconnected);
    }
    // It starts while the client is trying already.
    server = std::make_unique<PeerProcess>();
    std::optional<Reply> bound;
    const auto take = [&bound](const Reply &reply) { bound = reply; };
    PendingCall trying
        = isAutomatic ? proxy->call(echo, {Value::integer(2)}) : proxy->rebind({.tries = 400, .wait = 50ms});
    trying.then(this, take);
    QTest::qWait(120);
    QVERIFY2(server->start(m_peer->python, words, m_peer->environment()), server->output().constData());
    QTRY_VERIFY_WITH_TIMEOUT(bound.has_value(), 20'000);
    QVERIFY2(*bound, *bound ? "" : qPrintable(bound->error().what));
    const Reply after = proxy->callBlocking(echo, {Value::integer(3)});
    QVERIFY2(after, after ? "" : qPrintable(after.error().what));
    QCOMPARE(after.value(), Value::integer(3));
}

void tst_Pyro3Features::ourClientIsCalledBack()
{
    PeerProcess server;
    QVERIFY2(server.start(m_peer->python, {kScript, QStringLiteral("server"), QStringLiteral("0")},
                 m_peer->environment()),
        server.output().constData());
    const auto proxy = proxyFor(server);
    QVERIFY(proxy);
    const auto asValue = [](const QString &uri) {
        Reference reference;
        reference.uri = uri;
        return Value::reference(reference);
    };
    const Value there = asValue(proxy->uri().toString());
    for (const bool multithreaded : {true, false}) {
        DaemonOptions options;
        options.multithreaded = multithreaded;
        DaemonThread daemon;
        auto service = makeService(m_context);
        service->method(
            QStringLiteral("trouble(text)"), [](std::vector<Value> args, CallContext &) -> Outcome {
                return raise(QStringLiteral("ValueError"), {args[0]});
            });
        const auto quiet = host(daemon, options, service);
        QVERIFY(quiet);
        std::atomic<int> surfaced = 0;
        const auto loud = daemon.daemon()->connectServant(
            makeCallbackServant(service, [&](const QByteArray &, const Error &) { ++surfaced; }), {}, "loud");
        QVERIFY(loud);
        // A calls B, B calls back, A calls B again ...
        const Reply nested = proxy->callBlocking(
            QStringLiteral("ask"), {there, asValue(quiet->toString()), Value::integer(5)});
        QVERIFY2(nested, nested ? "" : qPrintable(nested.error().what));
        QCOMPARE(nested.value(), Value::integer(5));
        const Reply atCaller = proxy->callBlocking(QStringLiteral("poke"), {asValue(quiet->toString())});
        QVERIFY2(atCaller, atCaller ? "" : qPrintable(atCaller.error().what));
        QVERIFY2(!atCaller.value().toText().endsWith(QStringLiteral("closed")),
            qPrintable(atCaller.value().toText()));
        QCOMPARE(surfaced.load(), 0);
        const Reply atBoth = proxy->callBlocking(QStringLiteral("poke"), {asValue(loud->toString())});
        QVERIFY2(atBoth, atBoth ? "" : qPrintable(atBoth.error().what));
        QCOMPARE(atBoth.value().toText(), QStringLiteral("ValueError: both ends, then closed"));
        QCOMPARE(surfaced.load(), 1);
        daemon.stop();
    }
}

void tst_Pyro3Features::ourClientsProveTheirPassword()
{
    QProcessEnvironment environment = m_peer->environment();
    environment.insert(QStringLiteral("PYROLENS_TEST_USERS"), QStringLiteral("1"));
    PeerProcess server;
    QVERIFY2(
        server.start(m_peer->python, {kScript, QStringLiteral("server"), QStringLiteral("0")}, environment),
        server.output().constData());
    ProxyOptions options;
    options.credentials.scheme = Credentials::Scheme::UserPassword;
    options.credentials.user = QStringLiteral("ann");
    options.credentials.password = QStringLiteral("secret");
    const Reply who = proxyFor(server, options)->callBlocking(QStringLiteral("who"));
    QVERIFY2(who, who ? "" : qPrintable(who.error().what));
    QCOMPARE(who.value().toText(), QStringLiteral("ann"));
    options.credentials.password = QStringLiteral("wrong");
    const Reply denied = proxyFor(server, options)->callBlocking(QStringLiteral("who"));
    QVERIFY(!denied);
    QCOMPARE(denied.error().kind, Error::Kind::Denied);
}

void tst_Pyro3Features::ourClientSeesTransientsReaped()
{
    PeerProcess names;
    QVERIFY2(names.start(m_peer->python, {kServerScript, QStringLiteral("ns")}, m_peer->environment()),
        names.output().constData());
    PeerProcess server;
    QVERIFY2(server.start(m_peer->python,
                 {kScript, QStringLiteral("server"), QStringLiteral("0"), names.words().first()},
                 m_peer->environment()),
        server.output().constData());
    const auto proxy = proxyFor(server);
    const Reply made = proxy->callBlocking(QStringLiteral("make"));
    QVERIFY2(made, made ? "" : qPrintable(made.error().what));
    const auto reference = m_context->catalogue->find(3)->asReference(made.value());
    QVERIFY(reference);
    Proxy transient(m_context, *m_context->catalogue->parseUri(reference->uri));
    QCOMPARE(transient.callBlocking(QStringLiteral("name")).value().toText(), QStringLiteral("transient"));
    // Asking keeps it alive, so the question comes when it must be gone.
    std::this_thread::sleep_for(1500ms);
    const Reply gone = transient.callBlocking(QStringLiteral("name"));
    QVERIFY(!gone);
    QVERIFY2(gone.error().what.contains(QStringLiteral("unknown object ID")), qPrintable(gone.error().what));
    QVERIFY(proxy->callBlocking(QStringLiteral("echo"), {Value()})); // it has a name and stays
}

void tst_Pyro3Features::realServerCallsTheListener()
{
    PeerProcess server;
    QVERIFY2(server.start(m_peer->python, {kScript, QStringLiteral("server"), QStringLiteral("0")},
                 m_peer->environment()),
        server.output().constData());
    PeerProcess listener;
    QVERIFY2(listener.start(kPyroctl, {QStringLiteral("listen")}, QProcessEnvironment::systemEnvironment()),
        listener.output().constData());
    Reference reference;
    reference.uri = listener.words().value(0);
    QVERIFY(proxyFor(server)->callBlocking(
        QStringLiteral("tell"), {Value::reference(reference), Value::integer(7)}));
    QTRY_VERIFY2(listener.output().contains(" event(7, more=[7])"), listener.output().constData());
    QCOMPARE(listener.stop(), 0);
}

void tst_Pyro3Features::realClientsCallTheListener()
{
    PeerProcess names;
    QVERIFY2(names.start(m_peer->python, {kServerScript, QStringLiteral("ns")}, m_peer->environment()),
        names.output().constData());
    QProcess listener;
    listener.start(kPyroctl,
        {QStringLiteral("listen"), QStringLiteral("--json"), QStringLiteral("--name"),
            QStringLiteral(":Default.ear"), QStringLiteral("--ns"),
            QStringLiteral("127.0.0.1:%1").arg(names.words().first()), QStringLiteral("--answer"),
            QStringLiteral("{'a': 1}")});
    QTRY_VERIFY_WITH_TIMEOUT(listener.canReadLine(), 10'000);
    const auto ready = Json::parse(listener.readLine().trimmed());
    QVERIFY(ready);
    QCOMPARE(ready->value(u"ready"), Json(true));
    const QString uri = ready->value(u"uris").items().at(0).toString();
    check(uri, QStringLiteral("listener"));
    QByteArray lines;
    QTRY_VERIFY2((lines += listener.readAllStandardOutput()).contains("quietly"), lines.constData());
    const auto first = Json::parse(lines.split('\n').value(0));
    QVERIFY2(first, lines.constData());
    QCOMPARE(first->value(u"method"), Json(QStringLiteral("anything")));
    QCOMPARE(first->value(u"args").items().at(0), Json(1));
    QCOMPARE(first->value(u"args").items().at(1), Json(QStringLiteral("two")));
    QCOMPARE(first->value(u"kwargs").value(u"three").items().at(0), Json(3));
    QVERIFY(QDateTime::fromString(first->value(u"time").toString(), Qt::ISODateWithMs).isValid());
    QCOMPARE(lines.count('\n'), 3); // getProxy() is the object's own and no call of ours
    listener.terminate();
    QVERIFY(listener.waitForFinished(5'000));
    QCOMPARE(listener.exitCode(), 0);
}

void tst_Pyro3Features::persistentDemoSurvivesBothServers()
{
    // Demo and name server are killed and started again, as they would be after a power cut.
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QString namesPort = QString::number(freePort());
    const QString demoPort = QString::number(freePort());
    const QStringList namesWords{QStringLiteral("ns"), QStringLiteral("--port"), namesPort,
        QStringLiteral("--no-broadcast"), QStringLiteral("--storage"),
        QStringLiteral("sqlite:") + m_peer->storage.filePath(QStringLiteral("names.db"))};
    const QStringList demoWords{QStringLiteral("demo"), QStringLiteral("--persistent"),
        QStringLiteral("--port"), demoPort, QStringLiteral("--ns"), QStringLiteral("127.0.0.1:") + namesPort};
    QStringList first;
    for (int round = 0; round < 2; ++round) {
        PeerProcess names;
        QVERIFY2(names.start(kPyroctl, namesWords, environment), names.output().constData());
        PeerProcess demo;
        QVERIFY2(demo.start(kPyroctl, demoWords, environment), demo.output().constData());
        if (round == 0)
            first = demo.words();
        QCOMPARE(demo.words(), first);
        const Finished finished = runProgram(m_peer->python,
            {QStringLiteral("-c"),
                QStringLiteral(
                    "import sys, Pyro.core; assert Pyro.core.getProxyForURI(sys.argv[1]).echo(1) == 1; "
                    "assert Pyro.core.getProxyForURI('PYRONAME://127.0.0.1:' + sys.argv[2] + "
                    "'/:demo.echo').echo(2) == 2"),
                first.first(), namesPort},
            m_peer->environment());
        QVERIFY2(finished.status == 0, finished.all().constData());
        demo.process().kill();
        names.process().kill();
        QVERIFY(demo.process().waitForFinished(5'000) && names.process().waitForFinished(5'000));
    }
}

QTEST_GUILESS_MAIN(tst_Pyro3Features)
#include "tst_pyro3_features.moc"

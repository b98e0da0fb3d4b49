// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "core/server/testclient.h"

#include <pyrolens/events/eventsubscriber.h>
#include <pyrolens/hosting/hostrunner.h>
#include <pyrolens/hosting/staticservant.h>
#include <pyrolens/naming/nameserverclient.h>

#include <QTcpServer>
#include <QThreadPool>
#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::testing;

class tst_Hosts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void staticLinesAreRefused_data();
    void staticLinesAreRefused();
    void staticObjectAnswers();
    void daemonRegistersWithItsNameServer();
    void eventsOfHostedObjectsReachSubscribers();
    void callsAreToldWithTheirCaller();
    void takenPortNamesTheNextFreeOne();
    void stoppedHostAnswersNoMore();
    void scriptAnswers();
    void scriptErrorsNameTheirLine();
    void scriptIsInterruptedAndStopped();
    void sleepIsNoRunTime();
    void scriptReachesNothing();
    void scriptEatingMemoryIsEnded();
    void brokenScriptDoesNotStart();
    void replacedScriptAnswersAnew();

private:
    bool waitFor(quint64 id, HostState::Phase phase)
    {
        return QTest::qWaitFor(
            [&] { return m_runner->state(id) && m_runner->state(id)->phase == phase; }, 20'000);
    }
    /// Hosts one object and waits until it is there. \return its id.
    quint64 host(ObjectPlan::Kind kind, const QString &source, bool multithreaded = true)
    {
        HostPlan plan;
        plan.multithreaded = multithreaded;
        plan.objects.push_back({kind, QStringLiteral("thing"), source, QStringLiteral("thing.js"), false});
        const quint64 id = m_runner->start(plan);
        if (!waitFor(id, HostState::Phase::Running))
            qWarning("%s", qPrintable(m_runner->state(id)->problem));
        return id;
    }
    /// Calls with the hosts' own event loops running, this one included.
    Result<Value> call(quint64 id, const QByteArray &method, std::vector<Value> args = {})
    {
        const HostState *state = m_runner->state(id);
        if (state->objects.empty())
            return Error::usage(QStringLiteral("nothing is hosted"));
        TestClient client(state->port);
        client.setTimeout(20s);
        return client.call(state->objects.front().id, method, std::move(args));
    }
    std::unique_ptr<HostRunner> m_runner;
    ScriptOptions m_script;
};

#define NEEDS_SCRIPTS                                                                                        \
    if (m_script.program.isEmpty())                                                                          \
    QSKIP("this build has no helper for scripts (Qt Qml is missing)")

void tst_Hosts::init()
{
    const QFileInfo helper(QStringLiteral(PYROLENS_BIN_DIR "/pyrolens-script"));
    m_script = {};
    m_script.program = helper.isExecutable() ? helper.filePath() : QString();
    m_script.runTime = 300ms;
    HostRunner::Setup setup;
    setup.catalogue = catalogue();
    auto context = std::make_shared<ClientContext>();
    context->catalogue = catalogue();
    auto full = std::make_shared<ClientContext>(*context);
    full->resolver
        = makeNameServerResolver(context, NameServerAddress()); // events go where a name server says
    setup.context = full;
    setup.script = m_script;
    m_runner = std::make_unique<HostRunner>(setup);
}

void tst_Hosts::cleanup()
{
    m_runner.reset();
}

void tst_Hosts::staticLinesAreRefused_data()
{
    QTest::addColumn<QString>("lines");
    QTest::addColumn<QString>("what");
    QTest::newRow("nothing") << QString() << QStringLiteral("there is no method");
    QTest::newRow("no sign") << QStringLiteral("a > 1\nflow 5") << QStringLiteral("line 2");
    QTest::newRow("twice") << QStringLiteral("a > 1\na > 2") << QStringLiteral("twice");
    QTest::newRow("code") << QStringLiteral("a > __import__('os')") << QStringLiteral("line 1");
    QTest::newRow("no exception") << QStringLiteral("a ! 'text'") << QStringLiteral("exception");
}

void tst_Hosts::staticLinesAreRefused()
{
    QFETCH(QString, lines);
    QFETCH(QString, what);
    const auto made = makeStaticServant(QStringLiteral("X"), lines);
    QVERIFY(!made);
    QVERIFY2(made.error().what.contains(what), qPrintable(made.error().what));
}

void tst_Hosts::staticObjectAnswers()
{
    const quint64 id = host(ObjectPlan::Kind::Static,
        QStringLiteral("# answers\nstatus > (1, 'two')\nstop ! ValueError 'not running'\nserial = 'A'"));
    QCOMPARE(*call(id, "status", {Value::integer(5)}), Value::tuple({Value::integer(1), Value::str("two")}));
    const auto stopped = call(id, "stop");
    QVERIFY(!stopped);
    QVERIFY2(stopped.error().what.contains(QStringLiteral("not running")), qPrintable(stopped.error().what));
    const HostState *state = m_runner->state(id);
    TestClient client(state->port);
    QCOMPARE(*client.attribute(state->objects.front().id, "serial"), Value::str("A"));
}

void tst_Hosts::daemonRegistersWithItsNameServer()
{
    HostPlan server;
    server.kind = HostKind::NameServer;
    const quint64 names = m_runner->start(server);
    HostPlan plan; // started before the name server is up
    plan.ownServer = names;
    plan.objects.push_back(
        {ObjectPlan::Kind::Static, QStringLiteral(":mock.pump"), QStringLiteral("a > 1"), {}, true});
    const quint64 id = m_runner->start(plan);
    QVERIFY(waitFor(id, HostState::Phase::Running));
    QVERIFY(m_runner->state(id)->objects.front().isRegistered);
    QVERIFY(m_runner->state(id)->objects.front().isPersistent);
    TestClient client(m_runner->state(names)->port);
    const auto self = catalogue()->parseUri(m_runner->state(names)->uris.front());
    const auto found = client.call(self->object.toUtf8(), "resolve", {Value::str(":mock.pump")});
    QVERIFY2(found, found ? "" : qPrintable(found.error().what));

    m_runner->stop(names);
    QVERIFY(waitFor(names, HostState::Phase::Stopped));
    const quint64 late = m_runner->start(plan);
    QVERIFY(waitFor(late, HostState::Phase::Failed));
}

void tst_Hosts::eventsOfHostedObjectsReachSubscribers()
{
    HostPlan server;
    server.kind = HostKind::NameServer;
    const quint64 names = m_runner->start(server);
    HostPlan events;
    events.kind = HostKind::EventServer;
    events.ownServer = names;
    const quint64 es = m_runner->start(events);
    QVERIFY(waitFor(es, HostState::Phase::Running));
    QCOMPARE(m_runner->state(es)->uris.size(), 1);
    HostPlan demo;
    demo.ownServer = names;
    demo.objects.push_back({});
    const quint64 objects = m_runner->start(demo);
    QVERIFY(waitFor(objects, HostState::Phase::Running));

    // The demo's market publishes where its name server says that events go.
    auto context = std::make_shared<ClientContext>();
    context->catalogue = catalogue();
    const auto uri = catalogue()->parseUri(m_runner->state(es)->uris.front());
    QVERIFY(uri);
    EventSubscriberOptions options;
    options.server = *uri;
    EventSubscriber subscriber(context, options);
    QSignalSpy heard(&subscriber, &EventSubscriber::eventReceived);
    QVERIFY(subscriber.start());
    const Status subscribed = subscriber.subscribeBlocking({}, {QStringLiteral("STOCKQUOTE")});
    QVERIFY2(subscribed, subscribed ? "" : qPrintable(subscribed.error().what));
    const auto &hosted = m_runner->state(objects)->objects;
    const auto market = std::find_if(hosted.begin(), hosted.end(),
        [](const ObjectState &one) { return one.name.endsWith(QLatin1String("market")); });
    QVERIFY(market != hosted.end());
    TestClient client(m_runner->state(objects)->port);
    client.setTimeout(20s);
    const auto traded = client.call(market->id, "trade", {Value::str("ACME"), Value::real(1.5)});
    QVERIFY2(traded, traded ? "" : qPrintable(traded.error().what));
    QCOMPARE(*traded, Value::boolean(true));
    QTRY_COMPARE_WITH_TIMEOUT(heard.size(), 1, 10'000);
}

void tst_Hosts::callsAreToldWithTheirCaller()
{
    std::vector<IncomingCall> seen;
    connect(m_runner.get(), &HostRunner::served, this, [&seen](const std::vector<IncomingCall> &calls) {
        seen.insert(seen.end(), calls.begin(), calls.end());
    });
    const quint64 id = host(ObjectPlan::Kind::Static, QStringLiteral("status > 1"));
    QVERIFY(call(id, "status", {Value::str("x"), Value::integer(2)}));
    QVERIFY(call(id, "status"));
    QTRY_COMPARE(seen.size(), 2u);
    QCOMPARE(seen.front().arguments, QStringLiteral("'x', 2"));
    QCOMPARE(seen.front().method, QStringLiteral("status"));
    QCOMPARE(seen.front().name, QStringLiteral("thing"));
    QVERIFY(seen.front().caller.startsWith(QStringLiteral("127.0.0.1:")));
    QTRY_VERIFY(!m_runner->state(id)->objects.front().methods.empty());
    QTRY_COMPARE(m_runner->state(id)->objects.front().methods.front().second, 2);
    QVERIFY(m_runner->state(id)->objects.front().lastUsed.isValid());
}

void tst_Hosts::takenPortNamesTheNextFreeOne()
{
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    HostPlan plan;
    plan.port = taken.serverPort();
    const quint64 id = m_runner->start(plan);
    QVERIFY(waitFor(id, HostState::Phase::Failed));
    const int next = m_runner->state(id)->freePort;
    QVERIFY2(next > plan.port, qPrintable(m_runner->state(id)->problem));
    m_runner->forget(id);
    QVERIFY(!m_runner->state(id));
    plan.port = next;
    QVERIFY(waitFor(m_runner->start(plan), HostState::Phase::Running));
}

void tst_Hosts::stoppedHostAnswersNoMore()
{
    const quint64 id = host(ObjectPlan::Kind::Static, QStringLiteral("status > 1"));
    const int port = m_runner->state(id)->port;
    QVERIFY(call(id, "status"));
    m_runner->stop(id);
    QVERIFY(waitFor(id, HostState::Phase::Stopped));
    QVERIFY(!TestClient(port).isOpen());
    QCOMPARE(m_runner->running(), 0);
}

void tst_Hosts::scriptAnswers()
{
    NEEDS_SCRIPTS;
    const quint64 id = host(ObjectPlan::Kind::Scripted,
        QStringLiteral(
            "expose({add: (a, b) => a + b, same: (x) => x, pair: () => Tuple(1, 'a', Bytes('b'))});"
            "expose({big: () => BigInt('123456789012345678901234567890'), wrong: () => "
            "raise('ValueError', 'bad')}); attr('x', 1);"));
    QCOMPARE(*call(id, "add", {Value::integer(2), Value::integer(3)}), Value::integer(5));
    QCOMPARE(*call(id, "add", {Value::str("a"), Value::str("b")}), Value::str("ab"));
    const Value kept = Value::list({Value::real(1.5), Value::none(), Value::boolean(true),
        Value::tuple({Value::str("x")}), Value::dict({{Value::str("k"), Value::integer(1)}}),
        Value::dict({{Value::integer(1), Value::integer(2)}})});
    QCOMPARE(*call(id, "same", {kept}), kept);
    const auto pair = call(id, "pair");
    QVERIFY(pair && pair->kind() == Value::Kind::Tuple && pair->size() == 3);
    QVERIFY(call(id, "big")->isBigInteger());
    const auto wrong = call(id, "wrong");
    QVERIFY(!wrong);
    QVERIFY2(wrong.error().what.contains(QStringLiteral("bad")), qPrintable(wrong.error().what));
    const HostState *state = m_runner->state(id);
    TestClient client(state->port);
    QVERIFY(client.setAttribute(state->objects.front().id, "x", Value::integer(7)));
    QCOMPARE(*client.attribute(state->objects.front().id, "x"), Value::integer(7));
}

void tst_Hosts::scriptErrorsNameTheirLine()
{
    NEEDS_SCRIPTS;
    const quint64 id
        = host(ObjectPlan::Kind::Scripted, QStringLiteral("expose({\n  broken: () => nothing.here\n});"));
    const auto broken = call(id, "broken");
    QVERIFY(!broken);
    QVERIFY2(broken.error().what.contains(QStringLiteral("thing.js:2")), qPrintable(broken.error().what));
    QTRY_VERIFY(m_runner->state(id)->objects.front().problem.contains(QStringLiteral("thing.js:2")));
    QVERIFY(!call(id, "missing"));
}

void tst_Hosts::scriptIsInterruptedAndStopped()
{
    NEEDS_SCRIPTS;
    const quint64 id = host(ObjectPlan::Kind::Scripted,
        QStringLiteral("expose({endless: () => { while (true) ; }, fine: () => 1});"), false);
    for (int strike = 1; strike <= 3; ++strike) {
        QElapsedTimer clock;
        clock.start();
        QVERIFY(!call(id, "endless"));
        QVERIFY2(clock.elapsed() < 10'000, "it was not interrupted");
        if (strike < 3)
            QCOMPARE(*call(id, "fine"), Value::integer(1));
    }
    QTRY_VERIFY(m_runner->state(id)->objects.front().isStopped);
    QVERIFY(!call(id, "fine"));
}

void tst_Hosts::sleepIsNoRunTime()
{
    NEEDS_SCRIPTS;
    const quint64 id = host(
        ObjectPlan::Kind::Scripted, QStringLiteral("expose({slow: () => { sleep(900); return 'done'; }});"));
    QCOMPARE(*call(id, "slow"), Value::str("done"));
}

void tst_Hosts::scriptReachesNothing()
{
    NEEDS_SCRIPTS;
    const quint64 id = host(ObjectPlan::Kind::Scripted,
        QStringLiteral(
            "expose({reach: () => [typeof require, typeof XMLHttpRequest, typeof Qt, typeof process,"
            " typeof host, typeof console, typeof importModule].join()});"));
    QCOMPARE(*call(id, "reach"),
        Value::str("undefined,undefined,undefined,undefined,undefined,undefined,undefined"));
}

void tst_Hosts::scriptEatingMemoryIsEnded()
{
    NEEDS_SCRIPTS;
#ifndef Q_OS_LINUX
    QSKIP("the system's limit on memory is set on Linux only");
#endif
    m_runner.reset();
    HostRunner::Setup setup;
    setup.catalogue = catalogue();
    setup.script = m_script;
    setup.script.runTime = 20s; // the memory has to run out first
    m_runner = std::make_unique<HostRunner>(setup);
    const quint64 id = host(ObjectPlan::Kind::Scripted,
        QStringLiteral(
            "var kept = []; expose({eat: () => { for (;;) kept.push(new Array(100000).fill(7)); }, "
            "fine: () => 1});"));
    QVERIFY(!call(id, "eat"));
    QCOMPARE(*call(id, "fine"), Value::integer(1)); // in a new process
}

void tst_Hosts::brokenScriptDoesNotStart()
{
    NEEDS_SCRIPTS;
    HostPlan plan;
    plan.objects.push_back({ObjectPlan::Kind::Scripted, QStringLiteral("thing"),
        QStringLiteral("expose({\n  a: )"), QStringLiteral("thing.js"), false});
    const quint64 id = m_runner->start(plan);
    QVERIFY(waitFor(id, HostState::Phase::Failed));
    QVERIFY2(m_runner->state(id)->problem.contains(QStringLiteral("thing.js:2")),
        qPrintable(m_runner->state(id)->problem));
}

void tst_Hosts::replacedScriptAnswersAnew()
{
    NEEDS_SCRIPTS;
    const quint64 id = host(ObjectPlan::Kind::Scripted, QStringLiteral("expose({a: () => 1});"));
    QCOMPARE(*call(id, "a"), Value::integer(1));
    QSignalSpy problems(m_runner.get(), &HostRunner::problem);
    const auto replace = [&](const QString &source) {
        m_runner->replaceObject(id, m_runner->state(id)->objects.front().id,
            {ObjectPlan::Kind::Scripted, QStringLiteral("thing"), source, QStringLiteral("thing.js"), false});
    };
    replace(QStringLiteral("expose({a: "));
    QTRY_COMPARE(problems.size(), 1);
    QCOMPARE(*call(id, "a"), Value::integer(1)); // the old one stays
    const QByteArray old = m_runner->state(id)->objects.front().id;
    replace(QStringLiteral("expose({a: () => 2});"));
    QTRY_VERIFY(m_runner->state(id)->objects.size() == 1 && m_runner->state(id)->objects.front().id != old);
    QCOMPARE(*call(id, "a"), Value::integer(2));
}

QTEST_GUILESS_MAIN(tst_Hosts)

#include "tst_hosts.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "testclient.h"
#include "testservants.h"

#include <QTest>

#include <thread>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

/// Counts refusals; told after the log line was written.
class Refusals final : public DaemonObserver
{
public:
    void refused(const Endpoint &, const Error &) override { ++count; }
    std::atomic<int> count = 0;
};

} // namespace

// What a client sees of a daemon, the same in each way it can run.
class tst_Daemon : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();
    void answersCalls();
    void answersKeywordsAndDefaults();
    void raisesWithTraceback();
    void raisesCustomClassWithAttributes();
    void turnsThrownExceptionsIntoRemoteOnes();
    void namesUnknownMethodAsPythonDoes();
    void refusesUnknownObjectAndKeepsConnection();
    void reportsResultThatCannotBeSent();
    void refusesHousekeeping();
    void answersMethodsOfTheBaseClass();
    void readsAndWritesAttributes();
    void listsAndResolvesObjects();
    void ownObjectCannotBeWrittenTo();
    void returnsServantsAsProxies();
    void returnsItemsAsList();
    void runsOnewayInOrderWithoutAnswer();
    void keepsStoragePerConnection();
    void disconnectsObjects();
    void answersPipelinedRequestsInOrder();
    void takesRequestsByteByByte();
    void carriesLargeMessages();

private:
    std::unique_ptr<TestClient> connect() { return std::make_unique<TestClient>(m_port); }

    DaemonThread m_daemon;
    std::shared_ptr<Seen> m_seen;
    std::shared_ptr<Refusals> m_refusals;
    int m_port = 0;
    bool m_sharedStorage = false;
    const QByteArray m_id = "probe-id";
};

void tst_Daemon::initTestCase_data()
{
    QTest::addColumn<bool>("multithreaded");
    QTest::addColumn<bool>("service");
    QTest::addColumn<int>("threads");
    QTest::newRow("threads") << true << false << 256;
    QTest::newRow("overflow") << true << false << 0;
    QTest::newRow("single") << false << false << 0;
    QTest::newRow("service") << true << true << 0;
}

void tst_Daemon::init()
{
    QFETCH_GLOBAL(bool, multithreaded);
    QFETCH_GLOBAL(bool, service);
    QFETCH_GLOBAL(int, threads);
    DaemonOptions options;
    options.multithreaded = multithreaded;
    options.service = service;
    options.connections.maxThreads = threads;
    m_sharedStorage = !multithreaded;
    m_seen = std::make_shared<Seen>();
    m_refusals = std::make_shared<Refusals>();
    const auto port = m_daemon.start(
        catalogue(), options,
        [this](Daemon &daemon) -> Status {
            const auto uri = daemon.connectServant(
                makeProbe(m_seen, Threading::Serialized), QStringLiteral("probe"), m_id);
            return uri ? Status(Done()) : Status(uri.error());
        },
        [this](Daemon &daemon) { daemon.setObserver(m_refusals); });
    QVERIFY(port);
    m_port = *port;
}

void tst_Daemon::cleanup()
{
    m_daemon.stop();
}

void tst_Daemon::answersCalls()
{
    auto client = connect();
    for (const Value &value :
        {Value(), Value::integer(5), str("x"), Value::text(u"\u00e9"), Value::list({str("a")})}) {
        const auto result = client->call(m_id, "echo", {value});
        QVERIFY2(result, qPrintable(failure(result)));
        QVERIFY(*result == value);
    }
    QCOMPARE(m_daemon.daemon()->connectionCount(), 1);
    QCOMPARE(m_daemon.daemon()->objects().front().calls, 5);
}

void tst_Daemon::answersKeywordsAndDefaults()
{
    auto client = connect();
    QCOMPARE(client->call(m_id, "add", {Value::integer(1), Value::integer(2)})->asInteger(), 13);
    QCOMPARE(client
                 ->call(m_id, "add", {Value::integer(1)},
                     {{str("b"), Value::integer(2)}, {str("c"), Value::integer(0)}})
                 ->asInteger(),
        3);
    QCOMPARE(failure(client->call(m_id, "add", {Value::integer(1)})),
        QStringLiteral("TypeError: add() takes at least 3 arguments (2 given)"));
    const auto wrong = client->call(m_id, "echo");
    QCOMPARE(failure(wrong), QStringLiteral("TypeError: echo() takes exactly 2 arguments (1 given)"));
    QVERIFY(wrong.error().remote->args.at(0).kind() == Value::Kind::Str);
}

void tst_Daemon::raisesWithTraceback()
{
    auto client = connect();
    const auto result = client->call(m_id, "fail", {str("no lamp")});
    QCOMPARE(failure(result), QStringLiteral("ValueError: no lamp"));
    const RemoteError &error = *result.error().remote;
    QCOMPARE(error.className, QStringLiteral("exceptions.ValueError"));
    QCOMPARE(error.traceback,
        QStringList({QStringLiteral("Traceback (most recent call last):"),
            QStringLiteral("  File \"pyrolens://probe\", line 0, in fail"),
            QStringLiteral("ValueError: no lamp")}));
    QCOMPARE(m_daemon.daemon()->objects().front().errors, 1);
}

void tst_Daemon::raisesCustomClassWithAttributes()
{
    const auto result = connect()->call(m_id, "custom");
    QCOMPARE(failure(result), QStringLiteral("Broken: lamp"));
    const RemoteError &error = *result.error().remote;
    QCOMPARE(error.className, QStringLiteral("lab.Broken"));
    QVERIFY(error.attributes.find("code"));
    QCOMPARE(error.attributes.find("code")->asInteger(), 42);
    QCOMPARE(error.traceback.last(), QStringLiteral("Broken: lamp"));
}

void tst_Daemon::turnsThrownExceptionsIntoRemoteOnes()
{
    auto client = connect();
    QCOMPARE(failure(client->call(m_id, "throws")), QStringLiteral("RuntimeError: thrown"));
    QVERIFY(client->call(m_id, "echo", {Value()}));
}

void tst_Daemon::namesUnknownMethodAsPythonDoes()
{
    auto client = connect();
    QTest::ignoreMessage(
        QtWarningMsg, QRegularExpression(QStringLiteral("^\"?call.method peer=127.0.0.1:.*")));
    QCOMPARE(failure(client->call(m_id, "nothing")),
        QStringLiteral("AttributeError: 'Probe' object has no attribute 'nothing'"));
    QVERIFY(client->call(m_id, "echo", {Value()}));
}

void tst_Daemon::refusesUnknownObjectAndKeepsConnection()
{
    auto client = connect();
    QTest::ignoreMessage(
        QtWarningMsg, QRegularExpression(QStringLiteral("call.object peer=127.0.0.1:.* gen=3 bytes=[1-9]")));
    const auto result = client->call("nowhere", "echo", {Value()});
    QCOMPARE(failure(result), QStringLiteral("ProtocolError: unknown object ID"));
    QVERIFY(result.error().remote->traceback.isEmpty());
    QVERIFY(client->call(m_id, "echo", {Value()}));
}

void tst_Daemon::reportsResultThatCannotBeSent()
{
    auto client = connect();
    QVERIFY(failure(client->call(m_id, "unencodable")).startsWith(QStringLiteral("TypeError: ")));
    QVERIFY(client->call(m_id, "echo", {Value()}));
}

void tst_Daemon::refusesHousekeeping()
{
    auto client = connect();
    for (const char *method : {"setGUID", "delegateTo", "setPyroDaemon", "getDaemon"}) {
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.refused peer=")));
        const QString text = failure(client->call(m_id, method, {str("x")}));
        QVERIFY2(text.contains(QStringLiteral("not allowed")), qPrintable(text));
    }
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("mobile.refused peer=")));
    QCOMPARE(failure(client->call(m_id, "remote_retrieve_code", {str("os")})),
        QStringLiteral("PyroError: attempt to retrieve code denied"));
    QVERIFY(client->call(m_id, "echo", {Value()}));
}

void tst_Daemon::answersMethodsOfTheBaseClass()
{
    auto client = connect();
    QVERIFY(*client->call(m_id, "GUID") == Value::str(m_id));
    const QString uri = QStringLiteral("PYRO://127.0.0.1:%1/probe-id").arg(m_port);
    const auto proxy = client->call(m_id, "getProxy");
    QVERIFY(proxy);
    const auto reference = pyro3().asReference(*proxy);
    QVERIFY(reference);
    QCOMPARE(reference->uri, uri);
    QVERIFY(reference->form == Reference::Form::Proxy);
    const auto attributeProxy = client->call(m_id, "getAttrProxy");
    QVERIFY(attributeProxy);
    QVERIFY(pyro3().asReference(*attributeProxy)->form == Reference::Form::AttributeProxy);
}

void tst_Daemon::readsAndWritesAttributes()
{
    auto client = connect();
    QCOMPARE(client->hasAttribute(m_id, "echo")->asInteger(), 1);
    QCOMPARE(client->hasAttribute(m_id, "GUID")->asInteger(), 1);
    QCOMPARE(client->hasAttribute(m_id, "level")->asInteger(), 2);
    QCOMPARE(client->hasAttribute(m_id, "missing")->asInteger(), 2);
    QCOMPARE(client->attribute(m_id, "level")->asInteger(), 1);
    QVERIFY(client->setAttribute(m_id, "level", Value::integer(9))->isNone());
    QCOMPARE(client->attribute(m_id, "level")->asInteger(), 9);
    QCOMPARE(
        failure(client->setAttribute(m_id, "level", str("x"))), QStringLiteral("TypeError: an int, please"));
    QCOMPARE(failure(client->setAttribute(m_id, "serial", Value())),
        QStringLiteral("AttributeError: can't set attribute"));
    QCOMPARE(failure(client->attribute(m_id, "missing")),
        QStringLiteral("AttributeError: 'Probe' object has no attribute 'missing'"));
    QCOMPARE(failure(client->attribute(m_id, "echo")),
        QStringLiteral("TypeError: can't pickle instancemethod objects"));
}

void tst_Daemon::listsAndResolvesObjects()
{
    auto client = connect();
    QVERIFY(client->call(m_id, "make"));
    const auto listed = client->query(Message::Query::Registered);
    QVERIFY(listed);
    QCOMPARE(listed->size(), 3);
    QVERIFY(*listed->find(m_id) == str("probe"));
    QVERIFY(*listed->find(pyro3().info().daemonObject) == str("__PYRO_Internal_Daemon"));
    QVERIFY(*client->query(Message::Query::Resolve, QStringLiteral("probe")) == Value::str(m_id));
    QCOMPARE(failure(client->query(Message::Query::Resolve, QStringLiteral("other"))),
        QStringLiteral("NamingError: no object found by this name"));
}

void tst_Daemon::ownObjectCannotBeWrittenTo()
{
    auto client = connect();
    const QByteArray own = pyro3().info().daemonObject;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.refused peer=")));
    QVERIFY(failure(client->setAttribute(own, "x", Value())).contains(QStringLiteral("not allowed")));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.method peer=")));
    QCOMPARE(failure(client->call(own, "shutdown")),
        QStringLiteral("AttributeError: 'DaemonServant' object has no attribute 'shutdown'"));
}

void tst_Daemon::returnsServantsAsProxies()
{
    auto client = connect();
    const auto proxy = client->call(m_id, "make");
    QVERIFY(proxy);
    const auto reference = pyro3().asReference(*proxy);
    QVERIFY(reference);
    const auto uri = pyro3().parseUri(reference->uri);
    QVERIFY(uri);
    QCOMPARE(uri->port, m_port);
    QCOMPARE(client->call(uri->object.toUtf8(), "echo", {Value::integer(3)})->asInteger(), 3);
}

void tst_Daemon::returnsItemsAsList()
{
    const auto items = connect()->call(m_id, "items", {Value::integer(3)});
    QVERIFY(items);
    QVERIFY(*items == Value::list({Value::integer(0), Value::integer(1), Value::integer(2)}));
}

void tst_Daemon::runsOnewayInOrderWithoutAnswer()
{
    auto client = connect();
    QVERIFY(client->isGreeted());
    QByteArray all;
    for (int i = 0; i < 200; ++i) {
        all += client->encode(
            Message::call(m_id, "note", Value::tuple({Value::integer(i)}), Value::dict({}), true));
    }
    QVERIFY(client->send(all));
    QCOMPARE(
        client->call(m_id, "echo", {Value::integer(1)})->asInteger(), 1); // no stray answer before this one
    QTRY_COMPARE(m_seen->count(), size_t(200));
    const auto notes = m_seen->all();
    for (int i = 0; i < 200; ++i)
        QCOMPARE(notes[size_t(i)].asInteger(), i);
    // Bad ones are as silent.
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.method peer=")));
    QVERIFY(client->callOneway(m_id, "nothing"));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.object peer=")));
    QVERIFY(client->callOneway("nowhere", "echo"));
    QCOMPARE(client->call(m_id, "echo", {Value::integer(2)})->asInteger(), 2);
    QTRY_COMPARE(m_refusals->count.load(), 2);
}

void tst_Daemon::keepsStoragePerConnection()
{
    auto first = connect();
    auto second = connect();
    QCOMPARE(first->call(m_id, "visits")->asInteger(), 1);
    QCOMPARE(first->call(m_id, "visits")->asInteger(), 2);
    QCOMPARE(second->call(m_id, "visits")->asInteger(), m_sharedStorage ? 3 : 1);
    QCOMPARE(first->call(m_id, "where")->toText(), QStringLiteral("127.0.0.1|"));
}

void tst_Daemon::disconnectsObjects()
{
    auto client = connect();
    Daemon *daemon = m_daemon.daemon();
    QVERIFY(!daemon->connectServant(makeProbe(m_seen, Threading::Concurrent), {}, m_id)); // the id is taken
    QVERIFY(!daemon->connectServant(makeProbe(m_seen, Threading::Concurrent), QStringLiteral("probe")));
    QVERIFY(!daemon->disconnectServant(pyro3().info().daemonObject));
    QVERIFY(daemon->servant(m_id));
    QVERIFY(daemon->disconnectServant(m_id));
    QVERIFY(!daemon->servant(m_id));
    QVERIFY(!daemon->disconnectServant(m_id));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.object peer=")));
    QCOMPARE(
        failure(client->call(m_id, "echo", {Value()})), QStringLiteral("ProtocolError: unknown object ID"));
    const auto uri = daemon->connectServant(makeProbe(m_seen, Threading::Concurrent), {}, m_id);
    QVERIFY(uri);
    QCOMPARE(uri->toString(), QStringLiteral("PYRO://127.0.0.1:%1/probe-id").arg(m_port));
    QVERIFY(client->call(m_id, "echo", {Value()})); // the connection stayed
}

void tst_Daemon::answersPipelinedRequestsInOrder()
{
    auto client = connect();
    QVERIFY(client->isGreeted());
    QByteArray all;
    for (int i = 0; i < 100; ++i)
        all += client->encode(
            Message::call(m_id, "echo", Value::tuple({Value::integer(i)}), Value::dict({})));
    QVERIFY(client->send(all));
    for (int i = 0; i < 100; ++i) {
        const auto reply = client->receive();
        QVERIFY(reply);
        QCOMPARE(reply->value.asInteger(), i);
    }
}

void tst_Daemon::takesRequestsByteByByte()
{
    auto client = connect();
    QVERIFY(client->isGreeted());
    const QByteArray bytes
        = client->encode(Message::call(m_id, "echo", Value::tuple({str("in drops")}), Value::dict({})));
    for (const char byte : bytes)
        QVERIFY(client->send(QByteArrayView(&byte, 1)));
    const auto reply = client->receive();
    QVERIFY(reply);
    QVERIFY(reply->value == str("in drops"));
}

void tst_Daemon::carriesLargeMessages()
{
    auto client = connect();
    QVERIFY(client->isGreeted());
    const Value large = Value::str(QByteArray(2 * 1024 * 1024, 'x'));
    // Followed at once by a small one, so that the border has to be found in the middle of a block.
    QByteArray bytes = client->encode(Message::call(m_id, "echo", Value::tuple({large}), Value::dict({})));
    bytes += client->encode(Message::call(m_id, "echo", Value::tuple({Value::integer(1)}), Value::dict({})));
    std::thread sender([&] { client->send(bytes); });
    const auto first = client->receive();
    const auto second = client->receive();
    sender.join();
    QVERIFY(first && second);
    QVERIFY(first->value == large);
    QCOMPARE(second->value.asInteger(), 1);
}

QTEST_GUILESS_MAIN(tst_Daemon)
#include "tst_daemon.moc"

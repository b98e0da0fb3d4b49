// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "core/server/testclient.h"
#include "exchangefixture.h"

#include <pyrolens/server/daemonthread.h>

#include <QElapsedTimer>

using namespace pyrolens;
using namespace fixture;

namespace {

std::shared_ptr<Servant> makeServant()
{
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Probe"));
    const auto same = [](std::vector<Value> args, CallContext &) -> Outcome { return args.at(0); };
    servant->method(QStringLiteral("echo(value)"), same);
    servant->method(QStringLiteral("run(value)"), same);
    return servant;
}

Value instanceOf(const QByteArray &module, Object::Made made = Object::Made::NewObj)
{
    Object object;
    object.made = made;
    object.module = module;
    object.name = "Thing";
    object.args = Value::tuple({});
    return Value::object(std::move(object));
}

const QByteArray kId = "the-object";
const QByteArray kRover = "class Rover(object): pass\n";

} // namespace

/// The daemon's half of the exchange of code, against recordings and against clients that mean no good.
class tst_Supply : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init() { m_code = {}; }
    void cleanup() { m_daemon.reset(); }
    void answersAsPyroDid_data();
    void answersAsPyroDid();
    void letsClassesInOnceTheirCodeCame();
    void asksForEachModuleOnce();
    void isOffByDefault();
    void refusesSupplies_data();
    void refusesSupplies();
    void neverAsksForTheLibrary_data();
    void neverAsksForTheLibrary();
    void classesLetInAnywayNeedNoCode();
    void onewayCallsExchangeNothing();
    void handsOut_data();
    void handsOut();
    void remembersSoManyModules();

private:
    void serve(const QByteArray &id = kId)
    {
        QFETCH_GLOBAL(bool, multithreaded);
        DaemonOptions options;
        options.multithreaded = multithreaded;
        options.classes.patterns = QStringList{QStringLiteral("friend.*")};
        m_daemon = std::make_unique<DaemonThread>();
        const auto port = m_daemon->start(
            testing::catalogue(), options,
            [id](Daemon &daemon) -> Status {
                return daemon.connectServant(makeServant(), {}, id).map([](const Uri &) { return Done{}; });
            },
            [this](Daemon &daemon) { daemon.setMobileCode(std::make_shared<const MobileCode>(m_code)); });
        QVERIFY2(port, port ? "" : qPrintable(port.error().what));
        m_port = *port;
    }
    /// One request; Wanted stays visible.
    static Message ask(testing::TestClient &client, const Message &request)
    {
        if (!client.isGreeted() || !client.send(request))
            return {};
        const auto reply = client.receive();
        return reply ? *reply : Message();
    }
    static Message callOf(const Value &argument)
    {
        return Message::call(kId, "echo", Value::tuple({argument}), Value::dict({}));
    }
    static Message supply(const QString &module, const Value &code, bool oneway = false)
    {
        Message message;
        message.kind = Message::Kind::Code;
        message.codeStep = Message::CodeStep::Supply;
        message.object = kId;
        message.text = module;
        message.value = code;
        message.oneway = oneway;
        return message;
    }

    MobileCode m_code;
    std::unique_ptr<DaemonThread> m_daemon;
    int m_port = 0;
};

void tst_Supply::initTestCase_data()
{
    QTest::addColumn<bool>("multithreaded");
    QTest::addRow("threads") << true;
    QTest::addRow("one-thread") << false;
}

void tst_Supply::answersAsPyroDid_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"mobile_supply_source", "mobile_supply_bytecode", "mobile_supply_denied",
             "mobile_direct_calls", "mobile_direct_calls_off", "format0_mobile_supply"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void tst_Supply::answersAsPyroDid()
{
    QFETCH(QString, name);
    const auto calls = recordedCalls(name);
    QVERIFY(calls.size() > 1);
    const auto shelf = std::make_shared<Shelf>();
    if (name != u"mobile_direct_calls_off") {
        m_code.sink = shelf;
        m_code.source = std::make_shared<Modules>();
    }
    if (name == u"mobile_supply_denied")
        m_code.validator = [](const CodeTransfer &) { return false; };
    serve(calls.front().request.object);
    testing::TestClient client(m_port);
    QVERIFY(client.isGreeted());
    for (const RecordedCall &call : calls) {
        QVERIFY(client.send(call.requestBytes));
        const auto reply = client.receive();
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
        QCOMPARE(gist(*reply), gist(call.reply));
        // The original's own failures carry a trace-back, the signal none.
        QCOMPARE(reply->error && reply->error->hasTraceback(),
            call.reply.error && call.reply.error->hasTraceback());
    }
}

void tst_Supply::letsClassesInOnceTheirCodeCame()
{
    const auto shelf = std::make_shared<Shelf>();
    m_code.sink = shelf;
    serve();
    testing::TestClient client(m_port);
    const Value argument = Value::list({instanceOf("kit.walker"), instanceOf("rover")});
    Message reply = ask(client, callOf(argument));
    QCOMPARE(reply.kind, Message::Kind::Code);
    const QString first = reply.text;
    QVERIFY(first == u"kit.walker" || first == u"rover");
    QCOMPARE(ask(client, supply(first, Value::str(kRover))).kind, Message::Kind::Reply);
    reply = ask(client, callOf(argument));
    QCOMPARE(reply.kind, Message::Kind::Code); // one after the other
    QVERIFY(reply.text != first);
    QCOMPARE(ask(client, supply(reply.text, Value::str("# kit\n"))).kind, Message::Kind::Reply);
    reply = ask(client, callOf(argument));
    QCOMPARE(reply.kind, Message::Kind::Reply);
    QCOMPARE(reply.value, argument); // inert, unchanged
    QCOMPARE(shelf->received().size(), 2);
}

void tst_Supply::asksForEachModuleOnce()
{
    m_code.sink = std::make_shared<Shelf>();
    serve();
    testing::TestClient first(m_port);
    QCOMPARE(ask(first, callOf(instanceOf("rover"))).kind, Message::Kind::Code);
    QCOMPARE(ask(first, supply(QStringLiteral("rover"), Value::str(kRover))).kind, Message::Kind::Reply);
    testing::TestClient second(m_port);
    QCOMPARE(ask(second, callOf(instanceOf("rover"))).kind, Message::Kind::Reply);
}

void tst_Supply::isOffByDefault()
{
    serve();
    testing::TestClient client(m_port);
    const Message refused = ask(client, callOf(instanceOf("rover")));
    QCOMPARE(refused.kind, Message::Kind::Failure);
    QVERIFY(refused.error->className.endsWith(QStringLiteral("TypeError")));
    const Message denied = ask(client, supply(QStringLiteral("rover"), Value::str(kRover)));
    QCOMPARE(denied.error->args.at(0).toText(), QStringLiteral("attempt to supply code denied"));
    QCOMPARE(ask(client, callOf(Value::integer(7))).value, Value::integer(7)); // kept
}

void tst_Supply::refusesSupplies_data()
{
    QTest::addColumn<QString>("module");
    QTest::addColumn<int>("size");
    QTest::newRow("parent") << ".." << 10;
    QTest::newRow("path") << "a/b" << 10;
    QTest::newRow("absolute") << "/tmp/x" << 10;
    QTest::newRow("empty") << "" << 10;
    QTest::newRow("library") << "os" << 10;
    QTest::newRow("pyro") << "Pyro.core" << 10;
    QTest::newRow("above") << "rover" << 1024 * 1024 + 1;
    QTest::newRow("no-string") << "rover" << -1;
    QTest::newRow("long-name") << QString(100'000, u'a') << 10;
}

void tst_Supply::refusesSupplies()
{
    QFETCH(QString, module);
    QFETCH(int, size);
    const auto shelf = std::make_shared<Shelf>();
    m_code.sink = shelf;
    serve();
    testing::TestClient client(m_port);
    const Value code = size < 0 ? Value::integer(1) : Value::str(QByteArray(size, '#'));
    const Message reply = ask(client, supply(module, code));
    QCOMPARE(reply.kind, Message::Kind::Failure);
    QCOMPARE(reply.error->args.at(0).toText(), QStringLiteral("attempt to supply code denied"));
    QVERIFY(shelf->received().isEmpty());
    // At the limit it fits, on the same connection.
    const Value fits = Value::str(QByteArray(1024 * 1024, '#'));
    QCOMPARE(ask(client, supply(QStringLiteral("rover"), fits)).kind, Message::Kind::Reply);
    QCOMPARE(shelf->received().size(), 1);
}

void tst_Supply::neverAsksForTheLibrary_data()
{
    QTest::addColumn<QByteArray>("module");
    QTest::addColumn<int>("made");
    QTest::newRow("system") << QByteArray("posix") << int(Object::Made::Reduce);
    QTest::newRow("popen") << QByteArray("subprocess") << int(Object::Made::NewObj);
    QTest::newRow("builtin") << QByteArray("__builtin__") << int(Object::Made::Reduce);
    QTest::newRow("path") << QByteArray("../kit") << int(Object::Made::NewObj);
    QTest::newRow("dots") << QByteArray("..") << int(Object::Made::NewObj);
}

void tst_Supply::neverAsksForTheLibrary()
{
    QFETCH(QByteArray, module);
    QFETCH(int, made);
    m_code.sink = std::make_shared<Shelf>();
    serve();
    testing::TestClient client(m_port);
    // Also not beside a module that would be asked for.
    const Value argument = Value::list({instanceOf("rover"), instanceOf(module, Object::Made(made))});
    const Message reply = ask(client, callOf(argument));
    QCOMPARE(reply.kind, Message::Kind::Failure);
    QVERIFY(reply.error->args.at(0).toText().contains(QString::fromLatin1(module)));
}

void tst_Supply::classesLetInAnywayNeedNoCode()
{
    m_code.sink = std::make_shared<Shelf>();
    serve();
    testing::TestClient client(m_port);
    QCOMPARE(ask(client, callOf(instanceOf("friend"))).kind, Message::Kind::Reply);
}

void tst_Supply::onewayCallsExchangeNothing()
{
    const auto shelf = std::make_shared<Shelf>();
    m_code.sink = shelf;
    serve();
    testing::TestClient client(m_port);
    QVERIFY(client.callOneway(kId, "echo", {instanceOf("rover")}));
    QCOMPARE(ask(client, callOf(Value::integer(7))).value, Value::integer(7)); // no stray answer
    // A supply that nobody could be told the fate of.
    QVERIFY(client.callOneway(
        kId, "remote_supply_code", {Value::str("rover"), Value::str(kRover), Value::tuple({})}));
    QCOMPARE(ask(client, callOf(Value::integer(8))).value, Value::integer(8));
    m_daemon.reset();
    QVERIFY(shelf->received().isEmpty());
}

void tst_Supply::handsOut_data()
{
    QTest::addColumn<QString>("module");
    QTest::addColumn<QString>("error");
    QTest::newRow("good") << "gift" << QString();
    QTest::newRow("missing") << "none"
                             << "Client wanted a non-existing module";
    QTest::newRow("parent") << ".."
                            << "attempt to retrieve code denied";
    QTest::newRow("path") << "a/b"
                          << "attempt to retrieve code denied";
    QTest::newRow("library") << "os"
                             << "attempt to retrieve code denied";
    QTest::newRow("validator") << "secret"
                               << "attempt to retrieve code denied";
    QTest::newRow("huge") << "huge"
                          << "cannot read module source code";
}

void tst_Supply::handsOut()
{
    QFETCH(QString, module);
    QFETCH(QString, error);
    const auto modules = std::make_shared<Modules>();
    for (const char *name : {"gift", "..", "a/b", "os", "secret"})
        modules->codes.insert(QString::fromLatin1(name), "x = 1\n");
    modules->codes.insert(QStringLiteral("huge"), QByteArray(1024 * 1024 + 1, '#'));
    m_code.source = modules;
    m_code.validator = [](const CodeTransfer &transfer) { return transfer.module != u"secret"; };
    serve();
    testing::TestClient client(m_port);
    Message request;
    request.kind = Message::Kind::Code;
    request.codeStep = Message::CodeStep::Retrieve;
    request.object = kId;
    request.text = module;
    const Message reply = ask(client, request);
    if (error.isEmpty()) {
        QCOMPARE(reply.value, Value::str("x = 1\n"));
        return;
    }
    QCOMPARE(reply.kind, Message::Kind::Failure);
    QCOMPARE(reply.error->args.at(0).toText(), error);
    QVERIFY(reply.error->hasTraceback()); // so that the original keeps the connection
    QCOMPARE(ask(client, callOf(Value::integer(7))).value, Value::integer(7));
}

void tst_Supply::remembersSoManyModules()
{
    const auto shelf = std::make_shared<Shelf>();
    m_code.sink = shelf;
    m_code.limits.maxModulesPerDaemon = 3;
    serve();
    testing::TestClient client(m_port);
    for (int i = 0; i < 5; ++i) {
        const Message reply = ask(client, supply(QStringLiteral("m%1").arg(i), Value::str("x\n")));
        QCOMPARE(reply.kind, i < 3 ? Message::Kind::Reply : Message::Kind::Failure);
    }
    QCOMPARE(ask(client, supply(QStringLiteral("m1"), Value::str("y\n"))).kind, Message::Kind::Reply);
    QCOMPARE(shelf->received().size(), 4);
}

QTEST_GUILESS_MAIN(tst_Supply)
#include "tst_supply.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "exchangefixture.h"

using namespace pyrolens;
using namespace fixture;

namespace {

Value instanceOf(const QByteArray &module, const QByteArray &name = "Thing")
{
    Object object;
    object.made = Object::Made::NewObj;
    object.module = module;
    object.name = name;
    object.args = Value::tuple({});
    return Value::object(std::move(object));
}

Script times(int count, const std::function<Script(int)> &make)
{
    Script all;
    for (int i = 0; i < count; ++i)
        all = all + make(i);
    return all;
}

const QString kFetch = QStringLiteral("fetch");

} // namespace

/// The client's half of the exchange of code, against recordings and against servers that mean no good.
class tst_Exchange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { bothForms(); }
    void doesWhatPyroDid_data();
    void doesWhatPyroDid();
    void suppliesNothingUnlessTold();
    void refusesModules_data();
    void refusesModules();
    void stopsEndlessRequests_data();
    void stopsEndlessRequests();
    void suppliesToLimits();
    void refusalKeepsTheConnection();
    void fetchesNothingUnlessTold();
    void valueDoesNotDependOnItsCode_data();
    void valueDoesNotDependOnItsCode();
    void fetchesWithinLimits();
    void fetchesEachModuleOnce();
    void onewayCallsExchangeNothing();
    void survivesLosingTheServerMeanwhile();
};

void tst_Exchange::doesWhatPyroDid_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name :
        {"mobile_supply_source", "mobile_supply_bytecode", "mobile_supply_nested", "mobile_supply_denied",
            "mobile_supply_server_off", "mobile_retrieve", "mobile_retrieve_nested", "format0_mobile_supply"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void tst_Exchange::doesWhatPyroDid()
{
    QFETCH(QString, name);
    const auto calls = recordedCalls(name);
    QVERIFY(calls.size() >= 1);
    const auto modules = std::make_shared<Modules>();
    Script script = handshake();
    std::vector<Message> program; // what the calling program did itself
    bool isRepeating = false;
    for (const RecordedCall &call : calls) {
        script = script + answer(call.replyBytes);
        const bool isCode = call.request.kind == Message::Kind::Code;
        if (isCode && call.request.codeStep == Message::CodeStep::Supply)
            modules->codes.insert(call.request.text, call.request.value.rawBytes().toByteArray());
        if (!isCode && !isRepeating)
            program.push_back(call.request);
        const bool isWanted = call.reply.kind == Message::Kind::Code;
        const bool isSupplied = isCode && call.reply.kind == Message::Kind::Reply;
        isRepeating = isWanted || (isRepeating && isSupplied);
    }
    ScriptedPeer server({script});
    MobileCode code;
    code.source = modules;
    const auto shelf = std::make_shared<Shelf>();
    code.sink = shelf;
    Proxy proxy(contextWith(code), objectUri(server.port()));
    for (const Message &message : program)
        static_cast<void>(send(proxy, message));
    proxy.release();
    server.stop();
    QCOMPARE(server.failures(), QStringList());
    const auto sent = requestsIn(server.received());
    QCOMPARE(sent.size(), calls.size());
    for (size_t i = 0; i < sent.size(); ++i)
        QCOMPARE(gist(sent[i]), gist(calls[i].request));
    if (name == u"mobile_retrieve_nested")
        QCOMPARE(shelf->received().size(), 2);
}

void tst_Exchange::suppliesNothingUnlessTold()
{
    ScriptedPeer server(
        {handshake() + answer(wantedBytes(QStringLiteral("rover"))) + answer(Value::integer(7))});
    Proxy proxy(context(), objectUri(server.port()));
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Denied);
    QCOMPARE(reply.error().code, QStringLiteral("mobile.refused"));
    QVERIFY(reply.error().what.contains(QStringLiteral("rover")));
    QCOMPARE(call(proxy, kEcho).value(), Value::integer(7)); // same connection
    QCOMPARE(server.connections(), 1);
}

void tst_Exchange::refusesModules_data()
{
    QTest::addColumn<QString>("module");
    QTest::newRow("unknown") << "nothing";
    QTest::newRow("parent") << "..";
    QTest::newRow("path") << "a/b";
    QTest::newRow("absolute") << "/etc/passwd";
    QTest::newRow("library") << "os";
    QTest::newRow("empty") << "";
    QTest::newRow("zero") << QStringLiteral("a") + QChar(0);
    QTest::newRow("long") << QString(500'000, u'a');
    QTest::newRow("validator") << "secret";
    QTest::newRow("huge") << "huge";
}

void tst_Exchange::refusesModules()
{
    QFETCH(QString, module);
    const auto modules = std::make_shared<Modules>();
    for (const char *name : {"..", "a/b", "/etc/passwd", "os", "", "secret"})
        modules->codes.insert(QString::fromLatin1(name), "x = 1\n");
    modules->codes.insert(QStringLiteral("huge"), QByteArray(1024 * 1024 + 1, '#'));
    MobileCode code;
    code.source = modules;
    code.validator = [](const CodeTransfer &transfer) { return transfer.module != u"secret"; };
    ScriptedPeer server({handshake() + answer(wantedBytes(module)) + answer(Value::integer(7))});
    Proxy proxy(contextWith(code), objectUri(server.port()));
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Denied);
    QCOMPARE(reply.error().code, QStringLiteral("mobile.refused"));
    QCOMPARE(call(proxy, kEcho).value(), Value::integer(7));
    QCOMPARE(server.connections(), 1);
    server.stop();
    QCOMPARE(requestsIn(server.received()).size(), size_t(2)); // nothing was supplied
}

void tst_Exchange::stopsEndlessRequests_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<int>("supplied");
    QTest::newRow("same-module") << "same" << 1;
    QTest::newRow("new-modules") << "new" << 20;
    QTest::newRow("nested") << "nested" << 10;
    QTest::newRow("nested-circle") << "circle" << 1;
}

void tst_Exchange::stopsEndlessRequests()
{
    QFETCH(QString, how);
    QFETCH(int, supplied);
    const auto modules = std::make_shared<Modules>();
    for (int i = 0; i < 100; ++i)
        modules->codes.insert(QStringLiteral("m%1").arg(i), "x = 1\n");
    MobileCode code;
    code.source = modules;
    const Script script = times(60, [&](int i) {
        const QString name = QStringLiteral("m%1").arg(how == u"same" || how == u"circle" ? 0 : i);
        const Script wanted = answer(wantedBytes(name));
        return how == u"nested" || how == u"circle" ? wanted : wanted + answer(Value());
    });
    ScriptedPeer server({handshake() + script});
    Proxy proxy(contextWith(code), objectUri(server.port()));
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Denied);
    proxy.release();
    server.stop();
    int supplies = 0;
    for (const Message &message : requestsIn(server.received()))
        supplies += message.kind == Message::Kind::Code ? 1 : 0;
    QCOMPARE(supplies, supplied);
}

void tst_Exchange::suppliesToLimits()
{
    const auto modules = std::make_shared<Modules>();
    for (int i = 0; i < 20; ++i)
        modules->codes.insert(QStringLiteral("m%1").arg(i), "x = 1\n");
    MobileCode code;
    code.source = modules;
    const Script script = times(
        20, [](int i) { return answer(wantedBytes(QStringLiteral("m%1").arg(i))) + answer(Value()); });
    ScriptedPeer server({handshake() + script + answer(Value::integer(7))});
    Proxy proxy(contextWith(code), objectUri(server.port()));
    const Reply reply = call(proxy, kEcho);
    VERIFY_OK(reply);
    QCOMPARE(reply.value(), Value::integer(7));
}

void tst_Exchange::refusalKeepsTheConnection()
{
    const auto modules = std::make_shared<Modules>();
    modules->codes.insert(QStringLiteral("rover"), "x = 1\n");
    MobileCode code;
    code.source = modules;
    ScriptedPeer server({handshake() + answer(wantedBytes(QStringLiteral("rover")))
        + answer(failureBytes(
            QStringLiteral("Pyro.errors.PyroError"), QStringLiteral("attempt to supply code denied")))
        + answer(Value::integer(7))});
    Proxy proxy(contextWith(code), objectUri(server.port()));
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Remote);
    QVERIFY(reply.error().what.contains(QStringLiteral("denied")));
    QCOMPARE(call(proxy, kEcho).value(), Value::integer(7));
    QCOMPARE(server.connections(), 1);
}

void tst_Exchange::fetchesNothingUnlessTold()
{
    MobileCode code;
    code.source = std::make_shared<Modules>();
    ScriptedPeer server({handshake() + answer(instanceOf("gift"))});
    Proxy proxy(contextWith(code), objectUri(server.port()));
    VERIFY_OK(call(proxy, kFetch));
    server.stop();
    QCOMPARE(requestsIn(server.received()).size(), size_t(1));
}

void tst_Exchange::valueDoesNotDependOnItsCode_data()
{
    QTest::addColumn<QByteArray>("answered"); // to remote_retrieve_code; empty = hang up
    QTest::addColumn<bool>("stored");
    QTest::newRow("good") << replyBytes(Value::str("x = 1\n")) << true;
    QTest::newRow("denied") << failureBytes(
        QStringLiteral("Pyro.errors.PyroError"), QStringLiteral("attempt to retrieve code denied"))
                            << false;
    QTest::newRow("unknown-object") << failureBytes(
        QStringLiteral("Pyro.errors.ProtocolError"), QStringLiteral("unknown object ID"), false)
                                    << false;
    QTest::newRow("none") << replyBytes(Value()) << false;
    QTest::newRow("list") << replyBytes(Value::list({Value::str("x")})) << false;
    QTest::newRow("huge") << replyBytes(Value::str(QByteArray(1024 * 1024 + 1, '#'))) << false;
    QTest::newRow("wants-one-back") << wantedBytes(QStringLiteral("gift")) << false;
    QTest::newRow("garbage") << QByteArray(40, 'x') << false;
    QTest::newRow("hang-up") << QByteArray() << false;
}

void tst_Exchange::valueDoesNotDependOnItsCode()
{
    QFETCH(QByteArray, answered);
    QFETCH(bool, stored);
    const auto shelf = std::make_shared<Shelf>();
    MobileCode code;
    code.sink = shelf;
    const Script last = answered.isEmpty() ? Script{peer::expectMessage(), peer::hangUp()} : answer(answered);
    ScriptedPeer server({handshake() + answer(instanceOf("gift")) + last});
    Proxy proxy(contextWith(code), objectUri(server.port()));
    const Reply reply = call(proxy, kFetch);
    VERIFY_OK(reply);
    QCOMPARE(reply.value().asObject()->module, QByteArray("gift"));
    QCOMPARE(shelf->received().size(), stored ? 1 : 0);
}

void tst_Exchange::fetchesWithinLimits()
{
    const auto shelf = std::make_shared<Shelf>();
    MobileCode code;
    code.sink = shelf;
    code.limits.maxModulesPerCall = 5;
    code.limits.maxNesting = 3;
    // Each module imports the next one: the depth ends it. Beside them library modules, which nobody fetches.
    const Script script = times(10, [](int i) {
        return answer(Value::str(QStringLiteral("import os\nimport n%1\n").arg(i + 1).toUtf8()));
    });
    ScriptedPeer server({handshake() + answer(instanceOf("n0")) + script});
    Proxy proxy(contextWith(code), objectUri(server.port()));
    VERIFY_OK(call(proxy, kFetch));
    QCOMPARE(shelf->received().size(), 4); // n0 to n3

    std::vector<Value> many;
    for (int i = 0; i < 50; ++i)
        many.push_back(instanceOf("w" + QByteArray::number(i)));
    ScriptedPeer wide({handshake() + answer(Value::list(many))
        + times(50, [](int) { return answer(Value::str("x = 1\n")); })});
    Proxy other(contextWith(code), objectUri(wide.port()));
    VERIFY_OK(call(other, kFetch));
    QCOMPARE(shelf->received().size(), 4 + 5);
}

void tst_Exchange::fetchesEachModuleOnce()
{
    const auto shelf = std::make_shared<Shelf>();
    MobileCode code;
    code.sink = shelf;
    code.followImports = false;
    ScriptedPeer server({handshake() + answer(Value::list({instanceOf("a"), instanceOf("a", "B")}))
        + answer(Value::str("import b\n")) + answer(instanceOf("a")) + answer(Value::integer(7))});
    Proxy proxy(contextWith(code), objectUri(server.port()));
    VERIFY_OK(call(proxy, kFetch));
    VERIFY_OK(call(proxy, kFetch));
    QCOMPARE(call(proxy, kFetch).value(), Value::integer(7));
    QCOMPARE(shelf->received(), QStringList{QStringLiteral("a=import b\n")});
}

void tst_Exchange::onewayCallsExchangeNothing()
{
    const auto shelf = std::make_shared<Shelf>();
    MobileCode code;
    code.sink = shelf;
    code.source = std::make_shared<Modules>();
    ScriptedPeer server({handshake() + Script{peer::expectMessage()} + answer(Value::integer(7))});
    Proxy proxy(contextWith(code), objectUri(server.port()));
    CallOptions oneway;
    oneway.oneway = true;
    VERIFY_OK(call(proxy, kEcho, {instanceOf("a")}, oneway));
    QCOMPARE(call(proxy, kEcho).value(), Value::integer(7));
}

void tst_Exchange::survivesLosingTheServerMeanwhile()
{
    const auto modules = std::make_shared<Modules>();
    modules->codes.insert(QStringLiteral("rover"), "x = 1\n");
    MobileCode code;
    code.source = modules;
    ScriptedPeer server({handshake() + answer(wantedBytes(QStringLiteral("rover")))
            + Script{peer::expectMessage(), peer::hangUp()},
        handshake() + answer(Value::integer(7))});
    Proxy proxy(contextWith(code), objectUri(server.port()));
    COMPARE_ERROR(call(proxy, kEcho), Error::Kind::Disconnected); // never silently sent once more
    QCOMPARE(call(proxy, kEcho).value(), Value::integer(7));
}

QTEST_GUILESS_MAIN(tst_Exchange)
#include "tst_exchange.moc"

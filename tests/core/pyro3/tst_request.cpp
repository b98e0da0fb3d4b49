// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "framing.h"

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

Value i(qint64 number)
{
    return Value::integer(number);
}

constexpr const char *kDaemon = "c0000000011000001000000010000001";

} // namespace

class tst_Request : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPackingUnpacks_data();
    void everyPackingUnpacks();
    void callsGoOutAsProxiesSendThem();
    void namesAreStr();
    void textValuesStayUnicode();
    void unicodeNamesAreAccepted();
    void helpersAreKindsOfTheirOwn_data();
    void helpersAreKindsOfTheirOwn();
    void unusualHelperCallsStayCalls_data();
    void unusualHelperCallsStayCalls();
    void resolveGoesOutWithFlags0();
    void kindsOfOtherGenerationsAreRefused_data();
    void kindsOfOtherGenerationsAreRefused();
    void tellsWhichClassesItDoesNotKnow();
    void argumentsThatContainThemselves();

private:
    std::unique_ptr<Session> m_client = readySession(Role::Client);
    std::unique_ptr<Session> m_server = readySession(Role::Server);

    Result<Message> receive(const Value &request) const
    {
        return m_server->decode(requestFrame(craft(pickled(request))), {});
    }
    Result<Message> relay(const Message &message) const
    {
        const auto bytes = m_client->encode(message);
        if (!bytes)
            return bytes.error();
        return m_server->decode(requestFrame(*bytes), {});
    }
};

void tst_Request::everyPackingUnpacks_data()
{
    QTest::addColumn<int>("flags");
    QTest::addColumn<Value>("packed");
    QTest::addColumn<Value>("args");
    QTest::addColumn<Value>("kwargs");
    const Value none = Value::dict({});
    const Value some = Value::dict({{s("k"), i(9)}});
    const auto t = [](std::vector<Value> items) { return Value::tuple(std::move(items)); };
    QTest::newRow("0-none") << 0 << t({}) << t({}) << none;
    QTest::newRow("0-two") << 0 << t({i(1), i(2)}) << t({i(1), i(2)}) << none;
    QTest::newRow("0-dict-is-positional") << 0 << t({some}) << t({some}) << none;
    QTest::newRow("1-all") << 1 << t({t({i(1), i(2)})}) << t({i(1), i(2)}) << none;
    QTest::newRow("1-mixed") << 1 << t({i(1), t({i(2)})}) << t({i(1), i(2)}) << none;
    QTest::newRow("1-list") << 1 << t({i(1), Value::list({i(2)})}) << t({i(1), i(2)}) << none;
    QTest::newRow("2-only") << 2 << t({some}) << t({}) << some;
    QTest::newRow("2-mixed") << 2 << t({i(1), i(2), some}) << t({i(1), i(2)}) << some;
    QTest::newRow("3-empty") << 3 << t({t({}), none}) << t({}) << none;
    QTest::newRow("3-proxy") << 3 << t({t({i(1)}), some}) << t({i(1)}) << some;
    QTest::newRow("3-mixed") << 3 << t({i(1), t({i(2)}), some}) << t({i(1), i(2)}) << some;
    QTest::newRow("4-oneway") << 4 << t({i(1)}) << t({i(1)}) << none;
    QTest::newRow("5-synccall") << 5 << t({i(1), t({i(2)})}) << t({i(1), i(2)}) << none;
    QTest::newRow("7-oneway") << 7 << t({t({i(1)}), some}) << t({i(1)}) << some;
}

void tst_Request::everyPackingUnpacks()
{
    QFETCH(int, flags);
    QFETCH(Value, packed);
    QFETCH(Value, args);
    QFETCH(Value, kwargs);
    const auto message = receive(requestValue(s("id"), s("run"), i(flags), packed));
    QVERIFY2(message.isOk(), message ? "" : qPrintable(message.error().what));
    QCOMPARE(message->kind, Message::Kind::Call);
    QCOMPARE(message->object, QByteArray("id"));
    QCOMPARE(message->method, QByteArray("run"));
    QCOMPARE(message->oneway, flags >= 4);
    QVERIFY(message->args == args);
    QVERIFY(message->kwargs == kwargs);
}

void tst_Request::callsGoOutAsProxiesSendThem()
{
    for (const bool oneway : {false, true}) {
        const auto bytes = m_client->encode(Message::call("id", "run", Value::tuple({i(1)}), {}, oneway));
        QVERIFY(bytes.isOk());
        QVERIFY(unpickled(*bytes)
            == requestValue(
                s("id"), s("run"), i(oneway ? 7 : 3), Value::tuple({Value::tuple({i(1)}), Value::dict({})})));
    }
    const auto empty = m_client->encode(Message::call("id", "run", {}, {}));
    QVERIFY(unpickled(*empty)
        == requestValue(s("id"), s("run"), i(3), Value::tuple({Value::tuple({}), Value::dict({})})));
}

void tst_Request::namesAreStr()
{
    const Value kwargs = Value::dict({{Value::text(u8"width"), i(1)}, {s("height"), i(2)}});
    const auto bytes = m_client->encode(Message::call("id", "run", {}, kwargs));
    const Value body = unpickled(*bytes);
    QCOMPARE(body.at(0).kind(), Value::Kind::Str);
    QCOMPARE(body.at(1).kind(), Value::Kind::Str);
    QVERIFY(body.at(3).at(1) == Value::dict({{s("width"), i(1)}, {s("height"), i(2)}}));
}

void tst_Request::textValuesStayUnicode()
{
    const Value args
        = Value::tuple({Value::text(u8"text"), s("str"), Value::list({Value::text(u8"\u20ac")})});
    const auto message = relay(Message::call("id", "run", args, Value::dict({{s("k"), Value::text(u8"v")}})));
    QVERIFY(message.isOk());
    QVERIFY(message->args == args);
    QVERIFY(message->kwargs == Value::dict({{s("k"), Value::text(u8"v")}}));
}

void tst_Request::unicodeNamesAreAccepted()
{
    const auto message = receive(requestValue(Value::text(u8"id"), Value::text(u8"run"), i(3),
        Value::tuple({Value::tuple({}), Value::dict({{Value::text(u8"k"), i(1)}})})));
    QVERIFY(message.isOk());
    QCOMPARE(message->object, QByteArray("id"));
    QCOMPARE(message->method, QByteArray("run"));
    QVERIFY(message->kwargs.find(QByteArrayView("k")));
}

void tst_Request::helpersAreKindsOfTheirOwn_data()
{
    QTest::addColumn<Message>("message");
    QTest::addColumn<Value>("body"); // without object and flags
    const auto row
        = [](const char *name, Message::Kind kind, const Value &method, const Value &args, auto &&fill) {
              Message message;
              message.kind = kind;
              message.object = "id";
              fill(message);
              QTest::newRow(name) << message << Value::tuple({method, args});
          };
    using Kind = Message::Kind;
    const Value no = Value::dict({});
    row("get", Kind::GetAttribute, s("_r_ga"), Value::tuple({Value::tuple({s("x")}), no}),
        [](Message &m) { m.method = "x"; });
    row("has", Kind::HasAttribute, s("_r_ha"), Value::tuple({Value::tuple({s("x")}), no}),
        [](Message &m) { m.method = "x"; });
    row("set", Kind::SetAttribute, s("_r_sa"), Value::tuple({Value::tuple({s("x"), i(5)}), no}),
        [](Message &m) {
            m.method = "x";
            m.value = i(5);
        });
    row("set-oneway", Kind::SetAttribute, s("_r_sa"), Value::tuple({Value::tuple({s("x"), i(5)}), no}),
        [](Message &m) {
            m.method = "x";
            m.value = i(5);
            m.oneway = true;
        });
    row("registered", Kind::Query, s("getRegistered"), Value::tuple({Value::tuple({}), no}), [](Message &m) {
        m.object = kDaemon;
        m.query = Message::Query::Registered;
    });
    row("resolve", Kind::Query, s("ResolvePYROLOC"), Value::tuple({s(":name")}), [](Message &m) {
        m.object = kDaemon;
        m.query = Message::Query::Resolve;
        m.text = u":name"_qs;
    });
    row("retrieve", Kind::Code, s("remote_retrieve_code"), Value::tuple({s("kit.walker")}), [](Message &m) {
        m.codeStep = Message::CodeStep::Retrieve;
        m.text = u"kit.walker"_qs;
    });
    const Value end = Value::tuple({s("127.0.0.1"), i(5)});
    row("supply", Kind::Code, s("remote_supply_code"), Value::tuple({s("kit"), s("print 1"), end}),
        [end](Message &m) {
            m.codeStep = Message::CodeStep::Supply;
            m.text = u"kit"_qs;
            m.value = s("print 1");
            m.args = end;
        });
    row("supply-no-end", Kind::Code, s("remote_supply_code"), Value::tuple({s("kit"), s("print 1"), i(333)}),
        [](Message &m) {
            m.codeStep = Message::CodeStep::Supply;
            m.text = u"kit"_qs;
            m.value = s("print 1");
            m.args = i(333); // examples/agent2/client.py does that
        });
}

void tst_Request::helpersAreKindsOfTheirOwn()
{
    QFETCH(Message, message);
    QFETCH(Value, body);
    const auto bytes = m_client->encode(message);
    QVERIFY2(bytes.isOk(), bytes ? "" : qPrintable(bytes.error().what));
    const Value sent = unpickled(*bytes);
    QVERIFY(sent.at(0) == Value::str(message.object));
    QVERIFY(sent.at(1) == body.at(0));
    QVERIFY(sent.at(3) == body.at(1));
    const auto received = m_server->decode(requestFrame(*bytes), {});
    QVERIFY(received.isOk());
    QCOMPARE(received->kind, message.kind);
    QCOMPARE(received->object, message.object);
    QCOMPARE(received->oneway, message.oneway);
    QCOMPARE(received->query, message.query);
    QCOMPARE(received->codeStep, message.codeStep);
    QCOMPARE(received->text, message.text);
    QVERIFY(received->value == message.value);
    if (message.kind == Message::Kind::GetAttribute || message.kind == Message::Kind::SetAttribute)
        QCOMPARE(received->method, message.method);
    if (message.codeStep == Message::CodeStep::Supply)
        QVERIFY(received->args == message.args);
}

void tst_Request::unusualHelperCallsStayCalls_data()
{
    QTest::addColumn<QString>("object");
    QTest::addColumn<QString>("method");
    QTest::addColumn<Value>("args");
    QTest::addColumn<Value>("kwargs");
    const Value none = Value::dict({});
    const QString id = u"id"_qs;
    QTest::newRow("get-none") << id << u"_r_ga"_qs << Value::tuple({}) << none;
    QTest::newRow("get-two") << id << u"_r_ga"_qs << Value::tuple({s("a"), s("b")}) << none;
    QTest::newRow("get-number") << id << u"_r_ga"_qs << Value::tuple({i(1)}) << none;
    QTest::newRow("get-keyword") << id << u"_r_ga"_qs << Value::tuple({s("a")})
                                 << Value::dict({{s("k"), i(1)}});
    QTest::newRow("set-one") << id << u"_r_sa"_qs << Value::tuple({s("a")}) << none;
    QTest::newRow("registered-elsewhere") << id << u"getRegistered"_qs << Value::tuple({}) << none;
    QTest::newRow("resolve-elsewhere") << id << u"ResolvePYROLOC"_qs << Value::tuple({s("a")}) << none;
    QTest::newRow("registered-arguments")
        << QString::fromLatin1(kDaemon) << u"getRegistered"_qs << Value::tuple({i(1)}) << none;
    QTest::newRow("supply-short") << id << u"remote_supply_code"_qs << Value::tuple({s("m"), s("c")}) << none;
}

void tst_Request::unusualHelperCallsStayCalls()
{
    QFETCH(QString, object);
    QFETCH(QString, method);
    QFETCH(Value, args);
    QFETCH(Value, kwargs);
    const auto message = relay(Message::call(object.toUtf8(), method.toUtf8(), args, kwargs));
    QVERIFY(message.isOk());
    QCOMPARE(message->kind, Message::Kind::Call);
    QCOMPARE(message->method, method.toUtf8());
    QVERIFY(message->args == args);
    QVERIFY(message->kwargs == kwargs);
}

void tst_Request::resolveGoesOutWithFlags0()
{
    Message message;
    message.kind = Message::Kind::Query;
    message.query = Message::Query::Resolve;
    message.text = u":x"_qs;
    QVERIFY(unpickled(*m_client->encode(message))
        == requestValue(s(kDaemon), s("ResolvePYROLOC"), i(0), Value::tuple({s(":x")})));
}

void tst_Request::kindsOfOtherGenerationsAreRefused_data()
{
    QTest::addColumn<Message>("message");
    const auto row
        = [](const char *name, Message::Kind kind, Message::Query query = Message::Query::Registered) {
              Message message;
              message.kind = kind;
              message.query = query;
              QTest::newRow(name) << message;
          };
    row("batch", Message::Kind::Batch);
    row("ping", Message::Kind::Ping);
    row("stream", Message::Kind::StreamOpened);
    row("info", Message::Kind::Query, Message::Query::Info);
    row("metadata", Message::Kind::Query, Message::Query::Metadata);
    row("next-item", Message::Kind::Query, Message::Query::NextItem);
    row("close-stream", Message::Kind::Query, Message::Query::CloseStream);
}

void tst_Request::kindsOfOtherGenerationsAreRefused()
{
    QFETCH(Message, message);
    for (Session *session : {m_client.get(), m_server.get()}) {
        const auto bytes = session->encode(message);
        QVERIFY(!bytes.isOk());
        QCOMPARE(bytes.error().kind, Error::Kind::Unsupported);
    }
}

void tst_Request::tellsWhichClassesItDoesNotKnow()
{
    Object point;
    point.made = Object::Made::NewObj;
    point.module = "shapes";
    point.name = "Point";
    point.args = Value::tuple({});
    const Value args = Value::tuple({Value::object(point), Value::global("os", "system"),
        Value::global("Pyro.core", "PyroURI"), Value::global("exceptions", "ValueError")});
    const auto message = relay(Message::call("id", "run", args, {}));
    QVERIFY(message.isOk());
    QCOMPARE(message->unknownClasses, (std::vector<QByteArray>{"shapes.Point", "os.system"}));
}

void tst_Request::argumentsThatContainThemselves()
{
    // args = ([args],), flags 0: MARK id run 0 [ ] PUT 1 ( GET 1 ) TUPLE1 PUT 2, then the list gets the
    // tuple.
    const QByteArray outer = "(S'id'\nS'run'\nI0\n(lp1\n0(g1\ntp2\ng1\ng2\na0t.";
    const auto refused = m_server->decode(requestFrame(craft(outer)), {});
    QVERIFY(!refused.isOk());
    QCOMPARE(refused.error().code, u"call.shape"_qs);
    // A list that contains itself is a fine argument and goes back as it came.
    const QByteArray inner = "(S'id'\nS'run'\nI0\n((lp1\ng1\natt.";
    const auto message = m_server->decode(requestFrame(craft(inner)), {});
    QVERIFY2(message.isOk(), message ? "" : qPrintable(message.error().what));
    QVERIFY(message->args.at(0).cycleId() != 0);
    const auto again = relay(*message);
    QVERIFY2(again.isOk(), again ? "" : qPrintable(again.error().what));
    QVERIFY(again->args == message->args);
}

QTEST_GUILESS_MAIN(tst_Request)

#include "tst_request.moc"

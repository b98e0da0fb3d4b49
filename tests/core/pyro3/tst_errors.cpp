// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "framing.h"

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

RemoteError error(
    const QString &className, std::vector<Value> args = {}, std::vector<Value::Pair> attributes = {})
{
    RemoteError made;
    made.className = className;
    made.args = Value::tuple(std::move(args));
    made.attributes = Value::dict(std::move(attributes));
    return made;
}

} // namespace

class tst_Errors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void neutralNamesGetTheirModule_data();
    void neutralNamesGetTheirModule();
    void unknownBareNamesBecomePyroErrors();
    void capsuleIsWhatTheOriginalWrites();
    void failureSurvivesTheWire_data();
    void failureSurvivesTheWire();
    void tracebackLinesKeepTheirShape();
    void relayedErrorsKeepTheInnerTraceback();
    void plainExceptionValuesAreSeen();
    void otherObjectsAreNoErrors_data();
    void otherObjectsAreNoErrors();
    void oddCapsulesAreStillFailures_data();
    void oddCapsulesAreStillFailures();
    void missingModuleIsACodeMessage();

private:
    std::shared_ptr<const Generation> m_generation = pyro3Generation();

    Result<Message> relay(const Message &message, int protocol = 2) const
    {
        SessionOptions options;
        options.pickleProtocol = protocol;
        const auto bytes = readySession(Role::Server, options)->encode(message);
        if (!bytes)
            return bytes.error();
        return readySession(Role::Client)->decode(replyFrame(*bytes), {});
    }
};

void tst_Errors::neutralNamesGetTheirModule_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("onTheWire");
    const auto row = [](const char *name, const char *wire) {
        QTest::newRow(name) << QString::fromLatin1(name) << QString::fromLatin1(wire);
    };
    row("ValueError", "exceptions.ValueError");
    row("KeyError", "exceptions.KeyError");
    row("ZeroDivisionError", "exceptions.ZeroDivisionError");
    row("ArithmeticError", "exceptions.ArithmeticError");
    row("StopIteration", "exceptions.StopIteration");
    row("SystemExit", "exceptions.SystemExit");
    row("Exception", "exceptions.Exception");
    row("builtins.KeyError", "exceptions.KeyError");
    row("NamingError", "Pyro.errors.NamingError");
    row("ProtocolError", "Pyro.errors.ProtocolError");
    row("PyroError", "Pyro.errors.PyroError");
    row("DaemonError", "Pyro.errors.DaemonError");
    row("TimeoutError", "Pyro.errors.TimeoutError");
    row("URIError", "Pyro.errors.URIError");
    row("NoModuleError", "Pyro.errors.NoModuleError");
    row("ConnectionClosedError", "Pyro.errors.ConnectionClosedError");
    row("ConnectionDeniedError", "Pyro.errors.ConnectionDeniedError");
    row("demo.EchoError", "demo.EchoError");
    row("a.b.C", "a.b.C");
    row("Pyro.errors.NamingError", "Pyro.errors.NamingError");
}

void tst_Errors::neutralNamesGetTheirModule()
{
    QFETCH(QString, name);
    QFETCH(QString, onTheWire);
    const auto message = relay(Message::failure(error(name, {s("x")})));
    QVERIFY(message.isOk());
    QCOMPARE(message->error->className, onTheWire);
    QVERIFY(message->error->args == Value::tuple({s("x")}));
    const auto lowered = m_generation->lower(Value::error(error(name)));
    QCOMPARE(QString::fromUtf8(lowered->className()), onTheWire);
}

void tst_Errors::unknownBareNamesBecomePyroErrors()
{
    const auto named = relay(Message::failure(error(u"EchoError"_qs, {s("told")})));
    QCOMPARE(named->error->args.at(0).toText(), u"EchoError: told"_qs);
    for (const char *name : {"EchoError", "", ".X", "X."}) {
        const auto message = relay(Message::failure(error(QString::fromLatin1(name), {s("told")})));
        QVERIFY(message.isOk());
        QCOMPARE(message->error->className, u"Pyro.errors.PyroError"_qs);
        const QString text = message->error->args.at(0).toText();
        QVERIFY2(text.contains(u"told"), qPrintable(text));
    }
}

void tst_Errors::capsuleIsWhatTheOriginalWrites()
{
    // The body of the recording error_unknown_object, memo marks apart.
    const auto bytes = readySession(Role::Server)
                           ->encode(Message::failure(error(u"ProtocolError"_qs, {s("unknown object ID")})));
    const Value body = unpickled(*bytes);
    const Object *capsule = body.asObject();
    QVERIFY(capsule);
    QCOMPARE(capsule->made, Object::Made::Obj);
    QCOMPARE(capsule->className(), QByteArray("Pyro.errors.PyroExceptionCapsule"));
    QCOMPARE(capsule->args.size(), 0);
    const auto pairs = capsule->state->pairs();
    QCOMPARE(pairs.size(), size_t(2));
    QVERIFY(pairs[0].first == s("excObj"));
    QCOMPARE(pairs[0].second.asObject()->made, Object::Made::Reduce);
    QVERIFY(!pairs[0].second.asObject()->state);
    QVERIFY(pairs[1].first == s("args"));
    QVERIFY(pairs[1].second.isNone());
}

void tst_Errors::failureSurvivesTheWire_data()
{
    QTest::addColumn<int>("protocol");
    for (const int protocol : {0, 1, 2})
        QTest::addRow("%d", protocol) << protocol;
}

void tst_Errors::failureSurvivesTheWire()
{
    QFETCH(int, protocol);
    RemoteError sent
        = error(u"demo.EchoError"_qs, {Value::text(u8"g\u00e4nsehaut"), s("raw"), Value::integer(3)},
            {{Value::utf8("code"), Value::integer(42)}, {Value::utf8("note"), Value::list({s("x")})}});
    sent.traceback = QStringList{u"Traceback (most recent call last):"_qs,
        u"  File \"a.py\", line 1, in f\n    raise x"_qs, u"demo.EchoError: g\u00e4nsehaut"_qs};
    const auto message = relay(Message::failure(sent), protocol);
    QVERIFY2(message.isOk(), message ? "" : qPrintable(message.error().what));
    QCOMPARE(message->kind, Message::Kind::Failure);
    QCOMPARE(message->error->className, sent.className);
    QVERIFY(message->error->args == sent.args);
    QVERIFY(message->error->attributes == sent.attributes);
    QCOMPARE(message->error->traceback, sent.traceback);
    // Attribute names and lines are 8-bit str for Python 2.
    SessionOptions options;
    options.pickleProtocol = protocol;
    const auto bytes = readySession(Role::Server, options)->encode(Message::failure(sent));
    const Value body = unpickled(*bytes);
    const Object *exception = body.asObject()->state->find(QByteArrayView("excObj"))->asObject();
    QCOMPARE(exception->state->pairs().front().first.kind(), Value::Kind::Str);
    const Value *lines = body.asObject()->state->find(QByteArrayView("args"));
    QCOMPARE(lines->kind(), Value::Kind::List);
    for (const Value &line : lines->items()) {
        QCOMPARE(line.kind(), Value::Kind::Str);
        QVERIFY(line.rawBytes().endsWith('\n'));
    }
}

void tst_Errors::tracebackLinesKeepTheirShape()
{
    const auto read = [this](const Value &args) {
        Object capsule;
        capsule.made = Object::Made::Obj;
        capsule.module = "Pyro.errors";
        capsule.name = "PyroExceptionCapsule";
        capsule.args = Value::tuple({});
        capsule.state = Value::dict(
            {{s("excObj"), *m_generation->lower(Value::error(error(u"KeyError"_qs)))}, {s("args"), args}});
        return m_generation->asError(Value::object(capsule))->traceback;
    };
    QCOMPARE(read(Value::none()), QStringList());
    QCOMPARE(read(Value::list({})), QStringList());
    QCOMPARE(
        read(Value::list({s("a\n"), s("b\n  c\n"), s("d")})), (QStringList{u"a"_qs, u"b\n  c"_qs, u"d"_qs}));
    QCOMPARE(read(s("a\nb\n")), (QStringList{u"a"_qs, u"b"_qs}));
    QCOMPARE(read(Value::list({Value::integer(1), s("x\n")})), QStringList{u"x"_qs});
}

void tst_Errors::relayedErrorsKeepTheInnerTraceback()
{
    // In a capsule the inner one stays an attribute, as the peer sent it; the outer one is the traceback.
    RemoteError sent
        = error(u"KeyError"_qs, {s("x")}, {{Value::utf8("remote_stacktrace"), Value::list({s("inner\n")})}});
    sent.traceback = QStringList{u"outer"_qs};
    const auto message = relay(Message::failure(sent));
    QCOMPARE(message->error->traceback, QStringList{u"outer"_qs});
    QVERIFY(
        *message->error->attributes.find(QByteArrayView("remote_stacktrace")) == Value::list({s("inner\n")}));
    // An exception that is a plain value carries its traceback there.
    RemoteError plain = error(u"KeyError"_qs, {s("x")}, {{Value::utf8("code"), Value::integer(1)}});
    plain.traceback = QStringList{u"lines"_qs};
    const auto lowered = m_generation->lower(Value::error(plain));
    const auto read = m_generation->asError(*lowered);
    QCOMPARE(read->traceback, plain.traceback);
    QVERIFY(read->attributes == plain.attributes);
}

void tst_Errors::plainExceptionValuesAreSeen()
{
    const auto message
        = relay(Message::reply(Value::list({Value::error(error(u"ValueError"_qs, {s("x")}))})));
    QCOMPARE(message->kind, Message::Kind::Reply);
    const auto seen = m_generation->asError(message->value.at(0));
    QVERIFY(seen);
    QCOMPARE(seen->className, u"exceptions.ValueError"_qs);
    const auto custom = m_generation->lower(Value::error(error(u"demo.EchoError"_qs)));
    QVERIFY(m_generation->asError(*custom));
}

void tst_Errors::otherObjectsAreNoErrors_data()
{
    QTest::addColumn<Value>("value");
    Object object;
    object.module = "shapes";
    object.name = "Point";
    object.args = Value::tuple({});
    QTest::newRow("object") << Value::object(object);
    object.module = "copy_reg";
    object.name = "_reconstructor";
    QTest::newRow("call") << Value::object(object);
    QTest::newRow("class") << Value::global("exceptions", "ValueError");
    QTest::newRow("text") << Value::text(u8"ValueError");
    QTest::newRow("none") << Value::none();
}

void tst_Errors::otherObjectsAreNoErrors()
{
    QFETCH(Value, value);
    QVERIFY(!m_generation->asError(value));
}

void tst_Errors::oddCapsulesAreStillFailures_data()
{
    QTest::addColumn<Value>("state");
    QTest::addColumn<QString>("className");
    QTest::newRow("empty") << Value::dict({}) << u"Pyro.errors.PyroExceptionCapsule"_qs;
    QTest::newRow("no-dict") << Value::integer(1) << u"Pyro.errors.PyroExceptionCapsule"_qs;
    QTest::newRow("text") << Value::dict({{s("excObj"), s("string exception")}})
                          << u"exceptions.Exception"_qs;
    QTest::newRow("class") << Value::dict({{s("excObj"), Value::global("a", "B")}})
                           << u"exceptions.Exception"_qs;
    Object point;
    point.made = Object::Made::Obj;
    point.module = "shapes";
    point.name = "Point";
    point.args = Value::tuple({});
    point.state = Value::integer(5);
    QTest::newRow("any-object") << Value::dict({{s("excObj"), Value::object(point)}}) << u"shapes.Point"_qs;
}

void tst_Errors::oddCapsulesAreStillFailures()
{
    QFETCH(Value, state);
    QFETCH(QString, className);
    Object capsule;
    capsule.made = Object::Made::Obj;
    capsule.module = "Pyro.errors";
    capsule.name = "PyroExceptionCapsule";
    capsule.args = Value::tuple({});
    capsule.state = state;
    const auto message
        = readySession(Role::Client)->decode(replyFrame(craft(pickled(Value::object(capsule)))), {});
    QVERIFY(message.isOk());
    QCOMPARE(message->kind, Message::Kind::Failure);
    QCOMPARE(message->error->className, className);
    QCOMPARE(message->error->args.kind(), Value::Kind::Tuple);
    QCOMPARE(message->error->attributes.kind(), Value::Kind::Dict);
    const auto again = relay(*message);
    QVERIFY(again.isOk());
    QCOMPARE(again->error->className, className);
    QVERIFY(again->error->attributes == message->error->attributes);
}

void tst_Errors::missingModuleIsACodeMessage()
{
    Message wanted;
    wanted.kind = Message::Kind::Code;
    wanted.codeStep = Message::CodeStep::Wanted;
    wanted.text = u"kit.walker"_qs;
    wanted.value = Value::list({s("__doc__")});
    const auto message = relay(wanted);
    QVERIFY2(message.isOk(), message ? "" : qPrintable(message.error().what));
    QCOMPARE(message->kind, Message::Kind::Code);
    QCOMPARE(message->codeStep, Message::CodeStep::Wanted);
    QCOMPARE(message->text, wanted.text);
    QVERIFY(message->value == wanted.value);
    QVERIFY(message->error);
    QCOMPARE(message->error->className, u"Pyro.errors._InternalNoModuleError"_qs);
    QCOMPARE(message->error->args.size(), 0);
}

QTEST_GUILESS_MAIN(tst_Errors)

#include "tst_errors.moc"

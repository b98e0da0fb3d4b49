// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "framing.h"

using namespace pyrolens;
using namespace pyrolens::testing;

/// What our server answers to bytes it cannot serve, and whether the connection lives on.
class tst_Refusal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void brokenFrames_data();
    void brokenFrames();
    void brokenHandshakes_data();
    void brokenHandshakes();
    void brokenBodies_data();
    void brokenBodies();
    void onewayCallsAreNeverAnswered_data();
    void onewayCallsAreNeverAnswered();
    void servedAsUsualAfterABadBody();
    void clientsCloseWithoutAWord();
    void errorsOfOtherLayers_data();
    void errorsOfOtherLayers();
};

namespace {

struct Answer
{
    QString className;
    QString text;
};

Answer read(const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return {};
    const auto client = readySession(Role::Client);
    const auto step = client->feed(Direction::ServerToClient, bytes, {});
    if (!step || step->size != bytes.size())
        return {u"not one whole frame"_qs, {}};
    const auto message = client->decode(replyFrame(bytes), {});
    if (!message || !message->error)
        return {u"no capsule"_qs, {}};
    return {message->error->className, message->error->args.at(0).toText()};
}

Value shallowRequest(const Value &args)
{
    return requestValue(s("id"), s("run"), Value::integer(0), args);
}

} // namespace

void tst_Refusal::brokenFrames_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("text");
    const QString bad = u"frame.bad-header"_qs;
    const QString large = u"frame.too-large"_qs;
    const QString version = u"incompatible protocol version"_qs;
    const QString header = u"invalid header"_qs;
    QTest::newRow("version-4") << craft("x", {.version = 4}) << bad << version;
    QTest::newRow("version-6") << craft("x", {.version = 6}) << bad << version;
    QTest::newRow("id") << craft("x", {.id = "PYRA"}) << bad << header;
    QTest::newRow("header-size") << craft("x", {.headerSize = 20}) << bad << header;
    QTest::newRow("version-before-id") << craft("x", {.id = "PYRA", .version = 4}) << bad << version;
    QTest::newRow("negative-size") << craft({}, {.bodySize = -1}) << large << header;
    QTest::newRow("most-negative-size") << craft({}, {.bodySize = INT32_MIN}) << large << header;
    QTest::newRow("too-large") << craft({}, {.bodySize = INT32_MAX}) << large
                               << u"message too large: 2147483665 bytes, the limit is 67108864"_qs;
    QTest::newRow("http") << QByteArray("GET / HTTP/1.1\r\n\r\n") << u"frame.other-protocol"_qs << version;
    QTest::newRow("tls") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)
                         << u"frame.other-protocol"_qs << version;
    QTest::newRow("pyro4") << QByteArray("PYRO\0\x30\0\1\0\0\0\0", 12) << u"frame.other-protocol"_qs
                           << version;
    QTest::newRow("pyro5") << QByteArray("PYRO\1\xf6\1\0\0\0\0\0", 12) << u"frame.other-protocol"_qs
                           << version;
}

void tst_Refusal::brokenFrames()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QFETCH(QString, text);
    const auto server = readySession(Role::Server);
    const auto step = server->feed(Direction::ClientToServer, bytes, {});
    QVERIFY(!step.isOk());
    QCOMPARE(step.error().code, code);
    const Refusal refusal = server->refuse(step.error());
    QVERIFY(refusal.close);
    const Answer answer = read(refusal.bytes);
    QCOMPARE(answer.className, u"Pyro.errors.ProtocolError"_qs);
    QCOMPARE(answer.text, text);
}

void tst_Refusal::brokenHandshakes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("text"); // empty: closed without a word
    const QByteArray connect = "CONNECT0123456789abcdef";
    QTest::newRow("version") << craft(connect, {.version = 4}) << u"frame.bad-header"_qs
                             << u"incompatible protocol version"_qs;
    QTest::newRow("http") << QByteArray("GET / HTTP/1.1\r\n\r\n") << u"frame.other-protocol"_qs
                          << u"incompatible protocol version"_qs;
    QTest::newRow("id") << craft(connect, {.id = "PYRA"}) << u"frame.bad-header"_qs << u"invalid header"_qs;
    QTest::newRow("checksum") << craft(connect, {.flags = 2, .checksum = 12345}) << u"frame.checksum"_qs
                              << u"checksum error"_qs;
    QTest::newRow("too-large") << craft({}, {.bodySize = 4096}) << u"frame.too-large"_qs
                               << u"message too large: 4114 bytes, the limit is 4096"_qs;
    QTest::newRow("wrong-word") << craft("HELLO") << u"frame.type"_qs << QString();
    QTest::newRow("no-word") << craft({}) << u"frame.type"_qs << QString();
    QTest::newRow("request-first") << craft(pickled(shallowRequest(Value::tuple({})))) << u"frame.type"_qs
                                   << QString();
    QTest::newRow("bad-zip") << craft(connect, {.flags = 1}) << u"zip.corrupt"_qs << u"*"_qs;
}

void tst_Refusal::brokenHandshakes()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QFETCH(QString, text);
    const auto server = pyro3Generation()->session(Role::Server, {});
    server->start();
    const auto step = server->feed(Direction::ClientToServer, bytes, {});
    std::optional<Error> error;
    if (!step) {
        error = step.error();
    } else {
        QCOMPARE(step->kind, FrameKind::Connect);
        const auto message = server->decode({bytes, Direction::ClientToServer, step->kind}, {});
        QVERIFY(!message.isOk());
        error = message.error();
    }
    QCOMPARE(error->code, code);
    const Frame frame{bytes, Direction::ClientToServer, FrameKind::Connect};
    const Refusal refusal = server->refuse(*error, &frame);
    QVERIFY(refusal.close);
    QCOMPARE(refusal.bytes.isEmpty(), text.isEmpty());
    if (text != u"*")
        QCOMPARE(read(refusal.bytes).text, text);
    QVERIFY(!server->isReady());
}

void tst_Refusal::brokenBodies_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("className");
    QTest::addColumn<QString>("text"); // what the answer's text has in it
    QTest::addColumn<bool>("close");
    const auto row = [](const char *name, const QByteArray &bytes, const char *code, const char *className,
                         const char *text, bool close = false) {
        QTest::newRow(name) << bytes << QString::fromLatin1(code) << QString::fromLatin1(className)
                            << QString::fromLatin1(text) << close;
    };
    const char *unpickling = "cPickle.UnpicklingError";
    const char *type = "exceptions.TypeError";
    const char *protocol = "Pyro.errors.ProtocolError";
    const Value none = Value::tuple({});
    const Value id = s("id");
    const Value run = s("run");
    const Value zero = Value::integer(0);
    const QByteArray good = pickled(shallowRequest(none));

    row("checksum", craft(good, {.flags = 2, .checksum = 12345}), "frame.checksum", protocol,
        "checksum error", true);
    row("xml", craft(good, {.flags = 4}), "value.serializer", protocol, "XML pickle not supported", false);
    row("zip-corrupt", craft(good, {.flags = 1}), "zip.corrupt", "zlib.error", "");
    row("zip-truncated", craft(deflate(good).chopped(3), {.flags = 1}), "zip.corrupt", "zlib.error", "");
    row("zip-empty", craft({}, {.flags = 1}), "zip.corrupt", "zlib.error", "");
    row("zip-trailing", craft(deflate(good) + "x", {.flags = 1}), "zip.corrupt", "zlib.error", "");
    row("zip-bomb", craft(deflate(QByteArray(2'000'000, '\0')), {.flags = 1}), "zip.bomb", "zlib.error", "");
    row("no-pickle", craft("this is no pickle"), "pickle.", unpickling, "at byte");
    row("cut-pickle", craft(good.chopped(1)), "pickle.", unpickling, "at byte");
    row("trailing", craft(good + "more"), "value.trailing", unpickling, "at byte");
    row("persid", craft("Pid\n."), "pickle.opcode", unpickling, "at byte 0");
    row("extension", craft(QByteArray("\x80\x02\x82\x01.", 5)), "pickle.opcode", unpickling, "at byte 2");
    row("unknown-opcode", craft(QByteArray("\x80\x02\xff.", 4)), "pickle.opcode", unpickling, "at byte 2");
    row("deep", craft(QByteArray(500, '(') + QByteArray(500, 't') + '.'), "value.depth", unpickling, "");
    row("list", craft(pickled(Value::list({zero}))), "call.shape", type, "tuple of four");
    row("three", craft(pickled(Value::tuple({id, run, zero}))), "call.shape", type, "tuple of four");
    row("five", craft(pickled(Value::tuple({id, run, zero, none, none}))), "call.shape", type,
        "tuple of four");
    row("args-list", craft(pickled(shallowRequest(Value::list({})))), "call.shape", type, "must be a tuple");
    row("args-none", craft(pickled(shallowRequest({}))), "call.shape", type, "must be a tuple");
    row("flags-text", craft(pickled(requestValue(id, run, s("3"), none))), "call.shape", type, "flags");
    row("method-int", craft(pickled(requestValue(id, zero, zero, none))), "call.shape", type, "method name");
    row("no-keywords", craft(pickled(requestValue(id, run, Value::integer(2), none))), "call.shape", type,
        "dictionary");
    row("no-varargs", craft(pickled(requestValue(id, run, Value::integer(1), none))), "call.shape", type,
        "variable");
    row("number-keyword",
        craft(pickled(
            requestValue(id, run, Value::integer(3), Value::tuple({none, Value::dict({{zero, zero}})})))),
        "call.shape", type, "keywords must be strings");
    row("unhashable-id", craft(pickled(requestValue(Value::list({}), run, zero, none))), "call.object",
        protocol, "unknown object ID");
    row("long-id", craft(pickled(requestValue(Value::str(QByteArray(4097, 'x')), run, zero, none))),
        "call.name-too-long", "Pyro.errors.PyroError", "4096");
    row("long-method", craft(pickled(requestValue(id, Value::str(QByteArray(4097, 'x')), zero, none))),
        "call.name-too-long", "Pyro.errors.PyroError", "4096");
}

void tst_Refusal::brokenBodies()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QFETCH(QString, className);
    QFETCH(QString, text);
    QFETCH(bool, close);
    const auto server = readySession(Role::Server);
    const auto step = server->feed(Direction::ClientToServer, bytes, {});
    QVERIFY(step.isOk());
    QCOMPARE(step->size, bytes.size());
    QVERIFY(!step->skip);
    const Frame frame = requestFrame(bytes);
    const auto message = server->decode(frame, {});
    QVERIFY(!message.isOk());
    if (code.endsWith(u'.'))
        QVERIFY(message.error().code.startsWith(code));
    else
        QCOMPARE(message.error().code, code);
    const Refusal refusal = server->refuse(message.error(), &frame);
    QCOMPARE(refusal.close, close);
    const Answer answer = read(refusal.bytes);
    QCOMPARE(answer.className, className);
    QVERIFY2(answer.text.contains(text), qPrintable(answer.text));
    QVERIFY(!answer.text.isEmpty());
}

void tst_Refusal::onewayCallsAreNeverAnswered_data()
{
    QTest::addColumn<QByteArray>("body");
    for (const int protocol : {0, 1, 2}) {
        const pickle::WriteOptions options{
            .protocol = protocol, .dialect = Dialect::Python2, .narrowIntegers = true};
        const Value bad = requestValue(s("id"), s("run"), Value::integer(6), Value::tuple({s("no dict")}));
        QTest::addRow("shape-%d", protocol) << *pickle::encode(bad, options);
        const Value good = requestValue(s("id"), s("run"), Value::integer(7), Value::tuple({}));
        QTest::addRow("cut-%d", protocol) << pickle::encode(good, options)->chopped(2);
    }
}

void tst_Refusal::onewayCallsAreNeverAnswered()
{
    QFETCH(QByteArray, body);
    const auto server = readySession(Role::Server);
    for (const bool compressed : {false, true}) {
        const Frame frame = requestFrame(compressed ? craft(deflate(body), {.flags = 1}) : craft(body));
        const auto message = server->decode(frame, {});
        QVERIFY(!message.isOk());
        const Refusal refusal = server->refuse(message.error(), &frame);
        QVERIFY(!refusal.close);
        QVERIFY(refusal.bytes.isEmpty());
        QVERIFY(!server->refuse(message.error()).bytes.isEmpty()); // nothing known about the frame
    }
}

void tst_Refusal::servedAsUsualAfterABadBody()
{
    const auto server = readySession(Role::Server);
    const QByteArray bad = craft("nonsense");
    const QByteArray good = craft(pickled(shallowRequest(Value::tuple({s("x")}))));
    const auto first = server->feed(Direction::ClientToServer, QByteArray(bad + good), {});
    QCOMPARE(first->size, bad.size());
    QVERIFY(!server->decode(requestFrame(bad), {}).isOk());
    const auto second = server->feed(Direction::ClientToServer, good, {});
    QCOMPARE(second->size, good.size());
    QCOMPARE(server->decode(requestFrame(good), {})->method, QByteArray("run"));
    // A body of no bytes is swallowed.
    const auto empty = server->feed(Direction::ClientToServer, craft({}), {});
    QCOMPARE(empty->size, 18);
    QVERIFY(empty->skip);
}

void tst_Refusal::clientsCloseWithoutAWord()
{
    const auto client = readySession(Role::Client);
    const auto step = client->feed(Direction::ServerToClient, "HTTP/1.1 200 OK", {});
    QVERIFY(!step.isOk());
    const Refusal refusal = client->refuse(step.error());
    QVERIFY(refusal.close);
    QVERIFY(refusal.bytes.isEmpty());
}

void tst_Refusal::errorsOfOtherLayers_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("className");
    QTest::addColumn<bool>("close");
    QTest::newRow("class") << u"pickle.class-refused"_qs << u"Pyro.errors.NoModuleError"_qs << false;
    QTest::newRow("object") << u"call.object"_qs << u"Pyro.errors.ProtocolError"_qs << false;
    QTest::newRow("method") << u"call.method"_qs << u"exceptions.AttributeError"_qs << false;
    QTest::newRow("housekeeping") << u"call.refused"_qs << u"Pyro.errors.PyroError"_qs << false;
    QTest::newRow("timeout") << u"frame.timeout"_qs << QString() << true;
    QTest::newRow("vanished") << u"frame.truncated"_qs << QString() << true;
    QTest::newRow("slow-reader") << u"conn.slow-reader"_qs << QString() << true;
}

void tst_Refusal::errorsOfOtherLayers()
{
    QFETCH(QString, code);
    QFETCH(QString, className);
    QFETCH(bool, close);
    const auto server = readySession(Role::Server);
    const Refusal refusal = server->refuse(Error::protocol(u"because"_qs, code));
    QCOMPARE(refusal.close, close);
    QCOMPARE(read(refusal.bytes).className, className);
}

QTEST_GUILESS_MAIN(tst_Refusal)

#include "tst_refusal.moc"

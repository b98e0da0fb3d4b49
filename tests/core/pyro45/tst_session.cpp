// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "sessions.h"

using namespace pyrolens;
using namespace pyrolens::testing;

/// The states of a connection and everything that can go wrong in them.
class tst_Session : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addGenerations(); }
    void clientGreets();
    void clientMayAskForNoMetadata();
    void metadataComesWithTheVerdict();
    void clientReadsAnyCollection_data();
    void clientReadsAnyCollection();
    void denialsCarryTheReason();
    void deniesBeforeAnythingIsRead();
    void refusesBeforeTheHandshake_data();
    void refusesBeforeTheHandshake();
    void refusesAfterTheHandshake_data();
    void refusesAfterTheHandshake();
    void saysNothingToOnewayCallers();
    void refusesWhatDoesNotBelong_data();
    void refusesWhatDoesNotBelong();
    void connectedSocketsNeedNoHandshake();
    void keysMustAgree();
};

void tst_Session::clientGreets()
{
    SessionOptions options;
    options.object = "demo";
    options.handshake = Value::integer(7);
    options.sequence = 40;
    options.correlationId = QByteArray(16, 'c');
    options.annotations = {{"XYZZ", "data"}};
    const auto client = currentGeneration()->session(Role::Client, options);
    const QByteArray bytes = client->start();
    QVERIFY(!client->isReady());
    const auto server = currentGeneration()->session(Role::Server, {});
    QVERIFY(server->start().isEmpty());
    const auto connect = receive(*server, Direction::ClientToServer, bytes);
    QVERIFY2(connect.isOk(), connect ? "" : qPrintable(connect.error().what));
    QCOMPARE(connect->kind, Message::Kind::Connect);
    QCOMPARE(connect->object, QByteArray("demo"));
    QVERIFY(connect->value == Value::integer(7));
    QCOMPARE(connect->sequence, quint16(40));
    QCOMPARE(connect->codec, QByteArray("serpent"));
    QCOMPARE(connect->correlationId, QByteArray(16, 'c'));
    QCOMPARE(connect->annotations, (std::vector<Annotation>{{"XYZZ", "data"}}));
    QVERIFY(connect->wantsMetadata);
    // Nothing more is read before the verdict.
    const auto waiting = server->feed(Direction::ClientToServer, "x", kLimits);
    QVERIFY(waiting.isOk());
    QCOMPARE(waiting->size, 0);
    QVERIFY(currentGeneration()->verifies(*connect, {}));
    Credentials other;
    other.ident = QStringLiteral("word");
    QVERIFY(!currentGeneration()->verifies(*connect, other));
}

void tst_Session::clientMayAskForNoMetadata()
{
    SessionOptions options;
    options.object = "demo";
    options.wantsMetadata = false;
    const auto client = currentGeneration()->session(Role::Client, options);
    const auto server = currentGeneration()->session(Role::Server, {});
    const auto connect = receive(*server, Direction::ClientToServer, client->start());
    QVERIFY(connect.isOk());
    QCOMPARE(connect->wantsMetadata, !isPyro4());
    QCOMPARE(connect->object, isPyro4() ? QByteArray() : QByteArray("demo"));
    const auto verdict = receive(*client, Direction::ServerToClient, server->encode(accept()).value());
    QVERIFY(verdict.isOk());
    QCOMPARE(verdict->metadata.has_value(), !isPyro4());
    QVERIFY(verdict->value == Value::text(u8"welcome"));
}

void tst_Session::metadataComesWithTheVerdict()
{
    const auto client = currentGeneration()->session(Role::Client, {});
    const auto server = currentGeneration()->session(Role::Server, {});
    QVERIFY(receive(*server, Direction::ClientToServer, client->start()).isOk());
    const QByteArray bytes = server->encode(accept()).value();
    QVERIFY(bytes.contains(isPyro4() ? "'methods':['echo','note']" : "'methods':{'echo','note'}"));
    const auto verdict = receive(*client, Direction::ServerToClient, bytes);
    QVERIFY(verdict.isOk());
    QCOMPARE(verdict->kind, Message::Kind::Accept);
    QVERIFY(verdict->metadata == accept().metadata);
    QVERIFY(verdict->value == Value::text(u8"welcome"));
}

void tst_Session::clientReadsAnyCollection_data()
{
    QTest::addColumn<Value>("methods");
    const Value name = Value::text(u8"m");
    QTest::newRow("list") << Value::list({name});
    QTest::newRow("tuple") << Value::tuple({name});
    QTest::newRow("set") << Value::set({name});
    QTest::newRow("8-bit names") << Value::list({Value::bytes("m")});
}

void tst_Session::clientReadsAnyCollection()
{
    QFETCH(Value, methods);
    const auto metadata = ObjectMetadata::fromValue(Value::dict({{Value::utf8("methods"), methods},
        {Value::utf8("oneway"), Value::tuple({})}, {Value::utf8("attrs"), Value::tuple({})}}));
    QVERIFY(metadata.has_value());
    QCOMPARE(metadata->methods, QStringList{QStringLiteral("m")});
    QVERIFY(!ObjectMetadata::fromValue(methods));
}

void tst_Session::denialsCarryTheReason()
{
    for (const QByteArray codec : {"serpent", "json", "marshal", "msgpack"}) {
        SessionOptions options;
        options.codec = codec;
        options.sequence = 9;
        const auto client = currentGeneration()->session(Role::Client, options);
        const auto server = currentGeneration()->session(Role::Server, {});
        QVERIFY(receive(*server, Direction::ClientToServer, client->start()).isOk());
        Message deny;
        deny.kind = Message::Kind::Deny;
        deny.text = QStringLiteral("unknown object");
        const auto verdict = receive(*client, Direction::ServerToClient, server->encode(deny).value());
        QVERIFY(verdict.isOk());
        QCOMPARE(verdict->kind, Message::Kind::Deny);
        QCOMPARE(verdict->text, u"unknown object"_qs);
        QCOMPARE(verdict->codec, codec);
        QCOMPARE(verdict->sequence, quint16(9));
        QVERIFY(!client->isReady());
        QCOMPARE(client->feed(Direction::ServerToClient, "x", kLimits).error().code, u"frame.type"_qs);
        QCOMPARE(server->feed(Direction::ClientToServer, "x", kLimits).error().code, u"frame.type"_qs);
    }
}

void tst_Session::deniesBeforeAnythingIsRead()
{
    const auto client = currentGeneration()->session(Role::Client, {});
    const auto server = currentGeneration()->session(Role::Server, {});
    Message deny;
    deny.kind = Message::Kind::Deny;
    deny.text = QStringLiteral("no free workers");
    const auto verdict = receive(*client, Direction::ServerToClient, server->encode(deny).value());
    QVERIFY(verdict.isOk());
    QCOMPARE(verdict->text, u"no free workers"_qs);
    QCOMPARE(verdict->codec, QByteArray("marshal"));
    QVERIFY(!server->isReady());
}

void tst_Session::refusesBeforeTheHandshake_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("text4");
    QTest::addColumn<QString>("text5");
    const auto row = [](const char *what, const char *code, const QString &text4, const QString &text5) {
        QTest::newRow(what) << QString::fromLatin1(what) << QString::fromLatin1(code) << text4 << text5;
    };
    const QString bad4 = QStringLiteral("invalid data or unsupported protocol version");
    row("http", "frame.other-protocol", bad4, QStringLiteral("invalid data"));
    row("version", "frame.bad-header", bad4, QStringLiteral("invalid protocol version: "));
    row("other generation", "frame.other-protocol", bad4, QStringLiteral("invalid protocol version: "));
    row("check field", "frame.bad-header", QStringLiteral("header checksum mismatch"),
        QStringLiteral("invalid message or protocol version"));
    row("invoke", "frame.type", QStringLiteral("invalid msg type 4 received"),
        QStringLiteral("invalid msg type 4 received (expected: 1)"));
    row("ping", "frame.type", QStringLiteral("invalid msg type 6 received"),
        QStringLiteral("invalid msg type 6 received (expected: 1)"));
    row("no handshake", "call.shape", QStringLiteral("'handshake'"), QStringLiteral("'handshake'"));
    row("unknown serializer", "value.serializer",
        QStringLiteral("message used serializer that is not accepted: 99"),
        QStringLiteral("message used serializer that is not accepted: 99"));
    row("bad payload", "value.serpent", QStringLiteral("serpent: "), QStringLiteral("serpent: "));
    row("too large", "frame.too-large", QStringLiteral("message too large"),
        QStringLiteral("message too large"));
}

void tst_Session::refusesBeforeTheHandshake()
{
    QFETCH(QString, what);
    QFETCH(QString, code);
    QFETCH(QString, text4);
    QFETCH(QString, text5);
    const auto client = currentGeneration()->session(Role::Client, {});
    const auto server = currentGeneration()->session(Role::Server, {});
    QByteArray bytes = client->start();
    if (what == u"http") {
        bytes = "GET / HTTP/1.0\r\n\r\n" + QByteArray(40, ' ');
    } else if (what == u"version") {
        bytes = withField(bytes, 4, isPyro4() ? 47 : 503);
    } else if (what == u"other generation") {
        bytes = withField(bytes, 4, isPyro4() ? 502 : 48);
    } else if (what == u"check field") {
        bytes = withField(bytes, headerSize() - 2, 1, false);
    } else if (what == u"invoke") {
        bytes = client->encode(echo({})).value();
    } else if (what == u"ping") {
        Message ping;
        ping.kind = Message::Kind::Ping;
        bytes = client->encode(ping).value();
    } else if (what == u"no handshake") {
        bytes.replace("'handshake'", "'handshakx'");
    } else if (what == u"unknown serializer") {
        bytes = isPyro4() ? withField(bytes, 16, 99) : withField(bytes, 6, 0x0163);
    } else if (what == u"bad payload") {
        bytes.replace("{'handshake'", "['handshake'");
    } else if (what == u"too large") {
        SessionOptions options;
        options.handshake = Value::bytes(QByteArray(64 * 1024, 'x'));
        bytes = currentGeneration()->session(Role::Client, options)->start();
    }
    const auto step = server->feed(Direction::ClientToServer, bytes, kLimits);
    const Frame frame = fromClient(bytes, FrameKind::Connect);
    const bool isWhole = step.isOk();
    const auto message = isWhole ? server->decode(frame, kLimits) : Result<Message>(step.error());
    QVERIFY(!message.isOk());
    QCOMPARE(message.error().code, code);
    const Refusal refusal = server->refuse(message.error(), isWhole ? &frame : nullptr);
    QVERIFY(refusal.close);
    const auto reader = currentGeneration()->session(Role::Client, {});
    const auto denial = receive(*reader, Direction::ServerToClient, refusal.bytes);
    QVERIFY2(denial.isOk(), denial ? "" : qPrintable(denial.error().what));
    QCOMPARE(denial->kind, Message::Kind::Deny);
    QVERIFY2(denial->text.startsWith(isPyro4() ? text4 : text5), qPrintable(denial->text));
    const bool isRecognised = code == u"call.shape" || code == u"value.serpent";
    QCOMPARE(denial->codec, isRecognised ? QByteArray("serpent") : QByteArray("marshal"));
}

void tst_Session::refusesAfterTheHandshake_data()
{
    QTest::addColumn<QByteArray>("payload"); ///< serpent
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("className");
    const auto row = [](const char *name, const char *payload, const char *code, const char *className) {
        QTest::newRow(name) << QByteArray(payload) << QString::fromLatin1(code)
                            << QString::fromLatin1(className);
    };
    row("no literal", "]]", "value.serpent", "builtins.SyntaxError");
    row("unhashable key", "('demo','echo',({[]:1},),{})", "value.key", "builtins.TypeError");
    row("three parts", "('demo','echo',())", "call.shape", "builtins.TypeError");
    row("object is a number", "(1,'echo',(),{})", "call.shape", "builtins.TypeError");
    row("method is None", "('demo',None,(),{})", "call.shape", "builtins.TypeError");
    row("arguments are a dict", "('demo','echo',{},{})", "call.shape", "builtins.TypeError");
    row("no keywords", "('demo','echo',(),None)", "call.shape", "builtins.TypeError");
    row("keywords are a list", "('demo','echo',(),[])", "call.shape", "builtins.TypeError");
    row("keyword is a number", "('demo','echo',(),{1:2})", "call.shape", "builtins.TypeError");
}

void tst_Session::refusesAfterTheHandshake()
{
    QFETCH(QByteArray, payload);
    QFETCH(QString, code);
    QFETCH(QString, className);
    Ends ends = connected();
    // A call of the same size, and then other bytes in it.
    const QByteArray good = ends.client->encode(echo({})).value();
    const QByteArray bytes = [&] {
        QByteArray frame = good.first(headerSize()) + payload;
        const auto size = quint32(payload.size());
        qToBigEndian(size, frame.data() + 12);
        return withField(frame, 4, isPyro4() ? 48 : 502);
    }();
    const auto step = ends.server->feed(Direction::ClientToServer, bytes, kLimits);
    QVERIFY2(step.isOk(), step ? "" : qPrintable(step.error().what));
    const Frame frame = fromClient(bytes);
    const auto message = ends.server->decode(frame, kLimits);
    QVERIFY(!message.isOk());
    QCOMPARE(message.error().code, code);
    const Refusal refusal = ends.server->refuse(message.error(), &frame);
    QVERIFY(!refusal.close);
    const auto failure = receive(*ends.client, Direction::ServerToClient, refusal.bytes);
    QVERIFY2(failure.isOk(), failure ? "" : qPrintable(failure.error().what));
    QCOMPARE(failure->kind, Message::Kind::Failure);
    QCOMPARE(failure->error->className, className);
}

void tst_Session::saysNothingToOnewayCallers()
{
    Ends ends = connected();
    QByteArray bytes = ends.client->encode(echo({}, true)).value();
    bytes.replace("'echo'", "[cho']");
    const Frame frame = fromClient(bytes);
    const auto message = ends.server->decode(frame, kLimits);
    QVERIFY(!message.isOk());
    const Refusal refusal = ends.server->refuse(message.error(), &frame);
    QVERIFY(refusal.bytes.isEmpty());
    QVERIFY(!refusal.close);
    QVERIFY(ends.client->refuse(message.error(), &frame).bytes.isEmpty());
}

void tst_Session::refusesWhatDoesNotBelong_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *what, const char *text) {
        QTest::newRow(what) << QString::fromLatin1(what) << QString::fromLatin1(text);
    };
    row("sequence", "invoke: reply sequence out of sync, got 5 expected 1");
    row("serializer", "invalid serializer in response: 3");
    row("type", "invalid msg type 6 received");
    row("unasked", "an answer that nobody asked for");
    row("twice", "an answer that nobody asked for");
    row("to a oneway call", "an answer that nobody asked for");
}

void tst_Session::refusesWhatDoesNotBelong()
{
    QFETCH(QString, what);
    QFETCH(QString, text);
    Ends ends = connected();
    Message answer = Message::reply(Value::integer(1));
    if (what != u"unasked") {
        const auto request = receive(*ends.server, Direction::ClientToServer,
            ends.client->encode(echo({}, what == u"to a oneway call")).value());
        QVERIFY(request.isOk());
        answer.answerTo(*request);
    }
    if (what == u"sequence")
        answer.sequence = 5;
    if (what == u"serializer")
        answer.codec = isPyro4() ? "marshal" : "json";
    if (what == u"type")
        answer.kind = Message::Kind::Ping;
    const QByteArray bytes = ends.server->encode(answer).value();
    if (what == u"twice")
        QVERIFY(receive(*ends.client, Direction::ServerToClient, bytes).isOk());
    const auto received = receive(*ends.client, Direction::ServerToClient, bytes);
    QVERIFY(!received.isOk());
    QCOMPARE(received.error().code, u"reply.mismatch"_qs);
    QCOMPARE(received.error().what, text);
}

void tst_Session::connectedSocketsNeedNoHandshake()
{
    SessionOptions options;
    options.handshakes = false;
    const auto client = currentGeneration()->session(Role::Client, options);
    const auto server = currentGeneration()->session(Role::Server, options);
    QVERIFY(client->start().isEmpty());
    QVERIFY(client->isReady() && server->isReady());
    Message query;
    query.kind = Message::Kind::Query;
    query.query = Message::Query::Metadata;
    query.text = QStringLiteral("demo");
    const auto request = receive(*server, Direction::ClientToServer, client->encode(query).value());
    QVERIFY(request.isOk());
    QCOMPARE(request->sequence, quint16(1));
    QCOMPARE(request->query, Message::Query::Metadata);
}

void tst_Session::keysMustAgree()
{
    SessionOptions with;
    with.credentials.hmacKey = "secret";
    if (!isPyro4()) {
        // There is no such thing in generation 5: the key changes nothing.
        QCOMPARE(currentGeneration()->session(Role::Client, with)->start(),
            currentGeneration()->session(Role::Client, {})->start());
        return;
    }
    SessionOptions other;
    other.credentials.hmacKey = "other";
    Ends ends = connected(with, with);
    Message call = echo(Value::integer(1));
    call.annotations = {{"ZZZZ", "last"}, {"AAAA", "first"}};
    QByteArray bytes = ends.client->encode(call).value();
    const auto request = receive(*ends.server, Direction::ClientToServer, bytes);
    QVERIFY(request.isOk());
    QCOMPARE(request->annotations, call.annotations);
    bytes[bytes.size() - 4] ^= 1;
    const Frame spoiled = fromClient(bytes);
    const auto refused = ends.server->decode(spoiled, kLimits);
    QCOMPARE(refused.error().code, u"auth.hmac"_qs);
    const Refusal refusal = ends.server->refuse(refused.error(), &spoiled);
    QVERIFY(refusal.bytes.isEmpty() && refusal.close);

    const std::tuple<SessionOptions, SessionOptions, const char *> rows[]
        = {{with, other, "message hmac mismatch"}, {with, {}, "hmac key config not symmetric"},
            {{}, with, "hmac key config not symmetric"}};
    for (const auto &[client, server, text] : rows) {
        const QByteArray connect = currentGeneration()->session(Role::Client, client)->start();
        const auto session = currentGeneration()->session(Role::Server, server);
        QVERIFY(session->feed(Direction::ClientToServer, connect, kLimits).isOk());
        const Frame frame = fromClient(connect, FrameKind::Connect);
        const auto message = session->decode(frame, kLimits);
        QVERIFY(!message.isOk());
        QCOMPARE(message.error().what, QString::fromLatin1(text));
        const Refusal denial = session->refuse(message.error(), &frame);
        const auto reader = currentGeneration()->session(Role::Client, server);
        const auto read = reader->decode(fromServer(denial.bytes, FrameKind::Verdict), kLimits);
        QVERIFY(read.isOk());
        QCOMPARE(read->text, QString::fromLatin1(text));
        QCOMPARE(read->codec, QByteArray("marshal"));
    }
}

QTEST_GUILESS_MAIN(tst_Session)

#include "tst_session.moc"

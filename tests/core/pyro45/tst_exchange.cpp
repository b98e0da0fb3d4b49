// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "sessions.h"

#include <QCryptographicHash>

using namespace pyrolens;
using namespace pyrolens::testing;

/// What travels behind the handshake, in every serializer, and its limits.
class tst_Exchange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addGenerations(); }
    void numbersWrap();
    void requestsMayBePipelined();
    void everyKindOfRequestArrives_data() { addCodecs(); }
    void everyKindOfRequestArrives();
    void everyKindOfAnswerArrives_data() { addCodecs(); }
    void everyKindOfAnswerArrives();
    void networkFaultsEndWithoutAWord();
    void compressesByItsRules();
    void correlationIdsTravel();
    void annotationsTravel();
    void ignoresReservedFieldsAndUnknownFlags();
    void limitsHold();
    void serversTakeAcceptedSerializersOnly();

private:
    static void addCodecs()
    {
        QTest::addColumn<QByteArray>("codec");
        for (const char *codec : {"serpent", "json", "marshal", "msgpack", "pickle"})
            QTest::newRow(codec) << QByteArray(codec);
    }
};

void tst_Exchange::numbersWrap()
{
    SessionOptions options;
    options.sequence = 65'534;
    Ends ends = connected(options);
    for (const quint16 expected : {quint16(65'535), quint16(0), quint16(1)}) {
        const auto request
            = receive(*ends.server, Direction::ClientToServer, ends.client->encode(echo({})).value());
        QVERIFY(request.isOk());
        QCOMPARE(request->sequence, expected);
        QCOMPARE(ends.client->sequence(), expected);
        Message answer = Message::reply({});
        answer.answerTo(*request);
        QVERIFY(receive(*ends.client, Direction::ServerToClient, ends.server->encode(answer).value()).isOk());
    }
    // What cannot be sent is not counted.
    QVERIFY(!ends.client->encode(echo(Value::global("os", "system"))).isOk());
    QCOMPARE(ends.client->sequence(), quint16(1));
}

void tst_Exchange::requestsMayBePipelined()
{
    Ends ends = connected();
    QByteArray bytes;
    for (const bool oneway : {false, true, false})
        bytes += ends.client->encode(echo(Value::boolean(oneway), oneway)).value();
    QByteArray answers;
    for (qsizetype at = 0; at < bytes.size();) {
        const auto step
            = ends.server->feed(Direction::ClientToServer, QByteArrayView(bytes).sliced(at), kLimits);
        QVERIFY(step.isOk() && step->size > 0);
        const auto request = ends.server->decode(fromClient(bytes.mid(at, step->size)), kLimits);
        QVERIFY(request.isOk());
        at += step->size;
        if (request->oneway)
            continue;
        Message answer = Message::reply(request->args.at(0));
        answer.answerTo(*request);
        answers += ends.server->encode(answer).value();
    }
    int received = 0;
    for (qsizetype at = 0; at < answers.size(); ++received) {
        const auto step
            = ends.client->feed(Direction::ServerToClient, QByteArrayView(answers).sliced(at), kLimits);
        QVERIFY(step.isOk() && step->size > 0);
        at += step->size;
    }
    QCOMPARE(received, 2);
}

void tst_Exchange::everyKindOfRequestArrives()
{
    QFETCH(QByteArray, codec);
    if (codec == "pickle" && !isPyro4())
        QSKIP("Pyro 5 has no pickle");
    SessionOptions options;
    options.codec = codec;
    Ends ends = connected(options);
    const auto roundTrip = [&](const Message &message) {
        const auto bytes = ends.client->encode(message);
        if (!bytes)
            return Result<Message>(bytes.error());
        return receive(*ends.server, Direction::ClientToServer, *bytes);
    };
    const Value kwargs = Value::dict({{Value::utf8("k"), Value::integer(2)}});
    const auto call = roundTrip(Message::call("demo", "echo", Value::tuple({Value::integer(1)}), kwargs));
    QVERIFY2(call.isOk(), call ? "" : qPrintable(call.error().what));
    QCOMPARE(call->kind, Message::Kind::Call);
    QVERIFY(call->args == Value::tuple({Value::integer(1)}));
    QVERIFY(call->kwargs == kwargs);

    Message attribute;
    attribute.kind = Message::Kind::SetAttribute;
    attribute.object = "demo";
    attribute.method = "title";
    attribute.value = Value::utf8("new");
    auto received = roundTrip(attribute);
    QVERIFY(received.isOk());
    QCOMPARE(received->kind, Message::Kind::SetAttribute);
    QCOMPARE(received->method, QByteArray("title"));
    QVERIFY(received->value == attribute.value);
    attribute.kind = Message::Kind::GetAttribute;
    QCOMPARE(roundTrip(attribute)->kind, Message::Kind::GetAttribute);

    Message batch;
    batch.kind = Message::Kind::Batch;
    batch.object = "demo";
    batch.oneway = true;
    batch.batch
        = {{"add", Value::tuple({Value::integer(1)}), kwargs}, {"echo", Value::tuple({}), Value::dict({})}};
    received = roundTrip(batch);
    QVERIFY(received.isOk());
    QCOMPARE(received->kind, Message::Kind::Batch);
    QVERIFY(received->oneway);
    QCOMPARE(received->batch.size(), size_t(2));
    QCOMPARE(received->batch[0].method, QByteArray("add"));
    QVERIFY(received->batch[0].kwargs == kwargs);

    using Query = Message::Query;
    for (const Query query :
        {Query::Registered, Query::Info, Query::Ping, Query::Metadata, Query::NextItem, Query::CloseStream}) {
        Message question;
        question.kind = Message::Kind::Query;
        question.query = query;
        question.text = QStringLiteral("subject");
        received = roundTrip(question);
        QVERIFY(received.isOk());
        QCOMPARE(received->kind, Message::Kind::Query);
        QCOMPARE(received->query, query);
        const bool hasSubject
            = query == Query::Metadata || query == Query::NextItem || query == Query::CloseStream;
        QCOMPARE(received->text, hasSubject ? u"subject"_qs : QString());
    }
    Message question;
    question.kind = Message::Kind::Query;
    question.query = Query::Resolve;
    QCOMPARE(roundTrip(question).error().kind, Error::Kind::Unsupported);

    Message blob = Message::call("demo", "blob", {}, {});
    blob.blob = SerializedBlob{Value::tuple({Value::utf8("info"), Value()}), "any bytes"};
    received = roundTrip(blob);
    QVERIFY(received.isOk());
    QVERIFY(received->blob && received->blob->payload == "any bytes");
    QVERIFY(received->blob->info == blob.blob->info);
    QCOMPARE(received->object, QByteArray("demo"));
    QCOMPARE(received->method, QByteArray("blob"));
}

void tst_Exchange::everyKindOfAnswerArrives()
{
    QFETCH(QByteArray, codec);
    if (codec == "pickle" && !isPyro4())
        QSKIP("Pyro 5 has no pickle");
    SessionOptions options;
    options.codec = codec;
    Ends ends = connected(options);
    const auto answered = [&](Message request, Message answer) -> Result<Message> {
        const auto asked
            = receive(*ends.server, Direction::ClientToServer, ends.client->encode(request).value());
        if (!asked)
            return asked;
        answer.answerTo(*asked);
        const auto bytes = ends.server->encode(answer);
        if (!bytes)
            return bytes.error();
        return receive(*ends.client, Direction::ServerToClient, *bytes);
    };
    auto reply = answered(echo({}), Message::reply(Value::integer(5)));
    QVERIFY(reply.isOk());
    QVERIFY(reply->value == Value::integer(5));

    RemoteError error;
    error.className = QStringLiteral("builtins.ValueError");
    error.args = Value::tuple({Value::utf8("wrong"), Value::integer(42)});
    error.attributes = Value::dict({{Value::utf8("code"), Value::integer(7)}});
    error.traceback = {QStringLiteral("Traceback:"), QStringLiteral("  line\n  more")};
    reply = answered(echo({}), Message::failure(error));
    QVERIFY(reply.isOk());
    QCOMPARE(reply->kind, Message::Kind::Failure);
    // Pickles that Python 2 can read name builtin exceptions as it does.
    const auto modern = [](QString name) {
        return name.replace(QStringLiteral("exceptions."), QStringLiteral("builtins."));
    };
    QCOMPARE(modern(reply->error->className), error.className);
    QVERIFY(reply->error->args == error.args);
    QVERIFY(reply->error->attributes == error.attributes);
    QCOMPARE(reply->error->traceback, error.traceback);

    Message batch;
    batch.kind = Message::Kind::Batch;
    batch.object = "demo";
    reply = answered(batch, Message::reply(Value::list({Value::integer(1), Value::error(error)})));
    QVERIFY2(reply.isOk(), reply ? "" : qPrintable(reply.error().what));
    QVERIFY(reply->isBatch);
    QCOMPARE(reply->value.size(), 2);
    QVERIFY(reply->value.at(1).asError());
    QCOMPARE(modern(reply->value.at(1).asError()->className), error.className);
    QCOMPARE(reply->value.at(1).asError()->traceback, error.traceback);

    Message stream;
    stream.kind = Message::Kind::StreamOpened;
    stream.text = QStringLiteral("6f1c1d5e-0000-4000-8000-000000000000");
    reply = answered(echo({}), stream);
    QVERIFY(reply.isOk());
    QCOMPARE(reply->kind, Message::Kind::StreamOpened);
    QCOMPARE(reply->text, stream.text);
    stream.text.clear();
    reply = answered(echo({}), stream);
    QCOMPARE(reply->kind, Message::Kind::StreamOpened);
    QVERIFY(reply->text.isEmpty());

    Message question;
    question.kind = Message::Kind::Query;
    question.query = Message::Query::Metadata;
    Message told = Message::reply({});
    told.metadata = ObjectMetadata{{QStringLiteral("m")}, {}, {QStringLiteral("a")}};
    reply = answered(question, told);
    QVERIFY(reply.isOk());
    QVERIFY(ObjectMetadata::fromValue(reply->value) == told.metadata);

    Message ping;
    ping.kind = Message::Kind::Ping;
    reply = answered(ping, ping);
    QVERIFY(reply.isOk());
    QCOMPARE(reply->kind, Message::Kind::Ping);
    QVERIFY(reply->value == Value::bytes("pong"));
    QCOMPARE(reply->serializerId, 42);
}

void tst_Exchange::networkFaultsEndWithoutAWord()
{
    Ends ends = connected();
    for (const char *name :
        {"CommunicationError", "ConnectionClosedError", "TimeoutError", "ProtocolError"}) {
        RemoteError error;
        error.className
            = QStringLiteral("Pyro%1.errors.%2").arg(isPyro4() ? 4 : 5).arg(QLatin1StringView(name));
        QVERIFY(ends.server->encode(Message::failure(error)).value().isEmpty());
    }
    RemoteError error;
    error.className = QStringLiteral("Pyro5.errors.SerializeError");
    QVERIFY(!ends.server->encode(Message::failure(error)).value().isEmpty());
}

void tst_Exchange::compressesByItsRules()
{
    SessionOptions options;
    options.compress = true;
    Ends ends = connected(options, options);
    const auto size = [&](qsizetype payload) {
        const QByteArray frame
            = ends.client->encode(echo(Value::utf8(QByteArray(payload - 50, 'x')))).value();
        return frame.size() - headerSize();
    };
    const qsizetype threshold = isPyro4() ? 200 : 101;
    const qsizetype fixed = qsizetype(qstrlen("# serpent utf-8 python3.2\n('demo','echo',('',),{})"));
    QCOMPARE(fixed, 50);
    QCOMPARE(size(threshold - 1), threshold - 1);
    QVERIFY(size(threshold) < threshold);
    // Random bytes do not shrink: generation 4 sends them as they are, generation 5 compressed.
    const QByteArray noise = QByteArray::fromHex("9b1c5a7e3f").repeated(1)
        + QCryptographicHash::hash("a", QCryptographicHash::Sha512)
        + QCryptographicHash::hash("b", QCryptographicHash::Sha512)
        + QCryptographicHash::hash("c", QCryptographicHash::Sha512)
        + QCryptographicHash::hash("d", QCryptographicHash::Sha512);
    SessionOptions binary = options;
    binary.codec = "marshal";
    const auto client = currentGeneration()->session(Role::Client, binary);
    const auto server = currentGeneration()->session(Role::Server, {});
    const QByteArray bytes = client->encode(echo(Value::bytes(noise))).value();
    const auto message = server->decode(fromClient(bytes), kLimits);
    QVERIFY(message.isOk());
    QCOMPARE((message->wireFlags & 2) != 0, !isPyro4());
    QVERIFY(message->args.at(0) == Value::bytes(noise));
    // A bomb is not inflated.
    const QByteArray bomb = client->encode(echo(Value::bytes(QByteArray(4 << 20, '\0')))).value();
    QCOMPARE(server->decode(fromClient(bomb), kLimits).error().code, u"zip.bomb"_qs);
}

void tst_Exchange::correlationIdsTravel()
{
    Ends ends = connected();
    Message call = echo({});
    call.correlationId = QByteArray(16, '\0');
    const QByteArray bytes = ends.client->encode(call).value();
    const auto request = receive(*ends.server, Direction::ClientToServer, bytes);
    QCOMPARE(request->correlationId, QByteArray(16, '\0')); // all zero is an id, too
    QVERIFY(request->annotations.empty());
    Message answer = Message::reply({});
    answer.answerTo(*request);
    QCOMPARE(
        receive(*ends.client, Direction::ServerToClient, ends.server->encode(answer).value())->correlationId,
        QByteArray(16, '\0'));
    if (isPyro4())
        return;
    // Without the flag the field means nothing.
    QByteArray unflagged = ends.client->encode(echo({})).value();
    unflagged.replace(20, 16, QByteArray(16, 'z'));
    const auto plain = ends.server->decode(fromClient(unflagged), kLimits);
    QVERIFY(plain.isOk());
    QVERIFY(plain->correlationId.isEmpty());
}

void tst_Exchange::annotationsTravel()
{
    Ends ends = connected();
    Message call = echo({});
    call.annotations = {{"A  1", QByteArray(300, 'x')}, {"ABCD", ""}, {"ABCD", "twice"}};
    const auto request = receive(*ends.server, Direction::ClientToServer, ends.client->encode(call).value());
    QVERIFY(request.isOk());
    QCOMPARE(request->annotations, call.annotations);
    for (const QByteArray &id : {QByteArray("ABC"), QByteArray("ABCDE"),
             QByteArray("AB\xe9"
                        "D")}) {
        call.annotations = {{id, "x"}};
        QCOMPARE(ends.client->encode(call).error().kind, Error::Kind::Usage);
    }
    call.annotations = {{"LONG", QByteArray(70'000, 'x')}};
    QCOMPARE(ends.client->encode(call).isOk(), !isPyro4());
    // Broken ones are refused whole: the frame's borders are known, but not what was meant.
    call.annotations = {{"ABCD", "data"}};
    QByteArray broken = ends.client->encode(call).value();
    broken[headerSize() + (isPyro4() ? 5 : 7)] = 100;
    const Frame frame = fromClient(broken);
    const auto message = ends.server->decode(frame, kLimits);
    QVERIFY(!message.isOk());
    QCOMPARE(message.error().code, u"ann.malformed"_qs);
    const Refusal refusal = ends.server->refuse(message.error(), &frame);
    QVERIFY(refusal.close);
    QVERIFY(!refusal.bytes.isEmpty());
}

void tst_Exchange::ignoresReservedFieldsAndUnknownFlags()
{
    Ends ends = connected();
    QByteArray bytes = ends.client->encode(echo(Value::integer(3))).value();
    bytes = withField(bytes, isPyro4() ? 20 : 36, 0xbeef);
    const quint16 flags = quint16(0x8000 | 0x0001 | (isPyro4() ? 0 : 0x0800)); // EXCEPTION means nothing here
    bytes = withField(bytes, 8, flags);
    const auto request = receive(*ends.server, Direction::ClientToServer, bytes);
    QVERIFY2(request.isOk(), request ? "" : qPrintable(request.error().what));
    QCOMPARE(request->kind, Message::Kind::Call);
    QVERIFY(request->args.at(0) == Value::integer(3));
    QCOMPARE(request->wireFlags, quint32(flags));
}

void tst_Exchange::limitsHold()
{
    SessionOptions options;
    options.maxAnnotations = 3;
    options.maxAnnotationBytes = 100;
    options.maxBatchCalls = 2;
    Ends ends = connected({}, options);
    Message call = echo({});
    call.annotations = {{"AAAA", ""}, {"BBBB", ""}, {"CCCC", ""}};
    QVERIFY(receive(*ends.server, Direction::ClientToServer, ends.client->encode(call).value()).isOk());
    call.annotations.emplace_back("DDDD", "");
    QCOMPARE(receive(*ends.server, Direction::ClientToServer, ends.client->encode(call).value()).error().code,
        u"ann.limit"_qs);
    // The traffic view shows a frame of any number of chunks and stays small itself.
    call.annotations.assign(5'000, {"AAAA", ""});
    const Frame many = fromClient(ends.client->encode(call).value());
    const auto fields = currentGeneration()->dissect(many, kLimits);
    QCOMPARE(fields.size(), size_t(3));
    QCOMPARE(fields[1].children.size(), size_t(1'001));
    QCOMPARE(fields[1].children.back().name, u"more chunks"_qs);
    call.annotations = {{"AAAA", QByteArray(100, 'x')}};
    QCOMPARE(receive(*ends.server, Direction::ClientToServer, ends.client->encode(call).value()).error().code,
        u"ann.limit"_qs);

    Message batch;
    batch.kind = Message::Kind::Batch;
    batch.batch.resize(2);
    QVERIFY(receive(*ends.server, Direction::ClientToServer, ends.client->encode(batch).value()).isOk());
    batch.batch.resize(3);
    QCOMPARE(
        receive(*ends.server, Direction::ClientToServer, ends.client->encode(batch).value()).error().code,
        u"call.limit"_qs);

    const QByteArray longest(4'096, 'n');
    for (const bool isObject : {true, false}) {
        Message named = echo({});
        QByteArray &name = isObject ? named.object : named.method;
        name = longest;
        QVERIFY(receive(*ends.server, Direction::ClientToServer, ends.client->encode(named).value()).isOk());
        name += 'n';
        QCOMPARE(
            receive(*ends.server, Direction::ClientToServer, ends.client->encode(named).value()).error().code,
            u"call.name-too-long"_qs);
    }

    // The size is judged as soon as the header is there.
    const QByteArray frame = ends.client->encode(echo(Value::bytes(QByteArray(10'000, 'x')))).value();
    Limits limits;
    limits.maxFrameBytes = frame.size();
    QVERIFY(ends.server->feed(Direction::ClientToServer, frame.first(headerSize()), limits).isOk());
    limits.maxFrameBytes = frame.size() - 1;
    const auto refused = ends.server->feed(Direction::ClientToServer, frame.first(headerSize()), limits);
    QVERIFY(!refused.isOk());
    QCOMPARE(refused.error().code, u"frame.too-large"_qs);
    QVERIFY(ends.server->refuse(refused.error()).bytes.isEmpty());
    QVERIFY(ends.server->refuse(refused.error()).close);
    if (isPyro4()) {
        QByteArray negative = frame.first(headerSize());
        qToBigEndian<qint32>(-1, negative.data() + 12);
        QCOMPARE(
            ends.server->feed(Direction::ClientToServer, withField(negative, 4, 48), kLimits).error().code,
            u"frame.too-large"_qs);
    }
    SessionOptions small;
    small.maxMessageBytes = 100;
    const auto sender = currentGeneration()->session(Role::Client, small);
    QCOMPARE(sender->encode(echo(Value::utf8(QByteArray(200, 'x')))).error().kind, Error::Kind::Limit);
}

void tst_Exchange::serversTakeAcceptedSerializersOnly()
{
    SessionOptions options;
    options.acceptedCodecs = {"serpent", "json"};
    Ends ends = connected({}, options);
    Message call = echo({});
    call.codec = "json";
    QVERIFY(receive(*ends.server, Direction::ClientToServer, ends.client->encode(call).value()).isOk());
    call.codec = "marshal";
    const QByteArray bytes = ends.client->encode(call).value();
    const Frame frame = fromClient(bytes);
    const auto refused = ends.server->decode(frame, kLimits);
    QCOMPARE(refused.error().code, u"value.serializer"_qs);
    const Refusal refusal = ends.server->refuse(refused.error(), &frame);
    const auto reader = currentGeneration()->session(Role::Observer, {});
    const auto failure = reader->decode(fromServer(refusal.bytes), kLimits);
    QVERIFY(failure.isOk());
    QCOMPARE(failure->codec, QByteArray("marshal"));
    QVERIFY(failure->error->className.endsWith(u"errors.SerializeError"));
    call.codec = "pickle";
    QCOMPARE(ends.client->encode(call).isOk(), isPyro4());
}

QTEST_GUILESS_MAIN(tst_Exchange)

#include "tst_exchange.moc"

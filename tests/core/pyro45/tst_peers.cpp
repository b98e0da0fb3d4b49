// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "sessions.h"
#include "support/pyro45peer.h"

#include <QTcpServer>
#include <QTcpSocket>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

constexpr int kPatience = 20'000;

Pyro45Peer peer()
{
    return {isPyro4() ? 4 : 5};
}

/// A client session on a real socket, one request at a time.
class Line
{
public:
    Line(int port, const SessionOptions &options)
        : m_session(currentGeneration()->session(Role::Client, options))
    {
        m_socket.connectToHost(QStringLiteral("127.0.0.1"), quint16(port));
        if (m_socket.waitForConnected(kPatience))
            m_socket.write(m_session->start());
    }
    Result<Message> ask(const Message &message)
    {
        const auto bytes = m_session->encode(message);
        if (!bytes)
            return bytes.error();
        m_socket.write(*bytes);
        if (message.oneway)
            return Message();
        return receive();
    }
    Result<Message> receive()
    {
        for (;;) {
            const auto step = m_session->feed(Direction::ServerToClient, m_buffer, kLimits);
            if (!step)
                return step.error();
            if (step->size > 0) {
                const Frame frame{m_buffer.first(step->size), Direction::ServerToClient, step->kind};
                m_buffer.remove(0, step->size);
                return m_session->decode(frame, kLimits);
            }
            if (!m_socket.waitForReadyRead(kPatience))
                return Error::disconnected(m_socket.errorString());
            m_buffer += m_socket.readAll();
        }
    }

private:
    std::unique_ptr<Session> m_session;
    QTcpSocket m_socket;
    QByteArray m_buffer;
};

/// The object demo behind server sessions: what a daemon does, as far as these tests need it.
class Host : public QObject
{
public:
    explicit Host(const SessionOptions &options) : m_options(options), m_generation(currentGeneration())
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this,
            [this] { accept(m_server.nextPendingConnection()); });
    }
    int port() const { return m_server.serverPort(); }
    int notes = 0;
    QByteArray correlationId;

private:
    void accept(QTcpSocket *socket)
    {
        const std::shared_ptr<Session> session = m_generation->session(Role::Server, m_options);
        const auto buffer = std::make_shared<QByteArray>();
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, session, buffer] {
            *buffer += socket->readAll();
            while (const auto step = session->feed(Direction::ClientToServer, *buffer, kLimits)) {
                if (step->size == 0)
                    return;
                const Frame frame{buffer->first(step->size), Direction::ClientToServer, step->kind};
                buffer->remove(0, step->size);
                const auto message = session->decode(frame, kLimits);
                if (!message) {
                    socket->write(session->refuse(message.error(), &frame).bytes);
                    continue;
                }
                Message answer = serve(*message);
                answer.answerTo(*message);
                if (!message->oneway)
                    socket->write(session->encode(answer).value());
            }
        });
    }

    static Message failure(const char *className, const Value &args)
    {
        RemoteError error;
        error.className = QString::fromLatin1(className);
        error.args = args;
        error.attributes = Value::dict({});
        error.traceback = {QStringLiteral("our traceback")};
        return Message::failure(error);
    }

    Message call(const QByteArray &method, const Value &args, const Value &kwargs)
    {
        if (method == "echo")
            return Message::reply(args.at(0));
        if (method == "add") {
            const Value *b = kwargs.find("b");
            return Message::reply(Value::integer(
                args.at(0).asInteger().value_or(0) + (b ? *b : args.at(1)).asInteger().value_or(10)));
        }
        if (method == "fail")
            return failure("builtins.ValueError", Value::tuple({Value::text(u8"wrong"), Value::integer(42)}));
        if (method == "note") {
            ++notes;
            return Message::reply({});
        }
        if (method == "counter") {
            m_left = args.at(0).asInteger().value_or(0);
            m_next = 0;
            Message stream;
            stream.kind = Message::Kind::StreamOpened;
            stream.text = QStringLiteral("6f1c1d5e-0000-4000-8000-000000000000");
            return stream;
        }
        return failure("builtins.AttributeError", Value::tuple({Value::text(u8"unknown")}));
    }

    Message serve(const Message &request)
    {
        switch (request.kind) {
        case Message::Kind::Connect: {
            Message verdict;
            verdict.kind = Message::Kind::Accept;
            verdict.value = Value::text(u8"hello");
            verdict.metadata = metadata();
            return verdict;
        }
        case Message::Kind::Call:
            correlationId = request.correlationId;
            return call(request.method, request.args, request.kwargs);
        case Message::Kind::Batch: {
            std::vector<Value> results;
            for (const BatchCall &each : request.batch) {
                const Message result = call(each.method, each.args, each.kwargs);
                results.push_back(result.error ? Value::error(*result.error) : result.value);
                if (result.error)
                    break;
            }
            return Message::reply(Value::list(std::move(results)));
        }
        case Message::Kind::GetAttribute:
            return Message::reply(m_title);
        case Message::Kind::SetAttribute:
            m_title = request.value;
            return Message::reply({});
        case Message::Kind::Query:
            if (request.query == Message::Query::NextItem) {
                return m_next < m_left ? Message::reply(Value::integer(m_next++))
                                       : failure("builtins.StopIteration", Value::tuple({}));
            }
            return Message::reply({});
        default:
            return request; // a ping
        }
    }

    static ObjectMetadata metadata()
    {
        return {{QStringLiteral("echo"), QStringLiteral("add"), QStringLiteral("fail"),
                    QStringLiteral("note"), QStringLiteral("counter")},
            {QStringLiteral("note")}, {QStringLiteral("title")}};
    }

    SessionOptions m_options;
    std::shared_ptr<const Generation> m_generation;
    QTcpServer m_server;
    Value m_title = Value::text(u8"first");
    qint64 m_left = 0;
    qint64 m_next = 0;
};

} // namespace

/// Sessions against the real Pyro 4 and Pyro 5, both ways.
class tst_Peers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addGenerations(); }
    void init();
    void realDaemonServesOurClient_data() { addCodecs(); }
    void realDaemonServesOurClient();
    void realClientUsesOurServer_data() { addCodecs(); }
    void realClientUsesOurServer();

private:
    static void addCodecs()
    {
        QTest::addColumn<QByteArray>("codec");
        QTest::addColumn<bool>("compress");
        QTest::addColumn<QByteArray>("key");
        for (const char *codec : {"serpent", "json", "marshal", "msgpack", "pickle"})
            QTest::newRow(codec) << QByteArray(codec) << false << QByteArray();
        QTest::newRow("compressed") << QByteArray("serpent") << true << QByteArray();
        QTest::newRow("with a key") << QByteArray("serpent") << false << QByteArray("secret");
    }
    SessionOptions options() const;
    QString m_python;
};

void tst_Peers::init()
{
    QFETCH(QByteArray, codec);
    QFETCH(QByteArray, key);
    m_python.clear();
    if (!isPyro4() && (codec == "pickle" || !key.isEmpty()))
        QSKIP("Pyro 5 has neither pickle nor keys");
    m_python = peer().python();
    if (!m_python.isEmpty())
        return;
    if (peer().isNeeded())
        QFAIL(qPrintable(peer().missing()));
    QSKIP(qPrintable(peer().missing()));
}

SessionOptions tst_Peers::options() const
{
    QFETCH(QByteArray, codec);
    QFETCH(bool, compress);
    QFETCH(QByteArray, key);
    SessionOptions options;
    options.codec = codec;
    options.object = "demo";
    options.compress = compress;
    options.credentials.hmacKey = key;
    return options;
}

void tst_Peers::realDaemonServesOurClient()
{
    QFETCH(QByteArray, codec);
    QFETCH(QByteArray, key);
    QStringList arguments{Pyro45Peer::script(), QString::number(isPyro4() ? 4 : 5), QStringLiteral("server")};
    if (!key.isEmpty())
        arguments.append(QString::fromLatin1(key));
    PeerProcess daemon;
    QVERIFY2(daemon.start(m_python, arguments, peer().environment()), daemon.output().constData());
    Line line(daemon.words().value(0).toInt(), options());
    const auto verdict = line.receive();
    QVERIFY2(verdict.isOk(), verdict ? "" : qPrintable(verdict.error().what));
    QCOMPARE(verdict->kind, Message::Kind::Accept);
    QVERIFY(verdict->metadata && verdict->metadata->methods.contains(QStringLiteral("echo")));
    QCOMPARE(verdict->metadata->oneway, QStringList{QStringLiteral("note")});
    QCOMPARE(verdict->metadata->attributes, QStringList{QStringLiteral("title")});

    const Value value = Value::list(
        {Value::integer(1), Value::real(-0.5), Value(), Value::boolean(true), Value::text(u8"text \u20ac"),
            Value::dict({{Value::utf8("k"), Value::list({})}}), Value::utf8(QByteArray(5'000, 'x'))});
    auto reply = line.ask(echo(value));
    QVERIFY2(reply.isOk(), reply ? "" : qPrintable(reply.error().what));
    QVERIFY(reply->value == value);
    reply = line.ask(Message::call("demo", "add", Value::tuple({Value::integer(1)}),
        Value::dict({{Value::utf8("b"), Value::integer(2)}})));
    QVERIFY(reply->value == Value::integer(3));
    reply = line.ask(Message::call("demo", "fail", {}, {}));
    QCOMPARE(reply->kind, Message::Kind::Failure);
    QCOMPARE(reply->error->className, u"builtins.ValueError"_qs);
    QVERIFY(reply->error->args == Value::tuple({Value::utf8("wrong"), Value::integer(42)}));
    QVERIFY(reply->error->traceback.last().startsWith(u"ValueError"));
    QVERIFY(line.ask(Message::call("demo", "note", Value::tuple({Value::integer(1)}), {}, true)).isOk());

    Message attribute;
    attribute.object = "demo";
    attribute.method = "title";
    attribute.kind = Message::Kind::SetAttribute;
    attribute.value = Value::utf8("new");
    QCOMPARE(line.ask(attribute)->kind, Message::Kind::Reply);
    attribute.kind = Message::Kind::GetAttribute;
    QVERIFY(line.ask(attribute)->value == Value::utf8("new"));

    Message batch;
    batch.kind = Message::Kind::Batch;
    batch.object = "demo";
    batch.batch = {{"add", Value::tuple({Value::integer(1)}), Value::dict({})},
        {"echo", Value::tuple({Value::integer(5)}), Value::dict({})}};
    reply = line.ask(batch);
    QVERIFY(reply->isBatch);
    QVERIFY(reply->value == Value::list({Value::integer(11), Value::integer(5)}));
    if (codec != "marshal") { // whose daemon cannot send the wrapper
        batch.batch.insert(batch.batch.begin() + 1, {"fail", Value::tuple({}), Value::dict({})});
        reply = line.ask(batch);
        QCOMPARE(reply->value.size(), 2);
        QCOMPARE(reply->value.at(1).asError()->className, u"builtins.ValueError"_qs);
    }

    const auto stream = line.ask(Message::call("demo", "counter", Value::tuple({Value::integer(2)}), {}));
    QCOMPARE(stream->kind, Message::Kind::StreamOpened);
    Message next;
    next.kind = Message::Kind::Query;
    next.query = Message::Query::NextItem;
    next.text = stream->text;
    QVERIFY(line.ask(next)->value == Value::integer(0));
    QVERIFY(line.ask(next)->value == Value::integer(1));
    QCOMPARE(line.ask(next)->error->className, u"builtins.StopIteration"_qs);
    next.query = Message::Query::CloseStream;
    next.oneway = true;
    QVERIFY(line.ask(next).isOk());

    Message query;
    query.kind = Message::Kind::Query;
    query.query = Message::Query::Registered;
    QCOMPARE(line.ask(query)->value.size(), 3);
    query.query = Message::Query::Metadata;
    query.text = QStringLiteral("demo");
    query.asLists = codec == "pickle"; // sets are what pickle has a call for
    const auto told = ObjectMetadata::fromValue(line.ask(query)->value);
    QVERIFY(told && told->attributes == QStringList{QStringLiteral("title")});

    Message seen = Message::call("demo", "seen", {}, {});
    seen.correlationId = QByteArray(15, '\0') + '\7';
    seen.annotations = {{"TEST", "annotated"}};
    reply = line.ask(seen);
    QVERIFY(reply->value
        == Value::list({Value::utf8("00000000-0000-0000-0000-000000000007"), Value::utf8("annotated")}));
    QCOMPARE(reply->correlationId, seen.correlationId);
    Message ping;
    ping.kind = Message::Kind::Ping;
    QVERIFY(line.ask(ping)->value == Value::bytes("pong"));
}

void tst_Peers::realClientUsesOurServer()
{
    QFETCH(QByteArray, codec);
    QFETCH(QByteArray, key);
    Host host(options());
    QStringList arguments{Pyro45Peer::script(), QString::number(isPyro4() ? 4 : 5), QStringLiteral("client"),
        QString::number(host.port()), QString::fromLatin1(codec)};
    if (!key.isEmpty())
        arguments.append(QString::fromLatin1(key));
    QProcess client;
    client.setProcessEnvironment(peer().environment());
    client.setProcessChannelMode(QProcess::MergedChannels);
    client.start(m_python, arguments);
    QTRY_VERIFY_WITH_TIMEOUT(client.state() == QProcess::NotRunning, kPatience);
    QCOMPARE(client.readAll().trimmed(), QByteArray("ok"));
    QTRY_COMPARE(host.notes, 1);
    QCOMPARE(host.correlationId, QByteArray(15, '\0') + '\7');
}

QTEST_GUILESS_MAIN(tst_Peers)

#include "tst_peers.moc"

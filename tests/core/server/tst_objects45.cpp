// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "generations.h"

#include <QFile>
#include <QTemporaryDir>

#include <sys/socket.h>
#include <sys/un.h>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

/// 0, 1, ... and an exception in place of the item with the number `bad`. Counts how many there are.
class Numbers final : public ItemSource
{
public:
    Numbers(qint64 end, qint64 bad, std::shared_ptr<std::atomic<int>> alive)
        : m_end(end), m_bad(bad), m_alive(std::move(alive))
    {
        ++*m_alive;
    }
    ~Numbers() override { --*m_alive; }
    Q_DISABLE_COPY_MOVE(Numbers)
    std::optional<Result<Value>> next() override
    {
        if (m_next == m_bad)
            return Result<Value>(raise(QStringLiteral("ValueError"), {Value::utf8("bad item")}));
        if (m_next >= m_end)
            return std::nullopt;
        return Result<Value>(Value::integer(m_next++));
    }

private:
    qint64 m_next = 0;
    const qint64 m_end;
    const qint64 m_bad;
    const std::shared_ptr<std::atomic<int>> m_alive;
};

/// Calls nobody; notes which id would have travelled on.
class Recorder final : public RemoteCaller
{
public:
    explicit Recorder(QByteArray &correlation) : m_correlation(correlation) { }
    Result<Value> call(const QString &, std::vector<Value>, bool, std::chrono::milliseconds) override
    {
        return Value();
    }
    void callAsync(const QString &, std::vector<Value>, bool, std::chrono::milliseconds, QObject *,
        std::function<void(const Result<Value> &)> handler) override
    {
        handler(Value());
    }
    void setCorrelationId(const QByteArray &id) override { m_correlation = id; }

private:
    QByteArray &m_correlation;
};

/// A counter of its own calls.
std::shared_ptr<Servant> makeCounter(const std::shared_ptr<std::atomic<int>> &made)
{
    const int number = ++*made;
    auto counter = std::make_shared<LambdaServant>(QStringLiteral("Counter"), Threading::Concurrent);
    const auto calls = std::make_shared<std::atomic<int>>(0);
    counter->method(QStringLiteral("count()"), [calls, number](std::vector<Value>, CallContext &) -> Outcome {
        return Value::list({Value::integer(number), Value::integer(++*calls)});
    });
    return counter;
}

} // namespace

/// What a daemon of generation 4 or 5 keeps for its clients: streams, proxies, instances of classes; and whom
/// it lets in.
class tst_Objects45 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addGenerationsInModes(); }
    void init();
    void cleanup() { m_daemon.stop(); }
    void streamsItems();
    void streamsAttributes();
    void passesOnWhatASourceRaises();
    void forgetsClosedStreams();
    void letsStreamsLinger();
    void dropsStreamsWithTheirConnection();
    void endsStreamsAfterTheirLifetime();
    void limitsStreams();
    void forgetsAbandonedStreams();
    void tellsThatItDoesNotStream();
    void sendsServantsAsProxies();
    void readsProxiesAsCallers();
    void makesInstancesByMode();
    void makesOneInstanceForABatch();
    void raisesWhatAMakerRaises();
    void servesUnixSockets();
    void servesConnectedStreams();
    void refusesUnknownClasses();
    void takesAcceptedSerializersOnly();
    void requiresTheKey();

private:
    static const Generation &spoken()
    {
        QFETCH_GLOBAL(int, id);
        return generation(id);
    }
    void start(const std::function<void(DaemonOptions &)> &change = {});
    void host(const char *name, InstanceMode mode);
    std::unique_ptr<TestClient> connect(const QByteArray &codec = {}) const
    {
        return std::make_unique<TestClient>(spoken(), m_port, of("lab.streams", codec));
    }
    static QString open(TestClient &client, qint64 n, qint64 bad = -1)
    {
        const auto answer = client.exchange(Message::call(
            "lab.streams", "numbers", Value::tuple({Value::integer(n), Value::integer(bad)}), {}));
        return answer && answer->kind == Message::Kind::StreamOpened ? answer->text : QString();
    }
    static Result<Value> next(TestClient &client, const QString &id)
    {
        return client.query(Message::Query::NextItem, id);
    }

    DaemonThread m_daemon;
    std::shared_ptr<std::atomic<int>> m_alive;
    std::shared_ptr<std::atomic<int>> m_made;
    std::vector<QString> m_called;
    QByteArray m_correlation; ///< what callers were told
    int m_port = 0;
};

void tst_Objects45::init()
{
    m_alive = std::make_shared<std::atomic<int>>(0);
    m_made = std::make_shared<std::atomic<int>>(0);
    m_called.clear();
}

void tst_Objects45::start(const std::function<void(DaemonOptions &)> &change)
{
    DaemonOptions options = modeOptions({spoken().info().id});
    if (change)
        change(options);
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Streams"), Threading::Serialized);
    servant->method(QStringLiteral("numbers(n, bad=-1)"),
        [alive = m_alive](std::vector<Value> args, CallContext &) -> Outcome {
            return std::static_pointer_cast<ItemSource>(
                std::make_shared<Numbers>(*args[0].asInteger(), *args[1].asInteger(), alive));
        });
    servant->attribute(QStringLiteral("items"), [alive = m_alive](CallContext &) -> Outcome {
        return std::static_pointer_cast<ItemSource>(std::make_shared<Numbers>(2, -1, alive));
    });
    servant->method(QStringLiteral("make()"),
        [made = m_made](std::vector<Value>, CallContext &) -> Outcome { return makeCounter(made); });
    servant->method(
        QStringLiteral("tell(callback)"), [](std::vector<Value> args, CallContext &context) -> Outcome {
            auto caller = context.caller(args[0]);
            return Value::boolean(caller != nullptr);
        });
    const auto port = m_daemon.start(
        everyGeneration(), options,
        [&](Daemon &daemon) -> Status {
            const auto uri = daemon.connectServant(servant, QStringLiteral("lab.streams"));
            return uri ? Status(Done()) : Status(uri.error());
        },
        [this](Daemon &daemon) {
            daemon.setCallerFactory([this](const Reference &target, const Generation &generation) {
                m_called.push_back(QString(generation.info().label + u' ' + target.uri));
                return std::make_unique<Recorder>(m_correlation);
            });
        });
    QVERIFY(port);
    m_port = *port;
}

void tst_Objects45::streamsItems()
{
    start();
    for (const QByteArray &codec : spoken().info().codecs) {
        auto client = connect(codec);
        const QString id = open(*client, 3);
        QVERIFY2(!id.isEmpty(), codec.constData());
        for (int i = 0; i < 3; ++i)
            QCOMPARE(next(*client, id)->asInteger(), i);
        const auto end = next(*client, id);
        QVERIFY(!end);
        QCOMPARE(end.error().remote->className, QStringLiteral("builtins.StopIteration"));
        QCOMPARE(failure(next(*client, id)), QStringLiteral("PyroError: item stream terminated"));
    }
    QCOMPARE(m_alive->load(), 0);
}

void tst_Objects45::streamsAttributes()
{
    start();
    auto client = connect();
    Message message;
    message.kind = Message::Kind::GetAttribute;
    message.object = "lab.streams";
    message.method = "items";
    const auto opened = client->exchange(message);
    QVERIFY(opened);
    QVERIFY(opened->kind == Message::Kind::StreamOpened);
    QCOMPARE(next(*client, opened->text)->asInteger(), 0);
}

void tst_Objects45::passesOnWhatASourceRaises()
{
    start();
    auto client = connect();
    const QString id = open(*client, 9, 1);
    QCOMPARE(next(*client, id)->asInteger(), 0);
    QCOMPARE(failure(next(*client, id)), QStringLiteral("ValueError: bad item"));
    QCOMPARE(m_alive->load(), 0);
    QCOMPARE(failure(next(*client, id)), QStringLiteral("PyroError: item stream terminated"));
}

void tst_Objects45::forgetsClosedStreams()
{
    start();
    auto client = connect();
    const QString id = open(*client, 9);
    auto other = connect(); // whoever knows the id may pull, and close
    QCOMPARE(next(*other, id)->asInteger(), 0);
    Message close;
    close.kind = Message::Kind::Query;
    close.query = Message::Query::CloseStream;
    close.text = id;
    close.oneway = true;
    QVERIFY(other->send(close));
    QCOMPARE(failure(next(*other, id)), QStringLiteral("PyroError: item stream terminated"));
    QCOMPARE(m_alive->load(), 0);
    QVERIFY(client->query(Message::Query::CloseStream, id)->isNone()); // twice is fine
}

void tst_Objects45::letsStreamsLinger()
{
    start();
    auto client = connect();
    const QString id = open(*client, 9);
    QCOMPARE(next(*client, id)->asInteger(), 0);
    client.reset();
    QTRY_COMPARE(m_daemon.daemon()->connectionCount(), 0);
    auto later = connect();
    QCOMPARE(next(*later, id)->asInteger(), 1);
    QCOMPARE(m_alive->load(), 1);
    m_daemon.stop();
    QCOMPARE(m_alive->load(), 0);
}

void tst_Objects45::dropsStreamsWithTheirConnection()
{
    start([](DaemonOptions &options) { options.streams.linger = 0ms; });
    auto client = connect();
    QVERIFY(!open(*client, 9).isEmpty());
    QCOMPARE(m_alive->load(), 1);
    client.reset();
    QTRY_COMPARE(m_alive->load(), 0);
}

void tst_Objects45::endsStreamsAfterTheirLifetime()
{
    start([](DaemonOptions &options) { options.streams.lifetime = 100ms; });
    auto client = connect();
    const QString id = open(*client, 9);
    QCOMPARE(next(*client, id)->asInteger(), 0);
    QTRY_COMPARE(failure(next(*client, id)), QStringLiteral("PyroError: item stream terminated"));
    QTRY_COMPARE(m_alive->load(), 0); // swept
}

void tst_Objects45::limitsStreams()
{
    start([](DaemonOptions &options) { options.streams.maxPerConnection = 2; });
    auto client = connect();
    const QString first = open(*client, 9);
    QVERIFY(!open(*client, 9).isEmpty());
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.limit")));
    QVERIFY(open(*client, 9).isEmpty());
    QVERIFY(!open(*connect(), 9).isEmpty());
    QVERIFY(client->query(Message::Query::CloseStream, first));
    QVERIFY(!open(*client, 9).isEmpty());
}

// A thousand streams of clients that begin to read and are gone.
void tst_Objects45::forgetsAbandonedStreams()
{
    start([](DaemonOptions &options) { options.streams.linger = 500ms; });
    for (int i = 0; i < 20; ++i) {
        auto client = connect();
        for (int stream = 0; stream < 50; ++stream) {
            const QString id = open(*client, 1'000'000);
            QVERIFY(!id.isEmpty());
            QVERIFY(next(*client, id));
        }
        client->stream().reset();
    }
    QVERIFY(m_alive->load() > 0);
    QTRY_COMPARE_WITH_TIMEOUT(m_alive->load(), 0, 20'000);
    QVERIFY(!open(*connect(), 9).isEmpty());
}

void tst_Objects45::tellsThatItDoesNotStream()
{
    start([](DaemonOptions &options) { options.streams.enabled = false; });
    const auto answer
        = connect()->exchange(Message::call("lab.streams", "numbers", Value::tuple({Value::integer(2)}), {}));
    QVERIFY(answer);
    QVERIFY(answer->kind == Message::Kind::StreamOpened);
    QVERIFY(answer->text.isEmpty());
    QCOMPARE(m_alive->load(), 0);
}

void tst_Objects45::sendsServantsAsProxies()
{
    start();
    for (const QByteArray &codec : spoken().info().codecs) {
        auto client = connect(codec);
        const auto made = client->call("lab.streams", "make");
        QVERIFY2(made, qPrintable(failure(made)));
        const auto proxy = spoken().asReference(*made);
        QVERIFY2(proxy, codec.constData());
        QVERIFY(proxy->form == Reference::Form::Proxy);
        QCOMPARE(proxy->methods, QStringList{QStringLiteral("count")});
        const auto uri = spoken().parseUri(proxy->uri);
        QVERIFY(uri);
        QCOMPARE(client->call(uri->object.toUtf8(), "count")->at(1).asInteger(), 1);
    }
}

void tst_Objects45::readsProxiesAsCallers()
{
    start();
    auto client = connect();
    Reference reference;
    reference.uri = QStringLiteral("PYRO:callback@127.0.0.1:1");
    Message message
        = Message::call("lab.streams", "tell", Value::tuple({Value::reference(reference)}), Value::dict({}));
    message.correlationId = QByteArray(16, 'c');
    const auto known = client->request(message);
    QVERIFY2(known, qPrintable(failure(known)));
    QVERIFY(*known == Value::boolean(true));
    QCOMPARE(m_correlation, message.correlationId);
    QCOMPARE(m_called,
        std::vector<QString>{QString(spoken().info().label + QStringLiteral(" PYRO:callback@127.0.0.1:1"))});
    QVERIFY(client->call("lab.streams", "tell", {text("no proxy")}));
    QCOMPARE(m_called.size(), size_t(1));
}

void tst_Objects45::host(const char *name, InstanceMode mode)
{
    InterfaceInfo interface;
    interface.className = QStringLiteral("Counter");
    interface.methods = {{QStringLiteral("count"), {}, {}, false, false}};
    const auto maker
        = [made = m_made](CallContext &) -> Result<std::shared_ptr<Servant>> { return makeCounter(made); };
    QVERIFY(m_daemon.daemon()->connectServant(
        makeClassServant(interface, mode, maker), QString::fromLatin1(name)));
}

void tst_Objects45::makesInstancesByMode()
{
    start();
    host("session", InstanceMode::Session);
    host("single", InstanceMode::Single);
    host("percall", InstanceMode::PerCall);
    QCOMPARE(m_made->load(), 0); // at first use
    const auto counts = [](TestClient &client, const char *object) {
        const Value value = client.call(object, "count").valueOr({});
        return std::pair(value.at(0).asInteger().value_or(-1), value.at(1).asInteger().value_or(-1));
    };
    using Pair = std::pair<qint64, qint64>;
    auto a = connect();
    auto b = connect();
    QCOMPARE(a->query(Message::Query::Metadata, QStringLiteral("session"))->find("methods")->size(), 1);
    QCOMPARE(counts(*a, "session"), Pair(1, 1));
    QCOMPARE(counts(*b, "session"), Pair(2, 1));
    QCOMPARE(counts(*a, "session"), Pair(1, 2));
    QCOMPARE(counts(*a, "single"), Pair(3, 1));
    QCOMPARE(counts(*b, "single"), Pair(3, 2));
    QCOMPARE(counts(*a, "percall"), Pair(4, 1));
    QCOMPARE(counts(*a, "percall"), Pair(5, 1));
}

void tst_Objects45::makesOneInstanceForABatch()
{
    start();
    host("percall", InstanceMode::PerCall);
    Message batch;
    batch.kind = Message::Kind::Batch;
    batch.object = "percall";
    batch.batch
        = {{"count", Value::tuple({}), Value::dict({})}, {"count", Value::tuple({}), Value::dict({})}};
    const auto answer = connect()->exchange(batch);
    QVERIFY(answer);
    QCOMPARE(answer->value.at(1).at(0).asInteger(), 1);
    QCOMPARE(answer->value.at(1).at(1).asInteger(), 2);
}

void tst_Objects45::raisesWhatAMakerRaises()
{
    start();
    const auto fails = [](CallContext &) -> Result<std::shared_ptr<Servant>> {
        return raise(QStringLiteral("OSError"), {Value::utf8("no device")});
    };
    const auto nothing
        = [](CallContext &) -> Result<std::shared_ptr<Servant>> { return std::shared_ptr<Servant>(); };
    Daemon &daemon = *m_daemon.daemon();
    QVERIFY(
        daemon.connectServant(makeClassServant({}, InstanceMode::Session, fails), QStringLiteral("fails")));
    QVERIFY(daemon.connectServant(
        makeClassServant({}, InstanceMode::Single, nothing), QStringLiteral("nothing")));
    auto client = connect();
    QCOMPARE(failure(client->call("fails", "x")), QStringLiteral("OSError: no device"));
    QCOMPARE(failure(client->call("nothing", "x")),
        QStringLiteral("TypeError: instance creator returned object of different type"));
}

void tst_Objects45::servesUnixSockets()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("daemon.sock"));
    start([&](DaemonOptions &options) { options.unixPath = path; });
    QCOMPARE(m_port, 0);
    const auto uris = m_daemon.daemon()->urisFor("lab.streams");
    QCOMPARE(uris.size(), size_t(1));
    QCOMPARE(uris.front().toString(), QString(QStringLiteral("PYRO:lab.streams@./u:") + path));
    const auto connectUnix = [&path] {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const QByteArray name = path.toUtf8();
        std::copy(name.begin(), name.end(), address.sun_path);
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        const bool connected
            = ::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
        auto adopted = connected ? adoptDescriptor(socket)
                                 : Result<std::unique_ptr<Stream>>(Error::disconnected(QStringLiteral("no")));
        return adopted ? *std::move(adopted) : nullptr;
    };
    auto stream = connectUnix();
    QVERIFY(stream);
    TestClient client(spoken(), std::move(stream), of("lab.streams"));
    const auto made = client.call("lab.streams", "make");
    QVERIFY2(made, qPrintable(failure(made)));
    QVERIFY(spoken().asReference(*made)->uri.endsWith(QString(u"@./u:" + path)));
    QVERIFY(client.query(Message::Query::Info)->toText().contains(QString(u"bound on ./u:" + path)));
    m_daemon.stop();
    QVERIFY(!QFile::exists(path));
}

void tst_Objects45::servesConnectedStreams()
{
    start();
    auto pair = connectedPair();
    QVERIFY(pair);
    auto ours = std::make_shared<std::unique_ptr<Stream>>(std::move(pair->first));
    Status served = Done();
    QMetaObject::invokeMethod(
        m_daemon.daemon(),
        [&] { served = m_daemon.daemon()->serveConnected(std::move(*ours), spoken().info().id); },
        Qt::BlockingQueuedConnection);
    QVERIFY(served);
    SessionOptions options = of("lab.streams");
    options.handshakes = false;
    TestClient client(spoken(), std::move(pair->second), options);
    // The first thing that a client asks there. Source: Pyro5, client.py, Proxy.__pyroCreateConnection.
    const auto metadata = client.query(Message::Query::Metadata, QStringLiteral("lab.streams"));
    QVERIFY2(metadata, qPrintable(failure(metadata)));
    QVERIFY(client.call("lab.streams", "make"));
}

void tst_Objects45::refusesUnknownClasses()
{
    start([](DaemonOptions &options) { options.classes.patterns = {QStringLiteral("lab.Known")}; });
    const auto classDict = [](const char *name) {
        return Value::list({Value::dict({{text("__class__"), text(name)}, {text("x"), Value::integer(1)}})});
    };
    for (const QByteArray &codec :
        {QByteArray("serpent"), QByteArray("json"), QByteArray("msgpack"), QByteArray("marshal")}) {
        auto client = connect(codec);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("pickle.class-refused")));
        const auto refused = client->call("lab.streams", "tell", {classDict("lab.Other")});
        QVERIFY2(failure(refused).startsWith(QStringLiteral("TypeError: class 'lab.Other' is not accepted")),
            qPrintable(failure(refused)));
        for (const char *name : {"lab.Known", "Pyro5.errors.NamingError", "Pyro4.core.URI"})
            QVERIFY2(client->call("lab.streams", "tell", {classDict(name)}), name);
    }
}

void tst_Objects45::takesAcceptedSerializersOnly()
{
    start([](DaemonOptions &options) { options.acceptedCodecs = {"serpent", "json"}; });
    auto client = connect();
    QVERIFY(client->call("lab.streams", "make"));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("value.serializer")));
    Message message = Message::call("lab.streams", "make", {}, {});
    message.codec = "msgpack";
    const auto refused = client->exchange(message);
    QVERIFY(refused);
    QVERIFY(refused->kind == Message::Kind::Failure);
    QVERIFY(refused->error->className.endsWith(QStringLiteral(".errors.SerializeError")));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("value.serializer")));
    const auto verdict = connect("marshal")->greet();
    QVERIFY(verdict);
    QVERIFY(verdict->kind == Message::Kind::Deny);
    QVERIFY(verdict->text.startsWith(QStringLiteral("message used serializer that is not accepted: ")));
}

void tst_Objects45::requiresTheKey()
{
    if (!spoken().info().features.hmac)
        QSKIP("this generation has no message digests");
    start([](DaemonOptions &options) { options.hmacKey = "secret"; });
    SessionOptions options = of("lab.streams");
    options.credentials.hmacKey = "secret";
    TestClient friendly(spoken(), m_port, options);
    QVERIFY(friendly.call("lab.streams", "make"));
    for (const char *key : {"", "wrong"}) {
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("auth.hmac")));
        options.credentials.hmacKey = key;
        TestClient stranger(spoken(), m_port, options);
        QVERIFY(!stranger.greet()); // an answer with the right digest, which it cannot check either
    }
}

QTEST_GUILESS_MAIN(tst_Objects45)
#include "tst_objects45.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "generations.h"

#include <QUuid>

using namespace pyrolens;
using namespace pyrolens::testing;

/// A daemon of generation 4 or 5: handshake, calls, attributes, errors, batches, its own object.
class tst_Daemon45 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addGenerationsInModes(); }
    void init();
    void cleanup() { m_daemon.stop(); }
    void tellsMetadataInTheHandshake();
    void refusesUnknownObjectsInTheHandshake();
    void asksTheValidatorForItsAnswer();
    void answersInTheSerializerOfTheRequest();
    void bindsArgumentsByNameAndDefault();
    void raisesWithModuleAndTraceback();
    void wordsWhatIsNotThere_data();
    void wordsWhatIsNotThere();
    void readsAndWritesAttributes();
    void neverAnswersOnewayCalls();
    void runsBatchesUntilOneFails();
    void failsWholeBatchesForWhatIsNotThere();
    void runsOnewayBatchesInLine();
    void answersPings();
    void answersQuestionsToTheDaemon();
    void takesQuestionsInAnyForm();
    void carriesAnnotationsAndCorrelationIds();
    void unwrapsBlobs();
    void closesAfterSomeErrors_data();
    void closesAfterSomeErrors();
    void pipelinesInOrder();
    void onewayInLineWhenSo();
    void servesConnectionsInTurn();

private:
    static const Generation &spoken()
    {
        QFETCH_GLOBAL(int, id);
        return generation(id);
    }
    std::unique_ptr<TestClient> connect(
        const QByteArray &codec = {}, const QByteArray &object = "lab.probe") const
    {
        return std::make_unique<TestClient>(spoken(), m_port, of(object, codec));
    }
    static void expect(const char *code)
    {
        QTest::ignoreMessage(QtWarningMsg,
            QRegularExpression(QLatin1StringView(code) + QStringLiteral(" peer=127.0.0.1:.* gen=[45] ")));
    }

    DaemonThread m_daemon;
    std::shared_ptr<Seen> m_seen;
    std::shared_ptr<ConnectionValidator> m_validator;
    int m_port = 0;
};

namespace {

/// Lets in who says the word, and greets by what was said.
class WordValidator final : public ConnectionValidator
{
public:
    Result<Value> answerHandshake(const Generation &, const Message &connect, LocalStorage &storage) override
    {
        if (!connect.value.isTextLike() || connect.value.toText() != u"sesame")
            return raise(QStringLiteral("ValueError"), {Value::utf8("say the word")});
        storage.identity = QStringLiteral("friend");
        return Value::dict({{Value::utf8("welcome"), connect.value}});
    }
};

std::shared_ptr<LambdaServant> makeProbe45(const std::shared_ptr<Seen> &seen)
{
    auto probe = makeProbe(seen, Threading::Serialized);
    probe->method(
        QStringLiteral("quiet(value)"),
        [seen](std::vector<Value> args, CallContext &) -> Outcome {
            const std::lock_guard lock(seen->mutex);
            seen->notes.push_back(args[0]);
            return Value();
        },
        {}, true);
    probe->method(QStringLiteral("__len__()"),
        [](std::vector<Value>, CallContext &) -> Outcome { return Value::integer(3); });
    probe->method(
        QStringLiteral("_hidden()"), [](std::vector<Value>, CallContext &) -> Outcome { return Value(); });
    probe->method(QStringLiteral("raises(name)"), [](std::vector<Value> args, CallContext &) -> Outcome {
        return raise(args[0].toText(), {Value::utf8("raised")});
    });
    probe->method(QStringLiteral("context()"), [](std::vector<Value>, CallContext &context) -> Outcome {
        Value seenData;
        for (const Annotation &each : context.annotations()) {
            if (each.first == "TEST")
                seenData = Value::utf8(each.second);
        }
        context.annotate("RESP", "from the method");
        context.annotate("toolong", "x");
        return Value::tuple(
            {seenData, Value::utf8(context.correlationId().toHex()), Value::utf8(context.message->codec)});
    });
    return probe;
}

} // namespace

void tst_Daemon45::init()
{
    m_seen = std::make_shared<Seen>();
    m_validator.reset();
    QFETCH_GLOBAL(int, id);
    const auto port = m_daemon.start(everyGeneration(), modeOptions({id}), [this](Daemon &daemon) -> Status {
        const auto uri = daemon.connectServant(makeProbe45(m_seen), QStringLiteral("lab.probe"));
        return uri ? Status(Done()) : Status(uri.error());
    });
    QVERIFY(port);
    m_port = *port;
}

void tst_Daemon45::tellsMetadataInTheHandshake()
{
    const auto accept = connect()->greet();
    QVERIFY2(accept, accept ? "" : qPrintable(accept.error().what));
    QVERIFY(accept->kind == Message::Kind::Accept);
    QVERIFY(accept->value == text("hello"));
    QVERIFY(accept->metadata);
    QVERIFY(accept->metadata->methods.contains(QStringLiteral("echo")));
    QVERIFY(accept->metadata->methods.contains(QStringLiteral("__len__")));
    QVERIFY(!accept->metadata->methods.contains(QStringLiteral("_hidden")));
    QCOMPARE(accept->metadata->oneway, QStringList{QStringLiteral("quiet")});
    QCOMPARE(accept->metadata->attributes.size(), 2);
    QVERIFY(accept->metadata->attributes.contains(QStringLiteral("level")));
    QCOMPARE(accept->correlationId.size(), 16);
}

void tst_Daemon45::refusesUnknownObjectsInTheHandshake()
{
    expect("call.object");
    TestClient client(spoken(), m_port, of("nowhere", "json"));
    const auto verdict = client.greet();
    QVERIFY(verdict);
    QVERIFY(verdict->kind == Message::Kind::Deny);
    QCOMPARE(verdict->text, QStringLiteral("unknown object"));
    QCOMPARE(verdict->codec, QByteArray("json"));
    QVERIFY(client.readToEnd());
}

void tst_Daemon45::asksTheValidatorForItsAnswer()
{
    m_daemon.daemon()->setValidator(std::make_shared<WordValidator>());
    SessionOptions options = of("lab.probe");
    expect("auth.denied");
    TestClient stranger(spoken(), m_port, options);
    const auto verdict = stranger.greet();
    QVERIFY(verdict);
    QVERIFY(verdict->kind == Message::Kind::Deny);
    QCOMPARE(verdict->text, QStringLiteral("say the word"));
    options.handshake = text("sesame");
    TestClient guest(spoken(), m_port, options);
    const auto accept = guest.greet();
    QVERIFY(accept);
    QVERIFY(accept->kind == Message::Kind::Accept);
    QVERIFY(*accept->value.find("welcome") == text("sesame"));
    QVERIFY(*guest.call("lab.probe", "where") == text("127.0.0.1|friend"));
}

void tst_Daemon45::answersInTheSerializerOfTheRequest()
{
    auto client = connect();
    for (const QByteArray &codec : spoken().info().codecs) {
        Message message = Message::call("lab.probe", "echo", Value::tuple({text("x")}), {});
        message.codec = codec;
        const auto answer = client->exchange(message);
        QVERIFY2(answer, answer ? "" : qPrintable(QString::fromUtf8(codec) + answer.error().what));
        QVERIFY(answer->kind == Message::Kind::Reply);
        QCOMPARE(answer->codec, codec);
        QVERIFY(answer->value.isTextLike());
        QCOMPARE(answer->value.toText(), QStringLiteral("x"));
        QCOMPARE(answer->correlationId.size(), 16);
    }
}

void tst_Daemon45::bindsArgumentsByNameAndDefault()
{
    for (const QByteArray &codec : spoken().info().codecs) {
        auto client = connect(codec);
        const auto sum
            = client->call("lab.probe", "add", {Value::integer(1)}, {{text("b"), Value::integer(2)}});
        QVERIFY2(sum, qPrintable(failure(sum)));
        QCOMPARE(sum->asInteger(), 13);
    }
    QVERIFY(failure(connect()->call("lab.probe", "echo")).startsWith(QStringLiteral("TypeError: echo()")));
}

void tst_Daemon45::raisesWithModuleAndTraceback()
{
    const QByteArray library = "Pyro" + QByteArray::number(spoken().info().id);
    for (const QByteArray &codec : spoken().info().codecs) {
        auto client = connect(codec);
        const auto result = client->call("lab.probe", "fail", {text("no lamp")});
        QVERIFY(!result);
        QVERIFY2(result.error().remote, codec.constData());
        const RemoteError &error = *result.error().remote;
        QCOMPARE(error.className, QStringLiteral("builtins.ValueError"));
        QCOMPARE(error.args.at(0).toText(), QStringLiteral("no lamp"));
        QCOMPARE(error.traceback.first(), QStringLiteral("Traceback (most recent call last):"));
        QCOMPARE(error.traceback.last(), QStringLiteral("ValueError: no lamp"));
        const auto custom = client->call("lab.probe", "custom");
        QCOMPARE(custom.error().remote->className, QStringLiteral("lab.Broken"));
        QCOMPARE(custom.error().remote->attributes.find("code")->asInteger(), 42);
    }
    auto client = connect();
    const auto named = client->call("lab.probe", "raises", {text("NamingError")});
    QCOMPARE(named.error().remote->className, QString::fromLatin1(library + ".errors.NamingError"));
}

void tst_Daemon45::wordsWhatIsNotThere_data()
{
    QTest::addColumn<QByteArray>("object");
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("told");
    const auto row = [](const char *name, const char *object, const char *method, const char *told) {
        QTest::newRow(name) << QByteArray(object) << QByteArray(method) << QString::fromLatin1(told);
    };
    row("object", "nowhere", "echo", "DaemonError: unknown object");
    row("method", "lab.probe", "nothing", "AttributeError: 'Probe' object has no attribute 'nothing'");
    row("private", "lab.probe", "_hidden", "AttributeError: attempt to access private attribute '_hidden'");
    row("dunder", "lab.probe", "__class__",
        "AttributeError: attempt to access private attribute '__class__'");
    row("attribute", "lab.probe", "level", "AttributeError: attempt to access unexposed attribute 'level'");
    row("dotted", "lab.probe", "echo.im_func",
        "AttributeError: 'Probe' object has no attribute 'echo.im_func'");
    row("daemon", "Pyro.Daemon", "shutdown",
        "AttributeError: 'DaemonObject' object has no attribute 'shutdown'");
}

void tst_Daemon45::wordsWhatIsNotThere()
{
    QFETCH(QByteArray, object);
    QFETCH(QByteArray, method);
    QFETCH(QString, told);
    expect("call.(object|method)");
    auto client = connect();
    QCOMPARE(failure(client->call(object, method)), told);
    QVERIFY(client->callOneway(object, method)); // says nothing, and keeps the connection
    QCOMPARE(client->call("lab.probe", "__len__")->asInteger(), 3);
}

void tst_Daemon45::readsAndWritesAttributes()
{
    for (const QByteArray &codec : spoken().info().codecs) {
        auto client = connect(codec);
        QVERIFY(client->setAttribute("lab.probe", "level", Value::integer(9))->isNone());
        QCOMPARE(client->attribute("lab.probe", "level")->asInteger(), 9);
    }
    auto client = connect();
    QVERIFY(failure(client->setAttribute("lab.probe", "level", text("x")))
                .startsWith(QStringLiteral("TypeError: ")));
    const QString unexposed
        = QStringLiteral("AttributeError: attempt to access unexposed or unknown remote attribute '%1'");
    for (int i = 0; i < 4; ++i)
        expect("call.method");
    QCOMPARE(failure(client->setAttribute("lab.probe", "serial", Value())),
        unexposed.arg(QStringLiteral("serial")));
    QCOMPARE(failure(client->attribute("lab.probe", "echo")), unexposed.arg(QStringLiteral("echo")));
    const QString missing = QStringLiteral("AttributeError: type object 'Probe' has no attribute 'nothing'");
    QCOMPARE(failure(client->attribute("lab.probe", "nothing")), missing);
    QCOMPARE(failure(client->setAttribute("lab.probe", "nothing", Value())), missing);
}

void tst_Daemon45::neverAnswersOnewayCalls()
{
    auto client = connect();
    expect("call.method");
    QVERIFY(client->callOneway("lab.probe", "quiet", {Value::integer(1)}));
    QVERIFY(client->callOneway("lab.probe", "fail", {text("nobody hears")}));
    QVERIFY(client->callOneway("lab.probe", "nothing"));
    QVERIFY(client->callOneway("lab.probe", "quiet", {Value::integer(2)}));
    QCOMPARE(client->call("lab.probe", "echo", {Value::integer(7)})->asInteger(), 7);
    QTRY_COMPARE(m_seen->count(), size_t(2));
    QCOMPARE(m_seen->all().back().asInteger(), 2);
    // Marked oneway, but called for an answer: an ordinary call.
    QVERIFY(client->call("lab.probe", "quiet", {Value::integer(3)})->isNone());
}

namespace {

Message batchOf(const QByteArray &object, std::vector<BatchCall> calls, bool oneway = false)
{
    Message message;
    message.kind = Message::Kind::Batch;
    message.object = object;
    message.batch = std::move(calls);
    message.oneway = oneway;
    return message;
}

BatchCall one(const QByteArray &method, std::vector<Value> args)
{
    return {method, Value::tuple(std::move(args)), Value::dict({})};
}

} // namespace

void tst_Daemon45::runsBatchesUntilOneFails()
{
    for (const QByteArray &codec : {QByteArray("serpent"), QByteArray("json"), QByteArray("msgpack")}) {
        auto client = connect(codec);
        const auto good = client->exchange(batchOf("lab.probe",
            {one("echo", {Value::integer(1)}), one("add", {Value::integer(1), Value::integer(2)})}));
        QVERIFY2(good, good ? "" : qPrintable(good.error().what));
        QVERIFY(good->isBatch);
        QVERIFY(good->value == Value::list({Value::integer(1), Value::integer(13)}));
        const auto failing = client->exchange(batchOf("lab.probe",
            {one("echo", {Value::integer(1)}), one("fail", {text("no lamp")}), one("note", {Value()})}));
        QVERIFY(failing);
        QVERIFY(failing->kind == Message::Kind::Reply);
        QCOMPARE(failing->value.size(), 2);
        const RemoteError *error = failing->value.at(1).asError();
        QVERIFY(error);
        QCOMPARE(error->className, QStringLiteral("builtins.ValueError"));
        QCOMPARE(error->traceback.last(), QStringLiteral("ValueError: no lamp"));
        QVERIFY(client->exchange(batchOf("lab.probe", {}))->value == Value::list({}));
    }
    QCOMPARE(m_seen->count(), size_t(0)); // what follows a failed call is not run
    QCOMPARE(m_daemon.daemon()->objects().front().calls, 12);
}

void tst_Daemon45::failsWholeBatchesForWhatIsNotThere()
{
    auto client = connect();
    expect("call.method");
    const auto answer = client->exchange(
        batchOf("lab.probe", {one("note", {Value::integer(1)}), one("_hidden", {}), one("note", {Value()})}));
    QVERIFY(answer);
    QVERIFY(answer->kind == Message::Kind::Failure);
    QCOMPARE(answer->error->className, QStringLiteral("builtins.AttributeError"));
    QCOMPARE(m_seen->count(), size_t(1));
    expect("call.object");
    QCOMPARE(client->exchange(batchOf("nowhere", {}))->error->args.at(0).toText(),
        QStringLiteral("unknown object"));
    const auto streams = client->exchange(batchOf("lab.probe", {one("items", {Value::integer(2)})}));
    QVERIFY(streams);
    QVERIFY(streams->value.at(0).asError());
}

void tst_Daemon45::runsOnewayBatchesInLine()
{
    auto client = connect();
    QVERIFY(client->isGreeted());
    QVERIFY(client->send(batchOf("lab.probe",
        {one("note", {Value::integer(1)}), one("fail", {text("unheard")}), one("note", {Value::integer(2)})},
        true)));
    QVERIFY(client->call("lab.probe", "echo", {Value()}));
    QCOMPARE(m_seen->count(), size_t(1)); // before the next call, which had the next answer
}

void tst_Daemon45::answersPings()
{
    Message ping;
    ping.kind = Message::Kind::Ping;
    auto client = connect();
    const auto pong = client->exchange(ping);
    QVERIFY2(pong, pong ? "" : qPrintable(pong.error().what));
    QVERIFY(pong->kind == Message::Kind::Ping);
    QVERIFY(pong->value == Value::bytes("pong"));
}

void tst_Daemon45::answersQuestionsToTheDaemon()
{
    auto client = connect({}, "Pyro.Daemon");
    const auto accept = client->greet();
    QVERIFY(accept);
    QStringList methods = accept->metadata->methods;
    methods.sort();
    QCOMPARE(methods,
        QStringList({QStringLiteral("close_stream"), QStringLiteral("get_metadata"),
            QStringLiteral("get_next_stream_item"), QStringLiteral("info"), QStringLiteral("ping"),
            QStringLiteral("registered")}));
    QVERIFY(
        *client->query(Message::Query::Registered) == Value::list({text("Pyro.Daemon"), text("lab.probe")}));
    QVERIFY(client->query(Message::Query::Ping)->isNone());
    const QString info = client->query(Message::Query::Info)->toText();
    QFETCH_GLOBAL(bool, multithreaded);
    QFETCH_GLOBAL(bool, service);
    QVERIFY2(
        info.startsWith(
            QStringLiteral(
                "Pyro.Daemon bound on 127.0.0.1:%1, NAT None, 2 objects registered. Servertype: <Pyrolens %2")
                .arg(QString::number(m_port),
                    multithreaded && !service ? QStringLiteral("thread") : QStringLiteral("multiplex"))),
        qPrintable(info));
    const auto metadata = client->query(Message::Query::Metadata, QStringLiteral("lab.probe"));
    QVERIFY(metadata);
    const auto read = ObjectMetadata::fromValue(*metadata);
    QVERIFY(read);
    QVERIFY(metadata->find("methods")->kind() == Value::Kind::Set);
    QCOMPARE(read->oneway, QStringList{QStringLiteral("quiet")});
    expect("call.object");
    QCOMPARE(failure(client->query(Message::Query::Metadata, QStringLiteral("nowhere"))),
        QStringLiteral("DaemonError: unknown object"));
}

void tst_Daemon45::takesQuestionsInAnyForm()
{
    auto client = connect();
    const auto lists = client->call("Pyro.Daemon", "get_metadata", {},
        {{text("objectId"), text("lab.probe")}, {text("as_lists"), Value::boolean(true)}});
    QVERIFY2(lists, qPrintable(failure(lists)));
    QVERIFY(lists->find("methods")->kind() == Value::Kind::List);
    QVERIFY(failure(client->call("Pyro.Daemon", "ping", {Value()}))
                .startsWith(QStringLiteral("TypeError: ping()")));
    const auto many = client->exchange(batchOf("Pyro.Daemon", {one("ping", {}), one("registered", {})}));
    QVERIFY(many);
    QCOMPARE(many->value.at(1).size(), 2);
}

void tst_Daemon45::carriesAnnotationsAndCorrelationIds()
{
    auto client = connect();
    Message message = Message::call("lab.probe", "context", {}, {});
    message.annotations = {{"TEST", "from the client"}};
    message.correlationId = QUuid(QStringLiteral("{00000000-0000-0000-0000-000000000007}")).toRfc4122();
    const auto answer = client->exchange(message);
    QVERIFY(answer);
    QVERIFY(answer->value.at(0) == text("from the client"));
    QVERIFY(answer->value.at(1) == Value::utf8(message.correlationId.toHex()));
    QVERIFY(answer->value.at(2) == text("serpent"));
    QCOMPARE(answer->correlationId, message.correlationId);
    QCOMPARE(answer->annotations, (std::vector<Annotation>{{"RESP", "from the method"}}));
    // The next answer has none of them.
    const auto next = client->exchange(Message::call("lab.probe", "echo", Value::tuple({Value()}), {}));
    QVERIFY(next);
    QVERIFY(next->annotations.empty());
    QVERIFY(next->correlationId != message.correlationId);
}

void tst_Daemon45::unwrapsBlobs()
{
    for (const QByteArray &codec : spoken().info().codecs) {
        // What a client makes of a blob: a request's body whose arguments are the data.
        auto plain = spoken().session(Role::Client, of("lab.probe", codec));
        static_cast<void>(plain->start());
        auto client = connect(codec);
        Message call
            = Message::call("lab.probe", "echo", Value::tuple({text("data"), Value::integer(5)}), {});
        const auto frame = plain->encode(call);
        QVERIFY(frame);
        const qsizetype header = spoken().info().id == 4 ? 24 : 40;
        call.args = {};
        call.blob = SerializedBlob{text("info"), frame->sliced(header)};
        const auto answer = client->exchange(call);
        QVERIFY2(answer, answer ? "" : qPrintable(answer.error().what));
        QVERIFY2(answer->kind == Message::Kind::Reply, codec.constData());
        QCOMPARE(answer->value.size(), 2);
        QCOMPARE(answer->value.at(0).toText(), QStringLiteral("data"));
    }
    auto client = connect();
    Message broken = Message::call("lab.probe", "echo", {}, {});
    broken.blob = SerializedBlob{Value(), "not serpent("};
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("value.serpent")));
    const auto answer = client->exchange(broken);
    QVERIFY(answer);
    QVERIFY(answer->kind == Message::Kind::Failure);
}

void tst_Daemon45::closesAfterSomeErrors_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("replies");
    QTest::addColumn<bool>("keeps");
    const auto row = [](const char *name, bool replies, bool keeps) {
        QTest::newRow(name) << QString::fromLatin1(name) << replies << keeps;
    };
    row("ValueError", true, true);
    row("DaemonError", true, true);
    row("SecurityError", true, false);
    row("SerializeError", true, false);
    row("CommunicationError", false, false);
    row("ProtocolError", false, false);
}

void tst_Daemon45::closesAfterSomeErrors()
{
    QFETCH(QString, name);
    QFETCH(bool, replies);
    QFETCH(bool, keeps);
    auto client = connect();
    const auto result = client->call("lab.probe", "raises", {Value::text(name)});
    QVERIFY(!result);
    QCOMPARE(result.error().kind == Error::Kind::Remote, replies);
    QCOMPARE(bool(client->call("lab.probe", "echo", {Value()})), keeps);
}

void tst_Daemon45::pipelinesInOrder()
{
    auto client = connect();
    QVERIFY(client->isGreeted());
    QByteArray all;
    for (int i = 0; i < 5; ++i)
        all += client->encode(Message::call("lab.probe", "echo", Value::tuple({Value::integer(i)}), {}));
    QVERIFY(client->send(all));
    for (int i = 0; i < 5; ++i) {
        const auto answer = client->receive();
        QVERIFY2(answer, answer ? "" : qPrintable(answer.error().what));
        QCOMPARE(answer->value.asInteger(), i);
    }
}

void tst_Daemon45::onewayInLineWhenSo()
{
    QFETCH_GLOBAL(int, id);
    m_daemon.stop();
    DaemonOptions options = modeOptions({id});
    options.onewayThreaded = false;
    const auto port = m_daemon.start(everyGeneration(), options, [this](Daemon &daemon) -> Status {
        return daemon.connectServant(makeProbe(m_seen, Threading::Concurrent), QStringLiteral("lab.probe"))
            .map([](const Uri &) { return Done(); });
    });
    QVERIFY(port);
    m_port = *port;
    auto client = connect();
    for (int i = 1; i <= 20; ++i) {
        QVERIFY(client->callOneway("lab.probe", "note", {Value::integer(i)}));
        QVERIFY(client->call("lab.probe", "echo", {Value()}));
        QCOMPARE(m_seen->count(), size_t(i)); // done before the next request was served
    }
}

// In one loop a call holds up the others, and then they are served; threads do not wait for each other. The
// servant itself would bear both.
void tst_Daemon45::servesConnectionsInTurn()
{
    QFETCH_GLOBAL(int, id);
    QFETCH_GLOBAL(bool, multithreaded);
    QFETCH_GLOBAL(bool, service);
    QFETCH_GLOBAL(int, threads);
    if (multithreaded && threads == 0)
        QSKIP("what runs where is not promised there");
    m_daemon.stop();
    const auto port = m_daemon.start(everyGeneration(), modeOptions({id}), [this](Daemon &daemon) -> Status {
        return daemon.connectServant(makeProbe(m_seen, Threading::Concurrent), QStringLiteral("lab.probe"))
            .map([](const Uri &) { return Done(); });
    });
    QVERIFY(port);
    m_port = *port;
    m_seen->hold = true;
    auto first = connect();
    auto second = connect();
    QVERIFY(first->greet() && second->greet());
    const auto ask = [](TestClient &client, int number) {
        return client.send(
            Message::call("lab.probe", "hold", Value::tuple({Value::integer(number)}), Value::dict({})));
    };
    QVERIFY(ask(*first, 1));
    QTRY_COMPARE(m_seen->inside.load(), 1);
    QVERIFY(ask(*second, 2));
    if (multithreaded && !service)
        QTRY_COMPARE(m_seen->inside.load(), 2);
    m_seen->hold = false;
    QVERIFY(first->receive());
    QVERIFY(second->receive());
    const bool isParallel = multithreaded && !service;
    QCOMPARE(m_seen->mostInside.load(), isParallel ? 2 : 1);
    if (!isParallel)
        QCOMPARE(m_seen->all().front().asInteger(), 1);
}

QTEST_GUILESS_MAIN(tst_Daemon45)
#include "tst_daemon45.moc"

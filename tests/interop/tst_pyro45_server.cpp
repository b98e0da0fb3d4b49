// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// Our client, as a library and as pyroctl, with objects of the real Pyro 4 and Pyro 5.

#include "support/pyro45peer.h"

#include <pyrolens/client/itemstream.h>
#include <pyrolens/generations.h>

#include <QEventLoop>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");

Value text(const char8_t *words)
{
    return Value::text(words);
}

} // namespace

class tst_Pyro45Server : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanupTestCase() { m_server.stop(); }
    void callsMethods_data();
    void callsMethods();
    void exceptionsComeWhole();
    void attributes();
    void onewayByMetadata();
    void batches();
    void streams();
    void annotationsAndCorrelation();
    void unknownObjects();
    void keys();
    void unixSockets();
    void commandLine();

private:
    int generation() const
    {
        QFETCH_GLOBAL(int, number);
        return number;
    }
    bool isAsync() const
    {
        QFETCH_GLOBAL(bool, isAsync);
        return isAsync;
    }
    void start(const QString &key = {});
    std::unique_ptr<Proxy> proxyFor(const QString &object, ProxyOptions options = {}) const;
    Reply finish(const PendingCall &call) const;
    Reply send(Proxy &proxy, Message message, CallOptions options = {}) const;
    Reply call(Proxy &proxy, const char *method, std::vector<Value> args = {},
        std::vector<Value::Pair> kwargs = {}) const;
    ItemStream::Item next(ItemStream &stream) const;

    PeerProcess m_server;
    QString m_running; ///< generation and key of the server
    int m_port = 0;
};

void tst_Pyro45Server::initTestCase_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<bool>("isAsync");
    for (const int number : {4, 5}) {
        QTest::addRow("pyro%d-blocking", number) << number << false;
        QTest::addRow("pyro%d-async", number) << number << true;
    }
}

void tst_Pyro45Server::init()
{
    const Pyro45Peer peer{generation()};
    if (!peer.python().isEmpty())
        return;
    if (peer.isNeeded())
        QFAIL(qPrintable(peer.missing()));
    QSKIP(qPrintable(peer.missing()));
}

void tst_Pyro45Server::start(const QString &key)
{
    const Pyro45Peer peer{generation()};
    const QString wanted = QString::number(generation()) + key;
    if (m_running == wanted)
        return;
    m_server.stop();
    m_running.clear();
    QStringList arguments{Pyro45Peer::script(), QString::number(generation()), QStringLiteral("server")};
    if (!key.isEmpty())
        arguments.append(key);
    QVERIFY2(m_server.start(peer.python(), arguments, peer.environment()), m_server.output().constData());
    m_port = m_server.words().value(0).toInt();
    m_running = wanted;
}

std::unique_ptr<Proxy> tst_Pyro45Server::proxyFor(const QString &object, ProxyOptions options) const
{
    auto context = std::make_shared<ClientContext>();
    context->catalogue = builtinCatalogue();
    Uri uri;
    uri.host = QStringLiteral("127.0.0.1");
    uri.port = m_port;
    uri.object = object;
    return std::make_unique<Proxy>(std::move(context), uri, std::move(options));
}

Reply tst_Pyro45Server::finish(const PendingCall &call) const
{
    std::optional<Reply> result;
    QObject receiver;
    QEventLoop loop;
    QTimer::singleShot(20'000, &receiver, [] { qFatal("a call did not end"); });
    call.then(&receiver, [&](const Reply &reply) {
        result = reply;
        loop.quit();
    });
    loop.exec();
    return *result;
}

Reply tst_Pyro45Server::send(Proxy &proxy, Message message, CallOptions options) const
{
    return isAsync() ? finish(proxy.send(std::move(message), options))
                     : proxy.sendBlocking(std::move(message), options);
}

Reply tst_Pyro45Server::call(
    Proxy &proxy, const char *method, std::vector<Value> args, std::vector<Value::Pair> kwargs) const
{
    return send(
        proxy, Message::call({}, method, Value::tuple(std::move(args)), Value::dict(std::move(kwargs))));
}

ItemStream::Item tst_Pyro45Server::next(ItemStream &stream) const
{
    if (!isAsync())
        return stream.nextBlocking();
    std::optional<ItemStream::Item> result;
    QObject receiver;
    QEventLoop loop;
    stream.next(&receiver, [&](const ItemStream::Item &item) {
        result = item;
        loop.quit();
    });
    loop.exec();
    return *result;
}

void tst_Pyro45Server::callsMethods_data()
{
    QTest::addColumn<QByteArray>("codec");
    QTest::addColumn<bool>("compress");
    for (const char *codec : {"serpent", "json", "marshal", "msgpack", "pickle"})
        QTest::addRow("%s", codec) << QByteArray(codec) << false;
    QTest::addRow("compressed") << QByteArray("serpent") << true;
}

void tst_Pyro45Server::callsMethods()
{
    QFETCH(QByteArray, codec);
    QFETCH(bool, compress);
    if (generation() == 5 && codec == "pickle")
        QSKIP("Pyro 5 has no pickle");
    start();
    ProxyOptions options;
    options.codec = codec;
    options.compress = compress;
    const auto proxy = proxyFor(QStringLiteral("demo"), options);
    // What differs in the serializers is left out here: their own tests hold it.
    const Value value = Value::list(
        {Value::integer(1), Value::real(-0.5), Value(), Value::boolean(true), text(u8"text \u20ac"),
            Value::dict({{text(u8"k"), Value::list({})}}), Value::utf8(QByteArray(300'000, 'x'))});
    Reply reply = call(*proxy, "echo", {value});
    QVERIFY2(reply.isOk(), reply ? "" : qPrintable(reply.error().what));
    QVERIFY(reply.value() == value);
    QCOMPARE(reply.trace().generation, generation());
    reply = call(*proxy, "add", {Value::integer(1)}, {{text(u8"b"), Value::integer(2)}});
    QVERIFY(reply && reply.value() == Value::integer(3));
    QVERIFY(proxy->metadata() && proxy->metadata()->attributes == QStringList{QStringLiteral("title")});
}

void tst_Pyro45Server::exceptionsComeWhole()
{
    start();
    const auto proxy = proxyFor(QStringLiteral("demo"));
    const Reply reply = call(*proxy, "fail");
    QVERIFY(!reply && reply.error().remote);
    const RemoteError &error = *reply.error().remote;
    QCOMPARE(error.className, QStringLiteral("builtins.ValueError"));
    QVERIFY(error.args == Value::tuple({text(u8"wrong"), Value::integer(42)}));
    QVERIFY(error.traceback.last().startsWith(u"ValueError"));
    // The connection goes on.
    const Reply after = call(*proxy, "echo", {Value::integer(1)});
    QVERIFY(after && !after.trace().newConnection);
    const Reply unknown = call(*proxy, "nothing");
    QVERIFY(!unknown && unknown.error().remote);
    QCOMPARE(unknown.error().remote->className, QStringLiteral("builtins.AttributeError"));
}

void tst_Pyro45Server::attributes()
{
    start();
    const auto proxy = proxyFor(QStringLiteral("demo"));
    Message message;
    message.kind = Message::Kind::SetAttribute;
    message.method = "title";
    message.value = text(u8"new");
    QVERIFY(send(*proxy, message));
    message.kind = Message::Kind::GetAttribute;
    const Reply reply = send(*proxy, message);
    QVERIFY(reply && reply.value() == text(u8"new"));
    message.method = "noted";
    QVERIFY(!send(*proxy, message));
}

void tst_Pyro45Server::onewayByMetadata()
{
    start();
    const auto proxy = proxyFor(QStringLiteral("demo"));
    const Reply noted = call(*proxy, "note", {text(u8"one")});
    QVERIFY(noted && noted.trace().oneway);
    QTRY_VERIFY(call(*proxy, "notes").value() == Value::list({text(u8"one")}));
    QVERIFY(call(*proxy, "forget"));
}

void tst_Pyro45Server::batches()
{
    start();
    const auto proxy = proxyFor(QStringLiteral("demo"));
    const auto add = [](int a) {
        return BatchCall{"add", Value::tuple({Value::integer(a)}), Value::dict({})};
    };
    const auto run = [&](std::vector<BatchCall> calls, CallOptions options = {}) {
        return isAsync() ? finish(proxy->batch(std::move(calls), options))
                         : proxy->batchBlocking(std::move(calls), options);
    };
    Reply reply = run({add(1), add(2)});
    QVERIFY2(reply.isOk(), reply ? "" : qPrintable(reply.error().what));
    QVERIFY(reply.value() == Value::list({Value::integer(11), Value::integer(12)}));
    reply = run({add(1), {"fail", Value::tuple({}), Value::dict({})}, add(2)});
    QVERIFY(reply && reply.value().size() == 2);
    QVERIFY(reply.value().at(0) == Value::integer(11));
    const RemoteError *error = reply.value().at(1).asError();
    QVERIFY(error && error->className == u"builtins.ValueError");
    QVERIFY(
        run({{"note", Value::tuple({text(u8"batched")}), Value::dict({})}}, {.timeout = {}, .oneway = true}));
    QTRY_VERIFY(call(*proxy, "notes").value() == Value::list({text(u8"batched")}));
    QVERIFY(call(*proxy, "forget"));
}

void tst_Pyro45Server::streams()
{
    start();
    const auto proxy = proxyFor(QStringLiteral("demo"));
    Reply opened = call(*proxy, "counter", {Value::integer(3)});
    QVERIFY(opened && !opened.trace().stream.isEmpty());
    ItemStream stream(*proxy, opened.trace().stream);
    for (int i = 0; i < 3; ++i) {
        const ItemStream::Item item = next(stream);
        QVERIFY(item && *item && **item == Value::integer(i));
    }
    const ItemStream::Item end = next(stream);
    QVERIFY(end && !*end && stream.isAtEnd());

    opened = call(*proxy, "counter", {Value::integer(1'000'000)});
    const QString id = opened.trace().stream;
    ItemStream early(*proxy, id);
    QVERIFY(next(early));
    if (isAsync())
        early.close();
    else
        QVERIFY(early.closeBlocking());
    QVERIFY(early.isAtEnd());
    const auto isGone = [&] {
        ItemStream closed(*proxy, id);
        const ItemStream::Item item = next(closed);
        return !item && item.error().remote && item.error().what.contains(u"item stream terminated");
    };
    QTRY_VERIFY(isGone());
}

void tst_Pyro45Server::annotationsAndCorrelation()
{
    start();
    const auto proxy = proxyFor(QStringLiteral("demo"));
    Message message = Message::call({}, "seen", Value::tuple({}), Value::dict({}));
    message.annotations = {{"TEST", "some data"}};
    message.correlationId = QByteArray::fromHex("000102030405060708090a0b0c0d0e0f");
    const Reply reply = send(*proxy, message);
    QVERIFY2(reply.isOk(), reply ? "" : qPrintable(reply.error().what));
    QVERIFY(reply.value().at(0) == text(u8"00010203-0405-0607-0809-0a0b0c0d0e0f"));
    QVERIFY(reply.value().at(1) == text(u8"some data"));
    QCOMPARE(reply.trace().correlationId.toHex(), message.correlationId.toHex());
}

void tst_Pyro45Server::unknownObjects()
{
    start();
    const auto unknown = proxyFor(QStringLiteral("nobody"));
    const Reply reply = call(*unknown, "echo");
    QVERIFY(!reply && reply.error().remote);
    QCOMPARE(reply.error().remote->className, QStringLiteral("Pyro%1.errors.DaemonError").arg(generation()));
    QCOMPARE(reply.error().remote->args.at(0).toText(), QStringLiteral("unknown object"));
    const auto hidden = proxyFor(QStringLiteral("hidden"));
    const Reply refused = call(*hidden, "secret");
    QVERIFY(!refused && refused.error().code == u"object.nothing-exposed");
}

void tst_Pyro45Server::keys()
{
    if (generation() == 5)
        QSKIP("Pyro 5 has no keys");
    start(QStringLiteral("secret"));
    ProxyOptions options;
    options.credentials.hmacKey = "secret";
    const auto good = proxyFor(QStringLiteral("demo"), options);
    QVERIFY(call(*good, "echo", {Value()}));
    options.credentials.hmacKey = "wrong";
    const Reply wrong = call(*proxyFor(QStringLiteral("demo"), options), "echo", {Value()});
    QVERIFY(!wrong);
    QVERIFY2(wrong.error().what.contains(u"hmac"), qPrintable(wrong.error().what));
    QVERIFY(!call(*proxyFor(QStringLiteral("demo")), "echo", {Value()}));
}

void tst_Pyro45Server::unixSockets()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("peer.sock"));
    start(QStringLiteral("unix:") + path);
    auto context = std::make_shared<ClientContext>();
    context->catalogue = builtinCatalogue();
    const auto uri = builtinCatalogue()->parseUri(QString(u"PYRO:demo@./u:" + path));
    QVERIFY(uri);
    Proxy proxy(context, *uri);
    const Reply reply = call(proxy, "echo", {Value::integer(7)});
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
    QVERIFY(reply.value() == Value::integer(7));
    QCOMPARE(reply.trace().generation, generation());
}

void tst_Pyro45Server::commandLine()
{
    if (isAsync())
        QSKIP("once is enough");
    start();
    const QString uri = QStringLiteral("PYRO:demo@127.0.0.1:%1").arg(m_port);
    const auto run = [&](const QStringList &words) {
        const Finished finished = runProgram(kPyroctl, QStringList{QStringLiteral("--json")} + words,
            QProcessEnvironment::systemEnvironment());
        return std::pair(finished.status, finished.out.split('\n'));
    };
    const auto [described, description] = run({QStringLiteral("describe"), uri});
    QCOMPARE(described, 0);
    const QJsonObject told
        = QJsonDocument::fromJson(description.first()).object().value(QStringLiteral("result")).toObject();
    QCOMPARE(told.value(QStringLiteral("generation")).toInt(), generation());
    QCOMPARE(told.value(QStringLiteral("oneway")).toArray(), QJsonArray{QStringLiteral("note")});
    QVERIFY(told.value(QStringLiteral("methods")).toArray().contains(QStringLiteral("seen")));

    // Text is unicode here, whatever the first generation of the catalogue calls a str.
    const auto [called, echoed]
        = run({QStringLiteral("call"), uri, QStringLiteral("echo"), QStringLiteral("'\u20ac'")});
    QCOMPARE(called, 0);
    QVERIFY(QString::fromUtf8(echoed.first()).contains(QStringLiteral("\"result\":\"\u20ac\"")));

    const auto [streamed, items] = run({QStringLiteral("stream"), uri, QStringLiteral("counter"),
        QStringLiteral("5"), QStringLiteral("--limit"), QStringLiteral("2")});
    QCOMPARE(streamed, 0);
    QCOMPARE(items.value(0), QByteArray("{\"item\":0}"));
    QCOMPARE(items.value(1), QByteArray("{\"item\":1}"));
    QVERIFY(items.value(2).startsWith("{\"ok\":true,\"result\":2,"));

    const auto [registered, objects]
        = run({QStringLiteral("registered"), QStringLiteral("127.0.0.1:%1").arg(m_port)});
    QCOMPARE(registered, 0);
    QVERIFY(objects.first().contains("\"demo\":null"));
    QCOMPARE(run({QStringLiteral("ping"), QStringLiteral("PYRO:nobody@127.0.0.1:%1").arg(m_port)}).first, 1);
    QCOMPARE(run({QStringLiteral("call"), uri, QStringLiteral("echo"), QStringLiteral("word")}).first, 2);
}

QTEST_GUILESS_MAIN(tst_Pyro45Server)

#include "tst_pyro45_server.moc"

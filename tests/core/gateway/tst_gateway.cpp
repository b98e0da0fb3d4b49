// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "support/allgenerations.h"

#include <pyrolens/client/itemstream.h>
#include <pyrolens/demo/clientcaller.h>
#include <pyrolens/demo/demo.h>
#include <pyrolens/gateway/gateway.h>
#include <pyrolens/server/daemonthread.h>
#include <pyrolens/wire/recognise.h>

#include <QTest>
#include <QThread>

using namespace pyrolens;
using namespace std::chrono_literals;

namespace {

constexpr int kEcho = 0;
constexpr int kBank = 2;
constexpr int kClock = 3;
constexpr int kFiles = 4;

Value text(const QString &words)
{
    return Value::text(words);
}

} // namespace

/// Demo objects of one generation, a gateway, and a client of another.
class tst_Gateway : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();
    void valuesPass();
    void exceptionsPass();
    void attributesPass();
    void onewayPasses();
    void streamsPass();
    void callbacksPass();
    void returnedProxiesWork();
    void proxiesComeHome();
    void clientsHaveTheirOwnConnections();
    void referencesAreBounded();
    void saysWhatIsWrongBehind();
    void refusesItself();

private:
    int behind() const
    {
        QFETCH_GLOBAL(int, behind);
        return behind;
    }
    int before() const
    {
        QFETCH_GLOBAL(int, before);
        return before;
    }
    std::shared_ptr<ClientContext> context() const;
    void startGateway(GatewayOptions options = {});
    /// A proxy of the client's generation for a demo object, through the gateway.
    std::unique_ptr<Proxy> through(int object);
    std::unique_ptr<Proxy> proxyFor(const Uri &uri) const;
    static Reply call(Proxy &proxy, const char *method, std::vector<Value> args = {});
    /// A value as the client's programs would see it, texts all of one kind.
    QString seen(const Value &value) const { return value.isTextLike() ? value.toText() : QString(); }

    DaemonThread m_daemon;
    std::vector<Uri> m_objects;
    QThread m_thread;
    QObject *m_home = nullptr; ///< in m_thread
    std::unique_ptr<Gateway> m_gateway;
};

void tst_Gateway::initTestCase_data()
{
    QTest::addColumn<int>("behind");
    QTest::addColumn<int>("before");
    for (const auto &[behind, before] : {std::pair(3, 5), {5, 3}, {3, 4}, {4, 3}, {4, 5}, {5, 4}, {5, 5}})
        QTest::addRow("%d for %d", behind, before) << behind << before;
}

std::shared_ptr<ClientContext> tst_Gateway::context() const
{
    auto made = std::make_shared<ClientContext>();
    made->catalogue = testing::allGenerations();
    return made;
}

void tst_Gateway::startGateway(GatewayOptions options)
{
    options.daemon.generations = {before(), behind()};
    std::sort(options.daemon.generations.begin(), options.daemon.generations.end());
    if (before() == behind())
        options.daemon.generations.pop_back();
    options.proxy.generation = behind();
    options.proxy.callTimeout = 10s;
    for (const char *name : {"echo", "fail", "crash", "note", "notes", "clear", "register", "unregister",
             "tick", "ask", "count", "make", "name", "close", "answer", "balance", "withdraw", "open"})
        options.methods.append(QString::fromLatin1(name));
    options.attributes = {QStringLiteral("counter")};
    m_thread.start();
    m_home = new QObject;
    m_home->moveToThread(&m_thread);
    QMetaObject::invokeMethod(
        m_home,
        [&] {
            m_gateway = std::make_unique<Gateway>(context(), options);
            const auto port = m_gateway->listen();
            QVERIFY2(port.isOk(), port ? "" : qPrintable(port.error().what));
        },
        Qt::BlockingQueuedConnection);
}

void tst_Gateway::init()
{
    DaemonOptions options;
    options.generations = {behind()};
    const auto port = m_daemon.start(
        testing::allGenerations(), options,
        [this](Daemon &daemon) -> Status {
            auto hosted = hostDemo(daemon);
            if (!hosted)
                return hosted.error();
            m_objects = *std::move(hosted);
            return Done{};
        },
        [this](Daemon &daemon) { daemon.setCallerFactory(makeCallerFactory(context(), std::nullopt)); });
    QVERIFY2(port.isOk(), port ? "" : qPrintable(port.error().what));
}

void tst_Gateway::cleanup()
{
    if (m_home != nullptr) {
        QMetaObject::invokeMethod(
            m_home, [this] { m_gateway.reset(); }, Qt::BlockingQueuedConnection);
        m_home->deleteLater();
        m_home = nullptr;
        m_thread.quit();
        m_thread.wait();
    }
    m_daemon.stop();
}

std::unique_ptr<Proxy> tst_Gateway::proxyFor(const Uri &uri) const
{
    ProxyOptions options;
    options.generation = before();
    options.callTimeout = 10s;
    return std::make_unique<Proxy>(context(), uri, options);
}

std::unique_ptr<Proxy> tst_Gateway::through(int object)
{
    const auto uris = m_gateway->publish(m_objects.at(size_t(object)));
    if (!uris)
        qFatal("not published: %s", qPrintable(uris.error().what));
    for (const Uri &uri : *uris) {
        if (uri.classic == (before() == 3))
            return proxyFor(uri);
    }
    qFatal("no URI for the client");
}

Reply tst_Gateway::call(Proxy &proxy, const char *method, std::vector<Value> args)
{
    return proxy.callBlocking(QString::fromLatin1(method), std::move(args));
}

#define VERIFY_REPLY(reply)                                                                                  \
    do {                                                                                                     \
        const Reply &checked = (reply);                                                                      \
        QVERIFY2(checked.isOk(), checked ? "" : qPrintable(checked.error().what));                           \
    } while (false)

void tst_Gateway::valuesPass()
{
    startGateway();
    const auto echo = through(kEcho);
    const bool isOld = before() == 3;
    const Value value = Value::list({Value::integer(1), Value::real(2.5), Value(), Value::boolean(true),
        isOld ? Value::str("ascii") : Value::text(u8"ascii"), Value::text(u8"\u20ac"),
        Value::tuple({Value::integer(-3)}),
        Value::dict({{isOld ? Value::str("k") : Value::text(u8"k"), Value::list({})}})});
    const Reply reply = call(*echo, "echo", {value});
    VERIFY_REPLY(reply);
    QVERIFY(reply.value() == value);
}

void tst_Gateway::exceptionsPass()
{
    startGateway();
    const auto echo = through(kEcho);
    const Reply failed = call(*echo, "fail", {text(QStringLiteral("no"))});
    QVERIFY(!failed && failed.error().remote);
    QCOMPARE(failed.error().remote->className,
        before() == 3 ? QStringLiteral("exceptions.ValueError") : QStringLiteral("builtins.ValueError"));
    QCOMPARE(seen(failed.error().remote->args.at(0)), QStringLiteral("no"));
    QVERIFY(failed.error().remote->hasTraceback());
    const Reply crashed = call(*echo, "crash", {text(QStringLiteral("oh"))});
    QVERIFY(!crashed && crashed.error().remote);
    QCOMPARE(crashed.error().remote->className, QStringLiteral("demo.EchoError"));
    QVERIFY(*crashed.error().remote->attributes.find("code") == Value::integer(42));
    const auto bank = through(kBank);
    const Reply unknown = call(*bank, "balance", {text(QStringLiteral("nobody"))});
    QVERIFY(!unknown && unknown.error().remote);
    QVERIFY(unknown.error().remote->className.endsWith(u".KeyError"));
    // The connection goes on.
    VERIFY_REPLY(call(*echo, "echo", {Value()}));
}

void tst_Gateway::attributesPass()
{
    startGateway();
    const auto echo = through(kEcho);
    Message message;
    message.kind = Message::Kind::SetAttribute;
    message.method = "counter";
    message.value = Value::integer(7);
    VERIFY_REPLY(echo->sendBlocking(message));
    message.kind = Message::Kind::GetAttribute;
    const Reply reply = echo->sendBlocking(message);
    VERIFY_REPLY(reply);
    QVERIFY(reply.value() == Value::integer(7));
}

void tst_Gateway::onewayPasses()
{
    startGateway();
    const auto echo = through(kEcho);
    const Reply sent = echo->callBlocking(
        QStringLiteral("note"), {Value::integer(5)}, {}, {.timeout = {}, .oneway = true});
    VERIFY_REPLY(sent);
    QTRY_VERIFY(call(*echo, "notes").value() == Value::list({Value::integer(5)}));
}

void tst_Gateway::streamsPass()
{
    startGateway();
    const auto files = through(kFiles);
    const Reply opened = call(*files, "count", {Value::integer(3)});
    VERIFY_REPLY(opened);
    const bool isStream = before() != 3 && behind() != 3;
    QCOMPARE(!opened.trace().stream.isEmpty(), isStream);
    if (!isStream) {
        QVERIFY(opened.value() == Value::list({Value::integer(0), Value::integer(1), Value::integer(2)}));
        return;
    }
    ItemStream stream(*files, opened.trace().stream);
    for (int i = 0; i < 3; ++i) {
        const auto item = stream.nextBlocking();
        QVERIFY(item && *item && **item == Value::integer(i));
    }
    const auto end = stream.nextBlocking();
    QVERIFY(end && !*end);
}

void tst_Gateway::callbacksPass()
{
    startGateway();
    const auto clock = through(kClock);
    // The client's own daemon, with a callback object.
    std::atomic<int> ticks = 0;
    DaemonThread own;
    Uri callback;
    DaemonOptions options;
    options.generations = {before()};
    const auto port = own.start(testing::allGenerations(), options, [&](Daemon &daemon) -> Status {
        auto servant = std::make_shared<LambdaServant>(QStringLiteral("Callback"));
        servant->method(QStringLiteral("tick(text)"), [&ticks](std::vector<Value>, CallContext &) -> Outcome {
            ++ticks;
            return Value();
        });
        servant->method(
            QStringLiteral("answer(text)"), [](std::vector<Value> args, CallContext &context) -> Outcome {
                return context.nativeText(QString(u"heard " + args.at(0).toText()));
            });
        const auto uri = daemon.connectServant(servant, {}, {}, before());
        if (!uri)
            return uri.error();
        callback = *uri;
        return Done{};
    });
    QVERIFY2(port.isOk(), port ? "" : qPrintable(port.error().what));
    Reference proxy;
    proxy.uri = callback.toString();
    VERIFY_REPLY(call(*clock, "register", {Value::reference(proxy)}));
    const Reply asked = call(*clock, "ask", {text(QStringLiteral("you"))});
    VERIFY_REPLY(asked);
    QCOMPARE(asked.value().size(), 1);
    QCOMPARE(seen(asked.value().at(0)), QStringLiteral("heard you"));
    const Reply ticked = call(*clock, "tick", {text(QStringLiteral("now"))});
    VERIFY_REPLY(ticked);
    QVERIFY(ticked.value() == Value::integer(1));
    QTRY_COMPARE(ticks.load(), 1);
    QCOMPARE(m_gateway->referenceCount(), before() == behind() ? 0 : 1);
    // The same object is the same proxy there, so it can be taken back.
    VERIFY_REPLY(call(*clock, "unregister", {Value::reference(proxy)}));
    const Reply nobody = call(*clock, "ask", {text(QStringLiteral("you"))});
    VERIFY_REPLY(nobody);
    QCOMPARE(nobody.value().size(), 0);
}

void tst_Gateway::returnedProxiesWork()
{
    startGateway();
    const auto files = through(kFiles);
    const Reply made = call(*files, "make", {text(QStringLiteral("blue"))});
    VERIFY_REPLY(made);
    const Value proxy = recognised(made.value(), *testing::allGenerations()->find(before()));
    QVERIFY(proxy.asReference());
    const auto uri = testing::allGenerations()->find(before())->parseUri(proxy.asReference()->uri);
    QVERIFY(uri);
    const auto object = proxyFor(*uri);
    const Reply name = call(*object, "name");
    VERIFY_REPLY(name);
    QCOMPARE(seen(name.value()), QStringLiteral("blue"));
    VERIFY_REPLY(call(*object, "close"));
    QVERIFY(!call(*object, "name"));
}

void tst_Gateway::proxiesComeHome()
{
    if (before() == behind())
        QSKIP("nothing crosses");
    startGateway();
    const auto files = through(kFiles);
    const auto echo = through(kEcho);
    const Reply made = call(*files, "make", {text(QStringLiteral("blue"))});
    VERIFY_REPLY(made);
    // Handed back, it arrives there as what it is, and comes here as the same object of the gateway again.
    const Reply echoed = call(*echo, "echo", {made.value()});
    VERIFY_REPLY(echoed);
    const Generation &generation = *testing::allGenerations()->find(before());
    QCOMPARE(recognised(echoed.value(), generation).asReference()->uri,
        recognised(made.value(), generation).asReference()->uri);
    QCOMPARE(m_gateway->referenceCount(), 1);
}

void tst_Gateway::clientsHaveTheirOwnConnections()
{
    startGateway();
    const int before = m_daemon.daemon()->connectionCount();
    const auto first = through(kEcho);
    const auto second = proxyFor(first->uri());
    QTRY_COMPARE(m_daemon.daemon()->connectionCount(), before); // publish() asked and left
    VERIFY_REPLY(call(*first, "echo", {Value()}));
    VERIFY_REPLY(call(*second, "echo", {Value()}));
    VERIFY_REPLY(call(*second, "echo", {Value()}));
    QCOMPARE(m_daemon.daemon()->connectionCount(), before + 2);
    first->release();
    second->release();
    QTRY_COMPARE(m_daemon.daemon()->connectionCount(), before);
}

void tst_Gateway::referencesAreBounded()
{
    if (before() == behind())
        QSKIP("nothing crosses");
    GatewayOptions options;
    options.maxReferences = 3;
    startGateway(options);
    const auto files = through(kFiles);
    for (int i = 0; i < 10; ++i)
        VERIFY_REPLY(call(*files, "make", {text(QString::number(i))}));
    QCOMPARE(m_gateway->referenceCount(), 3);
}

void tst_Gateway::saysWhatIsWrongBehind()
{
    startGateway();
    const auto echo = through(kEcho);
    VERIFY_REPLY(call(*echo, "echo", {Value()}));
    m_daemon.stop();
    const Reply reply = call(*echo, "echo", {Value()});
    QVERIFY(!reply && reply.error().remote);
    QVERIFY2(reply.error().remote->className.endsWith(u"PyroError"), qPrintable(reply.error().what));
    QVERIFY(reply.error().what.contains(u"behind the gateway"));
    const auto gone = m_gateway->publish(m_objects.at(kBank));
    QVERIFY(!gone);
    QCOMPARE(gone.error().kind, Error::Kind::Disconnected);
}

void tst_Gateway::refusesItself()
{
    startGateway();
    const auto echo = through(kEcho);
    const auto again = m_gateway->publish(echo->uri());
    QVERIFY(!again);
    QCOMPARE(again.error().kind, Error::Kind::Usage);
}

QTEST_GUILESS_MAIN(tst_Gateway)

#include "tst_gateway.moc"

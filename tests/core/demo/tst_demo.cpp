// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "../server/testclient.h"

#include <pyrolens/demo/clientcaller.h>
#include <pyrolens/demo/demo.h>

#include <QElapsedTimer>
#include <QTest>

#include <thread>

using namespace pyrolens;
using namespace pyrolens::testing;

class tst_Demo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void hostsAllUnderTheirNames();
    void describesItself();
    void boundsWhatItKeeps();
    void sleepsInParallel();
    void stopsSleepingAtShutdown();
    void refusesBadNumbers_data();
    void refusesBadNumbers();
    void countsExactly();
    void publishesQuotes();
    void callsBackOverClientProxies();
    void forgetsCallbacksThatAreGone();
    void disconnectsFilesOnClose();
    void hostsNothingWhenARegistrationFails();

private:
    Result<Value> call(const char *object, const QByteArray &method, std::vector<Value> args = {})
    {
        const auto id
            = m_client->query(Message::Query::Resolve, QLatin1String(":demo.") + QLatin1String(object));
        if (!id)
            return id.error();
        return m_client->call(id->rawBytes().toByteArray(), method, std::move(args));
    }

    DaemonThread m_daemon;
    std::unique_ptr<TestClient> m_client;
    std::vector<Uri> m_uris;
    std::vector<QString> m_published;
    int m_port = 0;
};

void tst_Demo::init()
{
    m_published.clear();
    const auto port = m_daemon.start(
        catalogue(), {},
        [this](Daemon &daemon) -> Status {
            DemoOptions options;
            options.publisher = [this](const QString &subject, const Value &message) {
                m_published.push_back(subject + u'=' + QString::number(message.asInteger().value_or(-1)));
                return true;
            };
            auto uris = hostDemo(daemon, options);
            if (!uris)
                return uris.error();
            m_uris = *uris;
            return Done();
        },
        [](Daemon &daemon) {
            auto context = std::make_shared<ClientContext>();
            context->catalogue = catalogue();
            daemon.setCallerFactory(makeCallerFactory(context));
        });
    QVERIFY(port);
    m_port = *port;
    m_client = std::make_unique<TestClient>(m_port);
}

void tst_Demo::cleanup()
{
    m_client.reset();
    m_daemon.stop();
}

void tst_Demo::hostsAllUnderTheirNames()
{
    QStringList names;
    for (const HostedObject &object : m_daemon.daemon()->objects())
        names.append(object.name);
    const QStringList wanted{QStringLiteral(":demo.echo"), QStringLiteral(":demo.thermometer"),
        QStringLiteral(":demo.bank"), QStringLiteral(":demo.clock"), QStringLiteral(":demo.files"),
        QStringLiteral(":demo.market")};
    QCOMPARE(names, wanted);
    QCOMPARE(m_uris.size(), size_t(6));
    for (const Uri &uri : m_uris)
        QVERIFY(uri.toString().startsWith(QStringLiteral("PYRO://127.0.0.1:%1/").arg(m_port)));
}

void tst_Demo::describesItself()
{
    for (const HostedObject &object : m_daemon.daemon()->objects()) {
        QVERIFY(!object.interface.className.isEmpty());
        QVERIFY(!object.interface.doc.isEmpty());
        for (const MethodInfo &method : object.interface.methods) {
            QVERIFY2(!method.doc.isEmpty(), qPrintable(method.name));
            QVERIFY(method.signature.startsWith(u'('));
            QCOMPARE(method.oneway, method.name == u"note");
            QCOMPARE(method.stream, method.name == u"count");
        }
        for (const AttributeInfo &attribute : object.interface.attributes)
            QCOMPARE(attribute.writable, attribute.name == u"counter");
    }
}

void tst_Demo::boundsWhatItKeeps()
{
    const Value large = Value::str(QByteArray(5 * 1024 * 1024, 'x'));
    for (int i = 0; i < 3; ++i)
        QVERIFY(call("echo", "note", {large}));
    QCOMPARE(failure(call("echo", "note", {large})),
        QStringLiteral("MemoryError: no room for more notes: clear() them"));
    QVERIFY(call("echo", "clear"));
    QVERIFY(call("echo", "note", {large}));
    QVERIFY(failure(call("bank", "open", {Value::str(QByteArray(2'000, 'n'))}))
                .startsWith(QStringLiteral("TypeError")));
}

void tst_Demo::sleepsInParallel()
{
    // Eight times 0.2 s one after the other would be 1.6 s.
    QElapsedTimer timer;
    timer.start();
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    const QByteArray id = m_uris[0].object.toUtf8();
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            TestClient client(m_port);
            good += client.call(id, "sleep", {Value::real(0.2)}) ? 1 : 0;
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(good.load(), 8);
    QVERIFY2(timer.elapsed() < 1'000, qPrintable(QString::number(timer.elapsed())));
}

void tst_Demo::stopsSleepingAtShutdown()
{
    QVERIFY(m_client->isGreeted());
    QVERIFY(m_client->send(Message::call(
        m_uris[0].object.toUtf8(), "sleep", Value::tuple({Value::integer(1'000)}), Value::dict({}))));
    Daemon *daemon = m_daemon.daemon();
    QTRY_COMPARE(daemon->connectionCount(), 1);
    QElapsedTimer timer;
    timer.start();
    m_daemon.stop(true, std::chrono::milliseconds(100));
    QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
}

void tst_Demo::refusesBadNumbers_data()
{
    QTest::addColumn<QString>("object");
    QTest::addColumn<QString>("method");
    QTest::addColumn<Value>("argument");
    QTest::addColumn<QString>("error");
    const auto row = [](const char *name, const char *object, const char *method, const Value &argument,
                         const char *error) {
        QTest::newRow(name) << QString::fromLatin1(object) << QString::fromLatin1(method) << argument
                            << QString::fromLatin1(error);
    };
    row("blob-negative", "files", "blob", Value::integer(-1), "ValueError");
    row("blob-huge", "files", "blob", Value::integer(qint64(1) << 60), "ValueError");
    row("blob-text", "files", "blob", str("5"), "TypeError");
    row("blob-bool", "files", "blob", Value::boolean(true), "TypeError");
    row("table-huge", "files", "table", Value::integer(1'000'000'000), "ValueError");
    row("count-huge", "files", "count", Value::integer(1'000'000'000), "ValueError");
    row("readings-huge", "thermometer", "readings", Value::integer(1'000'000'000), "ValueError");
    row("sleep-negative", "echo", "sleep", Value::real(-1), "ValueError");
    row("sleep-nan", "echo", "sleep", Value::real(qQNaN()), "ValueError");
    row("sleep-forever", "echo", "sleep", Value::real(qInf()), "ValueError");
    row("sleep-long", "echo", "sleep",
        *Value::integerFromText("1000000000000000000000000", Value::Kind::Long, 100), "ValueError");
    row("sleep-text", "echo", "sleep", str("1"), "TypeError");
    row("open-number", "bank", "open", Value::integer(1), "TypeError");
    row("balance-list", "bank", "balance", Value::list({}), "KeyError");
    row("register-text", "clock", "register", str("x"), "TypeError");
}

void tst_Demo::refusesBadNumbers()
{
    QFETCH(QString, object);
    QFETCH(QString, method);
    QFETCH(Value, argument);
    QFETCH(QString, error);
    QCOMPARE(failure(call(qPrintable(object), method.toUtf8(), {argument})).section(u':', 0, 0), error);
}

void tst_Demo::countsExactly()
{
    QVERIFY(call("bank", "open", {str("ann")}));
    const Value most = Value::integer(std::numeric_limits<qint64>::max());
    QVERIFY(*call("bank", "deposit", {str("ann"), most}) == most);
    QVERIFY(failure(call("bank", "deposit", {str("ann"), Value::integer(1)}))
                .startsWith(QStringLiteral("ValueError")));
    QVERIFY(*call("bank", "balance", {Value::text(u"ann")}) == most); // unicode or not is the same name
    QVERIFY(failure(call("bank", "withdraw", {str("ann"), Value::real(qQNaN())}))
                .startsWith(QStringLiteral("ValueError")));
    QCOMPARE(call("bank", "withdraw", {str("ann"), most})->asInteger(), 0);
    const auto overdrawn = call("bank", "withdraw", {str("ann"), Value::integer(5)});
    QVERIFY(!overdrawn);
    QCOMPARE(overdrawn.error().remote->className, QStringLiteral("demo.OverdrawError"));
    QCOMPARE(overdrawn.error().remote->attributes.find("missing")->asInteger(), 5);
}

void tst_Demo::publishesQuotes()
{
    QCOMPARE(call("market", "trade", {str("ACME"), Value::integer(12)})->asBool(), true);
    QCOMPARE(m_published, std::vector<QString>{QStringLiteral("STOCKQUOTE.ACME=12")});
}

void tst_Demo::callsBackOverClientProxies()
{
    DaemonThread other;
    std::atomic<int> ticks = 0;
    auto callback = std::make_shared<LambdaServant>(QStringLiteral("Callback"), Threading::Concurrent);
    callback->method(QStringLiteral("tick(text)"), [&](std::vector<Value>, CallContext &) -> Outcome {
        ++ticks;
        return Value();
    });
    // Calls the clock from inside its own answer: nobody may wait for a lock or a thread that the other has.
    callback->method(QStringLiteral("answer(text)"), [this](std::vector<Value>, CallContext &) -> Outcome {
        TestClient nested(m_port);
        auto reached = nested.call(m_uris[3].object.toUtf8(), "tick", {str("nested")});
        return reached ? Outcome(*reached) : Outcome(reached.error());
    });
    Uri uri;
    QVERIFY(other.start(catalogue(), {}, [&](Daemon &daemon) -> Status {
        auto hosted = daemon.connectServant(callback);
        if (!hosted)
            return hosted.error();
        uri = *hosted;
        return Done();
    }));
    Reference reference;
    reference.uri = uri.toString();
    QVERIFY(call("clock", "register", {Value::reference(reference)}));
    QCOMPARE(call("clock", "tick", {str("x")})->asInteger(), 1);
    QTRY_COMPARE(ticks.load(), 1);
    const auto answers = call("clock", "ask", {str("x")});
    QVERIFY2(answers, qPrintable(failure(answers)));
    QVERIFY(*answers == Value::list({Value::integer(1)}));
    QTRY_COMPARE(ticks.load(), 2);
    QVERIFY(call("clock", "unregister", {Value::reference(reference)}));
    QCOMPARE(call("clock", "tick", {str("x")})->asInteger(), 0);
}

void tst_Demo::forgetsCallbacksThatAreGone()
{
    Reference reference;
    {
        DaemonThread other;
        const auto port = other.start(catalogue(), {});
        QVERIFY(port);
        reference.uri = QStringLiteral("PYRO://127.0.0.1:%1/gone").arg(*port);
    }
    QVERIFY(call("clock", "register", {Value::reference(reference)}));
    QVERIFY(*call("clock", "ask", {str("x")}) == Value::list({}));
    QVERIFY(call("clock", "register", {Value::reference(reference)}));
    QCOMPARE(call("clock", "tick", {str("x")})->asInteger(), 0);
}

void tst_Demo::disconnectsFilesOnClose()
{
    const auto made = call("files", "make", {str("scratch")});
    QVERIFY(made);
    const auto uri = pyro3().parseUri(pyro3().asReference(*made)->uri);
    QVERIFY(uri);
    const QByteArray id = uri->object.toUtf8();
    QCOMPARE(m_daemon.daemon()->objects().size(), size_t(7));
    QVERIFY(*m_client->call(id, "name") == str("scratch"));
    QVERIFY(m_client->call(id, "close")->isNone());
    QCOMPARE(m_daemon.daemon()->objects().size(), size_t(6));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.object peer=")));
    QVERIFY(!m_client->call(id, "name"));
}

void tst_Demo::hostsNothingWhenARegistrationFails()
{
    class Full final : public Registrar
    {
    public:
        Status registerName(const QString &name, const Uri &) override
        {
            if (name == u":demo.clock")
                return raise(QStringLiteral("NamingError"), {Value::text(u8"full")});
            names.append(name);
            return Done();
        }
        Status unregisterName(const QString &name) override
        {
            names.removeAll(name);
            return Done();
        }
        Result<Uri> resolve(const QString &) override { return raise(QStringLiteral("NamingError"), {}); }
        QStringList names;
    };
    Daemon daemon(catalogue(), {});
    const auto registrar = std::make_shared<Full>();
    daemon.setRegistrar(registrar);
    QVERIFY(daemon.listen());
    QCOMPARE(failure(hostDemo(daemon).map([](const auto &) { return Value(); })),
        QStringLiteral("NamingError: full"));
    QVERIFY(daemon.objects().empty());
    QVERIFY(registrar->names.isEmpty());
}

QTEST_GUILESS_MAIN(tst_Demo)
#include "tst_demo.moc"

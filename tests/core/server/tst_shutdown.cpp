// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "testclient.h"
#include "testservants.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include <future>
#include <thread>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

/// Says what a name server would be told.
class Names final : public Registrar
{
public:
    Status registerName(const QString &name, const Uri &uri) override
    {
        if (known.contains(name))
            return raise(QStringLiteral("NamingError"), {Value::text(u8"name already exists")});
        known.insert(name, uri);
        return Done();
    }
    Status unregisterName(const QString &name) override
    {
        known.remove(name);
        return Done();
    }
    Result<Uri> resolve(const QString &name) override
    {
        if (!down.isEmpty())
            return Error::disconnected(down);
        if (!known.contains(name))
            return raise(QStringLiteral("Pyro.errors.NamingError"), {Value::text(u8"name not found")});
        return known.value(name);
    }
    QHash<QString, Uri> known;
    QString down;
};

} // namespace

// Listening, names, and the end of a daemon, which must come in bounded time whatever goes on.
class tst_Shutdown : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void portInUseIsNamed();
    void portRangeIsTried();
    void refusesUnknownGenerations();
    void publishesHosts_data();
    void publishesHosts();
    void registersAndUnregistersNames();
    void keepsPersistentIds();
    void letsRunningCallsFinish();
    void cutsCallsAfterGrace();
    void doesNotWaitForBoundCallsOfItsOwnThread();
    void endsUnderLoad();
    void endsWithIdleAndHalfOpenConnections();
    void mayBeDeletedInAHandler_data();
    void mayBeDeletedInAHandler();
    void mayBeDeletedInAServant();
    void shutdownTwiceIsFine();

private:
    static DaemonOptions options()
    {
        QFETCH_GLOBAL(bool, multithreaded);
        QFETCH_GLOBAL(int, threads);
        DaemonOptions result;
        result.multithreaded = multithreaded;
        result.connections.maxThreads = threads;
        return result;
    }
    const QByteArray m_id = "probe-id";
};

void tst_Shutdown::initTestCase_data()
{
    QTest::addColumn<bool>("multithreaded");
    QTest::addColumn<int>("threads");
    QTest::newRow("threads") << true << 64;
    QTest::newRow("overflow") << true << 0;
    QTest::newRow("single") << false << 0;
}

void tst_Shutdown::portInUseIsNamed()
{
    Daemon first(catalogue(), options());
    const auto port = first.listen();
    QVERIFY(port);
    QVERIFY(first.isListening());
    DaemonOptions same = options();
    same.port = *port;
    Daemon second(catalogue(), same);
    const auto failed = second.listen();
    QVERIFY(!failed);
    QCOMPARE(failed.error().kind, Error::Kind::Disconnected);
    QCOMPARE(failed.error().what, QStringLiteral("port %1 of 127.0.0.1 is in use").arg(*port));
    QVERIFY(!second.isListening());
}

void tst_Shutdown::portRangeIsTried()
{
    Daemon first(catalogue(), options());
    const auto port = first.listen();
    QVERIFY(port);
    DaemonOptions near = options();
    near.port = *port;
    near.portRange = 50;
    Daemon second(catalogue(), near);
    const auto next = second.listen();
    QVERIFY(next);
    QVERIFY(*next > *port && *next < *port + 50);
}

void tst_Shutdown::refusesUnknownGenerations()
{
    DaemonOptions wrong = options();
    wrong.generations = {7};
    Daemon daemon(catalogue(), wrong);
    QCOMPARE(daemon.listen().error().kind, Error::Kind::Unsupported);
    QVERIFY(!daemon.generation(7));
    QVERIFY(!daemon.connectServant(makeProbe(std::make_shared<Seen>(), Threading::Concurrent), {}, m_id, 7));
}

void tst_Shutdown::publishesHosts_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("publish");
    QTest::addColumn<bool>("dns");
    QTest::addColumn<QString>("published");
    QTest::newRow("numeric") << QStringLiteral("127.0.0.1") << QString() << false
                             << QStringLiteral("127.0.0.1");
    QTest::newRow("name") << QStringLiteral("localhost") << QString() << false << QStringLiteral("127.0.0.1");
    QTest::newRow("name-dns") << QStringLiteral("localhost") << QString() << true
                              << QStringLiteral("localhost");
    QTest::newRow("publish") << QStringLiteral("127.0.0.1") << QStringLiteral("10.1.2.3") << false
                             << QStringLiteral("10.1.2.3");
    QTest::newRow("publish-dns") << QStringLiteral("127.0.0.1") << QStringLiteral("lab.example") << true
                                 << QStringLiteral("lab.example");
}

void tst_Shutdown::publishesHosts()
{
    QFETCH(QString, host);
    QFETCH(QString, publish);
    QFETCH(bool, dns);
    QFETCH(QString, published);
    DaemonOptions set = options();
    set.host = host;
    set.publishHost = publish;
    set.dnsUris = dns;
    Daemon daemon(catalogue(), set);
    const auto port = daemon.listen();
    QVERIFY(port);
    QCOMPARE(daemon.publishedHost(), published);
    QCOMPARE(daemon.uriFor("x").toString(), QStringLiteral("PYRO://%1:%2/x").arg(published).arg(*port));
}

void tst_Shutdown::registersAndUnregistersNames()
{
    const auto names = std::make_shared<Names>();
    {
        Daemon daemon(catalogue(), options());
        daemon.setRegistrar(names);
        QVERIFY(daemon.listen());
        const auto probe = [] { return makeProbe(std::make_shared<Seen>(), Threading::Concurrent); };
        const auto uri = daemon.connectServant(probe(), QStringLiteral(":a"));
        QVERIFY(uri);
        QVERIFY(names->known.value(QStringLiteral(":a")) == *uri);
        QVERIFY(daemon.connectServant(probe(), QStringLiteral(":b")));
        QVERIFY(daemon.connectServant(probe())); // no name, nothing to register
        names->known.insert(QStringLiteral(":taken"), Uri());
        const auto taken = daemon.connectServant(probe(), QStringLiteral(":taken"));
        QVERIFY(!taken);
        QCOMPARE(daemon.objects().size(), size_t(3)); // an error leaves nothing hosted
        QVERIFY(daemon.disconnectServant(uri->object.toUtf8()));
        QVERIFY(!names->known.contains(QStringLiteral(":a")));
        QVERIFY(daemon.connectPersistent(probe(), QStringLiteral(":stays")));
    }
    QVERIFY(!names->known.contains(QStringLiteral(":b"))); // the end of a daemon takes its names away
    QVERIFY(names->known.contains(QStringLiteral(":stays")));
    QVERIFY(names->known.contains(QStringLiteral(":taken"))); // not ours
}

void tst_Shutdown::keepsPersistentIds()
{
    const auto names = std::make_shared<Names>();
    const auto probe = [] { return makeProbe(std::make_shared<Seen>(), Threading::Concurrent); };
    int port = 0;
    Uri first;
    {
        Daemon daemon(catalogue(), options());
        daemon.setRegistrar(names);
        QVERIFY(daemon.listen());
        port = daemon.port();
        const auto uri = daemon.connectPersistent(probe(), QStringLiteral(":p"));
        QVERIFY(uri);
        first = *uri;
    }
    DaemonOptions again = options();
    again.port = port;
    Daemon daemon(catalogue(), again);
    daemon.setRegistrar(names);
    QVERIFY(daemon.listen());
    const auto uri = daemon.connectPersistent(probe(), QStringLiteral(":p"));
    QVERIFY(uri);
    QCOMPARE(uri->toString(), first.toString());
    // Known under another endpoint: registered anew.
    Uri other = first;
    other.port = port == 1 ? 2 : 1;
    names->known.insert(QStringLiteral(":q"), other);
    const auto moved = daemon.connectPersistent(probe(), QStringLiteral(":q"));
    QVERIFY(moved);
    QVERIFY(names->known.value(QStringLiteral(":q")) == *moved);
    names->down = QStringLiteral("no name server");
    QCOMPARE(daemon.connectPersistent(probe(), QStringLiteral(":r")).error().what, names->down);
    QCOMPARE(daemon.objects().size(), size_t(2));
}

void tst_Shutdown::letsRunningCallsFinish()
{
    const auto seen = std::make_shared<Seen>();
    seen->hold = true;
    DaemonThread daemon;
    const auto port = daemon.start(catalogue(), options(), [&](Daemon &target) {
        // Not pause(): it does not let itself be disturbed.
        auto servant = std::make_shared<LambdaServant>(QStringLiteral("Slow"), Threading::Concurrent);
        servant->method(QStringLiteral("slow()"), [seen](std::vector<Value>, CallContext &) -> Outcome {
            seen->enter();
            std::this_thread::sleep_for(200ms);
            return Value::integer(1);
        });
        return target.connectServant(servant, {}, m_id).map([](const Uri &) { return Done(); });
    });
    QVERIFY(port);
    auto call = std::async(std::launch::async, [&] { return TestClient(*port).call(m_id, "slow"); });
    QTRY_COMPARE(seen->inside.load(), 1);
    daemon.stop(true, 5s);
    const auto result = call.get();
    QVERIFY2(result, qPrintable(failure(result)));
    QCOMPARE(result->asInteger(), 1);
}

void tst_Shutdown::cutsCallsAfterGrace()
{
    QFETCH_GLOBAL(bool, multithreaded);
    if (!multithreaded)
        QSKIP("shutdown() can only be called between two calls of one thread");
    const auto seen = std::make_shared<Seen>();
    seen->hold = true;
    DaemonThread daemon;
    const auto port = daemon.start(catalogue(), options(), [&](Daemon &target) {
        return target.connectServant(makeProbe(seen, Threading::Concurrent), {}, m_id).map([](const Uri &) {
            return Done();
        });
    });
    QVERIFY(port);
    auto call
        = std::async(std::launch::async, [&] { return TestClient(*port).call(m_id, "hold", {Value()}); });
    QTRY_COMPARE(seen->inside.load(), 1);
    QElapsedTimer timer;
    timer.start();
    daemon.stop(true, 50ms);
    QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
    static_cast<void>(call.get()); // ended one way or the other
    seen->hold = false;
}

void tst_Shutdown::doesNotWaitForBoundCallsOfItsOwnThread()
{
    // The object lives in the thread that is blocked in shutdown(): it will never answer.
    QTimer object; // any class with a method and a property
    auto daemon = std::make_unique<Daemon>(catalogue(), options());
    QVERIFY(daemon->listen());
    QVERIFY(daemon->connectServant(makeQObjectServant(&object), {}, m_id));
    const int port = daemon->port();
    auto call = std::async(std::launch::async, [&] { return TestClient(port).attribute(m_id, "interval"); });
    const QDeadlineTimer soon(2s);
    while (daemon->connectionCount() == 0 && !soon.hasExpired())
        QCoreApplication::processEvents();
    std::this_thread::sleep_for(
        50ms); // time for the request to come in; without it there is nothing to wait for
    QElapsedTimer timer;
    timer.start();
    daemon.reset();
    QVERIFY2(timer.elapsed() < 1'500, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(!call.get());
}

void tst_Shutdown::endsUnderLoad()
{
    DaemonThread daemon;
    const auto port = daemon.start(catalogue(), options(), [&](Daemon &target) {
        return target.connectServant(makeProbe(std::make_shared<Seen>(), Threading::Serialized), {}, m_id)
            .map([](const Uri &) { return Done(); });
    });
    QVERIFY(port);
    std::atomic<bool> stop = false;
    std::atomic<int> calls = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            while (!stop) {
                TestClient client(*port);
                if (!client.isOpen())
                    break;
                for (int n = 0; n < 50 && !stop; ++n) {
                    if (i % 2 == 0 ? !client.call(m_id, "echo", {Value()})
                                   : !client.callOneway(m_id, "note", {Value()}))
                        break;
                    ++calls;
                }
            }
        });
    }
    QTRY_VERIFY(calls > 300);
    QElapsedTimer timer;
    timer.start();
    daemon.stop();
    const auto took = timer.elapsed();
    stop = true;
    for (std::thread &thread : threads)
        thread.join();
    QVERIFY2(took < 3'000, qPrintable(QString::number(took)));
}

void tst_Shutdown::endsWithIdleAndHalfOpenConnections()
{
    DaemonThread daemon;
    const auto port = daemon.start(catalogue(), options(), [&](Daemon &target) {
        return target.connectServant(makeProbe(std::make_shared<Seen>(), Threading::Serialized), {}, m_id)
            .map([](const Uri &) { return Done(); });
    });
    QVERIFY(port);
    std::vector<std::unique_ptr<TestClient>> clients;
    for (int i = 0; i < 30; ++i) {
        clients.push_back(std::make_unique<TestClient>(*port));
        if (i % 3 == 1)
            QVERIFY(clients.back()->isGreeted());
        if (i % 3 == 2)
            QVERIFY(clients.back()->isGreeted() && clients.back()->send(QByteArrayView("PYRO\0\5", 6)));
    }
    QElapsedTimer timer;
    timer.start();
    daemon.stop();
    QVERIFY2(timer.elapsed() < 1'000, qPrintable(QString::number(timer.elapsed())));
    for (auto &client : clients)
        QVERIFY(client->readToEnd());
}

void tst_Shutdown::mayBeDeletedInAHandler_data()
{
    QTest::addColumn<int>("which");
    QTest::newRow("opened") << 0;
    QTest::newRow("closed") << 1;
    QTest::newRow("objects") << 2;
}

void tst_Shutdown::mayBeDeletedInAHandler()
{
    QFETCH(int, which);
    auto daemon = std::make_unique<Daemon>(catalogue(), options());
    QVERIFY(daemon->listen());
    const int port = daemon->port();
    const auto remove = [&] { daemon.reset(); };
    if (which == 0)
        connect(daemon.get(), &Daemon::connectionOpened, this, remove);
    else if (which == 1)
        connect(daemon.get(), &Daemon::connectionClosed, this, remove);
    else
        connect(daemon.get(), &Daemon::objectsChanged, this, remove);
    if (which == 2) {
        QVERIFY(daemon->connectServant(makeProbe(std::make_shared<Seen>(), Threading::Concurrent)));
    } else {
        const auto client = std::async(std::launch::async, [port] { TestClient(port).isGreeted(); });
        QTRY_VERIFY(!daemon);
    }
    QTRY_VERIFY(!daemon);
}

void tst_Shutdown::mayBeDeletedInAServant()
{
    auto daemon = std::make_unique<Daemon>(catalogue(), options());
    QVERIFY(daemon->listen());
    const int port = daemon->port();
    // Bound to this thread, which is the daemon's: its call runs in the daemon's own event loop.
    class Ender final : public Servant
    {
    public:
        Ender(QObject *home, std::function<void()> end) : m_home(home), m_end(std::move(end))
        {
            m_interface.className = QStringLiteral("Ender");
        }
        Threading threading() const override { return Threading::Bound; }
        QObject *boundObject() const override { return m_home; }
        const InterfaceInfo &interface() const override { return m_interface; }
        bool hasMethod(const QByteArray &name) const override { return name == "end"; }
        Outcome call(const QByteArray &, const Value &, const Value &, CallContext &) override
        {
            m_end();
            return Value();
        }

    private:
        QObject *m_home;
        std::function<void()> m_end;
        InterfaceInfo m_interface;
    };
    qint64 took = -1;
    QVERIFY(daemon->connectServant(std::make_shared<Ender>(this,
                                       [&] {
                                           QElapsedTimer timer;
                                           timer.start();
                                           daemon.reset();
                                           took = timer.elapsed();
                                       }),
        {}, m_id));
    auto call = std::async(std::launch::async, [&] { return TestClient(port).call(m_id, "end"); });
    QTRY_VERIFY(!daemon);
    static_cast<void>(call.get());
    QVERIFY2(took < 1'500, qPrintable(QString::number(took))); // it does not wait for itself
}

void tst_Shutdown::shutdownTwiceIsFine()
{
    Daemon daemon(catalogue(), options());
    QVERIFY(daemon.listen());
    QVERIFY(!daemon.listen());
    daemon.shutdown();
    daemon.shutdown();
    QVERIFY(!daemon.isListening());
    QVERIFY(!daemon.listen());
    QCOMPARE(daemon.connectionCount(), 0);
}

QTEST_GUILESS_MAIN(tst_Shutdown)
#include "tst_shutdown.moc"

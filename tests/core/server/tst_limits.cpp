// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hostiletest.h"

#include <thread>

using namespace pyrolens;
using namespace pyrolens::testing;

// Robustness rules, section 2: what a daemon bounds, and that a good client is served all the while.
class tst_Limits : public HostileTest
{
    Q_OBJECT

private Q_SLOTS:
    void acceptsUpToTheConnectionLimit();
    void closesOldestUngreetedFirst();
    void deniesWrongIdentificationAndSlowsGuessing();
    void refusesHostsBeforeTheChallenge();
    void dropsSlowReaders();
    void boundsUnfinishedBytes();
    void closesIdleConnections();
    void rateLimitsItsLog();
};

void tst_Limits::acceptsUpToTheConnectionLimit()
{
    start([](DaemonOptions &options) { options.connections.maxConnections = 3; });
    std::vector<std::unique_ptr<TestClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<TestClient>(m_port));
        QVERIFY(clients.back()->isGreeted());
    }
    QElapsedTimer timer;
    timer.start();
    TestClient fourth(m_port);
    QCOMPARE(fourth.readToEnd(), QByteArray("DENIED1"));
    QVERIFY(timer.elapsed() < 1'000);
    QTRY_VERIFY(wasLogged(QStringLiteral("conn.limit")));
    for (auto &client : clients)
        QVERIFY(isServed(*client));
    clients.pop_back();
    QTRY_COMPARE(m_daemon.daemon()->connectionCount(), 2);
    QVERIFY(goodClientIsServed());
}

void tst_Limits::closesOldestUngreetedFirst()
{
    start([](DaemonOptions &options) {
        options.connections.maxUngreeted = 3;
        options.connections.handshake = 5s;
    });
    std::vector<std::unique_ptr<TestClient>> silent;
    for (int i = 0; i < 3; ++i) {
        silent.push_back(std::make_unique<TestClient>(m_port));
        QTRY_COMPARE(m_daemon.daemon()->connectionCount(), i + 1);
    }
    TestClient greeted(m_port); // one more: the first has to go
    QVERIFY(greeted.isGreeted());
    QVERIFY(silent[0]->readToEnd(2s));
    QTRY_VERIFY(wasLogged(QStringLiteral("conn.limit")));
    QVERIFY(goodClientIsServed());
    QVERIFY(isServed(greeted));
    QCOMPARE(m_daemon.daemon()->connectionCount() >= 2, true);
}

void tst_Limits::deniesWrongIdentificationAndSlowsGuessing()
{
    start({}, [](Daemon &daemon) {
        daemon.setValidator(
            std::make_shared<IdentValidator>(QStringList{QStringLiteral("s3cret"), QStringLiteral("other")}));
    });
    SessionOptions wrong;
    wrong.credentials.ident = QStringLiteral("guess");
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 5; ++i) {
        TestClient client(m_port, wrong);
        const auto verdict = client.greet();
        QVERIFY(verdict);
        QVERIFY(verdict->kind == Message::Kind::Deny);
        QCOMPARE(verdict->denyCode, 3);
        QCOMPARE(client.readToEnd(), QByteArray());
    }
    QVERIFY(timer.elapsed() < 900);
    timer.restart();
    QVERIFY(TestClient(m_port).greet()->kind == Message::Kind::Deny); // the sixth waits
    QVERIFY2(timer.elapsed() >= 900 && timer.elapsed() < 3'000, qPrintable(QString::number(timer.elapsed())));
    for (const QString &ident : {QStringLiteral("s3cret"), QStringLiteral("other")}) {
        SessionOptions right;
        right.credentials.ident = ident;
        timer.restart();
        TestClient client(m_port, right);
        QVERIFY(isServed(client));
        QVERIFY(timer.elapsed() < 900); // who is right does not wait
    }
    QVERIFY(wasLogged(QStringLiteral("auth.denied")));
    QVERIFY(!takenLines().join(u' ').contains(QStringLiteral("s3cret")));
}

void tst_Limits::refusesHostsBeforeTheChallenge()
{
    class Guard final : public ConnectionValidator
    {
    public:
        std::optional<int> refuseHost(const Endpoint &peer, int connections) override
        {
            return peer.host == u"127.0.0.2" ? std::optional(2)
                : connections > 2            ? std::optional(1)
                                             : std::nullopt;
        }
    };
    start({}, [](Daemon &daemon) { daemon.setValidator(std::make_shared<Guard>()); });
    TestClient first(m_port);
    TestClient second(m_port);
    QVERIFY(isServed(first) && isServed(second));
    TestClient third(m_port);
    QCOMPARE(third.readToEnd(), QByteArray("DENIED1"));
    QVERIFY(wasLogged(QStringLiteral("auth.denied")));
}

void tst_Limits::dropsSlowReaders()
{
    start([](DaemonOptions &options) { options.connections.outputStall = 300ms; });
    TestClient client(m_port);
    QVERIFY(client.isGreeted());
    QVERIFY(client.send(request(Value::str(QByteArray(16 * 1024, 'x')))));
    QVERIFY(client.receive());
    // Asks for far more than the kernel holds, and reads nothing.
    const QByteArray ask = request(Value::integer(1'000'000), 3, "items");
    for (int i = 0; i < 4; ++i)
        QVERIFY(client.send(ask));
    QVERIFY(goodClientIsServed());
    QTRY_VERIFY2(wasLogged(QStringLiteral("conn.slow-reader")), qPrintable(takenLines().join(u'\n')));
    QTRY_COMPARE(m_daemon.daemon()->connectionCount(), 0);
    QVERIFY(goodClientIsServed());
}

void tst_Limits::boundsUnfinishedBytes()
{
    start([](DaemonOptions &options) {
        options.connections.maxUnfinishedBytes = 500 * 1024;
        options.connections.frameBase = 5s;
    });
    TestClient slow(m_port);
    TestClient fast(m_port);
    QVERIFY(slow.isGreeted() && fast.isGreeted());
    const QByteArray large = request(Value::str(QByteArray(600 * 1024, 'x')));
    QVERIFY(slow.send(large.first(100 * 1024)));
    std::this_thread::sleep_for(100ms);
    QVERIFY(fast.send(large.first(450 * 1024)));
    QVERIFY(slow.readToEnd(2s));
    QTRY_VERIFY2(wasLogged(QStringLiteral("frame.memory")), qPrintable(takenLines().join(u'\n')));
    QVERIFY(goodClientIsServed());
}

void tst_Limits::closesIdleConnections()
{
    start([](DaemonOptions &options) { options.connections.idle = 200ms; });
    TestClient client(m_port);
    QVERIFY(isServed(client));
    QElapsedTimer timer;
    timer.start();
    QVERIFY(client.readToEnd(2s));
    QVERIFY2(timer.elapsed() >= 150 && timer.elapsed() < 1'500, qPrintable(QString::number(timer.elapsed())));
}

void tst_Limits::rateLimitsItsLog()
{
    start();
    TestClient client(m_port);
    QVERIFY(client.isGreeted());
    const QByteArray bad = request(Value(), 7, "nothing");
    for (int i = 0; i < 100; ++i)
        QVERIFY(client.send(bad));
    QVERIFY(isServed(client));
    m_daemon.stop();
    const QStringList lines = takenLines().filter(QStringLiteral("call.method"));
    QVERIFY2(lines.size() < 30, qPrintable(QString::number(lines.size())));
    QVERIFY(lines.last().contains(QStringLiteral("suppressed")));
}

QTEST_GUILESS_MAIN(tst_Limits)
#include "tst_limits.moc"

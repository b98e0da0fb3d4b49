// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "../naming/nsfixture.h"
#include "support/allgenerations.h"

#include <pyrolens/gateway/namefollower.h>
#include <pyrolens/server/daemonthread.h>

#include <QSignalSpy>

using namespace pyrolens;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<ClientContext> everyContext()
{
    auto made = std::make_shared<ClientContext>();
    made->catalogue = testing::allGenerations();
    return made;
}

NameServerOptions both()
{
    NameServerOptions options;
    options.generations = {3, 4, 5};
    return options;
}

} // namespace

/// A name server with both name spaces, a daemon with objects, and a gateway that follows names.
class tst_NameFollower : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void offersWhatMatches_data();
    void offersWhatMatches();
    void registersUnderOtherNames();
    void leavesItsOwnNamesAlone();
    void takesNoNameOver();
    void followsChanges();
    void staysWhenTheNameServerIsAway();
    void reportsAFailureOnce();
    void boundsTheNumberOfNames();
    void stopsWhileItLooks();

private:
    /// Hosts an object that tells its name, in generation `generation`.
    Status host(const QString &name, int generation);
    NameServerAddress address(int generation) const;
    void startGateway(std::vector<int> generations);
    void inGatewayThread(const std::function<void()> &body);
    /// Calls `who` of what a name stands for, in a generation.
    QString whoIs(const QString &name, int generation) const;

    std::unique_ptr<nstest::Server> m_names;
    std::map<int, std::unique_ptr<DaemonThread>> m_daemons; ///< by generation
    QThread m_thread;
    QObject m_home; ///< in m_thread while there is a gateway
    std::unique_ptr<Gateway> m_gateway;
};

void tst_NameFollower::init()
{
    m_names = std::make_unique<nstest::Server>(testing::allGenerations(), both());
    QVERIFY2(m_names->status(), qPrintable(nstest::wordsOf(m_names->status())));
}

void tst_NameFollower::cleanup()
{
    if (m_gateway) {
        inGatewayThread([this] {
            m_gateway.reset();
            m_home.moveToThread(QCoreApplication::instance()->thread());
        });
        m_thread.quit();
        m_thread.wait();
    }
    m_daemons.clear();
    m_names.reset();
}

void tst_NameFollower::inGatewayThread(const std::function<void()> &body)
{
    QMetaObject::invokeMethod(&m_home, body, Qt::BlockingQueuedConnection);
}

NameServerAddress tst_NameFollower::address(int generation) const
{
    NameServerAddress made = m_names->address();
    made.generation = generation;
    return made;
}

Status tst_NameFollower::host(const QString &name, int generation)
{
    auto &daemon = m_daemons[generation];
    if (!daemon) {
        DaemonOptions options;
        options.generations = {generation};
        daemon = std::make_unique<DaemonThread>();
        const auto port = daemon->start(testing::allGenerations(), options, {},
            [this](Daemon &made) { made.setRegistrar(m_names->server().localRegistrar()); });
        if (!port)
            return port.error();
    }
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Who"), Threading::Concurrent);
    servant->method(QStringLiteral("who()"),
        [name](const auto &, CallContext &context) -> Outcome { return context.nativeText(name); });
    return daemon->daemon()->connectServant(servant, name).map([](const Uri &) { return Done{}; });
}

void tst_NameFollower::startGateway(std::vector<int> generations)
{
    GatewayOptions options;
    options.daemon.generations = std::move(generations);
    options.proxy.generation = 0;
    options.proxy.connectTimeout = 2s;
    options.methods = {QStringLiteral("who")};
    // Clients here block this thread, so the gateway has one of its own.
    m_thread.start();
    m_home.moveToThread(&m_thread);
    bool listens = false;
    inGatewayThread([&] {
        m_gateway = std::make_unique<Gateway>(everyContext(), options);
        m_gateway->setRegistrar(makeRemoteRegistrar(everyContext(), address(0), FlatClash::Refuse));
        listens = m_gateway->listen().isOk();
    });
    QVERIFY(listens);
}

QString tst_NameFollower::whoIs(const QString &name, int generation) const
{
    NameServerClient names(everyContext(), address(generation));
    const auto text = names.lookupBlocking(name);
    if (!text)
        return nstest::wordsOf(text.error());
    ProxyOptions options;
    options.generation = generation;
    const auto uri = testing::allGenerations()->parseUri(*text, generation);
    if (!uri)
        return nstest::wordsOf(uri.error());
    Proxy proxy(everyContext(), *uri, options);
    const Reply reply = proxy.sendBlocking(Message::call({}, "who", Value::tuple({}), Value::dict({})));
    return reply ? reply.value().toText() : nstest::wordsOf(reply.error());
}

void tst_NameFollower::offersWhatMatches_data()
{
    QTest::addColumn<int>("behind");
    QTest::addColumn<int>("before");
    QTest::addColumn<QString>("colon");
    QTest::newRow("5 for 3") << 5 << 3 << QString();
    QTest::newRow("4 for 3") << 4 << 3 << QString();
    QTest::newRow("3 for 4") << 3 << 4 << QStringLiteral(":");
    QTest::newRow("3 for 5") << 3 << 5 << QStringLiteral(":");
}

void tst_NameFollower::offersWhatMatches()
{
    QFETCH(int, behind);
    QFETCH(int, before);
    QFETCH(QString, colon);
    const QString other = before == 3 ? QStringLiteral(":") : QString();
    for (const char *name : {"lab.pump", "lab.valve", "office.printer"})
        QVERIFY(host(colon + QString::fromLatin1(name), behind));
    startGateway({before});
    FollowOptions options;
    options.source = address(behind == 3 ? 3 : 0);
    options.pattern = colon + u"lab.*";
    options.as = QStringLiteral("*");
    NameFollower follower(*m_gateway, everyContext(), options);
    const NameChanges changes = follower.look();
    QVERIFY(changes.failures.empty());
    QCOMPARE(changes.offered.size(), size_t(2));
    QCOMPARE(changes.offered[0].name, QString(colon + u"lab.pump"));
    QCOMPARE(follower.offers().size(), size_t(2));
    QCOMPARE(whoIs(other + u"lab.pump", before), QString(colon + u"lab.pump"));
    QCOMPARE(whoIs(other + u"lab.valve", before), QString(colon + u"lab.valve"));
    QVERIFY(whoIs(other + u"office.printer", before).startsWith(u"NamingError"));
    QVERIFY(follower.look().isEmpty()); // nothing has changed
}

void tst_NameFollower::registersUnderOtherNames()
{
    QVERIFY(host(QStringLiteral("lab.pump"), 5));
    startGateway({3, 4, 5});
    FollowOptions options;
    options.source = address(0);
    options.pattern = QStringLiteral("lab.*");
    options.as = QStringLiteral("old.*.b");
    NameFollower follower(*m_gateway, everyContext(), options);
    const NameChanges changes = follower.look();
    QCOMPARE(changes.offered.size(), size_t(1));
    QCOMPARE(changes.offered[0].uris.size(), size_t(2)); // of both name spaces
    QCOMPARE(whoIs(QStringLiteral(":old.lab.pump.b"), 3), QStringLiteral("lab.pump"));
    QCOMPARE(whoIs(QStringLiteral("old.lab.pump.b"), 4), QStringLiteral("lab.pump"));
    inGatewayThread([this] { m_gateway->stop(); }); // takes its names back
    QVERIFY(whoIs(QStringLiteral("old.lab.pump.b"), 4).startsWith(u"NamingError"));
}

// Names of the gateway stand in the name space that it follows, and match.
void tst_NameFollower::leavesItsOwnNamesAlone()
{
    QVERIFY(host(QStringLiteral("lab.pump"), 5));
    startGateway({4, 5});
    FollowOptions options;
    options.source = address(0);
    options.pattern = QStringLiteral("*");
    options.as = QStringLiteral("copy.*");
    NameFollower follower(*m_gateway, everyContext(), options);
    QCOMPARE(follower.look().offered.size(), size_t(1)); // nor the name server
    QVERIFY(follower.look().isEmpty());
    QCOMPARE(whoIs(QStringLiteral("copy.lab.pump"), 5), QStringLiteral("lab.pump"));
}

void tst_NameFollower::takesNoNameOver()
{
    QVERIFY(host(QStringLiteral("lab.pump"), 5));
    NameServerClient names(everyContext(), address(5));
    const QString before = names.lookupBlocking(QStringLiteral("lab.pump")).valueOr({});
    startGateway({3, 4, 5});
    FollowOptions options;
    options.source = address(0);
    options.pattern = QStringLiteral("lab.*");
    options.as = QStringLiteral("*");
    NameFollower follower(*m_gateway, everyContext(), options);
    const NameChanges changes = follower.look();
    QVERIFY(changes.offered.empty());
    QCOMPARE(changes.failures.size(), size_t(1));
    QVERIFY(nstest::wordsOf(changes.failures[0].error).startsWith(u"NamingError"));
    QCOMPARE(names.lookupBlocking(QStringLiteral("lab.pump")).valueOr({}), before);
    // Neither half of it stays.
    QVERIFY(whoIs(QStringLiteral(":lab.pump"), 3).startsWith(u"NamingError"));
    QVERIFY(m_gateway->daemon()->objects().empty());
}

void tst_NameFollower::followsChanges()
{
    startGateway({3});
    FollowOptions options;
    options.source = address(0);
    options.pattern = QStringLiteral("lab.*");
    options.as = QStringLiteral("*");
    options.interval = 20ms;
    NameFollower follower(*m_gateway, everyContext(), options);
    QSignalSpy spy(&follower, &NameFollower::changed);
    follower.start();
    QVERIFY(host(QStringLiteral("lab.pump"), 5));
    QTRY_COMPARE(whoIs(QStringLiteral(":lab.pump"), 3), QStringLiteral("lab.pump"));
    QTRY_COMPARE(spy.size(), 1);
    // It moves to another daemon, of another generation.
    m_daemons.clear();
    QVERIFY(host(QStringLiteral("lab.pump"), 4));
    QTRY_COMPARE(whoIs(QStringLiteral(":lab.pump"), 3), QStringLiteral("lab.pump"));
    m_daemons.clear();
    QTRY_VERIFY(whoIs(QStringLiteral(":lab.pump"), 3).startsWith(u"NamingError"));
    QTRY_VERIFY(follower.offers().empty());
    QTRY_VERIFY(m_gateway->daemon()->objects().empty());
}

void tst_NameFollower::staysWhenTheNameServerIsAway()
{
    QVERIFY(host(QStringLiteral("lab.pump"), 5));
    startGateway({3});
    FollowOptions options;
    options.source = address(0);
    options.pattern = QStringLiteral("lab.*");
    NameFollower follower(*m_gateway, everyContext(), options);
    const NameChanges first = follower.look();
    QCOMPARE(first.offered.size(), size_t(1));
    m_names->run([this] { m_names->server().stop(); });
    const NameChanges changes = follower.look();
    QVERIFY(changes.error);
    QVERIFY(follower.look().isEmpty()); // told once
    QCOMPARE(follower.offers().size(), size_t(1));
    ProxyOptions proxyOptions;
    proxyOptions.generation = 3;
    Proxy proxy(everyContext(), first.offered[0].uris[0], proxyOptions);
    const Reply reply = proxy.sendBlocking(Message::call({}, "who", Value::tuple({}), Value::dict({})));
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
}

void tst_NameFollower::reportsAFailureOnce()
{
    QTcpServer nobody;
    QVERIFY(nobody.listen(QHostAddress::LocalHost));
    const int port = nobody.serverPort();
    nobody.close();
    NameServerClient names(everyContext(), address(5));
    QVERIFY(names.registerBlocking(
        QStringLiteral("lab.gone"), QStringLiteral("PYRO:lab.gone@127.0.0.1:%1").arg(port)));
    QVERIFY(host(QStringLiteral("lab.pump"), 5));
    startGateway({3});
    FollowOptions options;
    options.source = address(0);
    options.pattern = QStringLiteral("lab.*");
    NameFollower follower(*m_gateway, everyContext(), options);
    const NameChanges changes = follower.look();
    QCOMPARE(changes.offered.size(), size_t(1)); // the others are offered
    QCOMPARE(changes.failures.size(), size_t(1));
    QCOMPARE(changes.failures[0].name, QStringLiteral("lab.gone"));
    QVERIFY(follower.look().isEmpty());
}

void tst_NameFollower::boundsTheNumberOfNames()
{
    for (int i = 0; i < 3; ++i)
        QVERIFY(host(QStringLiteral("lab.%1").arg(i), 5));
    startGateway({3});
    FollowOptions options;
    options.source = address(0);
    options.pattern = QStringLiteral("lab.*");
    options.maxNames = 2;
    NameFollower follower(*m_gateway, everyContext(), options);
    const NameChanges changes = follower.look();
    QVERIFY(changes.error);
    QCOMPARE(changes.error->code, QStringLiteral("gateway.names"));
    QVERIFY(follower.offers().empty());
}

void tst_NameFollower::stopsWhileItLooks()
{
    // A name server that takes connections and says nothing.
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    startGateway({3});
    FollowOptions options;
    options.source.host = QStringLiteral("127.0.0.1");
    options.source.port = silent.serverPort();
    options.source.generation = 3;
    options.pattern = QStringLiteral("lab.*");
    options.interval = 1ms;
    NameFollower follower(*m_gateway, everyContext(), options);
    follower.start();
    QVERIFY(silent.waitForNewConnection(10'000));
    QElapsedTimer timer;
    timer.start();
    follower.stop();
    QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_GUILESS_MAIN(tst_NameFollower)

#include "tst_namefollower.moc"

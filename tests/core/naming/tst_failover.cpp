// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nsfixture.h"
#include "support/peerprocess.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTemporaryDir>

#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>

using namespace pyrolens;

namespace {

int rounds(const char *variable, int usual)
{
    bool isNumber = false;
    const int asked = qEnvironmentVariableIntValue(variable, &isNumber);
    return isNumber ? asked : usual;
}

int freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost) ? int(probe.serverPort()) : 0;
}

QString uriOf(const QString &name)
{
    return u"PYRO://127.0.0.1:7766/" + name;
}

NameServerAddress addressOf(int port)
{
    NameServerAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.port = port;
    address.options.callTimeout = std::chrono::seconds(5);
    return address;
}

/// Registers names one after the other, at the first of some servers that answers, and remembers those that
/// were acknowledged.
class Registering
{
public:
    Registering(std::vector<int> ports, const QString &prefix)
        : m_ports(std::move(ports)), m_prefix(prefix), m_thread([this] { run(); })
    { }
    ~Registering() { stop(); }
    void stop()
    {
        m_isEnding = true;
        if (m_thread.joinable())
            m_thread.join();
    }
    QSet<QString> acknowledged()
    {
        const std::lock_guard lock(m_mutex);
        return m_names;
    }

private:
    void run()
    {
        std::vector<std::unique_ptr<NameServerClient>> clients;
        for (const int port : m_ports)
            clients.push_back(std::make_unique<NameServerClient>(nstest::context(), addressOf(port)));
        size_t current = 0;
        for (int i = 0; !m_isEnding; ++i) {
            const QString name = m_prefix + QString::number(i);
            const Status done = clients[current]->registerBlocking(name, uriOf(name));
            if (done) {
                const std::lock_guard lock(m_mutex);
                m_names.insert(u":Default." + name);
            }
            if (done) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1)); // listing them all takes time
            } else {
                current = (current + 1) % clients.size();
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
        }
    }

    const std::vector<int> m_ports;
    const QString m_prefix;
    std::atomic_bool m_isEnding = false;
    std::mutex m_mutex; // guards m_names
    QSet<QString> m_names;
    std::thread m_thread; // last: it uses all of the above
};

QSet<QString> namesAt(int port)
{
    NameServerClient client(nstest::context(), addressOf(port));
    QSet<QString> names;
    for (const NameEntry &entry : client.listAllBlocking(false).valueOr({})) {
        if (entry.name != u":Pyro.NameServer")
            names.insert(entry.name);
    }
    return names;
}

void kill(PeerProcess &peer)
{
    peer.process().kill();
    peer.process().waitForFinished();
}

} // namespace

/// Name servers that are killed while they are used. PYROLENS_NS_KILL_ROUNDS and PYROLENS_FAILOVER_ROUNDS set
/// how often (a few by default; 100 and 20 before a release).
class tst_Failover : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_RUNTIME_DIR", m_runtime.path().toLocal8Bit()); }
    void keepsWhatItAcknowledgedWhenKilled();
    void losesNothingInAFailover_data();
    void losesNothingInAFailover();
    void clientsGoOverWithinThreeSeconds_data();
    void clientsGoOverWithinThreeSeconds();

private:
    bool start(PeerProcess &peer, const QStringList &arguments)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        return peer.start(QStringLiteral(PYROLENS_BIN_DIR "/naming_serverprocess"), arguments, environment);
    }
    static QStringList single(
        int port, const QString &storage, const QString &host = QStringLiteral("127.0.0.1"))
    {
        return {host, QString::number(port), storage, QStringLiteral("-1"), QString(), QStringLiteral("0")};
    }

    QTemporaryDir m_runtime;
};

void tst_Failover::keepsWhatItAcknowledgedWhenKilled()
{
    QTemporaryDir folder;
    const QString storage = u"sqlite:" + folder.filePath(QStringLiteral("names.db"));
    const int port = freePort();
    QSet<QString> all;
    const int count = rounds("PYROLENS_NS_KILL_ROUNDS", 4);
    for (int round = 0; round < count; ++round) {
        auto server = std::make_unique<PeerProcess>();
        QVERIFY2(start(*server, single(port, storage)), server->output().constData());
        Registering one({port}, QStringLiteral("r%1a").arg(round));
        Registering two({port}, QStringLiteral("r%1b").arg(round));
        std::this_thread::sleep_for(std::chrono::milliseconds(QRandomGenerator::global()->bounded(30, 250)));
        kill(*server);
        one.stop();
        two.stop();
        all += one.acknowledged() + two.acknowledged();
        server = std::make_unique<PeerProcess>();
        QVERIFY2(start(*server, single(port, storage)), server->output().constData());
        const QSet<QString> missing = all - namesAt(port);
        QVERIFY2(missing.isEmpty(),
            qPrintable(QStringLiteral("round %1: lost %2").arg(round).arg(missing.size())));
        server->stop();
    }
    QVERIFY(all.size() > count);
    qInfo("%d rounds, %d names acknowledged", count, int(all.size()));
}

void tst_Failover::losesNothingInAFailover_data()
{
    QTest::addColumn<bool>("isStored");
    QTest::newRow("memory") << false;
    QTest::newRow("sqlite") << true;
}

void tst_Failover::losesNothingInAFailover()
{
    QFETCH(bool, isStored);
    QTemporaryDir folder;
    const int ports[2] = {freePort(), freePort()};
    std::unique_ptr<PeerProcess> servers[2];
    const auto begin = [&](int side) {
        servers[side] = std::make_unique<PeerProcess>();
        const QString storage = isStored ? u"sqlite:" + folder.filePath(QStringLiteral("%1.db").arg(side))
                                         : QStringLiteral("memory");
        return start(*servers[side],
            single(ports[side], storage)
                + QStringList{side == 0 ? QStringLiteral("primary") : QStringLiteral("secondary"),
                    QString::number(ports[1 - side])});
    };
    const auto arePaired = [&] {
        for (const auto &server : servers) {
            server->process().waitForReadyRead(1);
            const QByteArray output = server->output();
            if (output.lastIndexOf("paired") <= output.lastIndexOf("searching"))
                return false;
        }
        return true;
    };
    QVERIFY2(begin(0), servers[0]->output().constData());
    QVERIFY2(begin(1), servers[1]->output().constData());
    QTRY_VERIFY_WITH_TIMEOUT(arePaired(), 10'000);
    QSet<QString> all;
    const int count = rounds("PYROLENS_FAILOVER_ROUNDS", 4);
    for (int round = 0; round < count; ++round) {
        const int victim = round % 2;
        // One begins at either side; both go over to the one that lives.
        Registering one({ports[0], ports[1]}, QStringLiteral("r%1a").arg(round));
        Registering two({ports[1], ports[0]}, QStringLiteral("r%1b").arg(round));
        std::this_thread::sleep_for(std::chrono::milliseconds(QRandomGenerator::global()->bounded(30, 250)));
        kill(*servers[victim]);
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        QVERIFY2(begin(victim), servers[victim]->output().constData());
        QTRY_VERIFY_WITH_TIMEOUT(arePaired(), 15'000);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        one.stop();
        two.stop();
        all += one.acknowledged() + two.acknowledged();
        for (const int port : ports) {
            QTRY_VERIFY2((all - namesAt(port)).isEmpty(),
                qPrintable(QStringLiteral("round %1, side %2: lost %3 of %4")
                               .arg(round)
                               .arg(port == ports[0] ? 0 : 1)
                               .arg((all - namesAt(port)).size())
                               .arg(all.size())));
        }
        QTRY_COMPARE(namesAt(ports[0]), namesAt(ports[1]));
    }
    qInfo("%d rounds, %d names acknowledged", count, int(all.size()));
}

void tst_Failover::clientsGoOverWithinThreeSeconds_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<bool>("isKnown"); // the client has found the first one before
    QTest::addColumn<bool>("hangs");   // it does not die, it only says nothing more
    for (const char *how : {"blocking", "asynchronous", "resolver"}) {
        QTest::addRow("%s, connected before", how) << QString::fromLatin1(how) << true << false;
        QTest::addRow("%s, new", how) << QString::fromLatin1(how) << false << false;
        QTest::addRow("%s, new, the other hangs", how) << QString::fromLatin1(how) << false << true;
    }
}

// Clients that know the host alone try the ports of both halves, 9090 and 9091. So that these are free, the
// pair has an address of its own: all of 127.0.0.0/8 is this machine.
void tst_Failover::clientsGoOverWithinThreeSeconds()
{
    QFETCH(QString, how);
    QFETCH(bool, isKnown);
    QFETCH(bool, hangs);
    const QString name = QStringLiteral("x");
    auto *const random = QRandomGenerator::global();
    const QString host = QStringLiteral("127.%1.%2.%3")
                             .arg(random->bounded(1, 255))
                             .arg(random->bounded(1, 255))
                             .arg(random->bounded(2, 255));
    QTcpServer probe;
    if (!probe.listen(QHostAddress(host), 9090))
        QSKIP("this system gives no loopback addresses beside 127.0.0.1");
    probe.close();
    PeerProcess first;
    PeerProcess second;
    // That the two hold the same names is the matter of other tests; here each is told.
    const auto begin = [&](PeerProcess &peer, int port) {
        NameServerAddress there = addressOf(port);
        there.host = host;
        return start(peer, single(port, QStringLiteral("memory"), host))
            && NameServerClient(nstest::context(), there).registerBlocking(name, uriOf(name));
    };
    QVERIFY2(begin(first, 9090), first.output().constData());
    QVERIFY2(begin(second, 9091), second.output().constData());

    NameServerAddress address;
    address.host = host;
    NameServerClient client(nstest::context(), address);
    const auto resolver = makeNameServerResolver(nstest::context(), address);
    const auto lookUp = [&]() -> Result<QString> {
        if (how == u"blocking")
            return client.lookupBlocking(name);
        if (how == u"resolver") {
            const auto uri = nstest::catalogue()->parseUri(QString(u"PYRONAME://" + host + u'/' + name));
            return resolver->resolve(*uri, {}, QDeadlineTimer(20'000)).map([](const Uri &found) {
                return found.toString();
            });
        }
        std::optional<Result<QString>> answer;
        client.lookup(name, this, [&answer](const Result<QString> &got) { answer = got; });
        if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 20'000))
            return Error::timeout(QStringLiteral("the test waited in vain"));
        return *answer;
    };
    if (isKnown)
        QCOMPARE(lookUp().valueOr({}), uriOf(name));

    if (hangs)
        QCOMPARE(::kill(pid_t(first.pid()), SIGSTOP), 0);
    else
        kill(first);
    QElapsedTimer clock;
    clock.start();
    const Result<QString> found = lookUp();
    const qint64 took = clock.elapsed();
    if (hangs)
        ::kill(pid_t(first.pid()), SIGCONT);
    QVERIFY2(found, qPrintable(nstest::wordsOf(found)));
    QCOMPARE(*found, uriOf(name));
    QVERIFY2(took < 3'000, qPrintable(QString::number(took)));
    // From now on the other one is asked first.
    clock.restart();
    QVERIFY(NameServerClient(nstest::context(), address).pingBlocking());
    QVERIFY(clock.elapsed() < 1'000);

    if (hangs)
        return;
    // And back again.
    QVERIFY2(begin(first, 9090), first.output().constData());
    kill(second);
    clock.restart();
    const Result<QString> again = lookUp();
    QVERIFY2(again, qPrintable(nstest::wordsOf(again)));
    QCOMPARE(*again, uriOf(name));
    QVERIFY2(clock.elapsed() < 3'000, qPrintable(QString::number(clock.elapsed())));
}

QTEST_GUILESS_MAIN(tst_Failover)
#include "tst_failover.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nsfixture.h"

#include <pyrolens/client/proxy.h>

#include <QTemporaryDir>

using namespace pyrolens;
using nstest::wordsOf;

namespace {

const QString kUri = QStringLiteral("PYRO://127.0.0.1:7766/scope");

int freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost) ? int(probe.serverPort()) : 0;
}

NameServerOptions halfOf(NameServerRole role, int port, int peerPort)
{
    NameServerOptions options;
    options.role = role;
    options.port = port;
    options.peerHost = QStringLiteral("127.0.0.1");
    options.peerPort = peerPort;
    options.twinRetry = std::chrono::milliseconds(100);
    return options;
}

bool isPaired(nstest::Server &server)
{
    return server.server().twin().state == TwinStatus::State::Paired;
}

QStringList namesOf(nstest::Server &server)
{
    NameServerClient client(nstest::context(), server.address());
    QStringList names;
    for (const NameEntry &entry : client.listAllBlocking(false).valueOr({})) {
        if (entry.name != u":Pyro.NameServer")
            names.append(entry.name + u'=' + entry.uri);
    }
    return names;
}

Reply ask(nstest::Server &server, const QString &method, std::vector<Value> args = {})
{
    Proxy proxy(nstest::context(), *nstest::catalogue()->parseUri(server.uri()));
    return proxy.callBlocking(method, std::move(args));
}

} // namespace

/// Two name servers that hold the same names.
class tst_Pair : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_primaryPort = freePort();
        m_secondaryPort = freePort();
    }
    void passesChangesOnInBothPositions();
    void keepsItsOwnEntry();
    void refusesStrangers();
    void losesNothingWhenOneIsAwayForAWhile();
    void rejoinsAfterBothTookChanges();
    void showsNamesThatBothChanged();
    void answersWhileTheTwinHangs();
    void saysWhyItCannotResync();
    void refusesATwinOfTheSameRole();

private:
    NameServerOptions primary() const
    {
        return halfOf(NameServerRole::Primary, m_primaryPort, m_secondaryPort);
    }
    NameServerOptions secondary() const
    {
        return halfOf(NameServerRole::Secondary, m_secondaryPort, m_primaryPort);
    }

    int m_primaryPort = 0;
    int m_secondaryPort = 0;
};

void tst_Pair::passesChangesOnInBothPositions()
{
    nstest::Server first(primary());
    QVERIFY(first.status());
    NameServerClient one(nstest::context(), first.address());
    QVERIFY(one.registerBlocking(QStringLiteral("early"), kUri));
    nstest::Server second(secondary());
    QVERIFY(second.status());
    QTRY_VERIFY(isPaired(first) && isPaired(second));
    QCOMPARE(namesOf(second), QStringList{u":Default.early=" + kUri});

    NameServerClient two(nstest::context(), second.address());
    QVERIFY(one.createGroupBlocking(QStringLiteral(":shop")));
    QVERIFY(one.registerBlocking(QStringLiteral(":shop.till"), kUri));
    QTRY_COMPARE(two.lookupBlocking(QStringLiteral(":shop.till")).valueOr({}), kUri);
    const Value meta = Value::dict({{Value::str("k"), Value::integer(3)}});
    QVERIFY(two.setMetaBlocking(QStringLiteral(":shop"), meta));
    QTRY_COMPARE(one.metaBlocking(QStringLiteral(":shop")).valueOr({}), meta);
    QVERIFY(two.unregisterBlocking(QStringLiteral("early")));
    QTRY_VERIFY(!one.lookupBlocking(QStringLiteral("early")));
    QVERIFY(two.deleteGroupBlocking(QStringLiteral(":shop")));
    QTRY_VERIFY(!one.lookupBlocking(QStringLiteral(":shop.till")));
    QCOMPARE(namesOf(first), namesOf(second));
}

void tst_Pair::keepsItsOwnEntry()
{
    nstest::Server first(primary());
    nstest::Server second(secondary());
    QTRY_VERIFY(isPaired(first) && isPaired(second));
    QVERIFY(ask(first, QStringLiteral("resync")));
    QVERIFY(ask(second, QStringLiteral("resync")));
    for (nstest::Server *server : {&first, &second}) {
        NameServerClient client(nstest::context(), server->address());
        QCOMPARE(client.lookupBlocking(QStringLiteral(":Pyro.NameServer")).valueOr({}), server->uri());
    }
}

void tst_Pair::refusesStrangers()
{
    nstest::Server first(primary());
    nstest::Server second(secondary());
    QTRY_VERIFY(isPaired(first) && isPaired(second));
    QCOMPARE(wordsOf(ask(first, QStringLiteral("_synccall"), {Value::str("createGroup"), Value::str(":evil")})
                         .error()),
        QStringLiteral("NamingError(not allowed: _synccall)"));
    // A twin's proxy that leads to another port than the peer's.
    Reference elsewhere;
    elsewhere.uri = QStringLiteral("PYRO://127.0.0.1:1/abc");
    for (const Value &proxy : {Value::reference(elsewhere), Value::none(), Value::integer(1)})
        QCOMPARE(wordsOf(ask(first, QStringLiteral("_resync"), {proxy}).error()),
            QStringLiteral("NamingError(not allowed: not the twin of this name server)"));
    for (const char *command : {"dump", "adopt", "done", "beat", "nothing"})
        QCOMPARE(wordsOf(ask(first, QStringLiteral("_pyrolens_twin"), {Value::str(command)}).error()),
            QStringLiteral("NamingError(not allowed: not the twin of this name server)"));
    QVERIFY(isPaired(first));
}

void tst_Pair::losesNothingWhenOneIsAwayForAWhile()
{
    QTemporaryDir folder;
    qputenv("XDG_RUNTIME_DIR", folder.path().toLocal8Bit());
    NameServerOptions stored = secondary();
    stored.storage = u"sqlite:" + folder.filePath(QStringLiteral("second.db"));
    nstest::Server first(primary());
    auto second = std::make_unique<nstest::Server>(stored);
    QVERIFY(second->status());
    QTRY_VERIFY(isPaired(first) && isPaired(*second));
    NameServerClient one(nstest::context(), first.address());
    QVERIFY(one.registerBlocking(QStringLiteral("stays"), kUri));
    QVERIFY(one.registerBlocking(QStringLiteral("goes"), kUri));
    QTRY_COMPARE(namesOf(*second).size(), 2);
    second.reset();
    QTRY_VERIFY(!isPaired(first));
    QVERIFY(one.unregisterBlocking(QStringLiteral("goes")));
    QVERIFY(one.registerBlocking(QStringLiteral("comes"), kUri));
    // A removal is a change like any other: the stored name does not come back.
    second = std::make_unique<nstest::Server>(stored);
    QVERIFY(second->status());
    QTRY_VERIFY(isPaired(first) && isPaired(*second));
    const QStringList wanted{u":Default.comes=" + kUri, u":Default.stays=" + kUri};
    QCOMPARE(namesOf(*second), wanted);
    QCOMPARE(namesOf(first), wanted);
}

void tst_Pair::rejoinsAfterBothTookChanges()
{
    auto first = std::make_unique<nstest::Server>(primary());
    NameServerClient one(nstest::context(), first->address());
    for (int i = 0; i < 2'500; ++i)
        QVERIFY(one.registerBlocking(QStringLiteral("a%1").arg(i), kUri));
    // Never met before: neither can know whether the other removed something, so all of it stays.
    nstest::Server second(halfOf(NameServerRole::Secondary, m_secondaryPort, m_primaryPort));
    NameServerClient two(nstest::context(), second.address());
    QVERIFY(two.registerBlocking(QStringLiteral("b"), kUri));
    QTRY_VERIFY(isPaired(*first) && isPaired(second));
    QTRY_COMPARE(namesOf(*first).size(), 2'501);
    QCOMPARE(namesOf(second), namesOf(*first));
    first.reset();
    QVERIFY(two.unregisterBlocking(QStringLiteral("a7")));
    // It comes back empty, and gets everything.
    first = std::make_unique<nstest::Server>(primary());
    QVERIFY(first->status());
    QTRY_VERIFY(isPaired(*first) && isPaired(second));
    QTRY_COMPARE(namesOf(*first).size(), 2'500);
}

void tst_Pair::showsNamesThatBothChanged()
{
    nstest::Server first(primary());
    NameServerClient one(nstest::context(), first.address());
    QVERIFY(one.registerBlocking(QStringLiteral("both"), kUri));
    NameServerOptions alone = secondary();
    alone.peerPort = 1; // finds nobody yet
    const QString other = QStringLiteral("PYRO://127.0.0.1:7766/later");
    QTemporaryDir folder;
    qputenv("XDG_RUNTIME_DIR", folder.path().toLocal8Bit());
    alone.storage = u"sqlite:" + folder.filePath(QStringLiteral("names.db"));
    {
        nstest::Server second(alone);
        NameServerClient two(nstest::context(), second.address());
        QVERIFY(two.registerBlocking(QStringLiteral("both"), other));
    }
    alone.peerPort = m_primaryPort;
    nstest::Server second(alone);
    QVERIFY(second.status());
    QSignalSpy split(&second.server(), &NameServer::splitBrain);
    QTRY_VERIFY(isPaired(first) && isPaired(second));
    // Nobody knows better than that the later one is right.
    QTRY_COMPARE(namesOf(first), QStringList{u":Default.both=" + other});
    QCOMPARE(namesOf(second), namesOf(first));
    QTRY_COMPARE(split.count(), 1);
    QCOMPARE(split[0][0].value<TwinSplit>().conflicts, QStringList{QStringLiteral(":Default.both")});
}

/// The twin's port is open and silent.
void tst_Pair::answersWhileTheTwinHangs()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    NameServerOptions options = halfOf(NameServerRole::Primary, m_primaryPort, silent.serverPort());
    nstest::Server first(options);
    NameServerClient one(nstest::context(), first.address());
    QElapsedTimer clock;
    clock.start();
    for (int i = 0; i < 200; ++i) {
        QVERIFY(one.registerBlocking(QStringLiteral("n%1").arg(i), kUri));
        QVERIFY(one.lookupBlocking(QStringLiteral("n%1").arg(i)));
    }
    QVERIFY2(clock.elapsed() < 1'900, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(first.server().twin().state, TwinStatus::State::Searching);
}

void tst_Pair::saysWhyItCannotResync()
{
    nstest::Server single;
    QCOMPARE(wordsOf(ask(single, QStringLiteral("resync")).error()),
        QStringLiteral("NamingError(NS is not running in 'primary' or 'secondary' mode)"));
    nstest::Server first(primary());
    QCOMPARE(wordsOf(ask(first, QStringLiteral("resync")).error()),
        QStringLiteral("NamingError(cannot resync: twin NS is unknown or unreachable)"));
    QTRY_VERIFY(first.server().twin().error.has_value());
}

void tst_Pair::refusesATwinOfTheSameRole()
{
    nstest::Server first(primary());
    nstest::Server second(halfOf(NameServerRole::Primary, m_secondaryPort, m_primaryPort));
    const auto reason = [](nstest::Server &server) {
        const TwinStatus status = server.server().twin();
        return status.error ? wordsOf(*status.error) : QString();
    };
    QTRY_COMPARE(reason(first), QStringLiteral("NamingError(both name servers have the same role)"));
    QVERIFY(!isPaired(first) && !isPaired(second));
}

QTEST_GUILESS_MAIN(tst_Pair)
#include "tst_pair.moc"

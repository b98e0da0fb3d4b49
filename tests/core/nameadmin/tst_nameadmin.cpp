// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "core/naming/nsfixture.h"

#include <pyrolens/nameadmin/healthcheck.h>
#include <pyrolens/nameadmin/nameadmin.h>
#include <pyrolens/server/daemon.h>

#include <QTcpSocket>

using namespace pyrolens;
using namespace std::chrono_literals;
using Kind = NameAction::Kind;

namespace {

const QString kUri = QStringLiteral("PYRO://127.0.0.1:7766/7f00000100000001");

NameAction action(Kind kind, const QString &name = {}, const QString &uri = {})
{
    NameAction made;
    made.kind = kind;
    made.name = name;
    made.uri = uri;
    return made;
}

/// Lets nobody in.
struct Closed : ConnectionValidator
{
    std::optional<int> refuseHost(const Endpoint &, int) override { return 2; }
};

} // namespace

class tst_NameAdmin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void namesAreChangedOneAfterTheOther();
    void whatFailsDoesNotStopTheRest();
    void whatIsRemovedComesBackWithItsMeta();
    void renamingKeepsTheObject();
    void renamingToATakenNameChangesNothing();
    void groupsAndPing();
    void commandsThatTheServerRefusesAreErrors();
    void builtInNamesAreKnown_data();
    void builtInNamesAreKnown();
    void healthIsToldApart();
    void cancelEndsAtOnce();
    void noMoreThanSoManyChecksAtOnce();

private:
    /// Runs actions to their end. \return how many were done; what was told is in m_done and m_failed.
    int run(std::vector<NameAction> actions)
    {
        m_done.clear();
        m_failed.clear();
        NameAdmin admin(nstest::context(), m_server->address());
        connect(&admin, &NameAdmin::done, this, [this](const NameAction &one) { m_done.push_back(one); });
        connect(&admin, &NameAdmin::failed, this, [this](const NameAction &one, const Error &error) {
            m_failed.push_back({one, error});
        });
        QSignalSpy end(&admin, &NameAdmin::finished);
        admin.run(std::move(actions));
        return end.wait(10'000) ? end.front().front().toInt() : -1;
    }
    QString lookup(const QString &name)
    {
        NameServerClient client(nstest::context(), m_server->address());
        const auto found = client.lookupBlocking(name);
        return found ? *found : QString();
    }
    Value meta(const QString &name)
    {
        NameServerClient client(nstest::context(), m_server->address());
        const auto found = client.metaBlocking(name);
        return found ? *found : Value();
    }
    std::unique_ptr<nstest::Server> m_server;
    std::vector<NameAction> m_done;
    std::vector<std::pair<NameAction, Error>> m_failed;
};

void tst_NameAdmin::init()
{
    m_server = std::make_unique<nstest::Server>();
    QVERIFY(m_server->status());
}

void tst_NameAdmin::namesAreChangedOneAfterTheOther()
{
    NameAction described = action(Kind::SetMeta, QStringLiteral(":Default.a"));
    described.meta = Value::integer(7);
    const QString other = QStringLiteral("PYRO://127.0.0.1:7767/7f00000100000002");
    QCOMPARE(run({action(Kind::Register, QStringLiteral(":Default.a"), kUri), described,
                 action(Kind::Reregister, QStringLiteral(":Default.a"), other)}),
        3);
    QCOMPARE(lookup(QStringLiteral(":Default.a")), other);
    QCOMPARE(m_done.size(), size_t(3));
    QVERIFY(m_failed.empty());
}

void tst_NameAdmin::whatFailsDoesNotStopTheRest()
{
    QCOMPARE(run({action(Kind::Register, QStringLiteral(":Default.a"), kUri),
                 action(Kind::Register, QStringLiteral(":Default.a"), kUri),
                 action(Kind::Unregister, QStringLiteral(":Default.nobody")),
                 action(Kind::Register, QStringLiteral(":Default.b"), kUri)}),
        2);
    QCOMPARE(m_failed.size(), size_t(2));
    QCOMPARE(m_failed.front().first.name, QStringLiteral(":Default.a"));
    QVERIFY(m_failed.front().second.what.contains(QLatin1String("exists")));
    QCOMPARE(lookup(QStringLiteral(":Default.b")), kUri);
}

void tst_NameAdmin::whatIsRemovedComesBackWithItsMeta()
{
    NameAction made = action(Kind::Register, QStringLiteral(":Default.a"), kUri);
    made.meta = Value::list({Value::integer(1), Value::text(QStringLiteral("x"))});
    QCOMPARE(run({made, action(Kind::Unregister, QStringLiteral(":Default.a"))}), 2);
    QVERIFY(lookup(QStringLiteral(":Default.a")).isEmpty());
    NameAction again = m_done.back();
    QCOMPARE(again.meta, made.meta);
    again.kind = Kind::Register;
    again.uri = kUri;
    QCOMPARE(run({again}), 1);
    QCOMPARE(lookup(QStringLiteral(":Default.a")), kUri);
    QCOMPARE(meta(QStringLiteral(":Default.a")), made.meta);
}

void tst_NameAdmin::renamingKeepsTheObject()
{
    NameAction rename = action(Kind::Rename, QStringLiteral(":Default.a"), kUri);
    rename.to = QStringLiteral(":Default.b");
    QCOMPARE(run({action(Kind::Register, QStringLiteral(":Default.a"), kUri), rename}), 2);
    QVERIFY(lookup(QStringLiteral(":Default.a")).isEmpty());
    QCOMPARE(lookup(QStringLiteral(":Default.b")), kUri);
}

void tst_NameAdmin::renamingToATakenNameChangesNothing()
{
    const QString other = QStringLiteral("PYRO://127.0.0.1:7767/7f00000100000002");
    NameAction rename = action(Kind::Rename, QStringLiteral(":Default.a"), kUri);
    rename.to = QStringLiteral(":Default.b");
    QCOMPARE(run({action(Kind::Register, QStringLiteral(":Default.a"), kUri),
                 action(Kind::Register, QStringLiteral(":Default.b"), other), rename}),
        2);
    QCOMPARE(lookup(QStringLiteral(":Default.a")), kUri);
    QCOMPARE(lookup(QStringLiteral(":Default.b")), other);
}

void tst_NameAdmin::groupsAndPing()
{
    QCOMPARE(run({action(Kind::CreateGroup, QStringLiteral(":lab")),
                 action(Kind::Register, QStringLiteral(":lab.a"), kUri), action(Kind::Ping),
                 action(Kind::DeleteGroup, QStringLiteral(":lab"))}),
        4);
    QVERIFY(lookup(QStringLiteral(":lab.a")).isEmpty());
}

void tst_NameAdmin::commandsThatTheServerRefusesAreErrors()
{
    // It neither has a twin nor may others shut it down.
    NameServerOptions options;
    options.allowShutdown = false;
    m_server = std::make_unique<nstest::Server>(options);
    QCOMPARE(run({action(Kind::Resync), action(Kind::Shutdown), action(Kind::Ping)}), 1);
    QCOMPARE(m_failed.size(), size_t(2));
    QVERIFY2(m_failed.front().second.what.contains(QLatin1String("mode")),
        qPrintable(m_failed.front().second.what));
    QCOMPARE(m_failed.back().second.kind, Error::Kind::Denied);
}

void tst_NameAdmin::builtInNamesAreKnown_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("builtIn");
    QTest::newRow("the server") << ":Pyro.NameServer" << true;
    QTest::newRow("its group") << ":Pyro" << true;
    QTest::newRow("alike") << ":Pyrometer.a" << false;
    QTest::newRow("the default group") << ":Default" << true;
    QTest::newRow("in the default group") << ":Default.a" << false;
    QTest::newRow("flat") << "Pyro.NameServer" << true;
}

void tst_NameAdmin::builtInNamesAreKnown()
{
    QFETCH(QString, name);
    QFETCH(bool, builtIn);
    QCOMPARE(isBuiltInName(name), builtIn);
}

void tst_NameAdmin::healthIsToldApart()
{
    // A daemon with one object, one that refuses everybody, one that never answers, and one that is gone.
    QThread thread;
    QObject target;
    target.moveToThread(&thread);
    thread.start();
    std::unique_ptr<Daemon> open;
    std::unique_ptr<Daemon> closed;
    QString alive;
    QString noMethod;
    QMetaObject::invokeMethod(
        &target,
        [&] {
            open = std::make_unique<Daemon>(nstest::catalogue(), DaemonOptions());
            closed = std::make_unique<Daemon>(nstest::catalogue(), DaemonOptions());
            closed->setValidator(std::make_shared<Closed>());
            if (open->listen() && closed->listen())
                alive = open->connectServant(std::make_shared<LambdaServant>(QStringLiteral("Thing")))
                            ->toString();
        },
        Qt::BlockingQueuedConnection);
    QVERIFY(!alive.isEmpty());
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    QTcpServer gone;
    QVERIFY(gone.listen(QHostAddress::LocalHost));
    const int free = gone.serverPort();
    gone.close();
    const auto at = [](int port) { return QStringLiteral("PYRO://127.0.0.1:%1/7f00000100000001").arg(port); };

    HealthOptions options;
    options.timeout = 500ms;
    options.slow = 400ms;
    HealthCheck check(nstest::context(), options);
    QHash<QString, HealthResult> results;
    connect(&check, &HealthCheck::checked, this,
        [&results](const HealthResult &result) { results.insert(result.name, result); });
    QSignalSpy end(&check, &HealthCheck::finished);
    check.start({{QStringLiteral("ok"), alive}, {QStringLiteral("wrong"), at(open->port())},
        {QStringLiteral("denied"), at(closed->port())}, {QStringLiteral("silent"), at(silent.serverPort())},
        {QStringLiteral("gone"), at(free)}, {QStringLiteral("broken"), QStringLiteral("nonsense")}});
    QVERIFY(check.isRunning());
    QVERIFY(end.wait(10'000));
    QCOMPARE(end.front().front().toBool(), false);
    QCOMPARE(results.size(), 6);
    QCOMPARE(results[QStringLiteral("ok")].health, NameHealth::Ok);
    QVERIFY(results[QStringLiteral("ok")].roundTrip.count() > 0);
    QCOMPARE(results[QStringLiteral("wrong")].health, NameHealth::WrongObject);
    QCOMPARE(results[QStringLiteral("denied")].health, NameHealth::Denied);
    QCOMPARE(results[QStringLiteral("silent")].health, NameHealth::TimedOut);
    QCOMPARE(results[QStringLiteral("gone")].health, NameHealth::Refused);
    QCOMPARE(results[QStringLiteral("broken")].health, NameHealth::Unknown);
    QVERIFY(!results[QStringLiteral("broken")].detail.isEmpty());
    for (const char *dead : {"wrong", "silent", "gone"})
        QVERIFY2(results[QString::fromLatin1(dead)].isDead(), dead);
    for (const char *alone : {"ok", "denied", "broken"})
        QVERIFY2(!results[QString::fromLatin1(alone)].isDead(), alone);
    QMetaObject::invokeMethod(
        &target,
        [&] {
            open.reset();
            closed.reset();
        },
        Qt::BlockingQueuedConnection);
    thread.quit();
    thread.wait();
}

void tst_NameAdmin::cancelEndsAtOnce()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    HealthOptions options;
    options.timeout = 20s;
    HealthCheck check(nstest::context(), options);
    QSignalSpy end(&check, &HealthCheck::finished);
    QSignalSpy results(&check, &HealthCheck::checked);
    const QString uri = QStringLiteral("PYRO://127.0.0.1:%1/7f00000100000001").arg(silent.serverPort());
    check.start({{QStringLiteral("a"), uri}, {QStringLiteral("b"), uri}});
    QTRY_VERIFY(silent.hasPendingConnections());
    check.cancel();
    QCOMPARE(end.size(), 1);
    QCOMPARE(end.front().front().toBool(), true);
    QVERIFY(!check.isRunning());
    // It can be used again, and nothing of the first run is told.
    check.start({{QStringLiteral("c"), QStringLiteral("nonsense")}});
    QVERIFY(end.wait(5'000));
    QCOMPARE(results.size(), 1);
}

void tst_NameAdmin::noMoreThanSoManyChecksAtOnce()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    int open = 0;
    int most = 0;
    connect(&silent, &QTcpServer::newConnection, this, [&] {
        while (QTcpSocket *socket = silent.nextPendingConnection()) {
            most = std::max(most, ++open);
            connect(socket, &QTcpSocket::disconnected, this, [&open] { --open; });
        }
    });
    HealthOptions options;
    options.parallel = 3;
    options.timeout = 100ms;
    HealthCheck check(nstest::context(), options);
    QSignalSpy end(&check, &HealthCheck::finished);
    QSignalSpy progress(&check, &HealthCheck::progress);
    std::vector<HealthTarget> targets;
    for (int i = 0; i < 30; ++i)
        targets.push_back({QString::number(i),
            QStringLiteral("PYRO://127.0.0.1:%1/7f00000100000001").arg(silent.serverPort())});
    check.start(targets);
    QVERIFY(end.wait(20'000));
    // A connection that is given up may still be open when its successor is made.
    QVERIFY2(most >= 1 && most <= 6, qPrintable(QString::number(most)));
    QCOMPARE(progress.back().at(0).toInt(), 30);
    QCOMPARE(progress.back().at(1).toInt(), 30);
}

QTEST_GUILESS_MAIN(tst_NameAdmin)
#include "tst_nameadmin.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nsfixture.h"
#include "support/peerprocess.h"

using namespace pyrolens;

namespace {

const QString kUri = QStringLiteral("PYRO://127.0.0.1:7766/scope");

int freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost) ? int(probe.serverPort()) : 0;
}

QStringList namesAt(int port)
{
    NameServerAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.port = port;
    NameServerClient client(nstest::context(), address);
    QStringList names;
    for (const NameEntry &entry : client.listAllBlocking(false).valueOr({})) {
        if (entry.name != u":Pyro.NameServer")
            names.append(entry.name + u'=' + entry.uri);
    }
    return names;
}

} // namespace

/// One half of a pair is a real Pyro 3.16 name server.
class tst_PairInterop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        Pyro3Peer peer;
        if (const QString missing = peer.missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
    }
    void holdsTheSameNamesAsARealOne_data();
    void holdsTheSameNamesAsARealOne();

private:
    static bool startReal(PeerProcess &real, const Pyro3Peer &peer, const QStringList &options)
    {
        // "ready" once it serves: the starter's own words come before the first exchange with the twin.
        const QString script
            = QStringLiteral("import sys, threading, Pyro.naming\n"
                             "class Out(object):\n"
                             "    def write(self, text):\n"
                             "        sys.__stdout__.write(text.replace(\n"
                             "            'Name Server started.', 'Name Server started.\\nready now'))\n"
                             "    def flush(self): sys.__stdout__.flush()\n"
                             "sys.stdout = Out()\n"
                             "Pyro.naming.main(sys.argv[1:])\n");
        return real.start(
            peer.python, QStringList{QStringLiteral("-c"), script} + options, peer.environment());
    }
};

void tst_PairInterop::holdsTheSameNamesAsARealOne_data()
{
    QTest::addColumn<bool>("isOursOlder");
    QTest::addColumn<bool>("isPersistent");
    QTest::addColumn<bool>("isOursPrimary");
    QTest::newRow("ours older") << true << false << true;
    QTest::newRow("ours newer") << false << false << true;
    QTest::newRow("ours older, secondary") << true << false << false;
    QTest::newRow("ours older, persistent") << true << true << true;
    QTest::newRow("ours newer, persistent") << false << true << true;
}

void tst_PairInterop::holdsTheSameNamesAsARealOne()
{
    QFETCH(bool, isOursOlder);
    QFETCH(bool, isPersistent);
    QFETCH(bool, isOursPrimary);
    Pyro3Peer peer;
    qputenv("XDG_RUNTIME_DIR", peer.storage.path().toLocal8Bit());
    const int ourPort = freePort();
    const int realPort = freePort();
    NameServerOptions options;
    options.role = isOursPrimary ? NameServerRole::Primary : NameServerRole::Secondary;
    options.port = ourPort;
    options.peerHost = QStringLiteral("127.0.0.1");
    options.peerPort = realPort;
    if (isPersistent)
        options.storage = u"sqlite:" + peer.storage.filePath(QStringLiteral("ours.db"));
    QStringList realOptions{QStringLiteral("-n"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"),
        QString::number(realPort), QStringLiteral("-x"),
        isOursPrimary ? QStringLiteral("-2") : QStringLiteral("-1"),
        QStringLiteral("127.0.0.1:%1").arg(ourPort)};
    if (isPersistent)
        realOptions.append(QStringLiteral("-d"));
    auto real = std::make_unique<PeerProcess>();
    std::unique_ptr<nstest::Server> ours;
    NameServerAddress realAddress;
    realAddress.host = QStringLiteral("127.0.0.1");
    realAddress.port = realPort;
    NameServerClient atReal(nstest::context(), realAddress);
    const auto startOurs = [&] { ours = std::make_unique<nstest::Server>(options); };
    if (isOursOlder) {
        startOurs();
        NameServerClient client(nstest::context(), ours->address());
        QVERIFY(client.registerBlocking(QStringLiteral("early"), kUri));
        QVERIFY2(startReal(*real, peer, realOptions), real->output().constData());
    } else {
        QVERIFY2(startReal(*real, peer, realOptions), real->output().constData());
        // Before it serves anybody it looks for its other half, which takes its time.
        const Status early = atReal.registerBlocking(QStringLiteral("early"), kUri);
        QVERIFY2(early, early ? "" : qPrintable(early.error().what));
        startOurs();
    }
    QVERIFY(ours->status());
    NameServerClient atOurs(nstest::context(), ours->address());
    QTRY_COMPARE_WITH_TIMEOUT(ours->server().twin().state, TwinStatus::State::Paired, 10'000);
    QVERIFY(ours->server().twin().isOriginal);
    QCOMPARE(namesAt(realPort), QStringList{u":Default.early=" + kUri});
    QCOMPARE(namesAt(ourPort), namesAt(realPort));

    // Ours reach it.
    QVERIFY(atOurs.createGroupBlocking(QStringLiteral(":ours")));
    QTRY_VERIFY(atReal.metaBlocking(QStringLiteral(":ours"))); // each call is a thread of its own there
    QVERIFY(atOurs.registerBlocking(QStringLiteral(":ours.till"), kUri));
    QTRY_VERIFY(atReal.lookupBlocking(QStringLiteral(":ours.till")));
    const Value meta = Value::tuple({Value::str("x"), Value::integer(3)});
    QVERIFY(atOurs.setMetaBlocking(QStringLiteral(":ours.till"), meta));
    QTRY_COMPARE(atReal.metaBlocking(QStringLiteral(":ours.till")).valueOr({}), meta);
    QVERIFY(atOurs.unregisterBlocking(QStringLiteral("early")));
    QTRY_VERIFY(!atReal.lookupBlocking(QStringLiteral("early")));
    // And its own reach us.
    QVERIFY(atReal.createGroupBlocking(QStringLiteral(":real")));
    QTRY_VERIFY(atOurs.metaBlocking(QStringLiteral(":real")));
    QVERIFY(atReal.registerBlocking(QStringLiteral(":real.till"), kUri));
    QTRY_COMPARE(atOurs.lookupBlocking(QStringLiteral(":real.till")).valueOr({}), kUri);
    QVERIFY(atReal.deleteGroupBlocking(QStringLiteral(":ours")));
    QTRY_COMPARE(namesAt(ourPort), QStringList{u":real.till=" + kUri});
    // A resync in either direction changes nothing, the own entries least of all.
    for (const auto &uri :
        {ours->uri(), atReal.lookupBlocking(QStringLiteral(":Pyro.NameServer")).valueOr({})}) {
        Proxy proxy(nstest::context(), *nstest::catalogue()->parseUri(uri));
        const Reply done = proxy.callBlocking(QStringLiteral("resync"));
        QVERIFY2(done, done ? "" : qPrintable(nstest::wordsOf(done.error())));
        QCOMPARE(atReal.lookupBlocking(QStringLiteral(":Pyro.NameServer")).valueOr({}).section(u'/', 2, 2),
            QStringLiteral("127.0.0.1:%1").arg(realPort));
    }
    QCOMPARE(atOurs.lookupBlocking(QStringLiteral(":Pyro.NameServer")).valueOr({}), ours->uri());
    // It dies, and comes back as the newer one.
    real->process().kill();
    QVERIFY(real->process().waitForFinished());
    QTRY_VERIFY(ours->server().twin().state != TwinStatus::State::Paired);
    QVERIFY(atOurs.registerBlocking(QStringLiteral(":real.meanwhile"), kUri));
    real = std::make_unique<PeerProcess>();
    QVERIFY2(startReal(*real, peer, realOptions), real->output().constData());
    QTRY_COMPARE_WITH_TIMEOUT(
        namesAt(realPort), (QStringList{u":real.meanwhile=" + kUri, u":real.till=" + kUri}), 10'000);
    real->process().kill();
    real->process().waitForFinished();
}

QTEST_GUILESS_MAIN(tst_PairInterop)
#include "tst_pairinterop.moc"

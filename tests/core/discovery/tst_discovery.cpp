// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "../../../core/discovery/destinations_p.h"
#include "../../../core/discovery/ratelimit_p.h"

#include <QThread>
#include <QtTest>
#include <QUdpSocket>

using namespace pyrolens;
using namespace std::chrono_literals;

namespace {

const QByteArray kUri = "PYRO://127.0.0.1:9090/7f0000010001aaaa";

/// Says the same thing to everything, and keeps what it was asked.
class Parrot final : public DatagramHandler
{
public:
    explicit Parrot(QByteArray words) : m_words(std::move(words)) { }
    QByteArray answer(QByteArrayView request, const QHostAddress &) override
    {
        asked.append(request.toByteArray());
        return m_words;
    }
    QByteArrayList asked;

private:
    const QByteArray m_words;
};

DiscoveryOptions loopback(int port, std::chrono::milliseconds wait = 300ms)
{
    DiscoveryOptions options;
    options.addresses = QStringList{QStringLiteral("127.0.0.1")};
    options.port = port;
    options.wait = wait;
    return options;
}

} // namespace

class tst_Discovery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds();
    void findsBlocking();
    void tellsEachAnswerOnce();
    void looksUpHostNames();
    void ignoresWhatIsNoUri_data();
    void ignoresWhatIsNoUri();
    void stopsWhenCancelled();
    void survivesDeletionInAHandler();
    void reportsUnknownHosts();
    void triesSeveralTimes();
    void asksEverywhereByDefault();
    void asksForWhatIsWanted();
    void limitsDatagrams_data();
    void limitsDatagrams();
    void limitsTheRate();
    void limitsTheRateOfEachSource();
    void boundsTheTableOfSources();
    void refusesAPortInUse();
};

void tst_Discovery::finds()
{
    const auto parrot = std::make_shared<Parrot>(kUri);
    BroadcastResponder responder(parrot);
    const auto port = responder.listen(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(port);
    Discovery discovery(loopback(*port));
    QSignalSpy answered(&discovery, &Discovery::answered);
    QSignalSpy finished(&discovery, &Discovery::finished);
    discovery.start();
    QTRY_COMPARE(answered.count(), 1);
    QCOMPARE(answered[0][0].toString(), QString::fromLatin1(kUri));
    QCOMPARE(answered[0][1].toString(), QStringLiteral("127.0.0.1"));
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(discovery.found(), QStringList{QString::fromLatin1(kUri)});
    QCOMPARE(parrot->asked.value(0), QByteArray("location"));
}

void tst_Discovery::findsBlocking()
{
    // The responder needs an event loop, the search has none.
    QThread thread;
    QObject inThread;
    inThread.moveToThread(&thread);
    thread.start();
    BroadcastResponder *responder = nullptr;
    Result<int> port = 0;
    const auto listen = [&] {
        responder = new BroadcastResponder(std::make_shared<Parrot>(kUri), &inThread);
        port = responder->listen(QHostAddress(QHostAddress::LocalHost), 0);
    };
    QMetaObject::invokeMethod(&inThread, listen, Qt::BlockingQueuedConnection);
    QVERIFY(port);
    const auto found = discoverBlocking(loopback(*port));
    QVERIFY(found);
    QCOMPARE(*found, QStringList{QString::fromLatin1(kUri)});
    QMetaObject::invokeMethod(
        &inThread, [&] { delete responder; }, Qt::BlockingQueuedConnection);
    thread.quit();
    thread.wait();
    QCOMPARE(discoverBlocking(loopback(*port, 60ms)).valueOr({QStringLiteral("?")}), QStringList());
}

void tst_Discovery::tellsEachAnswerOnce()
{
    BroadcastResponder responder(std::make_shared<Parrot>(kUri));
    const auto port = responder.listen(QHostAddress(QHostAddress::LocalHost), 0);
    DiscoveryOptions options = loopback(*port);
    options.tries = 5;
    Discovery discovery(options);
    QSignalSpy answered(&discovery, &Discovery::answered);
    QSignalSpy finished(&discovery, &Discovery::finished);
    discovery.start();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(answered.count(), 1);
}

void tst_Discovery::looksUpHostNames()
{
    BroadcastResponder responder(std::make_shared<Parrot>(kUri));
    const auto port = responder.listen(QHostAddress(QHostAddress::LocalHost), 0);
    DiscoveryOptions options = loopback(*port, 2s);
    options.addresses = QStringList{QStringLiteral("localhost")};
    Discovery discovery(options);
    QSignalSpy answered(&discovery, &Discovery::answered);
    discovery.start();
    QTRY_COMPARE(answered.count(), 1);
}

void tst_Discovery::ignoresWhatIsNoUri_data()
{
    QTest::addColumn<QByteArray>("words");
    QTest::addColumn<bool>("isUri");
    QTest::newRow("plain") << kUri << true;
    QTest::newRow("tls") << QByteArray("PYROSSL://h:1/x") << true;
    QTest::newRow("longest") << QByteArray("PYRO://h:1/").append(1000 - 11, 'x') << true;
    QTest::newRow("too-long") << QByteArray("PYRO://h:1/").append(1001 - 11, 'x') << false;
    QTest::newRow("guard") << QByteArray("shutdown is not allowed") << false;
    QTest::newRow("other-scheme") << QByteArray("http://h:1/x") << false;
    QTest::newRow("name") << QByteArray("PYRONAME://x/y") << false;
    QTest::newRow("space") << QByteArray("PYRO://h:1/x y") << false;
    QTest::newRow("newline") << QByteArray("PYRO://h:1/x\n") << false;
    QTest::newRow("escape") << QByteArray("PYRO://h:1/\x1b[2J") << false;
    QTest::newRow("high") << QByteArray("PYRO://h:1/\xff") << false;
    QTest::newRow("no-id") << QByteArray("PYRO://h:1/") << false;
    QTest::newRow("no-slash") << QByteArray("PYRO://h:1") << false;
    QTest::newRow("flat") << QByteArray("PYRO:Pyro.NameServer@127.0.0.1:9090") << true;
    QTest::newRow("flat-v6") << QByteArray("PYRO:Pyro.NameServer@[::1]:9090") << true;
    QTest::newRow("flat-no-port") << QByteArray("PYRO:Pyro.NameServer@h") << false;
    QTest::newRow("flat-no-host") << QByteArray("PYRO:Pyro.NameServer@:1") << false;
    QTest::newRow("flat-no-object") << QByteArray("PYRO:@h:1") << false;
    QTest::newRow("flat-name") << QByteArray("PYRONAME:x@h:1") << false;
    QTest::newRow("flat-newline") << QByteArray("PYRO:Pyro.NameServer@h:1\n") << false;
}

void tst_Discovery::ignoresWhatIsNoUri()
{
    QFETCH(QByteArray, words);
    QFETCH(bool, isUri);
    QCOMPARE(discovery::uriFromAnswer(words).has_value(), isUri);
}

void tst_Discovery::stopsWhenCancelled()
{
    Discovery discovery(loopback(1, 100ms));
    QSignalSpy finished(&discovery, &Discovery::finished);
    discovery.start();
    discovery.cancel();
    Discovery other(loopback(1, 200ms));
    QSignalSpy otherFinished(&other, &Discovery::finished);
    other.start();
    QTRY_COMPARE(otherFinished.count(), 1);
    QCOMPARE(finished.count(), 0);
    discovery.start();
    QTRY_COMPARE(finished.count(), 1);
}

void tst_Discovery::survivesDeletionInAHandler()
{
    BroadcastResponder responder(std::make_shared<Parrot>(kUri));
    const auto port = responder.listen(QHostAddress(QHostAddress::LocalHost), 0);
    QPointer<Discovery> discovery = new Discovery(loopback(*port));
    connect(discovery, &Discovery::answered, this, [&] { delete discovery; });
    discovery->start();
    QTRY_VERIFY(!discovery);
}

void tst_Discovery::reportsUnknownHosts()
{
    DiscoveryOptions options = loopback(9);
    options.addresses = QStringList{QStringLiteral("no-such-host.invalid")};
    options.wait = 10s;
    Discovery discovery(options);
    QSignalSpy failed(&discovery, &Discovery::failed);
    discovery.start();
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 9'000);
    const auto found = discoverBlocking(options);
    QVERIFY(!found);
    QCOMPARE(found.error().kind, Error::Kind::Disconnected);
}

void tst_Discovery::triesSeveralTimes()
{
    const auto parrot = std::make_shared<Parrot>(QByteArray());
    BroadcastResponder responder(parrot);
    const auto port = responder.listen(QHostAddress(QHostAddress::LocalHost), 0);
    DiscoveryOptions options = loopback(*port);
    options.tries = 3;
    options.flat = false;
    Discovery discovery(options);
    QSignalSpy finished(&discovery, &Discovery::finished);
    discovery.start();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(parrot->asked.size(), 3);
    QCOMPARE(responder.ignored(), 3);
}

void tst_Discovery::asksEverywhereByDefault()
{
    const auto addresses = discovery::numericAddresses({});
    QVERIFY(std::ranges::find(addresses, QHostAddress(QHostAddress::Broadcast)) != addresses.end());
    QVERIFY(std::ranges::find(addresses, QHostAddress(QHostAddress::LocalHost)) != addresses.end());
    const auto all = discovery::destinations({}, addresses);
    QCOMPARE(all.size(), addresses.size() * 3);
    QCOMPARE(all.at(0).port, quint16(9090));
    QCOMPARE(all.at(1).port, quint16(9091));
    QCOMPARE(all.at(1).request.toByteArray(), QByteArray("location"));
    QCOMPARE(all.back().port, quint16(9091));
    QCOMPARE(all.back().request.toByteArray(), QByteArray("GET_NSURI"));
}

void tst_Discovery::asksForWhatIsWanted()
{
    const std::vector<QHostAddress> here{QHostAddress(QHostAddress::LocalHost)};
    DiscoveryOptions options;
    options.flat = false;
    QCOMPARE(discovery::destinations(options, here).size(), size_t(2));
    options.port = 4'711;
    QCOMPARE(discovery::destinations(options, here).size(), size_t(1));
    options.flat = true;
    options.hierarchical = false;
    const auto all = discovery::destinations(options, here);
    QCOMPARE(all.size(), size_t(1));
    QCOMPARE(all.front().port, quint16(4'711));
    QCOMPARE(all.front().request.toByteArray(), QByteArray("GET_NSURI"));
}

void tst_Discovery::limitsDatagrams_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("below") << 1023 << true;
    QTest::newRow("at") << 1024 << true;
    QTest::newRow("above") << 1025 << false;
    QTest::newRow("empty") << 0 << true;
}

void tst_Discovery::limitsDatagrams()
{
    QFETCH(int, size);
    QFETCH(bool, isTaken);
    const auto parrot = std::make_shared<Parrot>("yes");
    BroadcastResponder responder(parrot);
    const auto port = responder.listen(QHostAddress(QHostAddress::LocalHost), 0);
    QUdpSocket socket;
    QVERIFY(socket.bind(QHostAddress(QHostAddress::LocalHost), 0));
    socket.writeDatagram(QByteArray(size, 'x'), QHostAddress(QHostAddress::LocalHost), quint16(*port));
    QTRY_COMPARE(parrot->asked.size() + responder.ignored(), 1);
    QCOMPARE(parrot->asked.size(), isTaken ? 1 : 0);
}

void tst_Discovery::limitsTheRate()
{
    discovery::RateLimit limit(50);
    const auto start = discovery::RateLimit::Time();
    const QHostAddress source(QHostAddress::LocalHost);
    for (int i = 0; i < 50; ++i)
        QVERIFY(limit.allows(source, start + i * 1ms));
    QVERIFY(!limit.allows(source, start + 60ms));
    QVERIFY(!limit.allows(source, start + 999ms));
    QVERIFY(limit.allows(source, start + 1000ms));
}

void tst_Discovery::limitsTheRateOfEachSource()
{
    discovery::RateLimit limit(1);
    const auto start = discovery::RateLimit::Time();
    QVERIFY(limit.allows(QHostAddress(QStringLiteral("10.0.0.1")), start));
    QVERIFY(!limit.allows(QHostAddress(QStringLiteral("10.0.0.1")), start));
    QVERIFY(limit.allows(QHostAddress(QStringLiteral("10.0.0.2")), start));
}

void tst_Discovery::boundsTheTableOfSources()
{
    discovery::RateLimit limit(1, 10);
    const auto start = discovery::RateLimit::Time();
    for (quint32 i = 0; i < 10; ++i)
        QVERIFY(limit.allows(QHostAddress(0x0a000000 + i), start));
    QVERIFY(!limit.allows(QHostAddress(0x0b000000), start));
    QVERIFY(limit.allows(QHostAddress(0x0b000000), start + 1s)); // old ones have gone
}

void tst_Discovery::refusesAPortInUse()
{
    BroadcastResponder first(std::make_shared<Parrot>(kUri));
    BroadcastResponder second(std::make_shared<Parrot>(kUri));
    const auto port = first.listen(QHostAddress(QHostAddress::AnyIPv4), 0);
    QVERIFY(port);
    const auto again = second.listen(QHostAddress(QHostAddress::AnyIPv4), *port);
    QVERIFY(!again);
    QVERIFY(again.error().what.contains(QString::number(*port)));
    QVERIFY(!second.listen(QHostAddress(QHostAddress::LocalHost), 70'000));
    first.close();
    QVERIFY(second.listen(QHostAddress(QHostAddress::AnyIPv4), *port));
}

QTEST_GUILESS_MAIN(tst_Discovery)
#include "tst_discovery.moc"

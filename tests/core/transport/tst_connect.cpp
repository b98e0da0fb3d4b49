// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/transport/connectrace.h>
#include <pyrolens/transport/hostlookup.h>
#include <pyrolens/transport/stream.h>

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

#include <atomic>
#include <thread>

using namespace pyrolens;
using namespace std::chrono_literals;

namespace {

/// A port on which nothing listens.
int closedPort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

/// A listener that nobody accepts from and whose queue is full: connecting to it takes for ever, as with a
/// firewall.
class SilentListener
{
public:
    SilentListener()
    {
        m_server.setListenBacklogSize(1);
        m_server.listen(QHostAddress::LocalHost);
        m_server.pauseAccepting();
        for (int i = 0; i < 4; ++i) {
            auto pending = startConnect(QHostAddress(QHostAddress::LocalHost), port());
            if (pending)
                m_fill.push_back(std::move(pending).value());
        }
    }
    int port() const { return m_server.serverPort(); }

private:
    QTcpServer m_server;
    std::vector<std::unique_ptr<PendingConnect>> m_fill;
};

const QString kStub = QStringLiteral("stub.example");

} // namespace

class tst_Connect : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { setHostLookup(nullptr); }

    void connectsByName();
    void saysWhoRefused();
    void refusesPortsThatDoNotExist();
    void endsAtTheDeadlineWhenNobodyAnswers();
    void endsAtTheDeadlineOfASlowNameService();
    void namesAnUnknownHost();
    void triesAllAddresses();
    void doesNotWaitForADeadAddress();
    void prefersTheTellingError();
    void canBeCancelled_data();
    void canBeCancelled();
    void looksUpAsynchronously();
    void forgetsALookupWhoseContextDied();
    void givesADurationInWords();
};

void tst_Connect::connectsByName()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    auto stream = connectTcp(QStringLiteral("localhost"), server.serverPort(), QDeadlineTimer(5s));
    QVERIFY2(stream, stream ? "" : qPrintable(stream.error().what));
    QCOMPARE(stream.value()->peer().port, int(server.serverPort()));
}

void tst_Connect::saysWhoRefused()
{
    const int port = closedPort();
    const auto stream = connectTcp(QStringLiteral("127.0.0.1"), port, QDeadlineTimer(5s));
    QVERIFY(!stream);
    QCOMPARE(stream.error().kind, Error::Kind::Disconnected);
    QCOMPARE(stream.error().code, QStringLiteral("connect.refused"));
    QCOMPARE(stream.error().what,
        QStringLiteral(
            "127.0.0.1:%1 refused the connection. Nothing listens there, or it listens on another address.")
            .arg(port));
}

void tst_Connect::refusesPortsThatDoNotExist()
{
    for (const int port : {-1, 0, 65'536}) {
        const auto stream = connectTcp(QStringLiteral("127.0.0.1"), port, QDeadlineTimer(1s));
        QVERIFY(!stream);
        QCOMPARE(stream.error().kind, Error::Kind::Usage);
    }
}

void tst_Connect::endsAtTheDeadlineWhenNobodyAnswers()
{
    const SilentListener silent;
    QElapsedTimer clock;
    clock.start();
    const auto stream = connectTcp(QStringLiteral("127.0.0.1"), silent.port(), QDeadlineTimer(100ms));
    QVERIFY(!stream);
    QCOMPARE(stream.error().kind, Error::Kind::Timeout);
    QVERIFY2(
        stream.error().what.contains(QStringLiteral("Often a firewall")), qPrintable(stream.error().what));
    QVERIFY2(clock.elapsed() >= 95 && clock.elapsed() < 600, qPrintable(QString::number(clock.elapsed())));
}

void tst_Connect::endsAtTheDeadlineOfASlowNameService()
{
    const auto release = std::make_shared<std::atomic<bool>>(false);
    setHostLookup([release](const QString &) {
        while (!*release)
            std::this_thread::sleep_for(1ms);
        return QList<QHostAddress>();
    });
    QElapsedTimer clock;
    clock.start();
    const auto stream = connectTcp(kStub, 9090, QDeadlineTimer(80ms));
    const qint64 elapsed = clock.elapsed();
    *release = true;
    QVERIFY(!stream);
    QCOMPARE(stream.error().kind, Error::Kind::Timeout);
    QVERIFY(stream.error().what.contains(kStub));
    QVERIFY2(elapsed >= 75 && elapsed < 600, qPrintable(QString::number(elapsed)));
}

void tst_Connect::namesAnUnknownHost()
{
    setHostLookup([](const QString &) { return QList<QHostAddress>(); });
    const auto stream = connectTcp(kStub, 9090, QDeadlineTimer(5s));
    QVERIFY(!stream);
    QCOMPARE(stream.error().kind, Error::Kind::Disconnected);
    QCOMPARE(stream.error().code, QStringLiteral("connect.unknown-host"));
    QVERIFY(stream.error().what.contains(kStub));
}

void tst_Connect::triesAllAddresses()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress(QStringLiteral("127.0.0.3"))));
    setHostLookup([](const QString &) {
        return QList<QHostAddress>{QHostAddress(QStringLiteral("::1")),
            QHostAddress(QStringLiteral("127.0.0.2")), QHostAddress(QStringLiteral("127.0.0.3"))};
    });
    auto stream = connectTcp(kStub, server.serverPort(), QDeadlineTimer(5s));
    QVERIFY2(stream, stream ? "" : qPrintable(stream.error().what));
    QCOMPARE(stream.value()->peer().host, QStringLiteral("127.0.0.3"));
}

void tst_Connect::doesNotWaitForADeadAddress()
{
    // The first address keeps silent; the second one answers long before the deadline, which the first would
    // have used up.
    const SilentListener silent;
    QTcpServer server;
    if (!server.listen(QHostAddress(QStringLiteral("127.0.0.2")), quint16(silent.port())))
        QSKIP("the port is taken on 127.0.0.2");
    setHostLookup([](const QString &) {
        return QList<QHostAddress>{
            QHostAddress(QStringLiteral("127.0.0.1")), QHostAddress(QStringLiteral("127.0.0.2"))};
    });
    QElapsedTimer clock;
    clock.start();
    auto stream = connectTcp(kStub, silent.port(), QDeadlineTimer(20s));
    QVERIFY2(stream, stream ? "" : qPrintable(stream.error().what));
    QCOMPARE(stream.value()->peer().host, QStringLiteral("127.0.0.2"));
    QVERIFY2(clock.elapsed() < 2000, qPrintable(QString::number(clock.elapsed())));
}

void tst_Connect::prefersTheTellingError()
{
    const int port = closedPort();
    setHostLookup([](const QString &) {
        return QList<QHostAddress>{
            QHostAddress(QStringLiteral("255.255.255.255")), QHostAddress(QStringLiteral("127.0.0.1"))};
    });
    const auto stream = connectTcp(kStub, port, QDeadlineTimer(5s));
    QVERIFY(!stream);
    QCOMPARE(stream.error().code, QStringLiteral("connect.refused"));
    QVERIFY(stream.error().what.startsWith(kStub));
}

void tst_Connect::canBeCancelled_data()
{
    QTest::addColumn<bool>("inLookup");
    QTest::addRow("lookup") << true;
    QTest::addRow("connect") << false;
}

void tst_Connect::canBeCancelled()
{
    QFETCH(bool, inLookup);
    const SilentListener silent;
    const auto release = std::make_shared<std::atomic<bool>>(false);
    if (inLookup) {
        setHostLookup([release](const QString &) {
            while (!*release)
                std::this_thread::sleep_for(1ms);
            return QList<QHostAddress>();
        });
    }
    std::atomic<bool> cancelled{false};
    std::thread other([&cancelled] {
        std::this_thread::sleep_for(50ms);
        cancelled = true;
    });
    QElapsedTimer clock;
    clock.start();
    const auto stream = connectTcp(inLookup ? kStub : QStringLiteral("127.0.0.1"), silent.port(),
        QDeadlineTimer(QDeadlineTimer::Forever), &cancelled);
    const qint64 elapsed = clock.elapsed();
    *release = true;
    other.join();
    QVERIFY(!stream);
    QCOMPARE(stream.error().kind, Error::Kind::Cancelled);
    QVERIFY2(elapsed < 150, qPrintable(QString::number(elapsed)));
}

void tst_Connect::looksUpAsynchronously()
{
    for (const bool isStub : {false, true}) {
        if (isStub)
            setHostLookup(
                [](const QString &) { return QList<QHostAddress>{QHostAddress(QHostAddress::LocalHost)}; });
        for (const QString &host : {QStringLiteral("localhost"), QStringLiteral("127.0.0.1")}) {
            QList<QHostAddress> found;
            bool isInside = true;
            lookupHostAsync(host, this, [&](const Result<QList<QHostAddress>> &addresses) {
                QVERIFY(!isInside);
                found = addresses.valueOr({});
            });
            isInside = false;
            QTRY_VERIFY(!found.isEmpty());
            QVERIFY(found.constFirst().isLoopback());
        }
    }
}

void tst_Connect::forgetsALookupWhoseContextDied()
{
    const auto release = std::make_shared<std::atomic<bool>>(false);
    const auto ended = std::make_shared<std::atomic<bool>>(false);
    setHostLookup([release, ended](const QString &) {
        while (!*release)
            std::this_thread::sleep_for(1ms);
        *ended = true;
        return QList<QHostAddress>{QHostAddress(QHostAddress::LocalHost)};
    });
    bool wasCalled = false;
    auto context = std::make_unique<QObject>();
    lookupHostAsync(kStub, context.get(), [&](const auto &) { wasCalled = true; });
    context.reset();
    *release = true;
    QTRY_VERIFY(*ended);
    QCoreApplication::processEvents();
    QVERIFY(!wasCalled);
}

void tst_Connect::givesADurationInWords()
{
    QCOMPARE(durationText(5s), QStringLiteral("5 s"));
    QCOMPARE(durationText(250ms), QStringLiteral("0.25 s"));
    QCOMPARE(connectTimeout(QStringLiteral("10.0.0.7"), 9090, 5s).what,
        QStringLiteral("No answer from 10.0.0.7:9090 in 5 s. Often a firewall."));
}

QTEST_GUILESS_MAIN(tst_Connect)
#include "tst_connect.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/transport/stream.h>

#include <QElapsedTimer>
#include <QTcpServer>
#include <QTest>

#include <atomic>
#include <thread>

using namespace pyrolens;
using namespace std::chrono_literals;

namespace {

class Listener : public QTcpServer
{
public:
    qintptr accepted = -1;

protected:
    void incomingConnection(qintptr descriptor) override { accepted = descriptor; }
};

using Pair = std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>;

/// Two ends over the loopback interface.
Pair tcpPair()
{
    Listener listener;
    if (!listener.listen(QHostAddress::LocalHost))
        return {};
    auto first = connectTcp(QStringLiteral("127.0.0.1"), listener.serverPort(), QDeadlineTimer(2s));
    listener.waitForNewConnection(2000);
    auto second = adoptDescriptor(listener.accepted);
    if (!first || !second)
        return {};
    return {std::move(first).value(), std::move(second).value()};
}

QByteArray readAll(Stream &stream, qsizetype bytes)
{
    QByteArray all;
    stream.setTimeout(2s);
    while (all.size() < bytes) {
        QByteArray some(bytes - all.size(), Qt::Uninitialized);
        const Io io = stream.read(some.data(), some.size());
        if (io.status != Io::Status::Ok)
            break;
        all += some.first(io.bytes);
    }
    return all;
}

} // namespace

class tst_Stream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void carriesBytesBothWays_data();
    void carriesBytesBothWays();
    void endsAReadAtItsTimeout();
    void restoresWaitingForEver();
    void reportsWhatIsReadable();
    void wouldBlockWhenNonBlocking();
    void writesAllToASlowReader();
    void stopsWritingAtTheDeadline();
    void tellsAResetFromAClose();
    void wakesABlockedReadFromAnotherThread();
    void survivesUseAfterClose();
    void knowsItsEndsAfterTheyAreGone();
    void refusesADescriptorThatIsNoSocket();
    void writesAddresses_data();
    void writesAddresses();
};

void tst_Stream::carriesBytesBothWays_data()
{
    QTest::addColumn<bool>("tcp");
    QTest::addRow("tcp") << true;
    QTest::addRow("pair") << false;
}

void tst_Stream::carriesBytesBothWays()
{
    QFETCH(bool, tcp);
    auto [a, b] = tcp ? tcpPair() : std::move(connectedPair()).value();
    QVERIFY(a && b);
    QVERIFY(a->writeAll("question", QDeadlineTimer(1s)));
    QCOMPARE(readAll(*b, 8), "question");
    QCOMPARE(b->write("answer").bytes, 6);
    QCOMPARE(readAll(*a, 6), "answer");
}

void tst_Stream::endsAReadAtItsTimeout()
{
    auto [a, b] = tcpPair();
    a->setTimeout(30ms);
    QElapsedTimer clock;
    clock.start();
    char byte = 0;
    QCOMPARE(a->read(&byte, 1).status, Io::Status::TimedOut);
    QVERIFY2(clock.elapsed() >= 25 && clock.elapsed() < 500, qPrintable(QString::number(clock.elapsed())));
}

void tst_Stream::restoresWaitingForEver()
{
    auto [a, b] = tcpPair();
    char byte = 0;
    a->setTimeout(10ms);
    QCOMPARE(a->read(&byte, 1).status, Io::Status::TimedOut);
    a->setTimeout(0ms);
    std::thread later([&b = b] {
        std::this_thread::sleep_for(60ms);
        b->write("x");
    });
    QCOMPARE(a->read(&byte, 1).status, Io::Status::Ok);
    later.join();
}

void tst_Stream::reportsWhatIsReadable()
{
    auto [a, b] = tcpPair();
    QVERIFY(!a->isReadable());
    QVERIFY(b->writeAll("x", QDeadlineTimer(1s)));
    QTRY_VERIFY(a->isReadable());
    QCOMPARE(readAll(*a, 1), "x");
    QVERIFY(!a->isReadable());
    b->close();
    QTRY_VERIFY(a->isReadable()); // the end counts too
    char byte = 0;
    QCOMPARE(a->read(&byte, 1).status, Io::Status::Closed);
}

void tst_Stream::wouldBlockWhenNonBlocking()
{
    auto [a, b] = tcpPair();
    QVERIFY(a->setBlocking(false));
    char byte = 0;
    QCOMPARE(a->read(&byte, 1).status, Io::Status::WouldBlock);
    const QByteArray much(1024 * 1024, 'x');
    Io io;
    for (int i = 0; i < 100 && io.status == Io::Status::Ok; ++i)
        io = a->write(much);
    QCOMPARE(io.status, Io::Status::WouldBlock);
    QVERIFY(a->setBlocking(true));
    a->setTimeout(10ms);
    QCOMPARE(a->read(&byte, 1).status, Io::Status::TimedOut);
}

void tst_Stream::writesAllToASlowReader()
{
    auto [a, b] = tcpPair();
    QByteArray much(8 * 1024 * 1024, Qt::Uninitialized);
    for (qsizetype i = 0; i < much.size(); ++i)
        much[i] = char(i * 7);
    QByteArray got;
    std::thread reader([&b = b, &got, size = much.size()] {
        std::this_thread::sleep_for(30ms);
        got = readAll(*b, size);
    });
    const auto status = a->writeAll(much, QDeadlineTimer(10s));
    reader.join();
    QVERIFY(status);
    QVERIFY(got == much);
}

void tst_Stream::stopsWritingAtTheDeadline()
{
    auto [a, b] = tcpPair();
    const QByteArray much(32 * 1024 * 1024, 'x');
    QElapsedTimer clock;
    clock.start();
    const auto status = a->writeAll(much, QDeadlineTimer(50ms));
    QVERIFY(!status);
    QCOMPARE(status.error().kind, Error::Kind::Timeout);
    QVERIFY2(clock.elapsed() >= 45 && clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
}

void tst_Stream::tellsAResetFromAClose()
{
    auto [a, b] = tcpPair();
    b->reset();
    char byte = 0;
    a->setTimeout(1s);
    const Io io = a->read(&byte, 1);
    QCOMPARE(io.status, Io::Status::Failed);
    QVERIFY(!io.what.isEmpty());
    const auto status = a->writeAll("into the void", QDeadlineTimer(1s)); // and no SIGPIPE
    QVERIFY(!status);
    QCOMPARE(status.error().kind, Error::Kind::Disconnected);
}

void tst_Stream::wakesABlockedReadFromAnotherThread()
{
    auto [a, b] = tcpPair();
    std::atomic<bool> isReading{false};
    std::thread other([&a = a, &isReading] {
        while (!isReading)
            std::this_thread::yield();
        std::this_thread::sleep_for(20ms);
        a->shutdown();
    });
    QElapsedTimer clock;
    clock.start();
    isReading = true;
    char byte = 0;
    a->setTimeout(5s);
    QCOMPARE(a->read(&byte, 1).status, Io::Status::Closed);
    QVERIFY(clock.elapsed() < 1000);
    other.join();
}

void tst_Stream::survivesUseAfterClose()
{
    auto [a, b] = tcpPair();
    a->close();
    a->close();
    a->shutdown();
    QCOMPARE(a->descriptor(), qintptr(-1));
    char byte = 0;
    QCOMPARE(a->read(&byte, 1).status, Io::Status::Closed);
    QCOMPARE(a->write("x").status, Io::Status::Closed);
    QVERIFY(!a->writeAll("x", QDeadlineTimer(1s)));
    QVERIFY(!a->setBlocking(false));
    QVERIFY(a->isReadable());
}

void tst_Stream::knowsItsEndsAfterTheyAreGone()
{
    auto [a, b] = tcpPair();
    const QString peer = a->peer().toString();
    QVERIFY(peer.startsWith(QStringLiteral("127.0.0.1:")));
    QCOMPARE(b->local().toString(), peer);
    a->close();
    QCOMPARE(a->peer().toString(), peer);
}

void tst_Stream::refusesADescriptorThatIsNoSocket()
{
    for (const qintptr descriptor : {qintptr(-1), qintptr(0), qintptr(100'000)})
        QCOMPARE(adoptDescriptor(descriptor).error().kind, Error::Kind::Usage);
}

void tst_Stream::writesAddresses_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<QString>("text");
    QTest::addRow("v4") << QStringLiteral("10.0.0.7") << 9090 << QStringLiteral("10.0.0.7:9090");
    QTest::addRow("v6") << QStringLiteral("fe80::1") << 9090 << QStringLiteral("[fe80::1]:9090");
    QTest::addRow("name") << QStringLiteral("lab") << 1 << QStringLiteral("lab:1");
    QTest::addRow("no-port") << QStringLiteral("local") << 0 << QStringLiteral("local");
}

void tst_Stream::writesAddresses()
{
    QFETCH(QString, host);
    QFETCH(int, port);
    QFETCH(QString, text);
    QCOMPARE((Endpoint{host, port}.toString()), text);
}

QTEST_GUILESS_MAIN(tst_Stream)
#include "tst_stream.moc"

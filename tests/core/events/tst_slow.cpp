// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "eventfixture.h"
#include "support/slowdown.h"

#include <pyrolens/server/daemonthread.h>

#include <QSemaphore>
#include <QTcpServer>

using namespace eventtest;

namespace {

constexpr int kBig = 1024 * 1024; // a few of these fill what the kernel buffers

/// A subscriber that takes an event only when it is told to.
class Stubborn
{
public:
    explicit Stubborn(Server &server)
    {
        auto servant = std::make_shared<LambdaServant>(QStringLiteral("Stubborn"), Threading::Serialized);
        servant->method(QStringLiteral("event(event)"), [this](const auto &, CallContext &) -> Outcome {
            m_gate.acquire();
            ++taken;
            return Value();
        });
        DaemonOptions options;
        options.onewayThreaded = false; // reads no more while it works
        options.classes.acceptAll = true;
        Result<Uri> uri = Error::cancelled();
        m_daemon
            .start(context()->catalogue, options,
                [&](Daemon &daemon) -> Status {
                    uri = daemon.connectServant(servant);
                    return uri ? Status(Done{}) : Status(uri.error());
                })
            .valueOr(0);
        Reference reference;
        reference.uri = uri.valueOr({}).toString();
        self = Value::reference(reference);
        subscribed = server.call(QStringLiteral("subscribe"), {Value::str("s"), self});
    }
    ~Stubborn() { letGo(); }
    void letGo() { m_gate.release(1'000'000); }
    void die()
    {
        letGo();
        m_daemon.stop();
    }

    std::atomic<int> taken = 0;
    Value self;
    Reply subscribed = Error::cancelled();

private:
    QSemaphore m_gate;
    DaemonThread m_daemon;
};

Value big()
{
    return Value::str(QByteArray(kBig, 'x'));
}

} // namespace

class tst_Slow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void slowOneLosesEventsAndStallsNobody();
    void slowOneHoldsUpItsPublishers();
    void weightCountsAsWellAsNumber();
    void stalledOneIsRemoved();
    void deadOneIsRemoved();
    void deadOneIsNoticedWithoutAnEvent();
    void oneThatForgotItsObjectIsRemoved();
    void unreachableOneIsRemoved();
    void idleConnectionIsMadeAnew();
};

void tst_Slow::slowOneLosesEventsAndStallsNobody()
{
    EventServerOptions options;
    options.queueSize = 5;
    Server server(options);
    Stubborn slow(server);
    QVERIFY(slow.subscribed);
    Client quick(server);
    QVERIFY(wait(quick.subscriber().subscribe({QStringLiteral("s")})));
    for (int i = 1; i <= 60; ++i) {
        QVERIFY(server.publish(QStringLiteral("s"), big()));
        QTRY_COMPARE(quick.got().size(), i);
    }
    const qint64 lost = server.server().counters().dropped;
    QVERIFY(lost > 0);
    slow.letGo();
    QTRY_COMPARE(slow.taken.load(), 60 - int(lost));
}

void tst_Slow::slowOneHoldsUpItsPublishers()
{
    EventServerOptions options;
    options.queueSize = 5;
    options.fullQueue = EventServerOptions::FullQueue::Block;
    Server server(options);
    Stubborn slow(server);
    QVERIFY(slow.subscribed);
    Client quick(server);
    QVERIFY(wait(quick.subscriber().subscribe({QStringLiteral("s"), QStringLiteral("other")})));
    // Publishes until nobody answers any more.
    EventPublisher publisher(context(), server.uri());
    int answered = 0;
    int published = 0;
    QObject scope;
    const auto publish = [&](const auto &again) -> void {
        if (published == 100)
            return;
        ++published;
        publisher.publish(QStringLiteral("s"), big()).then(&scope, [&, again](const Reply &reply) {
            QVERIFY(reply);
            ++answered;
            again(again);
        });
    };
    publish(publish);
    // Publishers of other subjects do not wait, and nobody else's events do. What the server has taken and
    // not answered after two of their rounds is held up.
    int rounds = 0;
    const auto isTaken = [&] { return server.server().counters().published == published + rounds; };
    const auto round = [&] {
        ++rounds;
        QVERIFY(server.publish(QStringLiteral("other"), Value::integer(rounds)));
        QTRY_VERIFY(quick.got().contains(QStringLiteral("other=%1").arg(rounds)));
    };
    for (int before = -1; before != answered || !isTaken();) {
        QTRY_VERIFY(isTaken());
        before = answered;
        round();
        round();
    }
    QVERIFY(answered > 5 && answered < 100);
    QCOMPARE(published, answered + 1);
    QTRY_COMPARE(quick.got().count(u"s=" + QString::fromLatin1(QByteArray(kBig, 'x')) + u"-1"), published);
    slow.letGo();
    QTRY_COMPARE_WITH_TIMEOUT(answered, 100, 5'000 * testing::kSlowdown);
    QTRY_COMPARE(slow.taken.load(), 100);
    QCOMPARE(server.server().counters().dropped, 0);
}

void tst_Slow::weightCountsAsWellAsNumber()
{
    EventServerOptions options;
    options.queueBytes = 3 * kBig;
    Server server(options);
    Stubborn slow(server);
    QVERIFY(slow.subscribed);
    for (int i = 1; i <= 60; ++i)
        QVERIFY(server.publish(QStringLiteral("s"), big()));
    QTRY_VERIFY(server.server().counters().dropped > 0);
}

void tst_Slow::stalledOneIsRemoved()
{
    EventServerOptions options;
    options.stallTimeout = std::chrono::milliseconds(300);
    options.fullQueue = EventServerOptions::FullQueue::Block;
    options.queueSize = 2;
    Server server(options);
    Stubborn slow(server);
    QSignalSpy lost(&server.server(), &EventServer::subscriberLost);
    QTest::ignoreMessage(
        QtWarningMsg, QRegularExpression(QStringLiteral("event.subscriber-lost .*no events")));
    for (int i = 1; i <= 60; ++i)
        QVERIFY(server.publish(QStringLiteral("s"), big())); // answered, though nobody reads
    QTRY_COMPARE(lost.count(), 1);
    QCOMPARE(server.server().counters().subscribers, 0);
}

void tst_Slow::deadOneIsRemoved()
{
    Server server;
    Client good(server);
    Client dead(server);
    for (Client *client : {&dead, &good})
        QVERIFY(wait(client->subscriber().subscribe({QStringLiteral("s")})));
    dead.destroy();
    QSignalSpy lost(&server.server(), &EventServer::subscriberLost);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("event.subscriber-lost")));
    QVERIFY(server.publish(QStringLiteral("s"), Value::integer(1)));
    QTRY_COMPARE(good.got(), QStringList{QStringLiteral("s=1")});
    QTRY_COMPARE(lost.count(), 1);
    QCOMPARE(server.server().counters().subscribers, 1);
}

void tst_Slow::deadOneIsNoticedWithoutAnEvent()
{
    Server server;
    Client dead(server);
    QVERIFY(wait(dead.subscriber().subscribe({QStringLiteral("s")})));
    QVERIFY(server.publish(QStringLiteral("s"), Value::integer(1)));
    QTRY_COMPARE(dead.got().size(), 1);
    QSignalSpy lost(&server.server(), &EventServer::subscriberLost);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("event.subscriber-lost")));
    dead.destroy();
    QTRY_COMPARE(lost.count(), 1);
}

void tst_Slow::oneThatForgotItsObjectIsRemoved()
{
    Server server;
    Client client(server);
    Reference other;
    other.uri = client.subscriber().uri().toString() + u"gone";
    QVERIFY(server.call(QStringLiteral("subscribe"), {Value::str("s"), Value::reference(other)}));
    QCOMPARE(server.server().counters().subscribers, 1);
    QVERIFY(server.publish(QStringLiteral("s"), Value::integer(1)));
    // Our daemons say nothing to a oneway call, so all that can be seen is that it harms nobody.
    QTRY_COMPARE(server.server().counters().delivered, 1);
    QVERIFY(client.got().isEmpty());
}

void tst_Slow::unreachableOneIsRemoved()
{
    Server server;
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress(QHostAddress::LocalHost), 0));
    Reference nobody;
    nobody.uri = QStringLiteral("PYRO://127.0.0.1:%1/0123456789").arg(closed.serverPort());
    closed.close();
    QVERIFY(server.call(QStringLiteral("subscribe"), {Value::str("s"), Value::reference(nobody)}));
    QSignalSpy lost(&server.server(), &EventServer::subscriberLost);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("event.subscriber-lost .*refused")));
    QVERIFY(server.publish(QStringLiteral("s"), Value::integer(1)));
    QTRY_COMPARE(lost.count(), 1);
    QCOMPARE(lost.front().front().toString(), nobody.uri);
}

void tst_Slow::idleConnectionIsMadeAnew()
{
    Server server;
    // Hosted on a daemon that closes idle connections, as those of the original with a timeout do.
    DaemonOptions options;
    options.service = true;
    options.classes.acceptAll = true;
    options.connections.idle = std::chrono::milliseconds(100);
    Daemon daemon(context()->catalogue, options);
    QVERIFY(daemon.listen());
    EventSubscriberOptions subscriberOptions;
    subscriberOptions.server = server.uri();
    EventSubscriber subscriber(context(), subscriberOptions);
    QSignalSpy got(&subscriber, &EventSubscriber::eventReceived);
    QVERIFY(subscriber.start(daemon));
    QVERIFY(wait(subscriber.subscribe({QStringLiteral("s")})));
    for (int i = 1; i <= 3; ++i) {
        QVERIFY(server.publish(QStringLiteral("s"), Value::integer(i)));
        QTRY_COMPARE(got.count(), i);
        QTRY_COMPARE(daemon.connectionCount(), 0);
    }
    QCOMPARE(server.server().counters().subscribers, 1);
    subscriber.stop();
}

QTEST_GUILESS_MAIN(tst_Slow)
#include "tst_slow.moc"

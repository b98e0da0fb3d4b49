// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "eventfixture.h"

using namespace eventtest;

class tst_Subscriber : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEvents_data();
    void readsEvents();
    void tellsTheTime();
    void dropsTheOldestForASlowOwner();
    void survivesDeletionInAHandler();
    void subscribesAgainToANewServer();
    void reportsAnAbsentServerOnce();
    void remembersWhatItWants();
    void ignoresWhatIsNoEvent();
    void sinkSaysWhetherItWorked();
};

void tst_Subscriber::readsEvents_data()
{
    QTest::addColumn<bool>("asUnicode");
    QTest::newRow("str") << false;
    QTest::newRow("unicode") << true;
}

void tst_Subscriber::readsEvents()
{
    QFETCH(bool, asUnicode);
    const Value subject = asUnicode ? Value::text(QStringLiteral("News")) : Value::str("News");
    const Value instance = Event::makeValue(subject, Value::integer(7), 1.5);
    const auto event = Event::fromValue(instance);
    QVERIFY(event);
    QCOMPARE(event->subject, QStringLiteral("News"));
    QCOMPARE(event->message.asInteger(), 7);
    QCOMPARE(event->time, 1.5);
    QVERIFY(!Event::fromValue(Value::integer(1)));
    QVERIFY(!Event::fromValue(Event::makeValue(Value(), Value(), 0)));
}

void tst_Subscriber::tellsTheTime()
{
    Event event;
    event.time = 1795337291.921778;
    QCOMPARE(event.dateTime().toString(Qt::ISODateWithMs), QStringLiteral("2026-11-22T08:48:11.921Z"));
    for (const double time : {qQNaN(), qInf(), 1e300, -1e300}) {
        event.time = time;
        QVERIFY(!event.dateTime().isValid());
    }
}

void tst_Subscriber::dropsTheOldestForASlowOwner()
{
    EventSubscriberOptions options;
    options.maxPending = 10;
    Client client(Uri(), options);
    Proxy server(context(), client.subscriber().uri());
    // This thread is busy: its event loop does not run.
    for (int i = 0; i < 100; ++i) {
        const Reply reply = server.callBlocking(
            QStringLiteral("event"), {Event::makeValue(Value::str("n"), Value::integer(i), 0)});
        QVERIFY(reply);
    }
    QCOMPARE(client.subscriber().received(), 100);
    QCOMPARE(client.subscriber().dropped(), 90);
    QSignalSpy dropped(&client.subscriber(), &EventSubscriber::eventsDropped);
    QTRY_COMPARE(client.got().size(), 10);
    QCOMPARE(client.got().front(), QStringLiteral("n=90"));
    QCOMPARE(client.got().back(), QStringLiteral("n=99"));
    QCOMPARE(dropped.count(), 1);
    QCOMPARE(dropped.front().front().toLongLong(), 90);
}

void tst_Subscriber::survivesDeletionInAHandler()
{
    Client client{Uri()};
    int handled = 0;
    connect(&client.subscriber(), &EventSubscriber::eventReceived, this, [&] {
        ++handled;
        client.destroy();
    });
    {
        Proxy server(context(), client.subscriber().uri());
        for (int i = 0; i < 3; ++i)
            QVERIFY(server.callBlocking(
                QStringLiteral("event"), {Event::makeValue(Value::str("n"), Value::integer(i), 0)}));
    }
    QTRY_COMPARE(handled, 1);
    QCoreApplication::processEvents();
    QCOMPARE(handled, 1);
}

void tst_Subscriber::subscribesAgainToANewServer()
{
    auto server = std::make_unique<Server>();
    const int port = server->server().port();
    // By its place, as its object id changes.
    const auto place = context()->catalogue->parseUri(
        QStringLiteral("PYROLOC://127.0.0.1:%1/:Pyro.EventService").arg(port), 3);
    QVERIFY(place);
    EventSubscriberOptions options;
    options.resubscribeInterval = std::chrono::milliseconds(50);
    Client client(*place, options);
    QVERIFY(wait(client.subscriber().subscribe({QStringLiteral("s")})));
    QVERIFY(wait(client.subscriber().subscribeMatch({QStringLiteral("p")})));
    server.reset();
    EventServerOptions again;
    again.port = port;
    server = std::make_unique<Server>(again);
    QVERIFY(server->status());
    QTRY_COMPARE(server->server().counters().subscribers, 1);
    QVERIFY(QTest::qWaitFor([&] {
        const bool published = server->publish(QStringLiteral("s"), Value::integer(1)).isOk()
            && server->publish(QStringLiteral("p"), Value::integer(2)).isOk();
        return published && client.got().contains(QStringLiteral("s=1"))
            && client.got().contains(QStringLiteral("p=2"));
    }));
}

void tst_Subscriber::reportsAnAbsentServerOnce()
{
    auto server = std::make_unique<Server>();
    EventSubscriberOptions options;
    options.resubscribeInterval = std::chrono::milliseconds(20);
    Client client(*server, options);
    QSignalSpy failed(&client.subscriber(), &EventSubscriber::resubscribeFailed);
    QVERIFY(wait(client.subscriber().subscribe({QStringLiteral("s")})));
    server.reset();
    QTRY_COMPARE(failed.count(), 1);
    client.subscriber().resubscribe();
    client.subscriber().resubscribe();
    QVERIFY(!wait(client.subscriber().subscribe({QStringLiteral("t")}))); // calls come one after the other
    QCOMPARE(failed.count(), 1);
}

void tst_Subscriber::remembersWhatItWants()
{
    Server server;
    Client client(server);
    QVERIFY(wait(client.subscriber().subscribe({QStringLiteral("A"), QStringLiteral("b")})));
    QVERIFY(wait(client.subscriber().subscribe({QStringLiteral("b")})));
    QVERIFY(wait(client.subscriber().subscribeMatch({QStringLiteral("x.*")})));
    QVERIFY(wait(client.subscriber().unsubscribe({QStringLiteral("a")})));
    QCOMPARE(client.subscriber().subjects(), QStringList{QStringLiteral("b")});
    QCOMPARE(client.subscriber().patterns(), QStringList{QStringLiteral("x.*")});
    QVERIFY(wait(client.subscriber().unsubscribeAll()));
    QVERIFY(client.subscriber().subjects().isEmpty() && client.subscriber().patterns().isEmpty());
}

void tst_Subscriber::ignoresWhatIsNoEvent()
{
    Client client{Uri()};
    Proxy server(context(), client.subscriber().uri());
    const Reply reply = wait(server.call(QStringLiteral("event"), {Value::integer(1)}));
    QCOMPARE(wordsOf(reply), QStringLiteral("exceptions.TypeError"));
    QCOMPARE(client.subscriber().received(), 0);
}

void tst_Subscriber::sinkSaysWhetherItWorked()
{
    auto server = std::make_unique<Server>();
    const Uri uri = server->uri();
    const auto sink = makeEventSink(context(), uri);
    // It blocks, so it is called where a servant would call it: on another thread.
    const auto publish = [&] {
        std::atomic<int> outcome = -1;
        std::thread thread([&] { outcome = sink(QStringLiteral("s"), Value()) ? 1 : 0; });
        const bool ended = QTest::qWaitFor([&] { return outcome != -1; });
        thread.join();
        return ended && outcome == 1;
    };
    QVERIFY(publish());
    server.reset();
    QVERIFY(!publish());
}

QTEST_GUILESS_MAIN(tst_Subscriber)
#include "tst_subscriber.moc"

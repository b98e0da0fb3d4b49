// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "eventfixture.h"
#include "support/peerprocess.h"

#include <csignal>

using namespace eventtest;

namespace {

// Says what it gets; ends after so many events.
const QString kSubscriber
    = QStringLiteral("import sys\n"
                     "from Pyro.EventService.Clients import Subscriber\n"
                     "class Printer(Subscriber):\n"
                     "    left = int(sys.argv[2])\n"
                     "    def event(self, event):\n"
                     "        print '%s %s %r' % (type(event).__name__, event.subject, event.msg)\n"
                     "        Printer.left -= 1\n"
                     "        if Printer.left == 0: self.abort()\n"
                     "printer = Printer(esURI=sys.argv[1])\n"
                     "printer.setThreading(0)\n"
                     "printer.subscribe(('Weather', 'news'))\n"
                     "printer.subscribeMatch(r'stock\\..*')\n"
                     "print 'ready subscribed'\n"
                     "printer.listen()\n"
                     "printer.unsubscribe(['weather', 'news', r'stock\\..*'])\n"
                     "print 'done'\n");
const QString kPublisher = QStringLiteral("import sys\n"
                                          "from Pyro.EventService.Clients import Publisher\n"
                                          "publisher = Publisher(esURI=sys.argv[1])\n"
                                          "publisher.publish('WEATHER', {'celsius': 21.5})\n"
                                          "publisher.publish(['Stock.a', 'other', 'news'], u'x')\n");
const QString kServer
    = QStringLiteral("import os, sys, threading\n"
                     "import Pyro.EventService.Server\n"
                     "starter = Pyro.EventService.Server.EventServiceStarter()\n"
                     "starter.initialize(hostname='127.0.0.1', port=0, norange=1, useNameServer=0)\n"
                     "sys.stdout.write('ready %s\\n' % starter.es.getProxy().URI)\n"
                     "sys.stdout.flush()\n"
                     "starter.daemon.requestLoop()\n");

} // namespace

/// The event server and its clients against the original ones.
class tst_Interop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = m_peer.missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
    }
    void servesTheOriginalsClients_data();
    void servesTheOriginalsClients();
    void forgetsAKilledSubscriber();
    void usesTheOriginalsServer();

private:
    bool startSubscriber(
        PeerProcess &process, const Server &server, int events, const QString &pickleFormat = {})
    {
        QProcessEnvironment environment = m_peer.environment();
        if (!pickleFormat.isEmpty())
            environment.insert(QStringLiteral("PYRO_PICKLE_FORMAT"), pickleFormat);
        // The server lives in this thread: its event loop has to run while the peer subscribes.
        return startPeer(process,
            {QStringLiteral("-c"), kSubscriber, server.uri().toString(), QString::number(events)},
            environment);
    }
    bool startPeer(PeerProcess &process, const QStringList &arguments, const QProcessEnvironment &environment)
    {
        process.process().setProcessEnvironment(environment);
        process.process().setProcessChannelMode(QProcess::MergedChannels);
        process.process().start(m_peer.python, arguments);
        return QTest::qWaitFor([&] { return process.output().contains("ready "); }, 30'000);
    }
    bool runPublisher(const Server &server)
    {
        QProcess publisher;
        publisher.setProcessEnvironment(m_peer.environment());
        publisher.start(m_peer.python, {QStringLiteral("-c"), kPublisher, server.uri().toString()});
        return QTest::qWaitFor([&] { return publisher.state() == QProcess::NotRunning; }, 30'000)
            && publisher.exitCode() == 0;
    }

    Pyro3Peer m_peer;
};

void tst_Interop::servesTheOriginalsClients_data()
{
    QTest::addColumn<QString>("pickleFormat");
    for (const char *format : {"0", "1", "2"})
        QTest::addRow("format-%s", format) << QString::fromLatin1(format);
}

void tst_Interop::servesTheOriginalsClients()
{
    QFETCH(QString, pickleFormat);
    EventServerOptions options;
    options.pickleProtocol = pickleFormat.toInt();
    Server server(options);
    QVERIFY(server.status());
    PeerProcess subscriber;
    QVERIFY2(startSubscriber(subscriber, server, 4, pickleFormat), subscriber.output().constData());
    Client ours(server);
    QVERIFY(wait(ours.subscriber().subscribe({QStringLiteral("weather"), QStringLiteral("other")})));
    QVERIFY(runPublisher(server));
    EventPublisher publisher(context(), server.uri());
    QVERIFY(wait(publisher.publish(QStringLiteral("news"), Value::list({Value::integer(1)}))));
    QTRY_VERIFY_WITH_TIMEOUT(subscriber.output().contains("done"), 20'000);
    QCOMPARE(subscriber.output().mid(subscriber.output().indexOf("Event ")),
        QByteArray(
            "Event WEATHER {'celsius': 21.5}\nEvent Stock.a u'x'\nEvent news u'x'\nEvent news [1]\ndone\n"));
    QTRY_COMPARE(ours.events().size(), 2U);
    QCOMPARE(ours.events()[0].subject, QStringLiteral("WEATHER"));
    QCOMPARE(ours.events()[1].message.toText(), QStringLiteral("x"));
    QTRY_COMPARE(server.server().counters().subscribers, 1); // the other said good-bye
}

void tst_Interop::forgetsAKilledSubscriber()
{
    Server server;
    PeerProcess subscriber;
    QVERIFY2(startSubscriber(subscriber, server, 99), subscriber.output().constData());
    Client ours(server);
    QVERIFY(wait(ours.subscriber().subscribe({QStringLiteral("news")})));
    QVERIFY(server.publish(QStringLiteral("news"), Value::integer(1)));
    QTRY_VERIFY_WITH_TIMEOUT(subscriber.output().contains("Event news 1"), 20'000);
    QSignalSpy lost(&server.server(), &EventServer::subscriberLost);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("event.subscriber-lost")));
    QCOMPARE(::kill(pid_t(subscriber.pid()), SIGKILL), 0);
    for (int i = 2; i <= 20; ++i)
        QVERIFY(server.publish(QStringLiteral("news"), Value::integer(i)));
    QTRY_COMPARE(ours.got().size(), 20);
    QTRY_COMPARE(lost.count(), 1);
    QCOMPARE(server.server().counters().subscribers, 1);
}

void tst_Interop::usesTheOriginalsServer()
{
    PeerProcess real;
    QVERIFY2(real.start(m_peer.python, {QStringLiteral("-c"), kServer}, m_peer.environment()),
        real.output().constData());
    const auto uri = context()->catalogue->parseUri(real.words().first(), 3);
    QVERIFY(uri);
    Client client(*uri);
    QVERIFY(wait(client.subscriber().subscribe({QStringLiteral("Weather")})));
    QVERIFY(wait(client.subscriber().subscribeMatch({QStringLiteral("stock\\..*")})));
    QCOMPARE(wordsOf(wait(client.subscriber().subscribeMatch({QStringLiteral("(")}))),
        QStringLiteral("sre_constants.error"));
    EventPublisher publisher(context(), *uri);
    QStringList wanted;
    for (int i = 0; i < 50; ++i) {
        const QString subject = i % 2 == 0 ? QStringLiteral("WEATHER") : QStringLiteral("Stock.x");
        QVERIFY(wait(publisher.publish(QStringList{subject, QStringLiteral("other")}, Value::integer(i))));
        wanted.append(subject + u'=' + QString::number(i));
    }
    QTRY_COMPARE(client.got(), wanted);
    const Reply ended = wait(client.subscriber().unsubscribeAll());
    QVERIFY2(ended, ended ? "" : qPrintable(ended.error().what));
    QVERIFY(wait(publisher.publish(QStringLiteral("weather"), Value::integer(99))));
    QCOMPARE(client.got(), wanted);
}

QTEST_GUILESS_MAIN(tst_Interop)
#include "tst_interop.moc"

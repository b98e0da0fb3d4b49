// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "plainserver.h"
#include "support/scriptedpeer.h"

using namespace pyrolens;
using namespace nstest;

class tst_Client : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void doesEverythingAsynchronously();
    void reportsErrorsAsynchronously();
    void expandsNamesLocally();
    void neverAnswersADeadContext();
    void survivesDeletionInAHandler();
    void crossesToTheContextsThread();
    void cancels();
    void saysWhereItLooked();
    void takesNoForAnAnswer();
    void listsServersWithoutOurMethod();
    void listsThemAsynchronously();
    void reconnectsAfterAnIdleClose();
    void reconnectsAsynchronouslyAfterAnIdleClose();
    void neverRegistersTwice();
    void followsARestartedServer();
};

void tst_Client::doesEverythingAsynchronously()
{
    nstest::Server server;
    NameServerClient client(nstest::context(), server.address());
    Answer<Done> registered;
    client.registerName(QStringLiteral("a"), kUri, this, registered.handler());
    QCOMPARE(registered.count(), 0); // never from within the call
    QCOMPARE(wordsOf(registered.get()), QStringLiteral("ok"));
    Answer<QString> found;
    client.lookup(QStringLiteral(":Default.a"), this, found.handler());
    QCOMPARE(found.get().valueOr({}), kUri);
    Answer<Done> made;
    client.createGroup(QStringLiteral(":g"), this, made.handler());
    QVERIFY(made.get());
    Answer<Done> noted;
    client.setMeta(QStringLiteral("a"), Value::integer(5), this, noted.handler());
    QVERIFY(noted.get());
    Answer<Value> note;
    client.meta(QStringLiteral("a"), this, note.handler());
    QCOMPARE(note.get().valueOr({}), Value::integer(5));
    Answer<std::vector<NameEntry>> all;
    client.listAll(true, this, all.handler());
    QCOMPARE(all.get().valueOr({}).size(), size_t(5));
    Answer<Done> deleted;
    client.deleteGroup(QStringLiteral(":g"), this, deleted.handler());
    QVERIFY(deleted.get());
    Answer<Done> removed;
    client.unregisterName(QStringLiteral("a"), this, removed.handler());
    QVERIFY(removed.get());
    Answer<Done> ping;
    client.ping(this, ping.handler());
    QVERIFY(ping.get());
    Answer<Uri> located;
    client.locate(this, located.handler());
    QCOMPARE(located.get()->toString(), server.uri());
}

void tst_Client::reportsErrorsAsynchronously()
{
    nstest::Server server;
    NameServerClient client(nstest::context(), server.address());
    Answer<QString> missing;
    client.lookup(QStringLiteral("nope"), this, missing.handler());
    QCOMPARE(wordsOf(missing.get()), QStringLiteral("NamingError(name not found, :Default.nope)"));
    Answer<Done> bad;
    client.registerName(QStringLiteral("a b"), kUri, this, bad.handler());
    QCOMPARE(bad.count(), 0);
    QCOMPARE(wordsOf(bad.get()), QStringLiteral("NamingError(invalid character(s) in name, :Default.a b)"));
    QCOMPARE(bad.count(), 1);
}

void tst_Client::expandsNamesLocally()
{
    NameServerAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.defaultGroup = QStringLiteral(":lab");
    NameServerClient client(nstest::context(), address);
    QCOMPARE(client.fullName(QStringLiteral("x")).valueOr({}), QStringLiteral(":lab.x"));
    QCOMPARE(client.fullName(QString()).valueOr({}), QStringLiteral(":lab"));
    QCOMPARE(client.fullName(QStringLiteral(":x.y")).valueOr({}), QStringLiteral(":x.y"));
    QVERIFY(!client.fullName(QStringLiteral(":x..y")));
    QVERIFY(!client.fullName(QStringLiteral("caf\u00e9")));
    QVERIFY(!client.uri());
    address.defaultGroup = QStringLiteral("lab");
    QCOMPARE(wordsOf(NameServerClient(nstest::context(), address).fullName(QStringLiteral("x"))),
        QStringLiteral("NamingError(default group name is not absolute)"));
}

void tst_Client::neverAnswersADeadContext()
{
    nstest::Server server;
    NameServerClient client(nstest::context(), server.address());
    bool called = false;
    auto context = std::make_unique<QObject>();
    client.ping(context.get(), [&](const auto &) { called = true; });
    context.reset();
    Answer<Done> later;
    client.ping(this, later.handler());
    QVERIFY(later.get());
    QVERIFY(!called);
}

void tst_Client::survivesDeletionInAHandler()
{
    nstest::Server server;
    auto *client = new NameServerClient(nstest::context(), server.address());
    int answers = 0;
    for (int i = 0; i < 3; ++i) {
        client->ping(this, [&](const auto &) {
            ++answers;
            delete std::exchange(client, nullptr);
        });
    }
    QTRY_VERIFY(!client);
    QCoreApplication::processEvents();
    QCOMPARE(answers, 1);
}

void tst_Client::crossesToTheContextsThread()
{
    nstest::Server server;
    NameServerClient client(nstest::context(), server.address());
    QThread thread;
    auto context = std::make_unique<QObject>();
    context->moveToThread(&thread);
    thread.start();
    std::atomic<QThread *> ran = nullptr;
    client.ping(context.get(), [&](const auto &) { ran = QThread::currentThread(); });
    QTRY_COMPARE(ran.load(), &thread);
    thread.quit();
    thread.wait();
}

void tst_Client::cancels()
{
    // Connects, is challenged, and then nothing.
    ScriptedPeer peer(std::vector<ScriptedPeer::Script>(1));
    NameServerAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.port = peer.port();
    NameServerClient client(nstest::context(), address);
    Answer<Done> waiting;
    client.ping(this, waiting.handler());
    QTRY_COMPARE(peer.connections(), 1);
    client.cancel();
    QCOMPARE(waiting.get().error().kind, Error::Kind::Cancelled);
    QCOMPARE(waiting.count(), 1);

    // A blocking call, from another thread.
    ScriptedPeer silent(std::vector<ScriptedPeer::Script>(1));
    address.port = silent.port();
    NameServerClient blocking(nstest::context(), address);
    std::thread canceller([&] {
        while (silent.connections() == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        blocking.cancel();
    });
    const Status status = blocking.pingBlocking();
    canceller.join();
    QVERIFY(!status);
    QCOMPARE(status.error().kind, Error::Kind::Cancelled);
    // What comes later is not concerned: it tries again, and finds the peer gone.
    silent.stop();
    const Status later = blocking.pingBlocking();
    QVERIFY(!later);
    QCOMPARE(later.error().kind, Error::Kind::Disconnected);
}

void tst_Client::saysWhereItLooked()
{
    QTcpServer free;
    QVERIFY(free.listen(QHostAddress::LocalHost));
    NameServerAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.port = free.serverPort();
    free.close();
    const auto refused = NameServerClient(nstest::context(), address).locateBlocking();
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Disconnected);
    QVERIFY(refused.error().what.contains(QString::number(address.port)));
    NameServerClient client(nstest::context(), address);
    Answer<Uri> later;
    client.locate(this, later.handler());
    QCOMPARE(later.get().error().kind, Error::Kind::Disconnected);
}

void tst_Client::takesNoForAnAnswer()
{
    NameServerOptions options;
    options.allowedIdents = QStringList{QStringLiteral("secret")};
    nstest::Server server(options);
    NameServerClient client(nstest::context(), server.address());
    Answer<Done> denied;
    client.ping(this, denied.handler());
    QCOMPARE(denied.get().error().kind, Error::Kind::Denied);
}

void tst_Client::listsServersWithoutOurMethod()
{
    PlainServer server;
    NameServerClient client(nstest::context(), server.address());
    const auto all = client.listAllBlocking(true);
    QVERIFY2(all, qPrintable(wordsOf(all)));
    // The group that was deleted between two requests stays as it was told; nothing fails.
    const std::vector<NameEntry> wanted{{QStringLiteral(":a"), kUri, false},
        {QStringLiteral(":gone"), {}, true}, {QStringLiteral(":z"), {}, true},
        {QStringLiteral(":z.b"), {}, true}, {QStringLiteral(":z.b.x"), kUri, false}};
    QVERIFY(*all == wanted);
    QCOMPARE(client.listAllBlocking(false)->size(), size_t(2));
}

void tst_Client::listsThemAsynchronously()
{
    PlainServer server;
    NameServerClient client(nstest::context(), server.address());
    Answer<std::vector<NameEntry>> all;
    client.listAll(true, this, all.handler());
    QCOMPARE(all.get().valueOr({}).size(), size_t(5));
}

void tst_Client::reconnectsAfterAnIdleClose()
{
    PlainServer server(std::chrono::milliseconds(150));
    NameServerClient client(nstest::context(), server.address());
    QVERIFY(client.pingBlocking());
    for (int i = 0; i < 3; ++i) {
        QTRY_COMPARE(server.connections(), 0);
        QCOMPARE(wordsOf(client.lookupBlocking(QStringLiteral("x"))), QStringLiteral("ok"));
    }
    QTRY_COMPARE(server.connections(), 0);
    QTest::qSleep(1'100); // past the time for which a quiet connection is trusted
    QCOMPARE(wordsOf(client.registerBlocking(QStringLiteral("x"), kUri)), QStringLiteral("ok"));
    QCOMPARE(server.registers.load(), 1);
}

void tst_Client::reconnectsAsynchronouslyAfterAnIdleClose()
{
    PlainServer server(std::chrono::milliseconds(150));
    NameServerClient client(nstest::context(), server.address());
    Answer<Done> first;
    client.ping(this, first.handler());
    QVERIFY(first.get());
    QTRY_COMPARE(server.connections(), 0);
    Answer<QString> found;
    client.lookup(QStringLiteral("x"), this, found.handler());
    QCOMPARE(wordsOf(found.get()), QStringLiteral("ok"));
    QTRY_COMPARE(server.connections(), 0);
    QTest::qSleep(1'100);
    Answer<Done> registered;
    client.registerName(QStringLiteral("x"), kUri, this, registered.handler());
    QCOMPARE(wordsOf(registered.get()), QStringLiteral("ok"));
    QCOMPARE(server.registers.load(), 1);
}

// The peer answers the handshake and the first ping, then takes the register and hangs up.
void tst_Client::neverRegistersTwice()
{
    SessionOptions options;
    options.challenge = QByteArray(16, 'c');
    const auto session = pyro3Generation()->session(Role::Server, options);
    const QByteArray challenge = session->start();
    const auto reply = [&](const Value &value) { return *session->encode(Message::reply(value)); };
    const auto readMessage = [](ScriptedPeer::Player &player) {
        const QByteArray header = player.read(18);
        if (header.size() != 18)
            return false;
        const qint32 size = qFromBigEndian<qint32>(header.constData() + 8);
        return player.read(size).size() == size;
    };
    const ScriptedPeer::Script script{peer::send(challenge), readMessage, peer::send("GRANTED"), readMessage,
        peer::send(reply(Value::str("the-id"))), readMessage, peer::send(reply(Value::none())), readMessage,
        [](ScriptedPeer::Player &player) {
            player.stream().close();
            return false;
        }};
    ScriptedPeer peer({script, script});
    NameServerAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.port = peer.port();
    NameServerClient client(nstest::context(), address);
    const Status status = client.registerBlocking(QStringLiteral("x"), kUri);
    QVERIFY(!status);
    QCOMPARE(status.error().kind, Error::Kind::Disconnected);
    QCOMPARE(peer.received().count("register"), 1);
    QCOMPARE(peer.connections(), 1);
}

void tst_Client::followsARestartedServer()
{
    auto server = std::make_unique<nstest::Server>();
    const NameServerAddress address = server->address();
    NameServerClient client(nstest::context(), address);
    QVERIFY(client.pingBlocking());
    const QString before = client.uri()->toString();
    server.reset();
    NameServerOptions options;
    options.port = address.port;
    server = std::make_unique<nstest::Server>(options);
    QVERIFY2(server->status(), qPrintable(wordsOf(server->status())));
    QCOMPARE(wordsOf(client.lookupBlocking(kOwnName)), QStringLiteral("ok"));
    QVERIFY(client.uri()->toString() != before);
    QCOMPARE(wordsOf(client.registerBlocking(QStringLiteral("x"), kUri)), QStringLiteral("ok"));
}

QTEST_GUILESS_MAIN(tst_Client)
#include "tst_client.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "generations.h"

#include <QElapsedTimer>

using namespace pyrolens;
using namespace pyrolens::testing;

/// Several generations behind one port, in each way of serving connections.
class tst_OnePort : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addModes(); }
    void init();
    void cleanup() { m_daemon.stop(); }
    void servesAllAtTheSameTime();
    void takesSilenceForGeneration3();
    void delaysNobodyWithoutNeed();
    void challengesNobodyWithoutGeneration3();
    void readsGreetingsInPieces();
    void tellsStrangersInTheNearestFormat_data();
    void tellsStrangersInTheNearestFormat();
    void refusesUnixSocketsForGeneration3();
    void objectsHaveAnIdInEachNameSpace();
    void unnamedObjectsHaveOneIdForAll();
    void registersInEachNameSpace();
    void eachGenerationSeesItsOwnIds();
    void turnsAwayInTheFormatOfTheClient();

private:
    void start(std::vector<int> generations, const std::function<void(DaemonOptions &)> &change = {});
    std::unique_ptr<TestClient> connect(int id) const
    {
        auto client = std::make_unique<TestClient>(generation(id), m_port, of(idFor(id)));
        return client;
    }
    static QByteArray idFor(int id) { return id == 3 ? "tree-id" : "lab.probe"; }

    DaemonThread m_daemon;
    std::shared_ptr<Seen> m_seen;
    std::shared_ptr<RefusalLog> m_refusals;
    std::function<void(Daemon &)> m_prepare;
    int m_port = 0;
};

void tst_OnePort::init()
{
    m_seen = std::make_shared<Seen>();
    m_refusals = std::make_shared<RefusalLog>();
    m_prepare = {};
}

void tst_OnePort::start(std::vector<int> generations, const std::function<void(DaemonOptions &)> &change)
{
    const bool hasTree = generations.front() == 3;
    DaemonOptions options = modeOptions(std::move(generations));
    if (change)
        change(options);
    const auto port = m_daemon.start(
        everyGeneration(), options,
        [&](Daemon &daemon) -> Status {
            const auto uri = daemon.connectServant(makeProbe(m_seen, Threading::Serialized),
                hasTree ? QStringLiteral(":lab.probe") : QStringLiteral("lab.probe"),
                hasTree ? QByteArray("tree-id") : QByteArray());
            return uri ? Status(Done()) : Status(uri.error());
        },
        [&](Daemon &daemon) {
            daemon.setObserver(m_refusals);
            if (m_prepare)
                m_prepare(daemon);
        });
    QVERIFY2(port, port ? "" : qPrintable(port.error().what));
    m_port = *port;
}

void tst_OnePort::servesAllAtTheSameTime()
{
    start({3, 4, 5}, [](DaemonOptions &options) { options.sniffTime = 60ms; });
    std::vector<std::unique_ptr<TestClient>> clients;
    for (const int id : {3, 4, 5, 5, 4, 3}) {
        clients.push_back(connect(id));
        QVERIFY(clients.back()->isGreeted());
    }
    for (int round = 0; round < 3; ++round) {
        for (size_t i = 0; i < clients.size(); ++i) {
            const int id = std::array{3, 4, 5, 5, 4, 3}[i];
            const Value value = Value::integer(100 * id + round);
            const auto answer = clients[i]->call(idFor(id), "echo", {value});
            QVERIFY2(answer, qPrintable(QString::number(id) + u' ' + failure(answer)));
            QVERIFY(*answer == value);
        }
    }
    QVERIFY(m_refusals->codes().isEmpty());
}

void tst_OnePort::takesSilenceForGeneration3()
{
    start({3, 4, 5}, [](DaemonOptions &options) { options.sniffTime = 120ms; });
    QElapsedTimer clock;
    clock.start();
    TestClient client(generation(3), m_port);
    const auto first = client.receive();
    QVERIFY(first);
    QVERIFY(first->kind == Message::Kind::Challenge);
    QVERIFY2(clock.elapsed() >= 115, qPrintable(QString::number(clock.elapsed())));
    QVERIFY2(clock.elapsed() < 2'000, qPrintable(QString::number(clock.elapsed())));
}

void tst_OnePort::delaysNobodyWithoutNeed()
{
    // One generation alone, and clients that speak first, wait for nothing.
    QElapsedTimer clock;
    start({3}, [](DaemonOptions &options) { options.sniffTime = 8s; });
    clock.start();
    QVERIFY(connect(3)->call(idFor(3), "echo", {Value()}));
    m_daemon.stop();
    start({3, 4, 5}, [](DaemonOptions &options) { options.sniffTime = 8s; });
    for (const int id : {4, 5})
        QVERIFY(connect(id)->call(idFor(id), "echo", {Value()}));
    QVERIFY2(clock.elapsed() < 5'000, qPrintable(QString::number(clock.elapsed())));
}

void tst_OnePort::challengesNobodyWithoutGeneration3()
{
    start({4, 5}, [](DaemonOptions &options) {
        options.sniffTime = 20ms;
        options.connections.handshake = 400ms;
    });
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("conn.handshake-timeout")));
    TestClient silent(generation(5), m_port);
    const auto bytes = silent.readToEnd();
    QVERIFY(bytes);
    QCOMPARE(*bytes, QByteArray());
    QVERIFY(connect(4)->call(idFor(4), "echo", {Value()}));
    QVERIFY(connect(5)->call(idFor(5), "echo", {Value()}));
}

void tst_OnePort::readsGreetingsInPieces()
{
    start({3, 4, 5}, [](DaemonOptions &options) { options.sniffTime = 40ms; });
    for (const int id : {4, 5}) {
        TestClient client(generation(id), m_port);
        const QByteArray greeting = generation(id).session(Role::Client, of(idFor(id)))->start();
        // Longer than the silence of a generation 3 client: bytes that came are no silence.
        QVERIFY(client.send(greeting.first(3)));
        QTest::qSleep(150);
        for (qsizetype i = 3; i < greeting.size(); ++i)
            QVERIFY(client.send(greeting.sliced(i, 1)));
        const auto verdict = client.receive();
        QVERIFY2(verdict, verdict ? "" : qPrintable(verdict.error().what));
        QVERIFY(verdict->kind == Message::Kind::Accept);
    }
}

void tst_OnePort::tellsStrangersInTheNearestFormat_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<int>("format");
    QTest::addColumn<QString>("told");
    const auto row = [](const char *name, const QByteArray &sent, int format, const char *told) {
        QTest::newRow(name) << sent.leftJustified(48, '\0') << format << QString::fromLatin1(told);
    };
    const char *const old = "invalid data or unsupported protocol version";
    row("version-46", QByteArray("PYRO\0\x2e\0\1", 8), 4, old);
    row("version-49", QByteArray("PYRO\0\x31\0\1", 8), 4, old);
    row("version-255", QByteArray("PYRO\0\xff\0\1", 8), 4, old);
    row("version-501", QByteArray("PYRO\1\xf5\1\1", 8), 5, "invalid protocol version: 501");
    row("version-503", QByteArray("PYRO\1\xf7\1\1", 8), 5, "invalid protocol version: 503");
    row("http", "GET / HTTP/1.1\r\n\r\n", 5, "invalid data");
    row("wake-up", "!!!!!!!!!!!!!!!!", 5, "invalid data");
}

void tst_OnePort::tellsStrangersInTheNearestFormat()
{
    QFETCH(QByteArray, sent);
    QFETCH(int, format);
    QFETCH(QString, told);
    start({3, 4, 5});
    QTest::ignoreMessage(
        QtWarningMsg, QRegularExpression(QStringLiteral("frame.(bad-header|other-protocol)")));
    TestClient client(generation(format), m_port);
    QVERIFY(client.send(sent));
    const auto verdict = client.receive();
    QVERIFY2(verdict, verdict ? "" : qPrintable(verdict.error().what));
    QVERIFY(verdict->kind == Message::Kind::Deny);
    QVERIFY2(verdict->text.startsWith(told), qPrintable(verdict->text));
    QVERIFY(client.readToEnd());
    QVERIFY(connect(5)->call(idFor(5), "echo", {Value()}));
}

void tst_OnePort::refusesUnixSocketsForGeneration3()
{
    DaemonOptions options = modeOptions({3, 5});
    options.unixPath = QStringLiteral("/nowhere/daemon.sock");
    const auto refused = m_daemon.start(everyGeneration(), options);
    QVERIFY(!refused);
    QVERIFY(refused.error().kind == Error::Kind::Unsupported);
    options.generations = {5};
    const auto failed = m_daemon.start(everyGeneration(), options);
    QVERIFY(!failed);
    QVERIFY2(failed.error().what.startsWith(QStringLiteral("cannot listen on the unix socket")),
        qPrintable(failed.error().what));
}

void tst_OnePort::objectsHaveAnIdInEachNameSpace()
{
    start({3, 4, 5}, [](DaemonOptions &options) { options.sniffTime = 20ms; });
    Daemon &daemon = *m_daemon.daemon();
    const QString end = QStringLiteral("127.0.0.1:%1").arg(m_port);
    const QString tree = QStringLiteral("PYRO://%1/tree-id").arg(end);
    const QString flat = QStringLiteral("PYRO:lab.probe@") + end;
    QCOMPARE(daemon.uriFor("tree-id").toString(), tree);
    QCOMPARE(daemon.uriFor("tree-id", 5).toString(), flat);
    QCOMPARE(daemon.uriFor("lab.probe", 4).toString(), flat);
    QCOMPARE(daemon.uriFor("lab.probe", 3).toString(), tree);
    QStringList all;
    for (const Uri &uri : daemon.urisFor("lab.probe"))
        all.append(uri.toString());
    QCOMPARE(all, QStringList({tree, flat}));
    QCOMPARE(daemon.objects().size(), size_t(1));
    QCOMPARE(daemon.objects().front().name, QStringLiteral(":lab.probe"));
    QVERIFY(connect(5)->call("lab.probe", "note", {Value::integer(5)}));
    QVERIFY(connect(3)->call("tree-id", "note", {Value::integer(3)}));
    QCOMPARE(m_seen->count(), size_t(2)); // one and the same servant
    QVERIFY(daemon.disconnectServant("lab.probe"));
    QVERIFY(daemon.objects().empty());
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.object")));
    QCOMPARE(failure(connect(3)->call("tree-id", "echo", {Value()})),
        QStringLiteral("ProtocolError: unknown object ID"));
}

void tst_OnePort::unnamedObjectsHaveOneIdForAll()
{
    start({3, 4, 5}, [](DaemonOptions &options) { options.sniffTime = 20ms; });
    auto client = connect(5);
    const auto made = client->call("lab.probe", "make");
    QVERIFY2(made, qPrintable(failure(made)));
    const auto proxy = generation(5).asReference(*made);
    QVERIFY(proxy);
    const auto uri = generation(5).parseUri(proxy->uri);
    QVERIFY(uri);
    const QByteArray id = uri->object.toUtf8();
    QVERIFY(id.startsWith("obj_"));
    QVERIFY(connect(3)->call(id, "echo", {Value()}));
    QVERIFY(connect(4)->call(id, "echo", {Value()}));
}

void tst_OnePort::registersInEachNameSpace()
{
    class Names final : public Registrar
    {
    public:
        bool takesFlat = true;
        QStringList names;
        Status registerName(const QString &name, const Uri &uri) override
        {
            if (name == u"taken")
                return raise(QStringLiteral("NamingError"), {Value::utf8("name already exists")});
            names.append(name + u'=' + uri.object);
            return Done();
        }
        Status unregisterName(const QString &name) override
        {
            names.removeIf([&](const QString &each) { return each.startsWith(QString(name + u'=')); });
            return Done();
        }
        Result<Uri> resolve(const QString &) override
        {
            return raise(QStringLiteral("NamingError"), {Value::utf8("name not found")});
        }
        bool takes(const Uri &uri) const override { return uri.classic || takesFlat; }
    };
    const auto names = std::make_shared<Names>();
    m_prepare = [&](Daemon &daemon) { daemon.setRegistrar(names); };
    start({3, 4, 5});
    QCOMPARE(names->names,
        QStringList({QStringLiteral(":lab.probe=tree-id"), QStringLiteral("lab.probe=lab.probe")}));
    // Taken in one of them: it is in none, and hosts nothing.
    Daemon &daemon = *m_daemon.daemon();
    const auto probe = makeProbe(m_seen, Threading::Serialized);
    QVERIFY(!daemon.connectServant(probe, QStringLiteral("taken"), {}, 5));
    QCOMPARE(daemon.objects().size(), size_t(1));
    QCOMPARE(names->names.size(), 2);
    QVERIFY(daemon.disconnectServant("tree-id"));
    QVERIFY(names->names.isEmpty());
    // A registrar of the tree only is not bothered with the other.
    names->takesFlat = false;
    QVERIFY(daemon.connectServant(probe, QStringLiteral("lab.other"), {}, 4));
    QCOMPARE(names->names.size(), 1);
    QVERIFY(names->names.front().startsWith(QStringLiteral(":lab.other=")));
}

void tst_OnePort::eachGenerationSeesItsOwnIds()
{
    start({3, 4, 5}, [](DaemonOptions &options) { options.sniffTime = 20ms; });
    const auto tree = connect(3)->query(Message::Query::Registered);
    QVERIFY2(tree, qPrintable(failure(tree)));
    QCOMPARE(tree->size(), 2);
    QVERIFY(*tree->find("tree-id") == str(":lab.probe"));
    QVERIFY(*connect(3)->query(Message::Query::Resolve, QStringLiteral(":lab.probe")) == str("tree-id"));
    for (const int id : {4, 5}) {
        const auto flat = connect(id)->query(Message::Query::Registered);
        QVERIFY2(flat, qPrintable(failure(flat)));
        QVERIFY(*flat == Value::list({text("Pyro.Daemon"), text("lab.probe")}));
    }
    // The daemon of one name space is no object of the other.
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("call.object")));
    const auto refused = connect(5)->call(generation(3).info().daemonObject, "echo", {Value()});
    QCOMPARE(failure(refused), QStringLiteral("DaemonError: unknown object"));
}

void tst_OnePort::turnsAwayInTheFormatOfTheClient()
{
    start({3, 4, 5}, [](DaemonOptions &options) {
        options.sniffTime = 100ms;
        options.connections.maxConnections = 1;
    });
    const auto first = connect(5);
    QVERIFY(first->call(idFor(5), "echo", {Value()}));
    for (const int id : {4, 5}) {
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("conn.limit")));
        const auto verdict = connect(id)->greet();
        QVERIFY2(verdict, verdict ? "" : qPrintable(verdict.error().what));
        QVERIFY(verdict->kind == Message::Kind::Deny);
        QVERIFY(verdict->text.startsWith(
            QStringLiteral("no free workers, increase server threadpool size (too many connections)")));
    }
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("conn.limit")));
    const auto verdict = connect(3)->greet();
    QVERIFY(verdict);
    QVERIFY(verdict->kind == Message::Kind::Deny);
    QCOMPARE(verdict->denyCode, 1);
    QVERIFY(first->call(idFor(5), "echo", {Value()}));
}

QTEST_GUILESS_MAIN(tst_OnePort)
#include "tst_oneport.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "flatfixture.h"
#include "plainserver.h"

#include <pyrolens/discovery/discovery.h>

#include <QTemporaryDir>

using namespace pyrolens;
using namespace nstest;

namespace {

const QString kFlatUri = QStringLiteral("PYRO:obj@127.0.0.1:4444");
const QString kTreeUri = QStringLiteral("PYRO://127.0.0.1:7766/7f0000010001aaaa");

Value texts(const QStringList &list)
{
    std::vector<Value> items;
    for (const QString &text : list)
        items.push_back(Value::text(text));
    return Value::list(std::move(items));
}

} // namespace

/// The name server of several generations, and the client that asks any of them.
class tst_FlatServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servesAllGenerationsOnOnePort();
    void doesEverything_data();
    void doesEverything();
    void doesEverythingAsynchronously_data();
    void doesEverythingAsynchronously();
    void findsOutWhoIsThere_data();
    void findsOutWhoIsThere();
    void findsOutAsynchronously();
    void answersBothBroadcasts();
    void isFoundByBroadcast();
    void keepsFlatNamesOverARestart();
    void refusesWhatMakesNoSense_data();
    void refusesWhatMakesNoSense();
    void requiresTheKey();
    void resolvesLogicalUris_data();
    void resolvesLogicalUris();
    void registersInEachSpace_data();
    void registersInEachSpace();
    void closesIdleConnectionsOfGeneration3Only();
};

void tst_FlatServer::servesAllGenerationsOnOnePort()
{
    nstest::Server server(everyGeneration(), serving({3, 4, 5}));
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    const QStringList uris = server.server().uris();
    QCOMPARE(uris.size(), 2);
    QVERIFY(uris[0].startsWith(QStringLiteral("PYRO://127.0.0.1:%1/").arg(server.port())));
    QCOMPARE(uris[1], QStringLiteral("PYRO:Pyro.NameServer@127.0.0.1:%1").arg(server.port()));
    NameServerClient tree(everyContext(), addressOf(server.port(), 3));
    NameServerClient pyro4(everyContext(), addressOf(server.port(), 4));
    NameServerClient pyro5(everyContext(), addressOf(server.port(), 5));
    QCOMPARE(wordsOf(tree.registerBlocking(QStringLiteral(":x"), kTreeUri)), QStringLiteral("ok"));
    QCOMPARE(wordsOf(pyro4.registerBlocking(QStringLiteral("x"), kFlatUri)), QStringLiteral("ok"));
    QCOMPARE(wordsOf(pyro5.registerBlocking(QStringLiteral("x"), kFlatUri)),
        QStringLiteral("NamingError(name already registered: x)"));
    QCOMPARE(pyro5.lookupBlocking(QStringLiteral("x")).valueOr({}), kFlatUri);
    QCOMPARE(tree.lookupBlocking(QStringLiteral(":x")).valueOr({}), kTreeUri);
    QCOMPARE(tree.lookupBlocking(QStringLiteral(":Pyro.NameServer")).valueOr({}), uris[0]);
    QCOMPARE(pyro4.lookupBlocking(QStringLiteral("Pyro.NameServer")).valueOr({}), uris[1]);
    // The tree: two groups, the own entry, x; the flat space: the own entry, x.
    QCOMPARE(server.server().nameCount(), 6);
    // The tags by which each original finds its name server.
    QCOMPARE(pyro4.metaBlocking(QStringLiteral("Pyro.NameServer")).valueOr({}),
        texts({QStringLiteral("class:Pyro4.naming.NameServer"),
            QStringLiteral("class:Pyro5.nameserver.NameServer")}));
}

void tst_FlatServer::doesEverything_data()
{
    QTest::addColumn<int>("generation");
    QTest::addColumn<QByteArray>("codec");
    for (const auto &each : everyGeneration()->all()) {
        if (each->info().features.hierarchicalNames)
            continue;
        for (const QByteArray &codec : each->info().codecs) {
            if (codec != "dill" && codec != "cloudpickle") // forms of pickle
                QTest::addRow("%d-%s", each->info().id, codec.constData()) << each->info().id << codec;
        }
    }
}

void tst_FlatServer::doesEverything()
{
    QFETCH(int, generation);
    QFETCH(QByteArray, codec);
    nstest::Server server(everyGeneration(), serving({4, 5}));
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    QCOMPARE(server.server().uris().size(), 1);
    NameServerAddress address = addressOf(server.port(), generation);
    address.options.codec = codec;
    NameServerClient client(everyContext(), address);
    QCOMPARE(wordsOf(client.pingBlocking()), QStringLiteral("ok"));
    QCOMPARE(client.countBlocking().valueOr(0), 1);
    for (const char *name : {"a.one", "a.two", "b", "", "c d"})
        QCOMPARE(wordsOf(client.registerBlocking(QLatin1String(name), kFlatUri)), QStringLiteral("ok"));
    QCOMPARE(client.countBlocking().valueOr(0), 6);
    QVERIFY(client.setMetaBlocking(
        QStringLiteral("a.one"), texts({QStringLiteral("printer"), QStringLiteral("color")})));
    QVERIFY(client.setMetaBlocking(QStringLiteral("a.two"), texts({QStringLiteral("printer")})));
    QCOMPARE(client.metaBlocking(QStringLiteral("a.one")).valueOr({}),
        texts({QStringLiteral("color"), QStringLiteral("printer")}));
    QCOMPARE(client.metaBlocking(QStringLiteral("b")).valueOr(Value::integer(1)), Value::list({}));
    QVERIFY(!client.setMetaBlocking(QStringLiteral("b"), Value::integer(5)));
    QCOMPARE(wordsOf(client.setMetaBlocking(QStringLiteral("ghost"), Value())),
        QStringLiteral("NamingError(unknown name: ghost)"));

    const QString one = u"a.one=" + kFlatUri + u"[color,printer]";
    const QString two = u"a.two=" + kFlatUri + u"[printer]";
    NameQuery query;
    query.prefix = QStringLiteral("a.");
    QCOMPARE(linesOf(client.queryBlocking(query)), QStringList({one, two}));
    query.tags = QStringList{QStringLiteral("printer"), QStringLiteral("color")};
    QCOMPARE(linesOf(client.queryBlocking(query)), QStringList{one});
    query = {};
    query.anyTags = QStringList{QStringLiteral("printer"), QStringLiteral("zz")};
    QCOMPARE(linesOf(client.queryBlocking(query)), QStringList({one, two}));
    query.regex = QStringLiteral(".*two");
    QCOMPARE(linesOf(client.queryBlocking(query)), QStringList{two});
    query.anyTags.clear();
    QCOMPARE(linesOf(client.queryBlocking(query)), QStringList{two});
    query.regex = QStringLiteral("[");
    QVERIFY(
        linesOf(client.queryBlocking(query)).first().startsWith(QStringLiteral("NamingError(invalid regex")));
    QCOMPARE(linesOf(client.listAllBlocking(true)).size(), 5);

    QCOMPARE(client.lookupBlocking(QStringLiteral("c d")).valueOr({}), kFlatUri);
    QCOMPARE(wordsOf(client.lookupBlocking(QStringLiteral("ghost"))),
        QStringLiteral("NamingError(unknown name: ghost)"));
    QCOMPARE(wordsOf(client.unregisterBlocking(QStringLiteral("b"))), QStringLiteral("ok"));
    const Status again = client.unregisterBlocking(QStringLiteral("b"));
    QCOMPARE(wordsOf(again), QStringLiteral("NamingError(unknown name: b)"));
    QCOMPARE(again.error().remote->className, QStringLiteral("Pyro%1.errors.NamingError").arg(generation));
    QCOMPARE(wordsOf(client.replaceBlocking(QStringLiteral("a.one"), QStringLiteral("PYRO:new@h:1"))),
        QStringLiteral("ok"));
    QCOMPARE(client.lookupBlocking(QStringLiteral("a.one")).valueOr({}), QStringLiteral("PYRO:new@h:1"));
    QVERIFY(wordsOf(client.registerBlocking(QStringLiteral("x"), QStringLiteral("nonsense")))
                .startsWith(QStringLiteral("PyroError(invalid uri")));
    QCOMPARE(client.createGroupBlocking(QStringLiteral("g")).error().kind, Error::Kind::Unsupported);
    QCOMPARE(client.deleteGroupBlocking(QStringLiteral("g")).error().kind, Error::Kind::Unsupported);
}

void tst_FlatServer::doesEverythingAsynchronously_data()
{
    QTest::addColumn<int>("generation");
    QTest::newRow("4") << 4;
    QTest::newRow("5") << 5;
    QTest::newRow("found-out") << 0;
}

void tst_FlatServer::doesEverythingAsynchronously()
{
    QFETCH(int, generation);
    nstest::Server server(everyGeneration(), serving({3, 4, 5}));
    NameServerClient client(everyContext(), addressOf(server.port(), generation));
    Answer<Done> registered;
    client.registerName(QStringLiteral("a"), kFlatUri, this, registered.handler());
    QCOMPARE(wordsOf(registered.get()), QStringLiteral("ok"));
    Answer<QString> found;
    client.lookup(QStringLiteral("a"), this, found.handler());
    QCOMPARE(found.get().valueOr({}), kFlatUri);
    Answer<Done> noted;
    client.setMeta(QStringLiteral("a"), texts({QStringLiteral("t")}), this, noted.handler());
    QVERIFY(noted.get());
    Answer<Value> note;
    client.meta(QStringLiteral("a"), this, note.handler());
    QCOMPARE(note.get().valueOr({}), texts({QStringLiteral("t")}));
    Answer<std::vector<NameEntry>> all;
    client.listAll(true, this, all.handler());
    QCOMPARE(linesOf(all.get()), QStringList{u"a=" + kFlatUri + u"[t]"});
    Answer<std::vector<NameEntry>> tagged;
    NameQuery query;
    query.tags = QStringList{QStringLiteral("nobody")};
    client.query(query, this, tagged.handler());
    QCOMPARE(linesOf(tagged.get()), QStringList());
    Answer<Done> group;
    client.createGroup(QStringLiteral("g"), this, group.handler());
    QVERIFY(!group.get());
    Answer<Done> removed;
    client.unregisterName(QStringLiteral("a"), this, removed.handler());
    QVERIFY(removed.get());
    Answer<Done> missing;
    client.unregisterName(QStringLiteral("a"), this, missing.handler());
    QCOMPARE(wordsOf(missing.get()), QStringLiteral("NamingError(unknown name: a)"));
}

void tst_FlatServer::findsOutWhoIsThere_data()
{
    QTest::addColumn<std::vector<int>>("served");
    QTest::addColumn<bool>("onlyFlat");
    QTest::addColumn<int>("found");
    QTest::newRow("3") << std::vector{3} << false << 3;
    QTest::newRow("4") << std::vector{4} << false << 4;
    QTest::newRow("5") << std::vector{5} << false << 5;
    QTest::newRow("all") << std::vector{3, 4, 5} << false << 5;
    QTest::newRow("flat-4") << std::vector{4} << true << 4;
    QTest::newRow("flat-of-all") << std::vector{3, 4, 5} << true << 5;
}

void tst_FlatServer::findsOutWhoIsThere()
{
    QFETCH(std::vector<int>, served);
    QFETCH(bool, onlyFlat);
    QFETCH(int, found);
    nstest::Server server(everyGeneration(), serving(served));
    NameServerAddress address = addressOf(server.port(), 0);
    address.onlyFlat = onlyFlat;
    NameServerClient client(everyContext(), address);
    QVERIFY(!client.generation());
    const auto uri = client.locateBlocking();
    QVERIFY2(uri, qPrintable(wordsOf(uri)));
    QCOMPARE(client.generation()->info().id, found);
    QCOMPARE(wordsOf(client.pingBlocking()), QStringLiteral("ok"));
    QCOMPARE(uri->toString(), found == 3 ? server.uri() : server.server().uris().last());
}

void tst_FlatServer::findsOutAsynchronously()
{
    nstest::Server server(everyGeneration(), serving({3}));
    NameServerClient client(everyContext(), addressOf(server.port(), 0));
    Answer<Done> made;
    client.createGroup(QStringLiteral(":g"), this, made.handler());
    QCOMPARE(wordsOf(made.get()), QStringLiteral("ok"));
    QCOMPARE(client.generation()->info().id, 3);
    nstest::Server gone(everyGeneration(), serving({5}));
    const int port = gone.port();
    gone.run([&] { gone.server().stop(); });
    NameServerClient nobody(everyContext(), addressOf(port, 0));
    Answer<Done> none;
    nobody.ping(this, none.handler());
    QCOMPARE(none.get().error().kind, Error::Kind::Disconnected);
}

void tst_FlatServer::answersBothBroadcasts()
{
    QUdpSocket probe;
    QVERIFY(probe.bind(QHostAddress(QHostAddress::LocalHost), 0));
    NameServerOptions options = serving({3, 4, 5});
    options.broadcast = true;
    options.broadcastPort = probe.localPort();
    probe.close();
    nstest::Server server(everyGeneration(), options);
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    QUdpSocket socket;
    QVERIFY(socket.bind(QHostAddress(QHostAddress::LocalHost), 0));
    const auto ask = [&](const QByteArray &words) {
        socket.writeDatagram(words, QHostAddress(QHostAddress::LocalHost), quint16(options.broadcastPort));
    };
    // What vectors broadcast_discovery say is met with silence; then what is answered.
    for (const QByteArray &words : {QByteArray("GET_NSURI\n"), QByteArray("get_nsuri"), QByteArray(),
             QByteArray("GET_NSURI").append(QByteArray(200, 'x')), QByteArray("GET_NSURI\0", 10)})
        ask(words);
    ask("GET_NSURI");
    QByteArray answer(200, 0);
    QVERIFY(socket.waitForReadyRead(5'000));
    answer.resize(socket.readDatagram(answer.data(), answer.size()));
    QCOMPARE(answer, server.server().uris().last().toLatin1());
    ask("location");
    QVERIFY(socket.waitForReadyRead(5'000));
    answer.resize(200);
    answer.resize(socket.readDatagram(answer.data(), answer.size()));
    QCOMPARE(answer, server.uri().toLatin1());
    QVERIFY(!socket.hasPendingDatagrams());

    DiscoveryOptions search;
    search.addresses = QStringList{QStringLiteral("127.0.0.1")};
    search.port = options.broadcastPort;
    search.wait = std::chrono::milliseconds(400);
    QStringList found = discoverBlocking(search).valueOr({});
    found.sort();
    QStringList uris = server.server().uris();
    uris.sort();
    QCOMPARE(found, uris);
}

// Nothing listens at 127.0.0.1:9090 of a network of one's own, so the broadcast has to find it.
void tst_FlatServer::isFoundByBroadcast()
{
    QUdpSocket probe;
    if (!probe.bind(QHostAddress(QHostAddress::AnyIPv4), 9091))
        QSKIP("UDP port 9091 is in use here");
    probe.close();
    QTcpSocket occupied;
    occupied.connectToHost(QHostAddress(QHostAddress::LocalHost), 9090);
    if (occupied.waitForConnected(1'000))
        QSKIP("somebody serves port 9090 here");
    NameServerOptions options = serving({4, 5});
    options.broadcast = true;
    nstest::Server server(everyGeneration(), options);
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    QCOMPARE(server.server().broadcastPort(), 9091);
    NameServerAddress address;
    address.generation = 0;
    NameServerClient client(everyContext(), address);
    const auto uri = client.locateBlocking();
    QVERIFY2(uri, qPrintable(wordsOf(uri)));
    QCOMPARE(uri->toString(), server.uri());
}

void tst_FlatServer::keepsFlatNamesOverARestart()
{
    QTemporaryDir folder;
    qputenv("XDG_RUNTIME_DIR", folder.path().toLocal8Bit());
    NameServerOptions options = serving({3, 4, 5});
    options.storage = u"sqlite:" + folder.filePath(QStringLiteral("names.db"));
    {
        nstest::Server server(everyGeneration(), options);
        QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
        NameServerClient client(everyContext(), addressOf(server.port(), 5));
        QVERIFY(client.registerBlocking(QStringLiteral("kept"), kFlatUri));
        QVERIFY(client.setMetaBlocking(QStringLiteral("kept"), texts({QStringLiteral("t")})));
    }
    // Who serves the tree only still keeps the rest.
    {
        options.generations = {3};
        nstest::Server server(everyGeneration(), options);
        QVERIFY(server.status());
        QCOMPARE(server.server().uris().size(), 1);
        QCOMPARE(server.server().nameCount(), 3);
    }
    options.generations = {4, 5};
    nstest::Server server(everyGeneration(), options);
    QVERIFY(server.status());
    NameServerClient client(everyContext(), addressOf(server.port(), 4));
    QCOMPARE(linesOf(client.listAllBlocking(false)), QStringList{u"kept=" + kFlatUri + u"[t]"});
    QCOMPARE(client.lookupBlocking(QStringLiteral("Pyro.NameServer")).valueOr({}), server.uri());
}

void tst_FlatServer::refusesWhatMakesNoSense_data()
{
    QTest::addColumn<NameServerOptions>("options");
    QTest::newRow("nobody") << serving({});
    NameServerOptions pair = serving({3, 5});
    pair.role = NameServerRole::Primary;
    QTest::newRow("pair") << pair;
    NameServerOptions often = serving({5});
    often.autoclean = std::chrono::milliseconds(2'999);
    QTest::newRow("autoclean-too-often") << often;
    NameServerOptions tree = serving({3});
    tree.autoclean = std::chrono::seconds(5);
    QTest::newRow("autoclean-of-a-tree") << tree;
    NameServerOptions folder = serving({5});
    folder.importPath = QDir::tempPath();
    QTest::newRow("folder-for-flat") << folder;
    NameServerOptions file = serving({3});
    file.importPath = QCoreApplication::applicationFilePath();
    QTest::newRow("file-for-tree") << file;
    NameServerOptions noDatabase = serving({5});
    noDatabase.importPath = QCoreApplication::applicationFilePath();
    QTest::newRow("no-database") << noDatabase;
}

void tst_FlatServer::refusesWhatMakesNoSense()
{
    QFETCH(NameServerOptions, options);
    const nstest::Server server(everyGeneration(), options);
    QVERIFY(!server.status());
}

void tst_FlatServer::requiresTheKey()
{
    NameServerOptions options = serving({3, 4, 5});
    options.hmacKey = "secret";
    nstest::Server server(everyGeneration(), options);
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    NameServerAddress address = addressOf(server.port(), 4);
    QVERIFY(!NameServerClient(everyContext(), address).pingBlocking());
    address.options.credentials.hmacKey = "wrong";
    QVERIFY(!NameServerClient(everyContext(), address).pingBlocking());
    address.options.credentials.hmacKey = "secret";
    QCOMPARE(wordsOf(NameServerClient(everyContext(), address).pingBlocking()), QStringLiteral("ok"));
    // Who has no such secret is not let in around it.
    for (const int other : {3, 5}) {
        const Status refused
            = NameServerClient(everyContext(), addressOf(server.port(), other)).pingBlocking();
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::Denied);
    }
}

void tst_FlatServer::resolvesLogicalUris_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("answer");
    QTest::newRow("name") << QStringLiteral("PYRONAME:x") << kFlatUri;
    QTest::newRow("name-at") << QStringLiteral("PYRONAME:x@127.0.0.1:%1") << kFlatUri;
    QTest::newRow("tags") << QStringLiteral("PYROMETA:a,b") << kFlatUri;
    QTest::newRow("tags-at") << QStringLiteral("PYROMETA:b@127.0.0.1:%1") << kFlatUri;
    QTest::newRow("classic") << QStringLiteral("PYRONAME://:y") << kTreeUri;
    QTest::newRow("unknown") << QStringLiteral("PYRONAME:ghost")
                             << QStringLiteral("NamingError(unknown name: ghost)");
    QTest::newRow("no-tags")
        << QStringLiteral("PYROMETA:a,zz")
        << QStringLiteral("NamingError(no registrations available with desired metadata properties a, zz)");
}

void tst_FlatServer::resolvesLogicalUris()
{
    nstest::Server server(everyGeneration(), serving({3, 4, 5}));
    NameServerClient flat(everyContext(), addressOf(server.port(), 5));
    QVERIFY(flat.registerBlocking(QStringLiteral("x"), kFlatUri));
    QVERIFY(flat.setMetaBlocking(QStringLiteral("x"), texts({QStringLiteral("a"), QStringLiteral("b")})));
    NameServerClient tree(everyContext(), addressOf(server.port(), 3));
    QVERIFY(tree.registerBlocking(QStringLiteral(":y"), kTreeUri));

    QFETCH(QString, text);
    const auto logical = everyGeneration()->parseUri(text.contains(u'%') ? text.arg(server.port()) : text);
    QVERIFY(logical);
    const auto resolver = makeNameServerResolver(everyContext(), addressOf(server.port(), 3));
    const auto words = [](const Result<Uri> &uri) { return uri ? uri->toString() : wordsOf(uri.error()); };
    QTEST(words(resolver->resolve(*logical, {}, QDeadlineTimer(10'000))), "answer");
    Answer<Uri> later;
    resolver->resolveAsync(*logical, {}, this, later.handler());
    QTEST(words(later.get()), "answer");
}

void tst_FlatServer::registersInEachSpace_data()
{
    QTest::addColumn<std::vector<int>>("served");
    QTest::addColumn<bool>("isLocal");
    for (const bool isLocal : {true, false}) {
        const char *const how = isLocal ? "local" : "remote";
        QTest::addRow("all-%s", how) << std::vector{3, 4, 5} << isLocal;
        QTest::addRow("tree-%s", how) << std::vector{3} << isLocal;
        QTest::addRow("flat-%s", how) << std::vector{4, 5} << isLocal;
    }
}

void tst_FlatServer::registersInEachSpace()
{
    QFETCH(std::vector<int>, served);
    QFETCH(bool, isLocal);
    nstest::Server server(everyGeneration(), serving(served));
    const bool hasTree = served.front() == 3;
    const bool hasFlat = served.back() == 5;
    DaemonOptions options;
    options.generations = {3, 4, 5};
    Daemon daemon(everyGeneration(), options);
    daemon.setRegistrar(isLocal ? server.server().localRegistrar()
                                : makeRemoteRegistrar(everyContext(), addressOf(server.port(), 0)));
    QVERIFY(daemon.listen());
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("X"), Threading::Concurrent);
    servant->method(
        QStringLiteral("x()"), [](const std::vector<Value> &, CallContext &) -> Outcome { return Value(); });
    const auto uri = daemon.connectServant(servant, QStringLiteral(":lab.x"));
    QVERIFY2(uri, qPrintable(wordsOf(uri)));
    const std::vector<Uri> uris = daemon.urisFor(uri->object.toUtf8());
    QCOMPARE(uris.size(), size_t(2));
    NameServerClient tree(everyContext(), addressOf(server.port(), 3));
    NameServerClient flat(everyContext(), addressOf(server.port(), 5));
    if (hasTree)
        QCOMPARE(tree.lookupBlocking(QStringLiteral(":lab.x")).valueOr({}), uris[0].toString());
    if (hasFlat)
        QCOMPARE(flat.lookupBlocking(QStringLiteral("lab.x")).valueOr({}), uris[1].toString());
    QCOMPARE(wordsOf(daemon.disconnectServant(uri->object.toUtf8())), QStringLiteral("ok"));
    if (hasTree)
        QVERIFY(!tree.lookupBlocking(QStringLiteral(":lab.x")));
    if (hasFlat)
        QVERIFY(!flat.lookupBlocking(QStringLiteral("lab.x")));
    if (!hasFlat)
        return;
    // A name that somebody else has taken over is his.
    const auto again = daemon.connectServant(servant, QStringLiteral(":lab.x"));
    QVERIFY2(again, qPrintable(wordsOf(again)));
    QVERIFY(flat.replaceBlocking(QStringLiteral("lab.x"), kFlatUri));
    QCOMPARE(wordsOf(daemon.disconnectServant(again->object.toUtf8())), QStringLiteral("ok"));
    QCOMPARE(flat.lookupBlocking(QStringLiteral("lab.x")).valueOr({}), kFlatUri);
}

// The proxies of Pyro 4 and 5 do not connect again by themselves.
void tst_FlatServer::closesIdleConnectionsOfGeneration3Only()
{
    DaemonOptions options;
    options.generations = {3, 5};
    options.service = true;
    options.connections.idle = std::chrono::milliseconds(200);
    options.idleGenerations = {3};
    Daemon daemon(everyGeneration(), options);
    const auto port = daemon.listen();
    QVERIFY(port);
    const auto proxyOf = [&](int generation) {
        const Generation *spoken = everyGeneration()->find(generation);
        ProxyOptions chosen;
        chosen.generation = generation;
        return std::make_unique<Proxy>(everyContext(),
            *spoken->parseUri(
                spoken->objectUri(QStringLiteral("127.0.0.1"), *port, spoken->info().daemonObject)),
            chosen);
    };
    const auto old = proxyOf(3);
    const auto modern = proxyOf(5);
    QSignalSpy closed(&daemon, &Daemon::connectionClosed);
    int bound = 0;
    for (const auto *proxy : {&old, &modern})
        (*proxy)->bind().then(this, [&](const Reply &reply) { bound += reply ? 1 : 0; });
    QTRY_COMPARE(bound, 2);
    QTRY_COMPARE(closed.count(), 1);
    QVERIFY(!closed.wait(600));
    QCOMPARE(daemon.connectionCount(), 1);
    QCOMPARE(modern->state(), Proxy::State::Ready);
}

QTEST_GUILESS_MAIN(tst_FlatServer)
#include "tst_flatserver.moc"

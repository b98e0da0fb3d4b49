// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "flatfixture.h"
#include "support/pyro45peer.h"

using namespace pyrolens;
using namespace nstest;
using pyrolens::testing::Pyro45Peer;

namespace {

const QString kUri = QStringLiteral("PYRO:obj@127.0.0.1:4444");

QString library(int generation)
{
    return QStringLiteral("Pyro%1").arg(generation);
}

/// What the clients of both generations do with our server; prints "ok" at the end.
constexpr char kClientScript[] = R"(
import sys
generation, port, bcport = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
if generation == 4:
    import Pyro4 as P
    from Pyro4 import naming
    from Pyro4.errors import NamingError, PyroError
    locate = P.locateNS
    resolve = naming.resolve
    tags = list
    all_of = lambda ns, wanted: ns.list(metadata_all=wanted, return_metadata=True)
    any_of = lambda ns, wanted: ns.list(metadata_any=wanted, return_metadata=True)
else:
    import Pyro5.api as P
    from Pyro5.core import resolve
    from Pyro5.errors import NamingError, PyroError
    locate = P.locate_ns
    tags = set
    all_of = lambda ns, wanted: ns.yplookup(meta_all=wanted)
    any_of = lambda ns, wanted: ns.yplookup(meta_any=wanted)

def raises(kind, text, call):
    try:
        call()
    except kind as x:
        assert text in str(x), (text, str(x))
    else:
        raise AssertionError("no " + text)

with locate("127.0.0.1", port) as ns:
    ns.ping()
    before = ns.count()
    ns.register("it.x", "PYRO:x@127.0.0.1:1", metadata={"a", "b"})
    ns.register("it.y", P.URI("PYRO:y@127.0.0.1:2"), safe=True)
    raises(NamingError, "name already registered: it.y", lambda: ns.register("it.y", "PYRO:z@h:3", safe=True))
    raises(PyroError, "invalid uri", lambda: ns.register("it.z", "nonsense"))
    raises(TypeError, "name must be a str", lambda: ns.register(5, "PYRO:z@h:3"))
    assert ns.count() == before + 2
    assert ns.lookup("it.x") == P.URI("PYRO:x@127.0.0.1:1")
    uri, meta = ns.lookup("it.x", return_metadata=True)
    assert isinstance(meta, tags) and set(meta) == {"a", "b"}, meta
    raises(NamingError, "unknown name: it.ghost", lambda: ns.lookup("it.ghost"))
    assert ns.list(prefix="it.") == {"it.x": "PYRO:x@127.0.0.1:1", "it.y": "PYRO:y@127.0.0.1:2"}
    assert set(ns.list(regex=r"it\.[xy]$")) == {"it.x", "it.y"}
    raises(NamingError, "invalid regex", lambda: ns.list(regex="("))
    raises(ValueError, "you can only filter on one thing", lambda: ns.list(prefix="a", regex="b"))
    ns.set_metadata("it.y", ["b", "c"])
    found = all_of(ns, ["b"])
    assert set(found) == {"it.x", "it.y"} and set(found["it.y"][1]) == {"b", "c"}, found
    assert set(any_of(ns, ["c", "zz"])) == {"it.y"}
    assert resolve("PYRONAME:it.x@127.0.0.1:%d" % port) == P.URI("PYRO:x@127.0.0.1:1")
    assert resolve("PYROMETA:a,b@127.0.0.1:%d" % port) == P.URI("PYRO:x@127.0.0.1:1")
    raises(NamingError, "", lambda: resolve("PYROMETA:a,zz@127.0.0.1:%d" % port))
    raises(NamingError, "own entry", lambda: ns.register("Pyro.NameServer", "PYRO:evil@h:1"))
    assert ns.remove("it.x") == 1 and ns.remove("it.x") == 0
    assert ns.remove(prefix="it.") == 1
    ns.remove(regex=".*")
    assert ns.lookup("Pyro.NameServer") == P.URI("PYRO:Pyro.NameServer@127.0.0.1:%d" % port)
P.config.BROADCAST_ADDRS = ["127.0.0.1"] if generation == 5 else "127.0.0.1"
P.config.NS_PORT = 1  # so that only the broadcast can find it
P.config.NS_HOST = "192.0.2.1"
with locate(port=bcport) as ns:
    assert ns.count() >= 1
print("ok")
)";

/// Starts a name server and prints "ready URI".
constexpr char kServerScript[] = R"(
import sys
generation, storage = int(sys.argv[1]), sys.argv[2]
if generation == 4:
    from Pyro4 import naming as ns
    start = ns.startNS
else:
    from Pyro5 import nameserver as ns
    start = ns.start_ns
uri, daemon, bc = start("127.0.0.1", 0, False, storage=storage)
print("ready", uri, flush=True)
daemon.requestLoop()
)";

} // namespace

/// The real Pyro 4 and Pyro 5: their clients and tools with our name server, our client with theirs.
class tst_FlatInterop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<int>("generation");
        QTest::newRow("pyro4") << 4;
        QTest::newRow("pyro5") << 5;
    }
    void init()
    {
        QFETCH_GLOBAL(int, generation);
        m_peer.generation = generation;
        m_python = m_peer.python();
        if (!m_python.isEmpty())
            return;
        if (m_peer.isNeeded())
            QFAIL(qPrintable(m_peer.missing()));
        QSKIP(qPrintable(m_peer.missing()));
    }
    void servesTheirClients();
    void servesTheirTool();
    void usesTheirServer();
    void theyReadOurFile();

private:
    QByteArray nsc(int port, const QStringList &command)
    {
        const QString module = library(m_peer.generation) + QStringLiteral(".nsc");
        return runProgram(m_python,
            QStringList{QStringLiteral("-m"), module, QStringLiteral("-n"), QStringLiteral("127.0.0.1"),
                QStringLiteral("-p"), QString::number(port)}
                + command,
            m_peer.environment(), "y\n")
            .all();
    }

    Pyro45Peer m_peer;
    QString m_python;
};

void tst_FlatInterop::servesTheirClients()
{
    QUdpSocket probe;
    QVERIFY(probe.bind(QHostAddress(QHostAddress::LocalHost), 0));
    NameServerOptions options = serving({3, 4, 5});
    options.broadcast = true;
    options.broadcastPort = probe.localPort();
    probe.close();
    nstest::Server server(everyGeneration(), options);
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    const Finished ran = runProgram(m_python,
        {QStringLiteral("-c"), QString::fromUtf8(kClientScript), QString::number(m_peer.generation),
            QString::number(server.port()), QString::number(options.broadcastPort)},
        m_peer.environment());
    QVERIFY2(ran.status == 0 && ran.out.trimmed() == "ok", ran.all().constData());
}

void tst_FlatInterop::servesTheirTool()
{
    nstest::Server server(everyGeneration(), serving({3, 4, 5}));
    const QByteArray byAll = m_peer.isPyro4() ? "listmeta_all" : "yplookup_all";
    const QByteArray byAny = m_peer.isPyro4() ? "listmeta_any" : "yplookup_any";
    const std::vector<std::pair<QString, QByteArray>> commands{
        {QStringLiteral("ping"), "Name server ping ok."},
        {QStringLiteral("register tool.x PYRO:x@127.0.0.1:1"), "Registered tool.x"},
        {QStringLiteral("register tool.x PYRO:x@127.0.0.1:1"), "name already registered: tool.x"},
        {QStringLiteral("setmeta tool.x one two"), "Metadata updated"},
        {QStringLiteral("lookup tool.x"), "PYRO:x@127.0.0.1:1"},
        {QStringLiteral("list"), "tool.x --> PYRO:x@127.0.0.1:1"},
        {QStringLiteral("list tool."), "tool.x --> PYRO:x@127.0.0.1:1"},
        {QStringLiteral("listmatching .*x$"), "tool.x --> PYRO:x@127.0.0.1:1"},
        {QLatin1String(byAll) + u" one two", "tool.x --> PYRO:x@127.0.0.1:1"},
        {QLatin1String(byAny) + u" two zz", "tool.x --> PYRO:x@127.0.0.1:1"},
        {QStringLiteral("remove tool.ghost"), "Nothing removed"},
        {QStringLiteral("remove tool.x"), "Removed tool.x"},
        {QStringLiteral("removematching .*"), "0 items removed."},
    };
    for (const auto &[command, wanted] : commands) {
        const QByteArray output = nsc(server.port(), command.split(u' '));
        const QByteArray words = command.toUtf8() + ": " + output;
        QVERIFY2(output.contains(wanted), words.constData());
    }
}

void tst_FlatInterop::usesTheirServer()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("names.sql"));
    PeerProcess real;
    QVERIFY2(real.start(m_python,
                 {QStringLiteral("-c"), QString::fromUtf8(kServerScript), QString::number(m_peer.generation),
                     u"sql:" + file},
                 m_peer.environment()),
        real.output().constData());
    const auto uri = everyGeneration()->parseUri(real.words().first());
    QVERIFY(uri);
    NameServerClient client(everyContext(), addressOf(uri->port, 0));
    QCOMPARE(client.locateBlocking()->toString(), uri->toString());
    QCOMPARE(client.generation()->info().id, m_peer.generation);
    QCOMPARE(wordsOf(client.registerBlocking(QStringLiteral("a.x"), kUri)), QStringLiteral("ok"));
    QCOMPARE(wordsOf(client.registerBlocking(QStringLiteral("a.x"), kUri)),
        QStringLiteral("NamingError(name already registered: a.x)"));
    QCOMPARE(wordsOf(client.registerBlocking(QStringLiteral("b"), kUri)), QStringLiteral("ok"));
    QCOMPARE(client.lookupBlocking(QStringLiteral("a.x")).valueOr({}), kUri);
    const Value tags = Value::list({Value::text(u8"one"), Value::text(u8"two")});
    QCOMPARE(wordsOf(client.setMetaBlocking(QStringLiteral("a.x"), tags)), QStringLiteral("ok"));
    QCOMPARE(client.metaBlocking(QStringLiteral("a.x")).valueOr({}), tags);
    const QStringList line{u"a.x=" + kUri + u"[one,two]"};
    NameQuery query;
    query.tags = QStringList{QStringLiteral("two"), QStringLiteral("one")};
    QCOMPARE(linesOf(client.queryBlocking(query)), line);
    query = {};
    query.anyTags = QStringList{QStringLiteral("two"), QStringLiteral("zz")};
    QCOMPARE(linesOf(client.queryBlocking(query)), line);
    query = {};
    query.prefix = QStringLiteral("a.");
    QCOMPARE(linesOf(client.queryBlocking(query)), line);
    query = {};
    query.regex = QStringLiteral("a.*x");
    QCOMPARE(linesOf(client.queryBlocking(query)), line);
    QCOMPARE(linesOf(client.listAllBlocking(false)), line + QStringList{u"b=" + kUri + u"[]"});
    QCOMPARE(client.countBlocking().valueOr(0), 3);
    QCOMPARE(wordsOf(client.unregisterBlocking(QStringLiteral("b"))), QStringLiteral("ok"));
    QCOMPARE(wordsOf(client.unregisterBlocking(QStringLiteral("b"))),
        QStringLiteral("NamingError(unknown name: b)"));
    QCOMPARE(
        wordsOf(client.lookupBlocking(QStringLiteral("b"))), QStringLiteral("NamingError(unknown name: b)"));
    real.process().kill();
    real.process().waitForFinished();

    // What it leaves behind can be taken over.
    NameServerOptions options = serving({3, 4, 5});
    options.importPath = file;
    nstest::Server server(everyGeneration(), options);
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    const ImportReport report = server.server().importReport();
    QCOMPARE(report.names, 1);
    QCOMPARE(report.metas, 1);
    QVERIFY2(report.problems.isEmpty(), qPrintable(report.problems.join(u'\n')));
    NameServerClient ours(everyContext(), addressOf(server.port(), m_peer.generation));
    QCOMPARE(linesOf(ours.listAllBlocking(false)), line);
}

// Their storage class lists a file of ours.
void tst_FlatInterop::theyReadOurFile()
{
    QTemporaryDir folder;
    qputenv("XDG_RUNTIME_DIR", folder.path().toLocal8Bit());
    NameServerOptions options = serving({3, 4, 5});
    const QString file = folder.filePath(QStringLiteral("names.db"));
    options.storage = u"sqlite:" + file;
    {
        nstest::Server server(everyGeneration(), options);
        QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
        NameServerClient client(everyContext(), addressOf(server.port(), m_peer.generation));
        QVERIFY(client.registerBlocking(QStringLiteral("x"), kUri));
        QVERIFY(client.setMetaBlocking(
            QStringLiteral("x"), Value::list({Value::text(u8"\u00e9t\u00e9"), Value::text(u8"b")})));
    }
    const QString module
        = m_peer.isPyro4() ? QStringLiteral("Pyro4.naming_storage") : QStringLiteral("Pyro5.nameserver");
    const QString script
        = QStringLiteral("import sys\n"
                         "from %1 import SqlStorage\n"
                         "storage = SqlStorage(sys.argv[1])\n"
                         "print(len(storage), ascii(storage['x'][0]), ascii(sorted(storage['x'][1])))\n"
                         "print(sorted(storage.optimized_metadata_search(metadata_all=['b'])))\n")
              .arg(module);
    const Finished ran = runProgram(m_python, {QStringLiteral("-c"), script, file}, m_peer.environment());
    QCOMPARE(ran.all(), QByteArray("2 'PYRO:obj@127.0.0.1:4444' ['b', '\\xe9t\\xe9']\n['x']\n"));
}

QTEST_GUILESS_MAIN(tst_FlatInterop)
#include "tst_flatinterop.moc"

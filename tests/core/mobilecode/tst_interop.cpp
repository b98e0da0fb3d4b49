// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/peerprocess.h"

#include <pyrolens/client/proxy.h>
#include <pyrolens/generations.h>
#include <pyrolens/mobilecode/codestore.h>
#include <pyrolens/mobilecode/modulefolder.h>
#include <pyrolens/server/daemonthread.h>

#include <QFileInfo>
#include <QTcpServer>
#include <QTest>

using namespace pyrolens;

namespace {

void writeFile(const QString &path, const QByteArray &bytes)
{
    QVERIFY(QDir().mkpath(QFileInfo(path).path()));
    QFile file(path);
    QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
    QCOMPARE(file.write(bytes), bytes.size());
}

const QByteArray kRover = "class Rover(object):\n"
                          "    def __init__(self, where):\n"
                          "        self.where = where\n"
                          "    def visit(self, host):\n"
                          "        import helper_mod\n"
                          "        return helper_mod.dress(self.where, host)\n";
const QByteArray kHelper = "def dress(a, b):\n    return '<%s|%s>' % (a, b)\n";
const QByteArray kGift = "import ribbon\n"
                         "class Gift(object):\n"
                         "    def __init__(self, where):\n"
                         "        self.where = where\n"
                         "    def unwrap(self):\n"
                         "        return ribbon.wrap(self.where)\n";
const QByteArray kRibbon = "def wrap(text):\n    return '~' + text + '~'\n";

Value rover(const QByteArray &where)
{
    Object object;
    object.made = Object::Made::NewObj;
    object.module = "rover_one";
    object.name = "Rover";
    object.args = Value::tuple({});
    object.state = Value::dict({{Value::str("where"), Value::str(where)}});
    return Value::object(std::move(object));
}

QStringList modulesIn(const CodeStore &store)
{
    QStringList names;
    for (const CodeEntry &entry : store.entries())
        names.append(entry.module());
    names.sort();
    return names;
}

} // namespace

/// Mobile code exchanged with the real Pyro 3, both ways.
class tst_Interop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_server.stop(); }
    void realClientSuppliesToUs_data();
    void realClientSuppliesToUs();
    void realClientFetchesFromUs();
    void realClientIsRefusedByUs();
    void realAgentComesBack();
    void weSupplyToARealServer_data();
    void weSupplyToARealServer();
    void weDoNotSupplyWithoutAFolder();
    void weFetchFromARealServer();

private:
    QString at(const QString &name) const { return m_dir->filePath(name); }
    std::shared_ptr<CodeStore> store() const
    {
        const auto opened = CodeStore::open(at(QStringLiteral("store")));
        return opened ? *opened : nullptr;
    }
    Finished peer(const QStringList &arguments) const
    {
        return runProgram(m_peer.python, QStringList{m_script} + arguments, m_peer.environment());
    }
    /// An echo with notes, as the demo has it, and a mall.
    QString host(DaemonThread &thread, const MobileCode &code) const;
    void startServer(const QString &folder);
    /// Byte code instead of the sources.
    void compile(const QString &folder) const;
    std::unique_ptr<Proxy> proxy(const MobileCode &code) const;

    Pyro3Peer m_peer;
    PeerProcess m_server;
    QString m_script = QStringLiteral(PYROLENS_INTEROP_SCRIPTS "/pyro3_peer.py");
    QString m_uri;
    std::unique_ptr<QTemporaryDir> m_dir;
};

void tst_Interop::initTestCase()
{
    if (!m_peer.missing().isEmpty())
        QSKIP(qPrintable(m_peer.missing()));
}

void tst_Interop::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    writeFile(at(QStringLiteral("lib/rover_one.py")), kRover);
    writeFile(at(QStringLiteral("lib/helper_mod.py")), kHelper);
    writeFile(at(QStringLiteral("lib/gift.py")), kGift);
    writeFile(at(QStringLiteral("lib/ribbon.py")), kRibbon);
    writeFile(at(QStringLiteral("lib/kit/__init__.py")), "");
    writeFile(at(QStringLiteral("lib/kit/walker.py")), "class Walker:\n    pass\n");
}

void tst_Interop::compile(const QString &folder) const
{
    const Finished done = runProgram(m_peer.python,
        {QStringLiteral("-m"), QStringLiteral("compileall"), QStringLiteral("-q"), folder},
        QProcessEnvironment::systemEnvironment());
    QVERIFY2(done.status == 0, done.all().constData());
    const QStringList sources = QDir(folder).entryList({QStringLiteral("*.py")}, QDir::Files);
    for (const QString &source : sources) {
        QVERIFY(QFile::exists(folder + u'/' + source + u'c'));
        QVERIFY(QFile::remove(folder + u'/' + source));
    }
}

QString tst_Interop::host(DaemonThread &thread, const MobileCode &code) const
{
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Host"));
    const auto same = [](std::vector<Value> args, CallContext &) -> Outcome { return args.at(0); };
    const auto notes = std::make_shared<std::vector<Value>>();
    servant->method(QStringLiteral("echo(value)"), same);
    servant->method(QStringLiteral("goShopping(agent)"), same);
    servant->method(
        QStringLiteral("note(value)"), [notes](std::vector<Value> args, CallContext &) -> Outcome {
            notes->push_back(args.at(0));
            return Value();
        });
    servant->method(QStringLiteral("notes()"),
        [notes](std::vector<Value>, CallContext &) -> Outcome { return Value::list(*notes); });
    QString uri;
    const auto port = thread.start(
        builtinCatalogue(), {},
        [&](Daemon &daemon) -> Status {
            return daemon.connectServant(servant).map([&uri](const Uri &made) {
                uri = made.toString();
                return Done{};
            });
        },
        [&](Daemon &daemon) { daemon.setMobileCode(std::make_shared<const MobileCode>(code)); });
    return port ? uri : port.error().what;
}

void tst_Interop::startServer(const QString &folder)
{
    QTcpServer free;
    QVERIFY(free.listen(QHostAddress::LocalHost));
    const int port = free.serverPort();
    free.close();
    QProcessEnvironment environment = m_peer.environment();
    environment.insert(QStringLiteral("PEER_PORT"), QString::number(port));
    QVERIFY2(m_server.start(m_peer.python, {m_script, QStringLiteral("serve"), folder}, environment),
        m_server.output().constData());
    m_uri = m_server.words().first();
}

std::unique_ptr<Proxy> tst_Interop::proxy(const MobileCode &code) const
{
    auto context = std::make_shared<ClientContext>();
    context->catalogue = builtinCatalogue();
    context->code = std::make_shared<const MobileCode>(code);
    const auto uri = context->catalogue->parseUri(m_uri);
    return uri ? std::make_unique<Proxy>(context, *uri) : nullptr;
}

void tst_Interop::realClientSuppliesToUs_data()
{
    QTest::addColumn<bool>("isByteCode");
    QTest::newRow("source") << false;
    QTest::newRow("byte-code") << true;
}

void tst_Interop::realClientSuppliesToUs()
{
    QFETCH(bool, isByteCode);
    if (isByteCode)
        compile(at(QStringLiteral("lib")));
    const auto received = store();
    MobileCode code;
    code.sink = received;
    DaemonThread daemon;
    const QString uri = host(daemon, code);
    const Finished done = peer({QStringLiteral("supply"), uri, at(QStringLiteral("lib"))});
    QVERIFY2(done.status == 0 && !done.out.contains("WRONG"), done.all().constData());
    QCOMPARE(done.out.count("ok "), 4);
    QCOMPARE(modulesIn(*received), (QStringList{QStringLiteral("kit.walker"), QStringLiteral("rover_one")}));
    for (const CodeEntry &entry : received->entries()) {
        QVERIFY(entry.origins.front().peer.startsWith(QStringLiteral("127.0.0.1:")));
        if (entry.module() != u"rover_one")
            continue;
        QCOMPARE(entry.kind, isByteCode ? CodeKind::ByteCode : CodeKind::Source);
        QCOMPARE(entry.version, isByteCode ? QStringLiteral("Python 2.7") : QString());
        if (!isByteCode)
            QCOMPARE(received->code(entry.sha256).valueOr({}), kRover);
    }
}

void tst_Interop::realClientFetchesFromUs()
{
    const auto received = store();
    const auto folder = ModuleFolder::open(at(QStringLiteral("lib")));
    QVERIFY(folder);
    MobileCode code;
    code.sink = received;
    code.source = *folder;
    DaemonThread daemon;
    const QString uri = host(daemon, code);
    const Finished noted = peer({QStringLiteral("note"), uri, at(QStringLiteral("lib"))});
    QVERIFY2(noted.status == 0 && noted.out == "ok noted\n", noted.all().constData());
    const Finished done = peer({QStringLiteral("retrieve"), uri});
    QVERIFY2(done.status == 0 && !done.out.contains("WRONG"), done.all().constData());
    QVERIFY2(done.out.contains("ok os: attempt to retrieve code denied"), done.out.constData());
    QVERIFY2(done.out.contains("ok nothing: Client wanted a non-existing module"), done.out.constData());
    QVERIFY2(done.out.contains("ok ../secret: attempt to retrieve code denied"), done.out.constData());
}

void tst_Interop::realClientIsRefusedByUs()
{
    DaemonThread daemon;
    const QString uri = host(daemon, {});
    const Finished done = peer({QStringLiteral("supply"), uri, at(QStringLiteral("lib"))});
    QVERIFY(done.status != 0);
    QVERIFY2(done.err.contains("rover_one.Rover") && done.err.contains("is not accepted here"),
        done.err.constData());
}

void tst_Interop::realAgentComesBack()
{
    const QString example = m_peer.folder + QStringLiteral("/examples/agent2");
    if (!QFileInfo::exists(example))
        QSKIP("this Pyro 3 has no examples");
    const auto received = store();
    MobileCode code;
    code.sink = received;
    code.validator = [](const CodeTransfer &transfer) { // that of the example's server
        return transfer.direction == CodeTransfer::Direction::Received
            ? transfer.module == u"agent.ShoppingAgent"
            : transfer.module.startsWith(QStringLiteral("objects."));
    };
    DaemonThread daemon;
    const QString uri = host(daemon, code);
    const Finished done = peer({QStringLiteral("agent"), uri, example});
    QVERIFY2(done.status == 0 && !done.out.contains("WRONG"), done.all().constData());
    QCOMPARE(modulesIn(*received), QStringList{QStringLiteral("agent.ShoppingAgent")});
}

void tst_Interop::weSupplyToARealServer_data()
{
    realClientSuppliesToUs_data();
}

void tst_Interop::weSupplyToARealServer()
{
    QFETCH(bool, isByteCode);
    if (isByteCode)
        compile(at(QStringLiteral("lib")));
    startServer(QStringLiteral("-"));
    const auto folder = ModuleFolder::open(at(QStringLiteral("lib")));
    QVERIFY(folder);
    MobileCode code;
    code.source = *folder;
    const auto server = proxy(code);
    const Reply echoed = server->callBlocking(QStringLiteral("echo"), {rover("north")});
    QVERIFY2(echoed, echoed ? "" : qPrintable(echoed.error().what));
    QCOMPARE(echoed.value().asObject()->module, QByteArray("rover_one"));
    // The method runs what we supplied and there finds another module missing.
    const Reply visited = server->callBlocking(QStringLiteral("visit"), {rover("west")});
    QVERIFY2(visited, visited ? "" : qPrintable(visited.error().what));
    QCOMPARE(visited.value(), Value::str("<west|host7>"));
    QCOMPARE(server->callBlocking(QStringLiteral("loaded"), {Value::str("helper_mod")}).value(),
        Value::boolean(true));
}

void tst_Interop::weDoNotSupplyWithoutAFolder()
{
    startServer(QStringLiteral("-"));
    const auto server = proxy({});
    const Reply reply = server->callBlocking(QStringLiteral("echo"), {rover("north")});
    QVERIFY(!reply);
    QCOMPARE(reply.error().code, QStringLiteral("mobile.refused"));
    QCOMPARE(server->callBlocking(QStringLiteral("echo"), {Value::integer(5)}).value(), Value::integer(5));
}

void tst_Interop::weFetchFromARealServer()
{
    startServer(at(QStringLiteral("lib")));
    const auto received = store();
    MobileCode code;
    code.sink = received;
    const auto server = proxy(code);
    const Reply reply = server->callBlocking(QStringLiteral("fetch"), {Value::str("gift")});
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().what));
    QCOMPARE(reply.value().asObject()->className(), QByteArray("gift.Gift"));
    QCOMPARE(modulesIn(*received), (QStringList{QStringLiteral("gift"), QStringLiteral("ribbon")}));
    for (const CodeEntry &entry : received->entries()) {
        QCOMPARE(received->code(entry.sha256).valueOr({}), entry.module() == u"gift" ? kGift : kRibbon);
    }
}

QTEST_GUILESS_MAIN(tst_Interop)
#include "tst_interop.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nsfixture.h"

using namespace pyrolens;
using nstest::wordsOf;

namespace {

const QString kUri = QStringLiteral("PYRO://127.0.0.1:7766/7f0000010001aaaa");

} // namespace

class tst_NameServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_server = std::make_unique<nstest::Server>();
        QVERIFY2(m_server->status(), qPrintable(wordsOf(m_server->status())));
        m_client = std::make_unique<NameServerClient>(nstest::context(), m_server->address());
    }
    void cleanup()
    {
        m_client.reset();
        m_server.reset();
    }

    void isFoundUnderItsName();
    void registersAndLooksUp();
    void keepsMetaInformation();
    void listsTheWholeTree();
    void givesTheOriginalsErrors_data();
    void givesTheOriginalsErrors();
    void refusesWhatTheRulesForbid_data();
    void refusesWhatTheRulesForbid();
    void answersShutdownRequests();
    void deniesShutdownWhenToldSo();
    void demandsIdentification();
    void refusesOversizedFrames();
    void tellsOfChangesOncePerTurn();

private:
    Result<Value> call(const QString &method, std::vector<Value> args)
    {
        const Result<Uri> uri = m_client->locateBlocking();
        if (!uri)
            return uri.error();
        Proxy proxy(nstest::context(), uri.value());
        return proxy.callBlocking(method, std::move(args)).result();
    }

    std::unique_ptr<nstest::Server> m_server;
    std::unique_ptr<NameServerClient> m_client;
};

void tst_NameServer::isFoundUnderItsName()
{
    const auto located = m_client->locateBlocking();
    QVERIFY2(located, qPrintable(wordsOf(located)));
    QCOMPARE(located->toString(), m_server->uri());
    QCOMPARE(m_client->lookupBlocking(QStringLiteral(":Pyro.NameServer")).valueOr({}), m_server->uri());
    QVERIFY(m_client->pingBlocking());
}

void tst_NameServer::registersAndLooksUp()
{
    QCOMPARE(wordsOf(m_client->registerBlocking(QStringLiteral("printer"), kUri)), QStringLiteral("ok"));
    QCOMPARE(m_client->lookupBlocking(QStringLiteral(":Default.printer")).valueOr({}), kUri);
    // The port is always written out, as the original does.
    QVERIFY(m_client->registerBlocking(QStringLiteral("short"), QStringLiteral("PYRO://127.0.0.1/x")));
    QCOMPARE(m_client->lookupBlocking(QStringLiteral("short")).valueOr({}),
        QStringLiteral("PYRO://127.0.0.1:7766/x"));
    QVERIFY(m_client->unregisterBlocking(QStringLiteral("printer")));
    QCOMPARE(wordsOf(m_client->lookupBlocking(QStringLiteral("printer"))),
        QStringLiteral("NamingError(name not found, :Default.printer)"));
    // A URI object does as well as a text.
    Reference reference;
    reference.form = Reference::Form::Uri;
    reference.uri = kUri;
    const Value uri = Value::reference(std::move(reference));
    QVERIFY(call(QStringLiteral("register"), {Value::str("relative"), uri}));
    QCOMPARE(m_client->lookupBlocking(QStringLiteral(":Default.relative")).valueOr({}), kUri);
}

void tst_NameServer::keepsMetaInformation()
{
    QVERIFY(m_client->registerBlocking(QStringLiteral("m"), kUri));
    QCOMPARE(m_client->metaBlocking(QStringLiteral("m")).valueOr(Value::integer(1)), Value::none());
    const Value meta
        = Value::dict({{Value::str("owner"), Value::str("lab")}, {Value::str("v"), Value::integer(2)}});
    QVERIFY(m_client->setMetaBlocking(QStringLiteral("m"), meta));
    QCOMPARE(m_client->metaBlocking(QStringLiteral("m")).valueOr(Value::none()), meta);
    QVERIFY(m_client->setMetaBlocking(QString(), Value::str("group note")));
    QCOMPARE(
        m_client->metaBlocking(QStringLiteral(":Default")).valueOr(Value::none()), Value::str("group note"));
    QVERIFY(m_client->setMetaBlocking(QStringLiteral(":"), Value::integer(7)));
    QCOMPARE(m_client->metaBlocking(QStringLiteral(":")).valueOr(Value::none()), Value::integer(7));

    const auto system = call(QStringLiteral("_getSystemMeta"), {Value::str(":Default.m")});
    QVERIFY2(system, qPrintable(wordsOf(system)));
    const Object *object = system->asObject();
    QVERIFY(object);
    QCOMPARE(object->className(), QByteArray("Pyro.naming.NameSpaceSystemMeta"));
    QCOMPARE(*object->state->find("type"), Value::integer(1));
    QVERIFY(object->state->find("owner")->isNone());
    const double age
        = double(QDateTime::currentMSecsSinceEpoch()) / 1000 - *object->state->find("timestamp")->asReal();
    QVERIFY(age >= -0.01 && age < 60);
    QVERIFY(call(QStringLiteral("_setSystemMeta"), {Value::str(":Default.m"), *system}));
    QCOMPARE(
        call(QStringLiteral("_getSystemMeta"), {Value::str(":Default.m")}).valueOr(Value::none()), *system);
}

void tst_NameServer::listsTheWholeTree()
{
    QVERIFY(m_client->createGroupBlocking(QStringLiteral(":lab")));
    QVERIFY(m_client->createGroupBlocking(QStringLiteral(":lab.bench")));
    QVERIFY(m_client->registerBlocking(QStringLiteral(":lab.bench.scope"), kUri));
    const auto all = m_client->listAllBlocking(true);
    QVERIFY2(all, qPrintable(wordsOf(all)));
    const std::vector<NameEntry> wanted{{QStringLiteral(":Default"), {}, true},
        {QStringLiteral(":Pyro"), {}, true}, {QStringLiteral(":Pyro.NameServer"), m_server->uri(), false},
        {QStringLiteral(":lab"), {}, true}, {QStringLiteral(":lab.bench"), {}, true},
        {QStringLiteral(":lab.bench.scope"), kUri, false}};
    QVERIFY(*all == wanted);
    const auto objects = m_client->listAllBlocking(false);
    QVERIFY(objects);
    QCOMPARE(objects->size(), size_t(2));
    // The original's own method tells the same.
    const auto flat = call(QStringLiteral("flatlist"), {});
    QVERIFY2(flat, qPrintable(wordsOf(flat)));
    QCOMPARE(flat->size(), 2);
    QCOMPARE(flat->at(1).at(0), Value::str(":lab.bench.scope"));
    QCOMPARE(pyro3Generation()->asReference(flat->at(1).at(1))->uri, kUri);
    const auto list = call(QStringLiteral("list"), {Value::none()});
    QCOMPARE(*list,
        Value::list({Value::tuple({Value::str("Default"), Value::integer(0)}),
            Value::tuple({Value::str("Pyro"), Value::integer(0)}),
            Value::tuple({Value::str("lab"), Value::integer(0)})}));
}

void tst_NameServer::givesTheOriginalsErrors_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QByteArrayList>("args");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const char *method, const QByteArrayList &args, const char *words) {
        QTest::newRow(name) << QString::fromLatin1(method) << args << QString::fromLatin1(words);
    };
    const QByteArray u = kUri.toLatin1();
    // Source of the texts: recordings ns_register, ns_resolve, ns_unregister, ns_list, ns_groups,
    // ns_badnames.
    row("register-twice", "register", {":taken", u}, "NamingError(name already exists, taken)");
    row("register-bad-uri", "register", {":x", "not a uri"}, "NamingError(invalid URI, not a uri)");
    row("register-no-parent", "register", {":nogroup.x", u},
        "NamingError((parent)group not found, :nogroup)");
    row("register-below-leaf", "register", {":taken.sub", u}, "NamingError(parent is no group, taken)");
    row("register-root", "register", {":", u}, "NamingError(invalid name, :)");
    row("register-empty-part", "register", {":Default.", u}, "NamingError(invalid name, :Default.)");
    row("register-backslash", "register", {":a\\b", u}, "NamingError(invalid character(s) in name, :a\\b)");
    row("unregister-missing", "unregister", {":Default.gone"}, "NamingError(name not found, gone)");
    row("unregister-group", "unregister", {":Default"}, "NamingError(is a group, not an object, Default)");
    row("unregister-root", "unregister", {":"}, "NamingError(invalid name, :)");
    row("unregister-no-parent", "unregister", {":q.x"}, "NamingError((parent)group not found, :q)");
    row("resolve-missing", "resolve", {":Default.gone"}, "NamingError(name not found, :Default.gone)");
    row("resolve-relative", "resolve", {"gone"}, "NamingError(name not found, :Default.gone)");
    row("resolve-group", "resolve", {":Default"}, "NamingError(attempt to resolve groupname, :Default)");
    row("resolve-root", "resolve", {":"}, "NamingError(attempt to resolve groupname, :)");
    row("resolve-below-leaf", "resolve", {":taken.x"}, "NamingError(name not found, :taken.x)");
    row("resolve-no-parent", "resolve", {":zip.x"}, "NamingError(name not found, :zip.x)");
    row("resolve-empty-part", "resolve", {":a..b"}, "NamingError(invalid name, :a..b)");
    row("resolve-space", "resolve", {":a b"}, "NamingError(invalid character(s) in name, :a b)");
    row("resolve-case", "resolve", {":pyro.nameserver"}, "NamingError(name not found, :pyro.nameserver)");
    row("list-leaf", "list", {":taken"}, "NamingError(is no group, :taken)");
    row("list-missing", "list", {":qq"}, "NamingError(group not found, :qq)");
    row("list-below-leaf", "list", {":taken.x"}, "NamingError(group not found, :taken.x)");
    row("create-twice", "createGroup", {":Default"}, "NamingError(group already exists, Default)");
    row("create-over-leaf", "createGroup", {":taken"}, "NamingError(group already exists, taken)");
    row("create-no-parent", "createGroup", {":x.y"}, "NamingError((parent)group not found, :x)");
    row("create-below-leaf", "createGroup", {":taken.z"}, "NamingError(parent is no group, :taken.z)");
    row("create-root", "createGroup", {":"}, "NamingError(invalid groupname, :)");
    row("delete-missing", "deleteGroup", {":lab"}, "NamingError(group not found, :lab)");
    row("delete-leaf", "deleteGroup", {":taken"}, "NamingError(is no group, :taken)");
    row("delete-root", "deleteGroup", {":"}, "NamingError(not allowed to delete root group)");
    row("delete-no-parent", "deleteGroup", {":q.r"}, "NamingError((parent)group not found, :q)");
    row("meta-missing", "getMeta", {":Default.zz"}, "NamingError(name not found, :Default.zz)");
    row("system-meta-missing", "_getSystemMeta", {":zz"}, "NamingError(name not found, :zz)");
    row("system-meta-type", "_setSystemMeta", {":taken", "nope"},
        "TypeError(system meta info must be NameSpaceSystemMeta object)");
    row("resync", "resync", {}, "NamingError(NS is not running in 'primary' or 'secondary' mode)");
    row("resync-other", "_resync", {"x"},
        "NamingError(The (other) NS is not running in 'primary' or 'secondary' mode)");
    row("unknown-method", "renameGroup", {},
        "AttributeError('NameServer' object has no attribute 'renameGroup')");
    row("too-few", "resolve", {}, "TypeError(resolve() takes exactly 2 arguments (1 given))");
}

void tst_NameServer::givesTheOriginalsErrors()
{
    QFETCH(QString, method);
    QFETCH(QByteArrayList, args);
    QVERIFY(m_client->registerBlocking(QStringLiteral(":taken"), kUri));
    std::vector<Value> values;
    for (const QByteArray &arg : args)
        values.push_back(Value::str(arg));
    QTEST(wordsOf(call(method, values)), "words");
    QVERIFY(m_client->pingBlocking());
}

void tst_NameServer::refusesWhatTheRulesForbid_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QByteArrayList>("args");
    const auto row = [](const char *name, const char *method, const QByteArrayList &args) {
        QTest::newRow(name) << QString::fromLatin1(method) << args;
    };
    const QByteArray u = kUri.toLatin1();
    row("register-own", "register", {":Pyro.NameServer", u});
    row("unregister-own", "unregister", {":Pyro.NameServer"});
    row("delete-pyro", "deleteGroup", {":Pyro"});
    row("synccall", "_synccall", {"unregister", ":Default.x"});
    row("set-guid", "setGUID", {"x"});
    row("set-attribute", "_r_sa", {"role", "1"});
    row("get-attribute", "_r_ga", {"lock"});
    row("delegate", "delegateTo", {"x"});
    row("control-characters", "register", {":a\x01\n", u});
    row("high-bytes", "register", {":caf\xe9", u});
    row("dot-first", "register", {":.a", u});
    row("long-name", "register", {QByteArray(2000, 'x'), u});
    row("long-uri", "register", {":x", QByteArray("PYRO://127.0.0.1/").append(5000, 'x')});
    row("name-server-name", "register", {":x", "PYRO://bad host/x"});
}

void tst_NameServer::refusesWhatTheRulesForbid()
{
    QFETCH(QString, method);
    QFETCH(QByteArrayList, args);
    const int before = m_server->server().nameCount();
    std::vector<Value> values;
    for (const QByteArray &arg : args)
        values.push_back(Value::str(arg));
    const auto result = call(method, values);
    QVERIFY2(!result && result.error().kind == Error::Kind::Remote, qPrintable(wordsOf(result)));
    QCOMPARE(m_server->server().nameCount(), before);
    QCOMPARE(m_client->lookupBlocking(QStringLiteral(":Pyro.NameServer")).valueOr({}), m_server->uri());
}

void tst_NameServer::answersShutdownRequests()
{
    QSignalSpy asked(&m_server->server(), &NameServer::shutdownRequested);
    QCOMPARE(call(QStringLiteral("_shutdown"), {}).valueOr({}), Value::str("Will shut down shortly"));
    QTRY_COMPARE(asked.count(), 1);
}

void tst_NameServer::deniesShutdownWhenToldSo()
{
    NameServerOptions options;
    options.allowShutdown = false;
    m_server = std::make_unique<nstest::Server>(options);
    m_client = std::make_unique<NameServerClient>(nstest::context(), m_server->address());
    QSignalSpy asked(&m_server->server(), &NameServer::shutdownRequested);
    QCOMPARE(call(QStringLiteral("_shutdown"), {}).valueOr({}), Value::str("Shutdown request denied"));
    m_server->run([] { QCoreApplication::processEvents(); });
    QCOMPARE(asked.count(), 0);
}

void tst_NameServer::demandsIdentification()
{
    NameServerOptions options;
    options.allowedIdents = QStringList{QStringLiteral("key7")};
    m_server = std::make_unique<nstest::Server>(options);
    NameServerClient stranger(nstest::context(), m_server->address());
    const Status refused = stranger.pingBlocking();
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Denied);
    NameServerAddress address = m_server->address();
    address.options.credentials.ident = QStringLiteral("key7");
    NameServerClient friendly(nstest::context(), address);
    QCOMPARE(wordsOf(friendly.pingBlocking()), QStringLiteral("ok"));
}

void tst_NameServer::refusesOversizedFrames()
{
    const Status status
        = m_client->setMetaBlocking(QStringLiteral(":"), Value::str(QByteArray(9 << 20, 'x')));
    QVERIFY(!status);
    QVERIFY(m_client->pingBlocking());
    // Within the frame limit, above that of meta information.
    QVERIFY(m_client->setMetaBlocking(QStringLiteral(":"), Value::str(QByteArray(60'000, 'x'))));
    QCOMPARE(wordsOf(m_client->setMetaBlocking(QStringLiteral(":"), Value::str(QByteArray(70'000, 'x')))),
        QStringLiteral("NamingError(meta information too large, :)"));
}

void tst_NameServer::tellsOfChangesOncePerTurn()
{
    QSignalSpy changed(&m_server->server(), &NameServer::namesChanged);
    QVERIFY(m_client->registerBlocking(QStringLiteral("a"), kUri));
    QTRY_VERIFY(changed.count() >= 1);
    const auto registrar = m_server->server().localRegistrar();
    const int before = int(changed.count());
    m_server->run([&] {
        for (int i = 0; i < 100; ++i) {
            const auto uri = nstest::catalogue()->parseUri(kUri);
            QVERIFY(registrar->registerName(QStringLiteral(":many.n%1").arg(i), *uri));
        }
    });
    QTRY_COMPARE(int(changed.count()), before + 1);
    QCOMPARE(registrar->resolve(QStringLiteral(":many.n7"))->toString(), kUri);
    QVERIFY(registrar->unregisterName(QStringLiteral(":many.n7")));
    m_client.reset();
    m_server.reset();
    QCOMPARE(registrar->resolve(QStringLiteral(":many.n8")).error().kind, Error::Kind::Disconnected);
}

QTEST_GUILESS_MAIN(tst_NameServer)
#include "tst_nameserver.moc"

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// The contract of pyroctl as scripts see it: real processes, exit statuses, JSON lines.

#include "support/peerprocess.h"

#include <pyrolens/base/json.h>

#include <QElapsedTimer>
#include <QTest>
#include <QUdpSocket>

#include <csignal>

using namespace pyrolens;

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");

struct Run
{
    int status = -1;
    std::vector<Json> lines;
    QByteArray err;

    const Json &result() const { return lines.front().value(u"result"); }
    const Json &error() const { return lines.back().value(u"error"); }
};

QStringList words(const char *line)
{
    return QString::fromUtf8(line).split(u' ', Qt::SkipEmptyParts);
}

} // namespace

class tst_Contract : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void statusAndResult_data();
    void statusAndResult();
    void errorsHaveTheirForm();
    void echoKeepsValues_data();
    void echoKeepsValues();
    void listForms();
    void namesMayBeFlat_data();
    void namesMayBeFlat();
    void repeatsGiveALineEach();
    void oneJsonLineWithoutServer_data();
    void oneJsonLineWithoutServer();
    void timesOutInTime();
    void secretsAreWarnedAbout();
    void secretFilesMustBePrivate();
    void stopsOnSignals();
    void endsWithTheSignalsNumber();
    void readyLineForms();
    void benchReports();
    void discoversByUnicastDatagram();
    void sqliteStorageSurvivesARestart();
    void eventsReachSubscribers();
    void mapsAddresses();
    void callbacksReachListeners_data();
    void callbacksReachListeners();

private:
    Run run(const QStringList &arguments, const QStringList &environment = {}) const;
    Run onNet(const QStringList &arguments) const;

    PeerProcess m_names;
    PeerProcess m_demo;
    QString m_where;
};

static QString portOf(const QString &uri)
{
    return uri.section(u':', -1).section(u'/', 0, 0);
}

void tst_Contract::initTestCase()
{
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    QVERIFY2(m_names.start(kPyroctl, words("ns --port 0"), environment), m_names.output().constData());
    QCOMPARE(m_names.words().size(), 2); // the tree and the flat space
    m_where = QStringLiteral("127.0.0.1:") + portOf(m_names.words().first());
    QVERIFY2(
        m_demo.start(kPyroctl, words("demo") + QStringList{QStringLiteral("--ns"), m_where}, environment),
        m_demo.output().constData());
    QCOMPARE(m_demo.words().size(), 12); // six objects, each in both spellings
}

Run tst_Contract::run(const QStringList &arguments, const QStringList &environment) const
{
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    for (const QString &setting : environment)
        variables.insert(setting.section(u'=', 0, 0), setting.section(u'=', 1));
    const Finished finished = runProgram(kPyroctl, arguments, variables);
    Run run;
    run.status = finished.status;
    run.err = finished.err;
    for (const QByteArray &line : finished.out.split('\n')) {
        if (line.isEmpty())
            continue;
        const auto json = Json::parse(line);
        run.lines.push_back(json ? *json : Json(QString::fromUtf8(line)));
    }
    if (run.lines.empty())
        run.lines.emplace_back();
    return run;
}

Run tst_Contract::onNet(const QStringList &arguments) const
{
    return run(QStringList{QStringLiteral("--json"), QStringLiteral("--ns"), m_where} + arguments);
}

void tst_Contract::statusAndResult_data()
{
    QTest::addColumn<QStringList>("line");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("result");
    const auto row = [](const char *name, const char *line, int status, const char *result) {
        QTest::newRow(name) << words(line) << status << QByteArray(result);
    };
    row("ping", "ping", 0, "null");
    row("ping-name", "ping :demo.echo", 0, "null");
    row("ping-unknown", "ping :demo.nothing", 1, nullptr);
    row("call", "call :demo.echo echo 5", 0, "5");
    row("call-negative", "call :demo.echo echo -42", 0, "-42");
    row("call-negative-float", "call :demo.echo echo -1.5", 0, R"({"$float":"-1.5"})");
    row("call-none", "call :demo.echo clear", 0, "null");
    row("call-keyword", "call :demo.echo echo --kw value=(1,)", 0, R"({"$tuple":[1]})");
    row("call-after-dashes", "call -- :demo.echo echo -7", 0, "-7");
    row("call-oneway", "call :demo.echo sleep 1 --oneway", 0, "null");
    row("call-python2-str", "call :demo.echo echo 'x'", 0, R"({"$str":"x"})");
    row("call-unicode", "call :demo.echo echo u'x'", 0, R"("x")");
    row("call-long", "call :demo.echo echo 5L", 0, R"({"$long":"5"})");
    row("call-args", "call :demo.echo args 1 --kw a=2", 0,
        R"({"$tuple":[{"$tuple":[1]},{"$dict":[[{"$str":"a"},2]]}]})");
    row("call-set", "call :demo.echo echo {1}", 0, R"({"$set":[1]})");
    row("call-bare-word", "call :demo.echo echo hello", 2, nullptr);
    row("call-expression", "call :demo.echo echo __import__('os')", 2, nullptr);
    row("call-callback-unknown", "call :demo.echo echo callback(':demo.nothing')", 1, nullptr);
    row("call-callback-form", "call :demo.echo echo callback('PYROLOC://127.0.0.1/x')", 2, nullptr);
    row("call-unknown-method", "call :demo.echo nothing", 1, nullptr);
    row("call-unknown-object", "call :demo.nothing echo", 1, nullptr);
    row("call-too-few", "call :demo.echo", 2, nullptr);
    row("get", "get :demo.echo counter", 0, "0");
    row("get-missing", "get :demo.echo nothing", 1, nullptr);
    row("set", "set :demo.echo counter 0", 0, "null");
    row("set-read-only", "set :demo.thermometer temperature 1.0", 1, nullptr);
    row("describe-unknown", "describe :demo.nothing", 1, nullptr);
    row("lookup-unknown", "lookup :demo.nothing", 1, nullptr);
    row("publish-no-server", "publish weather 1", 1, nullptr);
    row("publish-bare-word", "publish weather fine", 2, nullptr);
    row("publish-unreachable", "publish weather 1 --es PYRO://127.0.0.1:1/x", 3, nullptr);
    row("subscribe-no-server", "subscribe weather", 1, nullptr);
    row("subscribe-no-count", "subscribe weather --count 0", 2, nullptr);
    row("es-full-queue", "es --full maybe", 2, nullptr);
    row("trade-no-server", "call :demo.market trade 'ACME' 1.5", 0, "false");
    row("register-existing", "register :demo.echo PYRO://127.0.0.1:1/x", 1, nullptr);
    row("register-bad-uri", "register :demo.x nonsense", 2, nullptr);
    row("unregister-unknown", "unregister :demo.nothing", 1, nullptr);
    row("group-create", "group create :contract", 0, "null");
    row("group-create-again", "group create :contract", 1, nullptr);
    row("meta-set", "meta set :contract {'a':1}", 0, "null");
    row("meta-get", "meta get :contract", 0, R"({"$dict":[[{"$str":"a"},1]]})");
    row("register", "register :contract.x PYRO://127.0.0.1:7766/abc", 0, "null");
    row("lookup", "lookup :contract.x", 0, R"("PYRO://127.0.0.1:7766/abc")");
    row("list-one", "list :contract.x", 0, R"({":contract.x":"PYRO://127.0.0.1:7766/abc"})");
    row("list-glob", "list :con*t.?", 0, R"({":contract.x":"PYRO://127.0.0.1:7766/abc"})");
    row("list-regex", "list --regex :contract.*", 0, R"({":contract.x":"PYRO://127.0.0.1:7766/abc"})");
    row("list-groups", "list :contract --groups", 0,
        R"({":contract":null,":contract.x":"PYRO://127.0.0.1:7766/abc"})");
    row("list-none", "list :nobody", 0, "{}");
    row("list-bad-regex", "list --regex (", 2, nullptr);
    row("unregister", "unregister :contract.x", 0, "null");
    row("group-delete", "group delete :contract", 0, "null");
    row("group-delete-again", "group delete :contract", 1, nullptr);
    row("market", "call :demo.market trade 'ACME' 5", 0, "false");
    row("unknown-command", "frobnicate", 2, nullptr);
    row("unknown-option", "ping --frob", 2, nullptr);
    row("option-of-another", "ping --regex x", 2, nullptr);
    row("map-no-rule", "--map lab ping", 2, nullptr);
    row("map-bad-port", "--map lab:x=127.0.0.1 ping", 2, nullptr);
    row("unknown-generation", "--gen 7 ping", 2, nullptr);
    row("bad-timeout", "--timeout soon ping", 2, nullptr);
    row("unknown-serializer", "--serializer yaml ping", 2, nullptr);
}

void tst_Contract::statusAndResult()
{
    QFETCH(QStringList, line);
    QFETCH(int, status);
    QFETCH(QByteArray, result);
    const Run run = onNet(line);
    QVERIFY2(run.status == status,
        qPrintable(QStringLiteral("status %1: ").arg(run.status) + QString::fromUtf8(run.err)));
    QCOMPARE(run.lines.size(), size_t(1));
    QCOMPARE(run.lines.front().value(u"ok"), Json(status == 0));
    if (status == 0) {
        QCOMPARE(run.result().toText(), result);
        QVERIFY(run.lines.front().value(u"ms").toDouble(-1) >= 0);
    } else {
        QVERIFY(!run.error().value(u"class").toString().isEmpty());
        QVERIFY(!run.err.isEmpty()); // people get a message as well
    }
}

void tst_Contract::errorsHaveTheirForm()
{
    const Run value = onNet(words("call :demo.echo fail 'why'"));
    QCOMPARE(value.status, 1);
    QCOMPARE(value.error().value(u"class"), Json(QStringLiteral("exceptions.ValueError")));
    QCOMPARE(value.error().value(u"args").toText(), QByteArray(R"([{"$str":"why"}])"));
    QCOMPARE(value.error().value(u"where"), Json(QStringLiteral("remote")));
    QCOMPARE(value.error().value(u"attributes").toText(), QByteArray("{}"));
    QVERIFY(value.error().value(u"traceback").items().size() >= 3);
    for (const Json &line : value.error().value(u"traceback").items())
        QVERIFY(!line.toString().endsWith(u'\n'));

    const Run custom = onNet(words("call :demo.echo crash 'x'"));
    QCOMPARE(custom.error().value(u"class"), Json(QStringLiteral("demo.EchoError")));
    QCOMPARE(custom.error().value(u"attributes").value(u"code"), Json(42));

    QCOMPARE(onNet(words("call :demo.bank open 'ann'")).status, 0);
    const Run overdraw = onNet(words("call :demo.bank withdraw 'ann' 7"));
    QCOMPARE(overdraw.error().value(u"class"), Json(QStringLiteral("demo.OverdrawError")));
    QCOMPARE(overdraw.error().value(u"attributes").value(u"missing"), Json(7));
    QCOMPARE(onNet(words("call :demo.bank balance 'ann'")).result(), Json(0));

    const Run local = run(words("--json call PYRO://127.0.0.1:1/x echo"));
    QCOMPARE(local.status, 3);
    QCOMPARE(local.error().value(u"class"), Json(QStringLiteral("pyrolens.Disconnected")));
    QCOMPARE(local.error().value(u"where"), Json(QStringLiteral("local")));
    QVERIFY(local.error().value(u"traceback").isArray());
}

void tst_Contract::echoKeepsValues_data()
{
    QTest::addColumn<QString>("literal");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("nested") << QStringLiteral("[1, (2, 'x'), {u'k': [None, True]}]")
                            << QByteArray(R"([1,{"$tuple":[2,{"$str":"x"}]},{"k":[null,true]}])");
    QTest::newRow("bytes") << QStringLiteral(R"('\xff\x00')") << QByteArray("{\"$str\":\"\xc3\xbf\\u0000\"}");
    QTest::newRow("float-nan") << QStringLiteral("nan") << QByteArray(R"({"$float":"nan"})");
    QTest::newRow("float-minus-zero") << QStringLiteral("-0.0") << QByteArray(R"({"$float":"-0.0"})");
    QTest::newRow("complex") << QStringLiteral("1+2j") << QByteArray(R"({"$complex":["1.0","2.0"]})");
    QTest::newRow("big") << QStringLiteral("123456789012345678901234567890")
                         << QByteArray(R"({"$long":"123456789012345678901234567890"})");
    QTest::newRow("int-54-bits") << QStringLiteral("9007199254740993")
                                 << QByteArray(R"({"$int":"9007199254740993"})");
    QTest::newRow("datetime") << QStringLiteral("datetime('2020-01-02T03:04:05')")
                              << QByteArray(R"({"$datetime":"2020-01-02T03:04:05"})");
    QTest::newRow("decimal") << QStringLiteral("Decimal('1.10')") << QByteArray(R"({"$decimal":"1.10"})");
    QTest::newRow("frozenset") << QStringLiteral("frozenset({1})") << QByteArray(R"({"$frozenset":[1]})");
}

void tst_Contract::echoKeepsValues()
{
    QFETCH(QString, literal);
    QFETCH(QByteArray, json);
    const Run run
        = onNet({QStringLiteral("call"), QStringLiteral(":demo.echo"), QStringLiteral("echo"), literal});
    QVERIFY2(run.status == 0, run.err.constData());
    QCOMPARE(run.result().toText(), json);
}

void tst_Contract::listForms()
{
    const Json all = onNet(words("list --gen 3")).result();
    for (const char *name : {":demo.echo", ":demo.thermometer", ":demo.bank", ":demo.clock", ":demo.files",
             ":demo.market", ":Pyro.NameServer"})
        QVERIFY2(
            all.value(QString::fromLatin1(name)).toString().startsWith(QStringLiteral("PYRO://127.0.0.1:")),
            name);
    const Json meta = onNet(words("list :demo.echo --meta")).result().value(u":demo.echo");
    QVERIFY(meta.value(u"uri").isString());
    QVERIFY(meta.contains(u"meta"));
    const Json described = onNet(words("describe :demo.echo")).result();
    QVERIFY(described.value(u"methods").isArray());
    QVERIFY(described.value(u"attributes").isArray());
    QVERIFY(described.value(u"oneway").isArray());
    QCOMPARE(described.value(u"generation"), Json(3));
    // A port that speaks several generations counts as the highest, unless somebody says otherwise.
    const Json registered = onNet({QStringLiteral("--gen"), QStringLiteral("3"), QStringLiteral("registered"),
                                      QStringLiteral("127.0.0.1:") + portOf(m_demo.words().first())})
                                .result();
    QStringList names;
    for (const auto &[id, name] : registered.members())
        names.append(name.toString());
    QVERIFY(names.contains(QStringLiteral(":demo.echo")));
}

// One after the other: a name server of several generations counts as the highest.
void tst_Contract::namesMayBeFlat_data()
{
    QTest::addColumn<QStringList>("line");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("result");
    const auto row = [](const char *name, const QStringList &line, int status, const char *result) {
        QTest::newRow(name) << line << status << QByteArray(result);
    };
    row("register", words("register flat.x PYRO:x@127.0.0.1:1"), 0, "null");
    row("register-again", words("register flat.x PYRO:y@127.0.0.1:1"), 1, nullptr);
    row("register-4", words("--gen 4 register flat.y PYRO:y@127.0.0.1:1"), 0, "null");
    row("register-bad-uri", words("register flat.z PYRO:nonsense"), 2, nullptr);
    row("lookup", words("lookup flat.x"), 0, R"("PYRO:x@127.0.0.1:1")");
    row("lookup-unknown", words("lookup flat.z"), 1, nullptr);
    row("lookup-in-the-tree", words("lookup :flat.x"), 1, nullptr);
    row("meta-empty", words("meta get flat.x"), 0, "[]");
    row("meta-set", words("meta set flat.x ['b','a','b']"), 0, "null");
    row("meta-set-no-list", words("meta set flat.x 5"), 2, nullptr);
    row("meta-set-no-literal", words("meta set flat.x tag"), 2, nullptr);
    row("meta-get", words("meta get flat.x"), 0, R"(["a","b"])");
    row("list", words("list flat."), 0, R"({"flat.x":"PYRO:x@127.0.0.1:1","flat.y":"PYRO:y@127.0.0.1:1"})");
    row("list-glob", words("list fl*.?"), 0,
        R"({"flat.x":"PYRO:x@127.0.0.1:1","flat.y":"PYRO:y@127.0.0.1:1"})");
    row("list-regex", words("list --regex f.*y$"), 0, R"({"flat.y":"PYRO:y@127.0.0.1:1"})");
    row("list-tag", words("list --tag a --tag b"), 0, R"({"flat.x":"PYRO:x@127.0.0.1:1"})");
    row("list-tag-4", words("--gen 4 list --tag a"), 0, R"({"flat.x":"PYRO:x@127.0.0.1:1"})");
    row("list-tag-none", words("list --tag a --tag c"), 0, "{}");
    row("list-tag-3", words("--gen 3 list --tag a"), 2, nullptr);
    row("list-meta", words("list flat. --meta"), 0,
        R"({"flat.x":{"uri":"PYRO:x@127.0.0.1:1","meta":["a","b"]},)"
        R"("flat.y":{"uri":"PYRO:y@127.0.0.1:1","meta":[]}})");
    row("group", words("--gen 5 group create flat"), 3, nullptr);
    row("unregister", words("unregister flat.x"), 0, "null");
    row("unregister-again", words("unregister flat.x"), 1, nullptr);
    row("unregister-4", words("--gen 4 unregister flat.y"), 0, "null");
}

void tst_Contract::namesMayBeFlat()
{
    QFETCH(QStringList, line);
    QFETCH(QByteArray, result);
    const Run run = onNet(line);
    QVERIFY2(!run.lines.empty(), run.err.constData());
    QTEST(run.status, "status");
    if (!result.isEmpty())
        QCOMPARE(run.result().toText(), result);
}

void tst_Contract::repeatsGiveALineEach()
{
    const Run run = onNet(words("call :demo.echo echo 1 --repeat 5"));
    QCOMPARE(run.lines.size(), size_t(5));
    QCOMPARE(run.status, 0);
    QCOMPARE(onNet(words("call :demo.echo echo 1 --repeat 0")).status, 2);
}

void tst_Contract::oneJsonLineWithoutServer_data()
{
    QTest::addColumn<QStringList>("line");
    for (const char *line : {"ping", "list", "lookup :a", "register :a PYRO://127.0.0.1:1/x", "unregister :a",
             "group create :a", "meta get :a", "describe PYRO://127.0.0.1:1/x", "registered 127.0.0.1:1",
             "call :a m", "get :a x", "set :a x 1", "bench PYRO://127.0.0.1:1/x m --seconds 1", "demo"})
        QTest::addRow("%s", line) << words(line);
}

void tst_Contract::oneJsonLineWithoutServer()
{
    QFETCH(QStringList, line);
    const Run finished = run(words("--json --ns 127.0.0.1:1") + line);
    QCOMPARE(finished.status, 3);
    QCOMPARE(finished.lines.size(), size_t(1));
    QCOMPARE(finished.lines.front().value(u"ok"), Json(false));
    QVERIFY2(finished.err.contains("127.0.0.1:1 refused"), finished.err.constData());
}

void tst_Contract::timesOutInTime()
{
    QElapsedTimer timer;
    timer.start();
    const Run late = onNet(words("--timeout 0.4 call :demo.echo sleep 30"));
    QCOMPARE(late.status, 4);
    QCOMPARE(late.error().value(u"class"), Json(QStringLiteral("pyrolens.Timeout")));
    QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
}

void tst_Contract::secretsAreWarnedAbout()
{
    const Run given = onNet(words("--ident s3cret ping"));
    QCOMPARE(given.status, 0);
    QVERIFY(given.err.contains("warning"));
    QVERIFY(!given.err.contains("s3cret"));
    const Run hidden
        = run(QStringList{QStringLiteral("--json"), QStringLiteral("--ns"), m_where, QStringLiteral("ping")},
            {QStringLiteral("PYROLENS_IDENT=s3cret")});
    QCOMPARE(hidden.status, 0);
    QVERIFY2(hidden.err.isEmpty(), hidden.err.constData());
}

void tst_Contract::secretFilesMustBePrivate()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("ident")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("s3cret\n");
    file.close();
    const QStringList line{QStringLiteral("--ident-file"), file.fileName(), QStringLiteral("ping")};
    QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadOther));
    QCOMPARE(onNet(line).status, 2);
    QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner));
    QCOMPARE(onNet(line).status, 0);
}

void tst_Contract::stopsOnSignals()
{
    for (const int number : {SIGINT, SIGTERM}) {
        for (const char *line : {"ns --port 0", "demo --no-ns"}) {
            PeerProcess server;
            QVERIFY(server.start(kPyroctl, words(line), QProcessEnvironment::systemEnvironment()));
            QCOMPARE(::kill(pid_t(server.pid()), number), 0);
            QVERIFY(server.process().waitForFinished(5000));
            QCOMPARE(server.process().exitStatus(), QProcess::NormalExit);
            QCOMPARE(server.process().exitCode(), 0);
        }
    }
}

void tst_Contract::endsWithTheSignalsNumber()
{
    QProcess client;
    client.start(kPyroctl, QStringList{QStringLiteral("--ns"), m_where} + words("call :demo.echo sleep 20"));
    QVERIFY(client.waitForStarted());
    QTest::qWait(300); // not proof of anything: the signal should meet a waiting call, but any moment must do
    QCOMPARE(::kill(pid_t(client.processId()), SIGINT), 0);
    QVERIFY(client.waitForFinished(5000));
    QCOMPARE(client.exitStatus(), QProcess::NormalExit);
    QCOMPARE(client.exitCode(), 128 + SIGINT);
}

void tst_Contract::readyLineForms()
{
    QProcess server;
    server.start(kPyroctl, words("--json demo --no-ns"));
    QVERIFY(server.waitForReadyRead(10'000));
    const auto json = Json::parse(server.readLine().trimmed());
    server.terminate();
    QVERIFY(server.waitForFinished());
    QVERIFY(json);
    QCOMPARE(json->value(u"ready"), Json(true));
    QCOMPARE(json->value(u"uris").items().size(), size_t(12));
    QVERIFY(json->value(u"uris").items().front().toString().startsWith(QStringLiteral("PYRO://127.0.0.1:")));
}

void tst_Contract::benchReports()
{
    const Run bench = onNet(words("bench :demo.echo echo 1 --seconds 2 --clients 2"));
    QCOMPARE(bench.status, 0);
    const Json &result = bench.result();
    QVERIFY(result.value(u"calls").toInteger() > 100);
    QCOMPARE(result.value(u"errors"), Json(0));
    QVERIFY(result.value(u"per_second").toDouble() > 200);
    const Json &latency = result.value(u"latency_us");
    QVERIFY(latency.value(u"p50").toDouble() > 0);
    QVERIFY(latency.value(u"p50").toDouble() <= latency.value(u"p90").toDouble());
    QVERIFY(latency.value(u"p99").toDouble() <= latency.value(u"max").toDouble());
    QCOMPARE(
        onNet(words("bench :demo.echo note 1 --seconds 0.3 --oneway")).result().value(u"errors"), Json(0));
    QCOMPARE(onNet(words("call :demo.echo clear")).status, 0);
}

void tst_Contract::discoversByUnicastDatagram()
{
    QUdpSocket probe;
    QVERIFY(probe.bind(QHostAddress::LocalHost, 0));
    const QString port = QString::number(probe.localPort());
    const QStringList discover
        = words("--json discover --address 127.0.0.1 --seconds 0.5 --broadcast-port") + QStringList{port};
    const Run none = run(discover);
    QCOMPARE(none.status, 0);
    QCOMPARE(none.result().toText(), QByteArray("[]"));
    probe.close();

    PeerProcess server;
    QVERIFY2(server.start(kPyroctl, words("ns --port 0 --broadcast --broadcast-port") + QStringList{port},
                 QProcessEnvironment::systemEnvironment()),
        server.output().constData());
    const Run found = run(discover);
    QCOMPARE(found.status, 0);
    QCOMPARE(found.result(), Json::strings(server.words()));
}

void tst_Contract::sqliteStorageSurvivesARestart()
{
    QTemporaryDir folder;
    const QStringList line = words("ns --port 0 --storage")
        + QStringList{QStringLiteral("sqlite:") + folder.filePath(QStringLiteral("names.db"))};
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    {
        PeerProcess server;
        QVERIFY2(server.start(kPyroctl, line, environment), server.output().constData());
        const QString where = QStringLiteral("127.0.0.1:") + portOf(server.words().first());
        QCOMPARE(run(QStringList{QStringLiteral("--ns"), where}
                     + words("register :Default.kept PYRO://127.0.0.1:7766/abc"))
                     .status,
            0);
        server.process().kill();
        QVERIFY(server.process().waitForFinished());
    }
    PeerProcess server;
    QVERIFY2(server.start(kPyroctl, line, environment), server.output().constData());
    const QString where = QStringLiteral("127.0.0.1:") + portOf(server.words().first());
    const Run kept = run(
        QStringList{QStringLiteral("--json"), QStringLiteral("--ns"), where} + words("lookup :Default.kept"));
    QCOMPARE(kept.status, 0);
    QCOMPARE(kept.result(), Json(QStringLiteral("PYRO://127.0.0.1:7766/abc")));
}

void tst_Contract::eventsReachSubscribers()
{
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QStringList where{QStringLiteral("--ns"), m_where};
    PeerProcess server;
    QVERIFY2(server.start(kPyroctl, words("es") + where, environment), server.output().constData());
    QCOMPARE(server.words().size(), 1);
    QCOMPARE(onNet(words("lookup :Pyro.EventService")).result().toString(), server.words().first());
    QCOMPARE(onNet(words("es")).status, 3); // one is enough

    PeerProcess all;
    QVERIFY2(all.start(kPyroctl, words("subscribe") + where, environment), all.output().constData());
    QProcess some;
    some.start(kPyroctl, words("--json subscribe Weather --match stock --count 3") + where);
    QVERIFY(some.waitForReadyRead(20'000));
    const auto ready = Json::parse(some.readLine().trimmed());
    QVERIFY(ready && ready->value(u"ready").toBool());
    QVERIFY(ready->value(u"uris").items().front().toString().startsWith(u"PYRO://127.0.0.1:"));

    const Run published = onNet(words("publish wEATHER {'t':1.5}"));
    QCOMPARE(published.status, 0);
    QVERIFY(published.result().isNull());
    QCOMPARE(onNet(words("publish other 1")).status, 0);
    QCOMPARE(onNet(words("call :demo.market trade 'ACME' 12.5")).result().toText(), "true");
    QCOMPARE(onNet(words("publish STOCK.x u'x'")).status, 0);
    QCOMPARE(onNet(words("publish weather None")).status, 0);
    QVERIFY(some.waitForFinished(20'000));
    QCOMPARE(some.exitCode(), 0);
    const QByteArrayList lines = some.readAllStandardOutput().trimmed().split('\n');
    QCOMPARE(lines.size(), 3);
    const char *wanted[][2] = {{"wEATHER", R"({"$dict":[[{"$str":"t"},{"$float":"1.5"}]]})"},
        {"STOCKQUOTE.ACME", R"({"$float":"12.5"})"}, {"STOCK.x", R"("x")"}};
    for (int i = 0; i < 3; ++i) {
        const auto line = Json::parse(lines.at(i));
        QVERIFY(line);
        QCOMPARE(line->value(u"subject").toString(), QString::fromLatin1(wanted[i][0]));
        QCOMPARE(line->value(u"value").toText(), QByteArray(wanted[i][1]));
        QVERIFY(QDateTime::fromString(line->value(u"time").toString(), Qt::ISODateWithMs).isValid());
    }
    QTRY_VERIFY(all.output().contains("  weather  None"));
    QVERIFY(all.output().contains("  STOCKQUOTE.ACME  12.5"));
    QCOMPARE(all.stop(), 0);
    QCOMPARE(server.stop(), 0);
    QCOMPARE(onNet(words("lookup :Pyro.EventService")).status, 1);
}

// A name server and objects behind a gateway: the names that they publish lead nowhere from here.
void tst_Contract::mapsAddresses()
{
    const QString demo = portOf(m_demo.words().first());
    const QString object = m_demo.words().first().section(u'/', 3);
    const QString uri = QStringLiteral("PYRO://inside.invalid:7766/") + object;
    const QStringList rules{QStringLiteral("--map"), QStringLiteral("lab.invalid=127.0.0.1"),
        QStringLiteral("--map"), QStringLiteral("inside.invalid:7766=127.0.0.1:") + demo};
    const QStringList names = QStringList{QStringLiteral("--json"), QStringLiteral("--ns"),
                                  u"lab.invalid:" + m_where.section(u':', 1)}
        + rules;
    QCOMPARE(run(names + words("register :Default.inside") + QStringList{uri}).status, 0);
    const Run called = run(names + words("call :Default.inside echo 5"));
    QVERIFY2(called.status == 0, called.err.constData());
    QCOMPARE(called.result(), Json(5));
    QCOMPARE(run(names + words("lookup :Default.inside")).result(), Json(uri)); // as it was published
    QCOMPARE(run(names + words("unregister :Default.inside")).status, 0);
    // Where a URI does not say how to get there, errors name the place that was tried.
    const Run refused = run(words("--json call PYRO://lab.invalid:7766/x m --map lab.invalid=127.0.0.1:1"));
    QCOMPARE(refused.status, 3);
    QVERIFY2(refused.err.contains("127.0.0.1:1 refused"), refused.err.constData());
}

void tst_Contract::callbacksReachListeners_data()
{
    QTest::addColumn<bool>("isNamed");
    QTest::newRow("by URI") << false;
    QTest::newRow("by name") << true;
}

void tst_Contract::callbacksReachListeners()
{
    QFETCH(bool, isNamed);
    PeerProcess listener;
    QStringList line = words("listen --answer 7 --ns") + QStringList{m_where};
    if (isNamed)
        line += words("--name :demo.ear");
    QVERIFY2(listener.start(kPyroctl, line, QProcessEnvironment::systemEnvironment()),
        listener.output().constData());
    const QString proxy = QStringLiteral("callback('%1')")
                              .arg(isNamed ? QStringLiteral(":demo.ear") : listener.words().first());
    const auto clock = [this](const QString &method, const QString &argument) {
        return onNet({QStringLiteral("call"), QStringLiteral(":demo.clock"), method, argument});
    };
    const Run added = clock(QStringLiteral("register"), proxy);
    QVERIFY2(added.status == 0, added.err.constData());
    const Run asked = clock(QStringLiteral("ask"), QStringLiteral("'anybody?'"));
    QVERIFY2(asked.status == 0, asked.err.constData());
    QCOMPARE(asked.result().toText(), QByteArray("[7]"));
    QTRY_VERIFY_WITH_TIMEOUT(
        (listener.process().waitForReadyRead(1), listener.output().contains("answer('anybody?')")), 20'000);
    const Run removed = clock(QStringLiteral("unregister"), proxy);
    QVERIFY2(removed.status == 0, removed.err.constData());
    QCOMPARE(clock(QStringLiteral("ask"), QStringLiteral("'gone?'")).result().toText(), QByteArray("[]"));
}

QTEST_GUILESS_MAIN(tst_Contract)

#include "tst_contract.moc"

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "support/allgenerations.h"

#include <pyrolens/hosting/hostrunner.h>
#include <pyrolens/naming/nameserverclient.h>

#include <QtTest>

using namespace pyrolens;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<ClientContext> everyContext()
{
    auto plain = std::make_shared<ClientContext>();
    plain->catalogue = testing::allGenerations();
    auto full = std::make_shared<ClientContext>(*plain);
    full->resolver = makeNameServerResolver(plain, NameServerAddress());
    return full;
}

} // namespace

/// Hosts of other generations than 3, and gateways.
class tst_Kinds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_runner.reset(); }
    void oneDaemonServesAll();
    void flatNamesHaveNoColon();
    void gatewayOffersAnObject();
    void gatewayOffersAllThatMatches();
    void gatewayTakesNoNameOver();
    void gatewaySaysWhatIsWrong_data();
    void gatewaySaysWhatIsWrong();
    void serverWithoutTheNameSpace();
    void tellsPythonWhereItIs();

private:
    bool waitFor(quint64 id, HostState::Phase phase = HostState::Phase::Running)
    {
        return QTest::qWaitFor(
            [&] { return m_runner->state(id) && m_runner->state(id)->phase == phase; }, 20'000);
    }
    quint64 nameServer(std::vector<int> generations = {3, 4, 5})
    {
        HostPlan plan;
        plan.kind = HostKind::NameServer;
        plan.generations = std::move(generations);
        return m_runner->start(plan);
    }
    static ObjectPlan pump(const QString &name = QStringLiteral(":mock.pump"))
    {
        return {ObjectPlan::Kind::Static, name, QStringLiteral("status > 'on'\nserial = 'A'"), {}, false};
    }
    /// Calls with the hosts' own event loops running, this one included.
    QString call(const QString &uri, int generation, const char *method = "status")
    {
        const auto parsed = testing::allGenerations()->parseUri(uri, generation);
        if (!parsed)
            return parsed.error().what;
        ProxyOptions options;
        options.generation = generation;
        options.callTimeout = 10s;
        Proxy proxy(everyContext(), *parsed, options);
        std::optional<Reply> reply;
        const PendingCall pending = proxy.send(Message::call({}, method, Value::tuple({}), Value::dict({})));
        pending.then(this, [&reply](const Reply &done) { reply = done; });
        if (!QTest::qWaitFor([&] { return reply.has_value(); }, 20'000))
            return QStringLiteral("no answer");
        if (!*reply)
            return reply->error().what;
        const Value &value = reply->value();
        // An 8-bit string and text are not the same to a Python program.
        const QString kind = value.kind() == Value::Kind::Str ? QStringLiteral("str ")
            : value.kind() == Value::Kind::Text               ? QStringLiteral("unicode ")
                                                              : QStringLiteral("? ");
        return value.isTextLike() ? QString(kind + value.toText()) : kind;
    }
    QString lookUp(quint64 server, int generation, const QString &name)
    {
        NameServerAddress address;
        address.host = m_runner->state(server)->host;
        address.port = m_runner->state(server)->port;
        address.generation = generation;
        NameServerClient client(everyContext(), address);
        std::optional<Result<QString>> found;
        client.lookup(name, this, [&found](const Result<QString> &text) { found = text; });
        if (!QTest::qWaitFor([&] { return found.has_value(); }, 20'000))
            return QStringLiteral("no answer");
        return *found ? **found : QString();
    }

    std::unique_ptr<HostRunner> m_runner;
};

void tst_Kinds::init()
{
    HostRunner::Setup setup;
    setup.catalogue = testing::allGenerations();
    setup.context = everyContext();
    m_runner = std::make_unique<HostRunner>(setup);
}

void tst_Kinds::oneDaemonServesAll()
{
    const quint64 names = nameServer();
    HostPlan plan;
    plan.generations = {3, 4, 5};
    plan.ownServer = names;
    plan.objects.push_back(pump());
    const quint64 id = m_runner->start(plan);
    QVERIFY(waitFor(id));
    const ObjectState object = m_runner->state(id)->objects.front();
    QCOMPARE(object.uris.size(), 2);
    QCOMPARE(lookUp(names, 3, QStringLiteral(":mock.pump")), object.uris.at(0));
    QCOMPARE(lookUp(names, 5, QStringLiteral("mock.pump")), object.uris.at(1));
    QCOMPARE(call(object.uris.at(0), 3), QStringLiteral("str on"));
    QCOMPARE(call(object.uris.at(1), 4), QStringLiteral("unicode on"));
    QCOMPARE(call(object.uris.at(1), 5), QStringLiteral("unicode on"));
    QTRY_COMPARE(m_runner->state(id)->objects.front().calls, qint64(3));
    QTRY_COMPARE(m_runner->state(id)->objects.front().methods.size(), size_t(1));
}

void tst_Kinds::flatNamesHaveNoColon()
{
    const quint64 names = nameServer();
    HostPlan plan;
    plan.generations = {4, 5};
    plan.ownServer = names;
    plan.objects.push_back(pump());
    const quint64 id = m_runner->start(plan);
    QVERIFY(waitFor(id));
    QCOMPARE(m_runner->state(id)->plan.objects.front().name, QStringLiteral("mock.pump"));
    const QString uri = lookUp(names, 4, QStringLiteral("mock.pump"));
    QCOMPARE(m_runner->state(id)->objects.front().uris, QStringList{uri});
    QCOMPARE(call(uri, 5), QStringLiteral("unicode on"));
}

void tst_Kinds::gatewayOffersAnObject()
{
    const quint64 names = nameServer();
    HostPlan behind;
    behind.generations = {5};
    behind.objects.push_back(pump());
    const quint64 far = m_runner->start(behind);
    QVERIFY(waitFor(far));
    HostPlan plan;
    plan.kind = HostKind::Gateway;
    plan.generations = {3};
    plan.ownServer = names;
    plan.gateway.target = m_runner->state(far)->objects.front().uris.front();
    plan.gateway.as = QStringLiteral(":old.pump");
    const quint64 id = m_runner->start(plan);
    QVERIFY2(waitFor(id), qPrintable(m_runner->state(id)->problem));
    const ObjectState object = m_runner->state(id)->objects.front();
    QCOMPARE(object.kind, QStringLiteral("gateway"));
    QCOMPARE(object.sourceName, plan.gateway.target);
    QCOMPARE(lookUp(names, 3, QStringLiteral(":old.pump")), object.uris.front());
    QCOMPARE(call(object.uris.front(), 3), QStringLiteral("str on"));
    QTRY_COMPARE(m_runner->state(id)->calls, qint64(1));
    m_runner->stop(id);
    QVERIFY(waitFor(id, HostState::Phase::Stopped));
    QCOMPARE(lookUp(names, 3, QStringLiteral(":old.pump")), QString());
}

void tst_Kinds::gatewayOffersAllThatMatches()
{
    const quint64 names = nameServer();
    HostPlan behind;
    behind.generations = {5};
    behind.ownServer = names;
    behind.objects = {pump(), pump(QStringLiteral(":mock.valve")), pump(QStringLiteral(":other"))};
    QVERIFY(waitFor(m_runner->start(behind)));
    HostPlan plan;
    plan.kind = HostKind::Gateway;
    plan.generations = {3};
    plan.ownServer = names;
    plan.gateway.target = QStringLiteral("PYRONAME:mock.*@127.0.0.1:%1").arg(m_runner->state(names)->port);
    plan.gateway.as = QStringLiteral("*");
    const quint64 id = m_runner->start(plan);
    QVERIFY2(waitFor(id), qPrintable(m_runner->state(id)->problem));
    QCOMPARE(m_runner->state(id)->objects.size(), size_t(2));
    QCOMPARE(call(lookUp(names, 3, QStringLiteral(":mock.valve")), 3), QStringLiteral("str on"));
    QCOMPARE(lookUp(names, 3, QStringLiteral(":other")), QString());
    QVERIFY(m_runner->state(id)->log.join(u'\n').contains(u"offered: mock.pump"));
}

void tst_Kinds::gatewayTakesNoNameOver()
{
    const quint64 names = nameServer();
    HostPlan behind;
    behind.generations = {5};
    behind.ownServer = names;
    behind.objects = {pump()};
    QVERIFY(waitFor(m_runner->start(behind)));
    const QString before = lookUp(names, 5, QStringLiteral("mock.pump"));
    HostPlan plan;
    plan.kind = HostKind::Gateway;
    plan.generations = {3, 4, 5};
    plan.ownServer = names;
    plan.gateway.target = before;
    plan.gateway.as = QStringLiteral(":mock.pump");
    const quint64 id = m_runner->start(plan);
    QVERIFY(waitFor(id, HostState::Phase::Failed));
    QCOMPARE(lookUp(names, 5, QStringLiteral("mock.pump")), before);
}

void tst_Kinds::gatewaySaysWhatIsWrong_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("as");
    QTest::addColumn<QString>("words");
    QTest::newRow("nothing") << QString() << QString() << QStringLiteral("the target is empty");
    QTest::newRow("no uri") << QStringLiteral("PYRO:x@nowhere") << QString()
                            << QStringLiteral("invalid URI format");
    QTest::newRow("one name for all")
        << QStringLiteral("PYRONAME:mock.*@127.0.0.1:1") << QStringLiteral("x") << QStringLiteral("put a *");
    QTest::newRow("closed port") << QStringLiteral("PYRO:x@127.0.0.1:1") << QString()
                                 << QStringLiteral("refused");
    QTest::newRow("no name server") << QStringLiteral("PYRONAME:mock.*@127.0.0.1:1") << QString()
                                    << QStringLiteral("refused");
}

void tst_Kinds::gatewaySaysWhatIsWrong()
{
    QFETCH(QString, target);
    QFETCH(QString, as);
    QFETCH(QString, words);
    HostPlan plan;
    plan.kind = HostKind::Gateway;
    plan.generations = {3};
    plan.ownServer = as.isEmpty() ? 0 : nameServer();
    plan.gateway.target = target;
    plan.gateway.as = as;
    const quint64 id = m_runner->start(plan);
    QVERIFY(waitFor(id, HostState::Phase::Failed));
    QVERIFY2(m_runner->state(id)->problem.contains(words), qPrintable(m_runner->state(id)->problem));
}

void tst_Kinds::serverWithoutTheNameSpace()
{
    const quint64 names = nameServer({3});
    HostPlan plan;
    plan.generations = {4, 5};
    plan.ownServer = names;
    plan.objects.push_back(pump());
    const quint64 id = m_runner->start(plan);
    QVERIFY(waitFor(id, HostState::Phase::Failed));
    QVERIFY2(
        m_runner->state(id)->problem.contains(u"no name space"), qPrintable(m_runner->state(id)->problem));
}

void tst_Kinds::tellsPythonWhereItIs()
{
    const quint64 names = nameServer();
    QVERIFY(waitFor(names));
    const HostState &server = *m_runner->state(names);
    const QString port = QString::number(server.port);
    QCOMPARE(pythonSettings(server),
        QStringLiteral("# Pyro 3\nexport PYRO_NS_HOSTNAME=127.0.0.1\nexport PYRO_NS_PORT=%1\n"
                       "# Pyro 4 and 5\nexport PYRO_NS_HOST=127.0.0.1\nexport PYRO_NS_PORT=%1\n")
            .arg(port));
    HostPlan plan;
    plan.generations = {5};
    plan.objects.push_back(pump());
    const quint64 id = m_runner->start(plan);
    QVERIFY(waitFor(id));
    const QString uri = m_runner->state(id)->objects.front().uris.front();
    QCOMPARE(pythonSettings(*m_runner->state(id)), QString(u"# Pyro 4 and 5\n# mock.pump: " + uri + u'\n'));
}

QTEST_GUILESS_MAIN(tst_Kinds)

#include "tst_kinds.moc"

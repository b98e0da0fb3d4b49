// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/client/addressmap.h>
#include <pyrolens/client/proxy.h>
#include <pyrolens/pyro3/pyro3.h>
#include <pyrolens/server/daemonthread.h>

#include <QtTest>

using namespace pyrolens;

class tst_AddressMap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void applies_data();
    void applies();
    void refuses_data();
    void refuses();
    void leadsProxies_data();
    void leadsProxies();
};

void tst_AddressMap::applies_data()
{
    QTest::addColumn<QStringList>("rules");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<QString>("to");
    const auto row
        = [](const char *name, const QStringList &rules, const char *host, int port, const char *to) {
              QTest::newRow(name) << rules << QString::fromLatin1(host) << port << QString::fromLatin1(to);
          };
    row("no rule", {}, "lab", 7766, "lab:7766");
    row("another host", {QStringLiteral("a=b")}, "lab", 7766, "lab:7766");
    row("host", {QStringLiteral("lab=gate")}, "lab", 7766, "gate:7766");
    row("letter case", {QStringLiteral("Lab=gate")}, "lAB", 7766, "gate:7766");
    row("host and port", {QStringLiteral("lab:7766=gate:80")}, "lab", 7766, "gate:80");
    row("another port", {QStringLiteral("lab:7766=gate:80")}, "lab", 7767, "lab:7767");
    row("port for all", {QStringLiteral("lab=gate:80")}, "lab", 7767, "gate:80");
    row("first one", {QStringLiteral("lab:1=x"), QStringLiteral("lab=y"), QStringLiteral("lab=z")}, "lab",
        7766, "y:7766");
    row("once", {QStringLiteral("a=b"), QStringLiteral("b=a")}, "a", 1, "b:1");
    row("six", {QStringLiteral("[::1]:5=127.0.0.1:6")}, "::1", 5, "127.0.0.1:6");
}

void tst_AddressMap::applies()
{
    QFETCH(QStringList, rules);
    QFETCH(QString, host);
    QFETCH(int, port);
    const auto map = AddressMap::parse(rules);
    QVERIFY(map);
    QCOMPARE(map->isEmpty(), rules.isEmpty());
    const auto [toHost, toPort] = map->apply(host, port);
    QTEST(QString(toHost + u':' + QString::number(toPort)), "to");
}

void tst_AddressMap::refuses_data()
{
    QTest::addColumn<QString>("rule");
    for (const char *rule : {"", "lab", "=", "lab=", "=gate", "lab:x=gate", "lab=gate:70000", "lab=-oProxy"})
        QTest::addRow("'%s'", rule) << QString::fromLatin1(rule);
}

void tst_AddressMap::refuses()
{
    QFETCH(QString, rule);
    const auto map = AddressMap::parse({QStringLiteral("a=b"), rule});
    QVERIFY(!map);
    QCOMPARE(map.error().kind, Error::Kind::Usage);
    QVERIFY2(map.error().what.contains(u'\'' + rule + u'\''), qPrintable(map.error().what));
}

void tst_AddressMap::leadsProxies_data()
{
    QTest::addColumn<bool>("isLocation");
    QTest::addColumn<bool>("isBlocking");
    QTest::newRow("object, blocking") << false << true;
    QTest::newRow("object, asynchronous") << false << false;
    QTest::newRow("location, blocking") << true << true;
    QTest::newRow("location, asynchronous") << true << false;
}

void tst_AddressMap::leadsProxies()
{
    QFETCH(bool, isLocation);
    QFETCH(bool, isBlocking);
    auto catalogue = std::make_shared<Catalogue>();
    catalogue->add(pyro3Generation());
    DaemonThread server;
    const auto port = server.start(catalogue, {});
    QVERIFY(port);
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Echo"));
    servant->method(QStringLiteral("echo(value)"),
        [](const std::vector<Value> &args, CallContext &) -> Outcome { return args[0]; });
    const auto real = server.daemon()->connectServant(servant, QStringLiteral("echo"));
    QVERIFY(real);

    auto context = std::make_shared<ClientContext>();
    context->catalogue = catalogue;
    const auto rules = AddressMap::parse({QStringLiteral("inside.invalid:7766=127.0.0.1:%1").arg(*port)});
    QVERIFY(rules);
    context->addresses = std::make_shared<AddressMap>(*rules);
    Uri published = *real;
    published.host = QStringLiteral("inside.invalid");
    published.port = 7766;
    if (isLocation) {
        published.form = Uri::Form::Location;
        published.object = QStringLiteral("echo");
    }
    Proxy proxy(context, published);
    std::optional<Reply> reply;
    if (isBlocking) {
        reply = proxy.callBlocking(QStringLiteral("echo"), {Value::integer(7)});
    } else {
        proxy.call(QStringLiteral("echo"), {Value::integer(7)}).then(this, [&reply](const Reply &got) {
            reply = got;
        });
        QTRY_VERIFY_WITH_TIMEOUT(reply.has_value(), 20'000);
    }
    QVERIFY2(*reply, *reply ? "" : qPrintable(reply->error().what));
    QCOMPARE(reply->value(), Value::integer(7));
    // It goes by what was published.
    QCOMPARE(proxy.resolvedUri().value_or(proxy.uri()).host, published.host);
}

QTEST_GUILESS_MAIN(tst_AddressMap)
#include "tst_addressmap.moc"

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include <pyrolens/wire/generation.h>

#include <QtTest>

using namespace pyrolens;

class tst_Endpoint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses_data();
    void parses();
    void refuses_data();
    void refuses();
    void judgesHosts_data();
    void judgesHosts();
};

void tst_Endpoint::parses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::newRow("host-port") << u"localhost:9090"_qs << u"localhost"_qs << 9090;
    QTest::newRow("host") << u"localhost"_qs << u"localhost"_qs << 0;
    QTest::newRow("any-port") << u"h:0"_qs << u"h"_qs << 0;
    QTest::newRow("last-port") << u"h:65535"_qs << u"h"_qs << 65535;
    QTest::newRow("v4") << u"127.0.0.1:1"_qs << u"127.0.0.1"_qs << 1;
    QTest::newRow("v6") << u"[::1]:9090"_qs << u"::1"_qs << 9090;
    QTest::newRow("v6-no-port") << u"[2001:db8::5]"_qs << u"2001:db8::5"_qs << 0;
    QTest::newRow("v6-zone") << u"[fe80::1%eth0]:5"_qs << u"fe80::1%eth0"_qs << 5;
    QTest::newRow("v6-mapped") << u"[::ffff:10.0.0.1]:5"_qs << u"::ffff:10.0.0.1"_qs << 5;
    QTest::newRow("spaces") << u"  h:5 \n"_qs << u"h"_qs << 5;
    QTest::newRow("idn") << u"h\u00f6st:5"_qs << u"h\u00f6st"_qs << 5;
}

void tst_Endpoint::parses()
{
    QFETCH(QString, text);
    QFETCH(QString, host);
    QFETCH(int, port);
    const auto endpoint = parseEndpoint(text);
    QVERIFY2(endpoint.isOk(), endpoint ? "" : qPrintable(endpoint.error().what));
    QCOMPARE(endpoint->first, host);
    QCOMPARE(endpoint->second, port);
}

void tst_Endpoint::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("offset");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char *name, const QString &text, qint64 offset, const char *reason) {
        QTest::newRow(name) << text << offset << QString::fromLatin1(reason);
    };
    row("empty", {}, 0, "host is missing");
    row("blank", u"  "_qs, 0, "host is missing");
    row("no-host", u":5"_qs, 0, "host is missing");
    row("option", u"-oProxyCommand=x:5"_qs, 0, "must not start with '-'");
    row("no-port", u"h:"_qs, 2, "port must be");
    row("word-port", u"h:x"_qs, 2, "port must be");
    row("large-port", u"h:65536"_qs, 2, "port must be");
    row("huge-port", u"h:99999999999"_qs, 2, "port must be");
    row("negative-port", u"h:-5"_qs, 2, "port must be");
    row("foreign-digits", u"h:\u0665"_qs, 2, "port must be");
    row("bare-v6", u"::1"_qs, 0, "needs brackets");
    row("v6-junk", u"[::1]9090"_qs, 5, "only ':'");
    row("v6-open", u"[::1"_qs, 4, "']' is missing");
    row("bracketed-name", u"[host]:5"_qs, 1, "no IPv6 address");
    row("v6-empty-zone", u"[::1%]:5"_qs, 1, "no IPv6 address");
    row("path", u"a/b:5"_qs, 1, "malformed");
    row("space", u"a b:5"_qs, 1, "malformed");
    row("control", u"a\x01:5"_qs, 1, "malformed");
    row("bidi", u"a\u202e:5"_qs, 1, "malformed");
    row("shell", u"a;b"_qs, 1, "malformed");
}

void tst_Endpoint::refuses()
{
    QFETCH(QString, text);
    QFETCH(qint64, offset);
    QFETCH(QString, reason);
    const auto endpoint = parseEndpoint(text);
    QVERIFY(!endpoint.isOk());
    QCOMPARE(endpoint.error().kind, Error::Kind::Usage);
    QVERIFY2(endpoint.error().what.contains(reason), qPrintable(endpoint.error().what));
    QCOMPARE(endpoint.error().offset, offset);
}

void tst_Endpoint::judgesHosts_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("good");
    QTest::newRow("name") << u"lab-7.example.org"_qs << true;
    QTest::newRow("v6") << u"fe80::1%eth0"_qs << true;
    QTest::newRow("longest") << QString(255, u'a') << true;
    QTest::newRow("too-long") << QString(256, u'a') << false;
    QTest::newRow("dash") << u"-x"_qs << false;
    QTest::newRow("at") << u"user@host"_qs << false;
    QTest::newRow("nul") << QString(QChar(0)) << false;
}

void tst_Endpoint::judgesHosts()
{
    QFETCH(QString, host);
    QFETCH(bool, good);
    QCOMPARE(checkHost(host).isOk(), good);
}

QTEST_GUILESS_MAIN(tst_Endpoint)

#include "tst_endpoint.moc"

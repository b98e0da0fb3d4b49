// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include <pyrolens/pyro3/pyro3.h>

#include <QtTest>

using namespace pyrolens;

class tst_Uri3 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses_data();
    void parses();
    void refuses_data();
    void refuses();
    void makesObjectUris();
    void infoTellsTheDefaults();
    void housekeepingIsNoneOfAClientsBusiness_data();
    void housekeepingIsNoneOfAClientsBusiness();

private:
    std::shared_ptr<const Generation> m_generation = pyro3Generation();
};

// Each row was tried with the regular expressions of Pyro 3.16.
void tst_Uri3::parses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("form");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<QString>("object");
    QTest::addColumn<QString>("canonical");
    using Form = Uri::Form;
    const auto row = [](const char *text, Form form, bool tls, const char *host, int port, const char *object,
                         const char *canonical = nullptr) {
        QTest::newRow(text) << QString::fromUtf8(text) << int(form) << tls << QString::fromUtf8(host) << port
                            << QString::fromUtf8(object) << QString::fromUtf8(canonical ? canonical : text);
    };
    row("PYRO://host:1234/abc", Form::Object, false, "host", 1234, "abc");
    row("PYRO://host/abc", Form::Object, false, "host", 7766, "abc", "PYRO://host:7766/abc");
    row("PYRO://host:/abc", Form::Object, false, "host", 7766, "abc", "PYRO://host:7766/abc");
    row("PYRO://host:0/abc", Form::Object, false, "host", 7766, "abc", "PYRO://host:7766/abc");
    row("PYRO://host:007/abc", Form::Object, false, "host", 7, "abc", "PYRO://host:7/abc");
    row("PYRO://10.0.0.1:65535/abc", Form::Object, false, "10.0.0.1", 65535, "abc");
    row("PYROSSL://host:1234/abc", Form::Object, true, "host", 1234, "abc");
    row("PYRO://host:1/a/b:c", Form::Object, false, "host", 1, "a/b:c");
    row("PYRO://host/a:b", Form::Object, false, "host", 7766, "a:b", "PYRO://host:7766/a:b");
    row("PYRO://host:1/abc and more", Form::Object, false, "host", 1, "abc", "PYRO://host:1/abc");
    row(" PYRO://host:1/abc\n", Form::Object, false, "host", 1, "abc", "PYRO://host:1/abc");
    row("PYRO://h\303\266st:1/\303\274", Form::Object, false, "h\303\266st", 1, "\303\274");
    row("PYROLOC://host:9090/:Pyro.NameServer", Form::Location, false, "host", 9090, ":Pyro.NameServer");
    row("PYROLOC://host/:demo.echo", Form::Location, false, "host", 7766, ":demo.echo",
        "PYROLOC://host:7766/:demo.echo");
    row("PYROLOCSSL://host:1/x", Form::Location, true, "host", 1, "x");
    row("PYRONAME://x", Form::Name, false, "", 0, "x");
    row("PYRONAME://:group.name", Form::Name, false, "", 0, ":group.name");
    row("PYRONAME://a/b", Form::Name, false, "a", 0, "b");
    row("PYRONAME://host/:group.name", Form::Name, false, "host", 0, ":group.name");
    row("PYRONAME://host:9091/:group.name", Form::Name, false, "host", 9091, ":group.name");
    row("PYRONAMESSL://x", Form::Name, true, "", 0, "x");
    row("PYRONAMESSL://host:9091/:group.name", Form::Name, true, "host", 9091, ":group.name");
    row("PYRONAME://host:port/x", Form::Name, false, "", 0, "host:port/x");
}

void tst_Uri3::parses()
{
    QFETCH(QString, text);
    const auto uri = m_generation->parseUri(text);
    QVERIFY2(uri.isOk(), uri ? "" : qPrintable(uri.error().what));
    QVERIFY(uri->classic);
    QTEST(int(uri->form), "form");
    QTEST(uri->tls, "tls");
    QTEST(uri->host, "host");
    QTEST(uri->port, "port");
    QTEST(uri->object, "object");
    QTEST(uri->toString(), "canonical");
    const auto again = m_generation->parseUri(uri->toString());
    QVERIFY(again.isOk());
    if (text != u"PYRONAME://host:port/x") // a name that looks like a host has no better spelling
        QVERIFY(*again == *uri);
}

void tst_Uri3::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("kind");
    const int usage = int(Error::Kind::Usage);
    const int unsupported = int(Error::Kind::Unsupported);
    const auto row = [usage](const char *text, const char *what) {
        QTest::addRow("%.40s", text) << QString::fromLatin1(text) << QString::fromLatin1(what) << usage;
    };
    const char *format = "invalid URI format";
    row("", format);
    row("PYRO", format);
    row("PYRO:", format);
    row("PYRO://", format);
    row("PYRO://host", format);
    row("PYRO:///abc", format);
    row("PYRO://host:1", format);
    row("PYRO://host:1/", format);
    row("PYRO://host:x/", format);
    row("PYRO://:1/abc", format);
    row("PYRO:obj@host:1", format);
    row("PYROLOC://host", format);
    row("PYROLOC://host/", format);
    row("PYROLOCX://host/x", format);
    row("PYRONAME://", format);
    row("PYRONAME://host/", format);
    row("PYRONAMEX://x", format);
    row("PYRONAMESSL://", format);
    row("PYRONAMESSL://a/b/c", "malformed hostname");
    row("PYRO:x://host/abc", format);
    row("PY/RO://host/abc", format);
    row("://host/abc", format);
    row("PYRO://host:65536/abc", format);
    row("PYRO://host:99999999999999/abc", format);
    row("PYRO://a/b/c", "malformed hostname");
    row("PYRO://a/b:1/c", "malformed hostname");
    row("PYROLOC://a/b/c", "malformed hostname");
    row("PYRONAME://a/b/c", "malformed hostname");
    row("PYRO://-oProxyCommand=x:1/abc", "malformed hostname");
    row("PYRONAME://-x/abc", "malformed hostname");
    row("PYRO://[::1]:7766/abc", format);
    QTest::newRow("too-long") << QString(u"PYRO://h:1/" + QString(4096, u'x')) << u"invalid URI format"_qs
                              << usage;
    QTest::newRow("http") << u"http://host/abc"_qs << u"unsupported protocol"_qs << unsupported;
    QTest::newRow("lower-case") << u"pyro://host/abc"_qs << u"unsupported protocol"_qs << unsupported;
}

void tst_Uri3::refuses()
{
    QFETCH(QString, text);
    QFETCH(QString, what);
    QFETCH(int, kind);
    const auto uri = m_generation->parseUri(text);
    QVERIFY2(!uri.isOk(), uri ? qPrintable(uri->toString()) : "");
    QCOMPARE(int(uri.error().kind), kind);
    QVERIFY2(uri.error().what.startsWith(what), qPrintable(uri.error().what));
}

void tst_Uri3::makesObjectUris()
{
    QCOMPARE(m_generation->objectUri(u"h"_qs, 7766, "abc"), u"PYRO://h:7766/abc"_qs);
    QCOMPARE(m_generation->objectUri(u"h"_qs, 7766, "abc", true), u"PYROSSL://h:7766/abc"_qs);
}

void tst_Uri3::infoTellsTheDefaults()
{
    const GenerationInfo &info = m_generation->info();
    QCOMPARE(info.id, 3);
    QVERIFY(info.serverSpeaksFirst);
    QCOMPARE(info.daemonPort, 7766);
    QCOMPARE(info.nameServerPort, 9090);
    QCOMPARE(info.dialect, Dialect::Python2);
    QCOMPARE(info.nameServerObject, QByteArray(":Pyro.NameServer"));
    QCOMPARE(info.daemonObject, QByteArray("c0000000011000001000000010000001"));
    QCOMPARE(info.daemonName, u"__PYRO_Internal_Daemon"_qs);
    QVERIFY(info.features.hierarchicalNames && info.features.identification && info.features.checksum);
    QVERIFY(!info.features.batch && !info.features.streams && !info.features.objectMetadata);
}

void tst_Uri3::housekeepingIsNoneOfAClientsBusiness_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<int>("what");
    QTest::newRow("id") << QByteArray("GUID") << int(Builtin::ObjectId);
    QTest::newRow("proxy") << QByteArray("getProxy") << int(Builtin::Proxy);
    QTest::newRow("attr-proxy") << QByteArray("getAttrProxy") << int(Builtin::AttributeProxy);
    for (const char *name : {"setGUID", "delegateTo", "setPyroDaemon", "setCodeValidator", "getDaemon",
             "getLocalStorage", "_gotReaped", "Pyro_dyncall", "remote_supply_code", "remote_retrieve_code"})
        QTest::newRow(name) << QByteArray(name) << int(Builtin::Refused);
    QTest::newRow("own") << QByteArray("echo") << int(Builtin::None);
    QTest::newRow("empty") << QByteArray() << int(Builtin::None);
}

void tst_Uri3::housekeepingIsNoneOfAClientsBusiness()
{
    QFETCH(QByteArray, method);
    QFETCH(int, what);
    QCOMPARE(int(m_generation->builtin(method)), what);
}

QTEST_GUILESS_MAIN(tst_Uri3)

#include "tst_uri.moc"

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include <pyrolens/wire/uri.h>

#include <QtTest>

using namespace pyrolens;

class tst_Uri : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void printsClassicForms_data();
    void printsClassicForms();
    void printsModernForms_data();
    void printsModernForms();
    void endpointIsWhereToConnect();
};

namespace {

Uri classic(Uri::Form form, const QString &host, int port, const QString &object, bool tls = false)
{
    return {.form = form,
        .classic = true,
        .tls = tls,
        .host = host,
        .port = port,
        .unixPath = {},
        .object = object,
        .tags = {}};
}

Uri modern(Uri::Form form, const QString &object, const QString &host = {}, int port = 0,
    const QString &path = {}, const QStringList &tags = {})
{
    return {.form = form,
        .classic = false,
        .tls = false,
        .host = host,
        .port = port,
        .unixPath = path,
        .object = object,
        .tags = tags};
}

} // namespace

void tst_Uri::printsClassicForms_data()
{
    QTest::addColumn<Uri>("uri");
    QTest::addColumn<QString>("text");
    using Form = Uri::Form;
    const auto row = [](const char *name, const Uri &uri, const char *text) {
        QTest::newRow(name) << uri << QString::fromLatin1(text);
    };
    row("object", classic(Form::Object, u"h"_qs, 7766, u"abc"_qs), "PYRO://h:7766/abc");
    row("object-tls", classic(Form::Object, u"h"_qs, 7766, u"abc"_qs, true), "PYROSSL://h:7766/abc");
    row("object-slash", classic(Form::Object, u"h"_qs, 1, u"a/b"_qs), "PYRO://h:1/a/b");
    row("location", classic(Form::Location, u"h"_qs, 9090, u":Pyro.NameServer"_qs),
        "PYROLOC://h:9090/:Pyro.NameServer");
    row("location-tls", classic(Form::Location, u"h"_qs, 9090, u"x"_qs, true), "PYROLOCSSL://h:9090/x");
    row("name", classic(Form::Name, {}, 0, u":demo.echo"_qs), "PYRONAME://:demo.echo");
    row("name-host", classic(Form::Name, u"h"_qs, 0, u"x"_qs), "PYRONAME://h/x");
    row("name-tls", classic(Form::Name, u"h"_qs, 0, u"x"_qs, true), "PYRONAMESSL://h/x");
    row("name-host-port", classic(Form::Name, u"h"_qs, 9091, u"x"_qs), "PYRONAME://h:9091/x");
    row("ipv6", classic(Form::Object, u"::1"_qs, 7766, u"abc"_qs), "PYRO://[::1]:7766/abc");
}

void tst_Uri::printsClassicForms()
{
    QFETCH(Uri, uri);
    QFETCH(QString, text);
    QCOMPARE(uri.toString(), text);
}

// The texts are those of Pyro 4.82 and Pyro 5.15.
void tst_Uri::printsModernForms_data()
{
    QTest::addColumn<Uri>("uri");
    QTest::addColumn<QString>("text");
    using Form = Uri::Form;
    const auto row = [](const char *name, const Uri &uri, const char *text) {
        QTest::newRow(name) << uri << QString::fromLatin1(text);
    };
    row("object", modern(Form::Object, u"obj"_qs, u"host"_qs, 1234), "PYRO:obj@host:1234");
    row("object-port-0", modern(Form::Object, u"obj"_qs, u"host"_qs, 0), "PYRO:obj@host:0");
    row("object-ipv6", modern(Form::Object, u"obj"_qs, u"fe80::1%2"_qs, 55), "PYRO:obj@[fe80::1%2]:55");
    row("object-no-host", modern(Form::Object, u"obj"_qs, {}, 55), "PYRO:obj");
    row("object-unix", modern(Form::Object, u"obj"_qs, {}, 0, u"/run/s"_qs), "PYRO:obj@./u:/run/s");
    row("name", modern(Form::Name, u"some.name"_qs), "PYRONAME:some.name");
    row("name-host", modern(Form::Name, u"n"_qs, u"host"_qs, 9090), "PYRONAME:n@host:9090");
    row("name-ipv6", modern(Form::Name, u"name"_qs, u"::1"_qs, 77), "PYRONAME:name@[::1]:77");
    row("meta", modern(Form::Meta, {}, {}, 0, {}, {u"a"_qs, u"b"_qs}), "PYROMETA:a,b");
    row("meta-host", modern(Form::Meta, {}, u"host"_qs, 77, {}, {u"a"_qs}), "PYROMETA:a@host:77");
    row("meta-unix", modern(Form::Meta, {}, {}, 0, u"sock"_qs, {u"a"_qs}), "PYROMETA:a@./u:sock");
}

void tst_Uri::printsModernForms()
{
    printsClassicForms();
}

void tst_Uri::endpointIsWhereToConnect()
{
    QCOMPARE(classic(Uri::Form::Object, u"h"_qs, 7766, u"x"_qs).endpoint(), u"h:7766"_qs);
    QCOMPARE(classic(Uri::Form::Name, u"h"_qs, 0, u"x"_qs).endpoint(), u"h"_qs);
    QCOMPARE(modern(Uri::Form::Object, u"x"_qs, u"::1"_qs, 5).endpoint(), u"[::1]:5"_qs);
    QCOMPARE(modern(Uri::Form::Object, u"x"_qs, {}, 0, u"/s"_qs).endpoint(), u"./u:/s"_qs);
}

QTEST_GUILESS_MAIN(tst_Uri)

#include "tst_uri.moc"

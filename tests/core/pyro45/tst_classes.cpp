// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "generations.h"

#include <pyrolens/serpent/serpent.h>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

Value serpentValue(const QByteArray &text)
{
    return serpent::decode(text).value().value;
}

QByteArray serpentText(const Value &value)
{
    return serpent::encode(value).value().mid(26);
}

QByteArray library()
{
    return isPyro4() ? "Pyro4" : "Pyro5";
}

QByteArray proxyClass()
{
    return isPyro4() ? "Pyro4.core.Proxy" : "Pyro5.client.Proxy";
}

Value reference(const QString &uri, Reference::Form form)
{
    Reference made;
    made.form = form;
    made.uri = uri;
    return Value::reference(made);
}

} // namespace

/// Proxies, URIs and exceptions inside of values.
class tst_Classes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addGenerations(); }
    void writesUris_data();
    void writesUris();
    void writesProxies();
    void readsProxiesOfEveryAge_data();
    void readsProxiesOfEveryAge();
    void leavesOtherValuesAlone();
    void refusesReferencesOfOtherGenerations();
    void writesErrorsInErrors();
    void mapsTheErrorsOfOtherLibraries_data();
    void mapsTheErrorsOfOtherLibraries();
    void readsExceptions_data();
    void readsExceptions();
    void carriesReferencesInEveryCodec_data();
    void carriesReferencesInEveryCodec();
};

void tst_Classes::writesUris_data()
{
    QTest::addColumn<QString>("uri");
    QTest::addColumn<QByteArray>("state");
    QTest::newRow("object") << u"PYRO:obj@host:55"_qs << QByteArray("('PYRO','obj',None,'host',55)");
    QTest::newRow("unix") << u"PYRO:obj@./u:sock"_qs << QByteArray("('PYRO','obj','sock',None,None)");
    QTest::newRow("ipv6") << u"PYRO:obj@[::1]:7"_qs << QByteArray("('PYRO','obj',None,'::1',7)");
    QTest::newRow("name") << u"PYRONAME:n"_qs << QByteArray("('PYRONAME','n',None,None,None)");
    QTest::newRow("name at a host") << u"PYRONAME:n@h"_qs << QByteArray("('PYRONAME','n',None,'h',9090)");
    QTest::newRow("tags") << u"PYROMETA:b@h:1"_qs << QByteArray("('PYROMETA',{'b'},None,'h',1)");
}

void tst_Classes::writesUris()
{
    QFETCH(QString, uri);
    QFETCH(QByteArray, state);
    const auto generation = currentGeneration();
    const auto lowered = generation->lower(reference(uri, Reference::Form::Uri));
    QVERIFY(lowered.isOk());
    QCOMPARE(serpentText(*lowered),
        QByteArray("{'__class__':'" + library() + ".core.URI','state':" + state + "}"));
    const auto again = generation->asReference(*lowered);
    QVERIFY(again.has_value());
    QCOMPARE(again->form, Reference::Form::Uri);
    QCOMPARE(generation->parseUri(again->uri).value(), generation->parseUri(uri).value());
}

void tst_Classes::writesProxies()
{
    Reference made;
    made.uri = QStringLiteral("PYRO:obj@host:55");
    made.onewayMethods = {QStringLiteral("note")};
    made.timeout = 2.5;
    const auto lowered = currentGeneration()->lower(Value::list({Value::reference(made), Value::integer(1)}));
    QVERIFY(lowered.isOk());
    QCOMPARE(serpentText(*lowered),
        isPyro4()
            ? QByteArray("[{'__class__':'Pyro4.core.Proxy','state':('PYRO:obj@host:55',('note',),(),(),2.5,"
                         "None,'hello',0,None)},1]")
            : QByteArray("[{'__class__':'Pyro5.client.Proxy','state':('PYRO:obj@host:55',('note',),(),(),"
                         "'hello',None)},1]"));
    const auto again = currentGeneration()->asReference(lowered->at(0));
    QVERIFY(again.has_value());
    QCOMPARE(again->uri, made.uri);
    QCOMPARE(again->onewayMethods, made.onewayMethods);
    QCOMPARE(again->timeout.has_value(), isPyro4());
}

void tst_Classes::readsProxiesOfEveryAge_data()
{
    QTest::addColumn<QByteArray>("state");
    QTest::newRow("6 entries") << QByteArray("('PYRO:o@h:1',('note',),('m',),(),'hello',None)");
    QTest::newRow("7 entries of Pyrolite") << QByteArray("('PYRO:o@h:1',('note',),(),(),0.0,'hello',0)");
    QTest::newRow("8 entries") << QByteArray("('PYRO:o@h:1',('note',),(),(),0.0,None,'hello',0)");
    QTest::newRow("9 entries") << QByteArray("('PYRO:o@h:1',{'note'},{'m'},(),0.0,None,'hello',0,'json')");
    QTest::newRow("from json") << QByteArray("['PYRO:o@h:1',['note'],[],[],'hello',None]");
}

void tst_Classes::readsProxiesOfEveryAge()
{
    QFETCH(QByteArray, state);
    const auto found = currentGeneration()->asReference(
        serpentValue("{'__class__':'" + proxyClass() + "','state':" + state + "}"));
    QVERIFY(found.has_value());
    QCOMPARE(found->form, Reference::Form::Proxy);
    QCOMPARE(found->uri, u"PYRO:o@h:1"_qs);
    QCOMPARE(found->onewayMethods, QStringList{QStringLiteral("note")});
    QVERIFY(!found->timeout.has_value());
}

void tst_Classes::leavesOtherValuesAlone()
{
    const auto generation = currentGeneration();
    for (const char *text : {"{}", "{'__class__':1,'state':()}", "{'__class__':'app.Thing','state':()}",
             "{'__class__':'Pyro4.core.URI'}", "{'__class__':'Pyro5.core.URI','state':(1,2)}",
             "{'__class__':'Pyro4.core.Proxy','state':()}",
             "{'__class__':'Pyro5.client.Proxy','state':(1,2,3,4,5,6)}",
             "{'__class__':'Pyro5.core.URI','state':('PYROX','o',None,'h',1)}", "'text'", "[1]"}) {
        const Value value = serpentValue(text);
        QVERIFY(!generation->asReference(value));
        QVERIFY(!generation->asError(value));
        QVERIFY(generation->lower(value).value() == value);
    }
}

void tst_Classes::refusesReferencesOfOtherGenerations()
{
    const auto lowered = currentGeneration()->lower(
        Value::list({reference(QStringLiteral("PYRO://host:1/id"), Reference::Form::Proxy)}));
    QVERIFY(!lowered.isOk());
    QCOMPARE(lowered.error().kind, Error::Kind::Unsupported);
    QCOMPARE(lowered.error().code, u"value.unsupported"_qs);
}

void tst_Classes::writesErrorsInErrors()
{
    RemoteError inner;
    inner.className = QStringLiteral("builtins.KeyError");
    inner.args = Value::tuple({reference(QStringLiteral("PYRO:o@h:1"), Reference::Form::Uri)});
    RemoteError outer = inner;
    outer.args = Value::tuple({Value::error(inner)});
    outer.traceback = {QStringLiteral("line")};
    const auto lowered = currentGeneration()->lower(Value::error(outer));
    QVERIFY(lowered.isOk());
    QCOMPARE(serpentText(*lowered),
        QByteArray(
            "{'__class__':'builtins.KeyError','__exception__':True,'args':({'__class__':'builtins.KeyError',"
            "'__exception__':True,'args':({'__class__':'"
            + library()
            + ".core.URI','state':('PYRO','o',None,'h',1)},),'attributes':{'_pyroTraceback':[]}},),"
              "'attributes':{'_pyroTraceback':['line\\n']}}"));
    for (int i = 0; i < 40; ++i)
        outer.args = Value::tuple({Value::error(outer)});
    const auto deep = currentGeneration()->lower(Value::error(outer));
    QVERIFY(
        !deep || !serpent::encode(*deep).isOk()); // more levels than anybody makes: refused, no endless work
}

void tst_Classes::mapsTheErrorsOfOtherLibraries_data()
{
    QTest::addColumn<QString>("given");
    QTest::addColumn<QString>("bare");
    QTest::newRow("3") << u"Pyro.errors.NamingError"_qs << u"errors.NamingError"_qs;
    QTest::newRow("4") << u"Pyro4.errors.SecurityError"_qs << u"errors.SecurityError"_qs;
    QTest::newRow("5") << u"Pyro5.errors.DaemonError"_qs << u"errors.DaemonError"_qs;
    QTest::newRow("unknown here") << u"Pyro.errors.URIError"_qs << u"errors.PyroError"_qs;
}

void tst_Classes::mapsTheErrorsOfOtherLibraries()
{
    QFETCH(QString, given);
    QFETCH(QString, bare);
    RemoteError error;
    error.className = given;
    error.args = Value::tuple({});
    const auto lowered = currentGeneration()->lower(Value::error(error));
    QCOMPARE(lowered->find("__class__")->toText(), QString(QString::fromLatin1(library()) + u'.' + bare));
    error.className = QStringLiteral("app.Trouble");
    QCOMPARE(currentGeneration()->lower(Value::error(error))->find("__class__")->toText(), u"app.Trouble"_qs);
}

void tst_Classes::readsExceptions_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("className");
    QTest::newRow("builtin") << QByteArray(
        "{'__class__':'builtins.KeyError','__exception__':True,'args':('k',),'attributes':{}}")
                             << u"builtins.KeyError"_qs;
    QTest::newRow("bare name") << QByteArray(
        "{'__class__':'KeyError','__exception__':True,'args':['k'],'attributes':{}}")
                               << u"builtins.KeyError"_qs;
    QTest::newRow("of the application")
        << QByteArray("{'__class__':'app.Trouble','__exception__':True,'args':('k',)}") << u"app.Trouble"_qs;
}

void tst_Classes::readsExceptions()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, className);
    const auto generation = currentGeneration();
    const auto error = generation->asError(serpentValue(text));
    QVERIFY(error.has_value());
    QCOMPARE(error->className, className);
    QVERIFY(error->args == Value::tuple({Value::utf8("k")}));
    const QByteArray wrapper = isPyro4() ? "Pyro4.futures._ExceptionWrapper" : "Pyro5.core._ExceptionWrapper";
    const auto wrapped
        = generation->asError(serpentValue("{'__class__':'" + wrapper + "','exception':" + text + "}"));
    QVERIFY(wrapped.has_value());
    QCOMPARE(wrapped->className, className);
}

void tst_Classes::carriesReferencesInEveryCodec_data()
{
    QTest::addColumn<QByteArray>("codec");
    for (const char *codec : {"serpent", "json", "marshal", "msgpack", "pickle"})
        QTest::newRow(codec) << QByteArray(codec);
}

void tst_Classes::carriesReferencesInEveryCodec()
{
    QFETCH(QByteArray, codec);
    if (codec == "pickle" && !isPyro4())
        QSKIP("Pyro 5 has no pickle");
    const auto generation = currentGeneration();
    SessionOptions options;
    options.codec = codec;
    options.handshakes = false;
    const auto client = generation->session(Role::Client, options);
    const auto server = generation->session(Role::Server, options);
    RemoteError error;
    error.className = QStringLiteral("builtins.ValueError");
    error.args = Value::tuple({Value::integer(1)});
    const Value args = Value::tuple({reference(QStringLiteral("PYRO:o@h:1"), Reference::Form::Proxy),
        reference(QStringLiteral("PYROMETA:b,a@h:1"), Reference::Form::Uri), Value::error(error)});
    const auto bytes = client->encode(Message::call("demo", "echo", args, {}));
    QVERIFY2(bytes.isOk(), bytes ? "" : qPrintable(bytes.error().what));
    const auto message = server->decode({*bytes, Direction::ClientToServer, FrameKind::Message}, {});
    QVERIFY(message.isOk());
    QVERIFY(message->unknownClasses.empty());
    const auto proxy = generation->asReference(message->args.at(0));
    QVERIFY(proxy.has_value());
    QCOMPARE(proxy->form, Reference::Form::Proxy);
    QCOMPARE(proxy->uri, u"PYRO:o@h:1"_qs);
    const auto uri = generation->asReference(message->args.at(1));
    QVERIFY(uri.has_value());
    QCOMPARE(uri->uri, u"PYROMETA:a,b@h:1"_qs);
    const auto raised = generation->asError(message->args.at(2));
    QVERIFY(raised.has_value());
    QVERIFY(raised->className.endsWith(u".ValueError"));
    QVERIFY(raised->args == error.args);
}

QTEST_GUILESS_MAIN(tst_Classes)

#include "tst_classes.moc"

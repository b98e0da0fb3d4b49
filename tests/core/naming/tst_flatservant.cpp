// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "../../../core/naming/flatservant_p.h"

#include <pyrolens/pyro3/pyro3.h>
#include <pyrolens/pyro4/pyro4.h>
#include <pyrolens/pyro5/pyro5.h>
#include <pyrolens/value/literal.h>

#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::naming;

namespace {

std::shared_ptr<const Generation> generationOf(int number)
{
    return number == 3 ? pyro3Generation() : number == 4 ? pyro4Generation() : pyro5Generation();
}

/// Calls a method as a client of that generation does, arguments in their form on the wire. \return the
/// result as Python text, or "Class: message".
QString ask(Servant &servant, int number, const QString &call)
{
    const auto generation = generationOf(number);
    const qsizetype open = call.indexOf(u'(');
    const auto arguments = parseArguments(call.mid(open + 1).chopped(1), Dialect::Python3);
    if (!arguments)
        return u"bad test: " + arguments.error().what;
    const Value args = *generation->lower(arguments->args());
    const Value kwargs = *generation->lower(arguments->kwargs());
    CallContext context;
    context.generation = generation.get();
    const Outcome outcome = servant.call(call.first(open).toUtf8(), args, kwargs, context);
    if (const Error *error = std::get_if<Error>(&outcome)) {
        if (!error->remote)
            return u"local: " + error->what;
        return error->remote->className + u": " + error->remote->args.at(0).toText();
    }
    const Value *value = std::get_if<Value>(&outcome);
    return value ? toPython(*value, {.dialect = Dialect::Python3}) : QStringLiteral("later");
}

const char *const kInvalidTags
    = "TypeError: metadata should not be a str, but another iterable (set, list, etc)";

} // namespace

/// Every method of the name server object of generations 4 and 5, as each of them calls it.
class tst_FlatServant : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_registry = std::make_shared<Registry>();
        QVERIFY(m_registry->flat().setOwnEntry({"PYRO:Pyro.NameServer@127.0.0.1:9090", ownTags()}));
        m_servant = makeFlatServant(m_registry);
        const std::vector<std::pair<QByteArray, FlatEntry>> rows{
            {"a.one", {"PYRO:o1@h:1", {"printer", "color"}}}, {"a.two", {"pyro:o2@h:2", {"printer"}}},
            {"b", {"PYRO:o3@[::1]:3", {}}}, {"", {"PYRONAME:other", {}}}, {"c d", {"PYRO:o4@./u:sock", {}}}};
        QVERIFY(m_registry->flat().registerAll(rows));
    }
    void answers_data();
    void answers();
    void changes_data();
    void changes();
    void tellsTheMethods();
    void isNotForTrees();
    void refusesWhatIsTooMuch_data();
    void refusesWhatIsTooMuch();
    void boundsCostlyPatterns();
    void isTheTreeForThoseWhoKnowTrees();

private:
    std::shared_ptr<Registry> m_registry;
    std::shared_ptr<Servant> m_servant;
};

// Texts and forms: vectors ns_basic and ns_metadata of both generations, and the sources.
void tst_FlatServant::answers_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("call");
    QTest::addColumn<QString>("answer");
    const auto both = [](const char *call, const char *answer) {
        for (const int number : {4, 5})
            QTest::addRow("%d-%s", number, call)
                << number << QString::fromUtf8(call) << QString::fromUtf8(answer);
    };
    const auto only = [](int number, const char *call, const char *answer) {
        QTest::addRow("%d-%s", number, call)
            << number << QString::fromUtf8(call) << QString::fromUtf8(answer);
    };
    both("ping()", "None");
    both("count()", "6");
    both("lookup('a.one')", "uri('PYRO:o1@h:1')");
    both("lookup('a.two')", "uri('PYRO:o2@h:2')"); // normalised
    both("lookup('')", "uri('PYRONAME:other')");
    both("lookup('c d')", "uri('PYRO:o4@./u:sock')");
    both("lookup('ghost')", "NamingError: unknown name: ghost");
    both("lookup(5)", "TypeError: can only concatenate str (not \"int\") to str");
    both("lookup(['x'])", "TypeError: unhashable type: 'list'");
    only(4, "lookup('a.one', True)", "(uri('PYRO:o1@h:1'), ['color', 'printer'])");
    only(5, "lookup('a.one', True)", "(uri('PYRO:o1@h:1'), {'color', 'printer'})");
    only(4, "lookup('b', return_metadata=True)", "(uri('PYRO:o3@[::1]:3'), [])");
    only(5, "lookup('b', return_metadata=True)", "(uri('PYRO:o3@[::1]:3'), set())");

    both("list(prefix='a.')", "{'a.one': 'PYRO:o1@h:1', 'a.two': 'pyro:o2@h:2'}");
    both("list('a.o')", "{'a.one': 'PYRO:o1@h:1'}");
    both("list('A.')", "{}");
    both("list(regex='.*o$')", "{'a.two': 'pyro:o2@h:2'}");
    both("list(regex='o')", "{}"); // from the start of the name
    both("list(regex='(?P<x>b)\\\\Z')", "{'b': 'PYRO:o3@[::1]:3'}");
    both("list(regex='\\\\w\\\\s')", "{'c d': 'PYRO:o4@./u:sock'}");
    both("list(regex='[')",
        "NamingError: invalid regex: missing terminating ] for character class at position 1");
    both("list(regex='(*ACCEPT)')", "NamingError: invalid regex: nothing to repeat at position 1");
    both("list(regex=5)", "TypeError: first argument must be string or compiled pattern");
    both("list(prefix=5)", "TypeError: startswith first arg must be str or a tuple of str, not int");
    both("list(prefix='a', regex='b')", "ValueError: you can only filter on one thing at a time");
    only(4, "list(prefix='b', return_metadata=True)", "{'b': ('PYRO:o3@[::1]:3', [])}");
    only(5, "list(prefix='b', return_metadata=True)", "{'b': ('PYRO:o3@[::1]:3', set())}");
    only(5, "list('b', None, True)", "{'b': ('PYRO:o3@[::1]:3', set())}");
    only(4, "list('', '')", "ValueError: you can only filter on one thing at a time");
    only(5, "list('', 'b')", "{'b': 'PYRO:o3@[::1]:3'}");

    only(4, "list(metadata_all=['printer', 'color'])", "{'a.one': 'PYRO:o1@h:1'}");
    only(4, "list(None, None, ('color',))", "{'a.one': 'PYRO:o1@h:1'}");
    only(4, "list(metadata_any={'color', 'zz'}, return_metadata=True)",
        "{'a.one': ('PYRO:o1@h:1', ['color', 'printer'])}");
    only(4, "list(metadata_all='x')",
        "TypeError: metadata_all should not be a str, but another iterable (set, list, etc)");
    only(4, "list(metadata_any='x')",
        "TypeError: metadata_any should not be a str, but another iterable (set, list, etc)");
    only(4, "list(metadata_all=5)", "TypeError: 'int' object is not iterable");
    only(4, "list(prefix='m', metadata_any=[])", "ValueError: you can only filter on one thing at a time");
    only(4, "list(metadata_all=['class:Pyro4.naming.NameServer'])",
        "{'Pyro.NameServer': 'PYRO:Pyro.NameServer@127.0.0.1:9090'}");

    only(5, "yplookup()", "{}");
    only(5, "yplookup([])", "{}");
    only(5, "yplookup(['printer', 'color'])", "{'a.one': ('PYRO:o1@h:1', {'color', 'printer'})}");
    only(5, "yplookup(meta_any={'color', 'zz'}, return_metadata=False)", "{'a.one': 'PYRO:o1@h:1'}");
    only(5, "yplookup(None, ['zz'])", "{}");
    only(5, "yplookup(['a'], ['b'])", "ValueError: you can't use meta_all or meta_any at the same time");
    only(5, "yplookup('x')",
        "TypeError: metadata_all should not be a str, but another iterable (set, list, etc)");
    only(5, "yplookup(meta_any='x')",
        "TypeError: metadata_any should not be a str, but another iterable (set, list, etc)");
    only(5, "yplookup(['class:Pyro5.nameserver.NameServer'], return_metadata=False)",
        "{'Pyro.NameServer': 'PYRO:Pyro.NameServer@127.0.0.1:9090'}");
}

void tst_FlatServant::answers()
{
    QFETCH(int, number);
    QFETCH(QString, call);
    QTEST(ask(*m_servant, number, call), "answer");
}

void tst_FlatServant::changes_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("call");
    QTest::addColumn<QString>("answer");
    QTest::addColumn<QString>("look"); // afterwards, as generation 4
    QTest::addColumn<QString>("seen");
    const auto both = [](const char *call, const char *answer, const char *look, const char *seen) {
        for (const int number : {4, 5})
            QTest::addRow("%d-%s", number, call)
                << number << QString::fromUtf8(call) << QString::fromUtf8(answer) << QString::fromUtf8(look)
                << QString::fromUtf8(seen);
    };
    const auto only = [](int number, const char *call, const char *answer, const char *look,
                          const char *seen) {
        QTest::addRow("%d-%s", number, call) << number << QString::fromUtf8(call) << QString::fromUtf8(answer)
                                             << QString::fromUtf8(look) << QString::fromUtf8(seen);
    };
    const char *const ghost = "NamingError: unknown name: x";
    both("register('x', 'PYRO:x@h:9')", "None", "lookup('x', True)", "(uri('PYRO:x@h:9'), [])");
    both("register('x', uri('PYRO:x@h:9'))", "None", "list('x')", "{'x': 'PYRO:x@h:9'}");
    both("register('x', 'pyrometa:p,q')", "None", "list('x')", "{'x': 'pyrometa:p,q'}");
    both("register('x', 'PYRO:x@h:9', metadata=['q', 'p', 'q'])", "None", "lookup('x', True)",
        "(uri('PYRO:x@h:9'), ['p', 'q'])");
    both("register('x', 'PYRO:x@h:9', False, {'k': 1})", "None", "lookup('x', True)",
        "(uri('PYRO:x@h:9'), ['k'])");
    both("register('b', 'PYRO:x@h:9')", "None", "lookup('b')", "uri('PYRO:x@h:9')");
    both("register('a.one', 'PYRO:x@h:9')", "None", "lookup('a.one', True)", "(uri('PYRO:x@h:9'), [])");
    both("register('b', 'PYRO:x@h:9', safe=True)", "NamingError: name already registered: b", "lookup('b')",
        "uri('PYRO:o3@[::1]:3')");
    both("register('x', 'nonsense')", "PyroError: invalid uri", "lookup('x')", ghost);
    both("register('x', 'PYRO:x')", "PyroError: invalid uri", "lookup('x')", ghost);
    both("register('x', 5)", "TypeError: only URIs or strings can be registered", "lookup('x')", ghost);
    both("register('x', {'host': 'h'})", "TypeError: only URIs or strings can be registered", "lookup('x')",
        ghost);
    both("register(5, 'PYRO:x@h:9')", "TypeError: name must be a str", "count()", "6");
    both("register('x', 'PYRO:x@h:9', metadata='tag')", kInvalidTags, "lookup('x')", ghost);
    both("register('x', 'PYRO:x@h:9', metadata=7)", "TypeError: 'int' object is not iterable", "lookup('x')",
        ghost);
    both("register('x', 'PYRO:x@h:9', metadata=[1])", "TypeError: metadata must consist of strings",
        "lookup('x')", ghost);
    only(4, "register('x', 'PYRO:x@h:9', metadata=0)", "None", "lookup('x')", "uri('PYRO:x@h:9')");
    only(5, "register('x', 'PYRO:x@h:9', metadata=0)", "TypeError: 'int' object is not iterable",
        "lookup('x')", ghost);
    both("register('Pyro.NameServer', 'PYRO:x@h:9')",
        "NamingError: not allowed to change the name server's own entry: Pyro.NameServer",
        "lookup('Pyro.NameServer')", "uri('PYRO:Pyro.NameServer@127.0.0.1:9090')");

    both("set_metadata('b', ('t',))", "None", "lookup('b', True)", "(uri('PYRO:o3@[::1]:3'), ['t'])");
    both("set_metadata('a.one', None)", "None", "lookup('a.one', True)", "(uri('PYRO:o1@h:1'), [])");
    both("set_metadata('ghost', ['x'])", "NamingError: unknown name: ghost", "count()", "6");
    both("set_metadata('b', 'x')", kInvalidTags, "lookup('b', True)", "(uri('PYRO:o3@[::1]:3'), [])");
    both("set_metadata(5, ['x'])", "TypeError: name must be a str", "count()", "6");

    both("remove('b')", "1", "lookup('b')", "NamingError: unknown name: b");
    both("remove('ghost')", "0", "count()", "6");
    both("remove()", "0", "count()", "6");
    both("remove('')", "0", "count()", "6");
    both("remove(prefix='a.')", "2", "list('a')", "{}");
    both("remove(regex='[ab]')", "3", "count()", "3");
    both("remove(regex='.*')", "5", "list()", "{'Pyro.NameServer': 'PYRO:Pyro.NameServer@127.0.0.1:9090'}");
    both("remove(prefix='Pyro')", "0", "count()", "6");
    both("remove('Pyro.NameServer')", "0", "count()", "6");
    both("remove(regex='(')", "NamingError: invalid regex: missing closing parenthesis at position 1",
        "count()", "6");
    only(4, "remove('ghost', prefix='a.')", "2", "count()", "4");
    only(5, "remove('ghost', prefix='a.')", "0", "count()", "6");
    only(4, "remove(5)", "0", "count()", "6");
}

void tst_FlatServant::changes()
{
    QFETCH(int, number);
    QFETCH(QString, call);
    QTEST(ask(*m_servant, number, call), "answer");
    QFETCH(QString, look);
    QTEST(ask(*m_servant, 4, look), "seen");
}

void tst_FlatServant::tellsTheMethods()
{
    QStringList names;
    for (const MethodInfo &method : m_servant->interface().methods)
        names.append(method.name);
    names.sort();
    QCOMPARE(
        names.join(u' '), QStringLiteral("count list lookup ping register remove set_metadata yplookup"));
    QVERIFY(m_servant->hasMethod("lookup"));
    QVERIFY(!m_servant->hasMethod("storage"));
    // Generation 4 has it in list(), and as we tell it of this one, this one as well.
    QCOMPARE(ask(*m_servant, 4, QStringLiteral("yplookup(['color'])")),
        QStringLiteral("{'a.one': ('PYRO:o1@h:1', ['color', 'printer'])}"));
    QVERIFY(ask(*m_servant, 5, QStringLiteral("list(metadata_all=['x'])"))
                .startsWith(QStringLiteral("TypeError")));
}

void tst_FlatServant::isNotForTrees()
{
    QCOMPARE(ask(*m_servant, 3, QStringLiteral("lookup('b')")),
        QStringLiteral("NamingError: this name server does not serve your generation of Pyro"));
}

void tst_FlatServant::refusesWhatIsTooMuch_data()
{
    QTest::addColumn<QString>("call");
    QTest::addColumn<QString>("answer");
    const QString uri = QStringLiteral("'PYRO:x@h:9'");
    const QString longName = QString(1'025, u'n');
    QTest::newRow("name") << QStringLiteral("register('%1', %2)").arg(longName, uri)
                          << QStringLiteral("NamingError: name too long: at most 1024 bytes");
    QTest::newRow("name-utf8") << QStringLiteral("register('%1', %2)").arg(QString(600, QChar(0xe9)), uri)
                               << QStringLiteral("NamingError: name too long: at most 1024 bytes");
    QTest::newRow("uri") << QStringLiteral("register('x', 'PYRO:%1@h:9')").arg(QString(5'000, u'o'))
                         << QStringLiteral("PyroError: invalid uri: longer than 4096 characters");
    QTest::newRow("tag") << QStringLiteral("set_metadata('b', ['%1'])").arg(QString(257, u't'))
                         << QStringLiteral("NamingError: metadata tag too long: at most 256 bytes");
    QStringList tags;
    for (int i = 0; i < 101; ++i)
        tags.append(QStringLiteral("'t%1'").arg(i));
    QTest::newRow("tags") << QStringLiteral("set_metadata('b', [%1])").arg(tags.join(u','))
                          << QStringLiteral("NamingError: too many metadata tags: at most 100");
    QTest::newRow("pattern") << QStringLiteral("list(regex='%1')").arg(QString(1'025, u'x'))
                             << QStringLiteral("NamingError: pattern too costly");
}

void tst_FlatServant::refusesWhatIsTooMuch()
{
    QFETCH(QString, call);
    QTEST(ask(*m_servant, 5, call), "answer");
    QCOMPARE(ask(*m_servant, 5, QStringLiteral("list(prefix='b', return_metadata=True)")),
        QStringLiteral("{'b': ('PYRO:o3@[::1]:3', set())}"));
    QCOMPARE(ask(*m_servant, 5, QStringLiteral("count()")), QStringLiteral("6"));
}

void tst_FlatServant::boundsCostlyPatterns()
{
    std::vector<std::pair<QByteArray, FlatEntry>> rows;
    for (int i = 0; i < 3'000; ++i)
        rows.push_back({QByteArray(200, 'a') + QByteArray::number(i), {"PYRO:x@h:9", {}}});
    QVERIFY(m_registry->flat().registerAll(rows));
    QElapsedTimer timer;
    timer.start();
    for (const char *pattern : {"(a+)+$", "(a|aa)+$", "(.*a){12}$"}) {
        QCOMPARE(ask(*m_servant, 5, QStringLiteral("list(regex='%1')").arg(QLatin1String(pattern))),
            QStringLiteral("NamingError: pattern too costly"));
    }
    QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed())));
}

void tst_FlatServant::isTheTreeForThoseWhoKnowTrees()
{
    auto tree = std::make_shared<LambdaServant>(QStringLiteral("Tree"), Threading::Concurrent);
    tree->method(QStringLiteral("flatlist()"),
        [](const std::vector<Value> &, CallContext &) -> Outcome { return Value::integer(3); });
    const auto both = makeNameServerServant(tree, m_servant);
    QCOMPARE(ask(*both, 3, QStringLiteral("flatlist()")), QStringLiteral("3"));
    QCOMPARE(ask(*both, 4, QStringLiteral("count()")), QStringLiteral("6"));
    QVERIFY(both->hasMethod("flatlist") && both->hasMethod("count"));
    QCOMPARE(&both->interface(), &m_servant->interface());
    QVERIFY(ask(*both, 5, QStringLiteral("flatlist()")).startsWith(QStringLiteral("AttributeError")));
    QCOMPARE(makeNameServerServant({}, m_servant), m_servant);
}

QTEST_GUILESS_MAIN(tst_FlatServant)
#include "tst_flatservant.moc"

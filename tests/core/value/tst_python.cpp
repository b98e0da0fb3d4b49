// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "support/valuegenerator.h"

#include <pyrolens/value/literal.h>
#include <pyrolens/value/tagged.h>
#include <pyrolens/value/valuebuilder.h>

#include <QElapsedTimer>
#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::testing;

class tst_Python : public QObject
{
    Q_OBJECT

private slots:
    void prints_data();
    void prints();
    void printsForPython2_data();
    void printsForPython2();
    void readsBackWhatItPrints_data();
    void readsBackWhatItPrints();
    void escapesWhatWouldMisleadAReader();
    void printsInstancesAndViews();
    void breaksLinesByItem();
    void marksCycles();
    void stopsAtItsBudget();
    void printsASharedGraphOnlyAsFarAsAllowed();
};

static QString python3(const Value &value)
{
    return toPython(value);
}

void tst_Python::prints_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const Value &value, const char16_t *text) {
        QTest::newRow(name) << value << QString::fromUtf16(text);
    };
    row("none", Value(), u"None");
    row("true", Value::boolean(true), u"True");
    row("int", Value::integer(-42), u"-42");
    row("big", Value::bigInteger(QByteArray("\0\0\0\0\0\0\0\0\1", 9)), u"18446744073709551616");
    row("long", Value::longInteger(5), u"5");
    row("float", Value::real(1), u"1.0");
    row("float-large", Value::real(1e16), u"1e+16");
    row("float-16-digits", Value::real(1234567890123456.0), u"1234567890123456.0");
    row("float-small", Value::real(0.0001), u"0.0001");
    row("float-smaller", Value::real(0.00001), u"1e-05");
    row("float-exact", Value::real(0.1), u"0.1");
    row("float-least", Value::real(5e-324), u"5e-324");
    row("float-negative-zero", Value::real(-0.0), u"-0.0");
    row("complex", Value::complex(1.5, -2), u"(1.5-2j)");
    row("complex-imaginary", Value::complex(0, 2), u"2j");
    row("complex-negative-zero", Value::complex(-0.0, 2), u"(-0+2j)");
    row("text", Value::text(u"it's"), u"\"it's\"");
    row("text-both-quotes", Value::text(u"'\""), u"'\\'\"'");
    row("text-accents", Value::text(u"é€😀"), u"'é€😀'");
    row("str", Value::str("abc\xc3\xa9"), u"'abcé'");
    row("str-no-utf8", Value::str("a\xff"), u"b'a\\xff'");
    row("bytes", Value::bytes(QByteArray("a\0\xff\n'", 5)), u"b\"a\\x00\\xff\\n'\"");
    row("bytearray", Value::byteArray("a'"), u"bytearray(b\"a'\")");
    row("tuple-0", Value::tuple({}), u"()");
    row("tuple-1", Value::tuple({Value::integer(1)}), u"(1,)");
    row("tuple-2", Value::tuple({Value::integer(1), Value()}), u"(1, None)");
    row("list", Value::list({Value::list({}), Value::integer(2)}), u"[[], 2]");
    row("set", Value::set({Value::integer(1), Value::integer(2)}), u"{1, 2}");
    row("set-0", Value::set({}), u"set()");
    row("frozenset", Value::frozenSet({Value::integer(1)}), u"frozenset({1})");
    row("frozenset-0", Value::frozenSet({}), u"frozenset()");
    row("dict", Value::dict({{Value::text(u"a"), Value::integer(1)}, {Value::integer(2), Value::dict({})}}),
        u"{'a': 1, 2: {}}");
    row("decimal", Value::decimal("1.10"), u"Decimal('1.10')");
    row("uuid", Value::uuid(QByteArray(16, '\x12')), u"UUID('12121212-1212-1212-1212-121212121212')");
    row("datetime", Value::dateTime("2020-02-29T12:34:56.000789"), u"datetime(2020, 2, 29, 12, 34, 56, 789)");
    row("datetime-0", Value::dateTime("2020-02-29T00:00:00"), u"datetime(2020, 2, 29, 0, 0)");
    row("datetime-zone", Value::dateTime("2020-02-29T00:00:00+01:00"),
        u"datetime('2020-02-29T00:00:00+01:00')");
    row("datetime-other", Value::dateTime("2020-02-29T00:00"), u"datetime('2020-02-29T00:00')");
    row("date", Value::date("0001-01-02"), u"date(1, 1, 2)");
    row("time", Value::time("01:02:00"), u"time(1, 2)");
    row("time-micros", Value::time("00:00:00.000100"), u"time(0, 0, 0, 100)");
    row("timedelta", Value::timeDelta(-1, 82800, 5), u"timedelta(days=-1, seconds=82800, microseconds=5)");
    row("timedelta-0", Value::timeDelta(0, 0, 0), u"timedelta(0)");
    row("array", Value::array('d', Value::list({Value::real(0.5)})), u"array('d', [0.5])");
    row("global", Value::global("os", "system"), u"<os.system>");
    row("ext", Value::ext(5, "ab"), u"<ext 5 b'ab'>");
    row("persistent", Value::persistentId(Value::text(u"x")), u"<persistent 'x'>");
    RemoteError error;
    error.className = QStringLiteral("builtins.KeyError");
    error.args = Value::tuple({Value::text(u"x")});
    row("error", Value::error(error), u"<builtins.KeyError('x')>");
    Reference proxy;
    proxy.uri = QStringLiteral("PYRO:a@b:1");
    proxy.ident = "secret";
    row("proxy", Value::reference(proxy), u"<proxy PYRO:a@b:1>");
    proxy.form = Reference::Form::Uri;
    row("uri", Value::reference(proxy), u"uri('PYRO:a@b:1')");
}

void tst_Python::prints()
{
    QFETCH(Value, value);
    QFETCH(QString, text);
    QCOMPARE(python3(value), text);
}

void tst_Python::printsForPython2_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("str") << Value::str("ab\xc3\xa9") << QStringLiteral("'ab\\xc3\\xa9'");
    QTest::newRow("unicode") << Value::text(u"é") << QStringLiteral("u'é'");
    QTest::newRow("int") << Value::integer(1) << QStringLiteral("1");
    QTest::newRow("long") << Value::longInteger(-1) << QStringLiteral("-1L");
    QTest::newRow("bytearray") << Value::byteArray("a") << QStringLiteral("bytearray(b'a')");
}

void tst_Python::printsForPython2()
{
    QFETCH(Value, value);
    QFETCH(QString, text);
    PrintOptions options;
    options.dialect = Dialect::Python2;
    QCOMPARE(toPython(value, options), text);
}

void tst_Python::readsBackWhatItPrints_data()
{
    QTest::addColumn<int>("dialect");
    QTest::addColumn<int>("indent");
    QTest::addColumn<int>("width");
    QTest::newRow("python2") << int(Dialect::Python2) << 0 << 0;
    QTest::newRow("python3") << int(Dialect::Python3) << 0 << 0;
    QTest::newRow("python2-lines") << int(Dialect::Python2) << 2 << 20;
    QTest::newRow("python3-lines") << int(Dialect::Python3) << 4 << 60;
}

void tst_Python::readsBackWhatItPrints()
{
    QFETCH(int, dialect);
    QFETCH(int, indent);
    QFETCH(int, width);
    ValueProfile profile;
    profile.dialect = Dialect(dialect);
    PrintOptions options;
    options.dialect = profile.dialect;
    options.indent = indent;
    options.width = width;
    for (quint32 seed = 1; seed <= 800; ++seed) {
        const Value value = ValueGenerator(seed, profile).next();
        const QString text = toPython(value, options);
        const Result<LiteralNode> back = parseLiteral(text, profile.dialect);
        QVERIFY2(back, qPrintable(text + (back ? QString() : u'\n' + back.error().what)));
        QVERIFY2(back->value == value, qPrintable(QStringLiteral("%1: %2").arg(seed).arg(text)));
    }
}

void tst_Python::escapesWhatWouldMisleadAReader()
{
    QCOMPARE(python3(Value::text(u"\x1b[2J\x7f\x85\xad")), QStringLiteral("'\\x1b[2J\\x7f\\x85\\xad'"));
    QCOMPARE(python3(Value::text(u"\x202e\x2066\x2028\xfeff\xe000\x3000")),
        QStringLiteral("'\\u202e\\u2066\\u2028\\ufeff\\ue000\\u3000'"));
    QCOMPARE(python3(Value::utf8("\xed\xa0\x80")), QStringLiteral("'\\ud800'"));
    QCOMPARE(python3(Value::utf8("\xf3\xa0\x80\x81")), QStringLiteral("'\\U000e0001'")); // a language tag
    // Names between our own words too.
    QCOMPARE(python3(Value::global("os\n", "\x1b")), QStringLiteral("<os\\n.\\x1b>"));
    Object object;
    object.name = "a\xe2\x80\xae";
    object.args = Value::tuple({});
    QCOMPARE(python3(Value::object(object)), QStringLiteral("<a\\u202e()>"));
}

void tst_Python::printsInstancesAndViews()
{
    Object object;
    object.made = Object::Made::NewObj;
    object.module = "shapes";
    object.name = "Plain";
    object.args = Value::tuple({});
    QCOMPARE(python3(Value::object(object)), QStringLiteral("instance('shapes.Plain')"));
    object.state = Value::dict({{Value::text(u"a"), Value::integer(1)}});
    QCOMPARE(python3(Value::object(object)), QStringLiteral("instance('shapes.Plain', {'a': 1})"));
    object.args = Value::tuple({Value::integer(5)});
    QCOMPARE(python3(Value::object(object)), QStringLiteral("<shapes.Plain(5, {'a': 1})>"));

    Object set;
    set.module = "__builtin__";
    set.name = "set";
    set.args = Value::tuple({Value::list({Value::integer(1)})});
    QCOMPARE(python3(Value::object(set)), QStringLiteral("{1}"));

    Object error;
    error.module = "exceptions";
    error.name = "KeyError";
    error.args = Value::tuple({Value::str("x")});
    QCOMPARE(python3(Value::object(error)), QStringLiteral("<exceptions.KeyError('x')>"));
}

void tst_Python::breaksLinesByItem()
{
    const Value value
        = Value::dict({{Value::text(u"one"), Value::list({Value::integer(1), Value::integer(2)})},
            {Value::text(u"two"), Value::tuple({Value::text(u"a long text of words")})}});
    PrintOptions options;
    options.indent = 2;
    options.width = 100;
    QCOMPARE(toPython(value, options), QStringLiteral("{'one': [1, 2], 'two': ('a long text of words',)}"));
    options.width = 24;
    QCOMPARE(toPython(value, options),
        QStringLiteral("{\n"
                       "  'one': [1, 2],\n"
                       "  'two': (\n"
                       "    'a long text of words',\n"
                       "  )\n"
                       "}"));
}

void tst_Python::marksCycles()
{
    ValueBuilder builder{Limits()};
    const Value list = builder.list();
    builder.append(list, Value::integer(1));
    builder.append(list, list);
    const Result<Value> value = builder.freeze(list);
    QVERIFY(value);
    QCOMPARE(python3(*value), QStringLiteral("[1, <cycle 1>]"));
}

void tst_Python::stopsAtItsBudget()
{
    std::vector<Value> items(100, Value::integer(7));
    const Value list = Value::list({Value::list(items), Value::integer(8), Value::list(items)});
    PrintOptions options;
    options.maxNodes = 5;
    QCOMPARE(toPython(list, options), QStringLiteral("[[7, 7, 7, ...], ...]"));
    options.maxNodes = 0;
    QCOMPARE(toPython(list, options), QStringLiteral("[...]"));
    for (const qint64 limit : {100, 101, 102}) { // the list and a hundred items
        options.maxNodes = limit;
        QCOMPARE(toPython(Value::list(items), options).endsWith(QStringLiteral("...]")), limit < 101);
    }
    options = {};
    options.maxChars = 10;
    QCOMPARE(toPython(Value::text(QString(1'000, u'x')), options), QStringLiteral("'xxxxxxxxx'..."));
    QVERIFY(toPython(Value::list(items), options).size() < 30);
}

void tst_Python::printsASharedGraphOnlyAsFarAsAllowed()
{
    Value value = Value::list({});
    for (int i = 0; i < 60; ++i)
        value = Value::list({value, value});
    QElapsedTimer timer;
    timer.start();
    const QString text = toPython(value);
    QVERIFY(text.size() < 1'000'000);
    QVERIFY(text.contains(QStringLiteral("...")));
    QVERIFY2(timer.elapsed() < 10'000, "took too long");
}

QTEST_GUILESS_MAIN(tst_Python)
#include "tst_python.moc"

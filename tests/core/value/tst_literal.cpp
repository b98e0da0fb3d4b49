// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "support/valuegenerator.h"

#include <pyrolens/value/literal.h>
#include <pyrolens/value/tagged.h>

#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::testing;

class tst_Literal : public QObject
{
    Q_OBJECT

private slots:
    void readsValues_data();
    void readsValues();
    void readsPython2Values_data();
    void readsPython2Values();
    void refuses_data();
    void refuses();
    void tellsWhatIsUnfinished_data();
    void tellsWhatIsUnfinished();
    void everyBeginningOfALineIsUnfinishedOrRight_data();
    void everyBeginningOfALineIsUnfinishedOrRight();
    void keepsDictOrderAndTheLaterValue();
    void dropsEqualMembersOfSets();
    void givesSpans();
    void readsArguments();
    void refusesBadArguments_data();
    void refusesBadArguments();
    void asksTheContext();
    void keepsToTheLimits();
    void survivesDeepText();
};

// Compared by their tagged form: it shows the kind of everything.
static QByteArray shown(const Value &value)
{
    return toTagged(value, TaggedStyle::Application).toText();
}

void tst_Literal::readsValues_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<QByteArray>("tagged");
    const auto row = [](const char *name, const char16_t *source, const char *tagged) {
        QTest::newRow(name) << QString::fromUtf16(source) << QByteArray(tagged);
    };
    row("none", u" None ", "null");
    row("json-null", u"null", "null");
    row("true", u"True", "true");
    row("json-true", u"true", "true");
    row("json-false", u"false", "false");
    row("int", u"42", "42");
    row("negative", u"-42", "-42");
    row("plus", u"+5", "5");
    row("minus-space", u"- 5", "-5");
    row("underscores", u"1_000_000", "1000000");
    row("hex", u"0xFf", "255");
    row("hex-underscore", u"0x_ff_00", "65280");
    row("octal", u"0o17", "15");
    row("binary", u"-0b1010", "-10");
    row("zeros", u"000", "0");
    row("int64-min", u"-9223372036854775808", R"({"$int":"-9223372036854775808"})");
    row("big", u"123456789012345678901234567890", R"({"$int":"123456789012345678901234567890"})");
    row("big-hex", u"0x10000000000000000", R"({"$int":"18446744073709551616"})");
    row("big-negative-hex", u"-0x10000000000000000", R"({"$int":"-18446744073709551616"})");
    row("big-octal", u"0o2000000000000000000000", R"({"$int":"18446744073709551616"})");
    row("float", u"1.5", R"({"$float":"1.5"})");
    row("float-point-first", u".5", R"({"$float":"0.5"})");
    row("float-point-last", u"5.", R"({"$float":"5.0"})");
    row("float-exponent", u"1e5", R"({"$float":"100000.0"})");
    row("float-small", u"1.5E-10", R"({"$float":"1.5e-10"})");
    row("float-underscores", u"1_0.2_5", R"({"$float":"10.25"})");
    row("float-overflow", u"1e999", R"({"$float":"inf"})");
    row("float-underflow", u"-1e-999", R"({"$float":"-0.0"})");
    row("float-long-overflow", u"1e99999999999999999999", R"({"$float":"inf"})");
    row("inf", u"inf", R"({"$float":"inf"})");
    row("minus-inf", u"-inf", R"({"$float":"-inf"})");
    row("nan", u"nan", R"({"$float":"nan"})");
    row("negative-zero", u"-0.0", R"({"$float":"-0.0"})");
    row("complex", u"1+2j", R"({"$complex":["1.0","2.0"]})");
    row("complex-parens", u"(1.5 - 2J)", R"({"$complex":["1.5","-2.0"]})");
    row("imaginary", u"3j", R"({"$complex":["0.0","3.0"]})");
    row("complex-inf", u"(-inf+nanj)", R"({"$complex":["-inf","nan"]})");
    row("complex-negative-zero", u"(-0-0j)", R"({"$complex":["-0.0","-0.0"]})");
    row("text", u"'abc'", R"("abc")");
    row("text-double", u"\"it's\"", R"("it's")");
    row("text-u", u"u'x'", R"("x")");
    row("text-raw", u"r'\\d\\''", R"("\\d\\'")");
    row("text-triple", u"'''a'b\n\"c'''", R"("a'b\n\"c")");
    row("text-escapes", u"'\\a\\b\\f\\n\\r\\t\\v\\\\\\'\\\"'", R"("\u0007\u0008\u000c\n\r\t\u000b\\'\"")");
    row("text-octal", u"'\\0\\101\\377\\18'", R"("\u0000Aÿ\u00018")");
    row("text-hex", u"'\\x41\\xe9'", R"("Aé")");
    row("text-u4", u"'\\u20ac'", R"("€")");
    row("text-u8", u"'\\U0001F600'", R"("😀")");
    row("text-astral", u"'😀'", R"("😀")");
    row("text-surrogate", u"'\\ud800'", R"({"$str16":"d800"})");
    row("text-unknown-escape", u"'\\d\\ü'", R"("\\d\\ü")");
    row("text-line-goes-on", u"'a\\\nb'", R"("ab")");
    row("text-joined", u"'a' \"b\"\n r'\\c'", R"("ab\\c")");
    row("bytes", u"b'a\\x00\\xff'", R"({"$bytes":"6100ff"})");
    row("bytes-no-u", u"b'\\u0041'", R"({"$bytes":"5c7530303431"})");
    row("bytes-raw", u"Rb'\\x'", R"({"$bytes":"5c78"})");
    row("bytes-joined", u"b'a' b'b'", R"({"$bytes":"6162"})");
    row("bytearray", u"bytearray(b'ab')", R"({"$bytearray":"6162"})");
    row("bytearray-empty", u"bytearray( )", R"({"$bytearray":""})");
    row("list", u"[1, 'a', ]", R"([1,"a"])");
    row("list-empty", u"[ ]", "[]");
    row("tuple", u"(1, 2)", R"({"$tuple":[1,2]})");
    row("tuple-one", u"(1,)", R"({"$tuple":[1]})");
    row("tuple-empty", u"()", R"({"$tuple":[]})");
    row("parens", u"((1))", "1");
    row("set", u"{1, 2,}", R"({"$set":[1,2]})");
    row("set-empty", u"set()", R"({"$set":[]})");
    row("set-of-list", u"set([1, 2])", R"({"$set":[1,2]})");
    row("frozenset", u"frozenset({1, (2, 3)})", R"({"$frozenset":[1,{"$tuple":[2,3]}]})");
    row("frozenset-empty", u"frozenset()", R"({"$frozenset":[]})");
    row("dict", u"{'a': 1, 'b': [2],}", R"({"a":1,"b":[2]})");
    row("dict-empty", u"{}", "{}");
    row("dict-keys", u"{1: 2, (3, 4): {5}}", R"({"$dict":[[1,2],[{"$tuple":[3,4]},{"$set":[5]}]]})");
    row("decimal", u"Decimal('1.10')", R"({"$decimal":"1.10"})");
    row("decimal-module", u"decimal.Decimal('-Infinity')", R"({"$decimal":"-Infinity"})");
    row("decimal-int", u"Decimal(5)", R"({"$decimal":"5"})");
    row("uuid", u"UUID('12345678-1234-5678-1234-567812345678')",
        R"({"$uuid":"12345678-1234-5678-1234-567812345678"})");
    row("date", u"date(2020, 2, 29)", R"({"$date":"2020-02-29"})");
    row("date-names", u"date(day=1, month=2, year=3)", R"({"$date":"0003-02-01"})");
    row("date-iso", u"datetime.date('2020-02-29')", R"({"$date":"2020-02-29"})");
    row("time", u"time(1, 2)", R"({"$time":"01:02:00"})");
    row("time-micros", u"time(1, 2, 3, microsecond=4)", R"({"$time":"01:02:03.000004"})");
    row("datetime", u"datetime(2020, 2, 29, 12, 34, 56, 789)",
        R"({"$datetime":"2020-02-29T12:34:56.000789"})");
    row("datetime-module", u"datetime.datetime(2020, 1, 1, 0, 0)", R"({"$datetime":"2020-01-01T00:00:00"})");
    row("datetime-zone", u"datetime('2020-01-01T00:00:00+02:00')",
        R"({"$datetime":"2020-01-01T00:00:00+02:00"})");
    row("timedelta", u"timedelta(1, 2, 3)", R"({"$timedelta":[1,2,3]})");
    row("timedelta-names", u"timedelta(hours=-1)", R"({"$timedelta":[-1,82800,0]})");
    row("timedelta-sum", u"timedelta(weeks=1, milliseconds=1500)", R"({"$timedelta":[7,1,500000]})");
    row("timedelta-zero", u"timedelta()", R"({"$timedelta":[0,0,0]})");
    row("array", u"array('i', [1, 2])", R"({"$array":["i",[1,2]]})");
    row("uri", u"uri('PYRO:obj@host:1')", R"({"$uri":"PYRO:obj@host:1"})");
    row("instance", u"instance('shapes.Plain', {'a': 1})",
        R"({"$instance":"shapes.Plain","made":"newobj","state":{"a":1}})");
    row("instance-no-state", u"instance('a.b.C')", R"({"$instance":"a.b.C","made":"newobj"})");
    row("lines", u"[\n  1,\r\n\t2\n]", "[1,2]");
}

void tst_Literal::readsValues()
{
    QFETCH(QString, source);
    QFETCH(QByteArray, tagged);
    const Result<LiteralNode> node = parseLiteral(source, Dialect::Python3);
    QVERIFY2(node, node ? "" : qPrintable(node.error().what));
    QCOMPARE(shown(node->value), tagged);
}

void tst_Literal::readsPython2Values_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<QByteArray>("tagged");
    const auto row = [](const char *name, const char16_t *source, const char *tagged) {
        QTest::newRow(name) << QString::fromUtf16(source) << QByteArray(tagged);
    };
    row("str", u"'abc'", R"({"$str":"abc"})");
    row("str-utf8", u"'é'", R"({"$str":"Ã©"})");
    row("str-b", u"b'\\xff'", R"({"$str":"ÿ"})");
    row("str-no-u", u"'\\u0041'", R"({"$str":"\\u0041"})");
    row("unicode", u"u'é\\u20ac'", R"("é€")");
    row("unicode-raw", u"ur'\\d\\u0041'", R"("\\dA")");
    row("long", u"1L", R"({"$long":"1"})");
    row("long-hex", u"-0xffl", R"({"$long":"-255"})");
    row("int-max", u"9223372036854775807", R"({"$int":"9223372036854775807"})");
    row("becomes-long", u"9223372036854775808", R"({"$long":"9223372036854775808"})");
    row("old-octal", u"0777", "511");
    row("keys", u"{'a': u'b'}", R"({"$dict":[[{"$str":"a"},"b"]]})");
    row("bytearray", u"bytearray('a')", R"({"$bytearray":"61"})");
}

void tst_Literal::readsPython2Values()
{
    QFETCH(QString, source);
    QFETCH(QByteArray, tagged);
    const Result<LiteralNode> node = parseLiteral(source, Dialect::Python2);
    QVERIFY2(node, node ? "" : qPrintable(node.error().what));
    QCOMPARE(shown(node->value), tagged);
}

void tst_Literal::refuses_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<int>("offset");
    QTest::addColumn<QString>("part"); // of the message
    const auto row = [](const char *name, const char16_t *source, int offset, const char16_t *part) {
        QTest::newRow(name) << QString::fromUtf16(source) << offset << QString::fromUtf16(part);
    };
    row("import", u"__import__('os')", 0, u"__import__() is not known");
    row("eval", u"[eval('1')]", 1, u"eval() is not known");
    row("method", u"'a'.upper()", 3, u"expected the end");
    row("attribute", u"os.path", 0, u"os.path is not a value");
    row("word", u"[1, rome]", 4, u"rome is not a value; a text needs quotes");
    row("plus", u"[1 + 2]", 3, u"only a complex number");
    row("times", u"2*3", 1, u"expected the end, found *");
    row("plus-text", u"'a'+'b'", 3, u"expected the end, found +");
    row("comparison", u"1 == 1", 2, u"expected the end");
    row("lambda", u"lambda: 1", 0, u"lambda is not a value");
    row("comprehension", u"[x for x in y]", 1, u"x is not a value");
    row("f-string", u"f'{x}'", 0, u"prefix f are not known");
    row("slice", u"[1, 2][0]", 6, u"expected the end");
    row("double-sign", u"--1", 1, u"expected a number");
    row("sign-of-text", u"-'a'", 1, u"expected a number");
    row("bracket", u"[1, 2)", 5, u"expected , or ], found )");
    row("missing-comma", u"[1 2]", 3, u"expected , or ]");
    row("double-comma", u"[1,,2]", 3, u"expected a value, found ,");
    row("comma-only", u"(,)", 1, u"expected a value");
    row("dict-colon", u"{'a': 1, 'b'}", 12, u"expected :");
    row("set-then-dict", u"{1, 2: 3}", 5, u"expected , or }");
    row("key-list", u"{[1]: 2}", 1, u"a list cannot be a key");
    row("key-nested", u"{(1, {}): 2}", 1, u"a dict cannot be a key");
    row("member-list", u"{1, [2]}", 4, u"a list cannot be in a set");
    row("member-frozen", u"frozenset([[]])", 0, u"a list cannot be in a set");
    row("number-end", u"12ab", 2, u"the end of the number");
    row("hex-digit", u"0xg", 2, u"hexadecimal digit");
    row("binary-digit", u"0b12", 3, u"the end of the number");
    row("underscore-twice", u"1__0", 1, u"the end of the number");
    row("leading-zero", u"012", 0, u"may not begin with 0");
    row("long", u"1L", 1, u"the end of the number");
    row("escape-short", u"'\\x1'", 1, u"needs 2 hexadecimal digits");
    row("escape-high", u"'\\U00110000'", 1, u"above U+10FFFF");
    row("escape-name", u"'\\N{BULLET}'", 1, u"names of characters are not known");
    row("bytes-character", u"b'é'", 2, u"ASCII");
    row("joined-kinds", u"'a' b'b'", 4, u"text and bytes cannot be joined");
    row("line-in-string", u"'a\nb'", 2, u"the line ends inside of a string");
    row("after-end", u"1 2", 2, u"expected the end");
    row("decimal-bad", u"Decimal('x')", 0, u"Decimal() takes");
    row("decimal-float", u"Decimal(1.5)", 0, u"Decimal() takes");
    row("uuid-bad", u"UUID('12')", 0, u"UUID() takes");
    row("date-bad", u"date(2021, 2, 29)", 0, u"no such day");
    row("date-few", u"date(2021, 2)", 0, u"year, month and day");
    row("date-many", u"date(1, 2, 3, 4)", 0, u"too many numbers");
    row("time-bad", u"time(24)", 0, u"no such time");
    row("datetime-text", u"datetime('yesterday')", 0, u"datetime() takes");
    row("timedelta-name", u"timedelta(years=1)", 0, u"years is not known");
    row("timedelta-float", u"timedelta(1.5)", 0, u"whole number");
    row("timedelta-twice", u"timedelta(1, days=2)", 0, u"days is given twice");
    row("timedelta-large", u"timedelta(1000000000)", 0, u"at most 999999999 days");
    row("array-code", u"array('x', [])", 0, u"unknown type code");
    row("array-list", u"array('i', 5)", 0, u"array() takes");
    row("uri-empty", u"uri('')", 0, u"uri() takes");
    row("instance-name", u"instance('.x', {})", 0, u"instance() takes");
    row("instance-state", u"instance('a.b', 5)", 0, u"instance() takes");
    row("keyword", u"set(x=1)", 0, u"no name=value");
    row("call-no-parens", u"Decimal 5", 8, u"expected ( after Decimal");
    row("variable", u"${name}", 0, u"no variables here");
    row("callback", u"callback('x')", 0, u"no callback objects here");
    row("file", u"file('x')", 0, u"files cannot be read here");
    row("dollar", u"$name", 1, u"{ and the name of a variable");
    row("null-character", u"[\0]", -1, u"");
    row("quote-emoji", u"[1 😀]", 3, u"found 😀");
}

void tst_Literal::refuses()
{
    QFETCH(QString, source);
    QFETCH(int, offset);
    QFETCH(QString, part);
    if (offset < 0) {
        source = QStringLiteral("[") + QChar(0) + QStringLiteral("]");
        offset = 1;
    }
    const Result<LiteralNode> node = parseLiteral(source, Dialect::Python3);
    QVERIFY(!node);
    QCOMPARE(node.error().kind, Error::Kind::Usage);
    QVERIFY2(!isUnfinished(node.error()), qPrintable(node.error().what));
    QCOMPARE(int(node.error().offset), offset);
    QVERIFY2(node.error().what.contains(part), qPrintable(node.error().what));
    QVERIFY2(node.error().what.startsWith(QStringLiteral("column %1: ").arg(offset + 1)),
        qPrintable(node.error().what));
}

void tst_Literal::tellsWhatIsUnfinished_data()
{
    QTest::addColumn<QString>("source");
    const char16_t *sources[] = {u"", u" ", u"[1,", u"[1", u"(", u"{", u"{'a'", u"{'a':", u"'abc", u"'''a'",
        u"'\\", u"'\\x4", u"-", u"1+", u"1+2", u"1e", u"0x", u"Tru", u"Non", u"bytea", u"datetime.da",
        u"Decimal", u"Decimal(", u"Decimal('1'", u"date(year=", u"$", u"${", u"${na", u"b'"};
    for (const char16_t *source : sources)
        QTest::addRow("%s", qPrintable(QString::fromUtf16(source))) << QString::fromUtf16(source);
}

void tst_Literal::tellsWhatIsUnfinished()
{
    QFETCH(QString, source);
    const Result<LiteralNode> node = parseLiteral(source, Dialect::Python3);
    QVERIFY(!node);
    QVERIFY2(isUnfinished(node.error()), qPrintable(node.error().what));
    QCOMPARE(node.error().offset, source.size());
}

void tst_Literal::everyBeginningOfALineIsUnfinishedOrRight_data()
{
    QTest::addColumn<int>("dialect");
    QTest::newRow("python2") << int(Dialect::Python2);
    QTest::newRow("python3") << int(Dialect::Python3);
}

// What is typed letter by letter never turns red on the way.
void tst_Literal::everyBeginningOfALineIsUnfinishedOrRight()
{
    QFETCH(int, dialect);
    const QString line
        = QStringLiteral("{'a': [1, -2.5e-3, (1+2j), None], b'k': {1, 2}, 7: frozenset({(3,)}), "
                         "'d': datetime.date(2020, 2, 9), 'x': \"q\\x41\\u20ac\", 'e': timedelta(days=1)}");
    for (qsizetype size = 0; size < line.size(); ++size) {
        const Result<LiteralNode> node = parseLiteral(line.left(size), Dialect(dialect));
        QVERIFY2(!node && isUnfinished(node.error()), qPrintable(line.left(size)));
    }
    QVERIFY(parseLiteral(line, Dialect(dialect)));
}

void tst_Literal::keepsDictOrderAndTheLaterValue()
{
    const Result<LiteralNode> node
        = parseLiteral(u"{'b': 1, 'a': 2, 'b': 3, 1: 4, True: 5}", Dialect::Python3);
    QVERIFY(node);
    QCOMPARE(shown(node->value), QByteArray(R"({"$dict":[["b",3],["a",2],[1,5]]})"));
    QCOMPARE(node->children.size(), size_t(10)); // as written
}

void tst_Literal::dropsEqualMembersOfSets()
{
    const Result<LiteralNode> node = parseLiteral(u"{1, 2, 1.0, True, (1, 2), (1, 2)}", Dialect::Python3);
    QVERIFY(node);
    QCOMPARE(shown(node->value), QByteArray(R"({"$set":[1,2,{"$tuple":[1,2]}]})"));
}

void tst_Literal::givesSpans()
{
    const QString source = QStringLiteral(" {'é😀': [1, (2)], -3 : date(1, 2, 3)} ");
    const Result<LiteralNode> node = parseLiteral(source, Dialect::Python3);
    QVERIFY(node);
    const auto text = [&source](const LiteralNode &of) { return source.mid(of.start, of.length); };
    QCOMPARE(text(*node), source.trimmed());
    QCOMPARE(node->children.size(), size_t(4));
    QCOMPARE(text(node->children[0]), QStringLiteral("'é😀'"));
    QCOMPARE(text(node->children[1]), QStringLiteral("[1, (2)]"));
    QCOMPARE(text(node->children[1].children[0]), QStringLiteral("1"));
    QCOMPARE(text(node->children[1].children[1]), QStringLiteral("(2)"));
    QCOMPARE(text(node->children[2]), QStringLiteral("-3"));
    QCOMPARE(text(node->children[3]), QStringLiteral("date(1, 2, 3)"));
}

void tst_Literal::readsArguments()
{
    const QString source = QStringLiteral("'Rome', [1], unit = 'C', days=(3,),");
    const Result<Arguments> arguments = parseArguments(source, Dialect::Python3);
    QVERIFY2(arguments, arguments ? "" : qPrintable(arguments.error().what));
    QCOMPARE(shown(arguments->args()), QByteArray(R"({"$tuple":["Rome",[1]]})"));
    QCOMPARE(shown(arguments->kwargs()), QByteArray(R"({"unit":"C","days":{"$tuple":[3]}})"));
    QCOMPARE(arguments->keywords[1].start, source.indexOf(QStringLiteral("days")));
    QCOMPARE(source.mid(arguments->keywords[0].value.start, arguments->keywords[0].value.length),
        QStringLiteral("'C'"));

    for (const char16_t *empty : {u"", u"  \n"}) {
        const Result<Arguments> none = parseArguments(empty, Dialect::Python2);
        QVERIFY(none);
        QVERIFY(none->positional.empty() && none->keywords.empty());
        QCOMPARE(none->args(), Value::tuple({}));
    }
    const Result<Arguments> typing = parseArguments(u"1, uni", Dialect::Python3);
    QVERIFY(!typing && isUnfinished(typing.error()));
    // A value may look like the beginning of a name.
    const Result<Arguments> word = parseArguments(u"None, größe=True", Dialect::Python3);
    QVERIFY(word);
    QCOMPARE(word->keywords[0].name, QStringLiteral("größe"));
}

void tst_Literal::refusesBadArguments_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<int>("offset");
    QTest::newRow("positional-last") << QStringLiteral("a=1, 2") << 5;
    QTest::newRow("twice") << QStringLiteral("a=1, a=2") << 5;
    QTest::newRow("constant") << QStringLiteral("None=1") << 0;
    QTest::newRow("comma-first") << QStringLiteral(",1") << 0;
    QTest::newRow("no-comma") << QStringLiteral("1 2") << 2;
    QTest::newRow("star") << QStringLiteral("*[1]") << 0;
    QTest::newRow("bracket") << QStringLiteral("1)") << 1;
    QTest::newRow("comparison") << QStringLiteral("a==1") << 0;
    QTest::newRow("dotted") << QStringLiteral("a.b=1") << 0;
}

void tst_Literal::refusesBadArguments()
{
    QFETCH(QString, source);
    QFETCH(int, offset);
    const Result<Arguments> arguments = parseArguments(source, Dialect::Python3);
    QVERIFY(!arguments);
    QVERIFY2(!isUnfinished(arguments.error()), qPrintable(arguments.error().what));
    QCOMPARE(int(arguments.error().offset), offset);
}

void tst_Literal::asksTheContext()
{
    LiteralContext context;
    context.variable = [](const QString &name) -> Result<Value> {
        if (name == QLatin1String("host"))
            return Value::text(u"rome");
        return Error::usage(QStringLiteral("no variable ") + name);
    };
    context.callback
        = [](const QString &name) -> Result<Value> { return Value::text(QStringLiteral("cb:") + name); };
    context.file = [](const QString &path) -> Result<QByteArray> {
        if (path == QLatin1String("a.bin"))
            return QByteArray("\x00\xff", 2);
        return Error::denied(QStringLiteral("may not read ") + path);
    };
    const Result<LiteralNode> node
        = parseLiteral(u"[${host}, callback('x'), file('a.bin')]", Dialect::Python3, {}, context);
    QVERIFY(node);
    QCOMPARE(shown(node->value), QByteArray(R"(["rome","cb:x",{"$bytes":"00ff"}])"));
    const Result<LiteralNode> old = parseLiteral(u"file('a.bin')", Dialect::Python2, {}, context);
    QVERIFY(old);
    QCOMPARE(old->value.kind(), Value::Kind::Str);

    const Result<LiteralNode> missing = parseLiteral(u"[1, ${port}]", Dialect::Python3, {}, context);
    QVERIFY(!missing);
    QCOMPARE(int(missing.error().offset), 4);
    QVERIFY(missing.error().what.contains(QStringLiteral("no variable port")));
    const Result<LiteralNode> denied = parseLiteral(u"file('/etc/shadow')", Dialect::Python3, {}, context);
    QVERIFY(!denied);
    QCOMPARE(denied.error().kind, Error::Kind::Denied);
}

void tst_Literal::keepsToTheLimits()
{
    Limits limits;
    limits.maxDepth = 5;
    limits.maxNodes = 10;
    limits.maxIntegerDigits = 20;
    const auto reads
        = [&limits](const QString &text) { return parseLiteral(text, Dialect::Python3, limits).isOk(); };
    const auto code = [&limits](const QString &text) {
        const Result<LiteralNode> node = parseLiteral(text, Dialect::Python3, limits);
        return node ? QString() : node.error().code;
    };
    const auto nested = [](int depth) -> QString { return QString(depth, u'[') + QString(depth, u']'); };
    QVERIFY(reads(nested(4)));
    QVERIFY(reads(nested(5)));
    QCOMPARE(code(nested(6)), QStringLiteral("value.depth"));
    QCOMPARE(code(QStringLiteral("[1,") + nested(5) + u']'), QStringLiteral("value.depth"));
    const auto ones = [](int count) -> QString { return u'[' + QStringLiteral("1,").repeated(count) + u']'; };
    QVERIFY(reads(ones(8)));
    QVERIFY(reads(ones(9))); // ten values with the list
    QCOMPARE(code(ones(10)), QStringLiteral("value.nodes"));
    QVERIFY(reads(QString(19, u'9')));
    QVERIFY(reads(QString(20, u'9')));
    QVERIFY(!reads(QString(21, u'9')));
    // A variable brings its own depth.
    LiteralContext context;
    context.variable = [](const QString &) -> Result<Value> {
        return Value::list({Value::list({Value::list({Value::list({})})})});
    };
    QVERIFY(parseLiteral(u"[${x}]", Dialect::Python3, limits, context));
    const Result<LiteralNode> deep = parseLiteral(u"[[${x}]]", Dialect::Python3, limits, context);
    QVERIFY(!deep);
    QCOMPARE(deep.error().code, QStringLiteral("value.depth"));
}

void tst_Literal::survivesDeepText()
{
    for (const char16_t open : {u'[', u'(', u'{'}) {
        const Result<LiteralNode> node = parseLiteral(QString(1'000'000, QChar(open)), Dialect::Python3);
        QVERIFY(!node);
        QCOMPARE(node.error().code, QStringLiteral("value.depth"));
    }
    const Result<LiteralNode> calls
        = parseLiteral(QStringLiteral("set(").repeated(100'000), Dialect::Python3);
    QVERIFY(!calls);
    QCOMPARE(calls.error().code, QStringLiteral("value.depth"));
}

QTEST_GUILESS_MAIN(tst_Literal)
#include "tst_literal.moc"

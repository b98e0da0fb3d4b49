// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/serpent/serpent.h>

#include <QTest>

#include <cmath>
#include <limits>

using namespace pyrolens;

/// Limits, refusals and what the recorded cases leave open.
class tst_Codec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refuses_data();
    void refuses();
    void reads_data();
    void reads();
    void refusesToWrite_data();
    void refusesToWrite();
    void keepsEveryFloat();
    void boundsNesting();
    void boundsNodes();
    void boundsMemory();
    void showsVeryLongIntegers();
    void boundsSharedValues();
    void sharesLongTexts();
    void seesBytesInTheDict();
};

void tst_Codec::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("offset");
    const auto row
        = [](const char *name, const QByteArray &text, int offset, const char *code = "value.serpent") {
              QTest::newRow(name) << text << QString::fromLatin1(code) << offset;
          };
    row("nothing", "", 0);
    row("header only", "# serpent utf-8 python3.2\n", 26);
    row("bad utf-8", "'a\xff'", 2, "value.utf8");
    row("surrogate as utf-8", "'\xed\xa0\x80'", 1, "value.utf8");
    row("zero byte", QByteArray("[\0]", 3), 1);
    row("list not closed", "[1,2", 4);
    row("wrong bracket", "[1,2)", 4);
    row("sign on nothing", "-", 1);
    row("sign on None", "-None", 1);
    row("sum of reals", "1+2", 1);
    row("complex first", "1j+2", 2);
    row("unhashable key", "{1:2,{}:3}", 5, "value.key");
    row("unhashable key inside a tuple", "{(1,[]):3}", 1, "value.key");
    row("unhashable member", "{1,[]}", 3, "value.key");
    row("word after a value", "1 x", 2);
    row("second line", "1\n2", 2);
    row("strings on two lines", "'a'\n'b'", 4);
    row("number and name", "1a", 1);
    row("set with members", "set([1])", 0);
    row("null", "null", 0);
    row("above unicode", "'\\U00110000'", 1);
    row("unknown name", "'\\N{NO SUCH NAME}'", 1);
    row("unclosed name", "'\\N{EURO'", 1);
    row("comma alone", ",", 0);
    row("two commas", "[1,,2]", 3);
    row("exponent without digits", "1e", 2);
    row("double underscore", "1__0", 1);
}

void tst_Codec::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, code);
    QFETCH(int, offset);
    const auto decoded = serpent::decode(text);
    QVERIFY(!decoded.isOk());
    QCOMPARE(decoded.error().code, code);
    QCOMPARE(decoded.error().offset, offset);
}

void tst_Codec::reads_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("again");
    const auto row = [](const char *name, const QByteArray &text, const QByteArray &again) {
        QTest::newRow(name) << text << again;
    };
    row("bare tuple", "1,2", "(1,2)");
    row("bare tuple of one", "1,", "(1,)");
    row("underscores", "1_000", "1000");
    row("many zeros", "000", "0");
    row("negative hex", "-0xff", "-255");
    row("java float", "1.0E10", "10000000000.0");
    row("triple quotes", "'''a'b\r\nc'''", "\"a'b\\nc\"");
    row("raw with quote", "r'a\\'b'", "\"a\\\\'b\"");
    row("unknown escape", "'\\q'", "'\\\\q'");
    row("line goes on inside a string", "'a\\\nb'", "'ab'");
    row("joined over lines in brackets", "('a'\n 'b')", "'ab'");
    row("minus imaginary", "-2j", "(-0.0-2.0j)");
    row("set keeps the first of equals", "{1,True,1.0}", "{1}");
    row("dict keeps the last of equals", "{1:2,True:3}", "{1:3}");
    row("empty set becomes a tuple", "set()", "()");
    row("spaces in a call of set", "set ( )", "()");
    row("cyrillic name", "'\\N{CYRILLIC SMALL LETTER A}'", "'\xd0\xb0'");
    row("nan", "{'__class__':'float','value':'nan'}", "{'__class__':'float','value':'nan'}");
    row("net header", "# serpent utf-8 .net-cli\n{'b':1,'a':2}", "{'b':1,'a':2}");
}

void tst_Codec::reads()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, again);
    const auto decoded = serpent::decode(text);
    QVERIFY2(decoded.isOk(), decoded ? "" : qPrintable(decoded.error().what));
    const auto encoded = serpent::encode(decoded->value);
    QVERIFY(encoded.isOk());
    QCOMPARE(*encoded, QByteArray("# serpent utf-8 python3.2\n" + again));
}

void tst_Codec::refusesToWrite_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const Value &value, const char *code = "value.unsupported") {
        QTest::newRow(name) << value << QString::fromLatin1(code);
    };
    row("None as a key", Value::dict({{Value(), Value()}}));
    row("frozenset in a set", Value::set({Value::frozenSet({Value::integer(1)})}));
    row("class", Value::global("os", "system"));
    row("reference", Value::reference({}));
    row("error", Value::error({}));
    row("cycle", Value::list({Value::cycle(1)}), "value.cycle");
    row("complex with nan", Value::complex(0, std::numeric_limits<double>::quiet_NaN()));
    row("extension", Value::ext(1, "x"));
}

void tst_Codec::refusesToWrite()
{
    QFETCH(Value, value);
    QFETCH(QString, code);
    const auto encoded = serpent::encode(value);
    QVERIFY(!encoded.isOk());
    QCOMPARE(encoded.error().kind, Error::Kind::Unsupported);
    QCOMPARE(encoded.error().code, code);
}

void tst_Codec::keepsEveryFloat()
{
    using Real = std::numeric_limits<double>;
    for (const double value : {0.0, -0.0, 0.1, 1e16, 1e-5, Real::max(), Real::denorm_min(), Real::infinity(),
             -Real::infinity(), Real::quiet_NaN()}) {
        const auto decoded = serpent::decode(serpent::encode(Value::real(value)).value());
        QVERIFY(decoded.isOk());
        QVERIFY(decoded->value == Value::real(value));
    }
}

void tst_Codec::boundsNesting()
{
    const auto nested
        = [](int levels) -> QByteArray { return QByteArray(levels, '[') + QByteArray(levels, ']'); };
    QVERIFY(serpent::decode(nested(200)).isOk());
    const auto refused = serpent::decode(nested(201));
    QVERIFY(!refused.isOk());
    QCOMPARE(refused.error().code, u"value.depth"_qs);
    QCOMPARE(refused.error().offset, 200);
    Limits wide;
    wide.maxDepth = 1'000;
    QCOMPARE(serpent::decode(nested(300), wide).error().code, u"value.depth"_qs); // as Python's tokenizer
    QVERIFY(!serpent::decode(QByteArray(1'000'000, '[')).isOk());
    QVERIFY(!serpent::decode(QByteArray(1'000'000, '(')).isOk());

    Limits few;
    few.maxDepth = 3;
    QVERIFY(serpent::encode(serpent::decode("[[[1]]]")->value, {}, few).isOk());
    QCOMPARE(serpent::encode(serpent::decode("[[[[1]]]]")->value, {}, few).error().code, u"value.depth"_qs);
}

void tst_Codec::boundsNodes()
{
    Limits limits;
    limits.maxNodes = 11;
    QVERIFY(serpent::decode("[1,2,3,4,5,6,7,8,9,0]", limits).isOk());
    const auto refused = serpent::decode("[1,2,3,4,5,6,7,8,9,0,1]", limits);
    QVERIFY(!refused.isOk());
    QCOMPARE(refused.error().code, u"value.nodes"_qs);
}

void tst_Codec::boundsMemory()
{
    Limits limits;
    limits.maxDecodedBytes = 10'000;
    const auto refused = serpent::decode("[" + QByteArray("0,").repeated(5'000) + "]", limits);
    QVERIFY(!refused.isOk());
    QCOMPARE(refused.error().code, u"value.memory"_qs);
    QVERIFY(refused.error().offset < 2'000);
}

void tst_Codec::showsVeryLongIntegers()
{
    QVERIFY(serpent::decode(QByteArray(4'300, '7'))->value.isBigInteger());
    QCOMPARE(serpent::decode(QByteArray(4'301, '7'))->value.toText(), u"integer, 4301 digits"_qs);
    QCOMPARE(serpent::encode(serpent::decode("-0x" + QByteArray(2'000, 'f'))->value)->size(), 26 + 2'410);
    QCOMPARE(serpent::encode(serpent::decode("0x" + QByteArray(9'000, 'f'))->value).error().code,
        u"value.unsupported"_qs);
}

void tst_Codec::boundsSharedValues()
{
    Value value = Value::list({Value::integer(1)});
    for (int i = 0; i < 60; ++i)
        value = Value::list({value, value});
    const auto refused = serpent::encode(value);
    QVERIFY(!refused.isOk());
    QCOMPARE(refused.error().code, u"value.expansion"_qs);
    const Value text = Value::utf8(QByteArray(1 << 20, 'x'));
    const auto tooLong = serpent::encode(Value::list(std::vector<Value>(1'000, text)));
    QVERIFY(!tooLong.isOk());
    QCOMPARE(tooLong.error().code, u"frame.too-large"_qs);
}

void tst_Codec::sharesLongTexts()
{
    const QByteArray text(100'000, 'x');
    const QByteArray document = "['" + text + "','" + text + "\\n','" + text + "' 'y']";
    const auto decoded = serpent::decode(document);
    QVERIFY(decoded.isOk());
    QCOMPARE(decoded->value.at(0).rawBytes().data(), document.constData() + 2);
    QCOMPARE(decoded->value.at(1).rawBytes(), QByteArrayView(QByteArray(text + '\n')));
    QCOMPARE(decoded->value.at(2).rawBytes(), QByteArrayView(QByteArray(text + 'y')));
}

void tst_Codec::seesBytesInTheDict()
{
    const QByteArray raw("\0\xff", 2);
    const auto decoded = serpent::decode(serpent::encode(Value::bytes(raw)).value());
    QCOMPARE(decoded->value.kind(), Value::Kind::Dict);
    QCOMPARE(serpent::toBytes(decoded->value), std::optional(raw));
    QVERIFY(!serpent::toBytes(serpent::decode("{'data':'*','encoding':'base64'}")->value));
    QVERIFY(!serpent::toBytes(serpent::decode("{'data':'YQ==','encoding':'hex'}")->value));
    QCOMPARE(serpent::toBytes(Value::bytes(raw)), std::optional(raw));
}

QTEST_GUILESS_MAIN(tst_Codec)
#include "tst_codec.moc"

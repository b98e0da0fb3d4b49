// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/json/jsoncodec.h>

#include <QTest>

#include <cmath>
#include <limits>

using namespace pyrolens;

/// Everything that is not compared with Python's json in bulk.
class tst_Codec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refuses_data();
    void refuses();
    void reads_data();
    void reads();
    void writes_data();
    void writes();
    void refusesToWrite_data();
    void refusesToWrite();
    void readsSpecialFloats();
    void keepsTheOrderOfKeys();
    void boundsEverything();
    void sharesLongTexts();
};

void tst_Codec::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("offset");
    QTest::addColumn<QString>("code");
    const auto row
        = [](const char *name, const QByteArray &text, int offset, const char *code = "value.json") {
              QTest::newRow(name) << text << offset << QString::fromLatin1(code);
          };
    row("nothing", "", 0);
    row("blanks", "  ", 2);
    row("bom", "\xef\xbb\xbf{}", 0);
    row("bad utf-8", "\"\xc3(\"", 1, "value.utf8");
    row("single quotes", "'a'", 0);
    row("trailing comma", "[1,]", 3);
    row("trailing comma in an object", "{\"a\":1,}", 7);
    row("number as a key", "{1:2}", 1);
    row("no colon", "{\"a\" 1}", 5);
    row("leading zero", "01", 1);
    row("plus", "+1", 0);
    row("point without digits", "1.", 0);
    row("no digits before the point", ".5", 0);
    row("exponent without digits", "1e", 0);
    row("minus alone", "-", 0);
    row("minus nan", "-NaN", 0);
    row("control character", "\"a\nb\"", 2);
    row("unknown escape", "\"\\x41\"", 1);
    row("short escape", "\"\\u12\"", 1);
    row("no end", "\"abc", 0);
    row("two values", "1 2", 2);
    row("not closed", "[1", 2);
    row("wrong bracket", "[1}", 2);
    row("part of a word", "tru", 0);
}

void tst_Codec::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(int, offset);
    QFETCH(QString, code);
    const auto decoded = json::decode(text);
    QVERIFY(!decoded.isOk());
    QCOMPARE(decoded.error().code, code);
    QCOMPARE(decoded.error().offset, offset);
}

void tst_Codec::reads_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<Value>("value");
    const auto row = [](const char *name, const QByteArray &text, const Value &value) {
        QTest::newRow(name) << text << value;
    };
    row("pair of escapes", "\"\\ud83d\\ude00\"", Value::text(u8"\U0001f600"));
    row("half a pair", "\"\\ud83d\\u0041\"",
        Value::utf8("\xed\xa0\xbd"
                    "A"));
    row("two high halves", "\"\\ud83d\\ud83d\\ude00\"", Value::utf8("\xed\xa0\xbd\xf0\x9f\x98\x80"));
    row("zero", "\"\\u0000\"", Value::utf8(QByteArrayView("\0", 1)));
    row("minus zero", "-0", Value::integer(0));
    row("real minus zero", "-0.0", Value::real(-0.0));
    row("exponent", "1E2", Value::real(100));
    row("too large for a double", "1e999", Value::real(std::numeric_limits<double>::infinity()));
    row("large integer", "-170141183460469231731687303715884105729",
        *Value::integerFromText("-170141183460469231731687303715884105729", Value::Kind::Int, 100));
    row("later key wins", "{\"a\":1,\"b\":2,\"a\":3}",
        Value::dict({{Value::utf8("a"), Value::integer(3)}, {Value::utf8("b"), Value::integer(2)}}));
}

void tst_Codec::reads()
{
    QFETCH(QByteArray, text);
    QFETCH(Value, value);
    const auto decoded = json::decode(" \t\r\n" + text + "\n ");
    QVERIFY2(decoded.isOk(), decoded ? "" : qPrintable(decoded.error().what));
    QVERIFY(decoded->value == value);
}

void tst_Codec::writes_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const Value &value, const QByteArray &text) {
        QTest::newRow(name) << value << text;
    };
    row("escapes", Value::utf8("\"\\/\b\f\n\r\t\x01\x7f\xe2\x80\xa8"),
        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7f\xe2\x80\xa8\"");
    row("separators", Value::list({Value::integer(1), Value::dict({{Value::utf8("a"), Value()}})}),
        "[1, {\"a\": null}]");
    row("tuple and set", Value::tuple({Value::set({Value::integer(1)}), Value::tuple({})}), "[[1], []]");
    row("keys",
        Value::dict({{Value::integer(1), Value()}, {Value::real(2.5), Value()},
            {Value::boolean(true), Value()}, {Value(), Value()}}),
        "{\"1\": null, \"2.5\": null, \"true\": null, \"null\": null}");
    row("special floats",
        Value::list({Value::real(std::numeric_limits<double>::quiet_NaN()),
            Value::real(-std::numeric_limits<double>::infinity())}),
        "[NaN, -Infinity]");
    row("decimal", Value::decimal("1.10"), "\"1.10\"");
    row("uuid", Value::uuid(QByteArray::fromHex("00112233445566778899aabbccddeeff")),
        "\"00112233-4455-6677-8899-aabbccddeeff\"");
    row("datetime", Value::dateTime("2020-01-02T03:04:05"), "\"2020-01-02T03:04:05\"");
    row("array", Value::array('i', Value::list({Value::integer(7)})), "[7]");
    row("python 2 text", Value::str("abc"), "\"abc\"");
}

void tst_Codec::writes()
{
    QFETCH(Value, value);
    QFETCH(QByteArray, text);
    const auto encoded = json::encode(value);
    QVERIFY2(encoded.isOk(), encoded ? "" : qPrintable(encoded.error().what));
    QCOMPARE(*encoded, text);
}

void tst_Codec::refusesToWrite_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const Value &value, const char *code = "value.unsupported") {
        QTest::newRow(name) << value << QString::fromLatin1(code);
    };
    row("bytes", Value::bytes("a"));
    row("bytearray", Value::byteArray("a"));
    row("complex", Value::complex(1, 2));
    row("frozenset", Value::frozenSet({}));
    row("time", Value::time("01:02:03"));
    row("timedelta", Value::timeDelta(1, 2, 3));
    row("lone surrogate", Value::utf8("\xed\xa0\x80"));
    row("tuple as a key", Value::dict({{Value::tuple({}), Value()}}));
    row("bytes as a key", Value::dict({{Value::bytes("a"), Value()}}));
    row("uuid as a key", Value::dict({{Value::uuid(QByteArray(16, 'x')), Value()}}));
    row("binary str", Value::str("\xff"));
    row("class", Value::global("os", "system"));
    row("cycle", Value::list({Value::cycle(1)}), "value.cycle");
}

void tst_Codec::refusesToWrite()
{
    QFETCH(Value, value);
    QFETCH(QString, code);
    const auto encoded = json::encode(value);
    QVERIFY(!encoded.isOk());
    QCOMPARE(encoded.error().code, code);
}

void tst_Codec::readsSpecialFloats()
{
    const auto decoded = json::decode("[NaN, Infinity, -Infinity]");
    QVERIFY(decoded.isOk());
    QVERIFY(std::isnan(*decoded->value.at(0).asReal()));
    QVERIFY(*decoded->value.at(1).asReal() > 0 && std::isinf(*decoded->value.at(1).asReal()));
    QVERIFY(*decoded->value.at(2).asReal() < 0 && std::isinf(*decoded->value.at(2).asReal()));
}

void tst_Codec::keepsTheOrderOfKeys()
{
    const QByteArray text = R"({"z": 1, "a": 2, "m": {"y": 3, "b": 4}})";
    QCOMPARE(json::encode(json::decode(text)->value).value(), text);
}

void tst_Codec::boundsEverything()
{
    const auto nested
        = [](int levels) -> QByteArray { return QByteArray(levels, '[') + QByteArray(levels, ']'); };
    QVERIFY(json::decode(nested(200)).isOk());
    const auto deep = json::decode(nested(201));
    QCOMPARE(deep.error().code, u"value.depth"_qs);
    QCOMPARE(deep.error().offset, 200);
    QVERIFY(!json::decode(QByteArray(1'000'000, '[')).isOk());
    QVERIFY(!json::decode(QByteArray("{\"\":").repeated(300'000)).isOk());
    Limits limits;
    limits.maxNodes = 3;
    QVERIFY(json::decode("[1,2]", limits).isOk());
    QCOMPARE(json::decode("[1,2,3]", limits).error().code, u"value.nodes"_qs);
    limits = {};
    limits.maxDecodedBytes = 10'000;
    QCOMPARE(
        json::decode('[' + QByteArray("0,").repeated(5'000) + "0]", limits).error().code, u"value.memory"_qs);
    QVERIFY(json::decode(QByteArray(4'300, '9'))->value.isBigInteger());
    QCOMPARE(json::decode(QByteArray(4'301, '9'))->value.toText(), u"integer, 4301 digits"_qs);
}

void tst_Codec::sharesLongTexts()
{
    const QByteArray text = "[\"" + QByteArray(10'000, 'x') + "\"]";
    const auto decoded = json::decode(text);
    QCOMPARE(decoded->value.at(0).rawBytes().data(), text.constData() + 2);
}

QTEST_GUILESS_MAIN(tst_Codec)
#include "tst_codec.moc"

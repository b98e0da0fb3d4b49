// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/marshal/marshal.h>

#include <QTest>

using namespace pyrolens;

namespace {

QByteArray fromHex(const char *hex)
{
    return QByteArray::fromHex(hex);
}

} // namespace

/// Limits, refusals, references and cycles.
class tst_Codec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refuses_data();
    void refuses();
    void refusesToWrite();
    void keepsCycles_data();
    void keepsCycles();
    void writesSharedValuesOnce();
    void readsStringsOfPython2();
    void boundsNesting();
    void boundsCounts();
    void boundsIntegers();
    void boundsSharedKeys();
    void reportsBytesBehindTheValue();
};

void tst_Codec::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("offset");
    const auto row = [](const char *name, const char *hex, int offset, const char *code = "value.marshal") {
        QTest::newRow(name) << fromHex(hex) << QString::fromLatin1(code) << offset;
    };
    row("nothing", "", 0);
    row("unknown type", "3f", 0);
    row("null outside of a dict", "30", 0);
    row("null in place of a value", "7b4e30", 2);
    row("null in a list", "5b0100000030", 5);
    row("code object", "6300000000", 0);
    row("negative count", "5bffffffff", 0);
    row("count beyond the data", "5b0100004e4e", 6);
    row("negative size", "73ffffffff", 0);
    row("no such reference", "7200000000", 0);
    row("reference before its value is there", "bc010000007200000000", 5);
    row("no such interned string", "5200000000", 0);
    row("digit out of range", "6c01000000ff80", 5);
    row("not normalised",
        "6c020000000100"
        "0000",
        7);
    row("text that is no number", "6603616263", 2);
    row("bad utf-8", "7502000000c328", 5, "value.utf8");
    row("unhashable key", "7b5b000000004e30", 1, "value.key");
    row("unhashable member", "3c010000005b00000000", 5, "value.key");
}

void tst_Codec::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QFETCH(int, offset);
    const auto decoded = marshal::decode(bytes);
    QVERIFY(!decoded.isOk());
    QCOMPARE(decoded.error().code, code);
    QCOMPARE(decoded.error().offset, offset);
}

void tst_Codec::refusesToWrite()
{
    for (const Value &value : {Value::decimal("1"), Value::date("2020-01-01"), Value::timeDelta(1, 2, 3),
             Value::global("os", "system"), Value::reference({}), Value::ext(1, "x")}) {
        const auto encoded = marshal::encode(Value::tuple({value}));
        QVERIFY(!encoded.isOk());
        QCOMPARE(encoded.error().code, u"value.unsupported"_qs);
    }
    QCOMPARE(marshal::encode(Value::list({Value::cycle(1)})).error().code, u"value.cycle"_qs);
    QCOMPARE(marshal::encode(Value(), {.version = 3}).error().kind, Error::Kind::Usage);
}

void tst_Codec::keepsCycles_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("list in itself") << fromHex("db010000007200000000");
    QTest::newRow("dict in itself") << fromHex("fbda0161720000000030");
    QTest::newRow("list in a tuple in the list") << fromHex("a901db010000007200000000");
}

void tst_Codec::keepsCycles()
{
    QFETCH(QByteArray, bytes);
    const auto decoded = marshal::decode(bytes);
    QVERIFY2(decoded.isOk(), decoded ? "" : qPrintable(decoded.error().what));
    QVERIFY(decoded->value.cycleId() != 0);
    QCOMPARE(marshal::encode(decoded->value, {.version = 2}).error().code, u"value.cycle"_qs);
    const auto written = marshal::encode(decoded->value, {.version = 4});
    QVERIFY2(written.isOk(), written ? "" : qPrintable(written.error().what));
    QVERIFY(marshal::decode(*written)->value == decoded->value);
}

void tst_Codec::writesSharedValuesOnce()
{
    const Value text = Value::utf8(QByteArray(1'000, 'x'));
    const Value value = Value::list({text, Value::tuple({text, text})});
    const auto written = marshal::encode(value, {.version = 4});
    QVERIFY(written.isOk());
    QVERIFY(written->size() < 1'040);
    const auto decoded = marshal::decode(*written);
    QVERIFY(decoded->value == value);
    QCOMPARE(decoded->value.at(0).identity(), decoded->value.at(1).at(0).identity());
    QCOMPARE(marshal::encode(value)->size(), 3 * 1'005 + 10);
}

void tst_Codec::readsStringsOfPython2()
{
    // ['a', 'a', '\xff'] as Python 2 interns the first.
    const QByteArray bytes = fromHex("5b0300000074010000006152000000007301000000ff");
    const auto two = marshal::decode(bytes, {}, {.dialect = Dialect::Python2});
    QVERIFY(two->value == Value::list({Value::str("a"), Value::str("a"), Value::str("\xff")}));
    const auto three = marshal::decode(bytes);
    QVERIFY(three->value == Value::list({Value::utf8("a"), Value::utf8("a"), Value::bytes("\xff")}));
}

void tst_Codec::boundsNesting()
{
    const auto nested = [](int levels) -> QByteArray { return fromHex("5b01000000").repeated(levels) + 'N'; };
    QVERIFY(marshal::decode(nested(200)).isOk());
    const auto refused = marshal::decode(nested(201));
    QVERIFY(!refused.isOk());
    QCOMPARE(refused.error().code, u"value.depth"_qs);
    QVERIFY(!marshal::decode(nested(200'000)).isOk());
    QVERIFY(!marshal::decode(fromHex("a901").repeated(200'000)).isOk());
}

void tst_Codec::boundsCounts()
{
    // Announced and not there: refused before anything is reserved.
    QCOMPARE(marshal::decode(fromHex("28ffffff7f")).error().code, u"value.marshal"_qs);
    Limits limits;
    limits.maxNodes = 10;
    const QByteArray list = fromHex("5b0a000000") + QByteArray(10, 'N');
    QCOMPARE(marshal::decode(list, limits).error().code, u"value.nodes"_qs);
    limits.maxNodes = 11;
    QVERIFY(marshal::decode(list, limits).isOk());
    // References cost nothing to write and are counted all the same.
    const QByteArray many
        = fromHex("db00010000") + fromHex("f80000000000") + fromHex("7200000000").repeated(255);
    QVERIFY(!marshal::decode(many, limits).isOk());
}

void tst_Codec::boundsIntegers()
{
    Limits limits;
    limits.maxIntegerBytes = 100;
    const QByteArray digits = fromHex("ff7f").repeated(60);
    const auto shown = marshal::decode(fromHex("6c3c000000") + digits, limits);
    QVERIFY(shown.isOk());
    QVERIFY(shown->value.toText().startsWith(u"integer, "));
    QVERIFY(marshal::decode(fromHex("6c3c000000") + digits)->value.isBigInteger());
    QVERIFY(!marshal::decode(fromHex("6c00000080")).isOk());
}

void tst_Codec::boundsSharedKeys()
{
    // A key of 2^40 leaves in a few bytes: tuples of twice the one before.
    QByteArray bytes = fromHex("db29000000") + fromHex("a90169") + fromHex("01000000");
    for (quint8 i = 1; i < 40; ++i) {
        const QByteArray reference = 'r' + QByteArray(1, char(i)) + QByteArray(3, '\0');
        bytes += fromHex("a902") + reference + reference;
    }
    bytes += '{' + QByteArray("r\x28\0\0\0", 5) + "N0";
    const auto refused = marshal::decode(bytes);
    QVERIFY(!refused.isOk());
    QCOMPARE(refused.error().code, u"value.expansion"_qs);
}

void tst_Codec::reportsBytesBehindTheValue()
{
    const auto decoded = marshal::decode("NN");
    QVERIFY(decoded.isOk());
    QCOMPARE(decoded->bytesUsed, 1);
}

QTEST_GUILESS_MAIN(tst_Codec)
#include "tst_codec.moc"

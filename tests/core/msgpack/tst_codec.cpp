// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/msgpack/msgpack.h>

#include <QTest>

#include <limits>

using namespace pyrolens;

namespace {

QByteArray fromHex(const char *hex)
{
    return QByteArray::fromHex(hex);
}

} // namespace

/// The forms of the format, Pyro's extension types, limits.
class tst_Codec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAndWrites_data();
    void readsAndWrites();
    void readsOnly_data();
    void readsOnly();
    void refuses_data();
    void refuses();
    void refusesToWrite_data();
    void refusesToWrite();
    void keepsExtensionsWhenAsked();
    void takesOddKeysWhenAsked();
    void boundsEverything();
};

void tst_Codec::readsAndWrites_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Value>("value");
    const auto row = [](const char *name, const char *hex, const Value &value) {
        QTest::newRow(name) << fromHex(hex) << value;
    };
    row("none", "c0", {});
    row("true", "c3", Value::boolean(true));
    row("fixint", "7f", Value::integer(127));
    row("uint8", "cc80", Value::integer(128));
    row("uint16", "cd0100", Value::integer(256));
    row("uint32", "ce00010000", Value::integer(65536));
    row("uint64", "cf0000000100000000", Value::integer(4294967296));
    row("large uint64", "cfffffffffffffffff",
        *Value::integerFromText("18446744073709551615", Value::Kind::Int, 50));
    row("negative fixint", "e0", Value::integer(-32));
    row("int8", "d0df", Value::integer(-33));
    row("int16", "d1ff7f", Value::integer(-129));
    row("int32", "d2ffff7fff", Value::integer(-32769));
    row("int64", "d3ffffffff7fffffff", Value::integer(-2147483649));
    row("integer as text", "c714313138343436373434303733373039353531363136",
        *Value::integerFromText("18446744073709551616", Value::Kind::Int, 50));
    row("float", "cb3ff8000000000000", Value::real(1.5));
    row("text", "a26162", Value::utf8("ab"));
    row("bytes", "c40161", Value::bytes("a"));
    row("list", "92c001", Value::list({Value(), Value::integer(1)}));
    row("dict", "81a16101", Value::dict({{Value::utf8("a"), Value::integer(1)}}));
    row("complex", "d830000000000000f03f00000000000000c0", Value::complex(1, -2));
    row("date", "d7338e3a0b0000000000", Value::date("2015-10-15"));
}

void tst_Codec::readsAndWrites()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Value, value);
    const auto decoded = msgpack::decode(bytes);
    QVERIFY2(decoded.isOk(), decoded ? "" : qPrintable(decoded.error().what));
    QVERIFY(decoded->value == value);
    QCOMPARE(decoded->bytesUsed, bytes.size());
    QCOMPARE(msgpack::encode(value).value().toHex(), bytes.toHex());
    for (qsizetype cut = 0; cut < bytes.size(); ++cut)
        QCOMPARE(msgpack::decode(bytes.first(cut)).error().code, u"value.msgpack"_qs);
}

void tst_Codec::readsOnly_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Value>("value");
    const auto row = [](const char *name, const char *hex, const Value &value) {
        QTest::newRow(name) << fromHex(hex) << value;
    };
    row("float32", "ca3fc00000", Value::real(1.5));
    row("long form of a small integer", "d30000000000000001", Value::integer(1));
    row("str8", "d90161", Value::utf8("a"));
    row("str16", "da000161", Value::utf8("a"));
    row("str32", "db0000000161", Value::utf8("a"));
    row("bin16", "c5000161", Value::bytes("a"));
    row("bin32", "c60000000161", Value::bytes("a"));
    row("array16", "dc0001c0", Value::list({Value()}));
    row("array32", "dd00000001c0", Value::list({Value()}));
    row("map16", "de0001a161c0", Value::dict({{Value::utf8("a"), Value()}}));
    row("map32", "df00000001a161c0", Value::dict({{Value::utf8("a"), Value()}}));
    row("date of Windows", "d63301000000", Value::date("0001-01-01"));
    row("date", "d7330100000000000000", Value::date("0001-01-01"));
    row("last date", "d733dbb9370000000000", Value::date("9999-12-31"));
    row("integer in an extension", "d5312d31", Value::integer(-1));
}

void tst_Codec::readsOnly()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Value, value);
    const auto decoded = msgpack::decode(bytes);
    QVERIFY2(decoded.isOk(), decoded ? "" : qPrintable(decoded.error().what));
    QVERIFY(decoded->value == value);
}

void tst_Codec::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("offset");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const char *hex, int offset, const char *code = "value.msgpack") {
        QTest::newRow(name) << fromHex(hex) << offset << QString::fromLatin1(code);
    };
    row("nothing", "", 0);
    row("reserved type", "c1", 0);
    row("text too short", "a36162", 3);
    row("bad utf-8", "a2c328", 1, "value.utf8");
    row("more items than bytes", "ddffffffff00", 6);
    row("more pairs than bytes", "dfffffffff0000", 7);
    row("integer as a key", "8101c0", 1, "value.key");
    row("none as a key", "81c0c0", 1, "value.key");
    row("unknown extension", "d40100", 0);
    row("time stamp of msgpack itself", "d6ff00000000", 0);
    row("complex of 8 bytes", "d7300000000000000000", 0);
    row("fraction", "c703312f3133", 0);
    row("date zero", "d7330000000000000000", 0);
    row("date of 2 bytes", "d5330000", 0);
    row("datetime nan", "d732000000000000f87f", 0);
    row("datetime far away", "d732000000000000f07e", 0);
}

void tst_Codec::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, offset);
    QFETCH(QString, code);
    const auto decoded = msgpack::decode(bytes);
    QVERIFY(!decoded.isOk());
    QCOMPARE(decoded.error().code, code);
    QCOMPARE(decoded.error().offset, offset);
}

void tst_Codec::refusesToWrite_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const Value &value, const char *code = "value.unsupported") {
        QTest::newRow(name) << value << QString::fromLatin1(code);
    };
    row("frozenset", Value::frozenSet({}));
    row("time", Value::time("01:02:03"));
    row("timedelta", Value::timeDelta(1, 2, 3));
    row("zoned datetime", Value::dateTime("2020-01-01T00:00:00+01:00"));
    row("lone surrogate", Value::utf8("\xed\xa0\x80"));
    row("class", Value::global("os", "system"));
    row("extension code", Value::ext(300, "x"));
    row("cycle", Value::list({Value::cycle(1)}), "value.cycle");
}

void tst_Codec::refusesToWrite()
{
    QFETCH(Value, value);
    QFETCH(QString, code);
    const auto encoded = msgpack::encode(value);
    QVERIFY(!encoded.isOk());
    QCOMPARE(encoded.error().code, code);
}

void tst_Codec::keepsExtensionsWhenAsked()
{
    for (const char *hex :
        {"d40100", "c70031", "d6ff00000000", "c7033100000a", "d830000000000000f03f00000000000000c0"}) {
        const auto kept = msgpack::decode(fromHex(hex), {}, {.convertExtensions = false});
        QVERIFY(kept.isOk());
        QCOMPARE(kept->value.kind(), Value::Kind::Ext);
        QCOMPARE(msgpack::encode(kept->value).value().toHex(), QByteArray(hex));
    }
}

void tst_Codec::takesOddKeysWhenAsked()
{
    const QByteArray bytes = fromHex("820102c0c0");
    const auto decoded = msgpack::decode(bytes, {}, {.strictKeys = false});
    QVERIFY(decoded.isOk());
    QCOMPARE(msgpack::encode(decoded->value).value(), bytes);
    QCOMPARE(msgpack::decode(fromHex("8190c0"), {}, {.strictKeys = false})->value.pairs()[0].first.kind(),
        Value::Kind::Tuple);
    QCOMPARE(msgpack::decode(fromHex("8180c0"), {}, {.strictKeys = false}).error().code, u"value.key"_qs);
}

void tst_Codec::boundsEverything()
{
    QVERIFY(msgpack::decode(fromHex("91").repeated(200) + fromHex("c0")).isOk());
    const auto deep = msgpack::decode(fromHex("91").repeated(201) + fromHex("c0"));
    QCOMPARE(deep.error().code, u"value.depth"_qs);
    QCOMPARE(deep.error().offset, 200);
    QVERIFY(!msgpack::decode(fromHex("91").repeated(1'000'000)).isOk());
    Limits limits;
    limits.maxNodes = 3;
    QVERIFY(msgpack::decode(fromHex("92c0c0"), limits).isOk());
    QCOMPARE(msgpack::decode(fromHex("93c0c0c0"), limits).error().code, u"value.nodes"_qs);
    limits = {};
    limits.maxDecodedBytes = 1'000;
    QCOMPARE(msgpack::decode(fromHex("dc0100") + QByteArray(256, '\x01'), limits).error().code,
        u"value.memory"_qs);
    const QByteArray text = fromHex("91da2710") + QByteArray(10'000, 'x');
    QCOMPARE(msgpack::decode(text)->value.at(0).rawBytes().data(), text.constData() + 4);
}

QTEST_GUILESS_MAIN(tst_Codec)
#include "tst_codec.moc"

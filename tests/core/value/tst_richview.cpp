// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include <pyrolens/value/tagged.h>

#include <QtTest>

using namespace pyrolens;

class tst_RichView : public QObject
{
    Q_OBJECT

private slots:
    void seesLibraryTypes_data();
    void seesLibraryTypes();
    void leavesOthersAlone_data();
    void leavesOthersAlone();
};

static Value call(const char *module, const char *name, std::vector<Value> args)
{
    Object object;
    object.module = module;
    object.name = name;
    object.args = Value::tuple(std::move(args));
    return Value::object(std::move(object));
}

static Value encoded(const QByteArray &latin1)
{
    return call("_codecs", "encode", {Value::text(QString::fromLatin1(latin1)), Value::text(u"latin1")});
}

static Value withDictItems(Value made, std::vector<Value::Pair> pairs)
{
    Object object = *made.asObject();
    object.dictItems = std::move(pairs);
    return Value::object(std::move(object));
}

static Value uuidOf(const char *number, Object::Made made)
{
    Object object;
    object.made = made;
    object.module = "uuid";
    object.name = "UUID";
    object.args = Value::tuple({});
    object.state = Value::dict({{Value::str("int"), *Value::integerFromText(number, Value::Kind::Long, 50)}});
    return Value::object(std::move(object));
}

// 2020-02-29 12:34:56.000789
static const QByteArray kDateTime = QByteArray::fromHex("07e4021d0c2238000315");

static Value zone(qint64 seconds)
{
    const qint64 days = seconds < 0 ? -1 : 0;
    return call("datetime", "timezone",
        {call("datetime", "timedelta",
            {Value::integer(days), Value::integer(seconds - days * 86'400), Value::integer(0)})});
}

void tst_RichView::seesLibraryTypes_data()
{
    QTest::addColumn<Value>("object");
    QTest::addColumn<Value>("view");
    const auto row
        = [](const char *name, Value object, Value view) { QTest::newRow(name) << object << view; };
    const Value one = Value::integer(1);
    row("set-2", call("__builtin__", "set", {Value::list({one})}), Value::set({one}));
    row("set-3", call("builtins", "set", {Value::list({one})}), Value::set({one}));
    row("set-empty", call("builtins", "set", {}), Value::set({}));
    row("frozenset", call("__builtin__", "frozenset", {Value::list({})}), Value::frozenSet({}));
    row("complex", call("__builtin__", "complex", {Value::real(1), Value::real(-2)}), Value::complex(1, -2));
    row("bytes", encoded("a\xff"), Value::bytes("a\xff"));
    row("bytes-dash", call("_codecs", "encode", {Value::text(u"a"), Value::str("latin-1")}),
        Value::bytes("a"));
    row("bytes-empty", call("__builtin__", "bytes", {}), Value::bytes(""));
    row("bytearray-2", call("__builtin__", "bytearray", {Value::text(u"aÿ"), Value::str("latin-1")}),
        Value::byteArray("a\xff"));
    row("bytearray-3", call("builtins", "bytearray", {Value::bytes("ab")}), Value::byteArray("ab"));
    row("bytearray-encoded", call("builtins", "bytearray", {encoded("ab")}), Value::byteArray("ab"));
    row("bytearray-empty", call("builtins", "bytearray", {}), Value::byteArray(""));
    const Value dateTime = Value::dateTime("2020-02-29T12:34:56.000789");
    row("datetime-2", call("datetime", "datetime", {Value::str(kDateTime)}), dateTime);
    row("datetime-3", call("datetime", "datetime", {Value::bytes(kDateTime)}), dateTime);
    row("datetime-encoded", call("datetime", "datetime", {encoded(kDateTime)}), dateTime);
    row("datetime-text", call("datetime", "datetime", {Value::text(QString::fromLatin1(kDateTime))}),
        dateTime);
    row("datetime-utc", call("datetime", "datetime", {Value::bytes(kDateTime), zone(0)}),
        Value::dateTime("2020-02-29T12:34:56.000789+00:00"));
    row("datetime-zone", call("datetime", "datetime", {Value::bytes(kDateTime), zone(-19'800)}),
        Value::dateTime("2020-02-29T12:34:56.000789-05:30"));
    row("datetime-pytz", call("datetime", "datetime", {Value::str(kDateTime), call("pytz", "_UTC", {})}),
        Value::dateTime("2020-02-29T12:34:56.000789+00:00"));
    QByteArray fold = kDateTime;
    fold[2] = char(fold[2] | 0x80);
    row("datetime-fold", call("datetime", "datetime", {Value::bytes(fold)}), dateTime);
    row("date", call("datetime", "date", {Value::str(kDateTime.first(4))}), Value::date("2020-02-29"));
    row("time", call("datetime", "time", {Value::str(QByteArray::fromHex("010203000000"))}),
        Value::time("01:02:03"));
    row("time-fold", call("datetime", "time", {Value::bytes(QByteArray::fromHex("810203000004"))}),
        Value::time("01:02:03.000004"));
    row("timedelta", call("datetime", "timedelta", {one, Value::integer(2), Value::integer(3)}),
        Value::timeDelta(1, 2, 3));
    row("decimal-2", call("decimal", "Decimal", {Value::str("1.10")}), Value::decimal("1.10"));
    row("decimal-3", call("decimal", "Decimal", {Value::text(u"NaN")}), Value::decimal("NaN"));
    row("ordereddict-2",
        call("collections", "OrderedDict", {Value::list({Value::list({Value::str("z"), one})})}),
        Value::dict({{Value::str("z"), one}}));
    row("ordereddict-3", withDictItems(call("collections", "OrderedDict", {}), {{Value::text(u"z"), one}}),
        Value::dict({{Value::text(u"z"), one}}));
    row("uuid-newobj", uuidOf("42", Object::Made::NewObj),
        Value::uuid(QByteArray(QByteArray(15, '\0') + '\x2a')));
    row("uuid-highest", uuidOf("340282366920938463463374607431768211455", Object::Made::Reconstructor),
        Value::uuid(QByteArray(16, '\xff')));
    row("array-2", call("array", "array", {Value::str("i"), Value::list({one})}),
        Value::array('i', Value::list({one})));
    const auto packed = [](const char *code, int format, const char *hex) {
        return call("array", "_array_reconstructor",
            {Value::global("array", "array"), Value::text(QString::fromLatin1(code)), Value::integer(format),
                Value::bytes(QByteArray::fromHex(hex))});
    };
    const auto numbers = [](char code, std::vector<Value> items) {
        return Value::array(code, Value::list(std::move(items)));
    };
    row("array-u8", packed("B", 0, "01ff"), numbers('B', {one, Value::integer(255)}));
    row("array-s8", packed("b", 1, "01ff"), numbers('b', {one, Value::integer(-1)}));
    row("array-u16-little", packed("H", 2, "0100"), numbers('H', {one}));
    row("array-u16-big", packed("H", 3, "0001"), numbers('H', {one}));
    row("array-s16-big", packed("h", 5, "ffff"), numbers('h', {Value::integer(-1)}));
    row("array-u32-little", packed("I", 6, "ffffffff"), numbers('I', {Value::integer(4294967295)}));
    row("array-s32-little", packed("i", 8, "01000000ffffffff"), numbers('i', {one, Value::integer(-1)}));
    row("array-u64-big", packed("Q", 11, "ffffffffffffffff"),
        numbers('Q', {*Value::integerFromText("18446744073709551615", Value::Kind::Int, 30)}));
    row("array-s64-little", packed("q", 12, "feffffffffffffff"), numbers('q', {Value::integer(-2)}));
    row("array-f32-little", packed("f", 14, "0000003f"), numbers('f', {Value::real(0.5)}));
    row("array-f64-big", packed("d", 17, "3fe0000000000000"), numbers('d', {Value::real(0.5)}));
}

void tst_RichView::seesLibraryTypes()
{
    QFETCH(Value, object);
    QFETCH(Value, view);
    const std::optional<Value> seen = richView(object);
    QVERIFY(seen);
    QCOMPARE(toTagged(*seen, TaggedStyle::Application).toText(),
        toTagged(view, TaggedStyle::Application).toText());
    QVERIFY(*seen == view);
}

void tst_RichView::leavesOthersAlone_data()
{
    QTest::addColumn<Value>("value");
    const auto row = [](const char *name, Value value) { QTest::newRow(name) << value; };
    const Value one = Value::integer(1);
    row("no-object", Value::list({}));
    row("exception", call("exceptions", "KeyError", {one}));
    row("other-module", call("mybuiltins", "set", {Value::list({})}));
    row("other-name", call("__builtin__", "eval", {Value::str("1")}));
    row("set-of-tuple", call("__builtin__", "set", {Value::tuple({})}));
    row("set-two", call("__builtin__", "set", {Value::list({}), one}));
    row("complex-text", call("__builtin__", "complex", {Value::str("1j")}));
    row("bytes-utf8", call("_codecs", "encode", {Value::text(u"a"), Value::text(u"utf-8")}));
    row("bytes-not-latin1", call("_codecs", "encode", {Value::text(u"€"), Value::text(u"latin1")}));
    row("bytearray-text", call("__builtin__", "bytearray", {Value::text(u"a")}));
    row("datetime-short", call("datetime", "datetime", {Value::str("123456789")}));
    row("datetime-no-day",
        call("datetime", "datetime", {Value::str(QByteArray::fromHex("07e5021d000000000000"))}));
    row("datetime-year-0", call("datetime", "datetime", {Value::str(QByteArray(10, '\0'))}));
    row("datetime-hour-24",
        call("datetime", "datetime", {Value::str(QByteArray::fromHex("07e4021d180000000000"))}));
    row("datetime-numbers", call("datetime", "datetime", {Value::integer(2020), one, one}));
    row("datetime-zone",
        call("datetime", "datetime", {Value::str(kDateTime), call("dateutil.tz", "tzlocal", {})}));
    row("datetime-zone-day", call("datetime", "datetime", {Value::str(kDateTime), zone(86'400)}));
    row("date-long", call("datetime", "date", {Value::str(kDateTime)}));
    row("timedelta-two", call("datetime", "timedelta", {one, one}));
    row("decimal-number", call("decimal", "Decimal", {one}));
    row("ordereddict-no-pairs", call("collections", "OrderedDict", {Value::list({one})}));
    row("uuid-negative", uuidOf("-1", Object::Made::NewObj));
    row("uuid-too-large", uuidOf("340282366920938463463374607431768211456", Object::Made::NewObj));
    row("array-code", call("array", "array", {Value::str("ii"), Value::list({})}));
    row("array-cut",
        call("array", "_array_reconstructor",
            {Value::global("array", "array"), Value::text(u"i"), Value::integer(8), Value::bytes("abc")}));
    row("array-format",
        call("array", "_array_reconstructor",
            {Value::global("array", "array"), Value::text(u"u"), Value::integer(18), Value::bytes("ab")}));
    Object extra;
    extra.module = "__builtin__";
    extra.name = "set";
    extra.args = Value::tuple({Value::list({})});
    extra.state = Value::dict({{Value::str("x"), one}});
    row("set-with-attributes", Value::object(extra));
    extra.state.reset();
    extra.listItems = {one};
    row("set-with-items", Value::object(extra));
    extra.listItems.clear();
    extra.args = Value();
    row("no-arguments", Value::object(extra));
}

void tst_RichView::leavesOthersAlone()
{
    QFETCH(Value, value);
    QVERIFY(!richView(value));
    // And no style of printing trips over it.
    for (const TaggedStyle style : {TaggedStyle::Wire, TaggedStyle::Codec, TaggedStyle::Application})
        QVERIFY(fromTagged(toTagged(value, style)));
}

QTEST_GUILESS_MAIN(tst_RichView)
#include "tst_richview.moc"

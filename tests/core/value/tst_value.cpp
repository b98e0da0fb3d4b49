// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "support/valuegenerator.h"

#include <pyrolens/base/error.h>
#include <pyrolens/value/value.h>

#include <QElapsedTimer>
#include <QtTest>

#include <cmath>
#include <limits>
#include <thread>

using namespace pyrolens;
using namespace pyrolens::testing;

class tst_Value : public QObject
{
    Q_OBJECT

private slots:
    void holdsScalars();
    void holdsIntegersOfAnySize_data();
    void holdsIntegersOfAnySize();
    void readsIntegersFromText_data();
    void readsIntegersFromText();
    void countsDigitsBeforeConverting();
    void keepsTextAsUtf8();
    void sharesBytesOfAnOwner();
    void holdsContainers();
    void findsKeys_data();
    void findsKeys();
    void findsKeysFromSeveralThreads();
    void describesInstances();
    void summarisesRemoteErrors();
    void givesNothingForOtherKinds();
    void comparesExactly_data();
    void comparesExactly();
    void comparesLikePython_data();
    void comparesLikePython();
    void comparesRandomValues();
    void comparesSharedGraphsQuickly();
    void comparesGraphsThatAreSharedDifferently();
    void destroysDeepValues();
    void copiesAndMoves();
    void isHandedToOtherThreads();
};

static Value bigOf(const char *digits)
{
    return *Value::integerFromText(digits, Value::Kind::Int, 10'000);
}

void tst_Value::holdsScalars()
{
    QVERIFY(Value().isNone());
    QCOMPARE(Value::boolean(true).asBool(), std::optional(true));
    QCOMPARE(Value::integer(-5).asInteger(), std::optional<qint64>(-5));
    QCOMPARE(Value::longInteger(7).kind(), Value::Kind::Long);
    QCOMPARE(Value::longInteger(7).asInteger(), std::optional<qint64>(7));
    QCOMPARE(Value::real(1.5).asReal(), std::optional(1.5));
    QCOMPARE(Value::complex(1, -2).asComplex(), std::optional(std::pair(1.0, -2.0)));
    const auto delta = Value::timeDelta(-1, 2, 3).asTimeDelta();
    QVERIFY(delta && delta->days == -1 && delta->seconds == 2 && delta->microseconds == 3);
    QCOMPARE(Value::ext(-5, "ab").extCode(), -5);
    QCOMPARE(Value::ext(-5, "ab").rawBytes(), QByteArrayView("ab"));
    QCOMPARE(Value::cycle(9).cycleId(), 9u);
    QCOMPARE(Value::global("os.path", "join").className(), QByteArray("os.path.join"));
    QCOMPARE(Value::decimal("1.0").rawBytes(), QByteArrayView("1.0"));
    QCOMPARE(sizeof(Value), size_t(16));
}

void tst_Value::holdsIntegersOfAnySize_data()
{
    QTest::addColumn<QByteArray>("hex"); // two's complement, little-endian
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("minimal");
    QTest::newRow("zero") << QByteArray() << QByteArray("0") << QByteArray();
    QTest::newRow("zero-padded") << QByteArray("000000") << QByteArray("0") << QByteArray();
    QTest::newRow("one") << QByteArray("01") << QByteArray("1") << QByteArray("01");
    QTest::newRow("minus-one") << QByteArray("ffffff") << QByteArray("-1") << QByteArray("ff");
    QTest::newRow("127") << QByteArray("7f00") << QByteArray("127") << QByteArray("7f");
    QTest::newRow("128") << QByteArray("8000") << QByteArray("128") << QByteArray("8000");
    QTest::newRow("-128") << QByteArray("80ff") << QByteArray("-128") << QByteArray("80");
    QTest::newRow("-129") << QByteArray("7fff") << QByteArray("-129") << QByteArray("7fff");
    QTest::newRow("int64-max") << QByteArray("ffffffffffffff7f00") << QByteArray("9223372036854775807")
                               << QByteArray("ffffffffffffff7f");
    QTest::newRow("int64-min") << QByteArray("0000000000000080") << QByteArray("-9223372036854775808")
                               << QByteArray("0000000000000080");
    QTest::newRow("int64-max+1") << QByteArray("000000000000008000") << QByteArray("9223372036854775808")
                                 << QByteArray("000000000000008000");
    QTest::newRow("int64-min-1") << QByteArray("ffffffffffffff7fff") << QByteArray("-9223372036854775809")
                                 << QByteArray("ffffffffffffff7fff");
    QTest::newRow("2^64") << QByteArray("000000000000000001") << QByteArray("18446744073709551616")
                          << QByteArray("000000000000000001");
    QTest::newRow("-2^64") << QByteArray("0000000000000000ff") << QByteArray("-18446744073709551616")
                           << QByteArray("0000000000000000ff");
    QTest::newRow("10^18*3") << QByteArray("00002cf61a24a22900") << QByteArray("3000000000000000000")
                             << QByteArray("00002cf61a24a229");
}

void tst_Value::holdsIntegersOfAnySize()
{
    QFETCH(QByteArray, hex);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, minimal);
    const Value value = Value::bigInteger(QByteArray::fromHex(hex));
    QCOMPARE(value.integerText(), std::optional(text));
    QCOMPARE(value.integerBytes().toHex(), minimal);
    QCOMPARE(value.isBigInteger(), !value.asInteger().has_value());
    QCOMPARE(value, *Value::integerFromText(text, Value::Kind::Int, 100));
    QCOMPARE(Value::bigInteger(value.integerBytes()), value);
    QVERIFY(Value::bigInteger(QByteArray::fromHex(hex), Value::Kind::Long) != value);
}

void tst_Value::readsIntegersFromText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("good");
    QTest::newRow("plain") << QByteArray("12") << true;
    QTest::newRow("minus") << QByteArray("-12") << true;
    QTest::newRow("zeros") << QByteArray("000") << true;
    QTest::newRow("18-digits") << QByteArray(18, '9') << true;
    QTest::newRow("19-digits") << QByteArray(19, '9') << true;
    QTest::newRow("20-digits") << QByteArray(20, '9') << true;
    QTest::newRow("21-digits") << QByteArray(21, '9') << false;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("minus-only") << QByteArray("-") << false;
    QTest::newRow("plus") << QByteArray("+1") << false;
    QTest::newRow("space") << QByteArray("1 ") << false;
    QTest::newRow("underscore") << QByteArray("1_0") << false;
    QTest::newRow("letter") << QByteArray("0x1") << false;
    QTest::newRow("point") << QByteArray("1.0") << false;
}

void tst_Value::readsIntegersFromText()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, good);
    const auto value = Value::integerFromText(text, Value::Kind::Int, 20);
    QCOMPARE(value.has_value(), good);
    if (good && !text.startsWith("00"))
        QCOMPARE(value->integerText(), std::optional(text));
}

void tst_Value::countsDigitsBeforeConverting()
{
    const QByteArray nines(100, '9');
    const Value value = bigOf(nines.constData());
    QVERIFY(!value.integerText(99));
    QCOMPARE(value.integerText(100), std::optional(nines));
    QVERIFY(value.integerText(101));
    // One MiB of digits is refused at once, not after seconds of division.
    const Value huge = Value::bigInteger(QByteArray(1024 * 1024, '\x5a'));
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!huge.integerText());
    QVERIFY(timer.elapsed() < 2'000);
    QCOMPARE(huge.integerBytes().size(), 1024 * 1024);
}

void tst_Value::keepsTextAsUtf8()
{
    QCOMPARE(Value::text(u"é€😀").rawBytes(), QByteArrayView("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
    QCOMPARE(Value::text(u8"é€").toText(), QStringLiteral("é€"));
    const QString lone = QString(QChar(0xd800)) + u'x' + QChar(0xdc00);
    QCOMPARE(Value::text(lone).rawBytes(), QByteArrayView("\xed\xa0\x80x\xed\xb0\x80"));
    QCOMPARE(Value::text(lone).toText(), lone);
    QCOMPARE(Value::str("\xe9").toText(), QStringLiteral("é")); // Latin-1 when it is no UTF-8
    QCOMPARE(Value::str("\xc3\xa9").toText(), QStringLiteral("é"));
    QCOMPARE(Value::bytes("a").toText(), QString());
    QCOMPARE(Value::text(u"").size(), 0);
    QVERIFY(Value::text(QString()) == Value::text(u""));
}

void tst_Value::sharesBytesOfAnOwner()
{
    Value text;
    Value copy;
    {
        QByteArray owner("hello world");
        text = Value::view(Value::Kind::Text, owner, 6, 5);
        QCOMPARE(static_cast<const void *>(text.rawBytes().data()),
            static_cast<const void *>(owner.constData() + 6));
        copy = text;
        owner[6] = 'W'; // detaches: the view keeps the old block
    }
    QCOMPARE(text.rawBytes(), QByteArrayView("world"));
    QCOMPARE(text, Value::text(u"world"));
    QCOMPARE(copy, text);
    const Value dict = Value::dict({{text, Value::integer(1)}});
    QVERIFY(dict.find("world"));
}

void tst_Value::holdsContainers()
{
    const Value list = Value::list({Value::integer(1), Value::text(u"a")});
    QCOMPARE(list.size(), 2);
    QCOMPARE(list.at(1), Value::text(u"a"));
    QVERIFY(list.at(2).isNone());
    QVERIFY(list.at(-1).isNone());
    QVERIFY(list.isContainer());
    const Value dict = Value::dict({{Value::text(u"k"), list}});
    QCOMPARE(dict.pairs().size(), size_t(1));
    QCOMPARE(dict.pairs()[0].second.identity(), list.identity());
    QCOMPARE(dict.cycleId(), 0u);
    const Value array = Value::array('i', list);
    QCOMPARE(array.typeCode(), 'i');
    QCOMPARE(array.items().size(), size_t(1));
    QCOMPARE(array.at(0), list);
    QCOMPARE(Value::persistentId(list).at(0), list);
    QCOMPARE(Value::set({list}).items().size(), size_t(1));
    QVERIFY(Value::tuple({}).items().empty());
    QVERIFY(!Value::text(u"a").isContainer());
    QVERIFY(Value().identity() == nullptr);
}

void tst_Value::findsKeys_data()
{
    QTest::addColumn<int>("count");
    for (const int count : {0, 1, 2, 15, 16, 17, 18, 100, 5'000})
        QTest::addRow("pairs-%d", count) << count;
}

void tst_Value::findsKeys()
{
    QFETCH(int, count);
    std::vector<Value::Pair> pairs;
    for (int i = 0; i < count; ++i) {
        const QByteArray name = "key" + QByteArray::number(i);
        pairs.emplace_back(i % 2 ? Value::str(name) : Value::utf8(name), Value::integer(i));
    }
    pairs.emplace_back(Value::tuple({Value::integer(1), Value::text(u"x")}), Value::integer(-1));
    pairs.emplace_back(Value::real(2.5), Value::integer(-2));
    pairs.emplace_back(Value::frozenSet({Value::integer(5)}), Value::integer(-3));
    const Value dict = Value::dict(std::move(pairs));
    for (int i = 0; i < count; ++i) {
        const QByteArray name = "key" + QByteArray::number(i);
        const Value *found = dict.find(name);
        QVERIFY(found);
        QCOMPARE(found->asInteger(), std::optional<qint64>(i));
        QVERIFY(dict.find(i % 2 ? Value::str(name) : Value::utf8(name)));
        QVERIFY(!dict.find(i % 2 ? Value::utf8(name) : Value::str(name))); // exact
    }
    QVERIFY(!dict.find("key"));
    QVERIFY(!dict.find("key-1"));
    QVERIFY(!dict.find(""));
    QCOMPARE(*dict.find(Value::tuple({Value::integer(1), Value::text(u"x")})), Value::integer(-1));
    QVERIFY(!dict.find(Value::tuple({Value::integer(1), Value::str("x")})));
    QCOMPARE(*dict.find(Value::real(2.5)), Value::integer(-2));
    QCOMPARE(*dict.find(Value::frozenSet({Value::integer(5)})), Value::integer(-3));
    QVERIFY(!dict.find(Value::integer(2)));
    QVERIFY(!Value::list({}).find("a"));
}

void tst_Value::findsKeysFromSeveralThreads()
{
    for (int round = 0; round < 50; ++round) {
        std::vector<Value::Pair> pairs;
        for (int i = 0; i < 40; ++i)
            pairs.emplace_back(Value::integer(i), Value::integer(i));
        const Value dict = Value::dict(std::move(pairs));
        std::atomic<int> found = 0;
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&dict, &found] {
                const Value mine = dict;
                for (int i = 0; i < 40; ++i)
                    found += mine.find(Value::integer(i)) ? 1 : 0;
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(found.load(), 160);
    }
}

void tst_Value::describesInstances()
{
    Object object;
    object.module = "shapes";
    object.name = "Plain";
    object.args = Value::tuple({});
    QVERIFY(object.attributes().empty());
    object.state = Value::dict({{Value::str("a"), Value::integer(1)}});
    QCOMPARE(object.attributes().size(), size_t(1));
    // What a class with __slots__ leaves: (dict or None, slots).
    object.state = Value::tuple({Value(), Value::dict({{Value::str("p"), Value::integer(1)}})});
    QCOMPARE(object.attributes().size(), size_t(1));
    object.state = Value::tuple(
        {Value::dict({{Value::str("a"), Value()}}), Value::dict({{Value::str("p"), Value::integer(1)}})});
    QCOMPARE(object.attributes().size(), size_t(2));
    object.state = Value::integer(5);
    QVERIFY(object.attributes().empty());
    const Value value = Value::object(object);
    QCOMPARE(value.className(), QByteArray("shapes.Plain"));
    QCOMPARE(value.asObject()->state, std::optional(Value::integer(5)));
}

void tst_Value::summarisesRemoteErrors()
{
    RemoteError error;
    error.className = QStringLiteral("exceptions.KeyError");
    QCOMPARE(error.summary(), QStringLiteral("KeyError"));
    error.args = Value::tuple({Value::str("x")});
    QCOMPARE(error.summary(), QStringLiteral("KeyError: x"));
    error.args = Value::tuple({Value::integer(2), Value::text(u"gone"), Value(), Value::list({})});
    QCOMPARE(error.summary(), QStringLiteral("KeyError: 2, gone, None, …"));
    const Error made = RemoteError::toError(error);
    QCOMPARE(made.kind, Error::Kind::Remote);
    QCOMPARE(made.what, error.summary());
    QCOMPARE(made.remote->className, error.className);
}

void tst_Value::givesNothingForOtherKinds()
{
    for (const Value &value : {Value(), Value::text(u"1"), Value::list({}), Value::cycle(1)}) {
        QVERIFY(!value.asBool() && !value.asInteger() && !value.asReal() && !value.asComplex()
            && !value.asTimeDelta());
        QVERIFY(!value.integerText() && value.integerBytes().isEmpty());
        QVERIFY(!value.asObject() && !value.asReference() && !value.asError());
        QVERIFY(value.pairs().empty() && value.items().empty() && value.module().isEmpty());
        QCOMPARE(value.typeCode(), '\0');
        QCOMPARE(value.extCode(), 0);
    }
    QVERIFY(!Value::boolean(true).asInteger());
    QVERIFY(!Value::integer(1).asReal());
}

void tst_Value::comparesExactly_data()
{
    QTest::addColumn<Value>("a");
    QTest::addColumn<Value>("b");
    QTest::addColumn<bool>("equal");
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto row
        = [](const char *name, Value a, Value b, bool equal) { QTest::newRow(name) << a << b << equal; };
    row("none", Value(), Value(), true);
    row("int-long", Value::integer(1), Value::longInteger(1), false);
    row("int-bool", Value::integer(1), Value::boolean(true), false);
    row("int-float", Value::integer(1), Value::real(1), false);
    row("nan", Value::real(nan), Value::real(-nan), true);
    row("zeros", Value::real(0.0), Value::real(-0.0), false);
    row("big", bigOf("99999999999999999999"), bigOf("99999999999999999999"), true);
    row("big-other", bigOf("99999999999999999999"), bigOf("99999999999999999998"), false);
    row("text-str", Value::text(u"a"), Value::str("a"), false);
    row("text", Value::text(u"a longer text"), Value::text(u"a longer text"), true);
    row("text-other", Value::text(u"a longer text"), Value::text(u"a longer texT"), false);
    row("bytes-other", Value::bytes("ab"), Value::bytes("ac"), false);
    row("complex-nan", Value::complex(nan, 1), Value::complex(nan, 1), true);
    row("list-tuple", Value::list({}), Value::tuple({}), false);
    row("list", Value::list({Value::integer(1)}), Value::list({Value::integer(1)}), true);
    row("list-longer", Value::list({Value::integer(1)}), Value::list({Value::integer(1), Value()}), false);
    row("dict-order", Value::dict({{Value::integer(1), Value()}, {Value::integer(2), Value()}}),
        Value::dict({{Value::integer(2), Value()}, {Value::integer(1), Value()}}), false);
    row("array-code", Value::array('i', Value::list({})), Value::array('l', Value::list({})), false);
    row("ext-code", Value::ext(1, "a"), Value::ext(2, "a"), false);
    row("cycle", Value::cycle(1), Value::cycle(1), true);
    row("cycle-other", Value::cycle(1), Value::cycle(2), false);
    row("timedelta", Value::timeDelta(1, 2, 3), Value::timeDelta(1, 2, 4), false);
    row("global", Value::global("a.b", "c"), Value::global("a", "b.c"), false);
    Object object;
    object.name = "C";
    object.args = Value::tuple({});
    Object withState = object;
    withState.state = Value();
    row("object", Value::object(object), Value::object(object), true);
    row("object-state", Value::object(object), Value::object(withState), false);
    Object madeOtherwise = object;
    madeOtherwise.made = Object::Made::Inst;
    row("object-made", Value::object(object), Value::object(madeOtherwise), false);
    Object listed = object;
    listed.listItems = {Value::integer(1)};
    Object keyed = object;
    keyed.dictItems = {{Value::integer(1), Value::integer(2)}};
    row("object-items", Value::object(listed), Value::object(keyed), false);
    Reference reference;
    reference.uri = QStringLiteral("a");
    Reference other = reference;
    other.timeout = 1.0;
    row("reference", Value::reference(reference), Value::reference(reference), true);
    row("reference-timeout", Value::reference(reference), Value::reference(other), false);
    RemoteError error;
    error.args = Value::tuple({Value::integer(1)});
    RemoteError error2 = error;
    error2.args = Value::tuple({Value::integer(2)});
    row("error", Value::error(error), Value::error(error), true);
    row("error-args", Value::error(error), Value::error(error2), false);
}

void tst_Value::comparesExactly()
{
    QFETCH(Value, a);
    QFETCH(Value, b);
    QFETCH(bool, equal);
    QCOMPARE(a == b, equal);
    QCOMPARE(b == a, equal);
    const Value copy = a;
    QVERIFY(a == copy);
    QCOMPARE(Value::tuple({Value(), a}) == Value::tuple({Value(), b}), equal);
}

void tst_Value::comparesLikePython_data()
{
    QTest::addColumn<Value>("a");
    QTest::addColumn<Value>("b");
    QTest::addColumn<bool>("equal");
    const auto row
        = [](const char *name, Value a, Value b, bool equal) { QTest::newRow(name) << a << b << equal; };
    const double nan = std::numeric_limits<double>::quiet_NaN();
    row("int-float", Value::integer(1), Value::real(1), true);
    row("int-bool", Value::integer(1), Value::boolean(true), true);
    row("int-long", Value::integer(1), Value::longInteger(1), true);
    row("int-complex", Value::integer(1), Value::complex(1, 0), true);
    row("int-complex-other", Value::integer(1), Value::complex(1, 1), false);
    row("float-fraction", Value::integer(1), Value::real(1.5), false);
    row("float-not-rounded", Value::integer(9007199254740993), Value::real(9007199254740992.0), false);
    row("float-exact", Value::integer(9007199254740992), Value::real(9007199254740992.0), true);
    row("float-big", bigOf("18446744073709551616"), Value::real(18446744073709551616.0), true);
    row("float-big-other", bigOf("18446744073709551617"), Value::real(18446744073709551616.0), false);
    row("float-inf", bigOf("18446744073709551617"), Value::real(std::numeric_limits<double>::infinity()),
        false);
    row("float-negative", Value::integer(-3), Value::real(-3), true);
    row("zeros", Value::real(0.0), Value::real(-0.0), true);
    row("nan", Value::real(nan), Value::real(nan), false);
    row("text-str", Value::text(u"abc"), Value::str("abc"), true);
    row("text-str-accent", Value::text(u"é"), Value::str("\xc3\xa9"), false);
    row("bytes-bytearray", Value::bytes("a"), Value::byteArray("a"), true);
    row("bytes-text", Value::bytes("a"), Value::text(u"a"), false);
    row("none-zero", Value(), Value::integer(0), false);
    row("list-tuple", Value::list({}), Value::tuple({}), false);
    row("list", Value::list({Value::integer(1)}), Value::list({Value::real(1)}), true);
    row("dict-order", Value::dict({{Value::integer(1), Value()}, {Value::text(u"a"), Value::integer(1)}}),
        Value::dict({{Value::str("a"), Value::real(1)}, {Value::boolean(true), Value()}}), true);
    row("dict-value", Value::dict({{Value::integer(1), Value()}}),
        Value::dict({{Value::integer(1), Value::integer(0)}}), false);
    row("dict-key", Value::dict({{Value::integer(1), Value()}}), Value::dict({{Value::integer(2), Value()}}),
        false);
    row("set-order", Value::set({Value::integer(1), Value::text(u"a")}),
        Value::frozenSet({Value::text(u"a"), Value::real(1)}), true);
    row("set-other", Value::set({Value::integer(1)}), Value::set({Value::integer(2)}), false);
    row("set-of-tuples", Value::set({Value::tuple({Value::integer(1), Value::text(u"a")}), Value()}),
        Value::set({Value(), Value::tuple({Value::boolean(true), Value::str("a")})}), true);
    row("set-of-sets", Value::set({Value::frozenSet({Value::integer(1), Value::integer(2)})}),
        Value::set({Value::frozenSet({Value::integer(2), Value::real(1)})}), true);
}

void tst_Value::comparesLikePython()
{
    QFETCH(Value, a);
    QFETCH(Value, b);
    QFETCH(bool, equal);
    QCOMPARE(pythonEquals(a, b), equal);
    QCOMPARE(pythonEquals(b, a), equal);
}

void tst_Value::comparesRandomValues()
{
    // The same seed makes equal values of different nodes; another seed nearly never does.
    int equalToNext = 0;
    for (quint32 seed = 1; seed <= 500; ++seed) {
        const Value a = ValueGenerator(seed).next();
        QVERIFY(a == ValueGenerator(seed).next());
        equalToNext += a == ValueGenerator(seed + 1).next() ? 1 : 0;
    }
    QVERIFY(equalToNext < 100);
}

static Value doubled(int levels, const Value &seed)
{
    Value value = seed;
    for (int i = 0; i < levels; ++i)
        value = i % 2 ? Value::list({value, value})
                      : Value::dict({{Value::text(u"a"), value}, {Value(), value}});
    return value;
}

void tst_Value::comparesSharedGraphsQuickly()
{
    QElapsedTimer timer;
    timer.start();
    const Value a = doubled(60, Value::list({Value::integer(1)}));
    const Value b = doubled(60, Value::list({Value::integer(1)}));
    const Value c = doubled(60, Value::list({Value::integer(2)}));
    QVERIFY(a == b);
    QVERIFY(!(a == c));
    QVERIFY(pythonEquals(a, b));
    QVERIFY(!pythonEquals(a, c));
    // As a key: hashed and compared once per node.
    Value tuple = Value::tuple({Value::integer(1)});
    Value tuple2 = Value::tuple({Value::integer(1)});
    for (int i = 0; i < 60; ++i) {
        tuple = Value::tuple({tuple, tuple});
        tuple2 = Value::tuple({tuple2, tuple2});
    }
    std::vector<Value::Pair> pairs;
    for (int i = 0; i < 20; ++i)
        pairs.emplace_back(Value::integer(i), Value());
    pairs.emplace_back(tuple, Value::integer(5));
    const Value dict = Value::dict(std::move(pairs));
    QVERIFY(dict.find(tuple2));
    QVERIFY2(timer.elapsed() < 5'000, "walked every path instead of every node");
}

void tst_Value::comparesGraphsThatAreSharedDifferently()
{
    const auto leaf = [] { return Value::list({Value::integer(1)}); };
    const Value one = leaf();
    const Value shared = Value::list({one, one});
    const Value apart = Value::list({leaf(), leaf()});
    QVERIFY(shared == apart);
    QVERIFY(apart == shared);
    const Value other = Value::list({one, Value::list({Value::integer(2)})});
    QVERIFY(!(shared == other));
    QVERIFY(!(other == shared));
}

void tst_Value::destroysDeepValues()
{
    Value value;
    for (int i = 0; i < 1'000'000; ++i) {
        switch (i % 5) {
        case 0:
            value = Value::list({value});
            break;
        case 1:
            value = Value::tuple({Value(), value});
            break;
        case 2:
            value = Value::dict({{Value::integer(1), value}});
            break;
        case 3:
            value = Value::persistentId(value);
            break;
        default: {
            Object object;
            object.name = "C";
            object.args = Value::tuple({value});
            value = Value::object(std::move(object));
        }
        }
    }
    value = Value();
    QVERIFY(value.isNone());
}

void tst_Value::copiesAndMoves()
{
    Value a = Value::text(u"text");
    const void *node = a.identity();
    Value b = a;
    QCOMPARE(b.identity(), node);
    QVERIFY(a.isShared());
    Value c = std::move(a);
    QVERIFY(a.isNone()); // NOLINT: the moved-from state is part of the promise
    b = Value();
    QVERIFY(!c.isShared());
    // Assigning a part of itself.
    Value list = Value::list({Value::list({Value::integer(1)})});
    list = list.at(0);
    QCOMPARE(list, Value::list({Value::integer(1)}));
    Value &alias = list;
    list = alias;
    QCOMPARE(list.size(), 1);
}

void tst_Value::isHandedToOtherThreads()
{
    const Value shared = Value::list({Value::text(u"a"), Value::dict({{Value::integer(1), Value::real(2)}})});
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&shared, &good] {
            for (int i = 0; i < 2'000; ++i) {
                const Value mine = shared;
                const Value inner = mine.at(1);
                good += inner.find(Value::integer(1))->asReal() == 2.0 ? 1 : 0;
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(good.load(), 8'000);
    QVERIFY(!shared.isShared());
}

QTEST_GUILESS_MAIN(tst_Value)
#include "tst_value.moc"

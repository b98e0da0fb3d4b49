// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "picklecases.h"
#include "samegraph.h"

#include <pyrolens/value/tagged.h>

#include <QTest>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

constexpr Dialect kOld = Dialect::Python2;
constexpr Dialect kNew = Dialect::Python3;

Value object(Object::Made made, Value args, std::optional<Value> state = {})
{
    Object out;
    out.made = made;
    out.module = "m";
    out.name = "C";
    out.args = std::move(args);
    out.state = std::move(state);
    return Value::object(std::move(out));
}

/// All bytes of a literal, zeros included.
template <std::size_t Size>
QByteArray raw(const char (&bytes)[Size])
{
    return QByteArray(bytes, qsizetype(Size) - 1);
}

/// How instances are written depends on the protocol, so what is read back can only be compared inside a
/// group.
int group(int protocol)
{
    return std::min(protocol, 3);
}

} // namespace

class tst_Encode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesExactBytes_data();
    void writesExactBytes();
    void readsBackRecordedCase_data();
    void readsBackRecordedCase();
    void readsBackPyro3Bodies();
    void numbersOnlyWhatIsMetAgain();
    void batchesBy1000();
    void writesCyclesOfCombinedValues();
    void refusesWhatCannotBeWritten_data();
    void refusesWhatCannotBeWritten();
    void refusesWrongProtocol();
    void stopsAtLimits();
    void writesDeepValuesWithoutDeepCalls();
    void writesIntegersOfAnySize_data();
    void writesIntegersOfAnySize();
};

void tst_Encode::writesExactBytes_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<int>("protocol");
    QTest::addColumn<int>("dialect");
    QTest::addColumn<QByteArray>("bytes");
    const auto row
        = [](const char *name, int protocol, Dialect dialect, Value value, const QByteArray &bytes) {
              QTest::addRow("%s-p%d-python%d", name, protocol, dialect == kOld ? 2 : 3)
                  << std::move(value) << protocol << int(dialect) << bytes;
          };
    // Source: pyro3.md section 6, the table of opcodes.
    for (const Dialect dialect : {kOld, kNew}) {
        row("none", 0, dialect, Value(), "N.");
        row("true", 1, dialect, Value::boolean(true), "I01\n.");
        row("false", 2, dialect, Value::boolean(false), "\x80\x02\x89.");
        row("int", 0, dialect, Value::integer(-7), "I-7\n.");
        row("u8", 1, dialect, Value::integer(255), "K\xff.");
        row("u16", 1, dialect, Value::integer(256), raw("M\0\1."));
        row("u16-top", 2, dialect, Value::integer(65535), "\x80\x02M\xff\xff.");
        row("s32", 1, dialect, Value::integer(65536), raw("J\0\0\1\0."));
        row("s32-negative", 1, dialect, Value::integer(-1), "J\xff\xff\xff\xff.");
        row("float", 1, dialect, Value::real(1.5), raw("G?\xf8\0\0\0\0\0\0."));
        row("float-text", 0, dialect, Value::real(0.1), "F0.10000000000000001\n.");
        row("float-minus-zero", 0, dialect, Value::real(-0.0), "F-0\n.");
        row("float-minus-inf", 0, dialect, Value::real(-qInf()), "F-inf\n.");
        row("float-nan", 0, dialect, Value::real(qQNaN()), "Fnan\n.");
        row("unicode", 1, dialect, Value::text(u8"\u20ac"), raw("X\3\0\0\0\xe2\x82\xac."));
        row("unicode-text", 0, dialect, Value::text(u8"a\\\n\u00e9\u20ac\U0001f40d"),
            "Va\\u005c\\u000a\xe9\\u20ac\\U0001f40d\n.");
        row("list", 2, dialect, Value::list({Value::integer(1), Value::integer(2)}), "\x80\x02](K\1K\2e.");
        row("list-one", 1, dialect, Value::list({Value::integer(1)}), "]K\1a.");
        row("list-text", 0, dialect, Value::list({Value::integer(1), Value::integer(2)}), "(lI1\naI2\na.");
        row("tuple-0", 0, dialect, Value::tuple({}), "(t.");
        row("tuple-0", 1, dialect, Value::tuple({}), ").");
        row("tuple-2", 1, dialect, Value::tuple({Value(), Value()}), "(NNt.");
        row("tuple-3", 2, dialect, Value::tuple({Value(), Value(), Value()}), "\x80\x02NNN\x87.");
        row("tuple-4", 2, dialect, Value::tuple({Value(), Value(), Value(), Value()}), "\x80\x02(NNNNt.");
        row("dict", 1, dialect, Value::dict({{Value::integer(1), Value()}, {Value::integer(2), Value()}}),
            "}(K\1NK\2Nu.");
        row("dict-text", 0, dialect, Value::dict({{Value::integer(1), Value()}}), "(dI1\nNs.");
    }
    row("wide", 2, kOld, Value::integer(1LL << 40), "\x80\x02I1099511627776\n.");
    row("wide", 2, kNew, Value::integer(1LL << 40), raw("\x80\2\x8a\6\0\0\0\0\0\1."));
    row("wide", 0, kNew, Value::integer(1LL << 40), "L1099511627776L\n.");
    row("long", 0, kOld, Value::longInteger(5), "L5L\n.");
    row("long", 2, kOld, Value::longInteger(255), raw("\x80\2\x8a\2\xff\0."));
    row("long-zero", 2, kOld, Value::longInteger(0), raw("\x80\2\x8a\0."));
    row("str", 0, kOld, Value::str("it's \x01\\"), "S\"it's \\x01\\\\\"\n.");
    row("str", 1, kOld, Value::str("abc"), "U\3abc.");
    row("str-256", 1, kOld, Value::str(QByteArray(256, 'a')), raw("T\0\1\0\0") + QByteArray(256, 'a') + '.');
    row("bytes", 2, kOld, Value::bytes("abc"), "\x80\2U\3abc.");
    row("bytes", 3, kNew, Value::bytes("abc"), "\x80\3C\3abc.");
    row("bytes", 2, kNew, Value::bytes("\xff"),
        raw("\x80\2c_codecs\nencode\nX\2\0\0\0\xc3\xbfX\6\0\0\0latin1\x86R."));
    row("text", 4, kNew, Value::text(u8"abc"), "\x80\4\x8c\3abc.");
    row("set", 2, kOld, Value::set({Value::integer(1)}), "\x80\2c__builtin__\nset\n]K\1a\x85R.");
    row("set", 3, kNew, Value::set({Value::integer(1)}), "\x80\3cbuiltins\nset\n]K\1a\x85R.");
    row("set", 4, kNew, Value::set({Value::integer(1)}), "\x80\4\x8f(K\1\x90.");
    row("frozenset", 4, kNew, Value::frozenSet({Value::integer(1)}), "\x80\4(K\1\x91.");
    row("complex", 2, kOld, Value::complex(0, 1),
        raw("\x80\2c__builtin__\ncomplex\nG\0\0\0\0\0\0\0\0G?\xf0\0\0\0\0\0\0\x86R."));
    row("bytearray", 5, kNew, Value::byteArray("x"), raw("\x80\5\x96\1\0\0\0\0\0\0\0x."));
    row("class", 0, kOld, Value::global("m", "C"), "cm\nC\n.");
    row("class", 4, kNew, Value::global("m", "A.B"), "\x80\4\x8c\1m\x8c\3A.B\x93.");
    row("class-renamed", 2, kOld, Value::global("builtins", "KeyError"),
        "\x80\2"
        "cexceptions\nKeyError\n.");
    row("class-renamed", 3, kNew, Value::global("exceptions", "KeyError"),
        "\x80\3"
        "cbuiltins\nKeyError\n.");
    row("class-kept", 2, kOld, Value::global("queue", "Full"),
        "\x80\2"
        "cqueue\nFull\n.");
    row("class-library", 2, kNew, Value::global("queue", "Full"),
        "\x80\2"
        "cQueue\nFull\n.");
    const Value state = Value::dict({{Value::str("a"), Value::integer(1)}});
    row("inst", 0, kOld, object(Object::Made::Inst, Value::tuple({Value::integer(3)}), state),
        "(I3\nim\nC\n(dS'a'\nI1\nsb.");
    row("inst", 2, kOld, object(Object::Made::Inst, Value::tuple({}), state), "\x80\2(cm\nC\no}U\1aK\1sb.");
    row("obj", 1, kOld, object(Object::Made::Obj, Value::tuple({Value::integer(3)})), "(cm\nC\nK\3o.");
    row("obj", 0, kOld, object(Object::Made::Obj, Value::tuple({})), "(im\nC\n.");
    row("newobj", 2, kOld, object(Object::Made::NewObj, Value::tuple({}), state),
        "\x80\2cm\nC\n)\x81}U\1aK\1sb.");
    row("newobj", 0, kOld, object(Object::Made::NewObj, Value::tuple({}), state),
        "ccopy_reg\n_reconstructor\n(cm\nC\nc__builtin__\nobject\nNtR(dS'a'\nI1\nsb.");
    row("newobj-arguments", 1, kOld, object(Object::Made::NewObj, Value::tuple({Value::integer(5)})),
        "ccopy_reg\n__newobj__\n(cm\nC\nK\5tR.");
    row("reduce", 1, kOld, object(Object::Made::Reduce, Value::tuple({Value::integer(5)})), "cm\nC\n(K\5tR.");
    row("reduce-no-arguments", 2, kOld, object(Object::Made::Reduce, Value()),
        "\x80\2"
        "cm\nC\n)R.");
}

void tst_Encode::writesExactBytes()
{
    QFETCH(Value, value);
    QFETCH(int, protocol);
    QFETCH(int, dialect);
    QFETCH(QByteArray, bytes);
    const Result<QByteArray> written = pickle::encode(value, {protocol, Dialect(dialect), true});
    QVERIFY2(written, written ? "" : qPrintable(written.error().what));
    QCOMPARE(*written, bytes);
}

void tst_Encode::readsBackRecordedCase_data()
{
    QTest::addColumn<int>("index");
    const std::vector<PickleCase> cases = pickleCases();
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (!cases[i].isMalformed)
            QTest::addRow("%s", cases[i].name.constData()) << int(i);
    }
}

void tst_Encode::readsBackRecordedCase()
{
    QFETCH(int, index);
    static const std::vector<PickleCase> cases = pickleCases();
    const PickleCase &one = cases[std::size_t(index)];
    const Result<Decoded> decoded = pickle::decode(one.bytes, {}, one.options);
    QVERIFY(decoded);
    const Json expected = withSortedSets(toTagged(decoded->value, TaggedStyle::Codec));
    const Dialect dialect = one.isPython2 ? kOld : kNew;
    for (int protocol = 0; protocol <= (one.isPython2 ? 2 : 5); ++protocol) {
        const Result<QByteArray> bytes = pickle::encode(decoded->value, {protocol, dialect, true});
        if (!bytes && protocol == 0 && one.options.allowPersistent)
            continue; // protocol 0 writes a persistent id as a line of text, a tuple is none
        QVERIFY2(bytes, bytes ? "" : qPrintable(bytes.error().what));
        const Result<Decoded> again = pickle::decode(*bytes, {}, one.options);
        QVERIFY2(again, again ? "" : qPrintable(again.error().what));
        const Json got = withSortedSets(toTagged(again->value, TaggedStyle::Codec));
        if (group(protocol) == group(one.protocol))
            QVERIFY2(SameGraph()(got, expected),
                QByteArray(got.toText() + "\nexpected " + expected.toText()).left(3000).constData());
        // Written again it is the same: nothing depends on where the value came from.
        const Result<QByteArray> third = pickle::encode(again->value, {protocol, dialect, true});
        QVERIFY(third);
        QCOMPARE(third->toHex(), bytes->toHex());
    }
}

void tst_Encode::readsBackPyro3Bodies()
{
    for (const PickleCase &one : pyro3Bodies()) {
        const Result<Decoded> decoded = pickle::decode(one.bytes);
        QVERIFY(decoded);
        for (int protocol = 0; protocol <= 2; ++protocol) {
            const Result<QByteArray> bytes = pickle::encode(decoded->value, {protocol, kOld, true});
            QVERIFY2(bytes, one.name.constData());
            const Result<Decoded> again = pickle::decode(*bytes);
            QVERIFY2(again, one.name.constData());
            if (one.protocol != 2 || protocol != 2)
                continue;
            const Json got = toTagged(again->value, TaggedStyle::Wire);
            const Json expected = toTagged(decoded->value, TaggedStyle::Wire);
            QVERIFY2(SameGraph()(got, expected), one.name.constData());
            QVERIFY2(bytes->size() <= one.bytes.size(), one.name.constData());
        }
    }
}

void tst_Encode::numbersOnlyWhatIsMetAgain()
{
    const Value shared = Value::list({Value::integer(1)});
    const Value single = Value::list({Value::integer(2)});
    const Value both = Value::tuple({shared, single, shared});
    QCOMPARE(*pickle::encode(both), raw("\x80\2]q\0K\1a]K\2ah\0\x87."));
    // A handle elsewhere changes nothing.
    const Value elsewhere = single;
    QCOMPARE(*pickle::encode(both), raw("\x80\2]q\0K\1a]K\2ah\0\x87."));
    QCOMPARE(*pickle::encode(both, {0, kOld, true}), "((lp0\nI1\na(lI2\nag0\nt.");
    QCOMPARE(*pickle::encode(both, {4, kNew, true}), raw("\x80\4]\x94K\1a]K\2ah\0\x87."));
    // Numbers beyond one byte.
    std::vector<Value> items;
    for (int i = 0; i < 300; ++i)
        items.push_back(Value::list({Value::integer(i)}));
    const std::size_t count = items.size();
    for (std::size_t i = 0; i < count; ++i)
        items.push_back(items[i]);
    const Value many = Value::list(std::move(items));
    const Result<QByteArray> bytes = pickle::encode(many);
    QVERIFY(bytes);
    const Result<Decoded> again = pickle::decode(*bytes);
    QVERIFY(again);
    QCOMPARE(again->value, many);
    QVERIFY(again->value.at(299).identity() == again->value.at(599).identity());
}

void tst_Encode::batchesBy1000()
{
    const auto written = [](int count) -> QByteArray {
        std::vector<Value> items(std::size_t(count), Value::none());
        return *pickle::encode(Value::list(std::move(items)), {1, kOld, true});
    };
    QCOMPARE(written(1000), "](" + QByteArray(1000, 'N') + "e.");
    QCOMPARE(written(1001), "](" + QByteArray(1000, 'N') + "eNa.");
    QCOMPARE(written(1002), "](" + QByteArray(1000, 'N') + "e(NNe.");
}

void tst_Encode::writesCyclesOfCombinedValues()
{
    // Numbers of cycles are local to the value that was decoded: two of them meet here.
    const Value a = pickle::decode("]q\1K\1ah\1a.")->value;
    const Value b = pickle::decode("]q\1K\2ah\1a.")->value;
    const Value both = Value::list({a, b, Value::dict({{Value::integer(1), b}})});
    const Result<QByteArray> bytes = pickle::encode(both);
    QVERIFY(bytes);
    QCOMPARE(*bytes, raw("\x80\2](]q\0(K\1h\0e]q\1(K\2h\1e}K\1h\1se."));
}

void tst_Encode::refusesWhatCannotBeWritten_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, Value value, const char *code) {
        QTest::newRow(name) << std::move(value) << QString::fromLatin1(code);
    };
    row("ext", Value::ext(1, "x"), "value.unsupported");
    row("reference", Value::reference({}), "value.unsupported");
    row("error", Value::error({}), "value.unsupported");
    row("cycle-to-nowhere", Value::list({Value::cycle(1)}), "value.cycle");
    row("cycle-alone", Value::cycle(1), "value.cycle");
    row("part-of-a-cycle", pickle::decode("]q\1]h\1aa.")->value.at(0), "value.cycle");
    row("line-break-in-module", Value::global("os\nsystem", "x"), "value.unsupported");
    row("line-break-in-name", Value::tuple({Value::global("m", "x\n(S'a'\ntR.")}), "value.unsupported");
    Object broken;
    broken.args = Value::list({});
    row("arguments-no-tuple", Value::object(broken), "value.unsupported");
    Object nameless;
    nameless.made = Object::Made::Dict;
    nameless.name = "C";
    row("class-without-module", Value::object(nameless), "value.unsupported");
    row("date", Value::date("2021-13-01"), "value.unsupported");
    row("time-zone-in-python2", Value::dateTime("2021-01-01T00:00:00+00:00"), "value.unsupported");
}

void tst_Encode::refusesWhatCannotBeWritten()
{
    QFETCH(Value, value);
    QFETCH(QString, code);
    for (int protocol = 0; protocol <= 2; ++protocol) {
        const Result<QByteArray> bytes = pickle::encode(value, {protocol, kOld, true});
        QVERIFY(!bytes);
        QCOMPARE(bytes.error().kind, Error::Kind::Unsupported);
        QCOMPARE(bytes.error().code, code);
    }
}

void tst_Encode::refusesWrongProtocol()
{
    QCOMPARE(pickle::encode(Value(), {3, kOld, true}).error().kind, Error::Kind::Usage);
    QCOMPARE(pickle::encode(Value(), {6, kNew, true}).error().kind, Error::Kind::Usage);
    QCOMPARE(pickle::encode(Value(), {-1, kNew, true}).error().kind, Error::Kind::Usage);
}

void tst_Encode::stopsAtLimits()
{
    Limits limits;
    limits.maxExpandedNodes = 4;
    const auto list
        = [](int count) { return Value::list(std::vector<Value>(std::size_t(count), Value::none())); };
    QVERIFY(pickle::encode(list(2), {}, limits));
    QVERIFY(pickle::encode(list(3), {}, limits));
    const Result<QByteArray> refused = pickle::encode(list(4), {}, limits);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, QStringLiteral("value.expansion"));

    limits = {};
    limits.maxDepth = 3;
    const auto nested = [](int depth) {
        Value value;
        for (int i = 0; i < depth; ++i)
            value = Value::tuple({std::move(value)});
        return value;
    };
    QVERIFY(pickle::encode(nested(2), {}, limits));
    QVERIFY(pickle::encode(nested(3), {}, limits));
    QCOMPARE(pickle::encode(nested(4), {}, limits).error().code, QStringLiteral("value.depth"));

    limits = {};
    limits.maxIntegerDigits = 20;
    limits.maxIntegerBytes = 300;
    const auto power = [](qsizetype bytes) {
        const QByteArray digits = QByteArray(bytes, '\0') + '\1';
        return Value::bigInteger(digits);
    };
    QVERIFY(pickle::encode(power(299), {2, kOld, true}, limits));
    QCOMPARE(
        pickle::encode(power(300), {2, kOld, true}, limits).error().code, QStringLiteral("value.integer"));
    QVERIFY(pickle::encode(power(8), {0, kOld, true}, limits)); // 20 digits
    QCOMPARE(pickle::encode(power(9), {0, kOld, true}, limits).error().code, QStringLiteral("value.integer"));

    // Shared parts are visited once, however often they are met.
    Value doubled = Value::list({Value::integer(1)});
    for (int i = 0; i < 60; ++i)
        doubled = Value::tuple({doubled, doubled});
    const Result<QByteArray> graph = pickle::encode(doubled);
    QVERIFY(graph);
    QVERIFY(graph->size() < 1000);
}

void tst_Encode::writesDeepValuesWithoutDeepCalls()
{
    Limits limits;
    limits.maxDepth = 1000;
    QByteArray deep = "]";
    for (int i = 0; i < 998; ++i)
        deep.prepend('(').append(i % 3 == 0 ? "l" : "t");
    deep += '.';
    const Result<Decoded> decoded = pickle::decode(deep, limits);
    QVERIFY2(decoded, decoded ? "" : qPrintable(decoded.error().what));
    const Result<QByteArray> bytes = pickle::encode(decoded->value, {}, limits);
    QVERIFY(bytes);
    const Result<Decoded> again = pickle::decode(*bytes, limits);
    QVERIFY(again);
    QCOMPARE(again->value, decoded->value);
}

void tst_Encode::writesIntegersOfAnySize_data()
{
    QTest::addColumn<int>("bits");
    for (const int bits : {0, 7, 8, 15, 16, 31, 32, 62, 63, 64, 127, 128, 2039, 2040, 2048, 12000})
        QTest::addRow("bits-%d", bits) << bits;
}

void tst_Encode::writesIntegersOfAnySize()
{
    QFETCH(int, bits);
    QByteArray power(bits / 8 + 2, '\0');
    power[bits / 8] = char(1 << (bits % 8));
    QByteArray below(power.size(), '\xff'); // minus the power of two: invert and add one
    for (qsizetype i = 0, carry = 1; i < power.size(); ++i) {
        const int sum = int(uchar(~uchar(power[i]))) + int(carry);
        below[i] = char(uchar(sum & 0xff));
        carry = sum >> 8;
    }
    for (const Value::Kind kind : {Value::Kind::Int, Value::Kind::Long}) {
        for (const QByteArray &digits : {power, below}) {
            const Value value = Value::bigInteger(digits, kind);
            for (int protocol = 0; protocol <= 5; ++protocol) {
                const Dialect dialect = protocol > 2 ? kNew : kOld;
                const Result<QByteArray> bytes = pickle::encode(value, {protocol, dialect, true});
                QVERIFY(bytes);
                const Result<Decoded> again = pickle::decode(*bytes);
                QVERIFY(again);
                QCOMPARE(again->value.integerBytes(), value.integerBytes());
                QVERIFY(again->value.kind() == kind || value.isBigInteger() || protocol > 2);
            }
        }
    }
}

QTEST_GUILESS_MAIN(tst_Encode)
#include "tst_encode.moc"

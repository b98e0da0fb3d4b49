// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "picklecases.h"
#include <pyrolens/value/tagged.h>

#include <QTest>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

QByteArray taggedText(const Value &value)
{
    return toTagged(value, TaggedStyle::Codec).toText();
}

} // namespace

class tst_Decode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void decodesRecordedCase_data();
    void decodesRecordedCase();
    void decodesPyro3Body_data();
    void decodesPyro3Body();
    void readsOpcode_data();
    void readsOpcode();
    void refusesBadInput_data();
    void refusesBadInput();
    void keepsLongApartInProtocolsOfPython2();
    void sharesLargePayloadsWithTheMessage();
    void keepsSharedTuplesShared();
    void keepsMemoizedTextOnce();
    void listsGlobalsOnceInOrder();
    void reportsBytesBehindStop();
    void takesExtensionsFromTheRegistryOnly();
    void showsVeryLongIntegersAsText();

private:
    std::vector<PickleCase> m_cases;
    std::vector<PickleCase> m_bodies;
};

void tst_Decode::initTestCase()
{
    m_cases = pickleCases();
    m_bodies = pyro3Bodies();
    QVERIFY(m_cases.size() > 600);
    QVERIFY(m_bodies.size() > 1000);
}

void tst_Decode::decodesRecordedCase_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < m_cases.size(); ++i)
        QTest::addRow("%s", m_cases[i].name.constData()) << int(i);
}

void tst_Decode::decodesRecordedCase()
{
    QFETCH(int, index);
    const PickleCase &one = m_cases[std::size_t(index)];
    const Result<Decoded> decoded = pickle::decode(one.bytes, {}, one.options);
    if (one.isMalformed) {
        QVERIFY(!decoded);
        QCOMPARE(decoded.error().kind, Error::Kind::Protocol);
        QVERIFY(decoded.error().offset >= 0 && decoded.error().offset <= one.bytes.size());
        return;
    }
    QVERIFY2(decoded, decoded ? "" : qPrintable(decoded.error().what));
    const Json got = withSortedSets(toTagged(decoded->value, TaggedStyle::Codec));
    const Json expected = withSortedSets(one.decoded);
    QCOMPARE(got.toText(), expected.toText());
}

void tst_Decode::decodesPyro3Body_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < m_bodies.size(); ++i)
        QTest::addRow("%s", m_bodies[i].name.constData()) << int(i);
}

void tst_Decode::decodesPyro3Body()
{
    QFETCH(int, index);
    const PickleCase &one = m_bodies[std::size_t(index)];
    const Result<Decoded> decoded = pickle::decode(one.bytes);
    QVERIFY2(decoded, decoded ? "" : qPrintable(decoded.error().what));
    QCOMPARE(withSortedSets(toTagged(decoded->value, TaggedStyle::Wire)).toText(),
        withSortedSets(one.decoded).toText());
    QCOMPARE(decoded->bytesUsed, one.bytes.size());
}

void tst_Decode::readsOpcode_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("tagged");
    const auto row = [](const char *name, const QByteArray &bytes, const char *tagged) {
        QTest::newRow(name) << bytes << QByteArray(tagged);
    };
    row("dup", QByteArray("]2\x86."), R"({"$tuple":[{"$id":1,"$v":[]},{"$ref":1}]})");
    row("pop-takes-the-mark", "K\x05(0.", "5");
    row("pop-mark-nested",
        "K\x01(K\x02(K\x03"
        "11.",
        "1");
    row("dict-from-mark",
        "(K\x01K\x02K\x03K\x04"
        "d.",
        R"({"$dict":[[1,2],[3,4]]})");
    row("list-from-mark-empty", "(l.", "[]");
    row("string-escapes", "S'a\\n\\t\\\\\\'\\x41\\101\\q'\n.", R"({"$str":"a\n\t\\'AA\\q"})");
    row("string-double-quotes", "S\"it's\"\n.", R"({"$str":"it's"})");
    row("string-trailing-blanks", "S'a' \r\n.", R"({"$str":"a"})");
    row("unicode-escapes", "V\\u20ac\xe9\\U0001f40d\\\\u0041\n.",
        "\"\xe2\x82\xac\xc3\xa9\xf0\x9f\x90\x8d\\\\\\\\u0041\"");
    row("int-crlf", "I12\r\n.", "12");
    row("int-wide", "I123456789012345678901\n.", R"({"$int":"123456789012345678901"})");
    row("int-with-l", "I7L\n.", "7");
    row("long-text", "L-12L\n.", "-12");
    row("long-text-bare", "L5\n.", "5");
    row("long1-zero", QByteArray("\x80\x02\x8a\x00.", 5), "0");
    row("float-inf", "F-inf\n.", R"({"$float":"-inf"})");
    row("float-windows", "F1.#INF\n.", R"({"$float":"inf"})");
    row("float-windows-nan", "F-1.#IND\n.", R"({"$float":"nan"})");
    row("float-integer", "F3\n.", R"({"$float":"3.0"})");
    row("float-tiny", "F4.9406564584124654e-324\n.", R"({"$float":"5e-324"})");
    row("inst-with-arguments", "(K\x01ishapes\nOld\n(dS'a'\nI1\nsb.",
        R"({"$instance":"shapes.Old","made":"inst","args":[1],"state":{"$dict":[[{"$str":"a"},1]]}})");
    row("obj", "(cshapes\nOld\nK\x01o.", R"({"$instance":"shapes.Old","made":"obj","args":[1]})");
    row("newobj-ex",
        "\x80\x04"
        "cm\nC\nK\x01\x85}U\x01kK\x02s\x92.",
        R"({"$instance":"m.C","made":"newobj_ex","args":[1],"kwargs":{"$dict":[[{"$str":"k"},2]]}})");
    row("reconstructor-python3", "ccopyreg\n_reconstructor\n(cm\nC\ncbuiltins\nint\nK\x05tR.",
        R"({"$instance":"m.C","made":"reconstructor","base":5})");
    row("newobj-function", "ccopy_reg\n__newobj__\n(cm\nC\nK\x05tR.",
        R"({"$instance":"m.C","made":"newobj","args":[5]})");
    row("reduce-callee-is-call", "cm\nf\n)R)R.",
        R"({"$call":{"$call":"m.f","made":"reduce"},"made":"reduce"})");
    row("setitems-on-object", "cm\nC\n)\x81(K\x01K\x02u.",
        R"({"$instance":"m.C","made":"newobj","dictitems":[[1,2]]})");
    row("appends-on-object",
        "cm\nC\n)\x81(K\x01K\x02"
        "e.",
        R"({"$instance":"m.C","made":"newobj","listitems":[1,2]})");
    row("build-twice", "cm\nC\n)\x81}K\x01K\x02sb}K\x03K\x04sb.",
        R"({"$instance":"m.C","made":"newobj","state":{"$dict":[[1,2],[3,4]]}})");
    row("empty-set-additems", "\x80\x04\x8f(K\x01\x90.", R"({"$set":[1]})");
    row("frozenset", "\x80\x04(K\x01\x91.", R"({"$frozenset":[1]})");
    row("memo-number-32-bit", QByteArray("]r\xff\xff\xff\xffj\xff\xff\xff\xff\x86."),
        R"({"$tuple":[{"$id":1,"$v":[]},{"$ref":1}]})");
    row("memo-text-number", "(lp4294967295\ng4294967295\n\x86.",
        R"({"$tuple":[{"$id":1,"$v":[]},{"$ref":1}]})");
    row("memo-overwritten",
        "K\x01q\x05K\x02q\x05"
        "0h\x05\x86.",
        R"({"$tuple":[1,2]})");
    row("memoize-counts-entries",
        QByteArray("\x80\x04K\x07q\x09\x94K\x08\x94"
                   "0h\x01h\x02\x87."),
        R"({"$tuple":[7,7,8]})");
    row("short-binunicode", "\x80\x04\x8c\x02hi.", R"("hi")");
    row("bytearray8", QByteArray("\x80\x05\x96\x02\0\0\0\0\0\0\0\x01\x02.", 14), R"({"$bytearray":"0102"})");
    row("binbytes8", QByteArray("\x80\x04\x8e\x02\0\0\0\0\0\0\0\x01\x02.", 14), R"({"$bytes":"0102"})");
    row("later-key-wins", "}(K\x01K\x02K\x01K\x03u.", R"({"$dict":[[1,3]]})");
    row("recursive-tuple-pop",
        "\x80\x02]q\x01h\x01\x85q\x02"
        "a0h\x02.",
        R"({"$tuple":[{"$id":1,"$v":[{"$tuple":[{"$ref":1}]}]}]})");
    row("recursive-tuple-pop-mark",
        "(]q\x01(h\x01tq\x02"
        "a1h\x02.",
        R"({"$tuple":[{"$id":1,"$v":[{"$tuple":[{"$ref":1}]}]}]})");
    row("object-in-its-own-state", "cm\nC\n)\x81q\x01}U\x01sh\x01sb.",
        R"({"$id":1,"$v":{"$instance":"m.C","made":"newobj","state":{"$dict":[[{"$str":"s"},{"$ref":1}]]}}})");
    row("object-in-its-own-arguments",
        "cm\nf\n]q\x01\x85Rq\x02"
        "0h\x01h\x02"
        "a.",
        R"({"$id":1,"$v":[{"$call":"m.f","made":"reduce","args":[{"$ref":1}]}]})");
}

void tst_Decode::readsOpcode()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, tagged);
    const Result<Decoded> decoded = pickle::decode(bytes);
    QVERIFY2(decoded, decoded ? "" : qPrintable(decoded.error().what));
    QCOMPARE(taggedText(decoded->value), tagged);
}

void tst_Decode::refusesBadInput_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("offset");
    const auto row = [](const char *name, const QByteArray &bytes, const char *code, int offset) {
        QTest::newRow(name) << bytes << QString::fromLatin1(code) << offset;
    };
    row("empty", "", "pickle.truncated", 0);
    row("no-stop", "K\x01", "pickle.truncated", 2);
    row("cut-argument", "]M\x01", "pickle.truncated", 1);
    row("cut-line", "]I12", "pickle.truncated", 1);
    row("stop-without-value", ".", "pickle.opcode", 0);
    row("unknown-opcode", "]\xff.", "pickle.opcode", 1);
    row("protocol-6", "\x80\x06N.", "pickle.opcode", 0);
    row("underflow", "\x86.", "pickle.opcode", 0);
    row("underflow-at-mark", "K\x01(\x85.", "pickle.opcode", 3);
    row("no-mark", "K\x01t.", "pickle.opcode", 2);
    row("no-list-below-mark",
        "(K\x01"
        "e.",
        "pickle.opcode", 3);
    row("unset-memo", "h\x05.", "pickle.opcode", 0);
    row("unset-memo-sparse", "j\xff\xff\xff\xff.", "pickle.opcode", 0);
    row("memo-number-too-large", "Np4294967296\n.", "pickle.opcode", 1);
    row("memo-number-negative", "Np-1\n.", "pickle.opcode", 1);
    row("put-on-empty-stack", "q\x01.", "pickle.opcode", 0);
    row("huge-text",
        "X\xff\xff\xff\x7f"
        "abc.",
        "pickle.truncated", 0);
    row("huge-bytes8",
        "\x8e\xff\xff\xff\xff\xff\xff\xff\xff"
        "abc.",
        "pickle.truncated", 0);
    row("huge-frame", "\x95\xff\xff\xff\xff\xff\xff\xff\x7f.", "pickle.truncated", 0);
    row("negative-binstring", "T\xff\xff\xff\xff.", "pickle.opcode", 0);
    row("negative-long4", "\x8b\xff\xff\xff\xff.", "pickle.opcode", 0);
    row("bad-utf8", QByteArray("X\x02\0\0\0\xff\xfe.", 8), "value.utf8", 0);
    row("overlong-utf8", QByteArray("X\x02\0\0\0\xc0\x80.", 8), "value.utf8", 0);
    row("bad-unicode-escape", "V\\u12\n.", "value.text", 0);
    row("unicode-escape-too-large", "V\\U00110000\n.", "value.text", 0);
    row("string-unquoted", "Sabc\n.", "value.text", 0);
    row("string-one-quote", "S'\n.", "value.text", 0);
    row("string-cut-escape", "S'\\x4'\n.", "value.text", 0);
    row("int-no-digits", "I\n.", "value.integer", 0);
    row("int-hexadecimal", "I0x10\n.", "value.integer", 0);
    row("long-no-digits", "LL\n.", "value.integer", 0);
    row("float-words", "Fone\n.", "value.float", 0);
    row("float-empty", "F\n.", "value.float", 0);
    row("float-overflow", "F1e999\n.", "value.float", 0);
    row("extension", "\x82\x01.", "pickle.opcode", 0);
    row("persistent-text", "Pid\n.", "pickle.opcode", 0);
    row("persistent", "K\x01Q.", "pickle.opcode", 2);
    row("next-buffer", "\x97.", "pickle.opcode", 0);
    row("readonly-buffer", "C\x01x\x98.", "pickle.opcode", 3);
    row("append-to-tuple",
        ")K\x01"
        "a.",
        "pickle.opcode", 3);
    row("append-to-dict",
        "}K\x01"
        "a.",
        "pickle.opcode", 3);
    row("setitem-on-list", "]K\x01K\x02s.", "pickle.opcode", 5);
    row("setitems-odd", "}(K\x01u.", "pickle.opcode", 4);
    row("additems-to-list", "](K\x01\x90.", "pickle.opcode", 4);
    row("list-as-key", "}]K\x01s.", "value.key", 4);
    row("list-in-set", "\x8f(]\x90.", "value.key", 3);
    row("build-on-list", "]}b.", "pickle.opcode", 2);
    row("build-on-class", "cm\nC\n}b.", "pickle.opcode", 6);
    row("build-second-state",
        "cm\nC\n)\x81K\x01"
        "bK\x02"
        "b.",
        "pickle.opcode", 12);
    row("reduce-number", "K\x01)R.", "pickle.opcode", 3);
    row("reduce-without-tuple", "cm\nf\nNR.", "pickle.opcode", 6);
    row("newobj-without-tuple", "cm\nC\nN\x81.", "pickle.opcode", 6);
    row("newobj-ex-without-dict", "cm\nC\n)N\x92.", "pickle.opcode", 7);
    row("obj-without-class", "(o.", "pickle.opcode", 1);
    row("stack-global-numbers", "K\x01K\x02\x93.", "pickle.opcode", 4);
}

void tst_Decode::refusesBadInput()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QFETCH(int, offset);
    const Result<Decoded> decoded = pickle::decode(bytes);
    QVERIFY(!decoded);
    QCOMPARE(decoded.error().code, code);
    QCOMPARE(decoded.error().offset, qint64(offset));
    QCOMPARE(decoded.error().kind, Error::Kind::Protocol);
}

void tst_Decode::keepsLongApartInProtocolsOfPython2()
{
    const Result<Decoded> two = pickle::decode("\x80\x02\x8a\x01\x05.");
    const Result<Decoded> three = pickle::decode("\x80\x03\x8a\x01\x05.");
    QVERIFY(two && three);
    QCOMPARE(two->value, Value::longInteger(5));
    QCOMPARE(three->value, Value::integer(5));
}

void tst_Decode::sharesLargePayloadsWithTheMessage()
{
    for (const auto &[kind, op] : {std::pair(Value::Kind::Text, 'X'), std::pair(Value::Kind::Str, 'T'),
             std::pair(Value::Kind::Bytes, 'B')}) {
        QByteArray bytes(1, op);
        bytes += QByteArray("\x00\x20\x00\x00", 4) + QByteArray(8192, 'a') + '.';
        const Result<Decoded> decoded = pickle::decode(bytes);
        QVERIFY(decoded);
        QCOMPARE(decoded->value.kind(), kind);
        const QByteArrayView inside = decoded->value.rawBytes();
        QCOMPARE(inside.size(), 8192);
        QVERIFY(inside.data() == bytes.constData() + 5);
    }
}

void tst_Decode::keepsSharedTuplesShared()
{
    const Result<Decoded> decoded = pickle::decode("K\x01K\x02\x86q\x01h\x01\x86.");
    QVERIFY(decoded);
    QVERIFY(decoded->value.at(0).identity() == decoded->value.at(1).identity());
}

void tst_Decode::keepsMemoizedTextOnce()
{
    const Result<Decoded> decoded = pickle::decode(QByteArray("X\x03\0\0\0keyq\x01h\x01\x86.", 14));
    QVERIFY(decoded);
    QVERIFY(decoded->value.at(0).identity() == decoded->value.at(1).identity());
}

void tst_Decode::listsGlobalsOnceInOrder()
{
    const Result<Decoded> decoded = pickle::decode("(cb\ny\nca\nx\ncb\ny\n(im\nC\nt.");
    QVERIFY(decoded);
    const std::vector<QByteArray> expected{"b.y", "a.x", "m.C"};
    QCOMPARE(decoded->globals, expected);
}

void tst_Decode::reportsBytesBehindStop()
{
    const Result<Decoded> decoded = pickle::decode("K\x05.junk");
    QVERIFY(decoded);
    QCOMPARE(decoded->bytesUsed, 3);
}

void tst_Decode::takesExtensionsFromTheRegistryOnly()
{
    pickle::ReadOptions options;
    options.extensions.push_back({300, {"shapes", "Plain"}});
    const Result<Decoded> known = pickle::decode("\x83\x2c\x01.", {}, options);
    QVERIFY(known);
    QCOMPARE(known->value, Value::global("shapes", "Plain"));
    QCOMPARE(known->globals, std::vector<QByteArray>{"shapes.Plain"});
    QVERIFY(!pickle::decode("\x83\x2d\x01.", {}, options));
}

void tst_Decode::showsVeryLongIntegersAsText()
{
    Limits limits;
    limits.maxIntegerDigits = 30;
    const auto decoded = [&limits](qsizetype digits) {
        return pickle::decode("L" + QByteArray(digits, '7') + "L\n.", limits);
    };
    const Result<Decoded> number = decoded(30);
    const Result<Decoded> text = decoded(31);
    QVERIFY(number && text);
    QCOMPARE(number->value.integerText(), QByteArray(30, '7'));
    QCOMPARE(text->value, Value::text(u8"integer, 31 digits"));
}

QTEST_GUILESS_MAIN(tst_Decode)
#include "tst_decode.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/peerprocess.h"

#include <pyrolens/pickle/pickle.h>

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTest>

using namespace pyrolens;

namespace {

QString peerScript()
{
    return QDir(QStringLiteral(PYROLENS_TEST_DATA "/../support"))
        .absoluteFilePath(QStringLiteral("pickle_peer.py"));
}

QString findPython(Dialect dialect)
{
    const bool isOld = dialect == Dialect::Python2;
    QString found = qEnvironmentVariable(isOld ? "PYROLENS_PYTHON2" : "PYROLENS_PYTHON3");
    if (found.isEmpty())
        found
            = QStandardPaths::findExecutable(isOld ? QStringLiteral("python2.7") : QStringLiteral("python3"));
    // A program of that name may only be there to say which one to install.
    if (!found.isEmpty() && runProgram(found, {QStringLiteral("--version")}, {}).status != 0)
        found.clear();
    return found;
}

/// Empty when there is no such Python here.
QString python(Dialect dialect)
{
    static const QString two = findPython(Dialect::Python2);
    static const QString three = findPython(Dialect::Python3);
    return dialect == Dialect::Python2 ? two : three;
}

Finished runPeer(Dialect dialect, QStringList arguments, const QByteArray &input = {})
{
    arguments.prepend(peerScript());
    arguments.prepend(QStringLiteral("-B"));
    return runProgram(python(dialect), arguments, QProcessEnvironment::systemEnvironment(), input);
}

QByteArray problem(const Error &error, const QByteArray &line)
{
    QByteArray text = error.what.toUtf8();
    text += ' ';
    text += line.left(400);
    return text;
}

/// 2 ** (8 * bytes).
QByteArray powerOf256(qsizetype bytes)
{
    QByteArray digits(bytes + 1, '\0');
    digits[bytes] = '\1';
    return digits;
}

} // namespace

/// Real unpicklers read what we write, and we read what real picklers write.
class tst_Python : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBackRandomValues_data() { dialects(); }
    void readsBackRandomValues();
    void readsNeutralKinds_data() { dialects(); }
    void readsNeutralKinds();

private:
    static void dialects();
};

void tst_Python::dialects()
{
    QTest::addColumn<int>("dialect");
    QTest::newRow("python3") << int(Dialect::Python3);
    QTest::newRow("python2") << int(Dialect::Python2);
}

void tst_Python::readsBackRandomValues()
{
    QFETCH(int, dialect);
    const auto kind = Dialect(dialect);
    if (python(kind).isEmpty())
        QSKIP("no such Python here (PYROLENS_PYTHON2 names a Python 2.7)");
    // More by hand: PYROLENS_ROUNDS=100 bin/tst_pickle_python
    const int rounds = qMax(1, qEnvironmentVariableIntValue("PYROLENS_ROUNDS"));
    const int highest = kind == Dialect::Python2 ? 2 : 5;
    for (int seed = 1; seed <= rounds; ++seed) {
        const QStringList which{QStringLiteral("60"), QString::number(seed)};
        const Finished made = runPeer(kind, QStringList{QStringLiteral("generate")} + which);
        QVERIFY2(made.status == 0, made.err.constData());
        QByteArray again;
        int count = 0;
        for (const QByteArray &line : made.out.trimmed().split('\n')) {
            const QList<QByteArray> parts = line.split(' ');
            QCOMPARE(parts.size(), 3);
            const Result<Decoded> decoded = pickle::decode(QByteArray::fromHex(parts[2]));
            QVERIFY2(decoded, decoded ? "" : problem(decoded.error(), line).constData());
            // Not every protocol every time: they all get their turn.
            for (int protocol = count % 2; protocol <= highest; protocol += 2) {
                const Result<QByteArray> bytes = pickle::encode(decoded->value, {protocol, kind, true});
                QVERIFY2(bytes, bytes ? "" : problem(bytes.error(), line).constData());
                again += parts[0] + ' ' + QByteArray::number(protocol) + ' ' + bytes->toHex() + '\n';
            }
            ++count;
        }
        QVERIFY(count > 100);
        const Finished checked = runPeer(kind, QStringList{QStringLiteral("check")} + which, again);
        QVERIFY2(checked.status == 0, checked.err.right(2000).constData());
        QVERIFY2(checked.out.trimmed().endsWith("bad 0"), checked.out.left(12000).constData());
    }
}

struct Neutral
{
    QByteArray name;
    Value value;
    QByteArray python2; ///< canonical form in that Python; empty: refused
    QByteArray python3;
};

std::vector<Neutral> neutralKinds()
{
    std::vector<Neutral> all;
    const auto row = [&all](const char *name, Value value, const char *two, const char *three) {
        all.push_back({name, std::move(value), two, three});
    };
    const auto same = [&row](const char *name, Value value, const char *both) {
        row(name, std::move(value), both, both);
    };
    row("text", Value::text(u8"a\u20ac"), "unicode u'a\\u20ac'", "str 'a\u20ac'");
    row("text-escapes", Value::text(u8"\\u0041\n\r\x1a"), "unicode u'\\\\u0041\\n\\r\\x1a'",
        "str '\\\\u0041\\n\\r\\x1a'");
    row("text-surrogate", Value::utf8("\xed\xa0\x80"), "unicode u'\\ud800'", "str '\\ud800'");
    row("str-ascii", Value::str("it's"), "str \"it's\"", "str \"it's\"");
    row("str-binary", Value::str("a\xff"), "str 'a\\xff'", "bytes b'a\\xff'");
    row("bytes", Value::bytes(QByteArrayView("a\xff\0", 3)), "str 'a\\xff\\x00'", "bytes b'a\\xff\\x00'");
    row("bytes-empty", Value::bytes(""), "str ''", "bytes b''");
    same("bytearray", Value::byteArray("a\xff"), "bytearray bytearray(b'a\\xff')");
    same("bytearray-empty", Value::byteArray(""), "bytearray bytearray(b'')");
    same("int", Value::integer(-129), "int -129");
    same("int-40-bit", Value::integer(1LL << 40), "int 1099511627776");
    row("int-65-bit", Value::bigInteger(QByteArrayView("\0\0\0\0\0\0\0\0\1", 9)),
        "long 18446744073709551616L", "int 18446744073709551616");
    row("long", Value::longInteger(-1), "long -1L", "int -1");
    row("long-zero", Value::longInteger(0), "long 0L", "int 0");
    const QByteArray large = Value::bigInteger(powerOf256(254)).integerText().value_or(QByteArray());
    const Value largeValue = Value::bigInteger(powerOf256(254), Value::Kind::Long);
    row("long-255-bytes", largeValue, QByteArray("long " + large + 'L').constData(),
        QByteArray("int " + large).constData());
    same("float", Value::real(0.1), "float 0.1");
    same("float-minus-zero", Value::real(-0.0), "float -0.0");
    same("complex", Value::complex(1, -2), "complex 1.0 -2.0");
    same("set", Value::set({Value::integer(1), Value::none()}), "set NoneType None int 1");
    same("set-empty", Value::set({}), "set ");
    same("frozenset", Value::frozenSet({Value::integer(2)}), "frozenset int 2");
    row("set-1001", Value::set(std::vector<Value>(1001, Value::integer(7))), "set int 7", "set int 7");
    same("datetime", Value::dateTime("2020-02-29T12:34:56.000789"),
        "datetime datetime.datetime(2020, 2, 29, 12, 34, 56, 789)");
    row("datetime-zone", Value::dateTime("2020-01-01T00:00:00-05:30"), "",
        "datetime datetime.datetime(2020, 1, 1, 0, 0, tzinfo=datetime.timezone(datetime.timedelta(days=-1, "
        "seconds=66600)))");
    row("datetime-bad", Value::dateTime("2021-02-29T00:00:00"), "", "");
    same("date", Value::date("9999-12-31"), "date datetime.date(9999, 12, 31)");
    same("time", Value::time("01:02:03.000004"), "time datetime.time(1, 2, 3, 4)");
    row("timedelta", Value::timeDelta(-1, 2, 3), "timedelta datetime.timedelta(-1, 2, 3)",
        "timedelta datetime.timedelta(days=-1, seconds=2, microseconds=3)");
    same("decimal", Value::decimal("1.10"), "Decimal Decimal('1.10')");
    row("uuid", Value::uuid(QByteArray::fromHex("ffffffffffffffffffffffffffffff01")),
        "UUID#0(str 'int': long 340282366920938463463374607431768211201L)",
        "UUID#0(0xffffffffffffffffffffffffffffff01)");
    same("array", Value::array('i', Value::list({Value::integer(1), Value::integer(-2)})),
        "array array('i', [1, -2])");
    same("nested-class", Value::global("pickle_peer", "Outer.Inner"), "global Inner");
    same("exception", Value::global("builtins", "KeyError"), "global KeyError");
    same("exception-python2-name", Value::global("exceptions", "KeyError"), "global KeyError");
    Object made;
    made.made = Object::Made::NewObjEx;
    made.module = "pickle_peer";
    made.name = "KeywordNew";
    made.args = Value::tuple({Value::integer(1)});
    made.kwargs = Value::dict({{Value::str("k"), Value::integer(2)}});
    same("newobj-ex", Value::object(made), "KeywordNew#0(str 'a': int 1, str 'k': int 2)");
    Object dictionary;
    dictionary.made = Object::Made::Dict;
    dictionary.module = "pickle_peer";
    dictionary.name = "Plain";
    dictionary.state = Value::dict({{Value::str("a"), Value::integer(1)}});
    same("class-dictionary", Value::object(dictionary), "Plain#0(str 'a': int 1)");
    row("extension-type", Value::ext(1, "x"), "", "");
    row("reference", Value::reference({}), "", "");
    row("persistent", Value::ext(1, "x"), "", "");
    row("cycle-to-nowhere", Value::list({Value::cycle(3)}), "", "");
    return all;
}

void tst_Python::readsNeutralKinds()
{
    QFETCH(int, dialect);
    const auto kind = Dialect(dialect);
    const bool isOld = kind == Dialect::Python2;
    QByteArray input;
    QList<QByteArray> expected;
    for (const Neutral &one : neutralKinds()) {
        const QByteArray &form = isOld ? one.python2 : one.python3;
        for (int protocol = 0; protocol <= (isOld ? 2 : 5); ++protocol) {
            const Result<QByteArray> bytes = pickle::encode(one.value, {protocol, kind, true});
            QVERIFY2(bytes.isOk() == !form.isEmpty(), one.name.constData());
            if (bytes) {
                input += bytes->toHex() + '\n';
                expected += one.name + ' ' + form;
            } else {
                QCOMPARE(bytes.error().kind, Error::Kind::Unsupported);
            }
        }
    }
    if (python(kind).isEmpty())
        QSKIP("no such Python here (PYROLENS_PYTHON2 names a Python 2.7)");
    const Finished shown = runPeer(kind, {QStringLiteral("show")}, input);
    QVERIFY2(shown.status == 0, shown.err.right(1000).constData());
    const QList<QByteArray> lines = shown.out.chopped(1).split('\n');
    QCOMPARE(lines.size(), expected.size());
    for (qsizetype i = 0; i < lines.size(); ++i)
        QCOMPARE(QByteArray(expected[i].left(expected[i].indexOf(' ') + 1) + lines[i]), expected[i]);
}

QTEST_GUILESS_MAIN(tst_Python)
#include "tst_python.moc"

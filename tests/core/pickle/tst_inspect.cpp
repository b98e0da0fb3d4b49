// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "picklecases.h"

#include <QTest>

using namespace pyrolens;
using namespace pyrolens::testing;
using pickle::Verdict;

class tst_Inspect : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void labels_data();
    void labels();
    void agreesWithDecode();
    void knowsGlobals_data();
    void knowsGlobals();
    void listsOpcodes();
    void listsEveryByteOfRecordedCases();
    void marksSuspiciousOpcodes_data();
    void marksSuspiciousOpcodes();
    void endsListingWithTheDefect_data();
    void endsListingWithTheDefect();
};

void tst_Inspect::labels_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("verdict");
    QTest::addColumn<QByteArray>("unknown");
    const auto row
        = [](const char *name, const QByteArray &bytes, Verdict verdict, const char *unknown = "") {
              QTest::newRow(name) << bytes << int(verdict) << QByteArray(unknown);
          };
    row("data", "](K\1U\1ae.", Verdict::DataOnly);
    row("known-call", "cexceptions\nKeyError\n)R.", Verdict::KnownClasses);
    row("known-instance", "cPyro.core\nPyroURI\n)\x81}b.", Verdict::KnownClasses);
    row("known-reconstructor",
        "ccopy_reg\n_reconstructor\n(cPyro.core\nPyroURI\nc__builtin__\nobject\nNtR}b.",
        Verdict::KnownClasses);
    row("known-bytes", "c_codecs\nencode\n(U\1aU\6latin1tR.", Verdict::KnownClasses);
    row("unknown-class", "cm\nC\n.", Verdict::UnknownClasses, "m.C");
    row("unknown-instance", "cm\nC\n)\x81}b.", Verdict::UnknownClasses, "m.C");
    row("unknown-old-instance", "(im\nC\n}b.", Verdict::UnknownClasses, "m.C");
    row("unknown-in-reconstructor", "ccopy_reg\n_reconstructor\n(cm\nC\nc__builtin__\nobject\nNtR.",
        Verdict::UnknownClasses, "m.C");
    row("call", "cos\nsystem\n(U\2lstR.", Verdict::CallsFunctions, "os.system");
    row("call-through-stack-global", "\x80\4\x8c\2os\x8c\6system\x93(U\2lstR.", Verdict::CallsFunctions,
        "os.system");
    row("call-through-inst", "(U\2lsios\nsystem\n.", Verdict::CallsFunctions, "os.system");
    row("call-through-obj", "(cos\nsystem\nU\2lso.", Verdict::CallsFunctions, "os.system");
    row("call-dropped-again", "cos\nsystem\n(U\2lstR0N.", Verdict::CallsFunctions, "os.system");
    row("call-of-result", "cexceptions\nKeyError\n)R)R.", Verdict::CallsFunctions);
    row("other-codec", "c_codecs\nencode\n(U\1aU\5rot13tR.", Verdict::CallsFunctions);
    row("misused-helper", "ccopy_reg\n_reconstructor\n)R.", Verdict::CallsFunctions);
    row("getattr", "c__builtin__\ngetattr\n(NU\1atR.", Verdict::CallsFunctions, "__builtin__.getattr");
    row("eval", "cbuiltins\neval\n(U\1atR.", Verdict::CallsFunctions, "builtins.eval");
    row("malformed", "cos\nsystem\n(U\2lstR", Verdict::Malformed, "os.system");
    row("persistent", "Pid\n.", Verdict::Malformed);
}

void tst_Inspect::labels()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, verdict);
    QFETCH(QByteArray, unknown);
    const pickle::Inspection inspection = pickle::inspect(bytes);
    QCOMPARE(int(inspection.verdict), verdict);
    QCOMPARE(inspection.unknown.size(), unknown.isEmpty() ? 0u : 1u);
    if (!unknown.isEmpty())
        QCOMPARE(inspection.unknown.front(), unknown);
    QCOMPARE(inspection.error.offset >= 0, inspection.verdict == Verdict::Malformed);
}

void tst_Inspect::agreesWithDecode()
{
    for (const PickleCase &one : pickleCases()) {
        const Result<Decoded> decoded = pickle::decode(one.bytes);
        const pickle::Inspection inspection = pickle::inspect(one.bytes);
        QCOMPARE(inspection.verdict == Verdict::Malformed, !decoded.isOk());
        if (!decoded)
            continue;
        QCOMPARE(inspection.verdict == Verdict::DataOnly, decoded->globals.empty());
    }
}

void tst_Inspect::knowsGlobals_data()
{
    QTest::addColumn<bool>("isKnown");
    for (const char *name : {"exceptions.KeyError", "builtins.KeyError", "exceptions.StandardError",
             "builtins.OSError", "__builtin__.set", "builtins.frozenset", "builtins.bytearray",
             "builtins.complex", "Pyro.errors.NamingError", "Pyro.core.DynamicProxy",
             "Pyro4.errors.PyroError", "Pyro5.client.Proxy", "datetime.datetime", "decimal.Decimal",
             "copy_reg._reconstructor", "copyreg._reconstructor", "collections.OrderedDict"})
        QTest::newRow(name) << true;
    for (const char *name :
        {"os.system", "builtins.eval", "builtins.getattr", "exceptions.set", "builtins", "builtins.", "",
            "shapes.Plain", "posix.system", "Pyro.core.Daemon", "datetime", "builtins.KeyError.x"})
        QTest::newRow(*name ? name : "nothing") << false;
}

void tst_Inspect::knowsGlobals()
{
    QFETCH(bool, isKnown);
    const QByteArray name = QTest::currentDataTag();
    QCOMPARE(pickle::isKnownGlobal(name == "nothing" ? QByteArray() : name), isKnown);
}

void tst_Inspect::listsOpcodes()
{
    const std::vector<pickle::Opcode> list
        = pickle::listing("\x80\2cm\nC\nq\1)\x81}(U\1aK\5U\1bI12\nubh\1\x86.tail");
    QByteArray text;
    for (const pickle::Opcode &op : list) {
        text += QByteArray::number(op.offset) + ' ' + QByteArray::number(op.size) + ' ' + op.name + ' '
            + op.argument.toUtf8() + ' ' + QByteArray::number(op.stackDepth)
            + (op.suspicious ? " !\n" : "\n");
    }
    QCOMPARE(text, QByteArray(R"(0 2 PROTO 2 0
2 5 GLOBAL "m C" 1 !
7 2 BINPUT 1 1
9 1 EMPTY_TUPLE  2
10 1 NEWOBJ  1 !
11 1 EMPTY_DICT  2
12 1 MARK  2
13 3 SHORT_BINSTRING "a" 3
16 2 BININT1 5 4
18 3 SHORT_BINSTRING "b" 5
21 4 INT 12 6
25 1 SETITEMS  2
26 1 BUILD  1
27 2 BINGET 1 2
29 1 TUPLE2  1
30 1 STOP  0
)"));
}

void tst_Inspect::listsEveryByteOfRecordedCases()
{
    for (const std::vector<PickleCase> &cases : {pickleCases(), pyro3Bodies()}) {
        for (const PickleCase &one : cases) {
            const std::vector<pickle::Opcode> list = pickle::listing(one.bytes);
            QVERIFY(!list.empty());
            qsizetype at = 0;
            for (const pickle::Opcode &op : list) {
                QCOMPARE(op.offset, at);
                at += op.size;
            }
            const Result<Decoded> decoded = pickle::decode(one.bytes, {}, one.options);
            if (decoded) {
                QCOMPARE(list.back().name, QByteArray("STOP"));
                QCOMPARE(at, decoded->bytesUsed);
            } else if (list.back().name == "?") {
                QCOMPARE(list.back().offset, decoded.error().offset);
                QCOMPARE(at, one.bytes.size());
            }
        }
    }
}

void tst_Inspect::marksSuspiciousOpcodes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("marked");
    QTest::newRow("known") << QByteArray("cexceptions\nKeyError\n)R.") << QByteArray();
    QTest::newRow("reduce") << QByteArray("cos\nsystem\n)R.") << QByteArray("GLOBAL REDUCE ");
    QTest::newRow("through-memo") << QByteArray("cos\nsystem\nq\1"
                                                "0h\1)R.")
                                  << QByteArray("GLOBAL REDUCE ");
    QTest::newRow("inst") << QByteArray("(ios\nsystem\n.") << QByteArray("INST ");
    QTest::newRow("obj") << QByteArray("(cos\nsystem\no.") << QByteArray("GLOBAL OBJ ");
    QTest::newRow("stack-global") << QByteArray("\x8c\2os\x8c\6system\x93)R.")
                                  << QByteArray("STACK_GLOBAL REDUCE ");
    QTest::newRow("stack-global-memo")
        << QByteArray("\x8c\2os\x94\x8c\6system\x94h\0h\1\x93.", 19) << QByteArray("STACK_GLOBAL ");
    QTest::newRow("extension") << QByteArray("\x82\1)R.") << QByteArray("EXT1 REDUCE ");
}

void tst_Inspect::marksSuspiciousOpcodes()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, marked);
    QByteArray found;
    for (const pickle::Opcode &op : pickle::listing(bytes)) {
        if (op.suspicious)
            found += op.name + ' ';
    }
    QCOMPARE(found, marked);
}

void tst_Inspect::endsListingWithTheDefect_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("offset");
    QTest::newRow("empty") << QByteArray() << 0;
    QTest::newRow("no-stop") << QByteArray("N") << 1;
    QTest::newRow("cut") << QByteArray("NX\5\0\0\0ab", 8) << 1;
    QTest::newRow("unknown") << QByteArray("N\xff.") << 1;
    QTest::newRow("underflow") << QByteArray("N\x86.") << 1;
    QTest::newRow("no-mark") << QByteArray("Nt.") << 1;
    QTest::newRow("no-line-end") << QByteArray("NI12") << 1;
    QTest::newRow("unset-memo") << QByteArray("Nh\7.") << 1;
    QTest::newRow("put-nothing") << QByteArray("q\1.") << 0;
}

void tst_Inspect::endsListingWithTheDefect()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, offset);
    const std::vector<pickle::Opcode> list = pickle::listing(bytes);
    QVERIFY(!list.empty());
    QCOMPARE(list.back().name, QByteArray("?"));
    QCOMPARE(list.back().offset, offset);
    QCOMPARE(list.back().offset + list.back().size, bytes.size());
    QVERIFY(!list.back().argument.isEmpty());
    QCOMPARE(pickle::listing("NNNN.", 2).back().name, QByteArray("?"));
}

QTEST_GUILESS_MAIN(tst_Inspect)
#include "tst_inspect.moc"

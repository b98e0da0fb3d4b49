// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "picklecases.h"

#include <QTest>

#include <ctime>
#include <functional>

using namespace pyrolens;
using namespace pyrolens::testing;

Q_DECLARE_METATYPE(std::function<QByteArray(int)>)

namespace {

/// Of this process: holds still on a busy machine.
double cpuSeconds()
{
    return double(std::clock()) / CLOCKS_PER_SEC;
}

} // namespace

/// Hostile input: cut, flipped, too much of anything.
class tst_Limits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void survivesCutAfterEveryByte();
    void survivesEveryFlippedBit();
    void stopsAtLimit_data();
    void stopsAtLimit();
    void keepsMemorySmallForHostileNumbers_data();
    void keepsMemorySmallForHostileNumbers();
    void decodesSharedReferencesAsGraph();
    void endsUnfinishedCycles();
    void isQuickWithHostileKeys_data();
    void isQuickWithHostileKeys();
};

void tst_Limits::survivesCutAfterEveryByte()
{
    for (const PickleCase &one : pickleCases()) {
        const bool skipsMiddle = one.bytes.size() > 3000;
        for (qsizetype size = 0; size < one.bytes.size(); ++size) {
            if (skipsMiddle && size > 300 && size < one.bytes.size() - 300)
                size += 97;
            const Result<Decoded> decoded
                = pickle::decode(one.bytes.first(qMin(size, one.bytes.size())), {}, one.options);
            if (decoded) // what follows the first STOP may be missing
                QVERIFY2(decoded->bytesUsed <= size, one.name.constData());
            else
                QVERIFY2(decoded.error().offset >= 0 && decoded.error().offset <= size, one.name.constData());
        }
    }
}

void tst_Limits::survivesEveryFlippedBit()
{
    Limits limits; // a flipped length or count must not cost much time
    limits.maxNodes = 20'000;
    qint64 decodedCount = 0;
    for (const PickleCase &one : pickleCases()) {
        const qsizetype step = one.bytes.size() > 100 ? 37 : 5;
        for (qsizetype at = 0; at < one.bytes.size(); at += step) {
            for (int bit = 0; bit < 8; ++bit) {
                QByteArray flipped = one.bytes;
                flipped[at] = char(flipped[at] ^ (1 << bit));
                const Result<Decoded> decoded = pickle::decode(flipped, limits, one.options);
                if (!decoded)
                    continue;
                ++decodedCount;
                if (bit % 4 == 0)
                    (void)pickle::encode(decoded->value, {4, Dialect::Python3, true}, limits);
            }
        }
    }
    QVERIFY(decodedCount > 1000);
}

void tst_Limits::stopsAtLimit_data()
{
    // make(n) needs exactly n of the limited thing when the limit is 20.
    QTest::addColumn<int>("which");
    QTest::addColumn<std::function<QByteArray(int)>>("make");
    QTest::addColumn<QString>("code");
    using Make = std::function<QByteArray(int)>;
    const auto row = [](const char *name, int which, Make make, const char *code) {
        QTest::newRow(name) << which << std::move(make) << QString::fromLatin1(code);
    };
    row(
        "opcodes", 0,
        [](int n) -> QByteArray { return QByteArray("N0").repeated(n / 2 - 1) + (n % 2 ? "N0" : "") + "N."; },
        "pickle.limit");
    row(
        "memo", 1,
        [](int n) -> QByteArray {
            QByteArray out = "N";
            for (int i = 0; i < n; ++i)
                out += QByteArray("q") + char(i);
            return out + '.';
        },
        "pickle.limit");
    row(
        "memo-sparse", 1,
        [](int n) -> QByteArray {
            QByteArray out = "N";
            for (int i = 0; i < n; ++i)
                out += QByteArray("r\xff") + char(i) + QByteArray("\xff\x7f");
            return out + '.';
        },
        "pickle.limit");
    row(
        "stack", 2, [](int n) -> QByteArray { return QByteArray(n, 'N') + '.'; }, "pickle.limit");
    row(
        "stack-of-marks", 2, [](int n) -> QByteArray { return QByteArray(n - 1, '(') + "N."; },
        "pickle.limit");
    row(
        "stack-of-containers", 2, [](int n) -> QByteArray { return QByteArray(n, ']') + '.'; },
        "pickle.limit");
    row(
        "nodes", 3, [](int n) -> QByteArray { return QByteArray("](") + QByteArray(n - 1, 'N') + "e."; },
        "value.nodes");
    row(
        "nodes-of-tuple", 3, [](int n) -> QByteArray { return "(" + QByteArray(n - 1, 'N') + "t."; },
        "value.nodes");
    row(
        "nodes-of-dict", 3,
        [](int n) -> QByteArray {
            QByteArray out = "}(";
            for (int i = 0; i < (n - 1) / 2; ++i)
                out += QByteArray("K") + char(i) + 'N';
            return out + "u" + (n % 2 ? "." : "N0.");
        },
        "value.nodes");
    row(
        "depth", 4, [](int n) -> QByteArray { return QByteArray(n, '(') + QByteArray(n, 't') + '.'; },
        "value.depth");
    row(
        "depth-of-lists", 4,
        [](int n) -> QByteArray { return QByteArray(n, ']') + QByteArray(n - 1, 'a') + '.'; }, "value.depth");
    row(
        "depth-of-shared", 4,
        [](int n) -> QByteArray {
            QByteArray out = "]q\1";
            for (int i = 1; i < n; ++i)
                out += "h\1\x86q\1";
            return out + '.';
        },
        "value.depth");
    row(
        "integer-bytes", 5,
        [](int n) -> QByteArray { return QByteArray("\x8a") + char(n) + QByteArray(n, '\1') + '.'; },
        "value.integer");
}

void tst_Limits::stopsAtLimit()
{
    QFETCH(int, which);
    QFETCH(std::function<QByteArray(int)>, make);
    QFETCH(QString, code);
    constexpr int kLimit = 20;
    Limits limits;
    switch (which) {
    case 0:
        limits.maxPickleOpcodes = kLimit;
        break;
    case 1:
        limits.maxPickleMemo = kLimit;
        break;
    case 2:
        limits.maxPickleStack = kLimit;
        break;
    case 3:
        limits.maxNodes = kLimit;
        break;
    case 4:
        limits.maxDepth = kLimit;
        break;
    default:
        limits.maxIntegerBytes = kLimit;
        break;
    }
    for (const int n : {kLimit - 1, kLimit}) {
        const Result<Decoded> decoded = pickle::decode(make(n), limits);
        QVERIFY2(decoded, decoded ? "" : qPrintable(decoded.error().what));
    }
    const Result<Decoded> refused = pickle::decode(make(kLimit + 1), limits);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Limit);
    QCOMPARE(refused.error().code, code);
    QVERIFY(refused.error().offset >= 0);
}

void tst_Limits::keepsMemorySmallForHostileNumbers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("memo-number") << QByteArray("Nr\xff\xff\xff\xff.");
    QTest::newRow("memo-numbers-growing") << QByteArray("Nr\0\0\0\1r\0\0\0\x10r\0\0\0\x7f.", 17);
    QTest::newRow("text-length") << QByteArray("X\xff\xff\xff\xff");
    QTest::newRow("bytes-length") << QByteArray("\x8e\xff\xff\xff\xff\xff\xff\xff\x7f");
    QTest::newRow("bytearray-length") << QByteArray("\x96\xff\xff\xff\xff\xff\xff\xff\xff");
    QTest::newRow("frame-length") << QByteArray("\x95\xff\xff\xff\xff\xff\xff\xff\xffN.");
    QTest::newRow("integer-length") << QByteArray("\x8b\xff\xff\xff\x7f\x01");
}

void tst_Limits::keepsMemorySmallForHostileNumbers()
{
    QFETCH(QByteArray, bytes);
    Limits limits;
    limits.maxDecodedBytes = 4096;
    const double started = cpuSeconds();
    (void)pickle::decode(bytes, limits);
    QVERIFY(cpuSeconds() - started < 0.1); // nothing of the announced size was made
}

void tst_Limits::decodesSharedReferencesAsGraph()
{
    // 2^60 leaves in 250 bytes.
    QByteArray bytes = "K\1\x85q\1";
    for (int i = 0; i < 60; ++i)
        bytes += "0h\1h\1\x86q\1";
    bytes += '.';
    const Result<Decoded> decoded = pickle::decode(bytes);
    QVERIFY2(decoded, decoded ? "" : qPrintable(decoded.error().what));
    QVERIFY(decoded->value.at(0).identity() == decoded->value.at(1).identity());
    QVERIFY(pickle::encode(decoded->value));
    QCOMPARE(decoded->value, Value(decoded->value));
}

void tst_Limits::endsUnfinishedCycles()
{
    // Under AddressSanitizer these leak when the builder does not take them apart.
    for (const char *bytes : {"]q\1h\1a", "}q\1K\1h\1s", "cm\nC\n)\x81q\1}K\1h\1sb",
             "]q\1h\1\x85q\2"
             "0h\1h\2a0K\1.",
             "(]q\1h\1tq\2"
             "a"})
        (void)pickle::decode(QByteArray(bytes));
    const Result<Decoded> small = pickle::decode("]q\1h\1a0K\5.");
    QVERIFY(small);
    QCOMPARE(small->value, Value::integer(5));
}

void tst_Limits::isQuickWithHostileKeys_data()
{
    QTest::addColumn<QByteArray>("key"); // %1 is a running number
    QTest::newRow("integers-multiples") << QByteArray("J");
    QTest::newRow("tuples") << QByteArray("t");
    QTest::newRow("objects") << QByteArray("o");
    QTest::newRow("tuples-of-objects") << QByteArray("ot");
    QTest::newRow("classes") << QByteArray("c");
}

void tst_Limits::isQuickWithHostileKeys()
{
    QFETCH(QByteArray, key);
    QByteArray bytes = "}(";
    for (int i = 0; i < 30'000; ++i) {
        const QByteArray number
            = QByteArray("J") + char(0) + char(i & 0xff) + char(i >> 8 & 0xff) + char(i >> 16 & 0xff);
        if (key == "J")
            bytes += number;
        else if (key == "t")
            bytes += number + "N\x86";
        else if (key == "o")
            bytes += "cm\nC\n" + number + "\x85R";
        else if (key == "ot")
            bytes += "cm\nC\nN\x85R" + number + "\x86";
        else
            bytes += "cm\nC" + QByteArray::number(i) + '\n';
        bytes += 'N';
    }
    bytes += "u.";
    const double started = cpuSeconds();
    const Result<Decoded> decoded = pickle::decode(bytes);
    QVERIFY2(decoded, decoded ? "" : qPrintable(decoded.error().what));
    QCOMPARE(decoded->value.size(), 30'000);
    QVERIFY(cpuSeconds() - started < 3);
}

QTEST_GUILESS_MAIN(tst_Limits)
#include "tst_limits.moc"

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include <pyrolens/base/compression.h>

#include <QtTest>

using namespace pyrolens;

class tst_Compression : public QObject
{
    Q_OBJECT

private slots:
    void inflatesWhatItDeflated_data();
    void inflatesWhatItDeflated();
    void readsAStreamOfPython();
    void limitsTheSize();
    void limitsTheRatio();
    void refusesACutStream();
    void refusesDamage_data();
    void refusesDamage();
    void knowsAdler32_data();
    void knowsAdler32();
};

// Does not compress much, the same every time.
static QByteArray noise(qsizetype size)
{
    QByteArray out(size, '\0');
    quint32 state = 12345;
    for (char &c : out) {
        state = state * 1664525 + 1013904223;
        c = char(state >> 24);
    }
    return out;
}

void tst_Compression::inflatesWhatItDeflated_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("short") << QByteArray("hello");
    QTest::newRow("zeros") << QByteArray(100'000, '\0');
    QTest::newRow("noise") << noise(100'000);
    QTest::newRow("block-edge") << noise(16 * 1024);
    QTest::newRow("large") << noise(3'000'000);
}

void tst_Compression::inflatesWhatItDeflated()
{
    QFETCH(QByteArray, data);
    const Result<QByteArray> back = inflateBounded(deflate(data), Limits());
    QVERIFY2(back, back ? "" : qPrintable(back.error().what));
    QCOMPARE(*back, data);
}

void tst_Compression::readsAStreamOfPython()
{
    // CPython 2.7.18: zlib.compress('pyrolens' * 4)
    const QByteArray stream = QByteArray::fromHex("789c2ba82ccacf49cd2b2ec0410300e6b00df1");
    const QByteArray data = QByteArray("pyrolens").repeated(4);
    const Result<QByteArray> back = inflateBounded(stream, Limits());
    QVERIFY(back);
    QCOMPARE(*back, data);
    QCOMPARE(deflate(data).left(2).toHex(), QByteArray("789c")); // the same level
}

void tst_Compression::limitsTheSize()
{
    Limits limits;
    limits.maxInflatedBytes = 100'000;
    for (const int size : {99'999, 100'000, 100'001}) {
        const Result<QByteArray> back = inflateBounded(deflate(noise(size)), limits);
        QCOMPARE(back.isOk(), size <= 100'000);
        if (!back) {
            QCOMPARE(back.error().kind, Error::Kind::Limit);
            QCOMPARE(back.error().code, QStringLiteral("zip.bomb"));
        }
    }
}

void tst_Compression::limitsTheRatio()
{
    const Limits limits;
    // Up to 1 MiB any ratio is good.
    QVERIFY(inflateBounded(deflate(QByteArray(1024 * 1024, 'x')), limits));
    const Result<QByteArray> bomb = inflateBounded(deflate(QByteArray(2 * 1024 * 1024, 'x')), limits);
    QVERIFY(!bomb);
    QCOMPARE(bomb.error().code, QStringLiteral("zip.bomb"));
    // The same size of honest data passes.
    QVERIFY(inflateBounded(deflate(noise(2 * 1024 * 1024)), limits));
    Limits generous;
    generous.maxInflateRatio = 2'000;
    QVERIFY(inflateBounded(deflate(QByteArray(2 * 1024 * 1024, 'x')), generous));
}

void tst_Compression::refusesACutStream()
{
    const QByteArray stream = deflate(QByteArray("some text that is compressed, and some text more"));
    for (qsizetype size = 0; size < stream.size(); ++size) {
        const Result<QByteArray> back = inflateBounded(QByteArrayView(stream).first(size), Limits());
        QVERIFY(!back);
        QCOMPARE(back.error().kind, Error::Kind::Protocol);
        QCOMPARE(back.error().code, QStringLiteral("zip.corrupt"));
    }
}

void tst_Compression::refusesDamage_data()
{
    QTest::addColumn<QByteArray>("stream");
    const QByteArray good = deflate("some text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no-zlib") << QByteArray("hello, world");
    QTest::newRow("trailing") << QByteArray(good + 'x');
    QTest::newRow("twice") << QByteArray(good + good);
    QByteArray checksum = good;
    checksum.back() = char(checksum.back() ^ 1);
    QTest::newRow("checksum") << checksum;
    QByteArray header = good;
    header[0] = '\x79';
    QTest::newRow("header") << header;
}

void tst_Compression::refusesDamage()
{
    QFETCH(QByteArray, stream);
    const Result<QByteArray> back = inflateBounded(stream, Limits());
    QVERIFY(!back);
    QCOMPARE(back.error().code, QStringLiteral("zip.corrupt"));
}

void tst_Compression::knowsAdler32_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<quint32>("sum");
    QTest::newRow("empty") << QByteArray() << 1u;
    QTest::newRow("a") << QByteArray("a") << 0x00620062u;
    QTest::newRow("wikipedia") << QByteArray("Wikipedia") << 0x11e60398u;
}

void tst_Compression::knowsAdler32()
{
    QFETCH(QByteArray, data);
    QFETCH(quint32, sum);
    QCOMPARE(adler32(data), sum);
}

QTEST_GUILESS_MAIN(tst_Compression)
#include "tst_compression.moc"

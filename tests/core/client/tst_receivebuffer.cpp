// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "../../../core/client/receivebuffer_p.h"

#include <QTest>

#include <algorithm>

using namespace pyrolens;

namespace {

/// Receives `bytes` in pieces of at most `piece`.
void receive(ReceiveBuffer &buffer, QByteArrayView bytes, qsizetype piece)
{
    while (!bytes.isEmpty()) {
        const auto room = buffer.room();
        const qsizetype size = std::min({bytes.size(), piece, qsizetype(room.size())});
        std::copy_n(bytes.begin(), size, room.begin());
        buffer.filled(size);
        bytes = bytes.sliced(size);
    }
}

QByteArray numbered(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    for (qsizetype i = 0; i < size; ++i)
        bytes[i] = char(i % 251);
    return bytes;
}

} // namespace

class tst_ReceiveBuffer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startsEmpty();
    void givesSmallFramesInOrder();
    void keepsAFrameThatCrossesTheEnd();
    void receivesALargeFrameWithoutCopying_data();
    void receivesALargeFrameWithoutCopying();
    void reservesOnlyWhatHasArrived();
    void keepsNothingOfALargeFrame();
    void splitsWhatIsLongerThanAnnounced();
};

void tst_ReceiveBuffer::startsEmpty()
{
    ReceiveBuffer buffer;
    QVERIFY(buffer.pending().isEmpty());
    QVERIFY(!buffer.room().empty());
}

void tst_ReceiveBuffer::givesSmallFramesInOrder()
{
    ReceiveBuffer buffer;
    receive(buffer, "onetwothree", 4);
    QCOMPARE(buffer.take(3), "one");
    QCOMPARE(buffer.take(3), "two");
    QCOMPARE(buffer.pending().toByteArray(), "three");
    QCOMPARE(buffer.take(5), "three");
    QVERIFY(buffer.pending().isEmpty());
}

void tst_ReceiveBuffer::keepsAFrameThatCrossesTheEnd()
{
    ReceiveBuffer buffer;
    const QByteArray bytes = numbered(5 * ReceiveBuffer::kBlock);
    qsizetype sent = 0;
    qsizetype taken = 0;
    const qsizetype frame = 1000;
    while (taken < bytes.size() - frame) {
        const qsizetype piece = std::min<qsizetype>(1700, bytes.size() - sent);
        receive(buffer, QByteArrayView(bytes).sliced(sent, piece), piece);
        sent += piece;
        while (buffer.pending().size() >= frame) {
            QCOMPARE(buffer.take(frame), bytes.sliced(taken, frame));
            taken += frame;
        }
    }
}

void tst_ReceiveBuffer::receivesALargeFrameWithoutCopying_data()
{
    QTest::addColumn<qsizetype>("size");
    for (const qsizetype size : {ReceiveBuffer::kBlock - 1, ReceiveBuffer::kBlock, ReceiveBuffer::kBlock + 1,
             ReceiveBuffer::kGrowth * 3 + 7, qsizetype(3'000'000)})
        QTest::addRow("%lld", qlonglong(size)) << size;
}

void tst_ReceiveBuffer::receivesALargeFrameWithoutCopying()
{
    QFETCH(qsizetype, size);
    ReceiveBuffer buffer;
    const QByteArray bytes = numbered(size);
    receive(buffer, QByteArrayView(bytes).first(18), 18);
    buffer.expect(size);
    receive(buffer, QByteArrayView(bytes).sliced(18), 5000);
    QVERIFY(buffer.pending() == QByteArrayView(bytes));
    const char *block = buffer.pending().data();
    const QByteArray frame = buffer.take(size);
    QVERIFY(frame == bytes);
    if (size > ReceiveBuffer::kBlock)
        QVERIFY(frame.constData() == block);
    receive(buffer, "next", 4);
    QCOMPARE(buffer.take(4), "next");
}

void tst_ReceiveBuffer::reservesOnlyWhatHasArrived()
{
    ReceiveBuffer buffer;
    receive(buffer, "a header of 18 by.", 18);
    const qsizetype announced = qsizetype(1) << 40; // nobody has that much
    buffer.expect(announced);
    const QByteArray piece(1000, 'x');
    for (qsizetype received = 18; received < 1'000'000; received += piece.size()) {
        const auto room = qsizetype(buffer.room().size());
        QVERIFY2(buffer.pending().size() + room <= 2 * received + ReceiveBuffer::kGrowth,
            qPrintable(QString::number(room)));
        receive(buffer, piece, piece.size());
    }
}

void tst_ReceiveBuffer::keepsNothingOfALargeFrame()
{
    ReceiveBuffer buffer;
    const QByteArray bytes = numbered(1'000'000);
    receive(buffer, QByteArrayView(bytes).first(18), 18);
    buffer.expect(bytes.size());
    receive(buffer, QByteArrayView(bytes).sliced(18), 100'000);
    buffer.take(bytes.size());
    QCOMPARE(qsizetype(buffer.room().size()), ReceiveBuffer::kBlock);
}

void tst_ReceiveBuffer::splitsWhatIsLongerThanAnnounced()
{
    ReceiveBuffer buffer;
    const QByteArray bytes = numbered(50'000);
    receive(buffer, QByteArrayView(bytes).first(18), 18);
    buffer.expect(bytes.size());
    receive(buffer, QByteArrayView(bytes).sliced(18), 50'000);
    QCOMPARE(buffer.take(20'000), bytes.first(20'000));
    QVERIFY(buffer.pending() == QByteArrayView(bytes).sliced(20'000));
    receive(buffer, "more", 4);
    QCOMPARE(buffer.take(30'004), bytes.sliced(20'000) + "more");
    QVERIFY(buffer.pending().isEmpty());
}

QTEST_GUILESS_MAIN(tst_ReceiveBuffer)
#include "tst_receivebuffer.moc"

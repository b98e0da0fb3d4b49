// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "../../../core/server/connectiontable_p.h"
#include "../../../core/server/framebuffer_p.h"
#include "../../../core/server/objecttable_p.h"
#include "../../../core/server/pending_p.h"
#include "../../../core/server/serverlog_p.h"
#include "../../../core/server/workerpool_p.h"

#include <QElapsedTimer>
#include <QTest>

#include <set>
#include <thread>

using namespace pyrolens;
using namespace std::chrono_literals;

namespace {

QStringList s_lines;
std::mutex s_linesMutex;

void takeLine(QtMsgType, const QMessageLogContext &context, const QString &text)
{
    const std::lock_guard lock(s_linesMutex);
    if (QByteArray(context.category) == "pyrolens.server")
        s_lines.append(text);
}

} // namespace

// The inner parts of the server layer, each alone.
class tst_Parts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void logLineHasItsFields();
    void logHidesControlCharacters();
    void logIsLimitedPerSourceAndCode();
    void bufferLooksAtBorrowedBytes();
    void bufferReservesByWhatArrived();
    void bufferHandsOnItsBlock();
    void poolReusesAndBoundsThreads();
    void poolStopsInTime();
    void pendingIsFinishedOnce();
    void turnstileLetsOneIn();
    void anchorSurvivesItsObject();
    void tableCutsOldestUngreeted();
    void tableCutsSlowestUnfinished();
    void denialsAreSlowedDown();
};

void tst_Parts::logLineHasItsFields()
{
    s_lines.clear();
    const auto before = qInstallMessageHandler(takeLine);
    {
        ServerLog log;
        log.refusal({QStringLiteral("frame.type"), {QStringLiteral("10.0.0.1"), 99}, 3, 17,
            QStringLiteral("why %1")});
    }
    qInstallMessageHandler(before);
    QCOMPARE(
        s_lines, QStringList{QStringLiteral("frame.type peer=10.0.0.1:99 gen=3 bytes=17 detail=\"why %1\"")});
}

void tst_Parts::logHidesControlCharacters()
{
    s_lines.clear();
    const auto before = qInstallMessageHandler(takeLine);
    {
        ServerLog log;
        log.refusal({QStringLiteral("call.method"), {}, 3, 0,
            QStringLiteral("a\nb\u001b[2J\u202e\"") + QString(500, u'x')});
    }
    qInstallMessageHandler(before);
    QCOMPARE(s_lines.size(), 1);
    QVERIFY(s_lines.front().contains(QStringLiteral("a\\x0ab\\x1b[2J\\u202e\\\"xxx")));
    QVERIFY(s_lines.front().size() < 280);
}

void tst_Parts::logIsLimitedPerSourceAndCode()
{
    s_lines.clear();
    const auto before = qInstallMessageHandler(takeLine);
    auto now = ServerLog::Clock::now();
    {
        ServerLog log(10, [&] { return now; });
        const auto report = [&](const char *code, const char *host, int times) {
            for (int i = 0; i < times; ++i)
                log.refusal({QLatin1String(code), {QLatin1String(host), i}, 3, 0, {}});
        };
        report("a", "h1", 10); // exactly the limit
        QCOMPARE(s_lines.size(), 10);
        report("a", "h1", 5);
        QCOMPARE(s_lines.size(), 10);
        report("b", "h1", 1); // another code, another source
        report("a", "h2", 1);
        QCOMPARE(s_lines.size(), 12);
        now += 1s;
        report("a", "h1", 1);
        QCOMPARE(s_lines.size(), 14);
        QCOMPARE(s_lines[12], QStringLiteral("a peer=h1 suppressed 5"));
        report("a", "h1", 12);
    }
    qInstallMessageHandler(before);
    QCOMPARE(s_lines.last(), QStringLiteral("a peer=h1 suppressed 3")); // told at the end
}

void tst_Parts::bufferLooksAtBorrowedBytes()
{
    const QByteArray bytes("headtailrest");
    FrameBuffer buffer;
    buffer.borrow(bytes);
    QCOMPARE(buffer.view().data(), bytes.constData()); // no copy
    QCOMPARE(buffer.take(4), QByteArray("head"));
    buffer.skip(4);
    buffer.settle();
    QCOMPARE(buffer.view().toByteArray(), QByteArray("rest"));
    QVERIFY(buffer.view().data() != bytes.constData() + 8);
    QCOMPARE(buffer.take(4), QByteArray("rest"));
    QVERIFY(buffer.isEmpty());
    buffer.settle();
    QVERIFY(buffer.isEmpty());
}

void tst_Parts::bufferReservesByWhatArrived()
{
    constexpr qsizetype kAnnounced = 64 * 1024 * 1024;
    FrameBuffer buffer;
    buffer.borrow("0123456789");
    qsizetype received = 10;
    while (received < kAnnounced) {
        const auto room = buffer.room(kAnnounced);
        QVERIFY(!room.empty());
        QVERIFY(received + qsizetype(room.size()) <= received * 2 + FrameBuffer::kHeadStart);
        QVERIFY(received + qsizetype(room.size()) <= kAnnounced);
        buffer.filled(qsizetype(room.size()));
        received += qsizetype(room.size());
    }
    QCOMPARE(buffer.size(), kAnnounced);
}

void tst_Parts::bufferHandsOnItsBlock()
{
    FrameBuffer buffer;
    buffer.borrow("ab");
    const auto room = buffer.room(6);
    QCOMPARE(room.size(), size_t(4));
    std::copy_n("cdef", 4, room.data());
    buffer.filled(4);
    const char *block = buffer.view().data();
    const QByteArray frame = buffer.take(6);
    QCOMPARE(frame, QByteArray("abcdef"));
    QCOMPARE(static_cast<const void *>(frame.constData()), static_cast<const void *>(block));
    QVERIFY(buffer.isEmpty());
}

void tst_Parts::poolReusesAndBoundsThreads()
{
    WorkerPool pool(2);
    std::mutex mutex;
    std::set<std::thread::id> ids;
    std::atomic<bool> hold = true;
    std::atomic<int> done = 0;
    const auto task = [&] {
        while (hold)
            std::this_thread::sleep_for(1ms);
        const std::lock_guard lock(mutex);
        ids.insert(std::this_thread::get_id());
        ++done;
    };
    QVERIFY(pool.tryStart(task));
    QVERIFY(pool.tryStart(task));
    QVERIFY(!pool.tryStart(task)); // all busy
    QVERIFY(pool.start(task));     // waits its turn
    QCOMPARE(pool.threadCount(), 2);
    hold = false;
    QTRY_COMPARE(done.load(), 3);
    for (int i = 0; i < 20; ++i)
        QVERIFY(pool.start(task));
    QTRY_COMPARE(done.load(), 23);
    QVERIFY(ids.size() <= 2);
    QVERIFY(pool.stop(QDeadlineTimer(2'000)));
    QVERIFY(!pool.start(task));
    QVERIFY(!pool.tryStart(task));
    QCOMPARE(done.load(), 23);
}

void tst_Parts::poolStopsInTime()
{
    const auto hold = std::make_shared<std::atomic<bool>>(true);
    const auto left = std::make_shared<std::atomic<bool>>(false);
    {
        WorkerPool pool(2);
        QVERIFY(pool.start([hold, left] {
            while (*hold)
                std::this_thread::sleep_for(1ms);
            *left = true;
        }));
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!pool.stop(QDeadlineTimer(50)));
        QVERIFY(timer.elapsed() < 1'000);
    }
    *hold = false; // the thread outlives the pool and ends by itself
    QTRY_VERIFY(left->load());
}

void tst_Parts::pendingIsFinishedOnce()
{
    PendingResult pending;
    QVERIFY(!pending.wait(QDeadlineTimer(5), {}));
    QVERIFY(!pending.wait(QDeadlineTimer(QDeadlineTimer::Forever), [] { return true; }));
    int called = 0;
    pending.then([&](const Result<Value> &result) { called += result ? 1 : 100; });
    std::thread finisher([&] { QVERIFY(pending.finish(Value::integer(1))); });
    const auto result = pending.wait(QDeadlineTimer(5'000), {});
    finisher.join();
    QVERIFY(result && *result);
    QCOMPARE((*result)->asInteger(), 1);
    QVERIFY(!pending.finish(Value::integer(2)));
    QCOMPARE(called, 1);
    pending.then([&](const Result<Value> &) { ++called; }); // at once
    QCOMPARE(called, 2);
}

void tst_Parts::turnstileLetsOneIn()
{
    Turnstile turnstile;
    const auto never = [] { return false; };
    QVERIFY(turnstile.enter(QDeadlineTimer(0), never));
    QVERIFY(!turnstile.enter(QDeadlineTimer(5), never));
    QVERIFY(!turnstile.enter(QDeadlineTimer(QDeadlineTimer::Forever), [] { return true; }));
    turnstile.leave();
    int inside = 0;
    int total = 0;
    std::vector<std::thread> threads;
    std::atomic<bool> broken = false;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 500; ++n) {
                if (!turnstile.enter(QDeadlineTimer(QDeadlineTimer::Forever), never))
                    continue;
                broken = broken || ++inside != 1; // not atomic on purpose
                ++total;
                --inside;
                turnstile.leave();
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QVERIFY(!broken);
    QCOMPARE(total, 2'000);
}

void tst_Parts::anchorSurvivesItsObject()
{
    auto object = std::make_unique<QObject>();
    Anchor anchor(object.get());
    int ran = 0;
    QVERIFY(anchor.post([&] { ++ran; }));
    QCoreApplication::sendPostedEvents();
    QCOMPARE(ran, 1);
    // Posted and not yet run when the object dies: destroyed, not run.
    auto token = std::make_shared<int>(1);
    QVERIFY(anchor.post([&ran, token] { ++ran; }));
    QCOMPARE(token.use_count(), 2);
    QVERIFY(anchor.thread() == QThread::currentThread());
    object.reset();
    QCOMPARE(token.use_count(), 1);
    QCOMPARE(ran, 1);
    QVERIFY(!anchor.post([&] { ++ran; }));
    QVERIFY(!anchor.thread());
}

void tst_Parts::tableCutsOldestUngreeted()
{
    ConnectionTable table;
    const auto first = table.add({}, 3);
    const auto second = table.add({}, 3);
    const auto third = table.add({}, 3);
    QVERIFY(first && second && third);
    QVERIFY(!table.add({}, 3)); // N is the limit, not N - 1
    table.setGreeted(*first);
    QCOMPARE(table.ungreetedCount(), 2);
    QCOMPARE(table.cutOldestUngreeted(QStringLiteral("conn.limit")), second);
    QCOMPARE(second->cutCode(), QStringLiteral("conn.limit"));
    QCOMPARE(table.ungreetedCount(), 1);
    QCOMPARE(table.count(), 3);
    table.remove(*second);
    QCOMPARE(table.count(), 2);
    QVERIFY(table.add({}, 3));
}

void tst_Parts::tableCutsSlowestUnfinished()
{
    ConnectionTable table;
    const auto slow = table.add({}, 10);
    const auto fast = table.add({}, 10);
    table.setUnfinished(*slow, 100, 1'000);
    std::this_thread::sleep_for(2ms);
    table.setUnfinished(*fast, 900, 1'000);
    QVERIFY(slow->cutCode().isEmpty() && fast->cutCode().isEmpty());
    table.setUnfinished(*fast, 901, 1'000);
    QCOMPARE(slow->cutCode(), QStringLiteral("frame.memory"));
    QVERIFY(fast->cutCode().isEmpty());
    table.remove(*slow); // its bytes no longer count
    table.setUnfinished(*fast, 1'000, 1'000);
    QVERIFY(fast->cutCode().isEmpty());
}

void tst_Parts::denialsAreSlowedDown()
{
    DenialCounter counter;
    for (int i = 0; i < 5; ++i)
        QCOMPARE(counter.note(QStringLiteral("h1")), 0ms);
    QCOMPARE(counter.note(QStringLiteral("h1")), 1'000ms);
    QCOMPARE(counter.note(QStringLiteral("h1")), 1'000ms);
    QCOMPARE(counter.note(QStringLiteral("h2")), 0ms);
}

QTEST_GUILESS_MAIN(tst_Parts)
#include "tst_parts.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/watch/pollschedule.h>
#include <pyrolens/watch/series.h>

#include <QElapsedTimer>
#include <QtTest>

#include <cmath>
#include <limits>

using namespace pyrolens;
using namespace std::chrono_literals;

class tst_Watch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ringKeepsTheNewest();
    void columnsHoldSmallestAndLargest();
    void columnsOfAFullRingAgreeWithAPlainScan();
    void rangeAndValueAtATime();
    void noNumberIsNoPoint();
    void sameRequestIsOneCall();
    void missedTicksAreDroppedAndCounted();
    void intervalHasLimits();
    void restsAfterFailuresUntilResumed();
};

void tst_Watch::ringKeepsTheNewest()
{
    Series series(10);
    for (int i = 0; i < 25; ++i)
        series.append(i, i * 2);
    QCOMPARE(series.size(), 10);
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(series.timeAt(i), 15.0 + i);
        QCOMPARE(series.valueAt(i), 30.0 + 2 * i);
    }
    series.append(3, 1); // a clock that was set back
    QCOMPARE(series.timeAt(9), 24.0);
    series.clear();
    QVERIFY(series.isEmpty());
}

void tst_Watch::columnsHoldSmallestAndLargest()
{
    Series series;
    for (int i = 0; i < 100; ++i)
        series.append(i, i % 10);
    const auto columns = series.columns(0, 100, 10);
    QCOMPARE(columns.size(), size_t(10));
    for (const Series::Column &column : columns) {
        QCOMPARE(column.count, 10);
        QCOMPARE(column.min, 0.0);
        QCOMPARE(column.max, 9.0);
        QCOMPARE(column.first, 0.0);
        QCOMPARE(column.last, 9.0);
    }
    QCOMPARE(series.columns(200, 300, 5)[2].count, 0);
    QVERIFY(series.columns(0, 0, 5).size() == 5 && series.columns(0, 0, 5)[0].count == 0);
}

void tst_Watch::columnsOfAFullRingAgreeWithAPlainScan()
{
    Series series;
    for (int i = 0; i < 150'000; ++i)
        series.append(i * 0.01, std::sin(i * 0.001) * i);
    QCOMPARE(series.size(), Series::kDefaultCapacity);
    const double from = series.timeAt(1'234);
    const double to = series.timeAt(98'765);
    const auto columns = series.columns(from, to, 1'200);
    qsizetype count = 0;
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const Series::Column &column : columns) {
        count += column.count;
        if (column.count > 0) {
            low = std::min(low, column.min);
            high = std::max(high, column.max);
        }
    }
    QCOMPARE(count, 98'765 - 1'234 + 1);
    QCOMPARE(std::make_pair(low, high), *series.range(from, to));
}

void tst_Watch::rangeAndValueAtATime()
{
    Series series;
    series.append(10, 5);
    series.append(20, -3);
    QVERIFY(!series.range(0, 9));
    QCOMPARE(*series.range(0, 15), std::make_pair(5.0, 5.0));
    QCOMPARE(*series.range(0, 20), std::make_pair(-3.0, 5.0));
    QVERIFY(!series.valueAtTime(9));
    QCOMPARE(*series.valueAtTime(10), 5.0);
    QCOMPARE(*series.valueAtTime(19), 5.0);
    QCOMPARE(*series.valueAtTime(99), -3.0);
}

void tst_Watch::noNumberIsNoPoint()
{
    Series series;
    series.append(1, std::numeric_limits<double>::quiet_NaN());
    series.append(1, std::numeric_limits<double>::infinity());
    QCOMPARE(series.size(), 0);
}

void tst_Watch::sameRequestIsOneCall()
{
    PollSchedule schedule;
    const PollSchedule::Time start;
    schedule.set(QStringLiteral("a"), 1s, start);
    schedule.set(QStringLiteral("a"), 1s, start);
    schedule.set(QStringLiteral("b"), 1s, start);
    QStringList due = schedule.due(start);
    due.sort();
    QCOMPARE(due, QStringList({QStringLiteral("a"), QStringLiteral("b")}));
    schedule.remove(QStringLiteral("a"));
    schedule.finished(QStringLiteral("a"), true); // its answer still comes
    schedule.finished(QStringLiteral("b"), true);
    QCOMPARE(schedule.due(start + 1s), QStringList{QStringLiteral("b")});
}

void tst_Watch::missedTicksAreDroppedAndCounted()
{
    PollSchedule schedule;
    const QString key = QStringLiteral("a");
    const PollSchedule::Time start;
    schedule.set(key, 100ms, start);
    QCOMPARE(schedule.due(start).size(), 1);
    for (int tick = 1; tick <= 5; ++tick)
        QCOMPARE(schedule.due(start + tick * 100ms).size(), 0); // the answer is slow
    QCOMPARE(schedule.dropped(key), 5);
    schedule.finished(key, true);
    QCOMPARE(schedule.due(start + 550ms).size(), 0); // no tick is made up for
    QCOMPARE(schedule.due(start + 600ms).size(), 1);
    schedule.finished(key, true);
    // The looks were late: one call, not seven.
    QCOMPARE(schedule.due(start + 1'300ms).size(), 1);
    QCOMPARE(schedule.due(start + 1'301ms).size(), 0);
    QCOMPARE(schedule.dropped(key), 11);
}

void tst_Watch::intervalHasLimits()
{
    PollSchedule schedule;
    const QString key = QStringLiteral("a");
    const PollSchedule::Time start;
    schedule.set(key, 1ms, start);
    QCOMPARE(schedule.due(start).size(), 1);
    schedule.finished(key, true);
    QCOMPARE(schedule.due(start + PollSchedule::kShortest - 1ms).size(), 0);
    QCOMPARE(schedule.due(start + PollSchedule::kShortest).size(), 1);
}

void tst_Watch::restsAfterFailuresUntilResumed()
{
    PollSchedule schedule;
    const QString key = QStringLiteral("a");
    PollSchedule::Time now;
    schedule.set(key, 1s, now);
    for (int i = 0; i < PollSchedule::kFailures; ++i, now += 1s) {
        QVERIFY(!schedule.isResting(key));
        QCOMPARE(schedule.due(now).size(), 1);
        schedule.finished(key, false);
    }
    QVERIFY(schedule.isResting(key));
    QCOMPARE(schedule.due(now + 1h).size(), 0);
    schedule.resume(key, now + 1h);
    QVERIFY(!schedule.isResting(key));
    QCOMPARE(schedule.due(now + 1h).size(), 1);
    schedule.finished(key, true);
    QVERIFY(!schedule.isResting(key));
}

QTEST_APPLESS_MAIN(tst_Watch)

#include "tst_watch.moc"

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/models/fieldmodel.h>
#include <pyrolens/models/historymodel.h>
#include <pyrolens/models/methodmodel.h>
#include <pyrolens/models/trafficmodel.h>

#include "support/cputimer.h"
#include <QAbstractItemModelTester>

#include <QtTest>

#include <thread>

using namespace pyrolens;

class tst_Lists : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void historyUpdatesARunningCall();
    void historyFilters_data();
    void historyFilters();
    void historyDropsOldestOverBudget();
    void historyRemembersArgumentLines();
    void trafficPairsReplies();
    void trafficRingDropsInBlocks();
    void trafficTakesFromThreads();
    void trafficPausesTheListOnly();
    void trafficFilters();
    void trafficKeepsUp();
    void fieldsFindTheInnermost();
    void methodsSortAndLearn();
    void attributesAskBeforeTheyChange();
    void passTheModelTester();
};

namespace {

CallRecord call(
    quint64 id, const QString &method, CallRecord::Outcome outcome = CallRecord::Outcome::Ok, int ms = 1)
{
    CallRecord record;
    record.request.id = id;
    record.request.target.name = QStringLiteral(":demo.echo");
    record.request.member = method;
    record.request.argumentText = QString::number(id);
    record.started = QDateTime::currentDateTime();
    record.outcome = outcome;
    record.trace.total = std::chrono::milliseconds(ms);
    return record;
}

TrafficRecord frame(quint64 connection, TrafficRecord::Kind kind, qint64 time = 0, int bytes = 10)
{
    TrafficRecord record;
    record.connection = connection;
    record.kind = kind;
    record.time = time;
    record.direction
        = kind == TrafficRecord::Kind::Request ? Direction::ClientToServer : Direction::ServerToClient;
    record.object = kind == TrafficRecord::Kind::Request ? QStringLiteral("obj") : QString();
    record.method = kind == TrafficRecord::Kind::Request ? QStringLiteral("method%1").arg(time) : QString();
    record.bytes = QByteArray(bytes, 'x');
    return record;
}

} // namespace

void tst_Lists::historyUpdatesARunningCall()
{
    HistoryModel model;
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.put(call(1, QStringLiteral("a"), CallRecord::Outcome::Running));
    QCOMPARE(model.index(0, HistoryModel::DurationColumn).data().toString(), QString());
    model.put(call(1, QStringLiteral("a")));
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, HistoryModel::OutcomeColumn).data().toString(), QStringLiteral("OK"));
    QCOMPARE(model.index(0, HistoryModel::CallColumn).data().toString(), QStringLiteral(":demo.echo.a(1)"));
    QCOMPARE(model.recordById(1)->request.member, QStringLiteral("a"));
}

void tst_Lists::historyFilters_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("rows");
    QTest::newRow("none") << QString() << 3;
    QTest::newRow("failed") << QStringLiteral("ok:no") << 1;
    QTest::newRow("good") << QStringLiteral("ok:yes") << 2;
    QTest::newRow("slow") << QStringLiteral("ms>100") << 1;
    QTest::newRow("method") << QStringLiteral("method:ech") << 2;
    QTest::newRow("object") << QStringLiteral("obj:nothing") << 0;
    QTest::newRow("both") << QStringLiteral("method:ech ms<100") << 1;
    QTest::newRow("text") << QStringLiteral("fail(2") << 1;
}

void tst_Lists::historyFilters()
{
    QFETCH(QString, filter);
    QFETCH(int, rows);
    HistoryModel model;
    model.setFilter(filter);
    model.put(call(1, QStringLiteral("echo")));
    model.put(call(2, QStringLiteral("fail"), CallRecord::Outcome::RemoteError));
    model.put(call(3, QStringLiteral("echo"), CallRecord::Outcome::Ok, 500));
    QCOMPARE(model.rowCount(), rows);
    model.setFilter({});
    QCOMPARE(model.rowCount(), 3);
    model.setFilter(filter);
    QCOMPARE(model.rowCount(), rows);
}

void tst_Lists::historyDropsOldestOverBudget()
{
    HistoryModel model;
    for (quint64 i = 1; i <= 10; ++i) {
        CallRecord record = call(i, QStringLiteral("m"));
        record.pinned = i == 1;
        record.trace.bytesReceived = 100'000;
        model.put(record);
    }
    model.setBudget(2'000'000);
    QVERIFY(model.total() < 6);
    QVERIFY(model.recordById(1));  // pinned
    QVERIFY(!model.recordById(2)); // oldest
    QVERIFY(model.recordById(10));
    QCOMPARE(model.rowCount(), model.total());
}

void tst_Lists::historyRemembersArgumentLines()
{
    HistoryModel model;
    for (quint64 i = 1; i <= 3; ++i)
        model.put(call(i, QStringLiteral("m")));
    CallRecord again = call(4, QStringLiteral("m"));
    again.request.argumentText = QStringLiteral("1");
    model.put(again);
    QCOMPARE(model.argumentLines(QStringLiteral("m")),
        (QStringList{QStringLiteral("1"), QStringLiteral("3"), QStringLiteral("2")}));
    QCOMPARE(model.membersOf(QStringLiteral(":demo.echo")), QStringList{QStringLiteral("m")});
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void tst_Lists::trafficPairsReplies()
{
    TrafficModel model;
    using Kind = TrafficRecord::Kind;
    TrafficRecord oneway = frame(1, Kind::Request, 30);
    oneway.oneway = true;
    model.enqueue({frame(1, Kind::Request, 10), frame(2, Kind::Request, 11), oneway,
        frame(2, Kind::Reply, 40), frame(1, Kind::Failure, 50)});
    model.flush();
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.recordByNumber(1)->pair, quint64(5));
    QCOMPARE(model.recordByNumber(5)->pair, quint64(1));
    QCOMPARE(model.recordByNumber(5)->pairTime, qint64(40));
    QCOMPARE(model.recordByNumber(4)->pair, quint64(2));
    QCOMPARE(model.recordByNumber(4)->method, QStringLiteral("method11"));
    QCOMPARE(model.recordByNumber(3)->pair, quint64(0));
    QVERIFY(!model.index(2, 0).data(TrafficModel::UnmatchedRole).toBool());
    model.enqueue({frame(3, Kind::Request, 60)});
    model.flush();
    QVERIFY(model.index(5, 0).data(TrafficModel::UnmatchedRole).toBool());
    // Also when request and reply come in different batches.
    model.enqueue({frame(3, Kind::Reply, 90)});
    model.flush();
    QCOMPARE(model.recordByNumber(7)->pairTime, qint64(30));
}

void tst_Lists::trafficRingDropsInBlocks()
{
    TrafficModel model;
    model.setRing(10'000);
    std::vector<TrafficRecord> records;
    for (int i = 0; i < 20; ++i)
        records.push_back(frame(1, TrafficRecord::Kind::Request, i, 1'000));
    QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    model.enqueue(std::move(records));
    model.flush();
    QCOMPARE(removed.count(), 1);
    QVERIFY(model.bytesHeld() <= 9'000);
    QCOMPARE(model.rowCount(), model.total());
    QCOMPARE(model.dropped(), qint64(20 - model.total()));
    QCOMPARE(model.record(model.index(0, 0))->number, quint64(model.dropped() + 1));
    QVERIFY(!model.recordByNumber(1));
}

void tst_Lists::trafficTakesFromThreads()
{
    TrafficModel model;
    std::vector<std::thread> threads;
    for (quint64 t = 1; t <= 4; ++t) {
        threads.emplace_back([&model, t] {
            for (int i = 0; i < 500; ++i)
                model.enqueue(
                    {frame(t, i % 2 ? TrafficRecord::Kind::Reply : TrafficRecord::Kind::Request, i)});
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QTRY_COMPARE(model.rowCount(), 2'000);
    for (int i = 0; i < 2'000; ++i)
        QVERIFY(model.record(model.index(i, 0))->pair != 0);
}

void tst_Lists::trafficPausesTheListOnly()
{
    TrafficModel model;
    model.setPaused(true);
    model.enqueue({frame(1, TrafficRecord::Kind::Request)});
    model.flush();
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.waiting(), 1);
    model.setPaused(false);
    QCOMPARE(model.rowCount(), 1);
}

void tst_Lists::trafficFilters()
{
    TrafficModel model;
    model.enqueue({frame(1, TrafficRecord::Kind::Request, 1), frame(1, TrafficRecord::Kind::Request, 2)});
    model.flush();
    model.setFilter(QStringLiteral("METHOD2"));
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.indexOfNumber(2).row(), 0);
    QVERIFY(!model.indexOfNumber(1).isValid());
    model.enqueue({frame(1, TrafficRecord::Kind::Request, 3), frame(1, TrafficRecord::Kind::Request, 2)});
    model.flush();
    QCOMPARE(model.rowCount(), 2);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void tst_Lists::trafficKeepsUp()
{
    TrafficModel model;
    std::vector<TrafficRecord> records;
    for (int i = 0; i < 100'000; ++i)
        records.push_back(
            frame(1, i % 2 ? TrafficRecord::Kind::Reply : TrafficRecord::Kind::Request, i, 100));
    test::CpuTimer timer;
    model.enqueue(std::move(records));
    model.flush();
    const qint64 took = timer.milliseconds();
    qInfo("100,000 frames taken in %lld ms", took);
    QCOMPARE(model.rowCount(), 100'000);
    QVERIFY(took < 2'000);
}

void tst_Lists::fieldsFindTheInnermost()
{
    FieldModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    Field version{QStringLiteral("version"), 4, 2, QStringLiteral("35"), {}};
    Field magic{QStringLiteral("magic"), 0, 4, QStringLiteral("PYRO"), {}};
    Field header{QStringLiteral("header"), 0, 6, {}, {magic, version}};
    Field body{QStringLiteral("body"), 6, 10, {}, {}};
    model.setFields({header, body});
    QCOMPARE(model.fieldAt(5).data().toString(), QStringLiteral("version"));
    QCOMPARE(model.fieldAt(0).data().toString(), QStringLiteral("magic"));
    QCOMPARE(model.fieldAt(15).data().toString(), QStringLiteral("body"));
    QVERIFY(!model.fieldAt(16).isValid());
    QCOMPARE(model.fieldAt(5).parent().data().toString(), QStringLiteral("header"));
}

void tst_Lists::methodsSortAndLearn()
{
    MethodModel model;
    MethodRow echo;
    echo.name = QStringLiteral("echo");
    echo.signature = QStringLiteral("(value)");
    MethodRow args;
    args.name = QStringLiteral("args");
    args.oneway = true;
    model.setMethods({echo, args});
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("args"));
    QCOMPARE(model.index(0, MethodModel::KindColumn).data().toString(), QStringLiteral("oneway"));
    MethodRow learned;
    learned.name = QStringLiteral("echo");
    model.learn(learned);
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.methodByName(QStringLiteral("echo"))->signature, QStringLiteral("(value)"));
    learned.name = QStringLiteral("zip");
    model.learn(learned);
    QCOMPARE(model.rowCount(), 3);
    model.noteCall(QStringLiteral("zip"), 5'000'000);
    QCOMPARE(model.index(2, MethodModel::CallsColumn).data().toString(), QStringLiteral("1"));
    model.setFilter(QStringLiteral("E"));
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.indexOfName(QStringLiteral("echo")).row(), 0);
}

void tst_Lists::attributesAskBeforeTheyChange()
{
    AttributeModel model;
    model.setAttributes(
        {{QStringLiteral("counter"), true, {}, {}, {}}, {QStringLiteral("temperature"), false, {}, {}, {}}});
    QSignalSpy asked(&model, &AttributeModel::setRequested);
    const QModelIndex value = model.index(0, AttributeModel::ValueColumn);
    QVERIFY(value.flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(!model.index(1, AttributeModel::ValueColumn).flags().testFlag(Qt::ItemIsEditable));
    model.setData(value, QStringLiteral(" 5 "), Qt::EditRole);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked[0][1].toString(), QStringLiteral("5"));
    QCOMPARE(value.data().toString(), QStringLiteral("not fetched"));
    model.setValue(QStringLiteral("counter"), QStringLiteral("5"));
    QCOMPARE(value.data().toString(), QStringLiteral("5"));
    model.setError(QStringLiteral("counter"), QStringLiteral("AttributeError: no"));
    QCOMPARE(value.data().toString(), QStringLiteral("AttributeError: no"));
    model.setValue(QStringLiteral("new"), QStringLiteral("1"));
    QCOMPARE(model.rowCount(), 3);
}

void tst_Lists::passTheModelTester()
{
    const auto mode = QAbstractItemModelTester::FailureReportingMode::QtTest;
    HistoryModel history;
    TrafficModel traffic;
    MethodModel methods;
    AttributeModel attributes;
    QAbstractItemModelTester historyTester(&history, mode);
    QAbstractItemModelTester trafficTester(&traffic, mode);
    QAbstractItemModelTester methodTester(&methods, mode);
    QAbstractItemModelTester attributeTester(&attributes, mode);
    for (quint64 i = 1; i < 20; ++i)
        history.put(call(i, QStringLiteral("m")));
    history.remove(3);
    history.setFilter(QStringLiteral("1"));
    history.clear();
    traffic.setRing(500);
    for (int i = 0; i < 100; ++i) {
        traffic.enqueue({frame(1, TrafficRecord::Kind::Request, i)});
        traffic.flush();
    }
    traffic.setFilter(QStringLiteral("9"));
    MethodRow row;
    row.name = QStringLiteral("a");
    methods.setMethods({row});
    methods.setFilter(QStringLiteral("b"));
    attributes.setValue(QStringLiteral("a"), QStringLiteral("1"));
}

QTEST_MAIN(tst_Lists)
#include "tst_lists.moc"

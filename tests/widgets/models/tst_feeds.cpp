// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/models/eventmodel.h>
#include <pyrolens/models/subscriptionmodel.h>
#include <pyrolens/models/valuemodel.h>
#include <pyrolens/models/watchmodel.h>

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QtTest>

#include <thread>

using namespace pyrolens;
using namespace std::chrono_literals;

class tst_Feeds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void feedShowsWhatArrives();
    void pauseFreezesTheViewNotReception();
    void feedFilters_data();
    void feedFilters();
    void foldKeepsTheLatestOfEachSubject();
    void ringDropsTheOldestAndCounts();
    void ringHasALimitOfBytes();
    void losesNothingAtTenThousandPerSecond();
    void sourcesAreReplacedById();
    void pathsAreFollowedIntoAReply_data();
    void pathsAreFollowedIntoAReply();
    void rowsOfOneRequestShareItsCall();
    void slowAnswersAreNotAskedTwice();
    void failedWatchKeepsItsValueAndRests();
    void plotTakesSixteen();
};

namespace {

FeedItem item(const char *subject, Value value, const char *source = "Demo")
{
    FeedItem item;
    item.time = 1'700'000'000'000;
    item.source = QString::fromLatin1(source);
    item.subject = QString::fromLatin1(subject);
    item.value = std::move(value);
    item.size = 16;
    return item;
}

CallRequest request(const char *member)
{
    CallRequest request;
    request.target.uri = QStringLiteral("PYRO://127.0.0.1:1/7f000001");
    request.member = QString::fromLatin1(member);
    request.args = Value::tuple({});
    request.kwargs = Value::dict({});
    return request;
}

Value key(const char *text)
{
    return Value::str(QByteArray(text));
}

Value status(double flow, qint64 count)
{
    return Value::dict({{key("flow"), Value::real(flow)},
        {key("counts"), Value::list({Value::integer(count), Value::integer(count + 1)})}});
}

CallRecord answer(quint64 id, Value result)
{
    CallRecord record;
    record.request.id = id;
    record.outcome = CallRecord::Outcome::Ok;
    record.result = std::move(result);
    return record;
}

} // namespace

void tst_Feeds::feedShowsWhatArrives()
{
    EventModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.enqueue(item("A", Value::real(1.5)));
    model.enqueue(item("B", Value::text(u"a\u202eb\n")));
    model.flush();
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.received(), 2);
    const auto text = [&model](int row, int column) { return model.index(row, column).data().toString(); };
    QCOMPARE(text(0, EventModel::SubjectColumn), QStringLiteral("A"));
    QCOMPARE(text(0, EventModel::ValueColumn), QStringLiteral("1.5"));
    QCOMPARE(text(0, EventModel::SourceColumn), QStringLiteral("Demo"));
    // A stranger's text stays on its line and in its direction.
    QVERIFY(!text(1, EventModel::ValueColumn).contains(u'\n'));
    QVERIFY(!text(1, EventModel::ValueColumn).contains(QChar(0x202e)));
    QCOMPARE(model.subjects(), QSet<QString>({QStringLiteral("A"), QStringLiteral("B")}));
    model.clear();
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.received(), 0);
}

void tst_Feeds::pauseFreezesTheViewNotReception()
{
    EventModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.enqueue(item("A", Value::integer(1)));
    model.flush();
    model.setPaused(true);
    for (int i = 0; i < 100; ++i)
        model.enqueue(item("B", Value::integer(i)));
    QTRY_COMPARE(model.waiting(), 100);
    QCOMPARE(model.received(), 101);
    QCOMPARE(model.rowCount(), 1);
    model.setFilter(QStringLiteral("B")); // of what was there before the pause
    QCOMPARE(model.rowCount(), 0);
    model.setPaused(false);
    model.flush();
    QCOMPARE(model.rowCount(), 100);
    QCOMPARE(model.waiting(), 0);
}

void tst_Feeds::feedFilters_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("rows");
    QTest::newRow("none") << QString() << 3;
    QTest::newRow("subject") << QStringLiteral("subject:quote") << 2;
    QTest::newRow("subject without case") << QStringLiteral("subject:STOCKQUOTE.acme") << 1;
    QTest::newRow("source") << QStringLiteral("source:cb1") << 1;
    QTest::newRow("value") << QStringLiteral("value:12.5") << 1;
    QTest::newRow("any place") << QStringLiteral("12.5") << 1;
    QTest::newRow("all of them") << QStringLiteral("quote value:7") << 1;
    QTest::newRow("nothing") << QStringLiteral("subject:12.5") << 0;
}

void tst_Feeds::feedFilters()
{
    QFETCH(const QString, filter);
    QFETCH(const int, rows);
    const auto fill = [](EventModel &model) {
        model.enqueue(item("STOCKQUOTE.ACME", Value::real(12.5)));
        model.enqueue(item("STOCKQUOTE.ZINC", Value::integer(7)));
        model.enqueue(item("tick", Value::str("now"), "cb1"));
        model.flush();
    };
    EventModel model;
    fill(model);
    model.setFilter(filter);
    model.flush();
    QCOMPARE(model.rowCount(), rows); // of what has arrived
    fill(model);
    QCOMPARE(model.rowCount(), rows * 2); // and of what arrives
    model.setFolded(true);
    model.flush();
    QCOMPARE(model.rowCount(), rows);
}

void tst_Feeds::foldKeepsTheLatestOfEachSubject()
{
    EventModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setFolded(true);
    for (int i = 0; i < 10; ++i) {
        model.enqueue(item("A", Value::integer(i)));
        model.enqueue(item("B", Value::integer(-i)));
    }
    model.flush();
    model.enqueue(item("A", Value::integer(99)));
    model.flush();
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.item(model.index(0, 0))->value, Value::integer(99));
    QCOMPARE(model.index(0, EventModel::CountColumn).data().toString(), QStringLiteral("11"));
    QCOMPARE(model.index(1, EventModel::ValueColumn).data().toString(), QStringLiteral("-9"));
    model.setFolded(false);
    model.flush();
    QCOMPARE(model.rowCount(), 21);
}

void tst_Feeds::ringDropsTheOldestAndCounts()
{
    EventModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRing(100, 1'000'000);
    for (int i = 0; i < 101; ++i)
        model.enqueue(item("A", Value::integer(i)));
    model.flush();
    QCOMPARE(model.held(), 90);
    QCOMPARE(model.dropped(), 11);
    QCOMPARE(model.rowCount(), 90);
    QCOMPARE(model.item(model.index(0, 0))->value, Value::integer(11));
    QCOMPARE(model.item(model.index(89, 0))->value, Value::integer(100));
    model.enqueue(item("A", Value::integer(101)));
    model.flush();
    QCOMPARE(model.item(model.index(90, 0))->value, Value::integer(101));
    model.setFilter(QStringLiteral("value:50"));
    model.flush();
    QCOMPARE(model.rowCount(), 1);
}

void tst_Feeds::ringHasALimitOfBytes()
{
    EventModel model;
    model.setRing(1'000'000, 100'000);
    for (int i = 0; i < 100; ++i) {
        FeedItem large = item("A", Value::integer(i));
        large.size = 10'000;
        model.enqueue(large);
    }
    model.flush();
    QVERIFY(model.held() <= 9);
    QVERIFY(model.held() > 0);
    QCOMPARE(model.held() + model.dropped(), 100);
}

void tst_Feeds::losesNothingAtTenThousandPerSecond()
{
    // EVT-6 for some seconds; PYROLENS_EVENT_SECONDS=60 is the whole of it.
    bool isNumber = false;
    const int asked = qEnvironmentVariableIntValue("PYROLENS_EVENT_SECONDS", &isNumber);
    const int seconds = isNumber ? asked : 3;
    constexpr int kPerSecond = 10'000;
    EventModel model;
    std::thread generator([&model, seconds] {
        const auto start = std::chrono::steady_clock::now();
        for (int slice = 0; slice < seconds * 100; ++slice) {
            for (int i = 0; i < kPerSecond / 100; ++i)
                model.enqueue(item(i % 2 == 0 ? "A" : "B", Value::integer(slice * 100 + i)));
            std::this_thread::sleep_until(start + (slice + 1) * 10ms);
        }
    });
    // The longest time in which this thread did not come round to other work.
    std::vector<qint64> turns;
    QElapsedTimer turn;
    turn.start();
    QElapsedTimer all;
    all.start();
    while (model.received() + model.dropped() < qint64(seconds) * kPerSecond
        && all.elapsed() < seconds * 1'000 + 20'000) {
        QCoreApplication::processEvents();
        turns.push_back(turn.restart());
        std::this_thread::sleep_for(1ms);
    }
    generator.join();
    model.flush();
    QCOMPARE(model.received(), qint64(seconds) * kPerSecond);
    QCOMPARE(model.dropped(), 0);
    QCOMPARE(model.rowCount(), seconds * kPerSecond);
    std::sort(turns.begin(), turns.end());
    const qint64 p99 = turns[turns.size() * 99 / 100];
    qInfo("%d events in %lld ms; a turn of the GUI thread: p99 %lld ms, longest %lld ms",
        seconds * kPerSecond, all.elapsed(), p99, turns.back());
    QVERIFY2(p99 < 100, "budget 50 ms, doubled for shared machines");
}

void tst_Feeds::sourcesAreReplacedById()
{
    SubscriptionModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    FeedSource source;
    source.id = 7;
    source.kind = FeedSource::Kind::Callback;
    source.text = QStringLiteral("cb1");
    model.put(source);
    source.state = FeedSource::State::On;
    source.uri = QStringLiteral("PYRO://127.0.0.1:1/x");
    model.put(source);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.callback(QStringLiteral("cb1"))->uri, source.uri);
    QVERIFY(!model.callback(QStringLiteral("cb2")));
    model.remove(8);
    QCOMPARE(model.rowCount(), 1);
    model.remove(7);
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(!model.source(7));
}

void tst_Feeds::pathsAreFollowedIntoAReply_data()
{
    QTest::addColumn<QStringList>("steps");
    QTest::addColumn<bool>("found");
    QTest::addColumn<qint64>("value");
    QTest::newRow("in a list in a dict")
        << QStringList({QStringLiteral("['counts']"), QStringLiteral("[1]")}) << true << qint64(8);
    QTest::newRow("beyond the end") << QStringList({QStringLiteral("['counts']"), QStringLiteral("[2]")})
                                    << false << qint64(0);
    QTest::newRow("no such key") << QStringList({QStringLiteral("['temp']")}) << false << qint64(0);
    QTest::newRow("negative") << QStringList({QStringLiteral("['counts']"), QStringLiteral("[-1]")}) << false
                              << qint64(0);
    QTest::newRow("into a number") << QStringList({QStringLiteral("['flow']"), QStringLiteral("[0]")})
                                   << false << qint64(0);
}

void tst_Feeds::pathsAreFollowedIntoAReply()
{
    QFETCH(const QStringList, steps);
    QFETCH(const bool, found);
    QFETCH(const qint64, value);
    const auto result = ValueModel::valueAtSteps(status(1, 7), steps, Dialect::Python2);
    QCOMPARE(result.has_value(), found);
    if (found)
        QCOMPARE(*result, Value::integer(value));
    // What the tree says about its rows leads back to them.
    ValueModel tree;
    tree.setValue(status(1, 7), Dialect::Python2);
    const QModelIndex counts = tree.index(1, 0, tree.index(0, 0));
    const QModelIndex second = tree.index(1, 0, counts);
    QCOMPARE(tree.stepsOf(second), QStringList({QStringLiteral("['counts']"), QStringLiteral("[1]")}));
    QCOMPARE(tree.stepsOf(tree.index(0, 0)), QStringList());
}

void tst_Feeds::rowsOfOneRequestShareItsCall()
{
    WatchModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    std::vector<CallRequest> sent;
    model.setPoller([&sent](const CallRequest &request) {
        sent.push_back(request);
        return quint64(sent.size());
    });
    QCOMPARE(model.add(request("status"), {QStringLiteral("['flow']")}, status(1.5, 7)), 0);
    QCOMPARE(
        model.add(request("status"), {QStringLiteral("['counts']"), QStringLiteral("[0]")}, status(1.5, 7)),
        1);
    QCOMPARE(model.add(request("other"), {}, Value::integer(3)), 2);
    QCOMPARE(model.index(0, WatchModel::ValueColumn).data().toString(), QStringLiteral("1.5"));
    model.tick(std::chrono::steady_clock::now());
    QCOMPARE(sent.size(), size_t(2));
    for (size_t i = 0; i < sent.size(); ++i)
        model.polled(
            answer(i + 1, sent[i].member == QLatin1String("status") ? status(4, 9) : Value::integer(5)));
    QCOMPARE(model.index(0, WatchModel::DeltaColumn).data().toString(), QStringLiteral("+2.5"));
    QCOMPARE(model.index(1, WatchModel::ValueColumn).data().toString(), QStringLiteral("9"));
    QCOMPARE(model.index(2, WatchModel::DeltaColumn).data().toString(), QStringLiteral("+2"));
    QCOMPARE(model.series(1).size(), 2);

    // A row that is switched off takes nothing, and with the last one its request goes.
    QVERIFY(model.setData(model.index(2, WatchModel::LabelColumn), Qt::Unchecked, Qt::CheckStateRole));
    model.tick(std::chrono::steady_clock::now() + 10s);
    QCOMPARE(sent.size(), size_t(3));
    QCOMPARE(sent.back().member, QStringLiteral("status"));
    model.remove(0);
    model.remove(0);
    model.polled(answer(3, status(1, 1))); // its answer still comes
    model.tick(std::chrono::steady_clock::now() + 20s);
    QCOMPARE(sent.size(), size_t(3));
    QCOMPARE(model.rowCount(), 1);
}

void tst_Feeds::slowAnswersAreNotAskedTwice()
{
    WatchModel model;
    int sent = 0;
    model.setPoller([&sent](const CallRequest &) { return quint64(++sent); });
    model.add(request("status"), {}, Value::integer(1));
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i)
        model.tick(start + i * 2s);
    QCOMPARE(sent, 1);
    model.polled(answer(1, Value::integer(2)));
    model.tick(start + 60s);
    QCOMPARE(sent, 2);
    model.setAllPaused(true);
    model.polled(answer(2, Value::integer(2)));
    model.tick(start + 90s);
    QCOMPARE(sent, 2);
}

void tst_Feeds::failedWatchKeepsItsValueAndRests()
{
    WatchModel model;
    quint64 sent = 0;
    model.setPoller([&sent](const CallRequest &) { return ++sent; });
    model.add(request("status"), {}, Value::integer(12));
    auto now = std::chrono::steady_clock::now();
    for (int i = 0; i < PollSchedule::kFailures; ++i, now += 2s) {
        model.tick(now);
        CallRecord record;
        record.request.id = sent;
        record.outcome = CallRecord::Outcome::Timeout;
        record.error = Error::timeout(QStringLiteral("no answer"));
        model.polled(record);
    }
    const QModelIndex state = model.index(0, WatchModel::StateColumn);
    QCOMPARE(WatchModel::State(state.data(WatchModel::StateRole).toInt()), WatchModel::State::Resting);
    QVERIFY(state.data(Qt::ToolTipRole).toString().contains(QLatin1String("no answer")));
    QCOMPARE(model.index(0, WatchModel::ValueColumn).data().toString(), QStringLiteral("12"));
    model.tick(now + 1h);
    QCOMPARE(sent, quint64(PollSchedule::kFailures));
    model.resume(0);
    model.tick(now + 2h);
    QCOMPARE(sent, quint64(PollSchedule::kFailures) + 1);
}

void tst_Feeds::plotTakesSixteen()
{
    WatchModel model;
    for (int i = 0; i <= WatchModel::kMaxPlotted; ++i) {
        const int row = model.add(request("status"), {}, Value::integer(i));
        QCOMPARE(model.setData(model.index(row, WatchModel::PlotColumn), Qt::Checked, Qt::CheckStateRole),
            i < WatchModel::kMaxPlotted);
    }
    QCOMPARE(model.plotted().size(), size_t(WatchModel::kMaxPlotted));
    QCOMPARE(model.toCsv().count(u'\n'), 1 + WatchModel::kMaxPlotted);
}

QTEST_MAIN(tst_Feeds)

#include "tst_feeds.moc"

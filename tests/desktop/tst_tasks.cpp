// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "tasksfixture.h"

#include <pyrolens/editors/argumentedit.h>
#include <pyrolens/models/methodmodel.h>
#include <pyrolens/naming/nameserver.h>
#include <pyrolens/views/gotobox.h>

#include <QAction>
#include <QTableView>
#include <QUdpSocket>

using namespace pyrolens;
using namespace pyrolens::test;

class tst_Tasks : public TaskFixture
{
    Q_OBJECT

private Q_SLOTS:
    void t1FirstCallFromTheWelcomePage();
    void t2ConnectToAKnownHost();
    void t3Discover();
    void t4FindOneOfManyNames();
    void t5CallWithoutArguments();
    void t6CallWithArguments();
    void t7CallAgainWithOneValueChanged();
    void t8WatchANumberAndPlotIt();
    void t9FollowEventsByPattern();
    void aCallbackObjectIsOneClickAway();
};

void tst_Tasks::t1FirstCallFromTheWelcomePage()
{
    click(QStringLiteral("startDemo"));
    QTRY_VERIFY_WITH_TIMEOUT(m_inspector->names()->totalCount() >= 6, 10'000);
    click(QStringLiteral("card-echo"));
    QTRY_VERIFY(page());
    click(QStringLiteral("send"));
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::Ok);
    QCOMPARE(m_counter->steps, 3);
}

void tst_Tasks::t2ConnectToAKnownHost()
{
    NameServerOptions options;
    options.port = 0;
    NameServer server(builtinCatalogue(), options);
    const auto started = server.start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().what));

    press(Qt::Key_K, Qt::ControlModifier);
    type(QStringLiteral("127.0.0.1:%1").arg(server.port()));
    press(Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(m_inspector->names()->totalCount() == 1, 10'000); // :Pyro.NameServer
    QCOMPARE(m_counter->steps, 2);
}

void tst_Tasks::t3Discover()
{
    QUdpSocket probe;
    QVERIFY(probe.bind(QHostAddress::LocalHost, 0));
    const int port = probe.localPort();
    probe.close();
    NameServerOptions options;
    options.port = 0;
    options.broadcast = true;
    options.broadcastPort = port;
    NameServer server(builtinCatalogue(), options);
    const auto started = server.start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().what));
    DiscoveryOptions where; // on this machine only
    where.addresses = {QStringLiteral("127.0.0.1")};
    where.port = port;
    m_inspector->setDiscovery(where);

    press(Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY_WITH_TIMEOUT(m_inspector->names()->totalCount() == 1, 10'000); // found and listed
    QCOMPARE(m_counter->steps, 1);
}

void tst_Tasks::t4FindOneOfManyNames()
{
    ProfileInfo info;
    info.id = QStringLiteral("plant");
    info.label = info.id;
    info.state = ProfileInfo::State::Ok;
    std::vector<NameRow> rows;
    for (int i = 0; i < 100'000; ++i)
        rows.push_back({QStringLiteral(":line%1.pump%2").arg(i % 100).arg(i),
            QStringLiteral("PYRO://127.0.0.1:1/%1").arg(i), {}, false});
    m_inspector->names()->setProfile(info);
    m_inspector->names()->setNames(info.id, NameList::build(std::move(rows)));
    QCOMPARE(m_inspector->names()->totalCount(), 100'000);

    press(Qt::Key_L, Qt::ControlModifier);
    type(QStringLiteral("pump77777"));
    QTRY_COMPARE(m_inspector->names()->matchCount(), 1);
    press(Qt::Key_Return);
    QTRY_VERIFY(page());
    QCOMPARE(page()->target().name, QStringLiteral(":line77.pump77777"));
    QCOMPARE(m_counter->steps, 2);
}

void tst_Tasks::t5CallWithoutArguments()
{
    QVERIFY(openEcho());
    QVERIFY(selectMethod(QStringLiteral("notes")));
    m_counter->steps = 0;
    press(Qt::Key_Return);
    press(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->request.member, QStringLiteral("notes"));
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::Ok);
    QCOMPARE(m_counter->steps, 2);
}

void tst_Tasks::t6CallWithArguments()
{
    QVERIFY(openEcho());
    QVERIFY(selectMethod(QStringLiteral("args")));
    m_counter->steps = 0;
    press(Qt::Key_Return);
    type(QStringLiteral("1, unit='mm'"));
    press(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::Ok);
    QCOMPARE(page()->result()->record()->result.at(0), Value::tuple({Value::integer(1)}));
    QCOMPARE(m_counter->steps, 2);
}

void tst_Tasks::t7CallAgainWithOneValueChanged()
{
    QVERIFY(openEcho());
    QVERIFY(selectMethod(QStringLiteral("echo")));
    press(Qt::Key_Return);
    press(Qt::Key_A, Qt::ControlModifier);
    type(QStringLiteral("5"));
    press(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(callEnds());
    const std::shared_ptr<const CallRecord> first = page()->result()->record();
    QCOMPARE(first->result, Value::integer(5));

    m_counter->steps = 0;
    press(Qt::Key_A, Qt::ControlModifier); // in place: the caret is still in the line
    type(QStringLiteral("6"));
    press(Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY(page()->runningCall() == 0 && page()->result()->record() != first);
    QCOMPARE(page()->result()->record()->result, Value::integer(6));
    QCOMPARE(m_counter->steps, 2);
}

void tst_Tasks::t8WatchANumberAndPlotIt()
{
    m_window->openDemo(QStringLiteral("demo.thermometer"));
    QTRY_VERIFY_WITH_TIMEOUT(page() && page()->object()->methods()->rowCount() > 0, 10'000);
    Q_EMIT page()->object()->attributeRequested(QStringLiteral("temperature"));
    QVERIFY(callEnds());
    QVERIFY(page()->result()->record()->result.asReal());
    m_counter->steps = 0;

    press(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
    WatchModel *watches = m_inspector->watches();
    QCOMPARE(watches->rowCount(), 1);
    auto *table = m_window->findChild<QTableView *>(QStringLiteral("watchTable"));
    QVERIFY(table && table->isVisible());
    QCOMPARE(watches->plotted().size(), size_t(0));
    const QModelIndex tick = watches->index(0, WatchModel::PlotColumn);
    QTRY_VERIFY(table->viewport()->rect().contains(table->visualRect(tick).topLeft() + QPoint(20, 10)));
    QStyleOptionViewItem option;
    option.initFrom(table);
    option.widget = table;
    option.rect = table->visualRect(tick);
    option.features = QStyleOptionViewItem::HasCheckIndicator;
    const QRect box = table->style()->subElementRect(QStyle::SE_ItemViewItemCheckIndicator, &option, table);
    QTest::mouseClick(
        m_window->windowHandle(), Qt::LeftButton, {}, table->viewport()->mapTo(m_window.get(), box.center()));
    QCOMPARE(watches->plotted().size(), size_t(1));
    auto *plot = m_window->findChild<QWidget *>(QStringLiteral("plotView"));
    QTRY_VERIFY(plot->isVisible());
    // It goes on by itself: further values come from the object, and none of the calls are in the history.
    const int calls = m_inspector->history()->rowCount();
    QTRY_VERIFY_WITH_TIMEOUT(watches->series(0).size() >= 3, 10'000);
    QCOMPARE(m_inspector->history()->rowCount(), calls);
    QCOMPARE(m_counter->steps, 2);
}

void tst_Tasks::t9FollowEventsByPattern()
{
    m_window->openDemo(QStringLiteral("demo.market"));
    QTRY_VERIFY_WITH_TIMEOUT(page() && page()->object()->methods()->rowCount() > 0, 10'000);
    QTRY_VERIFY(!m_inspector->feeds()->servers().empty());
    m_counter->steps = 0;

    press(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    type(QStringLiteral("stockquote.a"));
    press(Qt::Key_Return);
    const SubscriptionModel *sources = m_inspector->feeds()->sources();
    QTRY_VERIFY_WITH_TIMEOUT(
        sources->rowCount() == 1 && sources->all().front().state == FeedSource::State::On, 10'000);
    QCOMPARE(sources->all().front().kind, FeedSource::Kind::Pattern);
    QCOMPARE(m_counter->steps, 2); // the budget is 3

    // Events that match arrive, others do not.
    for (const char *arguments : {"'ZINC', 1.5", "'ACME', 12.5"}) {
        page()->prepare(QStringLiteral("trade"), QString::fromLatin1(arguments));
        page()->call()->send();
        QVERIFY(callEnds());
        QCOMPARE(page()->result()->record()->result, Value::boolean(true));
    }
    EventModel *events = m_inspector->feeds()->events();
    QTRY_COMPARE_WITH_TIMEOUT(events->received(), 1, 10'000);
    QTRY_COMPARE(events->rowCount(), 1);
    QCOMPARE(events->item(events->index(0, 0))->subject, QStringLiteral("STOCKQUOTE.ACME"));
    QCOMPARE(events->item(events->index(0, 0))->value, Value::real(12.5));
}

void tst_Tasks::aCallbackObjectIsOneClickAway()
{
    m_window->openDemo(QStringLiteral("demo.clock"));
    QTRY_VERIFY_WITH_TIMEOUT(page() && page()->object()->methods()->rowCount() > 0, 10'000);
    page()->prepare(QStringLiteral("register"), {});
    m_window->findChild<QAction *>(QStringLiteral("action-events"))->trigger();
    auto *create = m_window->findChild<QWidget *>(QStringLiteral("newCallback"));
    QTRY_VERIFY(create->isVisible() && !create->visibleRegion().isEmpty());
    m_counter->steps = 0;
    click(QStringLiteral("newCallback"));
    QCOMPARE(m_counter->steps, 1);
    QTRY_COMPARE(page()->call()->arguments()->text(), QStringLiteral("callback('cb1')"));
    QCOMPARE(page()->call()->arguments()->state(), ArgumentEdit::State::Valid);
    page()->call()->send();
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::Ok);

    // What it answers is the person's choice, and its calls stand in the feed.
    Feeds *feeds = m_inspector->feeds();
    CallbackAnswer answer;
    answer.value = Value::integer(42);
    feeds->setAnswer(feeds->sources()->all().front().id, answer);
    page()->prepare(QStringLiteral("ask"), QStringLiteral("'what?'"));
    page()->call()->send();
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->result, Value::list({Value::integer(42)}));
    QTRY_COMPARE(feeds->events()->received(), 1);
    QTRY_COMPARE(feeds->events()->rowCount(), 1);
    const FeedItem *item = feeds->events()->item(feeds->events()->index(0, 0));
    QCOMPARE(item->source, QStringLiteral("cb1"));
    QCOMPARE(item->subject, QStringLiteral("answer"));
}

QTEST_MAIN(tst_Tasks)
#include "tst_tasks.moc"

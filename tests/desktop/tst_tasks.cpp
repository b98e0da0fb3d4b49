// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// The top tasks of the inspector with their budget of steps: one step is one click, one shortcut, or one
// Enter. Everything happens through events of the real window, and the events that arrive there are what is
// counted. Text is not counted.

#include "inspector.h"
#include "mainwindow.h"
#include "profiles.h"
#include "settings.h"

#include <pyrolens/editors/argumentedit.h>
#include <pyrolens/generations.h>
#include <pyrolens/models/callrecord.h>
#include <pyrolens/models/methodmodel.h>
#include <pyrolens/models/namelist.h>
#include <pyrolens/nameadmin/nameadmin.h>
#include <pyrolens/naming/nameserver.h>
#include <pyrolens/server/daemon.h>
#include <pyrolens/theme/theme.h>
#include <pyrolens/views/callview.h>
#include <pyrolens/views/gotobox.h>
#include <pyrolens/views/nameadminview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/objectview.h>
#include <pyrolens/views/profileview.h>
#include <pyrolens/views/resultview.h>

#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QKeyEvent>
#include <QListWidget>
#include <QTableView>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QThreadPool>
#include <QtTest>
#include <QUdpSocket>
#include <QWindow>

using namespace pyrolens;

namespace {

/// Counts what a person did: mouse presses, Enter, and keys with Ctrl or Alt or beyond the letters.
class StepCounter : public QObject
{
public:
    StepCounter() { qApp->installEventFilter(this); }
    int steps = 0;

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::Shortcut)
            ++steps; // a shortcut that meets its action is no key press any more
        if (qobject_cast<QWindow *>(watched) == nullptr)
            return false;
        if (event->type() == QEvent::MouseButtonPress)
            ++steps;
        if (event->type() == QEvent::KeyPress && isStep(*static_cast<QKeyEvent *>(event)))
            ++steps;
        return false;
    }

private:
    static bool isStep(const QKeyEvent &key)
    {
        switch (key.key()) {
        case Qt::Key_Control:
        case Qt::Key_Shift:
        case Qt::Key_Alt:
            return false; // part of a shortcut
        default:
            return key.text().isEmpty() || !key.text().front().isPrint()
                || (key.modifiers() & (Qt::ControlModifier | Qt::AltModifier));
        }
    }
};

} // namespace

class tst_Tasks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
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
    void t12HostAScriptedObject();
    void deadNamesAreFoundAndRemoved();
    void settingsOfANetworkCountForItsCalls();
    void aLostConnectionIsMadeAgain();

private:
    void click(const QString &objectName);
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {});
    void type(const QString &text);
    bool openEcho();
    /// Makes a method the current one, as a start state.
    bool selectMethod(const QString &name);
    bool callEnds();
    ObjectPage *page() const { return m_window->currentPage(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Inspector> m_inspector;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<StepCounter> m_counter;
};

void tst_Tasks::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<Settings>(m_folder->path());
    m_theme = std::make_unique<Theme>(qobject_cast<QApplication *>(QCoreApplication::instance()));
    m_inspector = std::make_unique<Inspector>(builtinCatalogue());
    m_window = std::make_unique<MainWindow>(m_inspector.get(), m_settings.get(), m_theme.get());
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_counter = std::make_unique<StepCounter>();
}

void tst_Tasks::cleanup()
{
    m_counter.reset();
    m_window.reset();
    m_inspector.reset();
    m_theme.reset();
    m_settings.reset();
}

void tst_Tasks::click(const QString &objectName)
{
    auto *widget = m_window->findChild<QWidget *>(objectName);
    QVERIFY2(widget && widget->isVisible() && widget->isEnabled(), qPrintable(objectName));
    QTest::mouseClick(
        m_window->windowHandle(), Qt::LeftButton, {}, widget->mapTo(m_window.get(), widget->rect().center()));
}

void tst_Tasks::press(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(m_window->windowHandle(), key, modifiers);
}

void tst_Tasks::type(const QString &text)
{
    for (const QChar character : text)
        QTest::sendKeyEvent(
            QTest::Click, m_window->windowHandle(), Qt::Key(character.toUpper().unicode()), character, {});
}

bool tst_Tasks::openEcho()
{
    m_window->openDemo(QStringLiteral("demo.echo"));
    return QTest::qWaitFor([this] { return page() && page()->object()->methods()->rowCount() > 0; }, 10'000);
}

bool tst_Tasks::selectMethod(const QString &name)
{
    auto *list = m_window->findChild<QAbstractItemView *>(QStringLiteral("methodTable"));
    if (!list)
        return false;
    for (int row = 0; row < list->model()->rowCount(); ++row) {
        const QModelIndex index = list->model()->index(row, 0);
        if (index.data().toString() == name) {
            list->setCurrentIndex(index);
            list->setFocus();
            return true;
        }
    }
    return false;
}

bool tst_Tasks::callEnds()
{
    return QTest::qWaitFor(
        [this] { return page() && page()->result()->record() && page()->runningCall() == 0; }, 10'000);
}

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

void tst_Tasks::t12HostAScriptedObject()
{
    if (!m_inspector->hosting()->hasScripts())
        QSKIP("this build has no helper for scripts (Qt Qml is missing)");
    NameServerOptions options;
    options.port = 0;
    NameServer server(builtinCatalogue(), options);
    const auto started = server.start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().what));
    m_window->openText(QStringLiteral("127.0.0.1:%1").arg(server.port()));
    QTRY_COMPARE_WITH_TIMEOUT(m_inspector->names()->totalCount(), 1, 10'000);

    m_counter->steps = 0;
    press(Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
    auto *list = m_window->findChild<QListWidget *>(QStringLiteral("hostTemplates"));
    QTRY_VERIFY(list->isVisible());
    const auto pump = list->findItems(QStringLiteral("Script: pump"), Qt::MatchExactly);
    QCOMPARE(pump.size(), 1);
    QTest::mouseClick(m_window->windowHandle(), Qt::LeftButton, {},
        list->viewport()->mapTo(m_window.get(), list->visualItemRect(pump.front()).center()));
    auto *box = m_window->findChild<QWidget *>(QStringLiteral("hostRegister"));
    QTest::mouseClick(m_window->windowHandle(), Qt::LeftButton, {},
        box->mapTo(m_window.get(), QPoint(8, box->height() / 2)));
    click(QStringLiteral("hostStart"));
    QTRY_VERIFY_WITH_TIMEOUT(
        m_inspector->names()
            ->indexForName(m_inspector->names()->profiles().front(), QStringLiteral(":mock.pump"))
            .isValid(),
        20'000);
    QCOMPARE(m_counter->steps, 4);

    // It answers, and its caller is shown.
    const auto names = m_inspector->names()->names(m_inspector->names()->profiles().front());
    m_window->openObject({m_inspector->names()->profiles().front(), QStringLiteral(":mock.pump"),
        names->at(names->find(QStringLiteral(":mock.pump"))).uri, 3, Dialect::Python2});
    page()->prepare(QStringLiteral("status"), {});
    page()->call()->send();
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::Ok);
    QCOMPARE(*page()->result()->record()->result.find("flow"), Value::real(12.5));
    QTRY_VERIFY(m_inspector->hosting()->calls()->rowCount() > 0);
}

void tst_Tasks::deadNamesAreFoundAndRemoved()
{
    NameServerOptions options;
    options.port = 0;
    NameServer server(builtinCatalogue(), options);
    const auto started = server.start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().what));
    QTcpServer gone; // a port where nobody listens
    QVERIFY(gone.listen(QHostAddress::LocalHost));
    const QString uri = QStringLiteral("PYRO://127.0.0.1:%1/7f00000100000001").arg(gone.serverPort());
    gone.close();
    auto context = std::make_shared<ClientContext>();
    context->catalogue = builtinCatalogue();
    NameServerAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.port = server.port();
    NameAdmin admin(context, address);
    QSignalSpy registered(&admin, &NameAdmin::finished);
    NameAction dead;
    dead.uri = uri;
    dead.name = QStringLiteral(":Default.dead1");
    NameAction other = dead;
    other.name = QStringLiteral(":Default.dead2");
    admin.run({dead, other});
    QVERIFY(registered.wait(10'000));
    QCOMPARE(registered.front().front().toInt(), 2);
    m_window->openText(QStringLiteral("127.0.0.1:%1").arg(server.port()));
    QTRY_COMPARE_WITH_TIMEOUT(m_inspector->names()->totalCount(), 3, 10'000);

    m_window->findChild<QAction *>(QStringLiteral("action-administration"))->trigger();
    auto *view = m_window->findChild<NameAdminView *>();
    QVERIFY(view && view->isVisible());
    QCOMPARE(view->table()->model()->rowCount(), 3);
    click(QStringLiteral("checkHealth"));
    QTRY_VERIFY_WITH_TIMEOUT(view->findChild<QWidget *>(QStringLiteral("checkHealth"))->isVisible(), 10'000);
    click(QStringLiteral("selectDead"));
    QCOMPARE(view->table()->selectionModel()->selectedRows().size(), 2);

    // First what will happen, then it; and back again.
    click(QStringLiteral("removeNames"));
    QTRY_VERIFY(view->findChild<QWidget *>(QStringLiteral("removePreview"))->isVisible());
    QCOMPARE(m_inspector->names()->totalCount(), 3);
    click(QStringLiteral("confirmRemove"));
    QTRY_COMPARE_WITH_TIMEOUT(view->table()->model()->rowCount(), 1, 10'000);
    click(QStringLiteral("registerAgain"));
    QTRY_COMPARE_WITH_TIMEOUT(view->table()->model()->rowCount(), 3, 10'000);

    // The server's own name is not ticked.
    view->table()->selectAll();
    click(QStringLiteral("removeNames"));
    auto *victims = view->findChild<QListWidget *>(QStringLiteral("removePreview"));
    QCOMPARE(victims->count(), 3);
    int ticked = 0;
    for (int row = 0; row < 3; ++row)
        ticked += victims->item(row)->checkState() == Qt::Checked;
    QCOMPARE(ticked, 2);
    click(QStringLiteral("cancelRemove"));

    // A tab that is closed takes its threads along.
    m_window->tabs()->tabCloseRequested(m_window->tabs()->currentIndex());
    QTRY_VERIFY(!m_window->findChild<NameAdminView *>());
}

void tst_Tasks::settingsOfANetworkCountForItsCalls()
{
    // A name server and an object that want to know who calls.
    NameServerOptions options;
    options.port = 0;
    options.allowedIdents = {QStringLiteral("open sesame")};
    NameServer server(builtinCatalogue(), options);
    const auto started = server.start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().what));

    m_window->findChild<QAction *>(QStringLiteral("action-newConnection"))->trigger();
    auto *view = m_window->findChild<ProfileView *>();
    QVERIFY(view && view->isVisible());
    ConnectionProfile profile = view->profile();
    profile.name = QStringLiteral("guarded");
    profile.host = QStringLiteral("127.0.0.1");
    profile.port = server.port();
    profile.callTimeout = std::chrono::seconds(7);
    profile.isSaved = true;
    view->setProfile(profile);
    click(QStringLiteral("profileAccept"));
    QTRY_VERIFY(!m_window->findChild<ProfileView *>());
    QTRY_COMPARE(m_inspector->names()->profiles().size(), 1);
    const QString id = m_inspector->names()->profiles().front();
    QTRY_COMPARE_WITH_TIMEOUT(m_inspector->names()->profile(id)->state, ProfileInfo::State::Failed, 10'000);

    profile = *m_inspector->profile(id);
    profile.ident = QStringLiteral("open sesame");
    m_inspector->setProfile(profile);
    QTRY_COMPARE_WITH_TIMEOUT(m_inspector->names()->profile(id)->state, ProfileInfo::State::Ok, 10'000);
    const auto names = m_inspector->names()->names(id);
    const int at = names->find(QStringLiteral(":Pyro.NameServer"));
    QVERIFY(at >= 0);
    m_window->openObject({id, names->at(at).name, names->at(at).uri, 3, Dialect::Python2});
    page()->prepare(QStringLiteral("ping"), {});
    QCOMPARE(page()->call()->request()->timeout, std::chrono::milliseconds(7'000));
    page()->call()->send();
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::Ok);

    // Kept, without the secret.
    QThreadPool::globalInstance()->waitForDone();
    QFile file(m_folder->filePath(QStringLiteral("profiles.json")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY2(text.contains("guarded") && !text.contains("sesame"), text.constData());
    Profiles again(file.fileName());
    QVERIFY(again.load());
    QVERIFY(again.find(id));
}

void tst_Tasks::aLostConnectionIsMadeAgain()
{
    // Takes the call, and hangs up instead of answering.
    DaemonOptions options;
    auto daemon = std::make_unique<Daemon>(builtinCatalogue(), options);
    QVERIFY(daemon->listen());
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Thing"));
    servant->method(QStringLiteral("wait()"), [](std::vector<Value>, CallContext &) -> Outcome {
        QThread::sleep(1);
        return Value::integer(1);
    });
    const int port = daemon->port();
    const QString uri
        = daemon->connectServant(servant, QStringLiteral("thing"), "7f00000100000001")->toString();
    m_window->openText(uri);
    QTRY_VERIFY(page());
    page()->prepare(QStringLiteral("wait"), {});
    page()->call()->send();
    QTRY_COMPARE(daemon->connectionCount(), 1);
    QTest::qWait(200);
    daemon->shutdown(true, std::chrono::milliseconds(0));
    daemon.reset();
    QVERIFY(callEnds());
    auto *banner = page()->findChild<QWidget *>(QStringLiteral("reconnectBanner"));
    QTRY_VERIFY(banner->isVisible());

    options.port = port;
    daemon = std::make_unique<Daemon>(builtinCatalogue(), options);
    QVERIFY(daemon->listen());
    QVERIFY(daemon->connectServant(servant, QStringLiteral("thing"), "7f00000100000001"));
    click(QStringLiteral("reconnectNow"));
    QTRY_VERIFY_WITH_TIMEOUT(!banner->isVisible(), 20'000);
}

QTEST_MAIN(tst_Tasks)

#include "tst_tasks.moc"

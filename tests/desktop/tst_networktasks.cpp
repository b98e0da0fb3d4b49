// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "profiles.h"
#include "tasksfixture.h"

#include <pyrolens/editors/argumentedit.h>
#include <pyrolens/nameadmin/nameadmin.h>
#include <pyrolens/naming/nameserver.h>
#include <pyrolens/server/daemon.h>
#include <pyrolens/views/daemonview.h>
#include <pyrolens/views/nameadminview.h>
#include <pyrolens/views/profileview.h>

#include <QAction>
#include <QComboBox>
#include <QListWidget>
#include <QTableView>
#include <QTcpServer>
#include <QThreadPool>

using namespace pyrolens;
using namespace pyrolens::test;

class tst_NetworkTasks : public TaskFixture
{
    Q_OBJECT

private Q_SLOTS:
    void t12HostAScriptedObject();
    void gatewayOffersAnObjectToOldPrograms();
    void deadNamesAreFoundAndRemoved();
    void settingsOfANetworkCountForItsCalls();
    void aLostConnectionIsMadeAgain();
    void aDaemonTellsWhatItHosts();
};

void tst_NetworkTasks::t12HostAScriptedObject()
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

void tst_NetworkTasks::gatewayOffersAnObjectToOldPrograms()
{
    HostPlan behind;
    behind.label = QStringLiteral("new one");
    behind.generations = {5};
    behind.objects.push_back({ObjectPlan::Kind::Static, QStringLiteral("lab.pump"),
        QStringLiteral("status > 'on'"), QString(), false});
    Hosting *hosting = m_inspector->hosting();
    hosting->start(behind, false);
    const auto hosts = [hosting] { return hosting->hosts()->hosts(); };
    QTRY_VERIFY_WITH_TIMEOUT(!hosts().empty() && !hosts().front().objects.empty(), 10'000);

    press(Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
    auto *list = m_window->findChild<QListWidget *>(QStringLiteral("hostTemplates"));
    QTRY_VERIFY(list->isVisible());
    list->setCurrentItem(list->findItems(QStringLiteral("Gateway"), Qt::MatchExactly).value(0));
    click(QStringLiteral("hostStart"));
    auto *problem = m_window->findChild<QWidget *>(QStringLiteral("hostProblem"));
    QVERIFY(problem->isVisible()); // which object?
    m_window->findChild<QLineEdit *>(QStringLiteral("hostTarget"))
        ->setText(hosts().front().objects.front().uris.front());
    m_window->findChild<QComboBox *>(QStringLiteral("hostGenerations"))
        ->setCurrentText(QStringLiteral("Pyro 3"));
    click(QStringLiteral("hostStart"));
    QTRY_VERIFY_WITH_TIMEOUT(hosts().size() == 2 && !hosts().back().objects.empty(), 10'000);
    const HostState gateway = hosts().back();
    QCOMPARE(gateway.plan.generations, std::vector<int>{3});
    m_window->openText(gateway.objects.front().uris.front());
    page()->prepare(QStringLiteral("status"), {});
    page()->call()->send();
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::Ok);
    QCOMPARE(page()->result()->record()->result, Value::str("on"));
}

void tst_NetworkTasks::deadNamesAreFoundAndRemoved()
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

void tst_NetworkTasks::settingsOfANetworkCountForItsCalls()
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

void tst_NetworkTasks::aLostConnectionIsMadeAgain()
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

void tst_NetworkTasks::aDaemonTellsWhatItHosts()
{
    QVERIFY(openEcho());
    m_window->findChild<QAction *>(QStringLiteral("action-daemon"))->trigger();
    auto *view = m_window->findChild<DaemonView *>();
    QVERIFY(view && view->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(view->model()->rowCount() >= 6, 10'000);
    // From there an object opens, and answers.
    int bank = -1;
    for (int row = 0; row < view->model()->rowCount(); ++row) {
        if (view->model()->index(row, 0).data().toString().endsWith(QLatin1String("bank")))
            bank = row;
    }
    QVERIFY(bank >= 0);
    view->table()->setCurrentIndex(view->model()->index(bank, 0));
    click(QStringLiteral("openHosted"));
    QTRY_VERIFY(page() && page()->target().uri == view->model()->object(view->table()->currentIndex())->uri);
    page()->prepare(QStringLiteral("accounts"), {});
    page()->call()->send();
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::Ok);
}

QTEST_MAIN(tst_NetworkTasks)
#include "tst_networktasks.moc"

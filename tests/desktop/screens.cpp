// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Drives the window through its views on the demo network and writes a picture of each, light and dark:
//     desktop_screens FOLDER
// For people who look at them; no test.
#include "inspector.h"
#include "mainwindow.h"
#include "settings.h"

#include <pyrolens/generations.h>
#include <pyrolens/naming/nameserver.h>
#include <pyrolens/server/daemon.h>
#include <pyrolens/server/servant.h>
#include <pyrolens/theme/theme.h>
#include <pyrolens/views/callview.h>
#include <pyrolens/views/codeview.h>
#include <pyrolens/views/compareview.h>
#include <pyrolens/views/daemonview.h>
#include <pyrolens/views/gotobox.h>
#include <pyrolens/views/hostingview.h>
#include <pyrolens/views/nameadminview.h>
#include <pyrolens/views/networkview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/objectview.h>
#include <pyrolens/views/parts.h>
#include <pyrolens/views/profileview.h>
#include <pyrolens/views/resultview.h>
#include <pyrolens/views/trafficview.h>

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QDockWidget>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QTableView>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTextStream>
#include <QTreeView>
#include <QtTest>

using namespace pyrolens;

namespace {

class Screens
{
public:
    Screens(Theme::Mode mode, QString folder)
        : m_folder(std::move(folder))
        , m_mode(mode)
        , m_settings(m_profile.path())
        , m_theme(qobject_cast<QApplication *>(QCoreApplication::instance()))
        , m_inspector(builtinCatalogue())
        , m_window(&m_inspector, &m_settings, &m_theme)
    {
        m_theme.setMode(mode);
        m_window.show();
    }

    void run()
    {
        shoot("welcome");
        m_window.openText(QStringLiteral("127.0.0.1:1"));
        m_window.openDemo(QStringLiteral("demo.echo"));
        (void)QTest::qWaitFor(
            [this] { return page() && page()->object()->methods()->rowCount() > 0; }, 10'000);
        shoot("object");
        call(QStringLiteral("args"),
            QStringLiteral(
                "12.5, 'text', [1, 2, 3], u'\u20ac', {'a': (None, True)}, unit='l/m', window=(0, 60)"));
        tree()->expandRecursively(page()->result()->model()->index(0, 0), 3);
        shoot("result-tree");
        page()->result()->setMode(ResultView::Mode::Text);
        shoot("result-text");
        call(QStringLiteral("crash"), QStringLiteral("'something broke'"));
        shoot("remote-error");
        page()->prepare(QStringLiteral("echo"), QStringLiteral("[1, 2, foo]"));
        shoot("argument-error");
        page()->prepare(QStringLiteral("sleep"), QStringLiteral("2"));
        page()->call()->send();
        QTest::qWait(600);
        shoot("running");
        m_inspector.cancel(page()->runningCall());
        (void)QTest::qWaitFor([this] { return page()->runningCall() == 0; });
        shoot("cancelled");
        page()->object()->pages()->setCurrentIndex(1);
        Q_EMIT page()->object()->attributeRequested(QStringLiteral("counter"));
        Q_EMIT page()->object()->pingRequested();
        QTest::qWait(400);
        shoot("attributes");
        page()->object()->pages()->setCurrentIndex(0);
        call(QStringLiteral("echo"), QStringLiteral("'traffic'"));
        trigger("traffic");
        QTest::qWait(300);
        shoot("traffic");
        feeds();
        trigger("goto");
        QTest::keyClicks(m_window.gotoBox(), QStringLiteral("de"));
        shoot("goto");
        QTest::keyClick(m_window.gotoBox(), Qt::Key_Escape);
        auto *filter = m_window.findChild<QLineEdit *>(QStringLiteral("nameFilter"));
        filter->setText(QStringLiteral("demo.th"));
        shoot("filter");
        filter->setText(QStringLiteral("nothing like this"));
        shoot("filter-empty");
        filter->clear();
        m_window.openText(QStringLiteral("PYRO://127.0.0.1:1/7f000001"));
        QTest::qWait(100);
        page()->prepare(QStringLiteral("status"), {});
        page()->call()->send();
        QTest::qWait(400);
        shoot("refused");
        host();
        administer();
        daemons();
        settings();
        m_window.resize(800, 560);
        QTest::qWait(50);
        shoot("small");
        m_window.tabs()->setCurrentIndex(1);
        trigger("toggle-historyDock");
        trigger("toggle-historyDock");
        shoot("small-object");
        m_window.tabs()->setCurrentIndex(0);
        shoot("small-welcome");
        m_window.resize(1200, 760);
        QTest::qWait(50);
        shoot("large-again");
    }

private:
    /// Events, a callback object, and watched values.
    void feeds()
    {
        Feeds *feeds = m_inspector.feeds();
        trigger("events");
        shoot("events-empty");
        auto *subject = m_window.findChild<QLineEdit *>(QStringLiteral("eventSubject"));
        subject->setText(QStringLiteral("stockquote"));
        QTest::keyClick(subject, Qt::Key_Return);
        const QString server = feeds->servers().front().uri;
        (void)QTest::qWaitFor([feeds] {
            return feeds->sources()->rowCount() == 1
                && feeds->sources()->all().front().state == FeedSource::State::On;
        });
        for (int i = 0; i < 12; ++i)
            feeds->publish(server, {QStringLiteral("STOCKQUOTE.%1").arg(QStringLiteral("ABC").mid(i % 3, 1))},
                Value::real(12.5 + i * i % 7));
        (void)QTest::qWaitFor([feeds] { return feeds->events()->received() == 12; });
        subject->setText(QStringLiteral("stockquote.[ab]"));
        shoot("events");
        m_window.findChild<QAbstractButton *>(QStringLiteral("eventFold"))->click();
        page()->prepare(QStringLiteral("echo"), {});
        m_window.findChild<QAbstractButton *>(QStringLiteral("newCallback"))->click();
        (void)QTest::qWaitFor([this] { return !page()->call()->arguments()->text().isEmpty(); });
        QTest::qWait(1'100);
        shoot("callback");
        m_window.openDemo(QStringLiteral("demo.thermometer"));
        (void)QTest::qWaitFor(
            [this] { return page()->target().name.endsWith(QLatin1String("thermometer")); });
        Q_EMIT page()->object()->attributeRequested(QStringLiteral("temperature"));
        (void)QTest::qWaitFor([this] { return page()->result()->record() && page()->runningCall() == 0; });
        trigger("watch");
        call(QStringLiteral("readings"), QStringLiteral("3"));
        tree()->setCurrentIndex(
            page()->result()->model()->index(0, 0, page()->result()->model()->index(0, 0)));
        trigger("watch");
        tree()->setCurrentIndex(page()->result()->model()->index(
            1, 0, page()->result()->model()->index(0, 0, page()->result()->model()->index(0, 0))));
        trigger("watch");
        WatchModel *watches = m_inspector.watches();
        for (const int row : {0, 2}) {
            watches->setInterval(row, std::chrono::milliseconds(100));
            watches->setData(watches->index(row, WatchModel::PlotColumn), Qt::Checked, Qt::CheckStateRole);
        }
        watches->setData(watches->index(0, WatchModel::UnitColumn), QStringLiteral("\u00b0C"), Qt::EditRole);
        QTest::qWait(3'000);
        shoot("watch");
        m_window.findChild<QDockWidget *>(QStringLiteral("watchDock"))->hide();
        while (watches->rowCount() > 0)
            watches->remove(0);
        m_window.openDemo(QStringLiteral("demo.echo"));
        QTest::qWait(100);
    }
    /// The demo's name server, checked, and what would be removed.
    void administer()
    {
        trigger("administration");
        auto *view = m_window.findChild<NameAdminView *>();
        view->findChild<QPushButton *>(QStringLiteral("checkHealth"))->click();
        auto *check = view->findChild<QPushButton *>(QStringLiteral("checkHealth"));
        (void)QTest::qWaitFor([check] { return check->isVisible(); }, 10'000);
        shoot("administration");
        QMenu *menu = view->findChild<QPushButton *>(QStringLiteral("adminMore"))->menu();
        menu->actions().front()->trigger();
        QTest::keyClicks(view->findChild<QLineEdit *>(QStringLiteral("adminFirst")), QStringLiteral("pump"));
        shoot("administration-register");
        view->findChild<QPushButton *>(QStringLiteral("adminCancel"))->click();
        view->table()->selectAll();
        view->findChild<QPushButton *>(QStringLiteral("removeNames"))->click();
        shoot("administration-remove");
        view->findChild<QPushButton *>(QStringLiteral("cancelRemove"))->click();
        transfer(*view);
    }
    /// Names in a file, and two servers side by side.
    void transfer(NameAdminView &view)
    {
        const QString path = m_profile.filePath(QStringLiteral("names.json"));
        auto *banner = view.findChild<Banner *>();
        view.exportFile(path);
        (void)QTest::qWaitFor([banner] { return banner->isVisible(); }, 10'000);
        shoot("administration-exported");
        QFile csv(m_profile.filePath(QStringLiteral("plant.csv")));
        if (csv.open(QIODevice::WriteOnly)) {
            csv.write(
                "name,kind,uri,meta\n:lab,group,,\n:demo.bank,,PYRO://10.0.0.7:7766/0a00000700000001,7\n"
                ":lab.a b,,PYRO://10.0.0.7:7766/0a00000700000002,\n:lab.x,,nonsense,\n");
            for (int i = 0; i < 24; ++i)
                csv.write(
                    QStringLiteral(":lab.pump%1,,PYRO://10.0.0.7:7766/0a0000070000000%1,\n").arg(i).toUtf8());
        }
        csv.close();
        view.importFile(csv.fileName());
        (void)QTest::qWaitFor([&view] { return view.plan()->isVisible(); }, 10'000);
        shoot("import-plan");
        view.findChild<QLineEdit *>(QStringLiteral("planTyped"))->setText(QStringLiteral("25"));
        view.findChild<QPushButton *>(QStringLiteral("planApply"))->click();
        (void)QTest::qWaitFor([&view] { return !view.plan()->isRunning(); }, 10'000);
        shoot("import-done");

        NameServerOptions options;
        options.port = 0;
        NameServer other(builtinCatalogue(), options);
        if (!other.start())
            return;
        trigger("compare");
        auto *compare = m_window.findChild<CompareView *>();
        shoot("compare-empty");
        auto *text = compare->findChild<QLineEdit *>(QStringLiteral("compareText"));
        text->setText(QStringLiteral("127.0.0.1:1"));
        compare->findChild<QPushButton *>(QStringLiteral("compareStart"))->click();
        (void)QTest::qWaitFor([compare] { return compare->findChild<Banner *>()->isVisible(); }, 10'000);
        shoot("compare-refused");
        text->setText(QStringLiteral("127.0.0.1:%1").arg(other.port()));
        compare->findChild<QPushButton *>(QStringLiteral("compareStart"))->click();
        (void)QTest::qWaitFor([compare] { return compare->model()->comparison() != nullptr; }, 10'000);
        for (int row = 0; row < 5; ++row)
            compare->table()->selectionModel()->select(
                compare->model()->index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        shoot("compare");
        compare->findChild<QPushButton *>(QStringLiteral("copyThere"))->click();
        (void)QTest::qWaitFor([compare] { return compare->plan()->isVisible(); }, 10'000);
        shoot("compare-plan");
        compare->plan()->findChild<QPushButton *>(QStringLiteral("planApply"))->click();
        (void)QTest::qWaitFor([compare] { return !compare->plan()->isRunning(); }, 10'000);
        shoot("compare-copied");
        compare->plan()->findChild<QPushButton *>(QStringLiteral("planBack"))->click();
        (void)QTest::qWaitFor([compare] { return !compare->plan()->isRunning(); }, 10'000);
        compare->plan()->findChild<QPushButton *>(QStringLiteral("planClose"))->click();
        auto *plan = view.plan();
        plan->findChild<QPushButton *>(QStringLiteral("planBack"))->click();
        (void)QTest::qWaitFor([plan] { return !plan->isRunning(); }, 10'000);
        plan->findChild<QPushButton *>(QStringLiteral("planClose"))->click();
        QTest::qWait(300);
    }
    /// What a daemon hosts, and the line that makes a lost connection again.
    void daemons()
    {
        m_window.openDemo(QStringLiteral("demo.echo"));
        (void)QTest::qWaitFor(
            [this] { return page() && page()->target().name.endsWith(QLatin1String("echo")); });
        trigger("daemon");
        auto *view = m_window.findChild<DaemonView *>();
        (void)QTest::qWaitFor([view] { return view->model()->rowCount() > 0; }, 10'000);
        shoot("daemon");
        m_window.openText(QStringLiteral("PYRO://127.0.0.1:1/7f000001"));
        QTest::qWait(100);
        trigger("daemon");
        QTest::qWait(600);
        shoot("daemon-refused");

        auto daemon = std::make_unique<Daemon>(builtinCatalogue(), DaemonOptions());
        auto servant = std::make_shared<LambdaServant>(QStringLiteral("Thing"));
        servant->method(QStringLiteral("wait()"), [](const std::vector<Value> &, CallContext &) -> Outcome {
            QThread::sleep(1);
            return Value::integer(1);
        });
        if (!daemon->listen())
            return;
        const auto uri = daemon->connectServant(servant, QStringLiteral("thing"));
        if (!uri)
            return;
        m_window.openText(uri->toString());
        QTest::qWait(100);
        page()->prepare(QStringLiteral("wait"), {});
        page()->call()->send();
        (void)QTest::qWaitFor([&daemon] { return daemon->connectionCount() == 1; }, 5'000);
        QTest::qWait(200);
        daemon->shutdown(true, std::chrono::milliseconds(0));
        daemon.reset();
        (void)QTest::qWaitFor([this] { return page()->runningCall() == 0; }, 5'000);
        QTest::qWait(500);
        shoot("reconnect");
    }
    void settings()
    {
        trigger("newConnection");
        auto *view = m_window.findChild<ProfileView *>();
        ConnectionProfile profile;
        profile.name = QStringLiteral("Plant A");
        profile.host = QStringLiteral("10.0.0.7");
        profile.ident = QStringLiteral("secret");
        profile.addressRules = QStringLiteral("10.0.0.7=127.0.0.1");
        view->setProfile(profile);
        shoot("profile");
        view->findChild<QLineEdit *>(QStringLiteral("profileSearch"))->setText(QStringLiteral("tls"));
        shoot("profile-search");
        view->findChild<QPushButton *>(QStringLiteral("profileCancel"))->click();
        trigger("code");
        shoot("code-empty");
        QTemporaryDir modules;
        QFile source(modules.filePath(QStringLiteral("walker.py")));
        if (source.open(QIODevice::WriteOnly))
            source.write("class Walker:\n    def step(self):\n        return 1\n");
        source.close();
        m_inspector.codeExchange()->choose(false, modules.path());
        CodeModel *model = m_inspector.codeExchange()->model();
        (void)QTest::qWaitFor([model] { return model->rowCount() == 1; });
        m_window.findChild<CodeView *>()->table()->setCurrentIndex(model->index(0, 0));
        QTest::qWait(200);
        shoot("code");
        m_inspector.codeExchange()->choose(false, {});
    }
    void host()
    {
        trigger("hosting");
        shoot("hosting-empty");
        trigger("newHost");
        auto *view = m_window.findChild<HostingView *>(QStringLiteral("hostingView"));
        auto *list = view->findChild<QListWidget *>(QStringLiteral("hostTemplates"));
        const auto pump = list->findItems(QStringLiteral("Script: pump"), Qt::MatchExactly);
        list->setCurrentRow(pump.isEmpty() ? 2 : list->row(pump.front())); // fixed answers, without scripts
        view->findChild<QCheckBox *>(QStringLiteral("hostRegister"))->setChecked(true);
        shoot("hosting-form");
        view->findChild<QPushButton *>(QStringLiteral("hostStart"))->click();
        HostModel *hosts = m_inspector.hosting()->hosts();
        (void)QTest::qWaitFor(
            [hosts] { return hosts->rowCount() > 0 && hosts->rowCount(hosts->index(0, 0)) > 0; }, 10'000);
        if (hosts->rowCount() == 0 || hosts->hosts().front().objects.empty()) {
            shoot("hosting-problem");
            return;
        }
        HostPlan taken;
        taken.label = QStringLiteral("second");
        taken.port = hosts->hosts().front().port;
        m_inspector.hosting()->start(taken, false);
        const ObjectState object = hosts->hosts().front().objects.front();
        m_window.openText(object.uris.front());
        call(QStringLiteral("status"), {});
        call(QStringLiteral("set_flow"), QStringLiteral("-1"));
        call(QStringLiteral("set_flow"), QStringLiteral("14.25"));
        trigger("hosting");
        QTest::qWait(600);
        shoot("hosting-failed");
        view->tree()->setCurrentIndex(hosts->index(0, 0, hosts->index(0, 0)));
        QTest::qWait(400);
        shoot("hosting-calls");
        view->details()->setCurrentIndex(1);
        shoot("hosting-methods");
        view->findChild<QPushButton *>(QStringLiteral("editHost"))->click();
        shoot("hosting-edit");
        Q_EMIT view->form()->cancelled();
        HostPlan gateway;
        gateway.kind = HostKind::Gateway;
        gateway.label = QStringLiteral("old programs");
        gateway.generations = {4, 5};
        gateway.gateway.target = object.uris.front();
        gateway.gateway.methods = QStringList{QStringLiteral("status")};
        m_inspector.hosting()->start(gateway, false);
        (void)QTest::qWaitFor([hosts] { return hosts->rowCount() > 3; }, 10'000);
        QTest::qWait(600);
        shoot("hosting-gateway");
        trigger("newHost");
        const auto one = list->findItems(QStringLiteral("Gateway"), Qt::MatchExactly);
        list->setCurrentItem(one.front());
        view->findChild<QCheckBox *>(QStringLiteral("hostRegister"))->setChecked(true);
        shoot("hosting-gateway-form");
        Q_EMIT view->form()->cancelled();
    }
    ObjectPage *page() const { return m_window.currentPage(); }
    QTreeView *tree() const { return page()->findChild<QTreeView *>(QStringLiteral("resultTree")); }
    void trigger(const char *name)
    {
        auto *action = m_window.findChild<QAction *>(QStringLiteral("action-") + QString::fromLatin1(name));
        if (!action)
            action = m_window.findChild<QAction *>(QString::fromLatin1(name));
        action->trigger();
    }
    void call(const QString &method, const QString &arguments)
    {
        page()->prepare(method, arguments);
        page()->call()->send();
        (void)QTest::qWaitFor([this] { return page()->runningCall() == 0; }, 5'000);
    }
    void shoot(const char *name)
    {
        QTest::qWait(60);
        m_window.grab().save(
            QStringLiteral("%1/%2-%3.png").arg(m_folder, QString::fromLatin1(name), Theme::modeText(m_mode)));
    }

    QString m_folder;
    Theme::Mode m_mode;
    QTemporaryDir m_profile;
    Settings m_settings;
    Theme m_theme;
    Inspector m_inspector;
    MainWindow m_window;
};

} // namespace

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    if (argc != 2) {
        QTextStream(stderr) << "usage: desktop_screens FOLDER" << Qt::endl;
        return 2;
    }
    const QString folder = QString::fromLocal8Bit(argv[1]);
    for (const Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark})
        Screens(mode, folder).run();
    return 0;
}

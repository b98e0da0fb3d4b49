// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Actions, menus and shortcuts of the main window.
#include "mainwindow.h"

#include "recenttabs.h"
#include "settings.h"

#include <pyrolens/theme/icons.h>
#include <pyrolens/views/callview.h>
#include <pyrolens/views/gotobox.h>
#include <pyrolens/views/historyview.h>
#include <pyrolens/views/hostingview.h>
#include <pyrolens/views/networkview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/parts.h>
#include <pyrolens/views/resultview.h>
#include <pyrolens/views/trafficview.h>

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QStatusBar>
#include <QTableView>
#include <QTabWidget>
#include <QTreeView>

namespace pyrolens {

QAction *MainWindow::makeAction(const QString &name, const QString &text, const QString &icon,
    const QList<QKeySequence> &keys, const std::function<void()> &run)
{
    auto *result = new QAction(text, this);
    result->setObjectName(QStringLiteral("action-") + name);
    if (!icon.isEmpty())
        result->setIcon(themeIcon(icon));
    result->setIconVisibleInMenu(false);
    result->setShortcuts(keys);
    if (!keys.isEmpty()) {
        QString plain = text;
        result->setToolTip(QStringLiteral("%1 (%2)").arg(
            plain.remove(u'&'), keys.first().toString(QKeySequence::NativeText)));
    }
    connect(result, &QAction::triggered, this, run);
    m_actions.insert(name, result);
    addAction(result);
    return result;
}

void MainWindow::makeActions()
{
    const auto keys
        = [](const char *text) { return QList<QKeySequence>{QKeySequence(QString::fromLatin1(text))}; };
    const auto add = [this](const char *name, const QString &text, const char *icon,
                         const QList<QKeySequence> &shortcuts, const std::function<void()> &run) {
        return makeAction(QString::fromLatin1(name), text, QString::fromLatin1(icon), shortcuts, run);
    };
    QAction *back = add("back", tr("&Back"), "go-previous", keys("Alt+Left"), [this] { m_navigator.back(); });
    QAction *forward
        = add("forward", tr("&Forward"), "go-next", keys("Alt+Right"), [this] { m_navigator.forward(); });
    const auto follow = [this, back, forward] {
        back->setEnabled(m_navigator.canGoBack());
        forward->setEnabled(m_navigator.canGoForward());
    };
    follow();
    connect(&m_navigator, &Navigator::changed, this, follow);
    connect(&m_navigator, &Navigator::goTo, this, &MainWindow::openObject);

    add("goto", tr("&Go to\u2026"), "edit-find",
        {QKeySequence(QStringLiteral("Ctrl+K")), QKeySequence(QStringLiteral("Ctrl+Shift+P"))},
        [this] { m_goto->activate(); });
    add("filter", tr("Focus name &filter"), "", keys("Ctrl+L"), [this] {
        m_networkDock->show();
        m_networkDock->raise();
        m_network->focusFilter();
    });
    add("discover", tr("&Discover"), "network-discover", keys("Ctrl+Shift+D"), [this] {
        action(QStringLiteral("discover"))->setEnabled(false);
        m_inspector->discover();
    });
    add("demo", tr("Start de&mo network"), "application-demo", {}, [this] { openDemo(QString()); });
    add("newHost", tr("&New host\u2026"), "list-add", keys("Ctrl+Shift+H"), [this] {
        showHosting();
        m_hosting->showForm();
    });
    add("newConnection", tr("&New connection\u2026"), "network-connect", {}, [this] { showProfile({}); });
    add("connection", tr("&Settings of the network\u2026"), "preferences-system", {},
        [this] { showProfile(m_network->currentProfile()); });
    add("daemon", tr("Objects of this &daemon"), "object", {}, [this] {
        if (const ObjectPage *page = currentPage())
            showDaemon(page->target());
    });
    add("diagnose", tr("D&iagnose\u2026"), "dialog-question", {}, [this] { diagnoseCurrent(); });
    add("code", tr("&Mobile code"), "view-text", {}, [this] { showCode(); });
    add("administration", tr("&Administration of the name server"), "preferences-system", {},
        [this] { showAdministration(someProfile()); });
    add("compare", tr("Com&pare two name servers"), "preferences-system", {},
        [this] { showComparison(someProfile()); });
    add("hosting", tr("&Local hosts"), "network-server", {}, [this] { showHosting(); });
    add("refresh", tr("&Refresh names"), "view-refresh", QKeySequence::keyBindings(QKeySequence::Refresh),
        [this] { m_inspector->refresh(m_network->currentProfile()); });
    add("send", tr("&Send"), "document-send", keys("Ctrl+Return") + keys("Ctrl+Enter"), [this] {
        if (ObjectPage *page = currentPage())
            page->call()->send();
    });
    add("sendOneway", tr("Send as &oneway"), "", keys("Ctrl+Shift+Return") + keys("Ctrl+Shift+Enter"),
        [this] {
            if (ObjectPage *page = currentPage())
                page->call()->sendOneway();
        });
    add("cancel", tr("&Cancel call"), "process-stop", {}, [this] {
        if (const ObjectPage *page = currentPage(); page && page->runningCall() != 0)
            m_inspector->cancel(page->runningCall());
    });
    add("replay", tr("&Replay selected call"), "", keys("Ctrl+Shift+R"), [this] {
        if (const auto record = m_history->current())
            replay(record->request.id);
        else if (const ObjectPage *page = currentPage(); page && page->lastCall() != 0)
            replay(page->lastCall());
    });
    add("copyLine", tr("Copy as &command line"), "edit-copy", keys("Ctrl+Shift+C"), [this] {
        ObjectPage *page = currentPage();
        const QString line = page ? page->call()->commandLine() : QString();
        if (line.isEmpty())
            statusBar()->showMessage(tr("There is no complete call to copy."), 5'000);
        else
            copyText(line);
    });
    add("addToBatch", tr("Add to &batch"), "list-add", keys("Ctrl+Shift+B"), [this] {
        if (ObjectPage *page = currentPage())
            page->call()->addToBatch();
    });
    add("traffic", tr("Show &traffic of this call"), "network-traffic", keys("F8"),
        [this] { showTrafficOfCall(); });
    add("pair", tr("&Jump between request and reply"), "", keys("Ctrl+J"),
        [this] { m_traffic->jumpToPair(); });
    QAction *record = add("record", tr("Record"), "media-record", {}, [] {});
    record->setCheckable(true);
    record->setChecked(true);
    record->setToolTip(tr("Keep the bytes of this program's own calls"));
    connect(record, &QAction::toggled, this, [this](bool on) {
        m_inspector->setRecording(on);
        updateCells();
    });
    add("find", tr("&Find in the result"), "", QKeySequence::keyBindings(QKeySequence::Find), [this] {
        if (ObjectPage *page = currentPage())
            page->result()->showFind();
    });
    add("newCall", tr("&New call tab"), "list-add", keys("Ctrl+N") + keys("Ctrl+T"), [this] {
        if (const ObjectPage *page = currentPage())
            makePage(page->target());
        else
            m_goto->activate();
    });
    add("closeTab", tr("&Close tab"), "window-close", keys("Ctrl+W"),
        [this] { closeTab(m_tabs->currentIndex()); });
    add("reopenTab", tr("Re&open closed tab"), "", keys("Ctrl+Shift+T"), [this] { reopenTab(); });
    // On macOS too it is the Control key, which Qt calls Meta there.
#ifdef Q_OS_MACOS
    const QString control = QStringLiteral("Meta");
#else
    const QString control = QStringLiteral("Ctrl");
#endif
    add("nextTab", tr("Last &used tab"), "", {QKeySequence(control + QLatin1String("+Tab"))},
        [this] { m_recentTabs->step(1); });
    add("previousTab", tr("Last used tab, other &way"), "",
        {QKeySequence(control + QLatin1String("+Shift+Tab"))}, [this] { m_recentTabs->step(-1); });
    add("nextPane", tr("Next &pane"), "", keys("F6"), [this] { nextPane(1); });
    add("previousPane", tr("Pre&vious pane"), "", keys("Shift+F6"), [this] { nextPane(-1); });
    add("zoomIn", tr("&Larger text"), "", QKeySequence::keyBindings(QKeySequence::ZoomIn),
        [this] { zoom(m_theme->fontScale() + 10); });
    add("zoomOut", tr("&Smaller text"), "", QKeySequence::keyBindings(QKeySequence::ZoomOut),
        [this] { zoom(m_theme->fontScale() - 10); });
    add("zoomReset", tr("&Normal text size"), "", keys("Ctrl+0"), [this] { zoom(100); });
    add("resetLayout", tr("&Reset layout"), "", {}, [this] { m_perspectives.reset(); });
    makeFeedActions();
    add("help", tr("About Pyrolens"), "system-help", {}, [this] { about(); });
    add("quit", tr("&Quit"), "", {QKeySequence(QStringLiteral("Ctrl+Q"))}, [this] { close(); });
}

void MainWindow::makeMenus()
{
    const auto fill = [this](QMenu *menu, std::initializer_list<const char *> names) {
        for (const char *name : names) {
            if (*name == '-')
                menu->addSeparator();
            else
                menu->addAction(action(QString::fromLatin1(name)));
        }
    };
    fill(menuBar()->addMenu(tr("&File")), {"newCall", "closeTab", "reopenTab", "-", "quit"});
    fill(menuBar()->addMenu(tr("&Edit")), {"find", "filter"});
    QMenu *view = menuBar()->addMenu(tr("&View"));
    int number = 1;
    for (QDockWidget *dock : m_docks) {
        QAction *toggle = dock->toggleViewAction();
        toggle->setObjectName(QStringLiteral("toggle-") + dock->objectName());
        toggle->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(number++)));
        view->addAction(toggle);
        // A dock that lies behind another tab is not what was asked for.
        connect(toggle, &QAction::triggered, dock, [dock](bool shown) {
            if (shown)
                dock->raise();
        });
    }
    view->addSeparator();
    QMenu *perspectives = view->addMenu(tr("&Perspective"));
    auto *shown = new QActionGroup(this);
    for (const auto &one : m_perspectives.all()) {
        QAction *choice
            = perspectives->addAction(one.title, this, [this, id = one.id] { m_perspectives.select(id); });
        choice->setCheckable(true);
        choice->setObjectName(QStringLiteral("perspective-") + one.id);
        shown->addAction(choice);
        connect(&m_perspectives, &Perspectives::changed, choice,
            [choice, id = one.id](const QString &current) { choice->setChecked(id == current); });
    }
    QMenu *themes = view->addMenu(tr("&Theme"));
    auto *group = new QActionGroup(this);
    const std::pair<QString, Theme::Mode> modes[] = {
        {tr("&System", "theme"), Theme::Mode::System},
        {tr("&Light", "theme"), Theme::Mode::Light},
        {tr("&Dark", "theme"), Theme::Mode::Dark},
    };
    for (const auto &[text, mode] : modes) {
        QAction *choice = themes->addAction(text, this, [this, mode = mode] { setTheme(mode); });
        choice->setCheckable(true);
        choice->setChecked(m_theme->mode() == mode);
        choice->setObjectName(QStringLiteral("theme-") + Theme::modeText(mode));
        group->addAction(choice);
    }
    fill(view, {"resetLayout", "-", "zoomIn", "zoomOut", "zoomReset"});
    fill(menuBar()->addMenu(tr("&Go")),
        {"goto", "-", "back", "forward", "-", "nextTab", "previousTab", "-", "nextPane", "previousPane"});
    fill(menuBar()->addMenu(tr("&Call")),
        {"send", "sendOneway", "cancel", "-", "addToBatch", "copyLine", "-", "replay", "-", "watch", "-",
            "traffic", "pair"});
    fill(menuBar()->addMenu(tr("&Network")),
        {"newConnection", "discover", "refresh", "-", "connection", "administration", "compare", "daemon",
            "diagnose", "-", "events", "code", "-", "demo", "-", "record"});
    fill(menuBar()->addMenu(tr("H&ost")), {"newHost", "hosting"});
    fill(menuBar()->addMenu(tr("&Help")), {"help"});
}

void MainWindow::nextPane(int direction)
{
    std::vector<QWidget *> panes{m_network->tree()};
    if (ObjectPage *page = currentPage()) {
        panes.push_back(page->findChild<QTableView *>(QStringLiteral("methodTable")));
        panes.push_back(page->call()->arguments());
        panes.push_back(page->findChild<QTreeView *>(QStringLiteral("resultTree")));
    }
    panes.push_back(m_history->table());
    panes.push_back(m_traffic->table());
    std::erase_if(panes, [](const QWidget *pane) { return !pane || !pane->isVisible(); });
    if (panes.empty())
        return;
    int at = -1;
    const QWidget *focus = QApplication::focusWidget();
    for (size_t i = 0; i < panes.size(); ++i) {
        if (focus && (panes[i] == focus || panes[i]->isAncestorOf(focus)))
            at = int(i);
    }
    const int count = int(panes.size());
    panes[size_t(((at < 0 && direction < 0 ? 0 : at) + direction + count) % count)]->setFocus(
        Qt::TabFocusReason);
}

void MainWindow::setTheme(Theme::Mode mode)
{
    m_theme->setMode(mode);
    m_settings->setTheme(Theme::modeText(mode));
}

void MainWindow::zoom(int percent)
{
    m_theme->setFontScale(percent);
    m_settings->setFontScale(m_theme->fontScale());
}

void MainWindow::about()
{
    QMessageBox::about(this, tr("About Pyrolens"),
        tr("Pyrolens %1\n\nInspector for networks of Python Remote Objects.\nNothing that is received is "
           "ever executed.")
            .arg(QStringLiteral(PYROLENS_VERSION)));
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "mainwindow.h"

#include "recenttabs.h"
#include "settings.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>
#include <pyrolens/views/callview.h>
#include <pyrolens/views/gotobox.h>
#include <pyrolens/views/historyview.h>
#include <pyrolens/views/networkview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/parts.h>
#include <pyrolens/views/trafficview.h>
#include <pyrolens/views/welcomepage.h>

#include <QAction>
#include <QBoxLayout>
#include <QCloseEvent>
#include <QDockWidget>
#include <QLocale>
#include <QMenu>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QToolBar>
#include <QTreeView>

namespace pyrolens {

namespace {

// In em: below this size of the window the docks take the least they can, so that the call keeps its room.
constexpr int kCompactWidth = 70;
constexpr int kCompactHeight = 46;
constexpr int kNetwork = 21;
constexpr int kCompactNetwork = 14;
constexpr int kCompactBottom = 110; ///< px: filter and a few rows

} // namespace

MainWindow::MainWindow(Inspector *inspector, Settings *settings, Theme *theme, QWidget *parent)
    : QMainWindow(parent)
    , m_inspector(inspector)
    , m_settings(settings)
    , m_theme(theme)
    , m_drafts(settings->folder())
    , m_perspectives(this, settings)
{
    setObjectName(QStringLiteral("mainWindow"));
    m_inspector->setDiscovery(settings->discovery());
    setWindowIcon(QIcon(QStringLiteral(":/pyrolens/app.svg")));
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks | GroupedDragging);
    setTabPosition(Qt::BottomDockWidgetArea, QTabWidget::North);
    setTabPosition(Qt::LeftDockWidgetArea, QTabWidget::North);

    auto *centre = new QWidget(this);
    m_banner = new Banner(centre);
    m_banner->setRetryVisible(false);
    m_tabs = new QTabWidget(centre);
    m_tabs->setObjectName(QStringLiteral("tabs"));
    m_tabs->setAccessibleName(tr("Open objects"));
    m_tabs->setDocumentMode(true);
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(true);
    // With many tabs the bar scrolls: titles that shrink to dots tell nothing.
    m_tabs->setElideMode(Qt::ElideNone);
    m_tabs->setUsesScrollButtons(true);
    m_recentTabs = new RecentTabs(m_tabs);
    m_welcome = new WelcomePage(m_tabs);
    showRecent();
    m_tabs->addTab(m_welcome, tr("Welcome"));
    auto *layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addWidget(m_tabs, 1);
    setCentralWidget(centre);

    makeDocks();
    makePerspectives();
    makeHosting();
    makeActions();
    makeToolBar();
    makeMenus();
    makeStatusBar();
    connectInspector();
    m_inspector->keepProfiles(m_settings->folder() + QLatin1String("/profiles.json"));
    m_inspector->keepHistory(m_settings->folder() + QLatin1String("/history.sqlite"));

    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &MainWindow::closeTab);
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        if (const ObjectPage *page = currentPage())
            m_navigator.visit(page->target());
        retitle();
    });
    connect(m_welcome, &WelcomePage::demoRequested, this, [this] { openDemo(QString()); });
    connect(m_welcome, &WelcomePage::cardChosen, this, &MainWindow::openDemo);
    connect(
        m_welcome, &WelcomePage::discoverRequested, action(QStringLiteral("discover")), &QAction::trigger);
    connect(m_welcome, &WelcomePage::connectRequested, m_goto, &GotoBox::activate);
    connect(m_welcome, &WelcomePage::recentChosen, this, &MainWindow::openText);

    resize(1200, 760);
    restoreGeometry(m_settings->geometry());
    m_perspectives.start();
    retitle();
    updateCells();
}

MainWindow::~MainWindow() = default;

QDockWidget *MainWindow::addDock(
    const QString &title, const QString &name, QWidget *widget, Qt::DockWidgetArea area)
{
    auto *dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setAccessibleName(title);
    dock->setWidget(widget);
    addDockWidget(area, dock);
    connect(
        dock, &QDockWidget::dockLocationChanged, this, &MainWindow::updateTitleBars, Qt::QueuedConnection);
    connect(dock, &QDockWidget::topLevelChanged, this, &MainWindow::updateTitleBars, Qt::QueuedConnection);
    connect(dock, &QDockWidget::visibilityChanged, this, &MainWindow::updateTitleBars, Qt::QueuedConnection);
    m_docks.push_back(dock);
    return dock;
}

void MainWindow::makePerspectives()
{
    m_perspectives.add(
        QStringLiteral("explore"), tr("&Explore", "perspective"), [this] { arrange(190, m_historyDock); });
    m_perspectives.add(
        QStringLiteral("wire"), tr("&Wire", "perspective"), [this] { arrange(380, m_trafficDock); });
}

void MainWindow::arrange(int bottomHeight, QDockWidget *raised)
{
    // The explorer on the left, watches on the right when there are any, all else as tabs below.
    QDockWidget *first = nullptr;
    for (QDockWidget *dock : m_docks) {
        dock->setFloating(false);
        dock->show();
        if (dock == m_networkDock) {
            addDockWidget(Qt::LeftDockWidgetArea, dock);
        } else if (dock == m_watchDock) {
            addDockWidget(Qt::RightDockWidgetArea, dock);
            dock->setVisible(m_inspector->watches()->rowCount() > 0);
        } else if (!first) {
            addDockWidget(Qt::BottomDockWidgetArea, dock);
            first = dock;
        } else {
            tabifyDockWidget(first, dock);
        }
    }
    raised->raise();
    m_bottomHeight = bottomHeight;
    fitDocks();
}

void MainWindow::fitDocks()
{
    resizeDocks(
        {m_networkDock}, {metrics::em(font(), m_compact ? kCompactNetwork : kNetwork)}, Qt::Horizontal);
    for (QDockWidget *dock : m_docks) {
        const bool below = dock != m_networkDock && !dock->isFloating() && !dock->isHidden()
            && dockWidgetArea(dock) == Qt::BottomDockWidgetArea;
        if (below)
            resizeDocks(
                {dock}, {m_compact ? kCompactBottom : std::min(m_bottomHeight, height() / 2)}, Qt::Vertical);
    }
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    const bool compact
        = width() < metrics::em(font(), kCompactWidth) || height() < metrics::em(font(), kCompactHeight);
    if (compact == m_compact)
        return;
    if (compact && m_historyDock->isVisible() && !m_historyDock->isFloating())
        m_bottomHeight = std::max(m_historyDock->height(), kCompactBottom);
    m_compact = compact;
    // After the layout has had its say about the new size.
    QMetaObject::invokeMethod(this, &MainWindow::fitDocks, Qt::QueuedConnection);
}

void MainWindow::makeDocks()
{
    m_network = new NetworkView(m_inspector->names(), this);
    m_history = new HistoryView(m_inspector->history(), this);
    m_traffic = new TrafficView(m_inspector->traffic(), this);
    m_networkDock = addDock(tr("Network"), QStringLiteral("networkDock"), m_network, Qt::LeftDockWidgetArea);
    m_historyDock
        = addDock(tr("History"), QStringLiteral("historyDock"), m_history, Qt::BottomDockWidgetArea);
    m_trafficDock
        = addDock(tr("Traffic"), QStringLiteral("trafficDock"), m_traffic, Qt::BottomDockWidgetArea);
    makeFeedDocks();
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    updateTitleBars();
    connect(m_network, &NetworkView::openRequested, this, &MainWindow::openObject);
    connect(m_network, &NetworkView::demoRequested, this, [this] { openDemo(QString()); });
    connect(m_network, &NetworkView::discoverRequested, this,
        [this] { action(QStringLiteral("discover"))->trigger(); });
    connect(m_network, &NetworkView::connectRequested, this, [this] { m_goto->activate(); });
    connect(m_network, &NetworkView::retryRequested, m_inspector, &Inspector::refresh);
    connect(m_network, &NetworkView::cancelRequested, m_inspector, &Inspector::cancelList);
    connect(m_network, &NetworkView::daemonRequested, this, &MainWindow::showDaemon);
    connect(m_network, &NetworkView::settingsRequested, this, &MainWindow::showProfile);
    connect(m_network, &NetworkView::diagnoseRequested, this, &MainWindow::diagnoseServer);
    connect(m_inspector, &Inspector::profileChanged, this, [this](const QString &profile) {
        for (const QPointer<ObjectPage> &page : std::as_const(m_pages)) {
            if (page && page->target().profile == profile)
                applyProfile(page);
        }
    });
    connect(m_network, &NetworkView::administrationRequested, this, &MainWindow::showAdministration);
    connect(m_network, &NetworkView::removeRequested, m_inspector, &Inspector::removeProfile);
    connect(m_history, &HistoryView::selected, this, &MainWindow::showRecord);
    connect(m_history, &HistoryView::replayRequested, this, &MainWindow::replay);
    connect(m_traffic, &TrafficView::fieldsWanted, m_inspector, &Inspector::dissect);
    connect(m_inspector, &Inspector::fieldsReady, m_traffic, &TrafficView::setFields);
}

void MainWindow::updateTitleBars()
{
    // Among tabs the tab is the title; it can be dragged out like a title bar.
    for (QDockWidget *dock : m_docks) {
        const bool tabbed = !dock->isFloating() && !tabifiedDockWidgets(dock).isEmpty();
        if (tabbed && !dock->titleBarWidget()) {
            dock->setTitleBarWidget(new QWidget(dock));
        } else if (!tabbed && dock->titleBarWidget()) {
            QWidget *none = dock->titleBarWidget();
            dock->setTitleBarWidget(nullptr);
            none->deleteLater();
        }
    }
}

void MainWindow::makeToolBar()
{
    auto *bar = addToolBar(tr("Toolbar"));
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->setContentsMargins(metrics::kGapSmall, metrics::kGapSmall, metrics::kGapSmall, 0);
    m_goto = new GotoBox(bar);
    m_goto->setMaximumWidth(metrics::em(font(), 44));
    m_goto->setRefresh([this] { refreshGoto(); });
    auto *space = new QWidget(bar);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addAction(action(QStringLiteral("back")));
    bar->addAction(action(QStringLiteral("forward")));
    bar->addWidget(m_goto);
    bar->addWidget(space);
    for (const char *name : {"discover", "send", "record", "help"}) {
        QAction *shown = action(QString::fromLatin1(name));
        bar->addAction(shown);
        if (auto *button = qobject_cast<QToolButton *>(bar->widgetForAction(shown)))
            button->setToolButtonStyle(
                QByteArrayView(name) == "help" ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
    }
    for (QToolButton *button : bar->findChildren<QToolButton *>()) {
        if (const QAction *shown = button->defaultAction())
            button->setAccessibleName(shown->text().remove(u'&'));
    }
    connect(m_goto, &GotoBox::nameChosen, this, [this](const QString &profile, const QString &name) {
        const ObjectTarget target = m_inspector->names()->target(profile, name);
        if (target.uri.isEmpty())
            return;
        m_network->selectName(profile, name);
        openObject(target);
    });
    connect(m_goto, &GotoBox::targetChosen, this, &MainWindow::openText);
    connect(m_goto, &GotoBox::recordChosen, this, &MainWindow::showRecord);
}

void MainWindow::makeStatusBar()
{
    const auto cell = [this](const QString &icon, const QString &name, const QString &accessible,
                          const QString &description) {
        auto *button = iconButton(icon, description, name, this);
        button->setAccessibleName(accessible);
        button->setAccessibleDescription(description);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        statusBar()->addWidget(button);
        return button;
    };
    statusBar()->setSizeGripEnabled(false);
    m_connectionsCell = cell(QStringLiteral("network-connect"), QStringLiteral("connectionsCell"),
        tr("Connections"), tr("Open connections of this program"));
    m_flightCell = cell(QStringLiteral("document-send"), QStringLiteral("flightCell"), tr("Calls in flight"),
        tr("Calls waiting for a reply; click to cancel one"));
    m_namesCell = cell(QStringLiteral("view-list-tree"), QStringLiteral("namesCell"), tr("Names"),
        tr("Names of all name servers; click to filter them"));
    m_recordingCell = cell(QStringLiteral("network-traffic"), QStringLiteral("recordingCell"),
        tr("Recording"), tr("Recorded traffic; click to show it"));
    m_problemsCell = cell(QStringLiteral("dialog-warning"), QStringLiteral("problemsCell"), tr("Problems"),
        tr("Problems not yet seen; click to list them"));

    connect(m_connectionsCell, &QToolButton::clicked, this, [this] { m_network->tree()->setFocus(); });
    connect(m_namesCell, &QToolButton::clicked, this, [this] { m_network->focusFilter(); });
    connect(m_recordingCell, &QToolButton::clicked, this, [this] {
        m_trafficDock->show();
        m_trafficDock->raise();
    });
    connect(m_flightCell, &QToolButton::clicked, this, [this] {
        QMenu menu(this);
        for (const quint64 id : m_inspector->inFlight()) {
            if (const auto record = m_inspector->history()->recordById(id))
                menu.addAction(
                    tr("Cancel %1").arg(record->callText(60)), this, [this, id] { m_inspector->cancel(id); });
        }
        if (menu.isEmpty())
            menu.addAction(tr("No call is under way"))->setEnabled(false);
        menu.exec(m_flightCell->mapToGlobal(QPoint(0, -menu.sizeHint().height())));
    });
    connect(m_problemsCell, &QToolButton::clicked, this, [this] {
        QMenu menu(this);
        for (const QString &problem : std::as_const(m_problems))
            menu.addAction(visibleText(problem, 120))->setEnabled(false);
        if (menu.isEmpty())
            menu.addAction(tr("Nothing to report"))->setEnabled(false);
        menu.exec(m_problemsCell->mapToGlobal(QPoint(0, -menu.sizeHint().height())));
        m_problems.clear();
        updateCells();
    });
    connect(m_inspector->names(), &NameTreeModel::filterApplied, this, &MainWindow::updateCells);
    connect(m_inspector->traffic(), &QAbstractItemModel::rowsInserted, this, &MainWindow::updateCells);
    connect(m_inspector->traffic(), &QAbstractItemModel::modelReset, this, &MainWindow::updateCells);
}

void MainWindow::updateCells()
{
    m_connectionsCell->setText(tr("%n connection(s)", nullptr, m_connections));
    m_flightCell->setText(tr("%n in flight", "calls", int(m_inspector->inFlight().size())));
    m_namesCell->setText(tr("%n name(s)", nullptr, m_inspector->names()->totalCount()));
    m_recordingCell->setText(action(QStringLiteral("record"))->isChecked()
            ? tr("recorded %1").arg(sizeText(m_inspector->traffic()->bytesHeld()))
            : tr("recording off"));
    m_problemsCell->setText(tr("%n problem(s)", nullptr, int(m_problems.size())));
}

void MainWindow::connectInspector()
{
    connect(m_inspector, &Inspector::callFinished, this, &MainWindow::callFinished);
    connect(m_inspector, &Inspector::demoReady, this, &MainWindow::demoArrived);
    connect(m_inspector, &Inspector::problem, this, &MainWindow::noteProblem);
    connect(m_inspector, &Inspector::inFlightChanged, this, &MainWindow::updateCells);
    connect(m_inspector, &Inspector::connectionsChanged, this, [this](int connections) {
        m_connections = connections;
        updateCells();
    });
    connect(m_inspector, &Inspector::namesArrived, this, [this](const QString &profile) {
        const auto names = m_inspector->names()->names(profile);
        m_network->expandProfile(profile, names && names->size() <= 200 ? 2 : 0);
        const ProfileInfo *info = m_inspector->names()->profile(profile);
        if (info && m_places.contains(profile)) {
            m_settings->setRecentGeneration(m_places.value(profile), info->generation);
            showRecent();
        }
    });
    connect(m_inspector, &Inspector::listFailed, this, [this](const QString &profile) {
        if (const ProfileInfo *info = m_inspector->names()->profile(profile)) {
            m_problems.append(info->error);
            updateCells();
        }
    });
    connect(m_inspector, &Inspector::discoveryFinished, this, [this](int found) {
        action(QStringLiteral("discover"))->setEnabled(true);
        if (found == 0)
            m_banner->showMessage(Banner::Level::Information, tr("No name server answered the broadcast."),
                tr("It may be on another network, or a firewall drops broadcasts. Connect to its host with "
                   "Ctrl+K."));
        else
            statusBar()->showMessage(tr("%n name server(s) found", nullptr, found), 5'000);
    });
    connect(m_inspector, &Inspector::pinged, this,
        [this](quint64 id, Health health, const QString &text, const QString &uri) {
            ObjectPage *page = m_pages.value(id);
            if (page)
                page->pinged(health, text, uri);
            if (page && !page->target().name.isEmpty())
                m_inspector->names()->setHealth(page->target().profile, page->target().name, health);
        });
    connect(m_inspector, &Inspector::described, this,
        [this](quint64 id, const ObjectInterface &interface, const QString &uri) {
            if (ObjectPage *page = m_pages.value(id)) {
                page->described(interface, uri);
                page->call()->setChoices(m_inspector->choices(page->target()));
            }
        });
    connect(m_inspector, &Inspector::metadataListed, this,
        [this](quint64 id, const std::vector<std::pair<QString, QString>> &rows) {
            if (ObjectPage *page = m_pages.value(id))
                page->setMetadata(rows);
        });
    connect(
        m_inspector, &Inspector::nameChecked, this, [this](quint64 id, const QString &name, bool isMethod) {
            if (ObjectPage *page = m_pages.value(id))
                page->nameChecked(name, isMethod);
        });
    connect(m_inspector, &Inspector::checkFailed, this,
        [this](quint64 id, const QString &text, const QString &hint) {
            if (ObjectPage *page = m_pages.value(id))
                page->showProblem(text, hint);
        });
}

void MainWindow::noteProblem(const QString &text, const QString &hint, const QString &detail)
{
    m_banner->showMessage(Banner::Level::Error, text, hint, detail);
    m_problems.append(text);
    updateCells();
}

void MainWindow::retitle()
{
    const ObjectPage *page = currentPage();
    setWindowTitle(page ? tr("%1 - Pyrolens", "object").arg(visibleText(page->target().label(), 100))
                        : QStringLiteral("Pyrolens"));
    action(QStringLiteral("send"))->setEnabled(page != nullptr);
    action(QStringLiteral("sendOneway"))->setEnabled(page != nullptr);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!mayQuit()) {
        event->ignore();
        return;
    }
    m_settings->setGeometry(saveGeometry());
    m_perspectives.save();
    m_drafts.save();
    event->accept();
}

} // namespace pyrolens

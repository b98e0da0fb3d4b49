// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "drafts.h"
#include "inspector.h"
#include "navigator.h"
#include "perspectives.h"

#include <pyrolens/theme/theme.h>

#include <QMainWindow>
#include <QPointer>

#include <memory>
#include <vector>

class QActionGroup;
class QLabel;
class QTabWidget;
class QToolButton;

namespace pyrolens {

class Banner;
class CodeView;
class CompareView;
class EventsView;
class GotoBox;
class HistoryView;
class HostingView;
class NameAdminView;
class NetworkView;
class ObjectPage;
class RecentTabs;
class Settings;
class TrafficView;
class WatchView;
class WelcomePage;

/// The main window: explorer on the left, tabs in the centre, history and traffic below, a short toolbar, a
/// status bar whose cells are buttons. Wiring only; what happens is in Inspector, what is shown in the views.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(Inspector *inspector, Settings *settings, Theme *theme, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Opens what a person typed: a host is listed, a URI or name becomes a tab.
    void openText(const QString &text);
    ObjectPage *openObject(const ObjectTarget &target);
    ObjectPage *currentPage() const;
    /// Starts the demo and opens one of its objects with a prepared call when it is there.
    void openDemo(const QString &object = QStringLiteral("demo.echo"));
    QTabWidget *tabs() const { return m_tabs; }
    GotoBox *gotoBox() const { return m_goto; }

protected:
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    // mainwindow.cpp
    QDockWidget *addDock(const QString &title, const QString &name, QWidget *widget, Qt::DockWidgetArea area);
    void makeDocks();
    void makePerspectives();
    void fitDocks();
    void arrange(int bottomHeight, QDockWidget *raised);
    void makeToolBar();
    void updateTitleBars();
    void makeStatusBar();
    void connectInspector();
    void retitle();
    void updateCells();
    void noteProblem(const QString &text, const QString &hint, const QString &detail);
    // mainwindow_feeds.cpp
    void makeFeedDocks();
    void makeFeedActions();
    void showEvents();
    void setLiterals(ObjectPage *page);
    void insertLiteral(const QString &literal); ///< into the call line
    void watchSelected();                       ///< the selected value of the current result
    // mainwindow_actions.cpp
    void makeActions();
    void makeMenus();
    QAction *makeAction(const QString &name, const QString &text, const QString &icon,
        const QList<QKeySequence> &keys, const std::function<void()> &run);
    QAction *action(const QString &name) const { return m_actions.value(name); }
    void nextPane(int direction);
    void setTheme(Theme::Mode mode);
    void zoom(int percent);
    void about();
    // mainwindow_hosting.cpp
    void makeHosting();
    void showHosting();
    bool mayQuit();
    // mainwindow_doctor.cpp
    void diagnoseServer(const QString &profile);
    void diagnoseCurrent(); ///< the object of the current tab, else the current name server
    void diagnose(const QString &profile, const ObjectTarget &target, const QString &label);
    // mainwindow_profiles.cpp
    void showProfile(const QString &profile); ///< the settings of a network; empty: of a new one
    void applyProfile(ObjectPage *page);
    void showCode();
    void showDaemon(const ObjectTarget &object); ///< what else its daemon hosts
    // mainwindow_names.cpp
    void showAdministration(const QString &profile); ///< a tab for one name server
    void showComparison(const QString &profile);     ///< ... and for that and another one
    void tellNoServer();
    QString someProfile() const; ///< the current one of the explorer, else the first
    // mainwindow_pages.cpp
    static QString tabLabel(const QString &text);
    ObjectPage *makePage(const ObjectTarget &target);
    void connectPage(ObjectPage *page, quint64 id);
    void closeTab(int index);
    void reopenTab();
    void send(ObjectPage *page, const CallRequest &request);
    void callFinished(const std::shared_ptr<const CallRecord> &record);
    void showRecent();
    void showRecord(quint64 id);
    void replay(quint64 id);
    void showTrafficOfCall();
    void refreshGoto();
    void demoArrived(const QString &profile);
    static std::pair<QString, QString> preparedCall(const QString &object);

    Inspector *m_inspector;
    Settings *m_settings;
    Theme *m_theme;
    Navigator m_navigator;
    Drafts m_drafts;
    Perspectives m_perspectives;
    QHash<QString, QAction *> m_actions;
    GotoBox *m_goto = nullptr;
    QTabWidget *m_tabs = nullptr;
    RecentTabs *m_recentTabs = nullptr;
    Banner *m_banner = nullptr;
    WelcomePage *m_welcome = nullptr;
    HostingView *m_hosting = nullptr;
    CodeView *m_code = nullptr;
    QHash<QString, QPointer<NameAdminView>> m_administrations; ///< by profile
    QHash<QString, QPointer<CompareView>> m_comparisons;       ///< by profile
    NetworkView *m_network = nullptr;
    HistoryView *m_history = nullptr;
    TrafficView *m_traffic = nullptr;
    EventsView *m_events = nullptr;
    WatchView *m_watch = nullptr;
    /// All docks in the order of the View menu and of Ctrl+1 to Ctrl+9; a further one needs addDock() alone.
    std::vector<QDockWidget *> m_docks;
    QDockWidget *m_networkDock = nullptr;
    QDockWidget *m_historyDock = nullptr;
    QDockWidget *m_trafficDock = nullptr;
    QDockWidget *m_eventsDock = nullptr;
    QDockWidget *m_watchDock = nullptr;
    QToolButton *m_connectionsCell = nullptr;
    QToolButton *m_flightCell = nullptr;
    QToolButton *m_namesCell = nullptr;
    QToolButton *m_recordingCell = nullptr;
    QToolButton *m_problemsCell = nullptr;
    QHash<quint64, QPointer<ObjectPage>> m_pages;     ///< by page id
    QHash<quint64, QPointer<ObjectPage>> m_callPages; ///< by call id
    std::vector<ObjectTarget> m_closed;
    QStringList m_problems;
    QHash<QString, QString> m_places; ///< what was typed to get there, by profile
    QString m_wantedDemo;             ///< object to open when the demo is listed
    quint64 m_nextPage = 1;
    int m_connections = 0;
    bool m_compact = false;   ///< the window is small, so the docks are
    int m_bottomHeight = 190; ///< of the docks below before that
};

} // namespace pyrolens

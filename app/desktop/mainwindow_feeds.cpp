// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Events, callbacks and watches of the main window.
#include "mainwindow.h"

#include <pyrolens/theme/metrics.h>
#include <pyrolens/transport/hostlookup.h>
#include <pyrolens/views/callview.h>
#include <pyrolens/views/eventsview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/parts.h>
#include <pyrolens/views/resultview.h>
#include <pyrolens/views/watchview.h>

#include <QAction>
#include <QDockWidget>
#include <QPlainTextEdit>
#include <QStatusBar>

namespace pyrolens {

namespace {

constexpr int kWatchWidth = 30;    ///< em: label, value, state and trend side by side
constexpr int kEventsHeight = 300; ///< sources with their answer need more room than the history

} // namespace

void MainWindow::makeFeedDocks()
{
    Feeds *feeds = m_inspector->feeds();
    m_events = new EventsView(feeds->events(), feeds->sources(), this);
    m_watch = new WatchView(m_inspector->watches(), this);
    // They have scroll areas and splitters inside; a small window must stay possible.
    m_events->setMinimumWidth(200);
    m_watch->setMinimumWidth(200);
    m_eventsDock = addDock(tr("Events"), QStringLiteral("eventsDock"), m_events, Qt::BottomDockWidgetArea);
    m_watchDock = addDock(tr("Watch"), QStringLiteral("watchDock"), m_watch, Qt::RightDockWidgetArea);
    m_watchDock->hide(); // until something is watched

    m_events->setAddresses(Feeds::addresses());
    const auto servers = [this] {
        std::vector<EventsView::Server> shown;
        for (const Feeds::Server &server : m_inspector->feeds()->servers())
            shown.push_back({server.label, server.uri});
        m_events->setServers(shown);
    };
    connect(m_inspector, &Inspector::namesArrived, this, servers);
    connect(m_inspector->names(), &QAbstractItemModel::rowsRemoved, this, servers);
    connect(m_events, &EventsView::subscribeRequested, feeds, &Feeds::follow);
    connect(m_events, &EventsView::removeRequested, feeds, &Feeds::remove);
    connect(m_events, &EventsView::publishRequested, feeds, &Feeds::publish);
    connect(m_events, &EventsView::callbackRequested, feeds, &Feeds::addCallback);
    connect(m_events, &EventsView::answerChanged, feeds, &Feeds::setAnswer);
    connect(m_events, &EventsView::insertRequested, this, &MainWindow::insertLiteral);
    connect(feeds, &Feeds::published, m_events, &EventsView::published);
    connect(feeds, &Feeds::problem, m_events, &EventsView::showProblem);
    connect(feeds, &Feeds::callbackReady, this, [this](const QString &name) {
        m_events->selectCallback(name);
        for (int i = 0; i < m_tabs->count(); ++i) {
            if (auto *page = qobject_cast<ObjectPage *>(m_tabs->widget(i)))
                setLiterals(page);
        }
        insertLiteral(QStringLiteral("callback('%1')").arg(name));
    });
    connect(m_watch, &WatchView::addRequested, this, &MainWindow::watchSelected);
    connect(m_watch, &WatchView::problem, this,
        [this](const QString &text, const QString &detail) { noteProblem(text, {}, detail); });
}

void MainWindow::makeFeedActions()
{
    makeAction(QStringLiteral("watch"), tr("Add to &watch"), {},
        {QKeySequence(QStringLiteral("Ctrl+Shift+A"))}, [this] { watchSelected(); });
    makeAction(QStringLiteral("events"), tr("Follow &events\u2026"), {},
        {QKeySequence(QStringLiteral("Ctrl+Shift+E"))}, [this] { showEvents(); });
}

void MainWindow::showEvents()
{
    m_eventsDock->show();
    m_eventsDock->raise();
    if (m_eventsDock->height() < kEventsHeight && !m_eventsDock->isFloating())
        resizeDocks({m_eventsDock}, {std::min(kEventsHeight, height() / 2)}, Qt::Vertical);
    m_events->focusSubscribe();
}

void MainWindow::setLiterals(ObjectPage *page)
{
    page->call()->arguments()->setContext(
        m_inspector->feeds()->literals([page] { return page->target().dialect; }));
}

void MainWindow::insertLiteral(const QString &literal)
{
    ObjectPage *page = currentPage();
    if (!page)
        return;
    page->call()->arguments()->editor()->insertPlainText(literal);
    const auto uri = m_inspector->catalogue().parseUri(page->target().uri);
    const QString host = m_events->address();
    if (uri && !uri->host.isEmpty() && isLoopbackHost(host) && !isLoopbackHost(uri->host))
        m_events->showProblem(
            tr("The callback object listens on %1, which %2 cannot reach.").arg(host, uri->host),
            tr("Pick another address to listen on, and start a new callback object."), {});
}

void MainWindow::watchSelected()
{
    const ObjectPage *page = currentPage();
    const auto record = page ? page->result()->record() : nullptr;
    // A batch is one message of several calls; what is watched is one call.
    if (!record || record->outcome != CallRecord::Outcome::Ok
        || record->request.action == CallRequest::Action::Batch) {
        statusBar()->showMessage(tr("Select a value of a result first"), 5'000);
        return;
    }
    const int row
        = m_inspector->watches()->add(record->request, page->result()->selectedSteps(), record->result);
    if (row < 0) {
        statusBar()->showMessage(tr("There are too many watches"), 5'000);
        return;
    }
    const bool shown = m_watchDock->isVisible();
    m_watchDock->show();
    m_watchDock->raise();
    if (!shown && !m_watchDock->isFloating())
        resizeDocks({m_watchDock}, {std::min(metrics::em(font(), kWatchWidth), width() / 3)}, Qt::Horizontal);
    m_watch->reveal(row);
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Tabs, navigation and calls of the main window.
#include "mainwindow.h"

#include "settings.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/value/literal.h>
#include <pyrolens/views/callview.h>
#include <pyrolens/views/compareview.h>
#include <pyrolens/views/daemonview.h>
#include <pyrolens/views/doctorview.h>
#include <pyrolens/views/gotobox.h>
#include <pyrolens/views/nameadminview.h>
#include <pyrolens/views/networkview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/objectview.h>
#include <pyrolens/views/parts.h>
#include <pyrolens/views/profileview.h>
#include <pyrolens/views/resultview.h>
#include <pyrolens/views/trafficview.h>
#include <pyrolens/views/welcomepage.h>

#include <QAction>
#include <QDockWidget>
#include <QStatusBar>
#include <QTableView>
#include <QTabWidget>

namespace pyrolens {

namespace {

constexpr int kTrafficHeight = 320; ///< list, fields and bytes need more room than the history

} // namespace

ObjectPage *MainWindow::currentPage() const
{
    return qobject_cast<ObjectPage *>(m_tabs->currentWidget());
}

void MainWindow::openText(const QString &text)
{
    const Inspector::Place place = m_inspector->understand(text);
    switch (place.kind) {
    case Inspector::Place::Kind::Server:
        m_places.insert(m_inspector->connectTo(place.host, place.port), text.trimmed());
        m_networkDock->show();
        m_settings->addRecent(text.trimmed());
        showRecent();
        break;
    case Inspector::Place::Kind::Object:
        openObject(place.object);
        m_settings->addRecent(text.trimmed());
        showRecent();
        break;
    case Inspector::Place::Kind::Unknown:
        m_banner->showMessage(Banner::Level::Warning, place.problem,
            tr("Type a host, host:port, or a URI such as PYRO:object@host:port, PYRONAME:name, PYROMETA:tag "
               "or "
               "PYRO://host:port/id."));
        break;
    }
}

void MainWindow::showRecent()
{
    QList<RecentPlace> places;
    for (const QString &place : m_settings->recent())
        places.append({place, m_settings->recentGeneration(place)});
    m_welcome->setRecent(places);
}

ObjectPage *MainWindow::openObject(const ObjectTarget &target)
{
    for (int i = 0; i < m_tabs->count(); ++i) {
        auto *page = qobject_cast<ObjectPage *>(m_tabs->widget(i));
        if (page && page->target().profile == target.profile && page->target().label() == target.label()) {
            m_tabs->setCurrentIndex(i);
            m_navigator.visit(target);
            return page;
        }
    }
    return makePage(target);
}

QString MainWindow::tabLabel(const QString &text)
{
    constexpr qsizetype kKept = 12; // at either end: URIs differ at their ends
    const QString shown = visibleText(text);
    return shown.size() <= 2 * kKept + 1 ? shown : shown.left(kKept) + QChar(0x2026) + shown.right(kKept);
}

ObjectPage *MainWindow::makePage(const ObjectTarget &target)
{
    const quint64 id = m_nextPage++;
    auto *page = new ObjectPage(m_inspector->history(), m_tabs);
    page->setTarget(target);
    m_pages.insert(id, page);
    connectPage(page, id);
    const int index = m_tabs->addTab(page, themeIcon(QStringLiteral("object")), tabLabel(target.label()));
    m_tabs->setTabToolTip(index, visibleText(target.uri, 200).toHtmlEscaped());
    m_tabs->setCurrentIndex(index);
    m_navigator.visit(target);
    applyProfile(page);
    const Drafts::Draft draft = m_drafts.draft(target.label());
    if (!draft.isEmpty()) {
        page->prepare(draft.method, draft.arguments);
        page->call()->setSerializer(draft.serializer.toLatin1());
        page->call()->setAnnotations(draft.annotations);
    }
    m_inspector->describe(id, target);
    return page;
}

void MainWindow::connectPage(ObjectPage *page, quint64 id)
{
    connect(page, &ObjectPage::callRequested, this,
        [this, page](const CallRequest &request) { send(page, request); });
    connect(page, &ObjectPage::cancelRequested, m_inspector, &Inspector::cancel);
    connect(page->call(), &CallView::extendRequested, this, [this, page](std::chrono::milliseconds by) {
        if (page->runningCall() != 0)
            m_inspector->extend(page->runningCall(), by);
    });
    connect(page->call(), &CallView::draftChanged, this, [this, page] {
        const CallView &call = *page->call();
        m_drafts.set(page->target().label(),
            {call.method(), call.arguments()->text(), QString::fromLatin1(call.serializer()),
                call.annotations()});
    });
    connect(page, &ObjectPage::reconnectRequested, this,
        [this, page, id] { m_inspector->ping(id, page->target()); });
    connect(page->object(), &ObjectView::pingRequested, this,
        [this, page, id] { m_inspector->ping(id, page->target()); });
    connect(page->object(), &ObjectView::checkRequested, this,
        [this, page, id](const QString &name) { m_inspector->checkName(id, page->target(), name); });
    connect(page->object(), &ObjectView::attributeRequested, this, [this, page](const QString &name) {
        CallRequest request;
        request.target = page->target();
        request.action = CallRequest::Action::GetAttribute;
        request.serializer = page->call()->serializer();
        request.member = name;
        send(page, request);
    });
    connect(page->object(), &ObjectView::attributeSetRequested, this,
        [this, page](const QString &name, const QString &python) {
            const auto value = parseLiteral(python, page->target().dialect);
            if (!value) {
                page->object()->setAttributeError(
                    name, tr("Column %1: %2").arg(value.error().offset + 1).arg(value.error().what));
                return;
            }
            CallRequest request;
            request.target = page->target();
            request.action = CallRequest::Action::SetAttribute;
            request.serializer = page->call()->serializer();
            request.member = name;
            request.argumentText = python;
            request.value = value.value().value;
            send(page, request);
        });
    setLiterals(page);
    connect(page->result(), &ResultView::watchRequested, this, &MainWindow::watchSelected);
    connect(page->result(), &ResultView::diagnoseRequested, this,
        [this, page] { diagnose(page->target().profile, page->target(), page->target().label()); });
    connect(page->result(), &ResultView::uriActivated, this, &MainWindow::openText);
}

void MainWindow::closeTab(int index)
{
    QWidget *widget = m_tabs->widget(index);
    if (!widget)
        return;
    if (auto *plan = widget->findChild<PlanView *>(); plan && plan->isRunning()) {
        // The names that are not done yet stay as they are; what came of the others is to be seen first.
        Q_EMIT plan->stopRequested();
        statusBar()->showMessage(tr("Names are being changed; close the tab when that has stopped."), 5'000);
        return;
    }
    if (auto *page = qobject_cast<ObjectPage *>(widget)) {
        m_closed.push_back(page->target());
        if (page->runningCall() != 0)
            m_inspector->cancel(page->runningCall());
        m_tabs->removeTab(index);
        page->deleteLater();
    } else if (qobject_cast<NameAdminView *>(widget) || qobject_cast<CompareView *>(widget)
        || qobject_cast<ProfileView *>(widget) || qobject_cast<DaemonView *>(widget)
        || qobject_cast<DoctorView *>(widget)) {
        m_tabs->removeTab(index);
        widget->deleteLater();
    } else if (m_tabs->count() > 1) {
        m_tabs->removeTab(index);
    }
    if (m_tabs->count() == 0)
        m_tabs->addTab(m_welcome, tr("Welcome"));
}

void MainWindow::reopenTab()
{
    if (m_closed.empty())
        return;
    const ObjectTarget target = m_closed.back();
    m_closed.pop_back();
    openObject(target);
}

void MainWindow::send(ObjectPage *page, const CallRequest &request)
{
    const quint64 id = m_inspector->send(request);
    m_callPages.insert(id, page);
    page->callStarted(id);
}

void MainWindow::callFinished(const std::shared_ptr<const CallRecord> &record)
{
    if (!record)
        return;
    if (ObjectPage *page = m_callPages.take(record->request.id)) {
        page->callFinished(record);
        const ConnectionProfile *profile = m_inspector->profile(page->target().profile);
        const bool lost = record->error && record->error->code == QLatin1String("conn.lost");
        if (lost && (!profile || profile->reconnect))
            page->connectionLost();
    }
}

void MainWindow::showRecord(quint64 id)
{
    const auto record = m_inspector->history()->recordById(id);
    if (!record)
        return;
    ObjectPage *page = openObject(record->request.target);
    page->restore(record);
}

void MainWindow::replay(quint64 id)
{
    const auto record = m_inspector->history()->recordById(id);
    if (!record)
        return;
    ObjectPage *page = openObject(record->request.target);
    if (page->runningCall() != 0)
        return;
    page->restore(record);
    send(page, record->request);
}

void MainWindow::showTrafficOfCall()
{
    m_trafficDock->show();
    m_trafficDock->raise();
    if (m_trafficDock->height() < kTrafficHeight && !m_trafficDock->isFloating())
        resizeDocks({m_trafficDock}, {std::min(kTrafficHeight, height() / 2)}, Qt::Vertical);
    m_traffic->table()->setFocus();
    const ObjectPage *page = currentPage();
    const auto record = page ? m_inspector->history()->recordById(page->lastCall()) : nullptr;
    if (!record)
        return;
    TrafficModel *traffic = m_inspector->traffic();
    traffic->flush();
    for (int row = traffic->rowCount() - 1; row >= 0; --row) {
        const TrafficRecord *one = traffic->record(traffic->index(row, 0));
        if (one->kind == TrafficRecord::Kind::Request && one->method == record->request.member
            && (record->trace.endpoint.isEmpty() || one->peer == record->trace.endpoint)) {
            m_traffic->showNumber(one->number);
            return;
        }
    }
}

void MainWindow::refreshGoto()
{
    NameTreeModel *names = m_inspector->names();
    std::vector<GotoModel::Source> sources;
    for (const QString &id : names->profiles())
        sources.push_back({id, names->profile(id)->label, names->names(id)});
    m_goto->model()->setNames(std::move(sources));
    m_goto->model()->setCommands(m_actions.values());
    std::vector<std::pair<quint64, QString>> calls;
    const HistoryModel *history = m_inspector->history();
    for (int row = std::max(0, history->rowCount() - 500); row < history->rowCount(); ++row) {
        const auto record = history->record(history->index(row, 0));
        calls.emplace_back(record->request.id, record->callText());
    }
    m_goto->model()->setHistory(std::move(calls));
}

std::pair<QString, QString> MainWindow::preparedCall(const QString &object)
{
    static const QHash<QString, std::pair<QString, QString>> calls{
        {QStringLiteral("echo"), {QStringLiteral("echo"), QStringLiteral("'hello'")}},
        {QStringLiteral("thermometer"), {QStringLiteral("readings"), QStringLiteral("5")}},
        {QStringLiteral("bank"), {QStringLiteral("open"), QStringLiteral("'alice'")}},
        {QStringLiteral("clock"), {QStringLiteral("tick"), QStringLiteral("'now'")}},
        {QStringLiteral("files"), {QStringLiteral("table"), QStringLiteral("3")}},
        {QStringLiteral("market"), {QStringLiteral("trade"), QStringLiteral("'ACME', 12.5")}},
    };
    return calls.value(object.section(u'.', -1));
}

void MainWindow::openDemo(const QString &object)
{
    m_wantedDemo = object;
    m_welcome->setDemoRunning(true);
    action(QStringLiteral("demo"))->setEnabled(false);
    const QString profile = Inspector::demoProfile();
    if (m_inspector->names()->names(profile))
        demoArrived(profile);
    else
        m_inspector->startDemo();
}

void MainWindow::demoArrived(const QString &profile)
{
    m_network->expandProfile(profile, 3);
    if (m_wantedDemo.isEmpty())
        return;
    const QString suffix = m_wantedDemo;
    m_wantedDemo.clear();
    const auto names = m_inspector->names()->names(profile);
    for (int i = 0; names && i < names->size(); ++i) {
        const NameRow &row = names->at(i);
        if (row.isGroup || !row.name.endsWith(suffix))
            continue;
        m_network->selectName(profile, row.name);
        ObjectPage *page = openObject(m_inspector->names()->target(profile, row.name));
        const auto [method, arguments] = preparedCall(suffix);
        page->prepare(method, arguments);
        return;
    }
}

} // namespace pyrolens

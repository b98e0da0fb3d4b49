// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hostingview.h"

#include "delegates.h"
#include "parts.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/flatstyle.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTabWidget>
#include <QTreeView>

namespace pyrolens {

namespace {

class HostDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto phase = HostState::Phase(index.data(HostModel::PhaseRole).toInt());
        const bool isHost = index.data(HostModel::PhaseRole).toInt() >= 0;
        const bool trouble = index.data(HostModel::TroubleRole).toBool();
        if (index.column() == HostModel::NameColumn) {
            look.icon = isHost ? QStringLiteral("network-server") : QStringLiteral("object");
            return;
        }
        look.color = themeColor(ColorRole::Muted, option.palette);
        if (index.column() == HostModel::AddressColumn)
            look.font = metrics::dataFont(option.font);
        if (index.column() != HostModel::StateColumn)
            return;
        if (trouble) {
            look.icon = QStringLiteral("dialog-error");
            look.color = look.iconColor = themeColor(ColorRole::Error, option.palette);
        } else if (isHost) {
            const bool running = phase == HostState::Phase::Running;
            look.icon = running                      ? QStringLiteral("health-ok")
                : phase == HostState::Phase::Stopped ? QStringLiteral("health-unknown")
                                                     : QStringLiteral("health-slow");
            look.iconColor = themeColor(running ? ColorRole::Ok : ColorRole::Muted, option.palette);
        }
    }
};

class IncomingDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        switch (index.column()) {
        case IncomingModel::CallColumn:
            look.font = metrics::dataFont(option.font);
            return;
        case IncomingModel::OutcomeColumn: {
            const bool failed = index.data(IncomingModel::FailedRole).toBool();
            look.icon = failed ? QStringLiteral("dialog-error") : QStringLiteral("health-ok");
            look.color = look.iconColor
                = themeColor(failed ? ColorRole::Error : ColorRole::Ok, option.palette);
            return;
        }
        default:
            look.color = themeColor(ColorRole::Muted, option.palette);
        }
    }
};

QPlainTextEdit *plainPane(const QString &name, const QString &accessible, QWidget *parent)
{
    auto *pane = new QPlainTextEdit(parent);
    pane->setObjectName(name);
    pane->setAccessibleName(accessible);
    pane->setReadOnly(true);
    pane->setFrameShape(QFrame::NoFrame);
    pane->setFont(metrics::dataFont(pane->font()));
    pane->setTabChangesFocus(true);
    return pane;
}

/// Keeps the place where the user reads.
void setText(QPlainTextEdit *pane, const QString &text)
{
    if (pane->toPlainText() == text)
        return;
    QScrollBar *bar = pane->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum();
    const int at = bar->value();
    pane->setPlainText(text);
    bar->setValue(atEnd ? bar->maximum() : at);
}

} // namespace

HostingView::HostingView(HostModel *hosts, IncomingModel *calls, bool scripts, QWidget *parent)
    : QWidget(parent)
    , m_hosts(hosts)
    , m_stack(new QStackedWidget(this))
    , m_form(new HostForm(scripts, this))
    , m_banner(new Banner(this))
    , m_tree(new QTreeView(this))
    , m_calls(new QTableView(this))
    , m_details(new QTabWidget(this))
    , m_methods(plainPane(QStringLiteral("hostMethods"), tr("Calls of each method"), this))
    , m_log(plainPane(QStringLiteral("hostLog"), tr("Log of the host"), this))
{
    setObjectName(QStringLiteral("hostingView"));
    const auto button = [this](const QString &text, const char *name) {
        auto *result = new QPushButton(text, this);
        result->setObjectName(QString::fromLatin1(name));
        return result;
    };
    auto *add = button(tr("&New host\u2026"), "newHost");
    FlatStyle::setPrimary(add);
    m_stop = button(tr("S&top"), "stopHost");
    m_edit = button(tr("E&dit\u2026"), "editHost");
    m_remove = button(tr("Re&move"), "removeHost");
    m_port = button(QString(), "nextPort");
    m_copy = button(tr("&Copy settings for Python"), "copySettings");
    m_banner->setRetryVisible(false);
    m_banner->hide();

    m_tree->setModel(m_hosts);
    setUpList(m_tree, new HostDelegate(this), QStringLiteral("hostTree"), tr("Hosts"));
    QHeaderView *header = m_tree->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(HostModel::StateColumn, QHeaderView::Stretch);
    const std::pair<int, double> widths[] = {{HostModel::NameColumn, 13}, {HostModel::AddressColumn, 11},
        {HostModel::CallsColumn, 4}, {HostModel::ErrorsColumn, 4}, {HostModel::RateColumn, 4},
        {HostModel::AgeColumn, 5}, {HostModel::UsedColumn, 8.5}};
    for (const auto &[column, width] : widths)
        header->resizeSection(column, metrics::em(font(), width));

    m_calls->setModel(calls);
    setUpList(m_calls, new IncomingDelegate(this), QStringLiteral("incomingTable"), tr("Incoming calls"));
    QHeaderView *columns = m_calls->horizontalHeader();
    columns->setSectionResizeMode(IncomingModel::CallColumn, QHeaderView::Stretch);
    const std::pair<int, double> callWidths[] = {{IncomingModel::TimeColumn, 7},
        {IncomingModel::CallerColumn, 10}, {IncomingModel::ObjectColumn, 9},
        {IncomingModel::OutcomeColumn, 9}, {IncomingModel::DurationColumn, 5}};
    for (const auto &[column, width] : callWidths)
        columns->resizeSection(column, metrics::em(font(), width));

    m_details->setDocumentMode(true);
    m_details->setObjectName(QStringLiteral("hostDetails"));
    m_details->setAccessibleName(tr("About the host"));
    m_details->addTab(m_calls, tr("Incoming calls"));
    m_details->addTab(m_methods, tr("Methods"));
    m_details->addTab(m_log, tr("Log"));
    auto *split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    split->addWidget(m_tree);
    split->addWidget(m_details);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);

    auto *empty = new EmptyState(QStringLiteral("network-server"), tr("Nothing is hosted here"),
        tr("Start a name server, the demo objects, or an object of your own with fixed answers or a script."),
        this);
    QPushButton *first = empty->addButton(tr("New host\u2026"), QStringLiteral("firstHost"), true);

    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    bar->setSpacing(metrics::kGapSmall);
    for (QPushButton *one : {add, m_stop, m_edit, m_remove, m_port})
        bar->addWidget(one);
    bar->addStretch(1);
    bar->addWidget(m_copy);
    auto *list = new QWidget(this);
    auto *listLayout = new QVBoxLayout(list);
    listLayout->setContentsMargins(0, 0, 0, 0);
    listLayout->setSpacing(0);
    listLayout->addLayout(bar);
    listLayout->addWidget(split, 1);
    m_stack->addWidget(empty);
    m_stack->addWidget(list);
    m_stack->addWidget(m_form);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addWidget(m_stack, 1);

    connect(add, &QPushButton::clicked, this, &HostingView::showForm);
    connect(first, &QPushButton::clicked, this, &HostingView::showForm);
    connect(m_form, &HostForm::cancelled, this, &HostingView::showList);
    connect(m_form, &HostForm::startRequested, this, [this](const HostPlan &plan, bool newServer) {
        Q_EMIT startRequested(plan, newServer);
        showList();
    });
    connect(m_form, &HostForm::applyRequested, this, [this](const ObjectPlan &plan) {
        Q_EMIT replaceRequested(m_editedHost, m_editedObject, plan);
        showList();
    });
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (const HostState *host = m_hosts->host(m_tree->currentIndex()))
            Q_EMIT stopRequested(host->id);
    });
    connect(m_edit, &QPushButton::clicked, this, &HostingView::edit);
    connect(m_remove, &QPushButton::clicked, this, &HostingView::remove);
    connect(m_port, &QPushButton::clicked, this, &HostingView::changePort);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        if (const HostState *host = m_hosts->host(m_tree->currentIndex()))
            copyText(pythonSettings(*host));
    });
    connect(
        m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &HostingView::updateDetails);
    connect(m_hosts, &QAbstractItemModel::dataChanged, this, &HostingView::updateDetails);
    connect(m_hosts, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex &above, int row) {
        // A new host and what it hosts are what the user wants to see.
        m_tree->expand(above);
        if (!above.isValid())
            m_tree->setCurrentIndex(m_hosts->index(row, 0));
        if (m_stack->currentIndex() == EmptyPage)
            showList();
    });
    connect(m_hosts, &QAbstractItemModel::rowsRemoved, this, [this] {
        if (m_stack->currentIndex() == ListPage)
            showList();
        updateDetails();
    });
    connect(calls, &QAbstractItemModel::rowsInserted, this, [this] {
        const QScrollBar *scroll = m_calls->verticalScrollBar();
        if (scroll->value() >= scroll->maximum() - 2)
            m_calls->scrollToBottom();
    });
    updateDetails();
    showList();
}

HostingView::~HostingView() = default;

void HostingView::showList()
{
    m_stack->setCurrentIndex(m_hosts->rowCount() > 0 ? ListPage : EmptyPage);
    m_tree->setFocus();
}

void HostingView::showForm()
{
    Q_EMIT formWanted();
    m_stack->setCurrentIndex(FormPage);
    m_form->begin();
}

void HostingView::setNameServers(const QList<NameServerChoice> &choices)
{
    m_form->setNameServers(choices);
}

void HostingView::showProblem(const QString &text)
{
    m_banner->showMessage(Banner::Level::Error, visibleText(text, 300));
}

void HostingView::updateButtons()
{
    const QModelIndex current = m_tree->currentIndex();
    const HostState *host = m_hosts->host(current);
    const ObjectState *object = m_hosts->object(current);
    const bool over = host && !host->isUp() && host->phase != HostState::Phase::Draining;
    const bool editable
        = object && (object->kind == QLatin1String("script") || object->kind == QLatin1String("static"));
    m_stop->setEnabled(host && host->isUp());
    m_edit->setEnabled(editable || over);
    const bool removable = object && !object->kind.isEmpty() && host->plan.kind == HostKind::Daemon;
    m_remove->setEnabled(over || removable);
    m_copy->setEnabled(host && host->phase == HostState::Phase::Running);
    m_port->setVisible(host && host->freePort > 0);
    if (host && host->freePort > 0)
        m_port->setText(tr("Start on port %1").arg(host->freePort));
}

void HostingView::updateDetails()
{
    updateButtons();
    const HostState *host = m_hosts->host(m_tree->currentIndex());
    const ObjectState *object = m_hosts->object(m_tree->currentIndex());
    setText(m_log, host ? visibleLines(host->log.join(u'\n')) : QString());
    QStringList lines;
    const auto list = [&lines](const ObjectState &one) {
        for (const auto &[method, count] : one.methods)
            lines.append(QStringLiteral("%1  %2.%3")
                             .arg(QLocale().toString(count), 10)
                             .arg(visibleText(one.name.isEmpty() ? QString::fromUtf8(one.id) : one.name, 80),
                                 visibleText(method, 80)));
    };
    if (object) {
        list(*object);
    } else if (host) {
        for (const ObjectState &one : host->objects)
            list(one);
    }
    setText(m_methods, lines.isEmpty() ? tr("No method was called yet.") : lines.join(u'\n'));
}

void HostingView::edit()
{
    const HostState *host = m_hosts->host(m_tree->currentIndex());
    if (!host)
        return;
    const ObjectState *object = m_hosts->object(m_tree->currentIndex());
    Q_EMIT formWanted();
    if (!object) {
        m_form->retry(host->plan);
        m_stack->setCurrentIndex(FormPage);
        return;
    }
    for (const ObjectPlan &plan : host->plan.objects) {
        if (plan.name == object->name) {
            m_editedHost = host->id;
            m_editedObject = object->id;
            m_form->edit(plan);
            m_stack->setCurrentIndex(FormPage);
            return;
        }
    }
}

void HostingView::remove()
{
    const QModelIndex current = m_tree->currentIndex();
    const HostState *host = m_hosts->host(current);
    if (const ObjectState *object = m_hosts->object(current))
        Q_EMIT removeRequested(host->id, object->id);
    else if (host)
        Q_EMIT forgetRequested(host->id);
}

void HostingView::changePort()
{
    const HostState *host = m_hosts->host(m_tree->currentIndex());
    if (!host || host->freePort <= 0)
        return;
    const quint64 old = host->id;
    HostPlan plan = host->plan;
    plan.port = host->freePort;
    Q_EMIT forgetRequested(old);
    Q_EMIT startRequested(plan, false);
}

} // namespace pyrolens

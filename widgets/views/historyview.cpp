// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "historyview.h"

#include "delegates.h"
#include "parts.h"

#include <pyrolens/models/commandline.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>

namespace pyrolens {

namespace {

class HistoryDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto outcome = CallRecord::Outcome(index.data(HistoryModel::OutcomeRole).toInt());
        switch (index.column()) {
        case HistoryModel::CallColumn:
            look.font = metrics::dataFont(option.font);
            return;
        case HistoryModel::OutcomeColumn:
            break;
        default:
            look.color = themeColor(ColorRole::Muted, option.palette);
            return;
        }
        ColorRole role = ColorRole::Error;
        look.icon = QStringLiteral("dialog-error");
        switch (outcome) {
        case CallRecord::Outcome::Ok:
            role = ColorRole::Ok;
            look.icon = QStringLiteral("health-ok");
            break;
        case CallRecord::Outcome::Sent:
            role = ColorRole::Sent;
            look.icon = QStringLiteral("document-send");
            break;
        case CallRecord::Outcome::Running:
            role = ColorRole::Muted;
            look.icon = QStringLiteral("health-slow");
            break;
        case CallRecord::Outcome::Cancelled:
            role = ColorRole::Warning;
            look.icon = QStringLiteral("process-stop");
            break;
        case CallRecord::Outcome::Timeout:
            look.icon = QStringLiteral("health-slow");
            break;
        default:
            break;
        }
        look.iconColor = themeColor(role, option.palette);
        look.color = look.iconColor;
    }
};

} // namespace

HistoryView::HistoryView(HistoryModel *model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_filter(new QLineEdit(this))
    , m_table(new QTableView(this))
    , m_stack(new QStackedWidget(this))
{
    setObjectName(QStringLiteral("historyView"));
    m_filter->setObjectName(QStringLiteral("historyFilter"));
    m_filter->setAccessibleName(tr("Filter calls"));
    m_filter->setPlaceholderText(tr("Filter: text, ok:no, ms>100, obj:name, method:name"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(themeIcon(QStringLiteral("edit-find"), ColorRole::Muted), QLineEdit::LeadingPosition);
    auto *replay = new QPushButton(tr("Replay"), this);
    replay->setObjectName(QStringLiteral("replay"));
    replay->setToolTip(tr("Send the selected call again (Ctrl+Shift+R)"));
    auto *clear = iconButton(
        QStringLiteral("edit-delete"), tr("Clear the history"), QStringLiteral("clearHistory"), this);

    m_table->setModel(m_model);
    setUpList(m_table, new HistoryDelegate(this), QStringLiteral("historyTable"), tr("History"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionResizeMode(HistoryModel::CallColumn, QHeaderView::Stretch);
    header->resizeSection(HistoryModel::TimeColumn, metrics::em(font(), 7));
    header->resizeSection(HistoryModel::OutcomeColumn, metrics::em(font(), 8.4));
    header->resizeSection(HistoryModel::DurationColumn, metrics::em(font(), 4.8));
    header->resizeSection(HistoryModel::SizeColumn, metrics::em(font(), 4.8));
    header->resizeSection(HistoryModel::GenerationColumn, metrics::em(font(), 9));

    auto *empty
        = new EmptyState(QStringLiteral("document-open-recent"), tr("Calls you make appear here"), {}, this);
    m_stack->setMinimumHeight(40);
    m_stack->addWidget(empty);
    m_stack->addWidget(m_table);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    top->setSpacing(metrics::kGapSmall);
    top->addWidget(m_filter, 1);
    top->addWidget(replay);
    top->addWidget(clear);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_stack, 1);

    connect(m_filter, &QLineEdit::textChanged, m_model, &HistoryModel::setFilter);
    connect(clear, &QToolButton::clicked, m_model, &HistoryModel::clear);
    connect(replay, &QPushButton::clicked, this, [this] {
        if (const auto record = current())
            Q_EMIT replayRequested(record->request.id);
    });
    const auto pick = [this](const QModelIndex &index) {
        if (const auto record = m_model->record(index))
            Q_EMIT selected(record->request.id);
    };
    connect(m_table, &QTableView::clicked, this, pick);
    connect(m_table, &QTableView::activated, this, pick);
    connect(m_table, &QWidget::customContextMenuRequested, this, &HistoryView::contextMenu);
    connect(m_table->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        const QScrollBar *bar = m_table->verticalScrollBar();
        m_follow = bar->sliderPosition() >= bar->maximum();
    });
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this] {
        updateState();
        if (m_follow)
            m_table->scrollToBottom();
    });
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &HistoryView::updateState);
    connect(m_model, &QAbstractItemModel::modelReset, this, &HistoryView::updateState);
    updateState();
}

HistoryView::~HistoryView() = default;

void HistoryView::updateState()
{
    m_stack->setCurrentIndex(m_model->total() > 0 ? 1 : 0);
}

void HistoryView::focusFilter()
{
    m_filter->setFocus();
}

HistoryModel::Record HistoryView::current() const
{
    return m_model->record(m_table->currentIndex());
}

void HistoryView::contextMenu(const QPoint &point)
{
    const auto record = m_model->record(m_table->indexAt(point));
    if (!record)
        return;
    const quint64 id = record->request.id;
    QMenu menu(this);
    menu.addAction(tr("Show"), this, [this, id] { Q_EMIT selected(id); });
    menu.addAction(tr("Replay"), this, [this, id] { Q_EMIT replayRequested(id); });
    menu.addAction(tr("Copy"), this, [record] { copyText(record->callText(10'000)); });
    const QString line = commandLine(record->request);
    if (!line.isEmpty())
        menu.addAction(tr("Copy as command line"), this, [line] { copyText(line); });
    menu.addSeparator();
    menu.addAction(tr("Forget"), this, [this, id] { m_model->remove(id); });
    menu.exec(m_table->viewport()->mapToGlobal(point));
}

} // namespace pyrolens

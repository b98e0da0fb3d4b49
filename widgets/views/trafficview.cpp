// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "trafficview.h"

#include "delegates.h"
#include "hexview.h"
#include "parts.h"

#include <pyrolens/models/fieldmodel.h>
#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QLocale>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTreeView>

namespace pyrolens {

namespace {

class TrafficDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto direction = Direction(index.data(TrafficModel::DirectionRole).toInt());
        const auto kind = TrafficRecord::Kind(index.data(TrafficModel::KindRole).toInt());
        const bool bad = kind == TrafficRecord::Kind::Unreadable || kind == TrafficRecord::Kind::Failure;
        switch (index.column()) {
        case TrafficModel::DirectionColumn:
        case TrafficModel::MessageColumn:
            look.color
                = themeColor(direction == Direction::ClientToServer ? ColorRole::Sent : ColorRole::Received,
                    option.palette);
            if (bad)
                look.color = themeColor(ColorRole::Error, option.palette);
            break;
        case TrafficModel::ObjectColumn:
        case TrafficModel::MethodColumn:
            look.font = metrics::dataFont(option.font);
            break;
        case TrafficModel::InfoColumn:
            look.color = themeColor(bad ? ColorRole::Error : ColorRole::Muted, option.palette);
            break;
        default:
            look.color = themeColor(ColorRole::Muted, option.palette);
            break;
        }
    }
};

class FieldDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (index.column() == FieldModel::ValueColumn)
            look.font = metrics::dataFont(option.font);
        if (index.column() == FieldModel::RangeColumn) {
            look.font = metrics::dataFont(option.font);
            look.color = themeColor(ColorRole::Muted, option.palette);
        }
    }
};

} // namespace

TrafficView::TrafficView(TrafficModel *model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_fields(new FieldModel(this))
    , m_filter(new QLineEdit(this))
    , m_pause(iconButton(QStringLiteral("media-playback-pause"), tr("Pause the list; reception goes on"),
          QStringLiteral("trafficPause"), this))
    , m_follow(iconButton(
          QStringLiteral("go-down"), tr("Follow the newest message"), QStringLiteral("trafficFollow"), this))
    , m_count(new TextLabel(TextLabel::Type::Caption, this))
    , m_stack(new QStackedWidget(this))
    , m_table(new QTableView(this))
    , m_tree(new QTreeView(this))
    , m_hex(new HexView(this))
{
    setObjectName(QStringLiteral("trafficView"));
    m_filter->setObjectName(QStringLiteral("trafficFilter"));
    m_filter->setAccessibleName(tr("Filter messages"));
    m_filter->setPlaceholderText(tr("Filter messages"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(themeIcon(QStringLiteral("edit-find"), ColorRole::Muted), QLineEdit::LeadingPosition);
    m_pause->setCheckable(true);
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_count->setObjectName(QStringLiteral("trafficCount"));
    auto *clear = iconButton(
        QStringLiteral("edit-delete"), tr("Clear the list"), QStringLiteral("trafficClear"), this);

    m_table->setModel(m_model);
    setUpList(m_table, new TrafficDelegate(this), QStringLiteral("trafficTable"), tr("Messages"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    QHeaderView *header = m_table->horizontalHeader();
    header->setStretchLastSection(true);
    const std::pair<int, double> widths[] = {
        {TrafficModel::NumberColumn, 3.2},
        {TrafficModel::TimeColumn, 5},
        {TrafficModel::ConnectionColumn, 3},
        {TrafficModel::DirectionColumn, 2.2},
        {TrafficModel::MessageColumn, 7},
        {TrafficModel::ObjectColumn, 10},
        {TrafficModel::MethodColumn, 7},
        {TrafficModel::FlagsColumn, 4.5},
        {TrafficModel::SizeColumn, 4},
        {TrafficModel::DurationColumn, 5},
    };
    for (const auto &[column, width] : widths)
        header->resizeSection(column, metrics::em(font(), width));

    m_tree->setModel(m_fields);
    setUpList(m_tree, new FieldDelegate(this), QStringLiteral("fieldTree"), tr("Decoded fields"));
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(FieldModel::ValueColumn, QHeaderView::Stretch);
    m_tree->header()->resizeSection(FieldModel::NameColumn, metrics::em(font(), 10));
    m_tree->header()->resizeSection(FieldModel::RangeColumn, metrics::em(font(), 5.5));
    m_hex->setObjectName(QStringLiteral("trafficHex"));
    m_hex->setAccessibleName(tr("Bytes of the message"));

    auto *detail = new QSplitter(Qt::Horizontal, this);
    detail->setChildrenCollapsible(false);
    m_hex->setMinimumSize(60, 40);
    detail->addWidget(m_tree);
    detail->addWidget(m_hex);
    detail->setStretchFactor(0, 1);
    detail->setStretchFactor(1, 1);
    auto *split = new QSplitter(Qt::Vertical, this);
    split->setObjectName(QStringLiteral("trafficSplit"));
    split->setChildrenCollapsible(false);
    split->addWidget(m_table);
    split->addWidget(detail);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    auto *empty = new EmptyState(QStringLiteral("network-traffic"), tr("No traffic yet"),
        tr("Calls you send appear here, byte by byte."), this);
    m_stack->setMinimumHeight(80);
    m_stack->addWidget(empty);
    m_stack->addWidget(split);

    auto *top = new QHBoxLayout;
    top->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    top->setSpacing(metrics::kGapSmall);
    top->addWidget(m_filter, 1);
    top->addWidget(m_count);
    top->addWidget(m_follow);
    top->addWidget(m_pause);
    top->addWidget(clear);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_stack, 1);

    connect(m_filter, &QLineEdit::textChanged, m_model, &TrafficModel::setFilter);
    connect(m_pause, &QToolButton::toggled, m_model, &TrafficModel::setPaused);
    connect(m_pause, &QToolButton::toggled, this, &TrafficView::updateState);
    connect(clear, &QToolButton::clicked, m_model, &TrafficModel::clear);
    connect(m_model, &TrafficModel::waitingChanged, this, &TrafficView::updateState);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this] {
        updateState();
        if (m_follow->isChecked())
            m_table->scrollToBottom();
    });
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &TrafficView::updateState);
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        updateState();
        if (!m_model->recordByNumber(m_current)) {
            m_current = 0;
            m_fields->setFields({});
            m_hex->setBytes({});
        }
    });
    connect(
        m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TrafficView::showRecord);
    connect(m_table, &QTableView::activated, this, &TrafficView::jumpToPair);
    connect(
        m_tree->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TrafficView::fieldSelected);
    connect(m_hex, &HexView::byteSelected, this, &TrafficView::byteSelected);
    updateState();
}

TrafficView::~TrafficView() = default;

void TrafficView::updateState()
{
    m_stack->setCurrentIndex(m_model->total() > 0 ? 1 : 0);
    const QLocale locale;
    QString text = m_model->rowCount() == m_model->total()
        ? tr("%n message(s)", nullptr, m_model->total())
        : tr("%1 of %2", "shown of all messages")
              .arg(locale.toString(m_model->rowCount()), locale.toString(m_model->total()));
    if (m_pause->isChecked())
        text = tr("+%1 waiting").arg(locale.toString(m_model->waiting()));
    m_count->setText(m_model->total() == 0 ? QString() : text);
}

void TrafficView::showRecord(const QModelIndex &index)
{
    const TrafficRecord *record = m_model->record(index);
    if (!record || record->number == m_current)
        return;
    m_current = record->number;
    m_hex->setBytes(record->bytes);
    m_hex->setErrorOffset(record->errorOffset);
    m_fields->setFields({});
    Q_EMIT fieldsWanted(*record);
}

void TrafficView::setFields(quint64 number, std::vector<Field> fields)
{
    if (number != m_current)
        return; // another row was picked meanwhile
    m_fields->setFields(std::move(fields));
    m_tree->expandToDepth(1);
}

void TrafficView::fieldSelected(const QModelIndex &index)
{
    if (m_linking || !index.isValid())
        return;
    m_hex->setMark(
        index.data(FieldModel::OffsetRole).toLongLong(), index.data(FieldModel::SizeRole).toLongLong());
}

void TrafficView::byteSelected(qsizetype offset)
{
    const QModelIndex index = m_fields->fieldAt(offset);
    if (!index.isValid())
        return;
    m_linking = true;
    m_tree->setCurrentIndex(index);
    m_tree->scrollTo(index);
    m_linking = false;
    m_hex->setMark(
        index.data(FieldModel::OffsetRole).toLongLong(), index.data(FieldModel::SizeRole).toLongLong());
}

void TrafficView::showNumber(quint64 number)
{
    const QModelIndex index = m_model->indexOfNumber(number);
    if (!index.isValid())
        return;
    m_table->setCurrentIndex(index);
    m_table->scrollTo(index);
}

void TrafficView::jumpToPair()
{
    if (const TrafficRecord *record = m_model->recordByNumber(m_current); record && record->pair != 0)
        showNumber(record->pair);
}

void TrafficView::focusFilter()
{
    m_filter->setFocus();
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "delegates.h"

#include <pyrolens/models/nametreemodel.h>
#include <pyrolens/models/valuemodel.h>
#include <pyrolens/theme/colors.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QHeaderView>
#include <QPainter>
#include <QSet>
#include <QTableView>
#include <QTreeView>

namespace pyrolens {

HealthLook healthLook(Health health)
{
    switch (health) {
    case Health::Ok:
        return {QStringLiteral("health-ok"), ColorRole::Ok};
    case Health::Slow:
        return {QStringLiteral("health-slow"), ColorRole::Warning};
    case Health::Dead:
        return {QStringLiteral("health-dead"), ColorRole::Error};
    case Health::Denied:
        return {QStringLiteral("health-denied"), ColorRole::Error};
    case Health::Unknown:
        break;
    }
    return {QStringLiteral("health-unknown"), ColorRole::Muted};
}

RowDelegate::RowDelegate(QObject *parent) : QStyledItemDelegate(parent) { }

RowDelegate::~RowDelegate() = default;

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QString text = index.data(Qt::DisplayRole).toString();
    return {option.fontMetrics.horizontalAdvance(text.left(200)) + 40, metrics::rowHeight(option.font)};
}

void RowDelegate::prepare(Look &, const QStyleOptionViewItem &, const QModelIndex &) const { }

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    Look look;
    look.color = option.palette.color(
        option.state.testFlag(QStyle::State_Enabled) ? QPalette::Active : QPalette::Disabled, QPalette::Text);
    look.font = option.font;
    look.iconColor = themeColor(ColorRole::Muted, option.palette);
    prepare(look, option, index);

    painter->save();
    const QRect row = option.rect;
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool focus = option.widget && option.widget->hasFocus();
    if (look.background.isValid() && !selected)
        painter->fillRect(row, look.background);
    if (selected)
        painter->fillRect(row, option.palette.color(QPalette::Highlight));
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(row,
            blend(option.palette.color(QPalette::Base), themeColor(ColorRole::Hover, option.palette), 0.7));
    const bool first = option.viewItemPosition == QStyleOptionViewItem::Beginning
        || option.viewItemPosition == QStyleOptionViewItem::OnlyOne || index.column() == 0;
    if (selected && focus && first) {
        const int left = qobject_cast<const QTreeView *>(option.widget) ? 0 : row.left();
        painter->fillRect(
            QRect(left, row.top(), 2, row.height()), themeColor(ColorRole::Accent, option.palette));
    }

    QRect area = row.adjusted(6, 0, -6, 0);
    if (!look.icon.isEmpty()) {
        painter->drawPixmap(area.left() - 2, area.top() + (area.height() - metrics::kIcon) / 2,
            iconPixmap(look.icon, look.iconColor, metrics::kIcon, painter->device()->devicePixelRatioF()));
        area.setLeft(area.left() + metrics::kIcon + 4);
    }
    if (look.strike)
        look.font.setStrikeOut(true);
    painter->setFont(look.font);
    painter->setPen(look.color);
    paintText(painter, area, index.data(Qt::DisplayRole).toString(), look, option, index);
    painter->restore();
}

QRect RowDelegate::paintCheck(QPainter *painter, const QRect &area, const Look &look,
    const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QVariant checked = index.data(Qt::CheckStateRole);
    if (!checked.isValid())
        return area;
    // Where the base class looks for the click.
    QStyleOptionViewItem box = option;
    initStyleOption(&box, index);
    const QStyle *style = option.widget->style();
    box.rect = style->subElementRect(QStyle::SE_ItemViewItemCheckIndicator, &box, option.widget);
    const int right = box.rect.right();
    box.state &= ~(QStyle::State_HasFocus | QStyle::State_Selected);
    box.state |= checked.toInt() == Qt::Checked ? QStyle::State_On : QStyle::State_Off;
    style->drawPrimitive(QStyle::PE_IndicatorItemViewItemCheck, &box, painter, option.widget);
    QRect rest = area;
    rest.setLeft(right + metrics::kGapSmall);
    painter->setFont(look.font);
    painter->setPen(look.color);
    return rest;
}

void RowDelegate::paintText(QPainter *painter, const QRect &whole, const QString &text, const Look &look,
    const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QRect area = paintCheck(painter, whole, look, option, index);
    const QVariant wanted = index.data(Qt::TextAlignmentRole);
    const int alignment = wanted.isValid() ? wanted.toInt() : int(Qt::AlignLeft | Qt::AlignVCenter);
    painter->drawText(area, alignment | Qt::TextSingleLine,
        painter->fontMetrics().elidedText(text, Qt::ElideRight, area.width()));
}

void NameDelegate::prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto kind = NameTreeModel::Kind(index.data(NameTreeModel::KindRole).toInt());
    const QPalette &palette = option.palette;
    const auto health = Health(index.data(NameTreeModel::HealthRole).toInt());
    if (index.column() == NameTreeModel::HealthColumn && health != Health::Unknown) {
        const HealthLook seen = healthLook(health);
        look.icon = seen.icon;
        look.iconColor = themeColor(seen.role, palette);
    }
    const bool removed = index.data(NameTreeModel::RemovedRole).toBool();
    look.strike = removed && index.column() == NameTreeModel::NameColumn;
    if (removed)
        look.icon.clear();
    if (index.data(NameTreeModel::ChangedRole).toBool())
        look.background = themeColor(ColorRole::Changed, palette);
    if (index.column() != NameTreeModel::NameColumn) {
        look.color = themeColor(ColorRole::Muted, palette);
        return;
    }
    switch (kind) {
    case NameTreeModel::Kind::Profile: {
        look.icon = QStringLiteral("network-server");
        look.font.setWeight(QFont::DemiBold);
        const auto state = ProfileInfo::State(index.data(NameTreeModel::StateRole).toInt());
        if (state == ProfileInfo::State::Failed)
            look.iconColor = themeColor(ColorRole::Error, palette);
        else if (state == ProfileInfo::State::Busy)
            look.icon = QStringLiteral("view-refresh");
        break;
    }
    case NameTreeModel::Kind::Group:
        look.icon = QStringLiteral("folder");
        break;
    case NameTreeModel::Kind::Name:
        look.icon = QStringLiteral("object");
        if (removed)
            look.color = look.iconColor;
        break;
    case NameTreeModel::Kind::Message:
        look.icon = QStringLiteral("dialog-error");
        look.iconColor = themeColor(ColorRole::Error, palette);
        look.color = look.iconColor;
        break;
    }
}

void NameDelegate::paintText(QPainter *painter, const QRect &area, const QString &text, const Look &look,
    const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (index.column() == NameTreeModel::NameColumn) {
        const auto ranges = index.data(NameTreeModel::MatchRole).value<NameTreeModel::TextRanges>();
        const QFontMetrics metrics(look.font);
        painter->save();
        painter->setPen(Qt::NoPen);
        painter->setBrush(
            blend(option.palette.color(QPalette::Base), themeColor(ColorRole::Accent, option.palette), 0.3));
        for (const auto &[start, length] : ranges) {
            const int from = metrics.horizontalAdvance(text.left(start));
            const int to = metrics.horizontalAdvance(text.left(start + length));
            if (from < area.width())
                painter->drawRoundedRect(QRect(area.left() + from, area.center().y() - metrics.height() / 2,
                                             std::min(to, area.width()) - from, metrics.height()),
                    2, 2);
        }
        painter->restore();
    }
    const QString badge = index.column() == NameTreeModel::NameColumn
        ? index.data(NameTreeModel::BadgeRole).toString()
        : QString();
    const int width = badge.isEmpty() ? 0 : paintBadge(painter, area, text, badge, look, option);
    RowDelegate::paintText(painter, area.adjusted(0, 0, -width, 0), text, look, option, index);
}

/// Behind the text, or at the right end when the text is cut. \return the width that it takes.
int NameDelegate::paintBadge(QPainter *painter, const QRect &area, const QString &text, const QString &badge,
    const Look &look, const QStyleOptionViewItem &option)
{
    painter->save();
    QFont font = metrics::captionFont(option.font);
    font.setWeight(QFont::Normal);
    const QFontMetrics metrics(font);
    const int inner = metrics.horizontalAdvance(badge) + 2 * metrics::kGapSmall;
    const int taken = inner + metrics::kGap;
    const int left = area.left()
        + std::min(QFontMetrics(look.font).horizontalAdvance(text) + metrics::kGap, area.width() - inner);
    const QRect box(left, area.center().y() - (metrics.height() + 2) / 2, inner, metrics.height() + 2);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(themeColor(ColorRole::Hairline, option.palette));
    painter->drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    painter->setFont(font);
    painter->setPen(themeColor(ColorRole::Muted, option.palette));
    painter->drawText(box, Qt::AlignCenter | Qt::TextSingleLine, badge);
    painter->restore();
    return std::min(taken, area.width());
}

void ValueDelegate::prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const int kind = index.data(ValueModel::KindRole).toInt();
    const QPalette &palette = option.palette;
    if (index.column() == ValueModel::TypeColumn || index.column() == ValueModel::SizeColumn) {
        look.color = themeColor(ColorRole::Muted, palette);
        return;
    }
    look.font = metrics::dataFont(option.font);
    if (index.column() == ValueModel::KeyColumn) {
        look.color = kind < 0 ? themeColor(ColorRole::Muted, palette) : look.color;
        return;
    }
    if (!index.data(ValueModel::ReferenceRole).toString().isEmpty()) {
        look.color = palette.color(QPalette::Link);
        look.font.setUnderline(true);
        return;
    }
    switch (Value::Kind(kind)) {
    case Value::Kind::Int:
    case Value::Kind::Long:
    case Value::Kind::Float:
    case Value::Kind::Complex:
    case Value::Kind::Decimal:
        look.color = themeColor(ColorRole::NumberText, palette);
        break;
    case Value::Kind::Text:
    case Value::Kind::Str:
        look.color = themeColor(ColorRole::StringText, palette);
        break;
    case Value::Kind::Bytes:
    case Value::Kind::ByteArray:
    case Value::Kind::Ext:
        look.color = themeColor(ColorRole::BytesText, palette);
        break;
    case Value::Kind::None:
    case Value::Kind::Bool:
    case Value::Kind::Global:
        look.color = themeColor(ColorRole::NameText, palette);
        break;
    default:
        look.color = themeColor(ColorRole::Muted, palette);
        break;
    }
}

void setUpList(
    QAbstractItemView *view, RowDelegate *delegate, const QString &objectName, const QString &accessibleName)
{
    view->setObjectName(objectName);
    view->setAccessibleName(accessibleName);
    view->setItemDelegate(delegate);
    view->setFrameShape(QFrame::NoFrame);
    view->setMinimumSize(60, 40);
    view->setMouseTracking(true);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setTextElideMode(Qt::ElideRight);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    if (auto *tree = qobject_cast<QTreeView *>(view)) {
        tree->setUniformRowHeights(true);
        tree->setAllColumnsShowFocus(true);
        tree->header()->setSectionResizeMode(QHeaderView::Interactive);
        tree->header()->setHighlightSections(false);
        tree->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        tree->header()->setMinimumSectionSize(24);
    }
    if (auto *table = qobject_cast<QTableView *>(view)) {
        table->setShowGrid(false);
        table->setWordWrap(false);
        table->setTabKeyNavigation(false); // Tab leaves the list
        table->setCornerButtonEnabled(false);
        table->verticalHeader()->hide();
        table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
        table->verticalHeader()->setDefaultSectionSize(metrics::rowHeight(view->font()));
        table->verticalHeader()->setMinimumSectionSize(16);
        table->horizontalHeader()->setHighlightSections(false);
        table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        table->horizontalHeader()->setMinimumSectionSize(24);
    }
}

void fitColumns(QHeaderView *header, int mainColumn, int least, const QList<int> &wanted)
{
    const auto *view = qobject_cast<const QAbstractItemView *>(header->parentWidget());
    int room = (view ? view->viewport()->width() : header->width()) - least;
    QSet<int> shown{mainColumn};
    for (const int column : wanted) {
        if (column == mainColumn)
            continue;
        header->setSectionHidden(column, false); // a hidden one does not tell its size
        room -= header->sectionSize(column);
        if (room < 0)
            break;
        shown.insert(column);
    }
    for (int column = 0; column < header->count(); ++column)
        header->setSectionHidden(column, !shown.contains(column));
}

} // namespace pyrolens

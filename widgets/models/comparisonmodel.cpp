// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "comparisonmodel.h"

#include "plaintext.h"

#include <pyrolens/value/literal.h>

#include <algorithm>

namespace pyrolens {

ComparisonModel::ComparisonModel(QObject *parent) : QAbstractTableModel(parent) { }

ComparisonModel::~ComparisonModel() = default;

void ComparisonModel::setComparison(
    std::shared_ptr<const NameComparison> comparison, const QString &here, const QString &there)
{
    beginResetModel();
    m_comparison = std::move(comparison);
    m_here = here;
    m_there = there;
    rebuild();
    endResetModel();
}

void ComparisonModel::setFilter(const QString &text, Show show)
{
    beginResetModel();
    m_filter = QStringMatcher(text.trimmed(), Qt::CaseInsensitive);
    m_show = show;
    rebuild();
    endResetModel();
}

bool ComparisonModel::isShown(const ComparedName &row) const
{
    static constexpr NameDifference kOnly[] = {
        NameDifference::OnlyHere, NameDifference::OnlyThere, NameDifference::Differs, NameDifference::Same};
    if (m_show == Show::Unequal && row.difference == NameDifference::Same)
        return false;
    if (m_show > Show::Unequal && row.difference != kOnly[int(m_show) - int(Show::OnlyHere)])
        return false;
    if (m_filter.pattern().isEmpty() || m_filter.indexIn(row.any().name) >= 0
        || m_filter.indexIn(row.any().uri) >= 0)
        return true;
    return row.hasOtherUri() && m_filter.indexIn(row.there->uri) >= 0;
}

void ComparisonModel::rebuild()
{
    m_visible.clear();
    for (int i = 0; i < total(); ++i) {
        if (isShown(m_comparison->rows[size_t(i)]))
            m_visible.push_back(i);
    }
    if (m_sortColumn != NameColumn) {
        std::vector<QString> keys(m_comparison ? m_comparison->rows.size() : 0);
        for (const int at : m_visible)
            keys[size_t(at)] = text(m_comparison->rows[size_t(at)], m_sortColumn);
        std::stable_sort(m_visible.begin(), m_visible.end(),
            [&keys](int a, int b) { return keys[size_t(a)] < keys[size_t(b)]; });
    }
    if (m_order == Qt::DescendingOrder)
        std::reverse(m_visible.begin(), m_visible.end());
}

void ComparisonModel::sort(int column, Qt::SortOrder order)
{
    beginResetModel();
    m_sortColumn = std::max(0, column);
    m_order = order;
    rebuild();
    endResetModel();
}

const ComparedName *ComparisonModel::row(const QModelIndex &index) const
{
    return index.isValid() && size_t(index.row()) < m_visible.size()
        ? &m_comparison->rows[size_t(m_visible[size_t(index.row())])]
        : nullptr;
}

int ComparisonModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_visible.size());
}

int ComparisonModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QString ComparisonModel::metaText(const Value &meta)
{
    if (meta.isNone())
        return tr("none", "meta information");
    if (const auto tags = meta.kind() == Value::Kind::List ? tagsOfMeta(meta) : std::nullopt)
        return tags->isEmpty() ? tr("none", "meta information")
                               : visibleText(tags->join(QStringLiteral(", ")), 100);
    PrintOptions options;
    options.dialect = Dialect::Python2;
    options.maxNodes = 50;
    options.maxChars = 200;
    return visibleText(toPython(meta, options), 60);
}

QString ComparisonModel::text(const ComparedName &row, int column)
{
    const auto uriOf = [](const std::optional<Registration> &side) {
        return !side ? QString() : side->isGroup ? tr("group") : visibleText(side->uri, 200);
    };
    switch (column) {
    case NameColumn:
        return visibleText(row.any().name, 200);
    case DifferenceColumn:
        switch (row.difference) {
        case NameDifference::OnlyHere:
            return tr("only here", "name");
        case NameDifference::OnlyThere:
            return tr("only there", "name");
        case NameDifference::Same:
            return tr("same", "name");
        case NameDifference::Differs:
            return row.hasOtherUri() && row.hasOtherMeta() ? tr("other URI, other meta")
                : row.hasOtherUri()                        ? tr("other URI")
                                                           : tr("other meta");
        }
        return {};
    case HereColumn:
        return uriOf(row.here);
    case ThereColumn:
        return uriOf(row.there);
    case MetaColumn:
        if (row.hasOtherMeta())
            return tr("%1, there %2", "meta information")
                .arg(metaText(row.here->meta), metaText(row.there->meta));
        return row.any().meta.isNone() ? QString() : metaText(row.any().meta);
    default:
        return {};
    }
}

QVariant ComparisonModel::data(const QModelIndex &index, int role) const
{
    const ComparedName *one = row(index);
    if (!one)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return text(*one, index.column());
    case Qt::ToolTipRole:
        return text(*one, index.column()).toHtmlEscaped();
    case DifferenceRole:
        return int(one->difference);
    default:
        return {};
    }
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Name", "column");
    case DifferenceColumn:
        return tr("Difference", "column");
    case HereColumn:
        return m_here.isEmpty() ? tr("Here", "column") : visibleText(m_here, 60);
    case ThereColumn:
        return m_there.isEmpty() ? tr("There", "column") : visibleText(m_there, 60);
    case MetaColumn:
        return tr("Meta information", "column");
    default:
        return {};
    }
}

} // namespace pyrolens

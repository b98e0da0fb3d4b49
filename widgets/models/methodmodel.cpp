// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "methodmodel.h"

#include "plaintext.h"

#include <QLocale>

#include <algorithm>

namespace pyrolens {

MethodModel::MethodModel(QObject *parent) : QAbstractTableModel(parent) { }

MethodModel::~MethodModel() = default;

void MethodModel::refilter()
{
    m_visible.clear();
    for (size_t i = 0; i < m_methods.size(); ++i) {
        if (m_methods[i].name.contains(m_filter, Qt::CaseInsensitive))
            m_visible.push_back(int(i));
    }
}

void MethodModel::setMethods(std::vector<MethodRow> methods)
{
    beginResetModel();
    m_methods = std::move(methods);
    std::sort(m_methods.begin(), m_methods.end(),
        [](const MethodRow &a, const MethodRow &b) { return a.name < b.name; });
    refilter();
    endResetModel();
}

void MethodModel::learn(const MethodRow &method)
{
    if (methodByName(method.name))
        return;
    std::vector<MethodRow> methods = m_methods;
    methods.push_back(method);
    setMethods(std::move(methods));
}

void MethodModel::noteCall(const QString &name, qint64 nanoseconds)
{
    for (MethodRow &method : m_methods) {
        if (method.name != name)
            continue;
        ++method.calls;
        method.lastNs = nanoseconds;
        const QModelIndex at = indexOfName(name);
        if (at.isValid())
            Q_EMIT dataChanged(at.siblingAtColumn(CallsColumn), at.siblingAtColumn(LastColumn));
    }
}

const MethodRow *MethodModel::method(const QModelIndex &index) const
{
    return index.isValid() ? &m_methods[size_t(m_visible[size_t(index.row())])] : nullptr;
}

const MethodRow *MethodModel::methodByName(const QString &name) const
{
    const auto at = std::find_if(
        m_methods.begin(), m_methods.end(), [&name](const MethodRow &one) { return one.name == name; });
    return at == m_methods.end() ? nullptr : &*at;
}

QModelIndex MethodModel::indexOfName(const QString &name) const
{
    for (size_t i = 0; i < m_visible.size(); ++i) {
        if (m_methods[size_t(m_visible[i])].name == name)
            return index(int(i), 0);
    }
    return {};
}

void MethodModel::setFilter(const QString &text)
{
    beginResetModel();
    m_filter = text;
    refilter();
    endResetModel();
}

int MethodModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_visible.size());
}

int MethodModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant MethodModel::data(const QModelIndex &index, int role) const
{
    const MethodRow *row = method(index);
    if (!row)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case NameColumn:
            return visibleText(row->name, 120);
        case KindColumn:
            // Protocol words, not translated.
            return row->oneway ? QStringLiteral("oneway")
                               : (row->stream ? QStringLiteral("stream") : QStringLiteral("method"));
        case SignatureColumn:
            return visibleText(row->signature, 200);
        case CallsColumn:
            return row->calls > 0 ? QLocale().toString(row->calls) : QString();
        case LastColumn:
            return row->lastNs > 0 ? durationText(row->lastNs) : QString();
        default:
            return {};
        }
    case Qt::ToolTipRole: {
        QString text = row->name + row->signature;
        if (!row->doc.isEmpty())
            text += u'\n' + row->doc;
        if (row->source == MethodRow::Source::Learned)
            text += u'\n' + tr("Learned from an earlier call");
        return visibleLines(text, 1'000).toHtmlEscaped();
    }
    case Qt::TextAlignmentRole:
        return index.column() >= CallsColumn ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case Qt::AccessibleTextRole:
        return index.column() == NameColumn ? QString(row->name + row->signature)
                                            : data(index, Qt::DisplayRole);
    case SourceRole:
        return int(row->source);
    case OnewayRole:
        return row->oneway;
    default:
        return {};
    }
}

QVariant MethodModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Method", "column");
    case KindColumn:
        return tr("Kind", "column");
    case SignatureColumn:
        return tr("Signature", "column");
    case CallsColumn:
        return tr("Calls", "column");
    case LastColumn:
        return tr("Last", "column: duration of the last call");
    default:
        return {};
    }
}

AttributeModel::AttributeModel(QObject *parent) : QAbstractTableModel(parent) { }

AttributeModel::~AttributeModel() = default;

void AttributeModel::setAttributes(std::vector<AttributeRow> attributes)
{
    beginResetModel();
    m_rows = std::move(attributes);
    endResetModel();
}

int AttributeModel::rowOf(const QString &name)
{
    for (size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].name == name)
            return int(i);
    }
    const int row = int(m_rows.size());
    beginInsertRows({}, row, row);
    m_rows.push_back({name, true, {}, {}, {}});
    endInsertRows();
    return row;
}

void AttributeModel::setValue(const QString &name, const QString &python)
{
    const int row = rowOf(name);
    m_rows[size_t(row)].value = python;
    m_rows[size_t(row)].error.clear();
    Q_EMIT dataChanged(index(row, 0), index(row, kColumns - 1));
}

void AttributeModel::setError(const QString &name, const QString &text)
{
    const int row = rowOf(name);
    m_rows[size_t(row)].error = text;
    Q_EMIT dataChanged(index(row, 0), index(row, kColumns - 1));
}

const AttributeRow *AttributeModel::attribute(const QModelIndex &index) const
{
    return index.isValid() ? &m_rows[size_t(index.row())] : nullptr;
}

int AttributeModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int AttributeModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant AttributeModel::data(const QModelIndex &index, int role) const
{
    const AttributeRow *row = attribute(index);
    if (!row)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case NameColumn:
            return visibleText(row->name, 120);
        case ValueColumn:
            if (!row->error.isEmpty())
                return visibleText(row->error);
            return row->value.isEmpty() ? tr("not fetched") : visibleText(row->value);
        case WritableColumn:
            return row->writable ? tr("yes", "writable") : tr("no", "writable");
        default:
            return {};
        }
    case Qt::EditRole:
        return index.column() == ValueColumn ? row->value : data(index, Qt::DisplayRole).toString();
    case Qt::ToolTipRole:
        return visibleLines(row->error.isEmpty() ? row->doc : row->error, 1'000).toHtmlEscaped();
    case ErrorRole:
        return row->error;
    default:
        return {};
    }
}

QVariant AttributeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Attribute", "column");
    case ValueColumn:
        return tr("Value", "column");
    case WritableColumn:
        return tr("Writable", "column");
    default:
        return {};
    }
}

Qt::ItemFlags AttributeModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    const AttributeRow *row = attribute(index);
    if (row && row->writable && index.column() == ValueColumn)
        flags |= Qt::ItemIsEditable;
    return flags;
}

bool AttributeModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    const AttributeRow *row = attribute(index);
    if (!row || role != Qt::EditRole || index.column() != ValueColumn || !row->writable)
        return false;
    Q_EMIT setRequested(row->name, value.toString().trimmed());
    return false;
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "incomingmodel.h"

#include "plaintext.h"

namespace pyrolens {

IncomingModel::IncomingModel(QObject *parent) : QAbstractTableModel(parent) { }

IncomingModel::~IncomingModel() = default;

void IncomingModel::append(const std::vector<IncomingCall> &calls)
{
    if (calls.empty())
        return;
    const int first = int(m_calls.size());
    beginInsertRows({}, first, first + int(calls.size()) - 1);
    m_calls.insert(m_calls.end(), calls.begin(), calls.end());
    endInsertRows();
    if (m_calls.size() <= kMaxRows)
        return;
    const size_t over = m_calls.size() - kMaxRows / 10 * 9;
    beginRemoveRows({}, 0, int(over) - 1);
    m_calls.erase(m_calls.begin(), m_calls.begin() + qsizetype(over));
    endRemoveRows();
}

void IncomingModel::clear()
{
    beginResetModel();
    m_calls.clear();
    endResetModel();
}

const IncomingCall *IncomingModel::call(const QModelIndex &index) const
{
    return index.isValid() && size_t(index.row()) < m_calls.size() ? &m_calls[size_t(index.row())] : nullptr;
}

int IncomingModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_calls.size());
}

int IncomingModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant IncomingModel::data(const QModelIndex &index, int role) const
{
    const IncomingCall *one = call(index);
    if (!one)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case TimeColumn:
            return one->time.toString(QStringLiteral("HH:mm:ss.zzz"));
        case CallerColumn:
            return one->identity.isEmpty()
                ? one->caller
                : tr("%1 as %2", "address, user").arg(one->caller, visibleText(one->identity, 40));
        case ObjectColumn:
            return visibleText(one->name.isEmpty() ? QString::fromUtf8(one->object) : one->name, 80);
        case CallColumn:
            return visibleText(QStringLiteral("%1(%2)").arg(one->method, one->arguments), 300);
        case OutcomeColumn:
            return one->failed ? visibleText(one->error, 200)
                : one->oneway  ? tr("OK, oneway", "call")
                               : tr("OK", "call");
        case DurationColumn:
            return durationText(one->nanoseconds);
        default:
            return {};
        }
    case Qt::TextAlignmentRole:
        return index.column() == DurationColumn ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
                                                : QVariant();
    case FailedRole:
        return one->failed;
    default:
        return {};
    }
}

QVariant IncomingModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TimeColumn:
        return tr("Time", "column");
    case CallerColumn:
        return tr("Caller", "column");
    case ObjectColumn:
        return tr("Object", "column");
    case CallColumn:
        return tr("Call", "column");
    case OutcomeColumn:
        return tr("Outcome", "column");
    case DurationColumn:
        return tr("Duration", "column");
    default:
        return {};
    }
}

} // namespace pyrolens

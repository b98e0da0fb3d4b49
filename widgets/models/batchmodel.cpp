// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "batchmodel.h"

#include "plaintext.h"

#include <pyrolens/value/literal.h>

namespace pyrolens {

BatchModel::BatchModel(QObject *parent) : QAbstractTableModel(parent) { }

BatchModel::~BatchModel() = default;

void BatchModel::setRecord(std::shared_ptr<const CallRecord> record)
{
    beginResetModel();
    m_record = std::move(record);
    endResetModel();
}

BatchModel::State BatchModel::state(int row) const
{
    if (m_record->outcome == CallRecord::Outcome::Sent)
        return State::Sent;
    if (row >= m_record->result.size())
        return State::NotRun;
    return m_record->result.at(row).asError() ? State::Raised : State::Done;
}

QString BatchModel::text(int row, int column) const
{
    const BatchItem &call = m_record->request.batch[size_t(row)];
    switch (column) {
    case NumberColumn:
        return QString::number(row + 1);
    case CallColumn:
        return visibleText(call.method, 100) + u'(' + visibleText(call.argumentText, 300) + u')';
    case OutcomeColumn:
        switch (state(row)) {
        case State::Done:
            return tr("OK", "outcome");
        case State::Raised:
            return tr("Raised", "outcome");
        case State::NotRun:
            return tr("Not run", "outcome");
        case State::Sent:
            return tr("Sent", "outcome");
        }
        return {};
    case ResultColumn: {
        if (state(row) == State::NotRun)
            return tr("the batch had ended");
        if (state(row) == State::Sent)
            return {};
        const Value value = m_record->result.at(row);
        if (const RemoteError *error = value.asError())
            return visibleText(error->summary(), 300);
        return toPython(value, {m_record->request.target.dialect, 0, 100, 200, 300});
    }
    default:
        return {};
    }
}

int BatchModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_record ? 0 : int(m_record->request.batch.size());
}

int BatchModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant BatchModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return text(index.row(), index.column());
    case Qt::ToolTipRole: {
        const Value value = m_record->result.at(index.row());
        const RemoteError *error = value.asError();
        return error && error->hasTraceback() ? visibleLines(error->traceback.join(u'\n'), 4'000)
                                                    .toHtmlEscaped()
                                                    .replace(u'\n', QLatin1String("<br>"))
                                              : text(index.row(), index.column()).toHtmlEscaped();
    }
    case Qt::TextAlignmentRole:
        return index.column() == NumberColumn ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case StateRole:
        return int(state(index.row()));
    default:
        return {};
    }
}

QVariant BatchModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NumberColumn:
        return tr("No", "column");
    case CallColumn:
        return tr("Call", "column");
    case OutcomeColumn:
        return tr("Outcome", "column");
    case ResultColumn:
        return tr("Result", "column");
    default:
        return {};
    }
}

} // namespace pyrolens

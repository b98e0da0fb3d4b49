// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "historymodel.h"

#include "plaintext.h"

#include <QColor>

#include <algorithm>

namespace pyrolens {

namespace {

using Outcome = CallRecord::Outcome;

double milliseconds(const CallRecord &record)
{
    return double(record.trace.total.count()) / 1e6;
}

bool isGood(Outcome outcome)
{
    return outcome == Outcome::Ok || outcome == Outcome::Sent;
}

bool holds(const CallRecord &record, const QString &word)
{
    const auto after = [&word](QLatin1String prefix) { return word.mid(prefix.size()); };
    if (word.startsWith(QLatin1String("ok:")))
        return record.outcome == Outcome::Running
            || isGood(record.outcome) == (after(QLatin1String("ok:")) != QLatin1String("no"));
    if (word.startsWith(QLatin1String("ms>")))
        return milliseconds(record) > after(QLatin1String("ms>")).toDouble();
    if (word.startsWith(QLatin1String("ms<")))
        return milliseconds(record) < after(QLatin1String("ms<")).toDouble();
    if (word.startsWith(QLatin1String("obj:")))
        return record.request.target.label().contains(after(QLatin1String("obj:")), Qt::CaseInsensitive);
    if (word.startsWith(QLatin1String("method:")))
        return record.request.member.contains(after(QLatin1String("method:")), Qt::CaseInsensitive);
    return record.callText(2'000).contains(word, Qt::CaseInsensitive);
}

} // namespace

HistoryModel::HistoryModel(QObject *parent) : QAbstractTableModel(parent) { }

HistoryModel::~HistoryModel() = default;

bool HistoryModel::passes(const CallRecord &record) const
{
    const QStringList words = m_filter.split(u' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(), [&](const QString &word) { return holds(record, word); });
}

int HistoryModel::visibleRow(quint64 id) const
{
    for (size_t i = m_visible.size(); i-- > 0;) {
        if (m_visible[i]->request.id == id)
            return int(i);
    }
    return -1;
}

void HistoryModel::put(CallRecord record)
{
    const quint64 id = record.request.id;
    auto shared = std::make_shared<const CallRecord>(std::move(record));
    const auto known = std::find_if(
        m_records.rbegin(), m_records.rend(), [id](const Record &one) { return one->request.id == id; });
    m_cost += shared->cost();
    if (known != m_records.rend()) {
        m_cost -= (*known)->cost();
        *known = shared;
        const int row = visibleRow(id);
        if (row >= 0) {
            m_visible[size_t(row)] = shared;
            Q_EMIT dataChanged(index(row, 0), index(row, kColumns - 1));
        }
    } else {
        m_records.push_back(shared);
        if (passes(*shared)) {
            const int row = int(m_visible.size());
            beginInsertRows({}, row, row);
            m_visible.push_back(shared);
            endInsertRows();
        }
    }
    shrink();
}

void HistoryModel::putOlder(const std::vector<Record> &records)
{
    if (records.empty())
        return;
    for (const Record &one : records)
        m_cost += one->cost();
    m_records.insert(m_records.begin(), records.begin(), records.end());
    setFilter(m_filter);
    shrink();
}

void HistoryModel::shrink()
{
    if (m_cost <= m_budget)
        return;
    // In one go down to nine tenths, so that a full history does not shrink at every call.
    const size_t newest = m_records.size() - 1;
    std::vector<Record> kept;
    for (size_t i = 0; i < m_records.size(); ++i) {
        const bool droppable
            = i != newest && !m_records[i]->pinned && m_records[i]->outcome != Outcome::Running;
        if (droppable && m_cost > m_budget / 10 * 9)
            m_cost -= m_records[i]->cost();
        else
            kept.push_back(m_records[i]);
    }
    m_records = std::move(kept);
    setFilter(m_filter);
}

void HistoryModel::setBudget(qint64 bytes)
{
    m_budget = bytes;
    shrink();
}

void HistoryModel::setFilter(const QString &text)
{
    beginResetModel();
    m_filter = text;
    m_visible.clear();
    std::copy_if(m_records.begin(), m_records.end(), std::back_inserter(m_visible),
        [this](const Record &record) { return passes(*record); });
    endResetModel();
}

void HistoryModel::remove(quint64 id)
{
    const int row = visibleRow(id);
    if (row >= 0) {
        beginRemoveRows({}, row, row);
        m_visible.erase(m_visible.begin() + row);
        endRemoveRows();
    }
    const auto at = std::find_if(
        m_records.begin(), m_records.end(), [id](const Record &one) { return one->request.id == id; });
    if (at != m_records.end()) {
        m_cost -= (*at)->cost();
        m_records.erase(at);
        Q_EMIT forgotten({id});
    }
}

void HistoryModel::clear()
{
    QList<quint64> ids;
    for (const Record &one : m_records) {
        if (!one->pinned)
            ids.append(one->request.id);
    }
    m_records.erase(
        std::remove_if(m_records.begin(), m_records.end(), [](const Record &one) { return !one->pinned; }),
        m_records.end());
    m_cost = 0;
    for (const Record &one : m_records)
        m_cost += one->cost();
    setFilter(m_filter);
    Q_EMIT forgotten(ids);
}

HistoryModel::Record HistoryModel::record(const QModelIndex &index) const
{
    return index.isValid() ? m_visible[size_t(index.row())] : nullptr;
}

HistoryModel::Record HistoryModel::recordById(quint64 id) const
{
    const auto at = std::find_if(
        m_records.begin(), m_records.end(), [id](const Record &one) { return one->request.id == id; });
    return at == m_records.end() ? nullptr : *at;
}

QStringList HistoryModel::argumentLines(const QString &member, int limit) const
{
    QStringList lines;
    for (auto one = m_records.rbegin(); one != m_records.rend() && lines.size() < limit; ++one) {
        const CallRequest &request = (*one)->request;
        if (request.member == member && request.action == CallRequest::Action::Call
            && !request.argumentText.isEmpty() && !lines.contains(request.argumentText))
            lines.append(request.argumentText);
    }
    return lines;
}

QStringList HistoryModel::membersOf(const QString &label) const
{
    QStringList members;
    for (const Record &one : m_records) {
        const bool existed = one->outcome == Outcome::Ok || one->outcome == Outcome::Sent;
        if (existed && one->request.target.label() == label
            && one->request.action == CallRequest::Action::Call && !members.contains(one->request.member))
            members.append(one->request.member);
    }
    return members;
}

int HistoryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_visible.size());
}

int HistoryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant HistoryModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const CallRecord &record = *m_visible[size_t(index.row())];
    const bool running = record.outcome == Outcome::Running;
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case TimeColumn:
            return record.started.toString(QStringLiteral("HH:mm:ss.zzz"));
        case CallColumn:
            return record.callText();
        case OutcomeColumn:
            return CallRecord::outcomeWord(record.outcome);
        case DurationColumn:
            return running ? QString() : durationText(record.trace.total.count());
        case SizeColumn:
            return running || record.trace.bytesReceived == 0 ? QString()
                                                              : sizeText(record.trace.bytesReceived);
        case GenerationColumn:
            if (record.trace.generation == 0)
                return {};
            return record.serializer.isEmpty()
                ? tr("Pyro %1").arg(record.trace.generation)
                : tr("Pyro %1 %2", "generation, serializer")
                      .arg(record.trace.generation)
                      .arg(visibleText(QString::fromLatin1(record.serializer), 30));
        default:
            return {};
        }
    case Qt::TextAlignmentRole:
        return index.column() == DurationColumn || index.column() == SizeColumn
            ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
            : QVariant();
    case Qt::ToolTipRole:
        return index.column() == CallColumn ? record.callText(2'000).toHtmlEscaped() : QString();
    case OutcomeRole:
        return int(record.outcome);
    case RecordIdRole:
        return QVariant::fromValue(record.request.id);
    default:
        return {};
    }
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TimeColumn:
        return tr("Time", "column");
    case CallColumn:
        return tr("Call", "column");
    case OutcomeColumn:
        return tr("Outcome", "column");
    case DurationColumn:
        return tr("Duration", "column");
    case SizeColumn:
        return tr("Size", "column");
    case GenerationColumn:
        return tr("Generation", "column");
    default:
        return {};
    }
}

} // namespace pyrolens

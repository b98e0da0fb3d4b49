// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "trafficmodel.h"

#include "plaintext.h"

#include <QLocale>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr int kTick = 33;        ///< ms between batches
constexpr size_t kBatch = 5'000; ///< records per batch, well below 8 ms of work
constexpr size_t kWaitingLimit = 500'000;

} // namespace

TrafficModel::TrafficModel(QObject *parent) : QAbstractTableModel(parent)
{
    m_timer.setInterval(kTick);
    connect(&m_timer, &QTimer::timeout, this, &TrafficModel::take);
    m_timer.start();
}

TrafficModel::~TrafficModel() = default;

void TrafficModel::enqueue(std::vector<TrafficRecord> records)
{
    const QMutexLocker lock(&m_mutex);
    for (TrafficRecord &record : records) {
        if (m_waiting.size() < kWaitingLimit)
            m_waiting.push_back(std::move(record));
        else
            ++m_dropped;
    }
}

int TrafficModel::waiting() const
{
    const QMutexLocker lock(&m_mutex);
    return int(m_waiting.size() + m_pending.size());
}

void TrafficModel::flush()
{
    while (!m_paused && waiting() > 0)
        take();
}

void TrafficModel::take()
{
    if (m_paused) {
        Q_EMIT waitingChanged(waiting());
        return;
    }
    {
        const QMutexLocker lock(&m_mutex);
        m_pending.insert(m_pending.end(), std::make_move_iterator(m_waiting.begin()),
            std::make_move_iterator(m_waiting.end()));
        m_waiting.clear();
    }
    const size_t count = std::min(m_pending.size(), kBatch);
    if (count == 0)
        return;
    std::vector<TrafficRecord> batch(std::make_move_iterator(m_pending.begin()),
        std::make_move_iterator(m_pending.begin() + qsizetype(count)));
    m_pending.erase(m_pending.begin(), m_pending.begin() + qsizetype(count));
    std::vector<quint64> shown;
    for (TrafficRecord &record : batch) {
        record.number = m_next++;
        match(record);
        m_bytes += record.bytes.size();
        if (passes(record))
            shown.push_back(record.number);
        m_records.push_back(std::move(record));
    }
    if (!shown.empty()) {
        const int first = int(m_visible.size());
        beginInsertRows({}, first, first + int(shown.size()) - 1);
        m_visible.insert(m_visible.end(), shown.begin(), shown.end());
        endInsertRows();
    }
    evict();
}

void TrafficModel::match(TrafficRecord &record)
{
    auto &open = m_open[record.connection];
    if (record.kind == TrafficRecord::Kind::Request && !record.oneway) {
        open.push_back(record.number);
    } else if ((record.kind == TrafficRecord::Kind::Reply || record.kind == TrafficRecord::Kind::Failure)
        && !open.empty()) {
        record.pair = open.front();
        open.pop_front();
        if (!m_records.empty() && record.pair >= m_records.front().number && record.pair < m_next - 1) {
            // The request may stand in the same batch; numbers are dense, so its place is known.
            TrafficRecord &request = m_records[size_t(record.pair - m_records.front().number)];
            request.pair = record.number;
            record.pairTime = record.time - request.time;
            if (record.method.isEmpty()) {
                record.object = request.object;
                record.method = request.method;
            }
        }
    } else if (record.kind == TrafficRecord::Kind::Closed) {
        m_open.remove(record.connection);
    }
}

void TrafficModel::evict()
{
    if (m_bytes <= m_ring || m_records.size() < 2)
        return;
    const qint64 goal = m_ring / 10 * 9;
    size_t count = 0;
    while (count < m_records.size() - 1 && m_bytes > goal)
        m_bytes -= m_records[count++].bytes.size();
    m_dropped += qint64(count);
    const quint64 firstKept = m_records[count].number;
    const auto end = std::lower_bound(m_visible.begin(), m_visible.end(), firstKept);
    const int gone = int(end - m_visible.begin());
    if (gone > 0)
        beginRemoveRows({}, 0, gone - 1);
    m_visible.erase(m_visible.begin(), end);
    m_records.erase(m_records.begin(), m_records.begin() + qsizetype(count));
    if (gone > 0)
        endRemoveRows();
}

void TrafficModel::clear()
{
    beginResetModel();
    m_records.clear();
    m_visible.clear();
    m_open.clear();
    m_bytes = 0;
    m_dropped = 0;
    endResetModel();
}

void TrafficModel::setPaused(bool paused)
{
    m_paused = paused;
    take();
}

void TrafficModel::setRing(qint64 bytes)
{
    m_ring = bytes;
    evict();
}

bool TrafficModel::passes(const TrafficRecord &record) const
{
    return std::all_of(m_words.begin(), m_words.end(), [&](const QString &word) {
        return record.object.contains(word, Qt::CaseInsensitive)
            || record.method.contains(word, Qt::CaseInsensitive)
            || record.label.contains(word, Qt::CaseInsensitive)
            || record.info.contains(word, Qt::CaseInsensitive)
            || record.peer.contains(word, Qt::CaseInsensitive);
    });
}

void TrafficModel::setFilter(const QString &text)
{
    beginResetModel();
    m_filter = text;
    m_words = text.split(u' ', Qt::SkipEmptyParts);
    m_visible.clear();
    for (const TrafficRecord &record : m_records) {
        if (passes(record))
            m_visible.push_back(record.number);
    }
    endResetModel();
}

const TrafficRecord *TrafficModel::recordByNumber(quint64 number) const
{
    if (m_records.empty() || number < m_records.front().number || number > m_records.back().number)
        return nullptr;
    return &m_records[size_t(number - m_records.front().number)];
}

const TrafficRecord *TrafficModel::record(const QModelIndex &index) const
{
    return index.isValid() ? recordByNumber(m_visible[size_t(index.row())]) : nullptr;
}

QModelIndex TrafficModel::indexOfNumber(quint64 number) const
{
    const auto at = std::lower_bound(m_visible.begin(), m_visible.end(), number);
    return at != m_visible.end() && *at == number ? index(int(at - m_visible.begin()), 0) : QModelIndex();
}

int TrafficModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_visible.size());
}

int TrafficModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant TrafficModel::display(const TrafficRecord &record, int column) const
{
    const bool sent = record.direction == Direction::ClientToServer;
    switch (column) {
    case NumberColumn:
        return QString::number(record.number);
    case TimeColumn:
        return QLocale::c().toString(double(record.time) / 1e9, 'f', 4);
    case ConnectionColumn:
        return QStringLiteral("c%1").arg(record.connection);
    case DirectionColumn:
        return sent ? QStringLiteral("\u2192") : QStringLiteral("\u2190");
    case MessageColumn:
        return visibleText(record.label, 60);
    case ObjectColumn:
        return visibleText(record.object, 120);
    case MethodColumn:
        return visibleText(record.method, 120);
    case FlagsColumn:
        return record.flags;
    case SizeColumn:
        return record.bytes.isEmpty() ? QString() : QLocale().toString(record.bytes.size());
    case DurationColumn:
        return record.pairTime > 0 ? durationText(record.pairTime) : QString();
    case InfoColumn:
        return visibleText(record.info);
    default:
        return {};
    }
}

QVariant TrafficModel::data(const QModelIndex &index, int role) const
{
    const TrafficRecord *record = this->record(index);
    if (!record)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return display(*record, index.column());
    case Qt::AccessibleTextRole:
        if (index.column() == DirectionColumn)
            return record->direction == Direction::ClientToServer ? tr("sent") : tr("received");
        return display(*record, index.column());
    case Qt::TextAlignmentRole:
        switch (index.column()) {
        case NumberColumn:
        case TimeColumn:
        case SizeColumn:
        case DurationColumn:
            return int(Qt::AlignRight | Qt::AlignVCenter);
        case DirectionColumn:
            return int(Qt::AlignCenter);
        default:
            return {};
        }
    case DirectionRole:
        return int(record->direction);
    case KindRole:
        return int(record->kind);
    case NumberRole:
        return QVariant::fromValue(record->number);
    case UnmatchedRole:
        return record->kind == TrafficRecord::Kind::Request && !record->oneway && record->pair == 0;
    default:
        return {};
    }
}

QVariant TrafficModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NumberColumn:
        return tr("No", "column: running number");
    case TimeColumn:
        return tr("Time", "column");
    case ConnectionColumn:
        return tr("Conn", "column: connection");
    case DirectionColumn:
        return tr("Dir", "column: direction");
    case MessageColumn:
        return tr("Message", "column");
    case ObjectColumn:
        return tr("Object", "column");
    case MethodColumn:
        return tr("Method", "column");
    case FlagsColumn:
        return tr("Flags", "column");
    case SizeColumn:
        return tr("Size", "column");
    case DurationColumn:
        return tr("Took", "column: time from request to reply");
    case InfoColumn:
        return tr("Info", "column");
    default:
        return {};
    }
}

} // namespace pyrolens

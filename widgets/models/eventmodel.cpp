// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "eventmodel.h"

#include "plaintext.h"

#include <pyrolens/value/literal.h>

#include <QDateTime>
#include <QElapsedTimer>
#include <QLocale>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr int kTick = 33;                   ///< ms
constexpr qint64 kBudget = 8;               ///< ms of work per tick
constexpr int kLookAtClock = 64;            ///< items between two looks
constexpr qsizetype kSharedTexts = 100'000; ///< more are held one by one
constexpr qint64 kFilterChars = 2'000;      ///< of a value that a filter looks at

} // namespace

EventModel::EventModel(QObject *parent) : QAbstractTableModel(parent)
{
    m_timer.setInterval(kTick);
    connect(&m_timer, &QTimer::timeout, this, &EventModel::tick);
    m_timer.start();
    m_seconds.setInterval(1'000);
    connect(&m_seconds, &QTimer::timeout, this, &EventModel::second);
    m_seconds.start();
}

EventModel::~EventModel() = default;

void EventModel::enqueue(FeedItem item)
{
    const QMutexLocker lock(&m_mutex);
    if (qint64(m_waiting.size()) < kWaitingRows)
        m_waiting.push_back(std::move(item));
    else
        ++m_droppedEarly;
}

qint64 EventModel::costOf(const FeedItem &item)
{
    return qint64(sizeof(FeedItem)) + item.size;
}

QString EventModel::shared(const QString &text)
{
    const auto known = m_texts.constFind(text);
    if (known != m_texts.constEnd())
        return *known;
    if (m_texts.size() < kSharedTexts)
        m_texts.insert(text);
    return text;
}

bool EventModel::takeOver()
{
    std::vector<FeedItem> taken;
    {
        const QMutexLocker lock(&m_mutex);
        taken.swap(m_waiting);
    }
    for (FeedItem &item : taken) {
        item.subject = shared(item.subject);
        item.source = shared(item.source);
        if (m_subjects.size() < kSubjects)
            m_subjects.insert(item.subject);
        m_bytes += costOf(item);
        m_items.push_back(std::move(item));
    }
    m_received += qint64(taken.size());
    evict();
    return !taken.empty();
}

void EventModel::evict()
{
    if (qint64(m_items.size()) <= m_ringRows && m_bytes <= m_ringBytes)
        return;
    const qint64 rows = m_ringRows / 10 * 9;
    const qint64 bytes = m_ringBytes / 10 * 9;
    size_t count = 0;
    while (count < m_items.size() && (qint64(m_items.size() - count) > rows || m_bytes > bytes))
        m_bytes -= costOf(m_items[count++]);
    m_droppedLate += qint64(count);
    const quint64 first = m_first + count;
    const auto end = std::lower_bound(m_visible.begin(), m_visible.end(), first);
    const int gone = m_folded ? 0 : int(end - m_visible.begin());
    if (gone > 0)
        beginRemoveRows({}, 0, gone - 1);
    m_visible.erase(m_visible.begin(), end);
    m_items.erase(m_items.begin(), m_items.begin() + qsizetype(count));
    m_first = first;
    m_scanned = std::max(m_scanned, m_first);
    m_limit = std::max(m_limit, m_first);
    if (gone > 0)
        endRemoveRows();
}

void EventModel::tick()
{
    const qint64 before = waiting();
    const bool came = takeOver();
    scan(kBudget);
    if (came || waiting() != before)
        Q_EMIT countersChanged();
}

bool EventModel::scan(qint64 budget)
{
    const quint64 last = m_paused ? m_limit : m_first + m_items.size();
    if (m_scanned >= last)
        return true;
    QElapsedTimer clock;
    clock.start();
    std::vector<quint64> shown;
    std::vector<Latest> fresh;
    int changedFrom = int(m_latest.size());
    int changedTo = -1;
    int looked = 0;
    for (; m_scanned < last; ++m_scanned) {
        if (++looked % kLookAtClock == 0 && clock.elapsed() >= budget)
            break;
        const FeedItem &item = m_items[size_t(m_scanned - m_first)];
        if (!passes(item))
            continue;
        if (!m_folded) {
            shown.push_back(m_scanned);
            continue;
        }
        const auto key = std::make_pair(item.source, item.subject);
        const auto known = m_latestRows.constFind(key);
        if (known == m_latestRows.constEnd()) {
            if (m_latestRows.size() >= kSubjects)
                continue; // still counted and held; the log shows it
            m_latestRows.insert(key, int(m_latest.size() + fresh.size()));
            fresh.push_back({item, 1, 0, 0});
            continue;
        }
        const int row = *known;
        Latest &latest
            = row < int(m_latest.size()) ? m_latest[size_t(row)] : fresh[size_t(row) - m_latest.size()];
        latest.item = item;
        ++latest.count;
        if (row < int(m_latest.size())) {
            changedFrom = std::min(changedFrom, row);
            changedTo = std::max(changedTo, row);
        }
    }
    if (changedTo >= 0)
        Q_EMIT dataChanged(index(changedFrom, 0), index(changedTo, kColumns - 1));
    const int first = rowCount();
    const int added = int(m_folded ? fresh.size() : shown.size());
    if (added > 0) {
        beginInsertRows({}, first, first + added - 1);
        m_visible.insert(m_visible.end(), shown.begin(), shown.end());
        m_latest.insert(
            m_latest.end(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
        endInsertRows();
    }
    return m_scanned >= last;
}

void EventModel::flush()
{
    takeOver();
    while (!scan(kBudget)) { }
    Q_EMIT countersChanged();
}

void EventModel::rescan()
{
    beginResetModel();
    m_visible.clear();
    m_latest.clear();
    m_latestRows.clear();
    m_scanned = m_first;
    endResetModel();
    scan(kBudget);
}

void EventModel::clear()
{
    beginResetModel();
    m_first += m_items.size();
    m_scanned = m_limit = m_first;
    m_items.clear();
    m_visible.clear();
    m_latest.clear();
    m_latestRows.clear();
    m_texts.clear();
    m_bytes = 0;
    m_received = m_receivedBefore = 0;
    m_droppedLate = 0;
    m_droppedEarly = 0;
    endResetModel();
    Q_EMIT countersChanged();
}

void EventModel::setRing(qint64 rows, qint64 bytes)
{
    m_ringRows = std::max<qint64>(rows, 10);
    m_ringBytes = std::max<qint64>(bytes, 1'024);
    evict();
}

void EventModel::setPaused(bool paused)
{
    if (m_paused == paused)
        return;
    if (paused)
        m_limit = m_first + m_items.size();
    m_paused = paused;
    tick();
    Q_EMIT countersChanged();
}

qint64 EventModel::waiting() const
{
    return qint64(m_first + m_items.size() - m_scanned);
}

void EventModel::setFolded(bool folded)
{
    if (m_folded == folded)
        return;
    m_folded = folded;
    rescan();
}

void EventModel::setFilter(const QString &text)
{
    using Where = Term::Where;
    static const std::pair<QLatin1String, Where> places[] = {
        {QLatin1String("subject:"), Where::Subject},
        {QLatin1String("method:"), Where::Subject},
        {QLatin1String("source:"), Where::Source},
        {QLatin1String("value:"), Where::Value},
    };
    m_terms.clear();
    for (const QString &word : text.split(u' ', Qt::SkipEmptyParts)) {
        Term term{Where::Any, word};
        for (const auto &[prefix, where] : places) {
            if (word.startsWith(prefix, Qt::CaseInsensitive))
                term = {where, word.mid(prefix.size())};
        }
        m_terms.push_back(std::move(term));
    }
    rescan();
}

bool EventModel::passes(const FeedItem &item) const
{
    using Where = Term::Where;
    QString value;
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const Term &term) {
        const bool any = term.where == Where::Any;
        if ((any || term.where == Where::Subject) && item.subject.contains(term.text, Qt::CaseInsensitive))
            return true;
        if ((any || term.where == Where::Source) && item.source.contains(term.text, Qt::CaseInsensitive))
            return true;
        if (!any && term.where != Where::Value)
            return false;
        if (value.isEmpty())
            value = valueText(item, kFilterChars);
        return value.contains(term.text, Qt::CaseInsensitive);
    });
}

void EventModel::second()
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const double seconds = m_secondStart > 0 ? double(now - m_secondStart) / 1'000.0 : 1.0;
    if (seconds > 0) {
        m_rate = double(m_received - m_receivedBefore) / seconds;
        for (Latest &latest : m_latest) {
            latest.rate = double(latest.count - latest.countBefore) / seconds;
            latest.countBefore = latest.count;
        }
    }
    m_receivedBefore = m_received;
    m_secondStart = now;
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, AgeColumn), index(rowCount() - 1, RateColumn));
    Q_EMIT countersChanged();
}

const FeedItem *EventModel::item(const QModelIndex &index) const
{
    if (!index.isValid())
        return nullptr;
    if (m_folded)
        return &m_latest[size_t(index.row())].item;
    return &m_items[size_t(m_visible[size_t(index.row())] - m_first)];
}

int EventModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_folded ? m_latest.size() : m_visible.size());
}

int EventModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QString EventModel::valueText(const FeedItem &item, qint64 chars)
{
    PrintOptions options;
    options.dialect = item.dialect;
    options.maxNodes = 1'000;
    options.maxChars = chars;
    return toPython(item.value, options);
}

QVariant EventModel::display(int row, int column) const
{
    const FeedItem &shown = *item(index(row, 0));
    switch (column) {
    case TimeColumn:
        return QDateTime::fromMSecsSinceEpoch(shown.time).toString(QStringLiteral("HH:mm:ss.zzz"));
    case AgeColumn:
        return tr("%1 s", "age")
            .arg(QLocale().toString(
                std::max<qint64>(0, QDateTime::currentMSecsSinceEpoch() - shown.time) / 1'000));
    case SourceColumn:
        return visibleText(shown.source, 120);
    case SubjectColumn:
        return visibleText(shown.subject, 200);
    case ValueColumn:
        return visibleText(valueText(shown, 400));
    case SizeColumn:
        return sizeText(shown.size);
    case CountColumn:
        return m_folded ? QLocale().toString(m_latest[size_t(row)].count) : QString();
    case RateColumn:
        return m_folded
            ? tr("%1/s", "events per second").arg(QLocale().toString(m_latest[size_t(row)].rate, 'f', 0))
            : QString();
    default:
        return {};
    }
}

QVariant EventModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return display(index.row(), index.column());
    case Qt::ToolTipRole:
        return index.column() == ValueColumn
            ? visibleText(valueText(*item(index), 2'000), 2'000).toHtmlEscaped()
            : QString();
    case Qt::TextAlignmentRole:
        switch (index.column()) {
        case AgeColumn:
        case SizeColumn:
        case CountColumn:
        case RateColumn:
            return int(Qt::AlignRight | Qt::AlignVCenter);
        default:
            return {};
        }
    default:
        return {};
    }
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TimeColumn:
        return tr("Time", "column");
    case AgeColumn:
        return tr("Age", "column");
    case SourceColumn:
        return tr("Source", "column");
    case SubjectColumn:
        return tr("Subject or method", "column");
    case ValueColumn:
        return tr("Value", "column");
    case SizeColumn:
        return tr("Size", "column");
    case CountColumn:
        return tr("Count", "column: how many of this subject");
    case RateColumn:
        return tr("Rate", "column");
    default:
        return {};
    }
}

} // namespace pyrolens

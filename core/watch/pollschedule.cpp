// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "pollschedule.h"

#include <algorithm>

namespace pyrolens {

void PollSchedule::set(const QString &key, std::chrono::milliseconds interval, Time now)
{
    const bool isNew = !m_entries.contains(key);
    Entry &entry = m_entries[key];
    entry.interval = std::clamp(interval, kShortest, kLongest);
    entry.next = isNew ? now : std::min(entry.next, now + entry.interval);
}

void PollSchedule::remove(const QString &key)
{
    m_entries.remove(key);
}

QStringList PollSchedule::due(Time now)
{
    QStringList keys;
    for (auto entry = m_entries.begin(); entry != m_entries.end(); ++entry) {
        if (entry->next > now || entry->failures >= kFailures)
            continue;
        const auto ticks = (now - entry->next) / entry->interval + 1;
        entry->next += ticks * entry->interval;
        entry->dropped += ticks - (entry->underWay ? 0 : 1);
        if (entry->underWay)
            continue;
        entry->underWay = true;
        keys.append(entry.key());
    }
    return keys;
}

void PollSchedule::finished(const QString &key, bool ok)
{
    const auto entry = m_entries.find(key);
    if (entry == m_entries.end())
        return; // removed meanwhile
    entry->underWay = false;
    entry->failures = ok ? 0 : entry->failures + 1;
}

bool PollSchedule::isResting(const QString &key) const
{
    const auto entry = m_entries.constFind(key);
    return entry != m_entries.constEnd() && entry->failures >= kFailures;
}

void PollSchedule::resume(const QString &key, Time now)
{
    const auto entry = m_entries.find(key);
    if (entry == m_entries.end())
        return;
    entry->failures = 0;
    entry->next = now;
}

qint64 PollSchedule::dropped(const QString &key) const
{
    const auto entry = m_entries.constFind(key);
    return entry == m_entries.constEnd() ? 0 : entry->dropped;
}

} // namespace pyrolens

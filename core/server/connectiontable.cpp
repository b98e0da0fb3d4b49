// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "connectiontable_p.h"

namespace pyrolens {

using namespace std::chrono_literals;

namespace {

constexpr size_t kMaxDenialSources = 10'000; // remembered at once

} // namespace

void ConnectionRecord::setStream(Stream *stream)
{
    const std::lock_guard lock(m_mutex);
    m_stream = stream;
    if (stream && !m_cutCode.isEmpty())
        stream->shutdown();
}

void ConnectionRecord::cut(const QString &code)
{
    const std::lock_guard lock(m_mutex);
    if (m_cutCode.isEmpty())
        m_cutCode = code;
    if (m_stream)
        m_stream->shutdown();
}

QString ConnectionRecord::cutCode() const
{
    const std::lock_guard lock(m_mutex);
    return m_cutCode;
}

ConnectionRecordPtr ConnectionTable::add(
    const Endpoint &peer, int maximum, ConnectionRecord::Clock::time_point since)
{
    const std::lock_guard lock(m_mutex);
    if (m_all.size() >= size_t(maximum))
        return nullptr;
    auto record = std::make_shared<ConnectionRecord>(++m_lastId, peer, since);
    m_all.emplace(record->id, record);
    m_ungreeted.emplace(record->id, record);
    return record;
}

void ConnectionTable::remove(const ConnectionRecord &record)
{
    m_unfinished -= record.unfinished;
    const std::lock_guard lock(m_mutex);
    m_ungreeted.erase(record.id);
    m_all.erase(record.id);
}

void ConnectionTable::setGreeted(const ConnectionRecord &record)
{
    const std::lock_guard lock(m_mutex);
    m_ungreeted.erase(record.id);
}

int ConnectionTable::count() const
{
    const std::lock_guard lock(m_mutex);
    return int(m_all.size());
}

int ConnectionTable::ungreetedCount() const
{
    const std::lock_guard lock(m_mutex);
    return int(m_ungreeted.size());
}

ConnectionRecordPtr ConnectionTable::cutOldestUngreeted(const QString &code)
{
    const std::lock_guard lock(m_mutex);
    if (m_ungreeted.empty())
        return nullptr;
    // Out of the list at once: its own thread may need a moment, and the next one wants another victim.
    auto record = m_ungreeted.begin()->second;
    m_ungreeted.erase(m_ungreeted.begin());
    record->cut(code);
    return record;
}

std::vector<ConnectionRecordPtr> ConnectionTable::all() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<ConnectionRecordPtr> result;
    result.reserve(m_all.size());
    for (const auto &[id, record] : m_all)
        result.push_back(record);
    return result;
}

void ConnectionTable::setUnfinished(ConnectionRecord &record, qint64 bytes, qint64 maximum)
{
    const auto now = ConnectionRecord::Clock::now().time_since_epoch().count();
    if (record.unfinished == 0)
        record.unfinishedSince = now;
    m_unfinished += bytes - record.unfinished.exchange(bytes);
    if (m_unfinished <= maximum)
        return;
    const std::lock_guard lock(m_mutex);
    ConnectionRecordPtr slowest;
    double least = 0;
    for (const auto &[id, other] : m_all) {
        const qint64 size = other->unfinished;
        if (size == 0)
            continue;
        const double rate
            = double(size) / double(std::max<ConnectionRecord::Clock::rep>(1, now - other->unfinishedSince));
        if (!slowest || rate < least) {
            slowest = other;
            least = rate;
        }
    }
    if (slowest)
        slowest->cut(QStringLiteral("frame.memory"));
}

std::chrono::milliseconds DenialCounter::note(const QString &host, int free)
{
    const std::lock_guard lock(m_mutex);
    const auto now = Clock::now();
    if (m_recent.size() >= kMaxDenialSources)
        std::erase_if(m_recent, [&](const auto &item) { return now - item.second.back() > 60s; });
    auto &times = m_recent[host];
    std::erase_if(times, [&](Clock::time_point time) { return now - time > 60s; });
    if (times.size() > size_t(free))
        times.erase(times.begin()); // more than `free` need not be told apart
    times.push_back(now);
    return times.size() > size_t(free) ? 1s : 0s;
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/transport/stream.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace pyrolens {

class Generation;

/// What the daemon knows of one connection, whoever serves it. Thread-safe.
class ConnectionRecord
{
public:
    using Clock = std::chrono::steady_clock;
    ConnectionRecord(quint64 number, Endpoint from, Clock::time_point since)
        : id(number), peer(std::move(from)), accepted(since)
    { }

    const quint64 id;
    const Endpoint peer;
    const Clock::time_point accepted;
    std::shared_ptr<const TlsPeer> tls;    ///< set before it is served; null = clear text
    const Generation *connected = nullptr; ///< set before it is served: no handshake, calls begin at once
    bool isTurnedAway = false; ///< set before it is served: one too many, which is told so in its own words
    std::atomic<bool> busy = false;     ///< a request is being served
    std::atomic<qint64> unfinished = 0; ///< bytes of the frame under way, when it is large
    std::atomic<Clock::rep> unfinishedSince = 0;

    /// The stream that cut() ends; null before it is destroyed.
    void setStream(Stream *stream);
    /// Ends the connection from any thread; its own thread then finds it closed. The first code is kept.
    void cut(const QString &code);
    QString cutCode() const; ///< empty: it was not cut

private:
    mutable std::mutex m_mutex; ///< guards the two below
    Stream *m_stream = nullptr;
    QString m_cutCode;
};
using ConnectionRecordPtr = std::shared_ptr<ConnectionRecord>;

/// All connections of a daemon. Thread-safe.
class ConnectionTable
{
public:
    /// A new, un-greeted connection; null when there are `maximum` already. \param since the time of its
    /// handshake counts from here.
    ConnectionRecordPtr add(const Endpoint &peer, int maximum,
        ConnectionRecord::Clock::time_point since = ConnectionRecord::Clock::now());
    void remove(const ConnectionRecord &record);
    void setGreeted(const ConnectionRecord &record); ///< its handshake is done
    int count() const;
    int ungreetedCount() const;
    /// Cuts the un-greeted connection that waits longest. \return it, or null.
    ConnectionRecordPtr cutOldestUngreeted(const QString &code);
    std::vector<ConnectionRecordPtr> all() const;
    /// Tells the size of the unfinished frame. Above `maximum` for all together the slowest one is cut.
    void setUnfinished(ConnectionRecord &record, qint64 bytes, qint64 maximum);

private:
    mutable std::mutex m_mutex; ///< guards the maps; the order of ids is that of accepting
    std::map<quint64, ConnectionRecordPtr> m_all;
    std::map<quint64, ConnectionRecordPtr> m_ungreeted;
    quint64 m_lastId = 0;
    std::atomic<qint64> m_unfinished = 0;
};

/// Counts denials by source address, to slow down who guesses. Thread-safe.
class DenialCounter
{
public:
    /// \return how long the answer to this denial should wait: nothing for the first `free` within a minute.
    std::chrono::milliseconds note(const QString &host, int free = 5);

private:
    using Clock = std::chrono::steady_clock;
    std::mutex m_mutex; ///< guards the map
    std::map<QString, std::vector<Clock::time_point>> m_recent;
};

} // namespace pyrolens

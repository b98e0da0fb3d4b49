// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "daemon.h"

#include <atomic>
#include <map>
#include <mutex>

namespace pyrolens {

struct Hosted;

/// The item streams that clients are reading. A stream belongs to the connection it was opened on, or that
/// pulled it after that one was gone; anybody who knows its id may pull. Thread-safe. Source: Pyro5,
/// server.py, Daemon._streamResponse, DaemonObject.get_next_stream_item and Daemon._housekeeping.
class StreamTable
{
public:
    using Clock = std::chrono::steady_clock;
    explicit StreamTable(StreamOptions options, std::function<Clock::time_point()> now = Clock::now);

    /// \param owner whose items they are. \return the id, or Limit "call.limit".
    Result<QString> open(
        std::shared_ptr<ItemSource> source, std::shared_ptr<Hosted> owner, quint64 connection);
    /// Whose items a stream gives: they are made where its calls run. Null when there is no such stream.
    std::shared_ptr<Hosted> owner(const QString &id);
    /// The next item. \return Remote StopIteration at the end, PyroError for an id that is not (or no longer)
    /// there, and what the source raises; after each of them the stream is gone.
    Result<Value> next(const QString &id, quint64 connection);
    void close(const QString &id);
    /// Its streams linger, or go at once.
    void connectionGone(quint64 connection);
    /// Drops what is past its time.
    void sweep();
    void clear();
    int count() const { return m_count; }

private:
    struct Stream;
    using StreamPtr = std::shared_ptr<Stream>;
    StreamPtr find(const QString &id);
    StreamPtr take(const QString &id);
    bool isOver(const Stream &stream, Clock::time_point now) const;

    const StreamOptions m_options;
    const std::function<Clock::time_point()> m_now;
    std::mutex m_mutex; ///< guards the map and what the streams in it say of their connection
    std::map<QString, StreamPtr> m_streams;
    std::atomic<int> m_count = 0;
};

} // namespace pyrolens

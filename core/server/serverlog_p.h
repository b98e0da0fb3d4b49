// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/transport/stream.h>

#include <QString>

#include <chrono>
#include <functional>
#include <map>
#include <mutex>

namespace pyrolens {

/// The log lines of a daemon: `code peer=ip:port gen=N bytes=N detail="..."` in category pyrolens.server,
/// details escaped, at most `linesPerSecond` for one source address and code, then one "suppressed N" line.
/// Thread-safe.
class ServerLog
{
public:
    using Clock = std::chrono::steady_clock;
    explicit ServerLog(int linesPerSecond = 10, std::function<Clock::time_point()> now = Clock::now);
    ~ServerLog(); ///< tells what it still holds back

    struct Entry
    {
        QString code;
        Endpoint peer;
        int generation = 0;
        qint64 bytes = 0;
        QString detail;
    };
    void refusal(const Entry &entry); ///< warning level
    void debug(const Entry &entry);   ///< things that happen every day, e.g. a peer that left within a frame

private:
    struct Window
    {
        Clock::time_point start;
        int lines = 0;
        int suppressed = 0;
    };
    using Key = std::pair<QString, QString>; ///< host, code
    static void tellSuppressed(const Key &key, const Window &window);
    void sweep(Clock::time_point now);

    const int m_linesPerSecond;
    const std::function<Clock::time_point()> m_now;
    std::mutex m_mutex; ///< guards the two below
    Clock::time_point m_lastSweep{};
    std::map<Key, Window> m_windows;
};

} // namespace pyrolens

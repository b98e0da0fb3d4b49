// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

#include <chrono>

namespace pyrolens {

/// Says which requests are to be sent again now. Requests are known by a key; those with the same key are
/// one. Knows no clock: the time is passed in. One thread.
class PollSchedule
{
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::milliseconds kShortest{100};
    static constexpr std::chrono::milliseconds kLongest{3'600'000};
    static constexpr int kFailures = 5; ///< in a row, then the request rests until resume()

    /// Adds a request, due at once, or changes its interval (brought into the limits above).
    void set(const QString &key, std::chrono::milliseconds interval, Time now);
    void remove(const QString &key);
    /// What to send now; each is under way until finished() is told. A tick that finds its request still
    /// under way is dropped and counted.
    QStringList due(Time now);
    void finished(const QString &key, bool ok);
    bool isResting(const QString &key) const; ///< gave up after too many failures
    void resume(const QString &key, Time now);
    qint64 dropped(const QString &key) const; ///< ticks

private:
    struct Entry
    {
        std::chrono::milliseconds interval{0};
        Time next;
        bool underWay = false;
        int failures = 0;
        qint64 dropped = 0;
    };
    QHash<QString, Entry> m_entries;
};

} // namespace pyrolens

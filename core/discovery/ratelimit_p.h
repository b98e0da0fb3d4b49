// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QHash>
#include <QHostAddress>

#include <chrono>

namespace pyrolens::discovery {

/// So many per second for each source, and no more memory than for a fixed number of sources, since source
/// addresses of datagrams are easily forged. The clock is passed in. Not thread-safe.
class RateLimit
{
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit RateLimit(int perSecond, qsizetype maxSources = 4'096)
        : m_perSecond(perSecond), m_maxSources(maxSources)
    { }
    bool allows(const QHostAddress &source, Time now);

private:
    struct Window
    {
        Time start;
        int count = 0;
    };
    const int m_perSecond;
    const qsizetype m_maxSources;
    QHash<QHostAddress, Window> m_windows;
};

} // namespace pyrolens::discovery

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "serverlog_p.h"

#include <pyrolens/base/logging.h>

namespace pyrolens {

namespace {

constexpr size_t kMaxWindows = 4'096; // sources and codes remembered at once

QString line(const ServerLog::Entry &entry)
{
    // Not arg(): the detail is a stranger's and may hold place markers.
    QString text = entry.code + QLatin1String(" peer=") + logging::escapeForLog(entry.peer.toString())
        + QLatin1String(" gen=") + QString::number(entry.generation) + QLatin1String(" bytes=")
        + QString::number(entry.bytes);
    text += QLatin1String(" detail=\"") + logging::escapeForLog(entry.detail) + QLatin1Char('"');
    return text;
}

} // namespace

ServerLog::ServerLog(int linesPerSecond, std::function<Clock::time_point()> now)
    : m_linesPerSecond(linesPerSecond), m_now(std::move(now))
{ }

ServerLog::~ServerLog()
{
    for (const auto &[key, window] : m_windows)
        tellSuppressed(key, window);
}

void ServerLog::tellSuppressed(const Key &key, const Window &window)
{
    if (window.suppressed > 0) {
        qCWarning(logging::server).noquote().nospace()
            << key.second << " peer=" << logging::escapeForLog(key.first) << " suppressed "
            << window.suppressed;
    }
}

void ServerLog::sweep(Clock::time_point now)
{
    m_lastSweep = now;
    std::erase_if(m_windows, [&](const auto &item) {
        const bool over = now - item.second.start >= std::chrono::seconds(1);
        if (over)
            tellSuppressed(item.first, item.second);
        return over;
    });
}

void ServerLog::refusal(const Entry &entry)
{
    if (!logging::server().isWarningEnabled())
        return;
    const Key key(entry.peer.host, entry.code);
    const std::lock_guard lock(m_mutex);
    const auto now = m_now();
    if (now - m_lastSweep >= std::chrono::seconds(1))
        sweep(now);
    auto found = m_windows.find(key);
    if (found != m_windows.end() && now - found->second.start >= std::chrono::seconds(1)) {
        tellSuppressed(key, found->second);
        found->second = {now};
    } else if (found == m_windows.end()) {
        if (m_windows.size() >= kMaxWindows)
            return;
        found = m_windows.emplace(key, Window{now}).first;
    }
    if (found->second.lines >= m_linesPerSecond) {
        ++found->second.suppressed;
        return;
    }
    ++found->second.lines;
    qCWarning(logging::server).noquote() << line(entry);
}

void ServerLog::debug(const Entry &entry)
{
    if (logging::server().isDebugEnabled())
        qCDebug(logging::server).noquote() << line(entry);
}

} // namespace pyrolens

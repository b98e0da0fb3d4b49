// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "ratelimit_p.h"

namespace pyrolens::discovery {

bool RateLimit::allows(const QHostAddress &source, Time now)
{
    constexpr std::chrono::seconds kWindow(1);
    if (m_windows.size() >= m_maxSources && !m_windows.contains(source)) {
        m_windows.removeIf([&](const auto &entry) { return now - entry.value().start >= kWindow; });
        if (m_windows.size() >= m_maxSources)
            return false;
    }
    Window &window = m_windows[source];
    if (window.count == 0 || now - window.start >= kWindow)
        window = {now, 0};
    return ++window.count <= m_perSecond;
}

} // namespace pyrolens::discovery

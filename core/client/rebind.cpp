// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "rebind_p.h"

#include <algorithm>

namespace pyrolens {

std::optional<std::chrono::milliseconds> Rebinding::waitAfter(const Error &error, bool whileResolving)
{
    ++m_tried;
    // A name may be missing for as long as its server is being started anew; a refusal stays one.
    const bool mayPass = error.kind == Error::Kind::Disconnected || error.kind == Error::Kind::Timeout
        || (whileResolving && error.kind == Error::Kind::Remote);
    if (!mayPass)
        return std::nullopt;
    if (m_policy.tries > 0 && m_tried >= m_policy.tries) {
        m_isOver = true;
        return std::nullopt;
    }
    const auto wait = m_wait;
    const double next = double(m_wait.count()) * std::max(1.0, m_policy.growth);
    const auto longest = std::max(m_policy.wait, m_policy.longestWait);
    m_wait = next < double(longest.count()) ? std::chrono::milliseconds(qint64(next)) : longest;
    return wait;
}

Error Rebinding::verdict(Error last) const
{
    if (!m_isOver)
        return last;
    // The kind of the original's TimeoutError('connection lost'). Source: Pyro 3.16, protocol.py, rebindURI.
    Error error
        = Error::timeout(QStringLiteral("connection lost: no way to it in %1 attempts. The last one: %2")
                             .arg(QString::number(m_tried), last.what));
    error.code = QStringLiteral("conn.lost");
    return error;
}

} // namespace pyrolens

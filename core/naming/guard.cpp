// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "guard_p.h"

namespace pyrolens {

std::optional<int> NameServerGuard::acceptHost(const Endpoint &peer, int connections)
{
    Q_UNUSED(peer);
    Q_UNUSED(connections);
    return std::nullopt;
}

std::optional<int> NameServerGuard::acceptIdentification(
    const Generation &generation, const Message &connect, LocalStorage &storage)
{
    Q_UNUSED(generation);
    Q_UNUSED(connect);
    Q_UNUSED(storage);
    return std::nullopt;
}

NameServerGuard::Verdict NameServerGuard::acceptLocationCmd(const QString &from)
{
    Q_UNUSED(from);
    return {};
}

NameServerGuard::Verdict NameServerGuard::acceptShutdownCmd(const QString &from)
{
    Q_UNUSED(from);
    return {};
}

namespace naming {

std::optional<int> GuardValidator::refuseHost(const Endpoint &peer, int connections)
{
    return m_guard->acceptHost(peer, connections);
}

std::optional<int> GuardValidator::refuseIdentification(
    const Generation &generation, const Message &connect, LocalStorage &storage)
{
    if (m_needsSecret) {
        if (const auto code = SecretValidator::refuseIdentification(generation, connect, storage))
            return code;
    }
    return m_guard->acceptIdentification(generation, connect, storage);
}

} // namespace naming

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "daemon.h"

namespace pyrolens {

namespace {

constexpr int kSecurityReasons = 3; // Pyro 3.16, constants.py, DENIED_SECURITY

} // namespace

std::optional<int> ConnectionValidator::refuseHost(const Endpoint &peer, int connections)
{
    Q_UNUSED(peer);
    Q_UNUSED(connections);
    return std::nullopt;
}

std::optional<int> ConnectionValidator::refuseIdentification(
    const Generation &generation, const Message &connect, LocalStorage &storage)
{
    Q_UNUSED(generation);
    Q_UNUSED(connect);
    Q_UNUSED(storage);
    return std::nullopt;
}

std::optional<int> IdentValidator::refuseIdentification(
    const Generation &generation, const Message &connect, LocalStorage &storage)
{
    if (m_allowed.isEmpty())
        return std::nullopt;
    // All are compared, whichever fits, so that the time tells nothing.
    qsizetype match = -1;
    for (qsizetype i = 0; i < m_allowed.size(); ++i) {
        Credentials credentials;
        credentials.ident = m_allowed[i];
        if (generation.verifies(connect, credentials))
            match = i;
    }
    if (match < 0)
        return kSecurityReasons;
    // Not the text itself: it is a secret, and this ends up in feeds and logs.
    storage.identity = QStringLiteral("identification %1").arg(match + 1);
    return std::nullopt;
}

} // namespace pyrolens

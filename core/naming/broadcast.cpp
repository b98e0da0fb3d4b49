// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "broadcast_p.h"

#include <QNetworkInterface>

namespace pyrolens::naming {

namespace {

constexpr char kFlatRequest[] = "GET_NSURI"; // Source: Pyro5, nameserver.py, BroadcastServer

bool isThisMachine(const QHostAddress &address)
{
    return address.isLoopback() || QNetworkInterface::allAddresses().contains(address);
}

QByteArray locationAnswer(
    const QByteArray &uri, const std::shared_ptr<NameServerGuard> &guard, const QHostAddress &from)
{
    const NameServerGuard::Verdict verdict
        = guard ? guard->acceptLocationCmd(from.toString()) : NameServerGuard::Verdict();
    return verdict.isAccepted ? uri : verdict.reply;
}

} // namespace

QByteArray LocationHandler::answer(QByteArrayView request, const QHostAddress &from)
{
    if (m_localOnly && !isThisMachine(from))
        return {};
    if (request == "location")
        return locationAnswer(m_uri, m_guard, from);
    if (request == "shutdown") {
        const NameServerGuard::Verdict verdict = m_shutdown(from.toString());
        return shutdownReply(verdict);
    }
    return {};
}

QByteArray FlatLocationHandler::answer(QByteArrayView request, const QHostAddress &from)
{
    if (request != kFlatRequest || (m_localOnly && !isThisMachine(from)))
        return {};
    return locationAnswer(m_uri, m_guard, from);
}

QByteArray AnyHandler::answer(QByteArrayView request, const QHostAddress &from)
{
    for (const auto &handler : m_handlers) {
        if (QByteArray found = handler->answer(request, from); !found.isEmpty())
            return found;
    }
    return {};
}

} // namespace pyrolens::naming

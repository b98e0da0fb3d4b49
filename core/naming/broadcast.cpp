// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "broadcast_p.h"

#include <QNetworkInterface>

namespace pyrolens::naming {

namespace {

bool isThisMachine(const QHostAddress &address)
{
    return address.isLoopback() || QNetworkInterface::allAddresses().contains(address);
}

} // namespace

bool isLoopbackHost(const QString &host)
{
    if (host.compare(u"localhost", Qt::CaseInsensitive) == 0)
        return true;
    const QHostAddress address(host);
    return !address.isNull() && address.isLoopback();
}

QByteArray LocationHandler::answer(QByteArrayView request, const QHostAddress &from)
{
    if (m_localOnly && !isThisMachine(from))
        return {};
    if (request == "location") {
        const NameServerGuard::Verdict verdict
            = m_guard ? m_guard->acceptLocationCmd(from.toString()) : NameServerGuard::Verdict();
        return verdict.isAccepted ? m_uri : verdict.reply;
    }
    if (request == "shutdown") {
        const NameServerGuard::Verdict verdict = m_shutdown(from.toString());
        return shutdownReply(verdict);
    }
    return {};
}

} // namespace pyrolens::naming

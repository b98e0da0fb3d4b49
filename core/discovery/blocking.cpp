// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "destinations_p.h"

#include <QDeadlineTimer>
#include <QHostInfo>
#include <QUdpSocket>

namespace pyrolens {

using namespace discovery;

Result<QStringList> discoverBlocking(const DiscoveryOptions &options)
{
    std::vector<QHostAddress> addresses = numericAddresses(options);
    for (const QString &name : namesToLookUp(options)) {
        for (const QHostAddress &address : QHostInfo::fromName(name).addresses()) {
            if (address.protocol() == QAbstractSocket::IPv4Protocol)
                addresses.push_back(address);
        }
    }
    if (addresses.empty())
        return Error::disconnected(u"unknown host: " + options.addresses.join(u", "));
    QUdpSocket socket;
    if (Status opened = openSocket(socket); !opened)
        return opened.error();
    const std::vector<Destination> to = destinations(options, addresses);
    const int tries = qMax(1, options.tries);
    QStringList found;
    for (int i = 0; i < tries; ++i) {
        const Status sent = sendRequests(socket, to);
        if (!sent && i == 0)
            return sent.error();
        const QDeadlineTimer deadline(options.wait / tries);
        while (!deadline.hasExpired()) {
            if (!socket.waitForReadyRead(static_cast<int>(deadline.remainingTime())))
                break;
            readAnswers(socket, found, [](const QString &, const QHostAddress &) {});
        }
    }
    return found;
}

} // namespace pyrolens

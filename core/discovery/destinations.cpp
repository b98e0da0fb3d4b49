// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "destinations_p.h"

#include <QNetworkInterface>
#include <QUdpSocket>

#include <algorithm>

namespace pyrolens::discovery {

namespace {

std::vector<QHostAddress> defaultAddresses()
{
    std::vector<QHostAddress> addresses{QHostAddress(QHostAddress::Broadcast)};
    const auto add = [&](const QHostAddress &address) {
        if (std::ranges::find(addresses, address) == addresses.end())
            addresses.push_back(address);
    };
    for (const QNetworkInterface &interface : QNetworkInterface::allInterfaces()) {
        if (!interface.flags().testFlag(QNetworkInterface::IsUp))
            continue;
        for (const QNetworkAddressEntry &entry : interface.addressEntries()) {
            if (!entry.broadcast().isNull())
                add(entry.broadcast());
        }
    }
    add(QHostAddress(QHostAddress::LocalHost));
    return addresses;
}

} // namespace

QStringList namesToLookUp(const DiscoveryOptions &options)
{
    QStringList names;
    for (const QString &text : options.addresses) {
        if (QHostAddress(text).isNull())
            names.append(text);
    }
    return names;
}

std::vector<QHostAddress> numericAddresses(const DiscoveryOptions &options)
{
    if (options.addresses.isEmpty())
        return defaultAddresses();
    std::vector<QHostAddress> addresses;
    for (const QString &text : options.addresses) {
        if (const QHostAddress address(text); !address.isNull())
            addresses.push_back(address);
    }
    return addresses;
}

std::vector<Destination> destinations(
    const DiscoveryOptions &options, const std::vector<QHostAddress> &addresses)
{
    const std::vector<int> ports
        = options.port != 0 ? std::vector{options.port} : std::vector{kPrimaryPort, kSecondaryPort};
    std::vector<Destination> all;
    for (const QHostAddress &address : addresses) {
        for (const int port : ports)
            all.emplace_back(address, static_cast<quint16>(port));
    }
    return all;
}

Status openSocket(QUdpSocket &socket)
{
    // Qt allows broadcast on every UDP socket.
    if (!socket.bind(QHostAddress(QHostAddress::AnyIPv4), 0))
        return Error::disconnected(u"no UDP socket: " + socket.errorString());
    return Done{};
}

Status sendRequest(QUdpSocket &socket, const std::vector<Destination> &to)
{
    bool sent = false;
    for (const auto &[address, port] : to)
        sent = socket.writeDatagram(kLocationRequest, sizeof kLocationRequest - 1, address, port) > 0 || sent;
    if (sent)
        return Done{};
    return Error::disconnected(u"no search request could be sent: " + socket.errorString());
}

std::optional<QString> uriFromAnswer(QByteArrayView answer)
{
    const bool isUri = answer.startsWith("PYRO://") || answer.startsWith("PYROSSL://");
    const bool isPlain = std::ranges::all_of(answer, [](char c) { return c > 32 && c < 127; });
    // Scheme, a host, a slash and an id.
    if (!isUri || !isPlain || answer.size() > kMaxAnswerBytes || answer.count('/') < 3
        || answer.endsWith('/'))
        return std::nullopt;
    return QString::fromLatin1(answer);
}

void readAnswers(QUdpSocket &socket, QStringList &known,
    const std::function<void(const QString &uri, const QHostAddress &from)> &found)
{
    for (int i = 0; i < kMaxAnswers && socket.hasPendingDatagrams(); ++i) {
        char buffer[kMaxAnswerBytes + 1];
        QHostAddress from;
        const qint64 size = socket.readDatagram(buffer, sizeof buffer, &from);
        const auto uri = size > 0 ? uriFromAnswer(QByteArrayView(buffer, size)) : std::nullopt;
        if (!uri || known.contains(*uri) || known.size() >= kMaxAnswers)
            continue;
        known.append(*uri);
        found(*uri, from);
    }
}

} // namespace pyrolens::discovery

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
    std::vector<Destination> all;
    const auto ask = [&](QByteArrayView request, std::vector<int> ports) {
        if (options.port != 0)
            ports = {options.port};
        for (const QHostAddress &address : addresses) {
            for (const int port : ports)
                all.push_back({address, static_cast<quint16>(port), request});
        }
    };
    if (options.hierarchical)
        ask(kLocationRequest, {kPrimaryPort, kSecondaryPort});
    if (options.flat)
        ask(kFlatRequest, {kFlatPort});
    return all;
}

Status openSocket(QUdpSocket &socket)
{
    // Qt allows broadcast on every UDP socket.
    if (!socket.bind(QHostAddress(QHostAddress::AnyIPv4), 0))
        return Error::disconnected(u"no UDP socket: " + socket.errorString());
    return Done{};
}

Status sendRequests(QUdpSocket &socket, const std::vector<Destination> &to)
{
    bool sent = false;
    for (const auto &[address, port, request] : to)
        sent = socket.writeDatagram(request.data(), request.size(), address, port) > 0 || sent;
    if (sent)
        return Done{};
    return Error::disconnected(u"no search request could be sent: " + socket.errorString());
}

namespace {

/// Scheme, a host, a slash and an id.
bool isClassicUri(QByteArrayView text)
{
    return (text.startsWith("PYRO://") || text.startsWith("PYROSSL://")) && text.count('/') >= 3
        && !text.endsWith('/');
}

/// An id, a host and a port.
bool isModernUri(QByteArrayView text)
{
    const qsizetype mark = text.indexOf('@');
    const qsizetype colon = text.lastIndexOf(':');
    return text.startsWith("PYRO:") && !text.startsWith("PYRO:/") && mark > 5 && colon > mark + 1
        && colon + 1 < text.size();
}

} // namespace

std::optional<QString> uriFromAnswer(QByteArrayView answer)
{
    const bool isPlain = std::ranges::all_of(answer, [](char c) { return c > 32 && c < 127; });
    if (!isPlain || answer.size() > kMaxAnswerBytes || (!isClassicUri(answer) && !isModernUri(answer)))
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

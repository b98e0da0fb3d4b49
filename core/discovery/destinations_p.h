// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "discovery.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QHostAddress>

#include <optional>
#include <vector>

class QUdpSocket;

namespace pyrolens::discovery {

inline constexpr char kLocationRequest[] = "location";
inline constexpr char kFlatRequest[] = "GET_NSURI"; ///< Source: Pyro5, core.py, locate_ns
inline constexpr int kPrimaryPort = 9090;           ///< Source: Pyro 3.16, configuration.py, PYRO_NS_BC_PORT
inline constexpr int kSecondaryPort = 9091;         ///< PYRO_NS2_BC_PORT
inline constexpr int kFlatPort = 9091; ///< Source: Pyro5, configure.py, NS_BCPORT (Pyro 4: the same)
inline constexpr qsizetype kMaxAnswerBytes = 1'000; ///< Source: Pyro 3.16, naming.py, recvfrom(1000)
inline constexpr int kMaxAnswers = 1'000;           ///< of one round; what comes after is not looked at

/// A datagram to be sent.
struct Destination
{
    QHostAddress address;
    quint16 port = 0;
    QByteArrayView request;
};

/// The defaults, or the numeric ones among options.addresses.
std::vector<Destination> destinations(
    const DiscoveryOptions &options, const std::vector<QHostAddress> &addresses);
/// Addresses of `options` that are no numbers and have to be looked up.
QStringList namesToLookUp(const DiscoveryOptions &options);
std::vector<QHostAddress> numericAddresses(const DiscoveryOptions &options);

Status openSocket(QUdpSocket &socket);
/// Ok when at least one went out.
Status sendRequests(QUdpSocket &socket, const std::vector<Destination> &to);

/// The URI in an answer; nothing for what is none (a guard's own words, noise).
std::optional<QString> uriFromAnswer(QByteArrayView answer);

/// Reads what has arrived; calls `found` for each new URI.
void readAnswers(QUdpSocket &socket, QStringList &known,
    const std::function<void(const QString &uri, const QHostAddress &from)> &found);

} // namespace pyrolens::discovery

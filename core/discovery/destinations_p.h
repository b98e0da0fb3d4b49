// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "discovery.h"

#include <QByteArray>
#include <QHostAddress>

#include <optional>
#include <utility>
#include <vector>

class QUdpSocket;

namespace pyrolens::discovery {

inline constexpr char kLocationRequest[] = "location";
inline constexpr int kPrimaryPort = 9090;           ///< Source: Pyro 3.16, configuration.py, PYRO_NS_BC_PORT
inline constexpr int kSecondaryPort = 9091;         ///< PYRO_NS2_BC_PORT
inline constexpr qsizetype kMaxAnswerBytes = 1'000; ///< Source: Pyro 3.16, naming.py, recvfrom(1000)
inline constexpr int kMaxAnswers = 1'000;           ///< of one round; what comes after is not looked at

using Destination = std::pair<QHostAddress, quint16>;

/// The defaults, or the numeric ones among options.addresses.
std::vector<Destination> destinations(
    const DiscoveryOptions &options, const std::vector<QHostAddress> &addresses);
/// Addresses of `options` that are no numbers and have to be looked up.
QStringList namesToLookUp(const DiscoveryOptions &options);
std::vector<QHostAddress> numericAddresses(const DiscoveryOptions &options);

Status openSocket(QUdpSocket &socket);
/// Ok when at least one went out.
Status sendRequest(QUdpSocket &socket, const std::vector<Destination> &to);

/// The URI in an answer; nothing for what is none (a guard's own words, noise).
std::optional<QString> uriFromAnswer(QByteArrayView answer);

/// Reads what has arrived; calls `found` for each new URI.
void readAnswers(QUdpSocket &socket, QStringList &known,
    const std::function<void(const QString &uri, const QHostAddress &from)> &found);

} // namespace pyrolens::discovery

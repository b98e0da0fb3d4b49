// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "daemon.h"

#include <algorithm>

namespace pyrolens {

namespace {

constexpr int kHostBlocked = 2;     // Pyro 3.16, constants.py, DENIED_HOSTBLOCKED
constexpr int kSecurityReasons = 3; // Pyro 3.16, constants.py, DENIED_SECURITY

} // namespace

std::optional<int> ConnectionValidator::refuseHost(const Endpoint &peer, int connections)
{
    Q_UNUSED(peer);
    Q_UNUSED(connections);
    return std::nullopt;
}

std::optional<int> ConnectionValidator::refuseCertificate(const TlsPeer &peer)
{
    Q_UNUSED(peer);
    return std::nullopt;
}

Result<Value> ConnectionValidator::answerHandshake(
    const Generation &generation, const Message &connect, LocalStorage &storage)
{
    Q_UNUSED(generation);
    Q_UNUSED(connect);
    Q_UNUSED(storage);
    return Value::utf8("hello");
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

std::optional<int> SecretValidator::refuseIdentification(
    const Generation &generation, const Message &connect, LocalStorage &storage)
{
    const GenerationInfo::Features &features = generation.info().features;
    if (features.hmac && m_hasHmacKey)
        return std::nullopt; // its session has compared the digest
    if (features.identification && !isOpen())
        return IdentValidator::refuseIdentification(generation, connect, storage);
    return kSecurityReasons;
}

std::optional<int> UserValidator::refuseIdentification(
    const Generation &generation, const Message &connect, LocalStorage &storage)
{
    const QString *match = nullptr;
    for (const auto &[name, password] : m_users) {
        Credentials credentials;
        credentials.scheme = Credentials::Scheme::UserPassword;
        credentials.user = name;
        credentials.password = password;
        if (generation.verifies(connect, credentials))
            match = &name;
    }
    if (!match)
        return kSecurityReasons;
    storage.identity = *match;
    return std::nullopt;
}

HostValidator::HostValidator(
    const QStringList &allowed, const QStringList &denied, std::shared_ptr<ConnectionValidator> next)
    : m_allowed(networks(allowed))
    , m_denied(networks(denied))
    , m_isOpen(allowed.isEmpty())
    , m_next(std::move(next))
{ }

std::vector<HostValidator::Network> HostValidator::networks(const QStringList &texts)
{
    std::vector<Network> result;
    for (const QString &text : texts) {
        if (const Network network = QHostAddress::parseSubnet(text.trimmed()); !network.first.isNull())
            result.push_back(network);
    }
    return result;
}

bool HostValidator::contains(const std::vector<Network> &networks, const QHostAddress &address)
{
    return std::ranges::any_of(networks, [&](const Network &network) { return address.isInSubnet(network); });
}

std::optional<int> HostValidator::refuseHost(const Endpoint &peer, int connections)
{
    QHostAddress address(peer.host);
    // A listener for both families sees IPv4 peers as ::ffff:a.b.c.d.
    bool isMapped = false;
    if (const quint32 plain = address.toIPv4Address(&isMapped); isMapped)
        address = QHostAddress(plain);
    const bool isAllowed = m_isOpen || contains(m_allowed, address);
    if (!isAllowed || address.isNull() || contains(m_denied, address))
        return kHostBlocked;
    return m_next ? m_next->refuseHost(peer, connections) : std::nullopt;
}

std::optional<int> HostValidator::refuseIdentification(
    const Generation &generation, const Message &connect, LocalStorage &storage)
{
    return m_next ? m_next->refuseIdentification(generation, connect, storage) : std::nullopt;
}

} // namespace pyrolens

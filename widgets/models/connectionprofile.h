// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/client/addressmap.h>
#include <pyrolens/client/proxy.h>

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace pyrolens {

/// How one network is connected to: where its name server is, and what every connection into that network
/// uses. Plain data. What is secret is marked so and never part of the JSON form; a keychain may keep it.
struct ConnectionProfile
{
    QString id;   ///< stable key
    QString name; ///< for people; empty: host:port
    QString note;
    QString host;            ///< of the name server
    int port = 0;            ///< 0 = 9090
    bool isSaved = false;    ///< kept over restarts; else for this run, as "quick connect" makes them
    int generation = 0;      ///< of the name server; 0: whatever answers, all name spaces that it serves
    int foundGeneration = 0; ///< what answered last; 0: nothing yet
    QByteArray serializer;   ///< for calls into it where the generation has it; empty: its default

    std::chrono::milliseconds connectTimeout{5'000};
    std::chrono::milliseconds callTimeout{30'000};
    bool reconnect = true; ///< after a lost connection, try to connect again
    bool checksum = false;
    bool compress = false;
    QString onewayRules;  ///< one a line, "object pattern: method method", globs; see onewayMethods()
    QString addressRules; ///< for AddressMap, one a line

    Credentials::Scheme scheme = Credentials::Scheme::Default;
    QString user;               ///< with Scheme::UserPassword
    bool nameServerTls = false; ///< the name server speaks TLS (PYRONAMESSL); others say so in their URIs
    TlsSettings tls;
    QString ident;      ///< secret: identification text, or the password
    QString passphrase; ///< secret: of the TLS key

    /// For proxies into this network.
    ProxyOptions options() const;
    /// The rules of the text that are not empty. \return what AddressMap::parse() says of them.
    static Result<AddressMap> parseRules(const QString &text);
    /// Null when there are none, or when they are wrong.
    std::shared_ptr<const AddressMap> addresses() const;
    /// Methods that the rules make oneway for an object of this name.
    QStringList onewayMethods(const QString &object) const;
    QString label() const;
    bool hasSecrets() const { return !ident.isEmpty() || !passphrase.isEmpty(); }

    QJsonObject toJson() const;
    /// Members that are missing or of another type keep their defaults.
    static ConnectionProfile fromJson(const QJsonObject &json);

    friend bool operator==(const ConnectionProfile &, const ConnectionProfile &) = default;
};

} // namespace pyrolens

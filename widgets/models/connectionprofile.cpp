// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "connectionprofile.h"

#include <pyrolens/transport/stream.h>

#include <QJsonArray>
#include <QRegularExpression>

namespace pyrolens {

namespace {

constexpr int kMaxGeneration = 99; ///< a number that makes sense; whether it is spoken is found out later
constexpr int kMaxTimeout = 24 * 60 * 60 * 1'000; ///< ms

std::chrono::milliseconds timeoutFrom(const QJsonValue &value, std::chrono::milliseconds fallback)
{
    const double ms = value.toDouble(double(fallback.count()));
    return std::chrono::milliseconds(qint64(qBound(0.0, ms, double(kMaxTimeout))));
}

} // namespace

QString ConnectionProfile::label() const
{
    return name.isEmpty() ? Endpoint{host, port > 0 ? port : 9090}.toString() : name;
}

ProxyOptions ConnectionProfile::options() const
{
    ProxyOptions options;
    options.connectTimeout = connectTimeout;
    options.callTimeout = callTimeout;
    options.checksum = checksum;
    options.compress = compress;
    options.credentials.scheme = scheme;
    if (scheme == Credentials::Scheme::UserPassword) {
        options.credentials.user = user;
        options.credentials.password = ident;
    } else {
        options.credentials.ident = ident;
    }
    TlsSettings own = tls;
    own.passphrase = passphrase.toUtf8();
    if (own != TlsSettings())
        options.tls = own;
    return options;
}

Result<AddressMap> ConnectionProfile::parseRules(const QString &text)
{
    QStringList rules;
    for (const QString &line : text.split(u'\n')) {
        if (!line.trimmed().isEmpty())
            rules.append(line.simplified().remove(u' '));
    }
    return AddressMap::parse(rules);
}

std::shared_ptr<const AddressMap> ConnectionProfile::addresses() const
{
    auto map = parseRules(addressRules);
    return map && !map->isEmpty() ? std::make_shared<AddressMap>(*std::move(map)) : nullptr;
}

QStringList ConnectionProfile::onewayMethods(const QString &object) const
{
    static const QRegularExpression space(QStringLiteral("[\\s,]+"));
    QStringList methods;
    for (const QString &line : onewayRules.split(u'\n')) {
        const qsizetype colon = line.lastIndexOf(u':'); // names of Pyro 3 begin with one
        if (colon < 0)
            continue;
        const QRegularExpression pattern(
            QRegularExpression::wildcardToRegularExpression(line.left(colon).trimmed()));
        if (pattern.match(object).hasMatch())
            methods += line.mid(colon + 1).split(space, Qt::SkipEmptyParts);
    }
    methods.removeDuplicates();
    return methods;
}

QJsonObject ConnectionProfile::toJson() const
{
    QJsonObject json{{QStringLiteral("id"), id}, {QStringLiteral("name"), name},
        {QStringLiteral("host"), host}, {QStringLiteral("port"), port},
        {QStringLiteral("connectTimeoutMs"), double(connectTimeout.count())},
        {QStringLiteral("callTimeoutMs"), double(callTimeout.count())},
        {QStringLiteral("reconnect"), reconnect}, {QStringLiteral("checksum"), checksum},
        {QStringLiteral("compress"), compress}};
    const std::pair<const char *, QString> texts[]
        = {{"note", note}, {"oneway", onewayRules}, {"addresses", addressRules}, {"user", user},
            {"certificate", tls.certificateFile}, {"key", tls.keyFile}};
    for (const auto &[key, text] : texts) {
        if (!text.isEmpty())
            json.insert(QString::fromLatin1(key), text);
    }
    if (scheme == Credentials::Scheme::UserPassword)
        json.insert(QStringLiteral("scheme"), QStringLiteral("password"));
    if (!tls.caFiles.isEmpty())
        json.insert(QStringLiteral("ca"), QJsonArray::fromStringList(tls.caFiles));
    if (generation > 0)
        json.insert(QStringLiteral("generation"), generation);
    if (foundGeneration > 0)
        json.insert(QStringLiteral("foundGeneration"), foundGeneration);
    if (!serializer.isEmpty())
        json.insert(QStringLiteral("serializer"), QString::fromLatin1(serializer));
    if (nameServerTls)
        json.insert(QStringLiteral("nameServerTls"), true);
    if (!tls.checkHostName)
        json.insert(QStringLiteral("checkHostName"), false);
    QJsonArray trusted;
    for (const QByteArray &fingerprint : tls.trustedFingerprints)
        trusted.append(QString::fromLatin1(fingerprint.toHex()));
    if (!trusted.isEmpty())
        json.insert(QStringLiteral("trusted"), trusted);
    return json;
}

ConnectionProfile ConnectionProfile::fromJson(const QJsonObject &json)
{
    ConnectionProfile profile;
    const auto text = [&json](const char *key) { return json.value(QLatin1String(key)).toString(); };
    profile.id = text("id");
    profile.name = text("name");
    profile.note = text("note");
    profile.host = text("host");
    profile.port = qBound(0, json.value(QLatin1String("port")).toInt(), 65'535);
    profile.isSaved = true;
    profile.generation = qBound(0, json.value(QLatin1String("generation")).toInt(), kMaxGeneration);
    profile.foundGeneration = qBound(0, json.value(QLatin1String("foundGeneration")).toInt(), kMaxGeneration);
    profile.serializer = text("serializer").toLatin1();
    profile.connectTimeout
        = timeoutFrom(json.value(QLatin1String("connectTimeoutMs")), profile.connectTimeout);
    profile.callTimeout = timeoutFrom(json.value(QLatin1String("callTimeoutMs")), profile.callTimeout);
    profile.reconnect = json.value(QLatin1String("reconnect")).toBool(profile.reconnect);
    profile.checksum = json.value(QLatin1String("checksum")).toBool();
    profile.compress = json.value(QLatin1String("compress")).toBool();
    profile.onewayRules = text("oneway");
    profile.addressRules = text("addresses");
    profile.user = text("user");
    if (text("scheme") == QLatin1String("password"))
        profile.scheme = Credentials::Scheme::UserPassword;
    profile.tls.certificateFile = text("certificate");
    profile.tls.keyFile = text("key");
    profile.nameServerTls = json.value(QLatin1String("nameServerTls")).toBool();
    profile.tls.checkHostName = json.value(QLatin1String("checkHostName")).toBool(true);
    for (const QJsonValue &one : json.value(QLatin1String("ca")).toArray())
        profile.tls.caFiles.append(one.toString());
    for (const QJsonValue &one : json.value(QLatin1String("trusted")).toArray()) {
        if (const QByteArray bytes = fingerprintFromText(one.toString()); !bytes.isEmpty())
            profile.tls.trustedFingerprints.append(bytes);
    }
    return profile;
}

} // namespace pyrolens

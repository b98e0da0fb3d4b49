// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "tlssettings.h"

#include <QFile>
#include <QFileInfo>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>

namespace pyrolens {

namespace {

constexpr qint64 kMaxFileBytes = 1024 * 1024;

Result<QByteArray> readPem(const QString &path)
{
    QFile file(path);
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly))
        return Error::usage(
            QStringLiteral("TLS: '%1' cannot be read: %2.")
                .arg(path,
                    QFileInfo::exists(path) ? file.errorString() : QStringLiteral("there is no such file")));
    if (file.size() > kMaxFileBytes)
        return Error::usage(QStringLiteral("TLS: '%1' is larger than 1 MiB, no PEM file.").arg(path));
    return file.readAll();
}

Result<QList<QSslCertificate>> readCertificates(const QString &path)
{
    const Result<QByteArray> pem = readPem(path);
    if (!pem)
        return pem.error();
    QList<QSslCertificate> found = QSslCertificate::fromData(*pem, QSsl::Pem);
    found.removeIf([](const QSslCertificate &certificate) { return certificate.isNull(); });
    if (found.isEmpty())
        return Error::usage(
            QStringLiteral("TLS: there is no certificate in '%1' (PEM is expected).").arg(path));
    return found;
}

Result<QSslKey> readKey(const QString &path, const QByteArray &passphrase)
{
    const Result<QByteArray> pem = readPem(path);
    if (!pem)
        return pem.error();
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec, QSsl::Dsa}) {
        QSslKey key(*pem, algorithm, QSsl::Pem, QSsl::PrivateKey, passphrase);
        if (!key.isNull())
            return key;
    }
    if (!pem->contains("PRIVATE KEY-----"))
        return Error::usage(
            QStringLiteral("TLS: there is no private key in '%1' (PEM is expected).").arg(path));
    if (pem->contains("ENCRYPTED"))
        return Error::usage(passphrase.isEmpty()
                ? QStringLiteral("TLS: the key in '%1' needs a passphrase.").arg(path)
                : QStringLiteral("TLS: the passphrase does not open the key in '%1'.").arg(path));
    return Error::usage(
        QStringLiteral("TLS: the key in '%1' is neither an RSA nor an EC nor a DSA key.").arg(path));
}

Status addOwn(QSslConfiguration &configuration, const TlsSettings &settings)
{
    const Result<QList<QSslCertificate>> chain = readCertificates(settings.certificateFile);
    if (!chain)
        return chain.error();
    const QString keyFile = settings.keyFile.isEmpty() ? settings.certificateFile : settings.keyFile;
    const Result<QSslKey> key = readKey(keyFile, settings.passphrase);
    if (!key)
        return key.error();
    // Qt does not compare the values of the two; that this pair does not fit shows in the handshake.
    const QSslKey shown = chain->first().publicKey();
    if (shown.algorithm() != key->algorithm() || shown.length() != key->length())
        return Error::usage(QStringLiteral("TLS: the key in '%1' is not that of the certificate in '%2'.")
                                .arg(keyFile, settings.certificateFile));
    configuration.setLocalCertificateChain(*chain);
    configuration.setPrivateKey(*key);
    return Done{};
}

} // namespace

Result<QSslConfiguration> tlsConfiguration(const TlsSettings &settings, TlsRole role)
{
    if (!QSslSocket::supportsSsl())
        return Error::unsupported(
            QStringLiteral("This installation of Qt has no TLS (its TLS plug-in or OpenSSL is missing)."));
    const bool isServer = role == TlsRole::Server;
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyDepth(10); // as the original's
    // Wrong certificates are refused with an alert, so that the peer can say what happened.
    configuration.setHandshakeMustInterruptOnError(true);
    const bool wantsPeer = !isServer || settings.requirePeerCertificate;
    configuration.setPeerVerifyMode(wantsPeer ? QSslSocket::VerifyPeer : QSslSocket::VerifyNone);
    configuration.setMissingCertificateIsFatal(wantsPeer);

    QList<QSslCertificate> authorities;
    for (const QString &file : settings.caFiles) {
        const Result<QList<QSslCertificate>> found = readCertificates(file);
        if (!found)
            return found.error();
        authorities += *found;
    }
    if (isServer && wantsPeer && authorities.isEmpty() && settings.trustedFingerprints.isEmpty())
        return Error::usage(QStringLiteral("TLS: a server needs the certificate of the authority (CA) that "
                                           "signed its clients' certificates."));
    if (!authorities.isEmpty() || isServer)
        configuration.setCaCertificates(authorities);

    if (!settings.certificateFile.isEmpty()) {
        if (Status own = addOwn(configuration, settings); !own)
            return own.error();
    } else if (isServer) {
        return Error::usage(QStringLiteral("TLS: a server needs a certificate and its key."));
    } else if (!settings.keyFile.isEmpty()) {
        return Error::usage(
            QStringLiteral("TLS: '%1' is a key without a certificate.").arg(settings.keyFile));
    }
    return configuration;
}

QByteArray fingerprintFromText(const QString &text)
{
    QByteArray digits = text.toLatin1();
    digits.replace(':', "").replace(' ', "");
    const QByteArray bytes = QByteArray::fromHex(digits);
    return digits.size() == 64 && bytes.size() == 32 ? bytes : QByteArray();
}

} // namespace pyrolens

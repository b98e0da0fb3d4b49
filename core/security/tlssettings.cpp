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

/// Content of the DER element that begins at `at`, and where it ends; empty when it is none.
QByteArray derContent(const QByteArray &der, qsizetype at, qsizetype *end = nullptr)
{
    if (at + 2 > der.size())
        return {};
    qsizetype size = quint8(der[at + 1]);
    qsizetype begin = at + 2;
    if (size > 0x82)
        return {};
    if (size > 0x80) {
        const qsizetype digits = size - 0x80;
        size = 0;
        for (qsizetype i = 0; i < digits && begin < der.size(); ++i)
            size = size << 8 | quint8(der[begin++]);
    }
    if (begin + size > der.size())
        return {};
    if (end)
        *end = begin + size;
    return der.mid(begin, size);
}

/// What a public key is made of and its private key holds as well: modulus and exponent (RSA), first
/// coordinate of the point (EC), y (DSA). Source: RFC 5280 (SubjectPublicKeyInfo), RFC 8017, RFC 5915.
QByteArray publicPart(const QSslKey &shown)
{
    const QByteArray info = derContent(shown.toDer(), 0);
    qsizetype end = 0;
    derContent(info, 0, &end);                            // the algorithm
    const QByteArray bits = derContent(info, end).mid(1); // of a BIT STRING, less "no bits unused"
    if (shown.algorithm() == QSsl::Rsa)
        return derContent(bits, 0);
    if (shown.algorithm() == QSsl::Ec)
        return bits.startsWith('\x04') ? bits.mid(1, bits.size() / 2) : bits.mid(1);
    return bits;
}

/// Whether a private key can be that of a public one. Qt compares neither; a pair that does not fit would
/// show in the first handshake only, as an error in the words of OpenSSL.
bool fits(const QSslKey &own, const QSslKey &shown)
{
    if (shown.algorithm() != own.algorithm() || shown.length() != own.length())
        return false;
    const QByteArray part = publicPart(shown);
    const QByteArray whole = own.toDer();
    // An EC key may come without its point; then there is nothing to compare.
    if (own.algorithm() == QSsl::Ec && whole.size() < 3 * part.size())
        return true;
    return part.isEmpty() || whole.contains(part);
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
    if (!fits(*key, chain->first().publicKey()))
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

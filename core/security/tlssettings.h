// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>

#include <QByteArray>
#include <QList>
#include <QSslConfiguration>
#include <QSslError>
#include <QString>
#include <QStringList>

namespace pyrolens {

/// Which end of a TLS connection.
enum class TlsRole : quint8 { Client, Server };

/// What one end of a TLS connection shows and asks for. Plain data; checked by tlsConfiguration().
///
/// The defaults are the strict ones: chain, dates and host name are verified, TLS 1.2 or newer, and a server
/// wants a certificate of its client. There is no switch that turns verifying off; one certificate can be
/// trusted as an exception by its fingerprint.
struct TlsSettings
{
    QStringList
        caFiles; ///< PEM; who may have signed the peer's certificate. Empty: the system's, client only
    QString certificateFile;   ///< PEM; own certificate, then those between it and the CA. A server needs one
    QString keyFile;           ///< PEM; empty: the key stands in certificateFile
    QByteArray passphrase;     ///< of the key
    bool checkHostName = true; ///< client: the certificate must be for the host that was asked for
    bool requirePeerCertificate = true; ///< server: a client without a certificate is refused
    /// SHA-256 fingerprints (32 bytes each) of peer certificates to accept as they are.
    QList<QByteArray> trustedFingerprints;

    friend bool operator==(const TlsSettings &, const TlsSettings &) = default;
};

/// Reads and checks the files. Blocking (small files); any thread. \return Usage naming the file and what is
/// wrong with it: missing, no certificate in it, wrong passphrase, key of another certificate; Unsupported
/// when this Qt has no TLS.
Result<QSslConfiguration> tlsConfiguration(const TlsSettings &settings, TlsRole role);

/// Judges the errors that verifying a peer's certificate gave. The exact list to ignore when an exception of
/// `settings` covers all of them; else Denied with what is wrong, whose certificate it is and who signed it.
/// Codes: tls.expired, tls.not-yet-valid, tls.host-name, tls.untrusted, tls.revoked, tls.no-certificate,
/// tls.certificate. \param peer host and port, for the message.
Result<QList<QSslError>> judgeCertificate(const QList<QSslError> &errors, const QSslCertificate &certificate,
    const TlsSettings &settings, TlsRole role, const QString &peer);

/// "CN=server, valid until 2031-01-01, signed by CN=test CA, SHA-256 1a:2b:...": for messages and views.
QString certificateText(const QSslCertificate &certificate);

/// 64 hexadecimal digits, colons and spaces allowed, as 32 bytes; empty when it is something else.
QByteArray fingerprintFromText(const QString &text);

} // namespace pyrolens

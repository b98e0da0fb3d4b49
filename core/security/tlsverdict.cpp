// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "tlssettings.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QSslCertificate>

#include <algorithm>

namespace pyrolens {

namespace {

struct Verdict
{
    const char16_t *code;
    const char16_t *text;
    int weight; ///< the heaviest one is told first: a stranger's certificate before its dates
};

Verdict verdictOf(QSslError::SslError error)
{
    switch (error) {
    case QSslError::NoError:
        break;
    case QSslError::NoPeerCertificate:
        return {u"tls.no-certificate", u"it shows no certificate", 6};
    case QSslError::CertificateRevoked:
    case QSslError::CertificateBlacklisted:
        return {u"tls.revoked", u"its certificate was revoked", 5};
    case QSslError::SelfSignedCertificate:
        return {u"tls.untrusted", u"its certificate is signed by itself", 4};
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return {u"tls.untrusted", u"its certificate is signed by an authority that is not trusted here", 4};
    case QSslError::HostNameMismatch:
        return {u"tls.host-name", u"its certificate is for another host", 3};
    case QSslError::CertificateNotYetValid:
        return {u"tls.not-yet-valid", u"its certificate is not valid yet (or this clock is slow)", 2};
    case QSslError::CertificateExpired:
        return {u"tls.expired", u"its certificate has expired", 2};
    default:
        break;
    }
    return {u"tls.certificate", nullptr, 1};
}

QString nameOf(const QStringList &commonNames, const QStringList &organizations)
{
    if (!commonNames.isEmpty())
        return u"CN=" + commonNames.first();
    return organizations.isEmpty() ? QStringLiteral("no name") : u"O=" + organizations.first();
}

} // namespace

QString certificateText(const QSslCertificate &certificate)
{
    if (certificate.isNull())
        return QStringLiteral("none");
    const QByteArray digest = certificate.digest(QCryptographicHash::Sha256).toHex(':');
    return QStringLiteral("%1, valid from %2 to %3, signed by %4, SHA-256 %5")
        .arg(nameOf(certificate.subjectInfo(QSslCertificate::CommonName),
                 certificate.subjectInfo(QSslCertificate::Organization)),
            certificate.effectiveDate().toUTC().date().toString(Qt::ISODate),
            certificate.expiryDate().toUTC().date().toString(Qt::ISODate),
            nameOf(certificate.issuerInfo(QSslCertificate::CommonName),
                certificate.issuerInfo(QSslCertificate::Organization)),
            QString::fromLatin1(digest));
}

Result<QList<QSslError>> judgeCertificate(const QList<QSslError> &errors, const QSslCertificate &certificate,
    const TlsSettings &settings, TlsRole role, const QString &peer)
{
    const bool isPinned = !certificate.isNull()
        && settings.trustedFingerprints.contains(certificate.digest(QCryptographicHash::Sha256));
    const QSslError *worst = nullptr;
    for (const QSslError &error : errors) {
        const bool isExcused
            = isPinned || (error.error() == QSslError::HostNameMismatch && !settings.checkHostName);
        if (isExcused && error.error() != QSslError::NoPeerCertificate)
            continue;
        if (worst == nullptr || verdictOf(error.error()).weight > verdictOf(worst->error()).weight)
            worst = &error;
    }
    if (worst == nullptr)
        return errors;
    const Verdict verdict = verdictOf(worst->error());
    const QString reason = verdict.text
        ? QString::fromUtf16(verdict.text)
        : QStringLiteral("its certificate is not good: ") + worst->errorString();
    const QString who
        = role == TlsRole::Client ? QStringLiteral("The server ") : QStringLiteral("The client ");
    QString text = who + peer + u" is not trusted: " + reason + u'.';
    if (!certificate.isNull())
        text += u" Certificate: " + certificateText(certificate) + u'.';
    return Error::denied(text, QString::fromUtf16(verdict.code));
}

} // namespace pyrolens

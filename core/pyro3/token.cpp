// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "token_p.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>

namespace pyrolens::pyro3 {

namespace {

QByteArray hmac(QByteArrayView challenge, const QByteArray &message)
{
    return QMessageAuthenticationCode::hash(message, challenge.toByteArray(), QCryptographicHash::Md5);
}

QByteArray mungedIdent(const Credentials &credentials)
{
    return credentials.ident.isEmpty() ? credentials.mungedIdent : munge(credentials.ident);
}

} // namespace

QByteArray munge(const QString &ident)
{
    if (ident.isEmpty())
        return {};
    return QCryptographicHash::hash(ident.toUtf8(), QCryptographicHash::Md5);
}

QByteArray makeToken(const Credentials &credentials, QByteArrayView challenge)
{
    switch (credentials.scheme) {
    case Credentials::Scheme::Raw:
        return credentials.raw;
    case Credentials::Scheme::UserPassword:
        return credentials.user.toUtf8() + ':'
            + hmac(
                challenge, QCryptographicHash::hash(credentials.password.toUtf8(), QCryptographicHash::Md5));
    case Credentials::Scheme::Default:
        break;
    }
    return hmac(challenge, mungedIdent(credentials));
}

bool proves(QByteArrayView token, const Credentials &required, QByteArrayView challenge)
{
    if (required.scheme == Credentials::Scheme::Default && mungedIdent(required).isEmpty())
        return true;
    return equalInConstantTime(token, makeToken(required, challenge));
}

bool equalInConstantTime(QByteArrayView a, QByteArrayView b)
{
    if (a.size() != b.size())
        return false;
    quint8 difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference = quint8(difference | (quint8(a[i]) ^ quint8(b[i])));
    return difference == 0;
}

} // namespace pyrolens::pyro3

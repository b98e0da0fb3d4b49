// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

namespace pyrolens {

/// What a client presents, or what a server requires. Plain data; secrets never appear in logs or in
/// toString-like text.
struct Credentials
{
    /// How generation 3 makes its token. Source: Pyro 3.16, protocol.py, DefaultConnValidator;
    /// examples/user_passwd_auth.
    enum class Scheme : quint8 {
        Default,      ///< HMAC-MD5(challenge, MD5(ident))
        UserPassword, ///< user + ":" + HMAC-MD5(challenge, MD5(password))
        Raw,          ///< `raw` is the token as it is
    };
    Scheme scheme = Scheme::Default;
    QString ident;          ///< identification text (generation 3); empty = none
    QByteArray mungedIdent; ///< 16 bytes; used when `ident` is empty (received inside a proxy)
    QString user;
    QString password;
    QByteArray raw;
    QByteArray hmacKey; ///< generation 4

    bool isEmpty() const
    {
        return ident.isEmpty() && mungedIdent.isEmpty() && user.isEmpty() && raw.isEmpty()
            && hmacKey.isEmpty();
    }
};

/// Which classes and functions named by an argument a daemon lets in, beyond those every peer may use. Plain
/// data.
struct ClassPolicy
{
    bool acceptAll = false;
    QStringList patterns; ///< globs of "module.name"

    /// The first of `unknown` that is not let in, or an empty array.
    QByteArray firstRefused(const std::vector<QByteArray> &unknown) const;
};

} // namespace pyrolens

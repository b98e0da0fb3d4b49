// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/wire/credentials.h>

#include <QByteArray>
#include <QByteArrayView>

namespace pyrolens::pyro3 {

/// The token that follows CONNECT. MD5 is what the protocol prescribes; it is weak by today's standards.
/// Source: Pyro 3.16, protocol.py, DefaultConnValidator.createAuthToken and mungeIdent (the challenge is the
/// HMAC key); examples/user_passwd_auth/connvalidator.py for user and password.
QByteArray makeToken(const Credentials &credentials, QByteArrayView challenge);

/// MD5 of an identification, 16 bytes; empty for an empty one.
QByteArray munge(const QString &ident);

/// Does the token prove the credentials? Nothing required (Default scheme without identification): any token
/// does.
bool proves(QByteArrayView token, const Credentials &required, QByteArrayView challenge);

/// Takes as long for unequal contents as for equal ones; the lengths are no secret.
bool equalInConstantTime(QByteArrayView a, QByteArrayView b);

} // namespace pyrolens::pyro3

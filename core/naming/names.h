// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>

#include <QByteArray>
#include <QByteArrayView>

#include <utility>

/// Rules of generation 3's hierarchical names, shared by server and client. All names are bytes as on the
/// wire. Source: Pyro 3.16, naming.py, _expandName and NameServer.validateName.
namespace pyrolens::naming {

inline constexpr char kRootGroup[] = ":";
inline constexpr char kPyroGroup[] = ":Pyro";
inline constexpr char kDefaultGroup[] = ":Default";
inline constexpr char kOwnName[] = ":Pyro.NameServer"; ///< the name server's entry for itself

/// "x" -> ":Default.x", "" -> ":Default", absolute names stay.
QByteArray expand(QByteArrayView name, QByteArrayView defaultGroup);

/// Checks an absolute name: characters 33 to 126 without the backslash, no empty part. The root ":" is legal.
/// The original lets
/// ":.a" pass as another spelling of ":a"; here it is an empty part like any other.
/// \return NamingError "invalid character(s) in name", "invalid name" or "name too long", each with the name.
Status check(QByteArrayView absolute, int maxBytes);

/// Parent and last part: ":a.b" -> (":a", "b"), ":a" -> (":", "a"), ":" -> (":", "").
std::pair<QByteArrayView, QByteArrayView> split(QByteArrayView absolute);

/// Full name of `part` in `group`: (":", "a") -> ":a", (":a", "b") -> ":a.b".
QByteArray join(QByteArrayView group, QByteArrayView part);

/// The exception of the original, Error::remote filled in. \param name second argument; null = none, long
/// ones are cut.
Error namingError(const char *text, QByteArrayView name = {});

/// A name cut so that it fits an error text or a log line.
QByteArray shortened(QByteArrayView name);

} // namespace pyrolens::naming

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/server/servant.h>

#include <QByteArrayList>

namespace pyrolens::naming {

/// Arguments of the flat name server's methods, judged as the originals do, with their words.
/// Source: Pyro4, naming.py, and Pyro5, nameserver.py, NameServer.

Error typeError(const QString &text);
bool isTruthy(const Value &value);      ///< Python's bool()
QString typeNameOf(const Value &value); ///< as Python 3 names it

/// A key to look up: text. Others cannot be in there, and Python stumbles over them when it says so.
Result<QByteArray> nameToFind(const Value &value);
/// A name to be set.
Result<QByteArray> nameToSet(const Value &value);
/// A URI object or a text that is one of this generation, as text.
Result<QByteArray> uriToSet(const Value &value, const Generation &generation);
/// A collection of texts. \param what how the error calls it: "metadata", "metadata_all".
Result<QByteArrayList> tagsOf(const Value &value, const QString &what);

} // namespace pyrolens::naming

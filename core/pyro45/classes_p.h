// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "flavour.h"

namespace pyrolens::pyro45 {

/// How objects are described: {'__class__': ...} dicts, or instances in a pickle.
enum class Form : quint8 { ClassDict, Pickle };

/// Replaces neutral References and Errors by this generation's own. \return Unsupported for a reference whose
/// URI is not one of this generation, Limit "value.nodes".
Result<Value> lower(const Flavour &flavour, const Value &value, Form form);

/// A proxy or URI, in either form; nothing for other values.
std::optional<Reference> asReference(const Flavour &flavour, const Value &value);

/// An exception in either form, or what wraps one at the end of a batch; nothing for other values.
std::optional<RemoteError> asError(const Flavour &flavour, const Value &value);
/// The exception of a reply that says it is one: whatever it is, it is shown.
RemoteError errorOfReply(const Flavour &flavour, const Value &value);

/// The class dict or instance of an exception; library classes of other generations get this one's name.
Value makeError(const Flavour &flavour, const RemoteError &error, Form form);
/// The same, wrapped as the last item of a batch's results.
Value wrapError(const Flavour &flavour, const RemoteError &error, Form form);
/// Whether a daemon closes the connection instead of sending this error.
/// Source: Pyro4, core.py, Daemon.handleRequest: CommunicationError and below, but SerializeError.
bool isNetworkFault(const Flavour &flavour, const RemoteError &error);

/// An exception of our own with one text.
RemoteError exceptionOf(const QByteArray &className, const QString &text);

/// Classes and functions of the libraries themselves that a pickle may name.
bool isLibraryGlobal(QByteArrayView dottedName);
/// Classes that class dicts inside a value name and that the originals do not revive by themselves, each
/// once.
std::vector<QByteArray> unknownClasses(const Value &value);

/// A text that may have come as 8-bit string (Python 2 over marshal); nothing for other kinds.
std::optional<QString> textOf(const Value &value);

} // namespace pyrolens::pyro45

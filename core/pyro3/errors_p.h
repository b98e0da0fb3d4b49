// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/value/value.h>

#include <optional>

namespace pyrolens::pyro3 {

/// An exception instance or a capsule, seen neutrally; nothing for values that look like neither.
std::optional<RemoteError> asError(const Value &value);

/// What is inside a PyroExceptionCapsule: its exception and, as traceback, the lines of `args`; nothing for
/// other values.
std::optional<RemoteError> openCapsule(const Value &value);

/// The exception as an object: REDUCE of its class and arguments, attributes as state. Neutral names get
/// their module: builtin exceptions `exceptions`, Pyro's own `Pyro.errors`; names with a module stay. A
/// traceback becomes the attribute remote_stacktrace, as Python programs have it.
Value lowerError(const RemoteError &error);

/// A failed call's answer. Without a traceback `args` is None, as from the original's protocol layer.
/// Source: Pyro 3.16, protocol.py, returnException; errors.py, PyroExceptionCapsule (an old-style class).
Value makeCapsule(const RemoteError &error, int protocol);

/// Whether an exception that a method raised (it has a traceback) is exactly ProtocolError: the original's
/// server takes that for a fault of the network and closes without a reply. Subclasses are answered. Source:
/// Pyro 3.16, protocol.py, handleInvocation.
bool isNetworkFault(const RemoteError &error);

/// "I miss a module": \return its name and the list of names wanted, if the error is that signal.
struct MissingModule
{
    QString module;
    Value fromList; ///< List of Str or None
};
std::optional<MissingModule> asMissingModule(const RemoteError &error);
/// The signal as the original makes it: empty arguments, the rest as state.
RemoteError missingModule(const MissingModule &wanted);

} // namespace pyrolens::pyro3

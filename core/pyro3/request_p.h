// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>
#include <pyrolens/wire/message.h>

#include <QByteArray>

namespace pyrolens::pyro3 {

/// Bits of the third item of a request. Source: Pyro 3.16, constants.py, RIF_*.
inline constexpr qint64 kVarArgs = 1;  ///< the last argument is a tuple of more arguments
inline constexpr qint64 kKeywords = 2; ///< the last argument is a dictionary of keywords
inline constexpr qint64 kOneway = 4;   ///< no reply

/// Source: Pyro 3.16, constants.py, INTERNAL_DAEMON_GUID.
inline constexpr QByteArrayView kDaemonObject = "c0000000011000001000000010000001";

/// Whether a body has the shape of a request: (id, method, flags, args).
bool isRequest(const Value &body);

/// Call, attribute access, query or code exchange of a request body.
/// \return Protocol "call.shape" / "call.object", Limit "call.name-too-long".
Result<Message> readRequest(const Value &body, const Limits &limits);

/// The body of a request. \return Unsupported for kinds that generation 3 does not have.
Result<Value> makeRequest(const Message &message);

/// Call flags of a pickled request, as far as they can be told without decoding it; 0 when they cannot.
qint64 peekCallFlags(QByteArrayView pickle);

} // namespace pyrolens::pyro3

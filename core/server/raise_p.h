// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "servant.h"

namespace pyrolens {

/// Exceptions with one text in the caller's own kind of `str`.
Error raiseText(const CallContext &context, const QString &className, const QString &text);
/// AttributeError as Python words it: "'Echo' object has no attribute 'x'".
Error noAttribute(const CallContext &context, const QString &className, QByteArrayView name);
/// The same exception with its only text in the caller's own kind of `str`.
Error inNativeText(const CallContext &context, Error error);

} // namespace pyrolens

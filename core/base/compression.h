// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "limits.h"
#include "result.h"

#include <QByteArray>
#include <QByteArrayView>

namespace pyrolens {

/// Inflates a zlib stream without ever holding more than the limits allow.
/// \return Limit "zip.bomb" above Limits::maxInflatedBytes or the ratio, Protocol "zip.corrupt" for bad,
/// truncated, empty or trailing data.
Result<QByteArray> inflateBounded(QByteArrayView compressed, const Limits &limits);

/// A zlib stream at the default level, as Python's zlib.compress makes it.
QByteArray deflate(QByteArrayView data);

/// zlib's adler32 of the bytes, start value 1.
quint32 adler32(QByteArrayView data);

} // namespace pyrolens

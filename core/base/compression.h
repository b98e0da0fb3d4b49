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

/// A zlib stream as Python's zlib.compress makes it. \param level 0 to 9, -1 is the default (6).
QByteArray deflate(QByteArrayView data, int level = -1);

/// zlib's adler32 of the bytes, start value 1.
quint32 adler32(QByteArrayView data);

} // namespace pyrolens

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

/// Integers of any size as two's complement bytes, least significant first, as pickle's LONG1 carries them.
namespace pyrolens::detail {

/// Without superfluous sign bytes; zero is empty.
QByteArrayView minimalInteger(QByteArrayView bytes);
/// The value when it fits.
std::optional<qint64> toInt64(QByteArrayView minimal);
QByteArray integerBytesOf(qint64 value);
/// Bytes of an integral double; it must be finite.
QByteArray integerBytesOf(double integral);
/// From digits only. \param base 2, 8, 10 or 16; the digits must fit it.
QByteArray integerFromDigits(QByteArrayView digits, int base, bool isNegative);
/// Decimal text; nothing when there would be more than `maxDigits` digits (found out before any work).
std::optional<QByteArray> integerToDecimal(QByteArrayView minimal, int maxDigits);

} // namespace pyrolens::detail

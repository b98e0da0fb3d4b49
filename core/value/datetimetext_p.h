// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>
#include <vector>

/// ISO 8601 as Python's isoformat() writes it and fromisoformat() reads it.
namespace pyrolens::detail {

/// "2026-11-22", nothing when there is no such day in Python (years 1 to 9999).
std::optional<QByteArray> isoDate(qint64 year, qint64 month, qint64 day);
/// "12:34:56" or "12:34:56.000789".
std::optional<QByteArray> isoTime(qint64 hour, qint64 minute, qint64 second, qint64 microsecond);

bool isIsoDate(QByteArrayView text);
bool isIsoTime(QByteArrayView text); ///< with or without seconds, fraction and zone
bool isIsoDateTime(QByteArrayView text);
/// What decimal.Decimal() reads: digits with point and exponent, infinities, NaNs.
bool isDecimalText(QByteArrayView text);

/// The numbers that isoDate() and isoTime() would make exactly this text of (a date, then a 'T', then a time;
/// either may be missing); empty for any other text.
std::vector<int> isoNumbers(QByteArrayView text);

} // namespace pyrolens::detail

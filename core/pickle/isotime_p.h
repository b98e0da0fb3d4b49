// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace pyrolens::pickle {

/// Offset from UTC of a date-time or time with a zone.
struct UtcOffset
{
    qint64 days = 0;
    qint64 seconds = 0;
    qint64 microseconds = 0;
};

/// What the datetime types pickle: the state bytes and the zone.
/// Source: CPython, Lib/_pydatetime.py (datetime.py), _getstate: year (2, big-endian), month, day, hour,
/// minute, second, microsecond (3, big-endian).
struct PackedTime
{
    QByteArray bytes; ///< 10 for a date-time, 4 for a date, 6 for a time
    std::optional<UtcOffset> offset;
};

std::optional<PackedTime> packDateTime(QByteArrayView iso);
std::optional<PackedTime> packDate(QByteArrayView iso);
std::optional<PackedTime> packTime(QByteArrayView iso);

} // namespace pyrolens::pickle

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "richview_p.h"

#include <QDate>
#include <QString>

namespace pyrolens::detail {

namespace {

int byteAt(QByteArrayView bytes, qsizetype index)
{
    return static_cast<quint8>(bytes[index]);
}

QByteArray padded(int number, int width)
{
    return QByteArray::number(number).rightJustified(width, '0');
}

// The top bit of this byte is "fold": the second of two equal wall clock times. ISO text has no place for it.
constexpr int kFoldBit = 0x80;

/// Year (2 bytes, big-endian), month, day.
std::optional<QByteArray> dateText(QByteArrayView state)
{
    const int year = byteAt(state, 0) * 256 + byteAt(state, 1);
    const int month = byteAt(state, 2) & ~kFoldBit;
    const int day = byteAt(state, 3);
    if (year < 1 || year > 9999 || !QDate::isValid(year, month, day))
        return std::nullopt;
    return padded(year, 4) + '-' + padded(month, 2) + '-' + padded(day, 2);
}

/// Hour, minute, second, microsecond (3 bytes, big-endian).
std::optional<QByteArray> timeText(QByteArrayView state)
{
    const int hour = byteAt(state, 0) & ~kFoldBit;
    const int minute = byteAt(state, 1);
    const int second = byteAt(state, 2);
    const int micros = byteAt(state, 3) * 65536 + byteAt(state, 4) * 256 + byteAt(state, 5);
    if (hour > 23 || minute > 59 || second > 59 || micros > 999'999)
        return std::nullopt;
    QByteArray text = padded(hour, 2) + ':' + padded(minute, 2) + ':' + padded(second, 2);
    if (micros != 0)
        text += '.' + padded(micros, 6);
    return text;
}

QByteArray offsetText(qint64 seconds)
{
    const int absolute = int(qAbs(seconds));
    QByteArray text(1, seconds < 0 ? '-' : '+');
    text += padded(absolute / 3600, 2) + ':' + padded(absolute / 60 % 60, 2);
    if (absolute % 60 != 0)
        text += ':' + padded(absolute % 60, 2);
    return text;
}

} // namespace

// Source: CPython, Lib/datetime.py, datetime._getstate, date._getstate, time._getstate.
std::optional<Value> dateTimeView(QByteArrayView name, QByteArrayView state, const Value *zone)
{
    QByteArray offset;
    if (zone && !zone->isNone()) {
        const auto seconds = zoneOffset(*zone);
        if (!seconds)
            return std::nullopt;
        offset = offsetText(*seconds);
    }
    if (name == "datetime" && state.size() == 10) {
        const auto date = dateText(state.first(4));
        const auto time = timeText(state.sliced(4));
        if (!date || !time)
            return std::nullopt;
        return Value::dateTime(QByteArray(*date + 'T' + *time + offset));
    }
    if (name == "date" && state.size() == 4 && !zone) {
        const auto date = dateText(state);
        return date ? std::optional(Value::date(*date)) : std::nullopt;
    }
    if (name == "time" && state.size() == 6) {
        const auto time = timeText(state);
        return time ? std::optional(Value::time(QByteArray(*time + offset))) : std::nullopt;
    }
    return std::nullopt;
}

} // namespace pyrolens::detail

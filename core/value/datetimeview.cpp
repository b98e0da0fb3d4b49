// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "datetimetext_p.h"
#include "richview_p.h"

#include <QString>

namespace pyrolens::detail {

namespace {

int byteAt(QByteArrayView bytes, qsizetype index)
{
    return static_cast<quint8>(bytes[index]);
}

// The top bit of this byte is "fold": the second of two equal wall clock times. ISO text has no place for it.
constexpr int kFoldBit = 0x80;

/// Year (2 bytes, big-endian), month, day.
std::optional<QByteArray> dateText(QByteArrayView state)
{
    return isoDate(byteAt(state, 0) * 256 + byteAt(state, 1), byteAt(state, 2) & ~kFoldBit, byteAt(state, 3));
}

/// Hour, minute, second, microsecond (3 bytes, big-endian).
std::optional<QByteArray> timeText(QByteArrayView state)
{
    const int micros = byteAt(state, 3) * 65536 + byteAt(state, 4) * 256 + byteAt(state, 5);
    return isoTime(byteAt(state, 0) & ~kFoldBit, byteAt(state, 1), byteAt(state, 2), micros);
}

QByteArray padded(int number)
{
    return QByteArray::number(number).rightJustified(2, '0');
}

QByteArray offsetText(qint64 seconds)
{
    const int absolute = int(qAbs(seconds));
    QByteArray text(1, seconds < 0 ? '-' : '+');
    text += padded(absolute / 3600) + ':' + padded(absolute / 60 % 60);
    if (absolute % 60 != 0)
        text += ':' + padded(absolute % 60);
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

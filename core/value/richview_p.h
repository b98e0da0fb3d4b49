// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "value.h"

namespace pyrolens::detail {

/// The builtins module of either Python.
bool isBuiltin(QByteArrayView module);
/// Bytes of a text whose characters are all below U+0100.
std::optional<QByteArray> latin1(const Value &text);
bool isLatin1Name(const Value &name);
/// `_codecs.encode(text, 'latin1')` and `bytes()`: what Python 3 makes of bytes for protocols 0 to 2.
std::optional<Value> bytesView(const Value &value);
/// Seconds east of Greenwich of datetime.timezone(timedelta[, name]) or pytz's UTC.
std::optional<qint64> zoneOffset(const Value &zone);
/// datetime, date or time from the bytes of its state and a zone (null for none).
std::optional<Value> dateTimeView(QByteArrayView name, QByteArrayView state, const Value *zone);

} // namespace pyrolens::detail

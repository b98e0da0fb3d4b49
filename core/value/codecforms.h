// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "value.h"

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>

#include <optional>
#include <vector>

/// What the codecs of self-describing formats (serpent, marshal, json, msgpack) have in common. Pure
/// functions.
namespace pyrolens {

/// What formats without library types send in place of one: the text of a Decimal, Uuid, DateTime, Date or
/// Time, the seconds of a TimeDelta, the list (type 'u': the text) of an Array, the neutral kind of an Object
/// that richView() knows. Nothing for values that have no such form. Source: serpent 1.41, serpent.py,
/// ser_decimal_Decimal and its siblings.
std::optional<Value> plainForm(const Value &value);

/// A Python 2 str for formats that know text and bytes only: Text when it is UTF-8, else Bytes.
Value textOrBytes(const Value &str);

/// Whether Python can use a value as a key or as a member of a set, looking into tuples. \return Protocol
/// "value.key" that names the kind, Limit "value.expansion" after `maxNodes` values.
Status checkHashable(const Value &value, qint64 maxNodes);

/// The members with Python's idea of what is the same one; the first of equal ones stays. They must be
/// hashable.
std::vector<Value> distinctMembers(std::vector<Value> members, const Limits &limits);

/// The text that stands for an integer of too many digits: shown, not converted.
Value longIntegerText(qsizetype digits);

} // namespace pyrolens

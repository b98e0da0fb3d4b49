// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "value.h"

#include <pyrolens/base/json.h>
#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>

namespace pyrolens {

/// Flavours of the tagged JSON form (vectors/README.md).
enum class TaggedStyle : quint8 {
    Wire,  ///< every node as the codec made it: `$long`, `$call __builtin__.set`, `$dict` always (pyro3
           ///< conversations)
    Codec, ///< well known library types get their tag ($set, $datetime, ...), no `$long`, short dicts (codec
           ///< cases)
    Application, ///< what a calling program sees: as Codec, plus $long, $proxy, $uri, $exception, $uuid,
                 ///< $array
};

/// Writes a value in the tagged form; shared and recursive compounds as $id / $ref, numbered in the order in
/// which they are written. Wire and Codec write a shared tuple each time, unless that would be far more than
/// is stored. Texts too are written each time, up to 16 MiB of repetitions; then {"$large_payload":
/// {"length": n}} stands for one. Integers of more than 4,300 digits are hexadecimal ("0x..."). Never
/// recurses; the work grows with what is stored.
Json toTagged(const Value &value, TaggedStyle style);
/// Reads any style (both dictionary forms, all tags). Cycles come back as Kind::Cycle leaves. Tags without a
/// kind of their own ($repr, $stream, $enum, $stopiteration, $extcode, $undecodable, $large_payload) become
/// an Object made "dict" whose name is the tag and whose state is the content. \return Protocol
/// "tagged.form", Limit "value.*".
Result<Value> fromTagged(const Json &json, const Limits &limits = {});

/// A richer view of an inert Object of a well known class (set, complex, bytearray, datetime, decimal, uuid,
/// array, OrderedDict, exceptions are not touched): the matching neutral kind, or nothing. Pure; never runs
/// anything.
std::optional<Value> richView(const Value &value);

} // namespace pyrolens

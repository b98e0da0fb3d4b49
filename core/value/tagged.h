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

/// Writes a value in the tagged form; shared and recursive compounds as $id / $ref.
Json toTagged(const Value &value, TaggedStyle style);
/// Reads any style (both dictionary forms, all tags). Cycles come back as Kind::Cycle leaves.
Result<Value> fromTagged(const Json &json, const Limits &limits = {});

/// A richer view of an inert Object of a well known class (set, complex, bytearray, datetime, decimal, uuid,
/// array, OrderedDict, exceptions are not touched): the matching neutral kind, or nothing. Pure; never runs
/// anything.
std::optional<Value> richView(const Value &value);

} // namespace pyrolens

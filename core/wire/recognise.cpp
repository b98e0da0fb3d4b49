// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "recognise.h"

#include <pyrolens/serpent/serpent.h>
#include <pyrolens/value/rewrite.h>

#include <algorithm>

namespace pyrolens {

Value recognised(const Value &value, const Generation &generation)
{
    const auto &codecs = generation.info().codecs;
    const bool knowsSerpent = std::ranges::find(codecs, "serpent") != codecs.end();
    const auto replace = [&generation, knowsSerpent](const Value &part) -> std::optional<Value> {
        // Self-describing formats make dictionaries of instances.
        if (part.kind() != Value::Kind::Object && part.kind() != Value::Kind::Dict)
            return std::nullopt;
        if (std::optional<Reference> reference = generation.asReference(part))
            return Value::reference(*std::move(reference));
        const bool mayBeBytes = knowsSerpent && part.kind() == Value::Kind::Dict && part.size() == 2;
        if (const auto bytes = mayBeBytes ? serpent::toBytes(part) : std::nullopt)
            return Value::bytes(*bytes);
        if (std::optional<RemoteError> error = generation.asError(part))
            return Value::error(*std::move(error));
        return std::nullopt;
    };
    return rewrite(value, replace).valueOr(value);
}

} // namespace pyrolens

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "recognise.h"

#include <pyrolens/value/rewrite.h>

namespace pyrolens {

Value recognised(const Value &value, const Generation &generation)
{
    const auto replace = [&generation](const Value &part) -> std::optional<Value> {
        if (part.kind() != Value::Kind::Object)
            return std::nullopt;
        if (std::optional<Reference> reference = generation.asReference(part))
            return Value::reference(*std::move(reference));
        if (std::optional<RemoteError> error = generation.asError(part))
            return Value::error(*std::move(error));
        return std::nullopt;
    };
    return rewrite(value, replace).valueOr(value);
}

} // namespace pyrolens

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "recognise.h"

#include <pyrolens/value/rewrite.h>

namespace pyrolens {

Value recognised(const Value &value, const Generation &generation)
{
    const auto replace = [&generation](const Value &part) -> std::optional<Value> {
        const bool isClassDict = part.kind() == Value::Kind::Dict && part.find("__class__");
        if (part.kind() != Value::Kind::Object && !isClassDict)
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

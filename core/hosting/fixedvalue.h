// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/server/servant.h>

namespace pyrolens {

/// A value that is the same to the programs of every generation: 'x' is an 8-bit string for callers of
/// generation 3, whose Python is 2, and text for others. Plain data.
struct FixedValue
{
    Value python2;
    Value python3;

    FixedValue() = default;
    FixedValue(Value same) : python2(same), python3(std::move(same)) { } ///< one that says what it is
    /// A literal of the argument grammar as each dialect reads it; what only one of them knows counts for
    /// both. \return Usage when none does.
    static Result<FixedValue> parse(const QString &literal);
    const Value &in(const CallContext &context) const;
};

} // namespace pyrolens

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "value.h"

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>

namespace pyrolens {

/// What a codec made of a body: the value and the classes and functions it names.
struct Decoded
{
    Value value;
    std::vector<QByteArray> globals; ///< "module.name", each once, in order of first use
    qsizetype bytesUsed = 0;         ///< may be less than given when the format marks its own end
};

/// Bytes <-> Value. Stateless and shared by all threads; knows no Pyro class.
class Codec
{
public:
    virtual ~Codec() = default;
    virtual QByteArray name() const = 0; ///< "pickle", "serpent", ...
    /// \return Protocol errors "value.*" / "pickle.*" with offset, Limit errors with the limit's code.
    virtual Result<Decoded> decode(const QByteArray &bytes, const Limits &limits) const = 0;
    /// \return Unsupported "value.unsupported" or "value.cycle" for what the format cannot carry; never drops
    /// anything.
    virtual Result<QByteArray> encode(const Value &value, const Limits &limits) const = 0;
};

} // namespace pyrolens

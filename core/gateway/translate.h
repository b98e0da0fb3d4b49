// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>
#include <pyrolens/wire/generation.h>

#include <functional>

namespace pyrolens {

/// A value on its way from programs of one generation to those of another.
struct Crossing
{
    const Generation &from;
    const Generation &to;
    /// What stands on the other side for a proxy or URI found in the value; an error fails the whole value.
    std::function<Result<Reference>(const Reference &reference)> reference;
    Limits limits;
};

/// Rewrites a value of one generation for another. Generations 4 and 5 differ in proxies and exceptions only.
/// Between Python 2 (generation 3) and Python 3:
///
/// | Python 2 | Python 3 | back |
/// |---|---|---|
/// | `str` that is UTF-8 | `str` | ASCII becomes `str`, all else `unicode` |
/// | other `str` | `bytes` | `str` |
/// | `unicode` | `str` | |
/// | `int`, `long` | `int` | `int` up to 64 bits, else `long` |
/// | instance of a class | class dictionary | stays a dictionary |
///
/// The dictionary that serpent makes of bytes ({'data': base64, 'encoding': 'base64'}) becomes the bytes it
/// means. \return Limit when the value has too many nodes, or what `reference` returned.
Result<Value> translated(const Value &value, const Crossing &crossing);

/// An exception likewise: class names of builtins and of the library lose the module that the generation
/// gives them, and get the other one's when they are sent; others stay. The traceback is kept.
Result<RemoteError> translated(const RemoteError &error, const Crossing &crossing);

} // namespace pyrolens

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "value.h"

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>

#include <functional>

namespace pyrolens {

/// Replaces values inside a value. `replace` sees every value once, from the outside in; what it returns
/// stands in the result and is not looked into, nothing means "keep it, look inside". Sharing and cycles are
/// kept, unchanged sub-trees are the same nodes as before. \return Limit "value.nodes" above Limits::maxNodes
/// different nodes.
Result<Value> rewrite(const Value &root, const std::function<std::optional<Value>(const Value &)> &replace,
    const Limits &limits = {});

} // namespace pyrolens

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/value/value.h>

namespace pyrolens::pyro3 {

/// Rewrites neutral Reference and Error nodes into Pyro 3's classes, in the spelling of the pickle protocol.
/// All else stays as it is: the same nodes, sharing and cycles. Iterative. \return Unsupported for what Pyro
/// 3 cannot carry.
Result<Value> lower(const Value &value, int protocol);

} // namespace pyrolens::pyro3

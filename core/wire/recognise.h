// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "generation.h"

namespace pyrolens {

/// The reverse of Generation::lower() for people: proxies, URIs and exceptions of that generation become
/// neutral Reference and Error nodes, the dictionary that serpent makes of bytes those bytes, all else stays.
/// A value too large to be rewritten is given back as it is.
Value recognised(const Value &value, const Generation &generation);

} // namespace pyrolens

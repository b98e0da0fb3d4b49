// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "registry.h"

#include <pyrolens/wire/generation.h>

namespace pyrolens::naming {

/// All objects as the original's flatlist() gives them: a list of (full name, PyroURI) tuples.
Result<Value> flatList(const Registry &registry, const Generation &generation);

} // namespace pyrolens::naming

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "tagged.h"

namespace pyrolens::detail {

/// {"name": content}
Json tag(const char *name, Json content);
/// Any value without values inside, but for Cycle.
Json taggedLeaf(const Value &value, TaggedStyle style);

} // namespace pyrolens::detail

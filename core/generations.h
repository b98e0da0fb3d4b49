// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/wire/generation.h>

#include <memory>

namespace pyrolens {

/// All generations that this build speaks. Made once by main and passed to whatever connects, serves or
/// decodes.
std::shared_ptr<const Catalogue> builtinCatalogue();

} // namespace pyrolens

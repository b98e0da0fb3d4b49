// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/wire/generation.h>

#include <memory>

namespace pyrolens {

/// Generation 3, "classic" Pyro 3.10 to 3.16 (protocol version 5). Stateless; one instance may serve all
/// threads. The grammar stands in this folder's README.md.
std::shared_ptr<const Generation> pyro3Generation();

} // namespace pyrolens

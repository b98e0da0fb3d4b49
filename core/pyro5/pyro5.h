// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/wire/generation.h>

#include <memory>

namespace pyrolens {

/// Generation 5, Pyro 5.15 to 5.17 (protocol version 502). Stateless; one instance may serve all
/// threads. The grammar stands in this folder's README.md.
std::shared_ptr<const Generation> pyro5Generation();

} // namespace pyrolens

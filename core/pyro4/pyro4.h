// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/wire/generation.h>

#include <memory>

namespace pyrolens {

/// Generation 4, Pyro 4.82 (protocol version 48). Stateless; one instance may serve all
/// threads. The grammar stands in this folder's README.md.
std::shared_ptr<const Generation> pyro4Generation();

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "registry.h"

#include <pyrolens/server/daemon.h>

namespace pyrolens::naming {

/// Registrar straight into a registry of the same process; creates missing parent groups. Thread-safe, blocks
/// until durable.
std::shared_ptr<Registrar> makeLocalRegistrar(
    const std::shared_ptr<Registry> &registry, std::shared_ptr<const Catalogue> catalogue);

} // namespace pyrolens::naming

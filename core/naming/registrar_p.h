// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "registry.h"

#include <pyrolens/server/daemon.h>

namespace pyrolens::naming {

/// Which name spaces a name server has.
struct ServedSpaces
{
    bool tree = false;
    bool flat = false;
    bool takes(const Uri &uri) const { return uri.classic ? tree : flat; }
};

/// Registrar straight into a registry of the same process; creates missing parent groups. A flat name is
/// replaced, as the originals do it. Thread-safe, blocks until durable.
std::shared_ptr<Registrar> makeLocalRegistrar(const std::shared_ptr<Registry> &registry, ServedSpaces spaces,
    std::shared_ptr<const Catalogue> catalogue);

} // namespace pyrolens::naming

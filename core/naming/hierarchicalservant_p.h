// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "registry.h"

#include <pyrolens/server/servant.h>

#include <functional>
#include <memory>

namespace pyrolens::naming {

/// What the servant needs beside the registry. Thread-safe functions.
struct HierarchicalHooks
{
    /// A client asks the server to stop. \return whether it will.
    std::function<bool()> shutdown;
    /// A reply of megabytes was made.
    std::function<void()> bigReply;
};

/// The name server object of generation 3: every remotely callable method with the arguments, results and
/// error texts of the original's in-memory server. Source: Pyro 3.16, naming.py, NameServer.
///
/// It differs where the rules ask for it: the own entry cannot be removed, names are checked after expansion
/// too, host names in URIs are kept as they are (the original looks them up, which could block), attributes
/// cannot be read or set.
std::shared_ptr<Servant> makeHierarchicalServant(std::shared_ptr<Registry> registry, HierarchicalHooks hooks);

} // namespace pyrolens::naming

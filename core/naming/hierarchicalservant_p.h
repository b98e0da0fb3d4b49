// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nameserver.h"
#include "registry.h"

#include <pyrolens/server/servant.h>

#include <functional>
#include <memory>

namespace pyrolens::naming {

class Pair;

/// A client (address) asks the server to stop: whether it will, and what to say if not.
using ShutdownHook = std::function<NameServerGuard::Verdict(const QString &from)>;
/// The texts of the original for either answer. Source: Pyro 3.16, naming.py, NameServer._shutdown.
QByteArray shutdownReply(const NameServerGuard::Verdict &verdict);

/// What the servant needs beside the registry. Thread-safe functions.
struct HierarchicalHooks
{
    ShutdownHook shutdown;
    /// A reply of megabytes was made.
    std::function<void()> bigReply;
    std::shared_ptr<Pair> pair; ///< null: this server runs alone
};

/// The name server object of generation 3: every remotely callable method with the arguments, results and
/// error texts of the original's in-memory server. Source: Pyro 3.16, naming.py, NameServer.
///
/// It differs where the rules ask for it: the own entry cannot be removed, names are checked after expansion
/// too, host names in URIs are kept as they are (the original looks them up, which could block), attributes
/// cannot be read or set.
std::shared_ptr<Servant> makeHierarchicalServant(std::shared_ptr<Registry> registry, HierarchicalHooks hooks);

} // namespace pyrolens::naming

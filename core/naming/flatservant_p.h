// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "registry.h"

#include <pyrolens/server/servant.h>

#include <functional>
#include <memory>

namespace pyrolens::naming {

/// The tags of the name server's own entry: those that the originals give theirs, so that both find it by
/// them. Source: Pyro4, naming.py, and Pyro5, nameserver.py, NameServerDaemon.
QByteArrayList ownTags();

/// The name server object of generations 4 and 5 over the flat space: every remote method with the arguments,
/// results and error texts of the caller's own generation. Where ours differs on purpose: the own entry
/// cannot be registered anew, tags are texts, and sizes, numbers and patterns have limits.
/// Source: Pyro4, naming.py, and Pyro5, nameserver.py, NameServer.
/// \param bigReply told when a reply of megabytes was made; thread-safe.
std::shared_ptr<Servant> makeFlatServant(
    std::shared_ptr<Registry> registry, std::function<void()> bigReply = {});

/// One object that is `tree` for generations with a hierarchical name server and `flat` for the others.
/// Either may be null, when the server does not serve such.
std::shared_ptr<Servant> makeNameServerServant(std::shared_ptr<Servant> tree, std::shared_ptr<Servant> flat);

} // namespace pyrolens::naming

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/server/daemon.h>

#include <functional>
#include <vector>

namespace pyrolens {

/// Plain data.
struct DemoOptions
{
    bool persistent = false; ///< keep the object ids that the name server knows
    /// Publishes an event for demo.market; \return whether there was an event server to take it. Empty: there
    /// is none. Called on any thread.
    std::function<bool(const QString &subject, const Value &message)> publisher;
};

/// Hosts the demo objects (product.md, "The demo objects") on a daemon that listens: echo, thermometer, bank,
/// clock, files, market. They are registered when the daemon has a registrar, which must make the group. The
/// daemon should have a caller factory (makeCallerFactory()), or demo.clock can call nobody. They run in
/// parallel, for clients of all generations that the daemon speaks. \return their URIs in that order, of each
/// object one per name space (Daemon::urisFor()); on an error none stays hosted.
Result<std::vector<Uri>> hostDemo(Daemon &daemon, const DemoOptions &options = {});

/// Name of a demo object as a name server of that generation has it: ":demo.echo" for groups, "demo.echo" for
/// a flat one.
QString demoName(const Generation &generation, const QString &shortName);
/// The group that demo objects stand in; empty where names are flat.
QString demoGroup(const Generation &generation);

} // namespace pyrolens

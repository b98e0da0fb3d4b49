// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/client/proxy.h>
#include <pyrolens/events/eventserver.h>
#include <pyrolens/naming/nameserver.h>
#include <pyrolens/server/daemon.h>

#include <memory>

namespace pyrolens {

/// The built-in demo: a name server, an event server and a daemon with the demo objects, inside this process,
/// on loopback with free ports. Lives in the thread that starts it, which needs an event loop; stops with its
/// end.
class DemoNetwork
{
public:
    DemoNetwork(std::shared_ptr<const Catalogue> catalogue, std::shared_ptr<const ClientContext> context);
    ~DemoNetwork();
    DemoNetwork(const DemoNetwork &) = delete;
    DemoNetwork &operator=(const DemoNetwork &) = delete;

    /// \return host and port of the name server.
    Result<Endpoint> start();
    bool isRunning() const { return m_nameServer != nullptr; }
    Daemon *daemon() const { return m_daemon.get(); }

private:
    std::shared_ptr<const Catalogue> m_catalogue;
    std::shared_ptr<const ClientContext> m_context;
    std::unique_ptr<NameServer> m_nameServer;
    std::unique_ptr<EventServer> m_eventServer;
    std::unique_ptr<Daemon> m_daemon;
};

} // namespace pyrolens

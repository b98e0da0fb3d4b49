// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "autocleaner_p.h"
#include "hierarchicalservant_p.h"
#include "nameserver.h"
#include "pair_p.h"

#include <pyrolens/discovery/discovery.h>

#include <QTimer>

#include <atomic>
#include <mutex>

namespace pyrolens {

namespace naming {

/// The way back to the server for hooks that run on any thread and may outlive it.
class ServerLink
{
public:
    explicit ServerLink(NameServer *server) : m_server(server) { }
    void cut()
    {
        const std::lock_guard lock(m_mutex);
        m_server = nullptr;
    }
    /// Runs `action(server)` in the server's thread, later.
    template <class Action>
    void post(Action action)
    {
        const std::lock_guard lock(m_mutex);
        if (NameServer *server = m_server)
            QMetaObject::invokeMethod(
                server, [server, action] { action(server); }, Qt::QueuedConnection);
    }

    std::atomic_bool isChangeAnnounced
        = false; // one namesChanged() per turn of the loop, however many changes

private:
    std::mutex m_mutex; // guards m_server
    NameServer *m_server;
};

} // namespace naming

class NameServer::Private
{
public:
    Private(NameServer *server, std::shared_ptr<const Catalogue> speaks, NameServerOptions chosen)
        : link(std::make_shared<naming::ServerLink>(server))
        , catalogue(std::move(speaks))
        , options(std::move(chosen))
    { }

    Status check();
    Status openRegistry();
    Status host();
    Status enterTree();
    Status enterFlat();
    Status startBroadcast();
    Result<std::unique_ptr<BroadcastResponder>> respond(
        int port, std::vector<std::shared_ptr<DatagramHandler>> handlers);
    void startCleaner();
    DaemonOptions daemonOptions() const;
    Status import();
    void pairUp();
    naming::ShutdownHook shutdownHook() const;
    std::function<void()> bigReplyHook() const;

    const std::shared_ptr<naming::ServerLink> link;
    const std::shared_ptr<const Catalogue> catalogue;
    const NameServerOptions options;
    const Generation *tree = nullptr; // the generation with a hierarchical name space, null = not served
    const Generation *flat = nullptr; // the newest of those with a flat one, null = none is served
    ImportReport imported;
    std::shared_ptr<naming::Registry> registry;
    std::shared_ptr<naming::Pair> pair; // null = single
    std::unique_ptr<Daemon> daemon;
    std::vector<std::unique_ptr<BroadcastResponder>> responders;
    std::unique_ptr<naming::AutoCleaner> cleaner;
    QTimer memoryTimer; // runs out when there was no big reply for a while
    Uri treeUri;
    Uri flatUri;
    int broadcastPort = -1;
};

} // namespace pyrolens

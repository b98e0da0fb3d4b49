// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "demonetwork.h"

#include <pyrolens/demo/clientcaller.h>
#include <pyrolens/demo/demo.h>
#include <pyrolens/events/eventpublisher.h>

namespace pyrolens {

DemoNetwork::DemoNetwork(
    std::shared_ptr<const Catalogue> catalogue, std::shared_ptr<const ClientContext> context)
    : m_catalogue(std::move(catalogue)), m_context(std::move(context))
{ }

DemoNetwork::~DemoNetwork()
{
    // The daemon first: it takes its names out of the server.
    if (m_daemon)
        m_daemon->shutdown(true, std::chrono::milliseconds(500));
    m_daemon.reset();
    m_eventServer.reset();
    if (m_nameServer)
        m_nameServer->stop();
}

Result<Endpoint> DemoNetwork::start()
{
    std::vector<int> all;
    for (const auto &generation : m_catalogue->all())
        all.push_back(generation->info().id);
    NameServerOptions naming;
    naming.port = 0;
    naming.generations = all;
    naming.broadcast = false;
    auto nameServer = std::make_unique<NameServer>(m_catalogue, naming);
    if (const auto started = nameServer->start(); !started)
        return started.error();

    EventServerOptions events;
    events.registrar = nameServer->localRegistrar();
    auto eventServer = std::make_unique<EventServer>(m_catalogue, events);
    if (const auto started = eventServer->start(); !started)
        return started.error();
    const auto eventUri = m_catalogue->parseUri(eventServer->uris().value(0));
    if (!eventUri)
        return eventUri.error();

    DemoOptions demo;
    demo.publisher = makeEventSink(m_context, eventUri.value());
    DaemonOptions hosting;
    hosting.generations = all;
    auto daemon = std::make_unique<Daemon>(m_catalogue, hosting);
    daemon->setRegistrar(nameServer->localRegistrar());
    daemon->setCallerFactory(makeCallerFactory(m_context));
    if (const auto port = daemon->listen(); !port)
        return port.error();
    if (const auto hosted = hostDemo(*daemon, demo); !hosted)
        return hosted.error();

    const Endpoint endpoint{QStringLiteral("127.0.0.1"), nameServer->port()};
    m_nameServer = std::move(nameServer);
    m_eventServer = std::move(eventServer);
    m_daemon = std::move(daemon);
    return endpoint;
}

} // namespace pyrolens

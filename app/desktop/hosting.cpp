// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hosting.h"

#include <pyrolens/demo/clientcaller.h>
#include <pyrolens/naming/nameserverclient.h>

namespace pyrolens {

Hosting::Hosting(
    const std::shared_ptr<const Catalogue> &catalogue, std::shared_ptr<ByteTap> tap, QObject *parent)
    : QObject(parent)
{
    auto context = std::make_shared<ClientContext>();
    context->catalogue = catalogue;
    context->tap = tap;
    HostRunner::Setup setup;
    setup.catalogue = catalogue;
    auto full = std::make_shared<ClientContext>(*context);
    full->resolver = makeNameServerResolver(context, NameServerAddress());
    setup.context = full;
    setup.tap = std::move(tap);
    setup.callers = makeCallerFactory(context);
    m_runner = std::make_unique<HostRunner>(std::move(setup));
    connect(m_runner.get(), &HostRunner::changed, this, &Hosting::changed);
    connect(m_runner.get(), &HostRunner::forgotten, &m_hosts, &HostModel::remove);
    connect(m_runner.get(), &HostRunner::served, &m_calls, &IncomingModel::append);
}

Hosting::~Hosting()
{
    m_runner->disconnect(this);
}

void Hosting::changed(const HostState &state)
{
    const HostState *before = m_hosts.host(m_hosts.indexOf(state.id));
    const bool cameUp
        = state.phase == HostState::Phase::Running && (!before || before->phase != HostState::Phase::Running);
    m_hosts.update(state);
    if (!cameUp)
        return;
    if (state.plan.kind == HostKind::NameServer)
        Q_EMIT namesChanged(state.host, state.port);
    else if (!state.plan.serverHost.isEmpty())
        Q_EMIT namesChanged(state.plan.serverHost, state.plan.serverPort);
    else if (const HostState *server = m_runner->state(state.plan.ownServer))
        Q_EMIT namesChanged(server->host, server->port);
}

void Hosting::start(HostPlan plan, bool newServer)
{
    if (newServer) {
        HostPlan server;
        server.kind = HostKind::NameServer;
        server.label = tr("Name server");
        server.generations = plan.generations;
        plan.ownServer = m_runner->start(std::move(server));
    }
    m_runner->start(std::move(plan));
}

QList<NameServerChoice> Hosting::nameServers() const
{
    QList<NameServerChoice> choices;
    for (const HostState &one : m_hosts.hosts()) {
        if (one.plan.kind == HostKind::NameServer && one.phase == HostState::Phase::Running)
            choices.append({QStringLiteral("%1 (%2:%3)").arg(one.plan.label, one.host).arg(one.port), one.id,
                one.host, one.port});
    }
    return choices;
}

} // namespace pyrolens

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "gateway.h"

#include "gatewayservant_p.h"

namespace pyrolens {

Gateway::Gateway(std::shared_ptr<const ClientContext> context, GatewayOptions options, QObject *parent)
    : QObject(parent)
{
    options.daemon.multithreaded = true;   // a servant here blocks while it calls
    options.daemon.onewayThreaded = false; // it does not wait for oneway calls, and they keep their order
    options.daemon.transientAge = options.referenceAge;
    options.daemon.classes.acceptAll = true; // the object behind judges what it takes
    m_daemon = std::make_unique<Daemon>(context->catalogue, options.daemon);
    m_daemon->setInitHook([](LocalStorage &storage) { storage.user = std::make_shared<UpstreamSet>(); });
    m_table = std::make_shared<GatewayTable>(std::move(context), std::move(options));
}

Gateway::~Gateway()
{
    stop();
}

void Gateway::setRegistrar(std::shared_ptr<Registrar> registrar)
{
    m_daemon->setRegistrar(std::move(registrar));
}

Result<int> Gateway::listen()
{
    Result<int> port = m_daemon->listen();
    if (port)
        m_table->setDaemon(m_daemon.get());
    return port;
}

Result<std::vector<Uri>> Gateway::publish(const Uri &target, const QString &name)
{
    if (m_table->isOwn(target))
        return Error::usage(
            QStringLiteral("'%1' is an object of this gateway itself.").arg(target.toString()));
    // The first connection finds out which generation it is.
    Target found{target, m_table->options.proxy.generation};
    Upstream upstream(m_table->context, found, m_table->options.proxy);
    if (const Reply bound = upstream.bind(); !bound)
        return bound.error();
    const Generation *generation = upstream.generation();
    if (generation == nullptr)
        return Error::unsupported(QStringLiteral("No generation for '%1'.").arg(target.toString()));
    found.generation = generation->info().id;
    if (const Status there = GatewayServant(m_table, found, nullptr).learn(); !there)
        return there.error();
    const Result<QByteArray> id = m_table->host(found, name, nullptr);
    if (!id)
        return id.error();
    return m_daemon->urisFor(*id);
}

Status Gateway::withdraw(const Uri &published)
{
    return m_table->drop(published.object.toUtf8());
}

bool Gateway::hosts(const Uri &uri) const
{
    return m_table->isOwn(uri);
}

QString Gateway::fullName(const QString &name) const
{
    const Generation *lowest = m_daemon->generation(0);
    const bool isTree = lowest != nullptr && lowest->info().features.hierarchicalNames;
    return isTree && !name.startsWith(u':') ? u':' + name : name;
}

Daemon *Gateway::daemon() const
{
    return m_daemon.get();
}

int Gateway::referenceCount() const
{
    return m_table->referenceCount();
}

void Gateway::stop()
{
    m_table->setDaemon(nullptr);
    m_daemon->shutdown(true);
}

} // namespace pyrolens

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "gatewaytable_p.h"

#include "gatewayservant_p.h"

namespace pyrolens {

GatewayTable::GatewayTable(std::shared_ptr<const ClientContext> clientContext, GatewayOptions gatewayOptions)
    : context(std::move(clientContext)), options(std::move(gatewayOptions))
{ }

void GatewayTable::setDaemon(Daemon *daemon)
{
    const std::scoped_lock lock(m_mutex);
    m_daemon = daemon;
}

Daemon *GatewayTable::daemon() const
{
    const std::scoped_lock lock(m_mutex);
    return m_daemon;
}

bool GatewayTable::isOwn(const Uri &uri) const
{
    const std::scoped_lock lock(m_mutex);
    if (m_daemon == nullptr || uri.unixPath != options.daemon.unixPath)
        return false;
    if (!uri.unixPath.isEmpty())
        return true;
    return uri.port == m_daemon->port()
        && (uri.host == m_daemon->publishedHost() || uri.host == options.daemon.host);
}

Result<QByteArray> GatewayTable::host(const Target &target, const QString &name, const Reference *told)
{
    const auto servant = std::make_shared<GatewayServant>(shared_from_this(), target, told);
    Daemon *const here = daemon();
    if (here == nullptr)
        return Error::disconnected(QStringLiteral("The gateway has been stopped."));
    const Result<Uri> uri = here->connectServant(servant, name); // may ask a name server
    if (!uri)
        return uri.error();
    const QByteArray id = uri->object.toUtf8();
    servant->setId(id);
    const std::scoped_lock lock(m_mutex);
    m_targets.insert(id, target);
    return id;
}

Status GatewayTable::drop(const QByteArray &id)
{
    Daemon *const here = daemon();
    forget(id);
    return here != nullptr ? here->disconnectServant(id) : Status(Done{});
}

void GatewayTable::forget(const QByteArray &id)
{
    const std::scoped_lock lock(m_mutex);
    const auto target = m_targets.constFind(id);
    if (target == m_targets.constEnd())
        return;
    m_references.remove(target->key());
    m_targets.erase(target);
    m_order.remove(id);
}

int GatewayTable::referenceCount() const
{
    const std::scoped_lock lock(m_mutex);
    return int(m_order.size());
}

Crossing GatewayTable::crossing(const Generation &from, const Generation &to)
{
    return {from, to,
        [table = shared_from_this(), &from, &to](
            const Reference &reference) { return table->carried(reference, from, to); },
        options.proxy.limits};
}

Result<QByteArray> GatewayTable::idFor(const Target &target, const Reference &reference)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (const auto known = m_references.constFind(target.key()); known != m_references.constEnd()) {
            m_order.remove(*known); // used again, so the youngest
            m_order.push_back(*known);
            return *known;
        }
    }
    const Result<QByteArray> id = host(target, {}, &reference);
    if (!id)
        return id;
    QByteArray oldest;
    {
        const std::scoped_lock lock(m_mutex);
        m_references.insert(target.key(), *id);
        m_order.push_back(*id);
        if (int(m_order.size()) > options.maxReferences)
            oldest = m_order.front();
    }
    if (!oldest.isEmpty()) {
        const Status dropped = drop(oldest);
        Q_UNUSED(dropped); // it was reaped meanwhile
    }
    return id;
}

Result<Reference> GatewayTable::carried(
    const Reference &reference, const Generation &from, const Generation &to)
{
    if (from.info().id == to.info().id)
        return reference;
    const Result<Uri> uri = from.parseUri(reference.uri);
    if (!uri)
        return uri.error();
    Reference carried;
    carried.form = reference.form;
    carried.onewayMethods = reference.onewayMethods;
    carried.methods = reference.methods;
    carried.attributes = reference.attributes;
    if (isOwn(*uri)) {
        // One of ours comes back: to programs of its own generation as the object itself.
        const std::scoped_lock lock(m_mutex);
        const auto target = m_targets.constFind(uri->object.toUtf8());
        if (target != m_targets.constEnd() && target->generation == to.info().id) {
            carried.uri = target->uri.toString();
            return carried;
        }
        if (m_daemon != nullptr) {
            carried.uri = m_daemon->uriFor(uri->object.toUtf8(), to.info().id).toString();
            return carried;
        }
    }
    const Result<QByteArray> id = idFor({*uri, from.info().id}, reference);
    if (!id)
        return id.error();
    const std::scoped_lock lock(m_mutex);
    if (m_daemon == nullptr)
        return Error::disconnected(QStringLiteral("The gateway has been stopped."));
    carried.uri = m_daemon->uriFor(*id, to.info().id).toString();
    return carried;
}

} // namespace pyrolens

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "gateway.h"
#include "translate.h"
#include "upstream_p.h"

#include <QHash>

#include <list>
#include <mutex>

namespace pyrolens {

class GatewayServant;

/// What a gateway offers: which object of ours stands for which one behind. Any thread.
class GatewayTable : public std::enable_shared_from_this<GatewayTable>
{
public:
    GatewayTable(std::shared_ptr<const ClientContext> context, GatewayOptions options);

    const std::shared_ptr<const ClientContext> context;
    const GatewayOptions options;

    void setDaemon(Daemon *daemon); ///< null: it is over, nothing more is offered
    /// Hosts a servant for a target. \return its id.
    Result<QByteArray> host(const Target &target, const QString &name, const Reference *told);
    Status drop(const QByteArray &id);
    void forget(const QByteArray &id); ///< it is hosted no more
    int referenceCount() const;
    bool isOwn(const Uri &uri) const;

    /// Of a value that goes from one generation to another.
    Crossing crossing(const Generation &from, const Generation &to);

private:
    Daemon *daemon() const;
    Result<Reference> carried(const Reference &reference, const Generation &from, const Generation &to);
    Result<QByteArray> idFor(const Target &target, const Reference &reference);

    mutable std::mutex m_mutex; // guards the rest
    Daemon *m_daemon = nullptr;
    QHash<QByteArray, Target> m_targets;     ///< by the id of the object here
    QHash<QString, QByteArray> m_references; ///< ids of what travelled, by Target::key()
    std::list<QByteArray> m_order;           ///< of those, the oldest first
};

} // namespace pyrolens

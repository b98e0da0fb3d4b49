// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "gatewaytable_p.h"

#include <pyrolens/server/servant.h>

#include <mutex>

namespace pyrolens {

/// An object of the gateway: passes everything on to the one behind.
class GatewayServant : public Servant
{
public:
    /// \param told a proxy's own word about its interface, or null.
    GatewayServant(const std::shared_ptr<GatewayTable> &table, Target target, const Reference *told);

    void setId(const QByteArray &id);
    /// Connects and finds out what the object offers. \return why it cannot be reached.
    Status learn() const;

    Threading threading() const override { return Threading::Concurrent; }
    const InterfaceInfo &interface() const override;
    bool hasMethod(const QByteArray &name) const override;
    Outcome call(
        const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context) override;
    Outcome attribute(const QByteArray &name, CallContext &context) override;
    Outcome setAttribute(const QByteArray &name, const Value &value, CallContext &context) override;
    void reaped() override;

private:
    Outcome pass(Message message, CallContext &context);
    Status ask(Upstream &upstream) const;
    void setInterface(
        const QStringList &methods, const QStringList &attributes, const QStringList &oneway) const;
    const Generation &generation() const;

    const std::weak_ptr<GatewayTable> m_table;
    const Target m_target;
    const std::shared_ptr<const Catalogue> m_catalogue;

    mutable std::mutex m_mutex; // guards the rest
    mutable bool m_hasLearnt = false;
    mutable bool m_isTold = false; ///< the interface is all there is; else other names are passed on too
    mutable InterfaceInfo m_interface;
    QByteArray m_id;
};

} // namespace pyrolens

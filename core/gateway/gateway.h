// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/client/proxy.h>
#include <pyrolens/server/daemon.h>

#include <QObject>
#include <QStringList>

#include <chrono>
#include <memory>
#include <vector>

namespace pyrolens {

/// How a gateway runs. Plain data.
struct GatewayOptions
{
    /// The daemon that clients of the gateway connect to: where, and for which generations. A call runs on
    /// its connection's thread, whatever `multithreaded` says.
    DaemonOptions daemon;
    ProxyOptions proxy; ///< towards the objects: time limits, credentials, serializer
    /// Generation 3 tells neither methods nor attributes, and clients of 4 and 5 call nothing that was not
    /// told. So these are the names that objects of such a generation may have; each object is asked which of
    /// them are methods of it, callback objects included.
    QStringList methods;
    QStringList attributes;
    QStringList oneway;         ///< of `methods`: those to be called oneway
    int maxReferences = 10'000; ///< objects that travelled as proxies
    std::chrono::milliseconds referenceAge{std::chrono::hours(1)}; ///< and were not used for so long: dropped
};

class GatewayTable; // private to the gateway layer

/// Offers objects of one generation to clients of others: a daemon of its own, whose objects pass everything
/// on and translate values, exceptions and proxies both ways (see translate.h). What travels as a proxy,
/// callbacks above all, becomes an object of the gateway too, and its own proxy again on the way back.
///
/// Each client has connections of its own to the objects behind, so what they keep for a connection stays
/// apart; its calls run one after the other, as without a gateway. A call is never repeated. Lives in the
/// thread that made it, which needs an event loop; publish() blocks and may be used from any thread but the
/// GUI's.
class Gateway : public QObject
{
    Q_OBJECT

public:
    Gateway(std::shared_ptr<const ClientContext> context, GatewayOptions options, QObject *parent = nullptr);
    ~Gateway() override; ///< stop()

    void setRegistrar(std::shared_ptr<Registrar> registrar); ///< for the names that publish() is given
    /// Starts to listen. \return the port.
    Result<int> listen();
    /// Offers an object. Connects to it first, so what cannot be reached is an error here. With a name it is
    /// registered where there is a registrar. \return its URIs here, one per name space. Refuses (Usage)
    /// objects that the gateway itself hosts.
    Result<std::vector<Uri>> publish(const Uri &target, const QString &name = {});
    /// Takes back what publish() did; proxies that are in use lead nowhere then.
    Status withdraw(const Uri &published);
    bool hosts(const Uri &uri) const; ///< whether an object URI is one of the gateway's own. Any thread.
    /// A name for publish() that groups are spelt out in: ":a.b" where generation 3 is served, else "a.b".
    QString fullName(const QString &name) const;
    Daemon *daemon() const;
    int referenceCount() const; ///< objects that travelled as proxies and are offered now
    void stop();

private:
    std::shared_ptr<GatewayTable> m_table;
    std::unique_ptr<Daemon> m_daemon;
};

} // namespace pyrolens

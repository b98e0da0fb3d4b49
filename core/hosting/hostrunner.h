// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "hostplan.h"
#include "scriptedservant.h"

#include <pyrolens/client/proxy.h>
#include <pyrolens/server/daemon.h>

#include <QObject>

#include <map>
#include <memory>

class QThread;

namespace pyrolens {

class HostWorker;

/// Hosts name servers and daemons, each in a thread of its own. Use from one thread, which needs an event
/// loop and never waits here, but in the destructor.
class HostRunner final : public QObject
{
    Q_OBJECT

public:
    /// What all hosts share. Plain data.
    struct Setup
    {
        std::shared_ptr<const Catalogue> catalogue;
        std::shared_ptr<const ClientContext> context; ///< for registering elsewhere
        std::shared_ptr<ByteTap> tap;                 ///< null: none
        CallerFactory callers;                        ///< for callbacks; empty: none
        ScriptOptions script;
        /// Publishes an event; \return whether somebody took it. Any thread. Empty: events go to the event
        /// server that a host's name server knows.
        std::function<bool(const QString &subject, const Value &message)> publish;
    };
    explicit HostRunner(Setup setup, QObject *parent = nullptr);
    ~HostRunner() override; ///< stops all, each drained

    /// Returns at once; changed() tells how it went. A daemon that registers with a name server of this
    /// runner starts when that one is up. \return the id of the host.
    quint64 start(HostPlan plan);
    void stop(quint64 id); ///< drains for two seconds, then closes
    /// Forgets one that has stopped or failed.
    void forget(quint64 id);
    void addObject(quint64 id, const ObjectPlan &plan);
    void removeObject(quint64 id, const QByteArray &object);
    /// Puts another object in the place of one; when the new one cannot be made the old one stays.
    void replaceObject(quint64 id, const QByteArray &object, const ObjectPlan &plan);
    const HostState *state(quint64 id) const; ///< null for an unknown one
    int running() const;                      ///< hosts that start or run

Q_SIGNALS:
    void changed(const pyrolens::HostState &state);
    void forgotten(quint64 id);
    void served(const std::vector<pyrolens::IncomingCall> &calls);
    void problem(quint64 id, const QString &text);

private:
    struct Host
    {
        HostState state;
        std::unique_ptr<QThread> thread;
        HostWorker *worker = nullptr; ///< lives in the thread
        std::shared_ptr<Registrar> registrar;
    };
    void launch(Host &host, std::shared_ptr<Registrar> registrar, const Endpoint &nameServer);
    void update(const HostState &state);
    void startWaiting();
    template <class F>
    void post(quint64 id, F work);

    Setup m_setup;
    std::map<quint64, Host> m_hosts;
    quint64 m_lastId = 0;
};

} // namespace pyrolens

Q_DECLARE_METATYPE(pyrolens::IncomingCall)

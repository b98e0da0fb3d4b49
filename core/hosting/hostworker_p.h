// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "hostplan.h"
#include "hostrunner.h"
#include "incoming_p.h"
#include "scriptedservant.h"

#include <pyrolens/events/eventserver.h>
#include <pyrolens/gateway/namefollower.h>
#include <pyrolens/naming/nameserver.h>

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QTimer>

#include <map>

namespace pyrolens {

/// One host, in a thread of its own: the server, what it hosts, and what is told about it.
class HostWorker final : public QObject
{
    Q_OBJECT

public:
    /// \param registrar of a name server in this process; null: the one of the plan's server, if any.
    /// \param nameServer where names are registered; no host: nowhere.
    HostWorker(quint64 id, HostPlan plan, HostRunner::Setup setup, std::shared_ptr<Registrar> registrar,
        const Endpoint &nameServer);
    ~HostWorker() override;

    void start();
    void stop(); ///< drains, closes, ends the thread's loop
    void addObject(ObjectPlan plan);
    void removeObject(const QByteArray &id);
    void replaceObject(const QByteArray &id, const ObjectPlan &plan);

Q_SIGNALS:
    void changed(const pyrolens::HostState &state);
    void registrarReady(std::shared_ptr<pyrolens::Registrar> registrar);
    void served(const std::vector<pyrolens::IncomingCall> &calls);
    void problem(const QString &text);

private:
    struct Made
    {
        ObjectPlan plan;
        QDateTime since;
        std::shared_ptr<ScriptedServant> script;
        QString problem;
    };
    Status startNameServer();
    Status startEventServer();
    Status startDaemon();
    Status startGateway();
    void makeRegistrar(FlatClash clash = FlatClash::Replace);
    void tellOffers(const NameChanges &changes);
    /// As the lowest generation that is served spells it: without a colon where there are no groups.
    QString spelt(const QString &name) const;
    Status host(const ObjectPlan &plan);
    void note(const QByteArray &id, const ObjectPlan &plan);
    ScriptedServant::Hooks hooksFor(const QString &name);
    void fail(const Error &error);
    void finish();
    void log(const QString &text);
    void tick();
    void tell();
    Daemon *daemon() const;

    HostRunner::Setup m_setup;
    std::shared_ptr<Registrar> m_registrar;
    const Endpoint m_nameServer;
    std::shared_ptr<Incoming> m_incoming;
    std::unique_ptr<NameServer> m_server;
    std::unique_ptr<EventServer> m_events;
    std::unique_ptr<Daemon> m_daemon;
    std::unique_ptr<Gateway> m_gateway;
    std::unique_ptr<NameFollower> m_follower; ///< of a gateway of many names
    QHash<QByteArray, QString> m_offered;     ///< URIs behind, by the id of the gateway's object
    std::map<QByteArray, Made> m_made;        ///< by object id
    QHash<QString, QString> m_scriptProblems; ///< by name
    HostState m_state;
    QTimer m_timer;
    QElapsedTimer m_clock;
    QDeadlineTimer m_drained; ///< while draining: when scripts are cut off
    qint64 m_callsBefore = 0;
};

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hostrunner.h"

#include "hostworker_p.h"

#include <QThread>

namespace pyrolens {

HostRunner::HostRunner(Setup setup, QObject *parent) : QObject(parent), m_setup(std::move(setup)) { }

HostRunner::~HostRunner()
{
    for (auto &[id, host] : m_hosts) {
        if (host.worker)
            host.worker->disconnect(this);
        stop(id);
    }
    for (auto &[id, host] : m_hosts) {
        if (host.thread)
            host.thread->wait();
    }
}

template <class F>
void HostRunner::post(quint64 id, F work)
{
    const auto found = m_hosts.find(id);
    if (found == m_hosts.end() || !found->second.worker)
        return;
    HostWorker *worker = found->second.worker;
    QMetaObject::invokeMethod(
        worker, [worker, work = std::move(work)] { work(*worker); }, Qt::QueuedConnection);
}

quint64 HostRunner::start(HostPlan plan)
{
    const quint64 id = ++m_lastId;
    Host &host = m_hosts[id];
    host.state.id = id;
    host.state.plan = std::move(plan);
    const quint64 server = host.state.plan.ownServer;
    if (server == 0)
        launch(host, {}, {host.state.plan.serverHost, host.state.plan.serverPort});
    Q_EMIT changed(host.state);
    if (server != 0)
        startWaiting();
    return id;
}

void HostRunner::launch(Host &host, std::shared_ptr<Registrar> registrar, const Endpoint &nameServer)
{
    const quint64 id = host.state.id;
    host.thread = std::make_unique<QThread>();
    host.thread->setObjectName(QStringLiteral("pyrolens host"));
    host.worker = new HostWorker(id, host.state.plan, m_setup, std::move(registrar), nameServer);
    host.worker->moveToThread(host.thread.get());
    connect(host.thread.get(), &QThread::finished, host.worker, &QObject::deleteLater);
    connect(host.worker, &HostWorker::changed, this, &HostRunner::update);
    connect(host.worker, &HostWorker::served, this, &HostRunner::served);
    connect(host.worker, &HostWorker::problem, this,
        [this, id](const QString &text) { Q_EMIT problem(id, text); });
    connect(
        host.worker, &HostWorker::registrarReady, this, [this, id](const std::shared_ptr<Registrar> &ready) {
            if (const auto found = m_hosts.find(id); found != m_hosts.end())
                found->second.registrar = ready;
        });
    host.thread->start();
    post(id, [](HostWorker &worker) { worker.start(); });
}

void HostRunner::update(const HostState &state)
{
    const auto found = m_hosts.find(state.id);
    if (found == m_hosts.end())
        return;
    Host &host = found->second;
    host.state = state;
    if (!state.isUp() && state.phase != HostState::Phase::Draining) {
        host.worker = nullptr; // its thread ends and takes it along
        host.registrar.reset();
    }
    Q_EMIT changed(host.state);
    startWaiting();
}

void HostRunner::startWaiting()
{
    for (auto &[id, host] : m_hosts) {
        if (host.thread || host.state.phase != HostState::Phase::Starting)
            continue;
        const auto server = m_hosts.find(host.state.plan.ownServer);
        if (server != m_hosts.end() && server->second.state.phase == HostState::Phase::Starting)
            continue;
        if (server != m_hosts.end() && server->second.registrar) {
            launch(host, server->second.registrar, {server->second.state.host, server->second.state.port});
            continue;
        }
        host.state.phase = HostState::Phase::Failed;
        host.state.problem = QStringLiteral("its name server does not run");
        Q_EMIT changed(host.state);
    }
}

void HostRunner::stop(quint64 id)
{
    const auto found = m_hosts.find(id);
    if (found == m_hosts.end())
        return;
    Host &host = found->second;
    if (!host.thread && host.state.isUp()) { // it never began
        host.state.phase = HostState::Phase::Stopped;
        Q_EMIT changed(host.state);
        return;
    }
    post(id, [](HostWorker &worker) { worker.stop(); });
}

void HostRunner::forget(quint64 id)
{
    const auto found = m_hosts.find(id);
    if (found == m_hosts.end() || found->second.state.isUp()
        || found->second.state.phase == HostState::Phase::Draining)
        return;
    if (found->second.thread)
        found->second.thread->wait(); // its loop has ended already
    m_hosts.erase(found);
    Q_EMIT forgotten(id);
}

void HostRunner::addObject(quint64 id, const ObjectPlan &plan)
{
    post(id, [plan](HostWorker &worker) { worker.addObject(plan); });
}

void HostRunner::removeObject(quint64 id, const QByteArray &object)
{
    post(id, [object](HostWorker &worker) { worker.removeObject(object); });
}

void HostRunner::replaceObject(quint64 id, const QByteArray &object, const ObjectPlan &plan)
{
    post(id, [object, plan](HostWorker &worker) { worker.replaceObject(object, plan); });
}

const HostState *HostRunner::state(quint64 id) const
{
    const auto found = m_hosts.find(id);
    return found == m_hosts.end() ? nullptr : &found->second.state;
}

int HostRunner::running() const
{
    int count = 0;
    for (const auto &[id, host] : m_hosts)
        count += host.state.isUp();
    return count;
}

} // namespace pyrolens

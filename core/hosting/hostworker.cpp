// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hostworker_p.h"

#include "staticservant.h"

#include <pyrolens/demo/demo.h>
#include <pyrolens/events/eventpublisher.h>
#include <pyrolens/naming/target.h>
#include <pyrolens/transport/hostlookup.h>

#include <QThread>

#include <algorithm>

namespace pyrolens {

using namespace std::chrono_literals;

namespace {

constexpr auto kTick = 250ms; ///< how often calls and figures are told
constexpr auto kScriptPoll = 20ms;
constexpr auto kDrain = 2s; ///< that running calls have at the stop
constexpr auto kPublishTimeout = 2s;
constexpr qsizetype kMaxLog = 500; ///< lines kept per host

QString kindWord(ObjectPlan::Kind kind)
{
    switch (kind) {
    case ObjectPlan::Kind::BuiltIn:
        return QStringLiteral("built-in");
    case ObjectPlan::Kind::Static:
        return QStringLiteral("static");
    case ObjectPlan::Kind::Scripted:
        return QStringLiteral("script");
    }
    return {};
}

} // namespace

HostWorker::HostWorker(quint64 id, HostPlan plan, HostRunner::Setup setup,
    std::shared_ptr<Registrar> registrar, const Endpoint &nameServer)
    : m_setup(std::move(setup))
    , m_registrar(std::move(registrar))
    , m_nameServer(nameServer)
    , m_incoming(std::make_shared<Incoming>(id, m_setup.catalogue))
    , m_timer(this)
{
    m_state.id = id;
    m_state.plan = std::move(plan);
    if (!m_setup.publish && !nameServer.host.isEmpty()) {
        Uri events = eventServerUri();
        events.host = nameServer.host;
        events.port = nameServer.port;
        ProxyOptions brief; // scripts and demo objects wait for it
        brief.connectTimeout = brief.callTimeout = kPublishTimeout;
        m_setup.publish = makeEventSink(m_setup.context, events, brief);
    }
    m_timer.setInterval(kTick);
    connect(&m_timer, &QTimer::timeout, this, &HostWorker::tick);
}

HostWorker::~HostWorker() = default;

void HostWorker::start()
{
    m_state.since = QDateTime::currentDateTime();
    m_clock.start();
    const Status started = m_state.plan.kind == HostKind::NameServer ? startNameServer()
        : m_state.plan.kind == HostKind::EventServer                 ? startEventServer()
        : m_state.plan.kind == HostKind::Gateway                     ? startGateway()
                                                                     : startDaemon();
    if (!started) {
        fail(started.error());
        return;
    }
    m_state.phase = HostState::Phase::Running;
    log(QStringLiteral("listens on %1").arg(Endpoint{m_state.host, m_state.port}.toString()));
    m_timer.start();
    tell();
}

Status HostWorker::startNameServer()
{
    NameServerOptions options;
    options.host = m_state.plan.host;
    options.port = m_state.plan.port;
    options.generations = m_state.plan.generations;
    options.broadcast = !isLoopbackHost(m_state.plan.host);
    m_server = std::make_unique<NameServer>(m_setup.catalogue, options);
    const auto started = m_server->start();
    if (!started)
        return started.error();
    m_server->daemon()->setObserver(m_incoming);
    m_server->daemon()->setTap(m_setup.tap);
    connect(m_server.get(), &NameServer::shutdownRequested, this, [this] {
        log(QStringLiteral("a client asked it to shut down"));
        QMetaObject::invokeMethod(this, &HostWorker::stop, Qt::QueuedConnection);
    });
    m_state.host = m_server->daemon()->publishedHost();
    m_state.port = m_server->port();
    m_state.uris = m_server->uris();
    Q_EMIT registrarReady(m_server->localRegistrar());
    return Done();
}

Daemon *HostWorker::daemon() const
{
    if (m_server)
        return m_server->daemon();
    if (m_gateway)
        return m_gateway->daemon();
    return m_events ? m_events->daemon() : m_daemon.get();
}

void HostWorker::makeRegistrar(FlatClash clash)
{
    // The one in this process takes flat names over.
    const bool isGood = m_registrar && clash == FlatClash::Replace;
    if (isGood || m_nameServer.host.isEmpty())
        return;
    const HostPlan &plan = m_state.plan;
    NameServerAddress address;
    address.host = m_nameServer.host;
    address.port = m_nameServer.port;
    address.generation = plan.generations.size() == 1 ? plan.generations.front() : 0;
    m_registrar = makeRemoteRegistrar(m_setup.context, address, clash);
}

Status HostWorker::startEventServer()
{
    makeRegistrar();
    EventServerOptions options;
    options.host = m_state.plan.host;
    options.port = m_state.plan.port;
    options.generations = m_state.plan.generations;
    options.registrar = m_registrar;
    m_events = std::make_unique<EventServer>(m_setup.catalogue, options);
    const auto started = m_events->start();
    if (!started)
        return started.error();
    m_events->daemon()->setObserver(m_incoming);
    m_events->daemon()->setTap(m_setup.tap);
    connect(
        m_events.get(), &EventServer::subscriberLost, this, [this](const QString &uri, const Error &reason) {
            log(QStringLiteral("subscriber %1 is gone: %2").arg(uri.left(200), reason.what));
        });
    m_state.host = m_events->daemon()->publishedHost();
    m_state.port = m_events->port();
    m_state.uris = m_events->uris();
    return Done();
}

Status HostWorker::startDaemon()
{
    const HostPlan &plan = m_state.plan;
    DaemonOptions options;
    options.host = plan.host;
    options.port = plan.port;
    options.generations = plan.generations;
    options.multithreaded = plan.multithreaded;
    m_daemon = std::make_unique<Daemon>(m_setup.catalogue, options);
    m_daemon->setObserver(m_incoming);
    m_daemon->setTap(m_setup.tap);
    if (m_setup.callers)
        m_daemon->setCallerFactory(m_setup.callers);
    makeRegistrar();
    if (m_registrar)
        m_daemon->setRegistrar(m_registrar);
    const auto port = m_daemon->listen();
    if (!port)
        return port.error();
    m_state.host = m_daemon->publishedHost();
    m_state.port = *port;
    for (ObjectPlan &object : m_state.plan.objects) {
        object.name = spelt(object.name);
        if (Status hosted = host(object); !hosted)
            return hosted;
    }
    return Done();
}

Status HostWorker::startGateway()
{
    const HostPlan &plan = m_state.plan;
    const Result<Uri> target = parseTarget(*m_setup.catalogue, plan.gateway.target.trimmed(), 0);
    if (!target)
        return target.error();
    GatewayOptions options;
    options.daemon.host = plan.host;
    options.daemon.port = plan.port;
    options.daemon.generations = plan.generations;
    options.methods = plan.gateway.methods;
    options.attributes = plan.gateway.attributes;
    options.oneway = plan.gateway.oneway;
    m_gateway = std::make_unique<Gateway>(m_setup.context, options);
    m_gateway->daemon()->setObserver(m_incoming);
    m_gateway->daemon()->setTap(m_setup.tap);
    makeRegistrar(FlatClash::Refuse);
    const QString as = m_registrar ? plan.gateway.as.trimmed() : QString();
    if (m_registrar)
        m_gateway->setRegistrar(m_registrar);
    const auto port = m_gateway->listen();
    if (!port)
        return port.error();
    m_state.host = m_gateway->daemon()->publishedHost();
    m_state.port = *port;
    if (NameFollower::isPattern(*target)) {
        if (!as.isEmpty() && !as.contains(u'*'))
            return Error::usage(
                QStringLiteral("'%1' would be the name of all objects: put a * where their own names belong")
                    .arg(as));
        NameServerAddress anywhere;
        anywhere.generation = 0;
        m_follower = std::make_unique<NameFollower>(*m_gateway, m_setup.context,
            FollowOptions{nameServerOf(*m_setup.catalogue, *target, anywhere), target->object, as});
        const NameChanges first = m_follower->look();
        if (first.error)
            return *first.error;
        tellOffers(first);
        connect(m_follower.get(), &NameFollower::changed, this, &HostWorker::tellOffers);
        m_follower->start();
        return Done();
    }
    const auto published = m_gateway->publish(*target, as.isEmpty() ? as : spelt(as));
    if (!published)
        return published.error();
    m_offered.insert(published->front().object.toUtf8(), target->toString());
    return Done();
}

void HostWorker::tellOffers(const NameChanges &changes)
{
    for (const QString &line : changes.lines())
        log(line);
    for (const NameChanges::Offer &offer : changes.offered)
        log(QStringLiteral("offered: ") + offer.name);
    if (!m_follower)
        return; // it told this before it ended
    m_offered.clear();
    for (const NameChanges::Offer &offer : m_follower->offers())
        m_offered.insert(offer.uris.front().object.toUtf8(), offer.target);
}

QString HostWorker::spelt(const QString &name) const
{
    const Generation *lowest = m_setup.catalogue->find(m_state.plan.generations.front());
    const bool isTree = lowest != nullptr && lowest->info().features.hierarchicalNames;
    return !isTree && name.startsWith(u':') ? name.sliced(1) : name;
}

ScriptedServant::Hooks HostWorker::hooksFor(const QString &name)
{
    ScriptedServant::Hooks hooks;
    hooks.log = [this, name](const QString &text) { log(name + QStringLiteral(": ") + text); };
    hooks.problem = [this, name](const QString &text) {
        m_scriptProblems.insert(name, text);
        log(text);
    };
    hooks.stopped = [this, name] { log(name + QStringLiteral(" was stopped")); };
    hooks.emitted = [this, name](const QString &subject, const Value &value) {
        if (!m_setup.publish || !m_setup.publish(subject, value))
            log(QStringLiteral("%1: event '%2' was dropped, there is no event server")
                    .arg(name, subject.left(200)));
    };
    return hooks;
}

Status HostWorker::host(const ObjectPlan &plan)
{
    const int generation = m_state.plan.generations.front();
    if (plan.kind == ObjectPlan::Kind::BuiltIn) {
        DemoOptions options;
        options.persistent = plan.persistent;
        options.publisher = m_setup.publish;
        const auto uris = hostDemo(*m_daemon, options);
        if (!uris)
            return uris.error();
        for (const Uri &uri : *uris) {
            if (uri.classic == uris->front().classic) // once per object
                note(uri.object.toUtf8(), plan);
        }
        return Done();
    }
    std::shared_ptr<Servant> servant;
    std::shared_ptr<ScriptedServant> script;
    if (plan.kind == ObjectPlan::Kind::Static) {
        const auto made = makeStaticServant(plan.name, plan.source);
        if (!made)
            return made.error();
        servant = *made;
    } else {
        const auto made
            = ScriptedServant::start(plan.source, plan.sourceName, m_setup.script, hooksFor(plan.name));
        if (!made)
            return made.error();
        script = *made;
        servant = script;
    }
    const auto uri = plan.persistent ? m_daemon->connectPersistent(servant, plan.name, generation)
                                     : m_daemon->connectServant(servant, plan.name, {}, generation);
    if (!uri) {
        if (script)
            script->close();
        return uri.error();
    }
    const QByteArray id = uri->object.toUtf8();
    note(id, plan);
    m_made[id].script = std::move(script);
    return Done();
}

void HostWorker::note(const QByteArray &id, const ObjectPlan &plan)
{
    Made made;
    made.plan = plan;
    made.since = QDateTime::currentDateTime();
    m_made[id] = std::move(made);
}

void HostWorker::addObject(ObjectPlan plan)
{
    if (m_state.phase != HostState::Phase::Running || !m_daemon)
        return;
    plan.name = spelt(plan.name);
    if (const Status hosted = host(plan); !hosted)
        Q_EMIT problem(QStringLiteral("%1: %2").arg(plan.name, hosted.error().what));
    tell();
}

void HostWorker::removeObject(const QByteArray &id)
{
    if (!m_daemon || m_state.phase != HostState::Phase::Running)
        return;
    if (const Status gone = m_daemon->disconnectServant(id); !gone)
        Q_EMIT problem(gone.error().what);
    if (const auto made = m_made.find(id); made != m_made.end()) {
        if (made->second.script)
            made->second.script->close();
        m_made.erase(made);
    }
    tell();
}

void HostWorker::replaceObject(const QByteArray &id, const ObjectPlan &plan)
{
    if (!m_daemon || m_state.phase != HostState::Phase::Running)
        return;
    // Checked before the old one goes: a script that does not load changes nothing.
    if (plan.kind == ObjectPlan::Kind::Scripted) {
        const auto tried = ScriptedServant::start(plan.source, plan.sourceName, m_setup.script);
        if (!tried) {
            Q_EMIT problem(tried.error().what);
            return;
        }
        (*tried)->close();
    } else if (plan.kind == ObjectPlan::Kind::Static) {
        const auto tried = makeStaticServant(plan.name, plan.source);
        if (!tried) {
            Q_EMIT problem(tried.error().what);
            return;
        }
    }
    removeObject(id);
    for (ObjectPlan &known : m_state.plan.objects) {
        if (known.name == plan.name)
            known = plan;
    }
    addObject(plan);
}

void HostWorker::stop()
{
    if (m_state.phase == HostState::Phase::Running) {
        m_state.phase = HostState::Phase::Draining;
        m_drained.setRemainingTime(kDrain);
        tell();
    }
    // Scripts answer through this thread, so their calls are let out before it waits for anything.
    const bool busy = std::any_of(m_made.begin(), m_made.end(),
        [](const auto &one) { return one.second.script && one.second.script->isBusy(); });
    if (busy && !m_drained.hasExpired()) {
        QTimer::singleShot(kScriptPoll, this, &HostWorker::stop);
        return;
    }
    finish();
}

void HostWorker::finish()
{
    if (m_state.phase == HostState::Phase::Draining) {
        if (m_daemon)
            m_daemon->shutdown(true, kDrain);
        if (m_server)
            m_server->stop();
        if (m_events)
            m_events->stop();
        m_follower.reset();
        if (m_gateway)
            m_gateway->stop();
        tick();
    }
    m_timer.stop();
    for (auto &[id, made] : m_made) {
        if (made.script)
            made.script->close();
    }
    m_made.clear();
    m_daemon.reset();
    m_server.reset();
    m_events.reset();
    m_follower.reset();
    m_gateway.reset();
    m_state.objects.clear();
    m_state.clients = 0;
    m_state.rate = 0;
    if (m_state.phase != HostState::Phase::Failed)
        m_state.phase = HostState::Phase::Stopped;
    Q_EMIT changed(m_state);
    QThread::currentThread()->quit();
}

void HostWorker::fail(const Error &error)
{
    m_state.phase = HostState::Phase::Failed;
    m_state.problem = error.what;
    const int port = m_state.plan.port;
    if (port > 0 && error.kind == Error::Kind::Disconnected && error.what.contains(QStringLiteral("in use")))
        m_state.freePort = nextFreePort(m_state.plan.host, port);
    log(error.what);
    finish();
}

void HostWorker::log(const QString &text)
{
    if (m_state.log.size() >= kMaxLog)
        m_state.log.removeFirst();
    m_state.log.append(QDateTime::currentDateTime().toString(QStringLiteral("HH:mm:ss  ")) + text);
}

void HostWorker::tick()
{
    for (const QString &refusal : m_incoming->takeRefusals())
        log(refusal);
    if (auto calls = m_incoming->take(); !calls.empty()) {
        QHash<QByteArray, QString> names;
        for (const ObjectState &one : m_state.objects)
            names.insert(one.id, one.name);
        for (IncomingCall &call : calls)
            call.name = names.value(call.object);
        Q_EMIT served(calls);
    }
    tell();
}

void HostWorker::tell()
{
    Daemon *hosted = daemon();
    m_state.calls = m_incoming->calls();
    m_state.errors = m_incoming->errors();
    const qint64 elapsed = m_clock.elapsed();
    if (elapsed >= 1'000) {
        m_state.rate = double(m_state.calls - m_callsBefore) * 1'000 / double(elapsed);
        m_callsBefore = m_state.calls;
        m_clock.restart();
    }
    if (m_server)
        m_state.names = m_server->nameCount();
    m_state.objects.clear();
    if (hosted) {
        m_state.clients = hosted->connectionCount();
        const auto now = std::chrono::steady_clock::now();
        const QDateTime wall = QDateTime::currentDateTime();
        for (const HostedObject &one : hosted->objects()) {
            ObjectState state;
            state.id = one.id;
            state.name = one.name;
            for (const Uri &uri : hosted->urisFor(one.id))
                state.uris.append(uri.toString());
            state.isRegistered = m_registrar && !one.name.isEmpty();
            state.isPersistent = one.persistent;
            state.calls = one.calls;
            state.errors = one.errors;
            if (one.calls > 0)
                state.lastUsed = wall.addMSecs(
                    -std::chrono::duration_cast<std::chrono::milliseconds>(now - one.lastUsed).count());
            state.methods = m_incoming->methods(one.id);
            if (const auto offered = m_offered.constFind(one.id); offered != m_offered.cend()) {
                state.kind = QStringLiteral("gateway");
                state.sourceName = *offered;
            }
            if (const auto made = m_made.find(one.id); made != m_made.end()) {
                state.kind = kindWord(made->second.plan.kind);
                state.since = made->second.since;
                if (made->second.script) {
                    state.sourceName = made->second.plan.sourceName;
                    state.problem = m_scriptProblems.value(made->second.plan.name);
                    state.isStopped = made->second.script->isStopped();
                }
            }
            m_state.objects.push_back(std::move(state));
        }
    }
    Q_EMIT changed(m_state);
}

} // namespace pyrolens

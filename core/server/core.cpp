// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "core_p.h"

namespace pyrolens {

namespace {

thread_local RunningScope *t_running = nullptr;

const Generation *spoken(const Catalogue &catalogue, const DaemonOptions &options)
{
    return options.generations.empty() ? nullptr : catalogue.find(options.generations.front());
}

} // namespace

RunningScope::RunningScope(const Core &core, Blocking blocking, Turn *turn)
    : m_core(&core), m_outer(t_running), m_blocking(blocking), m_turn(turn)
{
    t_running = this;
}

RunningScope::~RunningScope()
{
    t_running = m_outer;
}

RunningScope *RunningScope::innermost()
{
    return t_running;
}

int RunningScope::depth(const Core &core)
{
    int count = 0;
    for (const RunningScope *scope = t_running; scope; scope = scope->m_outer)
        count += scope->m_core == &core ? 1 : 0;
    return count;
}

Core::Core(std::shared_ptr<const Catalogue> generations, DaemonOptions daemonOptions, Daemon *owner)
    : catalogue(std::move(generations))
    , options(std::move(daemonOptions))
    , generation(spoken(*catalogue, options))
    , commonStorage(std::make_shared<LocalStorage>())
    , connectionThreads(options.connections.maxThreads)
    , callThreads(std::max(4, options.connections.maxThreads))
    , transientAge(options.transientAge)
    , daemon(owner)
    , m_daemonAnchor(std::make_unique<Anchor>(owner))
{
    if (!generation)
        return;
    // Without methods: what it answers are the questions that a generation maps to Message::Kind::Query.
    auto self = std::make_shared<Hosted>();
    self->id = generation->info().daemonObject;
    self->name = generation->info().daemonName;
    self->persistent = true;
    self->servant = std::make_shared<LambdaServant>(QStringLiteral("DaemonServant"), Threading::Concurrent);
    self->threading = Threading::Concurrent;
    objects.insert(self);
}

std::chrono::milliseconds Core::allowed(std::chrono::milliseconds byOptions) const
{
    const auto limit = timeout.load();
    return limit.count() > 0 ? std::min(limit, byOptions) : byOptions;
}

std::chrono::milliseconds Core::idleTime() const
{
    const auto idle = options.connections.idle;
    return idle.count() > 0 ? allowed(idle) : timeout.load();
}

std::shared_ptr<const Hooks> Core::hooks() const
{
    const std::lock_guard lock(m_mutex);
    return m_hooks;
}

void Core::changeHooks(const std::function<void(Hooks &)> &change)
{
    const std::lock_guard lock(m_mutex);
    auto hooks = std::make_shared<Hooks>(*m_hooks);
    change(*hooks);
    m_hooks = std::move(hooks);
}

std::shared_ptr<Registrar> Core::registrar() const
{
    const std::lock_guard lock(m_mutex);
    return m_registrar;
}

void Core::setRegistrar(std::shared_ptr<Registrar> registrar)
{
    const std::lock_guard lock(m_mutex);
    m_registrar = std::move(registrar);
}

QString Core::publishedHost() const
{
    const std::lock_guard lock(m_mutex);
    return m_publishedHost;
}

void Core::setPublishedHost(const QString &host)
{
    const std::lock_guard lock(m_mutex);
    m_publishedHost = host;
}

void Core::refuse(const Endpoint &peer, const Error &error, qint64 bytes)
{
    const ServerLog::Entry entry{error.code, peer, generation ? generation->info().id : 0, bytes, error.what};
    if (error.code == QLatin1String("frame.truncated") || error.code == QLatin1String("ann.duplicate"))
        log.debug(entry);
    else
        log.refusal(entry);
    if (const auto observer = hooks()->observer)
        observer->refused(peer, error);
}

void Core::announce(const std::function<void(Daemon &)> &emission)
{
    const std::lock_guard lock(m_mutex);
    if (!m_daemonAnchor)
        return;
    m_daemonAnchor->post([emission, core = weak_from_this()] {
        const auto self = core.lock();
        if (Daemon *target = self ? self->daemon.load() : nullptr)
            emission(*target);
    });
}

void Core::daemonDies()
{
    daemon = nullptr;
    const std::lock_guard lock(m_mutex);
    m_daemonAnchor.reset();
}

} // namespace pyrolens

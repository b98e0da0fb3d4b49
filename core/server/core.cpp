// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "core_p.h"

#include "daemonobject_p.h"

#include <algorithm>
#include <set>

namespace pyrolens {

namespace {

thread_local RunningScope *t_running = nullptr;

std::vector<const Generation *> spoken(const Catalogue &catalogue, const DaemonOptions &options)
{
    std::vector<const Generation *> found;
    for (const auto &each : catalogue.all()) {
        if (std::ranges::find(options.generations, each->info().id) != options.generations.end())
            found.push_back(each.get());
    }
    const std::set<int> wanted(options.generations.begin(), options.generations.end());
    if (found.size() != wanted.size())
        found.clear(); // all or none
    return found;
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

Core::Core(std::shared_ptr<const Catalogue> known, DaemonOptions daemonOptions, Daemon *owner)
    : catalogue(std::move(known))
    , options(std::move(daemonOptions))
    , generations(spoken(*catalogue, options))
    , commonStorage(std::make_shared<LocalStorage>())
    , streams(options.streams)
    , connectionThreads(options.connections.maxThreads)
    , callThreads(std::max(4, options.connections.maxThreads))
    , transientAge(options.transientAge)
    , daemon(owner)
    , m_daemonAnchor(std::make_unique<Anchor>(owner))
{
    for (const Generation *generation : generations)
        objects.insert(makeDaemonObject(*generation)); // a second one of the same space has its id already
}

const Generation *Core::speaksFirst() const
{
    const auto found = std::ranges::find_if(
        generations, [](const Generation *each) { return each->info().serverSpeaksFirst; });
    return found == generations.end() ? nullptr : *found;
}

std::chrono::milliseconds Core::allowed(std::chrono::milliseconds byOptions) const
{
    const auto limit = timeout.load();
    return limit.count() > 0 ? std::min(limit, byOptions) : byOptions;
}

std::chrono::milliseconds Core::idleTime(const Generation *generation) const
{
    const auto &those = options.idleGenerations;
    const bool counts
        = those.empty() || (generation && std::ranges::find(those, generation->info().id) != those.end());
    const auto idle = counts ? options.connections.idle : std::chrono::milliseconds(0);
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

void Core::refuse(const Endpoint &peer, const Error &error, qint64 bytes, const Generation *generation)
{
    const Generation *known = generation ? generation : only();
    const ServerLog::Entry entry{error.code, peer, known ? known->info().id : 0, bytes, error.what};
    if (error.code == QLatin1String("frame.truncated") || error.code == QLatin1String("ann.duplicate"))
        log.debug(entry);
    else
        log.refusal(entry);
    if (const auto observer = hooks()->observer)
        observer->refused(peer, error);
}

bool Core::post(std::function<void()> work)
{
    const std::lock_guard lock(m_mutex);
    return m_daemonAnchor && m_daemonAnchor->post(std::move(work));
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

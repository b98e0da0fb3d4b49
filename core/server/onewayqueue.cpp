// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "onewayqueue_p.h"

namespace pyrolens {

using namespace std::chrono_literals;

void OnewayQueue::add(Message request)
{
    Core &core = *m_site->core;
    {
        const std::lock_guard lock(m_mutex);
        m_calls.push_back(std::move(request));
        ++core.queuedOneway;
        if (m_running)
            return;
        m_running = true;
    }
    if (!core.callThreads.start([self = shared_from_this()] { self->run(); })) {
        const std::lock_guard lock(m_mutex); // the daemon has stopped
        m_running = false;
        drop();
    }
}

void OnewayQueue::run()
{
    Core &core = *m_site->core;
    std::unique_lock lock(m_mutex);
    while (!m_calls.empty() && !core.stopping) {
        const Message request = std::move(m_calls.front());
        m_calls.pop_front();
        --core.queuedOneway;
        lock.unlock();
        Running running = begin(m_site, request, Place::Worker);
        await(*m_site, running);
        complete(*m_site, request, running, *running.done);
        lock.lock();
        // Not at once: a sender that is let in one by one would be woken for every call.
        if (m_calls.size() > size_t(core.options.connections.maxQueuedOneway) / 2)
            continue;
        m_room.notify_all();
        if (m_whenRoom && hasRoom()) {
            const auto handler = std::exchange(m_whenRoom, nullptr);
            lock.unlock();
            handler();
            lock.lock();
        }
    }
    drop();
    m_running = false;
    m_room.notify_all();
    if (const auto handler = std::exchange(m_whenRoom, nullptr)) {
        lock.unlock();
        handler();
    }
}

// Nobody waits for them, so this is the only place that tells.
void OnewayQueue::drop()
{
    const auto count = int(m_calls.size());
    if (count == 0)
        return;
    Core &core = *m_site->core;
    core.queuedOneway -= count;
    core.droppedOneway += count;
    m_calls.clear();
    core.refuse(m_site->peer,
        Error::limit(QStringLiteral("%1 oneway calls were not run: the daemon stopped").arg(count),
            QStringLiteral("call.dropped")));
}

bool OnewayQueue::hasRoom() const
{
    const ConnectionLimits &limits = m_site->core->options.connections;
    return m_calls.size() < size_t(limits.maxQueuedOneway)
        && (m_calls.empty() || m_site->core->queuedOneway < limits.maxQueuedOnewayTotal);
}

bool OnewayQueue::isFull() const
{
    const std::lock_guard lock(m_mutex);
    return !hasRoom();
}

void OnewayQueue::waitForRoom()
{
    std::unique_lock lock(m_mutex);
    while (!hasRoom() && !m_site->core->stopping)
        m_room.wait_for(lock, 50ms);
}

void OnewayQueue::whenRoom(std::function<void()> handler)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_running && !hasRoom()) {
            m_whenRoom = std::move(handler);
            return;
        }
    }
    handler();
}

} // namespace pyrolens

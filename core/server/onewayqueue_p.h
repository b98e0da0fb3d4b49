// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "dispatch_p.h"

#include <condition_variable>
#include <deque>

namespace pyrolens {

/// Oneway calls of one connection: run in order, by one thread of the pool at a time, while the connection
/// goes on. Thread-safe; outlives its connection until the last call is done.
class OnewayQueue : public std::enable_shared_from_this<OnewayQueue>
{
public:
    explicit OnewayQueue(CallSitePtr site) : m_site(std::move(site)) { }
    void add(Message request);
    bool isFull() const; ///< by either limit: read no more from this peer
    /// Waits until there is room, or the daemon stops.
    void waitForRoom();
    /// Called once, on a thread of the pool, when a full queue has room again.
    void whenRoom(std::function<void()> handler);

private:
    void run();
    bool hasRoom() const; ///< with the lock
    void drop();          ///< all that wait; with the lock

    const CallSitePtr m_site;
    mutable std::mutex m_mutex; ///< guards all below
    std::condition_variable m_room;
    std::deque<Message> m_calls;
    std::function<void()> m_whenRoom;
    bool m_running = false;
};

} // namespace pyrolens

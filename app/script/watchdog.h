// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace pyrolens {

/// Calls a function from a thread of its own when something has run for too long. The engine can be
/// interrupted only from another thread.
class Watchdog
{
public:
    Watchdog(std::chrono::milliseconds limit, std::function<void()> bite);
    ~Watchdog();
    Watchdog(const Watchdog &) = delete;
    Watchdog &operator=(const Watchdog &) = delete;

    void begin(); ///< a run starts, with all its time
    void pause(); ///< what follows does not count
    void resume();
    bool end(); ///< \return whether it had to bite

private:
    using Clock = std::chrono::steady_clock;
    void work();

    const Clock::duration m_limit;
    const std::function<void()> m_bite;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_running = false;
    bool m_bitten = false;
    bool m_quit = false;
    Clock::time_point m_deadline;
    Clock::duration m_left{};
    std::thread m_thread;
};

} // namespace pyrolens

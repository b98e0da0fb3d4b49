// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "watchdog.h"

namespace pyrolens {

Watchdog::Watchdog(std::chrono::milliseconds limit, std::function<void()> bite)
    : m_limit(limit), m_bite(std::move(bite)), m_thread([this] { work(); })
{ }

Watchdog::~Watchdog()
{
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void Watchdog::begin()
{
    {
        const std::lock_guard lock(m_mutex);
        m_running = true;
        m_bitten = false;
        m_deadline = Clock::now() + m_limit;
    }
    m_wake.notify_one();
}

void Watchdog::pause()
{
    const std::lock_guard lock(m_mutex);
    m_left = m_deadline - Clock::now();
    m_running = false;
}

void Watchdog::resume()
{
    {
        const std::lock_guard lock(m_mutex);
        m_deadline = Clock::now() + m_left;
        m_running = !m_bitten;
    }
    m_wake.notify_one();
}

bool Watchdog::end()
{
    const std::lock_guard lock(m_mutex);
    m_running = false;
    return m_bitten;
}

void Watchdog::work()
{
    std::unique_lock lock(m_mutex);
    while (!m_quit) {
        if (!m_running) {
            m_wake.wait(lock);
        } else if (Clock::now() < m_deadline) {
            m_wake.wait_until(lock, m_deadline);
        } else {
            m_running = false;
            m_bitten = true;
            m_bite();
        }
    }
}

} // namespace pyrolens

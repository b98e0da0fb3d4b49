// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "pending_p.h"

#include <chrono>

namespace pyrolens {

using namespace std::chrono_literals;

bool PendingResult::finish(Result<Value> result)
{
    std::function<void(const Result<Value> &)> handler;
    {
        const std::lock_guard lock(m_mutex);
        if (m_result)
            return false;
        m_result = std::move(result);
        handler = std::move(m_handler);
        m_handler = nullptr;
    }
    m_finished.notify_all();
    // Nothing changes m_result after this, so it may be read without the lock.
    if (handler)
        handler(*m_result);
    return true;
}

bool PendingResult::isFinished() const
{
    const std::lock_guard lock(m_mutex);
    return m_result.has_value();
}

std::optional<Result<Value>> PendingResult::wait(QDeadlineTimer deadline, const std::function<bool()> &giveUp)
{
    std::unique_lock lock(m_mutex);
    while (!m_result) {
        if (deadline.hasExpired())
            return std::nullopt;
        auto slice = std::chrono::milliseconds(50);
        if (!deadline.isForever())
            slice = std::min(slice, std::chrono::milliseconds(deadline.remainingTime()) + 1ms);
        m_finished.wait_for(lock, slice);
        if (m_result)
            break;
        lock.unlock();
        const bool end = giveUp && giveUp();
        lock.lock();
        if (end && !m_result)
            return std::nullopt;
    }
    return m_result;
}

void PendingResult::then(std::function<void(const Result<Value> &)> handler)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_result) {
            m_handler = std::move(handler);
            return;
        }
    }
    handler(*m_result);
}

} // namespace pyrolens

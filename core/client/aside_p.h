// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QDeadlineTimer>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace pyrolens {

/// Runs `work` on a thread of its own and waits for it until the deadline, or until `cancelled`, which is
/// looked at every 20 ms. \return nothing when the wait ended first: `work` then ends by itself, so it must
/// own what it uses.
template <class T>
std::optional<T> runAside(
    std::function<T()> work, QDeadlineTimer deadline, const std::atomic<bool> &cancelled)
{
    using namespace std::chrono_literals;
    struct Shared
    {
        std::mutex mutex; // guards result
        std::condition_variable done;
        std::optional<T> result;
    };
    const auto shared = std::make_shared<Shared>();
    try {
        std::thread([shared, work] {
            T result = work();
            const std::scoped_lock lock(shared->mutex);
            shared->result = std::move(result);
            shared->done.notify_one();
        }).detach();
    } catch (const std::system_error &) {
        return work(); // no thread to be had: then without being cancellable
    }
    std::unique_lock lock(shared->mutex);
    while (!shared->result && !cancelled.load() && !deadline.hasExpired()) {
        auto slice = std::chrono::milliseconds(20ms);
        if (!deadline.isForever())
            slice = std::min(slice, std::chrono::milliseconds(deadline.remainingTime() + 1));
        shared->done.wait_for(lock, slice);
    }
    return std::exchange(shared->result, std::nullopt);
}

} // namespace pyrolens

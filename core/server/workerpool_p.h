// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QDeadlineTimer>

#include <chrono>
#include <functional>
#include <memory>

namespace pyrolens {

/// Threads that are made when there is work and no idle one, wait a while for more, and then end.
/// Thread-safe.
///
/// The threads own no reference to the pool, so a task that outlives stop() harms nobody.
class WorkerPool
{
public:
    explicit WorkerPool(int maxThreads, std::chrono::milliseconds idle = std::chrono::seconds(5));
    ~WorkerPool(); ///< leaves alone what still runs
    WorkerPool(const WorkerPool &) = delete;
    WorkerPool &operator=(const WorkerPool &) = delete;

    using Task = std::function<void()>;
    /// Starts the task at once; false when all threads are busy and there may be no more of them, or after
    /// stop().
    bool tryStart(Task task);
    /// Starts the task as soon as a thread is free. \return false after stop(), and the task is not run.
    bool start(Task task);
    int threadCount() const;
    /// Takes no more tasks, drops those not begun, waits for the running ones and joins their threads. A
    /// thread that asks is not waited for. \return false when the deadline passed; threads that still run
    /// then are let go.
    bool stop(QDeadlineTimer deadline);

private:
    struct State;
    std::shared_ptr<State> m_state;
};

} // namespace pyrolens

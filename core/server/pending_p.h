// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/value/value.h>

#include <QDeadlineTimer>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

namespace pyrolens {

/// A result on its way from one thread to another. Thread-safe; finished once, by whoever comes first.
class PendingResult
{
public:
    /// \return false when it was finished before; the late result is dropped.
    bool finish(Result<Value> result);
    bool isFinished() const;
    /// Waits. `giveUp` is asked now and then (at most every 50 ms) and ends the wait early.
    /// \return nothing when the deadline passed or the wait was given up.
    std::optional<Result<Value>> wait(QDeadlineTimer deadline, const std::function<bool()> &giveUp);
    /// Runs `handler` once, on the thread that finishes, or here and now when that has happened.
    void then(std::function<void(const Result<Value> &)> handler);

private:
    mutable std::mutex m_mutex; ///< guards the three below
    std::condition_variable m_finished;
    std::optional<Result<Value>> m_result;
    std::function<void(const Result<Value> &)> m_handler;
};

} // namespace pyrolens

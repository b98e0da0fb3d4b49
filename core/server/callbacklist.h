// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "servant.h"

#include <mutex>

namespace pyrolens {

/// The callback objects that clients registered with a servant: told apart by URI, called all at once, and
/// forgotten as soon as they turn out to be gone.
///
/// Callbacks are called asynchronously, in the daemon's thread, a bounded number at a time, and never under
/// the list's lock, so they may call the servant back, whatever its threading and the daemon's mode.
/// Thread-safe.
class CallbackList
{
public:
    /// \param most callbacks kept at a time; 0 = no limit. \param timeout of one call, connecting included.
    explicit CallbackList(int most = 1'000, std::chrono::milliseconds timeout = std::chrono::seconds(10));

    /// Takes a proxy; one that is there already stays once. \return TypeError when the value is no proxy,
    /// ValueError when there are too many.
    Status add(const Value &proxy, const CallContext &context);
    /// \return TypeError when the value is no proxy; one that is not there is no error.
    Status remove(const Value &proxy, const CallContext &context);
    int count() const;

    using Answers = std::vector<Result<Value>>;
    /// Calls `method` on every callback. `done` gets what they answered or raised, in the order of their
    /// adding, without those that are gone: no connection to be had, or a daemon that hosts no such object
    /// (any more). They are removed. Runs in the daemon's thread, or here and now when there is nobody to
    /// call. Nothing when the daemon ends first. Return a DeferredReply and finish it there.
    void callAll(const QString &method, std::vector<Value> args, bool oneway, const CallContext &context,
        std::function<void(Answers answers)> done);

private:
    struct Shared;
    const std::shared_ptr<Shared> m_shared;
    const int m_most;
    const std::chrono::milliseconds m_timeout;
};

} // namespace pyrolens

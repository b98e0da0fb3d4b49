// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "pendingcall.h"
#include "rebind_p.h"

#include <pyrolens/wire/message.h>

#include <QPointer>

#include <atomic>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <vector>

namespace pyrolens {

struct CallCore;

/// The way from a handle, in any thread, to the engine that runs its call, which lives in the proxy's thread
/// and may be gone. Posting holds the mutex, so the engine cannot die in between.
class EngineLink
{
public:
    explicit EngineLink(QObject *engine) : m_engine(engine) { }
    void cut();
    bool isHere() const; ///< the engine lives in the calling thread
    /// Runs `work` in the engine's thread from its event loop; false when the engine is gone.
    bool post(std::function<void()> work);

private:
    mutable std::mutex m_mutex; // guards m_engine
    QObject *m_engine;
};

/// One call under way: what its handles and the engine share.
struct CallCore
{
    using Clock = std::chrono::steady_clock;
    static constexpr qint64 kForever = std::numeric_limits<qint64>::max();
    /// A time of the steady clock as `deadline` holds it.
    static qint64 ns(std::chrono::nanoseconds sinceEpoch) { return sinceEpoch.count(); }
    enum class Delivery : quint8 { Direct, Queued };

    /// Stores the result, the first one only, and hands it to the handlers: at once those that live in this
    /// thread (Direct), the others from their event loops. Everything may be gone when this returns.
    void finish(Reply result, Delivery delivery);
    void addHandler(QObject *context, PendingCall::Handler handler);
    bool isFinished() const { return finished.load(std::memory_order_acquire); }
    bool isExpired() const;
    /// Cancels through the engine, from any thread.
    static void cancel(const std::shared_ptr<CallCore> &core);

    Message message;
    std::optional<bool> oneway;         ///< as the caller decided
    bool bindOnly = false;              ///< connects, sends nothing
    bool mustRenew = false;             ///< an explicit rebind: over a new connection
    std::optional<Rebinding> rebinding; ///< explicit or automatic
    int retries = 0;                    ///< so often it may be sent again
    Message again;                      ///< with its arguments, when there are retries
    std::chrono::milliseconds timeout{0};
    Clock::time_point started;
    CallTrace trace; ///< the engine's
    std::shared_ptr<EngineLink> link;
    std::function<void(const std::shared_ptr<CallCore> &)> abort; ///< in the engine's thread, engine alive

    std::atomic<qint64> deadline{kForever}; ///< nanoseconds of Clock
    std::atomic<qint64> received{0};
    std::atomic<qint64> announced{0};
    std::atomic<bool> finished{false};
    std::atomic<bool> hasHandler{false};

private:
    struct Entry
    {
        QPointer<QObject> context; ///< looked at in its own thread only
        QObject *relay
            = nullptr; ///< lives in the context's thread when that is not the engine's; deletes itself
        PendingCall::Handler handler;
    };
    void deliver(Entry entry, const std::shared_ptr<const Reply> &result, Delivery delivery);

    std::mutex m_mutex; // guards the rest
    std::shared_ptr<const Reply> m_reply;
    std::vector<Entry> m_handlers;
};

/// What handles hold: the last one to go gives up the call, if nobody waits for it.
struct PendingCall::State
{
    explicit State(std::shared_ptr<CallCore> call) : core(std::move(call)) { }
    ~State();
    Q_DISABLE_COPY_MOVE(State)

    std::shared_ptr<CallCore> core;
};

} // namespace pyrolens

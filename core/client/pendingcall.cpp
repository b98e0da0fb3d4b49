// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "callcore_p.h"
#include "proxy.h"
#include "texts_p.h"

#include <QPromise>

namespace pyrolens {

namespace {

/// Lives as long as the handler: when that is dropped without having run, because its context died, the
/// future must still end with a result.
struct FutureEnd
{
    FutureEnd() { promise.start(); }
    ~FutureEnd()
    {
        if (!isDone)
            end(Reply(texts::cancelled()));
    }
    Q_DISABLE_COPY_MOVE(FutureEnd)
    void end(const Reply &reply)
    {
        isDone = true;
        promise.addResult(reply);
        promise.finish();
    }
    QPromise<Reply> promise;
    bool isDone = false;
};

} // namespace

const PendingCall &PendingCall::then(QObject *context, Handler handler) const
{
    Q_ASSERT_X(m_state, "PendingCall::then", "an invalid handle");
    if (m_state)
        m_state->core->addHandler(context, std::move(handler));
    return *this;
}

void PendingCall::cancel() const
{
    if (m_state)
        CallCore::cancel(m_state->core);
}

bool PendingCall::isFinished() const
{
    return m_state && m_state->core->isFinished();
}

std::pair<qint64, qint64> PendingCall::progress() const
{
    if (!m_state)
        return {0, 0};
    return {m_state->core->received.load(std::memory_order_relaxed),
        m_state->core->announced.load(std::memory_order_relaxed)};
}

void PendingCall::extend(std::chrono::milliseconds by) const
{
    if (!m_state)
        return;
    // The engine's timer looks at the deadline again when it fires, so moving it is all there is to do.
    std::atomic<qint64> &deadline = m_state->core->deadline;
    qint64 old = deadline.load();
    while (old != CallCore::kForever
        && !deadline.compare_exchange_weak(old, old + std::chrono::nanoseconds(by).count())) { }
}

QFuture<Reply> toFuture(const PendingCall &call, QObject *context)
{
    const auto end = std::make_shared<FutureEnd>();
    QFuture<Reply> future = end->promise.future();
    if (call.isValid())
        call.then(context, [end](const Reply &reply) { end->end(reply); });
    return future;
}

} // namespace pyrolens

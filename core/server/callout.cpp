// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "callout_p.h"

namespace pyrolens {

Result<Value> GuardedCaller::call(
    const QString &method, std::vector<Value> args, bool oneway, std::chrono::milliseconds timeout)
{
    RunningScope *const scope = RunningScope::innermost();
    if (scope && !scope->mayBlock()) {
        return Error::usage(
            QStringLiteral("%1() was not called: a blocking call out of a bound object or a "
                           "single-threaded daemon would hold up everybody; use callAsync() and a "
                           "DeferredReply")
                .arg(method));
    }
    Turn *const turn = scope ? scope->turn() : nullptr;
    if (turn)
        turn->yield();
    Result<Value> result = m_inner->call(method, std::move(args), oneway, timeout);
    if (turn
        && !turn->enter(QDeadlineTimer(QDeadlineTimer::Forever), [this] { return m_core->stopping.load(); }))
        return Error::cancelled(QStringLiteral("the daemon is shutting down"));
    return result;
}

void GuardedCaller::callAsync(const QString &method, std::vector<Value> args, bool oneway,
    std::chrono::milliseconds timeout, QObject *context, std::function<void(const Result<Value> &)> handler)
{
    m_inner->callAsync(method, std::move(args), oneway, timeout, context, std::move(handler));
}

} // namespace pyrolens

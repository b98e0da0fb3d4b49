// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "pendingcall.h"

#include <coroutine>
#include <optional>

namespace pyrolens {

/// Makes a PendingCall awaitable: `const Reply reply = co_await reply(call, this);`
///
/// Optional; nothing else in Pyrolens includes this. The coroutine is resumed straight from the call's
/// handler, in the thread of `context`. When `context` dies first the coroutine is not resumed and its frame
/// is the caller's to destroy, so let something that lives as long as `context` own the task. Name aggregates
/// before `co_await` (g++ 12 destroys a braced temporary twice), pass parameters by value, and hold no `this`
/// across a suspension without a guard.
class AwaitedCall
{
public:
    AwaitedCall(PendingCall call, QObject *context) : m_call(std::move(call)), m_context(context) { }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting)
    {
        m_call.then(m_context, [this, waiting](const Reply &reply) {
            m_reply = reply;
            waiting.resume();
        });
    }
    Reply await_resume() { return *std::move(m_reply); }

private:
    PendingCall m_call;
    QObject *m_context;
    std::optional<Reply> m_reply;
};

inline AwaitedCall reply(PendingCall call, QObject *context)
{
    return {std::move(call), context};
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "callcore_p.h"

#include "texts_p.h"

#include <QThread>

namespace pyrolens {

void EngineLink::cut()
{
    const std::scoped_lock lock(m_mutex);
    m_engine = nullptr;
}

bool EngineLink::isHere() const
{
    const std::scoped_lock lock(m_mutex);
    return m_engine != nullptr && m_engine->thread() == QThread::currentThread();
}

bool EngineLink::post(std::function<void()> work)
{
    const std::scoped_lock lock(m_mutex);
    return m_engine != nullptr && QMetaObject::invokeMethod(m_engine, std::move(work), Qt::QueuedConnection);
}

bool CallCore::isExpired() const
{
    const qint64 end = deadline.load(std::memory_order_relaxed);
    return end != kForever && Clock::now().time_since_epoch() >= std::chrono::nanoseconds(end);
}

void CallCore::finish(Reply result, Delivery delivery)
{
    std::vector<Entry> handlers;
    std::shared_ptr<const Reply> reply;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_reply)
            return;
        reply = std::make_shared<const Reply>(std::move(result));
        m_reply = reply;
        handlers = std::exchange(m_handlers, {});
        finished.store(true, std::memory_order_release);
    }
    for (Entry &entry : handlers)
        deliver(std::move(entry), reply, delivery);
}

void CallCore::addHandler(QObject *context, PendingCall::Handler handler)
{
    Q_ASSERT_X(context != nullptr && handler, "PendingCall::then", "a context and a handler are needed");
    if (context == nullptr || !handler)
        return;
    hasHandler.store(true, std::memory_order_relaxed);
    const bool isNear = context->thread() == QThread::currentThread() && link->isHere();
    Entry entry{context, nullptr, std::move(handler)};
    std::shared_ptr<const Reply> done;
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_reply) {
            if (!isNear) {
                // Whether the context still lives can only be asked in its own thread, so somebody must be
                // there.
                entry.relay = new QObject; // deleted by deliver(), in its thread
                entry.relay->moveToThread(context->thread());
            }
            m_handlers.push_back(std::move(entry));
            return;
        }
        done = m_reply;
    }
    QMetaObject::invokeMethod(
        context, [done, run = std::move(entry.handler)] { run(*done); }, Qt::QueuedConnection);
}

void CallCore::deliver(Entry entry, const std::shared_ptr<const Reply> &result, Delivery delivery)
{
    if (entry.relay != nullptr) {
        QMetaObject::invokeMethod(
            entry.relay,
            [relay = entry.relay, context = std::move(entry.context), run = std::move(entry.handler),
                result] {
                relay->deleteLater();
                if (context)
                    run(*result);
            },
            Qt::QueuedConnection);
        return;
    }
    if (!entry.context)
        return;
    if (delivery == Delivery::Direct && entry.context->thread() == QThread::currentThread()) {
        entry.handler(*result);
        return;
    }
    QMetaObject::invokeMethod(
        entry.context.data(), [result, run = std::move(entry.handler)] { run(*result); },
        Qt::QueuedConnection);
}

void CallCore::cancel(const std::shared_ptr<CallCore> &core)
{
    if (core->isFinished())
        return;
    if (core->link->isHere()) {
        core->abort(core);
        return;
    }
    // A false answer means that the engine is gone, and it finished all its calls as it went.
    core->link->post([core] {
        if (!core->isFinished())
            core->abort(core);
    });
}

PendingCall::State::~State()
{
    // A oneway call has nothing to wait for: to drop its handle is to send and forget.
    if (core->isFinished() || core->hasHandler.load(std::memory_order_relaxed) || core->message.oneway)
        return;
    CallCore::cancel(core);
}

} // namespace pyrolens

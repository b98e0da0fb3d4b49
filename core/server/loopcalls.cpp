// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "multiplexer_p.h"

// How a multiplexed connection serves its requests: one at a time, each here, on the pool, or in the thread
// of its object.

namespace pyrolens {

void LoopConnection::serve(const Message &request)
{
    m_record->busy = true;
    if (m_core->draining) {
        m_record->busy = false;
        return close(QStringLiteral("the daemon shuts down"));
    }
    if (m_loop->m_callsInline)
        serveInline(request);
    else if (isQueued(*m_conversation.site(), request))
        queueOneway(request);
    else
        serveOnPool(request);
}

void LoopConnection::serveInline(const Message &request)
{
    const auto self = shared_from_this(); // the servant may end this connection, or the whole daemon
    const CallSitePtr site = m_conversation.site();
    if (!m_core->options.multithreaded) { // one storage for all
        site->storage->peer = site->peer;
        site->storage->identity = site->identity;
    }
    auto running = std::make_shared<Running>(begin(site, request, Place::Loop));
    if (running->done) {
        finish(request, *running, *running->done);
        m_record->busy = false;
        return;
    }
    m_waiting = true;
    m_pending = running->pending;
    m_callDeadline = deadlineOf(*site);
    updateReading();
    if (m_loop)
        m_loop->watch();
    running->pending->then(
        [weak = weak_from_this(), post = m_post, site, request, running](const Result<Value> &result) {
            // Any thread. The answer is made where the connection lives; without it only the books are
            // closed.
            const auto deliver = [weak, site, request, running, result] {
                if (const auto alive = weak.lock()) {
                    alive->finish(request, *running, result);
                    alive->resume();
                } else {
                    complete(*site, request, *running, result);
                }
            };
            if (!post->post(deliver))
                complete(*site, request, *running, result);
        });
}

void LoopConnection::serveOnPool(const Message &request)
{
    m_waiting = true;
    updateReading();
    const CallSitePtr site = m_conversation.site();
    const auto task = [self = shared_from_this(), site, request] {
        Running running = begin(site, request, Place::Worker);
        const bool givenUp = await(*site, running);
        const Message answer = complete(*site, request, running, *running.done);
        // Nothing else touches the conversation while m_waiting is set, so the answer may be encoded here.
        const QByteArray bytes = request.oneway ? QByteArray() : self->m_conversation.encode(answer);
        const bool isLast = endsConnection(*site, request, running, *running.done);
        self->m_post->post([self, bytes, givenUp, isLast, oneway = request.oneway] {
            if (givenUp)
                self->m_conversation.renewStorage();
            if (!oneway)
                self->answered(bytes, isLast);
            self->resume();
        });
    };
    if (!m_core->callThreads.start(task))
        close(QStringLiteral("the daemon shuts down"));
}

void LoopConnection::queueOneway(const Message &request)
{
    if (!m_oneway)
        m_oneway = std::make_shared<OnewayQueue>(m_conversation.onewaySite());
    m_oneway->add(request);
    m_record->busy = false;
    if (!m_oneway->isFull())
        return;
    m_waiting = true;
    updateReading();
    m_oneway->whenRoom([self = shared_from_this()] { self->m_post->post([self] { self->resume(); }); });
}

void LoopConnection::finish(const Message &request, const Running &running, const Result<Value> &result)
{
    const Message answer = complete(*m_conversation.site(), request, running, result);
    if (!request.oneway)
        answered(
            m_conversation.encode(answer), endsConnection(*m_conversation.site(), request, running, result));
}

void LoopConnection::answered(const QByteArray &bytes, bool isLast)
{
    m_closeWhenSent = m_closeWhenSent || isLast || bytes.isEmpty();
    send(bytes);
}

void LoopConnection::resume()
{
    const auto self = shared_from_this();
    m_waiting = false;
    m_pending.reset();
    m_record->busy = false;
    if (m_stream)
        process();
}

} // namespace pyrolens

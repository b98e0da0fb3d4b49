// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "dispatch_p.h"

// Several calls in one request: one after another, until one of them fails.
// Source: Pyro5, server.py, Daemon.handleRequest.

namespace pyrolens {

namespace {

/// The calls of a batch that are still to come, and the results of the others. Used by one thread at a time:
/// where a call has to be waited for without blocking, the rest goes on in the daemon's thread.
class Batch : public std::enable_shared_from_this<Batch>
{
public:
    Batch(const Call &call)
        : m_site(call.site), m_calls(call.request.batch), m_extras(call.extras), m_place(call.place)
    {
        const Message &request = call.request;
        m_single.kind = Message::Kind::Call;
        m_single.object = request.object;
        m_single.oneway = request.oneway;
        m_single.sequence = request.sequence;
        m_single.codec = request.codec;
        m_single.serializerId = request.serializerId;
        m_single.correlationId = request.correlationId;
        m_single.annotations = request.annotations;
        m_single.wireFlags = request.wireFlags;
    }

    /// \return the result when all is done here and now; else it comes through pending().
    std::optional<Result<Value>> advance()
    {
        while (m_next < m_calls.size()) {
            Running running = beginNext();
            if (running.done) {
                note(running, *running.done);
            } else if (m_place == Place::Worker) {
                m_gaveUp = await(*m_site, running) || m_gaveUp;
                note(running, *running.done);
            } else {
                return later(std::move(running));
            }
            if (m_end)
                return m_end;
        }
        return Result<Value>(Value::list(std::move(m_results)));
    }
    const std::shared_ptr<PendingResult> &pending() const { return m_pending; }
    bool gaveUp() const { return m_gaveUp; }

private:
    Running beginNext()
    {
        const BatchCall &next = m_calls[m_next++];
        m_single.method = next.method;
        m_single.args = next.args;
        m_single.kwargs = next.kwargs;
        Running running;
        running.started = std::chrono::steady_clock::now();
        running.extras = m_extras;
        Begun begun = startCall({m_site, m_single, m_extras, m_place}, running.hosted);
        if (auto *done = std::get_if<Result<Value>>(&begun))
            running.done.emplace(std::move(*done));
        else
            running.pending = std::get<std::shared_ptr<PendingResult>>(std::move(begun));
        return running;
    }

    void note(const Running &running, const Result<Value> &result)
    {
        account(*m_site, m_single, running, result);
        if (result) {
            m_results.push_back(*result);
            return;
        }
        // What is not there fails the batch as a whole; an exception of a method ends the list.
        if (result.error().code.startsWith(QLatin1StringView("call."))) {
            m_end = result;
            return;
        }
        m_results.push_back(Value::error(failureOf(*m_site, m_single, running, result.error())));
        m_end = Result<Value>(Value::list(std::move(m_results)));
    }

    std::optional<Result<Value>> later(Running running)
    {
        if (!m_pending)
            m_pending = std::make_shared<PendingResult>();
        const auto wait = running.pending;
        const auto shared = std::make_shared<Running>(std::move(running));
        wait->then([self = shared_from_this(), shared](const Result<Value> &result) {
            shared->done.emplace(result);
            const auto goOn = [self, shared] {
                self->note(*shared, *shared->done);
                if (!self->m_end)
                    self->m_end = self->advance();
                if (self->m_end)
                    self->m_pending->finish(*self->m_end);
            };
            if (!self->m_site->core->post(goOn))
                self->m_pending->finish(Error::cancelled(QStringLiteral("the daemon is gone")));
        });
        return std::nullopt;
    }

    const CallSitePtr m_site;
    const std::vector<BatchCall> m_calls;
    const CallExtrasPtr m_extras;
    const Place m_place;
    Message m_single;
    size_t m_next = 0;
    std::vector<Value> m_results;
    std::optional<Result<Value>> m_end;
    std::shared_ptr<PendingResult> m_pending;
    bool m_gaveUp = false;
};

/// Nothing was called, so nothing else tells of it.
Result<Value> unknownObject(const Call &call)
{
    const Error error = lackError(call, Lack::Object, {}, {});
    call.core().refuse(call.site->peer, error, call.request.wireBytes, call.site->generation);
    return error;
}

} // namespace

Begun runBatch(const Call &call, Running &running)
{
    if (!call.core().objects.find(call.request.object, spaceOf(call.generation())))
        return unknownObject(call);
    if (call.extras)
        call.extras->inBatch = true;
    const auto batch = std::make_shared<Batch>(call);
    auto end = batch->advance();
    running.gaveUp = batch->gaveUp();
    if (end)
        return std::move(*end);
    return batch->pending();
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "dispatch_p.h"

#include "callout_p.h"
#include "raise_p.h"

#include <QThread>

#include <exception>
#include <new>

// A servant's code: where it runs, and what its result becomes.

namespace pyrolens {

namespace {

/// A generation without streams gets the items at once.
Result<Value> collect(const Call &call, ItemSource &source)
{
    const qint64 most = call.core().options.limits.maxNodes;
    std::vector<Value> items;
    while (auto item = source.next()) {
        if (!*item)
            return std::move(*item).error();
        if (qint64(items.size()) >= most)
            return Error::limit(
                QStringLiteral("more than %1 items").arg(most), QStringLiteral("value.nodes"));
        items.push_back(std::move(**item));
    }
    return Value::list(std::move(items));
}

Result<Value> stream(
    const Call &call, const std::shared_ptr<Hosted> &hosted, std::shared_ptr<ItemSource> source)
{
    if (!call.generation().info().features.streams)
        return collect(call, *source);
    if (call.extras->inBatch)
        return raiseText(contextOf(call), QStringLiteral("TypeError"),
            QStringLiteral("an item stream cannot be a result in a batch"));
    if (call.request.oneway)
        return Value(); // nobody reads it
    QString id;
    if (call.core().options.streams.enabled) {
        auto opened = call.core().streams.open(std::move(source), hosted, call.site->connection);
        if (!opened)
            return std::move(opened).error();
        id = *std::move(opened);
    }
    call.extras->stream = std::move(id);
    return Value();
}

Begun settle(const Call &call, const std::shared_ptr<Hosted> &hosted, Outcome outcome)
{
    if (auto *value = std::get_if<Value>(&outcome))
        return Result<Value>(std::move(*value));
    if (auto *error = std::get_if<Error>(&outcome))
        return Result<Value>(std::move(*error));
    if (auto *deferred = std::get_if<DeferredReply>(&outcome))
        return deferred->pending();
    if (auto *source = std::get_if<std::shared_ptr<ItemSource>>(&outcome))
        return stream(call, hosted, std::move(*source));
    auto made = call.core().ensureHosted(std::get<std::shared_ptr<Servant>>(outcome), call.generation());
    if (!made)
        return Result<Value>(std::move(made).error());
    return Result<Value>(referenceTo(call, **made, Reference::Form::Proxy));
}

/// In the thread where the servant wants to be.
Begun runServant(const Call &call, const std::shared_ptr<Hosted> &hosted, RunningScope::Blocking blocking,
    Turn *turn = nullptr)
{
    const Message &request = call.request;
    Servant &servant = *hosted->servant;
    const RunningScope scope(call.core(), blocking, turn);
    CallContext context = contextOf(call);
    try {
        switch (request.kind) {
        case Message::Kind::GetAttribute:
            return settle(call, hosted, servant.attribute(request.method, context));
        case Message::Kind::SetAttribute:
            return settle(call, hosted, servant.setAttribute(request.method, request.value, context));
        case Message::Kind::Query: // of a stream's next item
            return call.core().streams.next(request.text, call.site->connection);
        default:
            return settle(call, hosted, servant.call(request.method, request.args, request.kwargs, context));
        }
    } catch (const std::bad_alloc &) {
        return Result<Value>(raise(QStringLiteral("MemoryError"), {}));
    } catch (const std::exception &exception) {
        // Ours throw nothing; those of others must not take the daemon down.
        return Result<Value>(
            raiseText(context, QStringLiteral("RuntimeError"), QString::fromLocal8Bit(exception.what())));
    }
}

/// Answers when the work is destroyed unrun, because its object died first.
struct PostGuard
{
    std::shared_ptr<PendingResult> pending;
    ~PostGuard() { pending->finish(Error::cancelled(QStringLiteral("the object is gone"))); }
};

Begun runBound(const Call &call, const std::shared_ptr<Hosted> &hosted)
{
    if (hosted->anchor->thread() == QThread::currentThread())
        return runServant(call, hosted, RunningScope::Blocking::Refused);
    auto pending = std::make_shared<PendingResult>();
    auto guard = std::make_shared<PostGuard>(pending);
    hosted->anchor->post(
        [site = call.site, request = call.request, extras = call.extras, hosted, guard = std::move(guard)] {
            const auto result = guard->pending;
            if (result->isFinished())
                return; // the caller has given up
            Begun begun = runServant({site, request, extras}, hosted, RunningScope::Blocking::Refused);
            if (auto *done = std::get_if<Result<Value>>(&begun))
                result->finish(std::move(*done));
            else
                std::get<std::shared_ptr<PendingResult>>(begun)->then(
                    [result](const Result<Value> &later) { result->finish(later); });
            // A deferred reply is pending now: the guard must not answer for it.
            guard->pending = std::make_shared<PendingResult>();
        });
    return pending;
}

Begun runSerialized(const Call &call, const std::shared_ptr<Hosted> &hosted)
{
    if (call.place == Place::Loop) // one loop: one at a time already
        return runServant(call, hosted, RunningScope::Blocking::Refused);
    Turn turn(hosted->turn);
    if (!turn.enter(deadlineOf(*call.site), [&] { return call.core().stopping.load(); }))
        return Result<Value>(timeoutError(*call.site));
    return runServant(call, hosted, RunningScope::Blocking::Allowed, &turn);
}

} // namespace

Begun run(const Call &call, const std::shared_ptr<Hosted> &hosted)
{
    switch (hosted->threading) {
    case Threading::Concurrent:
        return runServant(call, hosted,
            call.place == Place::Loop ? RunningScope::Blocking::Refused : RunningScope::Blocking::Allowed);
    case Threading::Serialized:
        return runSerialized(call, hosted);
    case Threading::Bound:
        return runBound(call, hosted);
    }
    Q_UNREACHABLE();
}

} // namespace pyrolens

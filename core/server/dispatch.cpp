// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "dispatch_p.h"

#include "callout_p.h"
#include "raise_p.h"

#include <QThread>

#include <exception>
#include <new>
#include <thread>

namespace pyrolens {

using namespace std::chrono_literals;

namespace {

using Begun = std::variant<Result<Value>, std::shared_ptr<PendingResult>>;

CallContext contextOf(const CallSitePtr &site, const Message &request)
{
    CallContext context;
    context.daemon = site->core->daemon;
    context.generation = site->generation;
    context.object = request.object;
    context.oneway = request.oneway;
    context.storage = site->storage.get();
    context.site = site;
    if (site->hooks->callerFactory) {
        context.caller = [site](const Value &proxy) -> std::unique_ptr<RemoteCaller> {
            const auto reference = site->generation->asReference(proxy);
            auto made = reference ? site->hooks->callerFactory(*reference, *site->generation) : nullptr;
            if (!made)
                return nullptr;
            return std::make_unique<GuardedCaller>(std::move(made), site->core);
        };
    }
    return context;
}

Error refused(const CallSitePtr &site, const Message &request, const QString &className, const QString &text,
    const QString &code)
{
    Error error = raiseText(contextOf(site, request), className, text);
    error.code = code;
    return error;
}

Value reference(const CallSite &site, const Hosted &hosted, Reference::Form form)
{
    Reference result;
    result.form = form;
    result.uri = site.generation->objectUri(
        site.core->publishedHost(), site.core->port, hosted.id, site.core->options.tls.has_value());
    for (const MethodInfo &method : hosted.servant->interface().methods) {
        if (method.oneway)
            result.onewayMethods.append(method.name);
    }
    return Value::reference(std::move(result));
}

// A generation without streams gets the items at once.
Result<Value> collect(const CallSite &site, ItemSource &source)
{
    std::vector<Value> items;
    while (auto item = source.next()) {
        if (!*item)
            return std::move(*item).error();
        if (qint64(items.size()) >= site.core->options.limits.maxNodes) {
            return Error::limit(QStringLiteral("more than %1 items").arg(site.core->options.limits.maxNodes),
                QStringLiteral("value.nodes"));
        }
        items.push_back(std::move(**item));
    }
    return Value::list(std::move(items));
}

Begun settle(const CallSite &site, Outcome outcome)
{
    if (auto *value = std::get_if<Value>(&outcome))
        return Result<Value>(std::move(*value));
    if (auto *error = std::get_if<Error>(&outcome))
        return Result<Value>(std::move(*error));
    if (auto *deferred = std::get_if<DeferredReply>(&outcome))
        return deferred->pending();
    if (auto *source = std::get_if<std::shared_ptr<ItemSource>>(&outcome))
        return collect(site, **source);
    auto hosted = site.core->ensureHosted(std::get<std::shared_ptr<Servant>>(outcome));
    if (!hosted)
        return Result<Value>(std::move(hosted).error());
    return Result<Value>(reference(site, **hosted, Reference::Form::Proxy));
}

// In the thread where the servant wants to be.
Begun runServant(const CallSitePtr &site, const Message &request, Servant &servant,
    RunningScope::Blocking blocking, Turn *turn = nullptr)
{
    const RunningScope scope(*site->core, blocking, turn);
    CallContext context = contextOf(site, request);
    try {
        switch (request.kind) {
        case Message::Kind::GetAttribute:
            return settle(*site, servant.attribute(request.method, context));
        case Message::Kind::SetAttribute:
            return settle(*site, servant.setAttribute(request.method, request.value, context));
        default:
            return settle(*site, servant.call(request.method, request.args, request.kwargs, context));
        }
    } catch (const std::bad_alloc &) {
        return Result<Value>(raise(QStringLiteral("MemoryError"), {}));
    } catch (const std::exception &exception) {
        // Ours throw nothing; those of others must not take the daemon down.
        return Result<Value>(
            raiseText(context, QStringLiteral("RuntimeError"), QString::fromLocal8Bit(exception.what())));
    }
}

// Answers when the work is destroyed unrun, because its object died first.
struct PostGuard
{
    std::shared_ptr<PendingResult> pending;
    ~PostGuard() { pending->finish(Error::cancelled(QStringLiteral("the object is gone"))); }
};

Begun runBound(const CallSitePtr &site, const Message &request, const std::shared_ptr<Hosted> &hosted)
{
    if (hosted->anchor->thread() == QThread::currentThread())
        return runServant(site, request, *hosted->servant, RunningScope::Blocking::Refused);
    auto pending = std::make_shared<PendingResult>();
    auto guard = std::make_shared<PostGuard>(pending);
    hosted->anchor->post([site, request, hosted, guard = std::move(guard)] {
        const auto result = guard->pending;
        if (result->isFinished())
            return; // the caller has given up
        Begun begun = runServant(site, request, *hosted->servant, RunningScope::Blocking::Refused);
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

Begun runSerialized(const CallSitePtr &site, const Message &request, Hosted &hosted, Place place)
{
    if (place == Place::Loop)
        return runServant( // one loop: one at a time already
            site, request, *hosted.servant, RunningScope::Blocking::Refused);
    Turn turn(hosted.turn);
    if (!turn.enter(deadlineOf(*site), [&] { return site->core->stopping.load(); }))
        return Result<Value>(timeoutError(*site));
    return runServant(site, request, *hosted.servant, RunningScope::Blocking::Allowed, &turn);
}

Begun run(const CallSitePtr &site, const Message &request, const std::shared_ptr<Hosted> &hosted, Place place)
{
    switch (hosted->threading) {
    case Threading::Concurrent:
        return runServant(site, request, *hosted->servant,
            place == Place::Loop ? RunningScope::Blocking::Refused : RunningScope::Blocking::Allowed);
    case Threading::Serialized:
        return runSerialized(site, request, *hosted, place);
    case Threading::Bound:
        return runBound(site, request, hosted);
    }
    Q_UNREACHABLE();
}

Result<Value> runBuiltin(const CallSitePtr &site, const Message &request, const Hosted &hosted)
{
    const auto context = contextOf(site, request);
    switch (site->generation->builtin(request.method)) {
    case Builtin::ObjectId:
        return context.nativeText(QString::fromUtf8(hosted.id));
    case Builtin::Proxy:
        return reference(*site, hosted, Reference::Form::Proxy);
    case Builtin::AttributeProxy:
        return reference(*site, hosted, Reference::Form::AttributeProxy);
    case Builtin::Refused:
        return refused(site, request, QStringLiteral("AttributeError"),
            QStringLiteral("not allowed: %1").arg(QString::fromUtf8(request.method)),
            QStringLiteral("call.refused"));
    case Builtin::None:
        break;
    }
    if (hosted.servant->interface().attribute(request.method)) {
        return refused(site, request, QStringLiteral("TypeError"),
            QStringLiteral("attribute '%1' is not callable").arg(QString::fromUtf8(request.method)),
            QStringLiteral("call.method"));
    }
    Error error = noAttribute(context, hosted.servant->interface().className, request.method);
    error.code = QStringLiteral("call.method");
    return error;
}

Begun runAttribute(
    const CallSitePtr &site, const Message &request, const std::shared_ptr<Hosted> &hosted, Place place)
{
    const InterfaceInfo &interface = hosted->servant->interface();
    const bool isMethod = hosted->servant->hasMethod(request.method)
        || site->generation->builtin(request.method) != Builtin::None;
    if (request.kind == Message::Kind::HasAttribute)
        return Result<Value>(Value::integer(isMethod ? 1 : 2));
    const AttributeInfo *attribute = interface.attribute(request.method);
    if (request.kind == Message::Kind::SetAttribute) {
        // Only objects that offer attributes can be written to at all.
        if (interface.attributes.empty() || (!attribute && isMethod)) {
            return Result<Value>(refused(site, request, QStringLiteral("AttributeError"),
                QStringLiteral("not allowed: setting '%1'").arg(QString::fromUtf8(request.method)),
                QStringLiteral("call.refused")));
        }
        if (attribute && !attribute->writable) {
            return Result<Value>(raiseText(contextOf(site, request), QStringLiteral("AttributeError"),
                QStringLiteral("can't set attribute")));
        }
    }
    if (!attribute && isMethod) {
        // As Python does it, where a bound method is an attribute too.
        return Result<Value>(raiseText(contextOf(site, request), QStringLiteral("TypeError"),
            QStringLiteral("can't pickle instancemethod objects")));
    }
    return run(site, request, hosted, place);
}

Result<Value> answerQuery(const CallSitePtr &site, const Message &request)
{
    const auto context = contextOf(site, request);
    if (request.query == Message::Query::Registered) {
        std::vector<Value::Pair> rows;
        for (const auto &hosted : site->core->objects.all()) {
            rows.emplace_back(context.nativeText(QString::fromUtf8(hosted->id)),
                hosted->name.isEmpty() ? Value() : context.nativeText(hosted->name));
        }
        return Value::dict(std::move(rows));
    }
    if (request.query == Message::Query::Resolve) {
        if (const auto hosted = site->core->objects.findName(request.text))
            return context.nativeText(QString::fromUtf8(hosted->id));
        return raise(QStringLiteral("NamingError"),
            {context.nativeText(u"no object found by this name"), context.nativeText(request.text)});
    }
    return Error::unsupported(
        QStringLiteral("this daemon does not answer that question"), QStringLiteral("call.method"));
}

Begun start(const CallSitePtr &site, const Message &request, std::shared_ptr<Hosted> &hosted, Place place)
{
    if (request.kind == Message::Kind::Query)
        return answerQuery(site, request);
    if (request.kind == Message::Kind::Ping)
        return Result<Value>(Value());
    hosted = site->core->objects.find(request.object);
    if (!hosted) {
        Error error = raise(
            QStringLiteral("ProtocolError"), {contextOf(site, request).nativeText(u"unknown object ID")});
        error.code = QStringLiteral("call.object");
        return Result<Value>(std::move(error));
    }
    ++hosted->running;
    hosted->touch();
    switch (request.kind) {
    case Message::Kind::Call:
        if (!hosted->servant->hasMethod(request.method))
            return runBuiltin(site, request, *hosted);
        return run(site, request, hosted, place);
    case Message::Kind::GetAttribute:
    case Message::Kind::SetAttribute:
    case Message::Kind::HasAttribute:
        return runAttribute(site, request, hosted, place);
    case Message::Kind::Code:
        return exchangeCode(site, request);
    default:
        return Result<Value>(Error::unsupported(
            QStringLiteral("this daemon does not serve such requests"), QStringLiteral("frame.type")));
    }
}

} // namespace

bool CallContext::pause(std::chrono::milliseconds time) const
{
    const QDeadlineTimer deadline(time);
    const auto stopping = [this] { return site && site->core->stopping; };
    while (!deadline.hasExpired()) {
        if (stopping())
            return false;
        std::this_thread::sleep_for(
            std::min(50ms, std::chrono::milliseconds(deadline.remainingTime()) + 1ms));
    }
    return !stopping();
}

QDeadlineTimer deadlineOf(const CallSite &site)
{
    const auto time = site.core->options.boundTimeout;
    return time.count() > 0 ? QDeadlineTimer(time) : QDeadlineTimer(QDeadlineTimer::Forever);
}

Error timeoutError(const CallSite &site)
{
    if (site.core->stopping)
        return Error::cancelled(QStringLiteral("the daemon is shutting down"));
    const double seconds = std::chrono::duration<double>(site.core->options.boundTimeout).count();
    return Error::timeout(QStringLiteral("the object did not answer within %1 s").arg(seconds));
}

Running begin(const CallSitePtr &site, const Message &request, Place place)
{
    Running running;
    running.started = std::chrono::steady_clock::now();
    ++site->core->running;
    Begun begun = start(site, request, running.hosted, place);
    if (auto *done = std::get_if<Result<Value>>(&begun))
        running.done.emplace(std::move(*done));
    else
        running.pending = std::get<std::shared_ptr<PendingResult>>(std::move(begun));
    return running;
}

bool await(const CallSite &site, Running &running)
{
    if (running.done)
        return false;
    const Anchor *anchor = running.hosted ? running.hosted->anchor.get() : nullptr;
    auto result = running.pending->wait(deadlineOf(site), [&] {
        QThread *closing = site.core->closingThread;
        return site.core->stopping || (closing && anchor && anchor->thread() == closing);
    });
    const bool inTime = result.has_value();
    if (!inTime) {
        const Error error = timeoutError(site);
        // Whatever comes later is dropped; what came in this very moment is taken.
        if (running.pending->finish(error))
            result.emplace(error);
        else
            result = running.pending->wait(QDeadlineTimer(QDeadlineTimer::Forever), {});
    }
    running.done = std::move(result);
    return !inTime;
}

bool endsConnection(const Message &request, const Running &running, const Result<Value> &result)
{
    return !result && !request.oneway && running.hosted && running.hosted->servant->surfacesErrors();
}

Message complete(
    const CallSite &site, const Message &request, const Running &running, const Result<Value> &result)
{
    --site.core->running;
    if (running.hosted) {
        --running.hosted->running;
        ++running.hosted->calls;
        running.hosted->errors += result ? 0 : 1;
        if (!result && running.hosted->servant->surfacesErrors())
            running.hosted->servant->failed(request.method, result.error());
    }
    if (!result && !result.error().code.isEmpty())
        site.core->refuse(site.peer, result.error(), request.wireBytes);
    if (site.hooks->observer) {
        ServedCall call;
        call.peer = site.peer;
        call.identity = site.identity;
        call.object = request.object;
        call.method = request.method;
        call.args
            = request.kind == Message::Kind::SetAttribute ? Value::tuple({request.value}) : request.args;
        call.kwargs = request.kwargs;
        call.oneway = request.oneway;
        if (!result)
            call.error = result.error();
        call.duration = std::chrono::steady_clock::now() - running.started;
        site.hooks->observer->served(call);
    }
    if (request.oneway)
        return {}; // nobody reads it
    if (result)
        return Message::reply(*result);
    // No trace of a fault of the protocol layer: no code of ours ran.
    const bool ran = running.hosted && result.error().code != QLatin1String("call.refused");
    return Message::failure(
        toRemote(site, result.error(), ran ? running.hosted->label() : QString(), request.method));
}

} // namespace pyrolens

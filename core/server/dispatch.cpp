// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "dispatch_p.h"

#include "callout_p.h"
#include "daemonobject_p.h"

#include <thread>

namespace pyrolens {

using namespace std::chrono_literals;

CallContext contextOf(const Call &call)
{
    const CallSitePtr &site = call.site;
    CallContext context;
    context.daemon = site->core->daemon;
    context.generation = site->generation;
    context.object = call.request.object;
    context.oneway = call.request.oneway;
    context.storage = site->storage.get();
    context.site = site;
    context.message = &call.request;
    context.extras = call.extras.get();
    if (site->hooks->callerFactory) {
        context.caller = [site, correlationId = call.request.correlationId](
                             const Value &proxy) -> std::unique_ptr<RemoteCaller> {
            const auto reference = site->generation->asReference(proxy);
            auto made = reference ? site->hooks->callerFactory(*reference, *site->generation) : nullptr;
            if (!made)
                return nullptr;
            made->setCorrelationId(correlationId);
            return std::make_unique<GuardedCaller>(std::move(made), site->core);
        };
    }
    return context;
}

namespace {

Begun serve(const Call &call, const std::shared_ptr<Hosted> &target)
{
    switch (call.request.kind) {
    case Message::Kind::Call:
        return runMethod(call, target);
    case Message::Kind::GetAttribute:
    case Message::Kind::SetAttribute:
    case Message::Kind::HasAttribute:
        return runAttribute(call, target);
    case Message::Kind::Code:
        return exchangeCode(call.site, call.request);
    default:
        return Result<Value>(Error::unsupported(
            QStringLiteral("this daemon does not serve such requests"), QStringLiteral("frame.type")));
    }
}

} // namespace

Begun startCall(const Call &call, std::shared_ptr<Hosted> &hosted)
{
    const Message &request = call.request;
    hosted = call.core().objects.find(request.object, spaceOf(call.generation()));
    if (!hosted)
        return Result<Value>(lackError(call, Lack::Object, {}, {}));
    ++hosted->running;
    hosted->touch();
    if (hosted->isDaemon && request.kind == Message::Kind::Call
        && call.generation().info().features.objectMetadata) {
        if (auto question = asQuestion(request)) {
            if (!*question)
                return Result<Value>(std::move(*question).error());
            --hosted->running;
            hosted.reset(); // a question to the daemon, not a call of an object
            return answerQuery({call.site, **question, call.extras, call.place}, hosted);
        }
    }
    if (!hosted->servant->servantClass())
        return serve(call, hosted);
    const auto instance = instanceOf(call, hosted);
    return instance ? serve(call, *instance) : Begun(Result<Value>(instance.error()));
}

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
    const GenerationInfo::Features &features = site->generation->info().features;
    if (features.annotations || features.streams)
        running.extras = std::make_shared<CallExtras>();
    ++site->core->running;
    const Call call{site, request, running.extras, place};
    Begun begun = [&]() -> Begun {
        switch (request.kind) {
        case Message::Kind::Query:
            return answerQuery(call, running.hosted);
        case Message::Kind::Ping:
            return Result<Value>(Value());
        case Message::Kind::Batch:
            return runBatch(call, running);
        default:
            return startCall(call, running.hosted);
        }
    }();
    if (auto *done = std::get_if<Result<Value>>(&begun))
        running.done.emplace(std::move(*done));
    else
        running.pending = std::get<std::shared_ptr<PendingResult>>(std::move(begun));
    return running;
}

bool await(const CallSite &site, Running &running)
{
    if (running.done)
        return running.gaveUp;
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
    running.gaveUp = !inTime;
    return running.gaveUp;
}

bool isQueued(const CallSite &site, const Message &request)
{
    return request.oneway && site.core->options.onewayThreaded
        && (request.kind == Message::Kind::Call || request.kind == Message::Kind::Code);
}

bool endsConnection(
    const CallSite &site, const Message &request, const Running &running, const Result<Value> &result)
{
    if (result || request.oneway)
        return false;
    const auto &remote = result.error().remote;
    return (running.hosted && running.hosted->servant->surfacesErrors())
        || (remote && site.generation->endsConnection(*remote));
}

RemoteError failureOf(
    const CallSite &site, const Message &request, const Running &running, const Error &error)
{
    // No trace of a fault of the protocol layer: no code of ours ran.
    const bool ran = running.hosted && error.code != QLatin1String("call.refused");
    return toRemote(site, error, ran ? running.hosted->label() : QString(), request.method);
}

void account(
    const CallSite &site, const Message &request, const Running &running, const Result<Value> &result)
{
    if (running.hosted) {
        --running.hosted->running;
        ++running.hosted->calls;
        running.hosted->errors += result ? 0 : 1;
        if (!result && running.hosted->servant->surfacesErrors())
            running.hosted->servant->failed(request.method, result.error());
    }
    if (!result && !result.error().code.isEmpty())
        site.core->refuse(site.peer, result.error(), request.wireBytes, site.generation);
    if (!site.hooks->observer)
        return;
    ServedCall call;
    call.peer = site.peer;
    call.identity = site.identity;
    call.object = running.hosted ? running.hosted->id() : request.object;
    call.method = request.method;
    call.args = request.kind == Message::Kind::SetAttribute ? Value::tuple({request.value}) : request.args;
    call.kwargs = request.kwargs;
    call.oneway = request.oneway;
    if (!result)
        call.error = result.error();
    call.duration = std::chrono::steady_clock::now() - running.started;
    call.generation = site.generation->info().id;
    site.hooks->observer->served(call);
}

Message complete(
    const CallSite &site, const Message &request, const Running &running, const Result<Value> &result)
{
    --site.core->running;
    if (request.kind != Message::Kind::Batch) // its calls were accounted for one by one
        account(site, request, running, result);
    if (request.oneway)
        return {}; // nobody reads it
    Message answer;
    if (!result) {
        answer = Message::failure(failureOf(site, request, running, result.error()));
    } else if (request.kind == Message::Kind::Ping) {
        answer.kind = Message::Kind::Ping;
    } else {
        answer = Message::reply(*result);
        // A call that was given up may still be writing there; it has an error for its result.
        if (const CallExtrasPtr &extras = running.extras) {
            answer.annotations = std::move(extras->annotations);
            if (extras->stream) {
                answer.kind = Message::Kind::StreamOpened;
                answer.text = *extras->stream;
            }
        }
    }
    answer.answerTo(request);
    return answer;
}

} // namespace pyrolens

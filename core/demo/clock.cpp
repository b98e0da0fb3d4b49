// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "demoobjects_p.h"

#include <pyrolens/server/callbacklist.h>

namespace pyrolens::demo {

namespace {

Outcome outcomeOf(const Status &status)
{
    return status ? Outcome(Value()) : Outcome(status.error());
}

Outcome tick(CallbackList &callbacks, const Value &text, const CallContext &context)
{
    DeferredReply reply;
    callbacks.callAll(
        QStringLiteral("tick"), {text}, true, context, [reply](const CallbackList::Answers &sent) {
            const auto reached
                = std::ranges::count_if(sent, [](const Result<Value> &one) { return one.isOk(); });
            reply.finish(Value::integer(reached));
        });
    return reply;
}

Outcome ask(CallbackList &callbacks, const Value &text, const CallContext &context)
{
    DeferredReply reply;
    callbacks.callAll(
        QStringLiteral("answer"), {text}, false, context, [reply](CallbackList::Answers answers) {
            std::vector<Value> values;
            for (auto &answer : answers) {
                // It is there and it failed: that is an answer the caller wants to see.
                if (!answer)
                    return reply.finish(std::move(answer).error());
                values.push_back(*std::move(answer));
            }
            reply.finish(Value::list(std::move(values)));
        });
    return reply;
}

} // namespace

std::shared_ptr<Servant> makeClock()
{
    auto servant = std::make_shared<LambdaServant>(
        QStringLiteral("Clock"), Threading::Concurrent, QStringLiteral("Calls back those who registered."));
    const auto callbacks = std::make_shared<CallbackList>(int(kMaxCallbacks));
    servant->method(
        QStringLiteral("register(callback)"),
        [callbacks](std::vector<Value> args, CallContext &context) {
            return outcomeOf(callbacks->add(args[0], context));
        },
        QStringLiteral("Takes a proxy whose tick(text) and answer(text) will be called."));
    servant->method(
        QStringLiteral("unregister(callback)"),
        [callbacks](std::vector<Value> args, CallContext &context) {
            return outcomeOf(callbacks->remove(args[0], context));
        },
        QStringLiteral("Forgets a proxy."));
    servant->method(
        QStringLiteral("tick(text)"),
        [callbacks](
            std::vector<Value> args, CallContext &context) { return tick(*callbacks, args[0], context); },
        QStringLiteral(
            "Calls callback.tick(text) oneway on every registered proxy and returns how many there were."));
    servant->method(
        QStringLiteral("ask(text)"),
        [callbacks](
            std::vector<Value> args, CallContext &context) { return ask(*callbacks, args[0], context); },
        QStringLiteral(
            "Calls callback.answer(text) on every registered proxy and returns the list of answers."));
    return servant;
}

} // namespace pyrolens::demo

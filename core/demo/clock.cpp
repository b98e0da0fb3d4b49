// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "demoobjects_p.h"

#include <mutex>

namespace pyrolens::demo {

namespace {

constexpr std::chrono::milliseconds kCallbackTimeout{10'000}; // of one callback, connecting included

struct Callback
{
    QString uri; ///< who it is: proxies of one object are equal
    Value proxy;
};

// Calls out while others are called: the lock is never held across a call, so callbacks may call the clock.
class Clock
{
public:
    Outcome add(const Value &proxy, const CallContext &context)
    {
        const auto uri = uriOf(proxy, context);
        if (!uri)
            return textError(context, "TypeError", QStringLiteral("callback must be a proxy"));
        const std::lock_guard lock(m_mutex);
        if (std::ranges::find(m_callbacks, *uri, &Callback::uri) != m_callbacks.end())
            return Value();
        if (qint64(m_callbacks.size()) >= kMaxCallbacks)
            return textError(context, "ValueError", QStringLiteral("too many callbacks"));
        m_callbacks.push_back({*uri, proxy});
        return Value();
    }

    Outcome remove(const Value &proxy, const CallContext &context)
    {
        const auto uri = uriOf(proxy, context);
        if (!uri)
            return textError(context, "TypeError", QStringLiteral("callback must be a proxy"));
        forget(*uri);
        return Value();
    }

    Outcome tick(const Value &text, const CallContext &context)
    {
        qint64 reached = 0;
        for (const Callback &callback : all())
            reached += ask(callback, QStringLiteral("tick"), text, true, context) ? 1 : 0;
        return Value::integer(reached);
    }

    Outcome answers(const Value &text, const CallContext &context)
    {
        std::vector<Value> answers;
        std::optional<Error> raised;
        for (const Callback &callback : all()) {
            auto answer = ask(callback, QStringLiteral("answer"), text, false, context);
            if (answer)
                answers.push_back(std::move(*answer));
            else if (answer.error().kind == Error::Kind::Remote && !raised)
                raised = answer.error();
        }
        // It is there and it failed: that is an answer the caller wants to see.
        if (raised)
            return *raised;
        return Value::list(std::move(answers));
    }

private:
    static std::optional<QString> uriOf(const Value &proxy, const CallContext &context)
    {
        const auto reference = context.generation->asReference(proxy);
        return reference ? std::optional(reference->uri) : std::nullopt;
    }

    std::vector<Callback> all() const
    {
        const std::lock_guard lock(m_mutex);
        return m_callbacks;
    }

    void forget(const QString &uri)
    {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_callbacks, [&](const Callback &callback) { return callback.uri == uri; });
    }

    // One that cannot be reached any more is forgotten without a word.
    Result<Value> ask(const Callback &callback, const QString &method, const Value &text, bool oneway,
        const CallContext &context)
    {
        const auto caller = context.caller ? context.caller(callback.proxy) : nullptr;
        if (!caller)
            return textError(context, "PyroError", QStringLiteral("this daemon cannot call back"));
        auto answer = caller->call(method, {text}, oneway, kCallbackTimeout);
        if (answer || !isGone(answer.error()))
            return answer;
        forget(callback.uri);
        return Error::disconnected(QStringLiteral("the callback is gone"));
    }

    /// No connection, or a daemon that says it hosts no such object (any more).
    static bool isGone(const Error &error)
    {
        if (error.kind != Error::Kind::Remote)
            return true;
        const QString &name = error.remote->className;
        return name.endsWith(QLatin1String("errors.ProtocolError"))
            || name.endsWith(QLatin1String("errors.DaemonError"));
    }

    mutable std::mutex m_mutex; ///< guards m_callbacks
    std::vector<Callback> m_callbacks;
};

} // namespace

std::shared_ptr<Servant> makeClock()
{
    auto servant = std::make_shared<LambdaServant>(
        QStringLiteral("Clock"), Threading::Concurrent, QStringLiteral("Calls back those who registered."));
    const auto clock = std::make_shared<Clock>();
    servant->method(
        QStringLiteral("register(callback)"),
        [clock](std::vector<Value> args, CallContext &context) { return clock->add(args[0], context); },
        QStringLiteral("Takes a proxy whose tick(text) and answer(text) will be called."));
    servant->method(
        QStringLiteral("unregister(callback)"),
        [clock](std::vector<Value> args, CallContext &context) { return clock->remove(args[0], context); },
        QStringLiteral("Forgets a proxy."));
    servant->method(
        QStringLiteral("tick(text)"),
        [clock](std::vector<Value> args, CallContext &context) { return clock->tick(args[0], context); },
        QStringLiteral(
            "Calls callback.tick(text) oneway on every registered proxy and returns how many there were."));
    servant->method(
        QStringLiteral("ask(text)"),
        [clock](std::vector<Value> args, CallContext &context) { return clock->answers(args[0], context); },
        QStringLiteral(
            "Calls callback.answer(text) on every registered proxy and returns the list of answers."));
    return servant;
}

} // namespace pyrolens::demo

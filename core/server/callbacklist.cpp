// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "callbacklist.h"

#include "daemon.h"
#include "raise_p.h"

#include <algorithm>

namespace pyrolens {

namespace {

/// So many connections are made for one callAll() at a time.
constexpr size_t kAtOnce = 32;

struct Callback
{
    QString uri; ///< who it is: proxies of one object are equal
    Value proxy;
};

std::optional<QString> uriOf(const Value &proxy, const CallContext &context)
{
    const auto reference = context.generation->asReference(proxy);
    return reference ? std::optional(reference->uri) : std::nullopt;
}

Error notAProxy(const CallContext &context)
{
    return raiseText(context, QStringLiteral("TypeError"), QStringLiteral("callback must be a proxy"));
}

/// No connection, or a daemon that says it hosts no such object.
bool isGone(const Error &error)
{
    if (error.kind != Error::Kind::Remote || !error.remote)
        return true;
    const QString &name = error.remote->className;
    return name.endsWith(QLatin1String("errors.ProtocolError"))
        || name.endsWith(QLatin1String("errors.DaemonError"));
}

} // namespace

struct CallbackList::Shared
{
    mutable std::mutex mutex; ///< guards `callbacks`
    std::vector<Callback> callbacks;

    void forget(const QString &uri)
    {
        const std::lock_guard lock(mutex);
        std::erase_if(callbacks, [&](const Callback &callback) { return callback.uri == uri; });
    }
};

namespace {

/// One callAll() under way. Touched in the daemon's thread only, once it has begun.
struct Round : std::enable_shared_from_this<Round>
{
    std::vector<std::pair<QString, std::unique_ptr<RemoteCaller>>> callers; ///< URI and way to it
    std::vector<std::optional<Result<Value>>> answers;
    size_t next = 0;
    size_t finished = 0;
    QString method;
    std::vector<Value> args;
    bool oneway = false;
    std::chrono::milliseconds timeout{0};
    QObject *home = nullptr; ///< the daemon
    std::function<void(const QString &uri)> forget;
    std::function<void(CallbackList::Answers)> done;

    void startNext()
    {
        const size_t index = next++;
        callers[index].second->callAsync(method, args, oneway, timeout, home,
            [self = shared_from_this(), index](
                const Result<Value> &answer) { self->answered(index, answer); });
    }

    void answered(size_t index, const Result<Value> &answer)
    {
        if (!answer && isGone(answer.error()))
            forget(callers[index].first);
        else
            answers[index] = answer;
        if (next < callers.size())
            startNext();
        if (++finished < callers.size())
            return;
        CallbackList::Answers all;
        for (auto &one : answers) {
            if (one)
                all.push_back(*std::move(one));
        }
        done(std::move(all));
    }
};

} // namespace

CallbackList::CallbackList(int most, std::chrono::milliseconds timeout)
    : m_shared(std::make_shared<Shared>()), m_most(most), m_timeout(timeout)
{ }

Status CallbackList::add(const Value &proxy, const CallContext &context)
{
    const auto uri = uriOf(proxy, context);
    if (!uri)
        return notAProxy(context);
    const std::lock_guard lock(m_shared->mutex);
    auto &callbacks = m_shared->callbacks;
    if (std::ranges::find(callbacks, *uri, &Callback::uri) != callbacks.end())
        return Done();
    if (m_most > 0 && callbacks.size() >= size_t(m_most))
        return raiseText(context, QStringLiteral("ValueError"), QStringLiteral("too many callbacks"));
    callbacks.push_back({*uri, proxy});
    return Done();
}

Status CallbackList::remove(const Value &proxy, const CallContext &context)
{
    const auto uri = uriOf(proxy, context);
    if (!uri)
        return notAProxy(context);
    m_shared->forget(*uri);
    return Done();
}

int CallbackList::count() const
{
    const std::lock_guard lock(m_shared->mutex);
    return int(m_shared->callbacks.size());
}

void CallbackList::callAll(const QString &method, std::vector<Value> args, bool oneway,
    const CallContext &context, std::function<void(Answers answers)> done)
{
    std::vector<Callback> callbacks;
    {
        const std::lock_guard lock(m_shared->mutex);
        callbacks = m_shared->callbacks;
    }
    const auto round = std::make_shared<Round>();
    for (const Callback &callback : callbacks) {
        auto caller = context.daemon && context.caller ? context.caller(callback.proxy) : nullptr;
        if (!caller) {
            done({raiseText(
                context, QStringLiteral("PyroError"), QStringLiteral("this daemon cannot call back"))});
            return;
        }
        round->callers.emplace_back(callback.uri, std::move(caller));
    }
    if (round->callers.empty()) {
        done({});
        return;
    }
    round->answers.resize(round->callers.size());
    round->method = method;
    round->args = std::move(args);
    round->oneway = oneway;
    round->timeout = m_timeout;
    round->home = context.daemon;
    round->forget = [shared = m_shared](const QString &uri) { shared->forget(uri); };
    round->done = std::move(done);
    QMetaObject::invokeMethod(
        context.daemon,
        [round] {
            const size_t first = std::min(kAtOnce, round->callers.size());
            for (size_t i = 0; i < first; ++i)
                round->startNext();
        },
        Qt::QueuedConnection);
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "proxy.h"

#include "blockingcall_p.h"
#include "engine_p.h"
#include "texts_p.h"

#include <QCoreApplication>
#include <QMetaMethod>
#include <QThread>

namespace pyrolens {

namespace {

/// The GUI thread must never wait for the network. Core knows no GUI module, but an application object tells
/// what it is.
bool isGuiThread()
{
    const QCoreApplication *app = QCoreApplication::instance();
    return app != nullptr && app->thread() == QThread::currentThread() && app->inherits("QGuiApplication");
}

Reply usage(const QString &what)
{
    return Reply(Error::usage(what));
}

Message callMessage(const QString &method, std::vector<Value> args, std::vector<Value::Pair> kwargs)
{
    return Message::call({}, method.toUtf8(), Value::tuple(std::move(args)), Value::dict(std::move(kwargs)));
}

Message batchMessage(std::vector<BatchCall> calls, const CallOptions &options)
{
    Message message;
    message.kind = Message::Kind::Batch;
    message.batch = std::move(calls);
    message.oneway = options.oneway.value_or(false);
    return message;
}

Message namedMessage(Message::Kind kind, const QString &name)
{
    Message message;
    message.kind = kind;
    message.method = name.toUtf8();
    return message;
}

} // namespace

class Proxy::Private
{
public:
    Private(std::shared_ptr<const ClientContext> context, Uri uri, ProxyOptions options, Proxy *proxy)
        : core(std::move(context), std::move(uri), std::move(options))
        , engine(std::make_unique<Engine>(core, proxy))
    { }

    Reply runBlocking(Message &message, const CallOptions &options, bool bindOnly,
        const std::optional<RebindPolicy> &rebind = std::nullopt);

    ClientCore core;
    std::unique_ptr<Engine> engine; ///< a child of the proxy too, so that it moves to other threads with it
};

namespace {

/// The total covers the attempts before, too.
Reply with(Reply reply, CallTrace::Duration before)
{
    if (before == CallTrace::Duration{0})
        return reply;
    CallTrace trace = reply.trace();
    trace.total += before;
    return {reply.result(), std::move(trace)};
}

} // namespace

Reply Proxy::Private::runBlocking(
    Message &message, const CallOptions &options, bool bindOnly, const std::optional<RebindPolicy> &rebind)
{
    if (isGuiThread()) {
        Q_ASSERT_X(false, "Proxy", "a blocking call in the GUI thread");
        return usage(
            QStringLiteral("A blocking call would freeze the window; use the asynchronous form there."));
    }
    if (engine->isBusy())
        return usage(
            QStringLiteral("An asynchronous call of this proxy is under way. Wait for it, or use a proxy of "
                           "its own for blocking calls."));
    if (!bindOnly) {
        if (auto refusal = core.prepare(message, options))
            return Reply(*std::move(refusal));
    }
    if (!core.beginBlocking())
        return usage(QStringLiteral("A blocking call of this proxy is under way already."));
    const bool isCall = !bindOnly && message.kind == Message::Kind::Call;
    int retries = isCall ? core.options().retries : 0;
    CallTrace::Duration lost{0};
    for (; retries > 0; --retries) {
        Message copy = message; // sending takes the arguments along
        Reply reply = BlockingCall(core, copy, options, false).run();
        if (core.isCancelled() || !isLost(reply.result())) {
            core.endBlocking();
            return with(std::move(reply), lost);
        }
        lost += reply.trace().total;
    }
    Reply reply = BlockingCall(core, message, options, bindOnly, rebind).run();
    core.endBlocking();
    return with(std::move(reply), lost);
}

Proxy::Proxy(std::shared_ptr<const ClientContext> context, Uri uri, ProxyOptions options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(std::move(context), std::move(uri), std::move(options), this))
{
    // Queued: a slot may then delete the proxy whatever the state machine is in the middle of.
    d->core.stateChanged = [this](State state) {
        static const QMetaMethod signal = QMetaMethod::fromSignal(&Proxy::stateChanged);
        if (isSignalConnected(signal))
            QMetaObject::invokeMethod(
                this, [this, state] { Q_EMIT stateChanged(state); }, Qt::QueuedConnection);
    };
    connect(d->engine.get(), &Engine::connectionLost, this, &Proxy::connectionLost);
    connect(d->engine.get(), &Engine::rebinding, this, &Proxy::rebinding);
}

Proxy::~Proxy()
{
    d->core.stateChanged = nullptr;
}

const Uri &Proxy::uri() const
{
    return d->core.uri;
}

std::optional<Uri> Proxy::resolvedUri() const
{
    return d->core.resolvedUri();
}

const Generation *Proxy::generation() const
{
    return d->core.generation();
}

const ProxyOptions &Proxy::options() const
{
    return d->core.options();
}

std::optional<ObjectMetadata> Proxy::metadata() const
{
    return d->core.metadata();
}

void Proxy::setOptions(ProxyOptions options)
{
    d->core.setOptions(std::move(options));
}

Proxy::State Proxy::state() const
{
    return d->core.state();
}

PendingCall Proxy::call(
    const QString &method, std::vector<Value> args, std::vector<Value::Pair> kwargs, CallOptions options)
{
    return send(callMessage(method, std::move(args), std::move(kwargs)), options);
}

PendingCall Proxy::attribute(const QString &name, CallOptions options)
{
    return send(namedMessage(Message::Kind::GetAttribute, name), options);
}

PendingCall Proxy::setAttribute(const QString &name, Value value, CallOptions options)
{
    Message message = namedMessage(Message::Kind::SetAttribute, name);
    message.value = std::move(value);
    return send(std::move(message), options);
}

PendingCall Proxy::hasAttribute(const QString &name, CallOptions options)
{
    return send(namedMessage(Message::Kind::HasAttribute, name), options);
}

PendingCall Proxy::query(Message::Query query, const QString &subject, CallOptions options)
{
    Message message;
    message.kind = Message::Kind::Query;
    message.query = query;
    message.text = subject;
    return send(std::move(message), options);
}

PendingCall Proxy::batch(std::vector<BatchCall> calls, CallOptions options)
{
    return send(batchMessage(std::move(calls), options), options);
}

PendingCall Proxy::send(Message message, CallOptions options)
{
    Q_ASSERT_X(thread() == QThread::currentThread(), "Proxy::send", "use a proxy in the thread it lives in");
    return d->engine->submit(std::move(message), options, false);
}

PendingCall Proxy::bind(CallOptions options)
{
    Q_ASSERT_X(thread() == QThread::currentThread(), "Proxy::bind", "use a proxy in the thread it lives in");
    return d->engine->submit({}, options, true);
}

Reply Proxy::callBlocking(
    const QString &method, std::vector<Value> args, std::vector<Value::Pair> kwargs, CallOptions options)
{
    Message message = callMessage(method, std::move(args), std::move(kwargs));
    return d->runBlocking(message, options, false);
}

Reply Proxy::batchBlocking(std::vector<BatchCall> calls, CallOptions options)
{
    return sendBlocking(batchMessage(std::move(calls), options), options);
}

Reply Proxy::sendBlocking(Message message, CallOptions options)
{
    return d->runBlocking(message, options, false);
}

Reply Proxy::bindBlocking(CallOptions options)
{
    Message none;
    return d->runBlocking(none, options, true);
}

Reply Proxy::rebindBlocking(const RebindPolicy &policy, std::chrono::milliseconds timeout)
{
    Message none;
    return d->runBlocking(none, {.timeout = timeout, .oneway = {}}, true, policy);
}

PendingCall Proxy::rebind(const RebindPolicy &policy, std::chrono::milliseconds timeout)
{
    Q_ASSERT_X(
        thread() == QThread::currentThread(), "Proxy::rebind", "use a proxy in the thread it lives in");
    return d->engine->submit({}, {.timeout = timeout, .oneway = {}}, true, policy);
}

void Proxy::cancelBlocking()
{
    d->core.cancelBlocking();
}

void Proxy::release()
{
    d->engine->release(QStringLiteral("released"));
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientcaller.h"

#include <QThread>

namespace pyrolens {

namespace {

// A dead callback must not hold up the others for long.
constexpr std::chrono::milliseconds kConnectTimeout{3'000};

class ProxyCaller final : public RemoteCaller
{
public:
    ProxyCaller(std::shared_ptr<const ClientContext> context, Uri uri, ProxyOptions options)
        : m_context(std::move(context)), m_uri(std::move(uri)), m_options(std::move(options))
    { }

    Result<Value> call(const QString &method, std::vector<Value> args, bool oneway,
        std::chrono::milliseconds timeout) override
    {
        // A proxy belongs to the thread that made it, a servant may be called on any.
        if (!m_proxy || m_proxy->thread() != QThread::currentThread())
            m_proxy = std::make_unique<Proxy>(m_context, m_uri, m_options);
        return m_proxy
            ->sendBlocking(
                messageFor(m_correlationId, method, std::move(args)), {.timeout = timeout, .oneway = oneway})
            .result();
    }

    void callAsync(const QString &method, std::vector<Value> args, bool oneway,
        std::chrono::milliseconds timeout, QObject *context,
        std::function<void(const Result<Value> &)> handler) override
    {
        auto start = [shared = m_context, uri = m_uri, options = m_options,
                         message = messageFor(m_correlationId, method, std::move(args)), oneway, timeout,
                         context, handler = std::move(handler)] {
            // Lives as long as its call: the handler holds it, and lets go of it from the event loop.
            auto *proxy = new Proxy(shared, uri, options, context);
            proxy->send(message, {.timeout = timeout, .oneway = oneway})
                .then(context, [proxy, handler](const Reply &reply) {
                    proxy->deleteLater();
                    handler(reply.result());
                });
        };
        if (context->thread() == QThread::currentThread())
            start();
        else
            QMetaObject::invokeMethod(context, std::move(start), Qt::QueuedConnection);
    }

    void setCorrelationId(const QByteArray &id) override { m_correlationId = id; }

private:
    static Message messageFor(const QByteArray &correlationId, const QString &method, std::vector<Value> args)
    {
        Message message = Message::call({}, method.toUtf8(), Value::tuple(std::move(args)), {});
        message.correlationId = correlationId;
        return message;
    }

    const std::shared_ptr<const ClientContext> m_context;
    const Uri m_uri;
    const ProxyOptions m_options;
    QByteArray m_correlationId;
    std::unique_ptr<Proxy> m_proxy;
};

} // namespace

CallerFactory makeCallerFactory(
    std::shared_ptr<const ClientContext> context, std::optional<TlsSettings> tls, QByteArray hmacKey)
{
    return [context, tls, hmacKey](
               const Reference &target, const Generation &generation) -> std::unique_ptr<RemoteCaller> {
        auto uri = generation.parseUri(target.uri);
        if (!uri)
            return nullptr;
        ProxyOptions options;
        options.generation = generation.info().id;
        options.connectTimeout = kConnectTimeout;
        if (generation.info().features.hmac)
            options.credentials.hmacKey = target.ident.isEmpty() ? hmacKey : target.ident;
        else
            options.credentials.mungedIdent = target.ident;
        options.codec = target.codec;
        if (!target.handshake.isNone())
            options.handshake = target.handshake;
        options.onewayMethods = target.onewayMethods;
        options.tls = tls;
        return std::make_unique<ProxyCaller>(context, std::move(*uri), std::move(options));
    };
}

} // namespace pyrolens

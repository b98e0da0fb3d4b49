// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nameserverclient.h"

#include "clientcalls_p.h"
#include "names.h"
#include "relay_p.h"

#include <QThread>

namespace pyrolens {

using namespace naming;

namespace {

constexpr int kMaxNameBytes = 1'024;

Status toStatus(const Result<Value> &result)
{
    return result.map([](const Value &) { return Done{}; });
}

Value identity(const Value &value)
{
    return value;
}

} // namespace

class NameServerClient::Private
{
public:
    Private(std::shared_ptr<const ClientContext> context, NameServerAddress address)
        : engine(std::move(context), std::move(address))
    { }

    Result<QByteArray> wireName(const QString &name) const;
    Status change(const QString &method, const QString &name);
    void changeLater(
        const QString &method, const QString &name, QObject *context, const Handler<Done> &handler);
    void listStep(const std::shared_ptr<TreeLister> &lister,
        const std::function<void(Result<std::vector<NameEntry>>)> &done);

    /// Wraps a handler so that it runs once in its context's thread, or not at all when that has died.
    template <class T>
    static std::function<void(Result<T>)> deliverTo(QObject *context, Handler<T> handler)
    {
        const auto result = std::make_shared<std::optional<Result<T>>>();
        const auto relay = std::make_shared<Relay>();
        QObject::connect(relay.get(), &Relay::fired, context, [result, handler = std::move(handler)] {
            const Result<T> kept = std::move(**result);
            handler(kept);
        });
        return [result, relay](Result<T> value) {
            result->emplace(std::move(value));
            Q_EMIT relay->fired();
        };
    }

    /// Sends a request and hands `read(answer)` to the handler. A request that could not even be made fails
    /// later, too.
    template <class T, class Read>
    void ask(const Result<Request> &request, QObject *context, Handler<T> handler, Read read)
    {
        auto deliver = deliverTo<T>(context, std::move(handler));
        if (!request) {
            QMetaObject::invokeMethod(
                &engine, [deliver, error = request.error()] { deliver(error); }, Qt::QueuedConnection);
            return;
        }
        engine.call(request.value(), [deliver, read](const Result<Value> &answer) {
            deliver(answer ? Result<T>(read(answer.value())) : Result<T>(answer.error()));
        });
    }

    ClientEngine engine;
    bool triesListing = true; // until a server turns out not to know it
};

Result<QByteArray> NameServerClient::Private::wireName(const QString &name) const
{
    const QByteArray group = engine.address().defaultGroup.toUtf8();
    Status status = Done{};
    if (!group.startsWith(':'))
        status = namingError("default group name is not absolute");
    const QByteArray full = expand(name.toUtf8(), group);
    if (status)
        status = check(full, kMaxNameBytes);
    if (status)
        return full;
    // As it would have come from the server.
    Error error = status.error();
    RemoteError remote = *error.remote;
    remote.className = QStringLiteral("Pyro.errors.NamingError");
    return RemoteError::toError(std::move(remote));
}

NameServerClient::NameServerClient(
    std::shared_ptr<const ClientContext> context, NameServerAddress address, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(context), std::move(address)))
{
    Q_ASSERT_X(d->engine.generation(), "NameServerClient", "the catalogue must know the generation");
}

NameServerClient::~NameServerClient() = default;

void NameServerClient::cancel()
{
    if (QThread::currentThread() != thread())
        return d->engine.cancelBlocking();
    d->engine.cancel();
}

std::optional<Uri> NameServerClient::uri() const
{
    return d->engine.uri();
}

Result<QString> NameServerClient::fullName(const QString &name) const
{
    return d->wireName(name).map([](const QByteArray &full) { return QString::fromUtf8(full); });
}

// --- blocking

Result<Uri> NameServerClient::locateBlocking()
{
    return d->engine.locateBlocking();
}

Status NameServerClient::pingBlocking()
{
    return toStatus(d->engine.callBlocking({QStringLiteral("ping"), {}, true}));
}

Result<QString> NameServerClient::lookupBlocking(const QString &name)
{
    return d->wireName(name)
        .andThen([&](const QByteArray &full) { return d->engine.callBlocking(lookupRequest(full)); })
        .andThen([&](const Value &value) { return readUri(value, *d->engine.generation()); });
}

Status NameServerClient::registerBlocking(const QString &name, const QString &uri)
{
    return toStatus(d->wireName(name).andThen(
        [&](const QByteArray &full) { return d->engine.callBlocking(registerRequest(full, uri)); }));
}

Status NameServerClient::Private::change(const QString &method, const QString &name)
{
    return toStatus(wireName(name).andThen(
        [&](const QByteArray &full) { return engine.callBlocking(changeRequest(method, full)); }));
}

Status NameServerClient::unregisterBlocking(const QString &name)
{
    return d->change(QStringLiteral("unregister"), name);
}

Status NameServerClient::createGroupBlocking(const QString &name)
{
    return d->change(QStringLiteral("createGroup"), name);
}

Status NameServerClient::deleteGroupBlocking(const QString &name)
{
    return d->change(QStringLiteral("deleteGroup"), name);
}

Result<Value> NameServerClient::metaBlocking(const QString &name)
{
    return d->wireName(name).andThen(
        [&](const QByteArray &full) { return d->engine.callBlocking(metaRequest(full)); });
}

Status NameServerClient::setMetaBlocking(const QString &name, const Value &value)
{
    return toStatus(d->wireName(name).andThen(
        [&](const QByteArray &full) { return d->engine.callBlocking(setMetaRequest(full, value)); }));
}

Result<std::vector<NameEntry>> NameServerClient::listAllBlocking(bool groups)
{
    const ClientEngine::Operation operation(d->engine); // of many requests
    TreeLister lister(groups, d->triesListing, *d->engine.generation());
    while (const std::optional<Request> request = lister.next()) {
        if (Status taken = lister.take(d->engine.callBlocking(*request)); !taken)
            return taken.error();
    }
    d->triesListing = lister.hasListing();
    return lister.result();
}

// --- asynchronous

void NameServerClient::locate(QObject *context, Handler<Uri> handler)
{
    d->engine.locate(Private::deliverTo<Uri>(context, std::move(handler)));
}

void NameServerClient::ping(QObject *context, Handler<Done> handler)
{
    d->ask<Done>(Request{QStringLiteral("ping"), {}, true}, context, std::move(handler),
        [](const Value &) { return Done{}; });
}

void NameServerClient::lookup(const QString &name, QObject *context, Handler<QString> handler)
{
    const Generation *generation = d->engine.generation();
    d->ask<QString>(d->wireName(name).map(lookupRequest), context, std::move(handler),
        [generation](const Value &value) { return readUri(value, *generation); });
}

void NameServerClient::registerName(
    const QString &name, const QString &uri, QObject *context, Handler<Done> handler)
{
    const auto request
        = d->wireName(name).map([&](const QByteArray &full) { return registerRequest(full, uri); });
    d->ask<Done>(request, context, std::move(handler), [](const Value &) { return Done{}; });
}

void NameServerClient::Private::changeLater(
    const QString &method, const QString &name, QObject *context, const Handler<Done> &handler)
{
    const auto request
        = wireName(name).map([&](const QByteArray &full) { return changeRequest(method, full); });
    ask<Done>(request, context, handler, [](const Value &) { return Done{}; });
}

void NameServerClient::unregisterName(const QString &name, QObject *context, Handler<Done> handler)
{
    d->changeLater(QStringLiteral("unregister"), name, context, handler);
}

void NameServerClient::createGroup(const QString &name, QObject *context, Handler<Done> handler)
{
    d->changeLater(QStringLiteral("createGroup"), name, context, handler);
}

void NameServerClient::deleteGroup(const QString &name, QObject *context, Handler<Done> handler)
{
    d->changeLater(QStringLiteral("deleteGroup"), name, context, handler);
}

void NameServerClient::meta(const QString &name, QObject *context, Handler<Value> handler)
{
    d->ask<Value>(d->wireName(name).map(metaRequest), context, std::move(handler), identity);
}

void NameServerClient::setMeta(
    const QString &name, const Value &value, QObject *context, Handler<Done> handler)
{
    const auto request
        = d->wireName(name).map([&](const QByteArray &full) { return setMetaRequest(full, value); });
    d->ask<Done>(request, context, std::move(handler), [](const Value &) { return Done{}; });
}

void NameServerClient::listAll(bool groups, QObject *context, Handler<std::vector<NameEntry>> handler)
{
    const auto lister = std::make_shared<TreeLister>(groups, d->triesListing, *d->engine.generation());
    d->listStep(lister, Private::deliverTo<std::vector<NameEntry>>(context, std::move(handler)));
}

void NameServerClient::Private::listStep(const std::shared_ptr<TreeLister> &lister,
    const std::function<void(Result<std::vector<NameEntry>>)> &done)
{
    const std::optional<Request> request = lister->next();
    if (!request) {
        triesListing = lister->hasListing();
        return done(lister->result());
    }
    engine.call(*request, [this, lister, done](const Result<Value> &answer) {
        const Status taken = lister->take(answer);
        if (taken)
            listStep(lister, done);
        else
            done(taken.error());
    });
}

} // namespace pyrolens

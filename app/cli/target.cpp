// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "target.h"

#include <pyrolens/client/registered.h>
#include <pyrolens/naming/target.h>

#include <QFile>

namespace pyrolens::cli {

QString generationNames(const Catalogue &catalogue)
{
    QStringList ids;
    for (const auto &generation : catalogue.all())
        ids.append(QString::number(generation->info().id));
    if (ids.size() == 1)
        return QStringLiteral("generation ") + ids.first();
    const QString last = ids.takeLast();
    return QStringLiteral("generations %1 and %2").arg(ids.join(QStringLiteral(", ")), last);
}

const Generation &defaultGeneration(const Invocation &invocation)
{
    const Generation *chosen = invocation.catalogue->find(invocation.proxyOptions.generation);
    return chosen != nullptr ? *chosen : *invocation.catalogue->all().front();
}

std::shared_ptr<ClientContext> makeClientContext(const Invocation &invocation)
{
    // The resolver looks names up over proxies of its own, so it gets a context without a resolver.
    auto plain = std::make_shared<ClientContext>();
    plain->catalogue = invocation.catalogue;
    plain->addresses = invocation.addresses;
    auto context = std::make_shared<ClientContext>();
    context->catalogue = invocation.catalogue;
    context->addresses = invocation.addresses;
    context->resolver = makeNameServerResolver(plain, invocation.nameServer);
    return context;
}

Result<Uri> parseTarget(const Invocation &invocation, const QString &text)
{
    return pyrolens::parseTarget(*invocation.catalogue, text, invocation.proxyOptions.generation);
}

Result<std::unique_ptr<Proxy>> makeProxy(const Invocation &invocation, const QString &target)
{
    return parseTarget(invocation, target).map([&invocation](const Uri &uri) {
        return std::make_unique<Proxy>(invocation.client, uri, invocation.proxyOptions);
    });
}

Result<Uri> parseDaemonAddress(const Invocation &invocation, const QString &text)
{
    if (text.contains(QLatin1String("://")))
        return parseTarget(invocation, text);
    const auto endpoint = parseEndpoint(text);
    if (!endpoint)
        return endpoint.error();
    if (endpoint->second == 0)
        return Error::usage(QStringLiteral("'%1' lacks a port: HOST:PORT").arg(text));
    // Without an object: a question to whatever answers there.
    Uri uri;
    uri.host = endpoint->first;
    uri.port = endpoint->second;
    return uri;
}

Result<const Generation *> carrierOf(const Invocation &invocation, Proxy &proxy)
{
    if (proxy.generation() == nullptr) {
        if (const Reply bound = proxy.bindBlocking(); !bound)
            return bound.error();
    }
    const Generation *generation = proxy.generation();
    return generation != nullptr ? generation : &defaultGeneration(invocation);
}

Result<Uri> resolveName(const Invocation &invocation, const Uri &name)
{
    const std::chrono::milliseconds timeout = invocation.proxyOptions.callTimeout;
    QDeadlineTimer deadline(QDeadlineTimer::Forever);
    if (timeout != kNoTimeout)
        deadline.setRemainingTime(timeout);
    return invocation.client->resolver->resolve(name, invocation.proxyOptions, deadline);
}

namespace {

/// callback('PYRO://...') or callback('NAME'): a proxy for the object that `listen` hosts there.
Result<Value> callbackProxy(const Invocation &invocation, const QString &where)
{
    Result<Uri> uri = parseTarget(invocation, where);
    if (uri && uri->form == Uri::Form::Name)
        uri = resolveName(invocation, *uri);
    if (!uri)
        return uri.error();
    if (uri->form != Uri::Form::Object)
        return Error::usage(QStringLiteral("a callback object is given by its name or its PYRO URI"));
    Reference proxy;
    proxy.uri = uri->toString();
    return Value::reference(std::move(proxy));
}

} // namespace

Result<Value> parseWord(const Invocation &invocation, const QString &word, const Generation &generation)
{
    LiteralContext context;
    context.file = [](const QString &path) -> Result<QByteArray> {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            return Error::usage(QStringLiteral("cannot read %1: %2").arg(path, file.errorString()));
        return file.readAll();
    };
    context.callback = [&invocation](const QString &where) { return callbackProxy(invocation, where); };
    const auto node = parseLiteral(word, generation.info().dialect, invocation.proxyOptions.limits, context);
    if (node)
        return node->value;
    Error error = node.error();
    if (error.kind != Error::Kind::Usage && error.kind != Error::Kind::Limit)
        return error; // of looking a name up
    error.what = QStringLiteral("'%1' is no literal: %2").arg(word, error.what);
    // A bare word is nearly always a string whose quotes the shell took away.
    if (!word.isEmpty() && (word.front().isLetter() || word.front() == u'_'))
        error.what += QStringLiteral(" (for a string write it with its quotes: \"'%1'\")").arg(word);
    return error;
}

Result<Value> parseWord(const Invocation &invocation, const QString &word)
{
    return parseWord(invocation, word, defaultGeneration(invocation));
}

Status checkWord(const Invocation &invocation, const QString &word)
{
    Status first = Done{};
    for (const auto &generation : invocation.catalogue->all()) {
        const auto value = parseWord(invocation, word, *generation);
        if (value)
            return Done{};
        if (first)
            first = value.error();
    }
    return first;
}

Result<Value> registeredObjects(Proxy &proxy)
{
    Message question;
    question.kind = Message::Kind::Query;
    question.query = Message::Query::Registered;
    return proxy.sendBlocking(question).result();
}

Status checkObjectIsHosted(Proxy &proxy)
{
    const Reply bound = proxy.bindBlocking();
    if (!bound)
        return bound.error();
    if (proxy.metadata())
        return Done{}; // the daemon was asked for this very object
    const auto objects = registeredObjects(proxy);
    if (!objects)
        return objects.error();
    const std::optional<Uri> uri = proxy.resolvedUri();
    const QString id = uri ? uri->object : proxy.uri().object;
    if (objects->find(QByteArrayView(id.toUtf8())) != nullptr)
        return Done{};
    return unknownObjectId();
}

} // namespace pyrolens::cli

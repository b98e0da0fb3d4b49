// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Questions about single objects: is it there, what does it offer, what else does its daemon host.

#include "networkservice.h"

#include <pyrolens/client/registered.h>
#include <pyrolens/models/plaintext.h>
#include <pyrolens/nameadmin/registration.h>
#include <pyrolens/value/literal.h>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr std::chrono::milliseconds kPingTimeout{5'000};
constexpr std::chrono::milliseconds kSlow{500}; ///< a longer ping counts as slow

ObjectInterface interfaceOf(const InterfaceInfo &info)
{
    ObjectInterface result;
    result.isKnown = true;
    result.className = info.className;
    result.doc = info.doc;
    for (const MethodInfo &one : info.methods) {
        MethodRow row;
        row.name = one.name;
        row.signature = one.signature;
        row.doc = one.doc;
        row.oneway = one.oneway;
        row.stream = one.stream;
        result.methods.push_back(std::move(row));
    }
    for (const AttributeInfo &one : info.attributes)
        result.attributes.push_back({one.name, one.writable, one.doc, {}, {}});
    return result;
}

ObjectInterface interfaceOf(const ObjectMetadata &told)
{
    ObjectInterface result;
    result.isKnown = true;
    for (const QString &name : told.methods) {
        MethodRow row;
        row.name = name;
        row.oneway = told.oneway.contains(name);
        result.methods.push_back(std::move(row));
    }
    for (const QString &name : told.attributes)
        result.attributes.push_back({name, true, {}, {}, {}}); // whether it can be written is not told
    return result;
}

std::vector<RegisteredObject> hostedObjects(
    const Value &answer, const Generation &generation, const Uri &where)
{
    std::vector<RegisteredObject> objects;
    for (const auto &[id, name] : registeredIds(answer))
        objects.push_back({id, name, generation.objectUri(where.host, where.port, id.toUtf8(), where.tls)});
    return objects;
}

} // namespace

void NetworkService::ping(quint64 page, const ObjectTarget &target)
{
    const auto uri = uriOf(target);
    if (!uri) {
        Q_EMIT pinged(page, Health::Unknown, uri.error().what, {});
        return;
    }
    CallRequest request;
    request.target = target;
    request.timeout = kPingTimeout;
    const auto proxy = take(uri.value(), request);
    CallOptions options;
    options.timeout = kPingTimeout;
    // A fresh connection: an open one would only tell that it was good when it was made.
    proxy->release();
    proxy->bind(options).then(this, [this, page, proxy, profile = target.profile](const Reply &reply) {
        const auto resolved = proxy->resolvedUri();
        const QString uriText = resolved ? resolved->toString() : QString();
        if (reply) {
            const auto total = reply.trace().total;
            Q_EMIT pinged(
                page, total > kSlow ? Health::Slow : Health::Ok, durationText(total.count()), uriText);
        } else {
            const bool denied = reply.error().kind == Error::Kind::Denied;
            Q_EMIT pinged(page, denied ? Health::Denied : Health::Dead, {}, uriText);
        }
        giveBack(profile, proxy);
    });
}

void NetworkService::listHosted(quint64 page, const ObjectTarget &target)
{
    const auto object = uriOf(target);
    if (!object) {
        Q_EMIT hostedFailed(page, object.error(), {});
        return;
    }
    if (object->form == Uri::Form::Name) {
        Q_EMIT hostedFailed(page,
            Error::usage(
                QStringLiteral("'%1' does not say which daemon it is; open it from a name server's list.")
                    .arg(object->toString())),
            {});
        return;
    }
    // A question to the daemon itself, whichever generation it is.
    Uri daemon = *object;
    daemon.form = Uri::Form::Object;
    daemon.object.clear();
    CallRequest request;
    request.target = target;
    request.timeout = kPingTimeout;
    const auto proxy = take(daemon, request);
    CallOptions options;
    options.timeout = kPingTimeout;
    proxy->query(Message::Query::Registered, {}, options)
        .then(this, [this, page, proxy, where = *object, profile = target.profile](const Reply &reply) {
            const Generation *generation = m_catalogue->find(reply.trace().generation);
            if (reply && generation != nullptr)
                Q_EMIT hostedListed(page, hostedObjects(reply.value(), *generation, where));
            else if (!reply)
                Q_EMIT hostedFailed(page, reply.error(), where.endpoint());
            giveBack(profile, proxy);
        });
}

/// Whether what answers may tell about its objects without being called.
bool NetworkService::mayTell(const ObjectTarget &target, const Uri &uri) const
{
    const QString text = uri.toString();
    return std::ranges::any_of(m_catalogue->all(), [&](const auto &generation) {
        const GenerationInfo &info = generation->info();
        return info.features.objectMetadata && (target.generation == 0 || target.generation == info.id)
            && generation->parseUri(text).isOk();
    });
}

/// What the daemon tells when a connection is made.
void NetworkService::ask(quint64 page, const ObjectTarget &target, const Uri &uri)
{
    CallRequest request;
    request.target = target;
    request.timeout = kPingTimeout;
    const auto proxy = take(uri, request);
    CallOptions options;
    options.timeout = kPingTimeout;
    proxy->bind(options).then(this, [this, page, proxy, uri, profile = target.profile](const Reply &reply) {
        ObjectInterface interface;
        if (reply && proxy->metadata())
            interface = interfaceOf(*proxy->metadata());
        if (const Generation *generation = m_catalogue->find(reply.trace().generation)) {
            interface.generation = generation->info().id;
            interface.dialect = generation->info().dialect;
        }
        const auto resolved = proxy->resolvedUri();
        Q_EMIT described(page, interface, (resolved ? *resolved : uri).toString());
        if (!reply) {
            const bool denied = reply.error().kind == Error::Kind::Denied;
            Q_EMIT pinged(page, denied ? Health::Denied : Health::Dead, {}, {});
            Q_EMIT checkFailed(page, reply.error(), uri.endpoint());
        }
        giveBack(profile, proxy);
    });
}

void NetworkService::describe(quint64 page, const ObjectTarget &target)
{
    ObjectInterface interface;
    const auto uri = uriOf(target);
    if (uri && m_demo && m_demo->daemon()) {
        // An object of our own: its host tells what it has.
        const Uri &wanted = uri.value();
        for (const HostedObject &hosted : m_demo->daemon()->objects()) {
            const Uri own = m_demo->daemon()->uriFor(hosted.id);
            const bool same = own.host == wanted.host && own.port == wanted.port
                && (own.object == wanted.object || hosted.name == wanted.object);
            if (same)
                interface = interfaceOf(hosted.interface);
        }
    }
    if (uri && !interface.isKnown && mayTell(target, *uri))
        ask(page, target, *uri);
    else
        Q_EMIT described(page, interface, uri ? uri.value().toString() : QString());

    const auto server = m_servers.constFind(target.profile);
    if (server == m_servers.constEnd() || !server->client || target.name.isEmpty())
        return;
    const Generation *spoken = server->client->generation();
    const bool isFlat = spoken && !spoken->info().features.hierarchicalNames;
    server->client->meta(target.name, this, [this, page, isFlat](const Result<Value> &meta) {
        std::vector<std::pair<QString, QString>> rows;
        if (const auto tags = meta && isFlat ? tagsOfMeta(*meta) : std::nullopt)
            rows.emplace_back(
                tr("Tags"), tags->isEmpty() ? tr("none", "tags") : tags->join(QStringLiteral(", ")));
        else if (meta)
            rows.emplace_back(
                tr("User meta info"), toPython(meta.value(), {Dialect::Python2, 2, 60, 10'000, 20'000}));
        else
            rows.emplace_back(tr("User meta info"), meta.error().what);
        Q_EMIT metadataListed(page, rows);
    });
}

void NetworkService::checkName(quint64 page, const ObjectTarget &target, const QString &name)
{
    const auto uri = uriOf(target);
    if (!uri) {
        Q_EMIT checkFailed(page, uri.error(), {});
        return;
    }
    CallRequest request;
    request.target = target;
    const auto proxy = take(uri.value(), request);
    proxy->hasAttribute(name).then(
        this, [this, page, name, proxy, profile = target.profile](const Reply &reply) {
            if (reply)
                Q_EMIT nameChecked(page, name, reply.value().asInteger() == 1);
            else
                Q_EMIT checkFailed(page, reply.error(), proxy->uri().endpoint());
            giveBack(profile, proxy);
        });
}

} // namespace pyrolens

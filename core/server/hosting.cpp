// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "daemon_p.h"

// Which objects a daemon hosts, and under which names they are known outside.

namespace pyrolens {

namespace {

Error unknownObject(const QByteArray &id)
{
    return Error::usage(QStringLiteral("no object with the id %1 is hosted").arg(QString::fromUtf8(id)));
}

bool isMissingName(const Error &error)
{
    return error.kind == Error::Kind::Remote && error.remote
        && error.remote->className.endsWith(u"NamingError");
}

} // namespace

Result<Uri> Core::uriFor(const QByteArray &id, int generationId) const
{
    const Generation *spoken = catalogue->find(generationId);
    if (!spoken)
        return Error::unsupported(QStringLiteral("generation %1 is not spoken").arg(generationId));
    return spoken->parseUri(spoken->objectUri(publishedHost(), port, id, options.tls.has_value()));
}

Result<std::shared_ptr<Hosted>> Core::host(const std::shared_ptr<Servant> &servant, const QString &name,
    const QByteArray &id, int generationId, bool persistent)
{
    Q_ASSERT_X(servant, "Daemon::connectServant", "no servant");
    const Generation *spoken = speaks(generationId);
    if (!spoken)
        return Error::unsupported(
            QStringLiteral("this daemon does not speak generation %1").arg(generationId));
    auto hosted = std::make_shared<Hosted>();
    hosted->id = id.isEmpty() ? spoken->newObjectId() : id;
    hosted->name = name;
    hosted->persistent = persistent;
    hosted->servant = servant;
    hosted->threading = servant->threading();
    if (hosted->threading == Threading::Bound) {
        QObject *object = servant->boundObject();
        Q_ASSERT_X(object, "Daemon::connectServant", "a bound servant without object");
        hosted->anchor = std::make_unique<Anchor>(object);
    }
    if (!objects.insert(hosted)) {
        return Error::usage(QStringLiteral("an object with the name '%1' or the id '%2' is connected already")
                                .arg(name, QString::fromUtf8(hosted->id)));
    }
    announce([](Daemon &owner) { Q_EMIT owner.objectsChanged(); });
    return hosted;
}

const Generation *Core::speaks(int generationId) const
{
    const bool wanted = std::ranges::find(options.generations, generationId) != options.generations.end();
    return wanted ? catalogue->find(generationId) : nullptr;
}

const Generation *Daemon::generation(int id) const
{
    return d->core->speaks(id);
}

Result<std::shared_ptr<Hosted>> Core::ensureHosted(const std::shared_ptr<Servant> &servant)
{
    if (auto hosted = objects.findServant(servant.get()))
        return hosted;
    return host(servant, {}, {}, generation->info().id, false);
}

Result<Uri> Daemon::connectServant(
    std::shared_ptr<Servant> servant, const QString &name, const QByteArray &id, int generation)
{
    auto hosted = d->core->host(servant, name, id, generation, false);
    if (!hosted)
        return std::move(hosted).error();
    auto uri = d->core->uriFor((*hosted)->id, generation);
    const auto registrar = d->core->registrar();
    if (!uri || name.isEmpty() || !registrar)
        return uri;
    // Hosted first: whoever finds the name may call at once.
    if (auto done = registrar->registerName(name, *uri); !done) {
        d->core->objects.take((*hosted)->id);
        d->core->announce([](Daemon &owner) { Q_EMIT owner.objectsChanged(); });
        return std::move(done).error();
    }
    (*hosted)->registered = true;
    return uri;
}

Result<Uri> Daemon::connectPersistent(std::shared_ptr<Servant> servant, const QString &name, int generation)
{
    const auto registrar = d->core->registrar();
    QByteArray id;
    bool known = false;
    bool stale = false;
    if (registrar && !name.isEmpty()) {
        const auto old = registrar->resolve(name);
        if (!old && !isMissingName(old.error()))
            return old.error();
        if (old) {
            known = old->host == d->core->publishedHost() && old->port == d->core->port;
            stale = !known;
            if (known)
                id = old->object.toUtf8();
        }
    }
    auto hosted = d->core->host(servant, name, id, generation, true);
    if (!hosted)
        return std::move(hosted).error();
    auto uri = d->core->uriFor((*hosted)->id, generation);
    if (!uri || !registrar || name.isEmpty())
        return uri;
    Status done = Done();
    if (stale)
        done = registrar->unregisterName(name);
    if (done && !known)
        done = registrar->registerName(name, *uri);
    if (!done) {
        d->core->objects.take((*hosted)->id);
        return std::move(done).error();
    }
    (*hosted)->registered = true;
    return uri;
}

Status Daemon::disconnectServant(const QByteArray &id)
{
    if (d->core->generation && id == d->core->generation->info().daemonObject)
        return Error::usage(QStringLiteral("the daemon's own object cannot be disconnected"));
    const auto hosted = d->core->objects.take(id);
    if (!hosted)
        return unknownObject(id);
    d->core->announce([](Daemon &owner) { Q_EMIT owner.objectsChanged(); });
    const auto registrar = d->core->registrar();
    if (registrar && hosted->registered.exchange(false))
        return registrar->unregisterName(hosted->name);
    return Done();
}

Uri Daemon::uriFor(const QByteArray &id, int generation) const
{
    return d->core->uriFor(id, generation).valueOr({});
}

std::shared_ptr<Servant> Daemon::servant(const QByteArray &id) const
{
    const auto hosted = d->core->objects.find(id);
    return hosted ? hosted->servant : nullptr;
}

std::vector<HostedObject> Daemon::objects() const
{
    std::vector<HostedObject> rows;
    for (const auto &hosted : d->core->objects.all()) {
        if (d->core->generation && hosted->id == d->core->generation->info().daemonObject)
            continue;
        HostedObject row;
        row.id = hosted->id;
        row.name = hosted->name;
        row.persistent = hosted->persistent;
        row.calls = hosted->calls;
        row.errors = hosted->errors;
        row.lastUsed = std::chrono::steady_clock::time_point(
            std::chrono::steady_clock::duration(hosted->lastUsed.load()));
        row.interface = hosted->servant->interface();
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "daemon_p.h"

#include <algorithm>

// Which objects a daemon hosts, and under which names they are known outside.

namespace pyrolens {

namespace {

Error unknownObject(const QByteArray &id)
{
    return Error::usage(QStringLiteral("no object with the id %1 is hosted").arg(QString::fromUtf8(id)));
}

Error unspoken(int generation)
{
    return Error::unsupported(QStringLiteral("this daemon does not speak generation %1").arg(generation));
}

bool isMissingName(const Error &error)
{
    return error.kind == Error::Kind::Remote && error.remote
        && error.remote->className.endsWith(u"NamingError");
}

} // namespace

Result<Uri> Core::uriFor(const Hosted &hosted, const Generation &spoken) const
{
    const bool isUnix = !options.unixPath.isEmpty();
    auto uri = spoken.parseUri(spoken.objectUri(
        publishedHost(), isUnix ? 1 : port.load(), hosted.id(spaceOf(spoken)), options.tls.has_value()));
    if (uri && isUnix) {
        uri->host.clear();
        uri->port = 0;
        uri->unixPath = options.unixPath;
    }
    return uri;
}

std::vector<std::pair<Space, Uri>> Core::urisFor(const Hosted &hosted) const
{
    std::vector<std::pair<Space, Uri>> uris;
    for (const Space space : kSpaces) {
        const auto spoken = std::ranges::find_if(
            generations, [space](const Generation *each) { return spaceOf(*each) == space; });
        if (spoken == generations.end() || !hosted.isKnownIn(space))
            continue;
        if (auto uri = uriFor(hosted, **spoken))
            uris.emplace_back(space, *std::move(uri));
    }
    return uris;
}

/// Names and ids of an object in both spaces, from those in one of them.
void Core::nameObject(
    Hosted &hosted, const QString &name, const QByteArray &id, const Generation &spoken) const
{
    const auto speaks = [this](Space space) {
        return std::ranges::any_of(
            generations, [space](const Generation *each) { return spaceOf(*each) == space; });
    };
    const bool hasTree = speaks(Space::Tree);
    const bool hasFlat = speaks(Space::Flat);
    const bool isTreeName = spaceOf(spoken) == Space::Tree;
    hosted.flatName = isTreeName && name.startsWith(u':') ? name.sliced(1) : name;
    // A full name of the tree begins with a colon; there are no groups to be relative to in the flat space.
    const bool needsColon = !name.isEmpty() && !isTreeName && hasTree && !name.startsWith(u':');
    hosted.name = needsColon ? u':' + name : name;
    QByteArray &own = hosted.ids[size_t(spaceOf(spoken))];
    QByteArray &other = hosted.ids[size_t(isTreeName ? Space::Flat : Space::Tree)];
    const auto flatId = [&] {
        // A name that no URI can hold is of no use there.
        const QByteArray wanted = hosted.flatName.toUtf8();
        const bool isUsable = !wanted.isEmpty() && !wanted.contains('@') && !hosted.flatName.contains(u' ');
        return isUsable ? wanted : QByteArray();
    };
    own = id;
    if (own.isEmpty() && !isTreeName)
        own = flatId();
    if (own.isEmpty())
        own = spoken.newObjectId();
    other = own;
    if (name.isEmpty() || !hasTree || !hasFlat)
        return;
    if (isTreeName) {
        if (const QByteArray flat = flatId(); !flat.isEmpty())
            other = flat;
    } else {
        other = generations.front()->newObjectId(); // the tree's is the lowest
    }
}

Result<std::shared_ptr<Hosted>> Core::host(const std::shared_ptr<Servant> &servant, const QString &name,
    const QByteArray &id, const Generation &spoken, bool persistent)
{
    Q_ASSERT_X(servant, "Daemon::connectServant", "no servant");
    auto hosted = std::make_shared<Hosted>();
    nameObject(*hosted, name, id, spoken);
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
                                .arg(name, QString::fromUtf8(hosted->id(spaceOf(spoken)))));
    }
    announce([](Daemon &owner) { Q_EMIT owner.objectsChanged(); });
    return hosted;
}

const Generation *Core::speaks(int generationId) const
{
    if (generationId == 0)
        return generations.empty() ? nullptr : generations.front();
    const auto found = std::ranges::find_if(
        generations, [generationId](const Generation *each) { return each->info().id == generationId; });
    return found == generations.end() ? nullptr : *found;
}

const Generation *Daemon::generation(int id) const
{
    return d->core->speaks(id);
}

Result<std::shared_ptr<Hosted>> Core::ensureHosted(
    const std::shared_ptr<Servant> &servant, const Generation &spoken)
{
    if (auto hosted = objects.findServant(servant.get()))
        return hosted;
    return host(servant, {}, {}, spoken, false);
}

/// In every name space that there is one for. What was registered before an error is taken back.
Status Core::registerNames(Hosted &hosted, std::optional<Space> known)
{
    const auto names = registrar();
    if (!names || hosted.name.isEmpty())
        return Done();
    const auto uris = urisFor(hosted);
    if (std::ranges::none_of(uris, [&](const auto &each) { return names->takes(each.second); }))
        return Error::unsupported(
            QStringLiteral("the name server has no name space for '%1': Pyro 3 has one, 4 and 5 another")
                .arg(hosted.label()));
    for (const auto &[space, uri] : uris) {
        if (!names->takes(uri))
            continue;
        if (space != known) {
            if (Status done = names->registerName(hosted.nameIn(space), uri); !done) {
                static_cast<void>(unregisterNames(hosted));
                return done;
            }
        }
        hosted.registered[size_t(space)] = true;
    }
    return Done();
}

Status Core::unregisterNames(Hosted &hosted)
{
    const auto names = registrar();
    Status first = Done();
    for (const auto &[space, uri] : urisFor(hosted)) {
        if (!names || !hosted.registered[size_t(space)].exchange(false))
            continue;
        if (Status done = names->unregisterUri(hosted.nameIn(space), uri); !done && first)
            first = done;
    }
    return first;
}

Result<Uri> Daemon::connectServant(
    std::shared_ptr<Servant> servant, const QString &name, const QByteArray &id, int generation)
{
    const Generation *spoken = d->core->speaks(generation);
    if (!spoken)
        return unspoken(generation);
    auto hosted = d->core->host(servant, name, id, *spoken, false);
    if (!hosted)
        return std::move(hosted).error();
    // Hosted first: whoever finds the name may call at once.
    if (const Status done = d->core->registerNames(**hosted); !done) {
        d->core->objects.take((*hosted)->id());
        d->core->announce([](Daemon &owner) { Q_EMIT owner.objectsChanged(); });
        return done.error();
    }
    return d->core->uriFor(**hosted, *spoken);
}

Result<Uri> Daemon::connectPersistent(std::shared_ptr<Servant> servant, const QString &name, int generation)
{
    const Generation *spoken = d->core->speaks(generation);
    if (!spoken)
        return unspoken(generation);
    const auto registrar = d->core->registrar();
    // Only in the tree an object has an id that is worth keeping; else it is the name.
    const bool keepsId = spaceOf(*spoken) == Space::Tree;
    QByteArray id;
    bool isKnown = false;
    bool isStale = false;
    if (registrar && !name.isEmpty() && keepsId) {
        const auto old = registrar->resolve(name);
        if (!old && !isMissingName(old.error()))
            return old.error();
        if (old) {
            isKnown = old->host == d->core->publishedHost() && old->port == d->core->port;
            isStale = !isKnown;
            if (isKnown)
                id = old->object.toUtf8();
        }
    }
    auto hosted = d->core->host(servant, name, id, *spoken, true);
    if (!hosted)
        return std::move(hosted).error();
    Status done = Done();
    if (isStale)
        done = registrar->unregisterName(name);
    if (done)
        done = d->core->registerNames(**hosted, isKnown ? std::optional(Space::Tree) : std::nullopt);
    if (!done) {
        d->core->objects.take((*hosted)->id());
        return done.error();
    }
    return d->core->uriFor(**hosted, *spoken);
}

Status Daemon::disconnectServant(const QByteArray &id)
{
    if (const auto own = d->core->objects.find(id); own && own->isDaemon)
        return Error::usage(QStringLiteral("the daemon's own object cannot be disconnected"));
    const auto hosted = d->core->objects.take(id);
    if (!hosted)
        return unknownObject(id);
    d->core->announce([](Daemon &owner) { Q_EMIT owner.objectsChanged(); });
    return d->core->unregisterNames(*hosted);
}

Uri Daemon::uriFor(const QByteArray &id, int generation) const
{
    const Generation *spoken = d->core->speaks(generation);
    if (!spoken)
        return {};
    if (const auto hosted = d->core->objects.find(id))
        return d->core->uriFor(*hosted, *spoken).valueOr({});
    Hosted other; // not here, or not yet: the id is what it is
    other.ids.fill(id);
    return d->core->uriFor(other, *spoken).valueOr({});
}

std::vector<Uri> Daemon::urisFor(const QByteArray &id) const
{
    std::vector<Uri> uris;
    if (const auto hosted = d->core->objects.find(id)) {
        for (auto &[space, uri] : d->core->urisFor(*hosted))
            uris.push_back(std::move(uri));
    }
    return uris;
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
        if (hosted->isDaemon)
            continue;
        HostedObject row;
        row.id = hosted->id();
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

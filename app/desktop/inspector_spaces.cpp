// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// What a name server has: its names, and further name spaces on the same port.
#include "diagnosis.h"
#include "inspector.h"

#include <pyrolens/capture/trafficcapture.h>
#include <pyrolens/nameadmin/nameplan.h>

#include <QTimer>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr int kChangedFlash = 1'500; ///< ms that new names stay marked

/// The id of a further name space: no endpoint, UUID or name of ours has a slash.
QString spaceId(const QString &profile, int generation)
{
    return QStringLiteral("%1/%2").arg(profile).arg(generation);
}

} // namespace

QString Inspector::ownerOf(const QString &id) const
{
    const auto known = m_addresses.constFind(id);
    return known == m_addresses.cend() || known->owner.isEmpty() ? id : known->owner;
}

QStringList Inspector::spacesOf(const QString &profile) const
{
    QStringList ids;
    for (auto one = m_addresses.cbegin(); one != m_addresses.cend(); ++one) {
        if (one->owner == profile)
            ids.append(one.key());
    }
    return ids;
}

void Inspector::namesListed(
    const QString &profile, const QString &uri, int generation, const std::shared_ptr<const NameList> &names)
{
    const ProfileInfo *known = m_names.profile(profile);
    if (!known)
        return; // removed meanwhile
    ProfileInfo info = *known;
    info.state = ProfileInfo::State::Ok;
    info.uri = uri;
    info.generation = generation;
    if (const Generation *spoken = m_catalogue->find(generation)) {
        info.dialect = spoken->info().dialect;
        info.isFlat = !spoken->info().features.hierarchicalNames;
    }
    info.error.clear();
    info.detail.clear();
    m_names.setProfile(info);
    m_names.setNames(profile, names);
    if (const ConnectionProfile *settings = m_profiles.find(profile);
        settings && settings->foundGeneration != generation) {
        ConnectionProfile found = *settings;
        found.foundGeneration = generation;
        m_profiles.set(found);
        if (found.isSaved)
            saveProfiles();
    }
    QTimer::singleShot(kChangedFlash, &m_names, &NameTreeModel::clearChanged);
    Q_EMIT namesArrived(profile);
    if (profile == demoProfile())
        Q_EMIT demoReady(profile);
}

void Inspector::addSpace(const QString &profile, int generation)
{
    const ProfileInfo *server = m_names.profile(profile);
    const ConnectionProfile *settings = m_profiles.find(profile);
    const QString id = spaceId(profile, generation);
    if (!server || (settings && settings->generation > 0) || m_hiddenSpaces.contains(id)
        || m_names.profile(id))
        return;
    Address address = m_addresses.value(profile);
    address.generation = generation;
    address.owner = profile;
    m_addresses.insert(id, address);
    ProfileInfo info;
    info.id = id;
    info.label = server->label;
    info.generation = generation;
    m_names.setProfile(info);
    if (settings)
        sendConnection(id, *settings);
    refresh(id);
}

void Inspector::dropSpaces(const QString &profile)
{
    for (const QString &id : spacesOf(profile)) {
        m_names.removeProfile(id);
        m_addresses.remove(id);
        post([service = m_service, id] { service->forget(id); });
    }
}

Result<std::unique_ptr<DiagnosisRun>> Inspector::diagnosis(
    const QString &profile, const ObjectTarget &target) const
{
    Uri uri; // without an object: a question to whatever answers there
    const Address address = m_addresses.value(profile);
    const QString text = target.uri.isEmpty() ? target.name : target.uri;
    if (!text.isEmpty()) {
        auto parsed = m_catalogue->parseUri(text, target.generation);
        if (!parsed)
            return parsed.error();
        uri = *std::move(parsed);
    } else if (!address.host.isEmpty()) {
        uri.host = address.host;
        uri.port = address.port > 0 ? address.port : 9090;
    } else {
        return Error::usage(QStringLiteral("there is no address to look at"));
    }
    auto context = std::make_shared<ClientContext>();
    context->catalogue = m_catalogue;
    context->tap = m_capture;
    NameServerAddress server;
    server.host = address.host;
    server.port = address.port;
    server.generation = 0;
    ProxyOptions options;
    if (const ConnectionProfile *settings = this->profile(profile)) {
        options = settings->options();
        context->addresses = settings->addresses();
        server.options = options;
        server.tls = settings->nameServerTls;
    }
    options.generation = text.isEmpty() ? address.generation : target.generation;
    context->resolver = makeNameServerResolver(std::make_shared<ClientContext>(*context), server);
    return std::make_unique<DiagnosisRun>(context, options, uri);
}

/// Of a generation that is not known yet: what all that are possible have in common.
CallChoices Inspector::choices(const ObjectTarget &target) const
{
    CallChoices choices;
    bool isFirst = true;
    const QString text = target.uri.isEmpty() ? target.name : target.uri;
    for (const auto &generation : m_catalogue->all()) {
        const GenerationInfo &info = generation->info();
        const bool isPossible
            = target.generation > 0 ? target.generation == info.id : generation->parseUri(text).isOk();
        if (!isPossible)
            continue;
        const QList<QByteArray> codecs(info.codecs.begin(), info.codecs.end());
        if (isFirst) {
            choices.serializers = codecs;
            choices.batch = info.features.batch;
            choices.annotations = info.features.annotations;
        } else {
            choices.serializers.removeIf([&codecs](const QByteArray &one) { return !codecs.contains(one); });
            choices.batch = choices.batch && info.features.batch;
            choices.annotations = choices.annotations && info.features.annotations;
        }
        isFirst = false;
    }
    if (const ConnectionProfile *settings = profile(target.profile))
        choices.preferred = settings->serializer;
    return choices;
}

/// A name without a host, or tags: in the connected name servers first, in their order. The classic spelling
/// is that of a tree.
bool Inspector::findRegistered(const Uri &uri, Place &place) const
{
    for (const QString &id : m_names.profiles()) {
        const ProfileInfo *info = m_names.profile(id);
        const auto names = m_names.names(id);
        const Generation *spoken = m_catalogue->find(info->generation);
        if (!names || !spoken || info->isFlat == uri.classic)
            continue;
        if (uri.form == Uri::Form::Name) {
            const QString name = plannedName(uri.object, *spoken);
            if (names->find(name) < 0)
                continue;
            place.object = m_names.target(id, name);
            return true;
        }
        for (int row = 0; uri.form == Uri::Form::Meta && row < names->size(); ++row) {
            const QStringList &tags = names->at(row).tags;
            const bool hasAll = std::all_of(
                uri.tags.begin(), uri.tags.end(), [&tags](const QString &tag) { return tags.contains(tag); });
            if (!hasAll)
                continue;
            // Several names may have them: that server picks one, and again when it is gone.
            Uri there = uri;
            there.host = m_addresses.value(id).host;
            there.port = m_addresses.value(id).port;
            place.object = {};
            place.object.profile = id;
            place.object.uri = there.toString();
            place.object.dialect = info->dialect;
            return true;
        }
    }
    return false;
}

} // namespace pyrolens

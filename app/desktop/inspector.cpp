// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "inspector.h"

#include "administration.h"
#include "comparison.h"

#include <pyrolens/capture/trafficcapture.h>
#include <pyrolens/storage/database.h>
#include <pyrolens/views/resultview.h>

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

namespace pyrolens {

namespace {

constexpr int kCallBits = 10; ///< 1,024 calls in the millisecond of the start before numbers could meet

} // namespace

Inspector::Inspector(std::shared_ptr<const Catalogue> catalogue, QObject *parent)
    : QObject(parent)
    , m_catalogue(std::move(catalogue))
    , m_nextCall(quint64(QDateTime::currentMSecsSinceEpoch()) << kCallBits)
{
    m_capture = std::make_shared<TrafficCapture>(
        m_catalogue, [this](std::vector<TrafficRecord> records) { m_traffic.enqueue(std::move(records)); });
    m_hosting = std::make_unique<Hosting>(m_catalogue, m_capture);
    m_service = new NetworkService(m_catalogue, m_capture);
    m_feeds = std::make_unique<Feeds>(m_service->feeds(), &m_names);
    m_watches.setPoller([this](const CallRequest &request) { return poll(request); });
    m_code = std::make_unique<CodeExchange>(CodeStore::defaultFolder());
    m_service->moveToThread(&m_thread);
    m_thread.setObjectName(QStringLiteral("network"));
    wire();
    m_thread.start();
}

Inspector::~Inspector()
{
    m_hosting.reset(); // names go out of their servers while those still run
    // The sockets belong to that thread, so it closes them itself; then it ends.
    NetworkService *service = m_service;
    QMetaObject::invokeMethod(
        service,
        [service] {
            service->stop();
            service->deleteLater();
            QThread::currentThread()->quit();
        },
        Qt::QueuedConnection);
    m_thread.wait();
    QThreadPool::globalInstance()->waitForDone();
    m_capture->finish();
}

void Inspector::wire()
{
    connect(
        m_code.get(), &CodeExchange::changed, this, [this](const std::shared_ptr<const MobileCode> &code) {
            post([service = m_service, code] { service->setMobileCode(code); });
        });
    connect(m_hosting.get(), &Hosting::namesChanged, this, [this](const QString &host, int port) {
        QStringList known;
        for (auto one = m_addresses.cbegin(); one != m_addresses.cend(); ++one) {
            if (one->host == host && one->port == port)
                known.append(one.key());
        }
        for (const QString &one : std::as_const(known))
            refresh(one);
        if (known.isEmpty())
            connectTo(host, port);
    });
    connect(m_service, &NetworkService::callFinished, this, &Inspector::finished);
    connect(m_service, &NetworkService::namesListed, this, &Inspector::namesListed);
    connect(m_service, &NetworkService::spaceFound, this, &Inspector::addSpace);
    connect(m_service, &NetworkService::listFailed, this,
        [this](const QString &profile, const Error &error, const QString &endpoint) {
            updateProfile(profile, ProfileInfo::State::Failed, &error, endpoint);
            Q_EMIT listFailed(profile);
        });
    connect(m_service, &NetworkService::serverFound, this, [this](const QString &text) {
        // What answers a broadcast is a name server, whatever its URI looks like.
        if (const auto uri = m_catalogue->parseUri(text))
            connectTo(uri->host, uri->port);
        else
            Q_EMIT problem(tr("A name server answered the broadcast with something that is no URI."), {},
                uri.error().what);
    });
    connect(m_service, &NetworkService::discoveryFinished, this, [this](int found) {
        m_discovering = false;
        Q_EMIT discoveryFinished(found);
    });
    connect(m_service, &NetworkService::discoveryFailed, this, [this](const Error &error) {
        m_discovering = false;
        Q_EMIT problem(tr("The broadcast could not be sent."),
            tr("Check that this computer has a network, or connect to a host."), error.what);
        Q_EMIT discoveryFinished(0);
    });
    connect(m_service, &NetworkService::demoStarted, this, [this](const QString &host, int port) {
        connectTo(host, port, tr("Demo", "the built-in network"), demoProfile());
    });
    connect(m_service, &NetworkService::demoFailed, this, [this](const Error &error) {
        m_demo = false;
        Q_EMIT problem(tr("The demo network could not be started."), {}, error.what);
    });
    connect(m_service, &NetworkService::pinged, this, &Inspector::pinged);
    connect(m_service, &NetworkService::described, this, &Inspector::described);
    connect(m_service, &NetworkService::hostedListed, this, &Inspector::hostedListed);
    connect(m_service, &NetworkService::hostedFailed, this,
        [this](quint64 page, const Error &error, const QString &endpoint) {
            const auto words = ResultView::wordsFor(error, endpoint, std::chrono::milliseconds(0));
            Q_EMIT hostedFailed(page, words.text, words.hint, words.detail);
        });
    connect(m_service, &NetworkService::metadataListed, this, &Inspector::metadataListed);
    connect(m_service, &NetworkService::nameChecked, this, &Inspector::nameChecked);
    connect(m_service, &NetworkService::connectionsChanged, this, &Inspector::connectionsChanged);
    connect(m_service, &NetworkService::checkFailed, this,
        [this](quint64 page, const Error &error, const QString &endpoint) {
            const auto words = ResultView::wordsFor(error, endpoint, std::chrono::milliseconds(0));
            Q_EMIT checkFailed(page, words.text, words.hint);
        });
}

Inspector::Place Inspector::understand(const QString &text) const
{
    Place place;
    const QString trimmed = text.trimmed();
    if (const auto uri = m_catalogue->parseUri(trimmed)) {
        const Uri &parsed = uri.value();
        for (const auto &generation : m_catalogue->all()) {
            const bool server = parsed.form == Uri::Form::Name
                ? parsed.object.isEmpty()
                : parsed.object.toUtf8() == generation->info().nameServerObject;
            if (server && !parsed.host.isEmpty()) {
                place.kind = Place::Kind::Server;
                place.host = parsed.host;
                place.port = parsed.port;
                return place;
            }
        }
        place.kind = Place::Kind::Object;
        place.object.uri = trimmed;
        if (parsed.form != Uri::Form::Object)
            place.object.name = parsed.object;
        if (parsed.host.isEmpty() && findRegistered(parsed, place))
            return place;
        int fitting = 0;
        for (const auto &generation : m_catalogue->all()) {
            if (!generation->parseUri(trimmed))
                continue;
            ++fitting;
            place.object.generation = generation->info().id;
            place.object.dialect = generation->info().dialect;
        }
        if (fitting > 1)
            place.object.generation = 0; // what answers tells
        return place;
    }
    if (const auto endpoint = parseEndpoint(trimmed)) {
        place.kind = Place::Kind::Server;
        place.host = endpoint.value().first;
        place.port = endpoint.value().second;
        return place;
    }
    place.problem = tr("'%1' is neither a host nor a URI.").arg(trimmed.left(200));
    return place;
}

void Inspector::updateProfile(
    const QString &id, ProfileInfo::State state, const Error *error, const QString &place)
{
    const ProfileInfo *known = m_names.profile(id);
    if (!known)
        return;
    ProfileInfo info = *known;
    info.state = state;
    info.error.clear();
    info.detail.clear();
    if (error) {
        const auto words = ResultView::wordsFor(*error, place, std::chrono::milliseconds(0));
        info.error = words.text;
        info.detail = words.hint + u'\n' + words.detail;
    }
    m_names.setProfile(info);
}

QString Inspector::connectTo(const QString &host, int port, const QString &label, const QString &id)
{
    const Endpoint endpoint{host, port > 0 ? port : 9090};
    const QString profile = id.isEmpty() ? endpoint.toString() : id;
    m_addresses.insert(profile, {host, port, 0, {}});
    m_hiddenSpaces.clear(); // asked for anew, a server shows all that it has
    if (!m_profiles.find(profile)) {
        ConnectionProfile fresh;
        fresh.id = profile;
        fresh.name = label;
        fresh.host = host;
        fresh.port = port;
        m_profiles.set(fresh);
    }
    if (!m_names.profile(profile)) {
        ProfileInfo info;
        info.id = profile;
        info.label = label.isEmpty() ? endpoint.toString() : label;
        m_names.setProfile(info);
    }
    refresh(profile);
    return profile;
}

void Inspector::refresh(const QString &profile)
{
    if (!m_addresses.contains(profile))
        return;
    updateProfile(profile, ProfileInfo::State::Busy);
    const Address address = m_addresses.value(profile);
    const ConnectionProfile *settings = m_profiles.find(profile);
    const int generation = address.generation > 0 ? address.generation : settings ? settings->generation : 0;
    post([service = m_service, profile, address, generation] {
        service->listNames(profile, address.host, address.port, generation);
    });
}

void Inspector::cancelList(const QString &profile)
{
    post([service = m_service, profile] { service->cancelList(profile); });
}

QList<NameServerChoice> Inspector::nameServers() const
{
    QList<NameServerChoice> choices;
    for (const QString &id : m_names.profiles()) {
        const ProfileInfo *info = m_names.profile(id);
        const Address address = m_addresses.value(id);
        if (info->state == ProfileInfo::State::Ok && !address.host.isEmpty() && address.owner.isEmpty())
            choices.append({info->label, 0, address.host, address.port});
    }
    return choices;
}

std::unique_ptr<Administration> Inspector::administration(const QString &profile) const
{
    const auto server = nameServerAddress(profile);
    if (!server)
        return {};
    auto made = std::make_unique<Administration>(m_catalogue, m_capture, *server);
    made->model()->setServer(server->host);
    return made;
}

std::unique_ptr<Comparison> Inspector::comparison(const QString &profile) const
{
    const auto server = nameServerAddress(profile);
    return server ? std::make_unique<Comparison>(m_catalogue, m_capture, *server) : nullptr;
}

Result<NameServerAddress> Inspector::nameServerAddress(
    const QString &profile, const QString &text, const QString &like) const
{
    NameServerAddress server;
    if (profile.isEmpty()) {
        const auto endpoint = parseEndpoint(text);
        if (!endpoint)
            return endpoint.error();
        std::tie(server.host, server.port) = *endpoint;
        const ProfileInfo *other = m_names.profile(like);
        server.generation = other && !other->isFlat ? other->generation : 0;
        server.onlyFlat = other && other->isFlat;
        return server;
    }
    const Address address = m_addresses.value(profile);
    const ProfileInfo *info = m_names.profile(profile);
    if (address.host.isEmpty() || !info || info->generation == 0)
        return Error::usage(QStringLiteral("this network has no name server yet"));
    server.host = address.host;
    server.port = address.port;
    server.generation = info->generation;
    if (const ConnectionProfile *known = this->profile(profile)) {
        server.options = known->options();
        server.tls = known->nameServerTls;
    }
    return server;
}

void Inspector::removeProfile(const QString &profile)
{
    const bool isSpace = !m_addresses.value(profile).owner.isEmpty();
    dropSpaces(profile);
    m_names.removeProfile(profile);
    m_addresses.remove(profile);
    if (isSpace)
        m_hiddenSpaces.insert(profile);
    else
        m_profiles.remove(profile);
    saveProfiles();
    post([service = m_service, profile] { service->forget(profile); });
}

void Inspector::discover()
{
    m_discovering = true;
    post([service = m_service, options = m_discovery] { service->discover(options); });
}

void Inspector::cancelDiscovery()
{
    m_discovering = false;
    post([service = m_service] { service->cancelDiscovery(); });
}

void Inspector::startDemo()
{
    if (m_demo)
        return;
    m_demo = true;
    post([service = m_service] { service->startDemo(); });
}

void Inspector::keepHistory(const QString &file)
{
    m_store = std::make_unique<HistoryStore>(file);
    connect(m_store.get(), &HistoryStore::loaded, &m_history, &HistoryModel::putOlder);
    connect(m_store.get(), &HistoryStore::opened, this, [this](const QString &note) {
        if (!note.isEmpty())
            Q_EMIT problem(tr("The stored history was damaged."), {}, note);
    });
    connect(m_store.get(), &HistoryStore::failed, this, [this, file](const Error &error) {
        if (error.code == QLatin1String(storage::code::kLocked))
            Q_EMIT problem(tr("Another Pyrolens keeps the history; the calls of this one are not kept."),
                tr("Close one of them, or start this one with another --profile-dir."), error.what);
        else
            Q_EMIT problem(tr("The history cannot be kept in %1.").arg(file),
                tr("Calls still work; they are forgotten when the program ends. Check that the disk has room "
                   "and the folder may be written to."),
                error.what);
    });
    connect(&m_history, &HistoryModel::forgotten, m_store.get(), &HistoryStore::forget);
    m_store->load();
}

quint64 Inspector::send(CallRequest request)
{
    request.id = m_nextCall++;
    CallRecord record;
    record.request = request;
    record.started = QDateTime::currentDateTime();
    m_history.put(record);
    if (m_store)
        m_store->save(m_history.recordById(request.id));
    m_inFlight.insert(request.id);
    Q_EMIT inFlightChanged(int(m_inFlight.size()));
    post([service = m_service, request] { service->call(request); });
    return request.id;
}

quint64 Inspector::poll(CallRequest request)
{
    request.id = m_nextCall++;
    m_polls.insert(request.id);
    post([service = m_service, request] { service->call(request); });
    return request.id;
}

void Inspector::finished(const CallRecord &record)
{
    if (m_polls.remove(record.request.id)) {
        m_watches.polled(record);
        return;
    }
    m_inFlight.remove(record.request.id);
    m_history.put(record);
    if (const auto kept = m_history.recordById(record.request.id); kept && m_store)
        m_store->save(kept);
    Q_EMIT inFlightChanged(int(m_inFlight.size()));
    Q_EMIT callFinished(m_history.recordById(record.request.id));
}

void Inspector::cancel(quint64 id)
{
    post([service = m_service, id] { service->cancelCall(id); });
}

void Inspector::extend(quint64 id, std::chrono::milliseconds by)
{
    post([service = m_service, id, by] { service->extendCall(id, by); });
}

void Inspector::setRecording(bool on)
{
    m_capture->setEnabled(on);
}

void Inspector::ping(quint64 page, const ObjectTarget &target)
{
    post([service = m_service, page, target] { service->ping(page, target); });
}

void Inspector::listHosted(quint64 page, const ObjectTarget &target)
{
    post([service = m_service, page, target] { service->listHosted(page, target); });
}

void Inspector::describe(quint64 page, const ObjectTarget &target)
{
    post([service = m_service, page, target] { service->describe(page, target); });
}

void Inspector::checkName(quint64 page, const ObjectTarget &target, const QString &name)
{
    post([service = m_service, page, target, name] { service->checkName(page, target, name); });
}

void Inspector::dissect(const TrafficRecord &record)
{
    QThreadPool::globalInstance()->start([catalogue = m_catalogue, record, self = QPointer<Inspector>(this)] {
        auto fields = TrafficCapture::dissect(*catalogue, record);
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, number = record.number, fields = std::move(fields)] {
                if (self)
                    Q_EMIT self->fieldsReady(number, fields);
            },
            Qt::QueuedConnection);
    });
}

} // namespace pyrolens

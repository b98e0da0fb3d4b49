// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "networkservice.h"

#include <pyrolens/wire/recognise.h>

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <QUuid>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr size_t kIdlePerUri = 2;
/// For the tree beside flat names: it is on the port that has just answered.
constexpr std::chrono::milliseconds kTreePatience{2'000};

/// What the name server's entries are for the explorer.
std::vector<NameRow> rowsOf(const std::vector<NameEntry> &entries)
{
    std::vector<NameRow> rows;
    rows.reserve(entries.size());
    for (const NameEntry &entry : entries)
        rows.push_back({entry.name, entry.uri, entry.tags, entry.isGroup});
    return rows;
}

/// By which a call is found in the logs of servers; generation 3 has none and sends none.
QByteArray newCorrelationId()
{
    return QUuid::createUuid().toRfc4122();
}

const char kIdleKey[] = "idleKey"; ///< property of a proxy: the key when it was made

} // namespace

NetworkService::NetworkService(std::shared_ptr<const Catalogue> catalogue, std::shared_ptr<ByteTap> tap)
    : m_catalogue(std::move(catalogue))
{
    auto plain = std::make_shared<ClientContext>();
    plain->catalogue = m_catalogue;
    plain->tap = tap;
    auto full = std::make_shared<ClientContext>(*plain);
    full->resolver = makeNameServerResolver(plain, NameServerAddress());
    m_context = full;
    m_feeds = new FeedService(m_catalogue, m_context, this);
}

NetworkService::~NetworkService() = default;

void NetworkService::stop()
{
    m_feeds->stop();
    m_discovery.reset();
    m_running.clear();
    m_idle.clear();
    m_servers.clear();
    m_demo.reset();
}

QString NetworkService::idleKey(const QString &profile, const Uri &uri, const QByteArray &serializer) const
{
    return QStringList{profile, QString::number(m_settings), QString::fromLatin1(serializer), uri.toString()}
        .join(u'\n');
}

Result<Uri> NetworkService::uriOf(const ObjectTarget &target) const
{
    if (!target.uri.isEmpty())
        return m_catalogue->parseUri(target.uri, target.generation);
    return m_catalogue->parseUri(target.name, target.generation);
}

std::shared_ptr<Proxy> NetworkService::take(const Uri &uri, const CallRequest &request)
{
    ProxyOptions options = m_connections.value(request.target.profile).options;
    options.generation = request.target.generation;
    options.callTimeout = request.timeout;
    options.codec = request.serializer;
    const QString key = idleKey(request.target.profile, uri, options.codec);
    auto &idle = m_idle[key];
    if (!idle.empty()) {
        std::shared_ptr<Proxy> proxy = idle.back();
        idle.pop_back();
        return proxy;
    }
    // Deleted later: its own signal handler may be what drops the last handle.
    std::shared_ptr<Proxy> proxy(
        new Proxy(contextOf(request.target.profile), uri, options), [](Proxy *one) { one->deleteLater(); });
    proxy->setProperty(kIdleKey, key);
    return proxy;
}

void NetworkService::giveBack(const QString &profile, const std::shared_ptr<Proxy> &proxy)
{
    const QString key = idleKey(profile, proxy->uri(), proxy->options().codec);
    // One that was made before a change of the settings or of the code that is exchanged is not used again.
    if (proxy->property(kIdleKey).toString() == key && m_idle[key].size() < kIdlePerUri)
        m_idle[key].push_back(proxy);
    reportConnections();
}

void NetworkService::reportConnections()
{
    int connections = 0;
    for (const auto &list : m_idle) {
        for (const auto &proxy : list)
            connections += proxy->state() == Proxy::State::Ready;
    }
    for (const auto &running : m_running)
        connections += running->proxy && running->proxy->state() == Proxy::State::Ready;
    Q_EMIT connectionsChanged(connections);
}

void NetworkService::fail(const CallRequest &request, Error error)
{
    CallRecord record;
    record.request = request;
    record.started = QDateTime::currentDateTime();
    record.outcome = CallRecord::outcomeOf(error);
    record.error = std::move(error);
    Q_EMIT callFinished(record);
}

void NetworkService::call(const CallRequest &request)
{
    const auto uri = uriOf(request.target);
    if (!uri) {
        fail(request, uri.error());
        return;
    }
    auto running = std::make_shared<Running>();
    running->request = request;
    running->started = QDateTime::currentDateTime();
    running->clock.start();
    running->proxy = take(uri.value(), request);
    running->endpoint = uri.value().endpoint();
    m_running.insert(request.id, running);

    CallOptions options;
    options.timeout = request.timeout;
    options.oneway = request.oneway;
    switch (request.action) {
    case CallRequest::Action::Call: {
        const auto items = request.args.items();
        const auto pairs = request.kwargs.pairs();
        Message message = Message::call({}, request.member.toUtf8(),
            Value::tuple({items.begin(), items.end()}), Value::dict({pairs.begin(), pairs.end()}));
        message.annotations = request.annotations;
        message.correlationId = newCorrelationId();
        running->call = running->proxy->send(std::move(message), options);
        break;
    }
    case CallRequest::Action::Batch: {
        Message message;
        message.kind = Message::Kind::Batch;
        message.oneway = request.oneway;
        message.annotations = request.annotations;
        message.correlationId = newCorrelationId();
        for (const BatchItem &one : request.batch)
            message.batch.push_back({one.method.toUtf8(), one.args, one.kwargs});
        running->call = running->proxy->send(std::move(message), options);
        break;
    }
    case CallRequest::Action::GetAttribute:
        options.oneway = false;
        running->call = running->proxy->attribute(request.member, options);
        break;
    case CallRequest::Action::SetAttribute:
        options.oneway = false;
        running->call = running->proxy->setAttribute(request.member, request.value, options);
        break;
    }
    running->call.then(this, [this, id = request.id](const Reply &reply) { finish(id, reply); });
}

void NetworkService::finish(quint64 id, const Reply &reply)
{
    const std::shared_ptr<Running> running = m_running.take(id);
    if (!running)
        return;
    if (reply && !reply.trace().stream.isEmpty()) {
        running->stream = std::make_unique<ItemStream>(*running->proxy, reply.trace().stream);
        running->opened = reply.trace();
        m_running.insert(id, running); // it can be cancelled still
        pull(id);
        return;
    }
    deliver(*running, reply);
}

void NetworkService::pull(quint64 id)
{
    const std::shared_ptr<Running> running = m_running.value(id);
    CallOptions options;
    options.timeout = running->request.timeout;
    running->call = running->stream->next(
        this,
        [this, id](const ItemStream::Item &item) {
            const std::shared_ptr<Running> pulled = m_running.value(id);
            if (!pulled)
                return;
            if (item && *item)
                pulled->items.push_back(**item);
            if (item && *item && pulled->items.size() < kMaxStreamItems) {
                pull(id);
                return;
            }
            m_running.remove(id);
            pulled->opened.total = std::chrono::nanoseconds(pulled->clock.nsecsElapsed());
            if (!item) {
                deliver(*pulled, Reply(item.error(), pulled->opened));
                return;
            }
            pulled->stream->close();
            deliver(*pulled, Reply(Value::list(std::move(pulled->items)), pulled->opened));
        },
        options);
}

void NetworkService::deliver(const Running &done, const Reply &reply)
{
    CallRecord record;
    record.request = done.request;
    record.started = done.started;
    record.endpoint = done.endpoint;
    record.trace = reply.trace();
    const Generation *spoken = m_catalogue->find(reply.trace().generation);
    if (spoken && spoken->info().codecs.size() > 1)
        record.serializer
            = done.request.serializer.isEmpty() ? spoken->info().codecs.front() : done.request.serializer;
    if (reply) {
        // Proxies, URIs and exceptions inside are shown as such, whatever class they have on the wire.
        record.result = spoken ? recognised(reply.value(), *spoken) : reply.value();
        record.outcome = reply.trace().oneway ? CallRecord::Outcome::Sent : CallRecord::Outcome::Ok;
        // A batch ends where a call of it raised.
        if (done.request.action == CallRequest::Action::Batch && record.result.size() > 0
            && record.result.at(record.result.size() - 1).asError())
            record.outcome = CallRecord::Outcome::RemoteError;
    } else {
        record.error = reply.error();
        record.outcome = CallRecord::outcomeOf(reply.error());
    }
    giveBack(done.request.target.profile, done.proxy);
    Q_EMIT callFinished(record);
}

void NetworkService::cancelCall(quint64 id)
{
    if (const auto running = m_running.value(id))
        running->call.cancel();
}

void NetworkService::extendCall(quint64 id, std::chrono::milliseconds by)
{
    if (const auto running = m_running.value(id))
        running->call.extend(by);
}

std::shared_ptr<NameServerClient> NetworkService::makeClient(
    const QString &profile, const NameServerAddress &address) const
{
    return {new NameServerClient(contextOf(profile), address),
        [](NameServerClient *client) { client->deleteLater(); }};
}

void NetworkService::listNames(const QString &profile, const QString &host, int port, int generation)
{
    Server &server = m_servers[profile];
    const quint64 run = ++server.run;
    const bool isAuto = m_catalogue->find(generation) == nullptr;
    if (!server.client || server.isAuto != isAuto) {
        NameServerAddress address;
        address.host = host;
        address.port = port;
        address.generation = isAuto ? 0 : generation;
        const Connection connection = m_connections.value(profile);
        address.options = connection.options;
        address.tls = connection.nameServerTls;
        server.isAuto = isAuto;
        server.client = makeClient(profile, address);
    }
    const Endpoint endpoint{host, port > 0 ? port : 9090};
    server.client->listAll(
        true, this, [this, profile, run, endpoint](const Result<std::vector<NameEntry>> &result) {
            const auto known = m_servers.find(profile);
            if (known == m_servers.end() || known->run != run)
                return;
            if (result) {
                listed(profile, *result);
                return;
            }
            known->client.reset(); // the next time it may be one of another generation
            Q_EMIT listFailed(profile, result.error(), endpoint.toString());
        });
}

void NetworkService::listed(const QString &profile, std::vector<NameEntry> entries)
{
    const Server &server = *m_servers.constFind(profile);
    const auto uri = server.client->uri();
    const Generation *spoken = server.client->generation();
    if (server.isAuto && spoken && !spoken->info().features.hierarchicalNames)
        lookForTree(profile, entries);
    // Sorting 100,000 names takes longer than a call should wait for this thread.
    QThreadPool::globalInstance()->start(
        [self = QPointer<NetworkService>(this), profile, uriText = uri ? uri->toString() : QString(),
            entries = std::move(entries), generation = spoken ? spoken->info().id : 0] {
            auto names = NameList::build(rowsOf(entries));
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [self, profile, uriText, names, generation] {
                    if (self)
                        Q_EMIT self->namesListed(profile, uriText, generation, names);
                },
                Qt::QueuedConnection);
        });
    reportConnections();
}

/// Where a server of several generations answers with its flat names, the tree has to be asked for. Only
/// servers whose own entry names several libraries are asked: an original of 4 or 5 would wait for what never
/// comes, and one without threads would keep its other clients waiting.
void NetworkService::lookForTree(const QString &profile, const std::vector<NameEntry> &entries)
{
    Server &server = m_servers[profile];
    const auto uri = server.client->uri();
    const auto own = std::ranges::find_if(entries, [&](const NameEntry &one) {
        return one.name.toUtf8() == server.client->generation()->info().nameServerObject;
    });
    const bool hasSeveral = own != entries.end()
        && std::ranges::count_if(own->tags, [](const QString &tag) { return tag.startsWith(u"class:"); }) > 1;
    if (!uri || !hasSeveral)
        return;
    for (const auto &generation : m_catalogue->all()) {
        if (!generation->info().features.hierarchicalNames)
            continue;
        NameServerAddress address;
        address.host = uri->host;
        address.port = uri->port;
        address.generation = generation->info().id;
        const Connection connection = m_connections.value(profile);
        address.options = connection.options;
        address.options.connectTimeout = std::min(address.options.connectTimeout, kTreePatience);
        address.options.callTimeout = kTreePatience;
        address.tls = connection.nameServerTls;
        server.other = makeClient(profile, address);
        const quint64 search = ++server.search;
        server.other->ping(
            this, [this, profile, search, id = address.generation](const Result<Done> &answer) {
                const auto known = m_servers.find(profile);
                // One that was replaced tells that it was cancelled; the newer one goes on.
                if (known == m_servers.end() || known->search != search)
                    return;
                known->other.reset();
                if (answer)
                    Q_EMIT spaceFound(profile, id);
            });
    }
}

void NetworkService::cancelList(const QString &profile)
{
    const auto known = m_servers.constFind(profile);
    if (known != m_servers.constEnd() && known->client)
        known->client->cancel();
}

void NetworkService::forget(const QString &profile)
{
    m_servers.remove(profile);
}

std::shared_ptr<const ClientContext> NetworkService::contextOf(const QString &profile) const
{
    const auto addresses = m_connections.value(profile).addresses;
    if (!addresses)
        return m_context;
    auto own = std::make_shared<ClientContext>(*m_context);
    own->addresses = addresses;
    return own;
}

void NetworkService::setConnection(const QString &profile, const Connection &connection)
{
    m_connections.insert(profile, connection);
    const auto server = m_servers.find(profile);
    if (server != m_servers.end())
        server->client.reset(); // the next list makes another
    ++m_settings;
    m_idle.clear();
    reportConnections();
}

void NetworkService::setMobileCode(std::shared_ptr<const MobileCode> code)
{
    auto changed = std::make_shared<ClientContext>(*m_context);
    changed->code = std::move(code);
    m_context = changed;
    ++m_settings;
    m_idle.clear(); // proxies keep the context that they were made with
    reportConnections();
}

void NetworkService::discover(const DiscoveryOptions &options)
{
    m_discovery = std::make_unique<Discovery>(options);
    connect(m_discovery.get(), &Discovery::answered, this,
        [this](const QString &uri) { Q_EMIT serverFound(uri); });
    connect(m_discovery.get(), &Discovery::failed, this, &NetworkService::discoveryFailed);
    connect(m_discovery.get(), &Discovery::finished, this,
        [this] { Q_EMIT discoveryFinished(int(m_discovery->found().size())); });
    m_discovery->start();
}

void NetworkService::cancelDiscovery()
{
    if (m_discovery)
        m_discovery->cancel();
}

void NetworkService::startDemo()
{
    if (m_demo)
        return;
    auto demo = std::make_unique<DemoNetwork>(m_catalogue, m_context);
    const auto endpoint = demo->start();
    if (!endpoint) {
        Q_EMIT demoFailed(endpoint.error());
        return;
    }
    m_demo = std::move(demo);
    Q_EMIT demoStarted(endpoint.value().host, endpoint.value().port);
}

} // namespace pyrolens

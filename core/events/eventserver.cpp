// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "eventserver.h"

#include "eventservant_p.h"
#include "hub_p.h"

#include <pyrolens/client/proxy.h>

#include <QThread>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr int kGeneration = 3;
constexpr std::chrono::seconds kIdleTimeout(20); // as the original's setTimeout(20)
constexpr std::chrono::seconds kProbeTimeout(3);

DaemonOptions daemonOptions(const EventServerOptions &options)
{
    DaemonOptions made;
    made.host = options.host;
    made.port = options.port;
    made.publishHost = options.publishHost;
    made.generations = options.generations;
    made.service = true;
    made.tls = options.tls;
    made.pickleProtocol = options.pickleProtocol;
    made.limits = options.limits;
    made.limits.maxFrameBytes = qMin(made.limits.maxFrameBytes, Limits::kServiceFrameBytes);
    made.connections = options.connections;
    if (made.connections.idle.count() == 0)
        made.connections.idle = kIdleTimeout;
    made.classes.acceptAll = true; // a message is passed on as it came
    return made;
}

/// Whether an object answers there. Who turns us away is there as well.
bool isAlive(
    const std::shared_ptr<const Catalogue> &catalogue, const Uri &uri, const std::optional<TlsSettings> &tls)
{
    auto context = std::make_shared<ClientContext>();
    context->catalogue = catalogue;
    ProxyOptions options;
    options.connectTimeout = kProbeTimeout;
    options.callTimeout = kProbeTimeout;
    options.tls = tls;
    Proxy proxy(context, uri, options);
    Message question;
    question.kind = Message::Kind::Query;
    question.query = Message::Query::Registered;
    const Reply reply = proxy.sendBlocking(question);
    if (reply)
        return reply.value().find(QByteArrayView(uri.object.toUtf8())) != nullptr;
    return reply.error().kind != Error::Kind::Disconnected && reply.error().kind != Error::Kind::Timeout;
}

} // namespace

class EventServer::Private
{
public:
    Private(std::shared_ptr<const Catalogue> speaks, EventServerOptions chosen)
        : catalogue(std::move(speaks)), options(std::move(chosen))
    { }

    Result<QByteArray> takeOverEntry() const;
    Status host();

    const std::shared_ptr<const Catalogue> catalogue;
    const EventServerOptions options;
    QThread thread;
    std::shared_ptr<events::Hub> hub;
    std::unique_ptr<Daemon> daemon;
    Uri uri;
};

/// Makes way in the name server. \return the object id to use, empty for a fresh one.
Result<QByteArray> EventServer::Private::takeOverEntry() const
{
    if (!options.registrar)
        return QByteArray();
    const auto former = options.registrar->resolve(kEventServerName);
    if (!former) {
        if (former.error().kind == Error::Kind::Remote)
            return QByteArray(); // there is none
        return former.error();
    }
    const Uri own = daemon->uriFor(former->object.toUtf8(), kGeneration);
    const bool isOwnAddress = former->endpoint() == own.endpoint();
    if (!isOwnAddress && isAlive(catalogue, *former, options.tls))
        return Error::denied(QStringLiteral("an event server is running already: ") + former->toString());
    if (const Status removed = options.registrar->unregisterName(kEventServerName); !removed)
        return removed.error();
    return isOwnAddress ? former->object.toUtf8() : QByteArray();
}

Status EventServer::Private::host()
{
    const auto id = takeOverEntry();
    if (!id)
        return id.error();
    daemon->setRegistrar(options.registrar);
    auto connected = daemon->connectServant(
        events::makeEventServant(hub, options.maxSubjectsPerCall, options.maxSubjectBytes), kEventServerName,
        *id, kGeneration);
    if (!connected)
        return connected.error();
    uri = std::move(*connected);
    return Done{};
}

EventServer::EventServer(
    std::shared_ptr<const Catalogue> catalogue, EventServerOptions options, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(catalogue), std::move(options)))
{
    d->thread.setObjectName(QStringLiteral("events"));
}

EventServer::~EventServer()
{
    stop();
}

Result<Done> EventServer::start()
{
    Q_ASSERT_X(!d->daemon, "EventServer::start", "started twice");
    const Generation *generation = d->catalogue->find(kGeneration);
    if (!generation || std::ranges::find(d->options.generations, kGeneration) == d->options.generations.end())
        return Error::unsupported(QStringLiteral("events are a service of generation 3"));
    if (d->options.queueSize < 1)
        return Error::usage(QStringLiteral("a queue must take at least one event"));
    d->daemon = std::make_unique<Daemon>(d->catalogue, daemonOptions(d->options));
    if (!d->options.allowedIdents.isEmpty())
        d->daemon->setValidator(std::make_shared<IdentValidator>(d->options.allowedIdents));
    std::optional<QSslConfiguration> outgoing;
    if (d->options.tls) {
        auto made = tlsConfiguration(*d->options.tls, TlsRole::Client);
        if (!made)
            return made.error();
        outgoing = std::move(*made);
    }
    d->hub = std::make_shared<events::Hub>(*generation, d->options, std::move(outgoing));
    connect(d->hub.get(), &events::Hub::subscribersChanged, this, &EventServer::subscribersChanged);
    connect(d->hub.get(), &events::Hub::subscriberLost, this, &EventServer::subscriberLost);
    d->hub->moveToThread(&d->thread);
    d->thread.start();
    Status status = Done{};
    if (const Result<int> port = d->daemon->listen(); !port)
        status = port.error();
    if (status)
        status = d->host();
    if (!status)
        stop();
    return status;
}

void EventServer::stop()
{
    if (d->daemon)
        d->daemon->shutdown();
    d->daemon.reset();
    if (d->hub && d->thread.isRunning()) {
        // The hub's thread never waits for anything, so this is short.
        QMetaObject::invokeMethod(d->hub.get(), &events::Hub::stop, Qt::BlockingQueuedConnection);
        d->thread.quit();
        d->thread.wait();
    }
    d->hub.reset();
}

QStringList EventServer::uris() const
{
    return d->daemon ? QStringList{d->uri.toString()} : QStringList();
}

int EventServer::port() const
{
    return d->daemon ? d->daemon->port() : 0;
}

Daemon *EventServer::daemon() const
{
    return d->daemon.get();
}

EventCounters EventServer::counters() const
{
    return d->hub ? d->hub->counters() : EventCounters();
}

} // namespace pyrolens

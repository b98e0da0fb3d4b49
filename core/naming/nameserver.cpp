// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nameserver.h"

#include "broadcast_p.h"
#include "guard_p.h"
#include "hierarchicalservant_p.h"
#include "importfolder_p.h"
#include "pair_p.h"
#include "registrar_p.h"
#include "registry.h"

#include <pyrolens/base/logging.h>

#include <QTimer>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <atomic>
#include <mutex>

namespace pyrolens {

using naming::Registry;

namespace {

constexpr char kOwnIdFact[] = "own-id";
constexpr std::chrono::seconds kIdleTimeout(20); // as the original's setTimeout(20)
constexpr char kSqlitePrefix[] = "sqlite:";
constexpr int kHierarchicalGeneration = 3;
constexpr std::chrono::seconds kMemoryPatience(2);
constexpr int kSecondaryPort = 9091; // Source: Pyro 3.16, configuration.py, PYRO_NS2_BC_PORT

/// A list of 100,000 names needs several times their size for a moment. Kept, it makes the next list cheaper;
/// after a while without one it goes back to the system.
void releaseFreeMemory()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

/// The way back to the server for hooks that run on any thread and may outlive it.
class Link
{
public:
    explicit Link(NameServer *server) : m_server(server) { }
    void cut()
    {
        const std::lock_guard lock(m_mutex);
        m_server = nullptr;
    }
    /// Runs `action(server)` in the server's thread, later.
    template <class Action>
    void post(Action action)
    {
        const std::lock_guard lock(m_mutex);
        if (NameServer *server = m_server)
            QMetaObject::invokeMethod(
                server, [server, action] { action(server); }, Qt::QueuedConnection);
    }

    std::atomic_bool isChangeAnnounced
        = false; // one namesChanged() per turn of the loop, however many changes

private:
    std::mutex m_mutex; // guards m_server
    NameServer *m_server;
};

} // namespace

class NameServer::Private
{
public:
    Private(NameServer *server, std::shared_ptr<const Catalogue> speaks, NameServerOptions chosen)
        : link(std::make_shared<Link>(server)), catalogue(std::move(speaks)), options(std::move(chosen))
    { }

    Status openRegistry();
    Status host();
    Status startBroadcast();
    DaemonOptions daemonOptions() const;
    Status import();
    void pairUp();
    naming::ShutdownHook shutdownHook() const;
    std::function<void()> bigReplyHook() const;

    const std::shared_ptr<Link> link;
    const std::shared_ptr<const Catalogue> catalogue;
    const NameServerOptions options;
    ImportReport imported;
    std::shared_ptr<Registry> registry;
    std::shared_ptr<naming::Pair> pair; // null = single
    std::unique_ptr<Daemon> daemon;
    std::unique_ptr<BroadcastResponder> responder;
    QTimer memoryTimer; // runs out when there was no big reply for a while
    Uri uri;
    int broadcastPort = -1;
};

Status NameServer::Private::openRegistry()
{
    naming::RegistrySettings settings;
    settings.maxNames = options.maxNames;
    settings.maxNameBytes = options.maxNameBytes;
    registry = std::make_shared<Registry>(settings);
    registry->setAlarm([link = link](const Status &status) {
        link->post([status](NameServer *server) {
            if (status)
                Q_EMIT server->storageRecovered();
            else
                Q_EMIT server->storageFailed(status.error());
        });
    });
    registry->setObserver([link = link] {
        if (link->isChangeAnnounced.exchange(true))
            return;
        link->post([link](NameServer *server) {
            link->isChangeAnnounced = false;
            Q_EMIT server->namesChanged();
        });
    });
    if (options.storage == u"memory")
        return Done{};
    if (!options.storage.startsWith(QLatin1String(kSqlitePrefix))
        || options.storage.size() == sizeof kSqlitePrefix - 1)
        return Error::usage(u"storage is \"memory\" or \"sqlite:FILE\", not " + options.storage);
    return registry->openStore(options.storage.mid(sizeof kSqlitePrefix - 1), options.storageVfs);
}

DaemonOptions NameServer::Private::daemonOptions() const
{
    DaemonOptions made;
    made.host = options.host;
    made.port = options.port;
    made.publishHost = options.publishHost;
    made.generations = options.generations;
    made.tls = options.tls;
    made.service = true;
    made.limits = options.limits;
    made.limits.maxFrameBytes = qMin(made.limits.maxFrameBytes, Limits::kServiceFrameBytes);
    made.connections = options.connections;
    if (made.connections.idle.count() == 0)
        made.connections.idle = kIdleTimeout;
    // What clients send in _setSystemMeta(); it is stored and given back, never used.
    made.classes.patterns = {QStringLiteral("Pyro.naming.NameSpaceSystemMeta")};
    return made;
}

naming::ShutdownHook NameServer::Private::shutdownHook() const
{
    return [link = link, allowed = options.allowShutdown, guard = options.guard](const QString &from) {
        NameServerGuard::Verdict verdict;
        if (allowed && guard)
            verdict = guard->acceptShutdownCmd(from);
        verdict.isAccepted = verdict.isAccepted && allowed;
        // Later, so that the reply leaves first.
        if (verdict.isAccepted)
            link->post([](NameServer *server) { Q_EMIT server->shutdownRequested(); });
        return verdict;
    };
}

std::function<void()> NameServer::Private::bigReplyHook() const
{
    return [link = link] { link->post([](NameServer *server) { server->d->memoryTimer.start(); }); };
}

Status NameServer::Private::host()
{
    auto servant = naming::makeHierarchicalServant(registry, {shutdownHook(), bigReplyHook(), pair});
    // The id survives a restart with the names, so that clients which kept the URI find the server again.
    const QByteArray known = registry->fact(kOwnIdFact);
    const Result<Uri> connected = daemon->connectServant(
        std::move(servant), QString::fromLatin1(naming::kOwnName), known, kHierarchicalGeneration);
    if (!connected)
        return connected.error();
    uri = connected.value();
    if (known.isEmpty()) {
        Status kept = Registry::wait([&](const Registry::Completion &done) {
            return registry->setFact(kOwnIdFact, uri.object.toUtf8(), done);
        });
        if (!kept)
            return kept;
    }
    return Registry::wait([&](const Registry::Completion &done) {
        return registry->setOwnEntry(uri.toString().toUtf8(), done);
    });
}

Status NameServer::Private::startBroadcast()
{
    const bool localOnly = naming::isLoopbackHost(daemon->publishedHost());
    if (!options.broadcast.value_or(!localOnly))
        return Done{};
    const Generation *generation = catalogue->find(kHierarchicalGeneration);
    const int port = options.broadcastPort != 0     ? options.broadcastPort
        : options.role == NameServerRole::Secondary ? kSecondaryPort
                                                    : generation->info().broadcastPort;
    auto handler = std::make_shared<naming::LocationHandler>(
        uri.toString().toUtf8(), localOnly, shutdownHook(), options.guard);
    responder = std::make_unique<BroadcastResponder>(std::move(handler));
    // Bound to one address a socket would not hear what is sent to the broadcast address.
    const Result<int> bound = responder->listen(QHostAddress(QHostAddress::AnyIPv4), port);
    if (bound) {
        broadcastPort = bound.value();
        return Done{};
    }
    responder.reset();
    if (options.broadcast)
        return bound.error();
    // Nobody asked for it, so it is no reason not to serve.
    qCWarning(logging::naming).noquote() << "no broadcast responder:" << bound.error().what;
    return Done{};
}

Status NameServer::Private::import()
{
    imported = {};
    if (options.importFolder.isEmpty())
        return Done{};
    const Result<ImportReport> report
        = naming::importFolder(options.importFolder, *registry, *catalogue->find(kHierarchicalGeneration));
    if (!report)
        return report.error();
    imported = report.value();
    return Done{};
}

/// Before the object is hosted: it needs to know its pair.
void NameServer::Private::pairUp()
{
    if (options.role == NameServerRole::Single)
        return;
    naming::PairSettings settings;
    settings.role = options.role;
    settings.peerHost = options.peerHost;
    settings.peerPort = options.peerPort;
    settings.credentials = options.credentials;
    if (settings.credentials.isEmpty())
        settings.credentials.ident = options.allowedIdents.value(0);
    settings.tls = options.tls;
    settings.catalogue = catalogue;
    settings.isPersistent = options.storage != u"memory";
    settings.patience = options.twinPatience;
    settings.retry = options.twinRetry;
    naming::PairHooks hooks;
    hooks.changed = [link = link](const TwinStatus &status) {
        link->post([status](NameServer *server) { Q_EMIT server->twinChanged(status); });
    };
    hooks.split = [link = link](const TwinSplit &split) {
        link->post([split](NameServer *server) { Q_EMIT server->splitBrain(split); });
    };
    pair = std::make_shared<naming::Pair>(*registry, std::move(settings), std::move(hooks));
}

NameServer::NameServer(std::shared_ptr<const Catalogue> catalogue, NameServerOptions options, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(catalogue), std::move(options)))
{
    d->memoryTimer.setSingleShot(true);
    d->memoryTimer.setInterval(kMemoryPatience);
    connect(&d->memoryTimer, &QTimer::timeout, this, releaseFreeMemory);
}

NameServer::~NameServer()
{
    d->link->cut();
    stop();
}

Result<Done> NameServer::start()
{
    Q_ASSERT_X(!d->daemon, "NameServer::start", "started twice");
    if (!d->catalogue->find(kHierarchicalGeneration)
        || std::ranges::find(d->options.generations, kHierarchicalGeneration) == d->options.generations.end())
        return Error::unsupported(QStringLiteral("this name server speaks generation 3 only"));
    if (Status opened = d->openRegistry(); !opened)
        return opened;
    if (Status imported = d->import(); !imported) {
        stop();
        return imported;
    }
    d->pairUp();
    d->daemon = std::make_unique<Daemon>(d->catalogue, d->daemonOptions());
    if (d->options.guard)
        d->daemon->setValidator(
            std::make_shared<naming::GuardValidator>(d->options.allowedIdents, d->options.guard));
    else if (!d->options.allowedIdents.isEmpty())
        d->daemon->setValidator(std::make_shared<IdentValidator>(d->options.allowedIdents));
    Status status = Done{};
    if (const Result<int> port = d->daemon->listen(); !port)
        status = port.error();
    if (status)
        status = d->host();
    if (status)
        status = d->startBroadcast();
    if (!status)
        stop();
    else if (d->pair)
        d->pair->start(d->uri);
    return status;
}

void NameServer::stop()
{
    d->responder.reset();
    d->broadcastPort = -1;
    // Replies that wait for a commit still get it: the daemon lets running calls finish.
    if (d->daemon)
        d->daemon->shutdown();
    if (d->pair)
        d->pair->stop();
    d->daemon.reset();
    d->registry.reset(); // writes what is queued; that still knows the pair
    d->pair.reset();
}

QStringList NameServer::uris() const
{
    return d->daemon ? QStringList{d->uri.toString()} : QStringList();
}

int NameServer::port() const
{
    return d->daemon ? d->daemon->port() : 0;
}

int NameServer::broadcastPort() const
{
    return d->broadcastPort;
}

int NameServer::nameCount() const
{
    return d->registry ? d->registry->count() : 0;
}

QString NameServer::storageMessage() const
{
    return d->registry ? d->registry->storeMessage() : QString();
}

ImportReport NameServer::importReport() const
{
    return d->imported;
}

TwinStatus NameServer::twin() const
{
    return d->pair ? d->pair->status() : TwinStatus();
}

Daemon *NameServer::daemon() const
{
    return d->daemon.get();
}

std::shared_ptr<Registrar> NameServer::localRegistrar() const
{
    return d->registry ? naming::makeLocalRegistrar(d->registry, d->catalogue) : nullptr;
}

} // namespace pyrolens

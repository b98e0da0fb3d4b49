// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// What a name server is put together from.

#include "broadcast_p.h"
#include "flatservant_p.h"
#include "importfolder_p.h"
#include "importsql_p.h"
#include "nameserver_p.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/transport/hostlookup.h>

#include <QFileInfo>

#include <map>

namespace pyrolens {

using naming::Registry;

namespace {

constexpr char kOwnIdFact[] = "own-id";
constexpr std::chrono::seconds kIdleTimeout(20); // as the original's setTimeout(20)
constexpr char kSqlitePrefix[] = "sqlite:";
constexpr std::chrono::seconds kLeastAutoclean(3); // Source: Pyro5, nameserver.py, AutoCleaner
constexpr int kSecondaryPort = 9091;               // Source: Pyro 3.16, configuration.py, PYRO_NS2_BC_PORT

} // namespace

/// Whether the options make sense; finds the generations.
Status NameServer::Private::check()
{
    for (const int id : options.generations) {
        const Generation *generation = catalogue->find(id);
        if (!generation)
            return Error::unsupported(
                QStringLiteral("this name server does not speak generation %1").arg(id));
        (generation->info().features.hierarchicalNames ? tree : flat) = generation;
    }
    if (!tree && !flat)
        return Error::usage(QStringLiteral("a name server of no generation"));
    if (options.role != NameServerRole::Single && (flat || !tree))
        return Error::usage(QStringLiteral(
            "a pair of name servers holds the names of generation 3 only; serve no other one with it"));
    if (options.autoclean.count() != 0 && options.autoclean < kLeastAutoclean)
        return Error::usage(
            QStringLiteral("autoclean takes at least %1 seconds").arg(kLeastAutoclean.count()));
    if (options.autoclean.count() != 0 && !flat)
        return Error::usage(QStringLiteral("autoclean is for the names of generations 4 and 5"));
    return Done{};
}

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
    made.hmacKey = options.hmacKey;
    if (made.connections.idle.count() == 0 && tree) {
        // Proxies of 4 and 5 do not connect again by themselves.
        made.connections.idle = kIdleTimeout;
        made.idleGenerations = {tree->info().id};
    }
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

/// One object for all generations, under an id of its own where the generation makes one.
Status NameServer::Private::host()
{
    std::shared_ptr<Servant> hierarchical;
    if (tree)
        hierarchical = naming::makeHierarchicalServant(registry, {shutdownHook(), bigReplyHook(), pair});
    std::shared_ptr<Servant> plain;
    if (flat)
        plain = naming::makeFlatServant(registry, bigReplyHook());
    const Generation &first = tree ? *tree : *flat;
    // The id survives a restart with the names, so that clients which kept the URI find the server again.
    const QByteArray known = tree ? registry->fact(kOwnIdFact) : flat->info().nameServerObject;
    const Result<Uri> connected
        = daemon->connectServant(naming::makeNameServerServant(std::move(hierarchical), std::move(plain)),
            QString::fromLatin1(first.info().nameServerObject), known, first.info().id);
    if (!connected)
        return connected.error();
    treeUri = connected.value();
    Status entered = tree ? enterTree() : Status(Done{});
    if (entered && flat)
        entered = enterFlat();
    return entered;
}

Status NameServer::Private::enterTree()
{
    if (registry->fact(kOwnIdFact).isEmpty()) {
        Status kept = Registry::wait([&](const Registry::Completion &done) {
            return registry->setFact(kOwnIdFact, treeUri.object.toUtf8(), done);
        });
        if (!kept)
            return kept;
    }
    return Registry::wait([&](const Registry::Completion &done) {
        return registry->setOwnEntry(treeUri.toString().toUtf8(), done);
    });
}

Status NameServer::Private::enterFlat()
{
    const Result<Uri> own = flat->parseUri(flat->objectUri(
        daemon->publishedHost(), daemon->port(), flat->info().nameServerObject, options.tls.has_value()));
    if (!own)
        return own.error();
    flatUri = *own;
    return Registry::wait([&](const Registry::Completion &done) {
        return registry->flat().setOwnEntry({flatUri.toString().toUtf8(), naming::ownTags()}, done);
    });
}

Status NameServer::Private::startBroadcast()
{
    const bool localOnly = isLoopbackHost(daemon->publishedHost());
    if (!options.broadcast.value_or(!localOnly))
        return Done{};
    std::map<int, std::vector<std::shared_ptr<DatagramHandler>>> handlers; // by port
    const auto portFor = [this](const Generation &generation) {
        return options.broadcastPort != 0               ? options.broadcastPort
            : options.role == NameServerRole::Secondary ? kSecondaryPort
                                                        : generation.info().broadcastPort;
    };
    if (tree)
        handlers[portFor(*tree)].push_back(std::make_shared<naming::LocationHandler>(
            treeUri.toString().toUtf8(), localOnly, shutdownHook(), options.guard));
    if (flat)
        handlers[portFor(*flat)].push_back(std::make_shared<naming::FlatLocationHandler>(
            flatUri.toString().toUtf8(), localOnly, options.guard));
    for (auto &[port, those] : handlers) {
        auto responder = respond(port, std::move(those));
        if (responder) {
            responders.push_back(*std::move(responder));
            continue;
        }
        if (options.broadcast)
            return responder.error();
        // Nobody asked for it, so it is no reason not to serve.
        qCWarning(logging::naming).noquote() << "no broadcast responder:" << responder.error().what;
    }
    return Done{};
}

Result<std::unique_ptr<BroadcastResponder>> NameServer::Private::respond(
    int port, std::vector<std::shared_ptr<DatagramHandler>> handlers)
{
    auto responder
        = std::make_unique<BroadcastResponder>(std::make_shared<naming::AnyHandler>(std::move(handlers)));
    // Bound to one address a socket would not hear what is sent to the broadcast address.
    const Result<int> bound = responder->listen(QHostAddress(QHostAddress::AnyIPv4), port);
    if (!bound)
        return bound.error();
    if (broadcastPort < 0)
        broadcastPort = *bound;
    return responder;
}

void NameServer::Private::startCleaner()
{
    if (options.autoclean.count() == 0)
        return;
    naming::AutoCleanSettings settings;
    settings.period = options.autoclean;
    settings.patience = options.autocleanPatience;
    cleaner = std::make_unique<naming::AutoCleaner>(registry, *flat, settings);
    cleaner->start();
}

Status NameServer::Private::import()
{
    imported = {};
    if (options.importPath.isEmpty())
        return Done{};
    const bool isFile = QFileInfo(options.importPath).isFile();
    const Generation *generation = isFile ? flat : tree;
    if (!generation)
        return Error::usage(isFile
                ? QStringLiteral("a file holds names of Pyro 4 or 5, which are not served: ")
                    + options.importPath
                : QStringLiteral("a folder holds names of Pyro 3, which are not served: ")
                    + options.importPath);
    const Result<ImportReport> report = isFile
        ? naming::importSql(options.importPath, *registry, *generation)
        : naming::importFolder(options.importPath, *registry, *generation);
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

} // namespace pyrolens

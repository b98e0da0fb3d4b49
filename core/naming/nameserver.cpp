// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "guard_p.h"
#include "nameserver_p.h"
#include "registrar_p.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace pyrolens {

namespace {

constexpr std::chrono::seconds kMemoryPatience(2);

/// A list of 100,000 names needs several times their size for a moment. Kept, it makes the next list cheaper;
/// after a while without one it goes back to the system.
void releaseFreeMemory()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace

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
    if (Status good = d->check(); !good)
        return good;
    if (Status opened = d->openRegistry(); !opened)
        return opened;
    if (Status imported = d->import(); !imported) {
        stop();
        return imported;
    }
    d->pairUp();
    d->daemon = std::make_unique<Daemon>(d->catalogue, d->daemonOptions());
    const QStringList &idents = d->options.allowedIdents;
    const bool hasKey = !d->options.hmacKey.isEmpty();
    if (d->options.guard)
        d->daemon->setValidator(std::make_shared<naming::GuardValidator>(idents, hasKey, d->options.guard));
    else if (!idents.isEmpty() || hasKey)
        d->daemon->setValidator(std::make_shared<SecretValidator>(idents, hasKey));
    Status status = Done{};
    if (const Result<int> port = d->daemon->listen(); !port)
        status = port.error();
    if (status)
        status = d->host();
    if (status)
        status = d->startBroadcast();
    if (!status) {
        stop();
        return status;
    }
    d->startCleaner();
    if (d->pair)
        d->pair->start(d->treeUri);
    return status;
}

void NameServer::stop()
{
    d->responders.clear();
    d->broadcastPort = -1;
    d->cleaner.reset();
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
    QStringList uris;
    if (d->daemon && d->tree)
        uris.append(d->treeUri.toString());
    if (d->daemon && d->flat)
        uris.append(d->flatUri.toString());
    return uris;
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
    if (!d->registry)
        return 0;
    return (d->tree ? d->registry->count() : 0) + (d->flat ? d->registry->flat().count() : 0);
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
    if (!d->registry)
        return nullptr;
    return naming::makeLocalRegistrar(d->registry, {d->tree != nullptr, d->flat != nullptr}, d->catalogue);
}

} // namespace pyrolens

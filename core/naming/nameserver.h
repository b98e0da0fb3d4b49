// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/client/proxy.h>
#include <pyrolens/server/daemon.h>

#include <memory>

namespace pyrolens {

/// How a name server runs. Plain data.
struct NameServerOptions
{
    QString host = QStringLiteral("127.0.0.1");
    int port = 9090; ///< 0 = any free one
    QString publishHost;
    std::vector<int> generations{3};
    QString storage = QStringLiteral("memory"); ///< "memory" or "sqlite:FILE"
    std::optional<bool> broadcast;              ///< unset: on unless the published host is loopback
    int broadcastPort = 0;                      ///< 0: the generation's own (9090 for 3)
    QStringList allowedIdents;                  ///< empty = everybody
    bool allowShutdown = true; ///< remote shutdown requests ("-k" of the original turns it off)
    int maxNames = 200'000;
    int maxNameBytes = 1'024;
    QByteArray storageVfs;        ///< SQLite VFS by name, for tests; empty = the system's
    ConnectionLimits connections; ///< idle 0 means the original's 20 s here
    Limits limits;
};

/// A name server: registry, daemon, and broadcast responder. Lives in the thread that made it, which needs an
/// event loop; with storage a writer thread runs beside it.
class NameServer : public QObject
{
    Q_OBJECT

public:
    NameServer(
        std::shared_ptr<const Catalogue> catalogue, NameServerOptions options, QObject *parent = nullptr);
    ~NameServer() override;

    Result<Done> start(); ///< opens the storage, listens, registers itself
    void stop();
    QStringList uris() const; ///< of the name server object, generation 3 first
    int port() const;
    int broadcastPort() const; ///< of the UDP listener, -1 = there is none
    int nameCount() const; ///< objects and groups, the server's own entry and the two default groups included
    QString storageMessage() const; ///< what start() found damaged and lost in the storage; empty = nothing
    Daemon *daemon() const;
    /// Registrar for daemons of the same process (no network): thread-safe. After stop() it
    /// answers Disconnected. Null before start().
    std::shared_ptr<Registrar> localRegistrar() const;

Q_SIGNALS:
    void shutdownRequested(); ///< a client asked for it and it is allowed; the owner should stop()
    void namesChanged();      ///< once per turn of the event loop, however many changes there were
    void storageFailed(
        const pyrolens::Error &error); ///< names cannot be stored; clients get NamingErrors, look-ups go on
    void storageRecovered();           ///< storing works again

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// Registrar over a remote name server; creates missing parent groups ("group :demo"). Blocking; any thread.
std::shared_ptr<Registrar> makeRemoteRegistrar(
    std::shared_ptr<const ClientContext> context, struct NameServerAddress address);

} // namespace pyrolens

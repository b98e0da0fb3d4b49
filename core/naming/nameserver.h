// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/client/proxy.h>
#include <pyrolens/server/daemon.h>

#include <memory>

namespace pyrolens {

struct NameServerAddress;

/// Alone, or one half of a pair that holds the same names. The roles choose the default ports (9090 and 9091)
/// and who begins; once running both are equal.
enum class NameServerRole : quint8 { Single, Primary, Secondary };

/// What one half of a pair knows of the other. Plain data.
struct TwinStatus
{
    enum class State : quint8 {
        None,          ///< not running as one of a pair
        Searching,     ///< not reachable: looked for again every second
        Synchronising, ///< there; both are being made alike
        Paired,        ///< alike; what changes here is passed on
    };
    State state = State::None;
    QString uri;                ///< of the twin seen last
    bool isOriginal = false;    ///< a real Pyro name server
    int waiting = 0;            ///< changes not yet passed on
    std::optional<Error> error; ///< why it was lost or is not found
};

/// Both halves of a pair took changes while they could not see each other. They are alike again. Plain data.
struct TwinSplit
{
    int changedHere = 0;   ///< names that only this one had changed
    int changedThere = 0;  ///< and the twin
    QStringList conflicts; ///< full names that both had changed, differently; the later entry stayed
};

/// Security plug point of a name server: who may connect, and who may have what from the broadcast listener.
/// Called on the server's threads, several at once; keep it quick. The base class lets everything pass.
/// Source: Pyro 3.16, naming.py, BCReqValidator, and protocol.py, DefaultConnValidator.
class NameServerGuard
{
public:
    /// Of a command: whether it is obeyed, and what is answered instead of the usual text when it is not.
    struct Verdict
    {
        bool isAccepted = true;
        QByteArray reply;
    };

    virtual ~NameServerGuard() = default;
    /// Before the handshake. \return a denial code (see ConnectionValidator::refuseHost) or nothing.
    virtual std::optional<int> acceptHost(const Endpoint &peer, int connections);
    /// With the client's token. \return a denial code or nothing. By default those of
    /// NameServerOptions::allowedIdents are let in, which are asked first in any case.
    virtual std::optional<int> acceptIdentification(
        const Generation &generation, const Message &connect, LocalStorage &storage);
    /// "location" by broadcast.
    virtual Verdict acceptLocationCmd(const QString &from);
    /// "shutdown", by broadcast or as a call. Asked only when NameServerOptions::allowShutdown is set.
    virtual Verdict acceptShutdownCmd(const QString &from);
};

/// What an import of an original's database did. Plain data.
struct ImportReport
{
    int groups = 0;
    int names = 0;
    int metas = 0;        ///< entries with meta information or tags
    int known = 0;        ///< names that were there already, with the same URI
    QStringList problems; ///< one line for each file, folder or name that was skipped, and why
};

/// How a name server runs. Plain data.
struct NameServerOptions
{
    QString host = QStringLiteral("127.0.0.1");
    int port = 9090; ///< 0 = any free one
    QString publishHost;
    std::vector<int> generations{3};
    QString storage = QStringLiteral("memory"); ///< "memory" or "sqlite:FILE"
    std::optional<bool> broadcast;              ///< unset: on unless the published host is loopback
    int broadcastPort = 0;                      ///< 0: each generation's own (9090 for 3, 9091 for 4 and 5)
    /// Identifications of generation 3; empty = everybody. With this or the key below everybody needs a
    /// secret that his generation has.
    QStringList allowedIdents;
    /// Set: TLS only (PYRONAMESSL, which the original does not have), towards the twin as well.
    std::optional<TlsSettings> tls;
    bool allowShutdown = true;              ///< remote shutdown requests ("-k" of the original turns it off)
    std::shared_ptr<NameServerGuard> guard; ///< null: no more than the above
    /// Database of an original persistent name server: the folder of one of generation 3 ("pyro-ns -d"), or
    /// the SQL file of one of 4 or 5 ("pyro4-ns -s sql:FILE"). What it holds is added when the server starts.
    /// It is only read.
    QString importPath;
    /// Flat space: entries whose address cannot be reached are removed. Pause between two looks at them, at
    /// least 3 s; 0 = off.
    std::chrono::milliseconds autoclean{0};
    std::chrono::milliseconds autocleanPatience{20'000}; ///< unreachable for so long: removed
    /// Key of the message digests that every client of generation 4 must have; empty = none.
    QByteArray hmacKey;
    /// Pairs hold the names of generation 3 only: `generations` must be {3}.
    NameServerRole role = NameServerRole::Single;
    QString peerHost;                              ///< of the twin; empty: it is looked for by broadcast
    int peerPort = 0;                              ///< 0 = 9091 for a primary's twin, 9090 for a secondary's
    Credentials credentials;                       ///< shown to the twin; empty: the first of allowedIdents
    std::chrono::milliseconds twinPatience{2'000}; ///< a twin that does not answer for so long counts as lost
    std::chrono::milliseconds twinRetry{1'000};    ///< and is looked for again after this
    int maxNames = 200'000;
    int maxNameBytes = 1'024;
    QByteArray storageVfs; ///< SQLite VFS by name, for tests; empty = the system's
    /// idle 0 means here what the originals do: 20 s for connections of generation 3, for ever for others.
    ConnectionLimits connections;
    Limits limits;
};

/// A name server: registry, daemon, and broadcast responder. It has two name spaces, the tree of generation 3
/// and the flat one of 4 and 5, and each client sees the one of its generation. Lives in the thread that made
/// it, which needs an event loop; with storage a writer thread runs beside it.
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
    int broadcastPort() const; ///< of the UDP listener, the tree's if there are two; -1 = there is none
    /// Of all spaces that are served: objects and groups, the server's own entries and the two default groups
    /// included.
    int nameCount() const;
    QString storageMessage() const; ///< what start() found damaged and lost in the storage; empty = nothing
    ImportReport importReport() const; ///< of the last start()
    TwinStatus twin() const;
    Daemon *daemon() const;
    /// Registrar for daemons of the same process (no network): thread-safe. What a URI of generation 3 stands
    /// for is registered in the tree, others in the flat space. After stop() it answers Disconnected. Null
    /// before start().
    std::shared_ptr<Registrar> localRegistrar() const;

Q_SIGNALS:
    void shutdownRequested(); ///< a client asked for it and it is allowed; the owner should stop()
    void namesChanged();      ///< once per turn of the event loop, however many changes there were
    void storageFailed(
        const pyrolens::Error &error); ///< names cannot be stored; clients get NamingErrors, look-ups go on
    void storageRecovered();           ///< storing works again
    void twinChanged(const pyrolens::TwinStatus &status);
    void splitBrain(const pyrolens::TwinSplit &split);

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// What a registrar does about a flat name that is taken: put its URI in the place, as the originals do it,
/// or refuse with NamingError. A tree always refuses.
enum class FlatClash : quint8 { Replace, Refuse };

/// Registrar over a remote name server; creates missing parent groups ("group :demo"). Blocking; any thread.
std::shared_ptr<Registrar> makeRemoteRegistrar(std::shared_ptr<const ClientContext> context,
    NameServerAddress address, FlatClash clash = FlatClash::Replace);

} // namespace pyrolens

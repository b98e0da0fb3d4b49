// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "servant.h"

#include <pyrolens/base/limits.h>
#include <pyrolens/security/tlssettings.h>

#include <QHostAddress>
#include <QObject>

#include <chrono>
#include <map>

namespace pyrolens {

struct MobileCode;

/// Registers names for a daemon; implemented by `naming`, passed in.
class Registrar
{
public:
    virtual ~Registrar() = default;
    virtual Status registerName(const QString &name, const Uri &uri) = 0;
    virtual Status unregisterName(const QString &name) = 0;
    virtual Result<Uri> resolve(const QString &name) = 0; ///< Remote NamingError when it is not there
    /// Whether it has a name space for such URIs: the tree of generation 3 (`classic`), or the flat one of 4
    /// and 5. Names are those of that space: ":demo.echo", "demo.echo".
    virtual bool takes(const Uri &uri) const { return uri.classic; }
    /// For a registrar with both: out of the space that the URI belongs to.
    virtual Status unregisterUri(const QString &name, const Uri &uri)
    {
        Q_UNUSED(uri);
        return unregisterName(name);
    }
};

struct TlsPeer;

/// Decides who may connect. Called on the connection's thread; keep it quick. Thread-safe.
class ConnectionValidator
{
public:
    virtual ~ConnectionValidator() = default;
    /// Before the handshake. \return a denial code (0 unspecified, 1 too busy, 2 host blocked, 3 security) or
    /// nothing.
    virtual std::optional<int> refuseHost(const Endpoint &peer, int connections);
    /// With TLS, before the handshake of the generation: what the client showed has been verified already.
    /// `checkCertificate()` of the original. \return as refuseHost().
    virtual std::optional<int> refuseCertificate(const TlsPeer &peer);
    /// With the client's token. \return a denial code or nothing; may fill `storage`.
    virtual std::optional<int> refuseIdentification(
        const Generation &generation, const Message &connect, LocalStorage &storage);
    /// Last, where clients send data with the handshake (generations 4 and 5): `connect.value`, the text
    /// "hello" unless somebody chose something else. \return what the client gets back, or the error that it
    /// is told instead: the first argument of a Remote one, else its text.
    virtual Result<Value> answerHandshake(
        const Generation &generation, const Message &connect, LocalStorage &storage);
};

/// Lets in clients that present one of the identifications; everybody when the list is empty.
class IdentValidator : public ConnectionValidator
{
public:
    explicit IdentValidator(QStringList allowed) : m_allowed(std::move(allowed)) { }
    std::optional<int> refuseIdentification(
        const Generation &generation, const Message &connect, LocalStorage &storage) override;

protected:
    bool isOpen() const { return m_allowed.isEmpty(); }

private:
    QStringList m_allowed;
};

/// Requires a secret of everybody: one of the identifications (generation 3), or the daemon's HMAC key, which
/// the messages of generation 4 prove by themselves. Who speaks a generation that has no such secret here is
/// refused.
class SecretValidator : public IdentValidator
{
public:
    SecretValidator(QStringList idents, bool hasHmacKey)
        : IdentValidator(std::move(idents)), m_hasHmacKey(hasHmacKey)
    { }
    std::optional<int> refuseIdentification(
        const Generation &generation, const Message &connect, LocalStorage &storage) override;

private:
    bool m_hasHmacKey;
};

/// Lets in users that prove their password: the token is "user:" + HMAC-MD5(challenge, MD5(password)), the
/// scheme of the original's example user_passwd_auth. The storage's identity is the user's name.
class UserValidator : public ConnectionValidator
{
public:
    /// \param users name -> password.
    explicit UserValidator(std::map<QString, QString> users) : m_users(std::move(users)) { }
    std::optional<int> refuseIdentification(
        const Generation &generation, const Message &connect, LocalStorage &storage) override;

private:
    std::map<QString, QString> m_users;
};

/// Blocks hosts before the handshake (code 2) and asks another validator, if there is one, about the rest.
class HostValidator : public ConnectionValidator
{
public:
    /// Addresses ("192.168.1.7", "::1") and networks ("192.168.0.0/16"). A host in `denied` is blocked; with
    /// an `allowed` that is not empty, so is every host that is not in it. Texts that are neither match
    /// nothing.
    HostValidator(const QStringList &allowed, const QStringList &denied,
        std::shared_ptr<ConnectionValidator> next = {});
    std::optional<int> refuseHost(const Endpoint &peer, int connections) override;
    std::optional<int> refuseIdentification(
        const Generation &generation, const Message &connect, LocalStorage &storage) override;

private:
    using Network = std::pair<QHostAddress, int>;
    static std::vector<Network> networks(const QStringList &texts);
    static bool contains(const std::vector<Network> &networks, const QHostAddress &address);

    std::vector<Network> m_allowed;
    std::vector<Network> m_denied;
    bool m_isOpen; ///< no list of allowed hosts
    std::shared_ptr<ConnectionValidator> m_next;
};

/// What becomes of item streams (generations 4 and 5). Plain data.
struct StreamOptions
{
    bool enabled = true;                      ///< else a client is told that it could have been a stream
    std::chrono::milliseconds lifetime{0};    ///< from opening; 0 = no limit
    std::chrono::milliseconds linger{30'000}; ///< after its connection is gone; 0 = it goes with it
    int maxPerConnection = 100;
    int maxInAll = 10'000; ///< lingering ones included
};

/// How a daemon runs. Plain data.
struct DaemonOptions
{
    QString host = QStringLiteral("127.0.0.1"); ///< address or name to listen on; "0.0.0.0" or "::" = all
    int port = 0;                               ///< 0 = any free one
    int portRange = 1;                          ///< try so many successive ports
    QString unixPath;     ///< not empty: listen on this unix socket in place of a port (generations 4 and 5)
    QString publishHost;  ///< in URIs; empty = host
    bool dnsUris = false; ///< keep host names in URIs instead of numeric addresses
    /// One port for all of them. With several, one of which lets the server speak first (3), a client may be
    /// silent for `sniffTime` before it is taken for that one; otherwise nothing is delayed.
    std::vector<int> generations{3};
    std::chrono::milliseconds sniffTime{250};
    bool multithreaded = true;  ///< a call runs on its connection's thread; else one loop, one call at a time
    bool onewayThreaded = true; ///< oneway calls never hold up their connection's next request
    bool service = false;       ///< built-in service: handlers run inline in the multiplexed loop
    std::chrono::milliseconds boundTimeout{30'000}; ///< wait for a bound servant
    std::chrono::milliseconds transientAge{
        0}; ///< unnamed objects unused for longer are disconnected; 0 = never
    StreamOptions streams;
    QByteArray codec;
    std::vector<QByteArray> acceptedCodecs; ///< serializers that generations 4 and 5 decode; empty = all
    QByteArray hmacKey;                     ///< of generation 4's messages; empty = none
    int pickleProtocol = -1;
    bool compress = false;
    bool checksum = false;
    std::optional<TlsSettings> tls; ///< set: TLS only (PYROSSL URIs); unset: clear text only
    ClassPolicy classes;
    Limits limits;
    ConnectionLimits connections;
    std::vector<int> idleGenerations; ///< ConnectionLimits::idle is for these; empty = for all
    QString serverName = QStringLiteral("Pyrolens");
};

/// A row of the daemon's object table.
struct HostedObject
{
    QByteArray id;
    QString name; ///< empty = unnamed (transient); full names of generation 3 begin with a colon
    bool persistent = false;
    qint64 calls = 0;
    qint64 errors = 0;
    std::chrono::steady_clock::time_point lastUsed;
    InterfaceInfo interface;
};

/// What happened, for a log, a feed or a test. Delivered on the daemon's threads through DaemonObserver.
struct ServedCall
{
    Endpoint peer;
    QString identity;
    QByteArray object;
    QByteArray method;
    Value args;
    Value kwargs;
    bool oneway = false;
    std::optional<Error> error;
    std::chrono::nanoseconds duration{0};
    int generation = 0; ///< of the caller
};
class DaemonObserver
{
public:
    virtual ~DaemonObserver() = default;
    virtual void served(const ServedCall &) { }
    virtual void refused(const Endpoint &peer, const Error &error)
    {
        Q_UNUSED(peer);
        Q_UNUSED(error);
    } ///< with reason code
};

/// Hosts servants and serves them to clients of one or more generations on one port.
///
/// Lives in the thread that made it (which needs an event loop for listening and for the multiplexed and
/// single-threaded modes; run it in a thread of its own with DaemonThread when the maker has none). All
/// functions marked "any thread" are safe to call from servants. Servants are shared; the daemon keeps them
/// alive while hosted.
class Daemon : public QObject
{
    Q_OBJECT

public:
    Daemon(std::shared_ptr<const Catalogue> catalogue, DaemonOptions options, QObject *parent = nullptr);
    ~Daemon() override; ///< shutdown(true)

    // Best set before listen(): a connection keeps what was set when it was accepted.
    void setValidator(std::shared_ptr<ConnectionValidator> validator);
    void setObserver(std::shared_ptr<DaemonObserver> observer);
    void setTap(std::shared_ptr<ByteTap> tap);
    void setCallerFactory(CallerFactory factory);
    void setRegistrar(std::shared_ptr<Registrar> registrar); ///< any thread; null = none
    void setInitHook(std::function<void(LocalStorage &)> hook);
    /// Exchange of mobile code; null = off. What is received is stored and never run.
    void setMobileCode(std::shared_ptr<const MobileCode> code);

    /// Starts to listen. \return the port, or Disconnected naming port and address ("port 9090 of 127.0.0.1
    /// is in use").
    Result<int> listen();
    /// Serves a stream that is connected already (a socketpair, an inherited socket): without a handshake, as
    /// clients that are given such a socket expect. After listen(), in the daemon's thread. \return Usage for
    /// a generation whose handshake cannot be left out (3). Source: Pyro5, svr_existingconn.py.
    Status serveConnected(std::unique_ptr<Stream> stream, int generation);
    bool isListening() const;
    int port() const;
    QString publishedHost() const;
    const Generation *generation(int id) const; ///< null when this daemon does not speak it; any thread

    /// Hosts a servant for clients of all generations that the daemon speaks. With a name and a registrar the
    /// name is registered, in each name space that the registrar has (an error leaves nothing hosted); with a
    /// name only, it can be found by PYROLOC. For generations 4 and 5 the name, without the colon that a full
    /// name of generation 3 begins with, is the id. \param id of the object in the name space of
    /// `generation`; empty = made up. \param generation whose name space name and id are meant for; 0 = the
    /// lowest that the daemon speaks. \return its URI in the spelling of `generation`. Any thread.
    Result<Uri> connectServant(std::shared_ptr<Servant> servant, const QString &name = {},
        const QByteArray &id = {}, int generation = 0);
    /// As connectServant, but takes over the id that the name server has for the name when it points at our
    /// endpoint (generation 3: elsewhere the name is the id).
    Result<Uri> connectPersistent(std::shared_ptr<Servant> servant, const QString &name, int generation = 0);
    /// Stops hosting; unregisters the name if there is one. Connections stay. Any thread.
    Status disconnectServant(const QByteArray &id);
    /// The URI that clients of a generation use for the object; 0 = the lowest that the daemon speaks. Any
    /// thread.
    Uri uriFor(const QByteArray &id, int generation = 0) const;
    /// All URIs of an object, one per name space: "PYRO://host:port/id" (3) before "PYRO:name@host:port" (4
    /// and 5). Any thread.
    std::vector<Uri> urisFor(const QByteArray &id) const;
    std::shared_ptr<Servant> servant(const QByteArray &id) const; ///< any thread
    std::vector<HostedObject> objects() const;                    ///< any thread
    int connectionCount() const;                                  ///< any thread
    qint64 droppedOneway() const; ///< oneway calls taken but not run, because the daemon stopped; any thread

    /// `daemon.setTimeout(secs)` of the original, at run time and from any thread: no handshake, rest of a
    /// message, pause between two requests or unsent answer may take longer. kOff lifts it again: then the
    /// options hold. A connection that waits already notices at its next look, at most
    /// ConnectionLimits::frameBase later.
    void setTimeout(std::chrono::milliseconds timeout);
    static constexpr std::chrono::milliseconds kOff{0};
    /// DaemonOptions::transientAge at run time (`setTransientsCleanupAge`); kOff: never. Any thread.
    void setTransientAge(std::chrono::milliseconds age);

    /// Stops accepting, lets running calls finish up to `grace`, closes all connections, joins all threads.
    /// With `disconnect` named, non-persistent objects are unregistered. Idempotent. From another thread it
    /// is queued. Calls that do not end within a second after `grace` are left alone, with a log line; their
    /// servants must not touch the daemon then.
    void shutdown(bool disconnect = true, std::chrono::milliseconds grace = std::chrono::seconds(2));

Q_SIGNALS:
    void connectionOpened(const QString &peer);
    void connectionClosed(const QString &peer);
    void objectsChanged();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace pyrolens

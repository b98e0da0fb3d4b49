// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "generationmemory.h"
#include "pendingcall.h"

#include <pyrolens/base/limits.h>
#include <pyrolens/security/tlssettings.h>
#include <pyrolens/wire/generation.h>

#include <QDeadlineTimer>
#include <QFuture>
#include <QObject>
#include <QStringList>

#include <chrono>
#include <memory>
#include <optional>

namespace pyrolens {

class AddressMap;
class ByteTap;
class Resolver;
struct MobileCode;

/// "None" of a deadline, to be spelled out.
inline constexpr std::chrono::milliseconds kNoTimeout{0};

/// How a server that is gone is waited for: attempts to connect, with pauses between them. Plain data.
struct RebindPolicy
{
    int tries = 0;                                 ///< attempts in all; 0 = without end
    std::chrono::milliseconds wait{1'000};         ///< before the second attempt
    double growth = 1.0;                           ///< each further pause is so much longer (back-off)
    std::chrono::milliseconds longestWait{30'000}; ///< but no longer than this
};

/// Options of one call; what is unset comes from the proxy.
struct CallOptions
{
    std::optional<std::chrono::milliseconds>
        timeout; ///< whole call, connecting included; kNoTimeout = for ever
    std::optional<bool>
        oneway; ///< else: the method is in the proxy's oneway list or in the object's metadata
};

/// Everything a proxy needs to know beside its target. Plain data.
struct ProxyOptions
{
    std::chrono::milliseconds connectTimeout{5'000}; ///< connect and handshake, within the call's deadline
    std::chrono::milliseconds callTimeout{30'000};   ///< whole call
    Credentials credentials;
    /// Used where the URI asks for TLS (PYROSSL, PYROLOCSSL); unset: the defaults, without a certificate of
    /// one's own. The URIs of generations 4 and 5 do not tell: there TLS is spoken when this is set. There is
    /// no fall-back to clear text.
    std::optional<TlsSettings> tls;
    /// Set: a call that finds no connection keeps trying to connect under this policy, within its own
    /// timeout. Only connecting is repeated: a call that was on its way when the connection broke is reported
    /// as lost (Disconnected, code "conn.lost") and never sent again. Unset: one attempt.
    std::optional<RebindPolicy> automaticRebind;
    /// So often a call of a method that was lost (Timeout, or Disconnected "conn.lost") is sent again, each
    /// time over a new connection and with the whole callTimeout. It may then run more than once: for methods
    /// that can bear it only. Sources: Pyro 4.82 core.py and Pyro 5.15 client.py, MAX_RETRIES.
    int retries = 0;
    QStringList onewayMethods;
    QByteArray codec; ///< empty = generation's default
    int pickleProtocol = -1;
    bool compress = false;
    bool checksum = false;
    int generation = 0; ///< 0 = by the URI, and where it leaves that open, by what answers
    /// A bare HOST:PORT (an Object URI without an object): so long a server that speaks first is listened for
    /// before the client does. See product.md, TARGET.
    std::chrono::milliseconds listenTime{100};
    // Generations 4 and 5.
    Value handshake = Value::text(u8"hello"); ///< data for the server's validator
    std::vector<Annotation> annotations;      ///< with each request that brings none of its own
    bool serpentBytesLiterals = false;        ///< serpent: b'...' instead of a dict
    Limits limits;
};

/// Read-only modes and the like: asked before anything is sent.
class CallPolicy
{
public:
    virtual ~CallPolicy() = default;
    /// Nothing when allowed, else the reason (Denied).
    virtual std::optional<Error> refusal(const Uri &target, const Message &message) const = 0;
};

/// What clients share: the generations, how logical URIs are resolved, who watches the bytes. Must outlive
/// its proxies.
struct ClientContext
{
    std::shared_ptr<const Catalogue> catalogue;
    std::shared_ptr<Resolver> resolver;          ///< null: PYRONAME URIs fail with Unsupported
    std::shared_ptr<ByteTap> tap;                ///< null: none
    std::shared_ptr<const CallPolicy> policy;    ///< null: all allowed
    std::shared_ptr<const MobileCode> code;      ///< null: no module is supplied or fetched
    std::shared_ptr<const AddressMap> addresses; ///< null: connections go where URIs say
    /// What was found out about endpoints; may be shared with other contexts.
    std::shared_ptr<GenerationMemory> generations = std::make_shared<GenerationMemory>();
};

/// Resolves logical URIs (PYRONAME, PYROMETA) by asking a name server; implemented by `naming`, passed in.
class Resolver
{
public:
    virtual ~Resolver() = default;
    /// Blocking; on a thread made for the question, and for several proxies at once. It may be given up: then
    /// the answer is dropped. \return an Object or Location URI.
    virtual Result<Uri> resolve(const Uri &logical, const ProxyOptions &options, QDeadlineTimer deadline) = 0;
    /// Asynchronous; the handler runs in `context`'s thread, once, unless `context` died.
    virtual void resolveAsync(const Uri &logical, const ProxyOptions &options, QObject *context,
        std::function<void(const Result<Uri> &)> handler)
        = 0;
};

/// A stand-in for one remote object: calls its methods, reads and writes its attributes.
///
/// Connects lazily, keeps the connection, and after a loss connects again at the next call; a call is never
/// sent twice (at most once; ProxyOptions::retries waives that): when it breaks half-way it fails with
/// Disconnected and the half-used connection is closed. Calls of one proxy run one after the other.
/// Thread-bound: use it in the thread it lives in. The asynchronous form needs that thread's event loop; the
/// blocking form needs none, never spins one, and must not be used in the GUI thread (asserts; release:
/// Usage). cancelBlocking() is the one function for other threads.
class Proxy : public QObject
{
    Q_OBJECT

public:
    enum class State : quint8 { Idle, Connecting, Ready };

    Proxy(std::shared_ptr<const ClientContext> context, Uri uri, ProxyOptions options = {},
        QObject *parent = nullptr);
    ~Proxy() override;

    const Uri &uri() const;                 ///< as given
    std::optional<Uri> resolvedUri() const; ///< once a Name or Location has been resolved
    /// The generation that is spoken, or would be; null while the URI leaves it open and nothing has answered
    /// yet.
    const Generation *generation() const;
    /// What the daemon told about the object when the connection was made (generations 4 and 5).
    std::optional<ObjectMetadata> metadata() const;
    const ProxyOptions &options() const;
    void setOptions(
        ProxyOptions options); ///< takes effect at the next call; credentials at the next connection
    State state() const;

    /// Sends one request. Finishes with Timeout, Disconnected, Limit, Denied, Protocol, Unsupported,
    /// Cancelled or Remote. Oneway calls finish when the bytes are with the kernel (value None).
    PendingCall call(const QString &method, std::vector<Value> args = {},
        std::vector<Value::Pair> kwargs = {}, CallOptions options = {});
    PendingCall attribute(const QString &name, CallOptions options = {});
    PendingCall setAttribute(const QString &name, Value value, CallOptions options = {});
    /// 1 when the name is a method, 2 for anything else (generation 3's helper _r_ha).
    PendingCall hasAttribute(const QString &name, CallOptions options = {});
    /// Asks the daemon's own object (registered objects, resolve a name to an id).
    PendingCall query(Message::Query query, const QString &subject = {}, CallOptions options = {});
    /// Several calls in one message (generations 4 and 5; elsewhere Unsupported). The value is the list of
    /// results; where a call raised, the list ends with that Value::error().
    PendingCall batch(std::vector<BatchCall> calls, CallOptions options = {});
    PendingCall send(Message message, CallOptions options = {});

    Reply callBlocking(const QString &method, std::vector<Value> args = {},
        std::vector<Value::Pair> kwargs = {}, CallOptions options = {});
    Reply batchBlocking(std::vector<BatchCall> calls, CallOptions options = {});
    Reply sendBlocking(Message message, CallOptions options = {});
    /// Connects and shakes hands without a call (ping of any daemon).
    Reply bindBlocking(CallOptions options = {});
    PendingCall bind(CallOptions options = {});
    /// Closes the connection and connects again, as often as the policy says: `adapter.rebindURI(tries,
    /// wait)` of the original. Calls nothing, and repeats no call that was lost. `timeout` covers all
    /// attempts; each has the proxy's connectTimeout. The server must come back at the same address with the
    /// same object id (Daemon::connectPersistent), unless the URI is a name. Ends with Timeout when the
    /// attempts are used up, at once with what no waiting cures (Denied, Unsupported), and with Cancelled by
    /// cancel() and cancelBlocking(). Source: Pyro 3.16, protocol.py, rebindURI.
    Reply rebindBlocking(const RebindPolicy &policy, std::chrono::milliseconds timeout = kNoTimeout);
    PendingCall rebind(const RebindPolicy &policy, std::chrono::milliseconds timeout = kNoTimeout);
    /// Ends a blocking call that runs in another thread: it returns Cancelled. Any thread.
    void cancelBlocking();

    /// Closes the connection; the next call connects again. Calls under way finish with Cancelled.
    void release();

Q_SIGNALS:
    void stateChanged(pyrolens::Proxy::State state);
    void connectionLost(const pyrolens::Error &error); ///< while no call was under way
    /// An attempt of the asynchronous form failed; the next one comes after `wait` milliseconds.
    void rebinding(int attempt, qint64 wait, const pyrolens::Error &error);

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// `Result` inside, never throws; finished with Cancelled when the call's handle dies.
QFuture<Reply> toFuture(const PendingCall &call, QObject *context);

} // namespace pyrolens

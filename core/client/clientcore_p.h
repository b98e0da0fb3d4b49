// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "channel_p.h"
#include "codeexchange_p.h"
#include "proxy.h"

#include <pyrolens/transport/tlstunnel.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace pyrolens {

/// What both forms of a proxy work on: the target, how far it is resolved, and its one connection.
class ClientCore
{
public:
    ClientCore(std::shared_ptr<const ClientContext> clientContext, Uri target, ProxyOptions proxyOptions);
    Q_DISABLE_COPY_MOVE(ClientCore)

    const std::shared_ptr<const ClientContext> context;
    const Uri uri; ///< as given
    const ProxyOptions &options() const { return m_options; }
    void setOptions(ProxyOptions changed);
    std::function<void(Proxy::State)>
        stateChanged; ///< called in the proxy's thread; must not delete the proxy

    std::function<void()> beforeClose; ///< the engine's notifiers must let go of the descriptor first

    // --- The target.
    /// Where to connect: the URI as given, or what the resolver said; null = ask the resolver first.
    const Uri *address() const;
    void setResolved(Uri found) { m_resolved = std::move(found); }
    bool wasResolved() const { return m_resolved.has_value(); }
    void forgetResolved() { m_resolved.reset(); }
    std::optional<Uri> resolvedUri() const;
    /// The generation of the connection, or the one that would be spoken; null when that is open yet.
    const Generation *generation() const;
    std::optional<ObjectMetadata> metadata() const;
    bool usesTls(const Uri &target) const;
    /// Why `target` cannot be connected to at all, if so.
    std::optional<Error> obstacle(const Uri &target) const;

    /// Host and port to connect to for `target`, after the context's rules.
    std::pair<QString, int> destination(const Uri &target) const;

    /// What the TLS handshake with `target` needs; Usage when files of the settings are not good.
    Result<TlsOrder> tlsOrder(const Uri &target, QDeadlineTimer deadline);
    TlsTunnels &tunnels(); ///< made when first asked for

    // --- A call before it is sent.
    /// Fills in what options decide and asks the policy. \return why the call must not be made.
    std::optional<Error> prepare(Message &message, const CallOptions &call) const;
    std::chrono::milliseconds timeoutOf(const CallOptions &call) const;
    /// Whether the object's id is needed and not known yet: the daemon must be asked (Location URIs).
    bool mustLocate(const Message &message) const;
    Message locateMessage() const;
    /// Takes the daemon's answer. \return why it is none.
    std::optional<Error> setLocated(const Value &id);
    /// Encodes for the current channel and lets go of the arguments. Refuses a call of an object that exposes
    /// nothing. \param oneway what the caller decided; unset: the object's metadata may make it oneway.
    Result<QByteArray> encode(Message &message, std::optional<bool> oneway = false) const;

    /// The exchange of code around a request that was just encoded for the current channel; null when there
    /// is none.
    std::unique_ptr<CodeExchange> codeExchange(const Message &message, const QByteArray &request);

    // --- The connection.
    Channel *channel() const { return m_channel.get(); }
    /// \param target the address that was connected to.
    Channel &open(std::unique_ptr<Stream> stream, const Uri &target);
    /// Whether the server has to be given ProxyOptions::listenTime before the client begins, because it may
    /// be of a generation where it is the server that does.
    bool mustListen() const;
    /// After an error of the handshake: whether another generation than the one that was tried has answered.
    enum class Turn : quint8 {
        None,
        Stay,      ///< and goes on on this very connection, which has been told so
        Reconnect, ///< and needs a new one
    };
    Turn turn();
    /// The handshake is over: what answered is remembered. Or failed: it is forgotten.
    void noteHandshake(bool isGood);
    void close(const QString &reason);
    /// Closes a connection that must not be used for the next call: stale, or made with other options.
    void closeUnlessFresh();
    Proxy::State state() const { return m_state; }
    void setState(Proxy::State state);

    // --- Blocking calls and their end from other threads.
    bool beginBlocking();
    void endBlocking();
    void cancelBlocking();
    const std::atomic<bool> &isCancelled() const { return m_cancelled; }

private:
    /// Generations that a target's spelling leaves open, ascending.
    std::vector<const Generation *> candidates(const Uri &target) const;
    /// The one to begin with: the remembered one, else the newest where the client speaks first.
    const Generation *firstChoice(const Uri &target, const std::vector<const Generation *> &candidates) const;
    std::unique_ptr<Session> makeSession(const Generation &generation) const;

    std::shared_ptr<GenerationMemory> m_generations; ///< the context's, or one's own
    ProxyOptions m_options;
    std::optional<Uri> m_resolved; ///< the resolver's answer, until a connection to it fails
    std::optional<Uri> m_located;  ///< a Location URI with the daemon's answer; renewed with each connection
    QByteArray m_object;           ///< id on this connection, empty = not located yet
    std::unique_ptr<TlsTunnels> m_tunnels;
    std::optional<QSslConfiguration> m_tlsConfiguration; ///< of the options, once read
    std::unique_ptr<Channel> m_channel;                  ///< ends before the tunnels
    QSet<QString> m_exchangedModules;                    ///< each is fetched once
    quint16 m_sequence = 0;                              ///< last number used on the connections before
    bool m_mustRenew = false;                            ///< options changed that a session is made with
    Proxy::State m_state = Proxy::State::Idle;

    std::mutex m_mutex; // guards the three below, and m_channel against cancelBlocking() while it is replaced
    bool m_isBlocking = false;
    std::atomic<bool> m_cancelled{false};
};

} // namespace pyrolens

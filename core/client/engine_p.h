// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "callcore_p.h"
#include "clientcore_p.h"

#include <pyrolens/transport/connectrace.h>

#include <QBasicTimer>
#include <QObject>
#include <QPointer>

#include <deque>
#include <memory>
#include <optional>
#include <vector>

class QSocketNotifier;

namespace pyrolens {

/// Runs the asynchronous calls of one proxy, one after the other, on raw non-blocking sockets under
/// QSocketNotifiers.
///
///     Rest -> Pause -> Resolve -> Lookup -> Connect -> Encrypt -> Handshake -> Locate -> Send -> Wait ->
///     Receive -> Decode -> Rest
///
/// with the states left out that a call does not need. Each call has one deadline, and they share one timer
/// that is set only when it would fire too late. A handler may delete the proxy and with it this object:
/// whatever delivers a result (finish()) is the last thing a function does.
class Engine : public QObject
{
    Q_OBJECT

public:
    Engine(ClientCore &core, QObject *parent);
    ~Engine() override;

    /// \param rebind an explicit rebind: with a new connection in any case.
    PendingCall submit(Message message, const CallOptions &options, bool bindOnly,
        const std::optional<RebindPolicy> &rebind = std::nullopt);
    /// Ends all calls with Cancelled and closes the connection.
    void release(const QString &reason);
    bool isBusy() const { return m_current || !m_queue.empty(); }

Q_SIGNALS:
    void connectionLost(const pyrolens::Error &error);
    void rebinding(int attempt, qint64 wait, const pyrolens::Error &error);

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    enum class Phase : quint8 {
        Rest,
        Pause, ///< between two attempts to connect
        Resolve,
        Lookup,
        Connect,
        Encrypt,
        Handshake,
        Locate,
        Send,
        Wait,
        Receive,
        Decode
    };
    using Call = std::shared_ptr<CallCore>;

    // engine.cpp: the queue, deadlines, ends
    void pump();
    void abort(const Call &call);
    void finish(Result<Value> result, CallCore::Delivery delivery = CallCore::Delivery::Direct,
        bool keepsConnection = false);
    void fail(Error error) { finish(Result<Value>(std::move(error))); }
    void armDeadline();
    void onDeadline();
    Error timeoutError() const;
    bool isConnecting() const; ///< the time to connect runs
    qint64 phaseDeadline() const;
    void stopWatching();
    void unwatchRace();
    static void retire(std::unique_ptr<QSocketNotifier> notifier, bool isSignalling);
    CallTrace::Duration lap();

    // engineconnect.cpp: from a URI to a connection
    void begin();
    void resolve();
    void onResolved(const Result<Uri> &found);
    void lookUp();
    void connectToPath(const QString &path);
    void onAddresses(const Result<QList<QHostAddress>> &addresses);
    void advanceRace();
    void onStream(std::unique_ptr<Stream> stream);
    void encrypt(std::unique_ptr<Stream> stream);
    void onEncrypted(Result<std::unique_ptr<Stream>> outcome);
    void greet(std::unique_ptr<Stream> stream);
    void speak();
    void connectFailed(Error error);
    void failOrTryAgain(Error error, bool whileResolving);
    void handshake(const Channel::Found &found);
    void shookHands();

    // engineexchange.cpp: requests and replies
    void watchChannel();
    void onReadable();
    void onRestReadable();
    void onWritable();
    void readOn();
    void onFrame(Channel::Found &found);
    void lost(const QString &detail);
    void proceed();
    void post(QByteArray bytes, Phase phase);
    void flush();
    void sendFailed(const QString &detail);
    void sent();
    void onLocated(const Channel::Found &found);
    void onEarlyReply(const Channel::Found &found);
    void decode(Channel::Found &found);
    void onDecoded(Result<Message> reply);
    void proceedWithCode(Message reply);
    void updateProgress();

    ClientCore &m_core;
    std::shared_ptr<EngineLink> m_link;
    std::deque<Call> m_queue;
    Call m_current;
    Phase m_phase = Phase::Rest;
    bool m_isPumping = false;
    int m_notifying = 0; ///< inside a notifier's signal: it must not be deleted at once
    quint64 m_turn = 0;  ///< counts calls, so that a late decode result finds out that nobody wants it

    CallCore::Clock::time_point m_mark;
    qint64 m_connectDeadline = CallCore::kForever;
    QBasicTimer m_deadlineTimer;
    qint64 m_timerEnd = CallCore::kForever; ///< when the running timer fires
    QBasicTimer m_staggerTimer;
    QBasicTimer m_pauseTimer;
    QBasicTimer m_listenTimer; ///< a server that may speak first is listened to

    bool m_wasCached
        = false; ///< the resolved address is from an earlier call, so a failed connect may ask again
    bool m_turned = false; ///< this call has found another generation already
    std::unique_ptr<QObject>
        m_scope; ///< context of a resolve or lookup under way; deleting it calls that off
    std::unique_ptr<ConnectRace> m_race;
    quint64 m_tls = 0; ///< number of the TLS handshake under way, 0 = none
    std::vector<std::unique_ptr<QSocketNotifier>> m_raceNotifiers;

    std::unique_ptr<QSocketNotifier> m_readNotifier;
    std::unique_ptr<QSocketNotifier> m_writeNotifier;
    QByteArray m_out; ///< what is being sent
    qsizetype m_outDone = 0;
    Phase m_afterSend = Phase::Wait;
    std::unique_ptr<CodeExchange> m_code; ///< of the current call, when there may be one
};

} // namespace pyrolens

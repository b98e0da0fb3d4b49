// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>
#include <pyrolens/server/servant.h>
#include <pyrolens/transport/connectrace.h>
#include <pyrolens/transport/tlstunnel.h>
#include <pyrolens/wire/generation.h>

#include <QBasicTimer>
#include <QElapsedTimer>
#include <QObject>
#include <QSocketNotifier>

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>

namespace pyrolens::events {

/// An event on its way to its subscribers, who share it. Counts what it weighs as long as one still has it.
class QueuedEvent
{
public:
    QueuedEvent(Value event, qint64 bytes, std::shared_ptr<std::atomic<qint64>> total);
    ~QueuedEvent();
    Q_DISABLE_COPY_MOVE(QueuedEvent)
    const Value &event() const { return m_event; }
    qint64 bytes() const { return m_bytes; }

private:
    const Value m_event;
    const qint64 m_bytes;
    const std::shared_ptr<std::atomic<qint64>> m_total;
};
using QueuedEventPtr = std::shared_ptr<const QueuedEvent>;

/// Answers a publisher when the last queue that it waits for has let go of it.
class PublishTicket
{
public:
    explicit PublishTicket(DeferredReply reply) : m_reply(std::move(reply)) { }
    ~PublishTicket() { m_reply.finish(Value::none()); }
    Q_DISABLE_COPY_MOVE(PublishTicket)

private:
    const DeferredReply m_reply;
};

/// How events travel to subscribers. Plain data.
struct DeliverySettings
{
    qsizetype queueSize = 0;
    qint64 queueBytes = 0;
    std::chrono::milliseconds connectTimeout{0};
    std::chrono::milliseconds stallTimeout{0};
    SessionOptions session;
    std::shared_ptr<std::atomic<qint64>>
        delivered;                 ///< counts what was handed to the kernel, of all deliveries
    TlsTunnels *tunnels = nullptr; ///< null: clear text. Outlives the delivery
    TlsOrder tls;                  ///< with tunnels; the deadline is ours
};

/// The queue of one subscriber and the connection to it: oneway calls of event(Event), in order, several in
/// one write when they are there. Connects at the first event. Never waits; lives in the hub's thread.
/// Source: Pyro 3.16, EventService/Server.py, Subscriber.
class Delivery : public QObject
{
    Q_OBJECT

public:
    Delivery(const Generation &generation, Uri subscriber, DeliverySettings settings, QObject *parent);
    ~Delivery() override;

    const Uri &subscriber() const { return m_uri; }
    bool hasRoom() const;
    /// Appends, room or not; send() starts the sending.
    void append(QueuedEventPtr event);
    /// Holds up a publisher until there is room again.
    void holdUp(std::shared_ptr<PublishTicket> ticket) { m_tickets.push_back(std::move(ticket)); }
    void send();
    /// Notes that send() will be called. \return false when that was known.
    bool schedule() { return !std::exchange(m_isScheduled, true); }
    /// No more events will come. \return whether nothing is left to send; else drained() or lost() tells.
    bool retire();
    qsizetype queued() const { return qsizetype(m_queue.size()); }

Q_SIGNALS:
    /// The subscriber is gone: no connection, turned away, or no progress for too long. Comes once.
    void lost(const pyrolens::Error &reason);
    void drained(); ///< after retire()

private:
    enum class State : quint8 { Idle, LookUp, Connect, Encrypt, Handshake, Ready, Lost };
    using Clock = std::chrono::steady_clock;

    void connectToSubscriber(bool isProbe);
    void raceTo(const QList<QHostAddress> &addresses);
    void advanceRace();
    void opened(std::unique_ptr<Stream> stream);
    void encrypt(std::unique_ptr<Stream> stream);
    void greet(std::unique_ptr<Stream> stream);
    void readable();
    void process();
    bool handshake(const FrameStep &step, const Frame &frame);
    void ready();
    void flush();
    bool fillOutput();
    void sendAfterRest();
    void ended(const QString &what);
    void giveUp(Error reason);
    void disconnectSocket();
    void releaseTickets();
    void timerEvent(QTimerEvent *event) override;
    void watch(std::chrono::milliseconds patience);

    const Generation &m_generation;
    const Uri m_uri;
    const DeliverySettings m_settings;
    State m_state = State::Idle;
    bool m_isProbe = false; ///< connects only to see whether somebody is there
    std::deque<QueuedEventPtr> m_queue;
    qint64 m_queuedBytes = 0;
    std::vector<std::shared_ptr<PublishTicket>> m_tickets;
    std::unique_ptr<QObject> m_lookup; ///< context of a look-up under way
    std::unique_ptr<ConnectRace> m_race;
    std::vector<QSocketNotifier *> m_raceNotifiers;
    quint64 m_handshake = 0; ///< number of the TLS handshake under way, 0 = none
    quint64 m_turn = 0;      ///< of connections, so that an answer to an earlier one is told apart
    std::unique_ptr<Stream> m_stream;
    std::unique_ptr<Session> m_session;
    QSocketNotifier *m_readNotifier = nullptr;
    QSocketNotifier *m_writeNotifier = nullptr;
    QByteArray m_input;
    QByteArray m_output;
    qsizetype m_outputBegin = 0;
    Clock::time_point m_readySince;
    Clock::time_point m_lastWrite;
    bool m_wasUseful = false; ///< something was sent over this connection
    int m_shortLives = 0;
    Clock::time_point m_deadline;
    QBasicTimer m_deadlineTimer;
    QBasicTimer m_staggerTimer;
    bool m_isRetiring = false;
    bool m_isScheduled = false;
};

/// Category pyrolens.events.
const QLoggingCategory &log();

} // namespace pyrolens::events

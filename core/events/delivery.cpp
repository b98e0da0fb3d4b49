// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "delivery_p.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/transport/hostlookup.h>

#include <QTimerEvent>

namespace pyrolens::events {

namespace {

constexpr qsizetype kBatchBytes = 64 * 1024; // of events that go out in one write
constexpr qsizetype kReadBytes = 4 * 1024;
constexpr qint64 kMaxAnswerBytes = 256 * 1024; // subscribers have nothing to say but what went wrong
constexpr std::chrono::milliseconds kTick(100);
constexpr std::chrono::milliseconds kRest(5);
// A connection that ends sooner than this without having taken anything, so often in a row, is no subscriber.
constexpr std::chrono::seconds kShortLife(1);
constexpr int kMaxShortLives = 3;

/// From inside the notifier's own signal, too.
void dispose(QSocketNotifier *&notifier)
{
    if (!notifier)
        return;
    notifier->setEnabled(false);
    notifier->disconnect();
    notifier->deleteLater();
    notifier = nullptr;
}

QString textOf(const RemoteError &error)
{
    return error.summary();
}

} // namespace

const QLoggingCategory &log()
{
    static const QLoggingCategory category("pyrolens.events", QtWarningMsg);
    return category;
}

QueuedEvent::QueuedEvent(Value event, qint64 bytes, std::shared_ptr<std::atomic<qint64>> total)
    : m_event(std::move(event)), m_bytes(bytes), m_total(std::move(total))
{
    *m_total += m_bytes;
}

QueuedEvent::~QueuedEvent()
{
    *m_total -= m_bytes;
}

Delivery::Delivery(const Generation &generation, Uri subscriber, DeliverySettings settings, QObject *parent)
    : QObject(parent), m_generation(generation), m_uri(std::move(subscriber)), m_settings(std::move(settings))
{ }

Delivery::~Delivery()
{
    disconnectSocket();
}

// --- The queue

bool Delivery::hasRoom() const
{
    return queued() < m_settings.queueSize && m_queuedBytes < m_settings.queueBytes;
}

void Delivery::append(QueuedEventPtr event)
{
    m_queuedBytes += event->bytes();
    m_queue.push_back(std::move(event));
}

void Delivery::releaseTickets()
{
    if (hasRoom())
        m_tickets.clear();
}

void Delivery::send()
{
    m_isScheduled = false;
    if (m_queue.empty())
        return;
    if (m_state == State::Idle)
        connectToSubscriber(false);
    else if (m_state == State::Ready)
        sendAfterRest();
    else
        m_isProbe = false; // somebody wants the connection after all
}

bool Delivery::retire()
{
    m_isRetiring = true;
    return m_queue.empty() && m_outputBegin == m_output.size();
}

// --- Connecting

void Delivery::connectToSubscriber(bool isProbe)
{
    m_isProbe = isProbe;
    m_state = State::LookUp;
    watch(m_settings.connectTimeout);
    if (const QHostAddress numeric(m_uri.host); !numeric.isNull()) {
        raceTo({numeric});
        return;
    }
    m_lookup = std::make_unique<QObject>();
    lookupHostAsync(m_uri.host, m_lookup.get(), [this](const Result<QList<QHostAddress>> &addresses) {
        if (m_state != State::LookUp)
            return;
        m_lookup.release()->deleteLater();
        if (addresses)
            raceTo(*addresses);
        else
            giveUp(addresses.error());
    });
}

void Delivery::raceTo(const QList<QHostAddress> &addresses)
{
    m_state = State::Connect;
    m_race = std::make_unique<ConnectRace>(m_uri.host, m_uri.port, addresses);
    m_race->startNext();
    advanceRace();
}

void Delivery::advanceRace()
{
    for (QSocketNotifier *&notifier : m_raceNotifiers)
        dispose(notifier);
    m_raceNotifiers.clear();
    if (auto outcome = m_race->takeOutcome()) {
        m_staggerTimer.stop();
        m_race.reset();
        if (*outcome)
            opened(std::move(*outcome).value());
        else
            giveUp(outcome->error());
        return;
    }
    for (const qintptr descriptor : m_race->descriptors()) {
        auto *notifier = new QSocketNotifier(descriptor, QSocketNotifier::Write, this);
        connect(notifier, &QSocketNotifier::activated, this, [this, descriptor] {
            for (QSocketNotifier *other : m_raceNotifiers)
                other->setEnabled(false); // before the race closes the sockets that lost
            m_race->check(descriptor);
            advanceRace();
        });
        m_raceNotifiers.push_back(notifier);
    }
    if (m_race->hasMore() && !m_staggerTimer.isActive())
        m_staggerTimer.start(int(ConnectRace::kStagger.count()), this);
}

void Delivery::opened(std::unique_ptr<Stream> stream)
{
    if (m_settings.tunnels)
        encrypt(std::move(stream));
    else
        greet(std::move(stream));
}

void Delivery::encrypt(std::unique_ptr<Stream> stream)
{
    m_state = State::Encrypt;
    ++m_turn;
    TlsOrder order = m_settings.tls;
    order.deadline = QDeadlineTimer(QDeadlineTimer::Forever); // ours is armed
    // On the tunnels' thread; disconnectSocket() calls it off, after which it does not run.
    m_handshake = m_settings.tunnels->start(
        std::move(stream), std::move(order), [this, turn = m_turn](Result<std::unique_ptr<Stream>> outcome) {
            const auto shared = std::make_shared<Result<std::unique_ptr<Stream>>>(std::move(outcome));
            QMetaObject::invokeMethod(
                this,
                [this, turn, shared] {
                    if (m_state != State::Encrypt || turn != m_turn)
                        return;
                    m_handshake = 0;
                    const Status usable = *shared ? (**shared)->setBlocking(false) : Status(shared->error());
                    if (usable)
                        greet(std::move(**shared));
                    else
                        giveUp(usable.error());
                },
                Qt::QueuedConnection);
        });
}

void Delivery::greet(std::unique_ptr<Stream> stream)
{
    m_stream = std::move(stream);
    m_session = m_generation.session(Role::Client, m_settings.session);
    m_input.clear();
    m_output = m_session->start();
    m_outputBegin = 0;
    m_state = State::Handshake;
    m_readNotifier = new QSocketNotifier(m_stream->descriptor(), QSocketNotifier::Read, this);
    connect(m_readNotifier, &QSocketNotifier::activated, this, [this] { readable(); });
    if (!m_output.isEmpty())
        flush();
}

// A subscriber may have closed a connection that rested, and what is written then is lost.
void Delivery::sendAfterRest()
{
    if (Clock::now() - m_lastWrite > kRest && m_stream->isReadable())
        readable();
    if (m_state == State::Ready)
        flush();
}

// --- What the subscriber says: the handshake, and seldom an answer to a oneway call that could not be served

void Delivery::readable()
{
    if (!m_stream)
        return;
    char bytes[kReadBytes];
    const Io io = m_stream->read(bytes, sizeof bytes);
    if (io.status == Io::Status::WouldBlock)
        return;
    if (io.status != Io::Status::Ok) {
        ended(io.status == Io::Status::Closed ? QStringLiteral("closed by the subscriber") : io.what);
        return;
    }
    m_input.append(bytes, io.bytes);
    process();
}

void Delivery::process()
{
    Limits limits;
    limits.maxFrameBytes = kMaxAnswerBytes;
    while (m_stream && !m_input.isEmpty()) {
        const auto step = m_session->feed(Direction::ServerToClient, m_input, limits);
        if (!step) {
            giveUp(step.error());
            return;
        }
        if (step->size == 0)
            return;
        const Frame frame{m_input.first(step->size), Direction::ServerToClient, step->kind};
        m_input.remove(0, step->size);
        if (m_state == State::Handshake) {
            if (!handshake(*step, frame))
                return;
            continue;
        }
        const auto message = m_session->decode(frame, limits);
        // "unknown object ID" and the like, without a trace-back: the object is not there any more. An answer
        // of any other kind was not asked for and means nothing.
        if (message && message->kind == Message::Kind::Failure && message->error
            && !message->error->hasTraceback()) {
            giveUp(Error::disconnected(
                QStringLiteral("the subscriber does not take events: ") + textOf(*message->error)));
            return;
        }
    }
}

bool Delivery::handshake(const FrameStep &step, const Frame &frame)
{
    if (step.kind != FrameKind::Challenge && !step.ready) {
        const auto message = m_session->decode(frame, {});
        if (!message || message->kind == Message::Kind::Deny || message->kind == Message::Kind::Failure) {
            giveUp(message ? Error::denied(QStringLiteral("the subscriber turned us away: ") + message->text)
                           : message.error());
            return false;
        }
    }
    if (!step.answer.isEmpty()) {
        m_output = step.answer;
        m_outputBegin = 0;
        flush();
    }
    if (m_stream && step.ready)
        ready();
    return m_stream != nullptr;
}

void Delivery::ready()
{
    m_deadlineTimer.stop();
    m_readySince = Clock::now();
    m_wasUseful = false;
    m_state = State::Ready;
    if (m_isProbe && m_queue.empty()) {
        disconnectSocket(); // it lives; the next event connects again
        m_state = State::Idle;
        return;
    }
    flush();
}

// --- Sending

bool Delivery::fillOutput()
{
    m_output.clear();
    m_outputBegin = 0;
    while (!m_queue.empty() && m_output.size() < kBatchBytes) {
        const QueuedEventPtr event = std::move(m_queue.front());
        m_queue.pop_front();
        m_queuedBytes -= event->bytes();
        const auto bytes = m_session->encode(Message::call(m_uri.object.toUtf8(), QByteArrayLiteral("event"),
            Value::tuple({event->event()}), Value::dict({}), true));
        if (!bytes) {
            qCWarning(log()).noquote() << "event.unsendable" << logging::escapeForLog(bytes.error().what);
            continue;
        }
        m_output.append(*bytes);
        ++*m_settings.delivered;
    }
    releaseTickets();
    return !m_output.isEmpty();
}

void Delivery::flush()
{
    bool moved = false;
    while (m_stream) {
        if (m_outputBegin == m_output.size() && (m_state != State::Ready || !fillOutput())) {
            if (m_state == State::Ready)
                m_deadlineTimer.stop();
            if (m_writeNotifier)
                m_writeNotifier->setEnabled(false);
            if (m_state == State::Ready && m_isRetiring)
                Q_EMIT drained();
            return;
        }
        const Io io = m_stream->write(QByteArrayView(m_output).sliced(m_outputBegin));
        if (io.status == Io::Status::WouldBlock)
            break;
        if (io.status != Io::Status::Ok) {
            ended(io.what);
            return;
        }
        m_outputBegin += io.bytes;
        m_wasUseful = true;
        m_lastWrite = Clock::now();
        moved = true;
    }
    if (!m_stream)
        return;
    if (m_state == State::Ready && (moved || !m_deadlineTimer.isActive()))
        watch(m_settings.stallTimeout);
    if (!m_writeNotifier) {
        m_writeNotifier = new QSocketNotifier(m_stream->descriptor(), QSocketNotifier::Write, this);
        connect(m_writeNotifier, &QSocketNotifier::activated, this, [this] { flush(); });
    }
    m_writeNotifier->setEnabled(true);
}

// --- The end

void Delivery::ended(const QString &what)
{
    const bool wasReady = m_state == State::Ready;
    disconnectSocket();
    if (!wasReady) {
        giveUp(Error::disconnected(QStringLiteral("connection lost: ") + what));
        return;
    }
    const bool wasShort = !m_wasUseful && Clock::now() - m_readySince < kShortLife;
    m_shortLives = wasShort ? m_shortLives + 1 : 0;
    if (m_shortLives >= kMaxShortLives) {
        giveUp(Error::disconnected(QStringLiteral("connection lost again and again: ") + what));
        return;
    }
    // It may have closed an idle connection, or it may have died: connecting tells.
    connectToSubscriber(m_queue.empty());
}

void Delivery::giveUp(Error reason)
{
    if (m_state == State::Lost)
        return;
    disconnectSocket();
    m_state = State::Lost;
    m_queue.clear();
    m_queuedBytes = 0;
    m_tickets.clear();
    Q_EMIT lost(reason);
}

void Delivery::disconnectSocket()
{
    m_deadlineTimer.stop();
    m_staggerTimer.stop();
    if (const quint64 handshake = std::exchange(m_handshake, 0))
        m_settings.tunnels->cancel(handshake);
    m_lookup.reset();
    for (QSocketNotifier *&notifier : m_raceNotifiers)
        dispose(notifier);
    m_raceNotifiers.clear();
    dispose(m_readNotifier);
    dispose(m_writeNotifier);
    m_race.reset();
    m_stream.reset();
    m_output.clear();
    m_outputBegin = 0;
}

void Delivery::watch(std::chrono::milliseconds patience)
{
    m_deadline = Clock::now() + patience;
    if (!m_deadlineTimer.isActive())
        m_deadlineTimer.start(int(kTick.count()), this);
}

void Delivery::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_staggerTimer.timerId()) {
        if (m_race) {
            m_race->startNext();
            if (!m_race->hasMore())
                m_staggerTimer.stop();
            advanceRace();
        }
        return;
    }
    if (Clock::now() < m_deadline)
        return;
    giveUp(m_state == State::Ready ? Error::timeout(QStringLiteral("the subscriber takes no events for %1")
                                                        .arg(durationText(m_settings.stallTimeout)))
                                   : connectTimeout(m_uri.host, m_uri.port, m_settings.connectTimeout));
}

} // namespace pyrolens::events

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "multiplexer_p.h"

namespace pyrolens {

using namespace std::chrono_literals;

namespace {

// Signals of notifiers on this thread's stack: such a notifier must not be deleted before it has returned.
thread_local int t_signals = 0;

struct SignalScope
{
    SignalScope() { ++t_signals; }
    ~SignalScope() { --t_signals; }
    Q_DISABLE_COPY_MOVE(SignalScope)
};

void dispose(QSocketNotifier *notifier)
{
    notifier->setEnabled(false);
    if (t_signals == 0) {
        delete notifier;
        return;
    }
    notifier->setParent(nullptr); // the loop may die within this very signal
    notifier->deleteLater();
}

} // namespace

LoopConnection::LoopConnection(Multiplexer &loop, std::unique_ptr<Stream> stream, ConnectionRecordPtr record)
    : m_loop(&loop)
    , m_post(loop.m_anchor)
    , m_core(loop.m_core)
    , m_stream(std::move(stream))
    , m_record(std::move(record))
    , m_tap(m_core->hooks()->tap)
    , m_conversation(m_core, m_record)
    , m_sniffing(m_core->options.sniffTime)
    , m_lastUse(ConnectionRecord::Clock::now())
{ }

LoopConnection::~LoopConnection()
{
    close({});
}

void LoopConnection::open()
{
    const auto self = shared_from_this();
    if (!m_stream->setBlocking(false))
        return close(QStringLiteral("the socket cannot be used"));
    m_readNotifier = new QSocketNotifier(m_stream->descriptor(), QSocketNotifier::Read, m_loop);
    QObject::connect(m_readNotifier, &QSocketNotifier::activated, m_readNotifier, [weak = weak_from_this()] {
        const SignalScope scope;
        if (const auto alive = weak.lock())
            alive->readable();
    });
    if (m_tap)
        m_tap->opened(m_record->id, m_stream->local(), m_record->peer, false);
    m_record->setStream(m_stream.get());
    m_loop->watch();
    Conversation::Step step = m_conversation.open();
    carryOut(step);
}

void LoopConnection::close(const QString &reason)
{
    if (!m_stream)
        return;
    const auto stream = std::move(m_stream);
    for (QSocketNotifier *notifier : {m_readNotifier, m_writeNotifier}) {
        if (notifier)
            dispose(notifier);
    }
    m_readNotifier = m_writeNotifier = nullptr;
    m_record->setStream(nullptr);
    stream->close();
    m_core->connections.remove(*m_record);
    m_core->streams.connectionGone(m_record->id);
    if (m_tap)
        m_tap->closed(m_record->id, reason);
    m_core->announce(
        [peer = m_record->peer.toString()](Daemon &owner) { Q_EMIT owner.connectionClosed(peer); });
    if (m_loop)
        m_loop->forget(*this);
}

// --- Reading

void LoopConnection::readable()
{
    const auto self = shared_from_this();
    if (!m_stream || !m_loop)
        return;
    if (m_processing) { // a servant runs an event loop of its own: enough is enough
        m_readNotifier->setEnabled(false);
        return;
    }
    const bool direct = m_expected > FrameBuffer::kHeadStart; // a large message goes where it will stay
    const std::span<char> room = direct ? m_buffer.room(m_expected) : std::span<char>(m_loop->m_scratch);
    const Io io = m_stream->read(room.data(), qsizetype(room.size()));
    if (io.status == Io::Status::WouldBlock)
        return;
    if (io.status != Io::Status::Ok)
        return ended(io);
    const QByteArrayView bytes(room.data(), io.bytes);
    if (m_tap)
        m_tap->bytes(m_record->id, false, bytes);
    m_lastUse = ConnectionRecord::Clock::now();
    if (direct)
        m_buffer.filled(io.bytes);
    else
        received(bytes);
    process();
}

void LoopConnection::received(QByteArrayView bytes)
{
    if (m_buffer.isEmpty()) {
        m_buffer.borrow(bytes);
        return;
    }
    while (!bytes.isEmpty()) {
        const std::span<char> room = m_buffer.room(m_expected);
        const qsizetype part = std::min(bytes.size(), qsizetype(room.size()));
        std::copy_n(bytes.data(), part, room.data());
        m_buffer.filled(part);
        bytes = bytes.sliced(part);
        m_expected = 0; // what follows belongs to the next message
    }
}

// Serves what is buffered, until a call has to be waited for or output piles up.
void LoopConnection::process()
{
    if (m_processing)
        return; // a servant in our stack does something that comes back here
    m_processing = true;
    m_expected = 0;
    m_incomplete = false;
    while (m_stream && m_loop && !m_waiting && !m_closeWhenSent && !m_verdictAt
        && unsent() <= m_core->options.connections.outputHighWater) {
        Conversation::Step step = m_conversation.next(m_buffer);
        if (!carryOut(step))
            break;
    }
    m_processing = false;
    if (!m_stream || !m_loop)
        return;
    m_buffer.settle();
    if (m_buffer.isEmpty() || !m_incomplete) {
        m_frameStart.reset(); // whole messages that wait for their turn are not late
    } else if (!m_frameStart) {
        m_frameStart = ConnectionRecord::Clock::now();
        m_loop->watch();
    }
    if (m_expected > FrameBuffer::kHeadStart || m_record->unfinished > 0) {
        const bool whole = m_expected <= FrameBuffer::kHeadStart;
        m_core->connections.setUnfinished(
            *m_record, whole ? 0 : m_buffer.size(), m_core->options.connections.maxUnfinishedBytes);
    }
    updateReading();
}

bool LoopConnection::carryOut(Conversation::Step &step)
{
    using Kind = Conversation::Step::Kind;
    switch (step.kind) {
    case Kind::NeedMore:
        m_expected = step.expected;
        m_incomplete = true;
        return false;
    case Kind::Send:
        m_frameStart.reset();
        send(step.bytes);
        return true;
    case Kind::Request:
        m_frameStart.reset();
        m_buffer.settle(); // what follows must not lie where another connection may read meanwhile
        serve(step.request);
        return true;
    case Kind::Close:
        break;
    }
    if (step.delay > 0ms) {
        m_verdict = step.bytes;
        m_verdictAt = ConnectionRecord::Clock::now() + step.delay;
        updateReading();
        if (m_loop)
            m_loop->watch();
        return false;
    }
    m_closeWhenSent = true;
    send(step.bytes);
    return false;
}

void LoopConnection::updateReading()
{
    if (m_readNotifier) {
        m_readNotifier->setEnabled(!m_waiting && !m_closeWhenSent && !m_verdictAt
            && unsent() <= m_core->options.connections.outputHighWater);
    }
}

void LoopConnection::ended(const Io &io)
{
    const QString cut = m_record->cutCode();
    QString reason = io.status == Io::Status::Closed ? QStringLiteral("closed by the peer") : io.what;
    if (!cut.isEmpty()) {
        reason = cut;
        if (cut != QLatin1String("shutdown"))
            m_conversation.noteEnd(cut, QStringLiteral("closed to keep within a limit"), m_buffer.size());
    } else if (!m_buffer.isEmpty() && !m_waiting) {
        reason = QStringLiteral("frame.truncated");
        m_conversation.noteEnd(reason, QStringLiteral("the peer left within a message"), m_buffer.size());
    }
    close(reason);
}

// --- Writing

void LoopConnection::send(const QByteArray &bytes)
{
    if (!m_stream)
        return;
    if (m_tap && !bytes.isEmpty())
        m_tap->bytes(m_record->id, true, bytes);
    if (unsent() == 0) {
        m_output = bytes;
        m_outputBegin = 0;
    } else {
        m_output.append(bytes);
    }
    flush();
}

void LoopConnection::flush()
{
    const auto self = shared_from_this();
    const ConnectionLimits &limits = m_core->options.connections;
    while (m_stream && unsent() > 0) {
        const Io io = m_stream->write(QByteArrayView(m_output).sliced(m_outputBegin));
        if (io.status == Io::Status::WouldBlock)
            break;
        if (io.status != Io::Status::Ok)
            return ended(io);
        m_outputBegin += io.bytes;
        if (m_lastMove)
            m_lastMove = ConnectionRecord::Clock::now();
    }
    if (unsent() == 0) {
        m_output = {};
        m_outputBegin = 0;
        m_lastMove.reset();
        if (m_closeWhenSent)
            return close(QStringLiteral("refused"));
    } else if (unsent() > limits.outputMax) {
        m_conversation.noteEnd(
            QStringLiteral("conn.slow-reader"), QStringLiteral("too much output is waiting"), unsent());
        return close(QStringLiteral("conn.slow-reader"));
    } else if (!m_lastMove) {
        m_lastMove = ConnectionRecord::Clock::now();
        if (m_loop)
            m_loop->watch();
    }
    if (unsent() > 0 && !m_writeNotifier && m_loop) {
        m_writeNotifier = new QSocketNotifier(m_stream->descriptor(), QSocketNotifier::Write, m_loop);
        QObject::connect(
            m_writeNotifier, &QSocketNotifier::activated, m_writeNotifier, [weak = weak_from_this()] {
                const SignalScope scope;
                const auto alive = weak.lock();
                if (!alive)
                    return;
                alive->flush();
                alive->process(); // what had to wait for room
            });
    }
    if (m_writeNotifier)
        m_writeNotifier->setEnabled(unsent() > 0);
}

// --- Deadlines

bool LoopConnection::hasDeadline() const
{
    return m_stream
        && (!m_conversation.isGreeted() || m_frameStart || m_lastMove || m_verdictAt || m_pending
            || m_core->idleTime(m_conversation.generation()).count() > 0);
}

void LoopConnection::checkDeadlines(Time now)
{
    const auto self = shared_from_this();
    if (!m_stream)
        return;
    const ConnectionLimits &limits = m_core->options.connections;
    const auto late = [&](const char *code, const QString &detail) {
        m_conversation.noteEnd(QLatin1String(code), detail, m_buffer.size());
        close(QLatin1String(code));
    };
    if (m_verdictAt && now >= *m_verdictAt) {
        m_verdictAt.reset();
        m_closeWhenSent = true;
        return send(m_verdict);
    }
    if (m_conversation.mayBeSilent() && m_buffer.isEmpty() && m_sniffing.hasExpired()) {
        Conversation::Step step = m_conversation.silence();
        carryOut(step);
        if (!m_stream)
            return;
    }
    if (!m_conversation.isGreeted() && !m_verdictAt
        && now - m_record->accepted >= m_core->allowed(limits.handshake))
        return late("conn.handshake-timeout", QStringLiteral("no handshake in time"));
    if (m_frameStart
        && now - *m_frameStart >= m_core->allowed(limits.frameBase) + earnedTime(limits, m_buffer.size()))
        return late("frame.timeout", QStringLiteral("the rest of a message did not come in time"));
    if (m_lastMove && now - *m_lastMove >= m_core->allowed(limits.outputStall))
        return late("conn.slow-reader", QStringLiteral("the peer does not read its answers"));
    if (m_pending && m_callDeadline.hasExpired()) {
        m_pending->finish(timeoutError(*m_conversation.site()));
        return;
    }
    const auto idle = m_core->idleTime(m_conversation.generation());
    if (idle.count() > 0 && m_conversation.isGreeted() && !m_waiting && !m_frameStart && !m_lastMove
        && now - m_lastUse >= idle)
        close(QStringLiteral("idle for too long"));
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "threadedconnection_p.h"

#include <thread>

namespace pyrolens {

using namespace std::chrono_literals;

ThreadedConnection::ThreadedConnection(
    std::shared_ptr<Core> core, std::unique_ptr<Stream> stream, ConnectionRecordPtr record)
    : m_core(std::move(core))
    , m_stream(std::move(stream))
    , m_record(std::move(record))
    , m_tap(m_core->hooks()->tap)
    , m_conversation(m_core, m_record)
    , m_handshake(m_core->allowed(m_core->options.connections.handshake)
          - std::chrono::duration_cast<std::chrono::milliseconds>(
              ConnectionRecord::Clock::now() - m_record->accepted))
    , m_sniffing(m_core->options.sniffTime)
{
    m_record->setStream(m_stream.get());
    if (m_tap)
        m_tap->opened(m_record->id, m_stream->local(), m_record->peer, false);
}

ThreadedConnection::~ThreadedConnection()
{
    m_record->setStream(nullptr);
    m_stream->close();
    m_core->connections.remove(*m_record);
    m_core->streams.connectionGone(m_record->id);
    if (m_tap)
        m_tap->closed(m_record->id, m_reason);
    m_core->announce(
        [peer = m_record->peer.toString()](Daemon &owner) { Q_EMIT owner.connectionClosed(peer); });
}

void ThreadedConnection::serve()
{
    Conversation::Step step = m_conversation.open();
    while (carryOut(step))
        step = m_conversation.next(m_buffer);
}

bool ThreadedConnection::carryOut(Conversation::Step &step)
{
    using Kind = Conversation::Step::Kind;
    switch (step.kind) {
    case Kind::NeedMore:
        return receive(step.expected);
    case Kind::Send:
        m_inFrame = false; // that message is whole; what is buffered behind it has its own time
        return step.bytes.isEmpty() || send(step.bytes);
    case Kind::Request:
        m_inFrame = false;
        return serveRequest(step.request);
    case Kind::Close:
        break;
    }
    const QDeadlineTimer end(step.delay);
    while (!end.hasExpired() && !m_core->draining)
        std::this_thread::sleep_for(std::min(20ms, std::chrono::milliseconds(end.remainingTime()) + 1ms));
    if (!step.bytes.isEmpty())
        send(step.bytes);
    m_reason = QStringLiteral("refused");
    return false;
}

bool ThreadedConnection::serveRequest(const Message &request)
{
    // Set before looking: either shutdown() sees that we are busy and waits, or we see that it has begun.
    m_record->busy = true;
    if (m_core->draining) {
        m_record->busy = false;
        m_reason = QStringLiteral("the daemon shuts down");
        return false;
    }
    bool goOn = true;
    if (isQueued(*m_conversation.site(), request)) {
        if (!m_oneway)
            m_oneway = std::make_shared<OnewayQueue>(m_conversation.onewaySite());
        m_oneway->add(request);
        if (m_oneway->isFull())
            m_oneway->waitForRoom();
    } else {
        Running running = begin(m_conversation.site(), request, Place::Worker);
        if (await(*m_conversation.site(), running))
            m_conversation.renewStorage();
        const Message answer = complete(*m_conversation.site(), request, running, *running.done);
        if (!request.oneway) {
            const QByteArray bytes = m_conversation.encode(answer);
            goOn = !bytes.isEmpty() && send(bytes)
                && !endsConnection(*m_conversation.site(), request, running, *running.done);
        }
    }
    m_record->busy = false;
    return goOn;
}

QDeadlineTimer ThreadedConnection::frameDeadline() const
{
    const auto end = m_frameStart + m_core->allowed(m_core->options.connections.frameBase)
        + earnedTime(m_core->options.connections, m_buffer.size());
    return QDeadlineTimer(
        std::chrono::duration_cast<std::chrono::milliseconds>(end - ConnectionRecord::Clock::now()));
}

bool ThreadedConnection::receive(qsizetype expected)
{
    const ConnectionLimits &limits = m_core->options.connections;
    const bool greeted = m_conversation.isGreeted();
    const bool inFrame = !m_buffer.isEmpty();
    // The wait for a next request and the first one for the rest of a message are the same, so that neither
    // costs a call of the system: a sender of many small messages cuts one at the end of nearly every read.
    const auto idle = m_core->idleTime(m_conversation.generation());
    auto wait = idle.count() > 0 ? idle : limits.frameBase;
    if (inFrame) {
        m_buffer.settle();
        if (!m_inFrame) {
            m_frameStart = ConnectionRecord::Clock::now();
            wait = m_core->allowed(limits.frameBase);
        } else {
            wait = std::chrono::milliseconds(frameDeadline().remainingTime());
        }
    }
    if (!greeted)
        wait = std::chrono::milliseconds(m_handshake.remainingTime());
    const bool isSniffing = !inFrame && m_conversation.mayBeSilent();
    if (isSniffing && m_sniffing.remainingTime() < wait.count()) {
        wait = std::chrono::milliseconds(m_sniffing.remainingTime());
        if (wait.count() <= 0)
            return beSilent();
    }
    if (!inFrame && !m_idleSince)
        m_idleSince = ConnectionRecord::Clock::now();
    m_inFrame = inFrame;
    if ((inFrame || !greeted) && wait.count() <= 0) {
        endedBy({Io::Status::TimedOut, 0, {}});
        return false;
    }
    m_stream->setTimeout(wait);

    const std::span<char> room = inFrame ? m_buffer.room(expected) : std::span<char>(m_first);
    const Io io = m_stream->read(room.data(), qsizetype(room.size()));
    if (io.status == Io::Status::TimedOut && isSniffing && !m_handshake.hasExpired())
        return !m_sniffing.hasExpired() || beSilent();
    if (io.status == Io::Status::TimedOut && greeted && !inFrame) {
        // Idle for days is fine, unless that has changed meanwhile.
        const auto allowed = m_core->idleTime(m_conversation.generation());
        if (allowed.count() == 0 || ConnectionRecord::Clock::now() - *m_idleSince < allowed)
            return true;
    }
    if (io.status != Io::Status::Ok) {
        endedBy(io);
        return false;
    }
    m_idleSince.reset();
    const QByteArrayView bytes(room.data(), io.bytes);
    if (m_tap)
        m_tap->bytes(m_record->id, false, bytes);
    if (inFrame) {
        m_buffer.filled(io.bytes);
        if (expected > FrameBuffer::kHeadStart)
            m_core->connections.setUnfinished(
                *m_record, m_buffer.size() < expected ? m_buffer.size() : 0, limits.maxUnfinishedBytes);
    } else {
        m_buffer.borrow(bytes);
    }
    return true;
}

bool ThreadedConnection::beSilent()
{
    Conversation::Step step = m_conversation.silence();
    return carryOut(step);
}

void ThreadedConnection::endedBy(const Io &io)
{
    const qint64 buffered = m_buffer.size();
    const QString cut = m_record->cutCode();
    if (!cut.isEmpty()) {
        m_reason = cut;
        if (cut != QLatin1String("shutdown"))
            m_conversation.noteEnd(cut, QStringLiteral("closed to keep within a limit"), buffered);
    } else if (io.status == Io::Status::TimedOut && !m_conversation.isGreeted()) {
        m_reason = QStringLiteral("conn.handshake-timeout");
        m_conversation.noteEnd(m_reason, QStringLiteral("no handshake in time"), buffered);
    } else if (io.status == Io::Status::TimedOut && buffered > 0) {
        m_reason = QStringLiteral("frame.timeout");
        m_conversation.noteEnd(
            m_reason, QStringLiteral("the rest of a message did not come in time"), buffered);
    } else if (io.status == Io::Status::TimedOut) {
        m_reason = QStringLiteral("idle for too long");
    } else if (buffered > 0) {
        m_reason = QStringLiteral("frame.truncated");
        m_conversation.noteEnd(m_reason, QStringLiteral("the peer left within a message"), buffered);
    }
}

bool ThreadedConnection::send(QByteArrayView bytes)
{
    const ConnectionLimits &limits = m_core->options.connections;
    if (m_tap)
        m_tap->bytes(m_record->id, true, bytes);
    // What counts is the time since bytes moved, and that a peer which takes them by the drop has earned what
    // it takes.
    const auto stall = m_core->allowed(limits.outputStall);
    m_stream->setTimeout(std::min(stall, 1'000ms));
    const auto begun = ConnectionRecord::Clock::now();
    qsizetype sent = 0;
    auto moved = begun;
    while (sent < bytes.size()) {
        const Io io = m_stream->write(bytes.sliced(sent));
        const bool retry = io.status == Io::Status::TimedOut || io.status == Io::Status::WouldBlock;
        if (io.status != Io::Status::Ok && !retry) {
            endedBy(io);
            return false;
        }
        const auto now = ConnectionRecord::Clock::now();
        if (io.status == Io::Status::Ok && io.bytes > 0) {
            sent += io.bytes;
            moved = now;
        }
        if (sent == bytes.size())
            return true;
        if (now - moved >= stall || now - begun >= stall + earnedTime(limits, sent)) {
            m_reason = QStringLiteral("conn.slow-reader");
            m_conversation.noteEnd(
                m_reason, QStringLiteral("the peer does not read its answers"), bytes.size() - sent);
            return false;
        }
    }
    return true;
}

} // namespace pyrolens

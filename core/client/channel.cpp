// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "channel_p.h"

#include "texts_p.h"

#include <pyrolens/base/logging.h>

#include <algorithm>
#include <atomic>

namespace pyrolens {

namespace {

/// So many bytes from the start of an answer tell its generation.
constexpr qsizetype kTellingBytes = 6;

quint64 nextConnectionId()
{
    static std::atomic<quint64> s_last{0};
    return ++s_last;
}

} // namespace

Channel::Channel(std::unique_ptr<Stream> stream, std::shared_ptr<Session> session,
    const Generation &generation, QString where, std::shared_ptr<ByteTap> tap)
    : m_stream(std::move(stream))
    , m_session(std::move(session))
    , m_generation(&generation)
    , m_where(std::move(where))
    , m_tap(std::move(tap))
    , m_id(nextConnectionId())
{
    if (m_tap)
        m_tap->opened(m_id, m_stream->local(), m_stream->peer(), true);
    qCDebug(logging::transport) << "connected to" << m_where << "as" << m_id;
}

Channel::~Channel()
{
    Channel::close(QStringLiteral("released"));
}

void Channel::close(const QString &reason)
{
    if (!m_isOpen)
        return;
    m_isOpen = false;
    m_stream->close();
    if (m_tap)
        m_tap->closed(m_id, reason);
    qCDebug(logging::transport) << "connection" << m_id << "to" << m_where << "closed:" << reason;
}

Status Channel::sendAll(QByteArrayView data, QDeadlineTimer deadline)
{
    if (m_tap)
        m_tap->bytes(m_id, true, data);
    auto status = m_stream->writeAll(data, deadline);
    if (status)
        bytesSent += data.size();
    return status;
}

Io Channel::send(QByteArrayView data)
{
    Io io = m_stream->write(data);
    if (io.status != Io::Status::Ok)
        return io;
    if (m_tap)
        m_tap->bytes(m_id, true, data.first(io.bytes));
    bytesSent += io.bytes;
    return io;
}

Io Channel::receive()
{
    const auto room = m_buffer.room();
    Io io = m_stream->read(room.data(), static_cast<qsizetype>(room.size()));
    if (io.status != Io::Status::Ok)
        return io;
    if (m_tap)
        m_tap->bytes(m_id, false, {room.data(), io.bytes});
    m_buffer.filled(io.bytes);
    bytesReceived += io.bytes;
    return io;
}

Error Channel::feedError(Error error) const
{
    return texts::at(m_where, std::move(error));
}

/// Whether the first bytes are those of another candidate.
bool Channel::isOther(QByteArrayView pending)
{
    if (m_generation->looksLike(pending, Direction::ServerToClient) == Match::No) {
        for (const Generation *each : m_candidates) {
            if (each->looksLike(pending, Direction::ServerToClient) == Match::Yes) {
                m_answering = each;
                return true;
            }
        }
    }
    m_isSettled = pending.size() >= kTellingBytes;
    return false;
}

void Channel::turnTo(const Generation &generation, std::shared_ptr<Session> session)
{
    m_generation = &generation;
    m_session = std::move(session);
    m_answering = nullptr;
    m_isSettled = true;
    m_needed = 0;
}

Result<std::optional<Channel::Found>> Channel::next(const Limits &limits)
{
    for (;;) {
        const QByteArrayView pending = m_buffer.pending();
        if (pending.isEmpty() || pending.size() < m_needed)
            return std::optional<Found>();
        if (!m_isSettled && !m_candidates.empty() && isOther(pending))
            return Error::protocol(QStringLiteral("%1 answers as %2, not as %3.")
                                       .arg(m_where, m_answering->info().label, m_generation->info().label),
                QStringLiteral("handshake.generation"));
        auto step = m_session->feed(Direction::ServerToClient, pending, limits);
        if (!step)
            return feedError(std::move(step).error());
        if (step->size == 0) {
            m_needed = pending.size() + std::max<qsizetype>(step->needed, 1);
            m_announced = step->expected;
            m_buffer.expect(std::max(m_needed, step->expected));
            return std::optional<Found>();
        }
        m_needed = 0;
        m_announced = step->size;
        Found found;
        found.frame.bytes = m_buffer.take(step->size);
        found.frame.direction = Direction::ServerToClient;
        found.frame.kind = step->kind;
        found.step = std::move(*step);
        if (!found.step.skip)
            return std::optional<Found>(std::move(found));
    }
}

Result<QByteArray> Channel::handshake(const Found &found, const Limits &limits)
{
    const bool tells = m_generation->info().features.objectMetadata;
    if (found.step.kind == FrameKind::Challenge || (found.step.ready && !tells))
        return found.step.answer;
    auto message = m_session->decode(found.frame, limits);
    if (!message)
        return feedError(std::move(message).error());
    switch (message->kind) {
    case Message::Kind::Deny:
        if (message->error)
            return RemoteError::toError(*std::move(message)->error);
        return texts::deniedBy(m_where, *message);
    case Message::Kind::Failure:
        return texts::handshakeRefused(m_where, message->error.value_or(RemoteError{}));
    case Message::Kind::Accept:
        m_metadata = std::move(message->metadata);
        return found.step.answer;
    case Message::Kind::Challenge:
        return found.step.answer;
    default:
        return texts::mismatch(
            m_where, QStringLiteral("sent a message that does not belong into the handshake"));
    }
}

std::optional<Error> Channel::lastWords(const Limits &limits)
{
    if (!m_stream->setBlocking(false))
        return std::nullopt;
    for (;;) {
        auto found = next(limits);
        if (!found)
            return std::nullopt;
        if (found->has_value()) {
            auto message = m_session->decode(found->value().frame, limits);
            if (message && message->kind == Message::Kind::Failure && message->error)
                return RemoteError::toError(*std::move(message)->error);
            return std::nullopt;
        }
        if (receive().status != Io::Status::Ok)
            return std::nullopt;
    }
}

void noteReply(CallTrace &trace, const Message &reply)
{
    trace.replyFlags = reply.wireFlags;
    trace.annotations = reply.annotations;
    trace.correlationId = reply.correlationId;
    if (reply.kind == Message::Kind::StreamOpened)
        trace.stream = reply.text;
}

Result<Value> outcomeOf(const QString &where, Message reply)
{
    switch (reply.kind) {
    case Message::Kind::Reply:
        return std::move(reply.value);
    case Message::Kind::StreamOpened:
        return reply.text.isEmpty() ? Result<Value>(texts::streamsAreOff(where)) : Value();
    case Message::Kind::Failure:
        return RemoteError::toError(std::move(reply.error).value_or(RemoteError{}));
    case Message::Kind::Code:
        return texts::moduleRefused(
            where, reply.text, QStringLiteral("no folder of modules to supply was chosen"));
    default:
        return texts::mismatch(where, QStringLiteral("answered with a message that is no reply"));
    }
}

bool endsConnection(const Result<Value> &outcome)
{
    if (outcome)
        return false;
    const Error &error = outcome.error();
    if (error.kind == Error::Kind::Denied && error.code == u"mobile.refused")
        return false; // the server waits for the next request
    return error.kind != Error::Kind::Remote || !error.remote || !error.remote->hasTraceback();
}

bool isLost(const Result<Value> &outcome)
{
    return !outcome && (outcome.error().kind == Error::Kind::Timeout || outcome.error().code == u"conn.lost");
}

} // namespace pyrolens

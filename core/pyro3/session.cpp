// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "session_p.h"

#include "classes_p.h"
#include "errors_p.h"
#include "lower_p.h"
#include "reply_p.h"
#include "request_p.h"
#include "token_p.h"

#include <pyrolens/pickle/pickle.h>

#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace pyrolens::pyro3 {

namespace {

QByteArray randomChallenge()
{
    std::array<quint32, kChallengeSize / sizeof(quint32)> words{};
    QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
    return QByteArray(reinterpret_cast<const char *>(words.data()), kChallengeSize);
}

/// Is the shorter of the two the beginning of the other?
bool agrees(QByteArrayView a, QByteArrayView b)
{
    const qsizetype common = std::min(a.size(), b.size());
    return a.first(common) == b.first(common);
}

FrameStep more(qsizetype needed, qsizetype expected = 0)
{
    FrameStep step;
    step.needed = needed;
    step.expected = expected;
    return step;
}

Error unexpected(const QString &what)
{
    return Error::protocol(what, QStringLiteral("frame.type"));
}

Result<Message> decodeHandshake(const Frame &frame, QByteArrayView challenge, const Limits &limits)
{
    const Result<QByteArray> body = unpack(frame.bytes, limits);
    if (!body)
        return body.error();
    Message message;
    if (frame.kind == FrameKind::Challenge) {
        if (body->size() != kChallengeSize)
            return unexpected(QStringLiteral("the challenge is not 16 bytes"));
        message.kind = Message::Kind::Challenge;
        message.challenge = *body;
        return message;
    }
    if (!body->startsWith(kConnect))
        return unexpected(QStringLiteral("the first message is no CONNECT"));
    message.kind = Message::Kind::Connect;
    message.token = body->sliced(kConnect.size());
    message.challenge = challenge.toByteArray();
    return message;
}

Result<Message> decodeBody(const Frame &frame, const Limits &limits)
{
    const std::optional<Header> header = readHeader(frame.bytes);
    if (header && (header->flags & kXml) != 0) {
        return Error::unsupported(
            QStringLiteral("XML pickle not supported"), QStringLiteral("value.serializer"));
    }
    const Result<QByteArray> body = unpack(frame.bytes, limits);
    if (!body)
        return body.error();
    const Result<Decoded> decoded = pickle::decode(*body, limits);
    if (!decoded)
        return decoded.error();
    if (decoded->bytesUsed != body->size()) {
        return Error::protocol(
            QStringLiteral("%1 bytes follow the pickle").arg(body->size() - decoded->bytesUsed),
            QStringLiteral("value.trailing"), decoded->bytesUsed);
    }
    Result<Message> message = frame.direction == Direction::ClientToServer
        ? readRequest(decoded->value, limits)
        : Result(readReply(decoded->value));
    if (!message)
        return message;
    message->wireFlags = header ? header->flags : 0;
    for (const QByteArray &name : decoded->globals) {
        if (!pickle::isKnownGlobal(name))
            message->unknownClasses.push_back(name);
    }
    return message;
}

} // namespace

Result<Message> decodeFrame(const Frame &frame, QByteArrayView challenge, const Limits &limits)
{
    Result<Message> message = [&]() -> Result<Message> {
        switch (frame.kind) {
        case FrameKind::Challenge:
        case FrameKind::Connect:
            return decodeHandshake(frame, challenge, limits);
        case FrameKind::Verdict:
            return readVerdict(frame.bytes);
        case FrameKind::Datagram: {
            Message datagram;
            datagram.kind = Message::Kind::Datagram;
            datagram.text = QString::fromUtf8(frame.bytes);
            return datagram;
        }
        case FrameKind::Message:
            break;
        }
        return decodeBody(frame, limits);
    }();
    if (message)
        message->wireBytes = frame.bytes.size();
    return message;
}

Pyro3Session::Pyro3Session(Role role, SessionOptions options) : m_role(role), m_options(std::move(options))
{
    if (m_role == Role::Server)
        m_challenge = m_options.challenge.size() == kChallengeSize ? m_options.challenge : randomChallenge();
}

QByteArray Pyro3Session::start()
{
    return m_role == Role::Server ? sealed(m_challenge).valueOr({}) : QByteArray();
}

Result<FrameStep> Pyro3Session::feed(Direction from, QByteArrayView buffered, const Limits &limits)
{
    const bool fromServer = from == Direction::ServerToClient;
    if (m_role != Role::Observer && fromServer != (m_role == Role::Client))
        return unexpected(QStringLiteral("bytes from the wrong side"));
    Next &next = fromServer ? m_fromServer : m_fromClient;
    if (buffered.isEmpty())
        return more(1);
    const bool maybeVerdict = agrees(buffered, kGranted) || agrees(buffered, kDenied);
    switch (next) {
    case Next::Challenge:
        // A server that refuses the host says so in place of the challenge, with fewer bytes than a header
        // has.
        return agrees(buffered, kDenied) ? feedVerdict(next, buffered)
                                         : feedFramed(next, from, buffered, limits);
    case Next::Verdict:
        return maybeVerdict ? feedVerdict(next, buffered) : feedFramed(next, from, buffered, limits);
    case Next::Nothing:
        if (m_role == Role::Server && m_fromServer == Next::Verdict)
            return more(1); // not before our verdict
        return unexpected(QStringLiteral("bytes after a refused connection"));
    case Next::Connect:
    case Next::Messages:
        break;
    }
    return feedFramed(next, from, buffered, limits);
}

Result<FrameStep> Pyro3Session::feedVerdict(Next &next, QByteArrayView buffered)
{
    if (buffered.size() < kVerdictSize)
        return more(kVerdictSize - buffered.size(), kVerdictSize);
    FrameStep step;
    step.size = kVerdictSize;
    step.kind = FrameKind::Verdict;
    step.ready = buffered.startsWith(kGranted);
    m_ready = m_ready || step.ready;
    next = step.ready ? Next::Messages : Next::Nothing;
    return step;
}

Result<FrameStep> Pyro3Session::feedFramed(
    Next &next, Direction from, QByteArrayView buffered, const Limits &limits)
{
    // An observer is shown what others got wrong, as long as the borders can be told.
    const bool observes = m_role == Role::Observer;
    const bool greeting = !observes && next != Next::Messages;
    const Result<std::optional<qsizetype>> size = frameSize(buffered,
        greeting ? std::min(limits.maxHandshakeBytes, limits.maxFrameBytes) : limits.maxFrameBytes,
        observes ? Strictness::Lenient : Strictness::Strict);
    if (!size)
        return size.error();
    if (!*size)
        return more(kHeaderSize - buffered.size());
    if (buffered.size() < **size)
        return more(**size - buffered.size(), **size);

    FrameStep step;
    step.size = **size;
    step.expected = **size;
    const bool emptyBody = step.size == kHeaderSize && (readHeader(buffered)->flags & kCompressed) == 0;
    switch (next) {
    case Next::Challenge:
        return challenged(std::move(step), buffered.first(step.size), limits);
    case Next::Connect:
        step.kind = FrameKind::Connect;
        next = m_role == Role::Server ? Next::Nothing : Next::Messages;
        if (m_role == Role::Server)
            m_fromServer = Next::Verdict;
        break;
    case Next::Verdict:
        next = Next::Nothing; // the capsule of a protocol error; the server closes
        break;
    case Next::Nothing:
    case Next::Messages:
        step.skip = emptyBody && from == Direction::ClientToServer;
        break;
    }
    return step;
}

Result<FrameStep> Pyro3Session::challenged(FrameStep step, QByteArrayView frame, const Limits &limits)
{
    const Result<Message> message
        = decodeFrame({frame.toByteArray(), Direction::ServerToClient, FrameKind::Challenge}, {}, limits);
    if (!message && m_role == Role::Client)
        return message.error();
    m_fromServer = Next::Verdict;
    if (!message)
        return step; // an observer shows it as a message
    step.kind = FrameKind::Challenge;
    m_challenge = message->challenge;
    if (m_role == Role::Client) {
        const Result<QByteArray> answer
            = sealed(kConnect.toByteArray() + makeToken(m_options.credentials, m_challenge));
        if (!answer)
            return answer.error();
        step.answer = *answer;
    }
    return step;
}

Result<Message> Pyro3Session::decode(const Frame &frame, const Limits &limits) const
{
    return decodeFrame(
        frame, frame.kind == FrameKind::Connect ? QByteArrayView(m_challenge) : QByteArrayView(), limits);
}

Result<QByteArray> Pyro3Session::encode(const Message &message)
{
    switch (message.kind) {
    case Message::Kind::Challenge:
        return sealed(message.challenge);
    case Message::Kind::Connect:
        return sealed(kConnect.toByteArray() + message.token);
    case Message::Kind::Accept:
    case Message::Kind::Deny:
        if (m_role == Role::Server) {
            m_ready = message.kind == Message::Kind::Accept;
            m_fromServer = m_ready ? Next::Messages : Next::Nothing;
            m_fromClient = m_ready ? Next::Messages : Next::Nothing;
        }
        return makeVerdict(message);
    case Message::Kind::Datagram:
        return message.text.toUtf8();
    case Message::Kind::Failure:
        if (m_role == Role::Server && message.error && isNetworkFault(*message.error))
            return QByteArray(); // the connection ends without a word
        break;
    default:
        break;
    }
    Result<QByteArray> body = encodeBody(message);
    return body ? sealed(*std::move(body)) : body;
}

Result<QByteArray> Pyro3Session::encodeBody(const Message &message) const
{
    const bool replies = m_role == Role::Server || message.kind == Message::Kind::Reply
        || message.kind == Message::Kind::Failure
        || (message.kind == Message::Kind::Code && message.codeStep == Message::CodeStep::Wanted);
    const int protocol = pickleProtocol();
    if (protocol < 0 || protocol > kPickleProtocol)
        return Error::usage(QStringLiteral("Pyro 3 reads pickle protocols 0 to 2, not %1").arg(protocol));
    Result<Value> body = replies ? makeReply(message, protocol) : makeRequest(message);
    if (!body)
        return body.error();
    const pickle::WriteOptions options{.protocol = protocol, .dialect = Dialect::Python2};
    Result<QByteArray> bytes = pickle::encode(*body, options);
    if (bytes || bytes.error().kind != Error::Kind::Unsupported)
        return bytes;
    // Neutral nodes are rare: looking for them in every value would cost more than this second try.
    body = lower(*body, protocol);
    return body ? pickle::encode(*body, options) : Result<QByteArray>(body.error());
}

Result<QByteArray> Pyro3Session::sealed(QByteArray body) const
{
    return pack(std::move(body), {.compress = m_options.compress, .checksum = m_options.checksum});
}

int Pyro3Session::pickleProtocol() const
{
    return m_options.pickleProtocol < 0 ? kPickleProtocol : m_options.pickleProtocol;
}

} // namespace pyrolens::pyro3

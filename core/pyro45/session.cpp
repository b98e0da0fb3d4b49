// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "session_p.h"

#include "bodies_p.h"
#include "classes_p.h"
#include "reply_p.h"
#include "request_p.h"

#include <algorithm>

namespace pyrolens::pyro45 {

namespace {

Error badType(const Flavour &flavour, quint16 type)
{
    const QString text = flavour.badTypeText.contains(QStringLiteral("%1")) ? flavour.badTypeText.arg(type)
                                                                            : flavour.badTypeText;
    return Error::protocol(text, QStringLiteral("frame.type"));
}

/// Compares without telling by its time where the difference is.
bool isSameDigest(QByteArrayView a, QByteArrayView b)
{
    if (a.size() != b.size())
        return false;
    int difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= a[i] ^ b[i];
    return difference == 0;
}

bool isOwnAnnotation(const Flavour &flavour, const QByteArray &id)
{
    const bool is4 = flavour.flags.correlation == 0;
    return id == kStream || id == kBlob || (is4 && (id == kCorrelation || id == kHmac));
}

} // namespace

FrameKind frameKind(const Header &header)
{
    if (header.is(Type::Connect))
        return FrameKind::Connect;
    return header.is(Type::ConnectOk) || header.is(Type::ConnectFail) ? FrameKind::Verdict
                                                                      : FrameKind::Message;
}

Session45::Session45(std::shared_ptr<const Flavour> flavour, Role role, SessionOptions options)
    : m_flavour(std::move(flavour))
    , m_role(role)
    , m_options(std::move(options))
    , m_sequence(m_options.sequence)
{
    if (!m_options.handshakes) {
        m_fromClient = Next::Messages;
        m_fromServer = Next::Messages;
        m_ready = true;
    } else if (role != Role::Server) {
        m_fromServer = Next::Verdict;
    }
}

QByteArray Session45::start()
{
    if (m_role != Role::Client || !m_options.handshakes)
        return {};
    Message connect;
    connect.kind = Message::Kind::Connect;
    connect.object = m_options.object.isEmpty() ? kDaemonObject.toByteArray() : m_options.object;
    connect.value = m_options.handshake;
    connect.annotations = m_options.annotations;
    connect.correlationId = m_options.correlationId;
    connect.wantsMetadata = m_flavour->sendsMetadataAlways || m_options.wantsMetadata;
    return encode(connect).valueOr({});
}

Result<FrameStep> Session45::feed(Direction from, QByteArrayView buffered, const Limits &limits)
{
    const bool fromServer = from == Direction::ServerToClient;
    if (m_role != Role::Observer && fromServer != (m_role == Role::Client))
        return Error::protocol(QStringLiteral("bytes from the wrong side"), QStringLiteral("frame.type"));
    Next &next = fromServer ? m_fromServer : m_fromClient;
    FrameStep step;
    if (buffered.isEmpty()) {
        step.needed = 1;
        return step;
    }
    const bool observes = m_role == Role::Observer;
    if (next == Next::Nothing) {
        if (m_role == Role::Server && m_connect) { // not before our verdict
            step.needed = 1;
            return step;
        }
        return Error::protocol(
            QStringLiteral("bytes after a refused connection"), QStringLiteral("frame.type"));
    }
    const bool greets = !observes && m_role == Role::Server && next == Next::Connect;
    const qint64 most
        = greets ? std::min(m_options.maxGreetingBytes, limits.maxFrameBytes) : limits.maxFrameBytes;
    const auto header = headerAt(*m_flavour, buffered, most, m_options.maxAnnotationBytes,
        observes ? Strictness::Lenient : Strictness::Strict);
    if (!header)
        return header.error();
    if (!*header) {
        step.needed = m_flavour->headerSize - buffered.size();
        return step;
    }
    if (Status good = judgeType(next, from, **header); !good)
        return good.error();
    const qsizetype size = frameSize(*m_flavour, **header);
    if (buffered.size() < size) {
        step.needed = size - buffered.size();
        step.expected = size;
        return step;
    }
    return finish(next, from, **header);
}

/// Whether a message may come now. An observer is shown what others got wrong.
Status Session45::judgeType(Next next, Direction from, const Header &header) const
{
    if (m_role == Role::Observer)
        return Done{};
    bool isGood = false;
    if (from == Direction::ClientToServer) {
        isGood = next == Next::Connect ? header.is(Type::Connect)
                                       : header.is(Type::Invoke) || header.is(Type::Ping);
    } else if (next == Next::Verdict) {
        isGood = header.is(Type::ConnectOk) || header.is(Type::ConnectFail);
    } else {
        return judgeAnswer(header);
    }
    return isGood ? Status(Done{}) : badType(*m_flavour, header.type);
}

/// The answer must be that of the oldest request that waits for one.
Status Session45::judgeAnswer(const Header &header) const
{
    const QString code = QStringLiteral("reply.mismatch");
    if (m_expected.empty())
        return Error::protocol(QStringLiteral("an answer that nobody asked for"), code);
    const Expected &expected = m_expected.front();
    if (header.type != quint16(expected.type))
        return Error::protocol(QStringLiteral("invalid msg type %1 received").arg(header.type), code);
    if (header.sequence != expected.sequence) {
        return Error::protocol(QStringLiteral("invoke: reply sequence out of sync, got %1 expected %2")
                                   .arg(header.sequence)
                                   .arg(expected.sequence),
            code);
    }
    if (expected.type == Type::Result && header.serializer != expected.serializer)
        return Error::protocol(
            QStringLiteral("invalid serializer in response: %1").arg(header.serializer), code);
    return Done{};
}

FrameStep Session45::finish(Next &next, Direction from, const Header &header)
{
    FrameStep step;
    step.size = frameSize(*m_flavour, header);
    step.expected = step.size;
    step.kind = frameKind(header);
    const bool fromServer = from == Direction::ServerToClient;
    if (m_role == Role::Observer) {
        step.ready = header.is(Type::ConnectOk);
        m_ready = m_ready || step.ready;
        return step;
    }
    switch (next) {
    case Next::Connect:
        m_connect = header;
        next = Next::Nothing;
        break;
    case Next::Verdict:
        step.ready = header.is(Type::ConnectOk);
        m_ready = m_ready || step.ready;
        next = step.ready ? Next::Messages : Next::Nothing;
        break;
    case Next::Messages:
        if (fromServer && !m_expected.empty())
            m_expected.pop_front();
        break;
    case Next::Nothing:
        break;
    }
    return step;
}

Status Session45::checkDigest(const Parts &parts) const
{
    // Generation 5 has no digest: its flavour makes none.
    const QByteArray &key = m_options.credentials.hmacKey;
    const bool knowsDigests = m_flavour->info.features.hmac;
    if (!knowsDigests || m_role == Role::Observer)
        return Done{};
    const auto received = annotation(parts.annotations, kHmac);
    const QString code = QStringLiteral("auth.hmac");
    if (key.isEmpty() != !received)
        return Error::protocol(QStringLiteral("hmac key config not symmetric"), code);
    if (!received)
        return Done{};
    std::vector<Annotation> others;
    std::ranges::copy_if(parts.annotations, std::back_inserter(others),
        [](const Annotation &each) { return each.first != kHmac; });
    if (!isSameDigest(*received, m_flavour->digest(key, parts.sent, others)))
        return Error::protocol(QStringLiteral("message hmac mismatch"), code);
    return Done{};
}

Status Session45::checkSerializer(const Parts &parts, const QByteArray &name) const
{
    const bool isAccepted = m_role != Role::Server || m_options.acceptedCodecs.empty()
        || std::ranges::find(m_options.acceptedCodecs, name) != m_options.acceptedCodecs.end();
    if (!name.isEmpty() && isAccepted)
        return Done{};
    return Error::protocol(
        QStringLiteral("message used serializer that is not accepted: %1").arg(parts.header.serializer),
        QStringLiteral("value.serializer"));
}

Result<Message> Session45::decodeParts(const Parts &parts, Direction direction, const Limits &limits) const
{
    const Header &header = parts.header;
    if (header.is(Type::Ping)) {
        Message ping;
        ping.kind = Message::Kind::Ping;
        ping.value = Value::bytes(parts.payload);
        return ping;
    }
    const QByteArray name = m_flavour->serializerName(header.serializer);
    if (Status accepted = checkSerializer(parts, name); !accepted)
        return accepted.error();
    if (header.is(Type::Invoke) && (header.flags & m_flavour->flags.keepSerialized) != 0) {
        const auto info = annotation(parts.annotations, kBlob);
        if (!info) {
            return Error::protocol(
                QStringLiteral("a blob without its annotation"), QStringLiteral("call.shape"));
        }
        Result<Message> call = readBlobCall(*info, parts.payload, limits);
        if (call)
            call->oneway = (header.flags & m_flavour->flags.oneway) != 0;
        return call;
    }
    const Result<Body> body = decodeBody(name, parts.payload, limits, Detail::Application);
    if (!body)
        return body.error();
    Result<Message> message = [&]() -> Result<Message> {
        if (header.is(Type::Connect))
            return readConnect(*m_flavour, header, body->value);
        if (header.is(Type::ConnectOk) || header.is(Type::ConnectFail))
            return readVerdict(*m_flavour, header, body->value);
        if (header.is(Type::Invoke))
            return readRequest(*m_flavour, header, body->value, limits, m_options.maxBatchCalls);
        if (header.is(Type::Result))
            return readReply(*m_flavour, header, parts.annotations, body->value);
        return badType(*m_flavour, header.type);
    }();
    Q_UNUSED(direction);
    if (!message)
        return message;
    message->unknownClasses = body->unknownClasses;
    // Rare, and then worth a walk: it is for servers to judge what their clients name.
    if (m_role == Role::Server && header.is(Type::Invoke) && !isPickleFamily(name)
        && QByteArrayView(parts.payload).contains("__class__"))
        message->unknownClasses = unknownClasses(body->value);
    return message;
}

Result<Value> Session45::unwrap(const Message &call, const Limits &limits) const
{
    if (!call.blob)
        return Error::usage(QStringLiteral("a call without a blob"));
    const Result<Body> body = decodeBody(call.codec, call.blob->payload, limits, Detail::Application);
    return body ? readArguments(body->value) : body.error();
}

Result<Message> Session45::decode(const Frame &frame, const Limits &limits) const
{
    if (frame.kind == FrameKind::Datagram) {
        Message datagram;
        datagram.kind = Message::Kind::Datagram;
        datagram.text = QString::fromLatin1(frame.bytes);
        datagram.wireBytes = frame.bytes.size();
        return datagram;
    }
    const Result<Parts> parts = takeApart(*m_flavour, frame.bytes, limits, m_options.maxAnnotations,
        m_role == Role::Observer ? Strictness::Lenient : Strictness::Strict);
    if (!parts)
        return parts.error();
    if (Status good = checkDigest(*parts); !good)
        return good.error();
    Result<Message> message = decodeParts(*parts, frame.direction, limits);
    if (!message)
        return message;
    const Header &header = parts->header;
    message->sequence = header.sequence;
    message->serializerId = header.serializer;
    message->codec = m_flavour->serializerName(header.serializer);
    message->wireBytes = frame.bytes.size();
    message->wireFlags = header.flags;
    if (m_flavour->flags.correlation == 0)
        message->correlationId = annotation(parts->annotations, kCorrelation).value_or(QByteArray());
    else if ((header.flags & m_flavour->flags.correlation) != 0)
        message->correlationId = header.correlationId;
    if (message->correlationId.size() != kCorrelationSize)
        message->correlationId.clear();
    for (const Annotation &each : parts->annotations) {
        if (!isOwnAnnotation(*m_flavour, each.first))
            message->annotations.push_back(each);
    }
    return message;
}

} // namespace pyrolens::pyro45

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// The sending half of a session.

#include "session_p.h"

#include "bodies_p.h"
#include "classes_p.h"
#include "reply_p.h"
#include "request_p.h"

namespace pyrolens::pyro45 {

namespace {

/// What the reference sends with a PING. Source: Pyro4, message.py, Message.ping; Pyro5, client.py.
constexpr quint16 kPingSerializer = 42;
constexpr QByteArrayView kPing = "ping";
constexpr QByteArrayView kPong = "pong";

Form formFor(QByteArrayView serializer)
{
    return isPickleFamily(serializer) ? Form::Pickle : Form::ClassDict;
}

} // namespace

QByteArray Session45::serializerFor(const Message &message) const
{
    if (!message.codec.isEmpty())
        return message.codec;
    return m_options.codec.isEmpty() ? m_flavour->serializers.front().second : m_options.codec;
}

/// Header and annotations that every message has in common.
Result<QByteArray> Session45::seal(Header header, const Message &message, std::vector<Annotation> own,
    QByteArray payload, bool isFailure) const
{
    const bool is4 = m_flavour->flags.correlation == 0;
    const bool hasId = message.correlationId.size() == kCorrelationSize;
    std::vector<Annotation> annotations = std::move(own);
    annotations.insert(annotations.end(), message.annotations.begin(), message.annotations.end());
    if (hasId && !is4) {
        header.correlationId = message.correlationId;
        header.flags |= m_flavour->flags.correlation;
    } else if (hasId && !isFailure) { // generation 4 leaves it out of exception replies
        annotations.emplace_back(kCorrelation.toByteArray(), message.correlationId);
    }
    PackOptions options;
    options.compress = m_options.compress && !header.is(Type::Ping) && !header.is(Type::ConnectFail);
    options.hmacKey = m_options.credentials.hmacKey;
    options.maxBytes = m_options.maxMessageBytes;
    return pack(*m_flavour, std::move(header), std::move(annotations), std::move(payload), options);
}

Result<QByteArray> Session45::encode(const Message &message)
{
    switch (message.kind) {
    case Message::Kind::Connect: {
        Header header;
        header.type = quint16(Type::Connect);
        header.sequence = m_sequence;
        const QByteArray serializer = serializerFor(message);
        header.serializer = m_flavour->serializerNumber(serializer);
        const bool wants = m_flavour->sendsMetadataAlways || message.wantsMetadata;
        if (wants)
            header.flags |= m_flavour->flags.metadata;
        const auto body = encodeBody(*m_flavour, serializer, makeConnect(message, wants), m_options);
        return body ? seal(std::move(header), message, {}, *body) : body;
    }
    case Message::Kind::Accept:
    case Message::Kind::Deny:
        return encodeVerdict(message);
    case Message::Kind::Ping:
        return encodePing(message);
    case Message::Kind::Datagram:
        return message.text.toLatin1();
    case Message::Kind::Reply:
    case Message::Kind::Failure:
    case Message::Kind::StreamOpened:
        return encodeAnswer(message);
    default:
        return encodeRequest(message);
    }
}

/// Refusals are never compressed in generation 4; nobody needs them to be in 5.
Result<QByteArray> Session45::denial(
    const Message &message, quint16 sequence, const QByteArray &serializer) const
{
    Header header;
    header.type = quint16(Type::ConnectFail);
    header.sequence = sequence;
    header.serializer = m_flavour->serializerNumber(serializer);
    const QString text = message.text.isEmpty()
        ? QStringLiteral("connection refused (code %1)").arg(message.denyCode)
        : message.text;
    const auto body = encodeBody(*m_flavour, serializer, Value::text(text), m_options);
    return body ? seal(std::move(header), message, {}, *body) : body;
}

Result<QByteArray> Session45::encodeVerdict(const Message &message)
{
    const bool accepts = message.kind == Message::Kind::Accept;
    // The verdict answers the CONNECT that was read; a message by itself (tests, replays) says what it
    // answers.
    const quint16 sequence = m_connect ? m_connect->sequence : message.sequence;
    QByteArray serializer = m_connect ? m_flavour->serializerName(m_connect->serializer) : message.codec;
    if (serializer.isEmpty()) // a refusal before anything was read
        serializer = accepts ? serializerFor(message) : kMarshal.toByteArray();
    const bool wants = m_flavour->sendsMetadataAlways
        || (m_connect ? (m_connect->flags & m_flavour->flags.metadata) != 0 : message.wantsMetadata);
    if (m_role == Role::Server) {
        m_ready = accepts;
        m_fromClient = accepts ? Next::Messages : Next::Nothing;
        m_fromServer = m_fromClient;
        m_connect.reset();
    }
    if (!accepts)
        return denial(message, sequence, serializer);
    Header header;
    header.type = quint16(Type::ConnectOk);
    header.sequence = sequence;
    header.serializer = m_flavour->serializerNumber(serializer);
    if (wants)
        header.flags |= m_flavour->flags.metadata;
    const auto body = encodeBody(*m_flavour, serializer, makeAccept(*m_flavour, message, wants), m_options);
    return body ? seal(std::move(header), message, {}, *body) : body;
}

Result<QByteArray> Session45::encodeRequest(const Message &message)
{
    const QByteArray serializer = serializerFor(message);
    Header header;
    header.type = quint16(Type::Invoke);
    header.serializer = m_flavour->serializerNumber(serializer);
    if (header.serializer == 0) {
        return Error::usage(QStringLiteral("%1 has no serializer %2")
                                .arg(m_flavour->info.label, QString::fromUtf8(serializer)));
    }
    Result<Request> request = makeRequest(*m_flavour, message, serializer);
    if (!request)
        return request.error();
    header.flags = request->flags;
    header.sequence = quint16(m_sequence + 1);
    const auto body = request->payload ? Result<QByteArray>(*request->payload)
                                       : encodeBody(*m_flavour, serializer, request->body, m_options);
    if (!body)
        return body;
    auto bytes = seal(header, message, std::move(request->annotations), *body);
    if (!bytes)
        return bytes;
    m_sequence = header.sequence; // counted only when it is sent
    if (!message.oneway)
        m_expected.push_back({header.sequence, header.serializer, Type::Result});
    return bytes;
}

Result<QByteArray> Session45::encodePing(const Message &message)
{
    Header header;
    header.type = quint16(Type::Ping);
    if (m_role == Role::Server) {
        header.sequence = message.sequence;
        header.serializer = quint16(message.serializerId);
        return seal(std::move(header), message, {}, kPong.toByteArray());
    }
    header.sequence = quint16(m_sequence + 1);
    header.serializer = kPingSerializer;
    const auto bytes = seal(header, message, {}, kPing.toByteArray());
    if (bytes) {
        m_sequence = header.sequence;
        m_expected.push_back({header.sequence, header.serializer, Type::Ping});
    }
    return bytes;
}

Result<QByteArray> Session45::encodeAnswer(const Message &message) const
{
    const bool isFailure = message.kind == Message::Kind::Failure;
    if (m_role == Role::Server && isFailure && message.error && isNetworkFault(*m_flavour, *message.error))
        return QByteArray(); // the connection ends without a word
    const QByteArray serializer = serializerFor(message);
    Result<Answer> answer = makeReply(*m_flavour, message, formFor(serializer));
    if (!answer)
        return answer.error();
    Header header;
    header.type = quint16(Type::Result);
    header.flags = answer->flags;
    header.sequence = message.sequence;
    header.serializer = m_flavour->serializerNumber(serializer);
    const auto body = encodeBody(*m_flavour, serializer, answer->body, m_options);
    if (!body)
        return body;
    return seal(std::move(header), message, std::move(answer->annotations), *body,
        message.kind != Message::Kind::Reply);
}

} // namespace pyrolens::pyro45

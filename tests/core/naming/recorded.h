// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nsfixture.h"
#include "support/vectors.h"

#include <QTcpSocket>
#include <QtEndian>

/// Recorded conversations with name servers, held again with ours.
namespace nstest {

using namespace pyrolens;

/// One connection of a recording: the very bytes of the client, with nothing but object ids and ports
/// replaced.
class Conversation
{
public:
    explicit Conversation(int port)
    {
        m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), quint16(port));
    }

    bool shakeHands(const QString &ident)
    {
        SessionOptions options;
        options.credentials.ident = ident;
        m_session = pyro3Generation()->session(Role::Client, options);
        return !nextFrame().isEmpty() && !nextFrame().isEmpty() && m_session->isReady();
    }
    void send(const QByteArray &bytes) { m_socket.write(bytes); }
    QByteArray nextFrame()
    {
        for (;;) {
            const auto step = m_session->feed(Direction::ServerToClient, m_buffer, {});
            if (!step)
                return {};
            if (step->size > 0) {
                const QByteArray frame = m_buffer.first(step->size);
                m_buffer.remove(0, step->size);
                m_socket.write(step->answer);
                return frame;
            }
            if (!m_socket.waitForReadyRead(5'000))
                return {};
            m_buffer += m_socket.readAll();
        }
    }
    Result<Message> decode(const QByteArray &frame) const
    {
        return m_session->decode({frame, Direction::ServerToClient, FrameKind::Message}, {});
    }

private:
    QTcpSocket m_socket;
    QByteArray m_buffer;
    std::unique_ptr<Session> m_session;
};

/// The recorded frame with the string `from` replaced by `to`, as any pickle format writes it, and the size
/// in the header set right.
inline QByteArray withString(QByteArray frame, const QByteArray &from, const QByteArray &to)
{
    const auto shortString
        = [](const QByteArray &id) { return QByteArray("U").append(char(id.size())).append(id); };
    frame.replace(shortString(from), shortString(to));
    const auto text = [](const QByteArray &id) { return QByteArray("S'").append(id).append("'\n"); };
    frame.replace(text(from), text(to));
    qToBigEndian<qint32>(qint32(frame.size() - 18), frame.data() + 8);
    return frame;
}

/// Likewise for a port.
inline QByteArray withPort(QByteArray frame, int from, int to)
{
    const auto shortInt
        = [](int port) { return QByteArray("M").append(char(port & 0xff)).append(char(port >> 8)); };
    const auto text = [](int port) { return QByteArray("I").append(QByteArray::number(port)).append('\n'); };
    frame.replace(shortInt(from), shortInt(to));
    frame.replace(text(from), text(to));
    qToBigEndian<qint32>(qint32(frame.size() - 18), frame.data() + 8);
    return frame;
}

/// A value as text in which everything that differs from run to run is left out: ids and ports of the name
/// server, times, orders that no one promises.
inline QString essence(const Value &value, const QString &serverId)
{
    if (const auto reference = pyro3Generation()->asReference(value))
        return reference->uri.endsWith(serverId) ? QStringLiteral("<server>") : reference->uri;
    QStringList parts;
    for (const Value &item : value.items())
        parts.append(essence(item, serverId));
    for (const auto &[key, item] : value.pairs())
        parts.append(essence(key, serverId) + u'=' + essence(item, serverId));
    if (value.kind() == Value::Kind::List)
        parts.sort();
    if (const Object *object = value.asObject())
        return QString::fromUtf8(object->className()) + essence(object->state.value_or(Value()), serverId);
    if (value.asReal())
        return QStringLiteral("<time>");
    if (value.isContainer())
        return QString::number(int(value.kind())) + u'(' + parts.join(u", ") + u')';
    if (value.isTextLike())
        return value.toText() == serverId ? QStringLiteral("<server>") : u'"' + value.toText() + u'"';
    return value.isNone() ? QStringLiteral("None") : QString::number(value.asInteger().value_or(-1));
}

inline QString essence(const Message &message, const QString &serverId)
{
    if (message.error)
        return u"raises " + message.error->className + essence(message.error->args, serverId);
    return u"returns " + essence(message.value, serverId);
}

/// One recorded request and what came of it.
struct Exchange
{
    QString note;
    bool isOneway = false;
    Message request;                 ///< as recorded
    std::optional<Message> recorded; ///< its answer; none for a oneway call
    std::optional<Message> ours;
    QByteArray recordedId; ///< of the recorded server's object, empty until it has been asked for
};

/// The requests of a recording that were made to the listener `role`, made to the server at `port` once more.
class Replay
{
public:
    Replay(const QString &file, int port, const QByteArray &ownId, const QString &role = QStringLiteral("ns"))
        : m_vector(testing::loadVectors(u"pyro3/" + file + u".json"))
        , m_port(port)
        , m_ownId(ownId)
        , m_role(role)
    { }

    QString ident() const { return m_vector.value(u"config").value(u"ident").toString(); }
    /// Changes frames before they are sent.
    void setPrepare(std::function<QByteArray(const QByteArray &)> prepare) { m_prepare = std::move(prepare); }
    QByteArray recordedId() const { return m_recordedId; }
    QString error() const { return m_error; } ///< why next() ended, empty = at the end of the recording

    /// Makes the next request; nothing at the end, or when it fails.
    std::optional<Exchange> next()
    {
        const Json::Array &frames = m_vector.value(u"frames").items();
        for (; m_at < frames.size(); ++m_at) {
            if (frames[m_at].value(u"role").toString() != m_role)
                continue;
            const QString kind = kindOf(m_at);
            if (kind == u"request" || kind == u"oneway")
                return make(frames, m_at++);
        }
        return std::nullopt;
    }

private:
    QString kindOf(size_t index) const
    {
        return m_vector.value(u"decoded").value(u"frames").items()[index].value(u"kind").toString();
    }
    static QByteArray bytesOf(const Json &frame)
    {
        return QByteArray::fromHex(frame.value(u"hex").toString().toLatin1());
    }
    std::optional<Exchange> fail(const QString &why)
    {
        m_error = why;
        return std::nullopt;
    }
    std::optional<Exchange> make(const Json::Array &frames, size_t at)
    {
        const Json &frame = frames[at];
        Exchange exchange;
        exchange.note = frame.value(u"note").toString();
        exchange.isOneway = kindOf(at) == u"oneway";
        const qint64 number = frame.value(u"conn").toInteger();
        std::unique_ptr<Conversation> &conversation = m_conversations[number];
        if (!conversation) {
            conversation = std::make_unique<Conversation>(m_port);
            if (!conversation->shakeHands(ident()))
                return fail(QStringLiteral("no handshake"));
        }
        QByteArray bytes = bytesOf(frame);
        const auto observer = pyro3Generation()->session(Role::Observer, {});
        const auto request = observer->decode({bytes, Direction::ClientToServer, FrameKind::Message}, {});
        if (!request)
            return fail(request.error().what);
        exchange.request = *request;
        if (!m_recordedId.isEmpty())
            bytes = withString(bytes, m_recordedId, m_ownId);
        conversation->send(m_prepare ? m_prepare(bytes) : bytes);
        if (exchange.isOneway)
            return exchange;
        const QByteArray answer = conversation->nextFrame();
        if (answer.isEmpty())
            return fail(u"no answer to " + exchange.note);
        // The recorded answer is the next frame that the server sent on the same connection.
        size_t next = at + 1;
        while (frames[next].value(u"conn").toInteger() != number
            || frames[next].value(u"dir").toString() != u"s2c")
            ++next;
        const auto recorded = conversation->decode(bytesOf(frames[next]));
        const auto ours = conversation->decode(answer);
        if (!recorded || !ours)
            return fail(u"unreadable answer to " + exchange.note);
        exchange.recorded = *recorded;
        exchange.ours = *ours;
        exchange.recordedId = m_recordedId;
        if (m_recordedId.isEmpty()) // the answer to ResolvePYROLOC, always the first
            m_recordedId = recorded->value.rawBytes().toByteArray();
        return exchange;
    }

    const Json m_vector;
    const int m_port;
    const QByteArray m_ownId;
    const QString m_role;
    std::function<QByteArray(const QByteArray &)> m_prepare;
    std::map<qint64, std::unique_ptr<Conversation>> m_conversations;
    QByteArray m_recordedId;
    QString m_error;
    size_t m_at = 0;
};

} // namespace nstest

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "support/slowdown.h"

#include <pyrolens/pyro3/pyro3.h>
#include <pyrolens/server/daemonthread.h>
#include <pyrolens/transport/stream.h>

#include <array>
#include <chrono>

namespace pyrolens::testing {

using namespace std::chrono_literals;

inline std::shared_ptr<const Catalogue> catalogue()
{
    static const auto instance = [] {
        auto made = std::make_shared<Catalogue>();
        made->add(pyro3Generation());
        return std::shared_ptr<const Catalogue>(made);
    }();
    return instance;
}

inline constexpr std::chrono::milliseconds kPatience = 5s * kSlowdown;

inline const Generation &pyro3()
{
    return *catalogue()->find(3);
}

/// A small blocking client on a stream and a wire session, which can also send what no good client would.
class TestClient
{
public:
    explicit TestClient(int port, SessionOptions options = {}, QString host = QStringLiteral("127.0.0.1"))
        : TestClient(pyro3(), port, std::move(options), std::move(host))
    { }
    TestClient(const Generation &generation, int port, SessionOptions options = {},
        QString host = QStringLiteral("127.0.0.1"))
        : m_session(generation.session(Role::Client, std::move(options)))
    {
        auto stream = connectTcp(host, port, QDeadlineTimer(kPatience));
        if (stream)
            m_stream = std::move(*stream);
        if (m_stream)
            m_stream->setTimeout(kPatience);
    }

    TestClient(const Generation &generation, std::unique_ptr<Stream> stream, SessionOptions options)
        : m_session(generation.session(Role::Client, std::move(options))), m_stream(std::move(stream))
    {
        m_stream->setTimeout(kPatience);
    }

    bool isOpen() const { return m_stream != nullptr; }
    Stream &stream() { return *m_stream; }
    void setTimeout(std::chrono::milliseconds timeout) { m_stream->setTimeout(timeout); }

    /// \return the verdict, or what went wrong.
    Result<Message> greet()
    {
        if (const QByteArray begin = m_session->start(); !begin.isEmpty())
            send(begin);
        while (!m_session->isReady()) {
            auto message = receive();
            if (!message || message->kind != Message::Kind::Challenge)
                return message;
        }
        return Message();
    }
    bool isGreeted() { return m_session->isReady() || (greet() && m_session->isReady()); }

    bool send(QByteArrayView bytes) { return bool(m_stream->writeAll(bytes, QDeadlineTimer(20s))); }
    QByteArray encode(const Message &message)
    {
        auto bytes = m_session->encode(message);
        return bytes ? *bytes : QByteArray();
    }
    bool send(const Message &message) { return send(encode(message)); }

    /// The next message; Disconnected at the end of the stream, Timeout after the set time.
    Result<Message> receive()
    {
        Session &session = m_watching ? *m_watching : *m_session;
        for (;;) {
            auto step = session.feed(Direction::ServerToClient, m_buffer, {});
            if (!step)
                return step.error();
            if (step->size > 0) {
                const Frame frame{m_buffer.first(step->size), Direction::ServerToClient, step->kind};
                m_buffer.remove(0, step->size);
                if (!step->answer.isEmpty())
                    send(step->answer);
                return session.decode(frame, {});
            }
            std::array<char, 65536> room;
            const Io io = m_stream->read(room.data(), qsizetype(room.size()));
            if (io.status == Io::Status::TimedOut)
                return Error::timeout(QStringLiteral("nothing came"));
            if (io.status != Io::Status::Ok)
                return Error::disconnected(io.what);
            m_buffer.append(room.data(), io.bytes);
        }
    }

    /// The next message, by a session that does not care what was asked.
    Result<Message> receiveAny(Session &observer)
    {
        m_watching = &observer;
        auto message = receive();
        m_watching = nullptr;
        return message;
    }

    /// Sends, and receives the answer.
    Result<Message> exchange(const Message &message)
    {
        if (!isGreeted() || !send(message))
            return Error::disconnected(QStringLiteral("cannot send"));
        return receive();
    }
    Result<Value> request(const Message &message)
    {
        auto reply = exchange(message);
        if (!reply)
            return reply.error();
        if (reply->kind == Message::Kind::Failure)
            return RemoteError::toError(*reply->error);
        return reply->value;
    }
    Result<Value> call(const QByteArray &object, const QByteArray &method, std::vector<Value> args = {},
        std::vector<Value::Pair> kwargs = {})
    {
        return request(
            Message::call(object, method, Value::tuple(std::move(args)), Value::dict(std::move(kwargs))));
    }
    bool callOneway(const QByteArray &object, const QByteArray &method, std::vector<Value> args = {})
    {
        return isGreeted()
            && send(Message::call(object, method, Value::tuple(std::move(args)), Value::dict({}), true));
    }
    Result<Value> attribute(const QByteArray &object, const QByteArray &name)
    {
        Message message;
        message.kind = Message::Kind::GetAttribute;
        message.object = object;
        message.method = name;
        return request(message);
    }
    Result<Value> setAttribute(const QByteArray &object, const QByteArray &name, Value value)
    {
        Message message;
        message.kind = Message::Kind::SetAttribute;
        message.object = object;
        message.method = name;
        message.value = std::move(value);
        return request(message);
    }
    Result<Value> hasAttribute(const QByteArray &object, const QByteArray &name)
    {
        Message message;
        message.kind = Message::Kind::HasAttribute;
        message.object = object;
        message.method = name;
        return request(message);
    }
    Result<Value> query(Message::Query query, const QString &subject = {})
    {
        Message message;
        message.kind = Message::Kind::Query;
        message.query = query;
        message.text = subject;
        return request(message);
    }

    /// Reads until the other side closes. \return what came before, or nothing when it did not close in time.
    std::optional<QByteArray> readToEnd(std::chrono::milliseconds patience = kPatience)
    {
        const QDeadlineTimer deadline(patience);
        QByteArray all = std::exchange(m_buffer, {});
        std::array<char, 65536> room;
        while (!deadline.hasExpired()) {
            m_stream->setTimeout(std::chrono::milliseconds(deadline.remainingTime() + 1));
            const Io io = m_stream->read(room.data(), qsizetype(room.size()));
            if (io.status == Io::Status::Ok)
                all.append(room.data(), io.bytes);
            else if (io.status == Io::Status::TimedOut)
                break;
            else
                return all;
        }
        return std::nullopt;
    }

private:
    std::unique_ptr<Session> m_session;
    Session *m_watching = nullptr; ///< in place of it
    std::unique_ptr<Stream> m_stream;
    QByteArray m_buffer;
};

/// "ValueError" and the first argument of a remote exception, for one comparison: "ValueError: text".
inline QString failure(const Result<Value> &result)
{
    if (result)
        return QStringLiteral("no error");
    if (!result.error().remote)
        return result.error().className() + QLatin1String(": ") + result.error().what;
    return result.error().remote->className.section(u'.', -1) + QLatin1String(": ")
        + result.error().remote->args.at(0).toText();
}

inline Value str(const char *text)
{
    return Value::str(QByteArrayView(text));
}

} // namespace pyrolens::testing

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/compression.h>
#include <pyrolens/pickle/pickle.h>
#include <pyrolens/pyro3/pyro3.h>

#include <QtEndian>
#include <QtTest>

namespace pyrolens::testing {

/// Header fields of a message made by hand, also of wrong ones.
struct Crafted
{
    QByteArray id = "PYRO";
    quint16 version = 5;
    quint16 headerSize = 18;
    std::optional<qint32> bodySize = {};
    quint16 flags = 0;
    quint32 checksum = 0;
};

inline QByteArray craft(const QByteArray &body, const Crafted &fields = {})
{
    QByteArray frame(18, '\0');
    frame.replace(0, 4, fields.id);
    qToBigEndian(fields.version, frame.data() + 4);
    qToBigEndian(fields.headerSize, frame.data() + 6);
    qToBigEndian(fields.bodySize.value_or(qint32(body.size())), frame.data() + 8);
    qToBigEndian(fields.flags, frame.data() + 12);
    qToBigEndian(fields.checksum, frame.data() + 14);
    return frame + body;
}

inline QByteArray pickled(const Value &value)
{
    return pickle::encode(value, {.protocol = 2, .dialect = Dialect::Python2, .narrowIntegers = true})
        .value();
}

inline Value unpickled(const QByteArray &frame)
{
    return pickle::decode(frame.mid(18)).value().value;
}

/// A request as its four parts.
inline Value requestValue(const Value &object, const Value &method, const Value &flags, const Value &args)
{
    return Value::tuple({object, method, flags, args});
}

inline Value s(const char *text)
{
    return Value::str(text);
}

inline Frame requestFrame(const QByteArray &bytes)
{
    return {bytes, Direction::ClientToServer, FrameKind::Message};
}

inline Frame replyFrame(const QByteArray &bytes)
{
    return {bytes, Direction::ServerToClient, FrameKind::Message};
}

inline Message verdict(Message::Kind kind, int code = 0)
{
    Message message;
    message.kind = kind;
    message.denyCode = code;
    return message;
}

/// A server that has let its client in, or a client that was let in.
inline std::unique_ptr<Session> readySession(Role role, const SessionOptions &options = {})
{
    const auto generation = pyro3Generation();
    auto session = generation->session(role, options);
    const auto other = generation->session(role == Role::Server ? Role::Client : Role::Server, {});
    Session &server = role == Role::Server ? *session : *other;
    Session &client = role == Role::Server ? *other : *session;
    const QByteArray challenge = server.start();
    const auto answered = client.feed(Direction::ServerToClient, challenge, {});
    const auto connect = server.feed(Direction::ClientToServer, answered->answer, {});
    if (!connect || connect->kind != FrameKind::Connect)
        qFatal("no handshake");
    const auto granted = server.encode(verdict(Message::Kind::Accept));
    if (!client.feed(Direction::ServerToClient, *granted, {})->ready || !session->isReady())
        qFatal("not let in");
    return session;
}

} // namespace pyrolens::testing

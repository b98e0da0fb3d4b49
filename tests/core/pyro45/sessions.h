// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "generations.h"

#include <QtEndian>

namespace pyrolens::testing {

inline const Limits kLimits;
struct Ends
{
    std::unique_ptr<Session> client;
    std::unique_ptr<Session> server;
};

inline Frame fromClient(const QByteArray &bytes, FrameKind kind = FrameKind::Message)
{
    return {bytes, Direction::ClientToServer, kind};
}

inline Frame fromServer(const QByteArray &bytes, FrameKind kind = FrameKind::Message)
{
    return {bytes, Direction::ServerToClient, kind};
}

/// The message that a session finds in bytes of its peer.
inline Result<Message> receive(Session &session, Direction from, const QByteArray &bytes)
{
    const auto step = session.feed(from, bytes, kLimits);
    if (!step)
        return step.error();
    if (step->size != bytes.size())
        return Error::protocol(QStringLiteral("not one frame"), QStringLiteral("test"));
    return session.decode({bytes, from, step->kind}, kLimits);
}

inline Message accept()
{
    Message message;
    message.kind = Message::Kind::Accept;
    message.value = Value::text(u8"welcome");
    message.metadata
        = ObjectMetadata{{QStringLiteral("echo"), QStringLiteral("note")}, {QStringLiteral("note")}, {}};
    return message;
}

/// Two sessions behind their handshake.
inline Ends connected(SessionOptions clientOptions = {}, const SessionOptions &serverOptions = {})
{
    const auto generation = currentGeneration();
    Ends ends{generation->session(Role::Client, std::move(clientOptions)),
        generation->session(Role::Server, serverOptions)};
    const auto connect = receive(*ends.server, Direction::ClientToServer, ends.client->start());
    if (!connect)
        qFatal("no CONNECT: %s", qPrintable(connect.error().what));
    const auto verdict = ends.server->encode(accept());
    if (!receive(*ends.client, Direction::ServerToClient, *verdict) || !ends.client->isReady()
        || !ends.server->isReady())
        qFatal("not let in");
    return ends;
}

inline Message echo(const Value &value, bool oneway = false)
{
    return Message::call("demo", "echo", Value::tuple({value}), {}, oneway);
}

/// Changes two bytes of a header and, in generation 4, mends the checksum.
inline QByteArray withField(QByteArray frame, qsizetype offset, quint16 value, bool mend = true)
{
    qToBigEndian(value, frame.data() + offset);
    if (isPyro4() && mend) {
        const char *in = frame.constData();
        quint32 sum = 0x34e9;
        for (const int at : {4, 6, 8, 10, 14, 16, 18})
            sum += qFromBigEndian<quint16>(in + at);
        qToBigEndian<quint16>(quint16(sum), frame.data() + 22);
    }
    return frame;
}

} // namespace pyrolens::testing

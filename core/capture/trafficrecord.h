// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/wire/generation.h>

#include <QByteArray>
#include <QString>

namespace pyrolens {

/// One frame seen on a connection, decoded as far as it goes. Plain data.
struct TrafficRecord
{
    enum class Kind : quint8 { Handshake, Request, Reply, Failure, Unreadable, Opened, Closed };
    quint64 number = 0; ///< given by who keeps it, 0 = none yet
    qint64 time = 0;    ///< ns since the capture began
    quint64 connection = 0;
    QString peer; ///< "host:port"
    int generation = 0;
    Direction direction = Direction::ClientToServer;
    Kind kind = Kind::Request;
    QString label; ///< "INVOKE", "RESULT": what the message is called
    QString object;
    QString method;
    QString flags;
    QString info; ///< "2 args", "dict(3)", error text
    bool oneway = false;
    QByteArray bytes; ///< the frame as it was on the wire
    FrameKind frameKind = FrameKind::Message;
    quint64 pair = 0;    ///< number of its request or reply, 0 if none; by who keeps it
    qint64 pairTime = 0; ///< ns from request to reply; by who keeps it
    qint64 errorOffset = -1;
};

} // namespace pyrolens

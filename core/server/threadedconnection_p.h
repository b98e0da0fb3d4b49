// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "conversation_p.h"
#include "onewayqueue_p.h"

#include <pyrolens/transport/stream.h>

#include <array>

namespace pyrolens {

/// Serves one connection on a thread of its own, blocking, until it ends. Usual way of a multi-threaded
/// daemon: nothing is faster, and a slow call holds up its own connection only.
class ThreadedConnection
{
public:
    ThreadedConnection(
        std::shared_ptr<Core> core, std::unique_ptr<Stream> stream, ConnectionRecordPtr record);
    ~ThreadedConnection();
    void serve();

private:
    bool carryOut(Conversation::Step &step); ///< false: the connection ends
    bool serveRequest(const Message &request);
    bool receive(qsizetype expected);
    bool beSilent(); ///< the peer has said nothing for so long that it must be waiting for us
    void endedBy(const Io &io);
    bool send(QByteArrayView bytes);
    QDeadlineTimer frameDeadline() const;

    const std::shared_ptr<Core> m_core;
    const std::unique_ptr<Stream> m_stream;
    const ConnectionRecordPtr m_record;
    const std::shared_ptr<ByteTap> m_tap;
    Conversation m_conversation;
    std::shared_ptr<OnewayQueue> m_oneway; ///< made at the first oneway call
    FrameBuffer m_buffer;
    QDeadlineTimer m_handshake;
    QDeadlineTimer m_sniffing; ///< while the peer may be one that waits for us
    std::chrono::steady_clock::time_point m_frameStart;
    std::optional<std::chrono::steady_clock::time_point> m_idleSince; ///< while nothing comes
    bool m_inFrame = false;
    QString m_reason = QStringLiteral("closed by the peer");
    std::array<char, 2048> m_first; ///< where a message begins; all of it, mostly
};

} // namespace pyrolens

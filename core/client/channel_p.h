// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "pendingcall.h"
#include "receivebuffer_p.h"

#include <pyrolens/transport/stream.h>
#include <pyrolens/wire/generation.h>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace pyrolens {

/// One connection of a client: the stream, its protocol session and what has arrived. Both forms of the
/// client, blocking and asynchronous, work on it. Thread-bound. Closes in its destructor.
class Channel
{
public:
    /// A frame, and what the session said about it.
    struct Found
    {
        Frame frame;
        FrameStep step;
    };

    Channel(std::unique_ptr<Stream> stream, std::shared_ptr<Session> session, const Generation &generation,
        QString where, std::shared_ptr<ByteTap> tap);
    ~Channel();
    Q_DISABLE_COPY_MOVE(Channel)

    Stream &stream() { return *m_stream; }
    const std::shared_ptr<Session> &session() const { return m_session; }
    const Generation &generation() const { return *m_generation; }
    /// All that this may turn out to be; the first bytes of the answer tell. Empty: it is settled.
    void setCandidates(std::vector<const Generation *> candidates) { m_candidates = std::move(candidates); }
    const std::vector<const Generation *> &candidates() const { return m_candidates; }
    /// After an error of next(): the candidate that answered instead of the one that was spoken; null = none.
    const Generation *answering() const { return m_answering; }
    /// Goes on with another generation, as if nothing had been read.
    void turnTo(const Generation &generation, std::shared_ptr<Session> session);
    /// What the daemon told of the object in the handshake.
    const std::optional<ObjectMetadata> &metadata() const { return m_metadata; }
    const QString &where() const { return m_where; } ///< "host:port" as asked
    bool isReady() const { return m_session->isReady(); }

    Status sendAll(QByteArrayView data, QDeadlineTimer deadline);
    Io send(QByteArrayView data);
    /// One read into the buffer.
    Io receive();
    /// The next whole frame. An error means the connection is of no use any more.
    Result<std::optional<Found>> next(const Limits &limits);
    bool hasUnread() const { return !m_buffer.pending().isEmpty(); }
    /// Whether something came, or the end did, that a connection at rest must not show: it is not to be used
    /// again.
    bool isStale() const { return hasUnread() || m_stream->isReadable(); }
    qint64 pendingBytes() const { return m_buffer.pending().size(); }
    qint64 announcedBytes() const { return m_announced; } ///< of the frame that is arriving, 0 = unknown

    /// What a frame of the handshake means: `answer` is to be sent, unless it is an error.
    Result<QByteArray> handshake(const Found &found, const Limits &limits);
    /// After a failed write: the exception that the server may have sent before it closed.
    std::optional<Error> lastWords(const Limits &limits);

    void close(const QString &reason);

    qint64 bytesSent = 0;                     ///< since the owner last set it to 0
    qint64 bytesReceived = 0;                 ///< same
    std::chrono::milliseconds readTimeout{0}; ///< what the stream was told last

private:
    Error feedError(Error error) const;
    bool isOther(QByteArrayView pending);

    std::unique_ptr<Stream> m_stream;
    std::shared_ptr<Session> m_session; ///< shared with the pool thread that decodes a big body
    const Generation *m_generation;
    std::vector<const Generation *> m_candidates;
    const Generation *m_answering = nullptr;
    bool m_isSettled = false; ///< which of the candidates it is
    std::optional<ObjectMetadata> m_metadata;
    QString m_where;
    std::shared_ptr<ByteTap> m_tap;
    quint64 m_id;
    ReceiveBuffer m_buffer;
    qsizetype m_needed = 0; ///< bytes that must be pending before feeding again is of use
    qint64 m_announced = 0;
    bool m_isOpen = true;
};

/// What came with a reply beside its value.
void noteReply(CallTrace &trace, const Message &reply);

/// What a reply means to the caller. Failures become Kind::Remote.
Result<Value> outcomeOf(const QString &where, Message reply);

/// Whether the server may close after this failure. Failures of a method carry a trace-back; those of the
/// protocol layer, after which generation 3 closes, do not. Source: Pyro 3.16, protocol.py, handleInvocation.
bool endsConnection(const Result<Value> &outcome);

/// Whether a call with this outcome is sent again where retries are allowed: it timed out or was lost.
bool isLost(const Result<Value> &outcome);

} // namespace pyrolens

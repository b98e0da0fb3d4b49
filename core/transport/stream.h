// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/result.h>

#include <QByteArrayView>
#include <QDeadlineTimer>
#include <QHostAddress>
#include <QString>

#include <atomic>
#include <chrono>
#include <memory>
#include <utility>

namespace pyrolens {

/// Address of one end of a connection. Plain data.
struct Endpoint
{
    QString host; ///< numeric address, or the name it was asked by
    int port = 0;
    QString toString() const; ///< "host:port", "[v6]:port"
};

/// Outcome of one read or write.
struct Io
{
    enum class Status : quint8 { Ok, WouldBlock, Closed, TimedOut, Failed };
    Status status = Status::Ok;
    qsizetype bytes = 0; ///< done, with Ok
    QString what;        ///< system's words, with Failed
};

struct TlsPeer;

/// A connected byte stream. Plain TCP and unix sockets are one thin class over the platform's sockets; TLS
/// (tlstunnel.h) is QSslSocket at the far end of one. Blocking by default and then usable in any one thread
/// at a time; setBlocking(false) for use under a QSocketNotifier. TCP_NODELAY and keep-alive are always on.
/// Only shutdown() may be called from another thread.
class Stream
{
public:
    virtual ~Stream() = default;
    virtual Status setBlocking(bool blocking) = 0;
    /// Limits how long a single blocking read or write may wait (SO_RCVTIMEO / SO_SNDTIMEO); system calls are
    /// made only when the value changes. 0 = for ever.
    virtual void setTimeout(std::chrono::milliseconds timeout) = 0;
    virtual Io read(char *data, qsizetype maxBytes) = 0;
    virtual Io write(QByteArrayView data) = 0; ///< may be partial
    /// Blocking: writes all before the deadline.
    virtual Status writeAll(QByteArrayView data, QDeadlineTimer deadline) = 0;
    /// True when bytes or the end of the stream can be read without waiting.
    virtual bool isReadable() const = 0;
    virtual qintptr descriptor() const = 0; ///< for QSocketNotifier; -1 when closed
    virtual void shutdown() noexcept = 0; ///< ends both directions; wakes a blocked read or write in another
                                          ///< thread
    virtual void close() noexcept = 0;
    virtual void reset() noexcept = 0; ///< closes with RST (benchmarks, misbehaving peers)
    virtual Endpoint local() const = 0;
    virtual Endpoint peer() const = 0;
    /// What the other side showed in the TLS handshake; null = the stream is not encrypted.
    virtual std::shared_ptr<const TlsPeer> tlsPeer() const { return {}; }
};

/// Observes the bytes of a stream above TLS. Called on the thread that reads or writes, before decoding; must
/// be quick.
class ByteTap
{
public:
    virtual ~ByteTap() = default;
    virtual void opened(quint64 connection, const Endpoint &local, const Endpoint &peer, bool outgoing) = 0;
    virtual void bytes(quint64 connection, bool sent, QByteArrayView data) = 0;
    virtual void closed(quint64 connection, const QString &reason) = 0;
};

/// Blocking connect, all addresses of the host tried in order within the deadline.
/// \return Disconnected "refused" / "unreachable" / "unknown host", Timeout; the text names host and port.
/// \param cancelled when not null, looked at every 20 ms: true ends the attempt with Cancelled.
Result<std::unique_ptr<Stream>> connectTcp(
    const QString &host, int port, QDeadlineTimer deadline, const std::atomic<bool> *cancelled = nullptr);

/// A connect under way, non-blocking: watch descriptor() for writing, then call finish().
class PendingConnect
{
public:
    virtual ~PendingConnect() = default;
    virtual qintptr descriptor() const = 0;
    virtual Result<std::unique_ptr<Stream>> finish() = 0; ///< non-blocking stream, or why not
};
/// \param shownHost how messages call the address; empty = by its number.
Result<std::unique_ptr<PendingConnect>> startConnect(
    const QHostAddress &address, int port, const QString &shownHost = {});

/// Takes over a descriptor that is connected already (QTcpServer::incomingConnection, socketpair).
Result<std::unique_ptr<Stream>> adoptDescriptor(qintptr descriptor);

/// Gives the descriptor away, which the stream no longer closes; -1 when it was closed. Plain sockets only.
qintptr takeDescriptor(std::unique_ptr<Stream> stream);

/// Two ends connected inside the process (socketpair where there is one, else loopback TCP); for tests and
/// the demo.
Result<std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>> connectedPair();

} // namespace pyrolens

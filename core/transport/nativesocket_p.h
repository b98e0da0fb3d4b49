// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "stream.h"

#include <QHostAddress>
#include <QString>

#include <chrono>
#include <span>
#include <utility>

/// The platform's sockets in the few operations that Pyrolens needs; one implementation file per platform
/// (posixsocket.cpp, winsocket.cpp). No policy here: no deadlines, no error texts beyond the system's own
/// words.
namespace pyrolens::native {

using Handle = qintptr;
inline constexpr Handle kNoHandle = -1;

/// How a system call failed, in portable terms.
struct Failure
{
    enum class Kind : quint8 { None, WouldBlock, Refused, Unreachable, TimedOut, Reset, Forbidden, Other };
    Kind kind = Kind::None;
    int code = 0; ///< the system's number, for text()
    explicit operator bool() const { return kind != Kind::None; }
};

/// What to wait for in wait(); `ready` is the answer.
struct Watch
{
    Handle handle = kNoHandle;
    bool forWriting = false;
    bool ready = false;
};

QString text(Failure failure);

/// A TCP socket, non-blocking, not inherited by child processes.
Handle openTcp(bool ipv6, Failure &failure);
/// Starts to connect. WouldBlock = under way.
Failure connect(Handle handle, const QHostAddress &address, int port);
/// How a connect that became writable ended.
Failure connectOutcome(Handle handle);
/// A stream socket of the unix domain, connected to a path; does not wait.
Handle connectUnix(const QByteArray &path, Failure &failure);
/// The longest path that an address holds; 0 = the system has no such sockets.
qsizetype unixPathLimit();
bool isStreamSocket(Handle handle);
/// Two connected sockets.
std::pair<Handle, Handle> pair(Failure &failure);

Failure setBlocking(Handle handle, bool blocking);
Failure setReceiveTimeout(Handle handle, std::chrono::milliseconds timeout);
Failure setSendTimeout(Handle handle, std::chrono::milliseconds timeout);
/// TCP_NODELAY, keep-alive 60 s / 10 s / 6 probes, no SIGPIPE. Not TCP: what applies.
void tune(Handle handle);

/// Bytes received, 0 at the end of the stream; `failure` is set only when there are none.
qsizetype receive(Handle handle, char *data, qsizetype maxBytes, Failure &failure);
qsizetype send(Handle handle, const char *data, qsizetype bytes, Failure &failure);
/// Sends what fits without waiting, also on a blocking socket.
qsizetype sendNow(Handle handle, const char *data, qsizetype bytes, Failure &failure);

/// Waits until one of the sockets is ready or failed. \param timeout negative = for ever.
/// \return number of ready ones; 0 after the timeout.
int wait(std::span<Watch> watches, std::chrono::milliseconds timeout);

void shutdown(Handle handle) noexcept;
void close(Handle handle) noexcept;
/// Makes the next close() send RST.
void resetOnClose(Handle handle) noexcept;

Endpoint local(Handle handle);
Endpoint peer(Handle handle);

} // namespace pyrolens::native

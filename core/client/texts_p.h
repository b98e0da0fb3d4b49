// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/error.h>
#include <pyrolens/wire/generation.h>

#include <QString>

#include <chrono>

/// The client's errors: what happened, where, and what to try. `where` is "host:port".
namespace pyrolens::texts {

Error deniedBy(const QString &where, const Message &deny);
/// A failure reply in place of the handshake's verdict.
Error handshakeRefused(const QString &where, const RemoteError &reason);
Error lostInHandshake(const QString &where, const GenerationInfo &wanted, const QString &detail);
/// \param received bytes that came before the silence.
Error handshakeTimeout(
    const QString &where, const GenerationInfo &wanted, std::chrono::milliseconds waited, qint64 received);
Error tlsTimeout(const QString &where, std::chrono::milliseconds waited);
Error lostBeforeReply(const QString &where, const QString &detail, qint64 received);
Error lostWhileIdle(const QString &where);
Error lostWhileSending(const QString &where, const QString &detail);
Error replyTimeout(const QString &where, std::chrono::milliseconds timeout, qint64 received);
Error sendTimeout(const QString &where, std::chrono::milliseconds timeout);
Error resolveTimeout(const QString &uri, std::chrono::milliseconds timeout);
Error rebindTimeout(const QString &uri, std::chrono::milliseconds timeout, int tried);
/// Bytes that nobody asked for, or an answer of the wrong kind.
Error mismatch(const QString &where, const QString &what);
/// The object has neither methods nor attributes.
Error nothingExposed(const QString &uri);
/// The result is an iterator, which this server does not hand out.
Error streamsAreOff(const QString &where);
Error cancelled();
/// A server lacks a module that it does not get.
Error moduleRefused(const QString &where, const QString &module, const QString &reason);
/// `error` with "where: " in front, unless its text says so already.
Error at(const QString &where, Error error);

} // namespace pyrolens::texts

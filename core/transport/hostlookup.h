// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>

#include <QDeadlineTimer>
#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QString>

#include <atomic>
#include <functional>

namespace pyrolens {

/// How a host name becomes addresses. May block; runs on a thread of its own.
using HostLookup = std::function<QList<QHostAddress>(const QString &host)>;

/// All addresses of `host` in the system's order; a numeric address is itself, without asking anybody.
///
/// A name is looked up on a thread of its own, so a name server that does not answer costs the caller no more
/// than the deadline; the abandoned thread ends by itself. \param cancelled looked at every 20 ms while
/// waiting, may be null. \return Disconnected "connect.unknown-host", Timeout, Cancelled. Any thread.
Result<QList<QHostAddress>> lookupHost(
    const QString &host, QDeadlineTimer deadline, const std::atomic<bool> *cancelled = nullptr);

/// The same without waiting: `handler` runs once in `context`'s thread, from its event loop, unless `context`
/// dies first. Call from that thread.
void lookupHostAsync(
    const QString &host, QObject *context, std::function<void(const Result<QList<QHostAddress>> &)> handler);

/// Whether a host, as somebody wrote it, is reached from this machine only: "localhost", or an address in
/// 127.0.0.0/8 or ::1. A URI with such a host is of no use to others.
bool isLoopbackHost(const QString &host);

/// Replaces the system's resolver in the whole process, for tests of slow and failing name servers; null
/// restores it.
void setHostLookup(HostLookup lookup);

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "core_p.h"
#include "pending_p.h"

namespace pyrolens {

/// Where calls come from: one per connection (and one per run of its oneway queue). Never changes, so that a
/// call that outlives its connection still finds what it needs.
struct CallSite
{
    std::shared_ptr<Core> core;
    std::shared_ptr<const Hooks> hooks;
    const Generation *generation = nullptr;
    Endpoint peer;
    std::shared_ptr<LocalStorage> storage;
    QString identity;
};
using CallSitePtr = std::shared_ptr<const CallSite>;

/// What the thread that runs a request may do.
enum class Place : quint8 {
    Worker, ///< wait: it has nothing else to do
    Loop,   ///< not wait: others are served there too
};

/// A request under way: done, or to be finished by another thread.
struct Running
{
    std::optional<Result<Value>> done;
    std::shared_ptr<PendingResult> pending; ///< with `done` empty
    std::shared_ptr<Hosted> hosted;         ///< null for questions to the daemon
    std::chrono::steady_clock::time_point started;
};

/// Starts a request: finds the object, runs the servant here or in its thread. Counted as running until
/// complete().
Running begin(const CallSitePtr &site, const Message &request, Place place);
/// Waits for a pending one up to its deadline. \return whether it was given up: its servant may still use the
/// storage.
bool await(const CallSite &site, Running &running);
/// When a pending one has to be given up.
QDeadlineTimer deadlineOf(const CallSite &site);
Error timeoutError(const CallSite &site);
/// Whether the connection is over once the answer is out: an error that surfaces at both ends. Source:
/// Pyro 3.16, protocol.py, handleInvocation (the exception is raised in the connection's thread, too).
bool endsConnection(const Message &request, const Running &running, const Result<Value> &result);
/// Ends a request: counts, tells the observer, and makes the answer.
Message complete(
    const CallSite &site, const Message &request, const Running &running, const Result<Value> &result);

/// An exception as the caller sees it, with the traceback of a servant's method where `where` names one.
RemoteError toRemote(
    const CallSite &site, const Error &error, const QString &object, const QByteArray &method);

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "core_p.h"
#include "pending_p.h"

#include <map>

namespace pyrolens {

/// The instances that a connection has of classes with InstanceMode::Session. Thread-safe.
struct SessionInstances
{
    std::mutex mutex; ///< guards the map; held while one is made, so that there is never a second
    std::map<std::shared_ptr<Hosted>, std::shared_ptr<Hosted>> byClass;
};

/// Where calls come from: one per connection (and one per run of its oneway queue). Never changes, so that a
/// call that outlives its connection still finds what it needs.
struct CallSite
{
    std::shared_ptr<Core> core;
    std::shared_ptr<const Hooks> hooks;
    const Generation *generation = nullptr; ///< null until it is known; nothing is called before that
    Endpoint peer;
    quint64 connection = 0;
    std::shared_ptr<LocalStorage> storage;
    QString identity;
    std::shared_ptr<SessionInstances> instances;
};
using CallSitePtr = std::shared_ptr<const CallSite>;

/// What the thread that runs a request may do.
enum class Place : quint8 {
    Worker, ///< wait: it has nothing else to do
    Loop,   ///< not wait: others are served there too
};

/// What a request brings forth beside its result. Only in generations with annotations or streams. Touched by
/// the thread that runs the servant, then by the one that makes the answer.
struct CallExtras
{
    std::vector<Annotation> annotations;
    std::optional<QString> stream; ///< the result is a stream: its id, or empty when streaming is off
    bool inBatch = false;
    std::map<std::shared_ptr<Hosted>, std::shared_ptr<Hosted>> instances; ///< InstanceMode::PerCall
};
using CallExtrasPtr = std::shared_ptr<CallExtras>;

/// One request on its way through dispatch. Lives on the stack of the thread that serves it.
struct Call
{
    const CallSitePtr &site;
    const Message &request;
    const CallExtrasPtr &extras;
    Place place = Place::Worker;

    const Generation &generation() const { return *site->generation; }
    Core &core() const { return *site->core; }
};

using Begun = std::variant<Result<Value>, std::shared_ptr<PendingResult>>;

/// A request under way: done, or to be finished by another thread.
struct Running
{
    std::optional<Result<Value>> done;
    std::shared_ptr<PendingResult> pending; ///< with `done` empty
    std::shared_ptr<Hosted> hosted;         ///< null for questions to the daemon
    CallExtrasPtr extras;                   ///< null where there are none
    std::chrono::steady_clock::time_point started;
    bool gaveUp = false; ///< a servant may still use the storage
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
/// Whether a request is run in the queue of oneway calls, and not at once. Source: Pyro5, server.py,
/// Daemon.handleRequest: batches, attributes and questions to the daemon are served in line.
bool isQueued(const CallSite &site, const Message &request);
/// Whether the connection is over once the answer is out: an error that surfaces at both ends (Pyro 3.16,
/// protocol.py, handleInvocation: the exception is raised in the connection's thread, too), or one that its
/// generation says so of.
bool endsConnection(
    const CallSite &site, const Message &request, const Running &running, const Result<Value> &result);
/// Ends a request: counts, tells the observer, and makes the answer.
Message complete(
    const CallSite &site, const Message &request, const Running &running, const Result<Value> &result);
/// The part of complete() that is done for each call of a batch.
void account(
    const CallSite &site, const Message &request, const Running &running, const Result<Value> &result);

/// An exception as the caller sees it, with the traceback of a servant's method where `where` names one.
RemoteError toRemote(
    const CallSite &site, const Error &error, const QString &object, const QByteArray &method);
/// The same for the outcome of a request.
RemoteError failureOf(
    const CallSite &site, const Message &request, const Running &running, const Error &error);

// --- The steps of begin().

CallContext contextOf(const Call &call);
/// A single request to an object: `hosted` is set when there is one.
Begun startCall(const Call &call, std::shared_ptr<Hosted> &hosted);
/// A batch: one call after another.
Begun runBatch(const Call &call, Running &running);
/// Runs the servant in the thread it can stand.
Begun run(const Call &call, const std::shared_ptr<Hosted> &hosted);
/// Calls of methods, attributes: what the object has, else the exception that says so.
Begun runMethod(const Call &call, const std::shared_ptr<Hosted> &hosted);
Begun runAttribute(const Call &call, const std::shared_ptr<Hosted> &hosted);
/// The instance that serves a call of a class, made when there is none; of an object the object itself.
Result<std::shared_ptr<Hosted>> instanceOf(const Call &call, const std::shared_ptr<Hosted> &hosted);
/// The exception for what is not there.
Error lackError(const Call &call, Lack lack, const QString &owner, QByteArrayView name);
/// A proxy or URI of an object, as clients of the call's generation have it.
Value referenceTo(const Call &call, const Hosted &hosted, Reference::Form form);

} // namespace pyrolens

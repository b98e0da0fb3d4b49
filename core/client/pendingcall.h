// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/value/value.h>

#include <QObject>
#include <QPointer>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace pyrolens {

/// Where the time and the bytes of one call went. Durations are zero for phases that did not happen.
struct CallTrace
{
    using Duration = std::chrono::nanoseconds;
    Duration resolve{0};
    Duration connect{0};
    Duration handshake{0};
    Duration send{0}; ///< encoding included
    Duration wait{0}; ///< last byte sent to first byte received
    Duration receive{0};
    Duration decode{0};
    Duration total{0};
    qint64 bytesSent = 0;
    qint64 bytesReceived = 0;
    quint32 replyFlags = 0; ///< header flags of the reply
    // Generations 4 and 5: what came with the reply beside its value.
    QString stream; ///< the result is an item stream with this id, see ItemStream; the value is None then
    std::vector<std::pair<QByteArray, QByteArray>> annotations; ///< id of four characters and data
    QByteArray correlationId;                                   ///< 16 bytes, or empty
    QString endpoint;                                           ///< "host:port" that answered
    int generation = 0;
    bool oneway = false;
    bool newConnection = false;
};

/// How a call ended: a Result<Value> with its CallTrace.
class Reply
{
public:
    Reply(Result<Value> result, CallTrace trace = {}) : m_result(std::move(result)), m_trace(std::move(trace))
    { }
    Reply(Error error, CallTrace trace = {}) : m_result(std::move(error)), m_trace(std::move(trace)) { }
    bool isOk() const { return m_result.isOk(); }
    explicit operator bool() const { return isOk(); }
    const Value &value() const { return m_result.value(); }
    const Error &error() const { return m_result.error(); }
    const Result<Value> &result() const { return m_result; }
    const CallTrace &trace() const { return m_trace; }

private:
    Result<Value> m_result;
    CallTrace m_trace;
};

/// Copyable handle of a call under way, in the tradition of QDBusPendingCall.
///
/// then() delivers the Reply once, in the thread of `context`, or not at all when `context` has died first.
/// Never inside then() itself: when the call is already done, delivery is queued. Otherwise the handler runs
/// straight from the socket's readiness when the threads match. Every object may be deleted by a handler.
/// cancel() stops waiting and yields Kind::Cancelled; it cannot stop the remote method. Dropping the last
/// handle cancels only when no handler was set, and never a oneway call: dropping that is to send and forget.
/// Destroying the proxy finishes its calls with Cancelled. Use from the proxy's thread, cancel() from any
/// thread.
class PendingCall
{
public:
    PendingCall() = default; ///< invalid
    using Handler = std::function<void(const Reply &)>;
    const PendingCall &then(QObject *context, Handler handler) const;
    void cancel() const;
    bool isValid() const { return m_state != nullptr; }
    bool isFinished() const;
    /// Bytes of the reply received so far and announced (0 = unknown); for progress display, any thread.
    std::pair<qint64, qint64> progress() const;
    /// Moves the deadline of a running call `by` later ("+30 s"); any thread.
    void extend(std::chrono::milliseconds by) const;

    struct State; ///< private to the client layer
    explicit PendingCall(std::shared_ptr<State> state) : m_state(std::move(state)) { }

private:
    std::shared_ptr<State> m_state;
};

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "clientcore_p.h"
#include "rebind_p.h"

#include <QDeadlineTimer>

namespace pyrolens {

/// One call on the caller's thread: one send, one or two reads, no event loop.
///
/// The first read of a reply runs under the call's timeout, the following ones under what is left of it, and
/// the socket is told only when the difference matters, so the usual call costs two system calls beside the
/// look for stale bytes.
class BlockingCall
{
public:
    /// \param message stays the caller's; its arguments are let go of once they are encoded.
    /// \param rebind an explicit rebind: with a new connection in any case.
    BlockingCall(ClientCore &core, Message &message, const CallOptions &options, bool bindOnly,
        const std::optional<RebindPolicy> &rebind = std::nullopt);
    Q_DISABLE_COPY_MOVE(BlockingCall)

    Reply run();

private:
    using Clock = std::chrono::steady_clock;

    Result<Value> perform();
    std::optional<Error> connect();
    std::optional<Error> connectOrAskAgain();
    bool pause(std::chrono::milliseconds time) const;
    std::optional<Error> resolve();
    std::optional<Error> connectOnce();
    std::optional<Error> connectAs(
        const Uri &target, QDeadlineTimer deadline, std::chrono::milliseconds allowed);
    std::optional<Error> shakeHands(QDeadlineTimer deadline, std::chrono::milliseconds allowed);
    std::optional<Error> locate();
    Result<Value> exchange(Message &message, bool isTraced);
    /// Sends a request and decodes its reply.
    Result<Message> roundTrip(QByteArray request, bool isTraced);
    /// Goes on after the first reply, with modules that the server lacks or we do.
    Result<Value> exchangeCode(CodeExchange &code, Message reply);
    std::optional<Error> send(QByteArrayView bytes);
    Result<Channel::Found> receive();
    /// Reads once under the deadline. \return false at the deadline, else Ok, Closed or Failed in `io`.
    bool readBefore(QDeadlineTimer deadline, Io &io);
    CallTrace::Duration lap();

    ClientCore &m_core;
    Message &m_message;
    std::optional<bool> m_oneway; ///< as the caller decided
    bool m_bindOnly;
    bool m_keepsConnection = false;
    bool m_isResolving = false;           ///< how far the attempt to connect came
    bool m_mustRenew = false;             ///< an explicit rebind
    std::optional<Rebinding> m_rebinding; ///< explicit or automatic
    std::chrono::milliseconds m_timeout;
    QDeadlineTimer m_deadline;
    CallTrace m_trace;
    Clock::time_point m_started;
    Clock::time_point m_mark;
};

} // namespace pyrolens

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "header_p.h"

#include <pyrolens/wire/generation.h>

namespace pyrolens::pyro3 {

/// One connection of generation 3. The server speaks first: challenge, CONNECT, verdict, then requests and
/// replies. Source: Pyro 3.16, protocol.py, PYROAdapter.bindToURI and TCPServer.newConnection.
class Pyro3Session final : public Session
{
public:
    Pyro3Session(Role role, SessionOptions options);

    QByteArray start() override;
    Result<FrameStep> feed(Direction from, QByteArrayView buffered, const Limits &limits) override;
    Result<Message> decode(const Frame &frame, const Limits &limits) const override;
    Result<QByteArray> encode(const Message &message) override;
    Refusal refuse(const Error &error, const Frame *frame) override;
    bool isReady() const override { return m_ready; }

private:
    /// What comes next from one side.
    enum class Next : quint8 {
        Challenge, ///< or a raw refusal in its place
        Connect,
        Verdict, ///< or the capsule of a protocol error in its place
        Nothing, ///< our own verdict is due, or the connection was refused
        Messages,
    };

    Result<FrameStep> feedFramed(Next &next, Direction from, QByteArrayView buffered, const Limits &limits);
    Result<FrameStep> feedVerdict(Next &next, QByteArrayView buffered);
    Result<FrameStep> challenged(FrameStep step, QByteArrayView frame, const Limits &limits);
    Result<QByteArray> encodeBody(const Message &message) const;
    Result<QByteArray> sealed(QByteArray body) const;
    int pickleProtocol() const;

    Role m_role;
    SessionOptions m_options;
    Next m_fromServer = Next::Challenge;
    Next m_fromClient = Next::Connect;
    QByteArray m_challenge;
    bool m_ready = false;
};

/// Decodes any frame; `challenge` is what a Connect answers. Pure.
Result<Message> decodeFrame(const Frame &frame, QByteArrayView challenge, const Limits &limits);

/// How a server answers an error. Table of the robustness rules; texts as Python programs know them.
struct RefusalPlan
{
    std::optional<RemoteError> exception; ///< nothing: no answer
    bool close = false;
};
RefusalPlan planRefusal(const Error &error);

} // namespace pyrolens::pyro3

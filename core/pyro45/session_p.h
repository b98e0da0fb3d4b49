// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "frame_p.h"

#include <deque>

namespace pyrolens::pyro45 {

/// One connection of generation 4 or 5: CONNECT, its verdict, then requests and answers.
/// Source: Pyro5, client.py, Proxy.__pyroCreateConnection, and server.py, Daemon._handshake; the same in
/// Pyro4, core.py.
class Session45 final : public Session
{
public:
    Session45(std::shared_ptr<const Flavour> flavour, Role role, SessionOptions options);

    QByteArray start() override;
    Result<FrameStep> feed(Direction from, QByteArrayView buffered, const Limits &limits) override;
    Result<Message> decode(const Frame &frame, const Limits &limits) const override;
    Result<QByteArray> encode(const Message &message) override;
    Refusal refuse(const Error &error, const Frame *frame) override;
    bool isReady() const override { return m_ready; }
    Result<Value> unwrap(const Message &call, const Limits &limits) const override;
    quint16 sequence() const override { return m_sequence; }

private:
    /// What comes next from one side.
    enum class Next : quint8 { Connect, Verdict, Nothing, Messages };

    Status judgeType(Next next, Direction from, const Header &header) const;
    Status judgeAnswer(const Header &header) const;
    FrameStep finish(Next &next, Direction from, const Header &header);
    Result<QByteArray> encodeVerdict(const Message &message);
    Result<QByteArray> encodeRequest(const Message &message);
    Result<QByteArray> encodeAnswer(const Message &message) const;
    Result<QByteArray> encodePing(const Message &message);
    Result<QByteArray> seal(Header header, const Message &message, std::vector<Annotation> own,
        QByteArray payload, bool isFailure = false) const;
    Result<QByteArray> denial(const Message &message, quint16 sequence, const QByteArray &serializer) const;
    QByteArray serializerFor(const Message &message) const;
    Status checkDigest(const Parts &parts) const;
    Status checkSerializer(const Parts &parts, const QByteArray &name) const;
    Result<Message> decodeParts(const Parts &parts, Direction direction, const Limits &limits) const;

    struct Expected
    {
        quint16 sequence = 0;
        quint16 serializer = 0;
        Type type = Type::Result;
    };

    std::shared_ptr<const Flavour> m_flavour;
    Role m_role;
    SessionOptions m_options;
    Next m_fromClient = Next::Connect;
    Next m_fromServer = Next::Nothing;
    std::optional<Header> m_connect; ///< server: of the CONNECT that waits for its verdict
    std::deque<Expected> m_expected; ///< client: answers still to come
    quint16 m_sequence = 0;
    bool m_ready = false;
};

/// What a frame is by its type.
FrameKind frameKind(const Header &header);

/// How a server answers an error after the handshake. Table of the robustness rules.
struct RefusalPlan
{
    std::optional<RemoteError> exception; ///< nothing: no answer
    bool close = false;
};
RefusalPlan planRefusal(const Flavour &flavour, const Error &error);

} // namespace pyrolens::pyro45

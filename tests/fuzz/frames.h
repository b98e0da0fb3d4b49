// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "demand.h"

#include <pyrolens/wire/generation.h>

#include <cstdint>

/// What the fuzz targets of all generations claim of a stream: the first bytes of a connection, then
/// whatever frames are found in them.
inline void checkStream(const pyrolens::Generation &generation, const QByteArray &bytes)
{
    using namespace pyrolens;
    Limits limits;
    limits.maxFrameBytes = 1 << 20;
    limits.maxInflatedBytes = 1 << 20;
    limits.maxDecodedBytes = 16 << 20;
    limits.maxNodes = 100'000;
    limits.maxExpandedNodes = 100'000;
    const auto look = [&](Session &session, const Frame &frame) {
        const Result<Message> message = session.decode(frame, limits);
        if (message) {
            const Role role = frame.direction == Direction::ClientToServer ? Role::Client : Role::Server;
            const Result<QByteArray> again = generation.session(role, {})->encode(*message);
            demand(again.isOk() || !again.error().what.isEmpty(),
                "a message is sent on or refused with a reason");
        } else {
            demand(!message.error().code.isEmpty(), "every refusal has a code");
            SessionOptions ready;
            ready.handshakes = false;
            generation.session(Role::Server, ready)->refuse(message.error(), &frame);
            generation.session(Role::Server, {})->refuse(message.error(), &frame);
        }
        demand(generation.record(frame, limits).isObject(), "every frame has a record");
        qsizetype covered = 0;
        for (const Field &field : generation.dissect(frame, limits))
            covered += field.size;
        demand(covered == frame.bytes.size(), "every byte is in one field");
    };
    for (const Role role : {Role::Client, Role::Server, Role::Observer}) {
        for (const Direction side : {Direction::ClientToServer, Direction::ServerToClient}) {
            for (const bool handshakes : {true, false}) {
                SessionOptions options;
                options.handshakes = handshakes;
                const std::unique_ptr<Session> session = generation.session(role, options);
                session->start();
                QByteArrayView left = bytes;
                while (!left.isEmpty()) {
                    const Result<FrameStep> step = session->feed(side, left, limits);
                    if (!step || step->size == 0) {
                        demand(!step || step->needed > 0, "says how much is missing");
                        break;
                    }
                    demand(step->size <= left.size(), "a frame is within the bytes");
                    look(*session, {left.first(step->size).toByteArray(), side, step->kind});
                    left = left.sliced(step->size);
                    if (step->kind == FrameKind::Connect && role == Role::Server) {
                        Message accept;
                        accept.kind = Message::Kind::Accept;
                        demand(session->encode(accept).isOk(), "lets in");
                    }
                }
            }
        }
    }
    const std::unique_ptr<Session> observer = generation.session(Role::Observer, {});
    look(*observer, {bytes, Direction::ClientToServer, FrameKind::Message});
    look(*observer, {bytes, Direction::ServerToClient, FrameKind::Message});
    const Result<Frame> frame = generation.frameAt(bytes, 0, limits);
    demand(!frame || (!frame->bytes.isEmpty() && frame->bytes.size() <= bytes.size()), "cuts what is there");
}

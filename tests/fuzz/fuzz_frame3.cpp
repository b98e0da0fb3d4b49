// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// Pyro 3 streams: the first bytes of the connection, then whatever frames are found in them.

#include "demand.h"

#include <pyrolens/pyro3/pyro3.h>

#include <cstdint>

using namespace pyrolens;

namespace {

Limits limits()
{
    Limits limits;
    limits.maxFrameBytes = 1 << 20;
    limits.maxInflatedBytes = 1 << 20;
    limits.maxDecodedBytes = 16 << 20;
    limits.maxNodes = 100'000;
    return limits;
}

void look(const Generation &generation, Session &session, const Frame &frame, const Limits &limits)
{
    const Result<Message> message = session.decode(frame, limits);
    if (message) {
        const Result<QByteArray> again
            = generation
                  .session(frame.direction == Direction::ClientToServer ? Role::Client : Role::Server, {})
                  ->encode(*message);
        demand(
            again.isOk() || !again.error().what.isEmpty(), "a message is sent on or refused with a reason");
    } else {
        demand(!message.error().code.isEmpty(), "every refusal has a code");
        generation.session(Role::Server, {})->refuse(message.error(), &frame);
    }
    demand(generation.record(frame, limits).isObject(), "every frame has a record");
    qsizetype covered = 0;
    for (const Field &field : generation.dissect(frame, limits))
        covered += field.size;
    demand(covered == frame.bytes.size(), "every byte is in one field");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::shared_ptr<const Generation> generation = pyro3Generation();
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    const Limits limits = ::limits();
    for (const Role role : {Role::Client, Role::Server, Role::Observer}) {
        for (const Direction side : {Direction::ClientToServer, Direction::ServerToClient}) {
            const std::unique_ptr<Session> session = generation->session(role, {});
            session->start();
            QByteArrayView left = bytes;
            while (!left.isEmpty()) {
                const Result<FrameStep> step = session->feed(side, left, limits);
                if (!step || step->size == 0) {
                    demand(!step || step->needed > 0, "says how much is missing");
                    break;
                }
                demand(step->size <= left.size(), "a frame is within the bytes");
                look(*generation, *session, {left.first(step->size).toByteArray(), side, step->kind}, limits);
                left = left.sliced(step->size);
                if (step->kind == FrameKind::Connect && role == Role::Server) {
                    Message accept;
                    accept.kind = Message::Kind::Accept;
                    demand(session->encode(accept).isOk(), "lets in");
                }
            }
            look(*generation, *session, {bytes, side, FrameKind::Message}, limits);
        }
    }
    const Result<Frame> frame = generation->frameAt(bytes, 0, limits);
    demand(!frame || (!frame->bytes.isEmpty() && frame->bytes.size() <= bytes.size()), "cuts what is there");
    return 0;
}

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "inspect_p.h"

#include "header_p.h"
#include "request_p.h"

#include <pyrolens/pickle/pickle.h>

#include <algorithm>

namespace pyrolens::pyro3 {

namespace {

bool startsLike(QByteArrayView bytes, QByteArrayView word)
{
    const qsizetype common = std::min(bytes.size(), word.size());
    return common > 0 && bytes.first(common) == word.first(common);
}

/// Who sent a whole message, and what it is, judged by its body alone.
Frame judge(QByteArray bytes, const Limits &limits)
{
    Frame frame;
    frame.bytes = std::move(bytes);
    const Result<QByteArray> body = unpack(frame.bytes, limits, Strictness::Lenient);
    if (!body || body->isEmpty())
        return frame;
    if (body->startsWith(kConnect)) {
        frame.kind = FrameKind::Connect;
        return frame;
    }
    const Result<Decoded> decoded = pickle::decode(*body, limits);
    if (decoded && decoded->bytesUsed == body->size()) {
        if (!isRequest(decoded->value))
            frame.direction = Direction::ServerToClient;
    } else if (body->size() == kChallengeSize) {
        frame.kind = FrameKind::Challenge;
        frame.direction = Direction::ServerToClient;
    }
    return frame;
}

Error cutOff(const QByteArray &recording)
{
    return Error::protocol(
        QStringLiteral("the last message is cut off"), QStringLiteral("frame.truncated"), recording.size());
}

} // namespace

Result<Frame> frameAt(const QByteArray &recording, qsizetype offset, const Limits &limits)
{
    const QByteArrayView bytes
        = QByteArrayView(recording).sliced(std::clamp<qsizetype>(offset, 0, recording.size()));
    if (startsLike(bytes, kGranted) || startsLike(bytes, kDenied)) {
        if (bytes.size() < kVerdictSize)
            return cutOff(recording);
        return Frame{bytes.first(kVerdictSize).toByteArray(), Direction::ServerToClient, FrameKind::Verdict};
    }
    const Result<std::optional<qsizetype>> size = frameSize(bytes, limits.maxFrameBytes, Strictness::Lenient);
    if (!size) {
        Error error = size.error();
        error.offset = offset + std::max<qint64>(error.offset, 0);
        return error;
    }
    if (!*size || bytes.size() < **size)
        return cutOff(recording);
    return judge(bytes.first(**size).toByteArray(), limits);
}

} // namespace pyrolens::pyro3

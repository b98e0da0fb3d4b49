// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "demand.h"

#include <pyrolens/value/codec.h>

#include <cstdint>

/// What the fuzz targets of all codecs claim.
inline pyrolens::Limits codecLimits()
{
    pyrolens::Limits limits;
    limits.maxDecodedBytes = 16 << 20;
    limits.maxNodes = 100'000;
    limits.maxExpandedNodes = 100'000;
    limits.maxFrameBytes = 16 << 20;
    return limits;
}

/// Whatever is read is written or refused with a reason, and what was written is read again as what was
/// written.
inline void checkCodec(const pyrolens::Codec &codec, const QByteArray &bytes)
{
    using namespace pyrolens;
    const Limits limits = codecLimits();
    const Result<Decoded> read = codec.decode(bytes, limits);
    if (!read) {
        const Error &error = read.error();
        demand(!error.code.isEmpty() && error.offset >= 0 && error.offset <= bytes.size(),
            "every refusal has its code and its place");
        return;
    }
    demand(read->bytesUsed > 0 && read->bytesUsed <= bytes.size(), "a value is within the bytes");
    const Result<QByteArray> written = codec.encode(read->value, limits);
    if (!written) {
        demand(!written.error().code.isEmpty(), "every refusal to write has a code");
        return;
    }
    const Result<Decoded> again = codec.decode(*written, limits);
    if (!again) {
        demand(again.error().kind == Error::Kind::Limit, "what was written can be read");
        return;
    }
    demand(again->bytesUsed == written->size(), "nothing is written behind a value");
    const Result<QByteArray> third = codec.encode(again->value, limits);
    demand(!third || codec.decode(*third, limits).isOk(), "what was read again can be written");
    demand(!third || *third == *written, "a value is written in one way only");
}

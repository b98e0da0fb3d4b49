// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/wire/generation.h>

#include <vector>

namespace pyrolens::pyro3 {

/// Every byte of a frame in exactly one leaf: header fields, then the body, opcode by opcode when it is a
/// plain pickle. Never fails: what is broken is a leaf that says so.
std::vector<Field> dissect(const Frame &frame, const Limits &limits);

/// Entry of `decoded.frames` for a frame, broken ones ("raw") included.
Json record(const Frame &frame, const Limits &limits);

/// The frame at `offset` of a recording without a context. See Generation::frameAt().
Result<Frame> frameAt(const QByteArray &recording, qsizetype offset, const Limits &limits);

} // namespace pyrolens::pyro3

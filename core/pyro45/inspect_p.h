// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "frame_p.h"

namespace pyrolens::pyro45 {

/// Every byte of a frame in exactly one leaf: header fields, annotation chunks, payload. Never fails: what is
/// broken is a leaf that says so.
std::vector<Field> dissect(const Flavour &flavour, const Frame &frame, const Limits &limits);

/// Entry of `decoded.frames` for a frame, broken ones ("raw") included.
Json record(const Flavour &flavour, const Frame &frame, const Limits &limits);

/// The frame at `offset` of a recording without a context. See Generation::frameAt().
Result<Frame> frameAt(
    const Flavour &flavour, const QByteArray &recording, qsizetype offset, const Limits &limits);

/// "CONNECT", "INVOKE"; empty for unknown types.
QString typeName(quint16 type);
/// Names of the set flags that the generation has, in the order of their bits.
QStringList flagNames(const Flavour &flavour, quint16 flags);

} // namespace pyrolens::pyro45

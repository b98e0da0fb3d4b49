// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtGlobal>

#include <chrono>

namespace pyrolens {

/// Limits on everything that arrives. Each member is a setting; the defaults are those of the robustness
/// rules. Plain data, cheap to copy; given to every decoder, session and connection. Sizes are bytes unless
/// said otherwise.
struct Limits
{
    // One message.
    qint64 maxFrameBytes = 64 * 1024 * 1024;    ///< header + body as sent; settable up to 1 GiB
    qint64 maxHandshakeBytes = 4 * 1024;        ///< bytes before the handshake is done, generation 3
    qint64 maxInflatedBytes = 64 * 1024 * 1024; ///< after decompression
    int maxInflateRatio = 200;                  ///< checked after the first 1 MiB of output
    // One value.
    int maxDepth = 200;                         ///< nesting; at most 1,000 (bounds destructor recursion too)
    qint64 maxNodes = 2'000'000;                ///< values in one message
    qint64 maxDecodedBytes = 256 * 1024 * 1024; ///< memory of one decoded message, counted while building
    qint64 maxPickleOpcodes = 4'000'000;
    qint64 maxPickleMemo = 1'000'000;
    qint64 maxPickleStack = 1'000'000;
    int maxIntegerDigits = 4'300;         ///< decimal text of an integer, either direction
    qint64 maxIntegerBytes = 1024 * 1024; ///< binary digits of an integer
    // One call.
    int maxNameBytes = 4 * 1024; ///< object id, method name, URI: each
    // Expanding a shared graph (printing, copying, comparing) stops at this many visited nodes.
    qint64 maxExpandedNodes = 2'000'000;

    /// The frame limit that name and event servers use.
    static constexpr qint64 kServiceFrameBytes = 8 * 1024 * 1024;
};

/// Limits of connections and services. Durations are wall-independent (steady clock).
struct ConnectionLimits
{
    std::chrono::milliseconds handshake{10'000}; ///< from accept to finished handshake, in total
    std::chrono::milliseconds frameBase{10'000}; ///< first to last byte of a frame, plus what the bytes earn:
    qint64 frameBytesPerSecond = 16 * 1024;      ///< one more second per this many bytes received
    std::chrono::milliseconds idle{0};           ///< after the handshake; 0 = none
    qint64 outputHighWater = 16 * 1024 * 1024;   ///< unsent output above this: stop reading
    qint64 outputMax = 64 * 1024 * 1024;         ///< unsent output above this: drop the peer
    std::chrono::milliseconds outputStall{30'000}; ///< unsent output that does not move: drop the peer
    int maxConnections = 10'000;                   ///< per listener
    int maxUngreeted = 1'024;                      ///< of them, handshake not done; oldest closed first
    int maxThreads = 256;                          ///< connection threads; more connections are multiplexed
    int maxQueuedOneway = 1'000;                   ///< per connection; then reading stops
    int maxQueuedOnewayTotal = 10'000;             ///< over all connections
    qint64 maxUnfinishedBytes = 512 * 1024 * 1024; ///< of unfinished frames, all connections together
    int spareDescriptors = 64; ///< kept free; below it the oldest un-greeted one is closed
};

} // namespace pyrolens

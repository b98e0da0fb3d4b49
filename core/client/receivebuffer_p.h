// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <span>

namespace pyrolens {

/// Where a client receives: a kept block for small messages, and for a large one a block of its own that
/// becomes the frame without being copied.
///
/// The large block grows with what has arrived, never to more than twice that plus kGrowth, whatever size was
/// announced, and goes away with its frame, so a connection that once saw a big reply keeps no memory for it.
class ReceiveBuffer
{
public:
    static constexpr qsizetype kBlock = 16 * 1024;
    static constexpr qsizetype kGrowth = 64 * 1024;

    /// Room for the next bytes; never empty.
    std::span<char> room();
    void filled(qsizetype bytes);
    QByteArrayView pending() const;
    /// The bytes pending start a frame of `total` bytes. Without effect when it fits the kept block.
    void expect(qsizetype total);
    /// Takes the first `size` bytes of what is pending.
    QByteArray take(qsizetype size);

private:
    bool isLarge() const { return m_total > 0; }

    std::unique_ptr<char[]> m_block;
    qsizetype m_begin = 0;
    qsizetype m_end = 0;
    QByteArray m_large; ///< size() is what may be written, m_filled what has arrived
    qsizetype m_filled = 0;
    qsizetype m_total = 0; ///< of the large frame; 0: there is none and the kept block is in use
};

} // namespace pyrolens

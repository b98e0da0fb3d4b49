// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <span>

namespace pyrolens {

/// Bytes received and not yet understood.
///
/// A small message is looked at where recv() put it (borrow()) and copied once, into its frame. What is left
/// over goes into a block of its own (settle()), into which the rest is then received directly; the block
/// grows with what has arrived, never by what was announced, and becomes the frame itself when it holds
/// nothing else.
class FrameBuffer
{
public:
    /// More than received * 2 + 64 KiB is never reserved for an announced length (robustness rules, section
    /// 2).
    static constexpr qsizetype kHeadStart = 64 * 1024;

    bool isEmpty() const { return size() == 0; }
    qsizetype size() const { return m_borrowed.isEmpty() ? m_end - m_begin : m_borrowed.size(); }
    QByteArrayView view() const
    {
        return m_borrowed.isEmpty() ? QByteArrayView(m_block.constData() + m_begin, m_end - m_begin)
                                    : m_borrowed;
    }
    /// Looks at bytes that stay where they are until settle(). Only when empty.
    void borrow(QByteArrayView bytes);
    /// Ends a borrow: keeps what is left of it.
    void settle();
    /// Room for more bytes after those here; `expected` = size of the frame under way, 0 = unknown. Ends a
    /// borrow.
    std::span<char> room(qsizetype expected);
    void filled(qsizetype bytes) { m_end += bytes; }

    QByteArray take(qsizetype size); ///< the first bytes, as a block of their own
    void skip(qsizetype size);

private:
    QByteArrayView m_borrowed;
    QByteArray m_block; ///< its size is what may be written to
    qsizetype m_begin = 0;
    qsizetype m_end = 0;
};

} // namespace pyrolens

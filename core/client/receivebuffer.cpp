// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "receivebuffer_p.h"

#include <algorithm>
#include <cstring>

namespace pyrolens {

std::span<char> ReceiveBuffer::room()
{
    if (isLarge()) {
        if (m_filled == m_large.size()) {
            const qsizetype wanted = std::min(m_total, 2 * m_filled + kGrowth);
            m_large.reserve(wanted); // exactly; resize() alone rounds up to a power of two
            m_large.resize(wanted);
        }
        return {m_large.data() + m_filled, static_cast<size_t>(m_large.size() - m_filled)};
    }
    if (!m_block)
        m_block = std::make_unique_for_overwrite<char[]>(kBlock);
    if (m_begin == m_end) {
        m_begin = 0;
        m_end = 0;
    } else if (m_end == kBlock) {
        std::memmove(m_block.get(), m_block.get() + m_begin, static_cast<size_t>(m_end - m_begin));
        m_end -= m_begin;
        m_begin = 0;
    }
    Q_ASSERT_X(m_end < kBlock, "ReceiveBuffer::room", "a larger frame was not announced with expect()");
    return {m_block.get() + m_end, static_cast<size_t>(kBlock - m_end)};
}

void ReceiveBuffer::filled(qsizetype bytes)
{
    (isLarge() ? m_filled : m_end) += bytes;
}

QByteArrayView ReceiveBuffer::pending() const
{
    if (isLarge())
        return QByteArrayView(m_large).first(m_filled);
    return {m_block.get() + m_begin, m_end - m_begin};
}

void ReceiveBuffer::expect(qsizetype total)
{
    if (isLarge()) {
        m_total = std::max(total, m_filled + 1);
        return;
    }
    const QByteArrayView head = pending();
    if (total <= kBlock || total <= head.size())
        return;
    m_total = total;
    m_filled = head.size();
    m_large.reserve(std::min(m_total, 2 * m_filled + kGrowth));
    m_large.append(head);
    m_large.resize(std::min(m_total, 2 * m_filled + kGrowth));
    m_begin = 0;
    m_end = 0;
}

QByteArray ReceiveBuffer::take(qsizetype size)
{
    Q_ASSERT_X(size <= pending().size(), "ReceiveBuffer::take", "more than has arrived");
    if (!isLarge()) {
        QByteArray frame(m_block.get() + m_begin, size);
        m_begin += size;
        return frame;
    }
    const QByteArray rest = m_large.sliced(size, m_filled - size);
    m_large.truncate(size);
    QByteArray frame = std::exchange(m_large, {});
    m_total = 0;
    m_filled = 0;
    if (!rest.isEmpty()) {
        m_large = rest;
        m_filled = rest.size();
        m_total = m_filled + kBlock;
    }
    return frame;
}

} // namespace pyrolens

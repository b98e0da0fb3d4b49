// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "framebuffer_p.h"

#include <cstring>

namespace pyrolens {

namespace {

constexpr qsizetype kChunk = 16 * 1024; // room for messages of unknown size

} // namespace

void FrameBuffer::borrow(QByteArrayView bytes)
{
    Q_ASSERT_X(isEmpty(), "FrameBuffer::borrow", "bytes are left");
    m_borrowed = bytes;
}

void FrameBuffer::settle()
{
    if (m_borrowed.isEmpty())
        return;
    m_block = m_borrowed.toByteArray();
    m_begin = 0;
    m_end = m_block.size();
    m_borrowed = {};
}

std::span<char> FrameBuffer::room(qsizetype expected)
{
    settle();
    if (m_begin > 0) {
        // Rare: a message and the start of the next came together.
        m_block = QByteArray(m_block.constData() + m_begin, m_end - m_begin);
        m_end -= m_begin;
        m_begin = 0;
    }
    qsizetype wanted = m_end + kChunk;
    if (expected > m_end)
        wanted = std::min(expected, m_end * 2 + kHeadStart);
    if (m_block.size() < wanted) {
        m_block.reserve(wanted);
        m_block.resize(wanted);
    } else if (expected > m_end && m_block.size() > expected) {
        // Not into the next message: then the block can be handed on as it is.
        m_block.resize(expected);
    }
    return {m_block.data() + m_end, size_t(m_block.size() - m_end)};
}

QByteArray FrameBuffer::take(qsizetype size)
{
    Q_ASSERT_X(size <= this->size(), "FrameBuffer::take", "not that many bytes here");
    if (m_borrowed.isEmpty() && m_begin == 0 && size == m_end) {
        QByteArray block = std::move(m_block);
        block.truncate(size);
        m_block = {};
        m_end = 0;
        return block;
    }
    QByteArray block = view().first(size).toByteArray();
    skip(size);
    return block;
}

void FrameBuffer::skip(qsizetype size)
{
    if (!m_borrowed.isEmpty()) {
        m_borrowed = m_borrowed.sliced(size);
        return;
    }
    m_begin += size;
    if (m_begin == m_end) {
        m_block = {};
        m_begin = m_end = 0;
    }
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/value/valuenode.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

namespace pyrolens::pickle {

/// The stack of the pickle machine: one block that is moved as bytes when it grows. Values go in and out as
/// two words each (see detail::Access::relocate), and what was moved out of the top needs no second look.
class ValueStack
{
public:
    ValueStack() = default;
    ~ValueStack() { drop(0); }
    ValueStack(const ValueStack &) = delete;
    ValueStack &operator=(const ValueStack &) = delete;

    std::size_t size() const { return std::size_t(m_top - data()); }
    Value *data() const { return reinterpret_cast<Value *>(m_block.get()); }
    Value &operator[](std::size_t index) const { return data()[index]; }
    Value &back() const { return m_top[-1]; }
    bool hasRoom() const { return m_top != m_stop; }
    /// Only with room.
    void push(Value &&value) { detail::Access::relocate(std::move(value), m_top++); }
    /// Only with room: the slot of a value that the caller makes there.
    Value *pushSlot() { return m_top++; }
    Value pop()
    {
        Value top = std::move(*--m_top);
        return top;
    }
    void drop(std::size_t from)
    {
        while (m_top != data() + from)
            (--m_top)->~Value();
    }
    /// drop() of values that have been moved out, all of them.
    void forget(std::size_t from) { m_top = data() + from; }

    /// At most this many values from now on; there may be no more than that now.
    void setMost(std::size_t most)
    {
        m_most = most;
        m_stop = data() + std::min(m_capacity, m_most);
    }
    /// Makes room; not beyond the most.
    void grow()
    {
        constexpr std::size_t kFirst = 64;
        const std::size_t used = size();
        const std::size_t wanted = std::max(kFirst, 2 * m_capacity);
        Block larger(static_cast<std::byte *>(::operator new(wanted * sizeof(Value))));
        if (used != 0)
            std::memcpy(larger.get(), m_block.get(), used * sizeof(Value));
        m_block = std::move(larger);
        m_capacity = wanted;
        m_top = data() + used;
        setMost(m_most);
    }

private:
    struct Free
    {
        void operator()(std::byte *block) const { ::operator delete(block); }
    };
    using Block = std::unique_ptr<std::byte, Free>;

    Block m_block;
    Value *m_top = nullptr;
    Value *m_stop = nullptr; ///< end of the room
    std::size_t m_capacity = 0;
    std::size_t m_most = 0;
};

} // namespace pyrolens::pickle

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/value/valuenode.h>

#include <QHash>

#include <cstring>
#include <vector>

namespace pyrolens::pickle {

/// Makes `slot`, which holds no node, one more handle of a value that this decode made and that no other
/// thread has seen: without a locked instruction, and as one block of bytes. Built from its parts in a
/// temporary it would be written in single bytes and read in larger pieces at once, which costs more than all
/// the rest.
inline void privateCopy(Value &slot, const Value &value)
{
    if (detail::Node *node = detail::Access::node(value))
        node->refs.store(node->refs.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    std::memcpy(static_cast<void *>(&slot), static_cast<const void *>(&value), sizeof(Value));
}

/// Gives such a handle back; it is not the last one as a rule.
inline void privateDrop(Value &value)
{
    detail::Node *node = detail::Access::node(value);
    if (node == nullptr)
        return;
    const quint32 refs = node->refs.load(std::memory_order_relaxed);
    if (refs == 1)
        return; // to the destructor
    node->refs.store(refs - 1, std::memory_order_relaxed);
    detail::Access::forget(value);
}

/// Numbered values of a pickle. Any 32-bit number is legal, so memory follows how many were put, never the
/// numbers: low ones stand in a vector that may be twice as long as what is in it, the others in a hash map.
class Memo
{
public:
    Q_ALWAYS_INLINE void put(quint32 index, const Value &value)
    {
        if (Q_LIKELY(index < m_dense.size() && isUnset(m_dense[index]) && m_sparse.isEmpty())) {
            ++m_size;
            privateCopy(m_dense[index], value);
        } else {
            putSlow(index, value);
        }
    }
    /// Null when nothing was put there.
    Q_ALWAYS_INLINE const Value *get(quint32 index) const
    {
        if (index < m_dense.size() && !isUnset(m_dense[index]))
            return &m_dense[index];
        return getSlow(index);
    }
    qsizetype size() const { return m_size; }
    /// Gives all handles back.
    void clear()
    {
        for (Value &value : m_dense)
            privateDrop(value);
        m_dense.clear();
        m_sparse.clear();
        m_size = 0;
    }

private:
    void putSlow(quint32 index, const Value &value)
    {
        if (index < m_dense.size() || grow(index)) {
            Value &slot = m_dense[index];
            if (isUnset(slot)) {
                ++m_size;
                if (!m_sparse.isEmpty() && m_sparse.remove(index))
                    --m_size;
            } else {
                slot = Value();
            }
            privateCopy(slot, value);
        } else {
            const qsizetype before = m_sparse.size();
            m_sparse.insert(index, value);
            m_size += m_sparse.size() - before;
        }
    }
    const Value *getSlow(quint32 index) const
    {
        const auto found = m_sparse.constFind(index);
        return found == m_sparse.cend() ? nullptr : &*found;
    }
    // No decoder makes a Cycle leaf while it builds, so one can stand for "nothing here".
    static bool isUnset(const Value &value) { return value.kind() == Value::Kind::Cycle; }
    bool grow(quint32 index)
    {
        constexpr qsizetype kFirst = 64;
        const qsizetype allowed = 2 * m_size + kFirst;
        if (qint64(index) >= allowed)
            return false;
        m_dense.resize(std::size_t(allowed), Value::cycle(0));
        return true;
    }

    std::vector<Value> m_dense;
    QHash<quint32, Value> m_sparse;
    qsizetype m_size = 0;
};

} // namespace pyrolens::pickle

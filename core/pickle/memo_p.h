// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/value/valuenode.h>

#include <QHash>

#include <vector>

namespace pyrolens::pickle {

/// One more handle of a value that this decode made and that no other thread has seen: no locked instruction.
inline Value privateCopy(const Value &value)
{
    detail::Node *node = detail::Access::node(value);
    if (node == nullptr)
        return value;
    node->refs.store(node->refs.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return detail::Access::make(value.kind(), node, detail::Access::small(value));
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
    void put(quint32 index, const Value &value)
    {
        if (index < m_dense.size() || grow(index)) {
            if (isUnset(m_dense[index])) {
                ++m_size;
                if (!m_sparse.isEmpty() && m_sparse.remove(index))
                    --m_size;
            }
            m_dense[index] = privateCopy(value);
        } else {
            const qsizetype before = m_sparse.size();
            m_sparse.insert(index, privateCopy(value));
            m_size += m_sparse.size() - before;
        }
    }
    /// Null when nothing was put there.
    const Value *get(quint32 index) const
    {
        if (index < m_dense.size() && !isUnset(m_dense[index]))
            return &m_dense[index];
        const auto found = m_sparse.constFind(index);
        return found == m_sparse.cend() ? nullptr : &*found;
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

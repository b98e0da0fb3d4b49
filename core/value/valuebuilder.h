// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "valuenode.h"

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>

#include <QString>

namespace pyrolens {

/// Builds values for decoders. Containers made here are open: they may be changed through the builder until
/// freeze().
///
/// Decoders hold ordinary Value handles of open containers (on their stack and in their memo), so no copy is
/// made when freezing. A container is best filled before it goes into its parent: then depth is known as it
/// grows, and freeze() need not look at the graph. When one is changed after that, goes into two places or is
/// told about with noteShared(), freeze() walks the graph once: it finds back edges, numbers the containers
/// they point to, replaces each back edge by a Kind::Cycle leaf, and checks the depth. Either way freeze()
/// ends the life of the builder.
///
/// Limits are counted as the value grows. Containers charge for themselves and for their slots; a decoder
/// charges what it makes besides: `charge(1, 0)` for a number, `charge(1, size)` for a text. Once a limit is
/// passed charge() stays false and freeze() fails, with error() "value.nodes", "value.memory" or
/// "value.depth".
///
/// A builder that ends without freeze() takes an unfinished graph apart, cyclic or not; handles of containers
/// that are still around then may hold None everywhere. Not thread-safe; one per decode.
class ValueBuilder
{
public:
    explicit ValueBuilder(const Limits &limits);
    ~ValueBuilder();
    ValueBuilder(const ValueBuilder &) = delete;
    ValueBuilder &operator=(const ValueBuilder &) = delete;

    /// Memory counted per value besides its payload.
    static constexpr qint64 kNodeBytes = 24;

    /// Counts `nodes` new values and `bytes` of their payload; false when a limit is passed (see error()).
    bool charge(qint64 nodes, qint64 bytes)
    {
        m_nodesLeft -= nodes;
        m_bytesLeft -= bytes + nodes * kNodeBytes;
        return Q_LIKELY((m_nodesLeft | m_bytesLeft) >= 0) || refuse();
    }
    const Error &error() const { return m_error; }

    // Open containers.
    Value list()
    {
        auto *node = new detail::ListNode;
        return open(node, Value::Kind::List, sizeof(detail::ListNode));
    }
    Value dict()
    {
        auto *node = new detail::DictNode;
        node->index.store(nullptr, std::memory_order_relaxed);
        return open(node, Value::Kind::Dict, sizeof(detail::DictNode));
    }
    Value tuple(std::vector<Value> items) { return tuple(items.data(), qsizetype(items.size())); }
    /// Takes the items out of a row, e.g. the top of a decoder's stack.
    Value tuple(Value *items, qsizetype count);
    /// A tuple of `count` None to be filled with setItem(): for formats that can point at a tuple from inside
    /// of it.
    Value openTuple(qsizetype count);
    void setItem(const Value &tuple, qsizetype index, Value item);
    Value set(bool frozen);
    Value object(Object object);

    void reserve(const Value &container, qsizetype more);
    /// List, Set, FrozenSet, or list item of Object. Members of a set are not compared.
    void append(const Value &container, Value item)
    {
        auto *node = static_cast<detail::CompoundNode *>(detail::Access::node(container));
        place(node, item);
        m_bytesLeft -= qint64(sizeof(Value));
        switch (container.kind()) {
        case Value::Kind::List:
        case Value::Kind::Set:
            static_cast<detail::ListNode *>(node)->items.push_back(std::move(item));
            break;
        default:
            appendSlow(node, std::move(item));
        }
    }
    /// Dict, or dict item of Object. In a dict the value of the later key wins and the first position is
    /// kept, keys being the same as in Python (1, 1.0 and True are).
    void insert(const Value &container, Value key, Value value);
    /// As insert() of each of `count` pairs that stand in a row: key, value, key, value. The row is left
    /// None.
    void insertRow(const Value &container, Value *row, qsizetype count);
    /// What BUILD sets.
    void setState(const Value &object, Value state);
    /// To change an object in any other way. Calls noteShared(), as what is put in is not seen.
    Object *mutableObject(const Value &object);
    bool isOpen(const Value &value) const
    {
        const detail::Node *node = detail::Access::node(value);
        return node && (node->flags & detail::kOpen);
    }

    /// Tells that sharing or a cycle is possible that the builder cannot see: through mutableObject(), or
    /// through a container made with Value's own functions.
    void noteShared() { m_shared = true; }

    /// Ends building. The builder must not be used afterwards.
    Result<Value> freeze(Value root);

private:
    // The handle owns one reference and the builder another: so a node is in the list for as long as the
    // builder lives.
    Value open(detail::CompoundNode *node, Value::Kind kind, size_t bytes)
    {
        detail::initNode(node, kind, 2, detail::kOpen, 1);
        node->link = reinterpret_cast<quintptr>(m_open);
        m_open = node;
        charge(1, qint64(bytes));
        return detail::Access::make(kind, node);
    }
    void place(detail::CompoundNode *into, const Value &item)
    {
        if (detail::CompoundNode *node = detail::Access::compound(item))
            placeCompound(into, node);
    }
    void placeCompound(detail::CompoundNode *into, detail::CompoundNode *node)
    {
        Q_ASSERT_X(into->flags & detail::kOpen, "ValueBuilder", "the container is not open");
        // Only open nodes may be marked: others may be in the hands of other threads.
        if (node->flags & detail::kOpen) {
            if (node == into || (node->flags & detail::kPlaced))
                m_shared = true;
            node->flags |= detail::kPlaced;
        }
        if (into->flags & detail::kPlaced)
            m_shared = true; // the depth of its own container is no longer known
        if (node->depth >= into->depth)
            deepen(into, node->depth);
    }
    void deepen(detail::CompoundNode *into, int below)
    {
        into->depth = quint16(qMin(below + 1, 65535));
        if (Q_UNLIKELY(into->depth > m_maxDepth && !m_shared))
            refuseDepth();
    }
    bool areNewTexts(const detail::DictNode *dict, const Value *row, qsizetype count) const;
    bool refuse();
    void refuseDepth();
    void appendSlow(detail::CompoundNode *node, Value item);
    void placeAll(detail::CompoundNode *node);
    Status cutCycles(detail::CompoundNode *root);
    void dismantle(bool keepWalked);
    void close(bool keepWalked);

    qint64 m_nodesLeft;
    qint64 m_bytesLeft;
    detail::CompoundNode *m_open = nullptr;      ///< linked through CompoundNode::link
    const detail::DictNode *m_lastRow = nullptr; ///< open: the last that insertRow() filled at once
    int m_maxDepth;
    bool m_shared = false;
    Error m_error;
    Limits m_limits;
    std::vector<std::pair<detail::CompoundNode *, quint32>>
        m_targets; ///< what back edges point to, with their numbers
};

} // namespace pyrolens

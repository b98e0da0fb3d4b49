// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "value.h"

#include <bit>
#include <cstring>
#include <memory>
#include <new>

/// The nodes behind Value. Included by valuebuilder.h so that a decoder's hot path is inlined; nobody else
/// needs it.
///
/// | node          | kinds                                   | memory                                   |
/// |---------------|-----------------------------------------|------------------------------------------|
/// | BytesNode     | all with rawBytes(), big integers       | one block, bytes behind the header       |
/// | ViewNode      | the same, sharing a QByteArray          | flag kView                               |
/// | NumbersNode   | Complex, TimeDelta                      |                                          |
/// | GlobalNode    | Global                                  |                                          |
/// | TupleNode     | Tuple, Array, PersistentId              | one block, items behind the header       |
/// | ListNode      | List, Set, FrozenSet                    | vector                                   |
/// | DictNode      | Dict                                    | vector of pairs, index made when needed  |
/// | ObjectNode, ReferenceNode, ErrorNode | the same |                                          |
namespace pyrolens::detail {

enum NodeFlag : quint8 {
    kOpen = 1,   ///< owned by a builder that may still change it
    kPlaced = 2, ///< open and already inside another container
    kOnPath = 4, ///< freeze(): being walked
    kWalked = 8, ///< freeze(): done
    kView = 16,  ///< a ViewNode
};

class DictIndex;

struct BytesNode : Node
{
    qsizetype size;

    char *inlineBytes() { return reinterpret_cast<char *>(this + 1); }
    inline const char *bytes();
};

struct ViewNode : BytesNode
{
    const char *data;
    QByteArray owner;
};

inline const char *BytesNode::bytes()
{
    return flags & kView ? static_cast<ViewNode *>(this)->data : inlineBytes();
}

struct NumbersNode : Node
{
    union
    {
        double reals[2];
        qint64 integers[3];
    };
};

struct GlobalNode : Node
{
    QByteArray module;
    QByteArray name;
};

struct ReferenceNode : Node
{
    Reference reference;
};

/// `link` is, one after the other: the next open node of the builder, the cycleId(), the next node to
/// destroy.
struct CompoundNode : Node
{
    quintptr link;
};

struct TupleNode : CompoundNode
{
    quint32 size;
    std::atomic<quint32> hash; ///< of the items when a dictionary key; 0 = not yet known

    Value *items() { return reinterpret_cast<Value *>(this + 1); }
};

struct ListNode : CompoundNode
{
    std::vector<Value> items;
};

struct FrozenSetNode : ListNode
{
    std::atomic<quint32> hash; ///< as of TupleNode
};

struct DictNode : CompoundNode
{
    std::vector<Value::Pair> pairs;
    std::atomic<DictIndex *> index;
};

struct ObjectNode : CompoundNode
{
    Object object;
};

struct ErrorNode : CompoundNode
{
    RemoteError error;
};

inline bool isCompound(const Node *node)
{
    return node->depth != 0;
}

/// What the library may do with a Value and its users may not.
struct Access
{
    static Node *node(const Value &value) { return value.m_isNode ? value.m_node : nullptr; }
    static quint32 small(const Value &value) { return value.m_small; }
    static qint64 integer(const Value &value) { return value.m_integer; }
    static double real(const Value &value) { return value.m_real; }
    template <class T>
    static T *as(const Value &value)
    {
        return static_cast<T *>(value.m_node);
    }
    static Value make(Value::Kind kind, Node *node, quint32 small = 0) { return Value(kind, node, small); }
    static Value inlined(Value::Kind kind, qint64 integer, quint32 small = 0)
    {
        Value out;
        out.m_kind = kind;
        out.m_integer = integer;
        out.m_small = small;
        return out;
    }
    /// Makes the handle None without giving back its reference.
    static Node *forget(Value &value)
    {
        value.m_isNode = false;
        value.m_kind = Value::Kind::None;
        return value.m_node;
    }
    /// Moves a value into raw memory, as two words: what is written in single bytes and read in larger pieces
    /// a moment later stalls the processor.
    static void relocate(Value &&from, void *to)
    {
        if constexpr (std::endian::native == std::endian::little) {
            const quint64 words[]
                = {quint64(from.m_kind) | quint64(from.m_isNode) << 8 | quint64(from.m_small) << 32,
                    quint64(from.m_integer)};
            std::memcpy(to, words, sizeof(words));
            from.m_kind = Value::Kind::None;
            from.m_isNode = false;
        } else {
            new (to) Value(std::move(from));
        }
    }
    /// The node of a compound value, else null.
    static CompoundNode *compound(const Value &value)
    {
        return value.m_isNode && isCompound(value.m_node) ? static_cast<CompoundNode *>(value.m_node)
                                                          : nullptr;
    }
    static void release(Node *node) { Value::release(node); }
};

inline void initNode(Node *node, Value::Kind kind, quint32 refs, quint8 flags, quint16 depth)
{
    node->refs.store(refs, std::memory_order_relaxed);
    node->kind = quint8(kind);
    node->flags = flags;
    node->depth = depth;
}

inline Value::Kind kindOf(const Node *node)
{
    return Value::Kind(node->kind);
}

/// A number for comparing texts quickly without looking at them; not for hash tables (strangers choose the
/// bytes).
inline quint32 fingerprint(const char *bytes, qsizetype size)
{
    quint64 head = 0;
    quint64 tail = 0;
    if (size >= 8) {
        std::memcpy(&head, bytes, 8);
        std::memcpy(&tail, bytes + size - 8, 8);
    } else if (size >= 4) {
        quint32 a = 0;
        quint32 b = 0;
        std::memcpy(&a, bytes, 4);
        std::memcpy(&b, bytes + size - 4, 4);
        head = a;
        tail = b;
    } else if (size > 0) {
        head = static_cast<quint8>(bytes[0]) | quint64(static_cast<quint8>(bytes[size / 2])) << 8
            | quint64(static_cast<quint8>(bytes[size - 1])) << 16;
    }
    quint64 mixed = (head ^ quint64(size)) * 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ (mixed >> 32) ^ tail) * 0xff51afd7ed558ccdu;
    return quint32(mixed >> 32);
}

/// One block with room for `size` bytes, to be filled by the caller.
BytesNode *newBytes(Value::Kind kind, qsizetype size);
/// One block with room for `size` items, each None.
TupleNode *newTuple(Value::Kind kind, qsizetype size);
void deleteIndex(DictIndex *index) noexcept;

/// Number of values directly inside a compound node, and one of them. Object: callee, args, kwargs, base
/// class, base, state when there is one, list items, dict items. Error: args, attributes.
qsizetype childCount(CompoundNode *node);
Value &child(CompoundNode *node, qsizetype index);
/// Children that stand in a row; false for those that do not (Object, Error).
bool childRow(CompoundNode *node, Value *&first, qsizetype &count);

/// 1 + the deepest child, at most 65535.
quint16 depthOf(CompoundNode *node);

} // namespace pyrolens::detail

Q_DECLARE_TYPEINFO(pyrolens::Value, Q_RELOCATABLE_TYPE);

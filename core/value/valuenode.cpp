// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "valuenode.h"

#include <algorithm>
#include <iterator>
#include <new>

namespace pyrolens::detail {

using Kind = Value::Kind;

namespace {

// The single values of an Object come first; the state is the last of them and may be missing.
constexpr qsizetype kObjectSingles = 5;

void freeNode(Node *node) noexcept
{
    switch (kindOf(node)) {
    case Kind::Complex:
    case Kind::TimeDelta:
        delete static_cast<NumbersNode *>(node);
        break;
    case Kind::Global:
        delete static_cast<GlobalNode *>(node);
        break;
    case Kind::Reference:
        delete static_cast<ReferenceNode *>(node);
        break;
    case Kind::Tuple:
    case Kind::Array:
    case Kind::PersistentId:
        // The items have been released: nothing is left to destroy in them.
        static_cast<TupleNode *>(node)->~TupleNode();
        ::operator delete(node);
        break;
    case Kind::List:
    case Kind::Set:
        delete static_cast<ListNode *>(node);
        break;
    case Kind::FrozenSet:
        delete static_cast<FrozenSetNode *>(node);
        break;
    case Kind::Dict:
        deleteIndex(static_cast<DictNode *>(node)->index.load(std::memory_order_relaxed));
        delete static_cast<DictNode *>(node);
        break;
    case Kind::Object:
        delete static_cast<ObjectNode *>(node);
        break;
    case Kind::Error:
        delete static_cast<ErrorNode *>(node);
        break;
    default:
        if (node->flags & kView) {
            delete static_cast<ViewNode *>(node);
        } else {
            static_cast<BytesNode *>(node)->~BytesNode();
            ::operator delete(node);
        }
    }
}

bool dropReference(Node *node) noexcept
{
    return node->refs.load(std::memory_order_acquire) == 1
        || node->refs.fetch_sub(1, std::memory_order_acq_rel) == 1;
}

} // namespace

BytesNode *newBytes(Kind kind, qsizetype size)
{
    void *block = ::operator new(sizeof(BytesNode) + size_t(size));
    auto *node = new (block) BytesNode;
    initNode(node, kind, 1, 0, 0);
    node->size = size;
    return node;
}

TupleNode *newTuple(Kind kind, qsizetype size)
{
    void *block = ::operator new(sizeof(TupleNode) + size_t(size) * sizeof(Value));
    auto *node = new (block) TupleNode;
    initNode(node, kind, 1, 0, 1);
    node->link = 0;
    node->size = quint32(size);
    node->hash.store(0, std::memory_order_relaxed);
    Value *items = node->items();
    for (qsizetype i = 0; i < size; ++i)
        new (items + i) Value;
    return node;
}

bool childRow(CompoundNode *node, Value *&first, qsizetype &count)
{
    // A pair is two values one after the other, so a dict is a row of twice as many.
    static_assert(sizeof(Value::Pair) == 2 * sizeof(Value));
    switch (kindOf(node)) {
    case Kind::Tuple:
    case Kind::Array:
    case Kind::PersistentId:
        first = static_cast<TupleNode *>(node)->items();
        count = static_cast<TupleNode *>(node)->size;
        return true;
    case Kind::List:
    case Kind::Set:
    case Kind::FrozenSet:
        first = static_cast<ListNode *>(node)->items.data();
        count = qsizetype(static_cast<ListNode *>(node)->items.size());
        return true;
    case Kind::Dict: {
        std::vector<Value::Pair> &pairs = static_cast<DictNode *>(node)->pairs;
        first = pairs.empty() ? nullptr : &pairs.front().first;
        count = qsizetype(pairs.size()) * 2;
        return true;
    }
    default:
        return false;
    }
}

qsizetype childCount(CompoundNode *node)
{
    Value *first = nullptr;
    qsizetype count = 0;
    if (childRow(node, first, count))
        return count;
    if (kindOf(node) == Kind::Error)
        return 2;
    const Object &object = static_cast<ObjectNode *>(node)->object;
    return kObjectSingles + (object.state ? 1 : 0) + qsizetype(object.listItems.size())
        + 2 * qsizetype(object.dictItems.size());
}

Value &child(CompoundNode *node, qsizetype index)
{
    Value *first = nullptr;
    qsizetype count = 0;
    if (childRow(node, first, count))
        return first[index];
    if (kindOf(node) == Kind::Error) {
        RemoteError &error = static_cast<ErrorNode *>(node)->error;
        return index == 0 ? error.args : error.attributes;
    }
    Object &object = static_cast<ObjectNode *>(node)->object;
    Value *const singles[] = {&object.callee, &object.args, &object.kwargs, &object.baseClass, &object.base};
    static_assert(std::size(singles) == kObjectSingles);
    if (index < kObjectSingles)
        return *singles[index];
    index -= kObjectSingles;
    if (object.state && index-- == 0)
        return *object.state;
    if (index < qsizetype(object.listItems.size()))
        return object.listItems[size_t(index)];
    index -= qsizetype(object.listItems.size());
    Value::Pair &pair = object.dictItems[size_t(index / 2)];
    return index % 2 == 0 ? pair.first : pair.second;
}

quint16 depthOf(CompoundNode *node)
{
    quint16 deepest = 0;
    const qsizetype count = childCount(node);
    Value *first = nullptr;
    qsizetype rowCount = 0;
    const bool isRow = childRow(node, first, rowCount);
    for (qsizetype i = 0; i < count; ++i) {
        if (const Node *below = Access::node(isRow ? first[i] : child(node, i)))
            deepest = std::max(deepest, below->depth);
    }
    return quint16(std::min(int(deepest) + 1, 65535));
}

// Never recurses and never allocates: compounds without owner form a list through their `link`.
void destroyNode(Node *node) noexcept
{
    if (!isCompound(node)) {
        freeNode(node);
        return;
    }
    auto *dead = static_cast<CompoundNode *>(node);
    dead->link = 0;
    const auto drop = [&dead](Value &value) {
        if (!Access::node(value))
            return;
        Node *below = Access::forget(value);
        if (!dropReference(below))
            return;
        if (isCompound(below)) {
            auto *compound = static_cast<CompoundNode *>(below);
            compound->link = reinterpret_cast<quintptr>(dead);
            dead = compound;
        } else {
            freeNode(below);
        }
    };
    while (dead) {
        CompoundNode *current = dead;
        dead = reinterpret_cast<CompoundNode *>(current->link);
        Value *first = nullptr;
        qsizetype count = 0;
        if (childRow(current, first, count)) {
            for (qsizetype i = 0; i < count; ++i)
                drop(first[i]);
        } else {
            count = childCount(current);
            for (qsizetype i = 0; i < count; ++i)
                drop(child(current, i));
        }
        freeNode(current);
    }
}

} // namespace pyrolens::detail

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "rewrite.h"

#include "valuenode.h"

#include <QHash>

namespace pyrolens {

using namespace detail;

namespace {

/// A container that is being rewritten.
struct Level
{
    Value original;
    std::vector<Value> children;
    bool isChanged = false;
};

template <class Node>
Node *emptyCopy(const Value &original)
{
    auto *node = new Node;
    initNode(node, original.kind(), 1, 0, 1);
    return node;
}

CompoundNode *emptyCopy(const Value &original)
{
    switch (original.kind()) {
    case Value::Kind::List:
    case Value::Kind::Set: {
        auto *node = emptyCopy<ListNode>(original);
        node->items.resize(Access::as<ListNode>(original)->items.size());
        return node;
    }
    case Value::Kind::FrozenSet: {
        auto *node = emptyCopy<FrozenSetNode>(original);
        node->hash.store(0, std::memory_order_relaxed);
        node->items.resize(Access::as<ListNode>(original)->items.size());
        return node;
    }
    case Value::Kind::Dict: {
        auto *node = emptyCopy<DictNode>(original);
        node->index.store(nullptr, std::memory_order_relaxed);
        node->pairs.resize(Access::as<DictNode>(original)->pairs.size());
        return node;
    }
    case Value::Kind::Object: {
        auto *node = emptyCopy<ObjectNode>(original);
        node->object = Access::as<ObjectNode>(original)->object;
        return node;
    }
    case Value::Kind::Error: {
        auto *node = emptyCopy<ErrorNode>(original);
        node->error = Access::as<ErrorNode>(original)->error;
        return node;
    }
    default: // Tuple, Array, PersistentId
        return newTuple(original.kind(), Access::as<TupleNode>(original)->size);
    }
}

Value copyWith(const Level &level)
{
    CompoundNode *node = emptyCopy(level.original);
    node->link = Access::compound(level.original)->link; // the cycleId
    for (size_t i = 0; i < level.children.size(); ++i)
        child(node, qsizetype(i)) = level.children[i];
    node->depth = depthOf(node);
    return Access::make(level.original.kind(), node, Access::small(level.original));
}

} // namespace

Result<Value> rewrite(const Value &root, const std::function<std::optional<Value>(const Value &)> &replace,
    const Limits &limits)
{
    if (std::optional<Value> other = replace(root))
        return *std::move(other);
    if (Access::compound(root) == nullptr)
        return root;

    QHash<const void *, Value> done;
    std::vector<Level> stack;
    stack.push_back({root, {}, false});
    for (;;) {
        Level &level = stack.back();
        CompoundNode *node = Access::compound(level.original);
        if (qsizetype(level.children.size()) == childCount(node)) {
            Value result = level.isChanged ? copyWith(level) : level.original;
            const bool isChanged = level.isChanged;
            done.insert(node, result);
            if (done.size() > limits.maxNodes)
                return Error::limit(QStringLiteral("the value has more than %1 parts").arg(limits.maxNodes),
                    QStringLiteral("value.nodes"));
            stack.pop_back();
            if (stack.empty())
                return result;
            stack.back().children.push_back(std::move(result));
            stack.back().isChanged = stack.back().isChanged || isChanged;
            continue;
        }
        const Value &next = child(node, qsizetype(level.children.size()));
        if (std::optional<Value> other = replace(next)) {
            level.children.push_back(*std::move(other));
            level.isChanged = true;
            continue;
        }
        if (Access::compound(next) == nullptr) {
            level.children.push_back(next);
            continue;
        }
        if (const auto known = done.constFind(Access::node(next)); known != done.constEnd()) {
            level.isChanged = level.isChanged || known->identity() != next.identity();
            level.children.push_back(*known);
            continue;
        }
        stack.push_back({next, {}, false});
    }
}

} // namespace pyrolens

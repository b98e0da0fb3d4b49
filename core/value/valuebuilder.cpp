// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "valuebuilder.h"

#include "dictindex_p.h"

#include <algorithm>
#include <unordered_map>

namespace pyrolens {

using namespace detail;

namespace {

CompoundNode *nextOpen(const CompoundNode *node)
{
    return reinterpret_cast<CompoundNode *>(node->link);
}

bool isOpenNode(const Node *node)
{
    return node->flags & kOpen;
}

} // namespace

ValueBuilder::ValueBuilder(const Limits &limits)
    : m_nodesLeft(limits.maxNodes)
    , m_bytesLeft(limits.maxDecodedBytes)
    , m_maxDepth(std::clamp(limits.maxDepth, 0, 1'000))
    , m_limits(limits)
{ }

ValueBuilder::~ValueBuilder()
{
    if (!m_open)
        return;
    if (m_shared)
        dismantle(false);
    close(false);
}

bool ValueBuilder::refuse()
{
    if (m_error.code.isEmpty()) {
        m_error = m_nodesLeft < 0
            ? Error::limit(
                QStringLiteral("more than %1 values").arg(m_limits.maxNodes), QStringLiteral("value.nodes"))
            : Error::limit(
                QStringLiteral("value needs more than %1 bytes of memory").arg(m_limits.maxDecodedBytes),
                QStringLiteral("value.memory"));
    }
    // Stays refused, and cannot run out of range however often it is asked.
    m_nodesLeft = -1;
    m_bytesLeft = -1;
    return false;
}

void ValueBuilder::refuseDepth()
{
    if (m_error.code.isEmpty())
        m_error = Error::limit(
            QStringLiteral("nested deeper than %1").arg(m_maxDepth), QStringLiteral("value.depth"));
    m_nodesLeft = -1;
}

void ValueBuilder::placeAll(CompoundNode *node)
{
    const qsizetype count = childCount(node);
    for (qsizetype i = 0; i < count; ++i)
        place(node, child(node, i));
}

Value ValueBuilder::tuple(Value *items, qsizetype count)
{
    TupleNode *node = newTuple(Value::Kind::Tuple, count);
    std::move(items, items + count, node->items());
    Value made = open(node, Value::Kind::Tuple, sizeof(TupleNode) + size_t(count) * sizeof(Value));
    for (qsizetype i = 0; i < count; ++i)
        place(node, node->items()[i]);
    return made;
}

Value ValueBuilder::openTuple(qsizetype count)
{
    return open(newTuple(Value::Kind::Tuple, count), Value::Kind::Tuple,
        sizeof(TupleNode) + size_t(count) * sizeof(Value));
}

void ValueBuilder::setItem(const Value &tuple, qsizetype index, Value item)
{
    Q_ASSERT_X(isOpen(tuple) && tuple.kind() == Value::Kind::Tuple && index < tuple.size(),
        "ValueBuilder::setItem", "no open tuple or no such item");
    auto *node = Access::as<TupleNode>(tuple);
    place(node, item);
    node->hash.store(0, std::memory_order_relaxed);
    node->items()[index] = std::move(item);
}

Value ValueBuilder::set(bool frozen)
{
    if (!frozen) {
        auto *node = new ListNode;
        return open(node, Value::Kind::Set, sizeof(ListNode));
    }
    auto *node = new FrozenSetNode;
    node->hash.store(0, std::memory_order_relaxed);
    return open(node, Value::Kind::FrozenSet, sizeof(FrozenSetNode));
}

Value ValueBuilder::object(Object object)
{
    auto *node = new ObjectNode;
    node->object = std::move(object);
    const Object &inside = node->object;
    const qsizetype entries = qsizetype(inside.listItems.size()) + 2 * qsizetype(inside.dictItems.size());
    Value made = open(node, Value::Kind::Object, sizeof(ObjectNode) + size_t(entries) * sizeof(Value));
    placeAll(node);
    return made;
}

void ValueBuilder::reserve(const Value &container, qsizetype more)
{
    Q_ASSERT_X(isOpen(container), "ValueBuilder::reserve", "not open");
    // Growing by exactly what comes would copy everything for every slice: at least double.
    const auto grow = [more](auto &row) {
        const size_t wanted = row.size() + size_t(std::max<qsizetype>(0, more));
        if (wanted > row.capacity())
            row.reserve(std::max(wanted, row.capacity() * 2));
    };
    switch (container.kind()) {
    case Value::Kind::List:
    case Value::Kind::Set:
    case Value::Kind::FrozenSet:
        grow(Access::as<ListNode>(container)->items);
        break;
    case Value::Kind::Dict:
        grow(Access::as<DictNode>(container)->pairs);
        break;
    default:
        break;
    }
}

void ValueBuilder::appendSlow(CompoundNode *node, Value item)
{
    if (kindOf(node) == Value::Kind::FrozenSet) {
        auto *set = static_cast<FrozenSetNode *>(node);
        set->hash.store(0, std::memory_order_relaxed);
        set->items.push_back(std::move(item));
    } else if (kindOf(node) == Value::Kind::Object) {
        static_cast<ObjectNode *>(node)->object.listItems.push_back(std::move(item));
    } else {
        Q_ASSERT_X(false, "ValueBuilder::append", "not a list, set or object");
    }
}

void ValueBuilder::insert(const Value &container, Value key, Value value)
{
    Q_ASSERT_X(isOpen(container), "ValueBuilder::insert", "not open");
    auto *node = static_cast<CompoundNode *>(Access::node(container));
    place(node, key);
    place(node, value);
    m_bytesLeft -= qint64(sizeof(Value::Pair));
    if (container.kind() == Value::Kind::Object) {
        static_cast<ObjectNode *>(node)->object.dictItems.emplace_back(std::move(key), std::move(value));
        return;
    }
    Q_ASSERT_X(container.kind() == Value::Kind::Dict, "ValueBuilder::insert", "not a dict or object");
    auto *dict = static_cast<DictNode *>(node);
    std::vector<Value::Pair> &pairs = dict->pairs;
    if (pairs.size() < size_t(DictIndex::kSmall)) {
        const bool isText = key.isTextLike();
        const quint32 print = Access::small(key);
        for (Value::Pair &pair : pairs) {
            // Different fingerprints: most pairs of texts are told apart without looking at them.
            if (isText && (!pair.first.isTextLike() || Access::small(pair.first) != print))
                continue;
            if (sameKey(pair.first, key)) {
                pair.second = std::move(value);
                return;
            }
        }
        if (pairs.capacity() == pairs.size())
            pairs.reserve(pairs.empty() ? 8 : 2 * pairs.size());
    } else {
        DictIndex &index = DictIndex::of(dict);
        const quint32 hash = hashKey(key);
        const qsizetype at
            = index.find(hash, pairs, [&key](const Value &other) { return sameKey(other, key); });
        if (at >= 0) {
            pairs[size_t(at)].second = std::move(value);
            return;
        }
        index.add(hash, qsizetype(pairs.size()));
    }
    pairs.emplace_back(std::move(key), std::move(value));
}

/// Whether the keys are texts, all different, for a dict that is still empty. Records repeat the keys of the
/// record before them, mostly as the very same nodes: then nothing needs to be compared again.
bool ValueBuilder::areNewTexts(const DictNode *dict, const Value *row, qsizetype count) const
{
    if (!dict->pairs.empty() || count > DictIndex::kSmall)
        return false;
    if (m_lastRow && m_lastRow->pairs.size() == size_t(count)) {
        const Value::Pair *known = m_lastRow->pairs.data();
        qsizetype same = 0;
        while (same < count && row[2 * same].isTextLike()
            && Access::node(row[2 * same]) == Access::node(known[same].first))
            ++same;
        if (same == count)
            return true;
    }
    for (qsizetype i = 0; i < count; ++i) {
        if (!row[2 * i].isTextLike())
            return false;
        for (qsizetype k = 0; k < i; ++k) {
            if (Access::small(row[2 * i]) == Access::small(row[2 * k]))
                return false; // the same, or at least to be compared
        }
    }
    return true;
}

void ValueBuilder::insertRow(const Value &container, Value *row, qsizetype count)
{
    Q_ASSERT_X(isOpen(container), "ValueBuilder::insertRow", "not open");
    auto *dict = static_cast<DictNode *>(Access::node(container));
    if (container.kind() != Value::Kind::Dict || !areNewTexts(dict, row, count)) {
        if (container.kind() == Value::Kind::Dict && container.size() == 0)
            reserve(container, count);
        for (qsizetype i = 0; i < count; ++i)
            insert(container, std::move(row[2 * i]), std::move(row[2 * i + 1]));
        return;
    }
    m_bytesLeft -= count * qint64(sizeof(Value::Pair));
    dict->pairs.reserve(size_t(count));
    for (qsizetype i = 0; i < count; ++i) {
        if (row[2 * i + 1].kind() >= Value::Kind::Tuple)
            place(dict, row[2 * i + 1]);
        dict->pairs.emplace_back(std::move(row[2 * i]), std::move(row[2 * i + 1]));
    }
    m_lastRow = dict;
}

void ValueBuilder::setState(const Value &object, Value state)
{
    Q_ASSERT_X(
        isOpen(object) && object.kind() == Value::Kind::Object, "ValueBuilder::setState", "no open object");
    auto *node = Access::as<ObjectNode>(object);
    place(node, state);
    node->object.state = std::move(state);
}

Object *ValueBuilder::mutableObject(const Value &object)
{
    if (!isOpen(object) || object.kind() != Value::Kind::Object)
        return nullptr;
    m_shared = true;
    return &Access::as<ObjectNode>(object)->object;
}

// A walk in depth with its path on the heap. Open nodes carry their marks; closed ones (made by Value's own
// functions around open ones) may belong to other threads as well and are remembered beside.
Status ValueBuilder::cutCycles(CompoundNode *root)
{
    struct Frame
    {
        CompoundNode *node;
        Value *row;
        qsizetype next;
        qsizetype count;
        int deepest;
    };
    std::vector<Frame> path;
    std::unordered_map<const Node *, int> closedDepth;
    std::unordered_map<const Node *, quint32> numbers;
    const auto enter = [&path](CompoundNode *node) {
        Value *row = nullptr;
        qsizetype count = 0;
        if (!childRow(node, row, count))
            count = childCount(node);
        if (isOpenNode(node))
            node->flags |= kOnPath;
        path.push_back({node, row, 0, count, 0});
    };
    const auto tooDeep = [this] {
        refuseDepth();
        return m_error;
    };
    enter(root);
    while (!path.empty()) {
        if (path.size() > size_t(m_maxDepth))
            return tooDeep();
        Frame &frame = path.back();
        CompoundNode *below = nullptr;
        while (frame.next < frame.count && !below) {
            Value &item = frame.row ? frame.row[frame.next] : child(frame.node, frame.next);
            ++frame.next;
            CompoundNode *node = Access::compound(item);
            if (!node)
                continue;
            if (node->flags & kOnPath) {
                const quint32 number = numbers.try_emplace(node, quint32(numbers.size() + 1)).first->second;
                item = Value::cycle(number);
                continue;
            }
            int known = node->flags & kWalked ? node->depth : 0;
            if (!isOpenNode(node)) {
                const auto it = closedDepth.find(node);
                known = it == closedDepth.end() ? 0 : it->second;
            }
            if (known == 0) {
                below = node;
                continue;
            }
            if (qsizetype(path.size()) + known > m_maxDepth)
                return tooDeep();
            frame.deepest = std::max(frame.deepest, known);
        }
        if (below) {
            enter(below);
            continue;
        }
        const int depth = frame.deepest + 1;
        if (isOpenNode(frame.node)) {
            frame.node->flags = quint8((frame.node->flags & ~kOnPath) | kWalked);
            frame.node->depth = quint16(depth);
        } else {
            closedDepth.emplace(frame.node, depth);
        }
        path.pop_back();
        if (!path.empty())
            path.back().deepest = std::max(path.back().deepest, depth);
    }
    for (const auto &[node, number] : numbers)
        m_targets.emplace_back(static_cast<CompoundNode *>(const_cast<Node *>(node)), number);
    return Done{};
}

// Empties open containers, so that cycles among them fall apart when their references go.
void ValueBuilder::dismantle(bool keepWalked)
{
    for (CompoundNode *node = m_open; node; node = nextOpen(node)) {
        if (keepWalked && (node->flags & kWalked))
            continue;
        const qsizetype count = childCount(node);
        for (qsizetype i = 0; i < count; ++i)
            child(node, i) = Value();
    }
}

// Gives up the builder's reference of each open node; from here on nothing changes any more.
void ValueBuilder::close(bool keepWalked)
{
    if (keepWalked)
        dismantle(true);
    for (CompoundNode *node = m_open; node;) {
        CompoundNode *next = nextOpen(node);
        node->flags = 0;
        node->link = 0;
        const quint32 refs = node->refs.load(std::memory_order_relaxed);
        if (refs == 1)
            Access::release(node);
        else
            node->refs.store(refs - 1, std::memory_order_relaxed);
        node = next;
    }
    m_open = nullptr;
}

Result<Value> ValueBuilder::freeze(Value root)
{
    if (!charge(0, 0))
        return m_error;
    CompoundNode *node = Access::compound(root);
    if (node && node->depth > m_maxDepth && !m_shared) {
        refuseDepth();
        return m_error;
    }
    if (m_shared && node) {
        if (Status cut = cutCycles(node); !cut)
            return cut.error();
    }
    close(m_shared);
    for (const auto &[target, number] : m_targets)
        target->link = number;
    return root;
}

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "survey_p.h"

#include <pyrolens/value/valuenode.h>

namespace pyrolens::pickle {

using Kind = Value::Kind;

quint32 &IdentityMap::at(const void *key)
{
    if (m_used * 2 >= m_slots.size())
        grow();
    const std::size_t mask = m_slots.size() - 1;
    std::size_t i = hash(key) & mask;
    while (m_slots[i].key != nullptr && m_slots[i].key != key)
        i = (i + 1) & mask;
    if (m_slots[i].key == nullptr) {
        m_slots[i].key = key;
        ++m_used;
    }
    return m_slots[i].number;
}

quint32 *IdentityMap::find(const void *key)
{
    if (m_slots.empty())
        return nullptr;
    const std::size_t mask = m_slots.size() - 1;
    std::size_t i = hash(key) & mask;
    while (m_slots[i].key != nullptr && m_slots[i].key != key)
        i = (i + 1) & mask;
    return m_slots[i].key == nullptr ? nullptr : &m_slots[i].number;
}

void IdentityMap::grow()
{
    std::vector<Slot> old = std::move(m_slots);
    m_slots.assign(old.empty() ? 64 : old.size() * 2, Slot{});
    const std::size_t mask = m_slots.size() - 1;
    for (const Slot &slot : old) {
        if (slot.key == nullptr)
            continue;
        std::size_t i = hash(slot.key) & mask;
        while (m_slots[i].key != nullptr)
            i = (i + 1) & mask;
        m_slots[i] = slot;
    }
}

Status Survey::run(const Value &root)
{
    m_visited = 1;
    visit(root);
    for (;;) {
        if (m_tooDeep)
            return Error::limit(
                QStringLiteral("value is nested too deeply to be pickled"), QStringLiteral("value.depth"));
        if (m_visited > m_limits.maxExpandedNodes)
            return Error::limit(
                QStringLiteral("value has too many parts to be pickled"), QStringLiteral("value.expansion"));
        if (m_levels.empty())
            break;
        Level &level = m_levels.back();
        m_depth = level.depth;
        const Value *value = next(level);
        if (!skipPlain(level))
            m_levels.pop_back();
        visit(*value);
    }
    return Done{};
}

/// Numbers and the like, text nobody else holds, and text that is known to be met again.
inline bool Survey::isPlain(const Value &value) const
{
    const detail::Node *node = detail::Access::node(value);
    return node == nullptr || (isMereText(value) && (m_wanted.find(node) != nullptr || !value.isShared()));
}

/// Goes on to the next value of a row that needs a look, counting the others. \return false at the end.
bool Survey::skipPlain(Level &level)
{
    const Value *first = level.at;
    while (level.at != level.end && isPlain(*level.at))
        ++level.at;
    m_visited += level.at - first;
    if (level.at != level.end)
        return true;
    for (; level.pair != level.pairEnd; ++level.pair) {
        if (!level.atSecond && !isPlain(level.pair->first))
            return true;
        m_visited += level.atSecond ? 0 : 1;
        level.atSecond = true;
        if (!isPlain(level.pair->second))
            return true;
        ++m_visited;
        level.atSecond = false;
    }
    return false;
}

/// The value that skipPlain() stopped at.
const Value *Survey::next(Level &level)
{
    if (level.at != level.end)
        return level.at++;
    const Value *value = level.atSecond ? &level.pair->second : &level.pair->first;
    if (level.atSecond)
        ++level.pair;
    level.atSecond = !level.atSecond;
    return value;
}

/// Most rows hold nothing that needs a look: those are done at once.
void Survey::enter(Level level)
{
    if (skipPlain(level))
        m_levels.push_back(level);
}

void Survey::visit(const Value &value)
{
    switch (value.kind()) {
    case Kind::Global: // numbered by name, not by node
        countImplied(value);
        return;
    default:
        if (value.identity() != nullptr)
            visitNode(value);
    }
}

void Survey::visitNode(const Value &value)
{
    if (value.isShared()) {
        quint32 &number = ids.at(value.identity());
        if (number != kNew) {
            number = kWanted;
            if (isMereText(value))
                m_wanted.put(value.identity(), true);
            return;
        }
        number = kMet;
    }
    descend(value);
}

void Survey::descend(const Value &value)
{
    countImplied(value);
    if (value.isContainer()) {
        m_tooDeep = m_tooDeep || m_depth >= m_limits.maxDepth;
        if (const quint32 id = value.cycleId()) {
            hasCycles = true;
            quint32 &number = ids.at(value.identity());
            if (number != kWanted)
                targets[id].append(&value);
            number = kWanted;
        }
    }
    switch (value.kind()) {
    case Kind::Tuple:
    case Kind::List:
    case Kind::Set:
    case Kind::FrozenSet:
    case Kind::Array:
    case Kind::PersistentId:
        push(value.items());
        break;
    case Kind::Dict:
        push(value.pairs());
        break;
    case Kind::Object:
        descendObject(*value.asObject());
        break;
    default:
        break;
    }
}

void Survey::descendObject(const Object &object)
{
    push(object.callee);
    // The arguments of an old-style instance stand between the mark and the opcode: no tuple is written.
    if (object.made == Object::Made::Inst || object.made == Object::Made::Obj)
        push(object.args.items());
    else
        push(object.args);
    push(object.kwargs);
    push(object.baseClass);
    push(object.base);
    if (object.state)
        push(*object.state);
    push(std::span<const Value>(object.listItems));
    push(std::span<const Value::Pair>(object.dictItems));
}

void Survey::push(std::span<const Value> items)
{
    if (!items.empty())
        enter({items.data(), items.data() + items.size(), nullptr, nullptr, m_depth + 1, false});
}

void Survey::push(std::span<const Value::Pair> pairs)
{
    if (!pairs.empty())
        enter({nullptr, nullptr, pairs.data(), pairs.data() + pairs.size(), m_depth + 1, false});
}

} // namespace pyrolens::pickle

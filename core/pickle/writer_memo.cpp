// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "writer_p.h"

#include <algorithm>

namespace pyrolens::pickle {

using Kind = Value::Kind;

/// The entry of a value that has or is to get a memo number, else null.
quint32 *Writer::memoEntry(const Value &value)
{
    if (m_numbering != Numbering::Shared) {
        if (value.identity() == nullptr)
            return nullptr;
        quint32 &number = m_survey.ids.at(value.identity());
        if (number >= Survey::kWanted)
            return &number;
        if (m_fresh.find(value.identity()) != nullptr)
            return nullptr;
        number = Survey::kWanted;
        return &number;
    }
    quint32 *number = value.identity() == nullptr ? nullptr : m_survey.ids.find(value.identity());
    return number != nullptr && *number >= Survey::kWanted ? number : nullptr;
}

/// Begins a container: what is inside may point back to it.
bool Writer::enter(const Value &value)
{
    if (value.cycleId() != 0) {
        m_enclosing.push_back(&value);
        later(Type::Leave, &value);
    }
    if (m_numbering == Numbering::Shared)
        return true;
    // A tuple that is begun again inside itself must have found some more memo numbers than the last time; a
    // value that has not would go round forever: nothing on the cycle exists before its contents.
    quint32 &last = m_entered.at(value.identity());
    if (last == m_nextMemo + 1)
        return fail(Error::unsupported(QStringLiteral("value contains itself in a way no pickle can express"),
            QStringLiteral("value.cycle")));
    last = m_nextMemo + 1;
    return true;
}

/// The arguments that __reduce__ methods make for the occasion: a list of the items, for OrderedDict one of
/// pairs.
void Writer::markFresh(const Object &object)
{
    if (m_numbering != Numbering::FreshArguments)
        return;
    const auto mark = [this](const Value &value) {
        if (value.isContainer() && value.kind() != Kind::Object)
            m_fresh.at(value.identity()) = 1;
    };
    const bool hasPairs = object.name == "OrderedDict";
    mark(object.args);
    mark(object.base);
    for (const Value &item : object.args.items()) {
        mark(item);
        if (hasPairs && item.kind() == Kind::List)
            std::for_each(item.items().begin(), item.items().end(), mark);
    }
}

/// The container a Cycle leaf stands for. As a rule it encloses the leaf; a shared part may also be met first
/// where it does not, when objects are written in another order than they are read.
const Value *Writer::cycleTarget(quint32 id, bool &isEnclosing) const
{
    for (auto it = m_enclosing.rbegin(); it != m_enclosing.rend(); ++it) {
        if ((*it)->cycleId() == id) {
            isEnclosing = true;
            return *it;
        }
    }
    isEnclosing = false;
    const QList<const Value *> candidates = m_survey.targets.value(id);
    return candidates.size() == 1 ? candidates.front() : nullptr;
}

bool Writer::writeCycle(const Value &value)
{
    bool isEnclosing = false;
    const Value *target = cycleTarget(value.cycleId(), isEnclosing);
    if (target == nullptr)
        return fail(Error::unsupported(
            QStringLiteral("value points back to a container outside of it"), QStringLiteral("value.cycle")));
    if (const quint32 *number = memo(*target); number != nullptr && *number >= Survey::kFirstMemo) {
        get(*number - Survey::kFirstMemo);
        return true;
    }
    if (isEnclosing && m_numbering == Numbering::Shared) {
        m_needsAll = true;
        return false;
    }
    return write(*target);
}

/// Gives the value on top of the reader's stack its memo number when it is to have one.
void Writer::remember(const Value &value)
{
    quint32 *number = memo(value);
    if (number == nullptr || *number >= Survey::kFirstMemo)
        return;
    *number = m_nextMemo + Survey::kFirstMemo;
    put(m_nextMemo++);
}

/// True when the value was finished inside itself, so that what the reader holds now is a second copy.
bool Writer::replacedInside(const Value &value)
{
    if (m_numbering == Numbering::Shared)
        return false;
    const quint32 *number = memo(value);
    return number != nullptr && *number >= Survey::kFirstMemo;
}

void Writer::put(quint32 index)
{
    if (m_protocol == 0) {
        m_out.op(Op::Put);
        m_out.decimal(index);
        m_out.byte('\n');
    } else if (m_protocol >= 4) {
        m_out.op(Op::Memoize); // numbers are given in order, as MEMOIZE counts
    } else if (index < 256) {
        m_out.op<1>(Op::BinPut, index);
    } else {
        m_out.op<4>(Op::LongBinPut, index);
    }
}

void Writer::get(quint32 index)
{
    if (m_protocol == 0) {
        m_out.op(Op::Get);
        m_out.decimal(index);
        m_out.byte('\n');
    } else if (index < 256) {
        m_out.op<1>(Op::BinGet, index);
    } else {
        m_out.op<4>(Op::LongBinGet, index);
    }
}

// --- Closing what exists only after its items.

bool Writer::closeTuple(const Task &task)
{
    const quint32 count = quint32(task.value->size());
    if (!replacedInside(*task.value)) {
        endTuple(count);
        remember(*task.value);
        return true;
    }
    const bool marked = m_protocol < 2 || count > 3;
    if (marked && m_protocol > 0) {
        m_out.op(Op::PopMark);
    } else {
        for (quint32 i = 0; i < count + (marked ? 1 : 0); ++i)
            m_out.op(Op::Pop);
    }
    get(*memo(*task.value) - Survey::kFirstMemo);
    return true;
}

bool Writer::closeSet(const Task &task)
{
    if (!replacedInside(*task.value)) {
        m_out.op(Op::FrozenSet);
        remember(*task.value);
        return true;
    }
    m_out.op(Op::PopMark);
    get(*memo(*task.value) - Survey::kFirstMemo);
    return true;
}

bool Writer::closeCall(const Task &task)
{
    m_out.op(task.one);
    if (task.one == Op::Inst && !instClass(*task.value->asObject()))
        return false;
    if (!replacedInside(*task.value)) {
        remember(*task.value);
        return true;
    }
    m_out.op(Op::Pop);
    get(*memo(*task.value) - Survey::kFirstMemo);
    return true;
}

} // namespace pyrolens::pickle

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "reader_p.h"

#include <algorithm>

namespace pyrolens::pickle {

using Kind = Value::Kind;

bool Reader::tuple(std::size_t count)
{
    if (!need(count))
        return false;
    const std::size_t from = m_stack.size() - count;
    Value made = m_builder.tuple(m_stack.data() + from, qsizetype(count));
    m_stack.forget(from);
    return charge(0, 0) && push(std::move(made));
}

bool Reader::tupleFromMark()
{
    std::size_t from = 0;
    return popMark(from) && tuple(m_stack.size() - from);
}

bool Reader::listFromMark()
{
    std::size_t from = 0;
    if (!popMark(from))
        return false;
    Value list = m_builder.list();
    m_builder.reserve(list, qsizetype(m_stack.size() - from));
    for (std::size_t i = from; i < m_stack.size(); ++i)
        m_builder.append(list, std::move(m_stack[i]));
    m_stack.forget(from);
    return charge(0, 0) && push(std::move(list));
}

bool Reader::dictFromMark()
{
    std::size_t from = 0;
    if (!popMark(from))
        return false;
    const Value dict = m_builder.dict();
    return insertAll(dict, from) && push(Value(dict));
}

bool Reader::frozenSetFromMark()
{
    std::size_t from = 0;
    if (!popMark(from))
        return false;
    Value set = m_builder.set(true);
    for (std::size_t i = from; i < m_stack.size(); ++i) {
        if (!isHashable(m_stack[i]))
            return false;
        m_builder.append(set, std::move(m_stack[i]));
    }
    m_stack.forget(from);
    return charge(0, 0) && push(std::move(set));
}

bool Reader::append()
{
    if (!need(2))
        return false;
    Value item = pop();
    const Value &target = m_stack.back();
    if (target.kind() != Kind::List && target.kind() != Kind::Object)
        return fail(QStringLiteral("APPEND to something that is no list"));
    m_builder.append(target, std::move(item));
    return charge(0, 0);
}

bool Reader::appends()
{
    std::size_t from = 0;
    if (!popMark(from))
        return false;
    if (from == m_fence)
        return fail(QStringLiteral("too few values on the stack"));
    const Value &target = m_stack[from - 1];
    if (target.kind() != Kind::List && target.kind() != Kind::Object)
        return fail(QStringLiteral("APPENDS to something that is no list"));
    m_builder.reserve(target, qsizetype(m_stack.size() - from));
    for (std::size_t i = from; i < m_stack.size(); ++i)
        m_builder.append(target, std::move(m_stack[i]));
    m_stack.forget(from);
    return charge(0, 0);
}

/// As in Python: what may change is no key and no member of a set.
bool Reader::isHashable(const Value &key)
{
    switch (key.kind()) {
    case Kind::List:
    case Kind::Dict:
    case Kind::Set:
    case Kind::ByteArray:
        return failAs(
            QStringLiteral("value.key"), QStringLiteral("key or set member that Python cannot hash"));
    case Kind::Tuple:
    case Kind::FrozenSet:
        return chargeKey(key);
    default:
        return true;
    }
}

/// A key that holds containers in containers is compared with its equals as deep as they go, however often
/// it comes (a few bytes that fetch it from the memo): the more there are, the more each counts.
bool Reader::chargeKey(const Value &key)
{
    constexpr qint64 kStep = 8;
    const auto isSingle = [](const Value &item) {
        return !item.isContainer() || item.kind() == Kind::Object; // instances are told apart by identity
    };
    const auto isPlain = [&isSingle](const Value &item) {
        return isSingle(item)
            || (item.kind() == Kind::Tuple
                && std::all_of(item.items().begin(), item.items().end(), isSingle));
    };
    if (std::all_of(key.items().begin(), key.items().end(), isPlain))
        return true;
    return charge(++m_nestedKeys / kStep, 0);
}

bool Reader::setItem()
{
    if (!need(3))
        return false;
    Value value = pop();
    Value key = pop();
    const Value &target = m_stack.back();
    if (target.kind() != Kind::Dict && target.kind() != Kind::Object)
        return fail(QStringLiteral("SETITEM to something that is no dictionary"));
    if (!isHashable(key))
        return false;
    m_builder.insert(target, std::move(key), std::move(value));
    return charge(0, 0);
}

bool Reader::setItems()
{
    std::size_t from = 0;
    if (!popMark(from))
        return false;
    if (from == m_fence)
        return fail(QStringLiteral("too few values on the stack"));
    const Value &target = m_stack[from - 1];
    if (target.kind() != Kind::Dict && target.kind() != Kind::Object)
        return fail(QStringLiteral("SETITEMS to something that is no dictionary"));
    return insertAll(target, from);
}

bool Reader::insertAll(const Value &container, std::size_t from)
{
    if ((m_stack.size() - from) % 2 != 0)
        return fail(QStringLiteral("a key has no value"));
    for (std::size_t i = from; i < m_stack.size(); i += 2) {
        if (Q_UNLIKELY(!m_stack[i].isTextLike() && !isHashable(m_stack[i])))
            return false;
    }
    m_builder.insertRow(container, m_stack.data() + from, qsizetype(m_stack.size() - from) / 2);
    m_stack.forget(from);
    return charge(0, 0);
}

bool Reader::addItems()
{
    std::size_t from = 0;
    if (!popMark(from))
        return false;
    if (from == m_fence)
        return fail(QStringLiteral("too few values on the stack"));
    const Value &target = m_stack[from - 1];
    if (target.kind() != Kind::Set)
        return fail(QStringLiteral("ADDITEMS to something that is no set"));
    m_builder.reserve(target, qsizetype(m_stack.size() - from));
    for (std::size_t i = from; i < m_stack.size(); ++i) {
        if (!isHashable(m_stack[i]))
            return false;
        m_builder.append(target, std::move(m_stack[i]));
    }
    m_stack.forget(from);
    return charge(0, 0);
}

} // namespace pyrolens::pickle

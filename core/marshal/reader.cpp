// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "reader_p.h"

#include <pyrolens/value/codecforms.h>

#include <algorithm>

namespace pyrolens::marshal {

namespace {

constexpr int kMostLevels = 1'000;
/// A tuple that is remembered must exist before its items; larger ones are not made from a mere promise.
constexpr qsizetype kPromisedItems = 4'096;

bool isSingleton(char type)
{
    return type == 'N' || type == 'T' || type == 'F' || type == 'S' || type == '.' || type == 'r'
        || type == 'R';
}

bool isOpening(char type)
{
    return type == '(' || type == ')' || type == '[' || type == '{' || type == '<' || type == '>';
}

} // namespace

Result<Decoded> Reader::run()
{
    for (;;) {
        std::optional<Value> done;
        if (Status begun = begin(done); !begun)
            return begun.error();
        while (done) {
            Value value = *std::move(done);
            done.reset();
            if (m_open.empty()) {
                m_memory.clear();
                Result<Value> frozen = m_builder.freeze(std::move(value));
                if (!frozen)
                    return frozen.error();
                return Decoded{*std::move(frozen), {}, m_at};
            }
            if (Status added = add(std::move(value), done); !added)
                return added.error();
        }
    }
}

/// Reads a type byte and a whole value behind it, or opens a container, or ends a dict.
Status Reader::begin(std::optional<Value> &done)
{
    m_start = m_at;
    if (left() < 1)
        return truncated();
    const auto byte = static_cast<quint8>(m_bytes.at(m_at++));
    const char type = char(byte & ~kRemember);
    Level *inside = m_open.empty() ? nullptr : &m_open.back();
    if (type == '0') {
        if (!inside || inside->type != '{' || inside->key)
            return failure(QStringLiteral("a null object"), m_start);
        return close(done);
    }
    if (inside && inside->type == '{' && !inside->key)
        inside->keyAt = m_start;
    qsizetype memory = -1;
    if ((byte & kRemember) != 0 && !isSingleton(type)) {
        memory = qsizetype(m_memory.size());
        m_memory.emplace_back();
    }
    return isOpening(type) ? open(type, memory, done) : scalar(type, memory, done);
}

Status Reader::open(char type, qsizetype memory, std::optional<Value> &done)
{
    if (m_open.size() >= size_t(std::clamp(m_limits.maxDepth, 0, kMostLevels))) {
        return Error::limit(QStringLiteral("nested deeper than %1").arg(m_limits.maxDepth),
            QStringLiteral("value.depth"), m_start);
    }
    Level level;
    level.type = type;
    level.memory = memory;
    if (type != '{') {
        const Result<qsizetype> size = count(type == ')');
        if (!size)
            return size.error();
        level.left = *size;
    }
    if (type == '[')
        level.container = m_builder.list();
    else if (type == '{')
        level.container = m_builder.dict();
    else if ((type == '(' || type == ')') && memory >= 0 && level.left <= kPromisedItems)
        level.container = m_builder.openTuple(level.left);
    if (memory >= 0 && !level.container.isNone())
        m_memory[size_t(memory)] = level.container;
    if (!m_builder.charge(0, 0))
        return limit();
    const bool isEmpty = type != '{' && level.left == 0;
    m_open.push_back(std::move(level));
    return isEmpty ? close(done) : Status(Done{});
}

Status Reader::add(Value value, std::optional<Value> &done)
{
    Level &level = m_open.back();
    const bool isTuple = level.type == '(' || level.type == ')';
    if (level.type == '{') {
        if (!level.key) {
            if (Status good = checkHashable(value, m_limits.maxExpandedNodes); !good) {
                Error error = good.error();
                error.offset = level.keyAt;
                return error;
            }
            level.key = std::move(value);
            return Done{};
        }
        m_builder.insert(level.container, *std::move(level.key), std::move(value));
        level.key.reset();
        return m_builder.charge(0, 0) ? Status(Done{}) : limit();
    }
    if (level.type == '[') {
        m_builder.append(level.container, std::move(value));
    } else if (isTuple && !level.container.isNone()) {
        m_builder.setItem(level.container, level.container.size() - level.left, std::move(value));
    } else {
        if (!isTuple) {
            if (Status good = checkHashable(value, m_limits.maxExpandedNodes); !good) {
                Error error = good.error();
                error.offset = m_start;
                return error;
            }
        }
        level.items.push_back(std::move(value));
    }
    if (!m_builder.charge(0, 0))
        return limit();
    return --level.left == 0 ? close(done) : Status(Done{});
}

Status Reader::close(std::optional<Value> &done)
{
    Level level = std::move(m_open.back());
    m_open.pop_back();
    Value value = std::move(level.container);
    if (level.type == '<' || level.type == '>') {
        value = m_builder.set(level.type == '>');
        for (Value &member : distinctMembers(std::move(level.items), m_limits))
            m_builder.append(value, std::move(member));
    } else if (value.isNone()) {
        value = m_builder.tuple(level.items.data(), qsizetype(level.items.size()));
    }
    if (!m_builder.charge(0, 0))
        return limit();
    return finished(std::move(value), level.memory, done);
}

Status Reader::finished(Value value, qsizetype memory, std::optional<Value> &done)
{
    if (memory >= 0)
        m_memory[size_t(memory)] = value;
    done = std::move(value);
    return Done{};
}

} // namespace pyrolens::marshal

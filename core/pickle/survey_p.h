// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "pickle.h"

#include <QHash>

#include <array>

namespace pyrolens::pickle {

/// Node identity -> a number, open addressing. Keys are our own addresses, so nobody can choose them to
/// collide.
class IdentityMap
{
public:
    /// The number of `key`, made 0 when it is new.
    quint32 &at(const void *key);
    /// Null when it was never asked for with at().
    quint32 *find(const void *key);
    bool isEmpty() const { return m_used == 0; }

private:
    struct Slot
    {
        const void *key = nullptr;
        quint32 number = 0;
    };
    void grow();
    static std::size_t hash(const void *key)
    {
        return (reinterpret_cast<std::size_t>(key) >> 4) * 0x9e3779b97f4a7c15u >> 20;
    }

    std::vector<Slot> m_slots;
    std::size_t m_used = 0;
};

/// A handful of nodes met a moment ago, found without a search: the keys of records come again and again.
template <class Number>
class Recent
{
public:
    const Number *find(const void *key) const
    {
        const Slot &slot = m_slots[place(key)];
        return slot.key == key ? &slot.number : nullptr;
    }
    void put(const void *key, Number number) { m_slots[place(key)] = {key, number}; }

private:
    struct Slot
    {
        const void *key = nullptr;
        Number number{};
    };
    static std::size_t place(const void *key)
    {
        const auto address = reinterpret_cast<std::size_t>(key);
        return (address >> 4 ^ address >> 9) % 32;
    }
    std::array<Slot, 32> m_slots;
};

/// First walk over a value that is to be written: which nodes are met again (only those get a memo number),
/// which containers something points back to, which class names come more than once. Visits each shared node
/// once.
class Survey
{
public:
    Survey(const WriteOptions &options, const Limits &limits)
        : m_limits(limits), m_protocol(options.protocol), m_isPython2(options.dialect == Dialect::Python2)
    { }

    Status run(const Value &root);

    /// What the numbers in `ids` mean.
    static constexpr quint32 kNew = 0;       ///< just entered
    static constexpr quint32 kMet = 1;       ///< met once: needs no memo number
    static constexpr quint32 kWanted = 2;    ///< met again: to be numbered when written
    static constexpr quint32 kFirstMemo = 3; ///< memo number n is stored as n + 3

    IdentityMap ids;
    bool hasCycles = false; ///< some container is pointed back to
    /// Those containers by number. Numbers are local to what was decoded at once, so there may be several.
    QHash<quint32, QList<const Value *>> targets;
    /// How often each class or function will be named, by module and name.
    QHash<std::pair<QByteArray, QByteArray>, quint32> globals;

    /// An instance that protocols 0 and 1 write as object.__reduce_ex__ does. What has arguments or items, or
    /// no attributes, may derive from a builtin type, which only cls.__new__ can make.
    static bool isPlainNewObject(const Object &object);
    /// Name of the class of a DateTime, Date or Time in the module datetime.
    static QByteArray timeClass(Value::Kind kind);

private:
    struct Level
    {
        const Value *at = nullptr;
        const Value *end = nullptr;
        const Value::Pair *pair = nullptr;
        const Value::Pair *pairEnd = nullptr;
        int depth = 0;
        bool atSecond = false;
    };
    /// Text that is written as such: no class or function is named for it.
    bool isMereText(const Value &value) const
    {
        return value.kind() == Value::Kind::Text || (m_isPython2 && value.kind() == Value::Kind::Str);
    }
    void visit(const Value &value);
    void visitNode(const Value &value);
    void descend(const Value &value);
    void descendObject(const Object &object);
    void count(const QByteArray &module, const QByteArray &name, quint32 times = 1);
    void countImplied(const Value &value);
    void countClass(const Object &object, quint32 times);
    void countMaking(const Object &object);
    void countBytes(qsizetype size);
    void push(std::span<const Value> items);
    void push(std::span<const Value::Pair> pairs);
    void push(const Value &single) { push(std::span<const Value>(&single, 1)); }
    bool isPlain(const Value &value) const;
    bool skipPlain(Level &level);
    static const Value *next(Level &level);
    void enter(Level level);

    const Limits m_limits;
    const int m_protocol;
    const bool m_isPython2;
    std::vector<Level> m_levels;
    Recent<bool> m_wanted; ///< text that is known to be met again
    qint64 m_visited = 0;
    int m_depth = 0; ///< containers around the value being visited
    bool m_tooDeep = false;
};

} // namespace pyrolens::pickle

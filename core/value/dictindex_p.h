// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "valuenode.h"

namespace pyrolens::detail {

/// Hash for dictionary keys and set members, seeded per process. Values that are one key in Python have the
/// same hash (1, 1.0, True; 'a' and u'a'); instances and persistent ids are hashed by identity, as sameKey()
/// tells them apart. Iterative; each tuple and frozenset is hashed once.
quint32 hashKey(const Value &key);
/// Whether that hash goes by identity somewhere, so that an equal value from elsewhere has another one.
bool hashesIdentity(const Value &key);
/// Hash for comparing by structure: as hashKey(), but alike for all that holds an instance and has the same
/// size, and for all instances of a class.
quint32 hashShape(const Value &value);
/// hashKey() of a text-like value with these bytes.
quint32 hashText(QByteArrayView bytes);
/// Whether two keys are one in a Python dictionary: as pythonEquals(), but instances only by identity.
bool sameKey(const Value &a, const Value &b);

/// Positions by hash, open addressing. Made for dictionaries and sets above kSmall entries.
class DictIndex final
{
public:
    static constexpr qsizetype kSmall = 16;

    /// The index of a dict; made at the first call. Any thread may call this when nobody changes the dict.
    static DictIndex &of(DictNode *node);

    explicit DictIndex(size_t expected);
    /// Position for which `matches` holds among those with this hash, or -1.
    template <class Row, class Matches>
    qsizetype find(quint32 hash, const Row &row, const Matches &matches) const
    {
        const size_t mask = m_slots.size() - 1;
        for (size_t at = hash & mask;; at = (at + 1) & mask) {
            const Slot &slot = m_slots[at];
            if (slot.position == kFree)
                return -1;
            if (slot.hash == hash && matches(keyOf(row[slot.position])))
                return slot.position;
        }
    }
    void add(quint32 hash, qsizetype position);

private:
    static constexpr quint32 kFree = 0xffffffffu;
    struct Slot
    {
        quint32 hash = 0;
        quint32 position = kFree;
    };
    static const Value &keyOf(const Value::Pair &pair) { return pair.first; }
    static const Value &keyOf(const Value &item) { return item; }
    void grow();

    std::vector<Slot> m_slots;
    size_t m_used = 0;
};

} // namespace pyrolens::detail

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "dictindex_p.h"

#include "biginteger.h"

#include <QHashFunctions>

#include <bit>
#include <cmath>

namespace pyrolens::detail {

using Kind = Value::Kind;

namespace {

/// Secrets of this process. qHash(quint64) mixes its seed in last, so numbers that collide do so with any
/// seed; here every step depends on one.
struct Secrets
{
    Secrets()
    {
        quint64 state = QHashSeed::globalSeed();
        for (quint64 *secret : {&add, &first, &second}) { // splitmix64
            state += 0x9e3779b97f4a7c15u;
            quint64 mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9u;
            mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
            *secret = mixed ^ (mixed >> 31);
        }
        first |= 1;
        second |= 1;
    }
    quint64 add;
    quint64 first;
    quint64 second;
};

const Secrets &secrets()
{
    static const Secrets s_secrets;
    return s_secrets;
}

quint32 fold(size_t hash)
{
    return quint32(quint64(hash) ^ (quint64(hash) >> 32));
}

quint32 hashBytes(const char *bytes, qsizetype size)
{
    return fold(qHashBits(bytes, size_t(size), size_t(secrets().add)));
}

quint32 hashInteger(qint64 value)
{
    const Secrets &secret = secrets();
    quint64 mixed = (quint64(value) + secret.add) * secret.first;
    mixed = (mixed ^ (mixed >> 32)) * secret.second;
    return quint32(mixed >> 32);
}

quint32 hashReal(double value)
{
    if (std::isnan(value) || std::isinf(value))
        return std::isnan(value) ? 1 : value > 0 ? 2 : 3;
    if (value == std::floor(value)) {
        if (value >= -9.2e18 && value <= 9.2e18)
            return hashInteger(qint64(value));
        const QByteArray bytes = integerBytesOf(value);
        if (const auto integer = toInt64(bytes))
            return hashInteger(*integer);
        return hashBytes(bytes.constData(), bytes.size());
    }
    return hashInteger(std::bit_cast<qint64>(value));
}

quint32 hashLeaf(const Value &value)
{
    switch (value.kind()) {
    case Kind::Bool:
    case Kind::Int:
    case Kind::Long:
        if (Access::node(value)) {
            auto *bytes = Access::as<BytesNode>(value);
            return hashBytes(bytes->bytes(), bytes->size);
        }
        return hashInteger(Access::integer(value));
    case Kind::Float:
        return hashReal(Access::real(value));
    case Kind::Complex: {
        const auto parts = *value.asComplex();
        return parts.second == 0 ? hashReal(parts.first)
                                 : hashReal(parts.first) * 31 + hashReal(parts.second);
    }
    case Kind::Text:
    case Kind::Str:
        return hashText(value.rawBytes());
    case Kind::Global:
        return hashText(value.className());
    case Kind::TimeDelta: {
        const auto delta = *value.asTimeDelta();
        return hashInteger(delta.days * 86'400 + delta.seconds) + quint32(delta.microseconds);
    }
    case Kind::Object:
    case Kind::PersistentId:
        return hashInteger(qint64(reinterpret_cast<quintptr>(Access::node(value))));
    case Kind::Bytes:
    case Kind::ByteArray:
    case Kind::Decimal:
    case Kind::Uuid:
    case Kind::DateTime:
    case Kind::Date:
    case Kind::Time:
    case Kind::Ext:
        return hashText(value.rawBytes()) + quint32(value.kind());
    default:
        return hashInteger(qint64(value.kind())); // not hashable in Python
    }
}

std::atomic<quint32> *hashSlot(const Value &value)
{
    if (value.kind() == Kind::Tuple)
        return &Access::as<TupleNode>(value)->hash;
    if (value.kind() == Kind::FrozenSet)
        return &Access::as<FrozenSetNode>(value)->hash;
    return nullptr;
}

bool isInstance(const Value &value)
{
    return value.kind() == Kind::Object || value.kind() == Kind::PersistentId;
}

/// Of a kept hash: some item inside is hashed by identity. The tables use the low bits.
constexpr quint32 kByIdentity = 0x80000000u;

// Deeper than any legal value: only a builder's unfinished cyclic graph gets here.
constexpr size_t kDeepest = 2'000;

} // namespace

quint32 hashText(QByteArrayView bytes)
{
    return hashBytes(bytes.data(), bytes.size());
}

quint32 hashKey(const Value &key)
{
    if (!hashSlot(key))
        return hashLeaf(key);
    struct Frame
    {
        const Value *value;
        size_t next;
        quint32 hash;
        quint32 identity; ///< kByIdentity or 0
    };
    std::vector<Frame> frames;
    quint32 result = 0;
    quint32 identity = 0;
    const auto enter = [&](const Value &value) {
        std::atomic<quint32> *slot = hashSlot(value);
        result = slot ? slot->load(std::memory_order_relaxed) : hashLeaf(value);
        identity = slot ? result & kByIdentity : isInstance(value) ? kByIdentity : 0;
        if (!slot || result != 0 || frames.size() >= kDeepest)
            return false;
        frames.push_back({&value, 0, 0x345678u + quint32(value.kind()), 0});
        return true;
    };
    enter(key);
    bool haveResult = frames.empty();
    while (!frames.empty()) {
        Frame &frame = frames.back();
        const bool isTuple = frame.value->kind() == Kind::Tuple;
        if (haveResult) { // order does not count in a set
            frame.hash = isTuple ? std::rotl(frame.hash ^ result, 5) * 0x85ebca6bu
                                 : frame.hash + (result * 0xc2b2ae35u);
            frame.identity |= identity;
        }
        const std::span<const Value> items = frame.value->items();
        if (frame.next < items.size()) {
            const Value &item = items[frame.next++];
            haveResult = !enter(item);
            continue;
        }
        identity = frame.identity;
        result = (frame.hash & ~kByIdentity) | identity;
        result = result == 0 ? 1 : result;
        hashSlot(*frame.value)->store(result, std::memory_order_relaxed);
        frames.pop_back();
        haveResult = true;
    }
    return result;
}

bool hashesIdentity(const Value &key)
{
    return isInstance(key) || (hashSlot(key) && (hashKey(key) & kByIdentity));
}

quint32 hashShape(const Value &value)
{
    if (value.kind() == Kind::Object)
        return hashText(value.className());
    if (hashesIdentity(value))
        return hashInteger(qint64(value.kind()) + 64 * value.size());
    return hashKey(value);
}

DictIndex::DictIndex(size_t expected)
{
    m_slots.resize(std::bit_ceil(expected * 2 + 8));
}

void DictIndex::add(quint32 hash, qsizetype position)
{
    if ((m_used + 1) * 3 > m_slots.size() * 2)
        grow();
    const size_t mask = m_slots.size() - 1;
    size_t at = hash & mask;
    while (m_slots[at].position != kFree)
        at = (at + 1) & mask;
    m_slots[at] = {hash, quint32(position)};
    ++m_used;
}

void DictIndex::grow()
{
    std::vector<Slot> old(m_slots.size() * 2);
    old.swap(m_slots);
    const size_t mask = m_slots.size() - 1;
    for (const Slot &slot : old) {
        if (slot.position == kFree)
            continue;
        size_t at = slot.hash & mask;
        while (m_slots[at].position != kFree)
            at = (at + 1) & mask;
        m_slots[at] = slot;
    }
}

DictIndex &DictIndex::of(DictNode *node)
{
    if (DictIndex *ready = node->index.load(std::memory_order_acquire))
        return *ready;
    auto made = std::make_unique<DictIndex>(node->pairs.size());
    for (size_t i = 0; i < node->pairs.size(); ++i)
        made->add(hashKey(node->pairs[i].first), qsizetype(i));
    DictIndex *expected = nullptr;
    // Two threads may have made one each; the first to be ready is kept.
    if (node->index.compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel))
        return *made.release();
    return *expected;
}

void deleteIndex(DictIndex *index) noexcept
{
    delete index;
}

} // namespace pyrolens::detail

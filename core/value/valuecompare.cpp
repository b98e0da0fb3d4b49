// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "biginteger.h"
#include "dictindex_p.h"

#include <QSet>

#include <bit>
#include <cmath>
#include <unordered_map>

namespace pyrolens {

using namespace detail;

namespace {

using Kind = Value::Kind;

enum class Mode : quint8 {
    Exact,  ///< kind and bits
    Python, ///< Python's ==
    Key,    ///< Python's dictionary: as Python, but instances only by identity
};

// Sets inside of sets (and keys that hold sets) are compared one level of C++ calls per level. Beyond this
// they are compared in order, which is exact for values that came from the same place.
constexpr int kMaxNestedLookups = 8;

/// Which nodes have been assumed equal. Joining classes instead of noting pairs keeps the work linear in what
/// two shared graphs store (Hopcroft and Karp's test for equal automata).
class Classes final
{
public:
    /// True when a and b were in one class already.
    bool join(const Node *a, const Node *b)
    {
        const Node *rootA = root(a);
        const Node *rootB = root(b);
        if (rootA == rootB)
            return true;
        m_parent[rootA] = rootB;
        return false;
    }

private:
    const Node *root(const Node *node)
    {
        for (;;) {
            const auto it = m_parent.find(node);
            if (it == m_parent.end())
                return node;
            const auto above = m_parent.find(it->second);
            if (above == m_parent.end())
                return it->second;
            it->second = above->second;
            node = it->second;
        }
    }

    std::unordered_map<const Node *, const Node *> m_parent;
};

bool isInteger(Kind kind)
{
    return kind == Kind::Int || kind == Kind::Long || kind == Kind::Bool;
}

bool isNumber(Kind kind)
{
    return isInteger(kind) || kind == Kind::Float || kind == Kind::Complex;
}

bool sameBytes(const Value &a, const Value &b)
{
    auto *x = Access::as<BytesNode>(a);
    auto *y = Access::as<BytesNode>(b);
    return x == y || (x->size == y->size && std::memcmp(x->bytes(), y->bytes(), size_t(x->size)) == 0);
}

bool sameInteger(const Value &a, const Value &b)
{
    const bool isBig = Access::node(a) != nullptr;
    if (isBig != (Access::node(b) != nullptr))
        return false;
    return isBig ? sameBytes(a, b) : Access::integer(a) == Access::integer(b);
}

// Exact, as Python compares: no rounding of the integer to a double.
bool equalsReal(const Value &integer, double real)
{
    if (!std::isfinite(real) || real != std::floor(real))
        return false;
    const QByteArray bytes = integerBytesOf(real);
    if (Access::node(integer)) {
        auto *node = Access::as<BytesNode>(integer);
        return QByteArrayView(node->bytes(), node->size) == bytes;
    }
    return toInt64(bytes) == Access::integer(integer);
}

bool sameNumber(const Value &a, const Value &b)
{
    if (a.kind() == Kind::Complex || b.kind() == Kind::Complex) {
        const Value &complex = a.kind() == Kind::Complex ? a : b;
        const Value &other = a.kind() == Kind::Complex ? b : a;
        const auto parts = *complex.asComplex();
        if (const auto others = other.asComplex())
            return parts == *others;
        return parts.second == 0
            && (isInteger(other.kind()) ? equalsReal(other, parts.first)
                                        : Access::real(other) == parts.first);
    }
    if (a.kind() == Kind::Float)
        return b.kind() == Kind::Float ? Access::real(a) == Access::real(b) : equalsReal(b, Access::real(a));
    if (b.kind() == Kind::Float)
        return equalsReal(a, Access::real(b));
    return sameInteger(a, b);
}

bool sameBits(double a, double b)
{
    return (std::isnan(a) && std::isnan(b)) || std::bit_cast<quint64>(a) == std::bit_cast<quint64>(b);
}

bool isAscii(QByteArrayView bytes)
{
    for (const char c : bytes) {
        if (static_cast<quint8>(c) >= 0x80)
            return false;
    }
    return true;
}

bool sameReference(const Reference &a, const Reference &b)
{
    return a.form == b.form && a.uri == b.uri && a.ident == b.ident && a.onewayMethods == b.onewayMethods
        && a.methods == b.methods && a.attributes == b.attributes && a.codec == b.codec
        && a.handshake == b.handshake && a.timeout.has_value() == b.timeout.has_value()
        && (!a.timeout || sameBits(*a.timeout, *b.timeout));
}

/// Leaves of the same kind.
bool sameLeaf(const Value &a, const Value &b)
{
    switch (a.kind()) {
    case Kind::None:
        return true;
    case Kind::Bool:
    case Kind::Int:
    case Kind::Long:
        return sameInteger(a, b);
    case Kind::Float:
        return sameBits(Access::real(a), Access::real(b));
    case Kind::Complex: {
        const auto x = *a.asComplex();
        const auto y = *b.asComplex();
        return sameBits(x.first, y.first) && sameBits(x.second, y.second);
    }
    case Kind::TimeDelta: {
        const auto x = *a.asTimeDelta();
        const auto y = *b.asTimeDelta();
        return x.days == y.days && x.seconds == y.seconds && x.microseconds == y.microseconds;
    }
    case Kind::Global:
        return a.module() == b.module() && a.name() == b.name();
    case Kind::Reference:
        return sameReference(*a.asReference(), *b.asReference());
    case Kind::Cycle:
        return true; // see Comparison
    default:
        return Access::small(a) == Access::small(b) && sameBytes(a, b);
    }
}

class Comparison final
{
public:
    Comparison(Mode mode, int nesting) : m_mode(mode), m_nesting(nesting) { }

    bool run(const Value &a, const Value &b)
    {
        if (!visit(a, b))
            return false;
        while (!m_pending.empty()) {
            Pending &top = m_pending.back();
            if (top.next == top.count) {
                m_pending.pop_back();
                continue;
            }
            const qsizetype index = top.next++;
            const Value &x = top.rowA ? top.rowA[index] : child(top.a, index);
            const Value &y = top.rowB ? top.rowB[index] : child(top.b, index);
            if (!visit(x, y))
                return false;
        }
        for (const quint64 pair : m_cyclePairs) {
            if (!samePlace(pair))
                return false;
        }
        return true;
    }

private:
    struct Pending
    {
        CompoundNode *a;
        CompoundNode *b;
        Value *rowA;
        Value *rowB;
        qsizetype next;
        qsizetype count;
    };

    void noteContainers(quint32 a, quint32 b)
    {
        m_containerPairs.insert(quint64(a) << 32 | b);
        m_containersA.insert(a);
        m_containersB.insert(b);
    }

    /// A back reference equals another when the containers they mean were met as a pair. A part of a graph
    /// may point out of itself on both sides: then the numbers decide.
    bool samePlace(quint64 pair) const
    {
        if (m_containerPairs.contains(pair))
            return true;
        const quint32 left = quint32(pair >> 32);
        const quint32 right = quint32(pair);
        return left == right && !m_containersA.contains(left) && !m_containersB.contains(right);
    }

    bool visit(const Value &a, const Value &b)
    {
        if (a.kind() != b.kind())
            return m_mode != Mode::Exact && visitMixed(a, b);
        CompoundNode *x = Access::compound(a);
        CompoundNode *y = Access::compound(b);
        if (x && y)
            return x == y || visitCompounds(a, b, x, y);
        if (a.kind() == Kind::Cycle) {
            m_cyclePairs.insert(quint64(a.cycleId()) << 32 | b.cycleId());
            return true;
        }
        return m_mode != Mode::Exact && isNumber(a.kind()) ? sameNumber(a, b) : sameLeaf(a, b);
    }

    bool visitMixed(const Value &a, const Value &b)
    {
        if (isNumber(a.kind()) && isNumber(b.kind()))
            return sameNumber(a, b);
        if (a.isTextLike() && b.isTextLike())
            return Access::small(a) == Access::small(b) && sameBytes(a, b) && isAscii(a.rawBytes());
        const auto isSet = [](Kind kind) { return kind == Kind::Set || kind == Kind::FrozenSet; };
        if (isSet(a.kind()) && isSet(b.kind()))
            return visitCompounds(a, b, Access::compound(a), Access::compound(b));
        const auto isBytes = [](Kind kind) { return kind == Kind::Bytes || kind == Kind::ByteArray; };
        return isBytes(a.kind()) && isBytes(b.kind()) && sameBytes(a, b);
    }

    bool visitCompounds(const Value &a, const Value &b, CompoundNode *x, CompoundNode *y)
    {
        if (m_mode == Mode::Key && (a.kind() == Kind::Object || a.kind() == Kind::PersistentId))
            return false; // other objects, whatever is in them
        if (Access::small(a) != Access::small(b) || !sameHead(a, b))
            return false;
        const qsizetype count = childCount(x);
        if (count != childCount(y))
            return false;
        if ((a.cycleId() == 0) != (b.cycleId() == 0) && m_mode == Mode::Exact)
            return false;
        if (a.cycleId() || b.cycleId())
            noteContainers(a.cycleId(), b.cycleId());
        // What nobody else refers to is met only once, through its container.
        const bool isShared
            = x->refs.load(std::memory_order_relaxed) > 1 || y->refs.load(std::memory_order_relaxed) > 1;
        if (isShared && m_classes.join(x, y))
            return true;
        if (m_mode != Mode::Exact && m_nesting < kMaxNestedLookups) {
            if (a.kind() == Kind::Dict)
                return visitDicts(a, b);
            if (a.kind() == Kind::Set || a.kind() == Kind::FrozenSet)
                return sameMembers(a, b);
        }
        Value *rowA = nullptr;
        Value *rowB = nullptr;
        qsizetype size = 0;
        if (!childRow(x, rowA, size) || !childRow(y, rowB, size))
            rowA = rowB = nullptr;
        m_pending.push_back({x, y, rowA, rowB, 0, count});
        return true;
    }

    /// What compound nodes hold besides values.
    static bool sameHead(const Value &a, const Value &b)
    {
        if (const Object *x = a.asObject()) {
            const Object *y = b.asObject();
            return x->made == y->made && x->name == y->name && x->module == y->module
                && x->state.has_value() == y->state.has_value() && x->listItems.size() == y->listItems.size()
                && x->dictItems.size() == y->dictItems.size();
        }
        if (const RemoteError *x = a.asError()) {
            const RemoteError *y = b.asError();
            return x->className == y->className && x->traceback == y->traceback;
        }
        return true;
    }

    /// Agrees with equalKeys().
    quint32 hashOf(const Value &key) const { return m_mode == Mode::Key ? hashKey(key) : hashShape(key); }

    bool equalKeys(const Value &a, const Value &b) const
    {
        if (!Access::compound(a) || !Access::compound(b)) {
            Comparison leaf(m_mode, m_nesting);
            return leaf.visit(a, b);
        }
        return Comparison(m_mode, m_nesting + 1).run(a, b);
    }

    bool visitDicts(const Value &a, const Value &b)
    {
        DictIndex index(size_t(b.size()));
        const std::span<const Value::Pair> pairs = b.pairs();
        for (size_t i = 0; i < pairs.size(); ++i)
            index.add(hashOf(pairs[i].first), qsizetype(i));
        for (const Value::Pair &pair : a.pairs()) {
            const qsizetype at = index.find(
                hashOf(pair.first), pairs, [&](const Value &other) { return equalKeys(pair.first, other); });
            if (at < 0)
                return false;
            // Both rows outlive the comparison, so the two values can stand in line as a row of one.
            auto *x = const_cast<Value *>(&pair.second);
            auto *y = const_cast<Value *>(&pairs[size_t(at)].second);
            m_pending.push_back({nullptr, nullptr, x, y, 0, 1});
        }
        return true;
    }

    bool sameMembers(const Value &a, const Value &b) const
    {
        DictIndex index(size_t(b.size()));
        const std::span<const Value> members = b.items();
        for (size_t i = 0; i < members.size(); ++i)
            index.add(hashOf(members[i]), qsizetype(i));
        for (const Value &member : a.items()) {
            if (index.find(
                    hashOf(member), members, [&](const Value &other) { return equalKeys(member, other); })
                < 0)
                return false;
        }
        return true;
    }

    Mode m_mode;
    int m_nesting;
    std::vector<Pending> m_pending;
    Classes m_classes;
    QSet<quint64> m_containerPairs;
    QSet<quint32> m_containersA;
    QSet<quint32> m_containersB;
    QSet<quint64> m_cyclePairs;
};

} // namespace

bool operator==(const Value &a, const Value &b)
{
    if (a.kind() != b.kind())
        return false;
    if (!Access::compound(a))
        return a.kind() == Kind::Cycle ? a.cycleId() == b.cycleId() : sameLeaf(a, b);
    return Comparison(Mode::Exact, 0).run(a, b);
}

bool pythonEquals(const Value &a, const Value &b)
{
    return Comparison(Mode::Python, 0).run(a, b);
}

bool detail::sameKey(const Value &a, const Value &b)
{
    if (!Access::compound(a) && a.kind() == b.kind() && !isNumber(a.kind()) && a.kind() != Kind::Cycle)
        return sameLeaf(a, b);
    return Comparison(Mode::Key, 0).run(a, b);
}

} // namespace pyrolens

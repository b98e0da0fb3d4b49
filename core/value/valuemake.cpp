// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "biginteger.h"
#include "valuenode.h"

#include <pyrolens/base/utf8.h>

#include <algorithm>

namespace pyrolens {

using namespace detail;

namespace {

// Only kinds that are looked up and compared a lot carry a fingerprint.
quint32 smallFor(Value::Kind kind, const char *bytes, qsizetype size)
{
    return kind == Value::Kind::Text || kind == Value::Kind::Str ? fingerprint(bytes, size) : 0;
}

Value fromBytes(Value::Kind kind, QByteArrayView bytes, quint32 small)
{
    BytesNode *node = newBytes(kind, bytes.size());
    if (!bytes.isEmpty())
        std::memcpy(node->inlineBytes(), bytes.data(), size_t(bytes.size()));
    return Access::make(kind, node, small);
}

Value fromBytes(Value::Kind kind, QByteArrayView bytes)
{
    return fromBytes(kind, bytes, smallFor(kind, bytes.data(), bytes.size()));
}

Value fromItems(Value::Kind kind, std::vector<Value> items)
{
    ListNode *node = kind == Value::Kind::FrozenSet ? new FrozenSetNode : new ListNode;
    initNode(node, kind, 1, 0, 1);
    node->link = 0;
    if (kind == Value::Kind::FrozenSet)
        static_cast<FrozenSetNode *>(node)->hash.store(0, std::memory_order_relaxed);
    node->items = std::move(items);
    node->depth = depthOf(node);
    return Access::make(kind, node);
}

Value wrap(Value::Kind kind, Value item, quint32 small = 0)
{
    TupleNode *node = newTuple(kind, 1);
    node->items()[0] = std::move(item);
    node->depth = depthOf(node);
    return Access::make(kind, node, small);
}

} // namespace

Value Value::bigInteger(QByteArrayView twosComplement, Kind kind)
{
    Q_ASSERT_X(kind == Kind::Int || kind == Kind::Long, "Value::bigInteger", "Int or Long");
    const QByteArrayView minimal = minimalInteger(twosComplement);
    if (const std::optional<qint64> value = toInt64(minimal))
        return Access::inlined(kind, *value);
    return fromBytes(kind, minimal);
}

std::optional<Value> Value::integerFromText(QByteArrayView decimal, Kind kind, int maxDigits)
{
    const bool isNegative = decimal.startsWith('-');
    const QByteArrayView digits = isNegative ? decimal.sliced(1) : decimal;
    if (digits.isEmpty() || digits.size() > maxDigits)
        return std::nullopt;
    if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    if (digits.size() <= 18) {
        qint64 value = 0;
        for (const char c : digits)
            value = value * 10 + (c - '0');
        return Access::inlined(kind, isNegative ? -value : value);
    }
    return bigInteger(integerFromDigits(digits, 10, isNegative), kind);
}

Value Value::complex(double re, double im)
{
    auto *node = new NumbersNode;
    initNode(node, Kind::Complex, 1, 0, 0);
    node->reals[0] = re;
    node->reals[1] = im;
    return Value(Kind::Complex, node, 0);
}

Value Value::text(QStringView text)
{
    BytesNode *node = newBytes(Kind::Text, utf8::encodedSize(text));
    utf8::encode(text, node->inlineBytes());
    return Value(Kind::Text, node, fingerprint(node->inlineBytes(), node->size));
}

Value Value::text(const char8_t *text)
{
    return utf8(QByteArrayView(reinterpret_cast<const char *>(text)));
}

Value Value::utf8(QByteArrayView utf8)
{
    return fromBytes(Kind::Text, utf8);
}

Value Value::str(QByteArrayView bytes)
{
    return fromBytes(Kind::Str, bytes);
}

Value Value::bytes(QByteArrayView bytes)
{
    return fromBytes(Kind::Bytes, bytes);
}

Value Value::byteArray(QByteArrayView bytes)
{
    return fromBytes(Kind::ByteArray, bytes);
}

Value Value::view(Kind kind, const QByteArray &owner, qsizetype offset, qsizetype size)
{
    Q_ASSERT_X(kind == Kind::Text || kind == Kind::Str || kind == Kind::Bytes || kind == Kind::ByteArray,
        "Value::view", "a kind of bytes");
    Q_ASSERT_X(
        offset >= 0 && size >= 0 && offset <= owner.size() - size, "Value::view", "outside of the owner");
    auto *node = new ViewNode;
    initNode(node, kind, 1, kView, 0);
    node->size = size;
    node->owner = owner;
    node->data = node->owner.constData() + offset;
    return Value(kind, node, smallFor(kind, node->data, size));
}

Value Value::tuple(std::vector<Value> items)
{
    TupleNode *node = newTuple(Kind::Tuple, qsizetype(items.size()));
    std::move(items.begin(), items.end(), node->items());
    node->depth = depthOf(node);
    return Value(Kind::Tuple, node, 0);
}

Value Value::list(std::vector<Value> items)
{
    return fromItems(Kind::List, std::move(items));
}

Value Value::set(std::vector<Value> items)
{
    return fromItems(Kind::Set, std::move(items));
}

Value Value::frozenSet(std::vector<Value> items)
{
    return fromItems(Kind::FrozenSet, std::move(items));
}

Value Value::dict(std::vector<Pair> pairs)
{
    auto *node = new DictNode;
    initNode(node, Kind::Dict, 1, 0, 1);
    node->link = 0;
    node->index.store(nullptr, std::memory_order_relaxed);
    node->pairs = std::move(pairs);
    node->depth = depthOf(node);
    return Value(Kind::Dict, node, 0);
}

Value Value::global(QByteArrayView module, QByteArrayView name)
{
    auto *node = new GlobalNode;
    initNode(node, Kind::Global, 1, 0, 0);
    node->module = module.toByteArray();
    node->name = name.toByteArray();
    return Value(Kind::Global, node, 0);
}

Value Value::object(Object object)
{
    auto *node = new ObjectNode;
    initNode(node, Kind::Object, 1, 0, 1);
    node->link = 0;
    node->object = std::move(object);
    node->depth = depthOf(node);
    return Value(Kind::Object, node, 0);
}

Value Value::decimal(QByteArrayView text)
{
    return fromBytes(Kind::Decimal, text);
}

Value Value::uuid(QByteArrayView sixteenBytes)
{
    Q_ASSERT_X(sixteenBytes.size() == 16, "Value::uuid", "16 bytes");
    return fromBytes(Kind::Uuid, sixteenBytes);
}

Value Value::dateTime(QByteArrayView iso)
{
    return fromBytes(Kind::DateTime, iso);
}

Value Value::date(QByteArrayView iso)
{
    return fromBytes(Kind::Date, iso);
}

Value Value::time(QByteArrayView iso)
{
    return fromBytes(Kind::Time, iso);
}

Value Value::timeDelta(qint64 days, qint64 seconds, qint64 microseconds)
{
    auto *node = new NumbersNode;
    initNode(node, Kind::TimeDelta, 1, 0, 0);
    node->integers[0] = days;
    node->integers[1] = seconds;
    node->integers[2] = microseconds;
    return Value(Kind::TimeDelta, node, 0);
}

Value Value::array(char typeCode, Value items)
{
    return wrap(Kind::Array, std::move(items), static_cast<quint8>(typeCode));
}

Value Value::ext(int code, QByteArrayView bytes)
{
    return fromBytes(Kind::Ext, bytes, quint32(code));
}

Value Value::persistentId(Value id)
{
    return wrap(Kind::PersistentId, std::move(id));
}

Value Value::cycle(quint32 id) noexcept
{
    return Access::inlined(Kind::Cycle, 0, id);
}

Value Value::reference(Reference reference)
{
    auto *node = new ReferenceNode;
    initNode(node, Kind::Reference, 1, 0, 0);
    node->reference = std::move(reference);
    return Value(Kind::Reference, node, 0);
}

Value Value::error(RemoteError error)
{
    auto *node = new ErrorNode;
    initNode(node, Kind::Error, 1, 0, 1);
    node->link = 0;
    node->error = std::move(error);
    node->depth = depthOf(node);
    return Value(Kind::Error, node, 0);
}

} // namespace pyrolens

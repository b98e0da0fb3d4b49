// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "value.h"

#include "biginteger.h"
#include "dictindex_p.h"
#include "valuenode.h"

#include <pyrolens/base/utf8.h>

namespace pyrolens {

using namespace detail;

namespace {

const Value kNone{};

bool holdsBytes(Value::Kind kind)
{
    switch (kind) {
    case Value::Kind::Text:
    case Value::Kind::Str:
    case Value::Kind::Bytes:
    case Value::Kind::ByteArray:
    case Value::Kind::Decimal:
    case Value::Kind::Uuid:
    case Value::Kind::DateTime:
    case Value::Kind::Date:
    case Value::Kind::Time:
    case Value::Kind::Ext:
        return true;
    default:
        return false;
    }
}

bool isIntegerKind(Value::Kind kind)
{
    return kind == Value::Kind::Int || kind == Value::Kind::Long;
}

QByteArrayView bytesOf(BytesNode *node)
{
    return QByteArrayView(node->bytes(), node->size);
}

} // namespace

bool Value::isContainer() const noexcept
{
    return m_isNode && isCompound(m_node) && m_kind != Kind::Error;
}

std::optional<bool> Value::asBool() const noexcept
{
    if (m_kind != Kind::Bool)
        return std::nullopt;
    return m_integer != 0;
}

std::optional<qint64> Value::asInteger() const noexcept
{
    if (!isIntegerKind(m_kind) || m_isNode)
        return std::nullopt;
    return m_integer;
}

std::optional<double> Value::asReal() const noexcept
{
    if (m_kind != Kind::Float)
        return std::nullopt;
    return m_real;
}

std::optional<std::pair<double, double>> Value::asComplex() const noexcept
{
    if (m_kind != Kind::Complex)
        return std::nullopt;
    const auto *node = Access::as<NumbersNode>(*this);
    return std::pair(node->reals[0], node->reals[1]);
}

bool Value::isBigInteger() const noexcept
{
    return isIntegerKind(m_kind) && m_isNode;
}

QByteArray Value::integerBytes() const
{
    if (!isIntegerKind(m_kind))
        return {};
    return m_isNode ? bytesOf(Access::as<BytesNode>(*this)).toByteArray() : integerBytesOf(m_integer);
}

std::optional<QByteArray> Value::integerText(int maxDigits) const
{
    if (!isIntegerKind(m_kind))
        return std::nullopt;
    if (m_isNode)
        return integerToDecimal(bytesOf(Access::as<BytesNode>(*this)), maxDigits);
    QByteArray text = QByteArray::number(m_integer);
    if (text.size() - (m_integer < 0 ? 1 : 0) > maxDigits)
        return std::nullopt;
    return text;
}

QByteArrayView Value::rawBytes() const noexcept
{
    return holdsBytes(m_kind) ? bytesOf(Access::as<BytesNode>(*this)) : QByteArrayView();
}

QString Value::toText() const
{
    if (m_kind == Kind::Text)
        return utf8::decode(rawBytes());
    if (m_kind != Kind::Str)
        return {};
    const QByteArrayView bytes = rawBytes();
    return utf8::isValid(bytes, utf8::Surrogates::Refused) ? utf8::decode(bytes) : QString::fromLatin1(bytes);
}

std::span<const Value> Value::items() const noexcept
{
    switch (m_kind) {
    case Kind::Tuple:
    case Kind::Array: {
        auto *node = Access::as<TupleNode>(*this);
        return {node->items(), node->size};
    }
    case Kind::List:
    case Kind::Set:
    case Kind::FrozenSet:
        return Access::as<ListNode>(*this)->items;
    case Kind::PersistentId:
        return {Access::as<TupleNode>(*this)->items(), 1};
    default:
        return {};
    }
}

std::span<const Value::Pair> Value::pairs() const noexcept
{
    if (m_kind != Kind::Dict)
        return {};
    return Access::as<DictNode>(*this)->pairs;
}

qsizetype Value::size() const noexcept
{
    if (m_kind == Kind::Dict)
        return qsizetype(pairs().size());
    if (holdsBytes(m_kind))
        return rawBytes().size();
    return qsizetype(items().size());
}

const Value &Value::at(qsizetype index) const noexcept
{
    const std::span<const Value> all = items();
    return index >= 0 && size_t(index) < all.size() ? all[size_t(index)] : kNone;
}

const Value *Value::find(QByteArrayView key) const
{
    if (m_kind != Kind::Dict)
        return nullptr;
    auto *node = Access::as<DictNode>(*this);
    const quint32 print = fingerprint(key.data(), key.size());
    const auto matches = [&key, print](const Value &other) {
        return other.isTextLike() && Access::small(other) == print && other.rawBytes() == key;
    };
    if (qsizetype(node->pairs.size()) > DictIndex::kSmall) {
        const qsizetype at = DictIndex::of(node).find(hashText(key), node->pairs, matches);
        return at < 0 ? nullptr : &node->pairs[size_t(at)].second;
    }
    for (const Pair &pair : node->pairs) {
        if (matches(pair.first))
            return &pair.second;
    }
    return nullptr;
}

const Value *Value::find(const Value &key) const
{
    if (m_kind != Kind::Dict)
        return nullptr;
    auto *node = Access::as<DictNode>(*this);
    const auto matches = [&key](const Value &other) { return other == key; };
    if (qsizetype(node->pairs.size()) > DictIndex::kSmall) {
        const qsizetype at = DictIndex::of(node).find(hashKey(key), node->pairs, matches);
        if (at >= 0)
            return &node->pairs[size_t(at)].second;
        if (!hashesIdentity(key))
            return nullptr;
    }
    for (const Pair &pair : node->pairs) {
        if (matches(pair.first))
            return &pair.second;
    }
    return nullptr;
}

const Object *Value::asObject() const noexcept
{
    return m_kind == Kind::Object ? &Access::as<ObjectNode>(*this)->object : nullptr;
}

const Reference *Value::asReference() const noexcept
{
    return m_kind == Kind::Reference ? &Access::as<ReferenceNode>(*this)->reference : nullptr;
}

const RemoteError *Value::asError() const noexcept
{
    return m_kind == Kind::Error ? &Access::as<ErrorNode>(*this)->error : nullptr;
}

QByteArrayView Value::module() const noexcept
{
    if (m_kind == Kind::Global)
        return Access::as<GlobalNode>(*this)->module;
    if (m_kind == Kind::Object)
        return Access::as<ObjectNode>(*this)->object.module;
    return {};
}

QByteArrayView Value::name() const noexcept
{
    if (m_kind == Kind::Global)
        return Access::as<GlobalNode>(*this)->name;
    if (m_kind == Kind::Object)
        return Access::as<ObjectNode>(*this)->object.name;
    return {};
}

QByteArray Value::className() const
{
    QByteArray text = module().toByteArray();
    if (!text.isEmpty())
        text += '.';
    text += name();
    return text;
}

std::optional<Value::Delta> Value::asTimeDelta() const noexcept
{
    if (m_kind != Kind::TimeDelta)
        return std::nullopt;
    const auto *node = Access::as<NumbersNode>(*this);
    return Delta{node->integers[0], node->integers[1], node->integers[2]};
}

char Value::typeCode() const noexcept
{
    return m_kind == Kind::Array ? char(m_small) : '\0';
}

int Value::extCode() const noexcept
{
    return m_kind == Kind::Ext ? int(m_small) : 0;
}

quint32 Value::cycleId() const noexcept
{
    if (m_kind == Kind::Cycle)
        return m_small;
    if (!m_isNode || !isCompound(m_node) || (m_node->flags & kOpen))
        return 0;
    return quint32(static_cast<const CompoundNode *>(m_node)->link);
}

const void *Value::identity() const noexcept
{
    return m_isNode ? m_node : nullptr;
}

} // namespace pyrolens

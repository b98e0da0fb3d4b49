// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "writer_p.h"

#include "reader_p.h"

#include <pyrolens/value/codecforms.h>

#include <QtEndian>

#include <algorithm>
#include <bit>
#include <limits>

namespace pyrolens::marshal {

namespace {

using Kind = Value::Kind;

constexpr int kDigitBits = 15;
constexpr quint32 kDigitMask = 0x7fff;
constexpr qsizetype kShortSize = 255;

bool isTooLong(qsizetype size)
{
    return size > std::numeric_limits<qint32>::max();
}

bool isConstant(const Value &value, QByteArrayView name)
{
    return value.kind() == Kind::Global && value.module() == "builtins" && value.name() == name;
}

} // namespace

std::optional<Value> Writer::replaced(const Value &value) const
{
    // What Pyro converts before it hands a value to marshal. Source: Pyro5, serializers.py,
    // MarshalSerializer.
    switch (value.kind()) {
    case Kind::Uuid:
    case Kind::Array:
        return plainForm(value);
    case Kind::Object:
        return value.name() == "$stopiteration" ? std::nullopt : plainForm(value);
    default:
        return std::nullopt;
    }
}

template <class T>
void Writer::number(T value)
{
    char bytes[sizeof(T)];
    qToLittleEndian(value, bytes);
    m_out.append(bytes, qsizetype(sizeof bytes));
}

void Writer::type(char type, bool isRemembered)
{
    m_out += isRemembered ? char(static_cast<quint8>(type) | kRemember) : type;
}

bool Writer::wroteReference(const Value &value)
{
    m_isNew = false;
    if (!remembers())
        return false;
    qint32 index = -1;
    if (value.kind() == Kind::Cycle) {
        const auto known = m_cycles.find(value.cycleId());
        if (known == m_cycles.end())
            return false;
        index = known->second;
    } else {
        const void *identity = value.identity();
        const bool isKnownKind = value.isContainer() || value.isTextLike() || value.kind() == Kind::Bytes
            || value.kind() == Kind::ByteArray;
        if (!identity || !isKnownKind || value.kind() == Kind::Object)
            return false;
        const auto next = qint32(m_memory.size());
        const auto [place, isNew] = m_memory.try_emplace(identity, next);
        if (isNew) {
            m_isNew = true;
            m_kept.push_back(value);
            if (value.cycleId() != 0)
                m_cycles.emplace(value.cycleId(), next);
            return false;
        }
        index = place->second;
    }
    type('r');
    number<qint32>(index);
    return true;
}

Status Writer::integer(const Value &value)
{
    const auto small = value.asInteger();
    if (small && *small >= std::numeric_limits<qint32>::min()
        && *small <= std::numeric_limits<qint32>::max()) {
        type('i');
        number<qint32>(qint32(*small));
        return Done{};
    }
    QByteArray bytes = value.integerBytes();
    const bool isNegative = !bytes.isEmpty() && (static_cast<quint8>(bytes.back()) & 0x80) != 0;
    if (isNegative) {
        int carry = 1;
        for (char &c : bytes) {
            const int byte = (~c & 0xff) + carry;
            carry = byte >> 8;
            c = char(byte & 0xff);
        }
    }
    QByteArray digits;
    quint32 bits = 0;
    int have = 0;
    const auto put = [&digits](quint32 digit) {
        digits += char(digit & 0xff);
        digits += char(digit >> 8);
    };
    for (const char c : std::as_const(bytes)) {
        bits |= quint32(static_cast<quint8>(c)) << have;
        have += 8;
        if (have >= kDigitBits) {
            put(bits & kDigitMask);
            bits >>= kDigitBits;
            have -= kDigitBits;
        }
    }
    if (bits != 0)
        put(bits);
    while (digits.endsWith(QByteArrayView("\0\0", 2)))
        digits.chop(2);
    const qsizetype count = digits.size() / 2;
    type('l');
    number<qint32>(qint32(isNegative ? -count : count));
    m_out += digits;
    return Done{};
}

Status Writer::sized(char type, QByteArrayView bytes)
{
    if (isTooLong(bytes.size()))
        return cannotCarry(QStringLiteral("%1 bytes in one piece").arg(bytes.size()));
    this->type(type, m_isNew);
    number<qint32>(qint32(bytes.size()));
    m_out.append(bytes.data(), bytes.size());
    return Done{};
}

Status Writer::text(QByteArrayView utf8)
{
    const bool isAscii = std::ranges::all_of(utf8, [](char c) { return static_cast<quint8>(c) < 0x80; });
    if (!remembers() || !isAscii)
        return sized('u', utf8);
    if (utf8.size() > kShortSize)
        return sized('a', utf8);
    type('z', m_isNew);
    m_out += char(utf8.size());
    m_out.append(utf8.data(), utf8.size());
    return Done{};
}

Status Writer::leaf(const Value &value)
{
    switch (value.kind()) {
    case Kind::None:
        type('N');
        return Done{};
    case Kind::Bool:
        type(*value.asBool() ? 'T' : 'F');
        return Done{};
    case Kind::Int:
    case Kind::Long:
        return integer(value);
    case Kind::Float:
        type('g');
        number<qint64>(std::bit_cast<qint64>(*value.asReal()));
        return Done{};
    case Kind::Complex: {
        const auto [re, im] = *value.asComplex();
        type('y');
        number<qint64>(std::bit_cast<qint64>(re));
        number<qint64>(std::bit_cast<qint64>(im));
        return Done{};
    }
    case Kind::Text:
        return text(value.rawBytes());
    case Kind::Str: // what Python 2 writes for it; Python 3 reads bytes
    case Kind::Bytes:
    case Kind::ByteArray:
        return sized('s', value.rawBytes());
    default:
        break;
    }
    if (isConstant(value, "Ellipsis")) {
        type('.');
        return Done{};
    }
    if (isConstant(value, "StopIteration") || (value.asObject() && value.name() == "$stopiteration")) {
        type('S');
        return Done{};
    }
    return cannotCarry(value);
}

Status Writer::begin(const Value &container)
{
    const qsizetype size = container.size();
    if (isTooLong(size))
        return cannotCarry(QStringLiteral("%1 items in one container").arg(size));
    switch (container.kind()) {
    case Kind::Dict:
        type('{', m_isNew);
        return Done{};
    case Kind::Tuple:
        if (remembers() && size <= kShortSize) {
            type(')', m_isNew);
            m_out += char(size);
            return Done{};
        }
        type('(', m_isNew);
        break;
    case Kind::List:
        type('[', m_isNew);
        break;
    case Kind::Set:
        type('<', m_isNew);
        break;
    default:
        type('>', m_isNew);
    }
    number<qint32>(qint32(size));
    return Done{};
}

Status Writer::before(const Value &, qsizetype, const Value &)
{
    return Done{};
}

void Writer::end(const Value &container)
{
    if (container.kind() == Kind::Dict)
        type('0');
}

} // namespace pyrolens::marshal

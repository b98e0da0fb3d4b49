// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "writer_p.h"

#include "extensions_p.h"

#include <pyrolens/base/utf8.h>
#include <pyrolens/value/codecforms.h>

#include <QtEndian>

#include <bit>
#include <limits>

namespace pyrolens::msgpack {

namespace {

using Kind = Value::Kind;

constexpr qint64 kMost8 = std::numeric_limits<quint8>::max();
constexpr qint64 kMost16 = std::numeric_limits<quint16>::max();
constexpr qint64 kMost32 = std::numeric_limits<quint32>::max();

} // namespace

std::optional<Value> Writer::replaced(const Value &value) const
{
    switch (value.kind()) {
    case Kind::Uuid:
    case Kind::Decimal:
    case Kind::Array:
    case Kind::Object:
        return plainForm(value);
    case Kind::Str:
        return textOrBytes(value);
    default:
        return std::nullopt;
    }
}

template <class T>
void Writer::number(T value)
{
    char bytes[sizeof(T)];
    qToBigEndian(value, bytes);
    m_out.append(bytes, qsizetype(sizeof bytes));
}

void Writer::integer(qint64 value)
{
    if (value >= -32 && value < 0x80) {
        byte(int(value));
    } else if (value >= 0) {
        if (value <= kMost8) {
            byte(0xcc);
            number<quint8>(quint8(value));
        } else if (value <= kMost16) {
            byte(0xcd);
            number<quint16>(quint16(value));
        } else if (value <= kMost32) {
            byte(0xce);
            number<quint32>(quint32(value));
        } else {
            byte(0xcf);
            number<quint64>(quint64(value));
        }
    } else if (value >= std::numeric_limits<qint8>::min()) {
        byte(0xd0);
        number<qint8>(qint8(value));
    } else if (value >= std::numeric_limits<qint16>::min()) {
        byte(0xd1);
        number<qint16>(qint16(value));
    } else if (value >= std::numeric_limits<qint32>::min()) {
        byte(0xd2);
        number<qint32>(qint32(value));
    } else {
        byte(0xd3);
        number<qint64>(value);
    }
}

/// Beyond 63 bits: the upper half of the unsigned ones, else digits.
Status Writer::unsignedInteger(const Value &value)
{
    const QByteArray bytes = value.integerBytes();
    if (bytes.size() == 9 && bytes.back() == 0) {
        byte(0xcf);
        number<quint64>(qFromLittleEndian<quint64>(bytes.constData()));
        return Done{};
    }
    const auto digits = toExtension(value, m_limits);
    if (!digits) {
        return cannotCarry(
            QStringLiteral("an integer of more than %1 digits").arg(m_limits.maxIntegerDigits));
    }
    return extension(digits->code, digits->content);
}

/// Type byte by size (-1: no such form), size and bytes.
Status Writer::sized(QByteArrayView bytes, int shortest, int of8, int of16, int of32)
{
    constexpr qsizetype kShortest = 32;
    const qint64 size = bytes.size();
    if (size > kMost32)
        return cannotCarry(QStringLiteral("%1 bytes in one piece").arg(size));
    if (shortest >= 0 && size < kShortest) {
        byte(shortest | int(size));
    } else if (size <= kMost8) {
        byte(of8);
        number<quint8>(quint8(size));
    } else if (size <= kMost16) {
        byte(of16);
        number<quint16>(quint16(size));
    } else {
        byte(of32);
        number<quint32>(quint32(size));
    }
    m_out.append(bytes.data(), bytes.size());
    return Done{};
}

Status Writer::extension(int code, QByteArrayView content)
{
    const qint64 size = content.size();
    if (code < -128 || code > 127 || size > kMost32)
        return cannotCarry(QStringLiteral("extension type %1").arg(code));
    if (size > 0 && size <= 16 && std::has_single_bit(quint64(size))) {
        byte(0xd4 + std::countr_zero(quint64(size)));
    } else if (size <= kMost8) {
        byte(0xc7);
        number<quint8>(quint8(size));
    } else if (size <= kMost16) {
        byte(0xc8);
        number<quint16>(quint16(size));
    } else {
        byte(0xc9);
        number<quint32>(quint32(size));
    }
    byte(code);
    m_out.append(content.data(), content.size());
    return Done{};
}

Status Writer::leaf(const Value &value)
{
    switch (value.kind()) {
    case Kind::None:
        byte(0xc0);
        return Done{};
    case Kind::Bool:
        byte(*value.asBool() ? 0xc3 : 0xc2);
        return Done{};
    case Kind::Int:
    case Kind::Long:
        if (const auto small = value.asInteger()) {
            integer(*small);
            return Done{};
        }
        return unsignedInteger(value);
    case Kind::Float:
        byte(0xcb);
        number<quint64>(std::bit_cast<quint64>(*value.asReal()));
        return Done{};
    case Kind::Text:
        if (!utf8::isValid(value.rawBytes(), utf8::Surrogates::Refused))
            return cannotCarry(QStringLiteral("text with lone surrogates"));
        return sized(value.rawBytes(), 0xa0, 0xd9, 0xda, 0xdb);
    case Kind::Bytes:
    case Kind::ByteArray:
        return sized(value.rawBytes(), -1, 0xc4, 0xc5, 0xc6);
    case Kind::Ext:
        return extension(value.extCode(), value.rawBytes());
    case Kind::DateTime:
        if (!toExtension(value, m_limits))
            return cannotCarry(QStringLiteral("a datetime with a time zone"));
        [[fallthrough]];
    case Kind::Complex:
    case Kind::Date:
        if (const auto made = toExtension(value, m_limits))
            return extension(made->code, made->content);
        return cannotCarry(value);
    default:
        return cannotCarry(value);
    }
}

Status Writer::begin(const Value &container)
{
    constexpr qint64 kShort = 16;
    const qint64 size = container.size();
    const bool isDict = container.kind() == Kind::Dict;
    if (container.kind() == Kind::FrozenSet)
        return cannotCarry(container);
    if (size > kMost32)
        return cannotCarry(QStringLiteral("%1 items in one container").arg(size));
    if (size < kShort) {
        byte((isDict ? 0x80 : 0x90) | int(size));
    } else if (size <= kMost16) {
        byte(isDict ? 0xde : 0xdc);
        number<quint16>(quint16(size));
    } else {
        byte(isDict ? 0xdf : 0xdd);
        number<quint32>(quint32(size));
    }
    return Done{};
}

Status Writer::before(const Value &, qsizetype, const Value &)
{
    return Done{};
}

void Writer::end(const Value &) { }

} // namespace pyrolens::msgpack

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "reader_p.h"

#include <pyrolens/base/utf8.h>
#include <pyrolens/value/codecforms.h>
#include <pyrolens/value/numbertext.h>

#include <QtEndian>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

namespace pyrolens::marshal {

namespace {

using Kind = Value::Kind;

/// Strings above this size share the message's block.
constexpr qsizetype kSharedBytes = 4'096;
constexpr int kDigitBits = 15;
constexpr quint16 kDigitMask = 0x7fff;

} // namespace

Error Reader::failure(const QString &what, qsizetype at) const
{
    return Error::protocol(
        QStringLiteral("bad marshal data (%1)").arg(what), QStringLiteral("value.marshal"), at);
}

Error Reader::truncated() const
{
    return failure(QStringLiteral("too short"), m_bytes.size());
}

Error Reader::limit() const
{
    Error error = m_builder.error();
    error.offset = m_at;
    return error;
}

template <class T>
std::optional<T> Reader::number()
{
    if (left() < qsizetype(sizeof(T)))
        return std::nullopt;
    const T value = qFromLittleEndian<T>(m_bytes.constData() + m_at);
    m_at += qsizetype(sizeof(T));
    return value;
}

template std::optional<qint32> Reader::number<qint32>();
template std::optional<qint64> Reader::number<qint64>();

/// A count of bytes or items; each needs one byte at least.
Result<qsizetype> Reader::count(bool isShort)
{
    qint64 size = 0;
    if (isShort) {
        const auto value = number<quint8>();
        if (!value)
            return truncated();
        size = *value;
    } else {
        const auto value = number<qint32>();
        if (!value)
            return truncated();
        size = *value;
    }
    if (size < 0)
        return failure(QStringLiteral("size out of range"), m_start);
    if (size > left())
        return truncated();
    return size;
}

Result<Value> Reader::bytesValue(qsizetype size, Kind kind)
{
    const qsizetype from = m_at;
    const QByteArrayView raw = QByteArrayView(m_bytes).sliced(from, size);
    m_at += size;
    if (kind == Kind::Text) {
        if (const qsizetype bad = utf8::firstInvalid(raw); bad >= 0) {
            return Error::protocol(
                QStringLiteral("bad marshal data (bad UTF-8)"), QStringLiteral("value.utf8"), from + bad);
        }
    }
    if (!m_builder.charge(0, size))
        return limit();
    if (size >= kSharedBytes)
        return Value::view(kind, m_bytes, from, size);
    return kind == Kind::Text ? Value::utf8(raw) : kind == Kind::Str ? Value::str(raw) : Value::bytes(raw);
}

Result<Value> Reader::text(char type)
{
    const bool isShort = type == 'z' || type == 'Z';
    const Result<qsizetype> size = count(isShort);
    if (!size)
        return size.error();
    if (type == 'u')
        return bytesValue(*size, Kind::Text);
    if (type == 't') {
        Result<Value> value
            = bytesValue(*size, m_options.dialect == Dialect::Python2 ? Kind::Str : Kind::Text);
        if (value)
            m_interned.push_back(*value);
        return value;
    }
    const QByteArrayView raw = QByteArrayView(m_bytes).sliced(m_at, *size);
    if (std::ranges::all_of(raw, [](char c) { return static_cast<quint8>(c) < 0x80; }))
        return bytesValue(*size, Kind::Text);
    // CPython takes these "ASCII" bytes as Latin-1.
    m_at += *size;
    if (!m_builder.charge(0, 2 * *size))
        return limit();
    return Value::utf8(utf8::encode(QString::fromLatin1(raw)));
}

Result<Value> Reader::bigInteger()
{
    const auto signedCount = number<qint32>();
    if (!signedCount)
        return truncated();
    const qint64 size = std::abs(qint64(*signedCount));
    if (size > left() / 2)
        return truncated();
    const bool isLarge = size * kDigitBits / 8 > m_limits.maxIntegerBytes;
    if (isLarge) {
        m_at += 2 * size;
        return longIntegerText(qsizetype(double(size) * kDigitBits * 0.30103));
    }
    QByteArray bytes;
    bytes.reserve(size * kDigitBits / 8 + 2);
    quint32 bits = 0;
    int have = 0;
    for (qint64 i = 0; i < size; ++i) {
        const quint16 digit = qFromLittleEndian<quint16>(m_bytes.constData() + m_at);
        if (digit > kDigitMask)
            return failure(QStringLiteral("digit out of range in long"), m_at);
        if (i == size - 1 && digit == 0)
            return failure(QStringLiteral("unnormalized long data"), m_at);
        m_at += 2;
        bits |= quint32(digit) << have;
        for (have += kDigitBits; have >= 8; have -= 8, bits >>= 8)
            bytes += char(bits & 0xff);
    }
    bytes += char(bits & 0xff);
    bytes += '\0';
    if (*signedCount < 0) {
        int carry = 1;
        for (char &c : bytes) {
            const int byte = (~c & 0xff) + carry;
            carry = byte >> 8;
            c = char(byte & 0xff);
        }
    }
    if (!m_builder.charge(0, bytes.size()))
        return limit();
    return Value::bigInteger(bytes, m_options.dialect == Dialect::Python2 ? Kind::Long : Kind::Int);
}

Result<double> Reader::floatText()
{
    const auto size = number<quint8>();
    if (!size || *size > left())
        return truncated();
    const auto value
        = detail::floatFromText(QByteArrayView(m_bytes).sliced(m_at, *size).toByteArray().toLower());
    if (!value)
        return failure(QStringLiteral("not a number"), m_at);
    m_at += *size;
    return *value;
}

Result<Value> Reader::oldFloat(bool isComplex)
{
    const Result<double> first = floatText();
    if (!first)
        return first.error();
    if (!isComplex)
        return Value::real(*first);
    const Result<double> second = floatText();
    if (!second)
        return second.error();
    return Value::complex(*first, *second);
}

Result<Value> Reader::remembered()
{
    const auto index = number<qint32>();
    if (!index)
        return truncated();
    if (*index < 0 || size_t(*index) >= m_memory.size() || !m_memory[size_t(*index)])
        return failure(QStringLiteral("invalid reference"), m_start);
    return *m_memory[size_t(*index)];
}

Result<Value> Reader::internedAgain()
{
    const auto index = number<qint32>();
    if (!index)
        return truncated();
    if (*index < 0 || size_t(*index) >= m_interned.size())
        return failure(QStringLiteral("string ref out of range"), m_start);
    return m_interned[size_t(*index)];
}

Status Reader::scalar(char type, qsizetype memory, std::optional<Value> &done)
{
    const auto plain = [&](Result<Value> value) -> Status {
        if (!value)
            return std::move(value).error();
        if (!m_builder.charge(1, 0))
            return limit();
        return finished(*std::move(value), memory, done);
    };
    switch (type) {
    case 'N':
        return plain(Value());
    case 'T':
        return plain(Value::boolean(true));
    case 'F':
        return plain(Value::boolean(false));
    case '.':
        return plain(Value::global("builtins", "Ellipsis"));
    case 'S': {
        Object stop;
        stop.made = Object::Made::Dict;
        stop.name = "$stopiteration";
        stop.args = Value::tuple({});
        stop.state = Value::boolean(true);
        return plain(Value::object(std::move(stop)));
    }
    case 'i': {
        const auto value = number<qint32>();
        return plain(value ? Result<Value>(Value::integer(*value)) : truncated());
    }
    case 'I': {
        const auto value = number<qint64>();
        return plain(value ? Result<Value>(Value::integer(*value)) : truncated());
    }
    case 'l':
        return plain(bigInteger());
    case 'f':
    case 'x':
        return plain(oldFloat(type == 'x'));
    case 'g':
    case 'y': {
        const auto re = number<qint64>();
        const auto im = type == 'y' ? number<qint64>() : re;
        if (!re || !im)
            return truncated();
        return plain(type == 'g' ? Value::real(std::bit_cast<double>(*re))
                                 : Value::complex(std::bit_cast<double>(*re), std::bit_cast<double>(*im)));
    }
    case 's': {
        const Result<qsizetype> size = count(false);
        if (!size)
            return size.error();
        return plain(bytesValue(*size, m_options.dialect == Dialect::Python2 ? Kind::Str : Kind::Bytes));
    }
    case 't':
    case 'u':
    case 'a':
    case 'A':
    case 'z':
    case 'Z':
        return plain(text(type));
    case 'r':
        return plain(remembered());
    case 'R':
        return plain(internedAgain());
    case 'c':
        return failure(QStringLiteral("code objects are not read"), m_start);
    default:
        return failure(QStringLiteral("unknown type code"), m_start);
    }
}

} // namespace pyrolens::marshal

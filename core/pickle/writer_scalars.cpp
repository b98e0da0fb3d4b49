// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "escapes_p.h"
#include "writer_p.h"

#include <QtEndian>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

namespace pyrolens::pickle {

using Kind = Value::Kind;

// --- Output

void Output::grow(qsizetype more)
{
    constexpr qsizetype kFirst = 256;
    const qsizetype used = m_at == nullptr ? 0 : m_at - m_bytes.constData();
    const qsizetype wanted = std::max({kFirst, used * 2, used + more + kFirst});
    QByteArray larger(wanted, Qt::Uninitialized);
    char *begin = larger.data();
    if (used != 0)
        std::memcpy(begin, m_bytes.constData(), std::size_t(used));
    m_bytes = std::move(larger);
    m_at = begin + used;
    m_end = begin + wanted;
}

QByteArray Output::take()
{
    m_bytes.truncate(m_at == nullptr ? 0 : m_at - m_bytes.constData());
    m_at = m_end = nullptr;
    return std::move(m_bytes);
}

void Output::decimal(qint64 value)
{
    char text[24];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    raw(text, end - text);
}

// --- Numbers

void Writer::boolean(bool value)
{
    if (m_protocol >= 2)
        m_out.op(value ? Op::NewTrue : Op::NewFalse);
    else
        m_out.raw(value ? "I01\n" : "I00\n", 4);
}

bool Writer::writeInteger(const Value &value)
{
    // Python 2 keeps int and long apart; Python 3 uses the opcodes of long for what INT cannot carry
    // everywhere.
    const bool isLong = isPython2() && value.kind() == Kind::Long;
    if (const std::optional<qint64> number = value.asInteger(); number && !isLong) {
        if (isPython2() || qint64(qint32(*number)) == *number) {
            smallInteger(*number);
            return true;
        }
    }
    if (isPython2() && !isLong && !m_options.narrowIntegers) {
        const std::optional<QByteArray> digits = value.integerText(m_limits.maxIntegerDigits);
        if (!digits)
            return fail(
                Error::limit(QStringLiteral("integer has too many digits"), QStringLiteral("value.integer")));
        m_out.op(Op::Int);
        m_out.raw(*digits);
        m_out.byte('\n');
        return true;
    }
    return longInteger(value);
}

void Writer::smallInteger(qint64 value)
{
    if (m_protocol >= 1 && value >= 0 && value < 256) {
        m_out.op<1>(Op::BinInt1, quint64(value));
    } else if (m_protocol >= 1 && value >= 0 && value < 65536) {
        m_out.op<2>(Op::BinInt2, quint64(value));
    } else if (m_protocol >= 1 && value >= std::numeric_limits<qint32>::min()
        && value <= std::numeric_limits<qint32>::max()) {
        m_out.op<4>(Op::BinInt, quint64(value));
    } else {
        m_out.op(Op::Int);
        m_out.decimal(value);
        m_out.byte('\n');
    }
}

bool Writer::longInteger(const Value &value)
{
    if (m_protocol < 2) {
        const std::optional<QByteArray> digits = value.integerText(m_limits.maxIntegerDigits);
        if (!digits)
            return fail(
                Error::limit(QStringLiteral("integer has too many digits"), QStringLiteral("value.integer")));
        m_out.op(Op::Long);
        m_out.raw(*digits);
        m_out.raw("L\n", 2);
    } else {
        const bool isZero = value.asInteger() == qint64(0);
        const QByteArray digits = isZero ? QByteArray() : value.integerBytes();
        if (digits.size() > m_limits.maxIntegerBytes)
            return fail(
                Error::limit(QStringLiteral("integer is too large"), QStringLiteral("value.integer")));
        if (digits.size() < 256) {
            m_out.op(Op::Long1);
            m_out.byte(char(uchar(digits.size())));
        } else {
            m_out.op(Op::Long4);
            m_out.number(quint64(digits.size()), 4);
        }
        m_out.raw(digits);
    }
    remember(value);
    return true;
}

void Writer::real(double value)
{
    if (m_protocol >= 1) {
        m_out.op<8>(Op::BinFloat, qbswap(std::bit_cast<quint64>(value))); // big-endian, alone of all
        return;
    }
    m_out.op(Op::Float);
    if (std::isnan(value))
        m_out.raw("nan", 3);
    else if (value == 0 && std::signbit(value))
        m_out.raw("-0", 2); // QByteArray::number drops the sign
    else
        m_out.raw(QByteArray::number(value, 'g', 17));
    m_out.byte('\n');
}

// --- Text and bytes

bool Writer::counted(QByteArrayView bytes, Op small, Op medium, Op large, bool hasLarge)
{
    if (bytes.size() < 256 && small != medium) {
        m_out.op<1>(small, quint64(bytes.size()));
    } else if (bytes.size() <= std::numeric_limits<qint32>::max()) {
        m_out.op<4>(medium, quint64(bytes.size()));
    } else if (hasLarge) {
        m_out.op<8>(large, quint64(bytes.size()));
    } else {
        return unsupported(QStringLiteral("text or bytes above 2 GiB need pickle protocol 4"));
    }
    m_out.raw(bytes);
    return true;
}

bool Writer::text(QByteArrayView utf8)
{
    if (m_protocol == 0) {
        QByteArray escaped;
        appendUnicodeEscape(escaped, utf8, !isPython2());
        m_out.op(Op::Unicode);
        m_out.raw(escaped);
        m_out.byte('\n');
        return true;
    }
    const bool isNew = m_protocol >= 4;
    return counted(
        utf8, isNew ? Op::ShortBinUnicode : Op::BinUnicode, Op::BinUnicode, Op::BinUnicode8, isNew);
}

bool Writer::str(QByteArrayView bytes)
{
    // Python 3 reads 8-bit strings as ASCII text and fails on anything else, so what is not ASCII goes as
    // bytes.
    if (!isPython2() && !isAscii(bytes))
        return this->bytes(bytes);
    if (m_protocol == 0) {
        QByteArray quoted;
        appendStringRepr(quoted, bytes);
        m_out.op(Op::String);
        m_out.raw(quoted);
        m_out.byte('\n');
        return true;
    }
    return counted(bytes, Op::ShortBinString, Op::BinString, Op::BinString, false);
}

bool Writer::bytes(QByteArrayView bytes)
{
    if (isPython2())
        return str(bytes);
    if (m_protocol >= 3)
        return counted(bytes, Op::ShortBinBytes, Op::BinBytes, Op::BinBytes8, m_protocol >= 4);
    if (bytes.isEmpty()) {
        if (!builtin("bytes"))
            return false;
        endTuple(0);
        m_out.op(Op::Reduce);
        return true;
    }
    if (!global(QByteArrayLiteral("_codecs"), QByteArrayLiteral("encode")))
        return false;
    beginTuple(2);
    if (!text(latin1ToUtf8(bytes)) || !text("latin1"))
        return false;
    endTuple(2);
    m_out.op(Op::Reduce);
    return true;
}

bool Writer::byteArray(QByteArrayView bytes)
{
    if (m_protocol >= 5) {
        m_out.op(Op::ByteArray8);
        m_out.number(quint64(bytes.size()), 8);
        m_out.raw(bytes);
        return true;
    }
    if (!builtin("bytearray"))
        return false;
    if (bytes.isEmpty()) {
        endTuple(0);
    } else if (m_protocol >= 3) {
        beginTuple(1);
        if (!this->bytes(bytes))
            return false;
        endTuple(1);
    } else {
        beginTuple(2);
        if (!text(latin1ToUtf8(bytes)) || !nativeText("latin-1"))
            return false;
        endTuple(2);
    }
    m_out.op(Op::Reduce);
    return true;
}

bool Writer::nativeText(QByteArrayView ascii)
{
    return isPython2() ? str(ascii) : text(ascii);
}

// --- Tuples made up by us: no memo number.

void Writer::beginTuple(quint32 count)
{
    if (count != 0 && (m_protocol < 2 || count > 3))
        m_out.op(Op::Mark);
}

void Writer::endTuple(quint32 count)
{
    static constexpr Op kShort[] = {Op::EmptyTuple, Op::Tuple1, Op::Tuple2, Op::Tuple3};
    if (m_protocol >= 2 && count <= 3) {
        m_out.op(kShort[count]);
    } else if (m_protocol == 1 && count == 0) {
        m_out.op(Op::EmptyTuple);
    } else {
        if (count == 0)
            m_out.op(Op::Mark);
        m_out.op(Op::Tuple);
    }
}

} // namespace pyrolens::pickle

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "escapes_p.h"
#include "reader_p.h"

#include <pyrolens/base/utf8.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace pyrolens::pickle {

using Kind = Value::Kind;

namespace {

/// From this size on text and bytes share the message's block instead of being copied.
constexpr quint64 kViewBytes = 4096;

bool isDecimal(QByteArrayView text)
{
    return !text.isEmpty()
        && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

/// The rest of the opcode, up to a line feed.
bool Reader::line(QByteArrayView &text)
{
    const qsizetype left = m_end - m_at;
    const void *feed = left == 0 ? nullptr : std::memchr(m_at, '\n', std::size_t(left));
    if (feed == nullptr)
        return truncated();
    const char *end = static_cast<const char *>(feed);
    text = QByteArrayView(m_at, end - m_at);
    m_at = end + 1;
    return true;
}

bool Reader::memoIndex(quint64 &index)
{
    QByteArrayView text;
    if (!line(text))
        return false;
    text = text.trimmed();
    const auto read = std::from_chars(text.data(), text.data() + text.size(), index);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || index > 0xffffffffu)
        return fail(QStringLiteral("memo number is not a 32-bit number"));
    return true;
}

/// INT: also how protocols 0 and 1 write booleans. Python 2 writes ints beyond 32 bits this way in every
/// protocol.
bool Reader::intText()
{
    QByteArrayView text;
    if (!line(text))
        return false;
    if (text == "00" || text == "01")
        return boolean(text == "01");
    text = text.trimmed();
    if (text.endsWith('L'))
        return digits(text.chopped(1), longKind());
    return digits(text, Kind::Int);
}

bool Reader::longText()
{
    QByteArrayView text;
    if (!line(text))
        return false;
    text = text.trimmed();
    if (text.endsWith('L') || text.endsWith('l'))
        text.chop(1);
    return digits(text, longKind());
}

bool Reader::digits(QByteArrayView text, Kind kind)
{
    if (text.startsWith('+'))
        text = text.sliced(1);
    const QByteArrayView bare = text.startsWith('-') ? text.sliced(1) : text;
    if (!isDecimal(bare))
        return failAs(QStringLiteral("value.integer"), QStringLiteral("integer is not written in digits"));
    qint64 small = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), small);
    if (read.ec == std::errc())
        return charge(1, 0) && push(kind == Kind::Long ? Value::longInteger(small) : Value::integer(small));
    if (!charge(1, bare.size() / 2))
        return false;
    if (std::optional<Value> big = Value::integerFromText(text, kind, m_limits.maxIntegerDigits))
        return push(std::move(*big));
    // Too long to be turned into a number in reasonable time: shown, not converted.
    const QByteArray shown = "integer, " + QByteArray::number(bare.size()) + " digits";
    return push(Value::utf8(shown));
}

/// LONG1, LONG4: two's complement, little-endian.
bool Reader::longBytes(quint64 size)
{
    if (size > quint64(m_end - m_at))
        return truncated();
    if (size > quint64(m_limits.maxIntegerBytes)) {
        m_error = Error::limit(QStringLiteral("integer of more than %1 bytes").arg(m_limits.maxIntegerBytes),
            QStringLiteral("value.integer"), m_op - m_begin);
        return false;
    }
    if (!charge(1, size > 8 ? qint64(size) : 0))
        return false;
    const QByteArrayView bytes(m_at, qsizetype(size));
    m_at += size;
    return push(Value::bigInteger(bytes, longKind()));
}

/// FLOAT: any form C or Python prints, that of Windows' C library included.
bool Reader::floatText()
{
    QByteArrayView text;
    if (!line(text))
        return false;
    text = text.trimmed();
    if (text.startsWith('+'))
        text = text.sliced(1);
    double value = 0;
    const char *end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec == std::errc() && read.ptr == end && !text.isEmpty())
        return real(value);
    const bool isNegative = text.startsWith('-');
    const QByteArrayView bare = isNegative ? text.sliced(1) : text;
    if (bare.startsWith("1.#INF"))
        return real(
            isNegative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity());
    if (bare.startsWith("1.#QNAN") || bare.startsWith("1.#IND") || bare.startsWith("1.#SNAN"))
        return real(std::numeric_limits<double>::quiet_NaN());
    if (read.ec == std::errc::result_out_of_range && read.ptr == end) {
        bool isFine = false;
        value = text.toDouble(&isFine); // too small: 0 or the smallest there is
        if (isFine && std::isfinite(value))
            return real(value);
    }
    return failAs(QStringLiteral("value.float"), QStringLiteral("float is not written as a number"));
}

bool Reader::stringText()
{
    QByteArrayView text;
    if (!line(text))
        return false;
    const std::optional<QByteArray> bytes = unescapeString(text);
    if (!bytes)
        return failAs(QStringLiteral("value.text"), QStringLiteral("STRING is not a quoted string"));
    return charge(1, bytes->size()) && push(Value::str(*bytes));
}

bool Reader::unicodeText()
{
    QByteArrayView text;
    if (!line(text))
        return false;
    const std::optional<QByteArray> utf8 = unescapeUnicode(text);
    if (!utf8)
        return failAs(QStringLiteral("value.text"), QStringLiteral("UNICODE has a bad \\u escape"));
    return charge(1, utf8->size()) && push(Value::utf8(*utf8));
}

/// \p size bytes of the message at \p from, which have been found to be there.
bool Reader::payload(Kind kind, const char *from, quint64 size)
{
    const QByteArrayView bytes(from, qsizetype(size));
    if (kind == Kind::Text && !utf8::isValid(bytes))
        return failAs(QStringLiteral("value.utf8"), QStringLiteral("text is no UTF-8"));
    if (size >= kViewBytes)
        return charge(1, 64) && push(Value::view(kind, m_bytes, bytes.data() - m_begin, bytes.size()));
    if (!charge(1, qint64(size)))
        return false;
    switch (kind) {
    case Kind::Text:
        return push(Value::utf8(bytes));
    case Kind::Str:
        return push(Value::str(bytes));
    case Kind::Bytes:
        return push(Value::bytes(bytes));
    default:
        return push(Value::byteArray(bytes));
    }
}

/// BINSTRING has a signed count.
bool Reader::signedPayload(Kind kind, quint64 size)
{
    if (size >= 0x80000000u)
        return fail(QStringLiteral("BINSTRING with a negative length"));
    if (size > quint64(m_end - m_at))
        return truncated();
    const char *from = m_at;
    m_at += size;
    return payload(kind, from, size);
}

} // namespace pyrolens::pickle

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "lexer_p.h"

#include "characternames_p.h"

#include <pyrolens/base/utf8.h>
#include <pyrolens/value/biginteger.h>
#include <pyrolens/value/codecforms.h>
#include <pyrolens/value/numbertext.h>

#include <algorithm>
#include <cstring>

namespace pyrolens::serpent {

namespace {

using Kind = Value::Kind;

/// Texts above this size share the message's block instead of being copied.
constexpr qsizetype kSharedBytes = 4'096;
constexpr char32_t kLastCodePoint = 0x10ffff;

int digitOf(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char low = char(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : 99;
}

bool isDigit(char c, int base = 10)
{
    return digitOf(c) < base;
}

bool isNamePart(char c)
{
    return isDigit(c) || (char(c | 0x20) >= 'a' && char(c | 0x20) <= 'z') || c == '_'
        || static_cast<quint8>(c) >= 0x80;
}

} // namespace

Error Lexer::failure(const QString &what, qsizetype at) const
{
    return Error::protocol(
        QStringLiteral("serpent: ") + what, QStringLiteral("value.serpent"), at < 0 ? m_at : at);
}

bool Lexer::takeWord(QByteArrayView word)
{
    if (!QByteArrayView(m_bytes).sliced(m_at).startsWith(word) || isNamePart(peek(word.size())))
        return false;
    m_at += word.size();
    return true;
}

void Lexer::skipSpace(Lines lines)
{
    while (!atEnd()) {
        const char c = m_bytes.at(m_at);
        const bool isLineEnd = c == '\n' || c == '\r';
        if (c == ' ' || c == '\t' || c == '\f' || (isLineEnd && lines == Lines::Cross)) {
            ++m_at;
        } else if (c == '#') {
            while (!atEnd() && peek() != '\n' && peek() != '\r')
                ++m_at;
        } else if (c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
            m_at += peek(1) == '\n' ? 2 : 3;
        } else {
            return;
        }
    }
}

bool Lexer::atNumber() const
{
    return isDigit(peek()) || (peek() == '.' && isDigit(peek(1)));
}

qsizetype Lexer::digits(QByteArray &out, int base)
{
    const qsizetype before = out.size();
    while (isDigit(peek(), base) || (peek() == '_' && out.size() > before && isDigit(peek(1), base))) {
        if (peek() != '_')
            out += peek();
        ++m_at;
    }
    return out.size() - before;
}

Status Lexer::endsNumber() const
{
    if (isNamePart(peek()))
        return failure(QStringLiteral("expected the end of the number"));
    return Done{};
}

// 0x, 0o and 0b: a fixed number of bits per digit, so no arithmetic is needed.
Result<Value> Lexer::basedInteger(int bits, bool isNegative)
{
    m_at += 2;
    take('_');
    QByteArray text;
    if (digits(text, 1 << bits) == 0)
        return failure(QStringLiteral("a number without digits"));
    if (Status ended = endsNumber(); !ended)
        return ended.error();
    if (text.size() * bits / 8 > m_limits.maxIntegerBytes)
        return longIntegerText(text.size());
    return Value::bigInteger(detail::integerFromDigits(text, bits == 1 ? 2 : 1 << bits, isNegative));
}

Result<Value> Lexer::decimalInteger(const QByteArray &digits, bool isNegative, qsizetype start)
{
    if (digits.size() > 1 && digits.startsWith('0') && digits.count('0') != digits.size())
        return failure(QStringLiteral("an integer may not begin with 0"), start);
    const QByteArray signedDigits = isNegative ? '-' + digits : digits;
    if (auto value = Value::integerFromText(signedDigits, Kind::Int, m_limits.maxIntegerDigits + 1);
        value && digits.size() <= m_limits.maxIntegerDigits)
        return *std::move(value);
    return longIntegerText(digits.size());
}

Result<Value> Lexer::number(bool isNegative)
{
    const qsizetype start = m_at;
    if (peek() == '0') {
        switch (peek(1) | 0x20) {
        case 'x':
            return basedInteger(4, isNegative);
        case 'o':
            return basedInteger(3, isNegative);
        case 'b':
            return basedInteger(1, isNegative);
        default:
            break;
        }
    }
    QByteArray text;
    digits(text, 10);
    bool isReal = false;
    if (take('.')) {
        isReal = true;
        text += '.';
        digits(text, 10);
    }
    if (peek() == 'e' || peek() == 'E') {
        isReal = true;
        text += 'e';
        ++m_at;
        if (peek() == '+' || peek() == '-') {
            text += peek();
            ++m_at;
        }
        if (digits(text, 10) == 0)
            return failure(QStringLiteral("expected the digits of an exponent"));
    }
    const bool isImaginary = take('j') || take('J');
    if (Status ended = endsNumber(); !ended)
        return ended.error();
    if (!isReal && !isImaginary)
        return decimalInteger(text, isNegative, start);
    const auto value = detail::floatFromText(text);
    if (!value)
        return failure(QStringLiteral("bad number"), start);
    const double size = isNegative ? -*value : *value;
    // Python negates the whole complex number, so its real part becomes -0.0.
    return isImaginary ? Value::complex(isNegative ? -0.0 : 0.0, size) : Value::real(size);
}

std::optional<Lexer::Prefix> Lexer::prefix() const
{
    Prefix found;
    bool isText = false;
    for (; found.length < 3; ++found.length) {
        const char c = peek(found.length);
        if (c == '\'' || c == '"')
            return found;
        const char low = char(c | 0x20);
        if (low == 'b' && !found.isBytes && !isText)
            found.isBytes = true;
        else if (low == 'r' && !found.isRaw && !isText)
            found.isRaw = true;
        else if (low == 'u' && found.length == 0)
            isText = true;
        else
            return std::nullopt;
    }
    return std::nullopt;
}

bool Lexer::atString() const
{
    return prefix().has_value();
}

Status Lexer::namedEscape(QByteArray &out, qsizetype start)
{
    if (!take('{'))
        return failure(QStringLiteral("\\N needs a name in braces"), start);
    const qsizetype end = m_bytes.indexOf('}', m_at);
    if (end < 0 || end - m_at > kLongestCharacterName)
        return failure(QStringLiteral("\\N needs a name in braces"), start);
    const auto code = characterNamed(QByteArrayView(m_bytes).sliced(m_at, end - m_at));
    if (!code)
        return failure(QStringLiteral("unknown name of a character"), start);
    utf8::append(out, *code);
    m_at = end + 1;
    return Done{};
}

// Behind the backslash.
Status Lexer::escape(bool isBytes, QByteArray &out)
{
    const qsizetype start = m_at - 1;
    if (atEnd())
        return failure(QStringLiteral("this string has no end"));
    const char c = peek();
    ++m_at;
    const auto put = [&out, isBytes](char32_t code) {
        if (isBytes)
            out += char(code & 0xff);
        else
            utf8::append(out, code);
    };
    if (c >= '0' && c <= '7') {
        char32_t code = char32_t(c - '0');
        for (int i = 0; i < 2 && isDigit(peek(), 8); ++i, ++m_at)
            code = code * 8 + char32_t(digitOf(peek()));
        put(code);
        return Done{};
    }
    static constexpr QByteArrayView kLetters = "\\'\"abfnrtv";
    static constexpr QByteArrayView kMeanings = "\\'\"\a\b\f\n\r\t\v";
    if (const qsizetype index = kLetters.indexOf(c); index >= 0) {
        out += kMeanings[index];
        return Done{};
    }
    if (c == '\n')
        return Done{};
    if (c == '\r') {
        take('\n');
        return Done{};
    }
    if (c == 'x' || (!isBytes && (c == 'u' || c == 'U'))) {
        const int count = c == 'x' ? 2 : c == 'u' ? 4 : 8;
        char32_t code = 0;
        for (int i = 0; i < count; ++i, ++m_at) {
            if (!isDigit(peek(), 16))
                return failure(QStringLiteral("this escape needs %1 hexadecimal digits").arg(count), start);
            code = code * 16 + char32_t(digitOf(peek()));
        }
        if (code > kLastCodePoint)
            return failure(QStringLiteral("there is no character above U+10FFFF"), start);
        put(code);
        return Done{};
    }
    if (!isBytes && c == 'N')
        return namedEscape(out, start);
    // As Python does: an unknown escape is the backslash and the character.
    out += '\\';
    --m_at;
    return Done{};
}

// From the prefix to behind the closing quote.
Status Lexer::content(const Prefix &prefix, QByteArray &out)
{
    const qsizetype start = m_at;
    m_at += prefix.length;
    const char quote = peek();
    const bool isTriple = peek(1) == quote && peek(2) == quote;
    m_at += isTriple ? 3 : 1;
    for (;;) {
        const qsizetype from = m_at;
        while (!atEnd() && peek() != quote && peek() != '\\' && peek() != '\n' && peek() != '\r'
            && (!prefix.isBytes || static_cast<quint8>(peek()) < 0x80))
            ++m_at;
        out.append(m_bytes.constData() + from, m_at - from);
        if (atEnd())
            return failure(QStringLiteral("this string has no end"), start);
        const char c = peek();
        if (c == quote) {
            if (isTriple && (peek(1) != quote || peek(2) != quote)) {
                out += c;
                ++m_at;
                continue;
            }
            m_at += isTriple ? 3 : 1;
            return Done{};
        }
        if (c == '\n' || c == '\r') {
            if (!isTriple)
                return failure(QStringLiteral("the line ends inside of a string"));
            m_at += c == '\r' && peek(1) == '\n' ? 2 : 1; // Python reads every line end as \n
            out += '\n';
        } else if (c != '\\') {
            return failure(QStringLiteral("bytes are written with ASCII characters only"));
        } else if (prefix.isRaw) {
            out += '\\';
            ++m_at;
            if (!atEnd() && (peek() == quote || peek() == '\\'))
                out += m_bytes.at(m_at++);
        } else {
            ++m_at;
            if (Status escaped = escape(prefix.isBytes, out); !escaped)
                return escaped;
        }
    }
}

/// A long string without escapes, as a view of the message; nothing when it is not that.
Result<Value> Lexer::plainString(const Prefix &prefix)
{
    const qsizetype from = m_at + prefix.length + 1;
    const char quote = peek(prefix.length);
    const void *found = from < m_bytes.size()
        ? std::memchr(m_bytes.constData() + from, quote, size_t(m_bytes.size() - from))
        : nullptr;
    if (!found)
        return failure(QStringLiteral("this string has no end"));
    const qsizetype size = static_cast<const char *>(found) - m_bytes.constData() - from;
    const QByteArrayView inside = QByteArrayView(m_bytes).sliced(from, size);
    if (size < kSharedBytes || inside.contains('\\') || inside.contains('\n') || inside.contains('\r'))
        return Value();
    if (prefix.isBytes
        && std::any_of(inside.begin(), inside.end(), [](char c) { return static_cast<quint8>(c) >= 0x80; }))
        return Value();
    m_at = from + size + 1;
    return Value::view(prefix.isBytes ? Kind::Bytes : Kind::Text, m_bytes, from, size);
}

Result<Value> Lexer::string(Lines lines)
{
    std::optional<bool> isBytes;
    QByteArray all;
    Value whole; // the only one, when it is long and plain
    do {
        const Prefix found = *prefix();
        if (isBytes && *isBytes != found.isBytes)
            return failure(QStringLiteral("text and bytes cannot be joined"));
        const bool isFirst = !isBytes;
        isBytes = found.isBytes;
        if (isFirst && peek(found.length + 1) != peek(found.length)) {
            Result<Value> plain = plainString(found);
            if (!plain)
                return plain;
            whole = *std::move(plain);
        }
        if (!isFirst && !whole.isNone()) {
            all = whole.rawBytes().toByteArray();
            whole = Value();
        }
        if (whole.isNone()) {
            if (Status read = content(found, all); !read)
                return read.error();
        }
        const qsizetype end = m_at;
        skipSpace(lines);
        if (!atString())
            m_at = end;
    } while (atString());
    if (!whole.isNone())
        return whole;
    return *isBytes ? Value::bytes(all) : Value::utf8(all);
}

} // namespace pyrolens::serpent

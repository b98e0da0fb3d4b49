// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "literalscanner_p.h"

#include "biginteger.h"
#include "numbertext.h"

#include <pyrolens/base/utf8.h>

namespace pyrolens::detail {

namespace {

bool isDigitOf(char16_t c, int base)
{
    if (c >= u'0' && c <= u'9')
        return c - u'0' < base;
    const char16_t low = c | 0x20;
    return base == 16 && low >= u'a' && low <= u'f';
}

int digitOf(char16_t c)
{
    return c <= u'9' ? c - u'0' : (c | 0x20) - u'a' + 10;
}

bool isNameStart(QChar c)
{
    return c.isLetter() || c == u'_';
}

bool isNamePart(QChar c)
{
    return c.isLetterOrNumber() || c == u'_';
}

} // namespace

bool LiteralScanner::take(char16_t c)
{
    if (atEnd() || peek() != c)
        return false;
    ++m_at;
    return true;
}

void LiteralScanner::skipSpace()
{
    while (!atEnd() && (peek() == u' ' || (peek() >= u'\t' && peek() <= u'\r')))
        ++m_at;
}

QStringView LiteralScanner::name()
{
    const qsizetype start = m_at;
    while (!atEnd() && isNameStart(m_text[m_at])) {
        while (!atEnd() && isNamePart(m_text[m_at]))
            ++m_at;
        // A point at the very end is the beginning of more.
        if (peek() != u'.' || (m_at + 1 < m_text.size() && !isNameStart(m_text[m_at + 1])))
            break;
        ++m_at;
    }
    return since(start);
}

Error LiteralScanner::failure(const QString &what, qsizetype at) const
{
    Error error = Error::usage(QStringLiteral("column %1: %2").arg(at + 1).arg(what), at);
    error.code = QStringLiteral("literal.syntax");
    return error;
}

Error LiteralScanner::unfinished(const QString &what) const
{
    Error error = failure(what, m_text.size());
    error.code = QStringLiteral("literal.unfinished");
    return error;
}

Error LiteralScanner::expected(const QString &what) const
{
    if (atEnd())
        return unfinished(QStringLiteral("expected %1, but the text ends").arg(what));
    const bool isPair
        = m_text[m_at].isHighSurrogate() && m_at + 1 < m_text.size() && m_text[m_at + 1].isLowSurrogate();
    return failure(
        QStringLiteral("expected %1, found %2").arg(what, m_text.sliced(m_at, isPair ? 2 : 1)), m_at);
}

bool LiteralScanner::atNumber() const
{
    return isDigitOf(peek(), 10) || (peek() == u'.' && isDigitOf(peek(1), 10));
}

qsizetype LiteralScanner::digits(QByteArray &out, int base)
{
    const qsizetype before = out.size();
    while (isDigitOf(peek(), base) || (peek() == u'_' && out.size() > before && isDigitOf(peek(1), base))) {
        if (peek() != u'_')
            out += char(peek());
        ++m_at;
    }
    return out.size() - before;
}

bool LiteralScanner::takeLongSuffix()
{
    return m_dialect == Dialect::Python2 && (take(u'L') || take(u'l'));
}

Result<Value> LiteralScanner::integer(const QByteArray &digits, int base, bool isNegative, qsizetype start)
{
    const bool isLong = takeLongSuffix();
    if (isNamePart(QChar(peek())))
        return expected(QStringLiteral("the end of the number"));
    const bool tooLong = base == 10 ? digits.size() > m_limits.maxIntegerDigits
                                    : digits.size() / 2 > m_limits.maxIntegerBytes;
    if (tooLong)
        return failure(QStringLiteral("an integer of %1 digits is too long").arg(digits.size()), start);
    const Value value = Value::bigInteger(integerFromDigits(digits, base, isNegative));
    // In Python 2 what does not fit the machine is a long by itself.
    const bool becomesLong = isLong || (m_dialect == Dialect::Python2 && value.isBigInteger());
    return becomesLong ? Value::bigInteger(value.integerBytes(), Value::Kind::Long) : value;
}

Result<Value> LiteralScanner::prefixedInteger(int base, bool isNegative, qsizetype start)
{
    m_at += 2;
    take(u'_');
    QByteArray all;
    if (digits(all, base) == 0)
        return expected(base == 16 ? QStringLiteral("a hexadecimal digit")
                : base == 8        ? QStringLiteral("an octal digit")
                                   : QStringLiteral("0 or 1"));
    return integer(all, base, isNegative, start);
}

Result<Value> LiteralScanner::number(bool isNegative)
{
    const qsizetype start = m_at;
    if (peek() == u'0') {
        const char16_t mark = peek(1) | 0x20;
        if (mark == u'x' || mark == u'o' || mark == u'b')
            return prefixedInteger(mark == u'x' ? 16 : mark == u'o' ? 8 : 2, isNegative, start);
    }
    QByteArray text;
    const qsizetype whole = digits(text, 10);
    bool isReal = false;
    if (take(u'.')) {
        isReal = true;
        text += '.';
        digits(text, 10);
    }
    if (peek() == u'e' || peek() == u'E') {
        isReal = true;
        text += 'e';
        ++m_at;
        if (peek() == u'+' || peek() == u'-') {
            text += char(peek());
            ++m_at;
        }
        if (digits(text, 10) == 0)
            return expected(QStringLiteral("digits of an exponent"));
    }
    const bool isImaginary = take(u'j') || take(u'J');
    if (!isReal && !isImaginary) {
        const bool leadingZero = whole > 1 && text.startsWith('0') && text.count('0') != whole;
        if (leadingZero && m_dialect == Dialect::Python3)
            return failure(QStringLiteral("a number may not begin with 0; octal is written 0o17"), start);
        if (leadingZero) { // Python 2's octal
            for (const char c : text) {
                if (c > '7')
                    return failure(QStringLiteral("8 and 9 are no octal digits"), start);
            }
            return integer(text, 8, isNegative, start);
        }
        return integer(text, 10, isNegative, start);
    }
    if (isNamePart(QChar(peek())))
        return expected(QStringLiteral("the end of the number"));
    const auto value = floatFromText(text);
    if (!value)
        return failure(QStringLiteral("not a number"), start);
    const double number = isNegative ? -*value : *value;
    return isImaginary ? Value::complex(0, number) : Value::real(number);
}

std::optional<LiteralScanner::Prefix> LiteralScanner::prefix() const
{
    Prefix found;
    for (; found.length < 3; ++found.length) {
        const char16_t c = peek(found.length);
        if (c == u'\'' || c == u'"')
            return found;
        const char16_t low = c | 0x20;
        bool *flag = low == u'b' ? &found.isBytes
            : low == u'u'        ? &found.isText
            : low == u'r'        ? &found.isRaw
                                 : nullptr;
        if (!flag || *flag || found.length == 2)
            return std::nullopt;
        *flag = true;
    }
    return std::nullopt;
}

bool LiteralScanner::atString() const
{
    const std::optional<Prefix> found = prefix();
    return found && !(found->isBytes && found->isText);
}

Result<char32_t> LiteralScanner::hexEscape(int digits, qsizetype start)
{
    char32_t code = 0;
    for (int i = 0; i < digits; ++i) {
        if (!isDigitOf(peek(), 16)) {
            if (atEnd())
                return expected(QStringLiteral("a hexadecimal digit"));
            return failure(QStringLiteral("this escape needs %1 hexadecimal digits").arg(digits), start);
        }
        code = code * 16 + char32_t(digitOf(peek()));
        ++m_at;
    }
    return code;
}

// Behind the backslash.
Status LiteralScanner::escape(QByteArray &out, bool asText, qsizetype start)
{
    const char16_t c = peek();
    ++m_at;
    const auto put = [&out, asText](char32_t code) {
        if (asText)
            utf8::append(out, code);
        else
            out += char(code & 0xff);
    };
    if (c >= u'0' && c <= u'7') {
        char32_t code = char32_t(c - u'0');
        for (int i = 0; i < 2 && isDigitOf(peek(), 8); ++i, ++m_at)
            code = code * 8 + char32_t(digitOf(peek()));
        put(code);
        return Done{};
    }
    static constexpr std::pair<char16_t, char> kSimple[] = {{u'\\', '\\'}, {u'\'', '\''}, {u'"', '"'},
        {u'a', '\a'}, {u'b', '\b'}, {u'f', '\f'}, {u'n', '\n'}, {u'r', '\r'}, {u't', '\t'}, {u'v', '\v'}};
    for (const auto &[letter, byte] : kSimple) {
        if (c == letter) {
            out += byte;
            return Done{};
        }
    }
    if (c == u'\n')
        return Done{}; // the line goes on
    if (c == u'x' || (asText && (c == u'u' || c == u'U'))) {
        const Result<char32_t> code = hexEscape(c == u'x' ? 2 : c == u'u' ? 4 : 8, start);
        if (!code)
            return code.error();
        if (*code > 0x10ffff)
            return failure(QStringLiteral("there is no character above U+10FFFF"), start);
        put(*code);
        return Done{};
    }
    if (asText && c == u'N')
        return failure(
            QStringLiteral("names of characters are not known here; write \\u and its code"), start);
    // As Python does: an unknown escape is the backslash and the character.
    out += '\\';
    --m_at;
    return Done{};
}

Result<QByteArray> LiteralScanner::oneString(const Prefix &prefix, bool asText)
{
    const qsizetype start = m_at;
    m_at += prefix.length;
    const char16_t quote = peek();
    const bool isTriple = peek(1) == quote && peek(2) == quote;
    m_at += isTriple ? 3 : 1;
    QByteArray out;
    for (;;) {
        if (atEnd())
            return unfinished(QStringLiteral("this string has no end"));
        const char16_t c = peek();
        if (c == quote && (!isTriple || (peek(1) == quote && peek(2) == quote))) {
            m_at += isTriple ? 3 : 1;
            return out;
        }
        if ((c == u'\n' || c == u'\r') && !isTriple)
            return failure(QStringLiteral("the line ends inside of a string; use \\n or three quotes"), m_at);
        if (c == u'\\') {
            const qsizetype escapeStart = m_at++;
            if (atEnd())
                return unfinished(QStringLiteral("this string has no end"));
            // Python 2 reads \u in ur'' too. A raw string cannot end in a backslash: the quote after it
            // belongs to it.
            const bool isRawUnicode
                = prefix.isRaw && prefix.isText && asText && (peek() == u'u' || peek() == u'U');
            if (prefix.isRaw && !isRawUnicode) {
                out += '\\';
                if (peek() == quote || peek() == u'\\') {
                    out += char(peek());
                    ++m_at;
                }
                continue;
            }
            if (Status escaped = escape(out, asText, escapeStart); !escaped)
                return escaped.error();
            continue;
        }
        if (c >= 0x80 && prefix.isBytes && m_dialect == Dialect::Python3)
            return failure(QStringLiteral("bytes are written with ASCII characters and \\x escapes"), m_at);
        char32_t code = c;
        if (QChar::isHighSurrogate(c) && QChar::isLowSurrogate(peek(1)) && m_at + 1 < m_text.size()) {
            code = QChar::surrogateToUcs4(c, peek(1));
            ++m_at;
        }
        ++m_at;
        utf8::append(out, code);
    }
    Q_UNREACHABLE();
    return failure(QStringLiteral("this string has no end"), start);
}

Result<Value> LiteralScanner::string()
{
    std::optional<bool> asText;
    QByteArray all;
    while (atString()) {
        const Prefix found = *prefix();
        const bool isText = m_dialect == Dialect::Python2 ? found.isText : !found.isBytes;
        // Python 2 would decode the 8-bit part as ASCII; Python 3 refuses. Nothing is guessed here.
        if (asText && *asText != isText)
            return failure(QStringLiteral("text and bytes cannot be joined"), m_at);
        asText = isText;
        Result<QByteArray> part = oneString(found, isText);
        if (!part)
            return part.error();
        all += *part;
        const qsizetype end = m_at;
        skipSpace();
        if (!atString())
            m_at = end;
    }
    if (*asText)
        return Value::utf8(all);
    return m_dialect == Dialect::Python2 ? Value::str(all) : Value::bytes(all);
}

Result<QString> LiteralScanner::plainText()
{
    skipSpace();
    const std::optional<Prefix> found = prefix();
    if (!found || found->isBytes)
        return expected(QStringLiteral("a text in quotes"));
    const Result<QByteArray> content = oneString(*found, true);
    if (!content)
        return content.error();
    return utf8::decode(*content);
}

} // namespace pyrolens::detail

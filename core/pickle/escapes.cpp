// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "escapes_p.h"

#include <pyrolens/base/utf8.h>

#include <cstring>

namespace pyrolens::pickle {

namespace {

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

char hexLetter(quint32 nibble)
{
    return "0123456789abcdef"[nibble & 15];
}

/// Skips ASCII eight bytes at a time.
const uchar *skipAscii(const uchar *p, const uchar *end)
{
    while (end - p >= 8) {
        quint64 eight;
        std::memcpy(&eight, p, 8);
        if (eight & Q_UINT64_C(0x8080808080808080))
            break;
        p += 8;
    }
    while (p != end && *p < 0x80)
        ++p;
    return p;
}

const uchar *first(QByteArrayView bytes)
{
    return reinterpret_cast<const uchar *>(bytes.data());
}

struct Escape
{
    QByteArray bytes;
    qsizetype used = 0; ///< of the text behind the backslash; 0 = cut short
};

Escape octalEscape(QByteArrayView rest)
{
    int value = 0;
    qsizetype used = 0;
    while (used < 3 && used < rest.size() && rest[used] >= '0' && rest[used] <= '7')
        value = value * 8 + (rest[used++] - '0');
    return {QByteArray(1, char(uchar(value & 0xff))), used};
}

Escape stringEscape(QByteArrayView rest)
{
    static constexpr char kFrom[] = "\\'\"abfnrtv";
    static constexpr char kTo[] = "\\'\"\a\b\f\n\r\t\v";
    const char c = rest[0];
    if (const char *found = c ? std::strchr(kFrom, c) : nullptr)
        return {QByteArray(1, kTo[found - kFrom]), 1};
    if (c >= '0' && c <= '7')
        return octalEscape(rest);
    if (c == 'x') {
        const int high = rest.size() > 2 ? hexDigit(rest[1]) : -1;
        const int low = rest.size() > 2 ? hexDigit(rest[2]) : -1;
        if (high < 0 || low < 0)
            return {};
        return {QByteArray(1, char(uchar(high * 16 + low))), 3};
    }
    const char kept[] = {'\\', c};
    return {QByteArray(kept, 2), 1}; // unknown escapes stay as they are
}

/// The 4 or 8 hexadecimal digits behind \u or \U; -1 when they are not there or too large.
qint64 unicodeEscape(QByteArrayView digits, qsizetype count)
{
    if (digits.size() < count)
        return -1;
    qint64 value = 0;
    for (qsizetype i = 0; i < count; ++i) {
        const int digit = hexDigit(digits[i]);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value <= 0x10ffff ? value : -1;
}

void appendHex(QByteArray &out, char32_t value, int digits)
{
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        out += hexLetter(quint32(value) >> shift);
}

/// Next code point of valid UTF-8; moves `at` on. What is cut or stray counts as Latin-1, so nothing is read
/// beyond.
char32_t nextCodePoint(QByteArrayView text, qsizetype &at)
{
    const uchar *p = first(text) + at;
    const qsizetype left = text.size() - at;
    const int length = p[0] < 0xc0 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (length > left || length == 1) {
        ++at;
        return p[0];
    }
    char32_t value = p[0] & (0xffu >> (length + 1));
    for (int i = 1; i < length; ++i)
        value = value << 6 | (p[i] & 0x3fu);
    at += length;
    return value;
}

} // namespace

bool isAscii(QByteArrayView bytes)
{
    const uchar *const end = first(bytes) + bytes.size();
    return skipAscii(first(bytes), end) == end;
}

std::optional<QByteArray> unescapeString(QByteArrayView line)
{
    while (!line.isEmpty() && uchar(line.back()) <= ' ')
        line.chop(1);
    if (line.size() < 2 || line.front() != line.back() || (line.front() != '\'' && line.front() != '"'))
        return std::nullopt;
    line = line.sliced(1, line.size() - 2);
    if (!line.contains('\\'))
        return line.toByteArray();
    QByteArray out;
    out.reserve(line.size());
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (line[i] != '\\') {
            out += line[i];
            continue;
        }
        if (i + 1 == line.size())
            return std::nullopt;
        const Escape escape = stringEscape(line.sliced(i + 1));
        if (escape.used == 0)
            return std::nullopt;
        out += escape.bytes;
        i += escape.used;
    }
    return out;
}

std::optional<QByteArray> unescapeUnicode(QByteArrayView line)
{
    QByteArray out;
    out.reserve(line.size());
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (line[i] != '\\' || i + 1 == line.size()) {
            utf8::append(out, uchar(line[i]));
            continue;
        }
        const char next = line[i + 1];
        if (next != 'u' && next != 'U') {
            out += '\\'; // a doubled backslash hides a following u
            utf8::append(out, uchar(next));
            ++i;
            continue;
        }
        const qsizetype count = next == 'u' ? 4 : 8;
        const qint64 value = unicodeEscape(line.sliced(i + 2), count);
        if (value < 0)
            return std::nullopt;
        utf8::append(out, char32_t(value));
        i += 1 + count;
    }
    return out;
}

void appendStringRepr(QByteArray &out, QByteArrayView bytes)
{
    const char quote = bytes.contains('\'') && !bytes.contains('"') ? '"' : '\'';
    out += quote;
    for (const char c : bytes) {
        if (c == quote || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (uchar(c) < 0x20 || uchar(c) >= 0x7f) {
            out += "\\x";
            appendHex(out, uchar(c), 2);
        } else {
            out += c;
        }
    }
    out += quote;
}

void appendUnicodeEscape(QByteArray &out, QByteArrayView text, bool escapeControls)
{
    for (qsizetype at = 0; at < text.size();) {
        const char32_t c = nextCodePoint(text, at);
        if (c > 0xffff) {
            out += "\\U";
            appendHex(out, c, 8);
        } else if (c > 0xff || c == U'\\' || c == U'\n'
            || (escapeControls && (c == 0 || c == U'\r' || c == 0x1a))) {
            out += "\\u";
            appendHex(out, c, 4);
        } else {
            out += char(uchar(c));
        }
    }
}

QByteArray latin1ToUtf8(QByteArrayView bytes)
{
    QByteArray out;
    out.reserve(bytes.size() + bytes.size() / 2);
    for (const char c : bytes)
        utf8::append(out, uchar(c));
    return out;
}

} // namespace pyrolens::pickle

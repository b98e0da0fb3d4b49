// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "utf8.h"

#include <cstring>

namespace pyrolens::utf8 {

namespace {

quint8 byteAt(QByteArrayView bytes, qsizetype index)
{
    return static_cast<quint8>(bytes[index]);
}

bool isTail(QByteArrayView bytes, qsizetype index)
{
    return index < bytes.size() && (byteAt(bytes, index) & 0xc0) == 0x80;
}

qsizetype skipAscii(QByteArrayView bytes, qsizetype at)
{
    while (bytes.size() - at >= 8) {
        quint64 word = 0;
        std::memcpy(&word, bytes.data() + at, 8);
        if (word & 0x8080808080808080u)
            break;
        at += 8;
    }
    while (at < bytes.size() && byteAt(bytes, at) < 0x80)
        ++at;
    return at;
}

char *write(char *out, char32_t c)
{
    const auto put = [&out](char32_t byte) { *out++ = static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xc0 | (c >> 6));
        put(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        put(0xe0 | (c >> 12));
        put(0x80 | ((c >> 6) & 0x3f));
        put(0x80 | (c & 0x3f));
    } else {
        put(0xf0 | (c >> 18));
        put(0x80 | ((c >> 12) & 0x3f));
        put(0x80 | ((c >> 6) & 0x3f));
        put(0x80 | (c & 0x3f));
    }
    return out;
}

/// QString::fromUtf8() takes a U+FEFF at the beginning for a byte order mark and drops it; here it is text.
QString convert(QByteArrayView bytes)
{
    QString marks;
    while (bytes.startsWith("\xef\xbb\xbf")) {
        marks += QChar(0xfeff);
        bytes = bytes.sliced(3);
    }
    return marks.isEmpty() ? QString::fromUtf8(bytes) : QString(marks + QString::fromUtf8(bytes));
}

} // namespace

qsizetype firstInvalid(QByteArrayView bytes, Surrogates surrogates)
{
    for (qsizetype at = skipAscii(bytes, 0); at < bytes.size(); at = skipAscii(bytes, at)) {
        const quint8 lead = byteAt(bytes, at);
        if (lead >= 0xc2 && lead < 0xe0) {
            if (!isTail(bytes, at + 1))
                return at;
            at += 2;
        } else if ((lead & 0xf0) == 0xe0) {
            if (!isTail(bytes, at + 1) || !isTail(bytes, at + 2))
                return at;
            const quint8 second = byteAt(bytes, at + 1);
            if (lead == 0xe0 && second < 0xa0)
                return at;
            if (lead == 0xed && second >= 0xa0 && surrogates == Surrogates::Refused)
                return at;
            at += 3;
        } else if (lead >= 0xf0 && lead < 0xf5) {
            if (!isTail(bytes, at + 1) || !isTail(bytes, at + 2) || !isTail(bytes, at + 3))
                return at;
            const quint8 second = byteAt(bytes, at + 1);
            if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second >= 0x90))
                return at;
            at += 4;
        } else {
            return at;
        }
    }
    return -1;
}

qsizetype encodedSize(QStringView text)
{
    qsizetype size = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t c = text[i].unicode();
        if (c < 0x80) {
            size += 1;
        } else if (c < 0x800) {
            size += 2;
        } else if (QChar::isHighSurrogate(c) && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            size += 4;
            ++i;
        } else {
            size += 3;
        }
    }
    return size;
}

void encode(QStringView text, char *out)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t c = text[i].unicode();
        if (QChar::isHighSurrogate(c) && i + 1 < text.size() && text[i + 1].isLowSurrogate())
            out = write(out, QChar::surrogateToUcs4(c, text[++i].unicode()));
        else
            out = write(out, c);
    }
}

QByteArray encode(QStringView text)
{
    QByteArray out(encodedSize(text), Qt::Uninitialized);
    encode(text, out.data());
    return out;
}

QString decode(QByteArrayView bytes)
{
    if (isValid(bytes, Surrogates::Refused) || !isValid(bytes, Surrogates::Allowed))
        return convert(bytes);
    QString out;
    out.reserve(bytes.size());
    qsizetype done = 0;
    for (qsizetype at = 0; at + 2 < bytes.size(); ++at) {
        if (byteAt(bytes, at) != 0xed || byteAt(bytes, at + 1) < 0xa0)
            continue;
        out += convert(bytes.sliced(done, at - done));
        out += QChar(static_cast<char16_t>(
            0xd000 | ((byteAt(bytes, at + 1) & 0x3f) << 6) | (byteAt(bytes, at + 2) & 0x3f)));
        at += 2;
        done = at + 1;
    }
    out += convert(bytes.sliced(done));
    return out;
}

void append(QByteArray &out, char32_t codePoint)
{
    char buffer[4];
    out.append(buffer, write(buffer, codePoint) - buffer);
}

} // namespace pyrolens::utf8

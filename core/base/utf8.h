// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

/// UTF-8 as Python's "surrogatepass" writes it: lone surrogates are three bytes, so that they survive.
/// Pure functions. Source: CPython, Python/codecs.c, PyCodec_SurrogatePassErrors.
namespace pyrolens::utf8 {

enum class Surrogates : quint8 { Refused, Allowed };

/// Offset of the first byte that is not UTF-8 (overlong forms, values above U+10FFFF and cut sequences are
/// not), or -1.
qsizetype firstInvalid(QByteArrayView bytes, Surrogates surrogates = Surrogates::Allowed);
inline bool isValid(QByteArrayView bytes, Surrogates surrogates = Surrogates::Allowed)
{
    return firstInvalid(bytes, surrogates) < 0;
}

/// Bytes that encode() will write.
qsizetype encodedSize(QStringView text);
/// Writes encodedSize() bytes.
void encode(QStringView text, char *out);
QByteArray encode(QStringView text);

/// Text of valid UTF-8; what is not valid becomes U+FFFD.
QString decode(QByteArrayView bytes);

/// Appends one code point (a surrogate as three bytes).
void append(QByteArray &out, char32_t codePoint);

} // namespace pyrolens::utf8

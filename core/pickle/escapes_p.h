// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace pyrolens::pickle {

/// True for UTF-8 as Python's 'surrogatepass' reads it: shortest forms up to U+10FFFF, lone surrogates as
/// three bytes.
bool isPickleUtf8(QByteArrayView bytes);
bool isAscii(QByteArrayView bytes);

/// The argument of STRING: a quoted repr, escapes as in Python 2's 'string_escape'. Nothing when it is not
/// quoted or an escape is cut short.
std::optional<QByteArray> unescapeString(QByteArrayView line);
/// The argument of UNICODE, Python's 'raw_unicode_escape': Latin-1 with \uXXXX and \UXXXXXXXX. \return UTF-8.
std::optional<QByteArray> unescapeUnicode(QByteArrayView line);

/// repr() of an 8-bit string as Python 2 prints it.
void appendStringRepr(QByteArray &out, QByteArrayView bytes);
/// raw_unicode_escape with backslash, NUL (Python 3 only), line feed and what would end a line escaped.
void appendUnicodeEscape(QByteArray &out, QByteArrayView utf8, bool escapeControls);

/// Latin-1 bytes as UTF-8, how bytes travel in protocols 0 to 2 (`_codecs.encode`).
QByteArray latin1ToUtf8(QByteArrayView bytes);

} // namespace pyrolens::pickle

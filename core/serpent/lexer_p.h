// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>
#include <pyrolens/value/value.h>

#include <QByteArray>

#include <optional>

namespace pyrolens::serpent {

/// The smallest parts of a document: blanks, numbers, strings. The bytes are known to be UTF-8.
class Lexer final
{
public:
    Lexer(const QByteArray &bytes, const Limits &limits) : m_bytes(bytes), m_limits(limits) { }

    qsizetype at() const { return m_at; }
    bool atEnd() const { return m_at >= m_bytes.size(); }
    char peek(qsizetype ahead = 0) const
    {
        return m_at + ahead < m_bytes.size() ? m_bytes.at(m_at + ahead) : '\0';
    }
    bool take(char c)
    {
        if (peek() != c || atEnd())
            return false;
        ++m_at;
        return true;
    }
    bool takeWord(QByteArrayView word); ///< a whole name

    enum class Lines : quint8 { Cross, Stop };
    /// Blanks, form feeds, comments and escaped line ends; line ends only with Cross.
    void skipSpace(Lines lines);

    bool atNumber() const;
    bool atString() const;
    /// A number without sign; Complex when it is imaginary. \param isNegative the sign before it.
    Result<Value> number(bool isNegative);
    /// One string, or several side by side. \param lines whether they may stand on different lines.
    Result<Value> string(Lines lines);

    Error failure(const QString &what, qsizetype at = -1) const;

private:
    struct Prefix
    {
        bool isBytes = false;
        bool isRaw = false;
        qsizetype length = 0;
    };
    std::optional<Prefix> prefix() const;
    qsizetype digits(QByteArray &out, int base);
    Result<Value> basedInteger(int bits, bool isNegative);
    Result<Value> decimalInteger(const QByteArray &digits, bool isNegative, qsizetype start);
    Status endsNumber() const;
    Status content(const Prefix &prefix, QByteArray &out);
    Status escape(bool isBytes, QByteArray &out);
    Status namedEscape(QByteArray &out, qsizetype start);
    Result<Value> plainString(const Prefix &prefix);

    const QByteArray &m_bytes;
    const Limits &m_limits;
    qsizetype m_at = 0;
};

} // namespace pyrolens::serpent

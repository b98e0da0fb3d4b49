// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "literal.h"

namespace pyrolens::detail {

/// Reads the smallest parts of the literal grammar: spaces, names, numbers and strings.
class LiteralScanner final
{
public:
    LiteralScanner(QStringView text, Dialect dialect, const Limits &limits)
        : m_text(text), m_dialect(dialect), m_limits(limits)
    { }

    qsizetype at() const { return m_at; }
    bool atEnd() const { return m_at >= m_text.size(); }
    Dialect dialect() const { return m_dialect; }
    char16_t peek(qsizetype ahead = 0) const
    {
        return m_at + ahead < m_text.size() ? m_text[m_at + ahead].unicode() : u'\0';
    }
    bool take(char16_t c);
    void skipSpace();
    QStringView since(qsizetype start) const { return m_text.sliced(start, m_at - start); }

    /// A name with dots ("datetime.date"), empty when none begins here.
    QStringView name();
    void rewind(qsizetype to) { m_at = to; }

    bool atNumber() const; ///< at a digit, or a point before one
    bool atString() const; ///< at a quote, or a prefix before one
    /// A number without sign, real or imaginary. \param isNegative for "-0.0" and friends.
    Result<Value> number(bool isNegative);
    /// One or more strings one after the other.
    Result<Value> string();
    /// Content of one string without prefix that is a name, a path and so on, as text.
    Result<QString> plainText();

    /// "column 7: expected `what`, found ..." or, at the end of the text, one that isUnfinished().
    Error expected(const QString &what) const;
    Error failure(const QString &what, qsizetype at) const;
    Error unfinished(const QString &what) const;

private:
    struct Prefix
    {
        bool isBytes = false;
        bool isText = false;
        bool isRaw = false;
        qsizetype length = 0;
    };
    std::optional<Prefix> prefix() const;
    Result<QByteArray> oneString(const Prefix &prefix, bool asText);
    Status escape(QByteArray &out, bool asText, qsizetype start);
    Result<char32_t> hexEscape(int digits, qsizetype start);
    qsizetype digits(QByteArray &out, int base);
    Result<Value> prefixedInteger(int base, bool isNegative, qsizetype start);
    Result<Value> integer(const QByteArray &digits, int base, bool isNegative, qsizetype start);
    bool takeLongSuffix();

    QStringView m_text;
    Dialect m_dialect;
    const Limits &m_limits;
    qsizetype m_at = 0;
};

} // namespace pyrolens::detail

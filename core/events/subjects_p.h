// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/value/value.h>

#include <QByteArray>
#include <QRegularExpression>
#include <QString>

#include <chrono>
#include <vector>

namespace pyrolens::events {

/// A subject or pattern that a client named. Plain data.
struct Subject
{
    Value value;    ///< as it came: 8-bit str or unicode
    QByteArray key; ///< what equal subjects share: lower case, UTF-8
};

/// One text, or a list or tuple of them. Empty and None give none at all, as in the original.
/// \return TypeError or ValueError for what is neither, or beyond the limits.
Result<std::vector<Subject>> subjectsOf(const Value &value, int maxSubjects, int maxBytes);

/// A regular expression of the `re` module that subjects are matched against: ignoring case, at their start.
/// PCRE2 stands in for `re`; a match may take so many steps and no more.
/// Source: Pyro 3.16, EventService/Server.py, subscribeMatch.
class SubjectPattern
{
public:
    /// \return sre_constants.error for what is no regular expression.
    static Result<SubjectPattern> compile(const Value &text);

    enum class Outcome : quint8 { Differs, Matches, TooCostly };
    Outcome match(const QString &subject) const;
    const QByteArray &key() const { return m_key; } ///< the pattern's text, UTF-8

private:
    QByteArray m_key;
    QRegularExpression m_expression;
};

/// UTF-8 of a text-like value.
QByteArray utf8Of(const Value &text);

} // namespace pyrolens::events

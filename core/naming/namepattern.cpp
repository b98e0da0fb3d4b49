// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "namepattern_p.h"

#include <pyrolens/server/servant.h>

namespace pyrolens::naming {

namespace {

Error invalid(const QString &reason, qsizetype position)
{
    return raise(QStringLiteral("NamingError"),
        {Value::text(QStringLiteral("invalid regex: %1 at position %2").arg(reason).arg(position))});
}

Error tooCostly()
{
    Error error = raise(QStringLiteral("NamingError"), {Value::utf8("pattern too costly")});
    error.code = QStringLiteral("ns.limit");
    return error;
}

/// Python's spelling as PCRE has it: \Z is the very end. What begins with "(*" is an instruction to PCRE, and
/// an error in Python.
Result<QString> translated(const QString &expression)
{
    QString out;
    bool isInSet = false;
    qsizetype setStart = 0;
    for (qsizetype i = 0; i < expression.size(); ++i) {
        const QChar c = expression.at(i);
        if (c == u'\\' && i + 1 < expression.size()) {
            const QChar next = expression.at(++i);
            out += c;
            out += !isInSet && next == u'Z' ? QChar(u'z') : next;
            continue;
        }
        if (isInSet) {
            // A bracket right at the start of a set stands for itself.
            const bool isFirst = i == setStart + 1 || (i == setStart + 2 && expression.at(i - 1) == u'^');
            isInSet = c != u']' || isFirst;
        } else if (c == u'[') {
            isInSet = true;
            setStart = i;
        } else if (c == u'(' && i + 1 < expression.size() && expression.at(i + 1) == u'*') {
            return invalid(QStringLiteral("nothing to repeat"), i + 1);
        }
        out += c;
    }
    return out;
}

} // namespace

Result<NamePattern> NamePattern::make(const QString &expression)
{
    if (expression.toUtf8().size() > kMaxBytes)
        return tooCostly();
    const Result<QString> pattern = translated(expression);
    if (!pattern)
        return pattern.error();
    const QString limits = QStringLiteral("(*LIMIT_MATCH=%1)(*LIMIT_DEPTH=%1)").arg(kMaxSteps);
    QRegularExpression regex(limits + *pattern, QRegularExpression::UseUnicodePropertiesOption);
    if (!regex.isValid())
        return invalid(regex.errorString(), qMax<qsizetype>(0, regex.patternErrorOffset() - limits.size()));
    return NamePattern(std::move(regex));
}

Result<bool> NamePattern::matches(QByteArrayView name) const
{
    if (m_deadline.hasExpired())
        return tooCostly();
    const QRegularExpressionMatch match = m_regex.match(QString::fromUtf8(name), 0,
        QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
    if (!match.isValid())
        return tooCostly();
    return match.hasMatch();
}

} // namespace pyrolens::naming

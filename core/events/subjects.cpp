// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "subjects_p.h"

#include <pyrolens/server/servant.h>

namespace pyrolens::events {

namespace {

// PCRE2 counts backtracking steps and gives up: "(a+)+b" would take for ever.
constexpr char kStepLimit[] = "(*LIMIT_MATCH=100000)";

bool isFalse(const Value &value)
{
    return value.isNone() || value.asBool() == false || value.asInteger() == 0
        || ((value.isTextLike() || value.isContainer()) && value.size() == 0);
}

QByteArray keyOf(const Value &text)
{
    // An 8-bit str knows no letters beyond ASCII.
    if (text.kind() == Value::Kind::Str)
        return text.rawBytes().toByteArray().toLower();
    return text.toText().toLower().toUtf8();
}

Error refusal(const char *className, const QString &text)
{
    return raise(QLatin1StringView(className), {Value::str(text.toUtf8())});
}

Result<Subject> subjectOf(const Value &value, int maxBytes)
{
    if (!value.isTextLike())
        return refusal("TypeError", QStringLiteral("a subject must be a string"));
    if (value.size() > maxBytes)
        return refusal("ValueError", QStringLiteral("a subject may have at most %1 bytes").arg(maxBytes));
    return Subject{value, keyOf(value)};
}

} // namespace

QByteArray utf8Of(const Value &text)
{
    return text.kind() == Value::Kind::Text ? text.rawBytes().toByteArray() : text.toText().toUtf8();
}

Result<std::vector<Subject>> subjectsOf(const Value &value, int maxSubjects, int maxBytes)
{
    if (isFalse(value))
        return std::vector<Subject>();
    const bool isSequence = value.kind() == Value::Kind::List || value.kind() == Value::Kind::Tuple;
    const std::span<const Value> items = isSequence ? value.items() : std::span(&value, 1);
    if (qsizetype(items.size()) > maxSubjects)
        return refusal("ValueError", QStringLiteral("at most %1 subjects at once").arg(maxSubjects));
    std::vector<Subject> subjects;
    subjects.reserve(items.size());
    for (const Value &item : items) {
        Result<Subject> subject = subjectOf(item, maxBytes);
        if (!subject)
            return subject.error();
        subjects.push_back(std::move(subject).value());
    }
    return subjects;
}

Result<SubjectPattern> SubjectPattern::compile(const Value &text)
{
    const QString source = text.toText();
    // PCRE2's own settings, which could lift the limit; nothing can be repeated at the start in `re` either.
    if (source.startsWith(QLatin1StringView("(*")))
        return refusal("sre_constants.error", QStringLiteral("nothing to repeat"));
    SubjectPattern pattern;
    pattern.m_key = utf8Of(text);
    pattern.m_expression.setPattern(QLatin1StringView(kStepLimit) + source);
    pattern.m_expression.setPatternOptions(QRegularExpression::CaseInsensitiveOption);
    if (!pattern.m_expression.isValid())
        return refusal("sre_constants.error", pattern.m_expression.errorString());
    return pattern;
}

SubjectPattern::Outcome SubjectPattern::match(const QString &subject) const
{
    const QRegularExpressionMatch match = m_expression.match(
        subject, 0, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
    if (!match.isValid())
        return Outcome::TooCostly;
    return match.hasMatch() ? Outcome::Matches : Outcome::Differs;
}

} // namespace pyrolens::events

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "demoobjects_p.h"

namespace pyrolens::demo {

Error textError(const CallContext &context, const char *className, const QString &text)
{
    return raise(QLatin1StringView(className), {context.nativeText(text)});
}

Result<qint64> wholeNumber(const CallContext &context, const char *name, const Value &value, qint64 most)
{
    const QLatin1StringView word(name);
    const bool isInteger = value.kind() == Value::Kind::Int || value.kind() == Value::Kind::Long;
    if (!isInteger)
        return textError(context, "TypeError", word + QStringLiteral(" must be an integer"));
    const auto number = value.asInteger();
    if (!number || *number < 0 || *number > most)
        return textError(
            context, "ValueError", word + QStringLiteral(" must be from 0 to ") + QString::number(most));
    return *number;
}

} // namespace pyrolens::demo

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "staticservant.h"

#include "fixedvalue.h"

#include <QRegularExpression>

namespace pyrolens {

namespace {

Error badLine(int number, const QString &what)
{
    return Error::usage(QStringLiteral("line %1: %2").arg(number).arg(what));
}

} // namespace

Result<std::shared_ptr<Servant>> makeStaticServant(const QString &className, const QString &lines)
{
    static const QRegularExpression form(QStringLiteral("^([A-Za-z_][A-Za-z_0-9]*)\\s*([>!=])\\s*(.*)$"));
    static const QRegularExpression exception(QStringLiteral("^([A-Za-z_][\\w.]*)\\s*(.*)$"));
    auto servant = std::make_shared<LambdaServant>(className, Threading::Concurrent);
    QStringList names;
    int number = 0;
    for (const QString &raw : lines.split(u'\n')) {
        ++number;
        const QString line = raw.trimmed();
        if (line.isEmpty() || line.startsWith(u'#'))
            continue;
        const auto match = form.match(line);
        if (!match.hasMatch())
            return badLine(
                number, QStringLiteral("expected 'method > value', 'method ! Error' or 'name = value'"));
        const QString name = match.captured(1);
        if (names.contains(name))
            return badLine(number, QStringLiteral("'%1' stands here twice").arg(name));
        names.append(name);
        QString literal = match.captured(3);
        const QChar sign = match.captured(2).front();
        QString error;
        if (sign == u'!') {
            const auto parts = exception.match(literal);
            if (!parts.hasMatch())
                return badLine(number, QStringLiteral("expected the name of an exception"));
            error = parts.captured(1);
            literal = parts.captured(2);
        }
        FixedValue value;
        const bool hasValue = !literal.isEmpty() || error.isEmpty();
        if (hasValue) {
            auto parsed = FixedValue::parse(literal);
            if (!parsed)
                return badLine(number, parsed.error().what);
            value = *std::move(parsed);
        }
        if (sign == u'=') {
            servant->attribute(name, [value](CallContext &context) -> Outcome { return value.in(context); });
        } else if (sign == u'!') {
            servant->method(name + QStringLiteral("(*args, **kwargs)"),
                [error, value, hasValue](const std::vector<Value> &, CallContext &context) -> Outcome {
                    return raise(
                        error, hasValue ? std::vector<Value>{value.in(context)} : std::vector<Value>());
                });
        } else {
            servant->method(name + QStringLiteral("(*args, **kwargs)"),
                [value](const std::vector<Value> &, CallContext &context) -> Outcome {
                    return value.in(context);
                });
        }
    }
    if (names.isEmpty())
        return Error::usage(QStringLiteral("there is no method and no attribute in it"));
    return std::shared_ptr<Servant>(std::move(servant));
}

} // namespace pyrolens

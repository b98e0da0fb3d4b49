// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "servant.h"

#include <pyrolens/value/literal.h>

#include <algorithm>

// Binding of arguments. Order of the checks and words of the errors: CPython 2.7, Python/ceval.c,
// PyEval_EvalCodeEx.

namespace pyrolens {

namespace {

struct Parameters
{
    QStringList names;
    std::vector<std::optional<Value>> defaults; // one per name
    bool rest = false;                          // *args
    bool keywords = false;                      // **kwargs
};

Parameters parse(const QStringList &texts)
{
    Parameters result;
    for (const QString &text : texts) {
        if (text.startsWith(u"**")) {
            result.keywords = true;
        } else if (text.startsWith(u'*')) {
            result.rest = true;
        } else {
            const qsizetype equals = text.indexOf(u'=');
            result.names.append(text.left(equals).trimmed());
            if (equals < 0) {
                result.defaults.emplace_back();
                continue;
            }
            auto literal = parseLiteral(QStringView(text).mid(equals + 1), Dialect::Python3);
            Q_ASSERT_X(literal, "bindArguments", "a default is no literal");
            result.defaults.emplace_back(literal ? std::move(literal->value) : Value());
        }
    }
    return result;
}

Error typeError(const QString &text)
{
    return raise(QStringLiteral("TypeError"), {Value::text(text)});
}

Error wrongCount(const QString &method, const char *word, qsizetype wanted, qsizetype given)
{
    return typeError(QStringLiteral("%1() takes %2 %3 argument%4 (%5 given)")
                         .arg(method, QLatin1StringView(word))
                         .arg(wanted)
                         .arg(wanted == 1 ? QString() : QStringLiteral("s"))
                         .arg(given));
}

} // namespace

Result<std::vector<Value>> bindArguments(
    const QString &method, const QStringList &parameters, const Value &args, const Value &kwargs)
{
    const Parameters wanted = parse(parameters);
    const auto positional = args.items();
    const auto named = kwargs.pairs();
    const auto count = wanted.names.size();
    const auto given = qsizetype(positional.size());
    const auto optional
        = std::ranges::count_if(wanted.defaults, [](const auto &value) { return value.has_value(); });
    const qsizetype self = 1; // counts in Python's texts

    if (given > count && !wanted.rest) {
        return wrongCount(method, optional > 0 ? "at most" : "exactly", count + self,
            given + qsizetype(named.size()) + self);
    }

    std::vector<std::optional<Value>> bound(static_cast<size_t>(count));
    for (qsizetype i = 0; i < std::min(given, count); ++i)
        bound[size_t(i)] = positional[size_t(i)];

    std::vector<Value::Pair> others;
    for (const auto &[key, value] : named) {
        const QString name = key.toText();
        const qsizetype index = wanted.names.indexOf(name);
        if (index < 0) {
            if (!wanted.keywords)
                return typeError(
                    QStringLiteral("%1() got an unexpected keyword argument '%2'").arg(method, name));
            others.emplace_back(key, value);
        } else if (bound[size_t(index)]) {
            return typeError(
                QStringLiteral("%1() got multiple values for keyword argument '%2'").arg(method, name));
        } else {
            bound[size_t(index)] = value;
        }
    }

    const auto filled = std::ranges::count_if(bound, [](const auto &value) { return value.has_value(); });
    for (size_t i = 0; i < bound.size(); ++i) {
        if (bound[i])
            continue;
        if (!wanted.defaults[i]) {
            return wrongCount(method, wanted.rest || optional > 0 ? "at least" : "exactly",
                count - optional + self, filled + self);
        }
        bound[i] = wanted.defaults[i];
    }

    // In the order in which the parameters were written: *args and **kwargs stand at the end of any
    // signature.
    std::vector<Value> values;
    values.reserve(size_t(parameters.size()));
    for (auto &value : bound)
        values.push_back(std::move(*value));
    if (wanted.rest) {
        const auto extra = given > count ? positional.subspan(size_t(count)) : std::span<const Value>();
        values.push_back(Value::tuple({extra.begin(), extra.end()}));
    }
    if (wanted.keywords)
        values.push_back(Value::dict(std::move(others)));
    return values;
}

} // namespace pyrolens

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "dialect.h"
#include "value.h"

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>

#include <QString>

#include <functional>

namespace pyrolens {

/// A parsed literal with the place of each value in the source.
struct LiteralNode
{
    Value value;
    qsizetype start = 0; ///< UTF-16 units in the source
    qsizetype length = 0;
    std::vector<LiteralNode> children; ///< items; for a dict key, value, key, value ...
};

/// What stands between the brackets of a call: positional values, then name=value.
struct Arguments
{
    std::vector<LiteralNode> positional;
    struct Keyword
    {
        QString name;
        qsizetype start = 0; ///< of the name
        LiteralNode value;
    };
    std::vector<Keyword> keywords;

    Value args() const;   ///< Tuple
    Value kwargs() const; ///< Dict with Text keys (Str in the Python2 dialect is up to the generation)
};

/// Context a literal may refer to; both empty by default.
struct LiteralContext
{
    std::function<Result<Value>(const QString &name)> variable;  ///< ${name}
    std::function<Result<Value>(const QString &name)> callback;  ///< callback('name')
    std::function<Result<QByteArray>(const QString &path)> file; ///< file('path')
};

/// Parses one value of the argument grammar (CALL-1): the whole text must be one literal. Nothing is
/// evaluated. uri('...') is a Reference of Form::Uri; instance('module.Class', {...}) an Object made NewObj
/// without arguments and with that state, which pickle can write; the standard library's forms may have their
/// module before them (datetime.date(...)); JSON's null, true and false are accepted. At most 1,000 levels
/// whatever the limits say. \return Usage error with the offset in UTF-16 units, its column and what was
/// expected; Limit "value.depth" or "value.nodes"; whatever the context returns.
Result<LiteralNode> parseLiteral(
    QStringView text, Dialect dialect, const Limits &limits = {}, const LiteralContext &context = {});
/// Parses the inside of a call. Empty text is no arguments.
Result<Arguments> parseArguments(
    QStringView text, Dialect dialect, const Limits &limits = {}, const LiteralContext &context = {});
/// True when the error of a parse only says that the text ends too early (still being typed).
bool isUnfinished(const Error &error);

/// How to print a value as Python source.
struct PrintOptions
{
    Dialect dialect = Dialect::Python3;
    int indent = 0;            ///< 0 = one line; else spaces per level, broken by item
    int width = 100;           ///< with indent: short containers stay on one line
    qint64 maxNodes = 100'000; ///< then "..." (shared graphs are printed in full up to here)
    qint64 maxChars = 10'000'000;
};

/// Python source that parseLiteral() reads back equal for every kind the grammar has; others in the grammar's
/// own forms (instance('module.Class', {...}), uri('...')) or, where there is none, as <module.Class ...>.
/// Control characters and bidirectional overrides are escaped.
QString toPython(const Value &value, const PrintOptions &options = {});

} // namespace pyrolens

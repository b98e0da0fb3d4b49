// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/result.h>

#include <QHash>
#include <QString>
#include <QStringList>

#include <vector>

namespace pyrolens::cli {

/// One option of the command line. The same name means the same thing, with or without a value, in every
/// command.
struct OptionSpec
{
    QString name;      ///< without the dashes
    QString valueName; ///< "HOST[:PORT]"; empty = a flag
    QString help;
    bool repeatable = false;
};

/// A command line taken apart: the command, its words, its options.
class ParsedLine
{
public:
    QString command;
    QStringList words; ///< positional arguments after the command

    bool has(const QString &option) const { return m_values.contains(option); }
    QString value(const QString &option, const QString &other = {}) const;
    QStringList values(const QString &option) const { return m_values.value(option); }
    void add(const QString &option, const QString &value) { m_values[option].append(value); }
    QStringList optionNames() const { return m_values.keys(); }

private:
    QHash<QString, QStringList> m_values;
};

/// Splits a command line. Options may stand before or after the command, as `--name value` or `--name=value`;
/// `--` ends them; a bare negative number (-42, -1.5, -inf) is a word. \return Usage when an option is
/// unknown, lacks its value or is given twice though it may stand once.
Result<ParsedLine> parseLine(const QStringList &arguments, const std::vector<OptionSpec> &known);

} // namespace pyrolens::cli

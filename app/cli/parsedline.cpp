// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "parsedline.h"

#include <QRegularExpression>

#include <algorithm>

namespace pyrolens::cli {

namespace {

/// Words that start with a dash and are literals all the same.
bool isNegativeNumber(const QString &word)
{
    static const QRegularExpression pattern(QStringLiteral("^-(\\d|\\.\\d|inf|nan)"));
    return pattern.match(word).hasMatch();
}

QString closeMatches(const QString &name, const std::vector<OptionSpec> &known)
{
    QStringList close;
    for (const OptionSpec &spec : known) {
        if (spec.name.startsWith(name.left(3)))
            close.append(QStringLiteral("--") + spec.name);
    }
    close.removeDuplicates();
    return close.isEmpty() ? QString() : QStringLiteral("; close ones: ") + close.join(QStringLiteral(", "));
}

} // namespace

QString ParsedLine::value(const QString &option, const QString &other) const
{
    const QStringList all = m_values.value(option);
    return all.isEmpty() ? other : all.last();
}

Result<ParsedLine> parseLine(const QStringList &arguments, const std::vector<OptionSpec> &known)
{
    ParsedLine line;
    bool optionsEnded = false;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &word = arguments.at(i);
        const bool isOption
            = !optionsEnded && word.startsWith(u'-') && word.size() > 1 && !isNegativeNumber(word);
        if (!isOption) {
            if (line.command.isEmpty())
                line.command = word;
            else
                line.words.append(word);
            continue;
        }
        if (word == QLatin1String("--")) {
            optionsEnded = true;
            continue;
        }
        QString name
            = word == QLatin1String("-h") ? QStringLiteral("help") : word.mid(word.startsWith(u"--") ? 2 : 1);
        const qsizetype equals = name.indexOf(u'=');
        const bool hasInlineValue = equals >= 0;
        const QString inlineValue = hasInlineValue ? name.mid(equals + 1) : QString();
        if (hasInlineValue)
            name.truncate(equals);
        const auto spec = std::find_if(known.begin(), known.end(),
            [&name](const OptionSpec &candidate) { return candidate.name == name; });
        if (spec == known.end() || !(word.startsWith(u"--") || name == QLatin1String("help")))
            return Error::usage(
                QStringLiteral("there is no option '%1'%2").arg(word, closeMatches(name, known)));
        if (line.has(name) && !spec->repeatable)
            return Error::usage(QStringLiteral("option --%1 was given twice").arg(name));
        if (spec->valueName.isEmpty()) {
            if (hasInlineValue)
                return Error::usage(QStringLiteral("option --%1 takes no value").arg(name));
            line.add(name, {});
        } else if (hasInlineValue) {
            line.add(name, inlineValue);
        } else {
            if (i + 1 >= arguments.size())
                return Error::usage(
                    QStringLiteral("option --%1 needs a value: %2").arg(name, spec->valueName));
            line.add(name, arguments.at(++i));
        }
    }
    return line;
}

} // namespace pyrolens::cli

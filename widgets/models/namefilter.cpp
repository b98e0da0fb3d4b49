// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "namefilter.h"

#include <algorithm>

namespace pyrolens {

namespace {

QRegularExpression globExpression(const QString &glob, bool anchored, bool caseSensitive)
{
    const auto conversion = QRegularExpression::UnanchoredWildcardConversion;
    QString pattern = QRegularExpression::wildcardToRegularExpression(glob, conversion);
    // The conversion keeps '/' apart from '*'; names know no folders.
    pattern.replace(QLatin1String("[^/]*"), QLatin1String(".*"))
        .replace(QLatin1String("[^/]"), QLatin1String("."));
    if (anchored)
        pattern = QRegularExpression::anchoredPattern(pattern);
    return QRegularExpression(pattern,
        caseSensitive ? QRegularExpression::NoPatternOption : QRegularExpression::CaseInsensitiveOption);
}

bool holds(const std::optional<QRegularExpression> &expression, const QString &text)
{
    return !expression || expression->match(text).hasMatch();
}

bool hasAny(const QStringList &tags, const QStringList &wanted)
{
    return std::ranges::any_of(wanted, [&tags](const QString &tag) { return tags.contains(tag); });
}

} // namespace

std::optional<NameFilter> NameFilter::parse(
    const QString &text, Mode mode, bool caseSensitive, QString *error)
{
    NameFilter filter;
    filter.caseSensitive = caseSensitive;
    QStringList rest;
    for (const QString &word : text.split(u' ', Qt::SkipEmptyParts)) {
        const qsizetype colon = word.indexOf(u':');
        const QString key = word.left(std::max<qsizetype>(colon, 0)).toLower();
        const QString value = word.mid(colon + 1);
        if (key == QLatin1String("tag") && !value.isEmpty())
            filter.tags.push_back(value.split(u',', Qt::SkipEmptyParts));
        else if (key == QLatin1String("meta"))
            filter.meta = globExpression(value, false, false);
        else if (key == QLatin1String("host"))
            filter.host = globExpression(value.endsWith(u'*') ? value : value + u'*', true, false);
        else if (key == QLatin1String("gen"))
            filter.generation = globExpression(value, true, false);
        else if (key == QLatin1String("dead"))
            filter.dead = value != QLatin1String("no");
        else
            rest.append(word);
    }
    if (mode == Mode::Plain || rest.isEmpty()) {
        filter.words = rest;
        return filter;
    }
    const QString pattern = rest.join(u' ');
    filter.pattern = mode == Mode::Glob
        ? globExpression(pattern, true, caseSensitive)
        : QRegularExpression(pattern,
            caseSensitive ? QRegularExpression::NoPatternOption : QRegularExpression::CaseInsensitiveOption);
    if (!filter.pattern->isValid()) {
        if (error)
            *error = filter.pattern->errorString();
        return std::nullopt;
    }
    return filter;
}

std::vector<int> NameFilter::apply(
    const NameList &list, int listGeneration, const std::function<bool(int)> &isDead) const
{
    if (!holds(generation, QString::number(listGeneration)))
        return {};
    std::vector<int> hits = list.containing(words.value(0), caseSensitive);
    const auto keep = [&](const auto &test) {
        hits.erase(std::remove_if(hits.begin(), hits.end(), [&](int row) { return !test(row); }), hits.end());
    };
    for (qsizetype i = 1; i < words.size(); ++i) {
        const QByteArray folded = words[i].toCaseFolded().toUtf8();
        keep([&](int row) {
            return caseSensitive ? list.at(row).name.contains(words[i])
                                 : list.folded(row).indexOf(folded) >= 0;
        });
    }
    if (pattern)
        keep([&](int row) { return pattern->match(list.at(row).name).hasMatch(); });
    if (host)
        keep([&](int row) { return host->match(splitUri(list.at(row).uri).host).hasMatch(); });
    for (const QStringList &wanted : tags)
        keep([&](int row) { return hasAny(list.at(row).tags, wanted); });
    if (meta)
        keep([&](int row) {
            return std::ranges::any_of(
                list.at(row).tags, [&](const QString &tag) { return meta->match(tag).hasMatch(); });
        });
    if (dead)
        keep([&](int row) { return (isDead && isDead(row)) == *dead; });
    return hits;
}

std::vector<std::pair<qsizetype, qsizetype>> NameFilter::matchesIn(const QString &text) const
{
    std::vector<std::pair<qsizetype, qsizetype>> found;
    const Qt::CaseSensitivity sensitivity = caseSensitive ? Qt::CaseSensitive : Qt::CaseInsensitive;
    for (const QString &word : words) {
        for (qsizetype at = text.indexOf(word, 0, sensitivity); at >= 0;
             at = text.indexOf(word, at + word.size(), sensitivity))
            found.emplace_back(at, word.size());
    }
    if (pattern) {
        auto matches = pattern->globalMatch(text);
        while (matches.hasNext()) {
            const QRegularExpressionMatch match = matches.next();
            if (match.capturedLength() > 0)
                found.emplace_back(match.capturedStart(), match.capturedLength());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace pyrolens

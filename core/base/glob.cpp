// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "glob.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace pyrolens {

namespace {

/// Does a set "[a-z]" at pattern[at] hold c? \return the place behind it and the verdict; nothing when ']' is
/// missing.
std::optional<std::pair<qsizetype, bool>> matchSet(QStringView pattern, qsizetype at, QChar c)
{
    qsizetype i = at + 1;
    const bool negated = i < pattern.size() && (pattern[i] == u'!' || pattern[i] == u'^');
    if (negated)
        ++i;
    bool hit = false;
    for (const qsizetype first = i; i < pattern.size(); ++i) {
        if (pattern[i] == u']' && i > first)
            return std::pair(i + 1, hit != negated);
        if (i + 2 < pattern.size() && pattern[i + 1] == u'-' && pattern[i + 2] != u']') {
            hit = hit || (pattern[i] <= c && c <= pattern[i + 2]);
            i += 2;
        } else {
            hit = hit || pattern[i] == c;
        }
    }
    return std::nullopt;
}

} // namespace

bool globMatches(QStringView pattern, QStringView text)
{
    qsizetype p = 0;
    qsizetype t = 0;
    qsizetype star = -1;
    qsizetype starText = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == u'*') {
            star = p++;
            starText = t;
            continue;
        }
        qsizetype next = p + 1;
        bool hit = p < pattern.size() && (pattern[p] == u'?' || pattern[p] == text[t]);
        if (p < pattern.size() && pattern[p] == u'[') {
            if (const auto set = matchSet(pattern, p, text[t])) {
                next = set->first;
                hit = set->second;
            }
        }
        if (hit) {
            p = next;
            ++t;
        } else if (star >= 0) {
            p = star + 1;
            t = ++starText;
        } else {
            return false;
        }
    }
    return std::ranges::all_of(pattern.sliced(p), [](QChar c) { return c == u'*'; });
}

bool isGlob(QStringView text)
{
    return globStart(text).size() < text.size();
}

QStringView globStart(QStringView pattern)
{
    const auto special
        = std::ranges::find_if(pattern, [](QChar c) { return c == u'*' || c == u'?' || c == u'['; });
    return pattern.first(special - pattern.begin());
}

} // namespace pyrolens

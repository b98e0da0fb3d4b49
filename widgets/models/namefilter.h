// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "namelist.h"

#include <QRegularExpression>

#include <functional>
#include <optional>

namespace pyrolens {

/// What is typed in the name filter: words and terms, all of which must hold.
///
/// `tag:a,b` wants one of these tags, two such terms one of each; `meta:` takes a glob that has to be found
/// in a tag, `host:` and `gen:` one for all of it, `dead:yes` or `dead:no` the state of health; anything else
/// is text, in plain, regex or glob mode (in the last two all remaining words together are one pattern).
struct NameFilter
{
    enum class Mode : quint8 { Plain, Regex, Glob };

    /// `error` gets the reason, in the regex engine's words, when a pattern is invalid.
    static std::optional<NameFilter> parse(
        const QString &text, Mode mode, bool caseSensitive, QString *error = nullptr);

    bool isEmpty() const { return words.isEmpty() && !needsRows(); }
    /// True when more than the plain sweep is needed.
    bool needsRows() const { return pattern || meta || host || generation || dead || !tags.empty(); }
    /// The visible indexes, ascending. `isDead` may be empty. Thread-safe.
    std::vector<int> apply(
        const NameList &list, int listGeneration, const std::function<bool(int)> &isDead = {}) const;
    /// Where the text parts match inside `text`: (start, length) pairs, for highlighting.
    std::vector<std::pair<qsizetype, qsizetype>> matchesIn(const QString &text) const;

    QStringList words;
    bool caseSensitive = false;
    std::optional<QRegularExpression> pattern;
    std::vector<QStringList> tags; ///< of each list at least one
    std::optional<QRegularExpression> meta;
    std::optional<QRegularExpression> host;
    std::optional<QRegularExpression> generation;
    std::optional<bool> dead;
};

} // namespace pyrolens

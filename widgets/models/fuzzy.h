// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QByteArrayView>
#include <QString>

#include <functional>
#include <vector>

namespace pyrolens {

/// How well `pattern` fits into `text` as a subsequence; both case-folded UTF-8. 0: not at all. Runs of
/// letters, starts of parts (after '.', ':', '_', ' ', '-') and short texts score higher.
int fuzzyScore(QByteArrayView pattern, QByteArrayView text);

/// The best `limit` of `count` texts, best first; equal scores keep their order. `textAt` gives folded UTF-8.
struct FuzzyHit
{
    int index = 0;
    int score = 0;
};
std::vector<FuzzyHit> fuzzyBest(
    const QString &pattern, int count, int limit, const std::function<QByteArrayView(int)> &textAt);

} // namespace pyrolens

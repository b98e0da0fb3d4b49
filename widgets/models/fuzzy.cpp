// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "fuzzy.h"

#include <algorithm>
#include <cstring>

namespace pyrolens {

namespace {

bool isBorder(char c)
{
    return c == '.' || c == ':' || c == '_' || c == ' ' || c == '-' || c == '/';
}

} // namespace

int fuzzyScore(QByteArrayView pattern, QByteArrayView text)
{
    if (pattern.isEmpty())
        return 1;
    if (pattern.size() > text.size())
        return 0;
    int score = 100;
    qsizetype at = 0;
    bool run = false;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        const char wanted = pattern[i];
        if (run && at < text.size() && text[at] == wanted) {
            score += 8;
            ++at;
            continue;
        }
        const void *place = std::memchr(text.data() + at, wanted, size_t(text.size() - at));
        if (!place)
            return 0;
        const auto found = qsizetype(static_cast<const char *>(place) - text.data());
        score -= int(std::min<qsizetype>(found - at, 10));
        if (found == 0 || isBorder(text[found - 1]))
            score += 10;
        at = found + 1;
        run = true;
    }
    // A whole word in one piece beats scattered letters, however the greedy walk went.
    if (const qsizetype whole = text.indexOf(pattern); whole >= 0) {
        score += 40 + int(pattern.size()) * 4;
        if (whole == 0 || isBorder(text[whole - 1]))
            score += 30;
        if (whole + pattern.size() == text.size())
            score += 20;
    }
    score -= int(std::min<qsizetype>(text.size() / 8, 30));
    return std::max(score, 1);
}

std::vector<FuzzyHit> fuzzyBest(
    const QString &pattern, int count, int limit, const std::function<QByteArrayView(int)> &textAt)
{
    const QByteArray folded = pattern.toCaseFolded().toUtf8();
    const auto better = [](const FuzzyHit &a, const FuzzyHit &b) {
        return a.score != b.score ? a.score > b.score : a.index < b.index;
    };
    std::vector<FuzzyHit> best; // a heap whose top is the worst one kept
    for (int i = 0; i < count; ++i) {
        const FuzzyHit hit{i, fuzzyScore(folded, textAt(i))};
        if (hit.score <= 0)
            continue;
        if (int(best.size()) < limit) {
            best.push_back(hit);
            std::push_heap(best.begin(), best.end(), better);
        } else if (better(hit, best.front())) {
            std::pop_heap(best.begin(), best.end(), better);
            best.back() = hit;
            std::push_heap(best.begin(), best.end(), better);
        }
    }
    std::sort(best.begin(), best.end(), better);
    return best;
}

} // namespace pyrolens

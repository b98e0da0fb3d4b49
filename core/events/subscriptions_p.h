// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "subjects_p.h"

#include <QHash>
#include <QSet>

#include <chrono>
#include <map>
#include <vector>

namespace pyrolens::events {

class Delivery;

/// Who wants what: exact subjects and patterns. Knows deliveries by address only. Not thread-safe.
class Subscriptions
{
public:
    struct CostlyPattern
    {
        QByteArray text;
        std::vector<Delivery *> subscribers;
    };
    struct Found
    {
        std::vector<Delivery *> targets;   ///< exact ones first; twice who subscribed both ways
        std::vector<CostlyPattern> costly; ///< took too long and have been removed
    };

    void add(Delivery *subscriber, const Subject &subject); ///< a second time has no effect
    void add(Delivery *subscriber, const SubjectPattern &pattern);
    /// The exact subject if it was subscribed to, else the pattern of that text; nothing for unknown ones.
    void remove(Delivery *subscriber, const Subject &subject);
    void removeAll(Delivery *subscriber);
    Found find(const Subject &subject);

    int count(Delivery *subscriber) const; ///< subjects and patterns
    int patternCount(Delivery *subscriber) const;
    int total() const { return m_total; }

private:
    struct Pattern
    {
        SubjectPattern pattern;
        std::vector<Delivery *> subscribers;
        std::chrono::nanoseconds slow{0}; ///< time of its slow matches in the current window
    };
    struct Wishes
    {
        QSet<QByteArray> subjects;
        QSet<QByteArray> patterns;
    };
    using Clock = std::chrono::steady_clock;

    void dropSubject(Delivery *subscriber, const QByteArray &key);
    void dropPattern(Delivery *subscriber, const QByteArray &text);
    void dropCostly(const QByteArray &text, Found &found);
    void noteSlow(Pattern &pattern, Clock::duration took, Clock::time_point now);

    QHash<QByteArray, std::vector<Delivery *>> m_exact;
    std::map<QByteArray, Pattern> m_patterns; ///< by text
    QHash<Delivery *, Wishes> m_wishes;
    int m_total = 0;
    Clock::time_point m_windowStart;
    std::chrono::nanoseconds m_slow{0}; ///< of all patterns in the current window
};

} // namespace pyrolens::events

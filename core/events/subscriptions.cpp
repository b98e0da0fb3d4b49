// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "subscriptions_p.h"

#include <algorithm>

namespace pyrolens::events {

namespace {

// Patterns are a stranger's work for us. An ordinary match takes less than a microsecond; those that take
// longer may together take half of the time, else the one that took most goes.
constexpr std::chrono::microseconds kSlowMatch(50);
constexpr std::chrono::seconds kWindow(1);
constexpr std::chrono::milliseconds kSlowBudget(500);

} // namespace

void Subscriptions::add(Delivery *subscriber, const Subject &subject)
{
    Wishes &wishes = m_wishes[subscriber];
    if (wishes.subjects.contains(subject.key))
        return;
    wishes.subjects.insert(subject.key);
    m_exact[subject.key].push_back(subscriber);
    ++m_total;
}

void Subscriptions::add(Delivery *subscriber, const SubjectPattern &pattern)
{
    Wishes &wishes = m_wishes[subscriber];
    if (wishes.patterns.contains(pattern.key()))
        return;
    wishes.patterns.insert(pattern.key());
    const auto entry = m_patterns.try_emplace(pattern.key(), Pattern{pattern, {}, {}}).first;
    entry->second.subscribers.push_back(subscriber);
    ++m_total;
}

void Subscriptions::dropSubject(Delivery *subscriber, const QByteArray &key)
{
    const auto entry = m_exact.find(key);
    if (entry == m_exact.end() || std::erase(*entry, subscriber) == 0)
        return;
    --m_total;
    if (entry->empty())
        m_exact.erase(entry);
}

void Subscriptions::dropPattern(Delivery *subscriber, const QByteArray &text)
{
    const auto entry = m_patterns.find(text);
    if (entry == m_patterns.end() || std::erase(entry->second.subscribers, subscriber) == 0)
        return;
    --m_total;
    if (entry->second.subscribers.empty())
        m_patterns.erase(entry);
}

void Subscriptions::remove(Delivery *subscriber, const Subject &subject)
{
    const auto wishes = m_wishes.find(subscriber);
    if (wishes == m_wishes.end())
        return;
    const QByteArray text = utf8Of(subject.value);
    if (wishes->subjects.remove(subject.key))
        dropSubject(subscriber, subject.key);
    else if (wishes->patterns.remove(text))
        dropPattern(subscriber, text);
    if (wishes->subjects.isEmpty() && wishes->patterns.isEmpty())
        m_wishes.erase(wishes);
}

void Subscriptions::removeAll(Delivery *subscriber)
{
    const Wishes wishes = m_wishes.take(subscriber);
    for (const QByteArray &key : wishes.subjects)
        dropSubject(subscriber, key);
    for (const QByteArray &text : wishes.patterns)
        dropPattern(subscriber, text);
}

void Subscriptions::dropCostly(const QByteArray &text, Found &found)
{
    const auto entry = m_patterns.find(text);
    if (entry == m_patterns.end())
        return;
    found.costly.push_back({text, std::move(entry->second.subscribers)});
    m_patterns.erase(entry);
    for (Delivery *subscriber : found.costly.back().subscribers) {
        --m_total;
        Wishes &wishes = m_wishes[subscriber];
        wishes.patterns.remove(text);
        if (wishes.subjects.isEmpty() && wishes.patterns.isEmpty())
            m_wishes.remove(subscriber);
    }
}

void Subscriptions::noteSlow(Pattern &pattern, Clock::duration took, Clock::time_point now)
{
    if (now - m_windowStart > kWindow) {
        m_windowStart = now;
        m_slow = {};
        for (auto &[text, other] : m_patterns)
            other.slow = {};
    }
    pattern.slow += took;
    m_slow += took;
}

Subscriptions::Found Subscriptions::find(const Subject &subject)
{
    Found found;
    if (const auto exact = m_exact.constFind(subject.key); exact != m_exact.cend())
        found.targets = *exact;
    if (m_patterns.empty())
        return found;
    const QString text = subject.value.toText();
    std::vector<QByteArray> tooCostly;
    Clock::time_point before = Clock::now();
    for (auto &[key, pattern] : m_patterns) {
        const SubjectPattern::Outcome outcome = pattern.pattern.match(text);
        const Clock::time_point after = Clock::now();
        if (after - before > kSlowMatch)
            noteSlow(pattern, after - before, after);
        before = after;
        if (outcome == SubjectPattern::Outcome::TooCostly)
            tooCostly.push_back(key);
        else if (outcome == SubjectPattern::Outcome::Matches)
            found.targets.insert(found.targets.end(), pattern.subscribers.begin(), pattern.subscribers.end());
    }
    if (m_slow > kSlowBudget) {
        const auto worst
            = std::ranges::max_element(m_patterns, {}, [](const auto &entry) { return entry.second.slow; });
        m_slow -= worst->second.slow;
        if (std::ranges::find(tooCostly, worst->first) == tooCostly.end())
            tooCostly.push_back(worst->first);
    }
    for (const QByteArray &key : tooCostly)
        dropCostly(key, found);
    return found;
}

int Subscriptions::count(Delivery *subscriber) const
{
    const auto wishes = m_wishes.constFind(subscriber);
    return wishes == m_wishes.cend() ? 0 : int(wishes->subjects.size() + wishes->patterns.size());
}

int Subscriptions::patternCount(Delivery *subscriber) const
{
    const auto wishes = m_wishes.constFind(subscriber);
    return wishes == m_wishes.cend() ? 0 : int(wishes->patterns.size());
}

} // namespace pyrolens::events

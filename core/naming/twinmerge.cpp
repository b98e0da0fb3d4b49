// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "twinmerge_p.h"

#include <map>

namespace pyrolens::naming {

namespace {

struct Two
{
    const NameRow *here = nullptr;
    const NameRow *there = nullptr;
    const NameRow *kept = nullptr; // null = removed
};

bool isSame(const NameRow &a, const NameRow &b)
{
    return a.isGroup == b.isGroup && a.uri == b.uri && a.userMeta == b.userMeta
        && a.systemMeta == b.systemMeta;
}

/// Changed itself, or gone with a group above it.
bool isTouched(const QHash<QByteArray, bool> &journal, const QByteArray &path)
{
    if (journal.contains(path))
        return true;
    for (QByteArray group = split(path).first.toByteArray(); group != kRootGroup;
         group = split(group).first.toByteArray()) {
        if (journal.value(group, false))
            return true;
    }
    return false;
}

class Merger
{
public:
    Merger(const RegistrySnapshot &here, const RegistrySnapshot &there)
        : m_here(here), m_there(there), m_hasBase(!here.base.isEmpty() && here.base == there.base)
    { }

    TwinMerge run()
    {
        // Sorted, so that a group comes before what is below it.
        for (const NameRow &row : m_here.rows)
            m_all[row.path].here = &row;
        for (const NameRow &row : m_there.rows)
            m_all[row.path].there = &row;
        for (auto &[path, two] : m_all)
            two.kept = decide(path, two);
        for (auto &[path, two] : m_all) {
            if (two.kept)
                keepParents(path);
        }
        for (const auto &[path, two] : m_all) {
            order(path, two.here, two.kept, m_merge.here);
            order(path, two.there, two.kept, m_merge.there);
        }
        return std::move(m_merge);
    }

private:
    const NameRow *decide(const QByteArray &path, const Two &two)
    {
        if (two.here && two.there && isSame(*two.here, *two.there))
            return two.here;
        const bool isTouchedHere = isTouched(m_here.journal, path);
        const bool isTouchedThere = isTouched(m_there.journal, path);
        if (m_hasBase && isTouchedHere != isTouchedThere) {
            ++(isTouchedHere ? m_merge.changedHere : m_merge.changedThere);
            return isTouchedHere ? two.here : two.there;
        }
        if (!two.here || !two.there)
            return two.here ? two.here : two.there;
        // Groups differ in nothing but what is said about them.
        if (!two.here->isGroup || !two.there->isGroup)
            m_merge.conflicts.append(path);
        if (two.here->isGroup != two.there->isGroup)
            return two.here->isGroup ? two.here : two.there;
        return two.here->timestamp > two.there->timestamp ? two.here : two.there;
    }

    /// What is kept may lie in a group that one side removed.
    void keepParents(const QByteArray &path)
    {
        for (QByteArray group = split(path).first.toByteArray(); group != kRootGroup;
             group = split(group).first.toByteArray()) {
            const auto found = m_all.find(group);
            if (found == m_all.end() || (found->second.kept && found->second.kept->isGroup))
                return;
            Two &two = found->second;
            two.kept = two.here && two.here->isGroup ? two.here : two.there;
        }
    }

    static void order(const QByteArray &path, const NameRow *now, const NameRow *kept, TwinOrders &orders)
    {
        if (kept && (!now || !isSame(*now, *kept)))
            orders.put.push_back(*kept);
        else if (!kept && now)
            orders.remove.push_back(path);
    }

    const RegistrySnapshot &m_here;
    const RegistrySnapshot &m_there;
    const bool m_hasBase;
    std::map<QByteArray, Two> m_all;
    TwinMerge m_merge;
};

} // namespace

TwinMerge mergeTwins(const RegistrySnapshot &here, const RegistrySnapshot &there)
{
    return Merger(here, there).run();
}

} // namespace pyrolens::naming

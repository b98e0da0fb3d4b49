// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "flattable.h"

#include <algorithm>

namespace pyrolens::naming {

QByteArrayList normalisedTags(QByteArrayList tags)
{
    std::ranges::sort(tags);
    const auto twice = std::ranges::unique(tags);
    tags.erase(twice.begin(), twice.end());
    return tags;
}

bool FlatEntry::hasAll(const QByteArrayList &wanted) const
{
    return std::ranges::all_of(
        wanted, [this](const QByteArray &tag) { return std::ranges::binary_search(tags, tag); });
}

bool FlatEntry::hasAny(const QByteArrayList &wanted) const
{
    return std::ranges::any_of(
        wanted, [this](const QByteArray &tag) { return std::ranges::binary_search(tags, tag); });
}

const FlatEntry *FlatTable::find(QByteArrayView name) const
{
    const auto found = m_entries.find(name);
    return found == m_entries.end() ? nullptr : &found->second;
}

std::optional<FlatEntry> FlatTable::exchange(const QByteArray &name, std::optional<FlatEntry> entry)
{
    const auto place = m_entries.find(name);
    std::optional<FlatEntry> before;
    if (place != m_entries.end()) {
        m_bytes -= sizeOf(name, place->second);
        before = std::move(place->second);
    }
    if (entry) {
        m_bytes += sizeOf(name, *entry);
        m_entries.insert_or_assign(name, *std::move(entry));
    } else if (before) {
        m_entries.erase(place);
    }
    return before;
}

void FlatTable::visit(QByteArrayView prefix, const Visitor &visitor) const
{
    for (auto at = m_entries.lower_bound(prefix); at != m_entries.end() && at->first.startsWith(prefix); ++at)
        visitor(at->first, at->second);
}

qint64 FlatTable::sizeOf(QByteArrayView name, const FlatEntry &entry)
{
    qint64 size = name.size() + entry.uri.size();
    for (const QByteArray &tag : entry.tags)
        size += tag.size();
    return size;
}

} // namespace pyrolens::naming

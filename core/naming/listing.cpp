// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "listing_p.h"

#include <algorithm>

namespace pyrolens::naming {

QByteArray writeListing(const Registry &registry, bool withGroups)
{
    QByteArray text;
    // Parts are stored, full names are written: a little more than the registry holds.
    text.reserve(registry.bytes() + qsizetype(registry.count()) * 32);
    registry.visit([&](const QByteArray &path, QByteArrayView uri, bool isGroup) {
        if (isGroup && !withGroups)
            return;
        text.append(path);
        if (!isGroup)
            text.append(' ').append(uri);
        text.append('\n');
    });
    return text;
}

Result<std::vector<NameEntry>> readListing(QByteArrayView text)
{
    const auto malformed = [] {
        return Error::protocol(
            QStringLiteral("the name server's listing is malformed"), QStringLiteral("ns.listing"));
    };
    std::vector<NameEntry> entries;
    entries.reserve(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')));
    while (!text.isEmpty()) {
        const qsizetype end = text.indexOf('\n');
        if (end <= 0 || text.front() != ':')
            return malformed();
        const QByteArrayView line = text.first(end);
        text = text.sliced(end + 1);
        const qsizetype space = line.indexOf(' ');
        NameEntry entry;
        entry.isGroup = space < 0;
        entry.name = QString::fromUtf8(entry.isGroup ? line : line.first(space));
        if (!entry.isGroup)
            entry.uri = QString::fromUtf8(line.sliced(space + 1));
        entries.push_back(std::move(entry));
    }
    return entries;
}

} // namespace pyrolens::naming

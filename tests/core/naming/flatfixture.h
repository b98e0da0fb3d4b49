// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nsfixture.h"

#include <pyrolens/pyro4/pyro4.h>
#include <pyrolens/pyro5/pyro5.h>

namespace nstest {

inline std::shared_ptr<const pyrolens::Catalogue> everyGeneration()
{
    static const auto made = [] {
        auto fresh = std::make_shared<pyrolens::Catalogue>();
        fresh->add(pyrolens::pyro3Generation());
        fresh->add(pyrolens::pyro4Generation());
        fresh->add(pyrolens::pyro5Generation());
        return std::shared_ptr<const pyrolens::Catalogue>(fresh);
    }();
    return made;
}

/// Clients of all generations that know nothing yet of any server.
inline std::shared_ptr<pyrolens::ClientContext> everyContext()
{
    auto made = std::make_shared<pyrolens::ClientContext>();
    made->catalogue = everyGeneration();
    return made;
}

inline pyrolens::NameServerOptions serving(std::vector<int> generations)
{
    pyrolens::NameServerOptions options;
    options.generations = std::move(generations);
    return options;
}

/// Where a server is, for clients of one generation; 0 = any.
inline pyrolens::NameServerAddress addressOf(int port, int generation)
{
    pyrolens::NameServerAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.port = port;
    address.generation = generation;
    return address;
}

/// "name=uri[tag,tag]" of each entry but the server's own.
inline QStringList linesOf(const pyrolens::Result<std::vector<pyrolens::NameEntry>> &entries)
{
    if (!entries)
        return {wordsOf(entries.error())};
    QStringList lines;
    for (const pyrolens::NameEntry &entry : *entries) {
        if (!entry.name.endsWith(u"Pyro.NameServer"))
            lines.append(entry.name + u'=' + entry.uri + u'[' + entry.tags.join(u',') + u']');
    }
    return lines;
}

} // namespace nstest

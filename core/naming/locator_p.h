// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nameserverclient.h"

#include <pyrolens/discovery/discovery.h>

#include <QStringList>

#include <chrono>
#include <deque>

namespace pyrolens::naming {

/// Where to look for a name server, one place after the other; does no I/O, so that the blocking and the
/// asynchronous search are the same search.
///
/// With a host: it, on the port or on 9090 and (a tree) 9091, the two halves of a pair; the one that was
/// found is tried first from then on, in the whole process. Without: 127.0.0.1, then what answers a
/// broadcast, then (a tree) this machine's own name. Where any generation will do, a place is probed first:
/// who is there says which one it is. A server that is there but refuses us ends the search. Source:
/// Pyro 3.16, naming.py, NameServerLocator.sendSysCommand (which begins with the broadcast); Pyro5, core.py,
/// locate_ns.
class Locator
{
public:
    struct Step
    {
        enum class Kind : quint8 {
            Try,    ///< ping the name server at `uri`, an Object or Location
            Probe,  ///< find out who is at `uri`, a bare host and port
            Search, ///< by broadcast, with search()
            GiveUp
        };
        Kind kind = Kind::GiveUp;
        Uri uri;
    };

    Locator(const NameServerAddress &address, const Catalogue &catalogue);

    Step next();
    void failed(const Uri &uri, const Error &error);      ///< of the last Try
    void succeeded(const Uri &uri);                       ///< likewise
    void probed(const Uri &uri, const Generation &found); ///< the last Probe succeeded
    DiscoveryOptions search() const;
    /// How long the last Try may take: a place that hangs must not keep us from the next one.
    std::chrono::milliseconds patience() const;
    void answered(const QStringList &uris); ///< of the last Search
    bool isOver() const { return m_isOver; }
    Error error() const; ///< after GiveUp

private:
    Uri location(const QString &host, int port) const;
    Uri flatUri(const QString &host, int port) const;
    void add(const QString &host, int port);

    const NameServerAddress m_address;
    const Catalogue &m_catalogue;
    const bool m_wantsTree;
    const bool m_wantsFlat;
    std::deque<Step> m_candidates;
    QStringList m_tried;
    std::optional<Error> m_last;
    bool m_mustSearch = false;
    bool m_isOver = false;
};

} // namespace pyrolens::naming

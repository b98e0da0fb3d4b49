// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nameserverclient.h"

#include <QStringList>

#include <chrono>
#include <deque>

namespace pyrolens::naming {

/// Where to look for a name server, one place after the other; does no I/O, so that the blocking and the
/// asynchronous search are the same search.
///
/// With a host: it, on the port or on 9090 and 9091, the two halves of a pair; the one that was found is
/// tried first from then on, in the whole process. Without: 127.0.0.1, then what answers a broadcast, then
/// this machine's own name. A server that is there but refuses us ends the search. Source: Pyro 3.16,
/// naming.py, NameServerLocator.sendSysCommand (which begins with the broadcast).
class Locator
{
public:
    struct Step
    {
        enum class Kind : quint8 { Try, Search, GiveUp };
        Kind kind = Kind::GiveUp;
        Uri uri; ///< Try: Object or Location
    };

    Locator(const NameServerAddress &address, const Catalogue &catalogue);

    Step next();
    void failed(const Uri &uri, const Error &error); ///< of the last Try
    void succeeded(const Uri &uri);                  ///< likewise
    /// How long the last Try may take: a place that hangs must not keep us from the next one.
    std::chrono::milliseconds patience() const;
    void answered(const QStringList &uris); ///< of the last Search
    bool isOver() const { return m_isOver; }
    Error error() const; ///< after GiveUp

private:
    Uri location(const QString &host, int port) const;

    const NameServerAddress m_address;
    const Catalogue &m_catalogue;
    std::deque<Uri> m_candidates;
    QStringList m_tried;
    std::optional<Error> m_last;
    bool m_mustSearch = false;
    bool m_isOver = false;
};

} // namespace pyrolens::naming

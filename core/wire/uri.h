// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace pyrolens {

/// A Pyro URI of any generation, taken apart. Plain data. Parse with Catalogue::parseUri() or
/// Generation::parseUri().
struct Uri
{
    enum class Form : quint8 {
        Object,   ///< PYRO://host:port/id, PYRO:id@host:port
        Location, ///< PYROLOC://host[:port]/name: ask the daemon for the id (generation 3)
        Name,     ///< PYRONAME://[host[:port]/]name, PYRONAME:name[@host:port]: ask a name server
        Meta,     ///< PYROMETA:tag,tag[@host:port]: ask a name server (generations 4 and 5)
    };
    Form form = Form::Object;
    bool classic = false; ///< generation 3 spelling with "://"
    bool tls = false;     ///< PYROSSL, PYROLOCSSL, PYRONAMESSL
    QString host;         ///< empty in Name and Meta means "find a name server"
    int port = 0;         ///< 0: not given (Name, Meta: name server's default)
    QString unixPath;     ///< unix socket (generations 4 and 5); then host and port are unused
    QString object;       ///< object id, or the name asked for
    QStringList tags;     ///< Meta only

    /// Canonical text. Classic Object and Location forms always carry the port.
    QString toString() const;
    QString endpoint() const; ///< "host:port", "[v6]:port" or "./u:path"
    friend bool operator==(const Uri &, const Uri &) = default;
};

} // namespace pyrolens

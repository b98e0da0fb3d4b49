// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/value/value.h>

#include <QByteArray>
#include <QString>

#include <optional>
#include <vector>

namespace pyrolens {

/// One message in terms that all generations share. A generation maps its own spelling (_r_ga, getRegistered,
/// Pyro.Daemon ...) to these kinds and back. Plain data, may cross threads.
struct Message
{
    enum class Kind : quint8 {
        Challenge, ///< server -> client: `challenge`
        Connect,   ///< client -> server: `token` (and `challenge` it answers, filled in by the server's
                   ///< session)
        Accept,
        Deny, ///< `denyCode`, `text`
        Call, ///< `object`, `method`, `args`, `kwargs`
        Batch,
        GetAttribute, ///< `object`, `method` = attribute name
        SetAttribute, ///< and `value`
        HasAttribute, ///< answered by a Reply whose value is 1 (method) or 2 (anything else)
        Query,        ///< `query`; `text` = its subject
        Code,         ///< mobile code (generation 3)
        Ping,
        Reply,   ///< `value`
        Failure, ///< `error`
        StreamOpened,
        Datagram, ///< UDP: `text`
    };
    /// Questions to the daemon's own object.
    enum class Query : quint8 { Registered, Resolve, Info, Metadata, NextItem, CloseStream };
    enum class CodeStep : quint8 { Wanted, Supply, Retrieve };

    Kind kind = Kind::Call;
    Query query = Query::Registered;
    /// Code: `text` = module name. Wanted (server -> client, also fills `error`): `value` = list of wanted
    /// names or None. Supply: `value` = the code, `args` = (host, port) of the supplier's end or ().
    /// Retrieve: no more.
    CodeStep codeStep = CodeStep::Wanted;
    bool oneway = false;
    QByteArray object; ///< object id as on the wire (UTF-8 or 8-bit)
    QByteArray method; ///< method or attribute name
    Value args;        ///< Tuple
    Value kwargs;      ///< Dict, keys text-like
    Value value;
    std::optional<RemoteError> error;
    QByteArray challenge;
    QByteArray token;
    int denyCode = 0;
    QString text;
    quint16 sequence = 0; ///< generations 4 and 5
    /// Classes and functions that the body names and that are not on the allow-list of known ones.
    std::vector<QByteArray> unknownClasses;
    qint64 wireBytes = 0;  ///< size of the frame as received, 0 for messages we make
    quint32 wireFlags = 0; ///< flags of the frame header as received

    static Message call(QByteArray object, QByteArray method, Value args, Value kwargs, bool oneway = false);
    static Message reply(Value value);
    static Message failure(RemoteError error);
};

} // namespace pyrolens

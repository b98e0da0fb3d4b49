// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/value/value.h>

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>
#include <utility>
#include <vector>

namespace pyrolens {

/// What a daemon tells about an object (generations 4 and 5). Plain data.
struct ObjectMetadata
{
    QStringList methods; ///< with the oneway ones
    QStringList oneway;
    QStringList attributes;

    /// Reads the dict of methods, oneway and attrs, each a list, a tuple or a set; nothing for other values.
    static std::optional<ObjectMetadata> fromValue(const Value &value);
    enum class Collections : quint8 { Lists, Sets };
    Value toValue(Collections collections) const;
    friend bool operator==(const ObjectMetadata &, const ObjectMetadata &) = default;
};

/// Extra data that rides on a message (generations 4 and 5): four ASCII characters and any bytes.
using Annotation = std::pair<QByteArray, QByteArray>;

/// One call of a batch.
struct BatchCall
{
    QByteArray method;
    Value args;   ///< Tuple
    Value kwargs; ///< Dict
};

/// An argument that travels undecoded (generations 4 and 5).
struct SerializedBlob
{
    Value info;
    QByteArray payload; ///< body of a whole request in the serializer of its message
};

/// One message in terms that all generations share. A generation maps its own spelling (_r_ga, getRegistered,
/// Pyro.Daemon ...) to these kinds and back. Plain data, may cross threads.
struct Message
{
    enum class Kind : quint8 {
        Challenge, ///< server -> client: `challenge`
        Connect,   ///< client -> server: `token` (and `challenge` it answers, filled in by the server's
                   ///< session)
        Accept,
        Deny,         ///< `denyCode`, `text`
        Call,         ///< `object`, `method`, `args`, `kwargs`; or `blob` in place of the arguments
        Batch,        ///< `object`, `batch`
        GetAttribute, ///< `object`, `method` = attribute name
        SetAttribute, ///< and `value`
        HasAttribute, ///< answered by a Reply whose value is 1 (method) or 2 (anything else)
        Query,        ///< `query`; `text` = its subject (object id, stream id)
        Code,         ///< mobile code (generation 3)
        Ping,
        Reply,        ///< `value`; to a Batch a list (see isBatch); to Query::Metadata also by `metadata`
        Failure,      ///< `error`
        StreamOpened, ///< `text` = id of the stream; empty: the server does not stream
        Datagram,     ///< UDP: `text`
    };
    /// Questions to the daemon's own object.
    enum class Query : quint8 { Registered, Resolve, Info, Metadata, NextItem, CloseStream, Ping };
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
    // Generations 4 and 5. An answer takes these from its request: see answerTo().
    quint16 sequence = 0;
    QByteArray codec;         ///< serializer as received; empty for messages we make: the session's own
    int serializerId = 0;     ///< its number as received: a Ping may carry any
    QByteArray correlationId; ///< 16 bytes, or empty
    bool isBatch = false;     ///< Reply: to a Batch; an item that is a Value::error() ended it
    bool asLists = false;     ///< Query::Metadata and its answer: lists instead of sets (generation 4)

    bool wantsMetadata = false; ///< Connect
    /// With an Accept (whose `value` is the server's handshake data) and the answer to Query::Metadata.
    std::optional<ObjectMetadata> metadata;
    std::vector<BatchCall> batch;
    std::optional<SerializedBlob> blob;
    std::vector<Annotation> annotations; ///< without those that a generation keeps for itself
    /// Classes and functions that the body names and that are not on the allow-list of known ones.
    std::vector<QByteArray> unknownClasses;
    qint64 wireBytes = 0;  ///< size of the frame as received, 0 for messages we make
    quint32 wireFlags = 0; ///< flags of the frame header as received

    static Message call(QByteArray object, QByteArray method, Value args, Value kwargs, bool oneway = false);
    static Message reply(Value value);
    static Message failure(RemoteError error);
    /// Takes over what an answer has from its request: sequence, serializer, correlation id, batch.
    void answerTo(const Message &request);
};

} // namespace pyrolens

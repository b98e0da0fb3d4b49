// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "inspect_p.h"

#include "bodies_p.h"
#include "session_p.h"

#include <pyrolens/base/compression.h>
#include <pyrolens/value/tagged.h>

#include <array>

namespace pyrolens::pyro45 {

namespace {

Json hex(QByteArrayView bytes)
{
    return Json(QString::fromLatin1(bytes.toByteArray().toHex()));
}

QString kindOf(const Flavour &flavour, const Header &header)
{
    switch (Type(header.type)) {
    case Type::Connect:
        return QStringLiteral("connect");
    case Type::ConnectOk:
        return QStringLiteral("accept");
    case Type::ConnectFail:
        return QStringLiteral("deny");
    case Type::Invoke:
        return (header.flags & flavour.flags.oneway) != 0 ? QStringLiteral("oneway")
                                                          : QStringLiteral("request");
    case Type::Result:
        return (header.flags & flavour.flags.exception) != 0 ? QStringLiteral("exception")
                                                             : QStringLiteral("reply");
    case Type::Ping:
        return QStringLiteral("ping");
    }
    return QStringLiteral("other");
}

Json headerJson(const Flavour &flavour, const Header &header)
{
    const QString type = typeName(header.type);
    Json json = Json::object({{QStringLiteral("version"), Json(int(header.version))},
        {QStringLiteral("type"), Json(int(header.type))},
        {QStringLiteral("type_name"), type.isEmpty() ? Json() : Json(type)},
        {QStringLiteral("flags"), Json(int(header.flags))},
        {QStringLiteral("seq"), Json(int(header.sequence))},
        {QStringLiteral("data_size"), Json(header.payloadSize)},
        {QStringLiteral("serializer_id"), Json(int(header.serializer))},
        {QStringLiteral("annotations_size"), Json(header.annotationsSize)}});
    if (flavour.flags.correlation != 0) {
        json.set(QStringLiteral("corr_id"), hex(header.correlationId));
        json.set(QStringLiteral("magic"), Json(int(header.check)));
    } else {
        json.set(QStringLiteral("checksum"), Json(int(header.check)));
    }
    json.set(QStringLiteral("flag_names"), Json::strings(flagNames(flavour, header.flags)));
    return json;
}

Json undecodable(const QByteArray &payload, const QString &why)
{
    Json json = Json::object({{QStringLiteral("$undecodable"), hex(payload)}});
    if (!why.isEmpty())
        json.set(QStringLiteral("why"), Json(why));
    return json;
}

Json bodyJson(const QByteArray &serializer, const Parts &parts, const Limits &limits)
{
    if (parts.header.is(Type::Ping))
        return toTagged(Value::bytes(parts.payload), TaggedStyle::Codec);
    if (serializer.isEmpty())
        return undecodable(parts.payload, {});
    const Result<Body> body = decodeBody(serializer, parts.payload, limits, Detail::Wire);
    return body ? toTagged(body->value, TaggedStyle::Codec) : undecodable(parts.payload, body.error().what);
}

} // namespace

QString typeName(quint16 type)
{
    constexpr std::array kNames{"CONNECT", "CONNECTOK", "CONNECTFAIL", "INVOKE", "RESULT", "PING"};
    return type >= 1 && type <= kNames.size() ? QString::fromLatin1(kNames[type - 1]) : QString();
}

QStringList flagNames(const Flavour &flavour, quint16 flags)
{
    const FlagBits &bits = flavour.flags;
    const std::pair<quint16, const char *> names[]
        = {{bits.exception, "EXCEPTION"}, {bits.compressed, "COMPRESSED"}, {bits.oneway, "ONEWAY"},
            {bits.batch, "BATCH"}, {bits.metadata, "META_ON_CONNECT"}, {bits.stream, "ITEMSTREAMRESULT"},
            {bits.keepSerialized, "KEEPSERIALIZED"}, {bits.correlation, "CORR_ID"}};
    QStringList set;
    for (const auto &[bit, name] : names) {
        if ((flags & bit) != 0)
            set.append(QString::fromLatin1(name));
    }
    return set;
}

Json record(const Flavour &flavour, const Frame &frame, const Limits &limits)
{
    const auto raw = [] { return Json::object({{QStringLiteral("kind"), Json(QStringLiteral("raw"))}}); };
    if (frame.kind == FrameKind::Datagram) {
        return Json::object({{QStringLiteral("kind"), Json(QStringLiteral("datagram"))},
            {QStringLiteral("body"), Json(QString::fromLatin1(frame.bytes))}});
    }
    const auto header
        = headerAt(flavour, frame.bytes, limits.maxFrameBytes, limits.maxFrameBytes, Strictness::Lenient);
    if (!header || !*header || frame.bytes.size() != frameSize(flavour, **header))
        return raw();
    const QByteArray serializer = flavour.serializerName((*header)->serializer);
    Json entry = Json::object({{QStringLiteral("kind"), Json(kindOf(flavour, **header))},
        {QStringLiteral("header"), headerJson(flavour, **header)},
        {QStringLiteral("serializer"),
            serializer.isEmpty() ? Json() : Json(QString::fromLatin1(serializer))}});
    const auto parts
        = takeApart(flavour, frame.bytes, limits, SessionOptions().maxAnnotations, Strictness::Lenient);
    if (!parts) {
        entry.set(QStringLiteral("annotations"), Json::array());
        entry.set(QStringLiteral("body"),
            undecodable(
                frame.bytes.sliced(flavour.headerSize + (*header)->annotationsSize), parts.error().what));
        return entry;
    }
    Json annotations = Json::array();
    for (const auto &[id, data] : parts->annotations)
        annotations.append(Json::array({Json(QString::fromLatin1(id)), hex(data)}));
    entry.set(QStringLiteral("annotations"), std::move(annotations));
    if (((*header)->flags & flavour.flags.compressed) != 0)
        entry.set(QStringLiteral("inflated_size"), Json(parts->payload.size()));
    entry.set(QStringLiteral("body"), bodyJson(serializer, *parts, limits));
    return entry;
}

Result<Frame> frameAt(
    const Flavour &flavour, const QByteArray &recording, qsizetype offset, const Limits &limits)
{
    const QByteArrayView bytes
        = QByteArrayView(recording).sliced(std::clamp<qsizetype>(offset, 0, recording.size()));
    const auto cut = [&recording] {
        return Error::protocol(QStringLiteral("the last message is cut off"),
            QStringLiteral("frame.truncated"), recording.size());
    };
    const auto header
        = headerAt(flavour, bytes, limits.maxFrameBytes, limits.maxFrameBytes, Strictness::Lenient);
    if (!header) {
        Error error = header.error();
        error.offset = offset + std::max<qint64>(error.offset, 0);
        return error;
    }
    if (!*header || bytes.size() < frameSize(flavour, **header))
        return cut();
    Frame frame;
    frame.bytes = bytes.first(frameSize(flavour, **header)).toByteArray();
    frame.kind = frameKind(**header);
    // A PING looks the same both ways but for what is in it.
    const bool isAnswer = (*header)->is(Type::ConnectOk) || (*header)->is(Type::ConnectFail)
        || (*header)->is(Type::Result) || ((*header)->is(Type::Ping) && frame.bytes.endsWith("pong"));
    frame.direction = isAnswer ? Direction::ServerToClient : Direction::ClientToServer;
    return frame;
}

} // namespace pyrolens::pyro45

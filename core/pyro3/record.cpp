// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "inspect_p.h"

#include "errors_p.h"
#include "header_p.h"
#include "reply_p.h"
#include "request_p.h"

#include <pyrolens/pickle/pickle.h>
#include <pyrolens/value/tagged.h>

namespace pyrolens::pyro3 {

namespace {

Json text(QLatin1StringView word)
{
    return Json(QString(word));
}

Json hex(QByteArrayView bytes)
{
    return Json(QString::fromLatin1(bytes.toByteArray().toHex()));
}

Json headerJson(const Header &header)
{
    return Json::object(
        {{QStringLiteral("id"), Json(QString::fromLatin1(header.id.data(), qsizetype(header.id.size())))},
            {QStringLiteral("version"), Json(int(header.version))},
            {QStringLiteral("header_size"), Json(int(header.headerSize))},
            {QStringLiteral("body_size"), Json(header.bodySize)},
            {QStringLiteral("flags"), Json(int(header.flags))},
            {QStringLiteral("checksum"), Json(qint32(header.checksum))}});
}

Json raw(const std::optional<Header> &header = {}, QLatin1StringView problem = {})
{
    Json entry = Json::object({{QStringLiteral("kind"), text(QLatin1StringView("raw"))}});
    if (header)
        entry.set(QStringLiteral("header"), headerJson(*header));
    if (!problem.isEmpty())
        entry.set(QStringLiteral("problem"), text(problem));
    return entry;
}

Json verdict(QByteArrayView bytes)
{
    const Result<Message> message = readVerdict(bytes);
    if (!message)
        return raw();
    const bool denied = message->kind == Message::Kind::Deny;
    Json entry = Json::object({{QStringLiteral("kind"), text(QLatin1StringView(denied ? "deny" : "accept"))},
        {QStringLiteral("text"), Json(QString::fromLatin1(bytes))}});
    if (denied)
        entry.set(QStringLiteral("code"), Json(message->denyCode));
    return entry;
}

Json entry(QLatin1StringView kind, const Header &header, const QString &key, Json content)
{
    return Json::object({{QStringLiteral("kind"), text(kind)}, {QStringLiteral("header"), headerJson(header)},
        {key, std::move(content)}});
}

QLatin1StringView bodyKind(Direction direction, const Value &body)
{
    if (direction == Direction::ServerToClient)
        return QLatin1StringView(openCapsule(body) ? "exception" : "reply");
    const bool oneway = isRequest(body) && (*body.at(2).asInteger() & kOneway) != 0;
    return QLatin1StringView(oneway ? "oneway" : "request");
}

} // namespace

Json record(const Frame &frame, const Limits &limits)
{
    if (frame.kind == FrameKind::Verdict)
        return verdict(frame.bytes);
    if (frame.kind == FrameKind::Datagram) {
        return Json::object({{QStringLiteral("kind"), text(QLatin1StringView("datagram"))},
            {QStringLiteral("text"), Json(QString::fromUtf8(frame.bytes))}});
    }

    const std::optional<Header> header = readHeader(frame.bytes);
    if (!header || QByteArrayView(header->id) != kTag || header->headerSize != kHeaderSize)
        return raw();
    if (frame.bytes.size() != kHeaderSize + qint64(header->bodySize))
        return raw(header, QLatin1StringView("not complete"));
    // As written by the peer: a wrong version or checksum stands in the header for everybody to see.
    const QLatin1StringView undecodable("body not decodable");
    const Result<QByteArray> body = unpack(frame.bytes, limits, Strictness::Lenient);
    if (!body)
        return raw(header, undecodable);
    if (frame.kind == FrameKind::Challenge)
        return entry(QLatin1StringView("challenge"), *header, QStringLiteral("challenge"), hex(*body));
    if (frame.kind == FrameKind::Connect) {
        if (!body->startsWith(kConnect))
            return raw(header, undecodable);
        return entry(QLatin1StringView("connect"), *header, QStringLiteral("token"),
            hex(QByteArrayView(*body).sliced(kConnect.size())));
    }
    const Result<Decoded> decoded = pickle::decode(*body, limits);
    if (!decoded || decoded->bytesUsed != body->size())
        return raw(header, undecodable);
    return entry(bodyKind(frame.direction, decoded->value), *header, QStringLiteral("body"),
        toTagged(decoded->value, TaggedStyle::Wire));
}

} // namespace pyrolens::pyro3

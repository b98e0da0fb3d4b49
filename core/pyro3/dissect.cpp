// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "inspect_p.h"

#include "header_p.h"
#include "reply_p.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/pickle/pickle.h>
#include <pyrolens/wire/fieldcutter.h>

#include <QStringList>

#include <algorithm>

namespace pyrolens::pyro3 {

namespace {

constexpr qsizetype kMaxOpcodes = 100'000;

QString flagNames(quint16 flags)
{
    QStringList names;
    if ((flags & kCompressed) != 0)
        names.append(QStringLiteral("compressed"));
    if ((flags & kChecksum) != 0)
        names.append(QStringLiteral("checksum"));
    if ((flags & kXml) != 0)
        names.append(QStringLiteral("XML pickle"));
    const int unknown = flags & ~(kCompressed | kChecksum | kXml);
    if (unknown != 0)
        names.append(QStringLiteral("unknown 0x%1").arg(unknown, 0, 16));
    return names.isEmpty() ? QStringLiteral("0")
                           : QStringLiteral("%1 (%2)").arg(flags).arg(names.join(QStringLiteral(", ")));
}

void addHeader(FieldCutter &cutter, const Header &header, std::vector<Field> &fields)
{
    std::vector<Field> parts;
    const auto number = [](auto value) { return QString::number(value); };
    cutter.add(QStringLiteral("id"), 4,
        logging::escapeForLog(QString::fromLatin1(header.id.data(), qsizetype(header.id.size()))), parts);
    cutter.add(QStringLiteral("version"), 2, number(header.version), parts);
    cutter.add(QStringLiteral("header size"), 2, number(header.headerSize), parts);
    cutter.add(QStringLiteral("body size"), 4, number(header.bodySize), parts);
    cutter.add(QStringLiteral("flags"), 2, flagNames(header.flags), parts);
    cutter.add(QStringLiteral("checksum"), 4, number(qint32(header.checksum)), parts);
    fields.push_back({QStringLiteral("header"), 0, kHeaderSize, {}, std::move(parts)});
}

void addPickle(FieldCutter &cutter, std::vector<Field> &fields)
{
    const qsizetype size = cutter.left();
    const std::vector<pickle::Opcode> opcodes = pickle::listing(cutter.rest(), kMaxOpcodes);
    std::vector<Field> parts;
    parts.reserve(opcodes.size());
    for (const pickle::Opcode &opcode : opcodes)
        cutter.add(QString::fromLatin1(opcode.name), opcode.size, opcode.argument, parts);
    cutter.add(QStringLiteral("behind the pickle"), cutter.left(), shownHex(cutter.rest()), parts);
    fields.push_back({QStringLiteral("pickle"), kHeaderSize, size, {}, std::move(parts)});
}

void addCompressed(
    FieldCutter &cutter, const QByteArray &frame, const Limits &limits, std::vector<Field> &fields)
{
    const Result<QByteArray> body = unpack(frame, limits, Strictness::Lenient);
    const QString meaning = body ? QStringLiteral("zlib stream of %1 bytes").arg(body->size())
                                 : QStringLiteral("zlib stream: ") + body.error().what;
    cutter.add(QStringLiteral("compressed body"), cutter.left(), meaning, fields);
}

void addVerdict(FieldCutter &cutter, const Frame &frame, std::vector<Field> &fields)
{
    const Result<Message> message = readVerdict(frame.bytes);
    if (!message) {
        cutter.add(QStringLiteral("bytes"), cutter.left(), shownHex(cutter.rest()), fields);
    } else if (message->kind == Message::Kind::Accept) {
        cutter.add(QStringLiteral("verdict"), kVerdictSize, QStringLiteral("GRANTED"), fields);
    } else {
        cutter.add(QStringLiteral("verdict"), kDenied.size(), QStringLiteral("DENIED"), fields);
        cutter.add(QStringLiteral("reason"), 1,
            QStringLiteral("%1 (%2)").arg(message->denyCode).arg(message->text), fields);
    }
}

} // namespace

std::vector<Field> dissect(const Frame &frame, const Limits &limits)
{
    std::vector<Field> fields;
    FieldCutter cutter(frame.bytes);
    if (frame.kind == FrameKind::Verdict) {
        addVerdict(cutter, frame, fields);
        return fields;
    }
    const std::optional<Header> header = readHeader(frame.bytes);
    if (frame.kind == FrameKind::Datagram || !header) {
        const bool datagram = frame.kind == FrameKind::Datagram;
        cutter.add(datagram ? QStringLiteral("text") : QStringLiteral("bytes"), cutter.left(),
            datagram ? logging::escapeForLog(QString::fromUtf8(frame.bytes)) : shownHex(cutter.rest()),
            fields);
        return fields;
    }
    addHeader(cutter, *header, fields);
    if (cutter.left() == 0)
        return fields;
    if ((header->flags & kCompressed) != 0) {
        addCompressed(cutter, frame.bytes, limits, fields);
    } else if (frame.kind == FrameKind::Challenge) {
        cutter.add(QStringLiteral("challenge"), cutter.left(), shownHex(cutter.rest()), fields);
    } else if (frame.kind == FrameKind::Connect && cutter.rest().startsWith(kConnect)) {
        cutter.add(QStringLiteral("word"), kConnect.size(), QStringLiteral("CONNECT"), fields);
        cutter.add(QStringLiteral("token"), cutter.left(), shownHex(cutter.rest()), fields);
    } else {
        addPickle(cutter, fields);
    }
    return fields;
}

} // namespace pyrolens::pyro3

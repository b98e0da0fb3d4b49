// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "inspect_p.h"

#include "bodies_p.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/value/literal.h>
#include <pyrolens/wire/fieldcutter.h>

#include <QStringList>
#include <QtEndian>

#include <algorithm>

namespace pyrolens::pyro45 {

namespace {

constexpr qsizetype kIdSize = 4;
constexpr qint64 kShownChars = 400;

QString flagsText(const Flavour &flavour, quint16 flags)
{
    const QStringList names = flagNames(flavour, flags);
    const QString number = QStringLiteral("0x%1").arg(flags, 4, 16, QLatin1Char('0'));
    return names.isEmpty() ? number : number + QStringLiteral(" ") + names.join(QStringLiteral(", "));
}

QString serializerText(const Flavour &flavour, quint16 number)
{
    const QByteArray name = flavour.serializerName(number);
    return name.isEmpty() ? QStringLiteral("%1 (unknown)").arg(number)
                          : QStringLiteral("%1 (%2)").arg(number).arg(QString::fromLatin1(name));
}

QString typeText(quint16 type)
{
    const QString name = typeName(type);
    return name.isEmpty() ? QStringLiteral("%1 (unknown)").arg(type)
                          : QStringLiteral("%1 (%2)").arg(type).arg(name);
}

/// Source of the order: the tables of Pyro4, message.py and Pyro5, protocol.py.
void addHeader(FieldCutter &cutter, const Flavour &flavour, const Header &header, std::vector<Field> &fields)
{
    std::vector<Field> parts;
    const auto add = [&](const char *name, qsizetype size, const QString &value) {
        cutter.add(QString::fromLatin1(name), size, value, parts);
    };
    const bool is4 = flavour.flags.correlation == 0;
    const QString payload = QStringLiteral("%1 bytes").arg(header.payloadSize);
    const QString annotations = QStringLiteral("%1 bytes").arg(header.annotationsSize);
    add("id", 4, QStringLiteral("PYRO"));
    add("version", 2, QString::number(header.version));
    add("type", is4 ? 2 : 1, typeText(header.type));
    if (!is4)
        add("serializer", 1, serializerText(flavour, header.serializer));
    add("flags", 2, flagsText(flavour, header.flags));
    add("sequence", 2, QString::number(header.sequence));
    add("payload size", 4, payload);
    if (is4)
        add("serializer", 2, serializerText(flavour, header.serializer));
    add("annotations size", is4 ? 2 : 4, annotations);
    if (!is4)
        add("correlation id", kCorrelationSize, QString::fromLatin1(header.correlationId.toHex()));
    add("reserved", 2, QString::number(header.reserved));
    const bool isGood = bool(flavour.check(header));
    add(is4 ? "checksum" : "magic", 2,
        QStringLiteral("0x%1").arg(header.check, 4, 16, QLatin1Char('0'))
            + (isGood ? QString() : QStringLiteral(" (wrong)")));
    fields.push_back({QStringLiteral("header"), 0, flavour.headerSize, {}, std::move(parts)});
}

QString annotationText(QByteArrayView id, QByteArrayView data)
{
    if (id == kStream)
        return QStringLiteral("stream ") + logging::escapeForLog(QString::fromLatin1(data));
    return shownHex(data);
}

void addAnnotations(FieldCutter &cutter, const Flavour &flavour, qsizetype size, std::vector<Field> &fields)
{
    const qsizetype begin = cutter.at();
    const qsizetype end = begin + std::min(size, cutter.left());
    const qsizetype overhead = kIdSize + flavour.chunkLengthBytes;
    std::vector<Field> chunks;
    while (cutter.at() < end) {
        const qsizetype start = cutter.at();
        // Beyond what a session would read the rest is one field: a frame may hold millions of empty chunks.
        const bool isFull = chunks.size() >= size_t(SessionOptions().maxAnnotations);
        if (end - start < overhead || isFull) {
            cutter.add(isFull ? QStringLiteral("more chunks") : QStringLiteral("no chunk"), end - start,
                shownHex(cutter.rest().first(end - start)), chunks);
            break;
        }
        const QByteArrayView id = cutter.rest().first(kIdSize);
        const char *length = cutter.rest().data() + kIdSize;
        const qint64 announced = flavour.chunkLengthBytes == 2 ? qint64(qFromBigEndian<quint16>(length))
                                                               : qint64(qFromBigEndian<quint32>(length));
        const qsizetype data = std::min(announced, end - start - overhead);
        const QString name = logging::escapeForLog(QString::fromLatin1(id));
        const QString value = annotationText(id, cutter.rest().sliced(overhead, data));
        std::vector<Field> parts;
        cutter.add(QStringLiteral("id"), kIdSize, name, parts);
        cutter.add(QStringLiteral("length"), flavour.chunkLengthBytes,
            QString::number(announced)
                + (data < announced ? QStringLiteral(" (runs over the end)") : QString()),
            parts);
        cutter.add(QStringLiteral("data"), data, value, parts);
        chunks.push_back({name, start, cutter.at() - start, value, std::move(parts)});
    }
    fields.push_back({QStringLiteral("annotations"), begin, end - begin, {}, std::move(chunks)});
}

QString payloadText(const Flavour &flavour, const Frame &frame, const Header &header, const Limits &limits)
{
    const auto parts
        = takeApart(flavour, frame.bytes, limits, SessionOptions().maxAnnotations, Strictness::Lenient);
    if (!parts)
        return parts.error().what;
    const bool isCompressed = (header.flags & flavour.flags.compressed) != 0;
    const QString prefix
        = isCompressed ? QStringLiteral("zlib stream of %1 bytes: ").arg(parts->payload.size()) : QString();
    const QByteArray serializer = flavour.serializerName(header.serializer);
    if (header.is(Type::Ping) || serializer.isEmpty())
        return prefix + shownHex(parts->payload);
    const auto body = decodeBody(serializer, parts->payload, limits, Detail::Wire);
    if (!body)
        return prefix + body.error().what;
    return prefix + toPython(body->value, {.maxChars = kShownChars});
}

} // namespace

std::vector<Field> dissect(const Flavour &flavour, const Frame &frame, const Limits &limits)
{
    std::vector<Field> fields;
    FieldCutter cutter(frame.bytes);
    const bool isDatagram = frame.kind == FrameKind::Datagram;
    const bool hasHeader = frame.bytes.size() >= flavour.headerSize && frame.bytes.startsWith("PYRO");
    if (isDatagram || !hasHeader) {
        cutter.add(isDatagram ? QStringLiteral("text") : QStringLiteral("bytes"), cutter.left(),
            isDatagram ? logging::escapeForLog(QString::fromLatin1(frame.bytes)) : shownHex(cutter.rest()),
            fields);
        return fields;
    }
    const Header header = flavour.readHeader(QByteArrayView(frame.bytes).first(flavour.headerSize));
    addHeader(cutter, flavour, header, fields);
    if (header.annotationsSize > 0 && cutter.left() > 0)
        addAnnotations(cutter, flavour, header.annotationsSize, fields);
    cutter.add(QStringLiteral("payload"), cutter.left(), payloadText(flavour, frame, header, limits), fields);
    return fields;
}

} // namespace pyrolens::pyro45

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "frame_p.h"

#include <pyrolens/base/compression.h>
#include <pyrolens/wire/fieldcutter.h>

#include <QtEndian>

#include <algorithm>

namespace pyrolens::pyro45 {

namespace {

constexpr QByteArrayView kTag = "PYRO";
constexpr qsizetype kTagAndVersion = 6;
constexpr qsizetype kIdSize = 4;
/// Versions of Pyro 3 stayed below ten, Pyro 4 counts from 40, Pyro 5 from 500.
constexpr quint16 kFirstPyro4Version = 40;
constexpr quint16 kFirstPyro5Version = 500;

QString generationOf(quint16 version)
{
    return version >= kFirstPyro5Version ? QStringLiteral("Pyro 5")
        : version >= kFirstPyro4Version  ? QStringLiteral("Pyro 4")
                                         : QStringLiteral("Pyro 3");
}

Error badHeader(const QString &text, const QString &other, qint64 offset)
{
    if (other.isEmpty())
        return Error::protocol(text, QStringLiteral("frame.bad-header"), offset);
    return Error::protocol(
        text + QStringLiteral(": looks like ") + other, QStringLiteral("frame.other-protocol"), offset);
}

Status checkStart(const Flavour &flavour, QByteArrayView buffered)
{
    const QByteArrayView six = buffered.first(kTagAndVersion);
    if (!six.startsWith(kTag))
        return badHeader(flavour.badMagicText, foreignProtocol(six), 0);
    const auto version = qFromBigEndian<quint16>(six.data() + kTag.size());
    if (version == flavour.version)
        return Done{};
    const bool isNear = version >= flavour.firstVersion && version <= flavour.lastVersion;
    const QString text = flavour.badVersionText.contains(QStringLiteral("%1"))
        ? flavour.badVersionText.arg(version)
        : flavour.badVersionText;
    return badHeader(text, isNear ? QString() : generationOf(version), kTag.size());
}

Error tooLarge(const QString &what, qint64 size, qint64 most)
{
    return Error::limit(
        QStringLiteral("%1 (%2, max=%3)").arg(what).arg(size).arg(most), QStringLiteral("frame.too-large"));
}

Error malformed(qsizetype offset)
{
    return Error::protocol(
        QStringLiteral("annotation chunk does not fit"), QStringLiteral("ann.malformed"), offset);
}

quint64 chunkLength(const Flavour &flavour, const char *bytes)
{
    return flavour.chunkLengthBytes == 2 ? qFromBigEndian<quint16>(bytes) : qFromBigEndian<quint32>(bytes);
}

bool isAscii(QByteArrayView id)
{
    return std::ranges::all_of(id, [](char c) { return static_cast<quint8>(c) < 0x80; });
}

/// The part of a block, without a copy where the block can be shared.
QByteArray shared(const QByteArray &bytes, qsizetype offset, qsizetype size)
{
    QByteArray whole = bytes;
    QByteArray::DataPointer &block = whole.data_ptr();
    if (!block.d_ptr() || size == 0)
        return bytes.mid(offset, size);
    block->ref();
    return QByteArray(QByteArray::DataPointer(block.d_ptr(), block.data() + offset, size));
}

} // namespace

Result<std::optional<Header>> headerAt(const Flavour &flavour, QByteArrayView buffered, qint64 maxBytes,
    qint64 maxAnnotationBytes, Strictness strictness)
{
    if (buffered.size() < kTagAndVersion)
        return std::optional<Header>();
    if (Status start = checkStart(flavour, buffered); !start)
        return start.error();
    if (buffered.size() < flavour.headerSize)
        return std::optional<Header>();
    Header header = flavour.readHeader(buffered.first(flavour.headerSize));
    if (strictness == Strictness::Strict) {
        if (Status good = flavour.check(header); !good)
            return good.error();
    }
    const qint64 total = flavour.headerSize + header.annotationsSize + header.payloadSize;
    if (header.payloadSize < 0 || total > maxBytes)
        return tooLarge(QStringLiteral("message too large"),
            header.payloadSize < 0 ? header.payloadSize : total, maxBytes);
    if (header.annotationsSize > maxAnnotationBytes) {
        return Error::limit(QStringLiteral("annotations of %1 bytes, the limit is %2")
                                .arg(header.annotationsSize)
                                .arg(maxAnnotationBytes),
            QStringLiteral("ann.limit"));
    }
    return std::optional(std::move(header));
}

Result<std::vector<Annotation>> readAnnotations(
    const Flavour &flavour, QByteArrayView area, int maxAnnotations, Strictness strictness)
{
    std::vector<Annotation> found;
    const qsizetype overhead = kIdSize + flavour.chunkLengthBytes;
    for (qsizetype at = 0; at < area.size();) {
        if (area.size() - at < overhead)
            return strictness == Strictness::Strict ? Result<std::vector<Annotation>>(malformed(at))
                                                    : Result(std::move(found));
        const QByteArrayView id = area.sliced(at, kIdSize);
        const quint64 size = chunkLength(flavour, area.data() + at + kIdSize);
        const quint64 left = quint64(area.size() - at - overhead);
        if (strictness == Strictness::Strict && (size > left || !isAscii(id)))
            return malformed(at);
        if (found.size() >= size_t(std::max(0, maxAnnotations))) {
            return Error::limit(QStringLiteral("more than %1 annotations").arg(maxAnnotations),
                QStringLiteral("ann.limit"), at);
        }
        const auto taken = qsizetype(std::min(size, left));
        found.emplace_back(id.toByteArray(), area.sliced(at + overhead, taken).toByteArray());
        at += overhead + taken;
    }
    return found;
}

Result<Parts> takeApart(const Flavour &flavour, const QByteArray &frame, const Limits &limits,
    int maxAnnotations, Strictness strictness)
{
    const auto cut = [&frame] {
        return Error::protocol(
            QStringLiteral("message is cut off"), QStringLiteral("frame.truncated"), frame.size());
    };
    if (frame.size() < flavour.headerSize)
        return cut();
    Parts parts;
    parts.header = flavour.readHeader(QByteArrayView(frame).first(flavour.headerSize));
    const Header &header = parts.header;
    if (header.payloadSize < 0
        || frame.size() != flavour.headerSize + header.annotationsSize + header.payloadSize)
        return cut();
    const QByteArrayView area = QByteArrayView(frame).sliced(flavour.headerSize, header.annotationsSize);
    auto annotations = readAnnotations(flavour, area, maxAnnotations, strictness);
    if (!annotations) {
        Error error = annotations.error();
        error.offset += flavour.headerSize;
        return error;
    }
    parts.annotations = *std::move(annotations);
    parts.sent = shared(frame, flavour.headerSize + header.annotationsSize, header.payloadSize);
    parts.payload = parts.sent;
    if ((header.flags & flavour.flags.compressed) != 0) {
        Result<QByteArray> inflated = inflateBounded(parts.sent, limits);
        if (!inflated)
            return inflated.error();
        parts.payload = *std::move(inflated);
    }
    return parts;
}

Result<QByteArray> pack(const Flavour &flavour, Header header, std::vector<Annotation> annotations,
    QByteArray payload, const PackOptions &options)
{
    header.version = flavour.version;
    if (options.compress) {
        if (auto smaller = flavour.compressed(payload, (header.flags & flavour.flags.exception) != 0)) {
            payload = *std::move(smaller);
            header.flags |= flavour.flags.compressed;
        }
    }
    if (const QByteArray digest = flavour.digest(options.hmacKey, payload, annotations); !digest.isEmpty())
        annotations.emplace_back(kHmac.toByteArray(), digest);
    const qsizetype overhead = kIdSize + flavour.chunkLengthBytes;
    for (const auto &[id, data] : annotations) {
        if (id.size() != kIdSize || !isAscii(id))
            return Error::usage(QStringLiteral("the id of an annotation has four ASCII characters"));
        header.annotationsSize += overhead + data.size();
    }
    header.payloadSize = payload.size();
    const qint64 total = header.payloadSize + header.annotationsSize;
    const qint64 most = std::min(options.maxBytes, flavour.maxPayload);
    if (total > most || header.annotationsSize > flavour.maxAnnotations)
        return tooLarge(QStringLiteral("message too large"), total, most);

    QByteArray frame;
    frame.reserve(flavour.headerSize + total);
    frame.resize(flavour.headerSize);
    flavour.writeHeader(header, frame.data());
    for (const auto &[id, data] : annotations) {
        frame += id;
        char length[4];
        if (flavour.chunkLengthBytes == 2)
            qToBigEndian<quint16>(quint16(data.size()), length);
        else
            qToBigEndian<quint32>(quint32(data.size()), length);
        frame.append(length, flavour.chunkLengthBytes);
        frame += data;
    }
    return frame += payload;
}

std::optional<QByteArray> annotation(const std::vector<Annotation> &annotations, QByteArrayView id)
{
    const auto found = std::ranges::find_if(
        annotations.rbegin(), annotations.rend(), [id](const Annotation &each) { return each.first == id; });
    if (found == annotations.rend())
        return std::nullopt;
    return found->second;
}

} // namespace pyrolens::pyro45

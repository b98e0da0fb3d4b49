// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "header_p.h"

#include <pyrolens/base/compression.h>
#include <pyrolens/wire/fieldcutter.h>

#include <QtEndian>

#include <algorithm>
#include <cstring>
#include <limits>

namespace pyrolens::pyro3 {

namespace {

constexpr qsizetype kIdAndVersion = 6;
constexpr qsizetype kUpToHeaderSize = 8;
constexpr qsizetype kUpToBodySize = 12;
/// Versions of Pyro 3 stayed below ten; Pyro 4 counts from 40, Pyro 5 from 500.
constexpr quint16 kFirstForeignVersion = 40;
constexpr quint16 kFirstPyro5Version = 500;

template <class T>
T at(QByteArrayView bytes, qsizetype offset)
{
    return qFromBigEndian<T>(bytes.data() + offset);
}

/// What the first six bytes look like when they are not ours; empty when nothing comes to mind.
QString guess(QByteArrayView six)
{
    if (six.startsWith(kTag)) {
        const auto version = at<quint16>(six, 4);
        if (version >= kFirstPyro5Version)
            return QStringLiteral("Pyro 5");
        return version >= kFirstForeignVersion ? QStringLiteral("Pyro 4") : QString();
    }
    return foreignProtocol(six);
}

Error foreign(QStringView text, QByteArrayView bytes, qint64 offset)
{
    const QString other = guess(bytes.first(kIdAndVersion));
    if (other.isEmpty())
        return Error::protocol(text.toString(), QStringLiteral("frame.bad-header"), offset);
    return Error::protocol(
        text + QStringLiteral(": looks like ") + other, QStringLiteral("frame.other-protocol"), offset);
}

} // namespace

std::optional<Header> readHeader(QByteArrayView bytes)
{
    if (bytes.size() < kHeaderSize)
        return std::nullopt;
    Header header;
    std::copy_n(bytes.data(), header.id.size(), header.id.begin());
    header.version = at<quint16>(bytes, 4);
    header.headerSize = at<quint16>(bytes, 6);
    header.bodySize = at<qint32>(bytes, 8);
    header.flags = at<quint16>(bytes, 12);
    header.checksum = at<quint32>(bytes, 14);
    return header;
}

Result<std::optional<qsizetype>> frameSize(QByteArrayView buffered, qint64 maxBytes, Strictness strictness)
{
    if (buffered.size() < kIdAndVersion)
        return std::optional<qsizetype>();
    const auto version = at<quint16>(buffered, 4);
    const bool known
        = strictness == Strictness::Strict ? version == kVersion : version < kFirstForeignVersion;
    if (!known)
        return foreign(kBadVersion, buffered, 4);
    if (!buffered.startsWith(kTag))
        return foreign(kBadHeader, buffered, 0);
    if (buffered.size() >= kUpToHeaderSize && at<quint16>(buffered, 6) != kHeaderSize)
        return Error::protocol(kBadHeader.toString(), QStringLiteral("frame.bad-header"), 6);
    if (buffered.size() < kUpToBodySize)
        return std::optional<qsizetype>();
    const qint64 body = at<qint32>(buffered, 8);
    if (body < 0) {
        return Error::limit(kBadHeader + QStringLiteral(": the body size is negative (")
                + QString::number(body) + QStringLiteral(")"),
            QStringLiteral("frame.too-large"), 8);
    }
    if (kHeaderSize + body > maxBytes) {
        return Error::limit(QStringLiteral("message too large: %1 bytes, the limit is %2")
                                .arg(kHeaderSize + body)
                                .arg(maxBytes),
            QStringLiteral("frame.too-large"), 8);
    }
    if (buffered.size() < kHeaderSize)
        return std::optional<qsizetype>();
    return std::optional(kHeaderSize + qsizetype(body));
}

Result<QByteArray> unpack(const QByteArray &frame, const Limits &limits, Strictness strictness)
{
    const std::optional<Header> header = readHeader(frame);
    if (!header || frame.size() != kHeaderSize + header->bodySize)
        return Error::protocol(
            QStringLiteral("message is cut off"), QStringLiteral("frame.truncated"), frame.size());
    const QByteArrayView body = QByteArrayView(frame).sliced(kHeaderSize);
    const bool checked = strictness == Strictness::Strict && (header->flags & kChecksum) != 0;
    if (checked && adler32(body) != header->checksum)
        return Error::protocol(kBadChecksum.toString(), QStringLiteral("frame.checksum"), 14);
    if ((header->flags & kCompressed) != 0)
        return inflateBounded(body, limits);
    return shareTail(frame, kHeaderSize);
}

Result<QByteArray> pack(QByteArray body, PackOptions options)
{
    quint16 flags = 0;
    if (options.compress) {
        QByteArray smaller = deflate(body);
        if (smaller.size() < body.size()) {
            body = std::move(smaller);
            flags |= kCompressed;
        }
    }
    const qsizetype size = body.size();
    if (size > std::numeric_limits<qint32>::max() - kHeaderSize) {
        return Error::limit(
            QStringLiteral("message too large: %1 bytes").arg(size), QStringLiteral("frame.too-large"));
    }
    if (options.checksum)
        flags |= kChecksum;
    const quint32 checksum = options.checksum ? adler32(body) : 0;

    // Moved inside its own block: a second one of this size would cost more than the move.
    QByteArray frame = std::move(body);
    frame.resize(kHeaderSize + size);
    char *out = frame.data();
    std::memmove(out + kHeaderSize, out, size_t(size));
    std::memcpy(out, kTag.data(), 4);
    qToBigEndian<quint16>(kVersion, out + 4);
    qToBigEndian<quint16>(quint16(kHeaderSize), out + 6);
    qToBigEndian<qint32>(qint32(size), out + 8);
    qToBigEndian<quint16>(flags, out + 12);
    qToBigEndian<quint32>(checksum, out + 14);
    return frame;
}

QByteArray shareTail(const QByteArray &bytes, qsizetype offset)
{
    Q_ASSERT_X(offset >= 0 && offset <= bytes.size(), "shareTail", "offset within the bytes");
    // A second handle on the same block: large payloads must not be copied on their way to the values that
    // keep them.
    QByteArray whole = bytes;
    QByteArray::DataPointer &block = whole.data_ptr();
    if (!block.d_ptr())
        return bytes.sliced(offset); // raw data owns nothing that could be shared
    block->ref();
    return QByteArray(QByteArray::DataPointer(block.d_ptr(), block.data() + offset, bytes.size() - offset));
}

} // namespace pyrolens::pyro3

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "pyro5.h"

#include <pyrolens/base/compression.h>
#include <pyrolens/pyro45/flavour.h>

#include <QtEndian>

#include <cstring>
#include <limits>

namespace pyrolens {

namespace {

using namespace pyro45;

constexpr quint16 kVersion = 502;
constexpr quint16 kMagic = 0x4dc5;
/// More than this many bytes are compressed, at this level. Source: Pyro5, protocol.py, SendingMessage.
constexpr qsizetype kCompressAbove = 100;
constexpr int kCompressionLevel = 4;

/// Header of every message; network byte order.
/// Source: Pyro5, protocol.py, _header_format ('!4sHBBHHII16sHH', protocol 502).
///
/// | offset | size | field | value |
/// |---|---|---|---|
/// | 0 | 4 | id | "PYRO" |
/// | 4 | 2 | version | 502 |
/// | 6 | 1 | type | pyro45::Type |
/// | 7 | 1 | serializer | 1 serpent, 2 marshal, 3 json, 4 msgpack |
/// | 8 | 2 | flags | |
/// | 10 | 2 | sequence | |
/// | 12 | 4 | payload size | as sent |
/// | 16 | 4 | annotations size | of all chunks |
/// | 20 | 16 | correlation id | meant only with the flag |
/// | 36 | 2 | reserved | 0 |
/// | 38 | 2 | magic | 0x4dc5 |
class Pyro5Flavour final : public Flavour
{
public:
    Pyro5Flavour()
    {
        info = commonInfo(5);
        serializers = {{1, "serpent"}, {3, "json"}, {2, "marshal"}, {4, "msgpack"}};
        for (const auto &each : serializers)
            info.codecs.push_back(each.second);
        version = kVersion;
        headerSize = 40;
        chunkLengthBytes = 4;
        maxPayload = std::numeric_limits<quint32>::max();
        maxAnnotations = std::numeric_limits<quint32>::max();
        flags.stream = 0x10;
        flags.keepSerialized = 0x20;
        flags.correlation = 0x40;
        library = "Pyro5";
        proxyClass = "Pyro5.client.Proxy";
        daemonClass = "Pyro5.server.Daemon";
        wrapperClass = "Pyro5.core._ExceptionWrapper";
        firstVersion = 500;
        lastVersion = std::numeric_limits<quint16>::max();
        sendsMetadataAlways = true;
        badVersionText = QStringLiteral("invalid protocol version: %1");
        badMagicText = QStringLiteral("invalid data");
        badTypeText = QStringLiteral("invalid msg type %1 received (expected: 1)");
    }

    Header readHeader(QByteArrayView bytes) const override
    {
        const char *in = bytes.data();
        Header header;
        header.version = qFromBigEndian<quint16>(in + 4);
        header.type = static_cast<quint8>(in[6]);
        header.serializer = static_cast<quint8>(in[7]);
        header.flags = qFromBigEndian<quint16>(in + 8);
        header.sequence = qFromBigEndian<quint16>(in + 10);
        header.payloadSize = qFromBigEndian<quint32>(in + 12);
        header.annotationsSize = qFromBigEndian<quint32>(in + 16);
        header.correlationId = QByteArray(in + 20, kCorrelationSize);
        header.reserved = qFromBigEndian<quint16>(in + 36);
        header.check = qFromBigEndian<quint16>(in + 38);
        return header;
    }

    void writeHeader(const Header &header, char *out) const override
    {
        std::memset(out, 0, size_t(headerSize));
        std::memcpy(out, "PYRO", 4);
        qToBigEndian<quint16>(kVersion, out + 4);
        out[6] = char(header.type);
        out[7] = char(header.serializer);
        qToBigEndian<quint16>(header.flags, out + 8);
        qToBigEndian<quint16>(header.sequence, out + 10);
        qToBigEndian<quint32>(quint32(header.payloadSize), out + 12);
        qToBigEndian<quint32>(quint32(header.annotationsSize), out + 16);
        if (header.correlationId.size() == kCorrelationSize)
            std::memcpy(out + 20, header.correlationId.constData(), size_t(kCorrelationSize));
        qToBigEndian<quint16>(kMagic, out + 38);
    }

    Status check(const Header &header) const override
    {
        if (header.check == kMagic)
            return Done{};
        return Error::protocol(
            QStringLiteral("invalid message or protocol version"), QStringLiteral("frame.bad-header"), 38);
    }

    std::optional<QByteArray> compressed(const QByteArray &payload, bool isError) const override
    {
        Q_UNUSED(isError); // every message, and also when it grows
        if (payload.size() <= kCompressAbove)
            return std::nullopt;
        return deflate(payload, kCompressionLevel);
    }

    /// Source: Pyro5, client.py, Proxy.__getstate__.
    Value proxyState(const Reference &reference) const override
    {
        return Value::tuple(
            {Value::text(reference.uri), nameTuple(reference.onewayMethods), nameTuple(reference.methods),
                nameTuple(reference.attributes), handshakeOf(reference), codecOf(reference)});
    }
};

} // namespace

std::shared_ptr<const Generation> pyro5Generation()
{
    return makeGeneration(std::make_shared<Pyro5Flavour>());
}

} // namespace pyrolens

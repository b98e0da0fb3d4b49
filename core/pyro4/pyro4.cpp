// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "pyro4.h"

#include <pyrolens/base/compression.h>
#include <pyrolens/pyro45/flavour.h>

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QtEndian>

#include <algorithm>
#include <cstring>
#include <limits>

namespace pyrolens {

namespace {

using namespace pyro45;

constexpr quint16 kVersion = 48;
/// Added to the sum of the header. Source: Pyro4, message.py, Message.checksum_magic.
constexpr quint16 kChecksumMagic = 0x34e9;
/// Source: Pyro4, util.py, SerializerBase._compress_data and its threshold.
constexpr qsizetype kCompressFrom = 200;

/// Header of every message; network byte order.
/// Source: Pyro4, message.py, Message.header_format ('!4sHHHHiHHHH').
///
/// | offset | size | field | value |
/// |---|---|---|---|
/// | 0 | 4 | id | "PYRO" |
/// | 4 | 2 | version | 48 |
/// | 6 | 2 | type | pyro45::Type |
/// | 8 | 2 | flags | |
/// | 10 | 2 | sequence | |
/// | 12 | 4 | payload size | signed, as sent |
/// | 16 | 2 | serializer | |
/// | 18 | 2 | annotations size | of all chunks |
/// | 20 | 2 | reserved | 0 |
/// | 22 | 2 | checksum | of the fields, see checksum() |
class Pyro4Flavour final : public Flavour
{
public:
    Pyro4Flavour()
    {
        info = commonInfo(4);
        info.features.checksum = true;
        info.features.hmac = true;
        serializers = {{1, "serpent"}, {2, "json"}, {3, "marshal"}, {4, "pickle"}, {5, "dill"},
            {6, "msgpack"}, {7, "cloudpickle"}};
        for (const auto &each : serializers)
            info.codecs.push_back(each.second);
        version = kVersion;
        headerSize = 24;
        chunkLengthBytes = 2;
        maxPayload = std::numeric_limits<qint32>::max();
        maxAnnotations = std::numeric_limits<quint16>::max();
        flags.metadata = 0x10;
        flags.stream = 0x20;
        flags.keepSerialized = 0x40;
        library = "Pyro4";
        proxyClass = "Pyro4.core.Proxy";
        daemonClass = "Pyro4.core.Daemon";
        wrapperClass = "Pyro4.futures._ExceptionWrapper";
        firstVersion = 40;
        lastVersion = 255;
        badVersionText = QStringLiteral("invalid data or unsupported protocol version");
        badMagicText = badVersionText;
        badTypeText = QStringLiteral("invalid msg type %1 received");
    }

    Header readHeader(QByteArrayView bytes) const override
    {
        const char *in = bytes.data();
        Header header;
        header.version = qFromBigEndian<quint16>(in + 4);
        header.type = qFromBigEndian<quint16>(in + 6);
        header.flags = qFromBigEndian<quint16>(in + 8);
        header.sequence = qFromBigEndian<quint16>(in + 10);
        header.payloadSize = qFromBigEndian<qint32>(in + 12);
        header.serializer = qFromBigEndian<quint16>(in + 16);
        header.annotationsSize = qFromBigEndian<quint16>(in + 18);
        header.reserved = qFromBigEndian<quint16>(in + 20);
        header.check = qFromBigEndian<quint16>(in + 22);
        return header;
    }

    void writeHeader(const Header &header, char *out) const override
    {
        std::memcpy(out, "PYRO", 4);
        qToBigEndian<quint16>(kVersion, out + 4);
        qToBigEndian<quint16>(header.type, out + 6);
        qToBigEndian<quint16>(header.flags, out + 8);
        qToBigEndian<quint16>(header.sequence, out + 10);
        qToBigEndian<qint32>(qint32(header.payloadSize), out + 12);
        qToBigEndian<quint16>(header.serializer, out + 16);
        qToBigEndian<quint16>(quint16(header.annotationsSize), out + 18);
        qToBigEndian<quint16>(0, out + 20);
        qToBigEndian<quint16>(checksum(header), out + 22);
    }

    Status check(const Header &header) const override
    {
        if (header.check == checksum(header))
            return Done{};
        return Error::protocol(
            QStringLiteral("header checksum mismatch"), QStringLiteral("frame.bad-header"), 22);
    }

    std::optional<QByteArray> compressed(const QByteArray &payload, bool isError) const override
    {
        if (isError || payload.size() < kCompressFrom)
            return std::nullopt;
        QByteArray smaller = deflate(payload);
        if (smaller.size() >= payload.size())
            return std::nullopt;
        return smaller;
    }

    /// Source: Pyro4, core.py, Proxy.__getstate_for_dict__.
    Value proxyState(const Reference &reference) const override
    {
        const Value key = reference.ident.isEmpty()
            ? Value()
            : Value::utf8(QByteArray(kEncodedKey.toByteArray() + reference.ident.toBase64()));
        return Value::tuple(
            {Value::text(reference.uri), nameTuple(reference.onewayMethods), nameTuple(reference.methods),
                nameTuple(reference.attributes), Value::real(reference.timeout.value_or(0)), key,
                handshakeOf(reference), Value::integer(0), codecOf(reference)});
    }

    /// SHA-1 over the payload as sent and the data of the other annotations by ascending id.
    /// Source: Pyro4, message.py, Message.hmac.
    QByteArray digest(const QByteArray &key, QByteArrayView payload,
        const std::vector<Annotation> &annotations) const override
    {
        if (key.isEmpty())
            return {};
        std::vector<Annotation> sorted = annotations;
        std::ranges::stable_sort(sorted, {}, &Annotation::first);
        QMessageAuthenticationCode code(QCryptographicHash::Sha1, key);
        code.addData(payload.data(), payload.size());
        for (const Annotation &each : sorted)
            code.addData(each.second);
        return code.result();
    }

private:
    static quint16 checksum(const Header &header)
    {
        const qint64 sum = qint64(header.type) + kVersion + header.payloadSize + header.annotationsSize
            + header.serializer + header.flags + header.sequence + kChecksumMagic;
        return quint16(sum & 0xffff);
    }
};

} // namespace

std::shared_ptr<const Generation> pyro4Generation()
{
    return makeGeneration(std::make_shared<Pyro4Flavour>());
}

} // namespace pyrolens

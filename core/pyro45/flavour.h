// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/wire/generation.h>

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <utility>
#include <vector>

namespace pyrolens::pyro45 {

/// Message types; the same numbers in both generations.
/// Source: Pyro4, message.py, MSG_*; Pyro5, protocol.py, MSG_*.
enum class Type : quint16 { Connect = 1, ConnectOk = 2, ConnectFail = 3, Invoke = 4, Result = 5, Ping = 6 };

/// A header in the terms of both generations.
struct Header
{
    quint16 version = 0;
    quint16 type = 0;
    quint16 flags = 0;
    quint16 sequence = 0;
    quint16 serializer = 0;
    qint64 payloadSize = 0;     ///< as sent; negative when the wire says so (generation 4)
    qint64 annotationsSize = 0; ///< of all chunks
    QByteArray correlationId;   ///< generation 5: the 16 bytes, meant or not
    quint16 reserved = 0;
    quint16 check = 0; ///< checksum (4) or magic (5)

    bool is(Type wanted) const { return type == quint16(wanted); }
};

/// Bits of the flags field; 0 where a generation has no such flag.
struct FlagBits
{
    quint16 exception = 0x01;
    quint16 compressed = 0x02;
    quint16 oneway = 0x04;
    quint16 batch = 0x08;
    quint16 metadata = 0;
    quint16 stream = 0;
    quint16 keepSerialized = 0;
    quint16 correlation = 0;
};

/// What generation 4 and 5 differ in. Immutable; one object per generation, shared by all threads.
class Flavour
{
public:
    virtual ~Flavour() = default;

    GenerationInfo info;
    quint16 version = 0;
    qsizetype headerSize = 0;
    int chunkLengthBytes = 0; ///< of an annotation's length field
    qint64 maxPayload = 0;
    qint64 maxAnnotations = 0; ///< bytes
    FlagBits flags;
    std::vector<std::pair<quint16, QByteArray>> serializers; ///< number and name, default first
    QByteArray library;                                      ///< "Pyro4": begins every class name
    QByteArray proxyClass;
    QByteArray daemonClass;
    QByteArray wrapperClass;  ///< of the exception that ends a batch
    quint16 firstVersion = 0; ///< versions from here to the next generation's are wrong ones of this one
    quint16 lastVersion = 0;
    bool sendsMetadataAlways = false;
    QString badVersionText; ///< "%1" = the number that was received
    QString badMagicText;   ///< for bytes that do not begin with PYRO
    QString badTypeText;    ///< "%1" = the type

    /// Reads `headerSize` bytes. Judges nothing.
    virtual Header readHeader(QByteArrayView bytes) const = 0;
    /// Writes the header, checksum included, into `headerSize` bytes.
    virtual void writeHeader(const Header &header, char *out) const = 0;
    /// Checksum or magic. \return Protocol "frame.bad-header" with the offset.
    virtual Status check(const Header &header) const = 0;
    /// The payload as it is to be sent when compression is on: compressed, or nothing to send it as it is.
    virtual std::optional<QByteArray> compressed(const QByteArray &payload, bool isError) const = 0;
    /// State tuple of a proxy's class dict.
    virtual Value proxyState(const Reference &reference) const = 0;
    /// Digest that goes into the annotation HMAC; empty when the generation or the key has none.
    virtual QByteArray digest(
        const QByteArray &key, QByteArrayView payload, const std::vector<Annotation> &annotations) const
    {
        Q_UNUSED(key);
        Q_UNUSED(payload);
        Q_UNUSED(annotations);
        return {};
    }

    QByteArray className(const QByteArray &name) const { return library + '.' + name; }
    /// Name of a serializer, empty for unknown numbers; and its number, 0 for unknown names.
    QByteArray serializerName(quint16 number) const;
    quint16 serializerNumber(const QByteArray &name) const;
};

/// Four characters of an annotation id and the meaning it has for the library.
inline constexpr QByteArrayView kCorrelation = "CORR"; ///< generation 4
inline constexpr QByteArrayView kHmac = "HMAC";        ///< generation 4
inline constexpr QByteArrayView kStream = "STRM";
inline constexpr QByteArrayView kBlob = "BLBI";

inline constexpr qsizetype kCorrelationSize = 16;
/// In front of an HMAC key in the class dict of a proxy, then base64. Source: Pyro4, core.py,
/// Proxy.__getstate_for_dict__.
inline constexpr QByteArrayView kEncodedKey = "b64:";
inline constexpr QByteArrayView kDaemonObject = "Pyro.Daemon";
inline constexpr QByteArrayView kMarshal = "marshal"; ///< serializer of refusals and of BLBI

/// Parts of a proxy's state, as both have them.
Value nameTuple(const QStringList &names);
Value handshakeOf(const Reference &reference); ///< "hello" unless it is told
Value codecOf(const Reference &reference);     ///< None for the default

/// Everything of GenerationInfo that both have in common.
GenerationInfo commonInfo(int id);

/// The generation a flavour makes. \param flavour lives as long as the generation.
std::shared_ptr<const Generation> makeGeneration(std::shared_ptr<const Flavour> flavour);

} // namespace pyrolens::pyro45

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/value/codec.h>

/// MessagePack with Pyro's extension types.
/// Source: the MessagePack specification; Pyro5, serializers.py, MsgpackSerializer.
namespace pyrolens::msgpack {

struct ReadOptions
{
    /// Turns Pyro's extension types into Complex, big Int, DateTime (local time) and Date and refuses unknown
    /// codes. Off keeps each as Kind::Ext, which is what stands on the wire.
    bool convertExtensions = true;
    /// Refuses keys other than text and bytes, as Python's unpacker does by default.
    bool strictKeys = true;
};

/// Reads one value; bytes behind it are reported in bytesUsed, not an error.
/// \return Protocol "value.msgpack", "value.utf8" or "value.key" with the byte offset; Limit "value.depth",
/// "value.nodes", "value.memory".
Result<Decoded> decode(const QByteArray &bytes, const Limits &limits = {}, const ReadOptions &options = {});

/// Writes the shortest forms. Tuples and sets become arrays, Uuid and Decimal text.
/// \return Unsupported "value.unsupported" for frozenset, Time, TimeDelta, DateTime with a zone, text with
/// lone surrogates and whatever must be lowered first; "value.cycle"; Limit "value.depth".
Result<QByteArray> encode(const Value &value, const Limits &limits = {});

class MsgpackCodec final : public Codec
{
public:
    explicit MsgpackCodec(ReadOptions read = {}) : m_read(read) { }
    QByteArray name() const override { return QByteArrayLiteral("msgpack"); }
    Result<Decoded> decode(const QByteArray &bytes, const Limits &limits) const override
    {
        return msgpack::decode(bytes, limits, m_read);
    }
    Result<QByteArray> encode(const Value &value, const Limits &limits) const override
    {
        return msgpack::encode(value, limits);
    }

private:
    ReadOptions m_read;
};

} // namespace pyrolens::msgpack

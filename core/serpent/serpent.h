// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/value/codec.h>

/// Serpent: one Python literal as UTF-8 text, the default serializer of Pyro 4 and 5.
/// Source: serpent 1.41, serpent.py, and its syntax.bnf.
namespace pyrolens::serpent {

/// How a document is written. The defaults are what Pyro sends.
struct WriteOptions
{
    bool bytesLiterals = false; ///< b'...' instead of the base64 dict (Pyro 5: SERPENT_BYTES_REPR)
    bool indent = false;        ///< one item per line, keys sorted; Pyro never does
};

struct ReadOptions
{
    /// Turns {'__class__':'float','value':'nan'} into the float. Off shows what stands on the wire.
    bool reviveNan = true;
};

/// Reads the whole literal language of Python that has no names or operators beyond signs and complex sums.
/// Nothing is evaluated. Bytes sent as {'data':..., 'encoding':'base64'} stay that dict, as for every
/// receiver. \return Protocol "value.serpent" or "value.utf8" with the byte offset; Protocol "value.key" for
/// an unhashable key; Limit "value.depth", "value.nodes", "value.memory".
Result<Decoded> decode(const QByteArray &bytes, const Limits &limits = {}, const ReadOptions &options = {});

/// Writes what the reference encoder writes, byte for byte (sets in the order they have here). Library types
/// become their texts; an Object, Reference or Error must have been lowered to a class dict before.
/// \return Unsupported "value.unsupported" / "value.cycle", Limit "value.depth" / "value.expansion".
Result<QByteArray> encode(const Value &value, const WriteOptions &options = {}, const Limits &limits = {});

/// The bytes of {'data': ..., 'encoding': 'base64'}, or of Bytes; nothing for other values.
std::optional<QByteArray> toBytes(const Value &value);

class SerpentCodec final : public Codec
{
public:
    explicit SerpentCodec(WriteOptions write = {}, ReadOptions read = {}) : m_write(write), m_read(read) { }
    QByteArray name() const override { return QByteArrayLiteral("serpent"); }
    Result<Decoded> decode(const QByteArray &bytes, const Limits &limits) const override;
    Result<QByteArray> encode(const Value &value, const Limits &limits) const override;

private:
    WriteOptions m_write;
    ReadOptions m_read;
};

} // namespace pyrolens::serpent

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/value/codec.h>
#include <pyrolens/value/dialect.h>

/// CPython's marshal format as Pyro 4 and 5 carry it; versions 0 to 4 are read.
/// Source: CPython 3.11, Python/marshal.c; CPython 2.7 for the types only that writes.
namespace pyrolens::marshal {

struct WriteOptions
{
    int version = 2; ///< 2, which every Python from 2.5 on reads, or 4 with shared values written once
};

struct ReadOptions
{
    /// Who wrote it: decides whether `s` is bytes or an 8-bit str and `t` text or an 8-bit str.
    Dialect dialect = Dialect::Python3;
};

/// Reads one value; bytes behind it are reported in bytesUsed, not an error. Shared and recursive values are
/// kept. Code objects are refused.
/// \return Protocol "value.marshal" with the byte offset, "value.key"; Limit "value.depth" and its siblings.
Result<Decoded> decode(const QByteArray &bytes, const Limits &limits = {}, const ReadOptions &options = {});

/// Writes what marshal knows; Uuid and Array as Pyro sends them (text, list). Version 2 writes shared values
/// each time and refuses a value that contains itself.
/// \return Unsupported "value.unsupported" / "value.cycle", Usage for other versions.
Result<QByteArray> encode(const Value &value, const WriteOptions &options = {}, const Limits &limits = {});

class MarshalCodec final : public Codec
{
public:
    explicit MarshalCodec(WriteOptions write = {}, ReadOptions read = {}) : m_write(write), m_read(read) { }
    QByteArray name() const override { return QByteArrayLiteral("marshal"); }
    Result<Decoded> decode(const QByteArray &bytes, const Limits &limits) const override;
    Result<QByteArray> encode(const Value &value, const Limits &limits) const override;

private:
    WriteOptions m_write;
    ReadOptions m_read;
};

} // namespace pyrolens::marshal

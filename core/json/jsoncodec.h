// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/value/codec.h>

/// JSON as Python's json module reads and writes it, for messages of Pyro 4 and 5. Bytes <-> Value in one
/// pass; files and `--json` output use base/json.h instead, which keeps number texts and makes no Values.
/// Source: CPython 3.11, Lib/json; Pyro5, serializers.py, JsonSerializer.
namespace pyrolens::json {

/// Reads one document: any integer, NaN, Infinity, -Infinity; the later of equal keys wins. Lone surrogates
/// in escapes are kept. \return Protocol "value.json" or "value.utf8" with the byte offset; Limit
/// "value.depth", "value.nodes", "value.memory".
Result<Decoded> decode(const QByteArray &bytes, const Limits &limits = {});

/// Writes what Pyro's serializer writes: tuples and sets as arrays; Uuid, Decimal, DateTime and Date as text;
/// keys that are numbers, booleans or None as text. \return Unsupported "value.unsupported" for bytes,
/// complex, frozenset, Time, TimeDelta and whatever must be lowered first; "value.cycle"; Limit
/// "value.depth".
Result<QByteArray> encode(const Value &value, const Limits &limits = {});

class JsonCodec final : public Codec
{
public:
    QByteArray name() const override { return QByteArrayLiteral("json"); }
    Result<Decoded> decode(const QByteArray &bytes, const Limits &limits) const override
    {
        return json::decode(bytes, limits);
    }
    Result<QByteArray> encode(const Value &value, const Limits &limits) const override
    {
        return json::encode(value, limits);
    }
};

} // namespace pyrolens::json

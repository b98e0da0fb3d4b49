// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "serpent.h"

#include "reader_p.h"
#include "writer_p.h"

namespace pyrolens::serpent {

Result<Decoded> decode(const QByteArray &bytes, const Limits &limits, const ReadOptions &options)
{
    return Reader(bytes, limits, options).run();
}

Result<QByteArray> encode(const Value &value, const WriteOptions &options, const Limits &limits)
{
    return Writer(options, limits).document(value);
}

std::optional<QByteArray> toBytes(const Value &value)
{
    if (value.kind() == Value::Kind::Bytes)
        return value.rawBytes().toByteArray();
    if (value.kind() != Value::Kind::Dict)
        return std::nullopt;
    const Value *data = value.find("data");
    const Value *encoding = value.find("encoding");
    if (!data || !encoding || !data->isTextLike() || !encoding->isTextLike()
        || encoding->rawBytes() != "base64")
        return std::nullopt;
    const auto decoded = QByteArray::fromBase64Encoding(
        data->rawBytes().toByteArray(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded)
        return std::nullopt;
    return *decoded;
}

Result<Decoded> SerpentCodec::decode(const QByteArray &bytes, const Limits &limits) const
{
    return serpent::decode(bytes, limits, m_read);
}

Result<QByteArray> SerpentCodec::encode(const Value &value, const Limits &limits) const
{
    return serpent::encode(value, m_write, limits);
}

} // namespace pyrolens::serpent

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "marshal.h"

#include "reader_p.h"
#include "writer_p.h"

namespace pyrolens::marshal {

Result<Decoded> decode(const QByteArray &bytes, const Limits &limits, const ReadOptions &options)
{
    return Reader(bytes, limits, options).run();
}

Result<QByteArray> encode(const Value &value, const WriteOptions &options, const Limits &limits)
{
    if (options.version != 2 && options.version != 4) {
        return Error::usage(
            QStringLiteral("marshal is written in version 2 or 4, not %1").arg(options.version));
    }
    return Writer(options, limits).run(value);
}

Result<Decoded> MarshalCodec::decode(const QByteArray &bytes, const Limits &limits) const
{
    return marshal::decode(bytes, limits, m_read);
}

Result<QByteArray> MarshalCodec::encode(const Value &value, const Limits &limits) const
{
    return marshal::encode(value, m_write, limits);
}

} // namespace pyrolens::marshal

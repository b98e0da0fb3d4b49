// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "msgpack.h"

#include "reader_p.h"
#include "writer_p.h"

namespace pyrolens::msgpack {

Result<Decoded> decode(const QByteArray &bytes, const Limits &limits, const ReadOptions &options)
{
    return Reader(bytes, limits, options).run();
}

Result<QByteArray> encode(const Value &value, const Limits &limits)
{
    return Writer(limits).run(value);
}

} // namespace pyrolens::msgpack

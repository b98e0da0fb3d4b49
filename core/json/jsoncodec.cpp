// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "jsoncodec.h"

#include "reader_p.h"
#include "writer_p.h"

namespace pyrolens::json {

Result<Decoded> decode(const QByteArray &bytes, const Limits &limits)
{
    return Reader(bytes, limits).run();
}

Result<QByteArray> encode(const Value &value, const Limits &limits)
{
    return Writer(limits).run(value);
}

} // namespace pyrolens::json

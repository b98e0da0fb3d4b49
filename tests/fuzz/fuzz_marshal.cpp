// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Marshal data of both Pythons: what is read is written in both versions and read again.

#include "codec.h"

#include <pyrolens/marshal/marshal.h>

using namespace pyrolens;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    for (const Dialect dialect : {Dialect::Python2, Dialect::Python3}) {
        for (const int version : {2, 4})
            checkCodec(marshal::MarshalCodec({.version = version}, {.dialect = dialect}), bytes);
    }
    return 0;
}

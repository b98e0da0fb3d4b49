// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// JSON bodies of Pyro 4 and 5.

#include "codec.h"

#include <pyrolens/json/jsoncodec.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    checkCodec(
        pyrolens::json::JsonCodec(), QByteArray(reinterpret_cast<const char *>(data), qsizetype(size)));
    return 0;
}

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// MessagePack bodies, with extension types converted and kept.

#include "codec.h"

#include <pyrolens/msgpack/msgpack.h>

using namespace pyrolens;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    checkCodec(msgpack::MsgpackCodec({.convertExtensions = false, .strictKeys = false}), bytes);
    checkCodec(msgpack::MsgpackCodec(), bytes);
    return 0;
}

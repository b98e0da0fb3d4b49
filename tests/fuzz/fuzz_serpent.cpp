// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Serpent documents: what is read is written, in both forms of bytes, and read again.

#include "codec.h"

#include <pyrolens/serpent/serpent.h>

using namespace pyrolens;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    checkCodec(serpent::SerpentCodec({.bytesLiterals = true}), bytes);
    checkCodec(serpent::SerpentCodec({.bytesLiterals = true, .indent = true}), bytes);
    const auto plain = serpent::decode(bytes, codecLimits(), {.reviveNan = false});
    const auto revived = serpent::decode(bytes, codecLimits());
    demand(plain.isOk() || !revived.isOk(), "nan is not the reason to read something");
    if (revived) // bytes as keys make this form unreadable, as in the original
        demand(serpent::encode(revived->value, {}, codecLimits()).isOk()
                == serpent::encode(revived->value, {.bytesLiterals = true}, codecLimits()).isOk(),
            "both forms of bytes carry the same values");
    return 0;
}

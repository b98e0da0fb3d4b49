// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Pyro 5 streams.

#include "frames.h"

#include <pyrolens/pyro5/pyro5.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::shared_ptr<const pyrolens::Generation> generation = pyrolens::pyro5Generation();
    checkStream(*generation, QByteArray(reinterpret_cast<const char *>(data), qsizetype(size)));
    return 0;
}

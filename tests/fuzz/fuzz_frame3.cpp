// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// Pyro 3 streams.

#include "frames.h"

#include <pyrolens/pyro3/pyro3.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::shared_ptr<const pyrolens::Generation> generation = pyrolens::pyro3Generation();
    checkStream(*generation, QByteArray(reinterpret_cast<const char *>(data), qsizetype(size)));
    return 0;
}

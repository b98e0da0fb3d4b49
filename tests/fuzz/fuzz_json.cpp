// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// JSON text: what is read is written and read again as the same.

#include "demand.h"

#include <pyrolens/base/json.h>

#include <cstdint>

using namespace pyrolens;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    constexpr int kDepth = 64;
    const Result<Json> read = Json::parse(bytes, kDepth);
    if (!read) {
        const Error &error = read.error();
        demand(!error.what.isEmpty() && error.offset >= 0 && error.offset <= bytes.size(),
            "every refusal has its place");
        return 0;
    }
    for (const int indent : {0, 2}) {
        const QByteArray text = read->toText(indent);
        const Result<Json> again = Json::parse(text, kDepth);
        demand(again.isOk(), "what was written can be read");
        demand(*again == *read, "what was written says the same");
        demand(again->toText(indent) == text, "it is written in one way only");
    }
    return 0;
}

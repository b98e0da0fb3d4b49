// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// zlib streams: never more than the limits allow comes out, and what comes out was in.

#include "demand.h"

#include <pyrolens/base/compression.h>

#include <cstdint>

using namespace pyrolens;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    Limits limits;
    limits.maxInflatedBytes = 4 << 20;
    const Result<QByteArray> inflated = inflateBounded(bytes, limits);
    if (inflated) {
        demand(inflated->size() <= limits.maxInflatedBytes, "the limit holds");
    } else {
        const QString &code = inflated.error().code;
        demand(code == u"zip.bomb" || code == u"zip.corrupt", "every refusal has a code");
        demand((code == u"zip.bomb") == (inflated.error().kind == Error::Kind::Limit), "and its kind");
    }
    limits.maxInflatedBytes = 1'000;
    const Result<QByteArray> less = inflateBounded(bytes, limits);
    demand(!less || (less->size() <= 1'000 && inflated && *less == *inflated), "a lower limit only refuses");
    const Result<QByteArray> back = inflateBounded(deflate(bytes), {});
    demand(back && *back == bytes, "what was deflated comes back");
    return 0;
}

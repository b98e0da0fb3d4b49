// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Pickles: what is read can be listed, labelled, written and read again.

#include "demand.h"

#include <pyrolens/pickle/pickle.h>

#include <cstdint>

using namespace pyrolens;

namespace {

Limits limits()
{
    Limits limits;
    limits.maxDecodedBytes = 16 << 20;
    limits.maxNodes = 100'000;
    limits.maxExpandedNodes = 100'000;
    return limits;
}

void look(const QByteArray &bytes, const Result<Decoded> &decoded, const Limits &limits)
{
    const pickle::Inspection inspection = pickle::inspect(bytes, limits);
    demand((inspection.verdict == pickle::Verdict::Malformed) == !decoded.isOk(), "label and decode agree");
    qsizetype covered = 0;
    const std::vector<pickle::Opcode> list = pickle::listing(bytes);
    for (const pickle::Opcode &op : list) {
        demand(op.offset == covered && op.size >= 0, "opcodes follow each other");
        covered += op.size;
    }
    if (decoded)
        demand(list.back().name == "STOP" && covered == decoded->bytesUsed,
            "the listing ends where the decode does");
    else
        demand(covered <= bytes.size(), "the listing stays inside the pickle");
}

void writeAndRead(const Value &value, int protocol, Dialect dialect, const Limits &limits)
{
    const pickle::WriteOptions options{protocol, dialect, true};
    const Result<QByteArray> bytes = pickle::encode(value, options, limits);
    if (!bytes) {
        demand(!bytes.error().code.isEmpty(), "every refusal to write has a code");
        return;
    }
    pickle::ReadOptions read;
    read.allowPersistent = true;
    const Result<Decoded> again = pickle::decode(*bytes, {}, read);
    if (!again) {
        demand(again.error().kind == Error::Kind::Limit, "what was written can be read");
        return;
    }
    const Result<QByteArray> third = pickle::encode(again->value, options, {});
    demand(third.isOk(), "what was written can be written again");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const Limits limits = ::limits();
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    const Result<Decoded> decoded = pickle::decode(bytes, limits);
    look(bytes, decoded, limits);
    if (!decoded) {
        const Error &error = decoded.error();
        demand(!error.code.isEmpty() && error.offset >= 0 && error.offset <= bytes.size(),
            "every refusal has its place");
    }
    pickle::ReadOptions open;
    open.allowPersistent = true;
    open.extensions.push_back({1, {"shapes", "Plain"}});
    const Result<Decoded> value = pickle::decode(bytes, limits, open);
    demand(value.isOk() || !decoded.isOk(), "what is read by default is read with more allowed");
    if (!value)
        return 0;
    for (int protocol = 0; protocol <= 2; ++protocol)
        writeAndRead(value->value, protocol, Dialect::Python2, limits);
    for (int protocol = 0; protocol <= 5; ++protocol)
        writeAndRead(value->value, protocol, Dialect::Python3, limits);
    return 0;
}

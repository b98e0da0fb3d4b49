// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "pickle.h"

#include "reader_p.h"
#include "writer_p.h"

#include <algorithm>

namespace pyrolens::pickle {

Result<Decoded> decode(const QByteArray &bytes, const Limits &limits, const ReadOptions &options)
{
    Reader reader(bytes, limits, options);
    reader.run();
    return reader.finish();
}

Result<QByteArray> encode(const Value &value, const WriteOptions &options, const Limits &limits)
{
    return Writer(options, limits).run(value);
}

Inspection inspect(const QByteArray &bytes, const Limits &limits)
{
    // What decode() refuses by default is named here as well: a persistent reference is still only data.
    const ReadOptions options;
    Reader reader(bytes, limits, options);
    reader.wantTrace();
    reader.run();
    Inspection inspection;
    for (const QByteArray &name : reader.globals()) {
        if (!isKnownGlobal(name))
            inspection.unknown.push_back(name);
    }
    const bool hasGlobals = !reader.globals().empty();
    const Trace trace = reader.trace();
    if (const Result<Decoded> decoded = reader.finish(); !decoded) {
        inspection.verdict = Verdict::Malformed;
        inspection.error = decoded.error();
    } else if (trace.callsUnknown) {
        inspection.verdict = Verdict::CallsFunctions;
    } else if (!inspection.unknown.empty()) {
        inspection.verdict = Verdict::UnknownClasses;
    } else if (hasGlobals) {
        inspection.verdict = Verdict::KnownClasses;
    }
    return inspection;
}

Result<Decoded> PickleCodec::decode(const QByteArray &bytes, const Limits &limits) const
{
    return pickle::decode(bytes, limits, m_read);
}

Result<QByteArray> PickleCodec::encode(const Value &value, const Limits &limits) const
{
    return pickle::encode(value, m_write, limits);
}

} // namespace pyrolens::pickle

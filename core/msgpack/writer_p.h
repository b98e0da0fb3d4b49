// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/value/codecwriter.h>

namespace pyrolens::msgpack {

/// Writes one value in the shortest forms, as msgpack.packb(value, use_bin_type=True) with Pyro's default
/// hook.
class Writer final : public CodecWriter
{
public:
    explicit Writer(const Limits &limits) : CodecWriter(limits, QLatin1StringView("msgpack")) { }

protected:
    std::optional<Value> replaced(const Value &value) const override;
    Status leaf(const Value &value) override;
    Status begin(const Value &container) override;
    Status before(const Value &container, qsizetype index, const Value &part) override;
    void end(const Value &container) override;

private:
    void byte(int value) { m_out += char(value); }
    template <class T>
    void number(T value);
    void integer(qint64 value);
    Status unsignedInteger(const Value &value);
    Status sized(QByteArrayView bytes, int shortest, int of8, int of16, int of32);
    Status extension(int code, QByteArrayView content);
};

} // namespace pyrolens::msgpack

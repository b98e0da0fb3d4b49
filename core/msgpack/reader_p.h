// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "msgpack.h"

#include <pyrolens/value/valuebuilder.h>

#include <optional>
#include <vector>

namespace pyrolens::msgpack {

/// Reads one value with the open containers on the heap.
class Reader final
{
public:
    Reader(const QByteArray &bytes, const Limits &limits, const ReadOptions &options)
        : m_bytes(bytes), m_limits(limits), m_options(options), m_builder(m_limits)
    { }
    Result<Decoded> run();

private:
    struct Level
    {
        Value container; ///< List or Dict
        qint64 left = 0; ///< items or pairs
        std::optional<Value> key;
    };

    Status begin(std::optional<Value> &done);
    Status plain(Result<Value> value, std::optional<Value> &done);
    Status open(bool isDict, std::optional<quint64> count, std::optional<Value> &done);
    Status add(Value value, std::optional<Value> &done);
    Result<Value> raw(Value::Kind kind, std::optional<quint64> size);
    Result<Value> extension(std::optional<quint64> size);
    Status word(quint8 type, std::optional<Value> &done);

    template <class T>
    std::optional<quint64> unsignedNumber();
    template <class T>
    Result<Value> integer();
    Error truncated() const;
    Error failure(const QString &what) const;
    Error limit() const;
    qsizetype left() const { return m_bytes.size() - m_at; }

    const QByteArray &m_bytes;
    const Limits m_limits;
    const ReadOptions m_options;
    ValueBuilder m_builder;
    std::vector<Level> m_open;
    qsizetype m_at = 0;
    qsizetype m_start = 0; ///< of the value being read
};

} // namespace pyrolens::msgpack

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "marshal.h"

#include <pyrolens/value/valuebuilder.h>

#include <optional>
#include <vector>

namespace pyrolens::marshal {

/// Bit of a type byte: remember this value for `r`.
inline constexpr quint8 kRemember = 0x80;

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
        char type = 0;
        Value container;          ///< List, Dict, or a tuple that is known from its beginning
        std::vector<Value> items; ///< of other tuples and of sets
        qsizetype left = 0;       ///< items still to come, not for dicts
        std::optional<Value> key;
        qsizetype memory = -1; ///< number under which it is remembered
        qsizetype keyAt = 0;
    };

    Status begin(std::optional<Value> &done);
    Status scalar(char type, qsizetype memory, std::optional<Value> &done);
    Status open(char type, qsizetype memory, std::optional<Value> &done);
    Status add(Value value, std::optional<Value> &done);
    Status close(std::optional<Value> &done);
    Status finished(Value value, qsizetype memory, std::optional<Value> &done);

    // Scalars, in scalars.cpp.
    Result<Value> text(char type);
    Result<Value> bytesValue(qsizetype size, Value::Kind kind);
    Result<Value> bigInteger();
    Result<Value> oldFloat(bool isComplex);
    Result<double> floatText();
    Result<Value> remembered();
    Result<Value> internedAgain();

    template <class T>
    std::optional<T> number();
    Result<qsizetype> count(bool isShort);
    Error truncated() const;
    Error failure(const QString &what, qsizetype at) const;
    Error limit() const;
    qsizetype left() const { return m_bytes.size() - m_at; }

    const QByteArray &m_bytes;
    const Limits m_limits;
    const ReadOptions m_options;
    ValueBuilder m_builder;
    std::vector<Level> m_open;
    std::vector<std::optional<Value>> m_memory; ///< nothing while a value is not there yet
    std::vector<Value> m_interned;              ///< Python 2: in the order of their `t`
    qsizetype m_at = 0;
    qsizetype m_start = 0; ///< of the type byte being read
};

} // namespace pyrolens::marshal

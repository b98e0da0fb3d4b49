// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "jsoncodec.h"

#include <pyrolens/value/valuebuilder.h>

#include <optional>
#include <vector>

namespace pyrolens::json {

/// One pass over the text with the open containers on the heap.
class Reader final
{
public:
    Reader(const QByteArray &bytes, const Limits &limits)
        : m_bytes(bytes), m_limits(limits), m_builder(m_limits)
    { }
    Result<Decoded> run();

private:
    struct Level
    {
        Value container; ///< List or Dict
        Value key;
        bool isDict() const { return container.kind() == Value::Kind::Dict; }
    };

    Status begin(std::optional<Value> &done);
    Status open(bool isDict, std::optional<Value> &done);
    Status leaf(Result<Value> value, std::optional<Value> &done);
    Status add(Value value, std::optional<Value> &done);
    Status key(Level &level);
    Result<Value> number();
    Result<Value> string();
    Status escape(QByteArray &out);
    std::optional<char32_t> hexUnit();
    bool takeWord(QByteArrayView word);
    bool takeDigits();
    void close(std::optional<Value> &done);

    int peek() const { return m_at < m_bytes.size() ? static_cast<quint8>(m_bytes.at(m_at)) : -1; }
    bool take(char c);
    void skipSpace();
    Error failure(const QString &what, qsizetype at = -1) const;
    Error limit() const;

    const QByteArray &m_bytes;
    const Limits m_limits;
    ValueBuilder m_builder;
    std::vector<Level> m_open;
    qsizetype m_at = 0;
};

} // namespace pyrolens::json

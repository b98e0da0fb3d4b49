// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "value.h"

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>

#include <optional>
#include <vector>

namespace pyrolens {

/// Walks a value for an encoder, with the open containers on the heap. The encoder of a format says what is
/// written for a leaf, at the two ends of a container and before each of its parts. Depth, visited values and
/// the size of what is written are bounded: Limit "value.depth", "value.expansion". One object per encode().
class CodecWriter
{
public:
    virtual ~CodecWriter() = default;
    CodecWriter(const CodecWriter &) = delete;
    CodecWriter &operator=(const CodecWriter &) = delete;

    Result<QByteArray> run(const Value &root);

protected:
    CodecWriter(const Limits &limits, QLatin1StringView format) : m_limits(limits), m_format(format) { }

    /// What is written instead of a value; asked again for what it returns.
    virtual std::optional<Value> replaced(const Value &value) const = 0;
    /// Writes a reference to something written before. \return false when the value must be written.
    virtual bool wroteReference(const Value &value)
    {
        Q_UNUSED(value);
        return false;
    }
    virtual Status leaf(const Value &value) = 0;
    /// Tuple, List, Set, FrozenSet or Dict.
    virtual Status begin(const Value &container) = 0;
    /// Before part `index` of a container; a dict's parts are key, value, key, value ...
    virtual Status before(const Value &container, qsizetype index, const Value &part) = 0;
    virtual void end(const Value &container) = 0;

    /// Unsupported "value.unsupported", or "value.cycle" for a value that contains itself.
    Error cannotCarry(const Value &value) const;
    /// Same, with the reason in words.
    Error cannotCarry(const QString &what) const;
    qsizetype depth() const { return qsizetype(m_path.size()); } ///< open containers

    QByteArray m_out;
    const Limits m_limits;

private:
    struct Level
    {
        Value container;
        qsizetype count = 0; ///< of parts
        qsizetype next = 0;
    };
    Status place(Value value);

    QLatin1StringView m_format;
    std::vector<Level> m_path;
    qint64 m_nodes = 0;
};

/// Name of a kind for messages: "bytes", "frozenset", "instance of app.Thing".
QString kindText(const Value &value);

} // namespace pyrolens

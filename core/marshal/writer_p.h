// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "marshal.h"

#include <pyrolens/value/codecwriter.h>

#include <unordered_map>
#include <vector>

namespace pyrolens::marshal {

/// Writes one value. Source: CPython 3.11, Python/marshal.c, w_object and w_complex_object.
class Writer final : public CodecWriter
{
public:
    Writer(const WriteOptions &options, const Limits &limits)
        : CodecWriter(limits, QLatin1StringView("marshal")), m_options(options)
    { }

protected:
    std::optional<Value> replaced(const Value &value) const override;
    bool wroteReference(const Value &value) override;
    Status leaf(const Value &value) override;
    Status begin(const Value &container) override;
    Status before(const Value &container, qsizetype index, const Value &part) override;
    void end(const Value &container) override;

private:
    bool remembers() const { return m_options.version >= 3; }
    void type(char type, bool isRemembered = false);
    Status integer(const Value &value);
    Status sized(char type, QByteArrayView bytes);
    Status text(QByteArrayView utf8);
    template <class T>
    void number(T value);

    const WriteOptions m_options;
    std::unordered_map<const void *, qint32> m_memory;
    std::unordered_map<quint32, qint32> m_cycles; ///< cycleId() -> number
    bool m_isNew = false;                         ///< the value being written gets a number
    std::vector<Value> m_kept;                    ///< so that no node is mistaken for a new one in its place
};

} // namespace pyrolens::marshal

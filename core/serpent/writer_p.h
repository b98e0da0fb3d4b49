// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "serpent.h"

#include <pyrolens/value/codecwriter.h>

namespace pyrolens::serpent {

/// Writes one document as the reference encoder does. Source: serpent 1.41, serpent.py, class Serializer.
class Writer final : public CodecWriter
{
public:
    Writer(const WriteOptions &options, const Limits &limits);
    Result<QByteArray> document(const Value &value);

protected:
    std::optional<Value> replaced(const Value &value) const override;
    Status leaf(const Value &value) override;
    Status begin(const Value &container) override;
    Status before(const Value &container, qsizetype index, const Value &part) override;
    void end(const Value &container) override;

private:
    void real(double value);
    void newLine(qsizetype level);
    bool isEmptySet(const Value &value) const;

    const WriteOptions m_options;
};

/// Python's repr() of a text (UTF-8, surrogates as three bytes) or of bytes, in UTF-8.
void appendText(QByteArray &out, QByteArrayView utf8);
void appendBytes(QByteArray &out, QByteArrayView bytes);

} // namespace pyrolens::serpent

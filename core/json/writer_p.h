// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/value/codecwriter.h>

namespace pyrolens::json {

/// Writes one document as json.dumps(value, ensure_ascii=False) does.
class Writer final : public CodecWriter
{
public:
    explicit Writer(const Limits &limits) : CodecWriter(limits, QLatin1StringView("json")) { }

protected:
    std::optional<Value> replaced(const Value &value) const override;
    Status leaf(const Value &value) override;
    Status begin(const Value &container) override;
    Status before(const Value &container, qsizetype index, const Value &part) override;
    void end(const Value &container) override;

private:
    Status string(QByteArrayView utf8);
    void real(double value);
    Status integer(const Value &value);

    bool m_isKey = false;
};

} // namespace pyrolens::json

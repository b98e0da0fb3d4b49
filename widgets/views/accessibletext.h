// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QString>

namespace pyrolens {

/// What our own text and byte views offer to screen readers. Positions count UTF-16 units.
class ReadableText
{
public:
    virtual ~ReadableText() = default;
    virtual qsizetype readableLength() const = 0;
    virtual QString readablePart(qsizetype from, qsizetype to) const = 0;
    virtual qsizetype readableCaret() const = 0;
    virtual std::pair<qsizetype, qsizetype> readableSelection() const = 0;
};

/// Makes QAccessible offer the text interface for widgets that are ReadableText; any number of calls.
void installAccessibleText();

} // namespace pyrolens

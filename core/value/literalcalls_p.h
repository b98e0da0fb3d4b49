// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "literal.h"

namespace pyrolens::detail {

/// The forms of the literal grammar that look like calls.
enum class LiteralCall : quint8 {
    ByteArray,
    Set,
    FrozenSet,
    Decimal,
    Uuid,
    Date,
    Time,
    DateTime,
    TimeDelta,
    Array,
    Uri,
    Callback,
    File,
    Instance,
};

/// The form a name stands for; the module may be written before it ("datetime.date").
std::optional<LiteralCall> literalCall(QStringView name);
/// Whether more typing can make a known word of it: a literal name or one of the above.
bool isBeginningOfName(QStringView text);

struct CallArgument
{
    QString name; ///< empty for a positional one
    LiteralNode node;
};

/// Makes the value of a form. \return Usage error without a place; the caller knows where.
/// \param children gets those of the new node.
Result<Value> makeCall(LiteralCall call, std::vector<CallArgument> arguments, Dialect dialect,
    const LiteralContext &context, std::vector<LiteralNode> &children);

/// A set of these with Python's idea of what is the same member; the first of equal ones stays.
std::vector<Value> uniqueMembers(const std::vector<LiteralNode> &nodes);
/// The name of a kind that Python cannot put into a set or use as a key, looking into tuples; empty when it
/// can.
QString unhashable(const Value &value);

} // namespace pyrolens::detail

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "fixedvalue.h"

#include <pyrolens/value/literal.h>

namespace pyrolens {

Result<FixedValue> FixedValue::parse(const QString &literal)
{
    const auto old = parseLiteral(literal, Dialect::Python2);
    const auto modern = parseLiteral(literal, Dialect::Python3);
    if (!old && !modern)
        return modern.error();
    FixedValue value;
    value.python2 = old ? old->value : modern->value;
    value.python3 = modern ? modern->value : old->value;
    return value;
}

const Value &FixedValue::in(const CallContext &context) const
{
    return context.generation->info().dialect == Dialect::Python2 ? python2 : python3;
}

} // namespace pyrolens

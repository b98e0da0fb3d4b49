// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "change.h"

#include <pyrolens/server/servant.h>

namespace pyrolens::naming {

/// Runs a change; the reply (None) waits until it is durable.
inline Outcome replyWhenDurable(const std::function<Change(const Completion &)> &change)
{
    const DeferredReply later;
    const Change applied = change([later](const Status &status) {
        later.finish(status ? Result<Value>(Value::none()) : Result<Value>(status.error()));
    });
    if (!applied)
        return applied.error();
    if (applied.value() == Applied::Durable)
        return Value::none();
    return later;
}

} // namespace pyrolens::naming

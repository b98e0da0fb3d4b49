// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>

#include <functional>

namespace pyrolens::naming {

/// What has become of a change when the function that made it returns.
enum class Applied : quint8 {
    Durable, ///< done; there is nothing to wait for
    Pending, ///< visible, and on its way to the file: the completion tells
};
using Change = Result<Applied>;
/// Told once how a change ended that was Pending, on the writer's thread.
using Completion = std::function<void(const Status &)>;

/// Makes a change and waits until it is durable. Not on the writer's thread.
Status waitUntilDurable(const std::function<Change(const Completion &)> &change);

} // namespace pyrolens::naming

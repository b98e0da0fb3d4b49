// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QtGlobal>

namespace pyrolens {

/// Lets this process have as many file descriptors as the system permits it.
/// \return how many that are; 0 where there is no such limit.
qint64 raiseDescriptorLimit();

} // namespace pyrolens

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "value.h"

namespace pyrolens {

/// Memory that a value holds, in bytes and roughly, each shared part once; stops counting above `most`. For
/// limits on what is kept for others.
qint64 roughSize(const Value &value, qint64 most);

} // namespace pyrolens

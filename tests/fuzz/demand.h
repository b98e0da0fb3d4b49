// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QtGlobal>

/// What a fuzz target claims of every input; ends the program when it does not hold.
inline void demand(bool holds, const char *claim)
{
    if (!holds)
        qFatal("%s", claim);
}

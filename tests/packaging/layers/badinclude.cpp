// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Refused: `high` is not in USES.
#include <pyrolens/high/high.h>

int bad()
{
    return high();
}

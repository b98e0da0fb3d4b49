// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Refused: the header is not in HEADERS of its layer.
#include <pyrolens/low/low_p.h>

int bad()
{
    return hidden();
}

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "high.h"

#include <pyrolens/low/low.h>

int high()
{
    return low();
}

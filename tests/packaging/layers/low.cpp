// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "low.h"

#include "low_p.h"

int hidden()
{
    return 1;
}

int low()
{
    return hidden();
}

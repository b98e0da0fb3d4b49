// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Compiles, but does not link: a declaration by hand instead of the header of a layer that is not in USES.
int high();
int bad();

int bad()
{
    return high();
}

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/pyro4/pyro4.h>
#include <pyrolens/pyro5/pyro5.h>

#include <QtTest>

namespace pyrolens::testing {

inline std::shared_ptr<const Generation> generationOf(int number)
{
    return number == 4 ? pyro4Generation() : pyro5Generation();
}

/// Global rows of the suites that run once per generation.
inline void addGenerations()
{
    QTest::addColumn<int>("number");
    QTest::newRow("pyro4") << 4;
    QTest::newRow("pyro5") << 5;
}

/// The generation of the global row.
inline std::shared_ptr<const Generation> currentGeneration()
{
    QFETCH_GLOBAL(int, number);
    return generationOf(number);
}

inline bool isPyro4()
{
    QFETCH_GLOBAL(int, number);
    return number == 4;
}

inline qsizetype headerSize()
{
    return isPyro4() ? 24 : 40;
}

} // namespace pyrolens::testing

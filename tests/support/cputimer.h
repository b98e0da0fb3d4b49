// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QtGlobal>

#include <ctime>

namespace pyrolens::test {

/// Processor time of this process since the start, for budgets: unlike the clock on the wall it does not grow
/// while other programs have the processor.
class CpuTimer
{
public:
    CpuTimer() { restart(); }
    void restart() { m_start = std::clock(); }
    qint64 microseconds() const { return qint64(std::clock() - m_start) * 1'000'000 / CLOCKS_PER_SEC; }
    qint64 milliseconds() const { return microseconds() / 1'000; }

private:
    std::clock_t m_start = 0;
};

} // namespace pyrolens::test

// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "objectid_p.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <atomic>
#include <chrono>

namespace pyrolens::pyro3 {

namespace {

/// Microseconds since 1970, but never the same twice and never backwards.
quint64 nextTick()
{
    static std::atomic<quint64> last{0};
    using std::chrono::system_clock;
    const auto now = quint64(
        std::chrono::duration_cast<std::chrono::microseconds>(system_clock::now().time_since_epoch())
            .count());
    quint64 seen = last.load(std::memory_order_relaxed);
    quint64 next = 0;
    do {
        next = now > seen ? now : seen + 1;
    } while (!last.compare_exchange_weak(seen, next, std::memory_order_relaxed));
    return next;
}

QByteArray hex(quint64 number, int width)
{
    return QByteArray::number(number, 16).rightJustified(width, '0');
}

} // namespace

QByteArray newObjectId()
{
    static const quint32 program = QRandomGenerator::system()->generate();
    const auto process = quint64(QCoreApplication::applicationPid());
    return hex(program, 8) + hex(process, 4) + hex(nextTick(), 16)
        + hex(QRandomGenerator::system()->generate() & 0xffffff, 6);
}

} // namespace pyrolens::pyro3

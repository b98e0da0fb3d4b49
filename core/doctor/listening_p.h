// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/transport/stream.h>
#include <pyrolens/wire/generation.h>

#include <QDeadlineTimer>

#include <atomic>

namespace pyrolens {

/// Who answers at a port.
struct Answering
{
    const Generation *generation = nullptr; ///< null: none of the catalogue's
    QString other;                          ///< what it is instead, for people; empty: it kept silent
    bool isSilent = false;
    bool hasClosed = false;
};

/// Listens, then says what a client of the newest generation says, and looks at the first bytes that come
/// back. \param cancelled looked at every 20 ms; may be null.
Answering listenTo(Stream &stream, const Catalogue &catalogue, std::chrono::milliseconds listenTime,
    QDeadlineTimer deadline, const std::atomic<bool> *cancelled);

} // namespace pyrolens

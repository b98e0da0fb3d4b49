// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>

namespace pyrolens::pyro3 {

/// A new object id in the original's form: 8 hex digits that tell programs apart, the process id (at least
/// 4), 16 of the time and 6 random ones. Unique in this process, and by chance everywhere. Any thread.
/// Source: Pyro 3.16, util.py, getGUID; the host's address is replaced by random bits drawn once per process,
/// since a host behind loopback or a container has an address that many share. Ids are opaque to everybody.
QByteArray newObjectId();

} // namespace pyrolens::pyro3

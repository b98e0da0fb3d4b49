// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QByteArray>

#include <functional>

/// A SQLite VFS for tests: passes everything to the system's one, fails on demand, and can cut the power.
namespace faultvfs {

/// Registers the VFS once. \return its name for DatabaseOptions::vfs.
QByteArray name();

/// From the `after`-th write or sync on (0 = the next one), each of them fails with this SQLite result code.
void failWrites(int after, int sqliteCode);
void heal();  ///< everything works again; also ends a power cut
int writes(); ///< writes and syncs since heal()

/// At the `after`-th write, sync or truncation the power goes: from then on every call fails. Of what was
/// written since the last sync of its file an arbitrary part (chosen by `seed`) reaches the disk, in pieces
/// of 512 bytes. Close the database, then call settle() and look at the file with the system's VFS.
void cutPower(int after, quint32 seed);
bool isPowerCut();
void settle();

} // namespace faultvfs

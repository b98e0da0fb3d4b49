// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "registry.h"

#include <pyrolens/wire/generation.h>

/// The forms in which one half of a pair hands its names to the other. Rows come with the root first and
/// parents before their children.
namespace pyrolens::naming {

/// What a real in-memory server answers to _resync: its root. Source: Pyro 3.16, naming.py, NamedTree and
/// NameServer._getSyncDump.
Result<Value> treeDump(const std::vector<NameRow> &rows, const QByteArray &ownUri);
/// What a real persistent one answers: two lists. Source: Pyro 3.16, naming.py, PersistentNameServer.
Result<Value> listDump(const std::vector<NameRow> &rows, const QByteArray &ownUri);
/// Reads either; nothing in it is trusted. The own entry of the other server is left out.
Result<std::vector<NameRow>> readDump(const Value &dump, const Generation &generation);

/// System meta information as an object, as a client or a twin gets it.
Result<Value> systemMetaValue(const NameRow &row);
/// The other way: the natural one (no owner) becomes the row's timestamp, any other its pickle.
Status takeSystemMeta(const Value &meta, NameRow &row);

/// Between two of ours: one block of bytes.
QByteArray packSnapshot(const RegistrySnapshot &snapshot);
Result<RegistrySnapshot> unpackSnapshot(const QByteArray &packed);

} // namespace pyrolens::naming

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nameserver.h"
#include "registry.h"

namespace pyrolens::naming {

/// Adds what stands in the database folder of an original persistent name server. Groups are folders, names
/// are files with the URI in them, "\2f" and "\3a" in a file's name stand for "/" and ":", and "E.ns_meta"
/// beside an entry E is a pickle of its system and user meta information, which is read as data. Nothing in
/// the folder is changed or followed out of it. What cannot be read is skipped and reported; a name that is
/// registered with another URI already stays as it is. Blocks until all is durable. Source: Pyro 3.16,
/// naming.py, PersistentNameServer and PersistentNameSpaceNode.
/// \return Usage when there is no such folder, or why the registry cannot take more.
Result<ImportReport> importFolder(const QString &path, Registry &registry, const Generation &generation);

} // namespace pyrolens::naming

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nameserver.h"
#include "registry.h"

namespace pyrolens::naming {

/// Adds what stands in the SQLite file of a name server of generation 4 or 5 ("-s sql:FILE") to the flat
/// space. The file is only read. Its own entry is left out; a name that is registered with another URI
/// already stays as it is; what we cannot keep is skipped and reported. Blocks until all is durable.
/// Source: Pyro4, naming_storage.py, and Pyro5, nameserver.py, SqlStorage.
/// \param generation reads the URIs. \return Usage when it is no such file, or why the registry cannot take
/// more.
Result<ImportReport> importSql(const QString &path, Registry &registry, const Generation &generation);

} // namespace pyrolens::naming

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/error.h>

struct sqlite3;

namespace pyrolens::storage {

/// An Error for what SQLite just reported on `database`; `doing` begins the text: "open registry.db".
Error sqliteError(sqlite3 *database, int result, const QString &doing);
/// The same for errno of a plain file operation.
Error fileError(int systemError, const QString &doing);
Error storageError(Error::Kind kind, const char *code, QString what);

} // namespace pyrolens::storage

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "sqliteerror_p.h"

#include "database.h"

#include <sqlite3.h>

#include <cerrno>
#include <system_error>

namespace pyrolens::storage {

namespace {

struct Meaning
{
    Error::Kind kind;
    const char *code;
};

Meaning meaningOfErrno(int systemError)
{
    switch (systemError) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return {Error::Kind::Limit, code::kFull};
    case EROFS:
        return {Error::Kind::Denied, code::kReadOnly};
    case EACCES:
    case EPERM:
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
        return {Error::Kind::Denied, code::kOpen};
    default:
        return {Error::Kind::Protocol, code::kIo};
    }
}

Meaning meaningOf(sqlite3 *database, int result)
{
    switch (result & 0xff) {
    case SQLITE_FULL:
        return {Error::Kind::Limit, code::kFull};
    case SQLITE_READONLY:
        return {Error::Kind::Denied, code::kReadOnly};
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
        return {Error::Kind::Denied, code::kOpen};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {Error::Kind::Denied, code::kLocked};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        return {Error::Kind::Protocol, code::kCorrupt};
    case SQLITE_IOERR: {
        // SQLite says IOERR for a full disk too when a sync, not a write, found out.
        const int systemError = database ? sqlite3_system_errno(database) : 0;
        return systemError == 0 ? Meaning{Error::Kind::Protocol, code::kIo} : meaningOfErrno(systemError);
    }
    default:
        return {Error::Kind::Protocol, code::kOther};
    }
}

} // namespace

Error storageError(Error::Kind kind, const char *code, QString what)
{
    Error error;
    error.kind = kind;
    error.code = QString::fromLatin1(code);
    error.what = std::move(what);
    return error;
}

Error sqliteError(sqlite3 *database, int result, const QString &doing)
{
    const Meaning meaning = meaningOf(database, result);
    // The handle's own message is about its last call; trust it only when it is about this one.
    const bool current = database && (sqlite3_errcode(database) & 0xff) == (result & 0xff);
    const QString text = QString::fromUtf8(current ? sqlite3_errmsg(database) : sqlite3_errstr(result));
    return storageError(meaning.kind, meaning.code, doing + u": " + text);
}

Error fileError(int systemError, const QString &doing)
{
    const Meaning meaning = meaningOfErrno(systemError);
    const std::string text = std::generic_category().message(systemError);
    return storageError(meaning.kind, meaning.code, doing + u": " + QString::fromStdString(text));
}

} // namespace pyrolens::storage

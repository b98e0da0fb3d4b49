// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "database.h"

#include "sqliteerror_p.h"

#include <QFile>

#include <sqlite3.h>

namespace pyrolens::storage {

namespace {

// Nothing we store comes near this; it bounds what a damaged file can make us allocate.
constexpr int kMaxCellBytes = 16 * 1024 * 1024;
// The WAL goes into the file when it has so many pages of 4 KiB (SQLite: 1,000), so that it does not fill a
// small disk. Costs two syncs in some thirty commits.
constexpr int kWalPages = 32;

int openFlags(const DatabaseOptions &options)
{
    const int access = options.readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    return access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
}

} // namespace

Database::Database(QString path, sqlite3 *handle) : m_path(std::move(path)), m_handle(handle) { }

Database::~Database()
{
    // Takes the WAL into the file and removes it; a statement still alive would keep the handle open until it
    // dies.
    sqlite3_close_v2(m_handle);
}

Result<std::unique_ptr<Database>> Database::open(const QString &path, const DatabaseOptions &options)
{
    sqlite3 *handle = nullptr;
    const char *vfs = options.vfs.isEmpty() ? nullptr : options.vfs.constData();
    const int result = sqlite3_open_v2(QFile::encodeName(path).constData(), &handle, openFlags(options), vfs);
    std::unique_ptr<Database> database(new Database(path, handle));
    if (result != SQLITE_OK)
        return sqliteError(handle, result, u"open " + path);
    if (Status status = database->setUp(options); !status)
        return status.error();
    return database;
}

Status Database::setUp(const DatabaseOptions &options)
{
    // Nobody else may use the file, so there is nothing to wait for.
    sqlite3_busy_timeout(m_handle, 0);
    sqlite3_limit(m_handle, SQLITE_LIMIT_LENGTH, kMaxCellBytes);
    sqlite3_limit(m_handle, SQLITE_LIMIT_ATTACHED, 0);
    for (const int option : {SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_ENABLE_TRIGGER,
             SQLITE_DBCONFIG_ENABLE_VIEW, SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL})
        sqlite3_db_config(m_handle, option, 0, nullptr);
    sqlite3_db_config(m_handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(m_handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);

    // The lock mode before anything that reads the file: then the WAL index lives on the heap and no shared
    // memory file is needed.
    std::vector<QByteArray> pragmas;
    if (!options.readOnly)
        pragmas = {"PRAGMA locking_mode=EXCLUSIVE", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
            "PRAGMA wal_autocheckpoint=" + QByteArray::number(kWalPages)};
    pragmas.push_back("PRAGMA cache_size=-" + QByteArray::number(options.cacheKib));
    pragmas.insert(pragmas.end(), {"PRAGMA cell_size_check=ON", "PRAGMA temp_store=MEMORY"});
    for (const QByteArray &pragma : pragmas) {
        if (Status status = execute(pragma.constData()); !status)
            return status;
    }
    return Done{};
}

Status Database::execute(const char *sql)
{
    const int result = sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr);
    if (result != SQLITE_OK)
        return sqliteError(m_handle, result, m_path);
    return Done{};
}

Result<Statement> Database::prepare(const char *sql)
{
    sqlite3_stmt *statement = nullptr;
    const int result = sqlite3_prepare_v3(m_handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (result != SQLITE_OK)
        return sqliteError(m_handle, result, m_path);
    return Statement(m_handle, statement);
}

Result<qint64> Database::integer(const char *sql)
{
    Result<Statement> statement = prepare(sql);
    if (!statement)
        return statement.error();
    Result<bool> row = statement.value().step();
    if (!row)
        return row.error();
    return row.value() ? statement.value().integer(0) : 0;
}

Status Database::transaction(const std::function<Status()> &body)
{
    if (Status status = execute("BEGIN IMMEDIATE"); !status)
        return status;
    Status status = body();
    if (status)
        status = execute("COMMIT");
    // After some errors SQLite has rolled back by itself; then there is nothing left to do.
    if (!status && !sqlite3_get_autocommit(m_handle)) {
        if (Status undone = execute("ROLLBACK"); !undone)
            return undone;
    }
    return status;
}

Status Database::checkpoint()
{
    const int result
        = sqlite3_wal_checkpoint_v2(m_handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    if (result != SQLITE_OK)
        return sqliteError(m_handle, result, m_path);
    return Done{};
}

Status Database::check(const char *pragma)
{
    Result<Statement> statement = prepare(pragma);
    if (!statement)
        return statement.error();
    Result<bool> row = statement.value().step();
    if (!row)
        return row.error();
    const QByteArray verdict = row.value() ? statement.value().bytes(0) : QByteArrayLiteral("no verdict");
    if (verdict == "ok")
        return Done{};
    return storageError(
        Error::Kind::Protocol, code::kCorrupt, m_path + u": " + QString::fromUtf8(verdict).left(500));
}

Status Database::quickCheck()
{
    return check("PRAGMA quick_check(1)");
}

Status Database::integrityCheck()
{
    return check("PRAGMA integrity_check(1)");
}

Status Database::backupTo(const QString &path)
{
    QFile::remove(path); // a half-written one of an earlier try
    Result<std::unique_ptr<Database>> target = open(path);
    if (!target)
        return target.error();
    sqlite3 *to = target.value()->m_handle;
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", m_handle, "main");
    if (!backup)
        return sqliteError(to, sqlite3_errcode(to), u"back up to " + path);
    sqlite3_backup_step(backup, -1);
    const int result = sqlite3_backup_finish(backup);
    if (result != SQLITE_OK)
        return sqliteError(to, result, u"back up to " + path);
    return Done{};
}

} // namespace pyrolens::storage

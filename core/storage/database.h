// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace pyrolens::storage {

/// Codes of the errors of this layer (Error::code). Kinds: full is Limit; readOnly, open and locked are
/// Denied; corrupt, io and newer are Protocol; misuse is Usage.
namespace code {
inline constexpr char kFull[] = "storage.full";          ///< no space left
inline constexpr char kReadOnly[] = "storage.read-only"; ///< the file or its file system cannot be written
inline constexpr char kOpen[] = "storage.open";          ///< no such folder, no permission, not a plain file
inline constexpr char kLocked[] = "storage.locked";      ///< another process uses the file
inline constexpr char kCorrupt[] = "storage.corrupt";    ///< the content is damaged
inline constexpr char kForeign[] = "storage.foreign";    ///< a file of something else
inline constexpr char kNewer[] = "storage.newer";        ///< written by a newer version
inline constexpr char kIo[] = "storage.io";              ///< read, write or sync failed
inline constexpr char kOther[] = "storage.other";
} // namespace code

/// A prepared SQL statement. Must not outlive its Database; used in one thread at a time. Parameters and
/// columns are numbered as SQLite does: parameters from 1, columns from 0. A failing bind is reported by the
/// next step().
class Statement
{
public:
    Statement(Statement &&other) noexcept;
    Statement &operator=(Statement &&other) noexcept;
    ~Statement();

    Statement &bind(int parameter, qint64 value);
    Statement &bind(int parameter, double value);
    Statement &bindText(int parameter, QByteArrayView utf8);  ///< must stay valid until run() or reset()
    Statement &bindBlob(int parameter, QByteArrayView bytes); ///< as bindText
    Statement &bindNull(int parameter);

    /// \return true when there is a row to read, false at the end (then the statement is reset).
    Result<bool> step();
    Status run(); ///< for statements without rows: steps to the end and resets
    void reset();

    qint64 integer(int column) const;
    double real(int column) const;
    QByteArray bytes(int column) const; ///< of text or blob; empty for NULL
    bool isNull(int column) const;

private:
    friend class Database;
    Statement(sqlite3 *database, sqlite3_stmt *statement) : m_database(database), m_statement(statement) { }

    sqlite3 *m_database = nullptr;
    sqlite3_stmt *m_statement = nullptr;
    int m_bindResult = 0;
};

/// How a database is opened. Plain data.
struct DatabaseOptions
{
    bool readOnly = false; ///< then nothing is created and no mode is changed
    QByteArray vfs;        ///< SQLite VFS by name, for tests; empty = the system's
    int cacheKib = 1'024;  ///< page cache
};

/// One SQLite database, through SQLite's C library. Thread-agnostic but not thread-safe: one thread at a
/// time.
///
/// Opened for writing it is in WAL mode with synchronous=FULL (a commit that returned is on the disk),
/// foreign keys on, trusted_schema off, triggers, views and double-quoted strings off, and locked
/// exclusively: a second opener gets `storage.locked` at once. Paths are plain files; URIs are not
/// interpreted.
class Database
{
public:
    static Result<std::unique_ptr<Database>> open(const QString &path, const DatabaseOptions &options = {});
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    Status execute(const char *sql);
    Result<Statement> prepare(const char *sql);
    Result<qint64> integer(const char *sql); ///< first column of the first row; 0 without a row

    /// Runs `body` between BEGIN IMMEDIATE and COMMIT. Any error, that of COMMIT included, rolls everything
    /// back and is returned; Ok means durable.
    Status transaction(const std::function<Status()> &body);

    /// Takes everything in the WAL into the file and cuts the WAL to nothing, which gives its space back.
    Status checkpoint();
    Status quickCheck();     ///< `storage.corrupt` with SQLite's first complaint
    Status integrityCheck(); ///< slower: also compares indexes with their tables
    /// Copies the whole database to a new file, durably; an existing one is overwritten.
    Status backupTo(const QString &path);

    const QString &path() const { return m_path; }

private:
    Database(QString path, sqlite3 *handle);
    Status check(const char *pragma);
    Status setUp(const DatabaseOptions &options);

    QString m_path;
    sqlite3 *m_handle = nullptr;
};

} // namespace pyrolens::storage

// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "database.h"

#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace pyrolens::storage {

/// One step of a schema: the SQL that leads from version - 1 to `version`. Never changed once released.
struct Migration
{
    int version = 0;
    const char *sql = nullptr;
};

/// What a kind of database looks like. Plain data; shared by all opens of that kind.
struct DatabaseProfile
{
    qint32 applicationId = 0;          ///< SQLite's application_id, tells our files from others
    std::vector<Migration> migrations; ///< ascending from 1
    /// Text that every file of this kind contains (a table's name): tells a damaged file of ours from a
    /// stranger's.
    QByteArray marker;
    /// Looks at the content after migration; `storage.corrupt` sends the file aside. It also has to notice a
    /// damaged version number, when the content keeps a copy of it.
    std::function<Status(Database &)> verify;
    int backups = 3; ///< kept as FILE.backup-1 (newest) to FILE.backup-N
};

/// An opened database and what had to be done for it.
struct CheckedOpen
{
    std::unique_ptr<Database> database;
    bool created = false;     ///< there was no such file
    bool wasUnclean = false;  ///< the last user did not close it: a crash or a kill
    QString damage;           ///< why the file was set aside; empty = it was good
    QString movedTo;          ///< where it went
    QString restoredFrom;     ///< the backup in use instead; empty with damage = started empty
    QString restoredFromTime; ///< when that backup was made, ISO 8601
    QString message() const;  ///< for people: what was damaged and what is lost; empty when nothing was
};

/// Opens (or makes) a database: quick_check always, integrity_check after an unclean stop, migrations,
/// `verify`. A damaged file is renamed to FILE.corrupt-TIME and the newest backup that passes the same checks
/// takes its place; without one the database starts empty. A file that was never ours is left alone
/// (`storage.foreign`).
Result<CheckedOpen> openChecked(
    const QString &path, const DatabaseProfile &profile, const DatabaseOptions &options = {});

/// Makes a backup with SQLite's online backup API, durably, and drops the oldest beyond profile.backups.
Status makeBackup(Database &database, const DatabaseProfile &profile);

} // namespace pyrolens::storage

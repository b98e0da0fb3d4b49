// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "checkedopen.h"

#include "durablefile_p.h"
#include "sqliteerror_p.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QtEndian>

namespace pyrolens::storage {

namespace {

QString backupName(const QString &path, int number)
{
    return path + u".backup-" + QString::number(number);
}

bool isCorrupt(const Error &error)
{
    return error.code == QLatin1String(code::kCorrupt);
}

Error corrupt(const QString &path, const QString &why)
{
    return storageError(Error::Kind::Protocol, code::kCorrupt, path + u": " + why);
}

/// Bytes 18 and 19 of the header are the format versions for writing and reading, 1 or 2. A larger one makes
/// SQLite treat the file as read-only instead of damaged. Source: SQLite, fileformat2.html, section 1.3.
Status checkHeader(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Done{}; // SQLite will say why
    const QByteArray header = file.read(100);
    if (header.isEmpty())
        return Done{};
    if (header.size() < 100)
        return corrupt(path, QStringLiteral("the file is too short"));
    const auto isVersion = [&](int at) { return header.at(at) == 1 || header.at(at) == 2; };
    if (!isVersion(18) || !isVersion(19))
        return corrupt(path, QStringLiteral("unknown format version"));
    return Done{};
}

bool hasBackup(const QString &path, const DatabaseProfile &profile)
{
    for (int i = 1; i <= profile.backups; ++i) {
        if (QFile::exists(backupName(path, i)))
            return true;
    }
    return false;
}

/// The first look, before SQLite touches anything: opening for writing would change a stranger's file.
bool isIntact(const QByteArray &header, const DatabaseProfile &profile)
{
    if (header.isEmpty())
        return true;
    if (header.size() < 100 || !header.startsWith(QByteArrayView("SQLite format 3", 16)))
        return false;
    const auto number = [&](int at) { return qFromBigEndian<qint32>(header.constData() + at); };
    // Offset 28: size in pages; 68: application number. One page without a number: made, but not filled,
    // before a kill.
    return number(68) == profile.applicationId || (number(68) == 0 && number(28) <= 1);
}

/// True when the file, damaged as it is, was one of ours. Its schema is text in the first pages.
bool looksOurs(const QString &path, const DatabaseProfile &profile)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    return file.read(256 * 1024).contains(profile.marker) || hasBackup(path, profile);
}

Status migrate(Database &database, const DatabaseProfile &profile)
{
    Result<qint64> version = database.integer("PRAGMA user_version");
    if (!version)
        return version.error();
    for (const Migration &step : profile.migrations) {
        if (step.version <= version.value())
            continue;
        Status status = database.transaction([&]() -> Status {
            if (Status made = database.execute(step.sql); !made)
                return made;
            const QByteArray stamp = "PRAGMA user_version=" + QByteArray::number(step.version)
                + ";PRAGMA application_id=" + QByteArray::number(profile.applicationId);
            return database.execute(stamp.constData());
        });
        if (!status)
            return status;
    }
    return Done{};
}

/// Opens and lets SQLite look at the structure. Some damage of the header makes it say just "error".
Result<std::unique_ptr<Database>> openSound(
    const QString &path, const DatabaseOptions &options, bool thorough)
{
    Result<std::unique_ptr<Database>> opened = Database::open(path, options);
    Status status = opened ? opened.value()->quickCheck() : Status(opened.error());
    if (status && thorough)
        status = opened.value()->integrityCheck();
    if (!status && status.error().code == QLatin1String(code::kOther))
        return corrupt(path, status.error().what);
    if (!status)
        return status.error();
    return opened;
}

Result<std::unique_ptr<Database>> openOne(
    const QString &path, const DatabaseProfile &profile, const DatabaseOptions &options, bool thorough)
{
    if (Status header = checkHeader(path); !header)
        return header.error();
    Result<std::unique_ptr<Database>> opened = openSound(path, options, thorough);
    if (!opened)
        return opened;
    Database &database = *opened.value();
    const Result<qint64> application = database.integer("PRAGMA application_id");
    const Result<qint64> version = database.integer("PRAGMA user_version");
    const Result<qint64> tables = database.integer("SELECT count(*) FROM sqlite_master");
    if (!application || !version || !tables)
        return corrupt(path, QStringLiteral("the schema cannot be read"));
    // Fresh: no tables at all. A database of somebody else has tables and no number of ours.
    const bool isFresh = tables.value() == 0 && application.value() == 0 && version.value() == 0;
    if (!isFresh && application.value() != profile.applicationId)
        return corrupt(path, QStringLiteral("the application number is not ours"));
    const int newest = profile.migrations.empty() ? 0 : profile.migrations.back().version;
    if (version.value() <= newest) {
        // SQL that cannot be carried out meets another schema than the version number says.
        if (Status status = migrate(database, profile); !status) {
            return status.error().code == QLatin1String(code::kOther) ? corrupt(path, status.error().what)
                                                                      : status.error();
        }
    }
    if (Status status = profile.verify ? profile.verify(database) : Status(Done{}); !status)
        return status.error();
    if (version.value() > newest) {
        return storageError(Error::Kind::Protocol, code::kNewer,
            path + u" was written by a newer version (schema " + QString::number(version.value()) + u')');
    }
    return opened;
}

Result<QString> moveAside(const QString &path)
{
    const QString stamp = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd'T'HHmmss'Z'"));
    QString target = path + u".corrupt-" + stamp;
    for (int i = 2; QFile::exists(target); ++i)
        target = path + u".corrupt-" + stamp + u'-' + QString::number(i);
    // The WAL goes first: left beside a restored file it would be replayed into it.
    for (const QString &suffix : {QStringLiteral("-wal"), QStringLiteral("-shm"), QString()}) {
        if (!QFile::exists(path + suffix))
            continue;
        if (Status moved = renameDurably(path + suffix, target + suffix); !moved)
            return moved.error();
    }
    return target;
}

Status restore(
    CheckedOpen &opened, const QString &path, const DatabaseProfile &profile, const DatabaseOptions &options)
{
    for (int i = 1; i <= profile.backups; ++i) {
        const QString backup = backupName(path, i);
        if (!QFile::exists(backup))
            continue;
        if (Status copied = copyDurably(backup, path); !copied)
            return copied;
        Result<std::unique_ptr<Database>> database = openOne(path, profile, options, true);
        if (database) {
            opened.database = std::move(database).value();
            opened.restoredFrom = backup;
            opened.restoredFromTime = QFileInfo(backup).lastModified().toUTC().toString(Qt::ISODate);
            return Done{};
        }
        if (!isCorrupt(database.error()))
            return database.error();
        for (const QString &suffix : {QStringLiteral("-wal"), QStringLiteral("-shm"), QString()})
            QFile::remove(path + suffix);
    }
    Result<std::unique_ptr<Database>> database = openOne(path, profile, options, false);
    if (!database)
        return database.error();
    opened.database = std::move(database).value();
    return Done{};
}

} // namespace

QString CheckedOpen::message() const
{
    if (damage.isEmpty())
        return {};
    const QString fate = restoredFrom.isEmpty()
        ? QStringLiteral("There was no usable backup: it starts empty.")
        : u"The backup of " + restoredFromTime + u" is in use; changes made after it are lost.";
    return u"The file was damaged (" + damage + u"). It was kept as " + movedTo + u". " + fate;
}

Result<CheckedOpen> openChecked(
    const QString &givenPath, const DatabaseProfile &profile, const DatabaseOptions &options)
{
    CheckedOpen opened;
    const QFileInfo file(givenPath);
    const QString path = file.exists() ? file.canonicalFilePath() : file.absoluteFilePath();
    opened.created = !file.exists();
    // A pipe or a device would block or worse.
    if (file.exists() && !file.isFile())
        return storageError(Error::Kind::Denied, code::kOpen, path + u" is not a plain file");
    if (QFile raw(path); raw.open(QIODevice::ReadOnly)) {
        if (!isIntact(raw.read(100), profile) && !looksOurs(path, profile))
            return storageError(Error::Kind::Denied, code::kForeign,
                path + u" is not a file of this program; it was left alone");
    }
    // SQLite removes the WAL when the last user closes the database.
    opened.wasUnclean = QFileInfo(path + u"-wal").size() > 0;
    // An empty file is a fresh one, unless there are backups: then somebody cut it off.
    const bool isCutOff = file.exists() && file.size() == 0 && !opened.wasUnclean && hasBackup(path, profile);
    Result<std::unique_ptr<Database>> database = isCutOff
        ? Result<std::unique_ptr<Database>>(corrupt(path, QStringLiteral("the file is empty")))
        : openOne(path, profile, options, opened.wasUnclean);
    if (database) {
        opened.database = std::move(database).value();
        return opened;
    }
    const Error error = database.error();
    if (!isCorrupt(error))
        return error;
    opened.damage = error.what;
    Result<QString> moved = moveAside(path);
    if (!moved)
        return moved.error();
    opened.movedTo = moved.value();
    if (Status status = restore(opened, path, profile, options); !status)
        return status.error();
    return opened;
}

Status makeBackup(Database &database, const DatabaseProfile &profile)
{
    const QString fresh = database.path() + u".backup-new";
    if (Status copied = database.backupTo(fresh); !copied)
        return copied;
    for (int i = profile.backups - 1; i >= 1; --i) {
        if (!QFile::exists(backupName(database.path(), i)))
            continue;
        if (Status moved = renameDurably(backupName(database.path(), i), backupName(database.path(), i + 1));
            !moved)
            return moved;
    }
    return renameDurably(fresh, backupName(database.path(), 1));
}

} // namespace pyrolens::storage

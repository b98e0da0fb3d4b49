// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "faultvfs.h"

#include <QFile>
#include <QHash>
#include <QRandomGenerator>
#include <QString>

#include <sqlite3.h>

#include <mutex>
#include <new>
#include <vector>

namespace faultvfs {

namespace {

constexpr char kName[] = "pyrolens-fault";
constexpr int kSector = 512;

// What happened to a file since its last sync. A write keeps what was there before, so that it can be taken
// back.
struct Change
{
    bool isTruncation = false;
    qint64 offset = 0;
    QByteArray before;
    QByteArray after;
    qint64 sizeBefore = 0;
};

struct State
{
    std::mutex mutex; // guards everything below: the registry writes from a thread of its own
    int operations = 0;
    int failAfter = -1;
    int failCode = SQLITE_OK;
    int cutAfter = -1;
    bool isCut = false;
    quint32 seed = 0;
    QHash<QByteArray, std::vector<Change>> unsynced;
};

State &state()
{
    static State instance;
    return instance;
}

struct File
{
    sqlite3_file base;
    QByteArray *path;
    sqlite3_file *real() { return reinterpret_cast<sqlite3_file *>(this + 1); }
};

File *self(sqlite3_file *file)
{
    return reinterpret_cast<File *>(file);
}

/// Counts one changing operation. \return what it has to fail with, or SQLITE_OK.
int step(int ioError)
{
    State &s = state();
    const int number = s.operations++;
    if (s.cutAfter >= 0 && number >= s.cutAfter)
        s.isCut = true;
    if (s.isCut)
        return ioError;
    return s.failAfter >= 0 && number >= s.failAfter ? s.failCode : SQLITE_OK;
}

void remember(File *file, Change change)
{
    State &s = state();
    if (s.cutAfter < 0)
        return;
    sqlite3_int64 size = 0;
    file->real()->pMethods->xFileSize(file->real(), &size);
    change.sizeBefore = size;
    const qint64 end = change.isTruncation ? size : qMin<qint64>(size, change.offset + change.after.size());
    if (end > change.offset) {
        change.before.resize(end - change.offset);
        file->real()->pMethods->xRead(
            file->real(), change.before.data(), static_cast<int>(change.before.size()), change.offset);
    }
    s.unsynced[*file->path].push_back(std::move(change));
}

int fileClose(sqlite3_file *file)
{
    const int result = self(file)->real()->pMethods->xClose(self(file)->real());
    delete self(file)->path;
    return result;
}

int fileRead(sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
    if (isPowerCut())
        return SQLITE_IOERR_READ;
    return self(file)->real()->pMethods->xRead(self(file)->real(), data, size, offset);
}

int fileWrite(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    const std::lock_guard lock(state().mutex);
    if (const int failure = step(SQLITE_IOERR_WRITE); failure != SQLITE_OK && !state().isCut)
        return failure;
    // The write that the power cut interrupts may have reached the disk in part.
    remember(self(file), {false, offset, {}, QByteArray(static_cast<const char *>(data), size), 0});
    const int result = self(file)->real()->pMethods->xWrite(self(file)->real(), data, size, offset);
    return state().isCut ? SQLITE_IOERR_WRITE : result;
}

int fileTruncate(sqlite3_file *file, sqlite3_int64 size)
{
    const std::lock_guard lock(state().mutex);
    if (const int failure = step(SQLITE_IOERR_TRUNCATE); failure != SQLITE_OK)
        return failure;
    remember(self(file), {true, size, {}, {}, 0});
    return self(file)->real()->pMethods->xTruncate(self(file)->real(), size);
}

int fileSync(sqlite3_file *file, int flags)
{
    const std::lock_guard lock(state().mutex);
    if (const int failure = step(SQLITE_IOERR_FSYNC); failure != SQLITE_OK)
        return failure;
    state().unsynced.remove(*self(file)->path);
    // Without a simulated power cut a real sync would only slow the test down; the kernel keeps what was
    // written.
    return state().cutAfter >= 0 ? SQLITE_OK : self(file)->real()->pMethods->xSync(self(file)->real(), flags);
}

int fileSize(sqlite3_file *file, sqlite3_int64 *size)
{
    return self(file)->real()->pMethods->xFileSize(self(file)->real(), size);
}

int fileLock(sqlite3_file *file, int level)
{
    return self(file)->real()->pMethods->xLock(self(file)->real(), level);
}

int fileUnlock(sqlite3_file *file, int level)
{
    return self(file)->real()->pMethods->xUnlock(self(file)->real(), level);
}

int fileCheckLock(sqlite3_file *file, int *out)
{
    return self(file)->real()->pMethods->xCheckReservedLock(self(file)->real(), out);
}

int fileControl(sqlite3_file *file, int operation, void *argument)
{
    return self(file)->real()->pMethods->xFileControl(self(file)->real(), operation, argument);
}

int fileSectorSize(sqlite3_file *)
{
    return kSector;
}

int fileCharacteristics(sqlite3_file *)
{
    return 0; // nothing is atomic, a write may be torn
}

// Version 1: no shared memory, no mapping. Exclusive locking with WAL needs neither.
const sqlite3_io_methods kMethods = {1, fileClose, fileRead, fileWrite, fileTruncate, fileSync, fileSize,
    fileLock, fileUnlock, fileCheckLock, fileControl, fileSectorSize, fileCharacteristics, nullptr, nullptr,
    nullptr, nullptr, nullptr, nullptr};

sqlite3_vfs *realVfs(sqlite3_vfs *vfs)
{
    return static_cast<sqlite3_vfs *>(vfs->pAppData);
}

int vfsOpen(sqlite3_vfs *vfs, const char *path, sqlite3_file *out, int flags, int *outFlags)
{
    File *file = new (out) File;
    file->base.pMethods = nullptr;
    if (isPowerCut())
        return SQLITE_CANTOPEN;
    const int result = realVfs(vfs)->xOpen(realVfs(vfs), path, file->real(), flags, outFlags);
    if (result != SQLITE_OK)
        return result;
    file->path = new QByteArray(path);
    file->base.pMethods = &kMethods;
    return SQLITE_OK;
}

int vfsDelete(sqlite3_vfs *vfs, const char *path, int syncFolder)
{
    if (isPowerCut())
        return SQLITE_IOERR_DELETE;
    return realVfs(vfs)->xDelete(realVfs(vfs), path, syncFolder);
}

} // namespace

QByteArray name()
{
    static const bool isRegistered = [] {
        static sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr);
        sqlite3_vfs *real = sqlite3_vfs_find(nullptr);
        vfs.zName = kName;
        vfs.pAppData = real;
        vfs.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
        vfs.xOpen = vfsOpen;
        vfs.xDelete = vfsDelete;
        return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
    }();
    return isRegistered ? QByteArray(kName) : QByteArray();
}

void failWrites(int after, int sqliteCode)
{
    const std::lock_guard lock(state().mutex);
    state().operations = 0;
    state().failAfter = after;
    state().failCode = sqliteCode;
}

void heal()
{
    const std::lock_guard lock(state().mutex);
    state().operations = 0;
    state().failAfter = -1;
    state().cutAfter = -1;
    state().isCut = false;
    state().unsynced.clear();
}

int writes()
{
    const std::lock_guard lock(state().mutex);
    return state().operations;
}

void cutPower(int after, quint32 seed)
{
    const std::lock_guard lock(state().mutex);
    state().operations = 0;
    state().cutAfter = after;
    state().seed = seed;
}

bool isPowerCut()
{
    const std::lock_guard lock(state().mutex);
    return state().isCut;
}

void settle()
{
    const std::lock_guard lock(state().mutex);
    QRandomGenerator random(state().seed);
    for (auto it = state().unsynced.cbegin(); it != state().unsynced.cend(); ++it) {
        QFile file(QString::fromUtf8(it.key()));
        if (!file.open(QIODevice::ReadWrite))
            continue;
        // Back to what the last sync made sure of ...
        for (auto change = it.value().rbegin(); change != it.value().rend(); ++change) {
            file.seek(change->offset);
            file.write(change->before);
            file.resize(change->sizeBefore);
        }
        // ... and forward again by those sectors that happened to be written.
        for (const Change &change : it.value()) {
            if (change.isTruncation) {
                if (random.bounded(2) == 0)
                    file.resize(change.offset);
                continue;
            }
            for (qsizetype at = 0; at < change.after.size(); at += kSector) {
                if (random.bounded(2) == 0)
                    continue;
                file.seek(change.offset + at);
                file.write(change.after.mid(at, kSector));
            }
        }
    }
    state().unsynced.clear();
}

} // namespace faultvfs
